"""Trees of processes: documentation, exchanges, shares, parameters, results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from tanyuan.backgrounds.package import (
    Exchange,
    FlowKind,
    Parameter,
    Process,
    ProcessKind,
    Result,
    Texts,
    Uncertainty,
)
from tanyuan.documents.numbers import decimal_string
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.outgoing import Writing, put, short, texts, valid_time
from tanyuan.formats.ilcd.outgoing_objects import put_names
from tanyuan.formats.ilcd.scatter import scaled, written_scatter
from tanyuan.formats.ilcd.trees import Tree

_SET = "processInformation/dataSetInformation"
_YEAR = re.compile(r"(\d{4})(-\d\d-\d\d.*)?")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PRODUCT = re.compile(r"([+-]?[\d.]+(?:[eE][+-]?\d+)?) \* ([A-Za-z_]\w*)")
_REVIEWS = (
    "Dependent internal review",
    "Independent internal review",
    "Independent external review",
    "Accredited third party review",
    "Independent review panel",
    "Not reviewed",
)
_LIMITED = ("functionalUnitOrOther", "dataCollectionDescription", "projectDescription")
"""Texts of at most 500 characters."""
_TIMES = ("dateOfLastRevision",)


def process(entry: Process, writing: Writing) -> Tree:
    """The data set of a process or of an environmental product declaration."""
    tree = writing.frame(entry, _SET)
    put_names(tree, f"{_SET}/name", entry.names, entry.documentation, fields.PROCESS_NAME_PARTS)
    put(tree, f"{_SET}/common:generalComment", texts(entry.description))
    _reference(tree, entry)
    _period(tree, entry)
    place = writing.package.locations.get(entry.location)
    if place is not None:
        put(tree, f"{fields.PLACE}/@location", place.code)
    for key, path in fields.PROCESS_TEXTS.items():
        found = entry.documentation.get(key, {})
        put(tree, path, short(found) if key in _LIMITED else texts(found))
    _details(tree, entry, writing)
    put(tree, fields.PROCESS_SOURCES, [writing.document(key) for key in entry.sources])
    _reviews(tree, entry, writing)
    put(
        tree,
        "processInformation/mathematicalRelations/variableParameter",
        [_parameter(each, writing) for each in entry.parameters],
    )
    shares = _shares(entry)
    exchanges = [
        _exchange(each, shares.get(each.number, {}), entry, writing) for each in entry.exchanges
    ]
    put(tree, "exchanges/exchange", exchanges + list(_indicators(entry, writing)))
    put(tree, "LCIAResults/LCIAResult", list(_impacts(entry, writing)))
    return tree


def _reference(tree: Tree, entry: Process) -> None:
    where = "processInformation/quantitativeReference"
    if entry.reference is not None:
        kind = entry.details.get("quantitativeReferenceType", "Reference flow(s)")
        put(tree, f"{where}/@type", kind)
        put(tree, f"{where}/referenceToReferenceFlow", str(entry.reference))


def _period(tree: Tree, entry: Process) -> None:
    for stated, name in (
        (entry.valid_from, "common:referenceYear"),
        (entry.valid_until, "common:dataSetValidUntil"),
    ):
        if found := _YEAR.fullmatch(stated):
            put(tree, f"processInformation/time/{name}", found.group(1))


def _details(tree: Tree, entry: Process, writing: Writing) -> None:
    for key, path in fields.PROCESS_DETAILS.items():
        text = entry.details.get(key, "")
        put(tree, path, valid_time(text) if key in _TIMES else text)
    kind = f"{fields.METHOD}/typeOfDataSet"
    if "typeOfDataSet" not in entry.details:
        plain = {each: name for name, each in fields.PLAIN_KINDS.items()}
        put(tree, kind, plain[ProcessKind(entry.kind)])
    approaches = entry.details.get("LCIMethodApproaches", "")
    if entry.default_allocation is not None and not approaches:
        approaches = fields.APPROACH_OF.get(entry.default_allocation, "")
    put(
        tree,
        f"{fields.METHOD}/LCIMethodApproaches",
        approaches.split(fields.BETWEEN) if approaches else [],
    )
    for key, (path, of) in fields.PROCESS_REFERENCES.items():
        if id_ := entry.details.get(key):
            kind = "sourceDataSet" if of == fields.SOURCE else "contactDataSet"
            put(tree, path, writing.ref(kind, id_))


def _reviews(tree: Tree, entry: Process, writing: Writing) -> None:
    found = []
    for review in entry.reviews:
        node: Tree = {}
        put(node, "@type", review.type if review.type in _REVIEWS else "")
        put(node, "common:reviewDetails", texts(review.details))
        put(
            node,
            "common:referenceToNameOfReviewerAndInstitution",
            [writing.ref("contactDataSet", key) for key in review.reviewers],
        )
        if review.report:
            node["common:referenceToCompleteReviewReport"] = writing.document(review.report)
        found.append(node)
    put(tree, f"{fields.REVIEWS}/review", found)


def _parameter(parameter: Parameter, writing: Writing) -> Tree:
    node: Tree = {"@name": parameter.name}
    put(node, "formula", parameter.formula)
    if parameter.value is not None:
        node["meanValue"] = decimal_string(parameter.value)
        node |= _scatter(
            parameter.uncertainty, parameter.value, ("minimumValue", "maximumValue"), writing
        )
    put(node, "comment", short(parameter.description))
    return node


def _scatter(
    uncertainty: Uncertainty | None, amount: Decimal, ends: tuple[str, str], writing: Writing
) -> dict[str, str]:
    if uncertainty is None:
        return {}
    return written_scatter(uncertainty, amount, *ends, writing.dialect)


def _exchange(
    exchange: Exchange, shares: Mapping[int, Decimal], entry: Process, writing: Writing
) -> Tree:
    if exchange.avoided:
        exchange = _credit(exchange, writing)
    factor = reference_factor(exchange, writing)
    amount = exchange.amount * factor
    mean, variable = _written_formula(exchange.formula, amount)
    node: Tree = {
        "@dataSetInternalID": str(exchange.number),
        "referenceToFlowDataSet": writing.ref("flowDataSet", exchange.flow),
        "exchangeDirection": "Input" if exchange.is_input else "Output",
        "meanAmount": mean,
        "resultingAmount": decimal_string(amount),
    }
    place = writing.package.locations.get(exchange.location)
    put(node, "location", place.code if place else "")
    put(node, "referenceToVariable", variable)
    scatter = scaled(exchange.uncertainty, factor) if exchange.uncertainty else None
    node |= _scatter(scatter, amount, ("minimumAmount", "maximumAmount"), writing)
    fractions = [
        {"@internalReferenceToCoProduct": str(product), "@allocatedFraction": written}
        for product, share in shares.items()
        if (written := writing.dialect.share(share)) is not None
    ]
    put(node, "allocations/allocation", fractions)
    for key in fields.EXCHANGE_DETAILS:
        put(node, key, exchange.details.get(key, ""))
    put(node, "generalComment", short(exchange.comment))
    return node


def _credit(exchange: Exchange, writing: Writing) -> Exchange:
    """What is avoided as a negative input (or a negative waste), which others count alike."""
    flow = writing.package.flows.get(exchange.flow)
    is_input = flow is None or flow.kind is not FlowKind.WASTE
    return replace(
        exchange, is_input=is_input, amount=-abs(exchange.amount), formula="", uncertainty=None
    )


def reference_factor(exchange: Exchange, writing: Writing) -> Decimal:
    """By what an amount is multiplied to be in the reference unit of its flow."""
    flow = writing.package.flows.get(exchange.flow)
    if flow is None or not (exchange.unit or exchange.property):
        return Decimal(1)
    of = writing.package.properties.get(exchange.property or flow.reference)
    group = writing.package.unit_groups.get(of.unit_group) if of else None
    units = {unit.id: unit.factor for unit in group.units} if group else {}
    factor = units.get(exchange.unit, Decimal(1))
    return factor / flow.properties.get(exchange.property or flow.reference, Decimal(1))


def _written_formula(formula: str, amount: Decimal) -> tuple[str, str]:
    """Mean amount and parameter, where a formula is no more than their product."""
    if _NAME.fullmatch(formula):
        return "1", formula
    if found := _PRODUCT.fullmatch(formula):
        return found.group(1), found.group(2)
    return decimal_string(amount), ""


def _shares(entry: Process) -> dict[int, dict[int, Decimal]]:
    """Shares by exchange and by the exchange of the co-product.

    Shares of the whole process are those of every exchange that is no co-product.
    """
    number_of = {each.flow: each.number for each in reversed(entry.exchanges) if not each.is_input}
    kinds = {each.kind for each in entry.allocation}
    kind = entry.default_allocation if entry.default_allocation in kinds else None
    kind = kind or next(iter(sorted(kinds)), None)
    meant = [each for each in entry.allocation if each.kind == kind and each.product in number_of]
    products = {number_of[each.product] for each in meant}
    found: dict[int, dict[int, Decimal]] = {}
    for each in meant:
        of = (
            [each.exchange]
            if each.exchange is not None
            else [one.number for one in entry.exchanges if one.number not in products]
        )
        for number in of:
            found.setdefault(number, {})[number_of[each.product]] = each.share
    return found


def _indicators(entry: Process, writing: Writing) -> Iterator[Tree]:
    """Indicators that count flows, as exchanges after the others."""
    number = max((each.number for each in entry.exchanges), default=0)
    counted = [each for each in entry.results if each.is_input is not None]
    for (ids, is_input), group in groupby(counted, lambda each: (_indicator(each), each.is_input)):
        number += 1
        results = list(group)
        node: Tree = {
            "@dataSetInternalID": str(number),
            "referenceToFlowDataSet": writing.ref("flowDataSet", ids[0], results[0].names),
            "functionType": "General reminder flow",
            "exchangeDirection": "Input" if is_input else "Output",
            "meanAmount": "0",
        }
        yield node | _modules(results, writing)


def _impacts(entry: Process, writing: Writing) -> Iterator[Tree]:
    """Impacts of the whole process, or of each module of a declaration."""
    stated = [each for each in entry.results if each.is_input is None]
    for (_, by_module), group in groupby(
        stated, lambda each: (_indicator(each), bool(each.module or each.unit or each.scenario))
    ):
        results = list(group)
        first = results[0]
        ref = writing.ref("LCIAMethodDataSet", first.indicator, first.names)
        if by_module:
            node = {"referenceToLCIAMethodDataSet": ref, "meanAmount": "0"}
            yield node | _modules(results, writing)
            continue
        for each in results:
            yield {
                "referenceToLCIAMethodDataSet": ref,
                "meanAmount": decimal_string(each.amount),
            }


def _indicator(result: Result) -> tuple[str, tuple[tuple[str, str], ...], str, str]:
    return result.indicator, tuple(result.names.items()), result.unit, result.unit_group


def _modules(results: list[Result], writing: Writing) -> Tree:
    first = results[0]
    amounts = []
    for each in results:
        node: Tree = {}
        put(node, "@epd:module", each.module)
        put(node, "@epd:scenario", each.scenario)
        node["#text"] = decimal_string(each.amount)
        amounts.append(node)
    other: Tree = {"epd:amount": amounts}
    if first.unit or first.unit_group:
        names: Texts = {"und": first.unit}
        other["epd:referenceToUnitGroupDataSet"] = writing.ref(
            "unitGroupDataSet", first.unit_group, names
        )
    return {"common:other": other}
