"""What is wrong with an input: where, what, and how to mend it.

Readers collect problems and raise them together, so that a person sees all that is wrong with a
file at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from tanyuan.languages import Message


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an input: file, sheet and row (counted from 1, as the sheet shows it), field.

    In JSON and YAML the sheet is the table ("lines") and the row its entry, counted from 1.
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    field: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.sheet]
        if self.row is not None:
            parts.append(str(Message("row {row}", row=self.row)))
        parts.append(self.field)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: a stable code, the cause and the mend in the reader's language."""

    code: str
    cause: Message
    mend: Message
    place: Place = Place()

    def at(self, place: Place) -> Problem:
        """The same problem at another place."""
        return replace(self, place=place)

    def __str__(self) -> str:
        place = str(self.place)
        said = f"{self.cause} {self.mend}"
        return f"{place}: {said}" if place else said


class InvalidValueError(ValueError):
    """A value that cannot be used, found where its place in the input is not known yet."""

    def __init__(self, code: str, cause: Message, mend: Message) -> None:
        self.code, self.cause, self.mend = code, cause, mend
        super().__init__(code)

    def __str__(self) -> str:
        return f"{self.cause} {self.mend}"

    def problem(self, place: Place = Place()) -> Problem:
        """The mistake as a problem of an input."""
        return Problem(self.code, self.cause, self.mend, place)


class InputError(Exception):
    """An input that cannot be used; carries every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class Problems:
    """Collects problems, so that all of an input are raised together."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, code: str, cause: Message, mend: Message, place: Place = Place()) -> None:
        """Note one problem."""
        self._found.append(Problem(code, cause, mend, place))

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        """Note an unusable value met inside the block as a problem at this place."""
        try:
            yield
        except InvalidValueError as error:
            self._found.append(error.problem(place))

    @property
    def found(self) -> tuple[Problem, ...]:
        """What has been noted so far."""
        return tuple(self._found)

    def raise_if_any(self) -> None:
        """Raise what was found, in the order of the tables."""
        if self._found:
            raise InputError(self._found)


def refuse(code: str, cause: Message, mend: Message, place: Place = Place()) -> InputError:
    """The error for a single problem, to be raised by the caller."""
    return InputError([Problem(code, cause, mend, place)])
