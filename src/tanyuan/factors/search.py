"""Finding factors by words in Chinese or English, parts of words, codes and ids.

Every word must match somewhere; the order of words does not matter. A word also finds what its
synonyms name (`library/synonyms.csv`). Chinese that no name has in one piece (上海电力) is cut into
the longest pieces that names do have (上海, 电力).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.matching import (
    Index,
    clean,
    likeness_pairs,
    score,
    starter_index,
    word,
    words_of,
)
from tanyuan.factors.starter import (
    all_labels,
    category_label,
    geography_label,
    starter_release,
)

_FACETS = ("geography", "year", "category")
_BACKGROUND_FACETS = ("database", "licence")
_LEAST_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class Hit:
    """A factor found, with how well its name answers the words: 0 (no words) to 100 (its id)."""

    factor: Factor
    score: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet (geography, year, category …) and how many of all hits have it."""

    name: str
    value: str
    count: int

    @property
    def label(self) -> str:
        """The value's name in the language in use."""
        if self.name == "geography":
            return geography_label(self.value)
        if self.name == "database" and not self.value:
            return starter_release().title
        return category_label(self.value) if self.name == "category" else self.value


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search: the best hits, the number of all, and their spread."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[Facet, ...]]

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors of the hits, best first."""
        return tuple(hit.factor for hit in self.hits)


def search(
    query: str,
    *,
    geography: str | None = None,
    year: int | None = None,
    category: str | None = None,
    electricity: ElectricityFamily | str | None = None,
    verified_only: bool = False,
    among: Sequence[Index] | None = None,
    limit: int = 20,
) -> Found:
    """The factors that a query names, best first.

    Name before other text, exact before beginning, whole word and part; among equals life cycle
    before generation-only electricity, verified before not, the library before backgrounds, China
    first, newer first.

    Args:
        query: words in Chinese or English, an id, a code of the source; empty finds all.
        geography: its code (`CN`, `CN-SH`, `GLO`) or name.
        year: the year that the value stands for.
        category: its code (`electricity`, `material`) or that of a group.
        electricity: the family of electricity factors.
        verified_only: leave out what was not read in a named text.
        among: what is searched; by default the starter library.
        limit: at most so many hits; total and facets count all.
    """
    family = None if electricity is None else ElectricityFamily(electricity)
    place = None if geography is None else _geography_code(geography)
    whole = word(clean(query))
    indexes = (starter_index(),) if among is None else among
    words = words_of(whole.text, indexes)
    ranked = [
        (-score(entry, whole, words) if words else 0, entry.order, entry.factor)
        for index in indexes
        for entry in (index.matching(whole, words) if words else index.entries)
        if (place is None or entry.factor.geography == place)
        and (year is None or entry.factor.year == year)
        and (category is None or category in (entry.factor.category, entry.factor.group))
        and (family is None or entry.factor.electricity is family)
        and (not verified_only or entry.factor.verified)
    ]
    ranked.sort(key=lambda one: one[:2])
    hits = tuple(Hit(factor, -negative) for negative, _, factor in ranked[: max(limit, 0)])
    return Found(hits, len(ranked), _facets([factor for _, _, factor in ranked]))


def similar(text: str, n: int = 3) -> tuple[Factor, ...]:
    """The factors whose id, code or name is most like a text that was not found, best first."""
    asked = likeness_pairs(clean(text))
    close = []
    for entry, spellings in zip(starter_index().entries, _spellings(), strict=True):
        likeness = max(2 * len(asked & known) / (len(asked) + len(known)) for known in spellings)
        if likeness > _LEAST_LIKENESS:
            close.append((-likeness, entry.order, entry.factor))
    close.sort(key=lambda one: one[:2])
    return tuple(factor for _, _, factor in close[:n])


def _facets(factors: list[Factor]) -> Mapping[str, tuple[Facet, ...]]:
    def facet(name: str) -> tuple[Facet, ...]:
        counts = Counter(_of(factor, name) for factor in factors)
        in_order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if name == "year":
            in_order.sort(reverse=True)
        return tuple(Facet(name, value, count) for value, count in in_order)

    backed = any(factor.background for factor in factors)
    return {name: facet(name) for name in (*_FACETS, *(_BACKGROUND_FACETS if backed else ()))}


def _of(factor: Factor, facet: str) -> str:
    """The value of a facet."""
    if facet in _BACKGROUND_FACETS:
        return str(getattr(factor.background, facet)) if factor.background else ""
    return str(getattr(factor, facet) or "")


def _geography_code(text: str) -> str:
    key = clean(text)
    for code, labels in all_labels("geographies").items():
        if key == code.casefold() or key in map(clean, labels):
            return code
    return text


@cache
def _spellings() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(
        tuple(likeness_pairs(text) for text in (*entry.names, *entry.keys))
        for entry in starter_index().entries
    )
