"""The order of a product's own processes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.lca.own_order import own_order

SIZE = 12
ARCS = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)), max_size=40)


@given(ARCS)
def test_each_takes_only_of_those_before_it_and_of_cut_ones(arcs):
    following, cut = own_order(SIZE, arcs)
    assert sorted(following + cut) == list(range(SIZE))
    place = dict.fromkeys(cut, -1) | {process: at for at, process in enumerate(following)}
    for supplier, taker in arcs:
        if supplier != taker and place[taker] >= 0:
            assert place[supplier] < place[taker]


@given(ARCS)
def test_nothing_is_cut_where_nothing_loops(arcs):
    downhill = [(max(arc), min(arc)) for arc in arcs]
    assert own_order(SIZE, downhill)[1] == []


@pytest.mark.parametrize(
    ("arcs", "cut"),
    [
        ([], []),
        ([(0, 0), (1, 1)], []),  # what takes of itself makes no loop with others
        ([(0, 1), (1, 2), (2, 0)], [0]),
        ([(0, 1), (0, 1), (1, 0)], [0]),
        ([(0, 1), (1, 0), (1, 2), (2, 1)], [1]),  # two loops through one process
        ([(3, 0), (0, 1), (1, 0), (1, 2)], [0]),  # what only supplies or only takes is not cut
    ],
)
def test_loops_hang_on_few(arcs, cut):
    assert own_order(4, arcs)[1] == cut
