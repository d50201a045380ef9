"""Stated results: impacts of a process, and the indicators of environmental product declarations.

A declaration (ILCD+EPD) has no inventory. Its indicators stand as LCIA results or, where they count
flows (use of resources, waste), as exchanges, each with an amount for every declared module.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from tanyuan.backgrounds.indicators import gwp_indicators
from tanyuan.backgrounds.package import Result, said
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ilcd.nodes import Node, Ref
from tanyuan.languages import Message


def is_declared(exchange: Node) -> bool:
    """Whether an exchange is an indicator of a declaration, with amounts by module."""
    return exchange.node("common:other").has("epd:amount")


def impacts(root: Node) -> Iterator[Result]:
    """The LCIA results of a process, or of every module of a declaration."""
    for node in root.node("LCIAResults").nodes("LCIAResult", rows=True):
        ref = node.ref("referenceToLCIAMethodDataSet")
        amount = node.number("meanAmount")
        if ref is None:
            # TIDAS asks for an entry even where there is no result.
            node.texts("generalComment")
            if amount:
                node.notes.tell(
                    "result-nameless",
                    Act.DROPPED,
                    "LCIAResults/LCIAResult",
                    Message("A result without its method says nothing."),
                )
            continue
        if node.node("common:other").has("epd:amount"):
            yield from indicator(node, ref, None)
        elif amount is not None:
            yield _result(ref, amount, "", "", None)


def indicator(node: Node, ref: Ref, is_input: bool | None) -> Iterator[Result]:
    """The amounts of an indicator by module."""
    other = node.node("common:other")
    group = other.ref("epd:referenceToUnitGroupDataSet")
    unit = said(group.names) if group else ""
    for each in other.nodes("epd:amount"):
        module, scenario = each.word("@epd:module"), each.word("@epd:scenario")
        amount = each.number("#text")
        # An empty amount is a module that is not declared.
        if amount is not None:
            yield _result(ref, amount, unit, group.id if group else "", is_input, module, scenario)


def _result(
    ref: Ref,
    amount: Decimal,
    unit: str,
    unit_group: str,
    is_input: bool | None,
    module: str = "",
    scenario: str = "",
) -> Result:
    known = gwp_indicators().get(ref.id)
    return Result(
        indicator=ref.id,
        names=ref.names,
        amount=amount,
        unit=unit,
        unit_group=unit_group,
        method=known.method if known else "",
        module=module,
        scenario=scenario,
        is_input=is_input,
    )
