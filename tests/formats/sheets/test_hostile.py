"""Hostile and mistaken files."""

from decimal import Decimal

import pytest

from tanyuan.formats.archives import MAX_FILE, MIB
from tests.formats.sheets.books import (
    MAIN,
    RELATIONS,
    by_xlsxwriter,
    cells,
    code_of,
    content_types,
    parts_of,
    problems,
    relations,
    sheet_xml,
    values,
    workbook,
    zipped,
)

LAUGHS = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("attack", [LAUGHS, EXTERNAL, '<!DOCTYPE a SYSTEM "http://localhost/a">'])
@pytest.mark.parametrize(
    "part",
    [
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
    ],
)
def test_entities(part, attack):
    entries = parts_of(cells('<c t="str"><v>&c;</v></c>'))
    entries[part] = attack + entries.get(part, "<a/>")
    assert code_of(zipped(entries)) == "xml-doctype"


def test_a_doctype_in_a_part_with_another_ending():
    entries = parts_of()
    sheet = entries.pop("xl/worksheets/sheet1.xml")
    entries["xl/_rels/workbook.xml.rels"] = relations(("r1", "worksheet", "sheet.bin"))
    entries["xl/sheet.bin"] = LAUGHS + sheet
    assert code_of(zipped(entries)) == "xml-doctype"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "no-such-code"])
def test_a_doctype_in_another_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>' + LAUGHS + sheet_xml("")
    attack = text.encode("utf-8" if encoding.startswith("no") else encoding)
    assert code_of(workbook(**{"xl/worksheets/sheet1.xml": attack})) in {
        "file-damaged",
        "xml-doctype",
    }


def test_utf_8_with_its_mark():
    entries = parts_of(cells("<c><v>1</v></c>"))
    marked = {name: "\ufeff<?xml version='1.0'?>" + text for name, text in entries.items()}
    assert values(zipped(marked)) == {"A1": Decimal(1)}


def test_undefined_entity():
    assert code_of(workbook(cells('<c t="str"><v>&c;</v></c>'))) == "file-damaged"


OTHER_BOOKS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("workbook-macros", {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        ("workbook-macros", {"[Content_Types].xml": content_types(OTHER_BOOKS)}),
        ("workbook-macros", {"xl/_rels/a.rels": relations(("r", "vbaProject", "any.bin"))}),
        ("workbook-macros", {"xl/_rels/a.rels": relations(("r", "xlMacrosheet", "any.xml"))}),
        ("workbook-external-links", {"xl/externalLinks/externalLink1.xml": "<a/>"}),
        ("workbook-external-links", {"xl/_rels/a.rels": relations(("r", "externalLink", "any"))}),
        ("workbook-embedded", {"xl/embeddings/oleObject1.bin": b"x"}),
        ("workbook-embedded", {"xl/_rels/a.rels": relations(("r", "oleObject", "any"))}),
        ("workbook-embedded", {"xl/_rels/a.rels": relations(("r", "package", "any"))}),
        ("workbook-embedded", {"xl/activeX/activeX1.xml": "<a/>"}),
    ],
)
def test_more_than_a_table(code, changed):
    assert code_of(workbook(cells("<c><v>1</v></c>"), **changed)) == code


def test_macros_links_and_objects_are_told_together():
    changed = {"xl/vbaProject.bin": b"x", "xl/externalLinks/a.xml": "<a/>", "xl/embeddings/a": b"x"}
    assert len(problems(workbook(**changed))) == 3


def test_macro_workbook_by_xlsxwriter(tmp_path):
    project = tmp_path / "vbaProject.bin"
    project.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))

    def fill(book):
        book.add_worksheet()
        book.add_vba_project(str(project))

    assert code_of(by_xlsxwriter(fill)) == "workbook-macros"


def test_ordinary_links_pictures_and_notes_are_welcome():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_url(0, 0, "https://example.org", string="link")
        sheet.write_comment(0, 0, "note")
        sheet.data_validation("B1", {"validate": "list", "source": ["a", "b"]})
        sheet.conditional_format("B1", {"type": "data_bar", "data_bar_2010": True})
        sheet.add_table("D1:E3", {"columns": [{"header": "x"}, {"header": "y"}]})

    assert values(by_xlsxwriter(fill)) == {"A1": "link", "D1": "x", "E1": "y"}


def ole(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100) + stream.encode("utf-16-le")


DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSB_TYPE = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (ole("EncryptedPackage"), "file-password"),
        (ole("Workbook"), "workbook-old"),
        (b"<html><table></table></html>", "not-a-workbook"),
        (b"a,b\n1,2\n", "not-a-workbook"),
        (b"%PDF-1.7", "not-a-workbook"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "not-a-workbook"),
        (zipped({"[Content_Types].xml": content_types(DOCX_TYPE)}), "not-a-workbook"),
        (zipped({"[Content_Types].xml": content_types(XLSB_TYPE)}), "not-a-workbook"),
        (zipped({}), "not-a-workbook"),
        (zipped({"a.xlsx": workbook()}), "archive-nested"),
        (b"PK\x03\x04" + bytes(MAX_FILE), "file-too-large"),
        (workbook()[:-100], "file-damaged"),
        (workbook()[:200], "file-damaged"),
    ],
)
def test_files_of_other_kinds(data, code):
    assert code_of(data) == code


def test_bomb_in_a_workbook():
    entries = parts_of()
    entries["xl/media/image1.png"] = bytes(50 * MIB)
    assert code_of(zipped(entries)) == "archive-unpacked"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="0"/>',
        '<row r="x"/>',
        '<row r="99999999999999999999"/>',
        '<row r="2"/><row r="2"/>',
        '<row r="2"/><row r="1"/>',
        "<row><row/></row>",
        "<c><v>1</v></c>",
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="1"/></row>',
        '<row r="1"><c r="AAAA1"/></row>',
        '<row r="1"><c r="Ä1"/></row>',
        '<row><c t="s"><v>1</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
        '<row><c t="s"><v>²</v></c></row>',
        '<row><c t="b"><v>2</v></c></row>',
        '<row><c t="nonsense"><v>2</v></c></row>',
        "<row>",
        '<mergeCell ref="A1:B2"/>',
    ],
)
def test_sheets_that_contradict_themselves(rows):
    assert code_of(workbook(rows)) == "file-damaged"


@pytest.mark.parametrize(
    "changed",
    [
        {"xl/worksheets/sheet1.xml": "not xml"},
        {"xl/worksheets/sheet1.xml": ""},
        {"_rels/.rels": relations()},
        {"xl/_rels/workbook.xml.rels": relations()},
        {"xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "missing.xml"))},
        {"xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "../../../etc/passwd"))},
        {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="A" r:id="r1"/><sheet name="B" r:id="r1"/></sheets></workbook>'
        },
        {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            f'<sheet name="{"A" * 300}" r:id="r1"/></sheets></workbook>'
        },
    ],
)
def test_workbooks_that_contradict_themselves(changed):
    assert code_of(workbook(**changed)) == "file-damaged"
