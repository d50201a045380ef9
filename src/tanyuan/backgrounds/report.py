"""The import report: everything that is not in the result as it was in the source, and why.

A finding names the place, what was done, the reason and, where a person can do better, the mend.
Findings of one code share their sentences; the report counts them and keeps each place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tanyuan.languages import Choice, Message
from tanyuan.problems import Place


class Act(Choice):
    """What was done to something."""

    DROPPED = "dropped", "dropped"
    DEFAULTED = "defaulted", "set to a default"
    CONVERTED = "converted", "converted"
    UNLINKED = "unlinked", "cut off: no supplier"
    AMBIGUOUS = "ambiguous", "several suppliers"
    ALLOCATED = "allocated", "allocated"
    UNMAPPED = "unmapped", "no gas assigned"
    KEPT = "kept", "kept as it is"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was not taken over as it stood.

    Attributes:
        code: stable, for instance `unknown-field`.
        act: what was done.
        place: file (entry of the archive), sheet (the object by name or id), row (the exchange,
            counted from 1), field.
        why: the reason.
        mend: what a person can do, or none.
        details: more for programs, for instance the ids of candidates.
    """

    code: str
    act: Act
    place: Place
    why: Message
    mend: Message | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Report:
    """Collects findings while a package is read, linked and allocated."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def add(
        self,
        code: str,
        act: Act,
        place: Place,
        why: Message,
        mend: Message | None = None,
        **details: str,
    ) -> None:
        """Note one finding."""
        self._found.append(Finding(code, act, place, why, mend, details))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def counts(self) -> dict[tuple[Act, str], int]:
        """How often each code occurs, by act, the most frequent first."""
        found: dict[tuple[Act, str], int] = {}
        for one in self._found:
            found[one.act, one.code] = found.get((one.act, one.code), 0) + 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
