"""The factors of a sealed footprint: what is written down of them, and what is at hand again.

A product of a background is written with the background's content hash and licence; its figures are
written only where the licence lets them be passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.factors.factor import Factor, factor_from_record, factor_to_record
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.languages import Message


@dataclass(frozen=True, slots=True)
class AtHand:
    """What the factors of a sealed document are again.

    Attributes:
        factors: by id; products of backgrounds that are here have the figures of these.
        withheld: products whose figures are neither in the document nor here.
        unsampled: products whose figures are in the document, but whose samples are not here.
    """

    factors: Offer
    withheld: tuple[Factor, ...]
    unsampled: tuple[Factor, ...]

    @property
    def unchecked(self) -> tuple[Message, ...]:
        """What cannot be calculated again."""
        withheld = (_message(_WITHHELD, one) for one in self.withheld)
        return (*withheld, *(_message(_UNSAMPLED, one) for one in self.unsampled))


_WITHHELD = Message(
    "The total and its sums are not calculated again: the licence of the background {database} "
    "({hash}) keeps the figures of its product {name} out of the file. Import this background to "
    "calculate them again."
)
_UNSAMPLED = Message(
    "The uncertainty is not calculated again: the samples of {name} are in the background "
    "{database} ({hash}). Import this background to calculate it again."
)


def _message(told: Message, factor: Factor) -> Message:
    background = factor.background
    assert background is not None  # noqa: S101 - only those of backgrounds are told
    return Message(told.text, database=background.database, hash=background.hash, name=factor.name)


def sealed_record(factor: Factor) -> dict[str, Any]:
    """What is written down of a factor."""
    record = factor_to_record(factor)
    return {**record, "emissions": []} if is_withheld(factor) else record


def is_withheld(factor: Factor) -> bool:
    """Whether the licence of its background keeps its figures out of the seal."""
    return factor.background is not None and not factor.background.shareable


def telling_lines(footprint: Footprint) -> frozenset[str]:
    """The lines whose figures per unit would tell what a licence withholds."""
    refs = {factor.id for factor in footprint.factors if is_withheld(factor)}
    refs |= {row.id for row in footprint.study.factors if row.library in refs}
    return frozenset(line.id for line in footprint.lines if _tells(line, refs))


def _tells(line: LineResult, refs: set[str]) -> bool:
    return line.origin == "background" and line.ref in refs


def at_hand(records: Iterable[Mapping[str, Any]], backgrounds: Library) -> AtHand:
    """The factors of a sealed document, with what the backgrounds here say of their products."""
    factors: dict[str, Factor] = {}
    withheld: list[Factor] = []
    unsampled: list[Factor] = []
    here = Offer({}, backgrounds)
    for record in records:
        factor = factor_from_record(record)
        sealed = factor.background
        live = here.get(factor.id) if sealed else None
        if sealed and live and live.background and live.background.hash == sealed.hash:
            # What the licence permits is as it was stated when it was sealed
            factor = replace(live, background=replace(live.background, shareable=sealed.shareable))
        elif sealed:
            (unsampled if sealed.shareable else withheld).append(factor)
        factors[factor.id] = factor
    return AtHand(Offer(factors, backgrounds), tuple(withheld), tuple(unsampled))
