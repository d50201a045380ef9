import pytest

from tanyuan.footprint.method import Method
from tanyuan.footprint.study import TABLES, Role, Study
from tanyuan.formats import layout
from tanyuan.formats.layout import (
    REPORT,
    STUDY,
    YES_NO,
    bilingual,
    choice_text,
    choices_by_text,
    columns,
    columns_by_heading,
    other_sheets,
    sheet_title,
    spelling,
    tables,
    tables_by_sheet,
)
from tanyuan.languages import translate

ALL = [STUDY, *tables(), REPORT]
CHOICES = {c.choice for table in ALL for c in columns(table) if c.choice is not None}


def test_every_table_of_a_study_has_one_sheet():
    assert sorted(tables()) == sorted(TABLES)
    fields = {name for name, info in Study.model_fields.items() if not info.title}
    assert fields == {*TABLES, "format", "method"}


@pytest.mark.parametrize("table", TABLES)
def test_every_field_of_a_table_is_one_column(table):
    assert sorted(c.name for c in columns(table)) == sorted(TABLES[table].model_fields)


def test_the_study_sheet_holds_the_fields_of_study_and_method():
    fields = {name for name, info in Study.model_fields.items() if info.title}
    names = [column.name for column in columns(STUDY)]
    assert sorted(names) == sorted(fields | set(Method.model_fields))


@pytest.mark.parametrize("table", TABLES)
def test_tables_begin_with_what_a_person_fills_first(table):
    names = [column.name for column in columns(table)]
    if "id" in names:
        assert names[0] == "id"
    if "pedigree" in names:
        assert names[-5:] == ["distribution", "spread", "low", "high", "pedigree"]


@pytest.mark.parametrize("table", ALL)
def test_every_column_is_known_by_all_its_spellings_and_by_no_others(table):
    known = columns_by_heading(table)
    for column in columns(table):
        for text in (column.name, column.title, translate(column.title, "zh"), column.heading):
            assert known[spelling(text)] is column
            assert known[spelling(f"  {text.upper()} * ")] is column


def test_every_sheet_is_known_by_all_its_spellings():
    known = tables_by_sheet()
    assert set(known.values()) == set(ALL)
    for table in ALL:
        for text in (table, sheet_title(table), *sheet_title(table).split(" ", 1)):
            assert known[spelling(text)] == table


def test_sheets_that_hold_no_data_are_none_of_the_tables():
    assert other_sheets().isdisjoint(tables_by_sheet())
    for message in (layout.GUIDE, layout.CHOICES, layout.LIBRARY):
        assert spelling(bilingual(message.text)) in other_sheets()


def test_sheet_names_fit_into_excel():
    names = [sheet_title(table) for table in ALL]
    names += [bilingual(m.text) for m in (layout.GUIDE, layout.CHOICES, layout.LIBRARY)]
    assert len({name.casefold() for name in names}) == len(names)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


@pytest.mark.parametrize("table", ALL)
def test_every_column_explains_itself_in_both_languages(table):
    for column in columns(table):
        assert column.help
        assert translate(column.help, "zh") != column.help
        assert column.title in column.heading


@pytest.mark.parametrize("choice", sorted(CHOICES, key=str))
def test_every_choice_is_known_by_all_its_spellings(choice):
    known = choices_by_text(choice)
    for member in choice:
        for text in (member, member.label.text, translate(member.label.text, "zh")):
            assert known[spelling(text)] is member
        assert known[spelling(choice_text(member))] is member
        assert choice_text(member).endswith(str(member))


def test_no_choice_reads_as_another():
    for choice in CHOICES:
        spellings = [
            {spelling(member), spelling(member.label.text), spelling(choice_text(member))}
            for member in choice
        ]
        assert sum(map(len, spellings)) == len(set().union(*spellings))


def test_kinds_of_columns_follow_from_their_fields():
    kinds = {column.name: column.kind for column in columns("lines")}
    assert kinds["amount"] == kinds["spread"] == kinds["cutoff_share"] == "number"
    assert kinds["unit"] == "unit"
    assert kinds["flags"] == "list"
    assert kinds["id"] == kinds["ref"] == kinds["pedigree"] == "text"
    study = {column.name: column.kind for column in columns(STUDY)}
    assert study["period_start"] == "date"
    assert study["synthetic"] == "bool"
    assert study["sources"] == "list"


def test_only_what_must_be_filled_is_marked():
    assert {column.name for column in columns(STUDY) if column.required} == {
        "id", "unit", "boundary",
    }  # fmt: skip
    assert {column.name for column in columns("lines") if column.required} == {"id"}


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("数量 Amount *", "数量amount"),
        ("　ＡＭＯＵＮＴ＊", "amount"),
        ("Share cut-off", "sharecutoff"),
        ("距离（km）", "距离km"),
        ("Qs,in/Qp", "qsinqp"),
        ("#", ""),
    ],
)
def test_spelling_keeps_only_letters_and_digits(text, flat):
    assert spelling(text) == flat


def test_a_text_that_is_the_same_in_both_languages_stands_once():
    assert bilingual("R1") == "R1"
    assert bilingual("Amount") == f"{translate('Amount', 'zh')} Amount"
    assert choice_text(Role.COUNTED).split()[-1] == "counted"


def test_yes_and_no_have_no_spelling_in_common():
    assert {YES_NO[spelling(text)] for text in ("是 yes", "Y", "TRUE", "是")} == {True}
    assert {YES_NO[spelling(text)] for text in ("否 no", "N", "False", "否")} == {False}
