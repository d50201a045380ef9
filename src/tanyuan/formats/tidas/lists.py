"""The closed lists of TIDAS: classes and places that its data sets may name."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tanyuan.formats.ilcd.trees import Tree

_DATA = Path(__file__).parent.parent.parent / "data" / "tidas"
_NOWHERE = "NULL"
_PLACEHOLDER = {"process": "3290", "product": "94900", "elementary": "1.3.4"}
"""Placeholders where nothing is known: those of TianGong's importer (tidas-tools 0.0.43), but for
processes a class that is the same in both revisions of ISIC that editions of the list follow."""
_DEPTH = {"process": 4, "product": 5, "elementary": 3}
"""How many levels the schemas want."""

# How openLCA's mapping of ILCD flows pairs the compartments of the two (ILCD_Import.csv); where it
# pairs one with several, what they share.
_COMPARTMENTS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("emission to air", "high population density"): ("1", "1.3", "1.3.1"),
    ("emission to air", "low population density"): ("1", "1.3", "1.3.2"),
    ("emission to air", "low population density, long-term"): ("1", "1.3", "1.3.5"),
    ("emission to air", "lower stratosphere + upper troposphere"): ("1", "1.3", "1.3.3"),
    ("emission to air", "unspecified"): ("1", "1.3", "1.3.4"),
    ("emission to air", ""): ("1", "1.3"),
    ("emission to water", "fresh water"): ("1", "1.1", "1.1.1"),
    ("emission to water", "fresh water, long-term"): ("1", "1.1", "1.1.4"),
    ("emission to water", "ocean"): ("1", "1.1", "1.1.2"),
    ("emission to water", "unspecified"): ("1", "1.1", "1.1.3"),
    ("emission to water", ""): ("1", "1.1"),
    ("emission to soil", "agricultural"): ("1", "1.2", "1.2.1"),
    ("emission to soil", "unspecified"): ("1", "1.2", "1.2.3"),
    ("emission to soil", ""): ("1", "1.2"),
    ("resource", "in ground"): ("2", "2.1"),
    ("resource", "in water"): ("2", "2.2"),
    ("resource", "in air"): ("2", "2.3"),
    ("resource", "biotic"): ("2", "2.4"),
    ("resource", "land"): ("3",),
    ("resource", ""): ("2",),
}


@dataclass(frozen=True, slots=True)
class Class:
    """A class of a list: its level, code and name, and the codes of the classes inside it."""

    level: int
    code: str
    text: str
    inside: list[str]

    def tree(self, code: str) -> Tree:
        """How a data set names it; `code` is the name of the attribute that holds codes."""
        return {"@level": str(self.level), code: self.code, "#text": self.text}


@cache
def _classes() -> Mapping[str, Mapping[str, Class]]:
    """The classes by list and code; in the table, what lies inside a class follows it."""
    found: dict[str, dict[str, Class]] = {}
    open_: list[Class] = []
    with (_DATA / "classes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            each = Class(int(row["level"]), row["code"], row["text"], [])
            if each.level:
                open_[each.level - 1].inside.append(each.code)
            open_[each.level :] = [each]
            found.setdefault(row["list"], {})[each.code] = each
    return found


@cache
def _codes() -> Mapping[tuple[str, int, str], str]:
    """Codes by list, level and name in small letters."""
    return {
        (name, each.level, each.text.casefold()): each.code
        for name, rows in _classes().items()
        for each in rows.values()
    }


@cache
def _places() -> frozenset[str]:
    with (_DATA / "locations.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))


def place(code: str) -> str:
    """A code of the list of places; `NULL` where it is none."""
    return code if code in _places() else _NOWHERE


def classes(name: str, given: list[Tree], code: str) -> tuple[list[Tree], int]:
    """The levels of a classification by a list, from the widest to the narrowest.

    The schemas want all levels of a list. Where the class is not known so far down, placeholders
    follow.

    Args:
        name: of the list.
        given: the levels as they were meant.
        code: the name of the attribute that holds codes.

    Returns:
        The levels, and how many of them are no placeholders.
    """
    paired = _paired(given) if name == "elementary" else ()
    known = list(paired or _matched(name, given, code))
    path = [*known] or [_PLACEHOLDER[name]]
    if not known:
        while (above := _above(name, path[0])) is not None:
            path.insert(0, above)
    while inside := _classes()[name][path[-1]].inside:
        path.append(_unspecified(name, inside))
    if len(path) < _DEPTH[name]:
        # Land use has two levels only: no placeholder can make three of them.
        path = known
    return [_classes()[name][each].tree(code) for each in path], len(known)


def _above(name: str, code: str) -> str | None:
    return next((each.code for each in _classes()[name].values() if code in each.inside), None)


def _unspecified(name: str, codes: list[str]) -> str:
    """The class inside another that says least."""
    texts = {code: _classes()[name][code].text for code in codes}
    plain = [code for code in codes if texts[code].endswith("unspecified")]
    return plain[0] if plain else codes[-1]


def _matched(name: str, given: list[Tree], code: str) -> Iterator[str]:
    inside: list[str] | None = None
    for level, each in enumerate(given):
        key = each.get(code) or ""
        text = each["#text"]
        if not key and ":" in text:
            # As openLCA names the classes of ISIC: `2011:Manufacture of basic chemicals`.
            key, text = (part.strip() for part in text.split(":", 1))
        key = key or _codes().get((name, level, text.casefold()), "")
        known = _classes()[name].get(key)
        if known is None or known.level != level or (inside is not None and key not in inside):
            return
        inside = known.inside
        yield key


def _paired(given: list[Tree]) -> tuple[str, ...]:
    path = [each["#text"].casefold() for each in given]
    path = path[1:] if path[:1] == ["elementary flows"] else path
    wide, narrow = (*path, "", "")[:2]
    return _COMPARTMENTS.get((wide, narrow)) or _COMPARTMENTS.get((wide, ""), ())


def one_class(name: str, given: list[Tree], other: str) -> Tree:
    """The one class of a list that stands for an object: the given one, or another by its code."""
    found = next(_matched(name, given[:1], "@classId"), other)
    return _classes()[name][found].tree("@classId")
