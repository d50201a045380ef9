"""The import report: everything that is not in the result as it was in the source, and why.

A finding names the place, what was done, the reason and, where a person can do better, the mend.
Findings of one code share their sentences; the report counts them and keeps each place.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from tanyuan.languages import Choice, Message, language
from tanyuan.problems import Place

_TITLES = Path(__file__).parents[1] / "data" / "findings.csv"


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


_NO_DETAILS: Mapping[str, str] = {}


def _no_details() -> Mapping[str, str]:
    return _NO_DETAILS


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
    details: Mapping[str, str] = field(default_factory=_no_details)


def kind_title(code: str) -> str:
    """What a kind of finding is called in the language in use; its code where it has no name."""
    return _titles().get(code, {}).get(language()) or code


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    with _TITLES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


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
        self._found.append(Finding(code, act, place, why, mend, details or _NO_DETAILS))

    def leave_out(self, place: Place, count: int) -> None:
        """Note objects of a kind that a package does not hold."""
        why = Message("Objects of this kind are not taken over.")
        self.add("object-kind", Act.DROPPED, place, why, count=str(count))

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

    def groups(self) -> dict[tuple[Act, str], list[Finding]]:
        """The findings by act and code, the most frequent first, each in the order found."""
        found: dict[tuple[Act, str], list[Finding]] = {key: [] for key in self.counts()}
        for one in self._found:
            found[one.act, one.code].append(one)
        return found

    def document(self) -> list[dict[str, Any]]:
        """The report as a document, in no language: sentences stand beside their values."""
        return [
            {
                "act": act.value,
                "code": code,
                "count": len(findings),
                "findings": [_document(one) for one in findings],
            }
            for (act, code), findings in self.groups().items()
        ]

    @classmethod
    def from_document(cls, document: list[dict[str, Any]]) -> Self:
        """The report that a document holds."""
        report = cls()
        for group in document:
            for one in group["findings"]:
                mend = one.get("mend")
                report.add(
                    group["code"],
                    Act(group["act"]),
                    Place(**one["place"]),
                    _read(one["why"]),
                    _read(mend) if mend else None,
                    **one.get("details", {}),
                )
        return report


def _document(finding: Finding) -> dict[str, Any]:
    place = finding.place
    stated = {"file": place.file, "sheet": place.sheet, "row": place.row, "field": place.field}
    found: dict[str, Any] = {
        "place": {key: value for key, value in stated.items() if value},
        "why": _written(finding.why),
    }
    if finding.mend:
        found["mend"] = _written(finding.mend)
    if finding.details:
        found["details"] = dict(finding.details)
    return found


def _written(message: Message) -> dict[str, Any]:
    """A sentence in no language, with its values; some of them are sentences."""
    values = {
        name: _written(value)
        if isinstance(value, Message)
        else value
        if isinstance(value, int)
        else str(value)
        for name, value in message.values.items()
    }
    return {"text": message.text, "values": values} if values else {"text": message.text}


def _read(document: dict[str, Any]) -> Message:
    values = {
        name: _read(value) if isinstance(value, dict) else value
        for name, value in document.get("values", {}).items()
    }
    return Message(document["text"], **values)
