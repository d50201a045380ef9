"""The contribution tree, against an expansion that walks the matrix by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.lca.contribution import links, tree
from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tanyuan.lca.system import Characterisation, system
from tanyuan.problems import InputError
from tests.lca.made_systems import CHARACTERISATION, KINDS, made

CLIMATE = np.array([1.0, 0.0])
WARMING = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])
ONE = np.ones(1)


def solved(kind, n, seed):
    return solve(made(kind, n, seed).system, CHARACTERISATION, Solver.SUPERLU)


def by_hand(found, process, amount, limit):
    """Every branch as (path, amount, total), by recursion over the dense matrix."""
    matrix, intensity = found.matrix.toarray(), found.intensities @ CLIMATE
    branches = []

    def walk(path, much):
        user = path[-1]
        branches.append((path, much, much * intensity[user]))
        for supplier in np.flatnonzero(matrix[:, user]).tolist():
            taken = -matrix[supplier, user] * much / matrix[user, user]
            if supplier != user and abs(taken * intensity[supplier]) >= limit:
                walk((*path, supplier), taken)

    walk((found.position(process),), amount)
    return branches


def paths(branches):
    found = []
    for parent, process in zip(branches.parent.tolist(), branches.process.tolist(), strict=True):
        found.append((*(found[parent] if parent >= 0 else ()), process))
    return found


def user_of_most(found):
    return found.system.processes[int(np.abs(found.intensities @ CLIMATE).argmax())]


@pytest.mark.parametrize("kind", KINDS)
def test_branches_are_those_of_an_expansion_by_hand(kind):
    found = solved(kind, 30, 1)
    root = user_of_most(found)
    branches = tree(found, CLIMATE, root, 2.5, cutoff=0.02)
    limit = 0.02 * abs(2.5 * found.intensity(root) @ CLIMATE)
    expected = by_hand(found, root, 2.5, limit)
    assert sorted(paths(branches)) == sorted(path for path, _, _ in expected)
    amounts = dict(
        zip(paths(branches), zip(branches.amount, branches.total, strict=True), strict=True)
    )
    for path, amount, total in expected:
        assert amounts[path] == pytest.approx((amount, total), rel=1e-12)
    assert branches.opened.all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("cutoff", "most"), [(1e-3, 100_000), (0.05, 100_000), (0, 200), (0, 1)])
def test_the_parts_add_up_to_the_total(kind, cutoff, most):
    found = solved(kind, 40, 1)
    root = user_of_most(found)
    branches = tree(found, CLIMATE, root, 3.0, cutoff=cutoff, most=most)
    total = 3.0 * found.intensity(root) @ CLIMATE
    assert branches.total[0] == pytest.approx(total, rel=1e-15)
    scale = np.abs(branches.total).max()
    assert branches.own.sum() + branches.rest.sum() == pytest.approx(total, abs=1e-11 * scale)
    assert len(branches) <= most
    assert (branches.parent < np.arange(len(branches))).all()
    complete = branches.opened & (cutoff == 0) & (len(branches) < most)
    assert np.abs(branches.rest[complete]).max(initial=0) <= 1e-11 * scale


def test_the_largest_branches_are_opened_first_and_a_wide_process_keeps_to_most():
    n = 12
    row = np.concatenate([np.arange(n), np.arange(1, n)])
    column = np.concatenate([np.arange(n), np.zeros(n - 1, int)])
    amount = np.concatenate([np.ones(n), -np.arange(1.0, n)])
    names = [f"p{at:02d}" for at in range(n)]
    emissions = Exchanges.of(np.zeros(n, int), np.arange(n), np.ones(n))
    wide = solve(system(names, ["CO2"], Exchanges.of(row, column, amount), emissions), WARMING)
    branches = tree(wide, ONE, "p00", cutoff=0, most=4)
    assert branches.process.tolist() == [0, 9, 10, 11]
    assert branches.opened.tolist() == [True, False, False, False]
    assert branches.rest[0] == pytest.approx(sum(range(1, 9)))


@pytest.mark.parametrize(("amount", "cutoff", "most"), [(0.0, 1e-3, 1), (1.0, 0.0, 1100)])
def test_branches_of_nothing_are_none(amount, cutoff, most):
    """Around this loop half is left each time, until it is too small for a number."""
    table = Exchanges.of([0, 1, 1, 0], [0, 1, 0, 1], [1, 1, -0.5, -0.5])
    given = system(["a", "b"], ["CO2"], table, Exchanges.of([0], [0], [1.0]))
    branches = tree(solve(given, WARMING), ONE, "a", amount, cutoff=cutoff)
    assert len(branches) <= most
    assert branches.total[1:].all()


def test_an_avoided_product_is_a_negative_branch():
    # 10 kWh with 18 MJ of heat, for which a boiler emits 3 kg in 90 MJ
    table = Exchanges.of([0, 1, 1], [0, 1, 0], [10, 90, 18])
    avoided = np.array([False, False, True])
    given = system(
        ["CHP", "boiler"], ["CO2"], table, Exchanges.of([0, 0], [0, 1], [1, 3]), avoided=avoided
    )
    found = solve(given, WARMING)
    branches = tree(found, ONE, "CHP", 1000)
    assert branches.amount.tolist() == [1000, -1800]
    assert branches.total == pytest.approx([40, -60])
    assert branches.own == pytest.approx([100, -60])
    assert [(link.supplier, link.user) for link in links(branches)] == [(1, 0)]
    assert links(branches)[0].total == pytest.approx(-60)


def test_a_treated_waste_is_a_positive_branch():
    table = Exchanges.of([0, 1, 1], [0, 1, 0], [-1, 1, -0.5])
    table = table.followed_by(Exchanges.of([0], [1], [0.2]))
    given = system(
        ["ash", "power"], ["CO2"], table, Exchanges.of([0, 0], [0, 1], [3, 2]), waste=[True, False]
    )
    found = solve(given, WARMING)
    branches = tree(found, ONE, "power", cutoff=0.01)
    # a run of power gives 0.2 ash, whose treatment emits 0.6 and takes power again
    assert branches.total[0] == pytest.approx(2.6 / 0.9)
    assert branches.own[:2] == pytest.approx([2.0, 0.6])
    assert branches.amount[:2] == pytest.approx([1, -0.2])
    assert (branches.total > 0).all()


def test_a_loop_is_followed_until_it_is_small():
    table = Exchanges.of([0, 1, 1, 0], [0, 1, 0, 1], [1, 1, -0.5, -0.5])
    given = system(["a", "b"], ["CO2"], table, Exchanges.of([0], [0], [1.0]))
    branches = tree(solve(given, WARMING), ONE, "a", cutoff=1e-2)
    # 4/3, then a quarter of it twice, and so on until less than a hundredth is left
    assert branches.process.tolist() == [0, 1, 0, 1, 0, 1, 0]
    shares = [0.25 ** ((at + 1) // 2) for at in range(7)]
    assert branches.total / branches.total[0] == pytest.approx(shares)
    arcs = links(branches)
    assert [(arc.supplier, arc.user) for arc in arcs] == [(0, 1), (1, 0)]  # equal totals, by place
    for arc in arcs:
        branch = branches.process[1:] == arc.supplier
        assert arc.total == pytest.approx(branches.total[1:][branch].sum())
        assert arc.amount == pytest.approx(branches.amount[1:][branch].sum())


def test_what_causes_nothing_has_a_root_alone():
    table = Exchanges.of([0, 1, 1], [0, 1, 0], [1, 1, -0.5])
    found = solve(system(["a", "b"], ["CO2"], table, Exchanges.of([], [], [])), WARMING)
    branches = tree(found, ONE, "a")
    assert len(branches) == 1
    assert branches.rest.tolist() == [0]
    assert links(branches) == ()


def test_an_unknown_process_is_refused():
    with pytest.raises(InputError) as caught:
        tree(solved("loops", 30, 1), CLIMATE, "nobody")
    assert [problem.code for problem in caught.value.problems] == ["unknown-process"]


@given(st.integers(0, 200), st.floats(1e-3, 0.3), st.integers(1, 60))
@settings(deadline=None, max_examples=25)
def test_arcs_carry_what_the_branches_carry(seed, cutoff, most):
    found = solved(KINDS[seed % len(KINDS)], 25, seed)
    branches = tree(found, CLIMATE, user_of_most(found), cutoff=cutoff, most=most)
    assert sum(arc.total for arc in links(branches)) == pytest.approx(
        branches.total[1:].sum(), abs=1e-11 * np.abs(branches.total).sum()
    )
    sizes = [abs(arc.total) for arc in links(branches)]
    assert sizes == sorted(sizes, reverse=True)
