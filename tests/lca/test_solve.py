"""What the engine refuses and how it says so; that order is of no consequence."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.languages import in_language
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import SingularSystemError, Solver, factorise, installed_solver
from tanyuan.lca.system import Characterisation, system
from tanyuan.problems import InputError
from tests.lca.made_systems import CHARACTERISATION, KINDS, made

WARMING = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])
NOTHING = Exchanges.of([], [], [])


def built(matrix, *, emissions=None, avoided=False, waste=None):
    """A system of named processes from a dense matrix."""
    matrix = np.asarray(matrix, float)
    row, column = np.nonzero(matrix)
    table = Exchanges.of(row, column, matrix[row, column])
    names = ["furnace", "grid", "mine", "quarry", "smelter"][: len(matrix)]
    if emissions is None:
        emissions = Exchanges.of(
            np.zeros(len(matrix), int), range(len(matrix)), np.ones(len(matrix))
        )
    spared = (row != column) & (matrix[row, column] > 0) if avoided else None
    return system(names, ["CO2"], table, emissions, avoided=spared, waste=waste)


def refused(given, solver, language="en"):
    with pytest.raises(InputError) as caught, in_language(language):
        solve(given, WARMING, solver)
    (problem,) = caught.value.problems
    with in_language(language):
        return problem.code, str(problem)


UNPRODUCTIVE = {
    "exactly singular": [[1, -1, 0], [-1, 1, 0], [0, 0, 1]],
    "just above": [[1, -1, 0], [-1.0000001, 1, 0], [0, 0, 1]],
    "far above": [[1, -30, 0], [-2, 1, 0], [0, 0, 1]],
    "in other units": [[1e-6, -3e9, 0], [-1e-12, 1e3, 0], [0, 0, 1]],
    "fed from outside": [[1, -2, -0.1], [-2, 1, 0], [-0.1, 0, 1]],
    "beside a healthy loop": [[1, -2, 0, 0], [-2, 1, 0, 0], [0, 0, 1, -0.5], [0, 0, -0.5, 1]],
}


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize("matrix", UNPRODUCTIVE.values(), ids=UNPRODUCTIVE)
def test_a_loop_that_uses_up_what_it_makes_is_named(matrix, solver):
    code, said = refused(built(matrix), solver)
    assert code == "not-productive"
    assert "furnace → grid → furnace" in said or "grid → furnace → grid" in said
    assert "mine" not in said
    _, said = refused(built(matrix), solver, "zh")
    assert "相互取用" in said
    assert "furnace" in said


@pytest.mark.parametrize("solver", Solver)
def test_a_loop_is_named_in_order_of_supply(solver):
    # mine → furnace → grid → mine
    matrix = [[1, -2, 0, 0], [0, 1, -2, 0], [-2, 0, 1, 0], [-0.1, -0.1, -0.1, 1]]
    _, said = refused(built(matrix), solver)
    assert said.count("→") == 3
    assert any(
        " → ".join([*order, order[0]]) in said
        for order in (
            ["furnace", "grid", "mine"], ["grid", "mine", "furnace"], ["mine", "furnace", "grid"],
        )
    )  # fmt: skip


@pytest.mark.parametrize("solver", Solver)
def test_a_long_loop_is_cut_short(solver):
    n = 150
    nodes = np.arange(n)
    names = [f"p{at:03d}" for at in nodes]
    row, column = np.concatenate([nodes, nodes]), np.concatenate([nodes, np.roll(nodes, 1)])
    amount = np.concatenate([np.ones(n), np.full(n, -1.01)])
    emissions = Exchanges.of(np.zeros(n, int), nodes, np.ones(n))
    code, said = refused(
        system(names, ["CO2"], Exchanges.of(row, column, amount), emissions), solver
    )
    assert code == "not-productive"
    assert said.count("→") == 9
    assert "…" in said


@pytest.mark.parametrize("solver", Solver)
def test_a_waste_loop_that_grows_is_refused(solver):
    # treating ash takes power, making power gives ash
    matrix = [[-1, 3.0], [-0.5, 1]]
    code, _ = refused(built(matrix, waste=[True, False]), solver)
    assert code == "not-productive"
    assert solve(built([[-1, 1.9], [-0.5, 1]], waste=[True, False]), WARMING, solver).intensity(
        "grid"
    )


@pytest.mark.parametrize("solver", Solver)
def test_credits_that_feed_each_other_are_refused(solver):
    """Prices of a third each are positive, but each process spares twice what the other makes."""
    code, _ = refused(built([[1, 2.0], [2.0, 1]], avoided=True), solver)
    assert code == "not-productive"
    assert solve(built([[1, 0.9], [0.9, 1]], avoided=True), WARMING, solver).intensities.size


@pytest.mark.parametrize("solver", Solver)
def test_credits_larger_than_costs_are_no_loop(solver):
    """An avoided product may be worth more than everything else: negative, and solved."""
    found = solve(built([[1, 0], [50, 1]], avoided=True), WARMING, solver)
    assert found.intensities.ravel().tolist() == [-49, 1]


@pytest.mark.parametrize("solver", Solver)
def test_what_has_no_finite_solution_is_told_apart_from_a_loop(solver):
    # 1e200 of what takes 1e200 of another
    given = built([[1, -1e200, 0], [0, 1, -1e200], [0, 0, 1]])
    code, said = refused(given, solver)
    assert code == "no-solution"
    assert "furnace" in said
    _, said = refused(given, solver, "zh")
    assert "没有唯一的有限解" in said


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_entries_that_are_no_numbers_are_refused(value, solver):
    matrix = np.eye(3)
    matrix[1, 2] = value
    with pytest.raises(SingularSystemError) as caught:
        factorise(matrix, solver).solve(np.ones(3))
    assert caught.value.rows == (1,)
    table = Exchanges.of([0, 1, 0], [0, 1, 1], [1.0, 1.0, value])
    with pytest.raises(InputError) as refusal:
        system(["a", "b"], ["CO2"], table, NOTHING)
    assert [problem.code for problem in refusal.value.problems] == ["not-finite"]


@pytest.mark.parametrize("ask", ["total", "supply", "inventory"])
def test_an_unknown_process_is_refused(ask):
    found = solve(built(np.eye(2)), WARMING)
    with pytest.raises(InputError) as caught, in_language("en"):
        getattr(found, ask)({"furnace": 1.0, "mill": 2.0})
    (problem,) = caught.value.problems
    assert problem.code == "unknown-process"
    assert "mill" in str(problem.cause)


@pytest.mark.parametrize("ask", ["total", "supply", "inventory"])
@pytest.mark.parametrize("amount", [np.nan, np.inf])
def test_a_demand_that_is_no_number_is_refused(ask, amount):
    found = solve(built(np.eye(2)), WARMING)
    with pytest.raises(InputError) as caught:
        getattr(found, ask)({"furnace": amount})
    assert [problem.code for problem in caught.value.problems] == ["demand-not-finite"]
    for language in ("en", "zh"):
        with in_language(language):
            assert "furnace" in str(caught.value)


@pytest.mark.parametrize("solver", Solver)
def test_a_system_of_nothing(solver):
    empty = solve(system([], [], NOTHING, NOTHING), Characterisation.of([], [], [], [], []), solver)
    assert empty.intensities.shape == (0, 0)
    assert empty.total({}).shape == (0,)
    assert empty.supply({}).shape == (0,)
    assert empty.inventory({}).shape == (0,)


@pytest.mark.parametrize("solver", Solver)
def test_a_system_of_one(solver):
    found = solve(built([[4.0]]), WARMING, solver)
    assert found.intensity("furnace").tolist() == [0.25]
    assert found.supply({"furnace": 2.0}).tolist() == [0.5]
    assert found.total({"furnace": 2.0}).tolist() == [0.5]


@pytest.mark.parametrize("solver", Solver)
def test_without_columns_there_are_no_intensities(solver):
    none = Characterisation.of([], ["CO2"], [], [], [])
    assert solve(made("everything", 40, 0).system, none, solver).intensities.shape == (40, 0)


def test_the_solver_is_the_one_that_is_installed_or_asked_for():
    assert installed_solver() is Solver.STRUCTURE
    assert solve(built(np.eye(2)), WARMING).solver is Solver.STRUCTURE
    assert solve(built(np.eye(2)), WARMING, Solver.SUPERLU).solver is Solver.SUPERLU


def nine(values):
    return [f"{value:.8e}" for value in np.ravel(values)]


@pytest.mark.parametrize("kind", KINDS)
def test_both_solvers_print_the_same_nine_digits(kind):
    given = made(kind, 100, 3).system
    both = [solve(given, CHARACTERISATION, solver).intensities for solver in Solver]
    assert nine(both[0]) == nine(both[1])


def shuffled(rng):
    """The same scattered system with twins, read in any order: exchanges, processes, flows."""
    names, flows = np.array([f"p{at}" for at in range(6)]), np.array(["CH4", "CO2"])
    row = [*range(6), 0, 1, 1, 1, 2, 3, 0, 4, 4]
    column = [*range(6), 1, 0, 0, 2, 3, 4, 5, 5, 5]
    amount = [1, 2, 1, 1, 3, 1, -0.3, -0.1, -0.1, -0.4, -0.2, -0.5, -0.1, -0.2, -0.2]
    shape = [0] * 6 + [Shape.LOGNORMAL] * 3 + [Shape.TRIANGULAR] * 4 + [Shape.UNIFORM] * 2
    low = [1.0] * 9 + [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    high = [1.0] * 9 + [1.1, 1.2, 1.3, 1.4, 1.5, 1.6]
    scatter = Scatters(
        np.array(shape, np.uint8), np.array([0.0] * 6 + [0.1, 0.2, 0.3] + [0.0] * 6),
        np.array(low), np.array(high), np.zeros(0),
    )  # fmt: skip
    table = Exchanges.of(row, column, amount, scatter).take(rng.permutation(15))
    emitted = Exchanges.of(
        [0, 1, 1, 0, 1, 1], [0, 1, 2, 3, 4, 4], [1.0, 2, 3, 4, 5, 6], Scatters.lognormal([0.1] * 6)
    ).take(rng.permutation(6))
    places, flow_places = rng.permutation(6), rng.permutation(2)
    back, flow_back = np.argsort(places), np.argsort(flow_places)
    return system(
        names[places].tolist(),
        flows[flow_places].tolist(),
        Exchanges.of(back[table.row], back[table.column], table.amount, table.scatter),
        Exchanges.of(flow_back[emitted.row], back[emitted.column], emitted.amount, emitted.scatter),
    )


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_the_order_of_what_is_read_is_of_no_consequence(seed):
    first, other = shuffled(np.random.default_rng(0)), shuffled(np.random.default_rng(seed))
    factors = Characterisation.of(["CO2e"], ["CH4", "CO2"], [0, 1], [0, 0], [29.8, 1.0])
    again = Characterisation.of(["CO2e"], ["CO2", "CH4"], [1, 0], [0, 0], [29.8, 1.0])
    both = [solve(first, factors), solve(other, again)]
    assert np.array_equal(both[0].intensities, both[1].intensities)
    drawn = [monte_carlo(found, np.ones(1), seed=1).batch(0) for found in both]
    assert np.array_equal(*drawn)


@given(st.integers(0, 10**6), st.sampled_from(["loops", "nested", "everything"]))
@settings(deadline=None, max_examples=20)
def test_other_ids_give_the_same_nine_digits(seed, kind):
    """Ids decide the order in which everything is worked; the figures hang on it by no digit."""
    given = made(kind, 40, 5).system
    rng = np.random.default_rng(seed)
    places = rng.permutation(given.size)
    names = [f"q{place:03d}" for place in places]
    inner, outer = given.technosphere, given.interventions
    signs = given.matrix().diagonal() < 0
    spared = np.ones(len(inner), bool)
    renamed = system(names, given.flows, inner, outer, waste=signs, avoided=spared)
    old, new = solve(given, CHARACTERISATION), solve(renamed, CHARACTERISATION)
    for at in range(given.size):
        assert nine(new.intensity(names[at])) == nine(old.intensities[at])


class Helpless:
    """A core that finds no runs; only the transposed system is tried when it is factorised."""

    def solve(self, _right):
        raise SingularSystemError((0,))


def test_runs_that_the_core_does_not_find_are_found_by_superlu():
    matrix = [[1, -0.5, 0], [-0.4, 1, 0], [0, -0.1, 1]]
    found = replace(solve(built(matrix), WARMING), factorised=Helpless())
    demand = {"mine": 2.0, "furnace": 1.0}
    assert np.asarray(matrix) @ found.supply(demand) == pytest.approx([1.0, 0.0, 2.0])
