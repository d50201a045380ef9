"""What must hold for every study, held by generated ones."""

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.study import Phase, Study
from tanyuan.gases import EmissionKind
from tanyuan.units import conversion, parse_unit

PHASES = [phase.value for phase in Phase]
KINDS = [kind.value for kind in EmissionKind]
FACTORS = [
    {"id": "steel", "unit": "kg", "value": "2.3", "kind": "fossil", "gwp_set": "AR5"},
    {"id": "power", "unit": "kWh", "gas": "CO2", "value": "0.57"},
    {"id": "power", "unit": "kWh", "gas": "CH4", "value": "0.0011", "kind": "fossil"},
    {"id": "power", "unit": "kWh", "gas": "CO2", "value": "0.02", "kind": "removal_technical"},
    {"id": "ship", "unit": "t·km", "value": "0.013", "kind": "fossil"},
    {"id": "soy", "unit": "kg", "value": "0.4", "kind": "dluc"},
    {"id": "soy", "unit": "kg", "value": "1.7", "kind": "iluc"},
]
UNITS = {
    "steel": ["kg", "t", "g", "lb", "斤", "short_ton"],
    "power": ["kWh", "MJ", "万kWh", "kgce", "MMBtu", "kcal"],
    "ship": ["t·km", "kg·km", "万t·km"],
    "soy": ["kg", "t", "lb"],
    "CH4": ["kg", "g"],
    "SF6": ["g", "mg"],
}
NUMBERS = st.decimals(Decimal("0.001"), Decimal(10) ** 6, places=3)
unhurried = settings(deadline=None, max_examples=60)


def close(found, expected, size=None):
    return abs(found - expected) <= 1e-12 * (abs(expected) if size is None else size)


def size(footprint):
    return math.fsum(abs(part.value) for line in footprint.lines for part in line.parts)


@st.composite
def lines(draw, least=1):
    found = []
    for number in range(draw(st.integers(least, 6))):
        ref = draw(st.sampled_from(sorted(UNITS)))
        found.append(
            {
                "id": f"l{number}",
                "ref": ref,
                "amount": str(draw(NUMBERS)),
                "unit": draw(st.sampled_from(UNITS[ref])),
                "stage": draw(st.sampled_from([*PHASES, "mill", "shop"])),
                "kind": draw(st.sampled_from(KINDS)),
                "role": draw(st.sampled_from(["counted"] * 5 + ["outside", "information"])),
            }
        )
    return found


def footprint(rows, **tables):
    head = {
        "id": "s",
        "unit": "piece",
        "boundary": "cradle_to_grave",
        "stages": [{"id": "mill", "phase": "production"}, {"id": "shop", "phase": "use"}],
        "factors": FACTORS,
    }
    study = Study.model_validate(head | {"lines": rows} | tables)
    return calculate(study, library={}, samples=0)


@given(lines())
@unhurried
def test_every_division_of_the_total_sums_to_the_total(rows):
    found = footprint(rows)
    whole = size(found)
    divisions = [
        found.by_stage,
        found.by_phase,
        found.by_process,
        found.by_kind,
        found.by_gas,
        {line.id: line.value for line in found.lines if line.role == "counted"},
    ]
    for parts in divisions:
        assert close(math.fsum(parts.values()), found.total, whole)
    for line in found.lines:
        assert close(line.amount * line.intensity, line.value, whole)
    if found.by_gwp_set:
        assert math.fsum(found.by_gwp_set.values()) == pytest.approx(1, rel=1e-12)


@given(lines(), NUMBERS)
@unhurried
def test_scaling_all_amounts_scales_the_total(rows, factor):
    found = footprint(rows)
    scaled = footprint([row | {"amount": str(Decimal(row["amount"]) * factor)} for row in rows])
    expected = found.total * float(factor)
    assert close(scaled.total, expected, size(scaled))


@given(lines(), st.randoms())
@unhurried
def test_the_order_of_lines_changes_nothing(rows, chance):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    one, other = footprint(rows), footprint(shuffled)
    assert one.total == other.total
    assert one.by_stage == other.by_stage
    assert one.by_gas == other.by_gas


@given(lines(), st.randoms())
@unhurried
def test_the_units_of_lines_change_nothing(rows, chance):
    found = footprint(rows)
    changed = []
    for row in rows:
        unit = chance.choice(UNITS[row["ref"]])
        amount = Decimal(row["amount"]) * conversion(parse_unit(row["unit"]), parse_unit(unit))
        changed.append(row | {"unit": unit, "amount": f"{amount:.25g}"})
    assert close(footprint(changed).total, found.total, size(found))


@given(lines(), NUMBERS)
@unhurried
def test_splitting_a_line_in_two_changes_nothing(rows, part):
    found = footprint(rows)
    first, *others = rows
    amount = Decimal(first["amount"])
    share = amount * part / 10**6
    halves = [
        first | {"amount": str(share)},
        first | {"id": "rest", "amount": str(amount - share)},
    ]
    split = footprint([*halves, *others])
    assert close(split.total, found.total, size(found))
    for stage, value in found.by_stage.items():
        assert close(split.by_stage[stage], value, size(found))


@st.composite
def chains(draw):
    """Processes in a row, each of which takes only products of those behind it."""
    count = draw(st.integers(1, 4))
    made = [draw(NUMBERS) for _ in range(count)]
    takes = [
        {other: draw(NUMBERS) for other in range(index + 1, count) if draw(st.booleans())}
        for index in range(count)
    ]
    burns = [draw(NUMBERS) for _ in range(count)]
    return made, takes, burns, draw(NUMBERS)


@given(chains())
@unhurried
def test_processes_in_a_row_are_the_same_flattened_by_hand(chain):
    made, takes, burns, demand = chain
    rows = [row("d", f"p{0}", demand)]
    outputs, processes = [], []
    runs = {0: demand / made[0]}
    for index in range(len(made)):
        processes.append({"id": f"P{index}", "stage": "production"})
        outputs.append(
            {"id": f"p{index}", "process": f"P{index}", "amount": str(made[index]), "unit": "kg"}
        )
        rows.append(row(f"b{index}", "steel", burns[index], process=f"P{index}"))
        for other, amount in takes[index].items():
            rows.append(row(f"t{index}-{other}", f"p{other}", amount, process=f"P{index}"))
            runs[other] = runs.get(other, 0) + runs.get(index, 0) * amount / made[other]
    found = footprint(rows, processes=processes, outputs=outputs)
    flat = [row(f"b{i}", "steel", runs[i] * burns[i]) for i in runs if runs[i]]
    expected = math.fsum(float(Decimal(one["amount"]) * Decimal("2.3")) for one in flat)
    assert close(found.total, expected)
    assert {gap.line for gap in found.gaps} == {
        f"P{i}" for i in range(len(made)) if not runs.get(i)
    }


def row(id_, ref, amount, **more):
    line = {"id": id_, "ref": ref, "amount": str(amount), "unit": "kg", "stage": "production"}
    return line | more


@given(st.lists(NUMBERS, min_size=2, max_size=5), NUMBERS)
@unhurried
def test_allocation_charges_the_whole_batch_when_all_is_taken(masses, burnt):
    outputs = [
        {"id": f"o{i}", "process": "P", "amount": str(mass), "unit": "kg", "price": str(i + 1)}
        for i, mass in enumerate(masses)
    ]
    rows = [row("b", "steel", burnt, process="P")]
    rows += [row(f"t{i}", f"o{i}", mass) for i, mass in enumerate(masses)]
    for allocation in ("physical_mass", "economic"):
        process = {"id": "P", "stage": "production", "allocation": allocation}
        found = footprint(rows, processes=[process], outputs=outputs)
        assert close(found.total, float(burnt) * 2.3)


@given(lines(least=2))
@unhurried
def test_merging_lines_of_one_factor_changes_nothing(rows):
    same = [row | {"ref": "steel", "unit": "kg", "role": "counted", "stage": "use"} for row in rows]
    merged = same[0] | {"amount": str(sum(Decimal(row["amount"]) for row in same))}
    assert close(footprint([merged]).total, footprint(same).total)
