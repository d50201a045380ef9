"""Processes of an openLCA package: exchanges, shares, parameters, documentation."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Exchange,
    Law,
    Parameter,
    Process,
    ProcessKind,
    Review,
    Texts,
    Uncertainty,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.openlca.entities import Categories, entry
from tanyuan.formats.openlca.items import Item, Notes
from tanyuan.languages import Message

LAWS = {
    "LOG_NORMAL_DISTRIBUTION": (Law.LOGNORMAL, ("geomMean", "geomSd")),
    "NORMAL_DISTRIBUTION": (Law.NORMAL, ("mean", "sd")),
    "TRIANGLE_DISTRIBUTION": (Law.TRIANGULAR, ("minimum", "mode", "maximum")),
    "UNIFORM_DISTRIBUTION": (Law.UNIFORM, ("minimum", "maximum")),
}
ALLOCATIONS = {
    "PHYSICAL_ALLOCATION": AllocationKind.PHYSICAL,
    "ECONOMIC_ALLOCATION": AllocationKind.ECONOMIC,
    "CAUSAL_ALLOCATION": AllocationKind.CAUSAL,
    "NO_ALLOCATION": AllocationKind.NONE,
    "USE_DEFAULT_ALLOCATION": None,
}
PROCESS_KINDS = {"UNIT_PROCESS": ProcessKind.UNIT, "LCI_RESULT": ProcessKind.RESULT}
TEXTS = (
    *("timeDescription", "geographyDescription", "technologyDescription"),
    *("dataCollectionDescription", "completenessDescription", "dataSelectionDescription"),
    *("dataTreatmentDescription", "inventoryMethodDescription", "modelingConstantsDescription"),
    *("samplingDescription", "intendedApplication", "projectDescription", "useAdvice"),
    "restrictionsDescription",
)
REFERENCES = ("dataDocumentor", "dataGenerator", "dataSetOwner", "publication")
QUALITY_SYSTEMS = ("dqSystem", "exchangeDqSystem", "socialDqSystem")


def process(item: Item, categories: Categories, notes: Notes) -> Process:
    """A process."""
    common = entry(item, categories, notes)
    kind = item.text("processType")
    if kind and kind not in PROCESS_KINDS:
        item.wrong("processType", Message("This is no type of process."))
    exchanges, reference, numbers = _exchanges(item, notes)
    details = {name: key for name in QUALITY_SYSTEMS if (key := item.id_of(name))}
    if quality := item.text("dqEntry"):
        details["dqEntry"] = quality
    texts, more, sources, reviews, period = _documentation(item)
    item.take("lastInternalId")
    return Process(
        **common,
        kind=PROCESS_KINDS.get(kind, ProcessKind.UNIT),
        exchanges=exchanges,
        reference=reference,
        location=item.id_of("location"),
        valid_from=period[0],
        valid_until=period[1],
        documentation=texts,
        details=details | more,
        sources=sources,
        reviews=reviews,
        parameters=tuple(parameter(each, notes) for each in item.items("parameters")),
        default_allocation=_default_allocation(item),
        allocation=_allocation(item, exchanges, numbers, notes),
        tags=item.words("tags"),
        infrastructure=item.yes("isInfrastructureProcess", "infrastructureProcess"),
    )


def _exchanges(item: Item, notes: Notes) -> tuple[tuple[Exchange, ...], int | None, dict[str, int]]:
    """The exchanges, the number of the reference, and numbers by the ids of generation 1."""
    items = list(item.items("exchanges", rows=True))
    given = [each.integer("internalId") for each in items]
    own = all(number is not None and number > 0 for number in given)
    if own and len(set(given)) < len(given):
        own = False
        notes.report.add(
            "internal-id",
            Act.CONVERTED,
            notes.place("exchanges.internalId"),
            Message("Exchanges share an internal number; all are numbered anew in their order."),
        )
    numbers: dict[str, int] = {}
    references: list[int] = []
    found: list[Exchange] = []
    for position, each in enumerate(items):
        number = given[position] if own else None
        exchange = _exchange(each, number or position + 1, notes)
        if each.yes("isQuantitativeReference", "quantitativeReference"):
            references.append(exchange.number)
        if key := each.text("@id"):
            numbers[key] = exchange.number
            notes.numbered += 1
        each.leave()
        found.append(exchange)
    if len(references) > 1:
        notes.report.add(
            "several-references",
            Act.DROPPED,
            notes.place("exchanges.isQuantitativeReference"),
            Message("Several exchanges are marked as the quantitative reference; the first is."),
            Message("Mark one exchange only."),
        )
    return tuple(found), references[0] if references else None, numbers


def _exchange(item: Item, number: int, notes: Notes) -> Exchange:
    stated = item.has("amount")
    amount = item.number("amount")
    if not stated:
        notes.report.add(
            "amount-missing",
            Act.DEFAULTED,
            notes.place("exchanges.amount", number),
            Message("The amount is missing; it is taken as 0."),
        )
    flow = item.id_of("flow")
    if not flow:
        item.missing("flow")
    return Exchange(
        number=number,
        flow=flow,
        is_input=item.yes("isInput", "input"),
        amount=amount or Decimal(0),
        unit=item.id_of("unit"),
        property=item.id_of("flowProperty"),
        provider=item.id_of("defaultProvider"),
        avoided=item.yes("isAvoidedProduct", "avoidedProduct"),
        uncertainty=uncertainty(item, notes),
        formula=item.text("amountFormula"),
        location=item.id_of("location"),
        pedigree=item.word("dqEntry", "pedigreeUncertainty"),
        base_uncertainty=item.number("baseUncertainty"),
        comment=item.texts("description"),
    )


def uncertainty(owner: Item, notes: Notes) -> Uncertainty | None:
    """How an amount or a parameter scatters; formulas of it are not taken over."""
    item = owner.item("uncertainty")
    if item is None:
        return None
    kind = item.text("distributionType")
    law = LAWS.get(kind)
    if law is None:
        if kind not in {"", "NO_DISTRIBUTION"}:
            item.wrong("distributionType", Message("This is no type of distribution."))
        return None
    values = [item.number(name) for name in law[1]]
    found = [value for value in values if value is not None]
    item.leave()
    if len(found) < len(values):
        notes.report.add(
            "distribution-incomplete",
            Act.DROPPED,
            notes.place("exchanges.uncertainty"),
            Message("The distribution lacks a parameter; the amount is taken as certain."),
            Message("State all parameters of the distribution."),
        )
        return None
    return Uncertainty(law[0], tuple(found))


def parameter(item: Item, notes: Notes) -> Parameter:
    """A parameter of a process or of the whole database."""
    item.take("parameterScope")
    is_input = item.yes("isInputParameter", "inputParameter")
    formula = "" if is_input else item.text("formula")
    found = Parameter(
        name=item.text("name"),
        value=item.number("value"),
        formula=formula,
        uncertainty=uncertainty(item, notes),
        description=item.texts("description"),
        id=item.text("@id"),
    )
    if not found.name:
        item.missing("name")
    item.leave()
    return found


def _default_allocation(item: Item) -> AllocationKind | None:
    given = item.text("defaultAllocationMethod")
    if given and given not in ALLOCATIONS:
        item.wrong("defaultAllocationMethod", Message("This is no type of allocation."))
    return ALLOCATIONS.get(given)


def _allocation(
    item: Item, exchanges: tuple[Exchange, ...], numbers: dict[str, int], notes: Notes
) -> tuple[AllocationShare, ...]:
    by_flow: dict[str, list[int]] = {}
    for exchange in exchanges:
        by_flow.setdefault(exchange.flow, []).append(exchange.number)
    known = {exchange.number for exchange in exchanges}
    shares: dict[tuple[AllocationKind, str, int | None], AllocationShare] = {}
    contradicted: set[tuple[AllocationKind, str, int | None]] = set()
    dropped: Counter[str] = Counter()
    for each in item.items("allocationFactors", rows=True):
        kind = ALLOCATIONS.get(each.text("allocationType"))
        if kind is None:
            each.wrong("allocationType", Message("This is no type of allocation."))
            continue
        of: int | None = None
        if (one := each.item("exchange")) is not None:
            of = one.integer("internalId") or numbers.get(one.text("@id"))
            meant = by_flow.get(one.id_of("flow"), [])
            of = meant[0] if of is None and len(meant) == 1 else of
            one.leave()
            if of not in known:
                dropped["exchange"] += 1
                continue
        product = each.id_of("product")
        if product not in by_flow:
            dropped["product"] += 1
            continue
        share = AllocationShare(
            kind, product, each.number("value") or Decimal(0), of, each.text("formula")
        )
        each.leave()
        key = kind, product, of
        if shares.setdefault(key, share) != share:
            contradicted.add(key)
        elif shares[key] is not share:
            dropped["twice"] += 1
    for key in contradicted:
        del shares[key]
    _tell_dropped(dropped, len(contradicted), notes)
    return tuple(shares.values())


def _tell_dropped(dropped: Counter[str], contradicted: int, notes: Notes) -> None:
    reasons = {
        "exchange": Message("The share is of an exchange that the process does not have."),
        "product": Message("The share is for a product that the process does not have."),
        "twice": Message("The share stands there several times."),
        "contradicted": Message("The share is given several times, with different values."),
    }
    counts = {**dropped, "contradicted": contradicted}
    for reason, count in counts.items():
        if count:
            notes.report.add(
                f"allocation-{reason}",
                Act.DROPPED,
                notes.place("allocationFactors"),
                reasons[reason],
                count=str(count),
            )


_Documentation = tuple[
    dict[str, Texts], dict[str, str], tuple[str, ...], tuple[Review, ...], tuple[str, str]
]


def _documentation(owner: Item) -> _Documentation:
    """Texts, details, sources, reviews and period of validity."""
    item = owner.item("processDocumentation")
    if item is None:
        return {}, {}, (), (), ("", "")
    texts = {name: found for name in TEXTS if (found := item.texts(name))}
    details = {name: key for name in REFERENCES if (key := item.id_of(name))}
    if created := item.text("creationDate"):
        details["creationDate"] = created
    if item.yes("isCopyrightProtected", "copyright"):
        details["isCopyrightProtected"] = "true"
    sources = item.ids("sources")
    reviews = []
    for each in item.items("reviews"):
        kind, found = each.text("reviewType"), each.texts("details")
        reviews.append(Review(kind, found, each.ids("reviewers"), each.id_of("report")))
        each.leave()
    reviewer = item.id_of("reviewer")
    findings = item.texts("reviewDetails")
    if reviewer or findings:
        reviews.append(Review("", findings, (reviewer,) if reviewer else ()))
    period = item.word("validFrom"), item.word("validUntil")
    item.leave()
    return texts, details, sources, tuple(reviews), period
