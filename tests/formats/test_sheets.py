import io
import random
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanyuan.formats.archives import MAX_FILE, MIB
from tanyuan.formats.sheets import (
    Cell,
    cell_name,
    column_letters,
    gathering,
    parts,
    read_csv,
    read_workbook,
)
from tanyuan.formats.sheets.values import shows_date
from tanyuan.problems import InputError, Place

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


# --- values ---------------------------------------------------------------------------------------


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


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("61", date(1900, 3, 1)),
        ("45413", date(2024, 5, 1)),
        ("45413.5", at("2024-05-01 12:00")),
        ("45413.999999999", date(2024, 5, 2)),
        ("2958465", date(9999, 12, 31)),
    ],
)
def test_dates_since_1900(days, meant):
    for style in (1, 2):
        (value,) = values(workbook(cells(f'<c s="{style}"><v>{days}</v></c>'))).values()
        assert (type(value), value) == (type(meant), meant)


@pytest.mark.parametrize("days", ["0", "0.5", "-1", "60", "60.5", "2958466", "1e300"])
def test_no_date(days):
    assert code_of(workbook(cells(f'<c s="1"><v>{days}</v></c>'))) == "cell-date"


@pytest.mark.parametrize("text", ["2024-13-01", "T10:00", "x"])
def test_no_written_date(text):
    assert code_of(workbook(cells(f'<c t="d"><v>{text}</v></c>'))) == "cell-date"


def test_dates_since_1904():
    def fill(book):
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        book.add_worksheet().write_datetime(0, 0, at("2024-05-01"), day)

    data = by_xlsxwriter(fill, date_1904=True)
    assert values(data) == {"A1": date(2024, 5, 1)}
    assert "dates-since-1904" in notices(data)
    assert "dates-since-1904" not in notices(by_xlsxwriter(fill))
    settings = '<workbookPr date1904="true"/>'
    day_0 = workbook(cells('<c s="1"><v>0</v></c>'), settings=settings)
    assert values(day_0) == {"A1": date(1904, 1, 1)}
    assert notices(workbook(cells("<c><v>0</v></c>"), settings=settings)) == {}


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("General", False),
        ("0.00E+00", False),
        ('#,##0.00 "days"', False),
        ("[Red]0.0;[Blue]-0.0", False),
        (r"0.0 \d\m", False),
        ("h:mm:ss AM/PM", False),
        ("[h]:mm", False),
        ("mm:ss.0", False),
        ("yyyy-mm-dd", True),
        ('[$-804]yyyy"年"m"月"d"日";@', True),
        ('m"月"', True),
        ("dd/mm/yyyy hh:mm", True),
        ("_-* #,##0.00_-", False),
    ],
)
def test_formats_that_show_a_day(code, day):
    assert shows_date(code) is day


# --- formulas, errors, notices --------------------------------------------------------------------


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


# --- limits ---------------------------------------------------------------------------------------


def noise_rows(count):
    """Rows that do not pack well, as a high ratio is refused before anything else."""
    numbers = random.Random(1)
    return "".join(f"<row><c><v>{numbers.random()}</v></c></row>" for _ in range(count))


def test_as_many_rows_as_allowed_and_one_more(monkeypatch):
    assert code_of(workbook(noise_rows(200_001))) == "table-rows"
    monkeypatch.setattr(gathering, "MAX_ROWS", 100)
    assert len(read(workbook(noise_rows(100))).sheets[0].rows) == 100
    assert code_of(workbook(noise_rows(101))) == "table-rows"


def test_columns():
    assert values(workbook('<row r="1"><c r="SF1"><v>1</v></c></row>')) == {"SF1": Decimal(1)}
    (problem,) = problems(workbook('<row r="1"><c r="SG1"><v>1</v></c></row>'))
    assert problem.code == "table-columns"
    assert "SG" in str(problem)
    assert values(workbook('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'))


def test_cells_count_with_the_gaps_between_them(monkeypatch):
    monkeypatch.setattr(gathering, "MAX_CELLS", 1000)
    rows = "".join(f'<row r="{n}"><c r="SF{n}"><v>1</v></c></row>' for n in (1, 2))
    assert len(values(workbook(rows))) == 2
    assert code_of(workbook(rows + cells("<c><v>1</v></c>"))) == "table-cells"


def test_length_of_a_text():
    longest = "界" * 32_767
    for before, after in (
        ('<c t="str"><v>', "</v></c>"),
        ('<c t="inlineStr"><is><t>', "</t></is></c>"),
    ):
        for written, ok in ((longest, True), (longest + "x", False), (longest * 8, False)):
            # Noise beside it keeps the ratio low.
            data = workbook(cells(before + written + after) + noise_rows(20_000))
            if ok:
                assert values(data)["A1"] == longest
            else:
                (problem,) = problems(data)
                assert problem.code == "cell-too-long"
                assert problem.place == Place("a.xlsx", "Lines", 1, "A")
    shared = f'<sst xmlns="{MAIN}"><si><t>{longest}x</t></si></sst>'
    changed = {"xl/sharedStrings.xml": shared}
    assert code_of(workbook(noise_rows(20_000), **changed)) == "cell-too-long"


def test_a_sheet_that_claims_all_rows_there_are():
    before = '<dimension ref="A1:XFD1048576"/>'
    data = workbook(cells("<c><v>1</v></c>"), before=before)
    assert values(data) == {"A1": Decimal(1)}


def test_a_million_empty_rows_are_passed_over():
    empty = "".join(f'<row r="{n}" ht="15"/>' for n in range(2, 200_000))
    assert values(workbook(cells("<c><v>1</v></c>") + empty)) == {"A1": Decimal(1)}


@pytest.mark.parametrize(("row", "refused"), [(1002, False), (1003, True), (1_048_576, True)])
def test_data_far_below(row, refused):
    data = workbook(cells("<c><v>1</v></c>") + f'<row r="{row}"><c><v>2</v></c></row>')
    if refused:
        (problem,) = problems(data)
        assert problem.code == "table-gap"
        assert problem.place.row == row
    else:
        assert len(values(data)) == 2


def test_the_problems_before_a_limit_are_told_too():
    error = '<c t="e"><v>#N/A</v></c>'
    data = workbook(cells(error) + '<row r="5000"><c><v>2</v></c></row>')
    assert [problem.code for problem in problems(data)] == ["cell-error", "table-gap"]


def test_tags_without_end(monkeypatch):
    monkeypatch.setattr(parts, "MAX_TAGS", 1000)
    assert code_of(workbook("<a/>" * 1000)) == "workbook-too-large"


def test_a_small_part_that_is_huge(monkeypatch):
    monkeypatch.setattr(parts, "_MAX_SMALL_PART", 2000)
    styles = f'<styleSheet xmlns="{MAIN}">{"<a/>" * 600}</styleSheet>'
    assert code_of(workbook(**{"xl/styles.xml": styles})) == "workbook-too-large"


def test_names_and_tags_without_end():
    names = "".join(f"<n{n}/>" for n in range(50_000))
    assert code_of(workbook(names)) == "file-damaged"
    noise = "".join(map(str, random.Random(1).choices(range(10**9), k=400_000)))
    assert code_of(workbook(f'<a b="{noise}"/>')) == "file-damaged"
    assert code_of(workbook(f"<!--{noise}-->")) == "file-damaged"
    assert read(workbook(f"<a>{noise}</a>")).sheets[0].rows == ()


# --- hostile and mistaken files -------------------------------------------------------------------

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


# --- CSV ------------------------------------------------------------------------------------------


def csv_rows(data):
    return [(row.number, [cell.value for cell in row.cells]) for row in read_csv(data, "a").rows]


TABLE = "名称,数量\n钢材, 12.50 \n\n,,\n铝,００１\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_encodings(encoding):
    assert csv_rows(TABLE.encode(encoding)) == [
        (1, ["名称", "数量"]),
        (2, ["钢材", "12.50"]),
        (5, ["铝", "００１"]),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_csv_separator_by_the_header_alone(separator):
    others = ",;\t".replace(separator, "") * 5
    text = f'"a{others * 3}"{separator}b\r\n1{others}{separator}2\r\n'
    assert csv_rows(text.encode()) == [
        (1, [("a" + others * 3).strip(), "b"]),
        (2, [("1" + others).strip(), "2"]),
    ]


def test_csv_quotes_and_line_breaks_in_them():
    data = b'a,b\r\n"x, ""y""","two\r\nlines"\r\n\r\nlast,1'
    assert csv_rows(data) == [
        (1, ["a", "b"]),
        (2, ['x, "y"', "two\r\nlines"]),
        (4, ["last", "1"]),
    ]


def test_csv_knows_no_escapes_of_workbooks():
    assert csv_rows(b"_x000D_") == [(1, ["_x000D_"])]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        "a,b\n1,2".encode("utf-16-be"),
        b"a,b\n1,\0",
        "Matériau;Quantité\nacier trempé;5\nMüller;Straße\n".encode("latin-1"),
        "Größe,Prüfung\nmäßig,schön\n".encode("latin-1"),
        TABLE.encode() + b"\xff",
        ("\ufeff" + TABLE).encode()[:-2] + b"\xe9",
        "材料名称,用量,单位\n钢材,1,千克\n".encode() + b"\xb0\xa1",
        bytes(range(128, 256)),
        workbook(),
    ],
)
def test_csv_in_no_known_encoding(data):
    with pytest.raises(InputError) as caught:
        read_csv(data, "a.csv")
    (problem,) = caught.value.problems
    assert problem.code == "csv-encoding"
    assert problem.place == Place("a.csv")


@pytest.mark.parametrize("data", [b'a,b\n"1,2\n3,4\n', b'a,b\n"1"x,2\n'])
def test_csv_with_a_stray_quotation_mark(data):
    (problem,) = problems(data, read_csv)
    assert problem.code == "csv-quotes"
    assert problem.place.row == 2


def test_csv_limits(monkeypatch):
    assert code_of(b"x" * 32_768, read_csv) == "cell-too-long"
    assert code_of(b"x" * 200_000, read_csv) == "cell-too-long"
    assert code_of(b"x\n" * 200_001, read_csv) == "table-rows"
    assert code_of(b"," * 500 + b"x", read_csv) == "table-columns"
    assert code_of(b"x\n" + b"\n" * 1001 + b"x", read_csv) == "table-gap"
    assert code_of(b"x" * (MAX_FILE + 1), read_csv) == "file-too-large"
    assert csv_rows(b"x" + b"," * 600 + b"\n" * 5000) == [(1, ["x"])]
    monkeypatch.setattr(gathering, "MAX_CELLS", 3)
    assert code_of(b"x,y\nx,y\n", read_csv) == "table-cells"


def test_csv_without_anything():
    for data in (b"", b"\xef\xbb\xbf", b"\n\n", b" ;; \n"):
        assert csv_rows(data) == []


# --- anything -------------------------------------------------------------------------------------


def survives(data):
    for reader in (read_workbook, read_csv):
        try:
            reader(data, "a.xlsx")
        except InputError as error:
            said = str(error)
        else:
            said = "fine"
        assert said


SAMPLE_PARTS = parts_of(
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45413</v></c></row>'
    '<row r="3" hidden="1"><c r="C3"><f>B1</f><v>0.10000000000000001</v></c>'
    '<c r="D3" t="inlineStr"><is><t>x</t></is></c><c r="E3" t="b"><v>1</v></c></row>',
    before='<cols><col min="2" max="3" hidden="1"/></cols>',
    after='<mergeCells><mergeCell ref="Y1:Z2"/></mergeCells>',
    settings='<workbookPr date1904="1"/><calcPr fullCalcOnLoad="1"/>',
)
SAMPLE = zipped(SAMPLE_PARTS)
anything = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)


@anything
@given(st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"]), st.binary(max_size=500))
def test_random_bytes(start, data):
    survives(start + data)


@anything
@given(
    st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=5),
    st.integers(0, len(SAMPLE)),
)
def test_workbooks_with_changed_bytes(changes, end):
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    survives(bytes(data))
    survives(bytes(data[:end]))


@anything
@given(
    st.sampled_from(sorted(SAMPLE_PARTS)),
    st.integers(0, 1000),
    st.integers(0, 30),
    st.one_of(
        st.text(max_size=10),
        st.sampled_from(
            ["<", "/>", '"', "<row>", "<c/>", "<v>", ' r="', "1e9", "99999999999", "&"]
        ),
    ),
)
def test_workbooks_with_changed_xml(part, at, cut, put):
    text = SAMPLE_PARTS[part]
    at %= len(text)
    changed = (text[:at] + put + text[at + cut :]).encode(errors="surrogatepass")
    survives(zipped({**SAMPLE_PARTS, part: changed}))
