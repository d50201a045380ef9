"""What the data sets of a package say about each other: ids, wastes, suppliers, shares.

A treatment has its waste as a reference product with a negative amount, and who gives a waste off
takes a negative amount of it; the package has wastes that go in and come out, with positive ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.linking import is_output
from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Exchange,
    FlowKind,
    Process,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.catalogue import Catalogue
from tanyuan.formats.ecospold.laws import mirrored
from tanyuan.formats.ecospold2.activities import Activity
from tanyuan.languages import Message
from tanyuan.problems import Place


def completed(found: Mapping[str, Activity], catalogue: Catalogue) -> dict[str, Process]:
    """The processes by id, linked as far as the data sets name their suppliers."""
    _mark_wastes(found, catalogue)
    ids = _ids(found)
    processes: dict[str, Process] = {}
    makers: dict[tuple[str, str], str] = {}
    of_activity: dict[str, list[str]] = {}
    for key, activity in found.items():
        process = _with_wastes(activity.process, catalogue)
        details = dict(process.details)
        if ids[key] != activity.activity:
            details["activityId"] = activity.activity
        process = replace(process, id=ids[key], details=details)
        process = _with_shares(process, activity, catalogue)
        processes[process.id] = process
        of_activity.setdefault(activity.activity, []).append(process.id)
        for each in process.exchanges:
            if is_output(each, catalogue.flows[each.flow]):
                makers.setdefault((activity.activity, each.flow), process.id)
    return {
        key: replace(
            process,
            exchanges=tuple(_linked(each, makers, of_activity) for each in process.exchanges),
        )
        for key, process in processes.items()
    }


def _ids(found: Mapping[str, Activity]) -> dict[str, str]:
    """Ids of processes: that of the activity, unless it has data sets for several products."""
    counts = Counter(each.activity for each in found.values())
    return {
        key: each.activity if counts[each.activity] == 1 else key for key, each in found.items()
    }


def _mark_wastes(found: Mapping[str, Activity], catalogue: Catalogue) -> None:
    """Flows that are treated by a process, or classified as wastes and made by none."""
    treated: set[str] = set()
    made: dict[str, Activity] = {}
    wastes: set[str] = set()
    for activity in found.values():
        reference = next(
            each for each in activity.process.exchanges if each.number == activity.process.reference
        )
        if reference.amount < 0:
            treated.add(reference.flow)
        else:
            made.setdefault(reference.flow, activity)
        wastes |= activity.wastes
    for key in (treated | wastes) - made.keys():
        catalogue.flows[key] = replace(catalogue.flows[key], kind=FlowKind.WASTE)
    for key in sorted(treated & made.keys()):
        catalogue.report.add(
            "treated-and-made",
            Act.KEPT,
            Place(made[key].file, catalogue.flows[key].name, field=key),
            Message(
                "One data set makes it and another treats it as a waste; it is taken as a product."
            ),
            Message("Give the waste an id of its own."),
        )


def _with_wastes(process: Process, catalogue: Catalogue) -> Process:
    turned = 0
    exchanges = []
    for each in process.exchanges:
        is_turned = each.amount < 0 and catalogue.flows[each.flow].kind is FlowKind.WASTE
        exchanges.append(_turned(each) if is_turned else each)
        turned += is_turned
    if not turned:
        return process
    catalogue.count("waste-direction", turned)
    return replace(process, exchanges=tuple(exchanges))


def _turned(exchange: Exchange) -> Exchange:
    return replace(
        exchange,
        is_input=not exchange.is_input,
        amount=-exchange.amount,
        uncertainty=mirrored(exchange.uncertainty),
        formula=f"-({exchange.formula})" if exchange.formula else "",
    )


def _linked(
    exchange: Exchange,
    makers: Mapping[tuple[str, str], str],
    of_activity: Mapping[str, list[str]],
) -> Exchange:
    """An exchange with the id of the process that its activity link means."""
    link = exchange.provider
    if not link:
        return exchange
    named = of_activity.get(link, [])
    found = makers.get((link, exchange.flow)) or (named[0] if named else link)
    return exchange if found == link else replace(exchange, provider=found)


def _with_shares(process: Process, activity: Activity, catalogue: Catalogue) -> Process:
    """The shares of several products by the property that the data set names for it."""
    master = process.details.get("masterAllocationPropertyId", "").lower()
    amounts = {
        each.number: each
        for each in process.exchanges
        if is_output(each, catalogue.flows[each.flow])
    }
    if len({each.flow for each in amounts.values()}) < 2:
        return process
    named = {number: activity.allocation.get(number, master) for number in amounts}
    if not any(named.values()):
        return process
    values: dict[str, Decimal] = {}
    used: set[tuple[str, str | None]] = set()
    for number, each in amounts.items():
        value, measure = activity.keys.get(number, {}).get(named[number], (Decimal(-1), ""))
        used.add((named[number], measure if value >= 0 else None))
        values[each.flow] = values.get(each.flow, Decimal(0)) + each.amount * value
    total = sum(values.values(), Decimal(0))
    place = Place(activity.file, process.name, field="masterAllocationPropertyId")
    if len(used) > 1 or not total > 0:
        catalogue.report.add(
            "allocation-property-unused",
            Act.DROPPED,
            place,
            Message(
                "The outputs do not all state one property, in units of one kind, by which they "
                "could share; the property for allocation is not used."
            ),
            Message("Choose shares on import, or complete the properties of the outputs."),
        )
        return process
    ((key, _),) = used
    economic = key in catalogue.properties and catalogue.properties[key].economic
    kind = AllocationKind.ECONOMIC if economic else AllocationKind.PHYSICAL
    catalogue.report.add(
        "allocation-property",
        Act.CONVERTED,
        place,
        Message("The data set names the property for allocation; its shares are calculated."),
    )
    return replace(
        process,
        default_allocation=kind,
        allocation=tuple(
            AllocationShare(kind, flow, value / total) for flow, value in values.items()
        ),
    )
