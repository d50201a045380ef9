"""Allocation in ILCD: which fraction of an exchange each co-product carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tanyuan.backgrounds.package import AllocationKind, AllocationShare, Exchange
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.nodes import Node, Notes
from tanyuan.languages import Message

_PATH = "exchanges/exchange/allocations/allocation"
_HUNDRED = Decimal(100)
# Sums of fractions that were rounded before they were written.
_ROUNDED_UP, _ROUNDED_DOWN = Decimal("1.001"), Decimal("0.999")


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction as written: of which exchange, for the exchange of which co-product, how much."""

    exchange: int
    product: int
    value: Decimal


def read_fractions(node: Node, exchange: int, numbers: Mapping[int, int]) -> Iterable[Fraction]:
    """The fractions of an exchange.

    Args:
        node: the exchange.
        exchange: its number.
        numbers: the number of an exchange by the one that the file gives it.
    """
    for each in node.node("allocations").nodes("allocation"):
        product = each.integer("@internalReferenceToCoProduct")
        text = each.text("@allocatedFraction")
        value = Node({"@allocatedFraction": text.removesuffix("%")}, node.notes).number(
            "@allocatedFraction"
        )
        if value is None:
            continue
        if product is None or product not in numbers:
            _tell(
                node.notes,
                "product",
                Message("The share is for a product that the process does not have."),
            )
            continue
        yield Fraction(exchange, numbers[product], value)


def _tell(notes: Notes, reason: str, why: Message) -> None:
    notes.tell(f"allocation-{reason}", Act.DROPPED, _PATH, why)


def shares(
    notes: Notes,
    exchanges: tuple[Exchange, ...],
    fractions: list[Fraction],
    approaches: tuple[str, ...],
) -> tuple[tuple[AllocationShare, ...], AllocationKind | None]:
    """The shares of a process, and the kind of allocation that it states.

    Fractions that are the same for every exchange are shares of the whole process, where the stated
    approach is one of a whole process (mass, market value …). A fraction of a co-product's own
    exchange is how openLCA writes a share of the whole process.
    """
    default = next(
        (fields.APPROACHES[each] for each in approaches if each in fields.APPROACHES), None
    )
    if not fractions:
        return (), default
    flows = {each.number: each.flow for each in exchanges}
    scale = _scale(fractions, notes)
    products = {each.product for each in fractions}
    vectors: dict[int, dict[str, Decimal]] = {}
    whole: dict[str, Decimal] = {}
    for each in fractions:
        if each.exchange not in flows or each.product not in flows:
            continue
        value = each.value / scale
        if each.exchange in products:
            if each.exchange == each.product and value != 1:
                whole[flows[each.product]] = value
            continue
        vector = vectors.setdefault(each.exchange, {})
        if vector.setdefault(flows[each.product], value) != value:
            _tell(
                notes,
                "contradicted",
                Message("The share is given several times, with different values."),
            )
    if whole:
        kind = AllocationKind.PHYSICAL
        return _whole(kind, whole) + _each(vectors), default or kind
    others = [each.number for each in exchanges if each.number not in products]
    same = len(vectors) == len(others) and all(
        vector == vectors[others[0]] for vector in vectors.values()
    )
    if same and default in {AllocationKind.PHYSICAL, AllocationKind.ECONOMIC}:
        return _whole(default, vectors[others[0]]), default
    return _each(vectors), default or AllocationKind.CAUSAL


def _scale(fractions: list[Fraction], notes: Notes) -> Decimal:
    """100 where the fractions are percentages, as ILCD says; 1 where they can only be parts of 1.

    TIDAS writes parts of 1 (its schema wants `0.` first), and so do some programs in ILCD.
    """
    sums: dict[int, Decimal] = {}
    for each in fractions:
        sums[each.exchange] = sums.get(each.exchange, Decimal(0)) + each.value
    largest = max(sums.values())
    if largest > _ROUNDED_UP or (not notes.parts_of_one and largest < _ROUNDED_DOWN):
        return _HUNDRED
    if not notes.parts_of_one:
        notes.tell(
            "allocation-scale",
            Act.CONVERTED,
            _PATH,
            Message("The fractions add up to 1, not to 100; they are taken as parts of 1."),
        )
    return Decimal(1)


def _whole(kind: AllocationKind, vector: Mapping[str, Decimal]) -> tuple[AllocationShare, ...]:
    return tuple(AllocationShare(kind, product, share) for product, share in vector.items())


def _each(vectors: Mapping[int, Mapping[str, Decimal]]) -> tuple[AllocationShare, ...]:
    return tuple(
        AllocationShare(AllocationKind.CAUSAL, product, share, exchange)
        for exchange, vector in vectors.items()
        for product, share in vector.items()
    )
