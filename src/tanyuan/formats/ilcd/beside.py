"""What ILCD and TIDAS have no place for, in a file beside the data sets.

The data sets themselves hold nothing but the standard. Each line of the file is a JSON object: the
first of the whole package, the others of one data set each, with the SHA-256 of that data set: what
another program has changed since counts as it is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from pydantic import TypeAdapter

from tanyuan.backgrounds.package import Entry, Exchange, Location, Package, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.numbers import checked
from tanyuan.formats.ilcd.habits import Habits
from tanyuan.languages import Message
from tanyuan.problems import Place, refuse

NAME = "tanyuan.jsonl"
_PACKAGE_FIELDS = ("names", "locations", "parameters", "licence", "notice")
_E = TypeVar("_E", bound=Entry)
_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one data set: fields by name, and for processes exchanges by number."""

    fields: Mapping[str, Any]
    exchanges: Mapping[int, Mapping[str, Any]]

    def __bool__(self) -> bool:
        return bool(self.fields or self.exchanges)


def difference(meant: Entry, held: Entry) -> Kept:
    """What a data set that is read as `held` lacks of the object that was `meant`."""
    differing = _differing(meant, held, leave=("id", "exchanges"))
    if not isinstance(meant, Process) or not isinstance(held, Process):
        return Kept(differing, {})
    numbers = [each.number for each in meant.exchanges]
    if numbers != [each.number for each in held.exchanges]:
        value = _adapter(Process, "exchanges").dump_python(meant.exchanges, mode="json")
        return Kept(differing | {"exchanges": value}, {})
    pairs = zip(meant.exchanges, held.exchanges, strict=True)
    exchanges = {
        one.number: found
        for one, other in pairs
        if one != other and (found := _differing(one, other, leave=("number",)))
    }
    return Kept(differing, exchanges)


def _differing(meant: Any, held: Any, leave: tuple[str, ...]) -> _Json:
    of: Any = type(meant)
    return {
        each.name: _adapter(of, each.name).dump_python(value, mode="json")
        for each in fields(meant)
        if each.name not in leave
        and (value := getattr(meant, each.name)) != getattr(held, each.name)
    }


@cache
def _adapter(of: Hashable, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(_hints(of)[name])


@cache
def _hints(of: Hashable) -> dict[str, Any]:
    return get_type_hints(of)


def line_of(data: bytes, kept: Kept) -> bytes:
    """The line for a data set."""
    found: _Json = {"sha256": hashlib.sha256(data).hexdigest(), "fields": kept.fields}
    if kept.exchanges:
        found["exchanges"] = {str(number): each for number, each in kept.exchanges.items()}
    return _line(found)


def first_line(package: Package, habits: Habits) -> bytes:
    """The line for the package."""
    held = {
        name: _adapter(Package, name).dump_python(getattr(package, name), mode="json")
        for name in _PACKAGE_FIELDS
    }
    return _line({"package": held, "guessed": habits.guessed, "explicit": habits.explicit})


def _line(found: _Json) -> bytes:
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8") + b"\n"


class Beside:
    """The file beside the data sets, or nothing where there is none."""

    def __init__(self, data: bytes = b"", place: Place = Place()) -> None:
        self._place = place
        self._lines: dict[str, bytes] = {}
        self._package: _Json = {}
        self.habits = Habits()
        for line in data.splitlines():
            found = self._parsed(line)
            if isinstance(found.get("package"), dict):
                self._package = found["package"]
                self.habits = Habits(found.get("guessed") is True, found.get("explicit") is True)
            elif isinstance(key := found.get("sha256"), str):
                self._lines[key] = line

    def __bool__(self) -> bool:
        return bool(self._lines or self._package)

    def _parsed(self, line: bytes) -> _Json:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise refuse(
                "beside",
                Message("The file beside the data sets is damaged."),
                Message("Delete it from the ZIP to read the data sets without it."),
                self._place,
            )
        return found

    def line(self, data: bytes) -> bytes:
        """The line for a data set; nothing if there is none for just these bytes."""
        return self._lines.get(hashlib.sha256(data).hexdigest(), b"") if self._lines else b""

    def restored(self, held: _E, line: bytes, report: Report) -> _E:
        """A data set as it was meant.

        Args:
            held: what was read.
            line: what lies beside it.
            report: told if that cannot be used.
        """
        found = self._parsed(line)
        try:
            changes = _validated(type(held), found.get("fields", {}))
            if isinstance(held, Process) and "exchanges" in found:
                by_number = {int(key): each for key, each in found["exchanges"].items()}
                changes["exchanges"] = tuple(
                    replace(each, **_validated(Exchange, by_number[each.number]))
                    if each.number in by_number
                    else each
                    for each in held.exchanges
                )
        except (ValueError, KeyError, TypeError, AttributeError):
            report.add(
                "beside-unusable",
                Act.DROPPED,
                Place(self._place.file, held.name),
                Message("What lies beside the data set cannot be used."),
            )
            return held
        return replace(held, **changes)

    def restored_package(self, held: Package) -> Package:
        """The package as it was meant: names, places, parameters, terms of use."""
        if not self._package:
            return held
        try:
            changes = _validated(Package, self._package)
        except (ValueError, KeyError, TypeError):
            raise refuse(
                "beside",
                Message("The file beside the data sets is damaged."),
                Message("Delete it from the ZIP to read the data sets without it."),
                self._place,
            ) from None
        meant = cast("Mapping[str, Location]", changes.pop("locations", {}))
        used = _named_places(held)
        places = {key: each for key, each in held.locations.items() if key in used} | dict(meant)
        return replace(held, locations={key: places[key] for key in sorted(places)}, **changes)


def _named_places(package: Package) -> set[str]:
    """Ids of the places that something lies in."""
    found = {each.location for each in package.flows.values()}
    for process in package.processes.values():
        found.add(process.location)
        found.update(each.location for each in process.exchanges)
    return found


def _validated(of: type, found: Mapping[str, Any]) -> dict[str, Any]:
    """Values of fields in their types, numbers within what is calculated with."""
    changes = {}
    for name, value in found.items():
        if name in {"id", "number"}:
            raise ValueError(name)
        changes[name] = _adapter(of, name).validate_python(value)
        for number in _numbers(changes[name]):
            checked(number)
    return changes


def _numbers(value: Any) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _numbers(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _numbers(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _numbers(getattr(value, field.name))
