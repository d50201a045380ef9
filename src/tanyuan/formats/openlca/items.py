"""JSON objects of a package: typed fields, and a note of every field that was not read."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tanyuan.backgrounds.package import UNDETERMINED, Texts, no_texts
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.numbers import NumberError, checked, parse_number
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems, refuse

_IGNORED = {"@context", "@type"}
_LARGEST = 10**30
_HINTED = {"Actor", "Source", "Location"}
_NOTHING: tuple[object, ...] = (None, "", [], {}, False, "00.00.000")
_MEND = Message("Mend the file, or export the database again.")


def parsed(data: bytes, place: Place) -> dict[str, Any]:
    """The JSON object in an entry, numbers as decimals.

    Raises:
        InputError: `encoding`, `json-depth`, `json`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(
            "encoding",
            Message("The text is not UTF-8 (byte {position}).", position=error.start + 1),
            Message("Save it as UTF-8, or export the database again."),
            place,
        ) from None
    try:
        # NaN and Infinity are no JSON, but some programs write them: refused where a number counts
        found = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    except RecursionError:
        raise refuse(
            "json-depth",
            Message("Its parts are nested too deeply."),
            _MEND,
            place,
        ) from None
    except ValueError as error:
        raise refuse(
            "json", Message("It is no JSON: {reason}.", reason=error), _MEND, place
        ) from None
    if not isinstance(found, dict):
        raise refuse("json", Message("It holds no object."), _MEND, place)
    return found


class Notes:
    """What was found in one object: problems, findings, and the fields that nobody read."""

    def __init__(self, report: Report, problems: Problems, file: str) -> None:
        self.report, self.problems, self.file = report, problems, file
        self.sheet = ""
        self.numbered = 0
        self.hints: dict[str, dict[str, Any]] = {}
        self._left: Counter[str] = Counter()
        self._converted: Counter[str] = Counter()

    def place(self, path: str = "", row: int | None = None) -> Place:
        """A place in the object."""
        return Place(self.file, self.sheet, row, path)

    def wrong(self, code: str, cause: Message, mend: Message, path: str, row: int | None) -> None:
        """Note a problem."""
        self.problems.add(code, cause, mend, self.place(path, row))

    def refer(self, key: str, reference: dict[str, Any]) -> None:
        """Keep what a reference says of an object that may not be in the package."""
        if reference.get("@type") in _HINTED:
            self.hints.setdefault(key, reference)

    def left(self, path: str) -> None:
        """Note a field that nobody read."""
        self._left[path] += 1

    def converted(self, path: str) -> None:
        """Note a value that was written in another type than the schema's."""
        self._converted[path] += 1

    def tell(self) -> None:
        """Report, once a field, how often it was left out or converted."""
        for path, count in self._left.items():
            self.report.add(
                "unknown-field",
                Act.DROPPED,
                self.place(path),
                Message("The field has no place in the model and is left out."),
                count=str(count),
            )
        for path, count in self._converted.items():
            self.report.add(
                "type-converted",
                Act.CONVERTED,
                self.place(path),
                Message("The value is written as a text and read as what the text says."),
                count=str(count),
            )


class Item:
    """An object inside an entry: fields by any of their names, each in the type that is wanted."""

    __slots__ = ("_data", "_notes", "_path", "_row")

    def __init__(
        self, data: dict[str, Any], notes: Notes, path: str = "", row: int | None = None
    ) -> None:
        # What is read is taken out, so that what remains was not read
        self._data, self._notes, self._path, self._row = data, notes, path, row

    def has(self, name: str) -> bool:
        """Whether a field is there, is not empty and was not read yet."""
        return self._data.get(name) is not None

    def take(self, *names: str) -> Any:
        """The value of the first of the fields that is there, else None."""
        for name in names:
            if name in self._data:
                return self._data.pop(name)
        return None

    def text(self, *names: str) -> str:
        """A text; empty where there is none."""
        value = self.take(*names)
        if isinstance(value, str):
            return value
        if isinstance(value, Decimal) and value.is_nan():
            self._notes.left(self._path + names[0])
        elif value is not None:
            self.wrong(names[0], Message("The value is no text."))
        return ""

    def word(self, *names: str) -> str:
        """A text that many objects share."""
        return sys.intern(self.text(*names))

    def texts(self, *names: str) -> Texts:
        """A text whose language the format does not tell."""
        value = self.text(*names)
        return {UNDETERMINED: value} if value else no_texts()

    def yes(self, *names: str) -> bool:
        """Whether a field says yes."""
        value = self.take(*names)
        if value is None or value is False:
            return False
        if value is True:
            return True
        if isinstance(value, str) and value.lower() in {"true", "false"}:
            self._notes.converted(self._path + names[0])
            return value.lower() == "true"
        self.wrong(names[0], Message("The value is neither true nor false."))
        return False

    def number(self, *names: str) -> Decimal | None:
        """A number as written."""
        value = self.take(*names)
        if value is None:
            return None
        try:
            if isinstance(value, Decimal):
                plain = value.is_finite() and value.adjusted() < 30
                return value if plain else checked(value)
            if isinstance(value, int) and not isinstance(value, bool):
                return Decimal(value) if abs(value) < _LARGEST else checked(Decimal(value))
            if isinstance(value, str):
                found = parse_number(value)
                self._notes.converted(self._path + names[0])
                return found
        except NumberError as error:
            self._notes.problems.add(
                error.code,
                error.cause,
                error.mend,
                self._notes.place(self._path + names[0], self._row),
            )
            return None
        self.wrong(names[0], Message("The value is no number."))
        return None

    def coordinate(self, *names: str) -> Decimal | None:
        """A number that is left out where it is none; no result depends on it."""
        value = self.take(*names)
        if isinstance(value, Decimal) and not value.is_finite():
            self._notes.left(self._path + names[0])
            return None
        return self.number(*names)

    def integer(self, *names: str) -> int | None:
        """A whole number."""
        value = self.number(*names)
        if value is None:
            return None
        if value != value.to_integral_value():
            self.wrong(names[0], Message("The value is no whole number."))
            return None
        return int(value)

    def item(self, *names: str) -> Item | None:
        """An object inside this one."""
        value = self.take(*names)
        if value is None:
            return None
        if isinstance(value, dict):
            return Item(value, self._notes, f"{self._path}{names[0]}.", self._row)
        self.wrong(names[0], Message("The value is no object."))
        return None

    def items(self, *names: str, rows: bool = False) -> Iterator[Item]:
        """The objects of a list; with `rows`, each is a row of its own in messages."""
        value = self.take(*names)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(names[0], Message("The value is no list."))
            return
        for number, each in enumerate(value, 1):
            if isinstance(each, dict):
                row = number if rows else self._row
                yield Item(each, self._notes, f"{self._path}{names[0]}.", row)
            else:
                self.wrong(names[0], Message("An entry of the list is no object."))

    def words(self, *names: str) -> tuple[str, ...]:
        """The texts of a list, or of a text that semicolons part."""
        value = self.take(*names)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(";") if part.strip())
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.wrong(names[0], Message("The value is no list of texts."))
        return ()

    def id_of(self, *names: str) -> str:
        """The id that a reference holds, else empty; the rest of it repeats the other object."""
        value = self.take(*names)
        return "" if value is None else self._reference(names[0], value)

    def ids(self, *names: str) -> tuple[str, ...]:
        """The ids of a list of references."""
        value = self.take(*names)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(names[0], Message("The value is no list."))
            return ()
        return tuple(filter(None, [self._reference(names[0], each) for each in value]))

    def _reference(self, name: str, value: Any) -> str:
        found = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, dict) and found is None:
            return ""
        if not isinstance(value, dict) or not isinstance(found, str):
            self.wrong(name, Message("The value is no reference to another object."))
            return ""
        self._notes.refer(found, value)
        return sys.intern(found)

    def wrong(self, name: str, cause: Message) -> None:
        """Note a value of the wrong type."""
        self._notes.wrong("field-type", cause, _MEND, self._path + name, self._row)

    def missing(self, name: str) -> None:
        """Note a field that must be there."""
        self._notes.wrong(
            "field-missing", Message("The field is missing."), _MEND, self._path + name, self._row
        )

    def leave(self) -> None:
        """Note the fields that nobody read and that say something."""
        for name, value in self._data.items():
            if name not in _IGNORED and value not in _NOTHING:
                self._notes.left(self._path + name)
