"""Formulas, errors and what is told beside the values."""

from decimal import Decimal

import pytest

from tanyuan.formats.sheets import (
    Cell,
    read_workbook,
)
from tanyuan.problems import Place
from tests.formats.sheets.books import (
    by_openpyxl,
    by_xlsxwriter,
    cells,
    code_of,
    notices,
    problems,
    read,
    values,
    workbook,
)


def test_stored_results_of_formulas_are_marked():
    data = workbook(cells("<c><v>1</v></c>", "<c><f>A1</f><v>1</v></c>"))
    assert read(data).sheets[0].rows[0].cells == (
        Cell(Decimal(1)),
        Cell(Decimal(1), cached=True),
    )


def test_formula_without_stored_value():
    def fill(book):
        book.active.append([1, "=A1*2"])
        book.active.append([3, "=A2*2"])

    found = problems(by_openpyxl(fill))
    assert [problem.code for problem in found] == ["formula-without-value"] * 2
    assert [problem.place for problem in found] == [
        Place("a.xlsx", "Sheet", row, "B") for row in (1, 2)
    ]


def test_formula_whose_result_is_the_empty_text():
    data = workbook(cells('<c t="str"><f>""</f><v></v></c>', "<c><v>1</v></c>"))
    assert values(data) == {"B1": Decimal(1)}


def test_formulas_never_calculated():
    def fill(book):
        book.add_worksheet().write_formula(0, 0, "=1+1")

    assert "not-calculated" in notices(by_xlsxwriter(fill))
    assert notices(by_xlsxwriter(lambda book: book.add_worksheet().write_number(0, 0, 1))) == {}


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_error_cells(error):
    data = workbook(f'<row r="4"><c r="C4" t="e"><f>1/0</f><v>{error}</v></c></row>')
    (problem,) = problems(data)
    assert problem.code == "cell-error"
    assert problem.place == Place("a.xlsx", "Lines", 4, "C")
    assert error in str(problem)


def test_all_problems_at_once_and_the_rest_counted():
    error = '<c t="e"><v>#N/A</v></c>'
    found = problems(workbook(cells(error, "<c><f>A1</f></c>", error)))
    assert [problem.place.field for problem in found] == ["A", "B", "C"]
    many = problems(workbook(cells(error) * 130))
    assert len(many) == 101
    assert many[-1].code == "more"
    assert "30" in str(many[-1])


@pytest.mark.parametrize(
    ("written", "noticed"),
    [
        ("123456789012345", False),
        ("1234567890123456", True),
        ("1.10101199003071E+17", True),
        ("-1E15", True),
        ("0.1234567890123456", False),
    ],
)
def test_long_numbers_may_be_spoilt_identifiers(written, noticed):
    data = workbook(cells(f"<c><v>{written}</v></c>") * 2)
    found = read(data).notices
    assert [notice.code for notice in found] == ["long-number"] * (2 * noticed)
    assert [notice.place.row for notice in found] == [1, 2][: 2 * noticed]
    assert set(values(data).values()) == {Decimal(written)}


def test_hidden_rows_columns_and_sheets_are_read_and_told():
    def fill(book):
        sheet = book.add_worksheet("One")
        for row in range(9):
            sheet.write_row(row, 0, [row, row, row, row])
        for row in (2, 3, 4, 7, 20):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column("B:C", None, None, {"hidden": True})
        sheet.set_column("F:XFD", None, None, {"hidden": True})
        hidden = book.add_worksheet("Two")
        hidden.write_number(0, 0, 1)
        hidden.hide()
        book.add_worksheet("Three").very_hidden()

    data = by_xlsxwriter(fill)
    found = notices(data)
    assert set(found) == {"hidden-rows", "hidden-columns", "hidden-sheet"}
    assert "3–5, 8." in str(found["hidden-rows"])
    assert "B–C." in str(found["hidden-columns"])
    assert found["hidden-sheet"].place == Place("a.xlsx", "Two")
    book = read(data)
    assert [sheet.hidden for sheet in book.sheets] == [False, True, True]
    assert [row.number for row in book.sheets[0].rows if row.hidden] == [3, 4, 5, 8]


def test_long_lists_of_hidden_rows_end():
    data = workbook(
        "".join(f'<row r="{n}" hidden="1"><c><v>1</v></c></row>' for n in range(2, 99, 2))
    )
    assert "40…" in str(notices(data)["hidden-rows"])


@pytest.mark.parametrize(
    ("merged", "refused"),
    [
        ("A1:B1", True),
        ("B2:B3", True),
        ("C3:D9", True),
        ("A5:C6", False),
        ("E1:F2", False),
        ("A1", None),
        ("1:2", None),
    ],
)
def test_merged_cells(merged, refused):
    rows = cells("<c><v>1</v></c>") * 3 + '<row r="4"><c r="D4"><v>1</v></c></row>'
    data = workbook(rows, after=f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>')
    if refused:
        (problem,) = problems(data)
        assert problem.code == "merged-cells"
        assert merged in str(problem)
    elif refused is None:
        assert code_of(data) == "file-damaged"
    else:
        assert len(values(data)) == 4


def test_merged_cells_by_xlsxwriter():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.merge_range("A1:C1", "title")
        sheet.write_number("C3", 1)

    (problem,) = problems(by_xlsxwriter(fill))
    assert problem.place == Place("a.xlsx", "Sheet1", 1, "A")


def test_only_wanted_sheets_are_read():
    def fill(book):
        book.add_worksheet("Read me").merge_range("A1:C1", "title")
        book.add_worksheet("Lines").write_number(0, 0, 1)

    book = read_workbook(by_xlsxwriter(fill), "a.xlsx", lambda name: name == "Lines")
    assert [sheet.name for sheet in book.sheets] == ["Lines"]


def test_chart_sheets_are_no_tables():
    def fill(book):
        sheet = book.add_worksheet("Lines")
        sheet.write_number(0, 0, 1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Lines!$A$1:$A$1"})
        book.add_chartsheet("Chart").set_chart(chart)

    assert [sheet.name for sheet in read(by_xlsxwriter(fill)).sheets] == ["Lines"]
