"""How words match factors: the texts of factors made ready, the synonyms, the score.

Names before other text; a term that means the same counts a little less than the word itself,
unless it is the word in the other language.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from tanyuan.factors.factor import ElectricityFamily, Factor
from tanyuan.factors.starter import all_labels, sources, starter_release

_SYNONYMS = Path(__file__).parent / "library" / "synonyms.csv"
CODE, EXACT, START, BEGIN, WHOLE, KIND, PART, ELSEWHERE = 100, 90, 80, 70, 60, 50, 40, 20
_SYNONYM_COST = 5
_BREAKS = re.compile(r"[\s,;、。:()\[\]|/+–—-]+")
_HEAD_ENDS = re.compile(r"[,(\[;、:]|(?<=[\u3400-\u9fff])-")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_WASTE = "废"


@dataclass(frozen=True, slots=True)
class Entry:
    """A factor made ready for matching.

    `heads` are the names up to the first qualifier; `kinds` are words that name its category,
    `groups` those that name its group; in the `words` texts a space stands around every word.
    """

    factor: Factor
    keys: tuple[str, ...]
    names: tuple[str, str]
    heads: tuple[str, str]
    kinds: tuple[str, ...]
    groups: tuple[str, ...]
    name_text: str
    name_words: str
    text: str
    words: str
    order: tuple[int, int, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word asked for, with what else is called so and what that counts less."""

    text: str
    synonyms: tuple[tuple[str, int], ...]


def clean(text: str) -> str:
    """One spelling for letters that only look different: full width, capitals, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


class Index:
    """Factors made ready for matching."""

    def __init__(self, factors: Iterable[Factor]) -> None:
        self.entries = tuple(_entry(factor) for factor in factors)
        self._occurring = lru_cache(maxsize=4096)(self._look_for)

    def matching(self, query: Word, words: tuple[Word, ...]) -> list[Entry]:
        """The entries that have every word, or what means the same as the whole query."""
        found: frozenset[int] | None = None
        for one in words:
            having = self._having(one)
            found = having if found is None else found & having
        found = (found or frozenset()) | self._called(query)
        return [self.entries[index] for index in sorted(found)]

    def has(self, text: str) -> bool:
        """Whether an entry has the text in one piece."""
        return bool(self._occurring(text, part=True))

    def _having(self, one: Word) -> frozenset[int]:
        """Where the word occurs, as a part of words too, or what else is called so."""
        found = self._occurring(one.text, part=True)
        return found.union(*(self._occurring(term, part=False) for term, _ in one.synonyms))

    def _called(self, query: Word) -> frozenset[int]:
        terms = (term for term, _ in query.synonyms)
        return frozenset[int]().union(*(self._occurring(term, part=False) for term in terms))

    def _look_for(self, term: str, *, part: bool) -> frozenset[int]:
        if part:
            return frozenset(i for i, entry in enumerate(self.entries) if term in entry.text)
        return frozenset(i for i, entry in enumerate(self.entries) if _has_term(entry.words, term))


@cache
def starter_index() -> Index:
    """The factors of the starter library, ready for matching."""
    return Index(starter_release().factors.values())


def words_of(query: str, indexes: Sequence[Index]) -> tuple[Word, ...]:
    """The words of a cleaned query; Chinese that nothing has in one piece is cut."""
    pieces: list[str] = []
    for text in filter(None, re.split(r"[\s,;、]+", query)):
        whole = not _CHINESE.search(text) or _known(text, indexes)
        pieces.extend([text] if whole else _cut(text, indexes))
    return tuple(word(piece) for piece in dict.fromkeys(pieces))


def word(text: str) -> Word:
    """A word or phrase with its synonyms."""
    return Word(text, _synonyms().get(text, ()))


def score(entry: Entry, query: Word, words: tuple[Word, ...]) -> int:
    """How well a matching entry answers a query, up to 100 for its id or code."""
    if query.text in entry.keys:
        return CODE
    best = _phrase_score(entry, query.text)
    for term, cost in query.synonyms:
        if best < EXACT:
            best = max(best, _phrase_score(entry, term) - cost)
    return best if best >= WHOLE else max(best, _word_score(entry, words))


def likeness_pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text, its ends counted too."""
    padded = f" {text} "
    return frozenset(padded[i : i + 2] for i in range(len(padded) - 1))


def _phrase_score(entry: Entry, phrase: str) -> int:
    if phrase in entry.names:
        return EXACT
    if phrase in entry.kinds or phrase in entry.heads:
        return START
    named = _head_score(entry, phrase) if phrase in entry.name_text else 0
    return max(named, KIND if phrase in entry.groups else 0)


def _head_score(entry: Entry, phrase: str) -> int:
    """Whether the name up to its first qualifier begins with the phrase or ends with it.

    What a thing is stands last: 普通硅酸盐水泥 is a cement. But 废铝锭 is a waste, methanol from
    coal is no coal, and one character begins too many names: 电动小客车 is no 电.
    """
    chinese, english = entry.heads
    if not _CHINESE.search(phrase):
        last = english.endswith(f" {phrase}") and not english.endswith(f" from {phrase}")
        if last or english.startswith(f"{phrase} "):
            return START
        return BEGIN if any(name.startswith(phrase) for name in entry.names) else 0
    if chinese.endswith(phrase) and not chinese.startswith(_WASTE):
        return START
    if chinese.startswith(phrase):
        return START if len(phrase) > 1 else KIND
    return 0


def _word_score(entry: Entry, words: tuple[Word, ...]) -> int:
    if all(f" {one.text} " in entry.name_words for one in words):
        return WHOLE
    if all(one.text in entry.name_text for one in words):
        return PART
    if all(
        one.text in entry.name_text
        or any(_has_term(entry.name_words, term) for term, _ in one.synonyms)
        for one in words
    ):
        return PART - _SYNONYM_COST
    return ELSEWHERE


def _has_term(words: str, term: str) -> bool:
    """Whether a synonym occurs: Chinese anywhere, other letters only as whole words."""
    return (term if _CHINESE.search(term) else f" {term} ") in words


def _known(text: str, indexes: Sequence[Index]) -> bool:
    return text in _synonyms() or any(index.has(text) for index in indexes)


def _cut(text: str, indexes: Sequence[Index]) -> list[str]:
    """The longest pieces, from the left, that some factor or synonym has."""
    pieces = []
    while text:
        end = len(text)
        while end > 1 and not _known(text[:end], indexes):
            end -= 1
        pieces.append(text[:end])
        text = text[end:]
    return pieces


@cache
def _synonyms() -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Every term → the others that mean the same, and what they count less.

    A single Chinese character stands for its synonyms but they not for it: 电 is in too many
    other words.
    """
    found: dict[str, dict[str, int]] = {}
    with _SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            terms = [clean(term) for term in row["terms"].split("|")]
            for term in terms:
                for other in terms:
                    if other != term and not (len(other) == 1 and _CHINESE.match(other)):
                        same_language = _is_chinese(term) == _is_chinese(other)
                        cost = _SYNONYM_COST if same_language else 0
                        found.setdefault(term, {}).setdefault(other, cost)
    return {term: tuple(others.items()) for term, others in found.items()}


def _is_chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


def _as_words(text: str) -> str:
    return f" {_BREAKS.sub(' ', text).strip()} "


def _entry(factor: Factor) -> Entry:
    names = (clean(factor.name_zh), clean(factor.name_en))
    heads = (_HEAD_ENDS.split(names[0], maxsplit=1)[0], _HEAD_ENDS.split(names[1], maxsplit=1)[0])
    keys = tuple(key.casefold() for key in (factor.id, factor.code) if key)
    kinds, groups, rest = _shared_text(
        factor.category, factor.group, factor.geography, factor.source, bool(factor.electricity)
    )
    name_text = "\n".join(names)
    text = "\n".join((name_text, *keys, str(factor.year or ""), rest))
    return Entry(
        factor,
        keys,
        names,
        (heads[0].strip(), heads[1].strip()),
        kinds,
        groups,
        name_text,
        _as_words(name_text),
        text,
        _as_words(text),
        _order(factor),
    )


@cache
def _shared_text(
    category: str, group: str, geography: str, source_key: str, is_electricity: bool
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Kinds, groups and the searchable rest of all factors alike in these."""
    kinds = _labels("categories", category)
    if category == "electricity":
        # heat shares the category and is no electricity
        kinds = ("电力", "electricity") if is_electricity else ()
    groups = _labels("categories", group)
    known = sources().get(source_key)
    rest = (*kinds, *groups, geography, *_labels("geographies", geography))
    texts = (*rest, source_key, *((known.number, known.title) if known else ()))
    return kinds, groups, "\n".join(map(clean, texts))


def _labels(file: str, code: str) -> tuple[str, ...]:
    return tuple(map(clean, all_labels(file).get(code, (code,))))


def _order(factor: Factor) -> tuple[int, int, int, int, int, str]:
    """Life cycle before generation only; verified, library, China and newer first."""
    home = 0 if factor.geography == "CN" else 1 if factor.geography.startswith("CN-") else 2
    return (
        factor.electricity is ElectricityFamily.GENERATION_CO2,
        not factor.verified,
        factor.background is not None,
        home,
        -(factor.year or 0),
        factor.id,
    )
