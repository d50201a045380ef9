"""Finding factors by words in Chinese or English, parts of words, codes and ids.

Every word must match somewhere; the order of words does not matter. A word also finds what its
synonyms name (`library/synonyms.csv`). Chinese that no name has in one piece (上海电力) is cut into
the longest pieces that names do have (上海, 电力).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.starter import (
    all_labels,
    category_label,
    geography_label,
    source,
    starter_release,
)

_SYNONYMS = Path(__file__).parent / "library" / "synonyms.csv"
_EXACT_CODE, _EXACT, _START, _WHOLE, _KIND, _PART, _ELSEWHERE = 100, 90, 80, 60, 50, 40, 20
_SYNONYM_COST = 5
_BREAKS = re.compile(r"[\s,;、。:()\[\]|/+–—-]+")
_HEAD_ENDS = re.compile(r"[,(\[;、:-]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A factor found, with how well its name answers the words: 0 (no words) to 100 (its id)."""

    factor: Factor
    score: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a facet (geography, year, category) and how many of all hits have it."""

    name: str
    value: str
    count: int

    @property
    def label(self) -> str:
        """The value's name in the language in use."""
        if self.name == "geography":
            return geography_label(self.value)
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A factor made ready for matching."""

    factor: Factor
    keys: frozenset[str]
    names: tuple[str, ...]
    heads: tuple[str, ...]
    kinds: frozenset[str]
    groups: frozenset[str]
    name_text: str
    name_words: str
    text: str
    words: str
    order: tuple[int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word asked for, and what else is called so."""

    text: str
    synonyms: tuple[str, ...]


def search(
    query: str,
    *,
    geography: str | None = None,
    year: int | None = None,
    category: str | None = None,
    electricity: ElectricityFamily | str | None = None,
    verified_only: bool = False,
    limit: int = 20,
) -> Found:
    """The factors that a query names, best first.

    Name before other text, exact before beginning, whole word and part; among equals life cycle
    before generation-only electricity, verified before not, China first, newer first.

    Args:
        query: words in Chinese or English, an id, a code of the source; empty finds all.
        geography: its code (`CN`, `CN-SH`, `GLO`) or name.
        year: the year that the value stands for.
        category: its code (`electricity`, `material`) or that of a group.
        electricity: the family of electricity factors.
        verified_only: leave out what was not read in a named text.
        limit: at most so many hits; total and facets count all.
    """
    family = None if electricity is None else ElectricityFamily(electricity)
    place = None if geography is None else _geography_code(geography)
    wanted = (
        entry
        for entry in _entries()
        if (place is None or entry.factor.geography == place)
        and (year is None or entry.factor.year == year)
        and (category is None or category in (entry.factor.category, entry.factor.group))
        and (family is None or entry.factor.electricity is family)
        and (not verified_only or entry.factor.verified)
    )
    ranked = _ranked(wanted, _clean(query))
    hits = tuple(Hit(entry.factor, score) for score, entry in ranked[: max(limit, 0)])
    return Found(hits, len(ranked), _facets([entry.factor for _, entry in ranked]))


def similar(text: str, n: int = 3) -> tuple[Factor, ...]:
    """The factors whose id, code or name is most like a text that was not found, best first."""
    pairs = _pairs(_clean(text))
    likeness = (
        (max(_likeness(pairs, known) for known in spellings), entry)
        for entry, spellings in zip(_entries(), _spelling_pairs(), strict=True)
    )
    close = sorted(
        ((share, entry) for share, entry in likeness if share > 0.3),
        key=lambda found: (-found[0], found[1].order),
    )
    return tuple(entry.factor for _, entry in close[:n])


def _ranked(entries: Iterable[_Entry], query: str) -> list[tuple[int, _Entry]]:
    words = _words(query)
    if not words:
        found = [(0, entry) for entry in entries]
    else:
        whole = _Word(query, _synonyms().get(query, ()))
        found = [
            (score, entry)
            for entry in entries
            if (score := _score(entry, whole, words)) is not None
        ]
    return sorted(found, key=lambda one: (-one[0], one[1].order))


def _score(entry: _Entry, query: _Word, words: tuple[_Word, ...]) -> int | None:
    """How well an entry answers; None where a word has no match."""
    if query.text in entry.keys:
        return _EXACT_CODE
    in_phrase = any(_has_term(entry.words, term) for term in query.synonyms)
    if not in_phrase and not all(_matches(entry.text, entry.words, word) for word in words):
        return None
    spellings = ((query.text, 0), *((term, _SYNONYM_COST) for term in query.synonyms))
    best = max(_phrase_score(entry, term) - cost for term, cost in spellings)
    return max(best, _word_score(entry, words))


def _phrase_score(entry: _Entry, phrase: str) -> int:
    if phrase in entry.names:
        return _EXACT
    if phrase in entry.kinds or any(
        name.startswith(phrase) or (head.endswith(phrase) and _CHINESE.match(phrase))
        for name, head in zip(entry.names, entry.heads, strict=True)
    ):
        return _START
    return _KIND if phrase in entry.groups else 0


def _word_score(entry: _Entry, words: tuple[_Word, ...]) -> int:
    if all(f" {word.text} " in entry.name_words for word in words):
        return _WHOLE
    if all(word.text in entry.name_text for word in words):
        return _PART
    if all(_matches(entry.name_text, entry.name_words, word) for word in words):
        return _PART - _SYNONYM_COST
    return _ELSEWHERE


def _matches(text: str, words: str, word: _Word) -> bool:
    return word.text in text or any(_has_term(words, term) for term in word.synonyms)


def _has_term(words: str, term: str) -> bool:
    """Whether a synonym occurs: Chinese anywhere, Latin letters only as whole words."""
    return (term in words) if _CHINESE.search(term) else (f" {term} " in words)


def _words(query: str) -> tuple[_Word, ...]:
    synonyms = _synonyms()
    pieces: list[str] = []
    for text in re.split(r"[\s,;、]+", query):
        if not text:
            continue
        uncut = not _CHINESE.search(text) or text in synonyms or text in _all_text()
        pieces.extend([text] if uncut else _cut(text))
    return tuple(_Word(piece, synonyms.get(piece, ())) for piece in dict.fromkeys(pieces))


def _cut(text: str) -> list[str]:
    """The longest pieces, from the left, that some factor or synonym has."""
    pieces = []
    while text:
        end = len(text)
        while end > 1 and text[:end] not in _synonyms() and text[:end] not in _all_text():
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return pieces


def _facets(factors: list[Factor]) -> Mapping[str, tuple[Facet, ...]]:
    def facet(name: str) -> tuple[Facet, ...]:
        counts = Counter(str(getattr(factor, name) or "") for factor in factors)
        in_order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if name == "year":
            in_order.sort(reverse=True)
        return tuple(Facet(name, value, count) for value, count in in_order)

    return {name: facet(name) for name in ("geography", "year", "category")}


def _clean(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def _as_words(text: str) -> str:
    return f" {_BREAKS.sub(' ', text).strip()} "


def _geography_code(text: str) -> str:
    key = _clean(text)
    for code, labels in all_labels("geographies").items():
        if key == code.casefold() or key in map(_clean, labels):
            return code
    return text


@cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """Every term → the other terms that mean the same."""
    found: dict[str, tuple[str, ...]] = {}
    with _SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            terms = [_clean(term) for term in row["terms"].split("|")]
            for term in terms:
                others = (*found.get(term, ()), *(other for other in terms if other != term))
                found[term] = tuple(dict.fromkeys(others))
    return found


@cache
def _entries() -> tuple[_Entry, ...]:
    return tuple(_entry(factor) for factor in starter_release().factors.values())


@cache
def _all_text() -> str:
    return "\n".join(entry.text for entry in _entries())


def _entry(factor: Factor) -> _Entry:
    names = (_clean(factor.name_zh), _clean(factor.name_en))
    known = source(factor.source)
    keys = frozenset(_clean(key) for key in (factor.id, factor.code) if key)
    name_text = "\n".join(names)
    rest = (
        *keys,
        str(factor.year or ""),
        factor.geography,
        factor.unit,
        factor.source,
        known.number,
        known.title,
        *_both("categories", factor.category),
        *_both("categories", factor.group),
        *_both("geographies", factor.geography),
    )
    text = name_text + "\n" + "\n".join(map(_clean, rest))
    return _Entry(
        factor,
        keys,
        names,
        tuple(_HEAD_ENDS.split(name, maxsplit=1)[0].strip() for name in names),
        _kinds(factor),
        frozenset(map(_clean, _both("categories", factor.group))),
        name_text,
        _as_words(name_text),
        text,
        _as_words(text),
        _order(factor),
    )


def _kinds(factor: Factor) -> frozenset[str]:
    """What a factor is called in one word by its category.

    Heat shares a category with electricity and is none; so the family decides there.
    """
    if factor.category == "electricity":
        return frozenset(("电力", "electricity")) if factor.electricity else frozenset()
    return frozenset(map(_clean, _both("categories", factor.category)))


def _both(file: str, code: str) -> tuple[str, str]:
    return all_labels(file).get(code, (code, code))


def _order(factor: Factor) -> tuple[int, int, int, int, str]:
    home = 0 if factor.geography == "CN" else 1 if factor.geography.startswith("CN-") else 2
    return (
        factor.electricity is ElectricityFamily.GENERATION_CO2,
        not factor.verified,
        home,
        -(factor.year or 0),
        factor.id,
    )


@cache
def _spelling_pairs() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(
        tuple(_pairs(text) for text in (*entry.names, *entry.keys)) for entry in _entries()
    )


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters, the ends counted too."""
    padded = f" {text} "
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
