"""The report as PDF/A: content, fonts, same bytes, hostile text."""

import io
import re

import pypdf
import pytest

from tanyuan.documents.numbers import shown
from tanyuan.footprint.particulars import Particulars
from tanyuan.reports.pdf import write_pdf
from tanyuan.reports.study_report import study_report

HOSTILE = (
    '#import "@preview/cetz:0.1.0" $x^2$ *bold* _it_ <lab> @ref \\ " \' `raw` /* c */ // d '
    '#eval("1+1") #read("/etc/passwd") #include "x" [a] {b} ~ -- = Heading &amp; <script> %'
)


def read(data):
    return pypdf.PdfReader(io.BytesIO(data))


def plain(page):
    return page.extract_text().replace("\u00a0", " ")


def text_of(data):
    return "\n".join(plain(page) for page in read(data).pages)


def flat(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def trousers_pdf():
    from pathlib import Path

    import tanyuan as ty

    file = Path(__file__).parents[2] / "examples" / "trousers.json"
    footprint = ty.load(file).calculate(samples=500)
    reports = {lang: study_report(footprint, lang=lang) for lang in ("zh", "en")}
    return footprint, reports, {lang: write_pdf(r) for lang, r in reports.items()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sections_and_figures_stand_in_the_text(trousers_pdf, lang):
    footprint, reports, files = trousers_pdf
    told = flat(text_of(files[lang]))
    for section in reports[lang].sections:
        assert flat(f"{section.number}{section.title}") in told
        for lack in section.missing:
            assert flat(lack.what) in told
        assert flat(section.reason) in told
    assert flat(shown(footprint.total) + reports[lang].front.unit) in told
    for value in footprint.by_stage.values():
        assert flat(shown(value)) in told
    for line in footprint.lines:
        assert flat(line.name_zh if lang == "zh" else line.name_en) in told.replace("-", "") or (
            flat(line.name_en).replace("-", "") in told.replace("-", "")
        )
        assert shown(line.value) in told
        assert shown(line.amount) in told
    assert "CO₂e" in told


def test_pages_have_numbers_heads_and_marks(trousers_pdf):
    _, reports, files = trousers_pdf
    pages = read(files["en"]).pages
    for number, page in enumerate(pages, 1):
        told = plain(page)
        if number > 1:
            assert f"Page {number} of {len(pages)}" in told
            assert reports["en"].short_title[:40] in told
        assert "Draft" in told


def test_it_is_pdf_a_with_embedded_subset_fonts(trousers_pdf):
    reader = read(trousers_pdf[2]["zh"])
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "2000-01-01T00:00:00Z" in xmp
    fonts = {}
    for page in reader.pages:
        for base in fonts_of(page["/Resources"]):
            inner = base["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/ToUnicode" in base
            fonts[base["/BaseFont"]] = "/FontFile3" in inner or "/FontFile2" in inner
    assert all(fonts.values())
    names = {name.split("+")[-1] for name in fonts}
    assert any(name.startswith("NotoSerifSC") for name in names)
    assert any(name.startswith("LibertinusSerif") for name in names)
    assert all(re.match(r"/[A-Z]{6}\+", name) for name in fonts)


def fonts_of(resources):
    """The fonts of a page and of the drawings on it."""
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for drawing in resources.get("/XObject", {}).values():
        yield from fonts_of(drawing.get_object().get("/Resources", {}))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_keeps_the_rules_of_the_archive(trousers_pdf, lang):
    """Marks of PDF/A-2b (ISO 19005-2) and PDF/UA-1 that can be read without a validator."""
    reader = read(trousers_pdf[2][lang])
    root = reader.trailer["/Root"]
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object()["/N"] == 3
    assert not reader.is_encrypted
    assert len(reader.trailer["/ID"]) == 2
    assert root["/Lang"].startswith(lang)
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    raw = trousers_pdf[2][lang]
    for forbidden in (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/AA"):
        assert forbidden not in raw


@pytest.mark.parametrize("name", ["aluminium", "integrated-works", "crude-steel"])
def test_other_examples_are_set(footprint, name):
    data = write_pdf(study_report(footprint(name), lang="zh"))
    assert flat(shown(footprint(name).total)) in flat(plain(read(data).pages[0]))


def test_hostile_text_is_data(calculated):
    footprint = calculated(
        name_en=HOSTILE,
        description_en=HOSTILE,
        note=HOSTILE,
        boundary_note=HOSTILE,
        geography=HOSTILE,
        sources=[HOSTILE],
        stages=[{"id": "s", "name_en": HOSTILE, "phase": "production"}],
        lines=[
            {"id": "a", "name_en": HOSTILE, "stage": "s", "amount": "2", "unit": "kg",
             "ref": "f", "source": HOSTILE, "note": HOSTILE},
        ],
        factors=[{"id": "f", "name_en": HOSTILE, "unit": "kg", "value": "2", "source": HOSTILE}],
        published=[{"value": "4", "source": HOSTILE}],
    )  # fmt: skip
    report = study_report(footprint, Particulars(client=HOSTILE, review=HOSTILE), lang="en")
    told = flat(text_of(write_pdf(report)))
    assert told.count(flat(HOSTILE)) >= 8
    assert "root:" not in told


@pytest.mark.parametrize("unit", ["word ", "unbroken", "碳"])
def test_very_long_texts_are_set_whole(calculated, unit):
    note = (unit * 30_000)[:29_990] + " the end"
    footprint = calculated(note=note, lines=[
        {"id": "a", "name_en": "L", "stage": "production", "amount": "2", "unit": "kg",
         "ref": "CO2", "note": note, "evidence": "x" * 5_000},
    ])  # fmt: skip
    told = flat(text_of(write_pdf(study_report(footprint, lang="en")))).replace("-", "")
    assert told.count(flat(unit)) >= 2 * (29_000 // len(unit))
    assert told.count("theend") >= 2


def test_no_character_stops_it(calculated):
    some = (
        "".join(chr(code) for code in range(0x20, 0x2FFFF, 61) if not 0xD800 <= code <= 0xDFFF)
        + "\u202e😀\u0600"
    )
    text = "".join(c for c in some if c.isprintable() or ord(c) > 0xFF)
    footprint = calculated(note=text, name_en=text[:60])
    assert "‹U+1F600›" in text_of(write_pdf(study_report(footprint, lang="zh")))


def test_nothing_is_read_outside_the_package(tmp_path, monkeypatch, calculated):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    footprint = calculated(name_en="<image href='secret.svg'/><use href='#a'/>")
    data = write_pdf(study_report(footprint, lang="en"))
    assert flat("<image href='secret.svg'/>") in flat(text_of(data))
