"""A footprint as its page shows it: rows, figures and sentences, with the doors between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django.urls import reverse

from tanyuan.documents.numbers import decimal_string
from tanyuan.factors.starter import starter_release
from tanyuan.figures import How, stage_numbers
from tanyuan.figures.words import percent
from tanyuan.footprint.method import Allocation
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.footprint.study import DataKind, Process, Role, UnitKind
from tanyuan.footprint.words import driver_name, shown_unit, uncertainty_sentence
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import Message, language
from tanyuan.reports.wording import gas_name, signed_percent, unit_name
from tanyuan.server.studies.models import Revision
from tanyuan.server.studies.page_figures import PageFigures
from tanyuan.server.studies.rows import (
    Compared,
    Cut,
    Group,
    Interval,
    Missing,
    Row,
    Separate,
    Shared,
    Spread,
)

_DRIVERS = 5
_SPLIT = {
    EmissionKind.FOSSIL: Message("fossil emissions"),
    EmissionKind.BIOGENIC: Message("biogenic emissions"),
    EmissionKind.DLUC: Message("direct land use change"),
}


class FootprintPage:
    """The footprint of a revision for the templates; everything is worked out when asked for."""

    def __init__(self, revision: Revision, footprint: Footprint) -> None:
        self.revision, self.fp, self.study = revision, footprint, footprint.study
        self.unit = shown_unit(footprint)
        self.mass = self.unit.split("/", maxsplit=1)[0]
        self.sentence = uncertainty_sentence(footprint)
        self.release = starter_release()
        sizes = dict(footprint.by_stage)
        for line in footprint.lines:
            sizes.setdefault(line.stage, 0.0)
        if "" in sizes:
            # A supplier's footprint may bring several stages of its own
            sizes[""] = sizes.pop("")
        self.numbers = stage_numbers(sizes)
        self.anchors = {stage: f"stage-{n}" for n, stage in enumerate(sizes, start=1)}
        self._factors_at: dict[str, str] = {}

    @cached_property
    def figures(self) -> PageFigures:
        """What is drawn of it."""
        return PageFigures(self)

    @property
    def how(self) -> How:
        """How the total is known: measured where at least half of it rests on primary data."""
        return How.MEASURED if self.fp.primary_share >= 0.5 else How.DATABASE

    @property
    def about(self) -> str:
        """What the result is per, in one line."""
        study = self.study
        kind = Message("functional unit") if self._functional else Message("declared unit")
        amount = "" if study.amount == 1 else f"{decimal_string(study.amount)} "
        texts = (study.description_zh, study.description_en)
        first, second = texts if language() == "zh" else reversed(texts)
        kind_text = str(kind)
        per = f"{kind_text[:1].upper()}{kind_text[1:]}: {amount or '1 '}{study.unit.name}"
        return " · ".join(filter(None, [per, first or second]))

    @property
    def short_about(self) -> str:
        """Amount and boundary, in few words."""
        study = self.study
        return f"{decimal_string(study.amount)} {study.unit.name} · {study.boundary.label}"

    example_band = (0.82, 1.22)
    """The band in the key of the table."""

    @property
    def _functional(self) -> bool:
        return self.study.unit_kind is UnitKind.FUNCTIONAL

    @property
    def what(self) -> str:
        """What the one number is."""
        kind = Message("Product carbon footprint")
        if not self.study.subject.is_product:
            kind = Message("Carbon footprint")
        return f"{kind} · {self.study.boundary.label}"

    def stage_name(self, stage: str) -> str:
        """A stage's name; lines without one bring several."""
        return self.fp.stage_name(stage) if stage else str(Message("several stages"))

    @cached_property
    def _lines_at(self) -> tuple[str, str]:
        """What stands before and behind a line's number in its address."""
        study, number = self.revision.study_id, self.revision.number
        before, _, behind = reverse("study_line", args=[study, number, 0]).rpartition("0")
        return before, behind

    def _href(self, position: int) -> str:
        before, behind = self._lines_at
        return f"{before}{position}{behind}"

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every line, in the order of the study."""
        return tuple(self.row(n) for n in range(1, len(self.fp.lines) + 1))

    def row(self, position: int) -> Row:
        """The line at a place, counted from 1."""
        line = self.fp.lines[position - 1]
        counted = line.role is Role.COUNTED and line.value is not None and self.fp.total
        return Row(
            position,
            line,
            self.stage_name(line.stage),
            (line.value or 0.0) / self.fp.total if counted else None,
            How.MEASURED if line.data_kind is not DataKind.SECONDARY else How.DATABASE,
            self._href(position),
            self._factor_href(line) or self._href(position),
            unit_name(line.unit),
            f"{self.mass}/{unit_name(line.unit)}",
            self._factor_name(line),
            self.numbers.get(line.stage, 0),
            self._databases.get(line.ref, ""),
        )

    @cached_property
    def _databases(self) -> dict[str, str]:
        """Of which database a factor is a product, by the id that lines name it by."""
        found = {one.id: one.background.database for one in self.fp.factors if one.background}
        own = {one.id: found[one.library] for one in self.study.factors if one.library in found}
        return {**found, **own}

    def _factor_name(self, line: LineResult) -> str:
        """What a unit of the line was weighed with, where it says more than the line's name."""
        name = line.ref_name if line.ref else ""
        if line.origin == "gas":
            name = str(Message("{gas} emitted here", gas=gas_name(line.ref)))
        elif line.origin == "output":
            name = next((o.name for o in self.study.outputs if o.id == line.ref), name)
        return "" if name == line.name else name

    def _factor_href(self, line: LineResult) -> str:
        if line.origin != "library":
            return ""
        if line.ref not in self._factors_at:
            known = self.release.find(line.ref)
            self._factors_at[line.ref] = reverse("factor", args=[line.ref]) if known else ""
        return self._factors_at[line.ref]

    @property
    def drawn_from(self) -> str:
        """Names all that the drawn lines rest on, for those who keep them."""
        revision = self.revision
        parts = (
            revision.study_id,
            revision.pk,
            revision.hash,
            self.release.content_hash,
            language(),
        )
        return " ".join(map(str, parts))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The counted lines by stage, in life-cycle order."""
        return tuple(
            Group(
                stage,
                self.stage_name(stage),
                self.anchors[stage],
                self.numbers[stage],
                self.fp.by_stage.get(stage, 0.0),
                self.fp.by_stage.get(stage, 0.0) / self.fp.total if self.fp.total else None,
                self.stage_interval(stage),
                rows,
            )
            for stage in self.anchors
            if (rows := tuple(r for r in self.rows if self.counts(r) and r.line.stage == stage))
        )

    @staticmethod
    def counts(row: Row) -> bool:
        """Whether a line counts, or would if its value were known."""
        return row.line.role in (Role.COUNTED, Role.MISSING)

    def door(self, stage: str) -> str:
        """Where a stage's lines stand in the table."""
        anchors = {group.stage: group.anchor for group in self.groups}
        return f"#{anchors.get(stage, 'data')}"

    def stage_interval(self, stage: str) -> Interval:
        """The 95 % interval of a stage."""
        found = self.fp.uncertainty
        return found.stages.get(stage) if found else None

    @cached_property
    def others(self) -> tuple[Row, ...]:
        """Lines that do not count: outside the boundary, information, intermediate, cut off."""
        return tuple(row for row in self.rows if not self.counts(row))

    @cached_property
    def separate(self) -> tuple[Separate, ...]:
        """What ISO 14067:2018, 7.2 and GB/T 24067-2024 want shown apart."""
        inside, outside = Message("inside the total"), Message("only shown")
        unsplit = self.fp.by_kind.get(EmissionKind.UNSPECIFIED, 0.0)
        why = Message("the sources give no split") if unsplit else ""
        found = [
            Separate(label, self._kind(kind, known=not unsplit), why, inside)
            for kind, label in _SPLIT.items()
        ]
        removals = [k for k in self.fp.by_kind if k.is_removal]
        value = sum(self.fp.by_kind[k] for k in removals)
        removed = value if removals or not unsplit else None
        found.append(Separate(Message("removals"), removed, why, inside))
        if unsplit:
            about = Message("factors that give one sum only")
            found.append(Separate(Message("not split"), unsplit, "", inside, about))
        found += [
            Separate(flag.label, self.fp.by_flag.get(flag, 0.0), "", inside)
            for flag in Flag
            if flag is Flag.AVIATION or flag in self.fp.by_flag
        ]
        found.append(Separate(EmissionKind.ILUC.label, self.fp.iluc, "", outside))
        if self.fp.outside:
            found.append(Separate(Role.OUTSIDE.label, self.fp.outside, "", outside))
        carbon = self.study.biogenic_carbon
        found.append(
            Separate(
                Message("biogenic carbon in the product"),
                None if carbon is None else float(carbon),
                Message("not stated in the study"),
                outside,
                unit="kg C",
            )
        )
        return tuple(found)

    def _kind(self, kind: EmissionKind, *, known: bool) -> float | None:
        return self.fp.by_kind.get(kind, 0.0 if known else None)

    @cached_property
    def missing(self) -> tuple[Missing, ...]:
        """What keeps the result from being complete."""
        places = {line.id: n for n, line in enumerate(self.fp.lines, start=1)}
        names = {line.id: line.name for line in self.fp.lines}
        names |= {process.id: process.name for process in self.study.processes}
        return tuple(
            Missing(
                names.get(gap.line, gap.line),
                gap.message,
                self._href(places[gap.line]) if gap.line in places else "#data",
            )
            for gap in self.fp.gaps
        )

    @cached_property
    def cut_off(self) -> tuple[Cut, ...]:
        """The cut-off ledger."""
        names = {line.id: line.name for line in self.fp.lines}
        return tuple(
            Cut(names.get(c.line, c.line), percent(c.share), c.reason, c.allowed)
            for c in self.fp.cut_off
        )

    @property
    def cut_share(self) -> str:
        """The share of all that is cut off."""
        return percent(sum(cut.share for cut in self.fp.cut_off))

    @cached_property
    def allocation(self) -> tuple[Shared, ...]:
        """Processes with several products."""
        return tuple(self._allocations())

    def _allocations(self) -> Iterator[Shared]:
        for process in self.study.processes:
            outputs = [o.name for o in self.study.outputs if o.process == process.id]
            if len(outputs) > 1:
                method = self._allocation_of(process)
                label = str(method.label) if method else "—"
                yield Shared(process.name, "、".join(outputs), label, process.reason)

    def _allocation_of(self, process: Process) -> Allocation | None:
        return process.allocation or self.fp.method.allocation

    @cached_property
    def published(self) -> tuple[Compared, ...]:
        """Published results beside ours."""
        return tuple(self._published())

    def _published(self) -> Iterator[Compared]:
        for row in self.study.published:
            ours = self.fp.by_stage.get(row.stage) if row.stage else self.fp.total
            if ours is None:
                continue
            difference = ours / float(row.value) - 1 if row.value else 0.0
            told = signed_percent(difference, 2)
            within = row.tolerance is None or abs(difference) <= float(row.tolerance)
            name = self.fp.stage_name(row.stage) if row.stage else str(Message("total"))
            yield Compared(
                name, float(row.value), ours, told, within, row.source, row.note
            )  # fmt: skip

    @cached_property
    def spread(self) -> tuple[Spread, ...]:
        """What to measure next: the quantities that most of the spread comes from."""
        found = self.fp.uncertainty
        drivers = [d for d in found.drivers if d.share > 0.005] if found else []
        return tuple(
            Spread(self._driver(d.key), d.share, d.sensitivity) for d in drivers[:_DRIVERS]
        )

    def _driver(self, key: str) -> str:
        name = driver_name(self.fp, key)
        sort = key.partition(":")[0]
        if sort == "factor":
            return str(Message("{name}: the factor", name=name))
        return str(Message("{name}: the amount", name=name)) if sort == "line" else name

    @cached_property
    def kinds(self) -> tuple[tuple[str, float, int], ...]:
        """Where data come from, by share of the counted sizes: label, share, colour."""
        sizes = dict.fromkeys(DataKind, 0.0)
        for line in self.fp.lines:
            if line.role is Role.COUNTED:
                sizes[line.data_kind] += abs(line.value or 0.0)
        whole = sum(sizes.values()) or 1.0
        colours = {DataKind.PRIMARY_SITE: 3, DataKind.PRIMARY_OTHER: 4, DataKind.SECONDARY: 0}
        return tuple(
            (str(kind.label), size / whole, colours[kind]) for kind, size in sizes.items() if size
        )
