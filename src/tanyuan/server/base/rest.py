"""What the API of every app shares: the shapes of refusals, pages of rows, the way to stop."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Protocol

from ninja import Path, Query, Schema
from pydantic import Field

from tanyuan.languages import Message

MOST_ROWS = 200
# PostgreSQL cannot hold the character zero
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


class Stopped(Exception):  # noqa: N818 - reads as what it says
    """A request that gets an answer other than what it asked for."""

    def __init__(
        self, status: int, code: str, message: Message, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})
        super().__init__(code)


class RefusalOut(Schema):
    """Why there is no answer."""

    code: str
    message: str


class ProblemOut(Schema):
    """One thing wrong with what was sent: where, why, how to mend it."""

    code: str
    file: str
    sheet: str
    row: int | None
    field: str
    cause: str
    mend: str


class ProblemsOut(Schema):
    """All that is wrong with what was sent."""

    problems: list[ProblemOut]


def answers(success: Mapping[int, Any], *more: int) -> dict[int, Any]:
    """The answers of an operation: those of success, and those that every operation may give."""
    refusals = dict.fromkeys((405, 429, *more), RefusalOut)
    return {**success, **refusals, 422: ProblemsOut}


def from_bytes(schema: Mapping[str, Any], kind: str = "application/json") -> dict[str, Any]:
    """How an operation that reads the bytes of its body itself tells what it reads."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": dict(schema)}}}}


Limit = Annotated[int, Query(20, ge=1, le=MOST_ROWS, description="How many rows at most.")]
Offset = Annotated[int, Query(0, ge=0, le=1_000_000, description="How many rows to leave out.")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
Language = Annotated[
    str | None,
    Query(None, pattern="^(zh|en)$", description="Language of the texts; else Accept-Language."),
]
Text = Annotated[str, Field(max_length=200, pattern=TEXT)]


class Rows(Protocol):
    """What has a count and can be cut: a query set."""

    def count(self) -> int:
        """How many there are."""

    def __getitem__(self, part: slice, /) -> Any:
        """A part of them."""


def page(
    rows: Rows, limit: int, offset: int, row: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """A part of the rows, with the number of all."""
    found = [row(one) for one in rows[offset : offset + limit]]
    return {"total": rows.count(), "limit": limit, "offset": offset, "items": found}


def listed(
    rows: Sequence[Any], limit: int, offset: int, row: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """The same of rows that are held in memory."""
    found = [row(one) for one in rows[offset : offset + limit]]
    return {"total": len(rows), "limit": limit, "offset": offset, "items": found}


class PageOut(Schema):
    """A part of many rows."""

    total: int
    limit: int
    offset: int
