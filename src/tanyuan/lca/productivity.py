"""Whether a system makes more of every product than it takes of it.

With products and wastes counted positive, a system without avoided products is productive exactly
if prices exist at which every process earns something: y = Tᵀ y + 1 has a positive solution
(Hawkins & Simon 1949, Econometrica 17:245; Collatz-Wielandt bound of the spectral radius of T).
Avoided products make entries of T negative. There positive prices prove it only if every process
earns something even where it had to buy what it spares; else the largest real eigenvalue decides,
for a loop that uses up what it makes has one of 1 or more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.solver import Factorisation

Floats = NDArray[np.float64]

_ROUNDING = 1e-9
_DENSE = 100
_POWERS = 500


def unproductive_loop(matrix: Any, factorised: Factorisation | None) -> tuple[int, ...]:
    """A loop that takes as much of its products as it makes, in order of supply; () if none does.

    Args:
        matrix: sparse (n, n), what process j makes (+) and takes (−) of product i.
        factorised: the matrix, factorised; None where that failed.

    Not checked: loops whose gain is complex or negative; they have a solution, and its meaning is
    the modeller's.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415

    entries = csc_array(matrix)
    diagonal = entries.diagonal()
    sign = np.sign(diagonal)
    prices = np.full(len(diagonal), np.nan)
    if factorised is not None:
        prices = factorised.solve_transposed(np.abs(diagonal)) * sign
    priced = bool((prices > 0).all())
    taken = -sign[entries.indices] * entries.data
    nothing_spared = np.count_nonzero(taken < 0) == np.count_nonzero(diagonal)
    if priced and nothing_spared:
        return ()
    column = np.repeat(np.arange(len(diagonal)), np.diff(entries.indptr))
    apart = entries.indices != column
    row, column, taken = entries.indices[apart], column[apart], taken[apart]
    size = np.where(np.isfinite(prices) & (prices != 0), np.abs(prices), 1.0)
    taken *= size[row] / np.abs(diagonal[column]) / size[column]
    if priced and (np.bincount(column, np.abs(taken), len(size)) < 1).all():
        return ()
    gain, weight = _largest_gain(csc_array((taken, (row, column)), shape=matrix.shape))
    if gain < 1 - _ROUNDING:
        return ()
    flows = csc_array((np.abs(taken) * weight[row], (row, column)), shape=matrix.shape)
    return _loop(flows, int(weight.argmax()))


def _largest_gain(taken: Any) -> tuple[float, Floats]:
    """The largest real eigenvalue of Tᵀ, and the sizes of its vector."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415
    from scipy.sparse.linalg import ArpackNoConvergence, eigs  # noqa: PLC0415

    n = taken.shape[0]
    _, label = connected_components(taken, connection="strong")
    best, weight = 0.0, np.zeros(n)
    for nodes in np.split(np.argsort(label, kind="stable"), np.cumsum(np.bincount(label))[:-1]):
        if len(nodes) < 2:
            continue
        part = taken[nodes][:, nodes].T
        try:
            if len(nodes) < _DENSE:
                values, vectors = np.linalg.eig(part.toarray())
            else:
                values, vectors = eigs(part, k=1, which="LR", v0=np.ones(len(nodes)))
        except ArpackNoConvergence:
            values, vectors = _power(part)
        real = np.where(np.abs(values.imag) <= 1e-9 * np.abs(values), values.real, -np.inf)
        top = int(real.argmax())
        if real[top] > best:
            best = float(real[top])
            weight = np.zeros(n)
            weight[nodes] = np.abs(vectors[:, top])
    return best, weight


def _power(part: Any) -> tuple[Floats, Floats]:
    """About the same by power iteration, shifted so that a cycle settles, too."""
    vector = np.ones(part.shape[0])
    for _ in range(_POWERS):
        vector = part @ vector + vector
        vector /= np.abs(vector).max()
    gain = (part @ vector) @ vector / (vector @ vector)
    return np.array([gain]), vector[:, None]


def _loop(flows: Any, node: int) -> tuple[int, ...]:
    """From a product along its largest supplier, until one comes again.

    The vector of the largest gain weighs the suppliers; so the largest lies in the loop, too.
    """
    walked = list[int]()
    while node not in walked:
        walked.append(node)
        start, stop = flows.indptr[node], flows.indptr[node + 1]
        node = int(flows.indices[start:stop][flows.data[start:stop].argmax()])
    return tuple(reversed(walked[walked.index(node) :]))
