import io
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from tanyuan.footprint.study import Role, Study
from tanyuan.formats import study_workbook
from tanyuan.formats.layout import STUDY, bilingual, columns, sheet_title, tables
from tanyuan.formats.study_workbook import read_study_workbook
from tanyuan.formats.study_writer import write_study_workbook
from tanyuan.formats.template import template_study
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import in_language, translate
from tanyuan.problems import InputError

NAME = "mine.xlsx"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def template(**changes):
    study = template_study().model_copy(update=changes)
    return openpyxl.load_workbook(io.BytesIO(write_study_workbook(study)))


def saved(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(book):
    return read_study_workbook(saved(book), NAME)


def refused(book):
    with pytest.raises(InputError) as error:
        read(book)
    return error.value.problems


def position(table, field):
    """The column of a field in its sheet, counted from 1."""
    return next(i for i, column in enumerate(columns(table), 1) if column.name == field)


def heading(table, field):
    return columns(table)[position(table, field) - 1].heading


def cell(book, table, field, row):
    return book[sheet_title(table)].cell(row, position(table, field))


def study_row(field):
    """The row of a field of the study in its sheet."""
    return position(STUDY, field) + 1


def study_cell(book, field):
    return book[sheet_title(STUDY)].cell(study_row(field), 2)


def headings(book):
    """Every heading of the workbook: the cells that hold them."""
    yield from (row[0] for row in book[sheet_title(STUDY)].iter_rows(min_row=2))
    for table in tables():
        yield from book[sheet_title(table)][1]


def titles():
    """The English title by the heading in both languages."""
    return {c.heading: c.title for table in (STUDY, *tables()) for c in columns(table)}


def fact(problem):
    """Where a problem is: code, sheet, row, field."""
    place = problem.place
    return problem.code, place.sheet, place.row, place.field


@pytest.mark.parametrize(
    "written",
    [
        lambda title: translate(title, "zh"),
        lambda title: title,
        lambda title: title.upper(),
        lambda title: f"  {title.lower()}   ＊ ",
        lambda title: title.replace(" ", ""),
        lambda title: title.translate(WIDE),
        lambda title: bilingual(title).replace(" ", "\n"),
    ],
    ids=["Chinese", "English", "upper", "spaced", "unspaced", "wide", "two lines"],
)
def test_headings_are_known_however_they_are_written(written):
    book = template()
    for head in headings(book):
        head.value = written(titles()[head.value.removesuffix(" *")])
    assert read(book).study == template_study()


def test_headings_may_be_the_names_of_the_fields():
    book = template()
    names = {c.heading: c.name for table in (STUDY, *tables()) for c in columns(table)}
    for head in headings(book):
        head.value = names[head.value.removesuffix(" *")]
    assert read(book).study == template_study()


@pytest.mark.parametrize("language", [0, 1], ids=["Chinese", "English"])
def test_sheets_may_have_the_name_of_one_language(language):
    book = template()
    for sheet in book:
        sheet.title = sheet.title.split(" ", 1)[language]
    found = read(book)
    assert found.study == template_study()
    assert found.notices == ()


def test_columns_may_stand_in_any_order():
    book = template()
    sheet = book[sheet_title("lines")]
    rows = [list(row)[::-1] for row in sheet.iter_rows(values_only=True)]
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row, 1):
            sheet.cell(number, index).value = value
    assert read(book).study == template_study()


def test_columns_and_sheets_that_are_not_needed_may_be_deleted():
    book = template()
    for title in ("recycling", "meters", "published", "scenarios", "stages", "processes"):
        del book[sheet_title(title)]
    sheet = book[sheet_title("lines")]
    kept = {"id", "name_zh", "name_en", "stage", "amount", "unit", "distance", "ref", "supply"}
    kept |= {"data_kind", "evidence"}
    for index in range(len(columns("lines")), 0, -1):
        if columns("lines")[index - 1].name not in kept:
            sheet.delete_cols(index)
    assert read(book).study == template_study()


@pytest.mark.parametrize(
    "written",
    [
        lambda role: role.value,
        lambda role: role.value.upper().replace("_", " "),
        lambda role: role.label.text,
        lambda role: translate(role.label.text, "zh"),
        lambda role: f" {translate(role.label.text, 'zh')}  {role.value} ",
        lambda role: role.value.translate(WIDE),
        lambda role: f"另一种译法 {role.value}",
    ],
    ids=["code", "upper", "English", "Chinese", "offered", "wide", "another version's Chinese"],
)
def test_choices_may_be_typed_in_either_language_or_as_code(written):
    book = template()
    for row, role in enumerate(Role, 2):
        cell(book, "lines", "id", row).value = role.value
        cell(book, "lines", "role", row).value = written(role)
    assert [line.role for line in read(book).study.lines] == list(Role)


@pytest.mark.parametrize("text", ["fossils", "bio fossil", "not biogenic", "化石燃料"])
def test_a_choice_that_only_resembles_one_is_refused(text):
    book = template()
    cell(book, "lines", "kind", 3).value = text
    [problem] = refused(book)
    assert fact(problem) == ("choice", sheet_title("lines"), 3, heading("lines", "kind"))
    assert text in str(problem.cause)
    assert all(str(kind) in str(problem.mend) for kind in EmissionKind)


@pytest.mark.parametrize(
    "text", ["aviation, packaging", "其中航空 aviation；其中包装", "Packaging、AVIATION，aviation"]
)
def test_flags_may_be_several(text):
    book = template()
    cell(book, "lines", "flags", 2).value = text
    assert set(read(book).study.lines[0].flags) == {Flag.AVIATION, Flag.PACKAGING}
    assert len(read(book).study.lines[0].flags) == 2


def test_one_unknown_flag_among_known_ones_is_not_lost():
    book = template()
    cell(book, "lines", "flags", 2).value = "aviation, packagin"
    [problem] = refused(book)
    assert problem.code == "choice"
    assert problem.place.row == 2


@pytest.mark.parametrize(
    ("text", "value"),
    [("是", True), ("否", False), ("Yes", True), ("ＮＯ", False), (True, True), ("是 yes", True)],
)
def test_yes_and_no_may_be_said_in_either_language(text, value):
    book = template()
    study_cell(book, "synthetic").value = text
    assert read(book).study.synthetic is value


@pytest.mark.parametrize("text", ["maybe", "对", 2])
def test_what_is_neither_yes_nor_no_is_refused(text):
    book = template()
    study_cell(book, "synthetic").value = text
    [problem] = refused(book)
    assert problem.place.field == heading(STUDY, "synthetic")
    assert problem.place.row == study_row("synthetic")
    assert str(text) in str(problem.cause)


@pytest.mark.parametrize(("text", "number"), [("1.25", "1.25"), (" 1e3 ", "1000"), ("007", "7")])
def test_numbers_may_be_typed_as_text(text, number):
    book = template()
    cell(book, "lines", "amount", 2).value = text
    assert read(book).study.lines[0].amount.number == Decimal(number)


@pytest.mark.parametrize("unit", ["千克", "公斤", "ＫＧ", " kg ", "kilograms"])
def test_units_may_be_written_in_chinese_and_by_name(unit):
    book = template()
    cell(book, "lines", "unit", 2).value = unit
    assert str(read(book).study.lines[0].unit) == "kg"


def test_an_identifier_typed_as_a_number_is_text():
    book = template()
    cell(book, "lines", "id", 2).value = 101
    cell(book, "lines", "note", 2).value = True
    line = read(book).study.lines[0]
    assert (line.id, line.note) == ("101", "true")


def test_a_date_typed_into_a_text_field_is_text():
    book = template()
    cell(book, "lines", "note", 2).value = datetime.fromisoformat("2025-03-31")
    assert read(book).study.lines[0].note == "2025-03-31"


def test_a_date_may_be_text_and_may_have_a_time():
    book = template()
    study_cell(book, "period_start").value = "2025-03-01"
    study_cell(book, "period_end").value = datetime.fromisoformat("2025-03-31T08:30")
    study = read(book).study
    assert (study.period_start.isoformat(), study.period_end.isoformat()) == (
        "2025-03-01", "2025-03-31",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["2025年3月1日", "1/3/2025", "spring", "2025-02-30", 45658])
def test_what_is_no_date_is_refused_with_how_to_write_it(text):
    book = template()
    study_cell(book, "period_start").value = text
    study_cell(book, "period_start").number_format = "General"
    [problem] = refused(book)
    assert problem.place.row == study_row("period_start")
    assert problem.place.field == heading(STUDY, "period_start")
    assert "2025-12-31" in str(problem.mend)


def test_empty_rows_between_do_not_move_the_row_numbers():
    book = template()
    sheet = book[sheet_title("lines")]
    sheet.insert_rows(3, 4)
    assert read(book).study == template_study()
    cell(book, "lines", "unit", 8).value = "ton"
    [problem] = refused(book)
    assert fact(problem)[1:] == (sheet_title("lines"), 8, heading("lines", "unit"))


def test_a_problem_of_the_calculation_names_the_row_that_excel_shows():
    book = template()
    book[sheet_title("lines")].insert_rows(2, 3)
    cell(book, "lines", "unit", 5).value = "kWh"
    with pytest.raises(InputError) as error:
        read(book).calculate()
    [problem] = error.value.problems
    assert fact(problem) == ("unit-kind", sheet_title("lines"), 5, heading("lines", "unit"))
    assert problem.place.file == NAME


def test_remarks_are_left_out():
    book = template()
    lines = book[sheet_title("lines")]
    first_free = len(columns("lines")) + 1
    for index, remark in enumerate(("# price 价格", "＃备注", "# Amount", "#")):
        lines.cell(1, first_free + index).value = remark
        lines.cell(2, first_free + index).value = 12 + index
    study = book[sheet_title(STUDY)]
    study.cell(40, 1).value = "# checked by"
    study.cell(40, 2).value = "Li"
    study.cell(41, 1).value = "# Note"
    study.cell(41, 2).value = "not the field of this name"
    study.cell(5, 7).value = "beside the table"
    assert read(book).study == template_study()


def test_own_sheets_are_told_but_no_error():
    book = template()
    book.create_sheet("计算草稿")["A1"] = "whatever"
    found = read(book)
    assert found.study == template_study()
    [notice] = found.notices
    assert (notice.code, notice.place.sheet) == ("sheet-not-read", "计算草稿")


def test_the_sheets_that_only_help_are_no_matter_of_notices():
    book = openpyxl.load_workbook(io.BytesIO(write_study_workbook(template_study(), library=True)))
    book[bilingual("Choices")]["A1"] = "changed"
    assert read(book).notices == ()


def test_hidden_rows_columns_and_sheets_are_read_and_told():
    book = template()
    lines = book[sheet_title("lines")]
    lines.row_dimensions[3].hidden = True
    lines.column_dimensions[
        openpyxl.utils.get_column_letter(position("lines", "ref"))
    ].hidden = True
    book[sheet_title(STUDY)].sheet_state = "hidden"
    found = read(book)
    assert found.study == template_study()
    assert {notice.code for notice in found.notices} == {
        "hidden-sheet", "hidden-rows", "hidden-columns",
    }  # fmt: skip


def test_a_formula_of_excel_is_read_as_its_last_value_and_told():
    data = with_formula(saved(template()), "<v>1.2</v>")
    found = read_study_workbook(data, NAME)
    assert found.study.lines[0].amount.number == Decimal("1.2")
    [notice] = [notice for notice in found.notices if notice.code == "cell-cached"]
    assert (notice.place.sheet, notice.place.row) == (sheet_title("lines"), 2)


def with_formula(data, stored):
    """The workbook with a formula in the amount of the first line."""
    letter = openpyxl.utils.get_column_letter(position("lines", "amount"))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name).decode("utf-8", "surrogateescape")
            if name == "xl/worksheets/sheet3.xml":
                start = content.index(f'<c r="{letter}2"')
                end = content.index("</c>", start)
                content = f'{content[:start]}<c r="{letter}2"><f>1+0.2</f>{stored}{content[end:]}'
            copy.writestr(name, content.encode("utf-8", "surrogateescape"))
    return target.getvalue()


def test_a_formula_without_value_is_refused():
    with pytest.raises(InputError) as error:
        read_study_workbook(with_formula(saved(template()), ""), NAME)
    [problem] = error.value.problems
    assert (problem.code, problem.place.sheet, problem.place.row) == (
        "formula-without-value", sheet_title("lines"), 2,
    )  # fmt: skip


def test_an_unknown_heading_is_refused_with_the_nearest():
    book = template()
    cell(book, "lines", "amount", 1).value = "Amuont"
    problems = refused(book)
    assert fact(problems[0])[:3] == ("heading-unknown", sheet_title("lines"), 1)
    assert heading("lines", "amount") in str(problems[0].mend)


def test_an_unknown_field_of_the_study_is_refused_with_its_row():
    book = template()
    sheet = book[sheet_title(STUDY)]
    sheet.cell(30, 1).value = "Colour 颜色"
    sheet.cell(30, 2).value = "red"
    [problem] = refused(book)
    assert fact(problem)[:3] == ("heading-unknown", sheet_title(STUDY), 30)
    assert "Colour" in str(problem.cause)


def test_a_value_without_heading_is_not_lost():
    book = template()
    book[sheet_title("lines")].cell(3, 60).value = 5
    book[sheet_title(STUDY)].cell(50, 2).value = "lonely"
    first, second = refused(book)
    assert fact(first) == ("cell-without-heading", sheet_title(STUDY), 50, "B")
    assert fact(second) == ("cell-without-heading", sheet_title("lines"), 3, "BH")


def test_sources_go_on_in_the_rows_below():
    book = template()
    sheet = book[sheet_title(STUDY)]
    row = study_row("sources")
    sheet.cell(row, 2).value = "first"
    sheet.insert_rows(row + 1, 2)
    sheet.cell(row + 1, 2).value = "second"
    sheet.cell(row + 2, 1).value = heading(STUDY, "sources")
    sheet.cell(row + 2, 2).value = "third"
    assert read(book).study.sources == ("first", "second", "third")


def test_a_doubled_column_is_refused():
    book = template()
    book[sheet_title("lines")].cell(1, 60).value = "数量"
    [problem] = refused(book)
    assert fact(problem) == ("column-double", sheet_title("lines"), 1, "BH")


def test_a_doubled_sheet_is_refused():
    book = template()
    book.create_sheet("LINES")
    [problem] = refused(book)
    assert fact(problem)[:2] == ("sheet-double", "LINES")
    assert sheet_title("lines") in str(problem.cause)


def test_a_doubled_field_of_the_study_is_refused():
    book = template()
    sheet = book[sheet_title(STUDY)]
    sheet.cell(40, 1).value = "Study id"
    sheet.cell(40, 2).value = "other"
    [problem] = refused(book)
    assert fact(problem) == ("field-double", sheet_title(STUDY), 40, heading(STUDY, "id"))


def test_a_workbook_of_something_else_is_told_where_to_start():
    book = openpyxl.Workbook()
    book.active["A1"] = "Invoice"
    [problem] = refused(book)
    assert problem.code == "no-study"
    assert "tanyuan template" in str(problem.mend)


def test_a_workbook_without_the_study_sheet_names_it():
    book = template()
    del book[sheet_title(STUDY)]
    [problem] = refused(book)
    assert problem.code == "no-study-sheet"
    assert sheet_title(STUDY) in str(problem.cause)


def test_missing_fields_name_their_heading_and_row():
    book = template()
    study_cell(book, "boundary").value = None
    cell(book, "lines", "id", 3).value = None
    problems = refused(book)
    assert {(p.place.sheet, p.place.row, p.place.field) for p in problems} == {
        (sheet_title(STUDY), study_row("boundary"), heading(STUDY, "boundary")),
        (sheet_title("lines"), 3, heading("lines", "id")),
    }


def test_all_problems_of_all_sheets_are_told_at_once_and_each_once():
    book = template()
    study_cell(book, "boundary").value = "from here to there"
    study_cell(book, "amount").value = -1
    cell(book, "lines", "unit", 2).value = "ton"
    cell(book, "lines", "amount", 3).value = "1,5"
    cell(book, "lines", "data_kind", 4).value = "guessed"
    book[sheet_title("parameters")].cell(2, 1).value = "loss"
    places = [(p.place.sheet, p.place.row, p.place.field) for p in refused(book)]
    assert sorted(places) == sorted(
        [
            (sheet_title(STUDY), study_row("boundary"), heading(STUDY, "boundary")),
            (sheet_title(STUDY), study_row("amount"), heading(STUDY, "amount")),
            (sheet_title("lines"), 2, heading("lines", "unit")),
            (sheet_title("lines"), 3, heading("lines", "amount")),
            (sheet_title("lines"), 4, heading("lines", "data_kind")),
            (sheet_title("parameters"), 2, heading("parameters", "value")),
        ]
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_places_name_the_heading_as_the_sheet_shows_it_in_both_languages(language):
    book = template()
    cell(book, "lines", "amount", 3).value = "１２"
    cell(book, "lines", "role", 3).value = "?"
    with in_language(language):
        fields = {problem.place.field for problem in refused(book)}
    assert fields == {heading("lines", "amount"), heading("lines", "role")}


def test_a_table_with_very_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(study_workbook, "MAX_ROWS", 2)
    [problem] = refused(template())
    assert fact(problem)[:2] == ("rows-many", sheet_title("lines"))
    assert "3" in str(problem.cause)


def test_merged_cells_in_the_table_are_refused():
    book = template()
    book[sheet_title("lines")].merge_cells("A2:A3")
    assert ("merged-cells", sheet_title("lines"), 2, "A") in map(fact, refused(book))


def test_a_sheet_without_any_cell_is_an_empty_table():
    book = template()
    book[sheet_title("lines")].delete_rows(1, 20)
    assert read(book).study == template_study().model_copy(update={"lines": ()})


def test_a_title_above_the_headings_is_told():
    book = template()
    book[sheet_title("lines")].insert_rows(1)
    book[sheet_title("lines")]["A1"] = "Bill of materials"
    problems = refused(book)
    assert fact(problems[0])[:3] == ("heading-unknown", sheet_title("lines"), 1)


def test_the_pedigree_may_be_typed_with_any_marks():
    book = template()
    for row, text in enumerate(("2,3,1,1,2", "2; 3; 1; 1; 2", "(2,3,1,1,2)"), 2):
        cell(book, "lines", "pedigree", row).value = text
    assert {line.pedigree for line in read(book).study.lines} == {(2, 3, 1, 1, 2)}


def test_what_was_not_filled_keeps_its_default():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "study"
    for row in (("Study id", "x"), ("声明单位", "件"), ("boundary", "从摇篮到大门")):
        sheet.append(row)
    assert read(book).study == Study.model_validate(
        {"id": "x", "unit": "piece", "boundary": "cradle_to_gate"}
    )
