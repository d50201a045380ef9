"""The starter library: the factors and properties that come with the package.

The files in `library/` are facts read from published sources, one JSON record a line; how each
was checked is its standing. They load at first use and are then held.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tanyuan.factors.factor import Factor, Standing, factor_from_record
from tanyuan.languages import language

_LIBRARY = Path(__file__).parent / "library"
_SOURCES = Path(__file__).parent.parent / "data" / "sources.csv"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that values come from; `attribution` is what its licence asks to be said."""

    key: str
    title: str
    number: str
    year: int | None
    url: str
    attribution: str

    def __str__(self) -> str:
        year = str(self.year) if self.year and str(self.year) not in self.number else ""
        return ", ".join(part for part in (self.title, self.number, year) if part)


@dataclass(frozen=True, slots=True)
class Property:
    """A published figure that is not an emission factor: a calorific value, a carbon content."""

    id: str
    subject_zh: str
    subject_en: str
    translated: tuple[str, ...]
    code: str
    value: Decimal
    unit: str
    gas: str
    geography: str
    year: int
    source: str
    locator: str
    seen_at: str
    standing: Standing
    notes: str

    @property
    def subject(self) -> str:
        """What the figure is of, in the language in use."""
        return self.subject_zh if language() == "zh" else self.subject_en


@dataclass(frozen=True, slots=True)
class Release:
    """One edition of the library; `content_hash` is the SHA-256 of the files as they were read."""

    id: str
    date: str
    title_zh: str
    title_en: str
    content_hash: str
    factors: Mapping[str, Factor]
    properties: Mapping[str, Property]
    _names: Mapping[str, str] = field(repr=False)

    @property
    def title(self) -> str:
        """The title in the language in use."""
        return self.title_zh if language() == "zh" else self.title_en

    def find(self, text: str) -> Factor | None:
        """The factor with this id or this code of its source, in any case; None if there is none.

        >>> starter_release().find("el-0121").id
        'EL-0121'
        """
        found = self._names.get(text.strip().casefold())
        return None if found is None else self.factors[found]


@cache
def starter_release() -> Release:
    """The starter library, read at the first call."""
    about = json.loads((_LIBRARY / "release.json").read_text(encoding="utf-8"))
    contents = {name: (_LIBRARY / name).read_bytes() for name in about["files"]}
    factors = {
        record["id"]: factor_from_record(record)
        for name, content in contents.items()
        if name != "properties.jsonl"
        for record in _records(content)
    }
    properties = (_property(record) for record in _records(contents["properties.jsonl"]))
    names = {factor.code.casefold(): factor.id for factor in factors.values() if factor.code}
    names |= {name.casefold(): name for name in factors}
    return Release(
        about["id"],
        about["date"],
        about["title_zh"],
        about["title_en"],
        hashlib.sha256(b"".join(contents.values())).hexdigest(),
        MappingProxyType(factors),
        MappingProxyType({known.id: known for known in properties}),
        MappingProxyType(names),
    )


def _records(content: bytes) -> Iterator[dict[str, Any]]:
    yield from json.loads(b"[" + b",".join(content.splitlines()) + b"]")


def _property(record: dict[str, Any]) -> Property:
    blank = {"translated": (), "gas": "", "locator": "", "seen_at": "", "notes": ""}
    values = blank | record
    values["code"] = values.pop("property")
    values["translated"] = tuple(values["translated"])
    values["value"] = Decimal(values["value"])
    values["standing"] = Standing(values["standing"])
    return Property(**values)


def _table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _labels(file: str) -> Mapping[str, tuple[str, str]]:
    """Code → English and Chinese label."""
    rows = _table(_LIBRARY / file)
    return {code: (english, chinese) for code, english, chinese in (row.values() for row in rows)}


def _label(file: str, code: str) -> str:
    english, chinese = _labels(file).get(code, (code, code))
    return chinese if language() == "zh" else english


def category_label(code: str) -> str:
    """The name of a category or group in the language in use; an unknown code as it is."""
    return _label("categories.csv", code)


def geography_label(code: str) -> str:
    """The name of a geography in the language in use; an unknown code as it is."""
    return _label("geographies.csv", code)


def boundary_label(code: str) -> str:
    """The name of a boundary in the language in use; an unknown code as it is."""
    return _label("boundaries.csv", code)


def property_label(code: str) -> str:
    """The name of a kind of property in the language in use; an unknown code as it is."""
    return _label("properties.csv", code)


def all_labels(file: str) -> Mapping[str, tuple[str, str]]:
    """English and Chinese labels of `categories`, `geographies`, `boundaries` or `properties`."""
    return _labels(f"{file}.csv")


def record_text(text: str) -> tuple[str, ...]:
    """The sentences of a record's `notes`, `basis` or `per` in the language in use."""
    chinese = _texts() if language() == "zh" else {}
    return tuple(chinese.get(part, part) for part in text.split("; ") if part)


@cache
def _texts() -> Mapping[str, str]:
    return {row["text_en"]: row["text_zh"] for row in _table(_LIBRARY / "texts.csv")}


@cache
def sources() -> Mapping[str, Source]:
    """Every source by its key, those of the GWP values too."""
    return MappingProxyType(
        {
            row["key"]: Source(
                row["key"],
                row["title"],
                row["number"],
                int(row["year"]) if row["year"] else None,
                row["url"],
                row["attribution"],
            )
            for row in _table(_SOURCES)
        }
    )


def source(key: str) -> Source:
    """The source with this key.

    Raises:
        KeyError: there is none.
    """
    return sources()[key]
