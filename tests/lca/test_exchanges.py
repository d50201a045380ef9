from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.lca.exchanges import Exchanges, Scatters, Shape, exchange_keys, pair_order

PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.floats(-9, 9), st.floats(0, 2)), max_size=40
)


def exchanges_of(pairs):
    rows, columns, amounts, spreads = (list(part) for part in zip(*pairs, strict=True))
    return Exchanges.of(rows, columns, amounts, Scatters.lognormal(spreads))


def keys_of(pairs, row_ids="abcdef", column_ids="uvwxyz"):
    rows = np.array([row for row, *_ in pairs], np.int32)
    columns = np.array([column for _, column, *_ in pairs], np.int32)
    return exchange_keys(row_ids, column_ids, rows, columns)


@given(PAIRS.filter(bool), st.randoms())
@settings(deadline=None)
def test_sorted_exchanges_do_not_know_the_order_they_were_given_in(pairs, random):
    expected = sorted(pairs, key=lambda pair: (pair[1], pair[0], pair[2], pair[3] > 0, pair[3]))
    random.shuffle(pairs)
    found = exchanges_of(pairs).sorted()
    spreads = found.scatter.spread.tolist()
    arrays = (found.row.tolist(), found.column.tolist(), found.amount.tolist(), spreads)
    assert list(zip(*arrays, strict=True)) == expected


def test_large_indices_are_put_in_order():
    rng = np.random.default_rng(1)
    rows, columns = rng.integers(0, 2**31 - 1, (2, 1000)).astype(np.int32)
    columns[:500] = 2**20
    assert (pair_order(rows, columns) == np.lexsort((rows, columns))).all()


def test_the_arrays_cannot_be_written():
    found = exchanges_of([(0, 0, 1.0, 0.1)])
    for array in (found.row, found.amount, found.key, found.scatter.spread):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_copy_is_made_of_what_is_given():
    amounts = np.array([1.0])
    found = Exchanges.of([0], [0], amounts)
    amounts[0] = 2
    assert found.amount.tolist() == [1]


@pytest.mark.parametrize(
    "arguments",
    [
        ([0, 1], [0], [1.0]),
        ([0], [0], [1.0, 2.0]),
        ([0], [0], [1.0], Scatters.none(2)),
        ([0], [0], [1.0], None, [1, 2]),
        ([0.5], [0], [1.0]),
        ([2**31], [0], [1.0]),
        (["0"], [0], [1.0]),
        ([[0]], [0], [1.0]),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_refused(arguments):
    with pytest.raises(ValueError, match=r"values for|indices|one axis"):
        Exchanges.of(*arguments)


def test_arrays_of_another_type_are_refused():
    no = np.zeros(0)
    with pytest.raises(ValueError, match="spread: one axis of float64"):
        Scatters(np.zeros(1, np.uint8), np.zeros(1, np.float32), no, no, no)
    with pytest.raises(ValueError, match="low: 0 values for 1"):
        Scatters(np.full(1, Shape.UNIFORM, np.uint8), np.zeros(1), no, no, no)


def empirical():
    """Four exchanges: two empirical of 2 and 3 ratios, one uniform, one certain."""
    return Scatters(
        np.array([Shape.EMPIRICAL, Shape.UNIFORM, Shape.EMPIRICAL, Shape.CERTAIN], np.uint8),
        np.zeros(4),
        np.array([0.0, 0.9, 2.0, 1.0]),
        np.array([2.0, 1.1, 3.0, 1.0]),
        np.array([1.0, 1.1, 2.0, 2.1, 2.2]),
    )


def test_empirical_ratios_follow_their_exchanges():
    taken = empirical().take(np.array([3, 2, 1, 0]))
    assert taken.values.tolist() == [2.0, 2.1, 2.2, 1.0, 1.1]
    assert taken.low.tolist() == [1.0, 0.0, 0.9, 3.0]
    assert taken.high.tolist() == [1.0, 3.0, 1.1, 2.0]
    assert taken.take(np.array([2])).values.tolist() == []
    again = taken.take(np.array([3, 2, 1, 0]))
    assert again.low.tolist() == empirical().low.tolist()
    assert again.values.tolist() == empirical().values.tolist()


def limits():
    """Two uniform exchanges, the first of them narrow."""
    return Scatters(
        np.full(2, Shape.UNIFORM, np.uint8),
        np.zeros(2),
        np.array([0.9, 0.5]),
        np.array([1.1, 1.5]),
        np.zeros(0),
    )


def test_limits_follow_their_exchanges():
    taken = limits().take(np.array([1, 0]))
    assert (taken.low.tolist(), taken.high.tolist()) == ([0.5, 0.9], [1.5, 1.1])


@pytest.mark.parametrize("first", [Scatters.none(1), Scatters.lognormal([0.1]), limits()])
@pytest.mark.parametrize("second", [Scatters.none(0), limits(), empirical()])
def test_scatters_one_after_the_other_keep_their_distributions(first, second):
    for one, other in ((first, second), (second, first), (second, second)):
        both = one.followed_by(other)
        assert not both.unusable().any()
        for part, start in ((one, 0), (other, len(one))):
            again = both.take(np.arange(start, start + len(part)))
            assert again.shape.tolist() == part.shape.tolist()
            assert again.spread.tolist() == part.spread.tolist()
            assert again.values.tolist() == part.values.tolist()
            if len(part.low):
                assert again.low.tolist() == part.low.tolist()
                assert again.high.tolist() == part.high.tolist()


def test_exchanges_one_after_the_other_keep_keys_that_both_have():
    keyed = Exchanges.of([0], [1], [2.0], None, [7])
    bare = Exchanges.of([3], [4], [5.0])
    both = keyed.followed_by(keyed)
    assert (both.row.tolist(), both.key.tolist()) == ([0, 0], [7, 7])
    assert keyed.followed_by(bare).key.tolist() == []
    assert keyed.followed_by(Exchanges.of([], [], [])).key.tolist() == [7]


def test_what_is_a_distribution_is_not_refused():
    assert not empirical().unusable().any()
    assert not Scatters.none(3).unusable().any()
    assert len(Scatters.none(3)) == 3


@pytest.mark.parametrize(
    ("shape", "spread", "low", "high", "values"),
    [
        (9, 0.0, 1.0, 1.0, []),
        (Shape.LOGNORMAL, -0.1, 1.0, 1.0, []),
        (Shape.LOGNORMAL, np.nan, 1.0, 1.0, []),
        (Shape.NORMAL, np.inf, 1.0, 1.0, []),
        (Shape.TRIANGULAR, 0.0, 1.1, 1.2, []),
        (Shape.TRIANGULAR, 0.0, 1.0, 1.0, []),
        (Shape.UNIFORM, 0.0, 1.2, 1.1, []),
        (Shape.UNIFORM, 0.0, np.nan, 1.1, []),
        (Shape.EMPIRICAL, 0.0, 0.0, 0.0, [1.0]),
        (Shape.EMPIRICAL, 0.0, 0.0, 2.0, [1.0]),
        (Shape.EMPIRICAL, 0.0, 0.5, 1.0, [1.0, 1.0]),
        (Shape.EMPIRICAL, 0.0, 0.0, 1.0, [np.inf]),
    ],
)
def test_what_is_no_distribution_is_found(shape, spread, low, high, values):
    scatters = Scatters(
        np.array([shape, 0], np.uint8),
        np.array([spread, 0.0]),
        np.array([low, 1.0]),
        np.array([high, 1.0]),
        np.array(values),
    )
    assert scatters.unusable().tolist() == [True, False]


def test_keys_are_those_of_splitmix64():
    def mix(value):
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
        return value ^ value >> 31

    def key(row, column, number):
        row, column = (
            int.from_bytes(sha256(name.encode()).digest()[:8], "little") for name in (row, column)
        )
        return mix((mix(mix(row) ^ column) + (number + 1) * 0x9E3779B97F4A7C15) % 2**64)

    pairs = [(0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
    ends = [("a", "u", 0), ("b", "u", 0), ("a", "u", 1), ("a", "v", 0), ("a", "u", 2)]
    assert keys_of(pairs).tolist() == [key(*end) for end in ends]
    assert keys_of(pairs)[0] == 0x397004285618B1FC


@given(PAIRS.filter(bool), st.permutations(range(6)), st.permutations(range(6)))
@settings(deadline=None)
def test_keys_follow_the_ids_and_not_the_positions(pairs, row_order, column_order):
    row_ids = ["abcdef"[at] for at in row_order]
    column_ids = ["uvwxyz"[at] for at in column_order]
    moved = [(row_order.index(row), column_order.index(column)) for row, column, *_ in pairs]
    assert (keys_of(pairs) == keys_of(moved, row_ids, column_ids)).all()


def test_keys_differ_between_equal_pairs_directions_and_ends():
    pairs = [(row, column) for row in range(6) for column in range(6)] * 3
    assert len(set(keys_of(pairs, "abcdef", "abcdef").tolist())) == len(pairs)


def test_keys_are_spread_over_all_bits():
    ids = [str(number) for number in range(300)]
    rows, columns = (grid.ravel().astype(np.int32) for grid in np.indices((300, 300)))
    keys = exchange_keys(ids, ids, rows, columns)
    ones = np.unpackbits(keys.view(np.uint8)).reshape(-1, 64).mean(axis=0)
    assert len(set(keys.tolist())) == 90_000
    assert np.abs(ones - 0.5).max() < 5 * 0.5 / 300
