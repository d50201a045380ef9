"""One report in two languages and two forms: read back, all four say the same."""

import io
import re
from functools import cache

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from tanyuan.formats.particulars import read_particulars
from tanyuan.reports.document import Facts, Picture, Table
from tanyuan.reports.pdf import write_pdf
from tanyuan.reports.study_report import study_report
from tanyuan.reports.word import write_word

from .conftest import EXAMPLES, example

NAMES = ("integrated-works", "trousers")
LANGUAGES = ("zh", "en")


def flat(text):
    return re.sub(r"\s+", "", text)


@cache
def made(name, lang):
    given = EXAMPLES / f"{name}.report.yaml"
    particulars = read_particulars(given.read_bytes(), given.name) if given.exists() else None
    return study_report(example(name), particulars, lang=lang)


@cache
def pdf_text(name, lang):
    reader = pypdf.PdfReader(io.BytesIO(write_pdf(made(name, lang))))
    return flat("".join(page.extract_text() for page in reader.pages))


@cache
def word(name, lang):
    return docx.Document(io.BytesIO(write_word(made(name, lang))))


def blocks(report, kind):
    parts = [report.summary, *(part.blocks for part in (*report.sections, *report.annexes))]
    return [block for part in parts for block in part if isinstance(block, kind)]


def cells(row):
    """The texts of a row in Word, a cell that runs through several columns once."""
    return [
        "\n".join(p.text for p in docx.table._Cell(tc, None).paragraphs) for tc in row._tr.tc_lst
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_every_table_is_in_word(name, lang):
    tables = word(name, lang).tables
    heads = [t for t in tables if t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None]
    for found, table in zip(heads, blocks(made(name, lang), Table), strict=True):
        told = [[flat(text) for text in cells(row)] for row in found.rows]
        listed = [[column.title for column in table.columns], *(row.cells for row in table.rows)]
        assert told == [[flat(text) for text in row] for row in listed], table.title


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_row_of_every_table_is_in_the_pdf(name, lang):
    told = pdf_text(name, lang).replace("-", "")
    for table in blocks(made(name, lang), Table):
        for row in table.rows:
            assert flat("".join(row.cells)).replace("-", "") in told, (table.title, row.cells)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_facts_titles_and_notes_are_in_both_forms(name, lang):
    report = made(name, lang)
    forms = [
        flat("".join(node.text or "" for node in word(name, lang).element.body.iter(qn("w:t")))),
        pdf_text(name, lang),
    ]
    texts = [f"{value}" for facts in blocks(report, Facts) for _, value in facts.rows]
    texts += [f"{b.number}{b.title}" for b in blocks(report, Table | Picture)]
    texts += [b.note for b in blocks(report, Table | Picture)]
    for told in forms:
        for text in texts:
            assert flat(text).replace("-", "") in told.replace("-", ""), text


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_hold_the_same_numbers(name):
    chinese, english = (made(name, lang) for lang in LANGUAGES)
    pairs = list(zip(blocks(chinese, Table), blocks(english, Table), strict=True))
    assert len(pairs) > 15
    for one, other in pairs:
        assert [numbers(row, one) for row in one.rows] == [numbers(r, other) for r in other.rows]
    assert chinese.front.total == english.front.total


def numbers(row, table):
    """The numbers of a row; of a row of one cell and of columns of text none."""
    if len(row.cells) < len(table.columns):
        return []
    pairs = zip(table.columns, row.cells, strict=True)
    return [re.findall(r"[−+]?\d[\d,.]*", cell) for column, cell in pairs if column.numeric]
