import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.lca.allocation import shares_by_key, whole_to

KEYS = st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=8)


def test_shares_are_proportional_to_the_keys():
    assert shares_by_key(np.array([1.0, 3.0, 0.0])).tolist() == [0.25, 0.75, 0.0]


def test_each_draw_has_its_own_shares():
    keys = np.array([[1.0, 1.0], [3.0, 1.0]])
    assert shares_by_key(keys).tolist() == [[0.25, 0.5], [0.75, 0.5]]


@given(KEYS, st.floats(1e-6, 1e6))
@settings(deadline=None)
def test_shares_sum_to_one_in_any_unit_of_the_key(keys, unit):
    shares = shares_by_key(np.array(keys))
    assert shares.sum() == pytest.approx(1, rel=1e-14)
    assert shares_by_key(np.array(keys) * unit) == pytest.approx(shares, rel=1e-12)


@pytest.mark.parametrize("keys", [[1.0, -1.0], [0.0, 0.0], [-1.0, 3.0], [[1.0, 0.0], [1.0, 0.0]]])
def test_negative_keys_and_keys_that_are_all_zero_are_refused(keys):
    with pytest.raises(ValueError, match="not negative"):
        shares_by_key(np.array(keys))


def test_all_to_one():
    assert whole_to(1, 3).tolist() == [0, 1, 0]
