import io
import unicodedata
from datetime import date
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tanyuan.factors.starter import starter_release
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.method import Method
from tanyuan.footprint.study import TABLES, Study
from tanyuan.formats.files import read_study, write_study
from tanyuan.formats.layout import REPORT, STUDY, bilingual, columns, sheet_title, tables
from tanyuan.formats.study_writer import write_study_workbook
from tanyuan.formats.template import template_study
from tanyuan.gases import gwp_sets
from tanyuan.languages import translate
from tanyuan.problems import InputError
from tanyuan.units import parse_unit, unit_symbols

ENDINGS = (".json", ".yaml", ".xlsx")
# A whole study shrinks for minutes
RARE = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)

# What spreadsheets, YAML and careless programs take for something else than text
TRICKY_TEXTS = (
    "=1+1", "007", "NO", "yes", "true", "null", "~", "1e5", "0x1F", "12:30", "2025-01-01", "1,000",
    "'quoted'", '"', "'", "@SUM(A1)", "+1", "-", "- a", "# no remark", "a: b", "a #b", "&amp;",
    "<b>", "*a", "&a", "!!int 3", "%", "|", ">", "[1]", "{a}", "{", "\\n",
    "a\nb", "a\r\nb", "热轧", "Ｆｕｌｌ", "é", "e\u0301", "🏭", "👩‍🏭", "\u202eabc", "a\u00a0b",
    "a\u2028b", "a\ufeffb", "http://example.org", "C:\\new", "true ", "N/A", "#N/A", "#DIV/0!",
)  # fmt: skip
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
TEXTS = st.one_of(
    st.sampled_from(TRICKY_TEXTS),
    st.text(LETTERS, max_size=30),
    st.text("ab =:'\"\n，", max_size=9),
).map(lambda text: text.strip().strip("\ufeff").strip())
FORMULAS = (
    "mass_kg * (1 + loss)", "用量 / 2", "-a", "min(a, b) ** 2", "1e3*x", "(1)", "if(b > 0, a, 1)",
    "1.50 * x", "a  *  b",
)  # fmt: skip
UNITS = st.sampled_from(
    [symbol for symbol, *_ in unit_symbols()] + ["GJ NCV", "MJ GCV", "kg/m²", "t·km", "kWh/kg"]
).map(parse_unit)


@st.composite
def decimals(draw, signed=True):
    """Decimals as long as a field can hold, from very small to very large."""
    digits = str(draw(st.integers(0, 10 ** draw(st.integers(1, 40)) - 1)))
    exponent = draw(st.sampled_from((-60, -40, -20, -9, -3, -1, 0, 3)))
    largest = 30 - len(digits)
    sign = "-" if signed and draw(st.booleans()) else ""
    return Decimal(f"{sign}{digits}e{min(exponent, largest)}")


AMOUNTS = st.one_of(decimals().map(Amount), st.sampled_from(FORMULAS).map(str), decimals().map(str))


def field_values(name, info, column):
    """Values that a field of this kind may have."""
    if column.choice is not None:
        members = st.sampled_from(column.choice)
        return st.lists(members, unique=True).map(tuple) if column.kind == "list" else members
    by_name = {
        "gwp_set": st.sampled_from(gwp_sets()) if info.default else TEXTS,
        "pedigree": st.tuples(*[st.integers(1, 5)] * 5),
        "year": st.integers(1900, 2200),
    }
    required = TEXTS.filter(bool).map(lambda text: text[:80].strip())
    by_kind = {
        "list": st.lists(TEXTS.filter(bool), max_size=3).map(tuple),
        "bool": st.booleans(),
        "unit": UNITS,
        "date": st.dates(date(1950, 1, 1), date(2100, 1, 1)),
        "number": numbers(name, info),
        "text": required if info.is_required() or info.default else TEXTS,
    }
    return by_name.get(name, by_kind[column.kind])


def numbers(name, info):
    if "Amount" in str(info.annotation):
        return AMOUNTS
    if any(hasattr(limit, "le") or hasattr(limit, "gt") for limit in info.metadata):
        return st.decimals("0.001", "1", places=5)
    return decimals(signed=name in ("low", "high"))


def contents(document, table):
    """Plain content of a document: required fields always, the others often."""
    known = {column.name: column for column in columns(table)}
    fields = {
        name: field_values(name, info, known[name])
        for name, info in document.model_fields.items()
        if name in known
    }
    required = {name for name in fields if document.model_fields[name].is_required()}
    return st.fixed_dictionaries(
        {name: fields[name] for name in required},
        optional={name: values for name, values in fields.items() if name not in required},
    )


ROWS = {
    table: st.lists(contents(document, table), max_size=3) for table, document in TABLES.items()
}
FIELDS = contents(Study, STUDY)
METHOD = contents(Method, STUDY)


@st.composite
def studies(draw):
    content = {**draw(FIELDS), "method": draw(METHOD)}
    content |= {table: draw(rows) for table, rows in ROWS.items()}
    return Study.model_validate(content)


STUDIES = studies()


def other_value(column, default):
    """A value that is not the default of the field."""
    name = column.name
    if column.choice is not None:
        last = [member for member in column.choice if member != default][-1]
        return (last,) if column.kind == "list" else last
    if name == "gwp_set":
        return gwp_sets()[-1]
    if name == "pedigree":
        return (2, 3, 1, 1, 2)
    if name == "year":
        return 2024
    kinds = {
        "number": Decimal("0.12"),
        "unit": parse_unit("GJ NCV"),
        "date": date(2025, 2, 28),
        "bool": default is not True,
        "list": ("一", "two"),
    }
    return kinds.get(column.kind, f"=7 {name}")


def full_study():
    """A study in which every field of every table stands, each away from its default."""

    def filled(table, fields):
        return {
            column.name: other_value(column, fields[column.name].default)
            for column in columns(table)
            if column.name in fields
        }

    content = filled(STUDY, Study.model_fields)
    content["method"] = filled(STUDY, Method.model_fields)
    for table, document in TABLES.items():
        content[table] = [filled(table, document.model_fields)] * 2
    return Study.model_validate(content)


def read(data, ending):
    return read_study(data, f"study{ending}").study


def opened(study, **options):
    return openpyxl.load_workbook(io.BytesIO(write_study_workbook(study, **options)))


def cells(study, table, field):
    """What openpyxl sees below the heading of a field."""
    sheet = opened(study)[sheet_title(table)]
    headings = [cell.value.rstrip(" *") for cell in sheet[1]]
    column = next(c for c in columns(table) if c.name == field)
    index = headings.index(column.heading.rstrip(" *"))
    return [row[index].value for row in sheet.iter_rows(min_row=2)]


def test_every_field_stands_in_the_full_study_away_from_its_default():
    study = full_study()
    for document in (study, study.method, *(getattr(study, table)[0] for table in TABLES)):
        for name, info in type(document).model_fields.items():
            if info.title:
                assert getattr(document, name) != info.default, (type(document), name)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_study_with_every_field_reads_back_equal(ending):
    study = full_study()
    assert read(write_study(study, f"x{ending}"), ending) == study


@pytest.mark.parametrize("ending", ENDINGS)
@RARE
@given(study=STUDIES)
def test_every_study_reads_back_equal(ending, study):
    assert read(write_study(study, f"x{ending}"), ending) == study


@RARE
@given(study=STUDIES)
def test_a_study_passes_through_all_forms_in_turn_unchanged(study):
    passed = study
    for ending in (*ENDINGS, *reversed(ENDINGS)):
        passed = read(write_study(passed, f"x{ending}"), ending)
    assert passed == study


@pytest.mark.parametrize("ending", ENDINGS)
@settings(RARE, max_examples=10)
@given(study=STUDIES)
def test_equal_studies_give_equal_bytes(ending, study):
    again = Study.model_validate(study.model_dump(mode="json"))
    assert write_study(again, f"x{ending}") == write_study(study, f"x{ending}")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("text", [*TRICKY_TEXTS, "_x0041_", "__x000D_", "_xD800_"])
def test_text_stays_text_whatever_it_looks_like(ending, text):
    line = {"id": text, "name_zh": text, "note": text, "ref": text}
    study = Study.model_validate(
        {
            "id": text, "unit": "kg", "boundary": "gate_to_gate", "note": text,
            "sources": [text, text], "lines": [line],
        }
    )  # fmt: skip
    again = read(write_study(study, f"x{ending}"), ending)
    assert again == study
    composed = unicodedata.normalize("NFC", text.strip())
    assert unicodedata.normalize("NFC", again.lines[0].name_zh) == composed


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "number",
    ["0", "-0.1", "1e30", "1.1e-30", "0.10000000000000002", "123456789012345678",
     "1234567890.123456789012345678901234567890", "5.000", "1E+3", "0.1", "1e22", "3e-7",
     "9007199.254740991"],
)  # fmt: skip
def test_numbers_stay_exact(ending, number):
    study = Study.model_validate(
        {
            "id": "x", "unit": "kg", "boundary": "gate_to_gate",
            "lines": [{"id": "a", "amount": number}],
            "published": [{"value": number}],
        }
    )  # fmt: skip
    again = read(write_study(study, f"x{ending}"), ending)
    assert again.lines[0].amount.number == Decimal(number)
    assert again.published[0].value == Decimal(number)
    assert again == study


@pytest.mark.parametrize("library", [False, True])
def test_a_workbook_resaved_by_openpyxl_reads_to_the_same_study(library):
    study = full_study()
    book = opened(study, library=library)
    target = io.BytesIO()
    book.save(target)
    assert read(target.getvalue(), ".xlsx") == study


@settings(RARE, max_examples=8)
@given(study=STUDIES)
def test_any_workbook_resaved_by_openpyxl_reads_to_the_same_study(study):
    target = io.BytesIO()
    opened(study).save(target)
    assert read(target.getvalue(), ".xlsx") == study


@settings(RARE, max_examples=10)
@given(numbers=st.lists(decimals(), min_size=1, max_size=20))
@example(numbers=[Decimal("0.1"), Decimal("123456.789"), Decimal("0.10000000000000001")])
def test_openpyxl_sees_the_same_numbers(numbers):
    study = study_of_amounts(numbers)
    seen = cells(study, "lines", "amount")
    for cell, number in zip(seen, numbers, strict=True):
        # What a binary number cannot hold exactly stands as text
        assert isinstance(cell, int | float | str)
        assert Decimal(str(cell)) == number


def test_numbers_that_spreadsheets_can_hold_are_numbers_there():
    seen = cells(
        study_of_amounts([Decimal("0.1"), Decimal(1000), Decimal("-2.5")]), "lines", "amount"
    )
    assert seen == [0.1, 1000, -2.5]


def study_of_amounts(numbers):
    lines = [{"id": f"l{n}", "amount": str(number)} for n, number in enumerate(numbers)]
    return Study.model_validate(
        {"id": "x", "unit": "kg", "boundary": "gate_to_gate", "lines": lines}
    )


@pytest.mark.parametrize("engine", ["openpyxl", "calamine"])
def test_pandas_sees_the_same_table(engine):
    study = study_of_amounts([Decimal("0.1"), Decimal("12345.678"), Decimal(3)])
    frame = pd.read_excel(
        io.BytesIO(write_study_workbook(study)), sheet_name=sheet_title("lines"), engine=engine
    )
    heading = {c.name: c.heading for c in columns("lines")}
    assert list(frame[heading["amount"]]) == [0.1, 12345.678, 3]
    assert list(frame[heading["id"] + " *"]) == ["l0", "l1", "l2"]


def test_dates_are_dates_for_other_programs():
    sheet = opened(template_study())[sheet_title(STUDY)]
    values = {row[0].value: row[1] for row in sheet.iter_rows(min_row=2)}
    heading = next(c.heading for c in columns(STUDY) if c.name == "period_start")
    assert values[heading].is_date
    assert values[heading].value.date() == date(2025, 1, 1)


def test_sheets_stand_in_both_languages_in_a_fixed_order():
    names = opened(template_study(), library=True).sheetnames
    assert names == [
        bilingual("Guide"), sheet_title(STUDY), *map(sheet_title, tables()), sheet_title(REPORT),
        bilingual("Choices"), bilingual("Library factors"),
    ]  # fmt: skip
    assert len(opened(template_study()).sheetnames) == len(names) - 2


@pytest.mark.parametrize("table", list(tables()))
def test_every_heading_has_a_comment_with_its_help_in_both_languages(table):
    sheet = opened(template_study())[sheet_title(table)]
    for cell, column in zip(sheet[1], columns(table), strict=True):
        assert cell.value == column.heading + (" *" if column.required else "")
        assert translate(column.help, "zh") in cell.comment.text
        assert column.help in cell.comment.text


def test_the_study_sheet_explains_each_field_beside_it():
    sheet = opened(template_study())[sheet_title(STUDY)]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[2] for row in rows] == [bilingual(column.help) for column in columns(STUDY)]
    required = {c.heading + " *" for c in columns(STUDY) if c.required}
    assert {row[0] for row in rows if row[0].endswith("*")} == required


def validations(sheet):
    """Data validations by cell: the list that a cell may hold."""
    return {
        str(area): rule
        for rule in sheet.data_validations.dataValidation
        for area in str(rule.sqref).split()
    }


def listed(book, formula):
    """The texts in the range that a validation names."""
    sheet, area = formula.lstrip("=").rsplit("!", 1)
    return [row[0].value for row in book[sheet.strip("'")][area.replace("$", "")]]


@pytest.mark.parametrize("table", list(tables()))
def test_closed_choices_have_a_drop_down_of_what_the_reader_knows(table):
    book = opened(template_study())
    sheet = book[sheet_title(table)]
    rules = validations(sheet)
    for index, column in enumerate(columns(table), 1):
        letter = openpyxl.utils.get_column_letter(index)
        rule = next((r for area, r in rules.items() if area.startswith(f"{letter}2:")), None)
        if column.kind == "bool":
            assert rule.formula1 == '"是 yes,否 no"'
        elif column.choice is not None and column.kind != "list":
            texts = listed(book, rule.formula1)
            assert [text.split()[-1] for text in texts] == [str(m) for m in column.choice]
        elif column.kind == "unit":
            assert listed(book, rule.formula1) == [symbol for symbol, *_ in unit_symbols()]
            assert rule.errorStyle == "warning"
        else:
            assert rule is None


def test_the_study_sheet_has_drop_downs_in_the_rows_of_its_choices():
    book = opened(template_study())
    sheet = book[sheet_title(STUDY)]
    rules = validations(sheet)
    for number, column in enumerate(columns(STUDY), 2):
        expected = column.kind in ("bool", "unit") or column.choice is not None
        assert (f"B{number}" in rules) == expected, column.name


def test_every_choice_offered_reads_back_as_its_code():
    book = opened(full_study())
    sheet = book[sheet_title("lines")]
    role = next(i for i, c in enumerate(columns("lines"), 1) if c.name == "role")
    for text in listed(
        book, validations(sheet)[f"{column_letter(role)}2:{column_letter(role)}203"].formula1
    ):
        sheet.cell(2, role).value = text
        target = io.BytesIO()
        book.save(target)
        assert read(target.getvalue(), ".xlsx").lines[0].role == text.split()[-1]


def column_letter(index):
    return openpyxl.utils.get_column_letter(index)


def test_drop_downs_reach_below_the_last_row_written():
    sheet = opened(study_of_amounts([Decimal(1)] * 50))[sheet_title("lines")]
    ends = {
        int(area.rpartition(":")[2].strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        for area in validations(sheet)
    }
    assert min(ends) >= 51 + 100


def test_library_factors_can_be_chosen_by_filter():
    sheet = opened(template_study(), library=True)[bilingual("Library factors")]
    ids = [row[0].value for row in sheet.iter_rows(min_row=2)]
    factors = starter_release().factors
    assert set(ids) <= set(factors)
    assert {line.ref for line in template_study().lines} <= set(ids)
    assert all(factors[id_].verified for id_ in ids)
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_written_workbook_is_read_without_notices():
    found = read_study(write_study_workbook(template_study(), library=True), "x.xlsx")
    assert found.notices == ()


def test_headings_of_rows_stay_in_sight():
    book = opened(template_study())
    assert book[sheet_title("lines")].freeze_panes == "B2"
    assert book.active.title == sheet_title(STUDY)


def test_columns_are_wide_enough_for_their_headings():
    book = opened(template_study())
    for table in tables():
        sheet = book[sheet_title(table)]
        for cell in sheet[1]:
            width = next(
                group.width
                for group in sheet.column_dimensions.values()
                if group.min <= cell.column <= group.max
            )
            # Two lines of heading; wide characters take two places
            needed = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell.value)
            assert needed <= 2 * width + 2, (table, cell.value)


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut():
    study = Study.model_validate(
        {"id": "x", "unit": "kg", "boundary": "gate_to_gate", "note": "长" * 32_768}
    )
    with pytest.raises(InputError) as error:
        write_study_workbook(study)
    [problem] = error.value.problems
    assert problem.code == "cell-too-long"
    assert problem.place.sheet == sheet_title(STUDY)
    assert read(write_study(study, "x.json"), ".json") == study


def test_a_text_as_long_as_a_cell_can_be_is_kept():
    content = {"id": "x", "unit": "kg", "boundary": "gate_to_gate", "note": "长" * 32_767}
    study = Study.model_validate(content)
    assert read(write_study_workbook(study), ".xlsx") == study
