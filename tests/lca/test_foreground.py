from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.lca.foreground import Foreground
from tanyuan.lca.solver import SingularSystemError


def system(lines, produced, m):
    """Solve a system of (process of the line or None, product taken or None, amount, shares)."""
    foreground = Foreground(
        np.array([process is not None for process, *_ in lines], dtype=bool),
        np.array([-1 if taken is None else taken for _, taken, *_ in lines], dtype=np.intp),
    )
    amounts = np.array([float(line[2]) for line in lines])
    shares = np.zeros((len(lines), m))
    for index, (_, _, _, share) in enumerate(lines):
        for product, part in share.items():
            shares[index, product] = float(part)
    return foreground.solve(amounts, np.array([float(made) for made in produced]), shares)


def test_without_processes_every_line_counts_once():
    needed, scales = system([(None, None, 5, {}), (None, None, 7, {})], [], 0)
    assert needed.shape == (0,)
    assert scales.tolist() == [1, 1]


def test_without_processes_every_draw_counts_once():
    foreground = Foreground(np.zeros(2, dtype=bool), np.full(2, -1))
    needed, scales = foreground.solve(np.ones((2, 3)), np.zeros((0, 3)), np.zeros((2, 0, 3)))
    assert needed.shape == (0, 3)
    assert (scales == np.ones((2, 3))).all()


def test_a_chain_of_two_processes():
    # 1 declared unit takes 2 a; a batch of A makes 10 a with 5 b; a batch of B makes 4 b
    lines = [(None, 0, 2, {}), ("A", 1, 5, {0: 1}), ("A", None, 3, {0: 1}), ("B", None, 8, {1: 1})]
    needed, scales = system(lines, [10, 4], 2)
    assert needed == pytest.approx([2, 1])
    assert scales == pytest.approx([1, 0.2, 0.2, 0.25])


def test_a_loop_of_two_processes():
    # a = 0.2 b + 1, b = 0.2 a
    lines = [(None, 0, 1, {}), ("A", 1, 2, {0: 1}), ("B", 0, 1, {1: 1}), ("B", None, 9, {1: 1})]
    needed, scales = system(lines, [10, 5], 2)
    assert needed == pytest.approx([25 / 24, 5 / 24], rel=1e-14)
    assert scales == pytest.approx([1, 25 / 240, 1 / 24, 1 / 24], rel=1e-14)


def test_a_process_that_uses_some_of_its_own_product():
    lines = [(None, 0, 9, {}), ("A", 0, 1, {0: 1})]
    needed, _ = system(lines, [10], 1)
    assert needed == pytest.approx([10])


def test_a_joint_process_with_loops_over_three_products():
    # P makes 4 a and 2 b, burdens shared 3/4 to 1/4, and takes 1 c; C makes 2 c from 1 b
    # a: c/16 per a · …: x_a = 1, x_b = x_c / 2, x_c = 3/16 x_a + 1/8 x_b
    share = {0: Fraction(3, 4), 1: Fraction(1, 4)}
    lines = [
        (None, 0, 1, {}),
        ("P", 2, 1, share),
        ("P", None, 8, share),
        ("C", 1, 1, {2: 1}),
    ]
    needed, scales = system(lines, [4, 2, 2], 3)
    assert needed == pytest.approx([1, 0.1, 0.2], rel=1e-14)
    assert scales == pytest.approx([1, 0.2, 0.2, 0.1], rel=1e-14)


def exact(matrix, demand):
    """Solve (I − M) x = f in fractions."""
    m = len(demand)
    rows = [[Fraction(i == j) - matrix[i][j] for j in range(m)] + [demand[i]] for i in range(m)]
    for i in range(m):
        pivot = next(k for k in range(i, m) if rows[k][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(m):
            if k != i:
                rows[k] = [a - rows[k][i] * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [row[m] for row in rows]


@st.composite
def productive_systems(draw):
    """Systems whose processes all take less than they make, over scales of 1e±12."""
    m = draw(st.integers(1, 5))
    scale = [Fraction(10) ** draw(st.integers(-12, 12)) for _ in range(m)]
    produced = [Fraction(draw(st.integers(1, 50))) * scale[j] for j in range(m)]
    lines, matrix = [], [[Fraction(0)] * m for _ in range(m)]
    for j in range(m):
        for i in range(m):
            part = Fraction(draw(st.integers(0, 9)), 10 * m)
            if part:
                lines.append((j, i, part * scale[i] / scale[j] * produced[j], {j: 1}))
                matrix[i][j] = part * scale[i] / scale[j]
    demand = [Fraction(draw(st.integers(0, 3))) * scale[i] for i in range(m)]
    lines += [(None, i, amount, {}) for i, amount in enumerate(demand)]
    return lines, produced, matrix, demand


@given(productive_systems())
@settings(deadline=None)
def test_productive_systems_agree_with_exact_fractions(found):
    lines, produced, matrix, demand = found
    needed, scales = system(lines, produced, len(produced))
    expected = exact(matrix, demand)
    for product, amount in enumerate(expected):
        assert needed[product] == pytest.approx(float(amount), rel=1e-11)
        if not amount:
            assert needed[product] == 0
    for (process, *_), scale in zip(lines, scales, strict=True):
        runs = 1 if process is None else expected[process] / produced[process]
        assert scale == pytest.approx(float(runs), rel=1e-11)


@given(productive_systems(), st.integers(2, 5))
@settings(deadline=None, max_examples=30)
def test_draws_are_solved_as_one_by_one(found, count):
    lines, produced, _, _ = found
    m = len(produced)
    foreground = Foreground(
        np.array([line[0] is not None for line in lines]), np.array([line[1] for line in lines])
    )
    ratio = np.linspace(0.9, 1.0, count)
    amounts = np.array([[float(line[2])] for line in lines]) * ratio
    made = np.array([[float(amount)] for amount in produced]) / ratio
    shares = np.zeros((len(lines), m, count))
    for index, line in enumerate(lines):
        for product, part in line[3].items():
            shares[index, product] = part
    needed, scales = foreground.solve(amounts, made, shares)
    for k in range(count):
        one = foreground.solve(amounts[:, k], made[:, k], shares[:, :, k])
        assert needed[:, k] == pytest.approx(one[0], rel=1e-11, abs=0)
        assert scales[:, k] == pytest.approx(one[1], rel=1e-11, abs=0)


# Loops that cannot run


def test_a_process_that_needs_all_it_makes_is_refused():
    with pytest.raises(SingularSystemError):
        system([(None, 0, 1, {}), ("A", 0, 10, {0: 1})], [10], 1)


def test_a_process_that_needs_more_than_it_makes_is_refused():
    with pytest.raises(SingularSystemError) as caught:
        system([(None, 1, 1, {}), ("A", 0, 11, {0: 1})], [10, 1], 2)
    assert caught.value.rows == (0,)


@pytest.mark.parametrize("unit", [1e-12, 1e-6, 1.0, 1e6, 1e12])
@pytest.mark.parametrize("demand", [1e-9, 1.0])
def test_a_loop_that_needs_more_than_it_makes_is_refused_in_any_unit(unit, demand):
    # a batch of A makes 1 a with 2 b, a batch of B makes 1 b with 1 a
    lines = [(None, 0, demand * unit, {}), ("A", 1, 2, {0: 1}), ("B", 0, unit, {1: 1})]
    with pytest.raises(SingularSystemError) as caught:
        system(lines, [unit, 1], 2)
    assert set(caught.value.rows) <= {0, 1}


def test_a_loop_without_surplus_is_singular():
    lines = [(None, 0, 1, {}), ("A", 1, 1, {0: 1}), ("B", 0, 1, {1: 1})]
    with pytest.raises(SingularSystemError):
        system(lines, [1, 1], 2)


def test_one_draw_with_a_loop_that_cannot_run_is_refused():
    foreground = Foreground(np.array([False, True, True]), np.array([0, 1, 0]))
    amounts = np.array([[1.0, 1.0], [0.5, 2.0], [1.0, 1.0]])
    shares = np.zeros((3, 2, 2))
    shares[1, 0] = shares[2, 1] = 1
    with pytest.raises(SingularSystemError):
        foreground.solve(amounts, np.ones((2, 2)), shares)
    amounts[1, 1] = 1.0
    with pytest.raises(SingularSystemError):
        foreground.solve(amounts, np.ones((2, 2)), shares)
    amounts[1, 1] = 0.9
    needed, _ = foreground.solve(amounts, np.ones((2, 2)), shares)
    assert needed[0] == pytest.approx([2, 10])


def test_a_negative_demand_is_no_loop_that_cannot_run():
    needed, scales = system([(None, 0, -1, {}), ("A", 0, 5, {0: 1})], [10], 1)
    assert needed == pytest.approx([-2])
    assert scales == pytest.approx([1, -0.2])


def test_products_that_nothing_asks_for_are_exactly_zero():
    # Rounding of the large amounts would leave about 1e-16 of the third product
    lines = [
        (None, 0, 1 / 3, {}),
        ("A", 1, 700.1, {0: 1}),
        ("B", 0, 1e-4 / 7, {1: 1}),
        ("C", 0, 1e9 / 3, {2: 1}),
        ("C", 1, 1e3 / 7, {2: 1}),
    ]
    needed, scales = system(lines, [0.3, 1.1, 1e-7], 3)
    assert needed[2] == 0
    assert scales[3:].tolist() == [0, 0]
