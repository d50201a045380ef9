"""Draws of exchanges, each a pure function of the exchange's identity, the seed and the sample.

A counter-based generator, Philox-2x32-10 (Salmon, Moraes, Dror & Shaw 2011, SC'11), is run with the
identity of the exchange and the seed as its counter and the number of the sample as its key; its
two words serve two samples. The same exchange of the same sample is thus the same number in any
order, in any batch and in any process; two systems that share an exchange share its draws, so that
comparisons are paired.

A word of 32 bits is a uniform number in steps of 2^-32, never 0 or 1, and becomes a quantile:
normal quantiles by Acklam's rational approximations (relative error below 1.2e-9), all else in
closed form. Not checked here: whether a distribution describes its exchange.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.exchanges import Order, Scatters, Shape

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]

WIDTH = 16
"""Samples of a batch: one cache line of float32, a whole number of SIMD registers."""
HALF = WIDTH // 2

ROUNDS = 10
PHILOX_FACTOR = 0xD256D193
_PHILOX_WEYL = 0x9E3779B9

CENTRAL = 0.5 - 0.02425
# Coefficients from the highest power down, numerator and denominator (whose last is 1)
ACKLAM_CENTRE = (
    (-3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02, 1.383577518672690e02,
     -3.066479806614716e01, 2.506628277459239e00),
    (-5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01,
     -1.328068155288572e01),
)  # fmt: skip
ACKLAM_TAIL = (
    (-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00, -2.549732539343734e00,
     4.374664141464968e00, 2.938163982698783e00),
    (7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00),
)  # fmt: skip


def counters(key: Keys, seed: int) -> Keys:
    """The generator's counter of each exchange: its key mixed with the seed (splitmix64).

    Two exchanges with different keys have different counters, whatever the seed.
    """
    start = (seed * 0x9E3779B97F4A7C15 + 0x2545F4914F6CDD1D) % 2**64
    mixed = key + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


def round_keys(batch: int, batches: int = 1) -> Keys:
    """Philox keys of each round for batches of sixteen samples, (rounds, 8 · batches)."""
    key = np.arange(HALF * batch, HALF * (batch + batches), dtype=np.uint64)
    step = np.arange(ROUNDS, dtype=np.uint64)[:, None] * np.uint64(_PHILOX_WEYL)
    return (key + step) & np.uint64(0xFFFFFFFF)


def philox(counter: Keys, keys: Keys) -> tuple[Keys, Keys]:
    """Philox-2x32-10: two words of 32 bits for each counter (m,) under each key, (m, keys)."""
    low, bits = np.uint64(0xFFFFFFFF), np.uint64(32)
    left = np.broadcast_to((counter & low)[:, None], (len(counter), keys.shape[1]))
    right = np.broadcast_to((counter >> bits)[:, None], left.shape)
    for key in keys:
        product = left * np.uint64(PHILOX_FACTOR)
        left, right = (product >> bits) ^ key ^ right, product & low
    return left, right


def uniforms(counter: Keys, keys: Keys) -> Floats:
    """Uniform numbers in (0, 1) of whole batches, (m, 16 · batches)."""
    first, second = (words.reshape(len(counter), -1, HALF) for words in philox(counter, keys))
    words = np.concatenate([first, second], axis=2).reshape(len(counter), -1)
    return (words.astype(np.float64) + 0.5) * 2.0**-32


def normal_quantiles(u: Floats) -> Floats:
    """Standard normal quantiles of probabilities in (0, 1)."""
    q = u - 0.5
    r = q * q
    z = q * np.polyval(ACKLAM_CENTRE[0], r) / np.polyval((*ACKLAM_CENTRE[1], 1.0), r)
    outside = np.abs(q) > CENTRAL
    tail = np.sqrt(-2.0 * np.log(0.5 - np.abs(q[outside])))
    far = np.polyval(ACKLAM_TAIL[0], tail) / np.polyval((*ACKLAM_TAIL[1], 1.0), tail)
    z[outside] = np.copysign(far, q[outside])
    return np.asarray(z)


def draw_ratios(scatter: Scatters, counter: Keys, batch: int, batches: int = 1) -> Floats:
    """Draws of every exchange as ratios to its amount, (m, 16 · batches); 1 where it is certain.

    Normal amounts are cut at zero, so that no draw changes the sign of an exchange; limits and
    ratios below zero are drawn as they are given.

    Args:
        scatter: how the m amounts scatter.
        counter: (m,) of `counters`.
        batch: the first batch, which begins with sample 16 · batch.
        batches: how many.
    """
    keys = round_keys(batch, batches)
    found = np.ones((len(scatter), WIDTH * batches))
    rows = max(1, _BLOCK // max(1, found.shape[1]))
    for shape in set(Shape) - {Shape.CERTAIN}:
        of_shape = np.flatnonzero(scatter.shape == shape)
        for start in range(0, len(of_shape), rows):
            which = of_shape[start : start + rows]
            found[which] = _drawn(shape, scatter, which, uniforms(counter[which], keys))
    return found


_BLOCK = 2**15
"""Draws made at a time, which stay in the processor's cache while they are."""


def _drawn(shape: Shape, scatter: Scatters, which: Order, u: Floats) -> Floats:
    if shape is Shape.LOGNORMAL:
        return np.asarray(np.exp(scatter.spread[which, None] * normal_quantiles(u)))
    if shape is Shape.NORMAL:
        from scipy.special import erfc  # noqa: PLC0415 - loads only where it is needed

        spread = scatter.spread[which, None]
        with np.errstate(divide="ignore"):
            below = 0.5 * erfc(1.0 / (spread * np.sqrt(2.0)))
        u = np.minimum(below + u * (1.0 - below), 1.0 - 2.0**-33)
        return np.maximum(1.0 + spread * normal_quantiles(u), 0.0)
    low, high = scatter.low[which, None], scatter.high[which, None]
    return _limited(shape, u, low, high, scatter.values)


def _limited(shape: Shape, u: Floats, low: Floats, high: Floats, values: Floats) -> Floats:
    if shape is Shape.EMPIRICAL:
        place = low.astype(np.int64) + np.minimum((u * high).astype(np.int64), high.astype(int) - 1)
        return np.asarray(values[place])
    width = high - low
    if shape is Shape.UNIFORM:
        return np.asarray(low + width * u)
    left = low + np.sqrt(u * width * (1.0 - low))
    right = high - np.sqrt((1.0 - u) * width * (high - 1.0))
    return np.where(u * width < 1.0 - low, left, right)
