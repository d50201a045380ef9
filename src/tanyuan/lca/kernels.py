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
Doubles = NDArray[np.float64]
Narrow = NDArray[np.int32]
Positions = NDArray[np.integer]
Bits = NDArray[np.uint64]

_CANDIDATES = 64


@compiled
def without_diagonal(
    ptr: Positions, idx: Positions, val: Floats
) -> tuple[Narrow, Narrow, NDArray[np.bool_], Doubles]:
    """Where entries off the diagonal stand, by column; which are not 0; and the diagonal."""
    n = len(ptr) - 1
    start, row = np.empty(n + 1, np.int32), np.empty(len(idx), np.int32)
    some, diagonal = np.empty(len(idx), np.bool_), np.zeros(n)
    count = 0
    for j in range(n):
        start[j] = count
        for p in range(ptr[j], ptr[j + 1]):
            if idx[p] == j:
                diagonal[j] += val[p]
            else:
                row[count], some[count] = idx[p], val[p] != 0
                count += 1
    start[n] = count
    return start, row[:count], some[:count], diagonal


@compiled
def transposed(ptr: Positions, idx: Positions) -> tuple[Narrow, Narrow]:
    """Where entries stand by row, given where they stand by column."""
    n = len(ptr) - 1
    start, column = np.zeros(n + 1, np.int32), np.empty(len(idx), np.int32)
    for i in idx:
        start[i + 1] += 1
    for i in range(n):
        start[i + 1] += start[i]
    free = start[:n].copy()
    for j in range(n):
        for p in range(ptr[j], ptr[j + 1]):
            i = idx[p]
            column[free[i]] = j
            free[i] += 1
    return start, column


@compiled
def arranged(
    ptr: Positions, idx: Positions, val: Floats, diagonal: Floats, product: Positions,
    position: Positions,
) -> tuple[NDArray[np.int64], NDArray[np.uint32], Doubles]:  # fmt: skip
    """Columns of a matrix by position: what is taken for one unit of each product."""
    start = np.zeros(len(product) + 1, np.int64)
    place, taken = np.empty(len(idx), np.uint32), np.empty(len(idx))
    count = 0
    for at, j in enumerate(product):
        for p in range(ptr[j], ptr[j + 1]):
            if idx[p] != j:
                place[count], taken[count] = position[idx[p]], -val[p] / diagonal[j]
                count += 1
        start[at + 1] = count
    return start, place[:count], taken[:count]


@compiled
def in_units(ptr: Positions, idx: Positions, val: Floats, weight: Floats) -> None:
    """Put coefficients into units of which each product weighs so many, in place."""
    for j in range(len(weight)):
        for p in range(ptr[j], ptr[j + 1]):
            val[p] *= weight[idx[p]] / weight[j]


@compiled
def peel(
    user_ptr: Positions, users: Positions, maker_ptr: Positions, makers: Positions,
    given: NDArray[np.bool_],
) -> tuple[Positions, NDArray[np.bool_]]:  # fmt: skip
    """Order the nodes of a graph so that few arcs run backwards.

    Nodes without remaining suppliers go first, nodes without remaining users last. Where none is
    left the node with the largest product of both degrees, among the first 64 of a ranking by it,
    is cut (Levy & Low 1988 contract, Pardalos, Qian & Resende 1998 choose by the product).

    Args:
        user_ptr: where the users of each node begin.
        users: nodes.
        maker_ptr: where the suppliers of each node begin.
        makers: nodes.
        given: which nodes are cut from the start.

    Returns:
        order: nodes, suppliers before users but for arcs that end or start in cut nodes.
        cut: which nodes were cut, a feedback vertex set.
    """
    n = len(user_ptr) - 1
    bought, sold = np.empty(n, np.int32), np.empty(n, np.int32)
    for v in range(n):
        bought[v] = maker_ptr[v + 1] - maker_ptr[v]
        sold[v] = user_ptr[v + 1] - user_ptr[v]
    ranked = -bought.astype(np.float64) * sold
    rank = np.empty(0, np.int64)
    near, known, unseen = np.empty(_CANDIDATES, np.int64), 0, 0
    alive = np.ones(n, np.bool_)
    cut = given.copy()
    order = np.empty(n, np.int64)
    free = np.empty(3 * n, np.int64)
    waiting = front = 0
    back = n
    for v in range(n):
        if cut[v] or bought[v] == 0 or sold[v] == 0:
            free[waiting] = v
            waiting += 1
    while front < back:
        if waiting > 0:
            waiting -= 1
            v = free[waiting]
            if not alive[v]:
                continue
        else:
            if not len(rank):
                left = np.flatnonzero(alive)
                rank = left[np.argsort(ranked[left], kind="mergesort")]
            left, known = near[:known], 0
            for w in left:
                if alive[w]:
                    near[known] = w
                    known += 1
            while known < _CANDIDATES and unseen < len(rank):
                if alive[rank[unseen]]:
                    near[known] = rank[unseen]
                    known += 1
                unseen += 1
            v, best = -1, -1.0
            for w in near[:known]:
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
            bought[w] -= 1  # of those that are gone, too: it is quicker than to look
            if bought[w] == 0 and sold[w] != 0:
                free[waiting] = w
                waiting += 1
        for p in range(maker_ptr[v], maker_ptr[v + 1]):
            w = makers[p]
            sold[w] -= 1
            if sold[w] == 0 and bought[w] != 0:
                free[waiting] = w
                waiting += 1
    return order, cut


@compiled
def loops(
    ptr: Positions, idx: Positions, some: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> Narrow:
    """The number of the loop (strongly connected component) of each node, suppliers' before users'.

    By a depth-first search from users to suppliers (Tarjan 1972, SIAM J. Comput. 1:146).

    Args:
        ptr: where the suppliers of each node begin.
        idx: nodes.
        some: which arcs count.
        inside: which nodes count; the others get -1.
    """
    n = len(ptr) - 1
    loop = np.full(n, -1, np.int32)
    visit, low = np.zeros(n, np.int32), np.empty(n, np.int32)
    path, open_nodes, following = np.empty(n, np.int32), np.empty(n, np.int32), ptr[:-1].copy()
    visits = opened = count = 0
    for root in range(n):
        if not inside[root] or visit[root]:
            continue
        path[0], depth = root, 1
        while depth:
            v = path[depth - 1]
            if not visit[v]:
                visits += 1
                visit[v] = low[v] = visits
                open_nodes[opened] = v
                opened += 1
            deeper = False
            while following[v] < ptr[v + 1] and not deeper:
                p = following[v]
                following[v] += 1
                w = idx[p]
                if not some[p] or not inside[w]:
                    continue
                if not visit[w]:
                    path[depth] = w
                    depth += 1
                    deeper = True
                elif loop[w] < 0:
                    low[v] = min(low[v], visit[w])
            if deeper:
                continue
            depth -= 1
            if depth:
                low[path[depth - 1]] = min(low[path[depth - 1]], low[v])
            if low[v] == visit[v]:
                while loop[v] < 0:
                    opened -= 1
                    loop[open_nodes[opened]] = count
                count += 1
    return loop


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
def needs_of_cut(
    maker_ptr: Positions, makers: Positions, order: Positions, number: Positions, first: int,
    needs: Bits,
) -> None:  # fmt: skip
    """Which cut nodes each cut node needs, directly or through nodes that are not cut.

    Args:
        maker_ptr: where the suppliers of each node begin.
        makers: nodes.
        order: nodes, suppliers before users but for cut ones.
        number: of each node among the cut ones; -1 for the others, -2 where no cut one needs it.
        first: the cut node that the first bit stands for.
        needs: (cut nodes, words) a bit for each of so many cut nodes from the first on; set here.
    """
    words = needs.shape[1]
    # A row for nodes at -1 alone, which are few. All that they and the cut nodes need is at -1 or
    # cut, and those at -1 come before them, so that no other row is read
    row = np.cumsum(number == -1) - 1
    through = np.empty((row[-1] + 1, words), np.uint64)
    for cut in (False, True):  # the cut nodes last, wherever they stand
        for v in order:
            if number[v] < -1 or (number[v] >= 0) != cut:
                continue
            bits = needs[number[v]] if cut else through[row[v]]
            bits[:] = np.uint64(0)
            for p in range(maker_ptr[v], maker_ptr[v + 1]):
                w = makers[p]
                bit = number[w] - first
                if number[w] < 0:
                    for k in range(words):
                        bits[k] |= through[row[w], k]
                elif 0 <= bit < 64 * words:
                    _set(bits, bit)


@compiled
def without_loops(needs: Bits) -> Positions:
    """Nodes that make no loops with each other, each one that makes none with those before it.

    Args:
        needs: (m, words) a bit for each node that a node needs, itself perhaps.
    """
    m, words = needs.shape
    taken = np.empty(m, np.int64)
    count = 0
    through = np.zeros((m, words), np.uint64)  # all that a taken node needs of the taken ones
    users = np.empty(words, np.uint64)
    for v in range(m):
        if _has(needs[v], v):
            continue
        above = through[v]
        users[:] = np.uint64(0)
        for w in taken[:count]:
            if _has(needs[v], w):
                _set(above, w)
                for k in range(words):
                    above[k] |= through[w, k]
            if _has(needs[w], v):
                _set(users, w)
        if _share(above, users):
            continue
        for w in taken[:count]:
            if _has(users, w) or _share(through[w], users):
                _set(through[w], v)
                for k in range(words):
                    through[w, k] |= above[k]
        taken[count] = v
        count += 1
    return taken[:count]


@compiled
def _share(some: Bits, others: Bits) -> bool:
    common = np.uint64(0)
    for k in range(len(some)):
        common |= some[k] & others[k]
    return bool(common)


@compiled
def _has(bits: Bits, node: int) -> bool:
    return bool((bits[node // 64] >> np.uint64(node % 64)) & np.uint64(1))


@compiled
def _set(bits: Bits, node: int) -> None:
    bits[node // 64] |= np.uint64(1) << np.uint64(node % 64)


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
    end at a feedback product; columns start … start + k - 1 of out, as many as there are, are for
    the feedback products themselves, (last - feedback, last - feedback). Most entries of a loop buy
    from the feedback set, and those take one addition, not k.
    """
    stop = min(start + y.shape[1], last - feedback)
    k = stop - start
    some = np.zeros(feedback - first, np.bool_)
    for j in range(first, last):
        row = y[j - first, 0:k] if j < feedback else out[j - feedback, start:stop]
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
            elif start <= place < stop:
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


@compiled
def scaled(column: Positions, val: Floats, times: Floats, out: Floats) -> None:
    """Each entry times what its column is multiplied by."""
    for p in range(len(val)):
        out[p] = val[p] * times[column[p]]
