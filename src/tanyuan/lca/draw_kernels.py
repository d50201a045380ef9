"""Draws of sixteen samples of a few exchanges at once, compiled by numba; see `lca.draws`."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.compiling import compiled
from tanyuan.lca.draws import (
    ACKLAM_CENTRE,
    ACKLAM_TAIL,
    CENTRAL,
    PHILOX_FACTOR,
    ROUNDS,
    WIDTH,
)

Floats = NDArray[np.floating]
Keys = NDArray[np.uint64]
Positions = NDArray[np.integer]
Room = tuple[Keys, Floats, NDArray[np.int64], Floats, Floats]
"""Bits, the same as floats, the same as whole numbers, quantiles, ratios; see `room`."""

_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_20 = np.uint64(20)
_52 = np.int64(52)
_ONE = np.uint64(0x3FF0000000000000)
_FACTOR = np.uint64(PHILOX_FACTOR)
_C0, _C1, _C2, _C3, _C4, _C5 = ACKLAM_CENTRE[0]
_D0, _D1, _D2, _D3, _D4 = ACKLAM_CENTRE[1]
_T0, _T1, _T2, _T3, _T4, _T5 = ACKLAM_TAIL[0]
_S0, _S1, _S2, _S3 = ACKLAM_TAIL[1]
_HALF_STEP = 2.0**-33
_MAGIC = 6755399441055744.0  # 1.5 · 2^52: adding it leaves the nearest whole number in the low bits
_LOG2E = 1.4426950408889634
_LN2_HIGH = 0.693147180369123816490
_LN2_LOW = 1.90821492927058770002e-10

_LOGNORMAL, _NORMAL, _TRIANGULAR, _UNIFORM = 1, 2, 3, 4

BLOCK = 32
"""Exchanges drawn together: enough to fill the loops, few enough for the first cache."""


@compiled
def room() -> Room:
    """Arrays to draw a block in; the last one holds the ratios, (BLOCK · 16,)."""
    bits = np.empty(BLOCK * WIDTH, np.uint64)
    quantiles, found = np.empty(BLOCK * WIDTH), np.empty(BLOCK * WIDTH)
    return bits, bits.view(np.float64), bits.view(np.int64), quantiles, found


@compiled
def _uniform(counter: Keys, keys: Keys, first: int, count: int, bits: Keys) -> None:
    """Philox-2x32-10 of each counter under eight keys: sixteen numbers, as the bits of 1 + u."""
    half = keys.shape[1]  # unknown to the compiler, which else unrolls; see `lca.sample_kernels`
    for e in range(count):
        low, high = counter[first + e] & _LOW, counter[first + e] >> _32
        start = e * WIDTH
        for k in range(half):
            left, right = low, high
            for r in range(ROUNDS):
                product = (left & _LOW) * _FACTOR
                left = (product >> _32) ^ keys[r, k] ^ right
                right = product
            bits[start + k] = ((left & _LOW) << _20) | _ONE
            bits[start + k + half] = ((right & _LOW) << _20) | _ONE


@compiled
def _tail(p: float) -> float:
    q = math.sqrt(-2.0 * math.log(p))
    above = ((((_T0 * q + _T1) * q + _T2) * q + _T3) * q + _T4) * q + _T5
    return above / ((((_S0 * q + _S1) * q + _S2) * q + _S3) * q + 1.0)


@compiled
def _normal(ones: Floats, count: int, z: Floats) -> None:
    """Standard normal quantiles of uniform numbers in (0, 1), given as 1 + u."""
    for k in range(count):
        q = (ones[k] - 1.5) + _HALF_STEP
        r = q * q
        above = ((((_C0 * r + _C1) * r + _C2) * r + _C3) * r + _C4) * r + _C5
        below = ((((_D0 * r + _D1) * r + _D2) * r + _D3) * r + _D4) * r + 1.0
        z[k] = q * above / below
    for k in range(count):
        q = (ones[k] - 1.5) + _HALF_STEP
        if abs(q) > CENTRAL:
            z[k] = _tail(0.5 + q) if q < 0.0 else -_tail(0.5 - q)


@compiled
def _exponential(
    spread: Floats, first: int, count: int, z: Floats, power: Floats, whole: NDArray[np.int64],
    out: Floats,
) -> None:  # fmt: skip
    """exp(spread · z), up to e^±700: Taylor to the 11th power after reduction by ln 2.

    `power` and `whole` are the same memory: the rounded exponent goes in as a float and comes out
    as the power of two with it.
    """
    for e in range(count):
        factor = spread[first + e]
        start = e * WIDTH
        for k in range(start, start + WIDTH):
            x = factor * z[k]
            shifted = x * _LOG2E + _MAGIC
            n = shifted - _MAGIC
            r = (x - n * _LN2_HIGH) - n * _LN2_LOW
            power[k] = shifted
            s = 1.0 / 39916800.0
            s = s * r + 1.0 / 3628800.0
            s = s * r + 1.0 / 362880.0
            s = s * r + 1.0 / 40320.0
            s = s * r + 1.0 / 5040.0
            s = s * r + 1.0 / 720.0
            s = s * r + 1.0 / 120.0
            s = s * r + 1.0 / 24.0
            s = s * r + 1.0 / 6.0
            s = s * r + 0.5
            s = s * r + 1.0
            out[k] = s * r + 1.0
    for k in range(count * WIDTH):
        whole[k] = (whole[k] + 1023) << _52
    for k in range(count * WIDTH):
        out[k] *= power[k]


@compiled
def _other(
    shape: int, spread: float, low: float, high: float, values: Floats, ones: Floats, z: Floats,
    out: Floats,
) -> None:  # fmt: skip
    """Sixteen ratios of an exchange that is not lognormal."""
    if shape == _NORMAL:
        below = 0.5 * math.erfc(1.0 / (spread * math.sqrt(2.0))) if spread > 0.0 else 0.0
        for k in range(WIDTH):
            u = below + ((ones[k] - 1.0) + _HALF_STEP) * (1.0 - below)
            ones[k] = 1.0 + min(u, 1.0 - _HALF_STEP) - _HALF_STEP
        _normal(ones, WIDTH, z)
        for k in range(WIDTH):
            out[k] = max(1.0 + spread * z[k], 0.0)
        return
    width = high - low
    for k in range(WIDTH):
        u = (ones[k] - 1.0) + _HALF_STEP
        if shape == _UNIFORM or (shape == _TRIANGULAR and width == 0.0):
            out[k] = low + width * u
        elif shape == _TRIANGULAR:
            if u * width < 1.0 - low:
                out[k] = low + math.sqrt(u * width * (1.0 - low))
            else:
                out[k] = high - math.sqrt((1.0 - u) * width * (high - 1.0))
        else:
            out[k] = values[int(low) + min(int(u * high), int(high) - 1)]


@compiled
def draw_block(
    counter: Keys, shape: Positions, spread: Floats, low: Floats, high: Floats, values: Floats,
    keys: Keys, first: int, count: int, room: Room,
) -> None:  # fmt: skip
    """Sixteen draws of each of some exchanges, as ratios to its amount, into the room's last array.

    Args:
        counter: of the exchanges, see `lca.draws.counters`.
        shape: of each, as in `lca.exchanges.Scatters`, and so the four that follow.
        spread: 0 where it is certain.
        low: may be empty.
        high: may be empty.
        values: ratios of the empirical ones.
        keys: (rounds, 8) round keys of the batch, see `lca.draws.round_keys`.
        first: the first exchange.
        count: how many, at most BLOCK.
        room: from `room`.
    """
    bits, ones, whole, z, out = room
    _uniform(counter, keys, first, count, bits)
    _normal(ones, count * WIDTH, z)
    _exponential(spread, first, count, z, ones, whole, out)
    for e in range(count):
        p = first + e
        if shape[p] > _LOGNORMAL:
            _uniform(counter, keys, p, 1, bits)
            a, b = (low[p], high[p]) if len(low) > 0 else (0.0, 0.0)
            _other(shape[p], spread[p], a, b, values, ones, z, out[e * WIDTH : (e + 1) * WIDTH])
