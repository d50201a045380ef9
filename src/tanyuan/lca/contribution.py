"""Where the total of a product comes from, along its supply chain.

With the intensities of all products known no solution is needed: the branch that takes an amount q
of product i weighs q · y[i], and the largest branches are opened first (the search of Bourgault,
Lesage & Samson 2012, Int. J. LCA 17:807, without its solutions).
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.solve import Solved

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tree:
    """Branches of a supply chain, a parent before its children, the largest opened first.

    Attributes:
        parent: (b,) the branch that takes this one; -1 for the root.
        process: (b,) whose product is taken.
        amount: (b,) of the product, in its unit.
        total: (b,) what the branch causes in all.
        own: (b,) of that, what the process causes itself.
        opened: (b,) whether what the process takes was looked at; of the rest only the total.
    """

    parent: Positions
    process: Positions
    amount: Floats
    total: Floats
    own: Floats
    opened: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.parent)

    @property
    def rest(self) -> Floats:
        """(b,) of the total, what comes neither from the process itself nor from its branches."""
        shown = np.zeros(len(self))
        np.add.at(shown, self.parent[1:], self.total[1:])
        return np.asarray(self.total - self.own - shown)


def tree(
    solved: Solved,
    weights: Floats,
    process: str,
    amount: float = 1.0,
    *,
    cutoff: float = 1e-3,
    most: int = 100_000,
) -> Tree:
    """The supply chain of a product, down to branches of a share of its total.

    Args:
        solved: the system.
        weights: (k,) what a unit of each column counts, for instance warming potentials.
        process: whose product.
        amount: of the product.
        cutoff: branches whose size is below this share of the total are left out.
        most: branches at most; of a process's, the largest come in first.
    """
    own = solved.direct @ weights
    made = solved.matrix.diagonal()
    suppliers = _Suppliers(solved.matrix, made, solved.intensities @ weights)
    root = solved.position(process)
    parents, processes = [-1], [root]
    amounts, totals = [amount], [float(amount * suppliers.intensity[root])]
    limit = abs(totals[0]) * cutoff
    waiting = [(-abs(totals[0]), 0)]
    opened = list[int]()
    while waiting and len(parents) < most:
        _, branch = heapq.heappop(waiting)
        opened.append(branch)
        user, much = processes[branch], amounts[branch]
        shown = [
            (supplier, bought * much, caused)
            for supplier, bought, each in zip(*suppliers.of(user), strict=True)
            if (caused := each * much) and abs(caused) >= limit and supplier != user
        ]
        room = most - len(parents)
        if len(shown) > room:
            shown = sorted(sorted(shown, key=lambda found: -abs(found[2]))[:room])
        for supplier, bought, caused in shown:
            heapq.heappush(waiting, (-abs(caused), len(parents)))
            parents.append(branch)
            processes.append(supplier)
            amounts.append(bought)
            totals.append(caused)
    process_of, amount_of = np.array(processes), np.array(amounts)
    is_open = np.zeros(len(parents), bool)
    is_open[opened] = True
    return Tree(
        np.array(parents), process_of, amount_of, np.array(totals),
        own[process_of] * amount_of / made[process_of], is_open,
    )  # fmt: skip


class _Suppliers:
    """What one unit of a product takes directly; looked at once, however often it is in a tree."""

    def __init__(self, matrix: Any, made: Floats, intensity: Floats) -> None:
        self._matrix, self._made, self.intensity = matrix, made, intensity
        self._known = dict[int, tuple[list[int], list[float], list[float]]]()

    def of(self, process: int) -> tuple[list[int], list[float], list[float]]:
        """Suppliers, amounts and what these cause in all, for one unit."""
        found = self._known.get(process)
        if found is None:
            start, stop = self._matrix.indptr[process : process + 2].tolist()
            suppliers = self._matrix.indices[start:stop]
            bought = self._matrix.data[start:stop] * (-1.0 / self._made.item(process))
            caused = bought * self.intensity.take(suppliers)
            found = suppliers.tolist(), bought.tolist(), caused.tolist()
            self._known[process] = found
        return found


@dataclass(frozen=True, slots=True)
class Link:
    """What flows from one process to another in a flow diagram."""

    supplier: int
    user: int
    amount: float
    total: float


def links(branches: Tree) -> tuple[Link, ...]:
    """The branches of a tree as arcs between processes, the largest first, loops as they come."""
    amounts, totals = (
        defaultdict[tuple[int, int], float](float),
        defaultdict[tuple[int, int], float](float),
    )
    for branch in range(1, len(branches)):
        arc = (int(branches.process[branch]), int(branches.process[branches.parent[branch]]))
        amounts[arc] += float(branches.amount[branch])
        totals[arc] += float(branches.total[branch])
    ranked = sorted(totals, key=lambda arc: (-abs(totals[arc]), arc))
    return tuple(Link(*arc, amounts[arc], totals[arc]) for arc in ranked)
