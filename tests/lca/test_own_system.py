"""The own processes of a product against dense elimination and exact fractions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.own_system import OwnSystem
from tanyuan.lca.solver import SingularSystemError
from tests.lca.references import exact

SAMPLES = 5


def random_system(m, arcs, seed, avoided=0.0, sizes=6):
    """Processes and treatments, some taking of themselves, in units of so many sizes."""
    rng = np.random.default_rng(seed)
    sign = np.where(rng.random(m) < 0.3, -1.0, 1.0)
    unit = 10.0 ** rng.integers(-sizes, sizes + 1, m)
    row, column = rng.integers(0, m, arcs), rng.integers(0, m, arcs)
    taken = -rng.uniform(0.0, 2.0 / max(arcs / m, 1), arcs)
    taken *= np.where(rng.random(arcs) < avoided, -1.0, 1.0) * np.where(row == column, 0.02, 1.0)
    amount = np.concatenate((sign * unit, sign[row] * taken * unit[row]))
    own = np.arange(m)
    exchanges = Exchanges.of(np.append(own, row), np.append(own, column), amount)
    return OwnSystem(exchanges)


def solved(system, causes):
    """`causes` (m, k) by process."""
    ordered = causes[system.order.process].T
    return system.solve(np.concatenate((system.parts.heads, ordered)))


def productive(system):
    """By the spectral radius of what is taken per unit made, with wastes counted positive."""
    made, sign = np.abs(system.made), np.sign(system.made)
    taken = np.diag(made) - system.matrix * sign[:, None]
    return np.abs(np.linalg.eigvals(taken / made)).max() < 1


CASES = (st.integers(1, 9), st.integers(0, 30), st.integers(0, 10**6))


@given(*CASES)
def test_it_is_exact_where_it_is_productive_and_refused_where_it_is_not(m, arcs, seed):
    system = random_system(m, arcs, seed)
    causes = np.random.default_rng(seed).random((m, 2))
    if productive(system):
        expected = exact(system.matrix.T, causes)
        assert solved(system, causes) == pytest.approx(expected, rel=1e-11, abs=0)
    else:
        with pytest.raises(SingularSystemError):
            solved(system, causes)


@given(*CASES)
def test_its_samples_are_solved_one_by_one(m, arcs, seed):
    system = random_system(m, arcs, seed)
    rng = np.random.default_rng(seed)
    ratios = np.exp(rng.normal(0, 0.3, (len(system.exchanges), SAMPLES)))
    amounts = system.exchanges.amount[:, None] * ratios
    causes = rng.random((m, SAMPLES))
    given = system.exchanges
    each = [OwnSystem(Exchanges.of(given.row, given.column, part)) for part in amounts.T]
    if all(map(productive, each)):
        expected = [solved(one, causes[:, [at]])[:, 0] for at, one in enumerate(each)]
        found = system.solve_samples(amounts, causes)
        assert found == pytest.approx(np.transpose(expected), rel=1e-10, abs=0)
    else:
        with pytest.raises(SingularSystemError):
            system.solve_samples(amounts, causes)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_avoided_is_eliminated_with_pivots(seed):
    system = random_system(8, 20, seed, avoided=0.4)
    assert system.spares
    causes = np.random.default_rng(seed).normal(size=(8, 3))
    causes[:, :2] *= np.abs(system.made)[:, None]  # so that small units count as much as large ones
    try:
        found = solved(system, causes)
    except SingularSystemError:
        made, sign = np.abs(system.made), np.sign(system.made)
        taken = np.eye(8) - system.matrix * sign[:, None] / made
        assert np.linalg.eigvals(taken).real.max() > 1
        return
    expected = exact(system.matrix.T, causes)
    assert found[:, :2] == pytest.approx(expected[:, :2], rel=1e-9, abs=1e-11)
    amounts = np.repeat(system.exchanges.amount[:, None], SAMPLES, axis=1)
    sampled = system.solve_samples(amounts, np.repeat(causes[:, :1], SAMPLES, axis=1))
    same = pytest.approx(np.repeat(found[:, :1], SAMPLES, axis=1), rel=1e-9, abs=1e-11)
    assert sampled == same


def test_units_and_runs_of_many_sizes_cost_what_is_avoided_no_digits():
    amount = [7.9e8, 10.0, -1e3, -19.2, -500.0, 1e-11, 0.0]
    system = OwnSystem(Exchanges.of([0, 2, 0, 1, 0, 1, 1], [2, 2, 0, 2, 0, 1, 1], amount))
    causes = np.array([[0.163], [0.571], [0.0134]])
    assert solved(system, causes) == pytest.approx(exact(system.matrix.T, causes), rel=1e-14)


def test_a_draw_of_the_other_sign_is_solved_with_pivots():
    """1e-12 y₀ ∓ y₁ = 1 and y₁ − y₀/2 = 2: in turn, y₀ would be a small difference of y₁ and 1."""
    given = Exchanges.of([0, 1, 1, 0], [0, 1, 0, 1], [1e-12, 1.0, -1e-13, -0.5])
    amounts = given.amount[:, None].repeat(3, axis=1)
    amounts[2, 1] = 1.0
    causes = np.array([[1.0], [2.0]]).repeat(3, axis=1)
    found = OwnSystem(given).solve_samples(amounts, causes)
    matrix = np.array([[1e-12, -0.5], [1.0, 1.0]])
    assert found[:, [1]] == pytest.approx(exact(matrix.T, causes[:, :1]), rel=1e-14)
    alone = OwnSystem(given).solve_samples(amounts[:, :1], causes[:, :1])
    assert np.array_equal(found[:, [0, 2]], alone.repeat(2, axis=1))


def ring(gain):
    """Three in a ring, one that supplies it and one that takes from it."""
    own = [0, 1, 2, 3, 4]
    taken = [-1.0, -1.0, -gain, -0.5, -0.5]
    return OwnSystem(Exchanges.of([*own, 1, 2, 0, 3, 2], [*own, 0, 1, 2, 0, 4], [1.0] * 5 + taken))


def test_of_a_ring_that_uses_up_what_it_makes_all_are_named():
    with pytest.raises(SingularSystemError) as caught:
        solved(ring(1.1), np.ones((5, 1)))
    assert set(caught.value.rows) == {0, 1, 2}
    amounts = np.transpose([ring(0.9).exchanges.amount, ring(1.1).exchanges.amount])
    with pytest.raises(SingularSystemError) as caught:
        ring(0.9).solve_samples(amounts, np.ones((5, 2)))
    assert set(caught.value.rows) == {0, 1, 2}


def test_a_chain_is_one_sweep_and_a_ring_hangs_on_one():
    chain = OwnSystem(Exchanges.of([0, 1, 2, 1, 2], [0, 1, 2, 0, 1], [1, 1, 1, -0.5, -0.5]))
    assert chain.order.cut == 0
    assert chain.order.process.tolist() == [2, 1, 0]
    ring = Exchanges.of([0, 1, 2, 1, 2, 0], [0, 1, 2, 0, 1, 2], [1, 1, 1, -0.5, -0.5, -0.5])
    assert OwnSystem(ring).order.cut == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 2)])
def test_amounts_that_are_no_numbers_are_refused(place, bad):
    amount = np.array([1.0, 1.0, 1.0, -0.5, -0.5, bad])
    system = OwnSystem(Exchanges.of([0, 1, 2, 1, 0, place[0]], [0, 1, 2, 0, 1, place[1]], amount))
    with pytest.raises(SingularSystemError) as caught:
        solved(system, np.ones((3, 1)))
    assert caught.value.rows == (place[1],)
    with pytest.raises(SingularSystemError):
        system.solve_samples(amount[:, None], np.ones((3, 1)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_caused_in_no_numbers_is_refused(bad):
    with pytest.raises(SingularSystemError) as caught:
        solved(OwnSystem(Exchanges.of([0], [0], [1.0])), np.array([[1.0, bad]]))
    assert caught.value.rows == (0,)
