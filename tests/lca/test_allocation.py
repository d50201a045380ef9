import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.languages import in_language
from tanyuan.lca.allocation import expand, keyed_shares, partition, shares_by_key, whole_to
from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.inventory import Inventory
from tanyuan.problems import InputError

NO = Exchanges.of([], [], [])

KEYS = st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=8)


def test_shares_are_proportional_to_the_keys():
    assert shares_by_key(np.array([1.0, 3.0, 0.0])).tolist() == [0.25, 0.75, 0.0]


def test_each_draw_has_its_own_shares():
    keys = np.array([[1.0, 1.0], [3.0, 1.0]])
    assert shares_by_key(keys).tolist() == [[0.25, 0.5], [0.75, 0.5]]


@given(KEYS, st.floats(1e-6, 1e6))
@settings(deadline=None)
def test_shares_sum_to_one_in_any_unit_of_the_key(keys, unit):
    shares = shares_by_key(np.array(keys))
    assert shares.sum() == pytest.approx(1, rel=1e-14)
    assert shares_by_key(np.array(keys) * unit) == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize("keys", [[1.0, -1.0], [0.0, 0.0], [-1.0, 3.0], [[1.0, 0.0], [1.0, 0.0]]])
def test_negative_keys_and_keys_that_are_all_zero_are_refused(keys):
    with pytest.raises(ValueError, match="not negative"):
        shares_by_key(np.array(keys))


def test_all_to_one():
    assert whole_to(1, 3).tolist() == [0, 1, 0]


# Before the matrix. Electricity and fuel are those of Heijungs & Suh (2002), chapter 2; the heat
# beside the electricity, the boiler and all else are illustrative.


def cogeneration(**options):
    """10 kWh of electricity and 18 MJ of heat from 2 l of fuel, beside a boiler."""
    technosphere = Exchanges.of([2, 2], [0, 2], [-2, -5])
    given = {
        "processes": ("CHP", "refinery", "boiler"),
        "products": ("electricity", "CHP heat", "fuel", "boiler heat"),
        "flows": ("CO2",),
        "outputs": Exchanges.of([0, 1, 2, 3], [0, 0, 1, 2], [10, 18, 100, 90]),
        "technosphere": technosphere,
        "interventions": Exchanges.of([0, 0, 0], [0, 1, 2], [1, 10, 3]),
        "waste": np.zeros(4, bool),
        "avoided": np.zeros(len(technosphere), bool),
    }
    return Inventory(**given | options)


def intensities(inventory):
    """CO2 of one unit of each process's product."""
    found = inventory.system()
    direct = found.intervention_matrix().toarray().sum(axis=0)
    solved = np.linalg.solve(found.matrix().toarray().T, direct)
    return dict(zip(found.processes, solved.tolist(), strict=True))


def test_partition_by_energy_shares_all_burdens_alike():
    # 36 MJ of electricity and 18 MJ of heat: two thirds and one third of 1 kg + 2 l · 0.1 kg/l
    inventory = cogeneration()
    shares = keyed_shares(inventory, [36, 18, np.nan, np.nan])
    assert shares.tolist() == [36 / 54, 18 / 54, 1, 1]
    found = intensities(partition(inventory, shares))
    assert found["CHP/electricity"] == pytest.approx(2 / 3 * 1.2 / 10, rel=1e-15)
    assert found["CHP/CHP heat"] == pytest.approx(1 / 3 * 1.2 / 18, rel=1e-15)
    assert found["refinery"] == pytest.approx(0.1, rel=1e-15)


def test_partition_by_value_uses_amount_times_price():
    inventory = cogeneration()
    shares = keyed_shares(inventory, [10 * 0.6, 18 * 0.05, 1, 1])
    found = intensities(partition(inventory, shares))
    assert found["CHP/electricity"] * 10 == pytest.approx(1.2 * 6 / 6.9, rel=1e-15)


def test_substitution_credits_the_displaced_boiler():
    # 1000 kWh: 100 runs, 1 run of the refinery, 20 runs of the boiler less: 100 + 10 - 60 kg
    found = intensities(expand(cogeneration(), [-1, 3, -1, -1]))
    assert found["CHP"] * 1000 == pytest.approx(50, rel=1e-14)


def test_displaced_amounts_count_by_their_ratio():
    # half the heat is of use: 100 + 15 - 30 … fuel: 200 l less 50 l, 1.5 runs of the refinery
    found = intensities(expand(cogeneration(), [-1, 3, -1, -1], [1, 0.5, 1, 1]))
    assert found["CHP"] * 1000 == pytest.approx(100 + 15 - 30, rel=1e-14)


def test_a_substituted_output_is_an_avoided_product():
    found = expand(cogeneration(), [-1, 3, -1, -1])
    assert found.outputs.row.tolist() == [0, 2, 3]
    assert found.technosphere.row.tolist() == [2, 2, 3]
    assert found.technosphere.amount.tolist() == [-2, -5, 18]
    assert found.avoided.tolist() == [False, False, True]
    assert found.technosphere.key[-1] == cogeneration().keyed().outputs.key[1]


def test_subdivision_charges_each_exchange_to_the_output_that_causes_it():
    inventory = cogeneration(
        technosphere=Exchanges.of([2, 2, 2], [0, 0, 2], [-1.5, -0.5, -5]),
        avoided=np.zeros(3, bool),
    )
    parts = partition(inventory, technosphere_for=[0, 1, 3], interventions_for=[0, 2, 3])
    found = intensities(parts)
    assert found["CHP/electricity"] == pytest.approx((1 + 0.15) / 10, rel=1e-15)
    assert found["CHP/CHP heat"] == pytest.approx(0.05 / 18, rel=1e-15)


def test_what_subdivision_leaves_is_shared():
    inventory = cogeneration()
    parts = partition(inventory, [0.75, 0.25, 1, 1], technosphere_for=[0, -1])
    found = intensities(parts)
    assert found["CHP/electricity"] * 10 == pytest.approx(0.2 + 0.75, rel=1e-15)
    assert found["CHP/CHP heat"] * 18 == pytest.approx(0.25, rel=1e-15)


def test_a_by_product_without_a_share_comes_free():
    parts = partition(cogeneration(), [1, 0, 1, 1])
    assert intensities(parts)["CHP/CHP heat"] == 0
    assert intensities(parts)["CHP/electricity"] == pytest.approx(0.12, rel=1e-15)
    assert len(parts.technosphere) == 2


def incineration():
    """1 kg of waste burnt gives 0.5 kWh and 1 kg CO2; a plant makes 1 kWh with 0.8 kg CO2."""
    return Inventory(
        processes=("incinerator", "plant", "household"),
        products=("waste", "incinerator power", "power", "service"),
        flows=("CO2",),
        outputs=Exchanges.of([0, 1, 2, 3], [0, 0, 1, 2], [-1, 0.5, 1, 1]),
        technosphere=Exchanges.of([0], [2], [3.0]),
        interventions=Exchanges.of([0, 0], [0, 1], [1.0, 0.8]),
        waste=np.array([True, False, False, False]),
        avoided=np.zeros(1, bool),
    )


def test_power_from_waste_credits_the_treatment():
    # 3 kg of waste a service: 3 · (1 - 0.5 · 0.8)
    found = intensities(expand(incineration(), [-1, 2, -1, -1]))
    assert found["household"] == pytest.approx(1.8, rel=1e-15)
    assert found["incinerator"] == pytest.approx(-0.6, rel=1e-15)  # of one unit of waste taken back


def test_treating_waste_and_making_power_share_by_their_value():
    # gate fee 0.3, power 0.5 · 0.4: the treatment bears 60 %
    inventory = incineration()
    parts = partition(inventory, keyed_shares(inventory, [0.3, 0.2, 1, 1]))
    found = intensities(parts)
    assert found["household"] == pytest.approx(3 * 0.6, rel=1e-15)
    assert found["incinerator/incinerator power"] == pytest.approx(0.4 / 0.5, rel=1e-15)


def test_a_co_treated_waste_displaces_its_other_treatment():
    # a kiln makes 1 kg clinker (0.9 kg CO2) and burns 0.1 kg of tyres, else burnt at 2 kg CO2 a kg
    kiln = Inventory(
        processes=("kiln", "burner"),
        products=("clinker", "tyres in kiln", "tyres"),
        flows=("CO2",),
        outputs=Exchanges.of([0, 1, 2], [0, 0, 1], [1, -0.1, -1]),
        technosphere=NO,
        interventions=Exchanges.of([0, 0], [0, 1], [0.9, 2.0]),
        waste=np.array([False, True, True]),
        avoided=np.zeros(0, bool),
    )
    assert intensities(expand(kiln, [-1, 2, -1]))["kiln"] == pytest.approx(0.9 - 0.2, rel=1e-15)


def exchanges_of(entries):
    return Exchanges.of(*zip(*entries, strict=True)) if entries else NO


AMOUNTS = st.floats(-1e6, 1e6).filter(lambda amount: abs(amount) > 1e-6)


@st.composite
def inventories(draw):
    """Up to 4 processes with up to 4 outputs each, and shares of them."""
    counts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    size, total = len(counts), sum(counts)
    exchanges = st.lists(st.tuples(st.integers(0, total - 1), st.integers(0, size - 1), AMOUNTS))
    inner, outer = draw(exchanges), draw(exchanges)
    inventory = Inventory(
        processes=tuple(f"p{at}" for at in range(size)),
        products=tuple(f"q{at}" for at in range(total)),
        flows=tuple(f"f{at}" for at in range(total)),
        outputs=Exchanges.of(np.arange(total), np.repeat(np.arange(size), counts), np.ones(total)),
        technosphere=exchanges_of(inner),
        interventions=exchanges_of(outer),
        waste=np.zeros(total, bool),
        avoided=np.zeros(len(inner), bool),
    )
    keys = draw(st.lists(st.floats(1e-3, 1e3), min_size=total, max_size=total))
    return inventory, keyed_shares(inventory, keys)


@given(inventories())
@settings(deadline=None)
def test_the_parts_of_a_process_add_up_to_it(drawn):
    inventory, shares = drawn
    parts = partition(inventory, shares)
    origin = inventory.outputs.column
    assert parts.outputs.amount.tolist() == inventory.outputs.amount.tolist()
    for name in ("technosphere", "interventions"):
        whole, part = getattr(inventory.keyed(), name), getattr(parts, name)
        for at, key in enumerate(whole.key.tolist()):
            mine = part.key == key
            assert set(origin[part.column[mine]].tolist()) == {whole.column[at]}
            assert set(part.row[mine].tolist()) == {whole.row[at]}
            total = math.fsum(part.amount[mine].tolist())
            assert abs(total - whole.amount[at]) <= math.ulp(whole.amount[at])


@given(st.lists(st.floats(1e-3, 1e3), min_size=2, max_size=2))
@settings(deadline=None)
def test_both_outputs_together_bear_the_same_by_any_key(keys):
    # the mix that the process makes does not hang on the key (Cruze, Goel & Bakshi 2014)
    inventory = cogeneration()
    found = intensities(partition(inventory, keyed_shares(inventory, [*keys, 1, 1])))
    together = 10 * found["CHP/electricity"] + 18 * found["CHP/CHP heat"]
    assert together == pytest.approx(1.2, rel=1e-13)


def test_parts_scatter_together_with_the_exchange_they_are_of():
    scatter = Scatters.lognormal([0.2, 0.1])
    inventory = cogeneration(technosphere=Exchanges.of([2, 2], [0, 2], [-2, -5], scatter))
    parts = partition(inventory, [0.5, 0.5, 1, 1]).technosphere
    assert parts.scatter.spread.tolist() == [0.2, 0.2, 0.1]
    assert parts.key[0] == parts.key[1] != parts.key[2]


def test_processes_of_one_output_stay_as_they_are():
    inventory = expand(cogeneration(), [-1, 3, -1, -1])
    parts = partition(inventory)
    assert parts.processes == inventory.processes
    assert parts.technosphere.amount.tolist() == inventory.technosphere.amount.tolist()
    assert parts.avoided.tolist() == inventory.avoided.tolist()


def test_names_go_with_the_parts():
    parts = partition(cogeneration(names=("Plant", "", "Boiler")), [0.5, 0.5, 1, 1])
    assert [parts.label(at) for at in range(4)] == [
        "Plant (CHP/electricity)",
        "Plant (CHP/CHP heat)",
        "refinery",
        "Boiler (boiler)",
    ]


def refused(what):
    with pytest.raises(InputError) as caught, in_language("en"):
        what()
    assert str(caught.value)
    return [
        (problem.code, problem.place.sheet, problem.place.row) for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("keys", "code", "place"),
    [
        ([1, np.nan, 1, 1], "allocation-no-key", ("outputs", 2)),
        ([1, np.inf, 1, 1], "allocation-no-key", ("outputs", 2)),
        ([1, -1, 1, 1], "allocation-negative-key", ("outputs", 2)),
        ([0, 0, 1, 1], "allocation-zero-sum", ("processes", 1)),
    ],
)
def test_keys_that_do_not_allocate_are_refused(keys, code, place):
    assert refused(lambda: keyed_shares(cogeneration(), keys)) == [(code, *place)]


@pytest.mark.parametrize(
    ("shares", "code", "place"),
    [
        ([0.5, np.nan, 1, 1], "allocation-no-share", ("outputs", 2)),
        ([1.5, 0.5, 1, 1], "allocation-share", ("outputs", 1)),
        ([0.5, -0.5, 1, 1], "allocation-share", ("outputs", 2)),
        ([0.5, 0.4999, 1, 1], "allocation-sum", ("processes", 1)),
    ],
)
def test_shares_that_do_not_add_up_are_refused(shares, code, place):
    assert refused(lambda: partition(cogeneration(), shares)) == [(code, *place)]


def test_partition_without_shares_names_both_outputs():
    found = refused(lambda: partition(cogeneration()))
    assert found == [("allocation-no-share", "outputs", 1), ("allocation-no-share", "outputs", 2)]


def test_exchanges_are_charged_to_outputs_of_their_own_process():
    found = refused(lambda: partition(cogeneration(), technosphere_for=[2, 3]))
    assert ("allocation-other-process", "technosphere", 1) in found


def test_a_process_without_an_output_is_refused():
    made = Exchanges.of([0, 2], [0, 1], [10, 100])
    assert refused(lambda: partition(cogeneration(outputs=made))) == [
        ("allocation-no-output", "processes", 3)
    ]


@pytest.mark.parametrize(
    ("displaced", "ratio", "code", "place"),
    [
        ([3, 3, -1, -1], 1, "substitution-no-main-output", ("outputs", 1)),
        ([-1, 3, -1, -1], 0, "substitution-ratio", ("outputs", 2)),
        ([-1, 3, -1, -1], np.nan, "substitution-ratio", ("outputs", 2)),
        ([-1, 1, -1, -1], 1, "no-producer", ("outputs", 2)),
        ([-1, 0, -1, -1], 1, "no-producer", ("outputs", 2)),
    ],
)
def test_substitutions_that_cannot_be_are_refused(displaced, ratio, code, place):
    assert (code, *place) in refused(lambda: expand(cogeneration(), displaced, ratio))


def test_a_product_does_not_displace_a_treatment():
    found = refused(lambda: expand(incineration(), [2, -1, -1, -1]))
    assert ("substitution-kind", "outputs", 1) in found


@pytest.mark.parametrize(
    "call",
    [
        lambda: keyed_shares(cogeneration(), [1.0]),
        lambda: partition(cogeneration(), [1.0]),
        lambda: partition(cogeneration(), technosphere_for=[0]),
        lambda: partition(cogeneration(), technosphere_for=[0.0, 1.0]),
        lambda: partition(cogeneration(), technosphere_for=[0, 9]),
        lambda: expand(cogeneration(), [0]),
        lambda: expand(cogeneration(), [9, -1, -1, -1]),
    ],
)
def test_arrays_that_do_not_fit_the_inventory_are_an_error_of_the_caller(call):
    with pytest.raises(ValueError, match=r"numbers|outputs|products|range|broadcast"):
        call()
