"""Changed processes without a new solution, against a new solution."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import SingularSystemError, Solver
from tanyuan.lca.system import Characterisation, system
from tanyuan.lca.what_if import Change, WhatIf
from tests.lca.made_systems import CHARACTERISATION, KINDS, made
from tests.lca.references import intensities, without_credits


@cache
def solved(kind, n, seed, solver):
    return solve(made(kind, n, seed).system, CHARACTERISATION, solver)


def changes_of(rng, given, processes):
    """Each process takes up to a tenth more, or half less, of everything, and emits otherwise."""
    matrix = given.matrix.toarray()
    found = []
    for process in processes:
        taken = np.flatnonzero(matrix[:, process])
        taken = taken[taken != process]
        changed = matrix[taken, process] * rng.uniform(-0.5, 0.1, len(taken))
        direct = given.direct[process] * rng.uniform(-1, 1) + 0.1
        found.append(Change(process, taken, changed, direct))
    return found


def again(given, changes):
    """Intensities and what goes into them, all solved anew."""
    matrix, direct = given.matrix.toarray(), given.direct.copy()
    for change in changes:
        np.add.at(matrix, (change.rows, change.process), change.amounts)
        direct[change.process] += change.direct
    gross = np.abs(given.direct) + np.abs(direct)
    return intensities(matrix, direct), intensities(without_credits(matrix), gross)


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize("count", [0, 1, 2, 7])
@pytest.mark.parametrize("kind", KINDS)
def test_changed_processes_against_a_new_solution(kind, count, solver):
    given = solved(kind, 60, 0, solver)
    rng = np.random.default_rng(count)
    changes = changes_of(rng, given, rng.permutation(60)[:count].tolist())
    found = WhatIf(given).changed(changes)
    expected, gross = again(given, changes)
    assert (np.abs(found.intensities - expected) <= 1e-11 * gross).all()
    for product in (0, 30, 59):
        assert found.intensity(product) == pytest.approx(found.intensities[product], rel=1e-12)


def test_changes_follow_one_another_and_can_be_taken_back():
    given = solved("loops", 60, 0, Solver.STRUCTURE)
    first, second = changes_of(np.random.default_rng(3), given, [4, 9])
    ask = WhatIf(given)
    both = ask.changed([first, second]).intensities
    assert both == pytest.approx(ask.changed([second, first]).intensities, rel=1e-12)
    assert np.array_equal(ask.changed([first, second]).intensities, both)
    after_first = replace(given.system, **_tables(given, [first]))
    chained = WhatIf(solve(after_first, CHARACTERISATION)).changed(
        [replace(second, direct=np.zeros(2))]
    )
    whole = solve(replace(given.system, **_tables(given, [first, second])), CHARACTERISATION)
    assert chained.intensities == pytest.approx(whole.intensities, rel=1e-11)
    nothing = replace(first, amounts=0 * first.amounts, direct=0 * first.direct)
    assert np.array_equal(ask.changed([nothing]).intensities, given.intensities)


def _tables(given, changes):
    table = given.system.technosphere
    rows = np.concatenate([change.rows for change in changes]).astype(np.int32)
    columns = np.repeat([c.process for c in changes], [len(c.rows) for c in changes])
    amounts = np.concatenate([change.amounts for change in changes])
    more = Exchanges.of(rows, columns, amounts, key=np.arange(len(rows)))
    return {"technosphere": table.followed_by(more).sorted()}


def test_a_change_may_name_a_product_twice_and_a_new_supplier():
    given = solved("acyclic", 20, 0, Solver.STRUCTURE)
    change = Change(3, np.array([5, 5, 7]), np.array([-0.01, -0.02, -0.03]), np.zeros(2))
    expected, gross = again(given, [change])
    found = WhatIf(given).changed([change]).intensities
    assert (np.abs(found - expected) <= 1e-12 * gross).all()


def test_a_process_can_be_changed_once():
    given = solved("acyclic", 20, 0, Solver.STRUCTURE)
    change = Change(3, np.array([5]), np.array([-0.01]), np.zeros(2))
    with pytest.raises(ValueError, match="one change for each process"):
        WhatIf(given).changed([change, change])


WARMING = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])


def loop(gain=0.4):
    table = Exchanges.of([0, 1, 1, 0], [0, 1, 0, 1], [1, 1, -1, -gain], Scatters.none(4))
    given = system(["a", "b"], ["CO2"], table, Exchanges.of([0, 0], [0, 1], [1.0, 2.0]))
    return solve(given, WARMING)


@pytest.mark.parametrize("more", [0.6, 0.6 + 1e-14, 0.7, 3.0])
def test_a_change_that_makes_a_loop_use_up_what_it_makes_is_refused(more):
    change = Change(1, np.array([0]), np.array([-more]), np.zeros(1))
    with pytest.raises(SingularSystemError) as caught:
        WhatIf(loop()).changed([change])
    assert caught.value.rows == (1,)


def test_a_change_just_below_is_not():
    found = WhatIf(loop()).changed([Change(1, np.array([0]), np.array([-0.59]), np.zeros(1))])
    # y_a = 1 + y_b, y_b = 2 + 0.99 y_a
    assert found.intensity(0) == pytest.approx([3 / 0.01], rel=1e-11)


def test_two_harmless_changes_that_are_fatal_together_are_refused():
    changes = [
        Change(0, np.array([1]), np.array([-0.5]), np.zeros(1)),
        Change(1, np.array([0]), np.array([-0.3]), np.zeros(1)),
    ]
    ask = WhatIf(loop())
    for change in changes:
        ask.changed([change])
    with pytest.raises(SingularSystemError) as caught:
        ask.changed(changes)
    assert caught.value.rows == (0, 1)
