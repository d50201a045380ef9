"""Processes as they are reported: with several outputs each, before allocation.

`expand` and `partition` of `tanyuan.lca.allocation` make an inventory whose processes have one
output each; `Inventory.system` then links them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from tanyuan.languages import Message
from tanyuan.lca.exchanges import Exchanges, Indices, Mask, exchange_keys
from tanyuan.lca.findings import Findings
from tanyuan.lca.system import System, label_of, system


@dataclass(frozen=True, eq=False)
class Inventory:
    """p processes that make and take q products; signs as in `tanyuan.lca.system`.

    Attributes:
        processes: p ids.
        products: q ids, wastes among them.
        flows: ids of the elementary flows.
        outputs: what processes are run for, q × p: products made (positive) and wastes treated
            (negative); co-products and by-products that are used elsewhere are outputs too.
        technosphere: all else between processes, q × p: products taken (negative), wastes given off
            (positive), avoided products (positive) and avoided treatments (negative).
        interventions: elementary flows × p.
        waste: (q,) which products are wastes.
        avoided: (exchanges of the technosphere,) which are avoided.
        names: p names for messages, or none.
    """

    processes: tuple[str, ...]
    products: tuple[str, ...]
    flows: tuple[str, ...]
    outputs: Exchanges
    technosphere: Exchanges
    interventions: Exchanges
    waste: Mask
    avoided: Mask
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, mask, count in (
            ("waste", self.waste, len(self.products)),
            ("avoided", self.avoided, len(self.technosphere)),
        ):
            if mask.shape != (count,) or mask.dtype != bool:
                raise ValueError(f"{name}: {count} yes or no, not {mask.shape} {mask.dtype}")
        for name, table, rows in (
            ("outputs", self.outputs, len(self.products)),
            ("technosphere", self.technosphere, len(self.products)),
            ("interventions", self.interventions, len(self.flows)),
        ):
            if not (_within(table.row, rows) and _within(table.column, len(self.processes))):
                raise ValueError(f"{name}: an index out of range")

    def label(self, process: int) -> str:
        """A process as messages call it."""
        return label_of(self.processes, self.names, process)

    def keyed(self) -> Self:
        """The same inventory with keys for the draws of its exchanges, where they have none."""
        both = self.outputs.followed_by(self.technosphere)
        keys = exchange_keys(self.products, self.processes, both.row, both.column)
        outer = self.interventions
        outer_keys = exchange_keys(self.flows, self.processes, outer.row, outer.column)
        made = len(self.outputs)
        return replace(
            self,
            outputs=self.outputs.with_keys(keys[:made]),
            technosphere=self.technosphere.with_keys(keys[made:]),
            interventions=outer.with_keys(outer_keys),
        )

    def system(self) -> System:
        """The system of processes with one output each, every input linked to its producer.

        Raises:
            InputError: `several-outputs`, `no-producer`, or what `tanyuan.lca.system` finds.
        """
        made, taken = self.outputs, self.technosphere
        self._check_linked()
        producers = np.zeros(len(self.products), np.int32)
        producers[made.row] = made.column
        products = np.zeros(len(self.processes), np.int32)
        products[made.column] = made.row
        linked = taken.followed_by(made)
        return system(
            self.processes,
            self.flows,
            replace(linked, row=producers[linked.row]),
            self.interventions,
            names=self.names,
            products=[self.products[product] for product in products],
            waste=self.waste[products],
            avoided=np.concatenate((self.avoided, np.zeros(len(made), bool))),
        )

    def _check_linked(self) -> None:
        findings = Findings()
        counts = np.bincount(self.outputs.column, minlength=len(self.processes))
        findings.note(
            "several-outputs",
            "processes",
            counts != 1,
            lambda at: Message(
                "{process} has {count} outputs.", process=self.label(at), count=counts[at]
            ),
            Message("Give it one output, or allocate its outputs first."),
        )
        row, column = self.technosphere.row, self.technosphere.column
        findings.note(
            "no-producer",
            "technosphere",
            ~np.isin(row, self.outputs.row),
            lambda at: Message(
                "No process makes {product}, which {process} exchanges.",
                product=self.products[row[at]],
                process=self.label(column[at]),
            ),
            Message("Add its process, or cut the exchange off."),
        )
        findings.raise_if_any()


def _within(indices: Indices, count: int) -> bool:
    return not len(indices) or (int(indices.min()) >= 0 and int(indices.max()) < count)
