"""The supply order of a product's own few processes, so that all but a few follow in turn.

The same arrangement as `tanyuan.lca.ordering` makes for a whole background, without a compiler.
"""

from __future__ import annotations

from collections.abc import Iterable


def own_order(size: int, arcs: Iterable[tuple[int, int]]) -> tuple[list[int], list[int]]:
    """Processes with suppliers before takers, and the cut ones on which their loops hang.

    Each of the former takes only of those before it and of cut ones. What is stuck in loops is cut
    one by one, the process with the most suppliers times takers first.

    Args:
        size: number of processes.
        arcs: supplier and taker of each exchange between them; a process may take of itself.

    Not checked: that as few are cut as can be (finding the fewest is NP-hard).
    """
    suppliers, takers = [list[int]() for _ in range(size)], [list[int]() for _ in range(size)]
    for supplier, taker in arcs:
        if supplier != taker:
            suppliers[taker].append(supplier)
            takers[supplier].append(taker)
    supplied, taken = list(map(len, suppliers)), list(map(len, takers))
    left = set(range(size))
    free = [each for each in left if not (supplied[each] and taken[each])]
    first, last, cut = list[int](), list[int](), list[int]()
    while left:
        if free:
            found = free.pop()
            if found not in left:
                continue
            (last if supplied[found] else first).append(found)
        else:
            found = max(left, key=lambda each: (supplied[each] * taken[each], -each))
            cut.append(found)
        left.discard(found)
        for taker in takers[found]:
            supplied[taker] -= 1
            if not supplied[taker]:
                free.append(taker)
        for supplier in suppliers[found]:
            taken[supplier] -= 1
            if not taken[supplier]:
                free.append(supplier)
    return first + last[::-1], cut
