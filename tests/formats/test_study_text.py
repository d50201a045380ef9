import json
from decimal import Decimal

import pytest
import yaml

from tanyuan.formats.study_text import read_json, read_yaml, to_content, write_json, write_yaml
from tanyuan.formats.template import template_study
from tanyuan.problems import InputError

BASE = {"id": "x", "unit": "piece", "boundary": "cradle_to_gate"}
LINE = {"id": "a", "stage": "production", "amount": 1, "unit": "kg", "ref": "CO2"}
YAML = "id: x\nunit: piece\nboundary: cradle_to_gate\n"


def as_json(content):
    return json.dumps(content, ensure_ascii=False).encode()


def study(**content):
    return as_json({**BASE, **content})


def with_amount(written):
    """A study whose amount is written just so, as JSON."""
    return study(lines=[{**LINE, "amount": 12345}]).replace(b"12345", written.encode())


def problems(read, data):
    with pytest.raises(InputError) as error:
        read(data if isinstance(data, bytes) else data.encode(), "mine")
    assert all(problem.place.file == "mine" for problem in error.value.problems)
    return error.value.problems


def only(read, data):
    [problem] = problems(read, data)
    return problem


def fact(problem):
    return problem.code, problem.place.sheet, problem.place.row, problem.place.field


def amount_of(found):
    return found.study.lines[0].amount.number


def test_json_is_indented_utf_8_with_decimals_as_strings():
    text = write_json(template_study()).decode()
    assert text.endswith("}\n")
    assert "钢材" in text
    assert '"amount": "0.85"' in text
    assert json.loads(text)["format"] == "tanyuan-study-1"


def test_yaml_needs_no_tags():
    text = write_yaml(template_study()).decode()
    assert "!!" not in text
    assert "synthetic: true" in text
    assert "钢材" in text
    assert list(yaml.safe_load(text)) == list(to_content(template_study()))


def test_rows_begin_with_their_id():
    sure = {"distribution": "lognormal", "spread": "1.1"}
    data = study(lines=[{**sure, **LINE}], meters=[{**sure, "id": "m"}])
    content = to_content(read_json(data, "mine").study)
    assert next(iter(content["lines"][0])) == "id"
    assert next(iter(content["meters"][0])) == "id"


@pytest.mark.parametrize(("read", "write"), [(read_json, write_json), (read_yaml, write_yaml)])
def test_a_byte_order_mark_is_no_matter(read, write):
    data = b"\xef\xbb\xbf" + write(template_study())
    assert read(data, "mine").study == template_study()


@pytest.mark.parametrize(
    ("written", "number"),
    [("0.10", "0.1"), ("1e3", "1000"), ("-2.50E-3", "-0.0025"), ("12345678901234567", None),
     ("0.1234567890123456789012345", None), ('"1.50"', "1.5"), ("7", "7")],
)  # fmt: skip
def test_json_numbers_are_exact(written, number):
    assert amount_of(read_json(with_amount(written), "mine")) == Decimal(number or written)


@pytest.mark.parametrize(
    "written",
    ["NaN", "Infinity", "-Infinity", "1e31", "1e999", "1e1000001", "1e9999999999999999999",
     "-1e9999999999999999999", "1e-2000000", "1" * 41, "9" * 1_000_000, "0." + "1" * 1_000_000,
     "true", "[1]", "{}", '""', '"12 kg"', '"５"', '"1,5"'],
    ids=lambda written: written[:20],
)  # fmt: skip
def test_what_no_amount_can_be_is_refused_at_its_place(written):
    problem = only(read_json, with_amount(written))
    assert fact(problem)[1:] == ("lines", 1, "amount")
    assert len(str(problem)) < 400


def test_a_number_with_its_unit_is_told_that_units_have_their_own_field():
    for text in ("12 kg", "3.5吨", "5%", "1.2 t·km"):
        problem = only(read_json, study(lines=[{**LINE, "amount": text}]))
        assert problem.code == "number"
        assert text in str(problem.cause)


def test_formulas_over_parameters_are_no_numbers_with_units():
    for text in ("2*mass", "1e3*mass", "mass / 2", "1.5e-3 * mass + 2"):
        content = study(lines=[{**LINE, "amount": text}])
        assert read_json(content, "mine").study.lines[0].amount.names == {"mass"}


def test_json_fields_that_stand_twice_are_all_told():
    data = b'{"id": "a", "id": "b", "unit": "kg", "lines": [{"note": "1", "note": "2"}]}'
    found = {(p.code, p.place.field) for p in problems(read_json, data)}
    assert found == {("field-double", "id"), ("field-double", "note")}


def test_yaml_fields_that_stand_twice_are_all_told():
    data = YAML + "id: y\nlines:\n- id: a\n  amount: 1\n  amount: 2\n"
    found = {(p.code, p.place.field) for p in problems(read_yaml, data)}
    assert found == {("field-double", "id"), ("field-double", "amount")}


@pytest.mark.parametrize(
    ("data", "line", "column"), [('{"id": "x",}', 1, 12), ('{\n "id" "x"}', 2, 7), ("{", 1, 2)]
)
def test_broken_json_is_told_with_line_and_column(data, line, column):
    problem = only(read_json, data)
    assert problem.code == "json"
    assert (problem.cause.values["line"], problem.cause.values["column"]) == (line, column)


@pytest.mark.parametrize(
    ("data", "line"),
    [("id: x\n\tunit: kg\n", 2), ("id: [1\n", 2), ("id: x\n---\nid: y\n", 2), ('id: "x\n', 2),
     ("? [a]: b\n", 1), ("\x00", 1)],
)  # fmt: skip
def test_broken_yaml_is_told_with_its_line(data, line):
    problem = only(read_yaml, data)
    assert problem.code == "yaml"
    assert problem.cause.values["line"] == line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        ("id: x\na: &a [x, x]\nb: [*a, *a]\n", 2),
        ("id: &a x\n", 1),
        ("id: x\nunit: !!python/object/apply:os.system ['echo']\n", 2),
        ("!!python/object:dict {}\n", 1),
        ("id: !!int 7\n", 1),
        ("id: ! x\n", 1),
        ("a: &a\n  b: *a\n", 1),
    ],
)
def test_anchors_aliases_and_tags_are_refused(data, line):
    problem = only(read_yaml, data)
    assert problem.code == "yaml-anchor"
    assert problem.cause.values["line"] == line


@pytest.mark.parametrize("data", ["[" * 500_000, "- " * 20_000, "{a: " * 21, "[" * 21 + "]" * 21])
def test_deep_yaml_is_refused_without_descending(data):
    assert only(read_yaml, data).code == "not-readable"


@pytest.mark.parametrize("data", ["[" * 500_000, '{"a":' * 100_000])
def test_json_too_deep_to_read_is_refused(data):
    assert only(read_json, data).code == "not-readable"


def test_deep_json_in_a_field_is_refused_at_its_place():
    data = study(note=0)[:-2] + b"[" * 500 + b"]" * 500 + b"}"
    assert fact(only(read_json, data))[1:] == ("study", None, "note")


@pytest.mark.parametrize("read", [read_json, read_yaml])
@pytest.mark.parametrize("data", [bytes(range(128, 256)), "编号: 钢".encode("gb18030")])
def test_bytes_that_are_not_utf_8_are_refused(read, data):
    assert only(read, data).code == "not-readable"


@pytest.mark.parametrize("read", [read_json, read_yaml])
@pytest.mark.parametrize("data", ["[1]", '"x"', "7", "null"])
def test_a_study_is_an_object(read, data):
    problem = only(read, data)
    assert problem.code == "study-shape"
    assert "tanyuan template" in str(problem.mend)


def test_yaml_takes_every_scalar_as_text():
    data = YAML + "name_en: NO\nname_zh: 007\nnote: 1e5\ngeography: yes\nperiod_note: 12:30\n"
    found = read_yaml(data.encode(), "mine").study
    assert (found.name_en, found.name_zh, found.note) == ("NO", "007", "1e5")
    assert (found.geography, found.period_note) == ("yes", "12:30")


def test_yaml_reads_numbers_truth_and_days():
    data = YAML + (
        "amount: 0.10\nsynthetic: yes\nperiod_start: 2025-01-31\n"
        "factors:\n- {id: f, year: 2024, unit: kg, value: 1e-3, pedigree: '1,2,3,4,5'}\n"
    )
    found = read_yaml(data.encode(), "mine").study
    assert found.amount == Decimal("0.1")
    assert found.synthetic is True
    assert found.period_start.isoformat() == "2025-01-31"
    assert found.factors[0].year == 2024
    assert found.factors[0].pedigree == (1, 2, 3, 4, 5)


def test_yaml_keeps_long_decimals():
    digits = "0.1234567890123456789012345678901234567"
    data = YAML + f"lines:\n- {{id: a, amount: {digits}}}\n"
    assert amount_of(read_yaml(data.encode(), "mine")) == Decimal(digits)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"lines": 5}, ("lines", None, "")),
        ({"lines": {"id": "a"}}, ("lines", None, "")),
        ({"lines": [5]}, ("lines", 1, "")),
        ({"lines": [LINE, "a"]}, ("lines", 2, "")),
        ({"method": 5}, ("study", None, "method")),
    ],
)
def test_tables_of_another_shape_are_told_by_name_and_row(content, place):
    problem = only(read_json, study(**content))
    assert fact(problem)[1:] == place
    assert "tanyuan template" in str(problem.mend)


@pytest.mark.parametrize("read", [read_json, read_yaml])
@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"note": None}, ("study", None, "note")),
        ({"lines": None}, ("lines", None, "")),
        ({"lines": [None]}, ("lines", 1, "")),
        ({"lines": [{**LINE, "note": None}]}, ("lines", 1, "note")),
        ({"method": {"end_of_life": None}}, ("study", None, "end_of_life")),
    ],
)
def test_an_empty_field_is_told_as_empty(read, content, place):
    problem = only(read, study(**content))
    assert fact(problem)[1:] == place
    assert "None" not in str(problem)


@pytest.mark.parametrize(
    ("content", "place", "near"),
    [
        ({"boundry_note": "x"}, ("study", None, "boundry_note"), "boundary_note"),
        ({"lines": [{**LINE, "amonut": 1}]}, ("lines", 1, "amonut"), "amount"),
        ({"method": {"gwp": "AR6"}}, ("study", None, "gwp"), "gwp_set"),
        ({"method": {"zzz": 1}}, ("study", None, "zzz"), "cutoff_total"),
        ({"zzz": 1}, ("study", None, "zzz"), "boundary_note"),
    ],
)
def test_an_unknown_field_is_told_with_the_nearest(content, place, near):
    problem = only(read_json, study(**content))
    assert fact(problem) == ("extra_forbidden", *place)
    assert near in str(problem.mend)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("boundary", "cradle", "cradle_to_grave"),
        ("amount", 0, "> 0"),
        ("amount", -1, "-1"),
        ("period_start", "31.12.2025", "2025-12-31"),
        ("synthetic", "maybe", "maybe"),
        ("unit", "ton", "short_ton"),
        ("unit", "kwhh", "kWh"),
        ("id", "", "empty"),
        ("id", 5, "5"),
        ("id", "x" * 81, "xxx"),
        ("format", "tanyuan-study-2", "tanyuan-study-1"),
    ],
)
def test_values_that_do_not_fit_are_told_with_what_does(field, value, said):
    problem = only(read_json, study(**{field: value}))
    assert problem.place.field == field
    assert said in str(problem)


def test_limits_are_told():
    row = {"id": "r", "amount": 1, "unit": "kg", "virgin": "CO2", "r1": "1.2"}
    problem = only(read_json, study(recycling=[row]))
    assert fact(problem)[1:] == ("recycling", 1, "r1")
    assert "≤ 1" in str(problem.mend)


def test_an_unknown_gwp_set_is_told_with_those_there_are():
    problem = only(read_json, study(method={"gwp_set": "AR9"}))
    assert "AR6 GWP-100" in str(problem.mend)


def test_all_problems_are_told_at_once_in_the_order_of_the_tables():
    lines = [{**LINE, "unit": "ton"}, {**LINE, "amount": "1,5"}, {"name_en": "no id"}]
    found = problems(read_json, study(boundary="?", lines=lines, factors=[{"id": "f", "year": 1}]))
    assert [(p.place.sheet, p.place.row, p.place.field) for p in found] == [
        ("study", None, "boundary"),
        ("lines", 1, "unit"),
        ("lines", 2, "amount"),
        ("lines", 3, "id"),
        ("factors", 1, "year"),
    ]


def test_control_characters_are_refused():
    assert problems(read_json, study(name_en="a\x1b[31mred"))
    assert problems(read_json, study(lines=[{**LINE, "note": "a\x00b"}]))
    assert problems(read_json, b'{"id": "\\ud800", "unit": "kg", "boundary": "gate_to_gate"}')


def test_a_problem_of_the_calculation_names_table_row_and_field():
    lines = [LINE, {**LINE, "id": "b", "unit": "kWh"}, {**LINE, "id": "c", "ref": "MA-01844"}]
    found = read_json(study(lines=lines), "mine")
    with pytest.raises(InputError) as error:
        found.calculate()
    assert [fact(problem) for problem in error.value.problems] == [
        ("unit-kind", "lines", 2, "unit"),
        ("ref-unknown", "lines", 3, "ref"),
    ]
    assert {problem.place.file for problem in error.value.problems} == {"mine"}


def test_what_is_wrong_in_other_lines_is_told_together_with_what_cannot_be_read():
    lines = [
        {**LINE, "id": "b", "amount": "some"},
        {**LINE, "unit": "furlong"},
        {**LINE, "id": "c", "ref": "no-such"},
    ]
    found = problems(read_json, study(lines=lines))
    assert [fact(problem) for problem in found] == [
        ("expression-unknown", "lines", 1, "amount"),
        ("unit-unknown", "lines", 2, "unit"),
        ("ref-unknown", "lines", 3, "ref"),
    ]


def test_lines_are_not_blamed_for_what_else_cannot_be_read():
    lines = [{**LINE, "ref": "f"}, {**LINE, "id": "b", "unit": "furlong"}]
    found = problems(read_json, study(lines=lines, factors=[{"id": "f", "year": 1}]))
    assert {problem.place.sheet for problem in found} == {"lines", "factors"}
    assert len(found) == 2
