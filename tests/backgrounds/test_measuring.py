from dataclasses import replace
from decimal import Decimal

import pytest

from tanyuan.backgrounds.known_units import (
    group_of_unit,
    known_groups,
    known_properties,
    known_unit,
)
from tanyuan.backgrounds.measuring import Measures, kind_of, reference_unit
from tanyuan.backgrounds.report import Act, Report
from tanyuan.problems import InvalidValueError
from tanyuan.units import parse_unit
from tests.backgrounds.changing import codes, one, with_flow

KG = "20aadc24-a391-41cf-b340-3e4529f44bde"


def exchange(package, process, number):
    return package.processes[process].exchanges[number - 1]


def test_units_convert_within_their_group(small):
    measures = Measures(small)
    power, methane = exchange(small, "plant", 1), exchange(small, "mine", 3)
    assert measures.amount(power, 2.0) == pytest.approx(7.2)
    assert measures.amount(methane, 4.0) == pytest.approx(0.004)
    report = Report()
    measures.tell(report, "a.zip")
    found = {f.place.sheet: f for f in report}
    assert set(found) == {"kWh", "g"}
    assert found["kWh"].act is Act.CONVERTED
    assert found["kWh"].details["count"] == "1"
    assert str(found["kWh"].why) == "1 kWh is taken as 3.6 MJ."


def test_other_properties_convert_by_the_factors_of_the_flow(small):
    measures = Measures(small)
    assert measures.amount(exchange(small, "chp", 3), 12.5) == pytest.approx(0.5)
    report = Report()
    measures.tell(report)
    assert one(report, "property-converted").place.sheet == "Hard coal"


def test_a_reference_factor_other_than_one_counts_too(small):
    doubled = {key: 2 * value for key, value in small.flows["coal"].properties.items()}
    package = with_flow(small, "coal", properties=doubled)
    assert Measures(package).amount(exchange(package, "chp", 3), 12.5) == pytest.approx(0.5)


def test_what_is_in_reference_units_is_not_told(small):
    measures = Measures(small)
    assert measures.amount(exchange(small, "mine", 1), 3.0) == 3.0
    report = Report()
    measures.tell(report)
    assert len(report) == 0


def test_mass_and_energy_and_price_of_a_flow(small):
    measures = Measures(small)
    coal, planks, power = (small.flows[key] for key in ("coal", "planks", "power"))
    assert measures.per_unit(coal, "mass") == 1
    assert measures.per_unit(coal, "energy") == 25
    assert measures.per_unit(coal, "economic") is None
    assert measures.per_unit(planks, "economic") == 3
    assert measures.per_unit(power, "mass") is None
    assert measures.unit(power) == "MJ"


def test_a_group_with_another_reference_unit_is_converted_to_kilograms(small):
    group = small.unit_groups["group-mass"]
    units = tuple(
        replace(unit, factor=unit.factor * 1000, name="t" if unit.name == "g" else unit.name)
        for unit in group.units
    )
    tonnes = replace(group, units=(replace(units[0], name="t"), units[1]))
    package = replace(small, unit_groups={**small.unit_groups, "group-mass": tonnes})
    assert Measures(package).per_unit(package.flows["coal"], "mass") == 1000


def test_a_factor_unlike_the_usual_is_told(small):
    known = known_groups()[known_properties()["93a60a56-a3c8-11da-a746-0800200b9a66"].unit_group]
    units = tuple(
        replace(unit, factor=Decimal("0.45")) if unit.name == "lb av" else unit
        for unit in known.units
    )
    pound = next(unit.id for unit in units if unit.name == "lb av")
    group = replace(known, units=units)
    package = replace(
        small,
        unit_groups={**small.unit_groups, group.id: group},
        properties={
            **small.properties,
            "prop-mass": replace(small.properties["prop-mass"], unit_group=group.id),
        },
    )
    measures = Measures(package)
    coal = replace(exchange(small, "mine", 1), unit=pound, property="")
    assert measures.amount(coal, 1.0) == pytest.approx(0.45)
    report = Report()
    measures.tell(report)
    assert codes(report) == {"unit-converted", "unit-factor"}
    told = one(report, "unit-factor")
    assert told.act is Act.KEPT
    assert "0.45359237" in str(told.why)


def test_the_reference_data_are_sound():
    groups, properties = known_groups(), known_properties()
    assert len(groups) > 20
    for group in groups.values():
        assert group.units[0].id == group.reference
        assert group.units[0].factor == 1
        assert all(unit.factor > 0 for unit in group.units)
        assert len({unit.id for unit in group.units}) == len(group.units)
    for prop in properties.values():
        assert prop.unit_group in groups


def test_units_are_found_by_name_synonym_and_id():
    group, kilogram = known_unit("kg")
    assert (kilogram.id, reference_unit(group), kind_of(group)) == (KG, "kg", "mass")
    assert known_unit("tkm")[1].name == "t*km"
    assert known_unit("furlongs per fortnight") is None
    assert group_of_unit(KG) == group
    assert group_of_unit("none") is None


def test_factors_agree_with_our_own_table_of_units():
    """Where both know a unit they say the same, but for three."""
    compared, unlike = 0, {}
    for group in known_groups().values():
        if "*time" in group.name:
            continue
        base = reference_unit(group)
        for unit in group.units:
            try:
                ours, reference = parse_unit(unit.name), parse_unit(base)
            except InvalidValueError:
                continue
            if ours.dimension == reference.dimension:
                ratio = float(ours.to_base / reference.to_base)
                compared += 1
                if float(unit.factor) != pytest.approx(ratio, rel=1e-4):
                    unlike[unit.name] = float(unit.factor), ratio
    assert compared > 30
    # Kept as openLCA has them: a calorie called one of the International Table, which is 4.1868 J;
    # a year of 365 days; a pound nautical mile that is 0.06 % above 0.45359237 kg · 1.852 km
    assert unlike == {
        "kcal": (0.004184, pytest.approx(0.0041868)),
        "a": (8760.0, pytest.approx(8766.0)),
        "lb*nmi": (0.000840531, pytest.approx(0.00084005306924)),
    }
