from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from tanyuan.documents.expressions import parse
from tanyuan.footprint.fields import (
    Amount,
    AmountField,
    Document,
    Number,
    Positive,
    UnitField,
    column,
)
from tanyuan.footprint.study import Line, Study
from tanyuan.units import Unit

NUMBER, POSITIVE = TypeAdapter(Number), TypeAdapter(Positive)


class Row(Document):
    amount: AmountField | None = column("Amount", "How much.", None)
    unit: UnitField | None = column("Unit", "Of what.", None)
    size: Positive = column("Size", "How large.", Decimal(1), le=5)
    name: str = column("Name", "What it is called.", "")


def code(call, *arguments):
    with pytest.raises(ValidationError) as caught:
        call(*arguments)
    error = caught.value.errors()[0]
    return getattr(error.get("ctx", {}).get("error"), "code", error["type"])


@pytest.mark.parametrize(
    ("value", "number"),
    [("1.50", "1.5"), (2, "2"), (0.1, "0.1"), (1e22, "1e22"), (Decimal("3.0"), "3"), (-4, "-4")],
)
def test_numbers_are_exact_decimals_in_their_one_spelling(value, number):
    found = NUMBER.validate_python(value)
    assert (found, str(found)) == (Decimal(number), str(Decimal(number)))
    assert NUMBER.dump_python(found, mode="json") == number


@pytest.mark.parametrize(
    "value", [True, False, "1,5", "", "text", float("nan"), float("inf"), Decimal("NaN"), "1e31"]
)
def test_other_values_are_no_numbers(value):
    assert code(NUMBER.validate_python, value) == "number"


@pytest.mark.parametrize("value", [None, [], {}])
def test_other_types_are_no_numbers(value):
    with pytest.raises(ValidationError):
        NUMBER.validate_python(value)


def test_positive_numbers_are_not_negative():
    assert POSITIVE.validate_python("0") == 0
    assert code(POSITIVE.validate_python, "-0.1") == "negative"
    assert code(Row.model_validate, {"size": "6"}) == "less_than_equal"


# Amounts


def test_an_amount_is_a_number_or_a_formula():
    number = Row.model_validate({"amount": "1.50"}).amount
    formula = Row.model_validate({"amount": " 2 * mass "}).amount
    assert (number.number, number.formula, number.text) == (Decimal("1.5"), None, "1.5")
    assert (number.names, formula.names) == (frozenset(), {"mass"})
    assert (formula.number, formula.text) == (None, "2 * mass")
    assert Row(amount=number).amount is number


def test_amounts_are_equal_as_they_are_written():
    assert Amount(Decimal("1.50")) == Amount(Decimal("1.5"))
    assert Amount(parse("2 * a")) != Amount(parse("a * 2"))
    assert Amount(Decimal(1)) != 1
    assert len({Amount(Decimal("1.50")), Amount(Decimal("1.5"))}) == 1
    assert str(Amount(Decimal("-14772524168686576.0")).number) == "-14772524168686576"
    assert repr(Amount(parse("a"))) == "Amount('a')"


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("1,5", "number"),
        ("１２", "number"),
        ("12 kg", "number"),
        ("5%", "number"),
        ("nan", "number"),
        (True, "number"),
        ("a.b", "expression-character"),
        ("", "expression-empty"),
        ([], "is_instance_of"),
    ],
)
def test_what_is_neither_number_nor_formula_is_refused(value, wrong):
    assert code(Row.model_validate, {"amount": value}) == wrong


def test_units_are_read_and_written():
    row = Row.model_validate({"unit": "千瓦时"})
    assert row.unit == Unit("kWh", "energy")
    assert row.model_dump(mode="json")["unit"] == "kWh"
    assert code(Row.model_validate, {"unit": "ton"}) == "unit-ambiguous"
    assert code(Row.model_validate, {"unit": 5}) == "is_instance_of"
    outside = {"symbol": "furlong", "kind": "length"}
    assert code(Row.model_validate, {"unit": outside}) == "is_instance_of"


# Documents


def test_a_document_is_immutable_and_has_no_other_fields():
    row = Row.model_validate({"name": "  iron  "})
    assert row.name == "iron"
    with pytest.raises(ValidationError):
        row.name = "steel"
    assert code(Row.model_validate, {"colour": "red"}) == "extra_forbidden"


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x7f", "\ud800", "\uffff"])
def test_characters_that_no_file_can_carry_are_refused(character):
    assert code(Row.model_validate, {"name": f"a{character}b"}) == "text-unwritable"


def test_a_study_comes_back_from_its_own_document():
    content = {
        "id": "s",
        "unit": "piece",
        "boundary": "cradle_to_gate",
        "period_start": "2025-01-01",
        "lines": [
            {
                "id": "a",
                "ref": "F",
                "amount": "2 * p",
                "unit": "t·km",
                "flags": ["aviation", "process"],
                "pedigree": "1,2,3,4,5",
                "spread": "1.1",
            }
        ],
        "parameters": [{"id": "p", "value": "3", "unit": "%"}],
        "method": {"gwp_set": "ar5", "cutoff_total": "0.10"},
    }
    study = Study.model_validate(content)
    dumped = study.model_dump(mode="json", exclude_defaults=True)
    assert dumped["lines"] == content["lines"]
    assert dumped["method"] == {"gwp_set": "AR5 GWP-100", "cutoff_total": "0.1"}
    assert Study.model_validate(dumped) == study
    assert Line.model_validate(dumped["lines"][0]) == study.lines[0]
