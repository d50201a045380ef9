"""How far the supply chain of each product rests on inputs that nobody supplies.

No climate impact is known of what is cut off, so its share of a footprint is not known either. Two
things are: how many of the product inputs in a product's supply chain have no supplier (by count,
over all processes that the chain reaches), and how much is cut off in all, by unit (kg, MJ, t·km …)
through columns of the characterisation. The inventory of a demand names each cut-off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.system import System

Counts = NDArray[np.int64]

COLUMN = "cut-off|"
"""What the names of the columns of cut-off amounts begin with; the unit follows."""


@dataclass(frozen=True, eq=False)
class CutOffs:
    """For each process of a system, what its supply chain rests on.

    Attributes:
        inputs: (n,) product inputs and wastes given off in its supply chain.
        missing: (n,) those of them without a supplier or treatment.
        names: (n,) how many different flows are missing.
    """

    inputs: Counts
    missing: Counts
    names: Counts


def cut_offs(
    system: System, flows: Mapping[str, str], hollow: NDArray[np.bool_] | None = None
) -> CutOffs:
    """Count what each supply chain rests on.

    Args:
        system: the processes.
        flows: the elementary flows that stand for cut-offs, by id.
        hollow: (n,) processes without an inventory: what they supply is as good as cut off.
    """
    inner, outer = system.technosphere, system.interventions
    is_cut = np.array([flow in flows for flow in system.flows], bool)
    cut = np.flatnonzero(is_cut[outer.row]) if len(outer) else np.zeros(0, np.intp)
    taken = np.flatnonzero(inner.row != inner.column)
    own_missing = np.bincount(outer.column[cut], minlength=system.size)
    own_inputs = np.bincount(inner.column[taken], minlength=system.size) + own_missing
    empty = taken[:0] if hollow is None else taken[hollow[inner.row[taken]]]
    own_missing += np.bincount(inner.column[empty], minlength=system.size)
    component, order = _components(inner, system.size)
    own_names = [0] * len(order)
    for row, column in zip(outer.row[cut].tolist(), outer.column[cut].tolist(), strict=True):
        own_names[component[column]] |= 1 << row
    for row, column in zip(inner.row[empty].tolist(), inner.column[empty].tolist(), strict=True):
        own_names[component[column]] |= 1 << (len(system.flows) + row)
    members = [0] * len(order)
    for process, part in enumerate(component.tolist()):
        members[part] |= 1 << process
    reached, named = members, own_names
    suppliers: list[set[int]] = [set() for _ in order]
    for row, column in zip(inner.row[taken].tolist(), inner.column[taken].tolist(), strict=True):
        suppliers[component[column]].add(int(component[row]))
    for part in order:
        for supplier in suppliers[part] - {part}:
            reached[part] |= reached[supplier]
            named[part] |= named[supplier]
    inputs = [_sum(reached[part], own_inputs) for part in range(len(order))]
    missing = [_sum(reached[part], own_missing) for part in range(len(order))]
    return CutOffs(
        np.array(inputs, np.int64)[component],
        np.array(missing, np.int64)[component],
        np.array([bits.bit_count() for bits in named], np.int64)[component],
    )


def _components(inner: Exchanges, size: int) -> tuple[NDArray[np.int32], list[int]]:
    """The loop that each process is part of, and the loops with suppliers first."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - loads only where it is needed
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    ones = np.ones(len(inner), bool)
    graph = coo_array((ones, (inner.column, inner.row)), shape=(size, size)).tocsr()
    count, component = connected_components(graph, connection="strong")
    ahead: list[set[int]] = [set() for _ in range(count)]
    for row, column in zip(
        component[inner.row].tolist(), component[inner.column].tolist(), strict=True
    ):
        if row != column:
            ahead[column].add(row)
    from graphlib import TopologicalSorter  # noqa: PLC0415

    order = list(TopologicalSorter(dict(enumerate(ahead))).static_order())
    return component, order


def _sum(bits: int, values: Counts) -> int:
    """Σ of the values whose bit is set."""
    width = (len(values) + 7) // 8
    mask = np.unpackbits(
        np.frombuffer(bits.to_bytes(width, "little"), np.uint8), bitorder="little"
    )[: len(values)]
    return int(values @ mask)
