"""Loops over a sparse system that numpy cannot express, compiled by numba.

All work on the `Layout` of `tanyuan.lca.structure`: columns in supply order, the entries of column
j at `ptr[j]:ptr[j + 1]`, each with the position `idx` of the product that is bought and the
coefficient `val` per unit of j. Nothing is compiled at import; the compiled code is kept on disk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.compiling import compiled

Floats = NDArray[np.floating]
Positions = NDArray[np.integer]

_CANDIDATES = 64


@compiled
def peel(
    user_ptr: Positions, users: Positions, maker_ptr: Positions, makers: Positions
) -> tuple[Positions, NDArray[np.bool_]]:
    """Order the nodes of a graph so that few arcs run backwards.

    Nodes without remaining suppliers go first, nodes without remaining users last. Where none is
    left the node with the largest product of both degrees, among the first 64 of a ranking by it,
    is cut (Levy & Low 1988 contract, Pardalos, Qian & Resende 1998 choose by the product).

    Returns:
        order: nodes, suppliers before users but for arcs that end or start in cut nodes.
        cut: which nodes were cut, a feedback vertex set.
    """
    n = len(user_ptr) - 1
    bought, sold = np.empty(n, np.int64), np.empty(n, np.int64)
    for v in range(n):
        bought[v] = maker_ptr[v + 1] - maker_ptr[v]
        sold[v] = user_ptr[v + 1] - user_ptr[v]
    rank = np.argsort(-bought.astype(np.float64) * sold, kind="mergesort")
    alive = np.ones(n, np.bool_)
    cut = np.zeros(n, np.bool_)
    order = np.empty(n, np.int64)
    free = np.empty(2 * n, np.int64)
    waiting = front = first_alive = 0
    back = n
    for v in range(n):
        if bought[v] == 0 or sold[v] == 0:
            free[waiting] = v
            waiting += 1
    while front < back:
        if waiting > 0:
            waiting -= 1
            v = free[waiting]
            if not alive[v]:
                continue
        else:
            while not alive[rank[first_alive]]:
                first_alive += 1
            v, best, seen, q = -1, -1.0, 0, first_alive
            while q < n and seen < _CANDIDATES:
                w = rank[q]
                q += 1
                if alive[w]:
                    seen += 1
                    score = float(bought[w]) * float(sold[w])
                    if score > best:
                        v, best = w, score
            cut[v] = True
        if not cut[v] and bought[v] == 0:
            order[front] = v
            front += 1
        else:
            back -= 1
            order[back] = v
        alive[v] = False
        for p in range(user_ptr[v], user_ptr[v + 1]):
            w = users[p]
            if alive[w]:
                bought[w] -= 1
                if bought[w] == 0 and sold[w] != 0:
                    free[waiting] = w
                    waiting += 1
        for p in range(maker_ptr[v], maker_ptr[v + 1]):
            w = makers[p]
            if alive[w]:
                sold[w] -= 1
                if sold[w] == 0 and bought[w] != 0:
                    free[waiting] = w
                    waiting += 1
    return order, cut


@compiled
def reach(
    ptr: Positions, idx: Positions, order: Positions, source: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which nodes have a source among their idx, or theirs; those of a node come before it."""
    reached = np.zeros(len(order), np.bool_)
    for j in order:
        for p in range(ptr[j], ptr[j + 1]):
            if source[idx[p]] or reached[idx[p]]:
                reached[j] = True
                break
    return reached


@compiled
def sweep(
    ptr: Positions, idx: Positions, val: Floats, own: Floats, y: Floats, first: int, last: int
) -> None:
    """y[j] = own[j] + Σ val · y[idx] for j = first … last - 1, in order; own and y (n, k)."""
    k = y.shape[1]
    if k == 1:
        for j in range(first, last):
            total = own[j, 0]
            for p in range(ptr[j], ptr[j + 1]):
                total += val[p] * y[idx[p], 0]
            y[j, 0] = total
        return
    for j in range(first, last):
        for c in range(k):
            y[j, c] = own[j, c]
        for p in range(ptr[j], ptr[j + 1]):
            i, v = idx[p], val[p]
            for c in range(k):
                y[j, c] += v * y[i, c]


@compiled
def buy_back(
    ptr: Positions, idx: Positions, val: Floats, first: int, feedback: int, last: int, start: int,
    y: Floats, out: Floats,
) -> None:  # fmt: skip
    """How much of the products feedback + start … is bought for one unit, through others too.

    The chains run over products first … feedback - 1, which stand in y, (feedback - first, k), and
    end at a feedback product; out, (last - feedback, k), is for the feedback products themselves.
    Most entries of a loop buy from the feedback set, and those take one addition, not k.
    """
    k = y.shape[1]
    some = np.zeros(feedback - first, np.bool_)
    for j in range(first, last):
        row = y[j - first] if j < feedback else out[j - feedback]
        empty = True
        for p in range(ptr[j], ptr[j + 1]):
            place, v = np.int64(idx[p]) - feedback, val[p]
            if place < 0:
                i = place + feedback - first
                if i >= 0 and some[i]:
                    if empty:
                        empty = False
                        for c in range(k):
                            row[c] = v * y[i, c]
                    else:
                        for c in range(k):
                            row[c] += v * y[i, c]
            elif start <= place < start + k:
                if empty:
                    empty = False
                    row[:] = 0.0
                row[place - start] += v
        if j < feedback:
            some[j - first] = not empty
        elif empty:
            row[:] = 0.0


@compiled
def take_homogeneous(
    ptr: Positions, idx: Positions, val: Floats, y: Floats, first: int, last: int, out: Floats
) -> None:
    """out[j - first] = Σ val · y[idx], with y left as it is."""
    k = y.shape[1]
    if k == 1:
        for j in range(first, last):
            total = 0.0
            for p in range(ptr[j], ptr[j + 1]):
                total += val[p] * y[idx[p], 0]
            out[j - first, 0] = total
        return
    for j in range(first, last):
        for c in range(k):
            out[j - first, c] = 0.0
        for p in range(ptr[j], ptr[j + 1]):
            i, v = idx[p], val[p]
            for c in range(k):
                out[j - first, c] += v * y[i, c]


@compiled
def hand_on(
    ptr: Positions, idx: Positions, val: Floats, runs: Floats, asked: Floats, first: int, last: int
) -> None:
    """asked[idx] += val · runs[j - first] for columns j = last - 1 … first; (columns, k), (n, k).

    `runs` may be a part of `asked`: where suppliers come before users it is whole when it is read.
    """
    k = asked.shape[1]
    if k == 1:
        for j in range(last - 1, first - 1, -1):
            times = runs[j - first, 0]
            if times != 0.0:
                for p in range(ptr[j], ptr[j + 1]):
                    asked[idx[p], 0] += val[p] * times
        return
    for j in range(last - 1, first - 1, -1):
        for p in range(ptr[j], ptr[j + 1]):
            i, v = idx[p], val[p]
            for c in range(k):
                asked[i, c] += v * runs[j - first, c]
