"""What is wrong with an input: where, what, and how to mend it.

Readers collect problems and raise them together, so that a person sees all that is wrong with a
file at once.
"""

from __future__ import annotations

from collections.abc import Iterable
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


class InputError(Exception):
    """An input that cannot be used; carries every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def refuse(code: str, cause: Message, mend: Message, place: Place = Place()) -> InputError:
    """The error for a single problem, to be raised by the caller."""
    return InputError([Problem(code, cause, mend, place)])
