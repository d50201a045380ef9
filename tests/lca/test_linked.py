"""A product over a frozen background against both solved as one system."""

from functools import cache

import numpy as np
import pytest

from tanyuan.lca.allocation import keyed_shares, partition
from tanyuan.lca.background import Background, Samples, freeze
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape, exchange_keys
from tanyuan.lca.inventory import Inventory
from tanyuan.lca.linked import Linked
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import SingularSystemError, Solver
from tanyuan.lca.system import Characterisation, System, system
from tanyuan.problems import InputError
from tests.lca.made_systems import CHARACTERISATION, FACTORS, FLOWS, made
from tests.lca.references import exact

CLIMATE = np.array([1.0, 0.0])
SEED, SAMPLES, OWN = 9, 40, 8


@cache
def behind(kind="everything", solver=Solver.STRUCTURE):
    return solve(made(kind, 60, 0, scattered=True).system, CHARACTERISATION, solver)


@cache
def frozen(kind="everything"):
    return freeze(behind(kind), CLIMATE, samples=SAMPLES, seed=SEED)


def scattered(rng, count):
    return Scatters.lognormal(rng.uniform(0, 0.1, count))


@cache
def foreground(kind="everything"):
    """Eight processes with loops, a waste among them, and what they take from the background."""
    rng = np.random.default_rng(4)
    given = behind(kind).system
    sizes = np.abs(given.matrix().diagonal())
    row = [*range(OWN), 1, 0, 2, 4, 5, 7, 3]
    column = [*range(OWN), 0, 1, 1, 2, 4, 2, 6]
    amount = [2.0, 1.0, 1.0, 5.0, 1.0, 1.0, 1.0, -1.0, -0.3, -0.4, -0.2, -0.1, -0.3, 0.2, -1.0]
    inner = Exchanges.of(row, column, amount, scattered(rng, len(row)))
    bought = rng.permutation(given.size)[:20]
    outer = Exchanges.of(
        bought,
        rng.integers(0, OWN, 20),
        -np.sign(given.matrix().diagonal())[bought] * rng.uniform(0, 2, 20) * sizes[bought],
        scattered(rng, 20),
    )
    emitted = Exchanges.of(
        rng.integers(0, len(FLOWS), 12),
        rng.integers(0, OWN, 12),
        rng.random(12),
        scattered(rng, 12),
    )
    own = [f"own{at}" for at in range(OWN)]
    return own, *(
        table.with_keys(exchange_keys(ids, own, table.row, table.column))
        for ids, table in ((own, inner), (given.processes, outer), (FLOWS, emitted))
    )


def linked(kind="everything"):
    """The foreground with what it emits counted by column of the characterisation."""
    _, inner, outer, emitted = foreground(kind)
    entry, column = np.nonzero(FACTORS[emitted.row])
    scatter, key = emitted.scatter.take(entry), emitted.key[entry]
    counted = emitted.amount[entry] * FACTORS[emitted.row[entry], column]
    direct = Exchanges.of(column, emitted.column[entry], counted, scatter, key)
    return Linked(inner, outer, direct)


@cache
def joined(kind="everything"):
    """Both as one system, with the same keys."""
    own, inner, outer, emitted = foreground(kind)
    given = behind(kind).system
    n = given.size

    def moved(table, rows, columns):
        return Exchanges.of(
            table.row + rows, table.column + columns, table.amount, table.scatter, table.key
        )

    technosphere = given.technosphere.followed_by(moved(inner, n, n))
    technosphere = technosphere.followed_by(moved(outer, 0, n))
    interventions = given.interventions.followed_by(moved(emitted, 0, n))
    ids = (*given.processes, *own)
    order = technosphere.sorted(), interventions.sorted()
    return solve(System(ids, FLOWS, *order), CHARACTERISATION, Solver.SUPERLU)


@pytest.mark.parametrize("kind", ["everything", "loops", "acyclic"])
def test_its_products_are_those_of_one_system(kind):
    expected = joined(kind).intensities[-OWN:]
    found = linked(kind).intensities(frozen(kind))
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-11 * np.abs(expected).max())


@pytest.mark.parametrize("kind", ["everything", "loops", "acyclic"])
def test_its_samples_are_those_of_one_system(kind):
    whole = monte_carlo(joined(kind), CLIMATE, seed=SEED).run(SAMPLES)[-OWN:].astype(float)
    found = linked(kind).sampled(frozen(kind), SEED, SAMPLES)
    assert found == pytest.approx(whole, rel=1e-5, abs=1e-5 * np.abs(whole).max())
    assert np.std(found, axis=1).min() > 0
    fewer = linked(kind).sampled(frozen(kind), SEED, 7)
    assert fewer == pytest.approx(found[:, :7], rel=1e-12)


def test_samples_ask_for_keys():
    one = Exchanges.of([0], [0], [1.0])
    with pytest.raises(ValueError, match="keys"):
        Linked(one, NOTHING, one).sampled(frozen(), SEED, SAMPLES)


@pytest.mark.parametrize("seed", range(4))
def test_a_product_in_units_of_many_sizes_keeps_its_digits(seed):
    _, matrix, direct = made("units", 30, seed)
    coordinates = matrix.tocoo()
    none = Exchanges.of([], [], [])
    inner = Exchanges.of(coordinates.row, coordinates.col, coordinates.data)
    own = Exchanges.of(np.zeros(30, int), np.arange(30), direct[:, 0])
    found = Linked(inner, none, own).intensities(Background((), ("climate",), np.zeros((0, 1))))
    expected, gross = (exact(matrix.toarray().T, part) for part in (direct, np.abs(direct)))
    assert (np.abs(found - expected[:, :1]) <= 1e-11 * gross[:, :1]).all()


NOTHING = Exchanges.of([], [], [])
WARMING = Background(("power",), ("CO2",), np.array([[0.5]]))
SAMPLED = Background(
    ("power",), ("CO2",), np.array([[0.5]]), Samples(1, np.ones(1), np.full((1, 64), 0.5, "f4"))
)


def table(row, column, amount, scatter=None):
    return Exchanges.of(row, column, amount, scatter, np.arange(len(row)))


def test_a_hand_made_product():
    # a run takes 3 kWh and emits 1 kg for 2 pieces
    found = Linked(table([0], [0], [2.0]), table([0], [0], [-3.0]), table([0], [0], [1.0]))
    assert found.intensities(WARMING).tolist() == [[1.25]]
    assert found.sampled(SAMPLED, 1, 3).tolist() == [[1.25] * 3]


def test_of_no_processes_there_are_no_figures():
    found = Linked(NOTHING, NOTHING, NOTHING)
    assert found.intensities(WARMING).shape == (0, 1)
    assert found.sampled(SAMPLED, 1, 20).shape == (0, 20)
    assert own_loop(0.5).sampled(SAMPLED, 1, 0).shape == (3, 0)


TWO = table([0, 1], [0, 1], [1.0, 1.0])


@pytest.mark.parametrize(
    ("inner", "outer", "direct"),
    [
        (TWO, NOTHING, table([0, 1], [2, 0], [1.0, 0.0])),
        (TWO, table([0], [2], [1.0]), NOTHING),
        (table([0, 1, 2], [0, 1, 1], [1.0, 1.0, -1.0]), NOTHING, NOTHING),
        (TWO, table([-1], [0], [1.0]), NOTHING),
        (TWO, table([0], [-1], [1.0]), NOTHING),
        (TWO, NOTHING, table([-1], [0], [1.0])),
        (table([0, 1, 1], [0, 1, -1], [1.0, 1.0, -1.0]), NOTHING, NOTHING),
    ],
)
def test_exchanges_with_what_is_not_there_are_refused(inner, outer, direct):
    with pytest.raises(ValueError, match=r"not there|negative"):
        Linked(inner, outer, direct)


def test_what_is_taken_from_a_product_that_is_not_there_is_refused():
    with pytest.raises(IndexError):
        Linked(TWO, table([1], [0], [-1.0]), NOTHING).intensities(WARMING)


def test_a_column_that_the_background_has_not_is_refused():
    with pytest.raises(ValueError, match="broadcast"):
        Linked(TWO, NOTHING, table([1], [0], [1.0])).intensities(WARMING)


def own_loop(gain, scatter=None):
    row, column = [0, 1, 2, 2, 1], [0, 1, 2, 1, 2]
    inner = table(row, column, [1.0, 1.0, 1.0, -gain, -1.0], scatter)
    return Linked(inner, NOTHING, table([0, 0], [0, 1], [1.0, 1.0]))


@pytest.mark.parametrize("gain", [1.0, 1.0 + 1e-12, 1.5, 30.0])
def test_a_loop_that_uses_up_what_it_makes_is_refused(gain):
    for caused in (
        lambda: own_loop(gain).intensities(WARMING),
        lambda: own_loop(gain).sampled(SAMPLED, 1, 20),
    ):
        with pytest.raises(SingularSystemError) as caught:
            caused()
        assert set(caught.value.rows) == {1, 2}
    assert own_loop(0.99).intensities(WARMING).ravel() == pytest.approx([1, 100, 100], rel=1e-12)


def test_a_sample_whose_loop_uses_up_what_it_makes_is_refused():
    shapes = np.array([0, 0, 0, Shape.UNIFORM, 0], np.uint8)
    limits = [np.array([1, 1, 1, end, 1.0]) for end in (0.2, 2.5)]
    scatter = Scatters(shapes, np.zeros(5), *limits, np.zeros(0))
    with pytest.raises(SingularSystemError) as caught:
        own_loop(0.5, scatter).sampled(SAMPLED, 1, 64)
    assert set(caught.value.rows) == {1, 2}


@pytest.mark.parametrize("size", [1.0, 1e-170])
def test_credits_that_feed_each_other_are_refused(size):
    """Each spares twice of what the other makes: prices are positive, and still nothing settles."""
    found = Linked(
        table([0, 1, 0, 1], [0, 1, 1, 0], np.multiply(size, [1.0, 1.0, 2.0, 2.0])), NOTHING, NOTHING
    )
    with pytest.raises(SingularSystemError):
        found.intensities(WARMING)
    with pytest.raises(SingularSystemError):
        found.sampled(SAMPLED, 1, 3)


def test_a_process_that_makes_nothing_is_refused():
    inner = table([0, 1, 1], [0, 1, 1], [1.0, 1.0, -1.0])
    with pytest.raises(SingularSystemError) as caught:
        Linked(inner, NOTHING, NOTHING).intensities(WARMING)
    assert caught.value.rows == (1,)


def test_a_sample_in_which_a_process_makes_nothing_is_refused():
    inner = table([0, 0], [0, 0], [1.0, -0.8], Scatters.lognormal([0.6, 0.6]))
    with pytest.raises(SingularSystemError) as caught:
        Linked(inner, NOTHING, table([0], [0], [1.0])).sampled(SAMPLED, 1, 64)
    assert caught.value.rows == (0,)


def test_amounts_that_are_no_numbers_are_refused():
    with pytest.raises(SingularSystemError) as caught:
        Linked(table([0], [0], [1.0]), table([0], [0], [np.nan]), NOTHING).intensities(WARMING)
    assert caught.value.rows == (0,)


@pytest.mark.parametrize("background", [WARMING, SAMPLED])
def test_more_samples_than_the_background_holds_are_refused(background):
    with pytest.raises(InputError) as caught:
        own_loop(0.5).sampled(background, 1, 65)
    assert [problem.code for problem in caught.value.problems] == ["too-few-samples"]


def test_co_products_come_through_allocation():
    """Electricity and heat of one plant, shared by energy; the background makes its fuel."""
    inventory = Inventory(
        ("plant", "refinery"),
        ("electricity", "heat", "fuel"),
        ("CO2",),
        Exchanges.of([0, 1, 2], [0, 0, 1], [10.0, 18.0, 1.0]),
        Exchanges.of([2], [0], [-2.0]),
        Exchanges.of([0, 0], [0, 1], [1.0, 0.1]),
        np.zeros(3, bool),
        np.zeros(1, bool),
    )
    shares = keyed_shares(inventory, [36, 18, np.nan])
    warming = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])
    whole = solve(partition(inventory, shares).system(), warming)
    fuel = solve(
        system(["refinery"], ["CO2"], Exchanges.of([0], [0], [1.0]), Exchanges.of([0], [0], [0.1])),
        warming,
    )
    parts = partition(inventory, shares)
    plants = np.flatnonzero(parts.outputs.row < 2)
    inner = Exchanges.of([0, 1], [0, 1], parts.outputs.amount[plants])
    outer = Exchanges.of([0, 0], parts.technosphere.column, parts.technosphere.amount)
    emitted = np.isin(parts.interventions.column, plants)
    direct = Exchanges.of(
        np.zeros(2, int), parts.interventions.column[emitted], parts.interventions.amount[emitted]
    )
    found = Linked(inner, outer, direct).intensities(freeze(fuel)).ravel()
    assert found == pytest.approx([2 / 3 * 1.2 / 10, 1 / 3 * 1.2 / 18])
    assert found[0] == pytest.approx(whole.intensity("plant/electricity")[0])
    assert found[1] == pytest.approx(whole.intensity("plant/heat")[0])
