"""What stands in cells."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from tanyuan.formats.sheets import (
    Cell,
    cell_name,
    column_letters,
)
from tests.formats.sheets.books import (
    MAIN,
    STRICT,
    at,
    by_openpyxl,
    by_xlsxwriter,
    cells,
    code_of,
    parts_of,
    read,
    values,
    workbook,
    zipped,
)


def test_names_of_cells():
    assert cell_name(1, 7) == "B7"
    names = [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)]
    assert names == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_what_xlsxwriter_writes():
    moments = [date(1900, 1, 1), date(2024, 2, 29), at("2024-05-01 13:30:15.250")]
    texts = ["钢", "  spaced\u3000\xa0", "line\nbreak", "_x000D_", "<&>", "１２３", "\ufeffmark"]

    def fill(book):
        sheet = book.add_worksheet("数据")
        for row, value in enumerate([0.1, 1 / 3, -7, 1e-30, 1.5e300, 123456789012345]):
            sheet.write_number(row, 0, value)
        for row, value in enumerate(texts):
            sheet.write_string(row, 1, value)
        for row, value in enumerate([True, False]):
            sheet.write_boolean(row, 2, value)
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        for row, value in enumerate(moments):
            sheet.write_datetime(row, 3, value, day)
        sheet.write_rich_string(0, 4, "rich ", book.add_format({"bold": True}), "text")
        sheet.write_blank(99, 99, None, day)

    data = by_xlsxwriter(fill)
    (sheet,) = read(data).sheets
    assert sheet.name == "数据"
    assert len(sheet.rows) == len(texts)
    column = [[row.cell(n).value for row in sheet.rows] for n in range(6)]
    assert column[0][:6] == [
        Decimal(text) for text in ("0.1", "0.3333333333333333", "-7", "1E-30", "1.5E300")
    ] + [Decimal(123456789012345)]
    assert column[1] == ["钢", "spaced", "line\nbreak", "_x000D_", "<&>", "１２３", "mark"]
    assert column[2][:3] == [True, False, None]
    assert column[3][:3] == moments
    assert [type(value) for value in column[3][:3]] == [date, date, datetime]
    assert column[4][0] == "rich text"
    assert column[5] == [None] * len(texts)


def test_what_openpyxl_writes():
    def fill(book):
        book.active.append(["名称", 12.5, True, date(2024, 5, 1), at("2024-05-01 08:00")])
        book.active.append([])
        book.active.append([None, "x", 10**20, Decimal("0.7")])

    (sheet,) = read(by_openpyxl(fill)).sheets
    assert [row.number for row in sheet.rows] == [1, 3]
    first, last = ([cell.value for cell in row.cells] for row in sheet.rows)
    assert first == ["名称", Decimal("12.5"), True, date(2024, 5, 1), at("2024-05-01 08:00")]
    assert last == [None, "x", Decimal(10**20), Decimal("0.7")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0.10000000000000001", "0.1"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("12.300000000000001", "12.3"),
        ("1.1E-2", "0.011"),
        ("1", "1"),
        ("-0.5", "-0.5"),
        (" 7 ", "7"),
        ("+.5", "0.5"),
        ("100000000000000", "100000000000000"),
    ],
)
def test_numbers_are_exact(written, meant):
    (value,) = values(workbook(cells(f"<c><v>{written}</v></c>"))).values()
    assert isinstance(value, Decimal)
    assert value == Decimal(meant)
    assert len(str(value)) <= 25


@pytest.mark.parametrize(
    "written", ["1,5", "１２", "1_0", "NaN", "INF", "1e999", "0x1", "--1", "1 2", "1e99999999999"]
)
def test_no_number(written):
    assert code_of(workbook(cells(f"<c><v>{written}</v></c>"))) == "cell-number"


def test_a_tiny_number_has_no_endless_digits():
    assert values(workbook(cells("<c><v>1e-99999999</v></c>"))) == {"A1": Decimal(0)}


def test_full_width_digits_stay_text():
    data = workbook(cells('<c t="inlineStr"><is><t>１２．５</t></is></c>'))
    assert values(data) == {"A1": "１２．５"}


def test_kinds_of_text():
    data = workbook(
        cells(
            '<c t="s"><v>0</v></c>',
            '<c t="inlineStr"><is><r><t>a</t></r><r><t> b</t></r><rPh><t>x</t></rPh></is></c>',
            '<c t="str"><f>A1</f><v>c</v></c>',
            '<c t="d"><v>2024-05-01</v></c>',
            '<c t="d"><v>2024-05-01T08:00:00Z</v></c>',
            '<c t="b"><v>true</v></c>',
        )
    )
    assert [cell.value for cell in read(data).sheets[0].rows[0].cells] == [
        "shared",
        "a b",
        "c",
        date(2024, 5, 1),
        at("2024-05-01 08:00"),
        True,
    ]


def test_escapes_of_control_characters():
    texts = {"a_x000D_b": "a\rb", "_x005F_x000D_": "_x000D_", "_x0000_": "_x0000_"}
    texts |= {"_xD800_": "_xD800_", "_xyz": "_xyz"}
    data = workbook(cells(*(f'<c t="str"><v>{written}</v></c>' for written in texts)))
    assert list(values(data).values()) == list(texts.values())


def test_cells_without_names_prefixed_elements_and_the_strict_dialect():
    entries = parts_of()
    for namespace in (MAIN, STRICT):
        entries["xl/worksheets/sheet1.xml"] = (
            f'<x:worksheet xmlns:x="{namespace}"><x:sheetData><x:row>'
            '<x:c><x:v>1</x:v></x:c><x:c r="C1"><x:v>2</x:v></x:c><c><v>foreign</v></c>'
            "</x:row></x:sheetData></x:worksheet>"
        )
        assert values(zipped(entries)) == {"A1": Decimal(1), "C1": Decimal(2)}


def test_foreign_elements_are_not_taken_for_cells():
    after = '<extLst><ext xmlns:xm="m"><xm:f>A1</xm:f><xm:row/></ext></extLst>'
    assert values(workbook(cells("<c><v>1</v></c>"), after=after)) == {"A1": Decimal(1)}


def test_styled_but_empty_cells_and_rows_are_nothing():
    data = workbook(
        '<row r="1"><c r="A1" s="1"/></row><row r="2"/>'
        '<row r="3"><c r="B3" t="str"><v>\xa0 </v></c><c r="C3"><v>1</v></c><c r="D3"/></row>'
    )
    (row,) = read(data).sheets[0].rows
    assert row.number == 3
    assert row.cells == (Cell(), Cell(), Cell(Decimal(1)))
