"""Editing the lines of a study in a form: what was entered, what it makes, what others did.

A form carries the number of the revision that it was opened on and the lines by their place there.
Only fields that differ from that revision are changes, so that they can be laid over a newer one.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from tanyuan.footprint.result import LineResult
from tanyuan.footprint.study import DataKind, Line, Phase, Role, Study
from tanyuan.formats.study_file import Origin, study_from
from tanyuan.languages import Choice, Message, language, translate
from tanyuan.problems import Problem

FIELDS = ("amount", "unit", "ref", "role", "note")
NEW_FIELDS = ("name", "stage", "amount", "unit", "ref", "role", "data_kind", "note")
MOST_NEW = 20
PER_PAGE = 100
_DEFAULTS = {"role": Role.COUNTED.value, "data_kind": DataKind.SECONDARY.value}
_LONGEST = 5000


@dataclass
class Changes:
    """What a person has changed, by the line's id: fields, lines taken away, new lines."""

    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    added: list[dict[str, str]] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self.fields or self.removed or self.added)


@dataclass
class Cell:
    """A field of a line in the form."""

    name: str
    field: str
    value: str
    label: str
    error: str = ""
    changed: bool = False
    theirs: str | None = None
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The id of the input."""
        return f"f-{self.name.replace('.', '-')}"


@dataclass
class Entry:
    """A line in the form."""

    key: str
    number: int
    line: str
    title: str
    stage: str
    cells: dict[str, Cell]
    problems: list[Problem]
    removed: bool = False
    distance: str = ""
    result: LineResult | None = None
    calculated_with: str = ""

    @property
    def factor_name(self) -> str:
        """The name of the factor, as long as the field holds what was calculated with."""
        shown = self.result is not None and self.cells["ref"].value == self.result.ref
        return self.calculated_with if shown else ""

    @property
    def computed(self) -> bool:
        """Whether the amount that counts is another than the field says: a formula, a distance."""
        if self.result is None or self.result.amount is None:
            return False
        return not _is_number(self.cells["amount"].value) or bool(self.distance)

    @property
    def all(self) -> Iterable[Cell]:
        """The cells in their order."""
        return self.cells.values()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _clean(text: object) -> str:
    return str(text).strip()[:_LONGEST]


def held(row: Mapping[str, Any], name: str) -> str:
    """A field of a document's line as the form shows it."""
    value = row.get(name)
    return _DEFAULTS.get(name, "") if value is None else str(value)


def entered(document: Mapping[str, Any], post: QueryDict) -> Changes:
    """What a form changes in the revision that it was opened on."""
    changes = Changes()
    for place, row in enumerate(document.get("lines", ())):
        if f"remove.{place}" in post:
            changes.removed.append(row["id"])
        differing = {
            name: _clean(post[f"{name}.{place}"])
            for name in FIELDS
            if f"{name}.{place}" in post and _clean(post[f"{name}.{place}"]) != held(row, name)
        }
        if differing:
            changes.fields[row["id"]] = differing
    for place in range(MOST_NEW):
        new = {name: _clean(post.get(f"{name}.new{place}", "")) for name in NEW_FIELDS}
        if any(new[name] for name in ("name", "amount", "ref", "note")):
            changes.added.append(new)
    return changes


def applied(document: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """The document with the changes; all that the form does not show stays as it is."""
    made = copy.deepcopy(dict(document))
    lines = []
    for row in made.get("lines", ()):
        if row["id"] in changes.removed:
            continue
        for name, value in changes.fields.get(row["id"], {}).items():
            row.pop(name, None)
            if value:
                row[name] = value
        lines.append(row)
    taken = _ids(made)
    for new in changes.added:
        row = {name: value for name, value in new.items() if value and name != "name"}
        row["id"] = _free_id(taken)
        taken.add(row["id"])
        row["name_zh" if language() == "zh" else "name_en"] = new["name"] or row["id"]
        lines.append(row)
    made["lines"] = lines
    return made


def _ids(document: Mapping[str, Any]) -> set[str]:
    tables = (rows for rows in document.values() if isinstance(rows, list))
    return {
        str(row["id"]) for rows in tables for row in rows if isinstance(row, dict) and "id" in row
    }


def _free_id(taken: set[str]) -> str:
    number = 1
    while f"line-{number}" in taken:
        number += 1
    return f"line-{number}"


def study_of(content: Mapping[str, Any]) -> Study:
    """The study that edited content means.

    Raises:
        InputError: with every problem, placed by table and row.
    """
    return study_from(content, Origin(""))


def laid_over(changes: Changes, document: Mapping[str, Any], before: Mapping[str, Any]) -> Changes:
    """The changes as they fit on a newer document; a line that is gone comes back as a new one."""
    known = {row["id"] for row in document.get("lines", ())}
    old = {row["id"]: row for row in before.get("lines", ())}
    fitting = Changes(
        {key: value for key, value in changes.fields.items() if key in known},
        [key for key in changes.removed if key in known],
        list(changes.added),
    )
    for key, value in changes.fields.items():
        if key not in known:
            row = old[key]
            again = {name: held(row, name) for name in NEW_FIELDS if name != "name"} | value
            fitting.added.append({"name": _name(row), **again})
    return fitting


def _name(row: Mapping[str, Any]) -> str:
    names = (row.get("name_zh", ""), row.get("name_en", ""))
    first, second = names if language() == "zh" else reversed(names)
    return str(first or second or row["id"])


def _choices(kind: type[Choice]) -> tuple[tuple[str, str], ...]:
    return tuple((member.value, str(member.label)) for member in kind)


def stages(document: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The stages that a line of the study may stand in."""
    own = tuple((row["id"], _name(row)) for row in document.get("stages", ()))
    return own or _choices(Phase)


class Sheet:
    """The form: lines of a revision with the changes laid over them.

    `problems` are those of the last try; `theirs` what somebody else has changed meanwhile;
    `results` what the lines come to, by id.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        changes: Changes,
        *,
        page: int = 1,
        problems: Iterable[Problem] = (),
        theirs: Iterable[Mapping[str, Any]] = (),
        results: Iterable[LineResult] = (),
    ) -> None:
        self.document, self.changes = document, changes
        self._results = {line.id: line for line in results}
        lines = list(document.get("lines", ()))
        self.pages = max(1, -(-len(lines) // PER_PAGE))
        self.page = min(max(page, 1), self.pages)
        self._theirs = {(t["id"], t["field"]): t for t in theirs if t["table"] == "lines"}
        self._stages = dict(stages(document))
        self.problems = list(problems)
        self._of_row = self._placed(lines)
        first = (self.page - 1) * PER_PAGE
        self.entries = [
            self._entry(place, row)
            for place, row in enumerate(lines)
            if first <= place < first + PER_PAGE
        ]
        blank = {**dict.fromkeys(NEW_FIELDS, ""), **_DEFAULTS}
        added = [*changes.added, *([blank] * (1 if changes.added else 2))][:MOST_NEW]
        self.new = [self._new_entry(place, values) for place, values in enumerate(added)]

    def _placed(self, lines: list[dict[str, Any]]) -> dict[str, list[Problem]]:
        """Problems by the key of the line in the form that they are of."""
        kept = [place for place, row in enumerate(lines) if row["id"] not in self.changes.removed]
        keys = [*map(str, kept), *(f"new{n}" for n in range(len(self.changes.added)))]
        found: dict[str, list[Problem]] = {}
        for problem in self.problems:
            row = problem.place.row
            if problem.place.sheet == "lines" and row and row <= len(keys):
                found.setdefault(keys[row - 1], []).append(problem)
        return found

    def _entry(self, place: int, row: Mapping[str, Any]) -> Entry:
        changed = self.changes.fields.get(row["id"], {})
        values = {name: changed.get(name, held(row, name)) for name in FIELDS}
        entry = self._made(
            str(place), place + 1, row["id"], _name(row), str(row.get("stage", "")), values, changed
        )
        entry.distance = str(row.get("distance") or "")
        entry.result = self._results.get(row["id"])
        if entry.result is not None:
            outputs = {output["id"]: _name(output) for output in self.document.get("outputs", ())}
            ref = entry.result.ref
            entry.calculated_with = outputs.get(ref, entry.result.ref_name)
        return entry

    def _new_entry(self, place: int, values: Mapping[str, str]) -> Entry:
        number = len(self.document.get("lines", ())) + place + 1
        title = str(Message("New line"))
        return self._made(f"new{place}", number, "", title, values["stage"], values, values)

    def _made(
        self,
        key: str,
        number: int,
        line: str,
        title: str,
        stage: str,
        values: Mapping[str, str],
        changed: Mapping[str, str],
    ) -> Entry:
        problems = self._of_row.get(key, [])
        cells = {}
        for name in values if key.startswith("new") else FIELDS:
            their = self._theirs.get((line, name))
            cells[name] = Cell(
                f"{name}.{key}",
                name,
                values[name],
                _title(name),
                "; ".join(f"{p.cause} {p.mend}" for p in problems if p.place.field == name),
                bool(line) and name in changed,
                None if their is None else str(their["after"] or ""),
                self._choices_of(name),
            )
        named = self._stages.get(stage, stage)
        return Entry(key, number, line, title, named, cells, problems, line in self.changes.removed)

    def _choices_of(self, name: str) -> tuple[tuple[str, str], ...]:
        if name == "stage":
            return tuple(self._stages.items())
        kinds: dict[str, type[Choice]] = {"role": Role, "data_kind": DataKind}
        return _choices(kinds[name]) if name in kinds else ()

    @property
    def elsewhere(self) -> list[Problem]:
        """Problems that are not of a line in this form."""
        placed = [id(p) for found in self._of_row.values() for p in found]
        return [problem for problem in self.problems if id(problem) not in placed]


def _title(name: str) -> str:
    if name == "name":
        return str(Message("Name"))
    return translate(Line.model_fields[name].title or name)
