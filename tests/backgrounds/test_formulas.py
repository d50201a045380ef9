from decimal import Decimal

import pytest

from tanyuan.backgrounds.formulas import calculated, translated
from tanyuan.backgrounds.package import Parameter
from tanyuan.backgrounds.report import Act, Report
from tests.backgrounds.changing import codes, one, with_exchange, with_process


@pytest.mark.parametrize(
    ("formula", "ours"),
    [
        ("A * b_2", "p_a * p_b_2"),
        ("2^3", "2**3"),
        ("IF(x = 1; a; b)", "if(p_x == 1, p_a, p_b)"),
        ("a<>b", "p_a!=p_b"),
        ("a >= 1.5e-3 && b | c", "p_a >= 1.5e-3  and  p_b  or  p_c"),
        ("lg(10)+Pi", "log10(10)+3.141592653589793"),
        ("max", "p_max"),
        ("sinh(x)", "sinh(p_x)"),
        ("量 * 2", "p_量 * 2"),
    ],
)
def test_formulas_are_translated(formula, ours):
    assert translated(formula) == ours


def amount(package, report=None, key="sawmill", row=6):
    found = calculated(package, Report() if report is None else report)
    return found.processes[key].exchanges[row - 1].amount


def formula(package, text, *parameters):
    changed = with_exchange(package, "sawmill", 6, formula=text)
    return with_process(changed, "sawmill", parameters=parameters) if parameters else changed


def test_a_formula_that_agrees_changes_nothing(small):
    report = Report()
    assert calculated(small, report) is small
    assert len(report) == 0


def test_a_formula_that_differs_counts_and_is_told(small):
    report = Report()
    assert amount(formula(small, "hours * 3"), report) == Decimal(repr(0.2 * 3))
    found = one(report, "formula-differs")
    assert (found.act, found.place.sheet, found.place.row) == (Act.CONVERTED, "Sawmill", 6)


def test_parameters_use_each_other_in_any_order_and_letter_case(small):
    parameters = (
        Parameter("B", None, "a*2"),
        Parameter("A", None, "c+1"),
        Parameter("c", Decimal(2)),
    )
    assert amount(formula(small, "b", *parameters)) == Decimal("6.0")


def test_parameters_of_the_process_go_before_those_of_the_database(small):
    from dataclasses import replace

    common = (Parameter("k", Decimal(5)), Parameter("m", Decimal(7)))
    package = replace(small, parameters=common)
    assert amount(formula(package, "k*m", Parameter("K", Decimal(2)))) == Decimal("14.0")


@pytest.mark.parametrize("text", ["sinh(hours)", "nothing*2", "hours/0", "hours +", "1e40*1"])
def test_what_cannot_be_evaluated_keeps_its_stored_value(small, text):
    report = Report()
    assert amount(formula(small, text), report) == Decimal("0.14")
    found = one(report, "formula-kept")
    assert (found.act, found.place.row) == (Act.KEPT, 6)


def test_parameters_in_a_circle_keep_their_stored_values(small):
    report = Report()
    circle = (Parameter("a", Decimal(3), "b"), Parameter("b", Decimal(4), "a"))
    assert amount(formula(small, "a*b", *circle), report) == Decimal("12.0")
    assert codes(report) == {"formula-kept", "formula-differs"}
    assert len([f for f in report if f.code == "formula-kept"]) == 2


def test_formulas_of_other_formats_keep_their_stored_values(small):
    from dataclasses import replace

    report = Report()
    package = formula(replace(small, format="other"), "hours * 3")
    assert amount(package, report) == Decimal("0.14")
    assert codes(report) == {"formula-kept"}
