"""A package as Brightway needs it: every exchange linked to a node, and in that node's unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tanyuan.backgrounds.allocating import Outputs, allocated
from tanyuan.backgrounds.elementary import Compartment, compartment
from tanyuan.backgrounds.linking import is_output, linked
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Exchange, Flow, FlowKind, Package, Process
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.brightway.words import EMISSION, RESOURCE

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Target:
    """A node: its code, its flow, the id of its unit, and the process that it is (or none)."""

    code: str
    flow: Flow
    unit: str
    process: Process | None


@dataclass(frozen=True, slots=True)
class Edge:
    """An exchange as Brightway has it: its type, its node, and by what its amount is multiplied."""

    exchange: Exchange
    type: str
    target: Target
    factor: Decimal


class System:
    """The nodes of a package and the edges between them."""

    def __init__(self, package: Package, choices: Profile, report: Report) -> None:
        self.package = package
        self.measures = Measures(package)
        self.outputs: dict[str, Outputs] = allocated(package, self.measures, choices, report)
        self.links = linked(package, choices, report)
        self.units = {unit.id: unit for g in package.unit_groups.values() for unit in g.units}
        self.told: Counter[str] = Counter()
        self._taken: dict[str, Exchange] = {}
        for process in package.processes.values():
            for exchange in process.exchanges:
                self._taken.setdefault(exchange.flow, exchange)
        self.parts = list(self._parts())
        self._by_flow = {
            (part.process.id, part.flow.id): part for part in self.parts if part.process
        }
        makers: dict[str, Target] = {}
        for part in self.parts:
            makers.setdefault(part.flow.id, part)
        self._makers = makers
        self.others = {
            key: Target(key, flow, self._unit(flow, self._taken.get(key)), None)
            for key, flow in package.flows.items()
            if key not in makers
        }

    def _parts(self) -> Iterator[Target]:
        """The processes, once for each of their outputs."""
        for key, made in self.outputs.items():
            process = self.package.processes[key]
            for flow in made.amounts:
                first = next(
                    each
                    for each in process.exchanges
                    if each.flow == flow and is_output(each, self.package.flows[flow])
                )
                code = key if len(made.amounts) == 1 else f"{key}/{flow}"
                unit = self._unit(self.package.flows[flow], first)
                yield Target(code, self.package.flows[flow], unit, process)

    def _unit(self, flow: Flow, exchange: Exchange | None) -> str:
        """The unit of the first exchange, else the one that the flow is measured in."""
        own = exchange is not None and exchange.property in {"", flow.reference}
        prop = self.package.properties[flow.reference]
        reference = self.package.unit_groups[prop.unit_group].reference
        return (exchange.unit if exchange and own else "") or reference

    def node_type(self, flow: Flow) -> str:
        """Whether an elementary flow is given off or taken, by the first exchange with it."""
        taken = self._taken.get(flow.id)
        if taken is None:
            return RESOURCE if compartment(flow) is Compartment.RESOURCE else EMISSION
        return RESOURCE if taken.is_input else EMISSION

    def edges(self, part: Target) -> Iterator[Edge]:
        """The edges of a part of a process."""
        assert part.process is not None  # noqa: S101 - only processes have parts
        made = self.outputs[part.process.id]
        share = made.shares[part.flow.id]
        for exchange in part.process.exchanges:
            flow = self.package.flows[exchange.flow]
            if is_output(exchange, flow):
                if flow.id == part.flow.id:
                    yield Edge(exchange, "production", part, self._factor(exchange, part))
                continue
            own = made.own.get(exchange.number)
            carried = own.get(part.flow.id, 0.0) if own is not None else share
            edge = self._edge(part.process, exchange, flow)
            factor = _ONE if carried == 1 else Decimal(repr(carried))
            if factor:
                yield Edge(exchange, edge.type, edge.target, edge.factor * factor)

    def _edge(self, process: Process, exchange: Exchange, flow: Flow) -> Edge:
        if flow.kind is FlowKind.ELEMENTARY:
            target = self.others[flow.id]
            same = (self.node_type(flow) == RESOURCE) == exchange.is_input
            factor = self._factor(exchange, target) * (1 if same else -1)
            self.told["direction"] += not same
            return Edge(exchange, "biosphere", target, factor)
        target = self._supplier(process, exchange, flow)
        factor = self._factor(exchange, target)
        if exchange.avoided:
            self.told["direction"] += exchange.is_input or exchange.amount < 0
            turn = -1 if exchange.amount < 0 else 1
            return Edge(exchange, "substitution", target, factor * turn)
        same = exchange.is_input == (flow.kind is FlowKind.PRODUCT)
        self.told["direction"] += not same
        return Edge(exchange, "technosphere", target, factor * (1 if same else -1))

    def _supplier(self, process: Process, exchange: Exchange, flow: Flow) -> Target:
        link = self.links.get((process.id, exchange.number))
        named = link.provider if link else exchange.provider
        found = self._by_flow.get((named, flow.id)) or self._makers.get(flow.id)
        target = found or self.others[flow.id]
        provider = target.process.id if target.process else ""
        self.told["provider"] += exchange.provider != provider
        return target

    def _factor(self, exchange: Exchange, target: Target) -> Decimal:
        """How many units of a node one unit of an exchange is."""
        flow = target.flow
        prop = self.package.properties[flow.reference]
        reference = self.package.unit_groups[prop.unit_group].reference
        if (
            exchange.property in {"", flow.reference}
            and (exchange.unit or reference) == target.unit
        ):
            return _ONE
        self.told["unit"] += 1
        amount = self.measures.amount(exchange, 1.0) / float(self.units[target.unit].factor)
        return Decimal(f"{amount:.15g}")
