import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tanyuan.lca.sampling import uniform_draws

NAMES = ["factor:EL-0001", "factor:EL-0002", "line:a", "meter:a", "parameter:a", "line:净重"]
# Draws as they were when the format of seals was fixed: a change would fail every sealed footprint
FIXED = {
    ("factor:EL-0001", 20260101, 0): [
        "0x1.3e59cd5631938p-5",
        "0x1.92e2e0f179d38p-5",
        "0x1.d2a4514b4f3e9p-2",
        "0x1.d7456ee80308ep-1",
        "0x1.0e654c0cc7cdep-3",
    ],
    ("line:净重", 7, 8): [
        "0x1.91804324ff47ep-1",
        "0x1.56abd984d6a6fp-2",
        "0x1.c24038963bdb8p-5",
    ],
}


@pytest.mark.parametrize("key", FIXED)
def test_draws_stay_what_they_were(key):
    quantity, seed, first = key
    found = uniform_draws(quantity, seed, first, len(FIXED[key]))
    assert [value.hex() for value in found] == FIXED[key]


def test_the_generator_is_philox_4x64_10():
    # Known answers of Salmon et al. (2011), Random123: kat_vectors; numpy steps the counter first
    zeros = np.random.Philox(key=0, counter=2**256 - 1).random_raw(4)
    assert [hex(value) for value in zeros] == [
        "0x16554d9eca36314c",
        "0xdb20fe9d672d0fdc",
        "0xd7e772cee186176b",
        "0x7e68b68aec7ba23b",
    ]


def test_draws_are_the_upper_bits_of_the_keyed_stream():
    digest = hashlib.sha256(b"draw-v1|5|line:a").digest()
    raw = np.random.Philox(key=int.from_bytes(digest[:16], "little")).random_raw(1000)
    expected = ((raw >> np.uint64(11)) + 0.5) / 2**53
    assert (uniform_draws("line:a", 5, 0, 1000) == expected).all()


@given(st.integers(0, 40), st.integers(0, 60), st.integers(0, 2**63))
@settings(deadline=None)
def test_any_part_of_a_stream_is_the_same(quarter, count, seed):
    whole = uniform_draws("line:a", seed, 0, 4 * quarter + count)
    part = uniform_draws("line:a", seed, 4 * quarter, count)
    assert (whole[4 * quarter :] == part).all()


def test_draws_begin_at_a_multiple_of_four():
    with pytest.raises(ValueError, match="multiple of 4, not 6"):
        uniform_draws("line:a", 1, 6, 4)


@pytest.mark.parametrize("name", NAMES)
def test_draws_are_uniform(name):
    draws = uniform_draws(name, 20260101, 0, 20_000)
    assert draws.min() > 0
    assert draws.max() < 1
    assert stats.kstest(draws, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(draws[:-1], draws[1:])[0, 1]) < 0.03


def test_streams_of_other_names_and_seeds_are_independent():
    streams = [uniform_draws(name, 20260101, 0, 20_000) for name in NAMES]
    streams += [uniform_draws(NAMES[0], seed, 0, 20_000) for seed in (0, 1, 20260102)]
    between = np.corrcoef(streams) - np.eye(len(streams))
    assert np.abs(between).max() < 0.03
    assert len({tuple(stream[:4]) for stream in streams}) == len(streams)


def test_names_that_only_look_different_in_unicode_have_one_stream():
    composed, decomposed = uniform_draws("é", 1, 0, 4), uniform_draws("e\u0301", 1, 0, 4)
    assert (composed == decomposed).all()
