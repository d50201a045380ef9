"""Which elementary flows are greenhouse gases, and of which kind.

A flow is looked up by its UUID in the common reference lists, then by its name, then by its CAS
number, then by the trade code that its name ends in (`Ethane, 1,1-difluoro-, HFC-152a`). Words in
the name tell the kind (`fossil`, `biogenic`, `land transformation`); carbon dioxide that is taken
from the air is a biogenic removal. Without such a word carbon gases are of no stated kind; gases
with fluorine are fossil. The tables are data with source and standing (`elementary_flows.csv` in
`data/` and `data/openlca/`); what they leave open is shown, never guessed.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Flow, FlowKind, Package, said
from tanyuan.backgrounds.report import Act, Report
from tanyuan.gases import EmissionKind, gases
from tanyuan.languages import Choice, Message
from tanyuan.problems import Place

_DATA = Path(__file__).parent.parent / "data"
_FILES = (_DATA / "elementary_flows.csv", _DATA / "openlca" / "elementary_flows.csv")
_BRACKETS = re.compile(r"\s*\[[^\]]*\]\s*$")
_SPLIT = re.compile(r",| \(")
_CODE = re.compile(r"(?:h?c?fc|hcc|hcfe|hfe|hfo|fc|pfc|r|halon)[ -]?\d")


class Compartment(Choice):
    """Where an elementary flow goes to or comes from."""

    AIR = "air", "air"
    WATER = "water", "water"
    SOIL = "soil", "soil"
    RESOURCE = "resource", "resource"
    UNKNOWN = "", "not stated"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a flow counts as.

    Attributes:
        gas: id of the gas, else empty.
        kind: its kind of emission.
        sign: -1 where an emission of the flow takes gas from the air.
        reason: why there is no gas, where the flow matters for the climate.
        outside: whether that reason is that no gas of the sets is meant at all.
    """

    gas: str = ""
    kind: EmissionKind = EmissionKind.UNSPECIFIED
    sign: int = 1
    reason: Message | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Gas:
    """What a flow counts as: kg of a gas of a kind for each reference unit that is emitted."""

    flow: str
    gas: str
    kind: EmissionKind
    factor: float

    @property
    def column(self) -> str:
        """The column of the characterisation, for instance `CO2|fossil`."""
        return f"{self.gas}|{self.kind}"


@dataclass(frozen=True, slots=True)
class Gases:
    """What the elementary flows of a package count as.

    Attributes:
        assigned: those that are greenhouse gases.
        open: ids of those that matter for the climate and are not assigned, with the reason.
        outside: ids of those that are no gas of the sets, though they matter otherwise.
        uses: how many exchanges each flow has.
    """

    assigned: Sequence[Gas]
    open: Mapping[str, Message]
    outside: Mapping[str, Message]
    uses: Mapping[str, int]

    @property
    def coverage(self) -> float:
        """Share of exchanges with climate-relevant flows whose flow is assigned; 1 for none."""
        known = sum(self.uses[one.flow] for one in self.assigned)
        total = known + sum(self.uses[flow] for flow in self.open)
        return known / total if total else 1.0


def find_gases(package: Package, measures: Measures, report: Report) -> Gases:
    """Assign gases and kinds to the elementary flows that the processes exchange."""
    uses: dict[str, int] = {}
    for process in package.processes.values():
        for exchange in process.exchanges:
            if package.flows[exchange.flow].kind is FlowKind.ELEMENTARY:
                uses[exchange.flow] = uses.get(exchange.flow, 0) + 1
    gases_found: list[Gas] = []
    unassigned: dict[str, Message] = {}
    outside: dict[str, Message] = {}
    for key in sorted(uses):
        flow = package.flows[key]
        one = assigned(flow)
        kilograms = measures.per_unit(flow, "mass") if one.gas else None
        if kilograms is not None:
            gases_found.append(Gas(key, one.gas, one.kind, one.sign * float(kilograms)))
            _tell_assumed(flow, report)
            continue
        reason = _NO_MASS if one.gas else one.reason
        if reason is not None:
            (outside if one.outside else unassigned)[key] = reason
            _tell_unassigned(flow, reason, uses[key], report, outside=one.outside)
    return Gases(gases_found, unassigned, outside, uses)


_NO_MASS = Message("It is not measured by mass and has no factor for it.")
_NO_GAS = Message("Its name and CAS number name no gas of the sets.")
_NOTES = {
    "outside": Message("It is no gas of the sets; what it turns into in the air is not counted."),
    "mixture": Message("It is a mixture whose composition is not stated."),
}


def _tell_unassigned(
    flow: Flow, reason: Message, count: int, report: Report, *, outside: bool
) -> None:
    report.add(
        "flow-outside" if outside else "flow-unmapped",
        Act.UNMAPPED,
        Place(sheet=said(flow.names), field=flow.id),
        reason,
        None
        if outside
        else Message("Mend its name or CAS number, or add the flow to the mapping table."),
        compartment="/".join(flow.category),
        count=str(count),
    )


def _tell_assumed(flow: Flow, report: Report) -> None:
    if flow.id not in _table("uuid") and compartment(flow) is Compartment.UNKNOWN:
        report.add(
            "no-compartment",
            Act.DEFAULTED,
            Place(sheet=said(flow.names), field=flow.id),
            Message("Its category names no compartment; it is taken as an emission to air."),
        )


def assigned(flow: Flow) -> Assignment:
    """What a flow counts as."""
    row = _table("uuid").get(flow.id)
    if row is not None:
        return Assignment(row["gas"], EmissionKind(row["kind"]), _sign(row))
    where = compartment(flow)
    name = clean(said(flow.names, "en"))
    row = _table("name").get(name)
    if row and row["gas"] and row["kind"]:
        return Assignment(row["gas"], EmissionKind(row["kind"]), _sign(row))
    gas = row["gas"] if row else gas_of(name, flow.cas)
    if where is Compartment.RESOURCE:
        return _taken(name, gas)
    if where not in {Compartment.AIR, Compartment.UNKNOWN}:
        return Assignment()
    if gas:
        return Assignment(gas, kind_of(name, gas))
    return _unassigned(name, row["note"] if row else "")


def _taken(name: str, gas: str) -> Assignment:
    """What is taken from nature: a removal if its name says so, or if it is carbon dioxide."""
    stated = kind_of(name, gas)
    if gas and stated.is_removal:
        return Assignment(gas, stated)
    return Assignment(gas, EmissionKind.REMOVAL_BIOGENIC) if gas == "CO2" else Assignment()


def _unassigned(name: str, note: str) -> Assignment:
    if note:
        return Assignment(reason=_NOTES[note], outside=note == "outside")
    return Assignment(reason=_NO_GAS if _suspects().search(name) else None)


def gas_of(name: str, cas: str) -> str:
    """The gas that a cleaned name or a CAS number means, else empty."""
    number = cas.strip().lstrip("0")
    if number in _by_cas():
        return _by_cas()[number]
    whole = _by_label().get(_squeezed(name))
    if whole:
        return whole
    plain, *rest = [part.strip(" )") for part in _SPLIT.split(name)]
    # `methane, chloro-` is no methane: only words of kind may follow a plain name
    if all(part in _table("word") for part in rest):
        return _by_label().get(_squeezed(plain), "")
    codes = [part for part in (*rest, plain) if _CODE.match(part)]
    return next(filter(None, (_by_label().get(_squeezed(code)) for code in codes)), "")


def kind_of(name: str, gas: str) -> EmissionKind:
    """The kind that the words of a name tell."""
    for word, row in _table("word").items():
        if word in name:
            return EmissionKind(row["kind"])
    formula = gases()[gas].formula if gas in gases() else ""
    return EmissionKind.FOSSIL if "F" in formula else EmissionKind.UNSPECIFIED


def compartment(flow: Flow) -> Compartment:
    """Where a flow goes to or comes from, as its category says."""
    parts = [clean(part) for part in flow.category]
    for part in parts:
        row = _table("compartment").get(part)
        if row:
            return Compartment(row["kind"])
    return Compartment.UNKNOWN


def clean(name: str) -> str:
    """A name without case, brackets at its end and superfluous spaces."""
    flat = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(_BRACKETS.sub("", flat).split())


def _squeezed(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def _sign(row: Mapping[str, str]) -> int:
    return -1 if row["sign"] == "-" else 1


@cache
def _rows() -> tuple[dict[str, str], ...]:
    rows: list[dict[str, str]] = []
    for path in _FILES:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return tuple(rows)


@cache
def _table(match: str) -> dict[str, dict[str, str]]:
    """The rows that are looked up in one way, by key, in the order of the file."""
    return {row["key"]: row for row in _rows() if row["match"] == match}


@cache
def _suspects() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in _table("watch"))
    return re.compile(rf"\b(?:{words})")


@cache
def _by_cas() -> dict[str, str]:
    return {gas.cas: gas.id for gas in reversed(list(gases().values())) if gas.cas}


@cache
def _by_label() -> dict[str, str]:
    found: dict[str, str] = {}
    for gas in gases().values():
        for text in filter(None, (gas.id, gas.name, gas.formula)):
            found.setdefault(_squeezed(clean(text)), gas.id)
    for key, row in _table("label").items():
        found[_squeezed(key)] = row["gas"]
    return found
