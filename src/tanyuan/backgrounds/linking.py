"""Who supplies what: each input of a process, and each waste that it gives off, finds its process.

In this order: what the profile says; the default provider of the source; the only process that
makes the product (or treats the waste); of several, the one at the consumer's place, then one at a
wider place, then one that makes the product as its reference, then the first by name: these are
listed as ambiguous, with the candidates and the rule that chose. What nobody makes is a named
cut-off. A process whose named supplier is missing does not become its own. Nothing is looked for
where the amount is 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tanyuan.backgrounds.package import Exchange, Flow, FlowKind, Package, Process, said
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Choice, Message
from tanyuan.problems import Place

GLOBAL = ("GLO", "RoW", "")
"""Codes of places that hold all others, in most databases."""


class Rule(Choice):
    """By what a supplier was found."""

    PROFILE = "profile", "the profile names it"
    DEFAULT = "default", "the source names it"
    ONLY = "only", "nobody else makes it"
    PLACE = "place", "it is at the same place"
    WIDER = "wider", "its place holds the consumer's"
    REFERENCE = "reference", "it makes the product as its reference"
    ORDER = "order", "it is the first by name"


AMBIGUOUS = (Rule.PLACE, Rule.WIDER, Rule.REFERENCE, Rule.ORDER)


@dataclass(frozen=True, slots=True)
class Link:
    """The supplier of an exchange, and how it was found; a cut-off has none."""

    process: str
    number: int
    flow: str
    provider: str
    rule: Rule | None


def is_output(exchange: Exchange, flow: Flow) -> bool:
    """Whether a process is run for an exchange: a product made, a waste treated."""
    if exchange.avoided or exchange.amount <= 0:
        return False
    return exchange.is_input == (flow.kind is FlowKind.WASTE) and (
        flow.kind is not FlowKind.ELEMENTARY
    )


def linked(package: Package, profile: Profile, report: Report) -> dict[tuple[str, int], Link]:
    """The supplier of every exchange that needs one, by process and number."""
    return _Linking(package, profile, report).run()


class _Linking:
    """One package while it is linked."""

    def __init__(self, package: Package, profile: Profile, report: Report) -> None:
        self.package, self.profile, self.report = package, profile, report
        self.makers = makers(package)
        self.chosen: dict[tuple[str, str], tuple[str, Rule]] = {}
        self.ambiguous: Counter[tuple[str, str, Rule]] = Counter()
        self.cut: dict[str, list[tuple[Process, int]]] = {}

    def run(self) -> dict[tuple[str, int], Link]:
        found: dict[tuple[str, int], Link] = {}
        for process in self.package.processes.values():
            for row, exchange in enumerate(process.exchanges, 1):
                flow = self.package.flows[exchange.flow]
                if flow.kind is FlowKind.ELEMENTARY or is_output(exchange, flow):
                    continue
                if not exchange.amount:
                    continue
                provider, rule = self.provider(process, row, exchange, flow)
                key = process.id, exchange.number
                found[key] = Link(*key, flow.id, provider, rule)
                if rule is None:
                    self.cut.setdefault(flow.id, []).append((process, row))
                elif rule in AMBIGUOUS:
                    self.ambiguous[flow.id, provider, rule] += 1
        self.tell()
        return found

    def provider(
        self, process: Process, row: int, exchange: Exchange, flow: Flow
    ) -> tuple[str, Rule | None]:
        makers = self.makers.get(flow.id, {})
        key = f"{process.id}/{exchange.number}"
        named = self.profile.exchanges.get(key) or self.profile.providers.get(flow.id)
        for provider, rule in ((named, Rule.PROFILE), (exchange.provider, Rule.DEFAULT)):
            if provider and provider in makers:
                return provider, rule
            if provider:
                self.tell_not_made(process, row, flow, provider, rule)
        if named or exchange.provider:
            # The supplier that is named is another: the process does not supply itself.
            makers = {key: each for key, each in makers.items() if key != process.id}
        if len(makers) == 1:
            return next(iter(makers)), Rule.ONLY
        if not makers:
            return "", None
        if process.id not in makers and process.id in self.makers[flow.id]:
            return self.choice(process, flow, makers)
        known = self.chosen.get((flow.id, process.location))
        if known is None:
            known = self.chosen[flow.id, process.location] = self.choice(process, flow, makers)
        return known

    def choice(self, process: Process, flow: Flow, makers: Mapping[str, bool]) -> tuple[str, Rule]:
        """One of several makers, and the first rule that set it apart from the others."""
        here = self.code(process)

        def marks(maker: str) -> tuple[int, int, str, str]:
            candidate = self.package.processes[maker]
            # The same name in whatever language the importer speaks
            name = said(candidate.names, "en")
            return nearness(here, self.code(candidate)), not makers[maker], name, maker

        ranked = sorted(makers, key=marks)
        first, second = marks(ranked[0]), marks(ranked[1])
        if first[0] != second[0]:
            return ranked[0], Rule.PLACE if first[0] == 0 else Rule.WIDER
        return ranked[0], Rule.REFERENCE if first[1] != second[1] else Rule.ORDER

    def code(self, process: Process) -> str:
        place = self.package.locations.get(process.location)
        return place.code if place else ""

    def tell_not_made(
        self, process: Process, row: int, flow: Flow, provider: str, rule: Rule
    ) -> None:
        inside = provider in self.package.processes
        self.report.add(
            "provider-not-maker" if inside else "provider-outside",
            Act.DROPPED,
            Place(sheet=process.name, row=row, field="provider"),
            Message("{flow} is not made by the supplier that is named.", flow=flow.name)
            if inside
            else Message("The named supplier of {flow} is not in the package.", flow=flow.name),
            None if inside else Message("Import the package that has it together with this one."),
            process=process.id,
            provider=provider,
            named=rule.value,
        )

    def tell(self) -> None:
        """Report what is ambiguous and what is cut off, once a flow."""
        processes = self.package.processes
        for (flow_id, provider, rule), count in sorted(self.ambiguous.items()):
            flow = self.package.flows[flow_id]
            self.report.add(
                "provider-ambiguous",
                Act.AMBIGUOUS,
                Place(sheet=flow.name, field=flow.id),
                Message(
                    "{count} processes make it; {provider} is chosen: {rule}.",
                    count=len(self.makers[flow_id]),
                    provider=processes[provider].name,
                    rule=rule.label,
                ),
                Message("Name the supplier in the profile if it is another."),
                provider=provider,
                candidates=" ".join(self.makers[flow_id]),
                count=str(count),
            )
        for flow_id, places in sorted(self.cut.items()):
            flow = self.package.flows[flow_id]
            waste = flow.kind is FlowKind.WASTE
            self.report.add(
                "no-supplier",
                Act.UNLINKED,
                Place(sheet=flow.name, field=flow.id),
                Message("No process of the package treats it.")
                if waste
                else Message("No process of the package makes it."),
                Message("Import a package that has its process, or state what stands for it."),
                count=str(len(places)),
                processes=" ".join(sorted({process.id for process, _ in places})),
            )


def with_wastes(package: Package, profile: Profile) -> Package:
    """The package with the flows of the profile taken as wastes."""
    wastes = {
        key: replace(package.flows[key], kind=FlowKind.WASTE)
        for key in profile.wastes
        if key in package.flows and package.flows[key].kind is FlowKind.PRODUCT
    }
    return replace(package, flows={**package.flows, **wastes}) if wastes else package


def settled(profile: Profile, links: Iterable[Link]) -> Profile:
    """The profile with every supplier that was chosen among several, so that it is replayed.

    A flow whose takers all have one supplier is named once; else, as where the source names others
    for some, exchange by exchange.
    """
    chosen: dict[str, dict[str, str]] = {}
    suppliers: dict[str, set[str]] = {}
    for link in links:
        suppliers.setdefault(link.flow, set()).add(link.provider)
        if link.rule in AMBIGUOUS:
            chosen.setdefault(link.flow, {})[f"{link.process}/{link.number}"] = link.provider
    providers, exchanges = dict(profile.providers), dict(profile.exchanges)
    for flow, given in chosen.items():
        if len(suppliers[flow]) == 1:
            providers.setdefault(flow, next(iter(given.values())))
        else:
            exchanges.update(given)
    return replace(profile, providers=providers, exchanges=exchanges)


def makers(package: Package) -> dict[str, dict[str, bool]]:
    """By flow, the processes that make (or treat) it, and whether as their reference."""
    found: dict[str, dict[str, bool]] = {}
    for process, exchange in outputs(package):
        made = found.setdefault(exchange.flow, {})
        made[process.id] = made.get(process.id, False) or exchange.number == process.reference
    return found


def outputs(package: Package) -> Iterator[tuple[Process, Exchange]]:
    """Every product that a process makes and every waste that it treats."""
    for process in package.processes.values():
        for exchange in process.exchanges:
            if is_output(exchange, package.flows[exchange.flow]):
                yield process, exchange


def nearness(consumer: str, maker: str) -> int:
    """How near a maker's place is to the consumer's: 0 the same, 1 it holds it, 2 all, 3 other."""
    if consumer == maker:
        return 0
    if maker and consumer.startswith(f"{maker}-"):
        return 1
    return 2 if maker in GLOBAL else 3
