import pytest

from tanyuan.backgrounds.elementary import assigned
from tanyuan.backgrounds.substances import substance
from tanyuan.gases import CO2E, EmissionKind, gases

SPLIT = {"CH4-fossil", "CH4-non-fossil"}
"""Values of methane in GWP sets, no gases of their own."""


@pytest.mark.parametrize("kind", EmissionKind)
def test_every_gas_of_every_kind_is_read_back_as_it_is_written(kind):
    for gas in (*(gases().keys() - SPLIT), CO2E):
        found = assigned(substance(gas, kind))
        assert (found.gas, found.kind, found.sign) == (gas, kind, 1)


def test_flows_of_the_reference_list_go_first():
    found = substance("CO2", EmissionKind.FOSSIL)
    assert found.id == "349b29d1-3e58-4c66-98b9-9d1a076efd2e"
    assert found.category[-2:] == ("Emission to air", "unspecified")
    removal = substance("CO2", EmissionKind.REMOVAL_BIOGENIC)
    assert removal.category[-2:] == ("Resource", "in air")


def test_sums_of_different_sets_are_different_flows():
    first, second = (substance(CO2E, EmissionKind.FOSSIL, name) for name in ("AR5", "AR6"))
    assert first.id != second.id
    assert first.description["en"] == "AR5"
