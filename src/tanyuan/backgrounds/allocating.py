"""The outputs of processes, and the shares of its burdens that each of them carries.

Shares that the source declares go first: those of single exchanges (causal), then those of the
whole process, by the key that the source names or the only one that is complete. Else the
importer's choice decides, the first of its keys that all outputs of the process have. Nothing is
shared out equally unless the importer says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tanyuan.backgrounds.linking import Link, is_output, outputs
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import AllocationKind, Package, Process
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

WHOLE = Decimal("0.000001")
"""How far declared shares may miss 1 and still be taken; they are then scaled to 1."""

LISTED = 20
"""Undecided processes that are named."""

_ORDER = (AllocationKind.PHYSICAL, AllocationKind.ECONOMIC, AllocationKind.CAUSAL)


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a process is run for.

    Attributes:
        amounts: by flow, in its reference unit; of treated waste too they are positive.
        shares: by flow, of all burdens that have no shares of their own; they add up to 1.
        own: by the number of an exchange, its shares by flow.
    """

    amounts: Mapping[str, float]
    shares: Mapping[str, float]
    own: Mapping[int, Mapping[str, float]] = field(default_factory=dict)


def allocated(
    package: Package, measures: Measures, profile: Profile, report: Report
) -> dict[str, Outputs]:
    """The outputs of every process that has one, with their shares.

    Raises:
        InputError: `allocation-undecided`: processes with several outputs for which neither the
            source nor the importer says how.
    """
    return _Allocating(package, measures, profile, report).run()


class _Allocating:
    """One package while it is allocated."""

    def __init__(
        self, package: Package, measures: Measures, profile: Profile, report: Report
    ) -> None:
        self.package, self.measures, self.profile, self.report = package, measures, profile, report
        self.undecided: list[tuple[Process, int, list[Key]]] = []
        self.fitting: Counter[Key] = Counter()

    def run(self) -> dict[str, Outputs]:
        amounts: dict[str, dict[str, float]] = {}
        for process, exchange in outputs(self.package):
            made = amounts.setdefault(process.id, {})
            amount = self.measures.amount(exchange, float(exchange.amount))
            made[exchange.flow] = made.get(exchange.flow, 0.0) + amount
        found: dict[str, Outputs] = {}
        for key, made in amounts.items():
            if len(made) == 1:
                found[key] = Outputs(made, dict.fromkeys(made, 1.0))
                self.tell_needless(self.package.processes[key])
            else:
                found[key] = self.outputs(self.package.processes[key], made)
        for process in self.package.processes.values():
            if process.id not in amounts:
                self.tell_none(process)
        self.refuse()
        return found

    def outputs(self, process: Process, made: dict[str, float]) -> Outputs:
        if chosen := self.profile.shares.get(process.id):
            shares = _whole(chosen, made)
            if shares is not None:
                self.tell(process, "allocation-profile", Message("the shares of the profile"))
                return Outputs(made, shares)
        shares = self.declared(process, made)
        own = self.own(process, made) if shares is None or _causal(process) else {}
        if shares is None and self.nothing_left(process, own):
            shares = self.of_key(process, made, Key.REFERENCE)
        if shares is None:
            shares = self.by_key(process, made)
        return Outputs(made, shares, own)

    def nothing_left(self, process: Process, own: Mapping[int, Mapping[str, float]]) -> bool:
        """Whether all that the outputs share has shares of its own."""
        return bool(own) and all(
            each.number in own
            for each in process.exchanges
            if each.amount and not is_output(each, self.package.flows[each.flow])
        )

    def own(self, process: Process, made: Mapping[str, float]) -> dict[int, dict[str, float]]:
        """Declared shares of single exchanges, as far as they are complete."""
        if not self.profile.declared or not (_causal(process) or not process.default_allocation):
            return {}
        given: dict[int, dict[str, Decimal]] = {}
        for each in process.allocation:
            if each.kind is AllocationKind.CAUSAL and each.exchange is not None:
                given.setdefault(each.exchange, {})[each.product] = each.share
        found = {}
        for number, shares in given.items():
            whole = _whole(shares, made)
            if whole is not None:
                found[number] = whole
        if found:
            self.tell(process, "allocation-causal", Message("declared shares of its exchanges"))
        if len(found) < len(given):
            self.report.add(
                "allocation-incomplete",
                Act.DROPPED,
                Place(sheet=process.name),
                Message(
                    "The shares that are declared for {count} of its exchanges do not cover its "
                    "outputs or do not add up to 1; they are not used.",
                    count=len(given) - len(found),
                ),
                process=process.id,
            )
        return found

    def declared(self, process: Process, made: Mapping[str, float]) -> dict[str, float] | None:
        """Declared shares of the whole process, if they are complete."""
        if not self.profile.declared:
            return None
        if process.default_allocation is AllocationKind.NONE:
            self.tell(process, "allocation-none", Key.REFERENCE.label)
            return self.of_key(process, made, Key.REFERENCE)
        kinds = [process.default_allocation] if process.default_allocation else _ORDER
        for kind in kinds:
            given = {
                each.product: each.share
                for each in process.allocation
                if each.kind is kind and each.exchange is None and each.product in made
            }
            if given and len(given) == len(made) - 1:
                rest = next(flow for flow in made if flow not in given)
                given[rest] = 1 - sum(given.values(), Decimal(0))
                if given[rest] >= 0:
                    self.tell_rest(process, rest, given[rest])
            if (shares := _whole(given, made)) is not None:
                self.tell(
                    process,
                    "allocation-declared",
                    Message("declared shares, {kind}", kind=kind.label),
                )
                return shares
            if given:
                self.tell_unused(process, kind, given, made)
        return None

    def by_key(self, process: Process, made: Mapping[str, float]) -> dict[str, float]:
        """Shares by the first of the importer's keys that fits."""
        for key in self.profile.keys:
            shares = self.of_key(process, made, key)
            if shares is not None:
                self.tell(process, f"allocation-{key.value}", key.label)
                return shares
        fitting = [key for key in Key if self.of_key(process, made, key) is not None]
        self.fitting.update(fitting)
        self.undecided.append((process, len(made), fitting))
        return dict.fromkeys(made, 0.0)

    def of_key(
        self, process: Process, made: Mapping[str, float], key: Key
    ) -> dict[str, float] | None:
        """Shares by a key, if all outputs have it."""
        values: dict[str, float] = {}
        reference = self.reference(process)
        for flow, amount in made.items():
            if key is Key.EQUAL:
                values[flow] = 1.0
            elif key is Key.REFERENCE:
                values[flow] = 1.0 if flow == reference else 0.0
            else:
                one = self.measures.per_unit(self.package.flows[flow], key.value)
                if one is None or one < 0:
                    return None
                values[flow] = amount * float(one)
        total = sum(values.values())
        return {flow: value / total for flow, value in values.items()} if total > 0 else None

    def reference(self, process: Process) -> str:
        return next((e.flow for e in process.exchanges if e.number == process.reference), "")

    def refuse(self) -> None:
        """Refuse what is undecided, with what would decide it."""
        if not self.undecided:
            return
        problems = Problems()
        problems.add(
            "allocation-choice",
            Message(
                "{count} processes have several outputs to decide on.", count=len(self.undecided)
            ),
            Message(
                "State a list of keys, of which the first that fits a process counts: {keys}.",
                keys=", ".join(f"{key.value} ({n})" for key, n in self.fitting.most_common()),
            ),
        )
        for process, count, fitting in self.undecided[:LISTED]:
            problems.add(
                "allocation-undecided",
                Message(
                    "It has {count} outputs, and nothing says how they share its burdens.",
                    count=count,
                ),
                Message("Choose one of: {keys}.", keys=", ".join(key.value for key in fitting)),
                Place(sheet=process.name),
            )
        problems.raise_if_any()

    def tell(self, process: Process, code: str, how: Message) -> None:
        self.report.add(
            code,
            Act.ALLOCATED,
            Place(sheet=process.name),
            Message("How its outputs share its burdens: {how}.", how=how),
            process=process.id,
        )

    def tell_rest(self, process: Process, flow: str, share: Decimal) -> None:
        self.report.add(
            "allocation-rest",
            Act.DEFAULTED,
            Place(sheet=process.name, field=flow),
            Message(
                "{product} has no declared share; it takes what the others leave, {share}.",
                product=self.package.flows[flow].name,
                share=f"{share:g}",
            ),
            process=process.id,
        )

    def tell_unused(
        self,
        process: Process,
        kind: AllocationKind,
        given: Mapping[str, Decimal],
        made: Mapping[str, float],
    ) -> None:
        self.report.add(
            "allocation-incomplete",
            Act.DROPPED,
            Place(sheet=process.name),
            Message(
                "{kind} shares are declared for {given} of {made} outputs, which add up to {sum}; "
                "they are not used.",
                kind=kind.label,
                given=len(given),
                made=len(made),
                sum=f"{sum(given.values()):g}",
            ),
            process=process.id,
        )

    def tell_needless(self, process: Process) -> None:
        if process.allocation:
            self.report.add(
                "allocation-needless",
                Act.DROPPED,
                Place(sheet=process.name),
                Message("It declares shares but has one output, which carries all."),
                process=process.id,
            )

    def tell_none(self, process: Process) -> None:
        self.report.add(
            "no-output",
            Act.DROPPED,
            Place(sheet=process.name),
            Message("It makes no product and treats no waste, so nothing can be taken from it."),
            Message("Add what it makes, with an amount larger than 0."),
            process=process.id,
        )


def tell_unused(
    package: Package, outputs: Mapping[str, Outputs], links: Iterable[Link], report: Report
) -> None:
    """Report further outputs that carry burdens and that nobody in the package takes."""
    taken = {link.flow for link in links if link.rule is not None}
    for key, made in outputs.items():
        process = package.processes[key]
        reference = next((e.flow for e in process.exchanges if e.number == process.reference), "")
        for flow, share in made.shares.items():
            if flow != reference and flow not in taken and (share or made.own):
                report.add(
                    "output-unused",
                    Act.KEPT,
                    Place(sheet=process.name, field=flow),
                    Message(
                        "{product} carries {share} % of its burdens, and no process of the "
                        "package takes it.",
                        product=package.flows[flow].name,
                        share=f"{100 * share:.3g}",
                    ),
                    Message("If it is a waste, name its flow under the wastes of the profile."),
                    process=key,
                )


def _causal(process: Process) -> bool:
    return process.default_allocation is AllocationKind.CAUSAL


def _whole(given: Mapping[str, Decimal], made: Mapping[str, float]) -> dict[str, float] | None:
    """Shares of all outputs that add up to 1, or none."""
    if given.keys() != made.keys() or any(share < 0 for share in given.values()):
        return None
    total = sum(given.values(), Decimal(0))
    if abs(total - 1) > WHOLE:
        return None
    return {flow: float(given[flow] / total) for flow in made}
