"""The report as Word document, read back."""

import io
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from tanyuan.documents.numbers import shown
from tanyuan.footprint.particulars import Particulars
from tanyuan.reports.document import Table
from tanyuan.reports.study_report import study_report
from tanyuan.reports.word import write_word


def read(data):
    return docx.Document(io.BytesIO(data))


def body_text(word):
    """The text, with common spaces where numbers are tied to their units."""
    return "\n".join(plain(node.text or "") for node in word.element.body.iter(qn("w:t")))


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(("name", "lang"), [("trousers", "zh"), ("integrated-works", "en")])
def test_headings_tables_and_figures_are_real(footprint, name, lang):
    report = study_report(footprint(name), lang=lang)
    word = read(write_word(report))
    titles = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    expected = [f"{s.number}  {s.title}" for s in report.sections]
    expected += [f"{report.words.annex} {a.letter}  {a.title}" for a in report.annexes]
    assert titles == expected
    tables = [b for p in (*report.sections, *report.annexes) for b in p.blocks
              if isinstance(b, Table)]  # fmt: skip
    heads = [t for t in word.tables if t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(heads) == len(tables)
    for found, table in zip(heads, tables, strict=True):
        assert len(found.rows) == len(table.rows) + 1
        assert [plain(c.text) for c in found.rows[0].cells] == [c.title for c in table.columns]
    assert len(word.inline_shapes) >= 5
    told = body_text(word)
    assert shown(footprint(name).total) in told
    for line in footprint(name).lines:
        if line.value:
            assert shown(line.value) in told


def test_every_style_has_a_chinese_font(footprint):
    word = read(write_word(study_report(footprint("tyre"), lang="zh")))
    for style in word.styles.element.style_lst:
        fonts = style.rPr.find(qn("w:rFonts"))
        assert fonts.get(qn("w:eastAsia")) == "SimSun"
        assert fonts.get(qn("w:asciiTheme")) is None


def test_the_same_report_gives_the_same_bytes(footprint):
    report = study_report(footprint("tyre"), Particulars(date="2026-11-21"), lang="zh")
    data = write_word(report)
    assert data == write_word(report)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = read(data).core_properties
    assert (core.author, core.created.year, core.title) == ("tanyuan", 2026, report.front.title)


def test_marks_and_gaps_are_seen(footprint):
    report = study_report(footprint("tyre"), lang="en")
    word = read(write_word(report))
    for section in word.sections:
        assert "Draft · Incomplete" in section.header.paragraphs[0].text
    told = body_text(word)
    assert "To be filled in:" in told
    assert "→ particulars of the report, field “client”" in told
    assert "Draft: mandatory sections not complete: 6 of 18." in told


def test_complete_reports_say_so(calculated):
    study = calculated(
        boundary_note="All inside.", period_note="2025", description_en="1 kg of it",
        lines=[{"id": "a", "stage": "production", "amount": "2", "unit": "kg", "ref": "CO2",
                "source": "Bill", "pedigree": "1,1,1,1,1"}],
    )  # fmt: skip
    given = {"number": "1", "date": "2026-11-21"}
    texts = ("client", "author", "standard", "pcr", "model", "plants", "collection",
             "substitutes", "conclusions", "verifier", "review")  # fmt: skip
    report = study_report(study, Particulars(**given, **dict.fromkeys(texts, "x")), lang="en")
    word = read(write_word(report))
    assert "All mandatory sections are complete or do not apply." in body_text(word)
    assert word.sections[0].header.paragraphs[0].text.strip() == "Product"


def test_hostile_text_is_text(calculated):
    hostile = "<w:t>x</w:t> & ]]> \" ' \u202e =SUM(A1) {PAGE} 😀"
    footprint = calculated(name_en=hostile, note=hostile * 500)
    told = body_text(read(write_word(study_report(footprint, lang="en"))))
    assert "<w:t>x</w:t> & ]]> \" ' ‹U+202E› =SUM(A1) {PAGE} 😀" in told


def test_wide_annexes_lie_across_the_page(footprint):
    word = read(write_word(study_report(footprint("trousers"), lang="en")))
    wide = [s.page_width > s.page_height for s in word.sections]
    assert wide == [False, True, True, False, False]
    fields = re.findall("PAGE|NUMPAGES", word.sections[0].footer._element.xml)
    assert fields == ["PAGE", "NUMPAGES", "PAGE"] or set(fields) == {"PAGE", "NUMPAGES"}
