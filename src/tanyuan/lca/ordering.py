"""The supply order: an arrangement in which a technosphere is triangular but for few products.

Products that need none of the loops come first (upstream), then the core, then the feedback set,
then what only uses the others (downstream). With the feedback set known, every product follows
from products before it. The feedback set itself stands loop by loop (strongly connected component),
suppliers before users: its matrix is then block triangular, pivots stay within a loop, and what has
no part in a loop gets exactly nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Arcs = NDArray[np.int32]
Graph = tuple[Arcs, Arcs]
"""Where the neighbours of each node begin, and they."""


@dataclass(frozen=True, eq=False)
class SupplyOrder:
    """Where each product stands.

    Attributes:
        product: (n,) the product at each position.
        position: (n,) the position of each product.
        core: start of the core; positions before it are upstream.
        feedback: start of the feedback set; from core to here is the core without it.
        downstream: start of what only uses the others.
    """

    product: Positions
    position: Positions
    core: int
    feedback: int
    downstream: int

    @property
    def size(self) -> int:
        """Number of products."""
        return len(self.product)


def supply_order(start: Arcs, suppliers: Arcs, couples: NDArray[np.bool_]) -> SupplyOrder:
    """Arrange the products of a technosphere.

    Args:
        start: (n + 1,) where the suppliers of each product begin.
        suppliers: (arcs,) the other products that each takes, also those of which it takes nothing
            in all: in a sample it may.
        couples: (arcs,) of which it takes anything; the others make no loops.

    Not checked: that the feedback set is as small as can be (finding the smallest is NP-hard).
    """
    from tanyuan.lca.kernels import loops, reach, transposed  # noqa: PLC0415 - numba is an extra

    takes = start, suppliers
    users = transposed(*takes)
    order, cut = _peeled(takes, users, np.zeros(len(start) - 1, bool))
    order, cut = _peeled(takes, users, cut & ~_spared(takes, users, order, cut))
    needs, needed = reach(*takes, order, cut), reach(*users, order[::-1], cut)
    group = np.select([cut, ~needs, needed], [2, 0, 1], default=3).astype(np.uint8)
    product = order[np.argsort(group[order], kind="stable")]
    core, feedback, downstream = np.cumsum(np.bincount(group, minlength=4))[:3].tolist()
    loop = loops(*takes, couples, (group == 1) | cut)
    torn = product[feedback:downstream]
    product[feedback:downstream] = torn[np.argsort(loop[torn], kind="stable")]
    position = np.empty(len(product), np.int64)
    position[product] = np.arange(len(product))
    return SupplyOrder(product.astype(np.int64), position, core, feedback, downstream)


def _peeled(
    takes: Graph, users: Graph, given: NDArray[np.bool_]
) -> tuple[Positions, NDArray[np.bool_]]:
    from tanyuan.lca.kernels import peel  # noqa: PLC0415 - numba is an extra

    order, cut = peel(*users, *takes, given)
    return np.asarray(order, np.int64), cut


def _spared(
    takes: Graph, users: Graph, order: Positions, cut: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which of the cut products, (n,), need not be cut after all.

    While loops are cut one by one, many a product is cut whose loops all run through others that
    are cut later. Of those that need themselves only through cut ones, as many are spared as make
    no loops with each other.
    """
    from tanyuan.lca.kernels import (  # noqa: PLC0415 - numba is an extra
        needs_of_cut,
        reach,
        without_loops,
    )

    numbered = np.flatnonzero(cut)
    number = np.where(reach(*users, order[::-1], cut), -1, -2)
    number[numbered] = np.arange(len(numbered))
    needs = np.empty((len(numbered), -(-len(numbered) // 64)), np.uint64)
    for word in range(0, needs.shape[1], _WORDS):
        part = needs[:, word : word + _WORDS]
        needs_of_cut(*takes, order, number, 64 * word, part)
    spared = np.zeros(len(cut), bool)
    spared[numbered[without_loops(needs)]] = True
    return spared


_WORDS = 32
"""Bits of so many cut products stand for every product at once; those of all would be too many."""
