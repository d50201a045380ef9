"""Which systems use up what they make, against the spectral radius."""

import numpy as np
import pytest
import scipy.sparse.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from tanyuan.lca.productivity import unproductive_loop
from tanyuan.lca.solver import SingularSystemError, factorise


def loop_of(matrix):
    sparse = csc_array(matrix)
    try:
        factorised = factorise(sparse)
        return unproductive_loop(sparse, factorised)
    except SingularSystemError:
        return unproductive_loop(sparse, None)


@given(st.integers(1, 7), st.floats(0.05, 3), st.sampled_from([0.0, 0.3]), st.integers(0, 10**6))
@settings(deadline=None, max_examples=150)
def test_it_is_what_the_spectral_radius_says(n, size, spared, seed):
    rng = np.random.default_rng(seed)
    taken = np.where(rng.random((n, n)) < 0.4, rng.random((n, n)) * size, 0.0)
    taken *= np.where(rng.random((n, n)) < spared, -1.0, 1.0)
    taken[np.diag_indices(n)] = 0
    values = np.linalg.eigvals(taken)
    gains = values[np.abs(values.imag) < 1e-9].real
    gain = gains.max(initial=0.0)
    if abs(gain - 1) < 1e-6:
        return
    units = 10.0 ** rng.uniform(-6, 6, n)
    wastes = np.where(rng.random(n) < 0.3, -1.0, 1.0)
    matrix = (np.eye(n) - taken) * units[:, None] / units * wastes[:, None]
    loop = loop_of(matrix)
    assert bool(loop) == (gain > 1)
    for supplier, user in zip(loop, [*loop[1:], *loop[:1]], strict=True):
        assert taken[supplier, user] != 0


def ring(n, gain):
    nodes = np.arange(n)
    amount = np.concatenate([np.ones(n), np.full(n, -gain)])
    places = np.concatenate([nodes, nodes]), np.concatenate([nodes, np.roll(nodes, 1)])
    return csc_array((amount, places))


@pytest.mark.parametrize("n", [30, 400])
def test_a_ring_just_above_is_found_and_one_just_below_is_not(n):
    assert len(loop_of(ring(n, 1.001))) == n
    assert loop_of(ring(n, 0.999)) == ()


def test_where_arpack_does_not_settle_power_iteration_tells(monkeypatch):
    def unsettled(*_, **__):
        raise scipy.sparse.linalg.ArpackNoConvergence("no", [], [])

    monkeypatch.setattr(scipy.sparse.linalg, "eigs", unsettled)
    assert len(loop_of(ring(400, 1.01))) == 400
    assert unproductive_loop(ring(400, 0.99), None) == ()
