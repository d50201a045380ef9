"""Allocation in ecoSpold 1: which share of an exchange each co-product carries."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tanyuan.backgrounds.package import AllocationKind, AllocationShare, Exchange
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_KINDS = {"0": AllocationKind.PHYSICAL, "1": AllocationKind.ECONOMIC}
_PATH = "flowData/allocation"
_HUNDRED = Decimal(100)
_ROUNDED_UP = Decimal("1.001")


def shares(
    data: Node, exchanges: tuple[Exchange, ...], by_given: Mapping[int, int]
) -> tuple[tuple[AllocationShare, ...], AllocationKind | None]:
    """The shares of a process, and the kind of the key.

    Shares that are the same for every exchange are those of the whole process.

    Args:
        data: the element with the allocations.
        exchanges: of the process.
        by_given: the number of an exchange by the one that the file gives it.
    """
    flows = {each.number: each.flow for each in exchanges}
    vectors: dict[int, dict[str, Decimal]] = {}
    products: set[int] = set()
    kinds: set[str] = set()
    for node in data.nodes("allocation"):
        given, value = node.integer("@referenceToCoProduct"), node.number("@fraction")
        kinds.add(node.text("@allocationMethod"))
        product = by_given.get(given) if given is not None else None
        # Why the key was chosen is said for each exchange anew.
        node.text("@explanations")
        if product is None or product not in flows or value is None:
            node.notes.tell(
                "allocation-product",
                Act.DROPPED,
                _PATH,
                Message("The share is for a product that the process does not have."),
            )
            continue
        products.add(product)
        wanted = [each.integer("#text") for each in node.nodes("referenceToInputOutput")]
        for each in wanted:
            number = by_given.get(each) if each is not None else None
            if number is None or number not in flows:
                node.wrong(
                    "referenceToInputOutput",
                    "missing-reference",
                    Message("The share is for an exchange that the process does not have."),
                )
                continue
            vector = vectors.setdefault(number, {})
            vector[flows[product]] = vector.get(flows[product], Decimal(0)) + value
    if not vectors:
        return (), None
    scale = _scale(vectors, data)
    kind = _KINDS.get(kinds.pop(), AllocationKind.CAUSAL) if len(kinds) == 1 else None
    others = {each.number for each in exchanges} - products
    first = next(iter(vectors.values()))
    if others <= vectors.keys() and all(vector == first for vector in vectors.values()):
        kind = kind or AllocationKind.CAUSAL
        return tuple(
            AllocationShare(kind, key, share / scale) for key, share in first.items()
        ), kind
    # Who carries nothing of an exchange may be left out
    nothing = dict.fromkeys(sorted({flows[product] for product in products}), Decimal(0))
    return tuple(
        AllocationShare(AllocationKind.CAUSAL, key, share / scale, number)
        for number, vector in vectors.items()
        for key, share in (nothing | vector if sum(vector.values()) else vector).items()
    ), AllocationKind.CAUSAL


def _scale(vectors: Mapping[int, Mapping[str, Decimal]], data: Node) -> Decimal:
    """100, as the format has percentages; 1 where the fractions can only be parts of 1."""
    if max(sum(vector.values()) for vector in vectors.values()) > _ROUNDED_UP:
        return _HUNDRED
    data.notes.tell(
        "allocation-scale",
        Act.CONVERTED,
        _PATH,
        Message("The fractions add up to 1, not to 100; they are taken as parts of 1."),
    )
    return Decimal(1)
