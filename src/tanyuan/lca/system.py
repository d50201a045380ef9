"""A system of processes as arrays: the input of every calculation of the engine.

Product j is what process j makes, so the technosphere matrix A is square with what the processes
make on its diagonal: A[i, j] is the amount of product i that one run of process j gives (positive)
or takes (negative), and B[f, j] the amount of elementary flow f that it emits. A supply vector s
solves A s = f for the demand f and makes the inventory B s (Heijungs & Suh 2002, The Computational
Structure of Life Cycle Assessment, chapter 2). These are also the signs of Brightway's matrices.

Waste: where process j treats a waste, product j is that waste. The treatment takes it, so
A[j, j] < 0, and processes that give the waste off have a positive amount in row j. With
A[j, j] = -1 and 0.2 given off per run of p, the balance of the row 0.2 s[p] - s[j] = 0 runs the
treatment s[j] = 0.2 s[p] times.

Avoided products: a positive amount off the diagonal, in the row of a product that is made, supplies
that product instead of its process and so takes away from how often that runs (Heijungs & Suh,
chapter 3, substitution). As it looks like an output that nobody allocated, it must be declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from tanyuan.lca.exchanges import Exchanges, Floats, Indices, Mask, exchange_keys
from tanyuan.lca.system_checks import (
    check_exchanges,
    check_factors,
    check_ids,
    check_production,
    rising,
)


@dataclass(frozen=True, eq=False)
class System:
    """n processes, what they exchange with each other and with nature; made by `system`.

    Attributes:
        processes: n stable ids, in order.
        flows: f stable ids of elementary flows, in order.
        technosphere: n × n, by column and row, with what the processes make on the diagonal.
        interventions: f × n, by column and row; emissions are positive.
        names: n names for messages, or none.
    """

    processes: tuple[str, ...]
    flows: tuple[str, ...]
    technosphere: Exchanges
    interventions: Exchanges
    names: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Number of processes."""
        return len(self.processes)

    def label(self, process: int) -> str:
        """A process as messages call it."""
        return label_of(self.processes, self.names, process)

    def matrix(self) -> Any:
        """The technosphere matrix A, (n, n) in compressed columns; the same one at each call."""
        return self._matrix

    @cached_property
    def _matrix(self) -> Any:
        return _matrix(self.technosphere, self.size, self.size)

    def intervention_matrix(self) -> Any:
        """The intervention matrix B, (flows, n) in compressed columns."""
        return _matrix(self.interventions, len(self.flows), self.size)

    def keyed(self) -> Self:
        """The same system with keys for the draws of its exchanges, where they have none."""
        return self._keyed

    @cached_property
    def _keyed(self) -> Self:
        inner, outer = self.technosphere, self.interventions
        if inner.keyed and outer.keyed:
            return self
        return replace(
            self,
            technosphere=_keyed(inner, self.processes, self.processes),
            interventions=_keyed(outer, self.flows, self.processes),
        )


def system(
    processes: Sequence[str],
    flows: Sequence[str],
    technosphere: Exchanges,
    interventions: Exchanges,
    *,
    names: Sequence[str] = (),
    products: Sequence[str] = (),
    waste: ArrayLike | None = None,
    avoided: ArrayLike | None = None,
) -> System:
    """A checked system, with processes and flows in the order of their ids.

    The order comes first of all, so that equal content gives equal arrays, an equal hash and equal
    last bits of every result, in whatever order it was read.

    Args:
        processes: n ids.
        flows: ids of the elementary flows.
        technosphere: rows are products, columns processes, in the order given; what process j
            makes stands in row j.
        interventions: rows are elementary flows, columns processes.
        names: n names for messages.
        products: ids of what the processes make, in the order of the processes, where products have
            ids of their own.
        waste: (n,) which processes treat a waste: their reference amount is negative.
        avoided: (exchanges of the technosphere,) which are avoided products or treatments.

    Raises:
        InputError: see the codes in `tanyuan.lca.system_checks`; places name the table and the
            entry as given, counted from 1.
        ValueError: the arrays do not belong together.
    """
    count = len(processes)
    treats = _mask("waste", waste, count)
    spared = _mask("avoided", avoided, len(technosphere))
    if names and len(names) != count:
        raise ValueError(f"names: {len(names)} for {count} processes")

    def label(process: int) -> str:
        return label_of(processes, names, process)

    check_ids(processes, flows, products, label)
    check_exchanges(technosphere, interventions, flows, count, label)
    check_production(technosphere, treats, spared, label)
    order, ranks = _ranks(processes)
    flow_order, flow_ranks = _ranks(flows)
    return System(
        tuple(map(processes.__getitem__, order)),
        tuple(map(flows.__getitem__, flow_order)),
        _ranked(technosphere, ranks, ranks),
        _ranked(interventions, flow_ranks, ranks),
        tuple(map(names.__getitem__, order)) if names else (),
    )


@dataclass(frozen=True, eq=False)
class Characterisation:
    """What elementary flows count, by column: for instance kg of a gas of one kind per unit.

    Columns by gas and kind serve every set of warming potentials without another solution.

    Attributes:
        columns: k names, for instance `CO2|fossil`.
        flows: ids of elementary flows.
        row: (m,) flow.
        column: (m,) column.
        factor: (m,) of the column's unit per unit of the flow.
    """

    columns: tuple[str, ...]
    flows: tuple[str, ...]
    row: Indices
    column: Indices
    factor: Floats

    @classmethod
    def of(
        cls,
        columns: Sequence[str],
        flows: Sequence[str],
        row: ArrayLike,
        column: ArrayLike,
        factor: ArrayLike,
    ) -> Self:
        """A checked characterisation.

        Raises:
            InputError: a flow twice, a factor that is not finite, an index out of range.
        """
        factors = Exchanges.of(row, column, factor)
        check_factors(columns, flows, factors)
        return cls(tuple(columns), tuple(flows), factors.row, factors.column, factors.amount)

    def matrix(self, flows: Sequence[str]) -> Any:
        """The factors for these flows, (flows, k) in compressed rows; other flows count nothing."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - loads only where it is needed

        places = {flow: place for place, flow in enumerate(flows)}
        rows = np.array([places.get(flow, -1) for flow in self.flows], np.int32)[self.row]
        known = rows >= 0
        entries = (self.factor[known], (rows[known], self.column[known]))
        return csr_array(entries, shape=(len(flows), len(self.columns)))


def direct(given: System, characterisation: Characterisation) -> Floats:
    """What one run of each process causes itself, Bᵀ C: (n, k)."""
    factors = characterisation.matrix(given.flows).toarray()
    return np.asarray(given.intervention_matrix().T @ factors, np.float64)


def label_of(ids: Sequence[str], names: Sequence[str], at: int) -> str:
    """What messages call an entry: its name and its id."""
    return f"{names[at]} ({ids[at]})" if names and names[at] else ids[at]


def _mask(name: str, values: ArrayLike | None, count: int) -> Mask:
    mask = np.zeros(count, bool) if values is None else np.asarray(values)
    if mask.shape != (count,) or mask.dtype != bool:
        raise ValueError(f"{name}: {count} yes or no, not {mask.shape} {mask.dtype}")
    return mask


def _ranks(ids: Sequence[str]) -> tuple[Sequence[int], Indices | None]:
    """The order of the ids, and the place of each in it, unless they stand in order."""
    if rising(ids):
        return range(len(ids)), None
    order = sorted(range(len(ids)), key=ids.__getitem__)
    ranks = np.zeros(len(ids), np.int32)
    ranks[order] = np.arange(len(ids), dtype=np.int32)
    return order, ranks


def _ranked(exchanges: Exchanges, rows: Indices | None, columns: Indices | None) -> Exchanges:
    row = exchanges.row if rows is None else rows[exchanges.row]
    column = exchanges.column if columns is None else columns[exchanges.column]
    return replace(exchanges, row=row, column=column).sorted()


def _keyed(exchanges: Exchanges, rows: Sequence[str], columns: Sequence[str]) -> Exchanges:
    if exchanges.keyed:
        return exchanges
    return exchanges.with_keys(exchange_keys(rows, columns, exchanges.row, exchanges.column))


def _matrix(exchanges: Exchanges, rows: int, columns: int) -> Any:
    from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where it is needed

    starts = exchanges.column.searchsorted(np.arange(columns + 1, dtype=np.int32))
    starts = starts.astype(np.int32)
    matrix = csc_array((exchanges.amount, exchanges.row, starts), shape=(rows, columns))
    if not matrix.has_canonical_format:
        matrix = matrix.copy()
        matrix.sum_duplicates()
    return matrix
