"""The supply order, and what happens where the core cannot be factorised well enough."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import block_diag, csc_array
from scipy.sparse.csgraph import connected_components

from tanyuan.lca import ordering, structure
from tanyuan.lca import solver as solvers
from tanyuan.lca.kernels import loops, peel, transposed
from tanyuan.lca.ordering import supply_order
from tanyuan.lca.solver import SingularSystemError, Solver, SparseLU, factorise
from tanyuan.lca.structure import StructuredLU, dense_core, layout
from tests.lca.made_systems import KINDS, made


def graph(takes):
    """Arrays of what each product takes."""
    return takes.indptr.astype(np.int32), takes.indices.astype(np.int32), takes.data != 0


@given(st.integers(0, 60), st.floats(0, 4), st.integers(0, 10**6))
@settings(deadline=None, max_examples=100)
def test_everything_outside_the_feedback_set_follows_from_what_is_before(n, density, seed):
    rng = np.random.default_rng(seed)
    count = int(n * density)
    arcs = rng.integers(0, max(n, 1), (2, count))
    arcs = arcs[:, arcs[0] != arcs[1]]
    ones = np.ones(arcs.shape[1])
    takes = csc_array((ones, tuple(arcs)), shape=(n, n))
    takes.sum_duplicates()
    order = supply_order(*graph(takes))
    assert sorted(order.product.tolist()) == list(range(n))
    assert np.array_equal(order.product[order.position], np.arange(n))
    a, f, b = order.core, order.feedback, order.downstream
    assert 0 <= a <= f <= b <= n
    supplier, user = order.position[arcs[0]], order.position[arcs[1]]
    torn = (supplier >= f) & (supplier < b)
    assert ((supplier < user) | (torn & (user >= a) & (user < b))).all()
    assert not (torn & (user < a)).any()


def bought(n, each, seed):
    """A graph of products in which each takes so many others."""
    rng = np.random.default_rng(seed)
    row, column = rng.integers(0, n, (2, each * n))
    apart = row != column
    takes = csc_array((np.ones(apart.sum()), (row[apart], column[apart])), shape=(n, n))
    takes.sum_duplicates()
    return takes


@pytest.mark.parametrize("seed", range(5))
def test_products_that_need_not_be_cut_are_spared(seed):
    """Each that is still cut closes a loop, alone or with one that was spared before it."""
    takes = bought(300, 3, seed)
    start, suppliers, couples = graph(takes)
    _, cut = peel(*transposed(start, suppliers), start, suppliers, np.zeros(300, bool))
    order = supply_order(start, suppliers, couples)
    torn = order.product[order.feedback : order.downstream]
    assert set(torn.tolist()) < set(np.flatnonzero(cut).tolist())
    kept = np.ones(300, bool)
    kept[torn] = False
    for product in torn.tolist():
        kept[product] = True
        within = takes[kept][:, kept]
        loops, _ = connected_components(within, connection="strong")
        assert loops < kept.sum()
        kept[product] = False


def test_cut_products_are_looked_at_in_passes_of_any_width(monkeypatch):
    takes = bought(500, 4, 0)
    whole = supply_order(*graph(takes))
    assert whole.downstream - whole.feedback > 64
    monkeypatch.setattr(ordering, "_WORDS", 1)
    assert np.array_equal(supply_order(*graph(takes)).product, whole.product)


@given(st.integers(1, 40), st.floats(0, 3), st.integers(0, 10**6))
@settings(deadline=None, max_examples=100)
def test_loops_are_those_of_scipy_and_suppliers_come_before_users(n, density, seed):
    rng = np.random.default_rng(seed)
    arcs = rng.integers(0, n, (2, int(n * density)))
    takes = csc_array((rng.integers(0, 2, arcs.shape[1]), tuple(arcs)), shape=(n, n))
    takes.sum_duplicates()
    inside = rng.random(n) < 0.8
    start, suppliers, couples = graph(takes)
    loop = loops(start, suppliers, couples, inside)
    assert ((loop >= 0) == inside).all()
    kept = csc_array(takes[inside][:, inside])
    kept.eliminate_zeros()
    count, expected = connected_components(kept, connection="strong")
    assert len(set(zip(loop[inside], expected, strict=True))) == count == loop.max(initial=-1) + 1
    supplier, user = kept.nonzero()
    assert (loop[inside][supplier] <= loop[inside][user]).all()
    back, users = transposed(start, suppliers)
    turned = takes.tocsr()
    assert (back == turned.indptr).all()
    assert (users == turned.indices).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_core_is_triangular_by_loop(kind):
    """A product of one loop is no pivot of another, and nothing goes from users to suppliers."""
    matrix = csc_array(made(kind, 300, 0).matrix)
    at = layout(matrix)
    torn = at.order.product[at.order.feedback : at.order.downstream]
    _, loop = connected_components(matrix, connection="strong")
    core = dense_core(at, np.float64)
    same = loop[torn[:, None]] == loop[torn]
    assert not np.tril(core.factors, -1)[~same].any()
    assert same[np.arange(len(torn)), core.pivots].all()
    assert core.solve(np.eye(len(torn)))[~same & np.tri(len(torn), dtype=bool).T].any() == 0


def test_a_technosphere_is_left_as_it_was():
    twice = csc_array(
        (np.array([1.0, 0.5, 0.5, -0.2]), np.array([0, 1, 1, 1]), np.array([0, 1, 4]))
    )
    twice.has_canonical_format = False
    before = [part.copy() for part in (twice.data, twice.indices, twice.indptr)]
    for solver in Solver:
        assert factorise(twice, solver).solve(np.array([1.0, 0.8])) == pytest.approx([1.0, 1.0])
        for part, was in zip((twice.data, twice.indices, twice.indptr), before, strict=True):
            assert np.array_equal(part, was)


def nearly_closed(gap):
    """A loop that leaves a share of what it makes."""
    return np.array([[1.0, -1.0, 0.0], [-1.0 + gap, 1.0, 0.0], [0.0, -0.1, 1.0]])


def test_only_a_large_core_is_factorised_in_single_precision(monkeypatch):
    loops = block_diag([nearly_closed(1e-3)] * 3)
    for large, precision in ((5, np.float32), (6, np.float64)):
        monkeypatch.setattr(structure, "_LARGE", large)
        assert factorise(loops, Solver.STRUCTURE).core.factors.dtype == precision


@pytest.mark.usefixtures("in_single")
@pytest.mark.parametrize("gap", [1e-8, 1e-12])
def test_where_single_precision_fails_double_is_taken(gap):
    found = factorise(nearly_closed(gap), Solver.STRUCTURE)
    assert isinstance(found, StructuredLU)
    assert found.core.factors.dtype == np.float64
    right = np.array([1.0, 2.0, 3.0])
    assert nearly_closed(gap) @ found.solve(right) == pytest.approx(right, abs=1e-3)


def beside(*blocks):
    """Loops that know nothing of each other."""
    return csc_array(block_diag(blocks))


@pytest.mark.usefixtures("in_single")
def test_a_value_whose_parts_cancel_does_not_stop_the_others():
    closed = np.array([[1.0, -1.0], [-1.0 + 5e-6, 1.0]])
    balanced = np.array([[1.0, -0.8], [-0.8, 1.0]])
    found = factorise(beside(closed, balanced), Solver.STRUCTURE)
    assert found.core.factors.dtype == np.float32
    right = np.array([1.0, 1.0, 0.8, -1.0 + 1e-13])
    for solved, matrix in ((found.solve_transposed(right), closed.T), (found.solve(right), closed)):
        assert solved[:2] == pytest.approx(exactly(matrix, right[:2]), rel=1e-9)


def exactly(matrix, right):
    (a, b), (c, d) = ([Fraction(entry) for entry in row] for row in matrix.tolist())
    x, y = map(Fraction, right.tolist())
    whole = a * d - b * c
    return [float((d * x - b * y) / whole), float((a * y - c * x) / whole)]


@pytest.mark.usefixtures("in_either")
@pytest.mark.parametrize("size", [1e-300, 1e-50, 1.0, 1e50, 1e300])
def test_right_sides_of_any_size_are_solved(size):
    loop = np.array([[1.0, -0.5], [-0.5, 1.0]])
    found = factorise(loop, Solver.STRUCTURE)
    assert isinstance(found, StructuredLU)
    right = np.array([size, 0.0])
    assert found.solve(right) == pytest.approx(np.linalg.solve(loop, right), rel=1e-12)
    both = np.stack((right, np.array([0.0, 1.0])), axis=1)
    assert found.solve_transposed(both) == pytest.approx(np.linalg.solve(loop.T, both), rel=1e-12)


@pytest.mark.usefixtures("in_either")
def test_small_runs_are_as_exact_as_large_ones():
    """A product of which hardly anything is needed stands behind three of the largest."""
    matrix = np.eye(6)
    for user, maker, amount in [(0, 1, 0.9), (1, 2, 0.9), (2, 0, 0.9), (2, 3, 1e-14), (3, 4, 0.7)]:
        matrix[maker, user] = -amount
    matrix[5, 4], matrix[3, 5] = -0.6, -0.8
    found = factorise(matrix, Solver.STRUCTURE)
    assert isinstance(found, StructuredLU)
    right = np.eye(6)[0]
    runs = found.solve(right)
    assert 0 < runs[4] < 1e-13
    assert runs == pytest.approx(np.linalg.solve(matrix, right), rel=1e-10)


WILD = np.array([[1.0, 9.564e0, 9.564e3], [9.564e0, 1.0, -9.564e3], [9.564e3, 0.0, 1.0]])


def test_what_no_core_solves_is_left_to_superlu():
    at = layout(WILD)
    right = np.array([1.0, -2.0, 3.0])
    for precision in (np.float32, np.float64):
        with pytest.raises(SingularSystemError) as caught:
            StructuredLU(at, dense_core(at, precision)).solve_transposed(np.ones(3))
        assert caught.value.rows[0] in {0, 1, 2}
    found = factorise(WILD, Solver.STRUCTURE)
    assert isinstance(found, SparseLU)
    assert found.solve(right) == pytest.approx(np.linalg.solve(WILD, right), rel=1e-10)
    assert found.solve_transposed(right) == pytest.approx(np.linalg.solve(WILD.T, right), rel=1e-10)


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize(
    ("matrix", "rows"),
    [([[1.0, 1.0], [1.0, 1.0]], ()), ([[1.0, 0.0], [0.0, 0.0]], (1,)), ([[0.0]], (0,))],
)
def test_what_nothing_solves_is_refused(matrix, rows, solver):
    with pytest.raises(SingularSystemError) as caught:
        factorise(np.array(matrix), solver).solve(np.ones(len(matrix)))
    assert caught.value.rows == rows


class Rough:
    """SuperLU's face of factors that err by a share in some rows."""

    def __init__(self, errors):
        self.errors = np.asarray(errors)

    def solve(self, right, _mode):
        return right * (1 + self.errors.reshape(-1, *[1] * (right.ndim - 1)))


@pytest.mark.parametrize("error", [0.4, np.inf, np.nan])
def test_rows_are_told_also_of_several_right_sides(error):
    rough = SparseLU(np.eye(3), Rough([0, error, 0]))
    with np.errstate(all="ignore"), pytest.raises(SingularSystemError) as caught:
        rough.solve(np.ones((3, 5)))
    assert caught.value.rows == (1,)


def test_superlu_tries_its_largest_pivots_where_the_diagonal_does_not_solve(monkeypatch):
    tried = []

    def solves(_, *ways):
        tried.append(ways[0].__self__)
        return False

    monkeypatch.setattr(solvers, "_solves", solves)
    found = factorise(WILD)
    assert len(tried) == 1
    assert found is not tried[0]


@pytest.mark.parametrize("kind", KINDS)
def test_several_right_sides_are_solved_as_each_alone(kind):
    _, matrix, _ = made(kind, 60, 0)
    right = np.random.default_rng(0).normal(size=(60, 4))
    for solver in Solver:
        found = factorise(matrix, solver)
        assert found.size == 60
        for way in (found.solve, found.solve_transposed):
            apart = np.stack([way(column) for column in right.T], axis=1)
            scale = np.abs(apart).max(axis=1, keepdims=True)
            assert (np.abs(way(right) - apart) <= 1e-11 * scale).all()
            assert way(right[:, :0]).shape == (60, 0)


def test_what_has_nothing_upstream_gets_exactly_nothing():
    for kind in KINDS:
        _, matrix, _ = made(kind, 100, 0)
        for solver in Solver:
            found = factorise(matrix, solver)
            demand = np.zeros(100)
            demand[7] = 1.0
            for way, edges in ((found.solve, matrix), (found.solve_transposed, matrix.T)):
                reached = demand != 0
                for _ in range(100):  # s = demand − (A − D) s: who supplies what is reached
                    reached |= (abs(edges) @ reached.astype(float)) > 0
                assert not way(demand)[~reached].any()
