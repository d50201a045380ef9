"""Sixteen samples of a system side by side, compiled by numba; see `tanyuan.lca.monte_carlo`.

Exchanges stand in the layout of `lca.kernels`, by column in supply order; `base` is the amount of
each in the layout's units, multiplied by its draws.

The width of the loops over samples is taken from an array: LLVM unrolls a loop whose length it
knows before it can see that its turns go side by side, and then works them one by one.
"""

from __future__ import annotations

import numpy as np

from tanyuan.lca.compiling import compiled
from tanyuan.lca.draw_kernels import BLOCK, Keys, draw_block, room
from tanyuan.lca.draws import WIDTH
from tanyuan.lca.kernels import Floats, Positions
from tanyuan.lca.sampled_columns import SampledColumns


@compiled
def draw_sums(exchanges: SampledColumns, keys: Keys, sums: Floats) -> None:
    """sums[idx] = Σ of the draws of the exchanges with that idx, (n, 16)."""
    _, idx, base, counter, shape, spread, low, high, values = exchanges
    work = room()
    ratio, width = work[-1], sums.shape[1]
    sums[:] = 0.0
    for first in range(0, len(base), BLOCK):
        count = min(BLOCK, len(base) - first)
        draw_block(counter, shape, spread, low, high, values, keys, first, count, work)
        for e in range(count):
            j, b = idx[first + e], base[first + e]
            for k in range(width):
                sums[j, k] += b * ratio[e * WIDTH + k]


@compiled
def draw_sweep(
    exchanges: SampledColumns,
    keys: Keys,
    made: Floats,
    own: Floats,
    y: Floats,
    start: int,
    stop: int,
) -> None:
    """y[j] = (own[j] + Σ drawn · y[idx]) / made[j] for j = start … stop - 1; no draw is kept.

    Args:
        exchanges: of the technosphere, off its diagonal.
        keys: round keys of the batch.
        made: (n, 16) what is made in each sample, relative to the amount; (0, 16) where certain.
        own: (n, 16) what each process causes itself.
        y: (n, 16) intensities.
        start: first column.
        stop: the column after the last.
    """
    ptr, idx, base, counter, shape, spread, low, high, values = exchanges
    work = room()
    width = y.shape[1]
    ratio, total = work[-1], np.empty(width)
    first = drawn = ptr[start]
    for j in range(start, stop):
        for k in range(width):
            total[k] = own[j, k]
        for p in range(ptr[j], ptr[j + 1]):
            if p == drawn:
                first, count = p, min(BLOCK, ptr[stop] - p)
                draw_block(counter, shape, spread, low, high, values, keys, first, count, work)
                drawn = first + count
            i, b, e = idx[p], base[p], (p - first) * WIDTH
            for k in range(width):
                total[k] += b * ratio[e + k] * y[i, k]
        if len(made) > 0:
            for k in range(width):
                total[k] /= made[j, k]
        for k in range(width):
            y[j, k] = total[k]


@compiled
def draw_values(
    exchanges: SampledColumns, keys: Keys, made: Floats, own: Floats, drawn: Floats, start: int,
    stop: int,
) -> None:  # fmt: skip
    """Keep the draws of columns start … stop - 1, each relative to what its process makes.

    Args:
        exchanges: of the technosphere, off its diagonal.
        keys: round keys of the batch.
        made: as above.
        own: (n, 16) what each process causes itself; becomes relative, too.
        drawn: (entries of the columns, 16).
        start: first column.
        stop: the column after the last.
    """
    ptr, _, base, counter, shape, spread, low, high, values = exchanges
    work = room()
    ratio, begin, width = work[-1], ptr[start], drawn.shape[1]
    for first in range(begin, ptr[stop], BLOCK):
        count = min(BLOCK, ptr[stop] - first)
        draw_block(counter, shape, spread, low, high, values, keys, first, count, work)
        for e in range(count):
            b = base[first + e]
            for k in range(width):
                drawn[first - begin + e, k] = b * ratio[e * WIDTH + k]
    if len(made) > 0:
        for j in range(start, stop):
            for k in range(width):
                own[j, k] /= made[j, k]
            for p in range(ptr[j] - begin, ptr[j + 1] - begin):
                for k in range(width):
                    drawn[p, k] /= made[j, k]


@compiled
def sweep_samples(
    ptr: Positions, idx: Positions, drawn: Floats, own: Floats, y: Floats, start: int, stop: int,
    begin: int,
) -> None:  # fmt: skip
    """y[j] = own[j] + Σ drawn · y[idx] for j = start … stop - 1; drawn[0] is entry `begin`."""
    width = y.shape[1]
    for j in range(start, stop):
        for k in range(width):
            y[j, k] = own[j, k]
        for p in range(ptr[j], ptr[j + 1]):
            i = idx[p]
            for k in range(width):
                y[j, k] += drawn[p - begin, k] * y[i, k]


@compiled
def defect_samples(
    ptr: Positions, idx: Positions, drawn: Floats, own: Floats, y: Floats, start: int, stop: int,
    begin: int, out: Floats,
) -> None:  # fmt: skip
    """out[j - start] = own[j] + Σ drawn · y[idx] - y[j] in double precision, y left as it is."""
    width = y.shape[1]
    total = np.empty(width)
    for j in range(start, stop):
        for k in range(width):
            total[k] = own[j, k] - y[j, k]
        for p in range(ptr[j], ptr[j + 1]):
            i = idx[p]
            for k in range(width):
                total[k] += float(drawn[p - begin, k]) * float(y[i, k])
        for k in range(width):
            out[j - start, k] = total[k]
