import pytest
from pydantic import ValidationError

from tanyuan.footprint.method import Allocation, ElectricityPolicy, EndOfLife, Method
from tanyuan.gases import gwp_sets
from tanyuan.languages import in_language


def test_the_method_without_choices_is_that_of_the_latest_report():
    method = Method()
    assert method.gwp_set == "AR6 GWP-100"
    assert method.allocation is None
    assert method.end_of_life is EndOfLife.CUT_OFF
    assert method.electricity is ElectricityPolicy.DIRECT_AND_OWN
    assert (str(method.cutoff_single), str(method.cutoff_total)) == ("0.01", "0.05")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AR5", "AR5 GWP-100"),
        ("ar6 gwp20", "AR6 GWP-20"),
        ("AR6/GTP-100", "AR6 GTP-100"),
        *[(name, name) for name in gwp_sets()],
    ],
)
def test_gwp_sets_are_found_in_any_spelling(text, name):
    assert Method(gwp_set=text).gwp_set == name


@pytest.mark.parametrize("text", ["", "AR7", "AR6 GWP", "GWP-100"])
def test_unknown_sets_are_refused_with_the_choices(text):
    with pytest.raises(ValidationError) as caught, in_language("en"):
        Method(gwp_set=text)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert error.code == "gwp-set"
    with in_language("en"):
        assert "Choose one of AR6 GWP-100" in str(error)


@pytest.mark.parametrize("value", [5, None])
def test_a_set_is_a_name(value):
    with pytest.raises(ValidationError):
        Method(gwp_set=value)


def test_allocation_needs_a_reason_where_it_was_not_avoided():
    assert {each for each in Allocation if not each.needs_reason} == {
        Allocation.SUBDIVISION,
        Allocation.SYSTEM_EXPANSION,
    }
