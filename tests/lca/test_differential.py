"""Both solvers against exact fractions, dense numpy and SuperLU on 200 random systems."""

from functools import cache

import numpy as np
import pytest

from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tests.lca.made_systems import CHARACTERISATION, FACTORS, KINDS, made
from tests.lca.references import exact, factors, furthest, intensities, supply, without_credits

SIZES = [(n, 0) for n in (0, 1, 2, 5, 8, 12, 20, 40, 60, 100, 300, 1000)]
SIZES += [(n, 1) for n in (2, 5, 8, 20, 100, 300)]
CASES = [(kind, n, seed) for kind in KINDS for n, seed in SIZES]
CASES += [("loops", 3000, 0), ("everything", 3000, 0)]
EXACT, DENSE = 40, 300

given = cache(made)


@cache
def expected(kind, n, seed):
    """Intensities, and what goes into them; runs for a demand, and the same."""
    _, matrix, direct = given(kind, n, seed)
    gross, demand = without_credits(matrix), wanted(n)
    if n <= EXACT:
        a, b = matrix.toarray(), gross.toarray()
        right = demand[:, None]
        return exact(a.T, direct), exact(b.T, np.abs(direct)), exact(a, right), exact(b, right)
    return (
        intensities(matrix, direct),
        intensities(gross, np.abs(direct)),
        supply(matrix, demand)[:, None],
        supply(gross, demand)[:, None],
    )


def wanted(n):
    """One of the first product and two of the last."""
    demand = np.zeros(n)
    if n:
        demand[0] += 1
        demand[-1] += 2
    return demand


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize(("kind", "n", "seed"), CASES)
def test_every_product_and_every_run(kind, n, seed, solver):
    all_is_right(kind, n, seed, solver)


@pytest.mark.usefixtures("in_single")
@pytest.mark.parametrize(("kind", "n", "seed"), CASES)
def test_every_product_and_every_run_by_a_core_in_single_precision(kind, n, seed):
    all_is_right(kind, n, seed, Solver.STRUCTURE)


def all_is_right(kind, n, seed, solver):
    system = given(kind, n, seed).system
    caused, caused_gross, runs, runs_gross = expected(kind, n, seed)
    found = solve(system, CHARACTERISATION, solver)
    limit = 1e-12 if n <= EXACT else 1e-10
    assert furthest(found.intensities, caused, caused_gross) <= limit
    demand = {system.processes[at]: wanted(n)[at] for at in np.flatnonzero(wanted(n))}
    supplied = found.supply(demand)
    assert furthest(supplied[:, None], runs, np.abs(runs_gross)) <= limit
    total = found.inventory(demand) @ FACTORS
    assert total == pytest.approx(found.total(demand), rel=1e-9, abs=1e-9 * np.abs(total).max())


@pytest.mark.parametrize(("kind", "n", "seed"), [case for case in CASES if 0 < case[1] <= DENSE])
def test_the_referees_agree(kind, n, seed):
    _, matrix, direct = given(kind, n, seed)
    caused, gross, _, _ = expected(kind, n, seed)
    dense = np.linalg.solve(matrix.toarray().T, direct)
    assert np.abs(dense - caused).max(initial=0) <= 1e-10 * np.abs(gross).max()
    assert furthest(factors(matrix).solve(direct), caused, gross) <= 1e-12
    assert system_holds_what_was_given(kind, n, seed)


def system_holds_what_was_given(kind, n, seed):
    system, matrix, direct = given(kind, n, seed)
    held = system.intervention_matrix().T @ FACTORS
    assert np.abs(system.matrix() - matrix).max() <= 1e-15 * np.abs(matrix).max()
    assert held == pytest.approx(direct, rel=1e-14, abs=1e-14 * np.abs(direct).max(initial=0))
    return True
