from decimal import Decimal

import pytest

from tanyuan.factors.starter import sources
from tanyuan.gases import (
    EmissionKind,
    find_gas,
    find_gwp_set,
    gases,
    gwp_sets,
    potential,
    potentials,
)

AR6 = "AR6 GWP-100"


def value(gas, kind=EmissionKind.FOSSIL, gwp_set=AR6):
    found = potential(gas, kind, gwp_set)
    return None if found is None else found.value


def test_methane_of_ar6_follows_its_origin():
    assert value("CH4") == Decimal("29.8")
    assert value("CH4", EmissionKind.UNSPECIFIED) == Decimal("29.8")
    assert value("CH4", EmissionKind.BIOGENIC) == Decimal("27.0")
    assert value("CH4", EmissionKind.DLUC) == Decimal("27.0")
    assert dict(potentials(AR6))["CH4"].value == Decimal("27.9")


def test_well_known_potentials():
    assert value("CO2") == 1
    assert value("N2O") == 273
    assert value("SF6") == 24300
    assert value("N2O", gwp_set="AR5 GWP-100") == 265
    assert value("CH4", gwp_set="AR4 GWP-100") == 25
    assert value("HFC-134a", gwp_set="AR5 GWP-100") == 1300
    assert value("nothing") is None


def test_the_corrected_sf6_value_says_so():
    assert "25200" in dict(potentials(AR6))["SF6"].note


def test_every_set_of_the_data_is_there():
    assert len(gwp_sets()) == 12
    assert gwp_sets()[0] == AR6
    assert sum(len(list(potentials(name))) for name in gwp_sets()) == 1577
    assert len(gases()) == 264


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AR6", AR6),
        ("ar6/gwp-100", AR6),
        ("AR6 gwp20", "AR6 GWP-20"),
        ("AR5", "AR5 GWP-100"),
        ("AR5-ccf", "AR5-ccf GWP-100"),
        ("AR9", None),
    ],
)
def test_a_set_is_found_by_its_short_names(text, name):
    assert find_gwp_set(text) == name


@pytest.mark.parametrize("text", ["CF4", "cf₄", "PFC-14", "75-73-0", "Tetrafluoromethane", "ＣＦ4"])
def test_a_gas_has_many_spellings(text):
    assert find_gas(text).id == "PFC-14"


def test_methane_is_found_before_its_kinds_by_origin():
    assert find_gas("CH4").id == "CH4"
    assert find_gas("74-82-8").id == "CH4"
    assert find_gas("SF₆").id == "SF6"
    assert find_gas("unobtainium") is None


def test_every_potential_has_a_known_gas_and_a_named_source():
    for name in gwp_sets():
        for gas, known in potentials(name):
            assert gas in gases()
            assert known.source in sources()
            assert known.value >= 0 or "GTP" in name or gas == "CO2", (name, gas)


@pytest.mark.parametrize("gwp_set", [AR6, "AR5 GWP-100", "AR4 GWP-100"])
def test_a_blend_is_the_sum_of_its_parts_and_is_not_verified(gwp_set):
    known = dict(potentials(gwp_set))
    half = Decimal("0.5")
    parts = half * known["HFC-32"].value + half * known["HFC-125"].value
    assert abs(known["R-410A"].value - parts) < 1
    assert not known["R-410A"].verified
