"""A package as an inventory of the engine: arrays of outputs, exchanges and elementary flows.

Signs (see `tanyuan.lca.system`): made and given off is positive, taken is negative; a treated waste
is a negative output. What is emitted to nature is positive, what is taken from it negative. A
credit (an avoided product or treatment, a negative input, a negative waste) stands as avoided.
What nobody supplies becomes an elementary flow of its own, `cut-off:` and the flow's id: the
amount taken is positive. So every inventory names what it rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tanyuan.backgrounds.allocating import Outputs
from tanyuan.backgrounds.linking import Link, is_output
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Exchange, Flow, FlowKind, Package, Process, said
from tanyuan.backgrounds.report import Act, Report
from tanyuan.backgrounds.scattering import Scattering
from tanyuan.languages import Message
from tanyuan.lca.allocation import partition
from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.inventory import Inventory
from tanyuan.problems import Place

CUT_OFF = "cut-off:"


@dataclass(frozen=True, eq=False)
class Assembled:
    """An inventory whose processes have one output each.

    Attributes:
        inventory: allocated.
        origin: by the id of each of its processes, the process and the flow that it makes.
        cut_offs: by the id of each cut-off among its elementary flows, the flow.
    """

    inventory: Inventory
    origin: Mapping[str, tuple[str, str]]
    cut_offs: Mapping[str, str]


class _Table:
    """Rows of exchanges while they are collected."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.amount: list[float] = []
        self.bearer: list[int] = []
        self.avoided: list[bool] = []
        self.scattering = Scattering()

    def exchanges(self) -> Exchanges:
        return Exchanges.of(self.row, self.column, self.amount, self.scattering.scatters())


def assembled(
    package: Package,
    measures: Measures,
    outputs: Mapping[str, Outputs],
    links: Mapping[tuple[str, int], Link],
    report: Report,
) -> Assembled:
    """The inventory of a package, its processes with several outputs allocated."""
    return _Assembling(package, measures, outputs, links, report).run()


class _Assembling:
    """One package while its arrays are made."""

    def __init__(
        self,
        package: Package,
        measures: Measures,
        outputs: Mapping[str, Outputs],
        links: Mapping[tuple[str, int], Link],
        report: Report,
    ) -> None:
        self.package, self.measures, self.links, self.report = package, measures, links, report
        self.outputs = outputs
        self.ids = list(outputs)
        self.columns = {key: column for column, key in enumerate(outputs)}
        self.products: dict[tuple[str, str], int] = {}
        self.made, self.inner, self.outer = _Table(), _Table(), _Table()
        self.flows: dict[str, int] = {}
        self.credits: Counter[tuple[str, str]] = Counter()

    def run(self) -> Assembled:
        for process, made in self.outputs.items():
            for flow in made.amounts:
                self.products[process, flow] = len(self.products)
        for key in self.outputs:
            self.process(self.package.processes[key])
        self.tell()
        return self.allocated()

    def process(self, process: Process) -> None:
        column = self.columns[process.id]
        made = self.outputs[process.id]
        scatters = {
            exchange.flow: exchange
            for exchange in process.exchanges
            if is_output(exchange, self.package.flows[exchange.flow])
        }
        for key, amount in made.amounts.items():
            waste = self.package.flows[key].kind is FlowKind.WASTE
            self.put(
                self.made,
                self.products[process.id, key],
                column,
                -amount if waste else amount,
                scatters[key],
            )
        for exchange in process.exchanges:
            flow = self.package.flows[exchange.flow]
            if exchange.amount and not is_output(exchange, flow):
                self.exchange(process, column, exchange, flow)

    def exchange(self, process: Process, column: int, exchange: Exchange, flow: Flow) -> None:
        amount = self.measures.amount(exchange, float(exchange.amount))
        if flow.kind is FlowKind.ELEMENTARY:
            signed = -amount if exchange.is_input else amount
            self.shared(self.outer, self.flow(flow.id), column, signed, exchange, process)
            return
        waste = flow.kind is FlowKind.WASTE
        if exchange.avoided:
            signed = -abs(amount) if waste else abs(amount)
        else:
            signed = -amount if exchange.is_input else amount
        link = self.links[process.id, exchange.number]
        if link.rule is None:
            cut = signed if waste else -signed
            row = self.flow(f"{CUT_OFF}{flow.id}")
            self.shared(self.outer, row, column, cut, exchange, process)
            return
        credit = (signed < 0) if waste else (signed > 0)
        if credit and not exchange.avoided:
            self.credits[process.id, flow.id] += 1
        row = self.products[link.provider, flow.id]
        self.shared(self.inner, row, column, signed, exchange, process, avoided=credit)

    def flow(self, key: str) -> int:
        return self.flows.setdefault(key, len(self.flows))

    def shared(
        self,
        table: _Table,
        row: int,
        column: int,
        amount: float,
        exchange: Exchange,
        process: Process,
        *,
        avoided: bool = False,
    ) -> None:
        """Put an exchange, once for each output where it has shares of its own."""
        own = self.outputs[process.id].own.get(exchange.number)
        if own is None:
            self.put(table, row, column, amount, exchange, avoided=avoided)
            return
        for flow, share in own.items():
            if share:
                bearer = self.products[process.id, flow]
                self.put(
                    table, row, column, amount * share, exchange, bearer=bearer, avoided=avoided
                )

    def put(
        self,
        table: _Table,
        row: int,
        column: int,
        amount: float,
        exchange: Exchange,
        *,
        bearer: int = -1,
        avoided: bool = False,
    ) -> None:
        table.row.append(row)
        table.column.append(column)
        table.amount.append(amount)
        table.bearer.append(bearer)
        table.avoided.append(avoided)
        table.scattering.add(self.ids[column], float(exchange.amount), exchange.uncertainty)

    def allocated(self) -> Assembled:
        package, keys = self.package, list(self.products)
        waste = [package.flows[flow].kind is FlowKind.WASTE for _, flow in keys]
        inventory = Inventory(
            processes=tuple(self.ids),
            products=tuple(f"{process}/{flow}" for process, flow in keys),
            flows=tuple(self.flows),
            outputs=self.made.exchanges(),
            technosphere=self.inner.exchanges(),
            interventions=self.outer.exchanges(),
            waste=np.array(waste, bool),
            avoided=np.array(self.inner.avoided, bool),
            # Part of the content, so in one language whatever the importer speaks
            names=tuple(said(package.processes[process].names, "en") for process in self.ids),
        )
        shares = [self.outputs[process].shares[flow] for process, flow in keys]
        parts = partition(
            inventory,
            shares,
            technosphere_for=np.array(self.inner.bearer, np.int32),
            interventions_for=np.array(self.outer.bearer, np.int32),
        )
        # A part is called by what it makes; a process that makes one thing keeps its id
        origin = {
            f"{process}/{flow}" if len(self.outputs[process].amounts) > 1 else process: (
                process,
                flow,
            )
            for process, flow in keys
        }
        cut_offs = {key: key.removeprefix(CUT_OFF) for key in self.flows if key.startswith(CUT_OFF)}
        return Assembled(replace(parts, processes=tuple(origin)), origin, cut_offs)

    def tell(self) -> None:
        """Report credits, and scatters that could not be taken over."""
        for (process, flow), count in self.credits.items():
            self.report.add(
                "negative-amount",
                Act.CONVERTED,
                Place(sheet=self.package.processes[process].name),
                Message(
                    "{flow} has a negative amount; it counts as a credit for what is supplied "
                    "elsewhere.",
                    flow=self.package.flows[flow].name,
                ),
                Message("Declare it as an avoided product, or write it as an output."),
                process=process,
                count=str(count),
            )
        names = {key: self.package.processes[key].name for key in self.ids}
        for table in (self.made, self.inner, self.outer):
            table.scattering.tell(self.report, names)
