"""Solutions to hold the engine against, by ways of their own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.sparse import csc_array, diags_array
from scipy.sparse.linalg import splu

from tanyuan.lca.draws import WIDTH, counters, draw_ratios


def exact(matrix, right):
    """The x of matrix x = right for floats taken at their word, rounded once.

    Fraction-free elimination (Bareiss 1968, Math. Comp. 22:565) of rows made whole numbers.
    """
    n, k = right.shape
    rows = [_whole(row) for row in np.hstack([matrix, right])]
    before = 1
    for step in range(n):
        pivot = next(row for row in range(step, n) if rows[row][step])
        rows[step], rows[pivot] = rows[pivot], rows[step]
        top = rows[step]
        for row in range(step + 1, n):
            low, factor = rows[row], rows[row][step]
            for at in range(step + 1, n + k):
                low[at] = (top[step] * low[at] - factor * top[at]) // before
            low[step] = 0
        before = top[step]
    found = np.zeros((n, k))
    for column in range(k):
        known: dict[int, Fraction] = {}
        for row in range(n - 1, -1, -1):
            taken = sum(rows[row][at] * known[at] for at in known if rows[row][at])
            known[row] = (rows[row][n + column] - taken) / Fraction(rows[row][row])
        found[:, column] = [float(known[row]) for row in range(n)]
    return found


def _whole(row):
    mantissa, exponent = np.frexp(row)
    digits = (mantissa * 2.0**53).astype(np.int64).tolist()
    least = int(exponent[mantissa != 0].min(initial=0))
    return [
        digit << max(power - least, 0)
        for digit, power in zip(digits, exponent.tolist(), strict=True)
    ]


def factors(matrix):
    """SuperLU of the transposed matrix, pivots on the diagonal so that nothing stays nothing."""
    return splu(csc_array(csc_array(matrix).T), diag_pivot_thresh=0.0)


def intensities(matrix, direct):
    """The y of Aᵀ y = direct."""
    return factors(matrix).solve(direct)


def supply(matrix, demand):
    """The s of A s = demand."""
    return factors(matrix).solve(demand, "T")


def without_credits(matrix):
    """The system in which whatever spares or is given off costs as much."""
    made = np.abs(matrix.diagonal())
    return csc_array(2 * diags_array(made) - abs(csc_array(matrix)))


def furthest(found, expected, gross):
    """The largest error relative to what goes into each figure; nothing has to be nothing."""
    nothing = gross == 0
    assert not found[nothing].any()
    return (np.abs(found - expected)[~nothing] / gross[~nothing]).max(initial=0.0)


def sampled(system, weights, seed, batch):
    """Intensities in the samples of a batch and what goes into them, both (n, 16).

    Every exchange counts apart in the latter, also where two of the same pair cancel.

    Args:
        system: with keys.
        weights: (flows,) what a unit of each elementary flow counts.
        seed: of the draws.
        batch: which.
    """
    n, inner, outer = system.size, system.technosphere, system.interventions
    taken = inner.amount[:, None] * draw_ratios(inner.scatter, counters(inner.key, seed), batch)
    caused = outer.amount[:, None] * draw_ratios(outer.scatter, counters(outer.key, seed), batch)
    caused *= weights[outer.row, None]
    found, gross = np.zeros((n, WIDTH)), np.zeros((n, WIDTH))
    for k in range(WIDTH):
        matrix, costs = np.zeros((n, n)), np.zeros((n, n))
        direct, gross_direct = np.zeros(n), np.zeros(n)
        np.add.at(matrix, (inner.row, inner.column), taken[:, k])
        np.add.at(costs, (inner.row, inner.column), -np.abs(taken[:, k]))
        np.add.at(direct, outer.column, caused[:, k])
        np.add.at(gross_direct, outer.column, np.abs(caused[:, k]))
        costs[np.diag_indices(n)] = np.abs(matrix.diagonal())
        found[:, k] = intensities(matrix, direct)
        gross[:, k] = intensities(costs, gross_direct)
    return found, gross
