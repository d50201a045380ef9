"""Workbooks written by hand and by other libraries, and how they are read here."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter

from tanyuan.formats.sheets import (
    cell_name,
    read_workbook,
)
from tanyuan.problems import InputError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
at = datetime.fromisoformat


def relations(*links):
    inner = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for key, kind, target in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def sheet_xml(rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def content_types(*types):
    inner = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in enumerate(types))
    return f'<Types xmlns="{PACKAGE}/content-types">{inner}</Types>'


def parts_of(rows="", before="", after="", settings="", **changed):
    """The parts of a small workbook written by hand."""
    return {
        "[Content_Types].xml": content_types(WORKBOOK_TYPE),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{settings}'
            '<sheets><sheet name="Lines" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "styles", "styles.xml"),
            ("r3", "sharedStrings", "/xl/sharedStrings.xml"),
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{MAIN}">'
            '<numFmts><numFmt numFmtId="200" formatCode="yyyy/mm/dd hh:mm"/></numFmts>'
            '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="200"/></cellXfs>'
            "</styleSheet>"
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>shared</t></si></sst>',
        "xl/worksheets/sheet1.xml": sheet_xml(rows, before, after),
        **changed,
    }


def zipped(entries):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def workbook(rows="", **changed):
    return zipped(parts_of(rows, **changed))


def cells(*inner):
    return "<row>" + "".join(inner) + "</row>"


def read(data):
    return read_workbook(data, "a.xlsx")


def values(data):
    """All values of the first sheet, by cell name."""
    return {
        cell_name(column, row.number): cell.value
        for row in read(data).sheets[0].rows
        for column, cell in enumerate(row.cells)
        if cell.value is not None
    }


def problems(data, reader=read_workbook):
    with pytest.raises(InputError) as caught:
        reader(data, "a.xlsx")
    for problem in caught.value.problems:
        assert problem.place.file == "a.xlsx"
        assert str(problem)
    return caught.value.problems


def code_of(data, reader=read_workbook):
    (problem,) = problems(data, reader)
    return problem.code


def notices(data):
    return {notice.code: notice for notice in read(data).notices}


def by_xlsxwriter(fill, **options):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        fill(book)
    return target.getvalue()


def by_openpyxl(fill):
    book = openpyxl.Workbook()
    fill(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
