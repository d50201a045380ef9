"""Life-cycle stages as colours: position 1 to 7, dark and light by turns; the rest in 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tanyuan.figures.items import Item, Kind
from tanyuan.figures.words import say

MOST = 7
_KINDS = {
    Kind.FOSSIL: "k-fossil",
    Kind.BIOGENIC: "k-bio",
    Kind.DLUC: "k-dluc",
    Kind.AVIATION: "k-air",
    Kind.PROCESS: "k-proc",
    Kind.REMOVAL: "k-rem",
}


def stage_numbers(sizes: Mapping[str, float]) -> dict[str, int]:
    """The position of each stage, given in life-cycle order with its size.

    With more than seven, the six largest keep a position of their own and the others share 0, so
    that every figure of a footprint colours a stage alike.
    """
    order = list(sizes)
    if len(order) > MOST:
        chosen = sorted(order, key=lambda key: (-abs(sizes[key]), order.index(key)))[: MOST - 1]
    else:
        chosen = order
    numbers = {key: n for n, key in enumerate((key for key in order if key in chosen), start=1)}
    return {key: numbers.get(key, 0) for key in order}


def rest(items: Sequence[Item]) -> Item:
    """Several items as one, in the grey of the rest; without a band, since bands do not add up."""
    value = sum(item.value for item in items)
    exact = (value, value) if all(item.exact for item in items) else None
    return Item(say("The rest ({n})", n=len(items)), value, exact, stage=0)


def join_stages(items: Sequence[Item]) -> tuple[Item, ...]:
    """Items that are the stages themselves, in life-cycle order, with their positions.

    More than seven are joined; those without a value stay apart at the end, in no colour.
    """
    known = [item for item in items if item.known]
    numbers = stage_numbers({str(n): item.value for n, item in enumerate(known)})
    placed = [replace(item, stage=numbers[str(n)]) for n, item in enumerate(known)]
    kept = [item for item in placed if item.stage]
    joined = [item for item in placed if not item.stage]
    lost = [replace(item, stage=None) for item in items if not item.known]
    return (*kept, *([rest(joined)] if joined else []), *lost)


def colour_class(item: Item) -> str:
    """The class that colours an item's mark."""
    if item.kind is not None:
        return _KINDS[item.kind]
    if item.other:
        return "was bg2"
    return "band" if item.stage is None else f"s{item.stage}"


def text_class(stage: int | None) -> str:
    """The class of text on a stage's colour; the deepest carries white in dark pages too."""
    if stage == MOST:
        return "onDeep"
    return "onDark" if stage is None or stage % 2 else "onLight"
