"""Independent pieces of work, done in this process, in several, or on a cluster.

The work is a function at the top of a module; a piece is small and plain. What is large, such as a
background, the work opens from its file, mapped into memory, and keeps for the next piece. Every
executor does the same work on the same pieces, so figures do not hang on where it is done.

To cancel, close the iterator that `Executor.map` answers, or leave the block of the executor: no
further piece is begun, and what is under way is given up.
"""

from __future__ import annotations

import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from tanyuan.languages import Message
from tanyuan.problems import InputError, Problem

Piece = TypeVar("Piece")
Found = TypeVar("Found")

AHEAD = 4
"""Pieces for each worker that are under way or done before their turn; bounds memory."""
LOSSES = 3
"""How many workers a piece may lose before it is taken for the reason."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of a piece that could not be done; plain, so that it travels from any worker.

    Attributes:
        problems: what is wrong.
        trace: of the worker, for developers.
    """

    problems: tuple[Problem, ...]
    trace: str = ""

    @classmethod
    def of(cls, error: Exception) -> Self:
        """The failure that an exception is."""
        trace = "".join(traceback.format_exception(error))
        if isinstance(error, InputError):
            return cls(error.problems, trace)
        reason = f"{type(error).__name__}: {error}"
        problem = Problem(
            "piece-failed",
            Message("It could not be calculated: {reason}.", reason=reason),
            Message("Leave it out to go on with the others, and report it as a fault."),
        )
        return cls((problem,), trace)

    @classmethod
    def lost(cls) -> Self:
        """The failure of a piece whose workers end before it is done, again and again."""
        problem = Problem(
            "worker-lost",
            Message("Worker processes ended again and again while they worked on it."),
            Message(
                "See whether the machine runs out of memory, and take fewer workers. A script that "
                "starts workers calls its work under: if __name__ == '__main__'"
            ),
        )
        return cls((problem,))

    def error(self, piece: Message | str) -> InputError:
        """As an error that names the piece."""
        found = []
        for problem in self.problems:
            place = problem.place
            inside = f"{piece} · {place.file}" if place.file else str(piece)
            found.append(problem.at(replace(place, file=inside)))
        error = InputError(found)
        if self.trace:
            error.add_note(self.trace)
        return error


def attempt(work: Callable[[Piece], Found], piece: Piece) -> Found | Failure:
    """Do a piece; what goes wrong becomes a `Failure`, since not every exception can travel."""
    try:
        return work(piece)
    except Exception as error:
        return Failure.of(error)


class Executor(ABC):
    """Does pieces of work; a context manager that gives its workers back."""

    workers: int = 1
    """How many pieces are worked on at once."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:  # noqa: B027 - not all have something to give back
        """Give the workers back."""

    def map(
        self,
        work: Callable[[Piece], Found],
        pieces: Iterable[Piece],
        name: Callable[[Piece], Message | str],
    ) -> Generator[Found, None, None]:
        """What the work makes of each piece, in the order of the pieces, as it comes.

        Pieces are taken from the iterable a few ahead of what has been answered. A piece whose
        worker ends is done again.

        Args:
            work: a function at the top of a module.
            pieces: small and plain.
            name: what a piece is called in errors.

        Raises:
            InputError: the first piece in order that failed, by its name.
        """
        with closing(self._attempts(work, pieces)) as attempts:
            for piece, found in attempts:
                if isinstance(found, Failure):
                    raise found.error(name(piece))
                yield found

    @abstractmethod
    def _attempts(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece]
    ) -> Generator[tuple[Piece, Found | Failure], None, None]:
        """Every piece with what became of it, in order."""


class Serial(Executor):
    """Does one piece after the other in this process."""

    def _attempts(
        self, work: Callable[[Piece], Found], pieces: Iterable[Piece]
    ) -> Generator[tuple[Piece, Any], None, None]:
        for piece in pieces:
            yield piece, attempt(work, piece)
