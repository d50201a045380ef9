import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tanyuan.lca.solver import SingularSystemError, SparseLU, factorise


class Rough:
    """A factorisation of the identity that is off by a share."""

    def __init__(self, error):
        self.error = error

    def solve(self, right, _mode):
        return right * (1 + self.error)


MATRICES = st.integers(1, 6).flatmap(
    lambda n: arrays(np.float64, (n, n), elements=st.integers(-5, 5).map(float))
)


@given(MATRICES)
@settings(deadline=None)
def test_solutions_agree_with_numpy(matrix):
    dominant = matrix + np.diag(np.abs(matrix).sum(axis=1) + 1)
    right = np.arange(1.0, len(matrix) + 1)
    found = factorise(dominant)
    assert found.size == len(matrix)
    assert found.solve(right) == pytest.approx(np.linalg.solve(dominant, right), rel=1e-10)
    transposed = np.linalg.solve(dominant.T, right)
    assert found.solve_transposed(right) == pytest.approx(transposed, rel=1e-10, abs=1e-12)


def test_nothing_asked_for_gives_exactly_nothing():
    assert factorise(np.eye(2) - 0.25).solve(np.zeros(2)).tolist() == [0, 0]


def test_a_rough_solution_is_refined_once():
    right = np.array([1.0, 2.0])
    refined = SparseLU(np.eye(2), Rough(1e-6)).solve(right)
    assert refined == pytest.approx(right, rel=1e-11)


@pytest.mark.parametrize("error", [1e-3, -0.5, np.inf, np.nan])
def test_a_solution_that_stays_rough_is_refused(error):
    with np.errstate(all="ignore"), pytest.raises(SingularSystemError) as caught:
        SparseLU(np.eye(2), Rough(error)).solve(np.array([1.0, 2.0]))
    assert caught.value.rows


@pytest.mark.parametrize(
    ("matrix", "rows"),
    [
        ([[1.0, 0.0], [0.0, 0.0]], (1,)),
        ([[1.0, 1.0], [1.0, 1.0]], ()),
        ([[0.0]], (0,)),
    ],
)
def test_singular_matrices_are_refused_with_their_empty_rows(matrix, rows):
    with pytest.raises(SingularSystemError) as caught:
        factorise(np.array(matrix))
    assert caught.value.rows == rows
