"""Keyed draws: the generator's published vectors, each distribution's law, independence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from tanyuan.lca.draw_kernels import BLOCK, draw_block, room
from tanyuan.lca.draws import (
    WIDTH,
    counters,
    draw_ratios,
    normal_quantiles,
    philox,
    round_keys,
    uniforms,
)
from tanyuan.lca.exchanges import Scatters, Shape

BATCHES = 500
RATIOS = np.array([0.5, 0.8, 1.0, 1.3, 1.9, 7.0])
KEYS = np.arange(1, 9, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def scatter(shape, spread=0.0, low=1.0, high=1.0, count=1):
    return Scatters(
        np.full(count, shape, np.uint8), np.full(count, spread), np.full(count, low),
        np.full(count, high), RATIOS,
    )  # fmt: skip


def ratios(shape, spread=0.0, low=1.0, high=1.0, seed=3):
    drawn = draw_ratios(scatter(shape, spread, low, high), counters(KEYS[:1], seed), 0, BATCHES)
    return drawn[0]


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # kat_vectors of Random123 1.14: philox2x32, ten rounds
        (0x00000000_00000000, 0x00000000, (0xFF1DAE59, 0x6CD10DF2)),
        (0xFFFFFFFF_FFFFFFFF, 0xFFFFFFFF, (0x2C3F628B, 0xAB4FD7AD)),
        (0x85A308D3_243F6A88, 0x13198A2E, (0xDD7CE038, 0xF62A4C12)),
    ],
)
def test_the_generator_gives_its_published_vectors(counter, key, words):
    steps = np.arange(10, dtype=np.uint64)[:, None] * np.uint64(0x9E3779B9)
    keys = (np.uint64(key) + steps) & np.uint64(0xFFFFFFFF)
    found = philox(np.array([counter], np.uint64), keys)
    assert tuple(int(word[0, 0]) for word in found) == words


def test_the_keys_of_a_batch_are_those_of_its_samples():
    assert round_keys(5)[0].tolist() == list(range(40, 48))
    both = round_keys(5, 2)
    assert both.tolist() == np.hstack([round_keys(5), round_keys(6)]).tolist()


SHAPES = [
    (Shape.CERTAIN, 0.0, 1.0, 1.0),
    (Shape.LOGNORMAL, 0.3, 1.0, 1.0),
    (Shape.LOGNORMAL, 3.0, 1.0, 1.0),
    (Shape.NORMAL, 0.1, 1.0, 1.0),
    (Shape.NORMAL, 2.0, 1.0, 1.0),
    (Shape.NORMAL, 0.0, 1.0, 1.0),
    (Shape.TRIANGULAR, 0.0, 0.7, 1.9),
    (Shape.TRIANGULAR, 0.0, 1.0, 1.9),
    (Shape.TRIANGULAR, 0.0, 0.7, 1.0),
    (Shape.UNIFORM, 0.0, 0.4, 1.2),
    (Shape.UNIFORM, 0.0, 1.1, 1.1),
    (Shape.EMPIRICAL, 0.0, 0.0, 6.0),
    (Shape.EMPIRICAL, 0.0, 2.0, 3.0),
]


def compiled(given, counter, batch):
    found = np.empty((len(given), WIDTH))
    work, keys = room(), round_keys(batch)
    spread = np.where(given.shape > 0, given.spread, 0.0)
    table = (counter, given.shape, spread, given.low, given.high, given.values)
    for first in range(0, len(given), BLOCK):
        count = min(BLOCK, len(given) - first)
        draw_block(*table, keys, first, count, work)
        found[first : first + count] = work[-1][: count * WIDTH].reshape(-1, WIDTH)
    return found


@pytest.mark.parametrize(("shape", "spread", "low", "high"), SHAPES)
def test_compiled_draws_are_those_of_numpy(shape, spread, low, high):
    given = scatter(shape, spread, low, high, count=3 * BLOCK + 5)
    counter = counters(np.arange(len(given), dtype=np.uint64) * np.uint64(977), 11)
    for batch in (0, 1, 12345):
        plain = draw_ratios(given, counter, batch)
        # The rational approximations of quantiles cancel, so that fused products show; the cut of
        # a normal is added to a number near 1, which costs digits far in its tail
        limit = {Shape.LOGNORMAL: 1e-12 * max(spread, 1), Shape.NORMAL: 1e-10}.get(shape, 1e-13)
        assert compiled(given, counter, batch) == pytest.approx(plain, rel=limit, abs=limit)


def test_compiled_draws_of_mixed_shapes_are_those_of_numpy():
    rng = np.random.default_rng(8)
    pick = rng.integers(0, len(SHAPES), 400)
    columns = list(zip(*(SHAPES[at] for at in pick), strict=True))
    given = Scatters(np.array(columns[0], np.uint8), *map(np.array, columns[1:]), RATIOS)
    counter = counters(rng.integers(0, 2**63, 400).astype(np.uint64), 2)
    plain = draw_ratios(given, counter, 3)
    assert compiled(given, counter, 3) == pytest.approx(plain, rel=1e-10, abs=1e-10)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**63), st.integers(0, 10**6), st.integers(1, 5))
@settings(deadline=None, max_examples=60)
def test_a_draw_hangs_on_key_seed_and_sample_alone(key, seed, batch, batches):
    counter = counters(np.array([key], np.uint64), seed)
    whole = uniforms(counter, round_keys(batch, batches))
    last = uniforms(counter, round_keys(batch + batches - 1))
    assert np.array_equal(whole[:, -WIDTH:], last)
    assert ((whole > 0) & (whole < 1)).all()
    others = counters(np.append(KEYS, np.uint64(key)), seed)
    assert np.array_equal(uniforms(others, round_keys(batch))[-1:], whole[:, :WIDTH])


def test_many_draws_are_those_of_few():
    """They are made in parts, some of them of one exchange."""
    rng = np.random.default_rng(2)
    spread, key = rng.uniform(0, 0.5, 70), counters(rng.integers(0, 2**63, 70).astype("u8"), 3)
    shape = rng.integers(0, 3, 70).astype(np.uint8)
    no = np.zeros(0)
    for batches in (300, 2100):
        whole = draw_ratios(Scatters(shape, spread, no, no, no), key, 0, batches)
        for at in (0, 33, 69):
            alone = Scatters(shape[[at]], spread[[at]], no, no, no)
            last = draw_ratios(alone, key[[at]], batches - 1)
            assert np.array_equal(whole[at, -WIDTH:], last[0])


def test_seeds_and_keys_give_other_draws():
    first = uniforms(counters(KEYS, 1), round_keys(0))
    assert not (first == uniforms(counters(KEYS, 2), round_keys(0))).any()
    assert len(np.unique(first)) == first.size


def test_normal_quantiles_are_those_of_scipy():
    u = np.concatenate([(np.arange(1, 20000) - 0.5) / 20000, [2.0**-33, 1 - 2.0**-33, 0.02425]])
    assert normal_quantiles(u) == pytest.approx(ndtri(u), rel=2e-9, abs=1e-9)
    with np.errstate(all="raise"):
        assert np.isfinite(normal_quantiles(np.array([2.0**-33, 0.5, 1 - 2.0**-33]))).all()


LAWS = [
    (Shape.LOGNORMAL, {"spread": 0.4}, stats.lognorm(0.4)),
    (Shape.NORMAL, {"spread": 0.1}, stats.norm(1, 0.1)),
    (Shape.NORMAL, {"spread": 0.8}, stats.truncnorm(-1 / 0.8, np.inf, 1, 0.8)),
    (Shape.TRIANGULAR, {"low": 0.7, "high": 1.9}, stats.triang(0.25, 0.7, 1.2)),
    (Shape.UNIFORM, {"low": 0.4, "high": 1.2}, stats.uniform(0.4, 0.8)),
]


@pytest.mark.parametrize(("shape", "limits", "law"), LAWS)
def test_draws_follow_their_law(shape, limits, law):
    drawn = ratios(shape, **limits)
    assert stats.kstest(drawn, law.cdf).pvalue > 1e-3
    error = law.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - law.mean()) < 4 * error
    assert drawn.std() == pytest.approx(law.std(), rel=0.05)
    u = uniforms(counters(KEYS[:1], 3), round_keys(0, BATCHES))[0]
    assert drawn == pytest.approx(law.ppf(u), rel=2e-8, abs=2e-8)


def test_a_lognormal_has_the_amount_as_median_and_a_larger_mean():
    drawn = ratios(Shape.LOGNORMAL, 0.6)
    assert np.median(drawn) == pytest.approx(1, abs=0.04)
    assert drawn.mean() == pytest.approx(np.exp(0.6**2 / 2), rel=0.03)


def test_no_normal_draw_changes_its_sign():
    assert ratios(Shape.NORMAL, 40.0).min() > 0


def counter_that_gives(left, right, key):
    """The counter whose words these are: every round of the generator can be undone."""
    for step in range(9, -1, -1):
        before = right * pow(0xD256D193, -1, 2**32) % 2**32
        high = before * 0xD256D193 >> 32
        round_key = (key + step * 0x9E3779B9) % 2**32
        left, right = before, left ^ round_key ^ high
    return right << 32 | left


@pytest.mark.parametrize("spread", [0.1, 0.9578315987966359, 1e4])
def test_the_smallest_and_the_largest_words_stay_in_range(spread):
    words = [(0, 0), (2**32 - 1, 2**32 - 1)]
    counter = np.array([counter_that_gives(*pair, 0) for pair in words], np.uint64)
    for shape in (Shape.NORMAL, Shape.LOGNORMAL):
        given = scatter(shape, min(spread, 100.0 if shape is Shape.LOGNORMAL else spread), count=2)
        for drawn in (draw_ratios(given, counter, 0), compiled(given, counter, 0)):
            least, most = drawn[0, 0], drawn[1, 0]
            assert 0 <= least < 1 < most < np.inf
            assert drawn[0, 8] == least
            assert drawn[1, 8] == most


def test_empirical_ratios_are_drawn_alike_often():
    values, counts = np.unique(ratios(Shape.EMPIRICAL, 0.0, 1.0, 4.0), return_counts=True)
    assert values.tolist() == RATIOS[1:5].tolist()
    assert stats.chisquare(counts).pvalue > 1e-3


def test_draws_are_independent_across_exchanges_and_samples():
    # neighbouring keys and neighbouring seeds: what a weak mixing would couple
    keys = np.arange(40, dtype=np.uint64)
    u = np.vstack([uniforms(counters(keys, seed), round_keys(0, 250)) for seed in (0, 1)])
    samples = u.shape[1]
    between = np.corrcoef(u)[np.triu_indices(len(u), 1)] * np.sqrt(samples)
    assert np.abs(between).max() < 5
    assert stats.kstest(between, "norm").pvalue > 1e-3
    for lag in (1, 7, 8, 9, 16):  # the two words of a key serve samples that are eight apart
        after = [np.corrcoef(row[:-lag], row[lag:])[0, 1] for row in u]
        assert np.abs(after).max() * np.sqrt(samples) < 4.5
    assert stats.kstest(u.ravel(), "uniform").pvalue > 1e-3
