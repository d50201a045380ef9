"""A footprint as its page shows it: rows, figures and sentences, with the doors between them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from django.urls import reverse

from tanyuan.documents.numbers import decimal_string, shown
from tanyuan.factors.starter import starter_release
from tanyuan.figures import (
    Figure,
    Flow,
    How,
    Item,
    Look,
    Stage,
    bar_rows,
    distribution,
    lognormal_curve,
    normal_curve,
    one_unit,
    radar,
    sankey,
    stage_numbers,
)
from tanyuan.figures.words import percent
from tanyuan.footprint.method import Allocation
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.footprint.scored import indicator_means
from tanyuan.footprint.study import DataKind, Process, Role, UnitKind
from tanyuan.footprint.words import driver_name, shown_unit, uncertainty_sentence
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import Message, language
from tanyuan.reports.wording import gas_name, signed_percent, unit_name
from tanyuan.server.studies.models import Revision
from tanyuan.server.studies.rows import (
    Bar,
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

_Z95 = 1.959964
_DRIVERS = 5
_NARROW = Look(narrow=True)
AXES = {
    "reliability": Message("reliability"),
    "completeness": Message("completeness"),
    "time": Message("time"),
    "geography": Message("geography"),
    "technology": Message("technology"),
}
"""What the indicators of the pedigree are called."""
_SPLIT = {
    EmissionKind.FOSSIL: Message("fossil emissions"),
    EmissionKind.BIOGENIC: Message("biogenic emissions"),
    EmissionKind.DLUC: Message("direct land use change"),
}


def _by_stage(line: LineResult) -> dict[str, float | None]:
    """What a line adds in each stage; unknown where it has no value."""
    if line.value is None or not line.parts:
        return {line.stage: line.value}
    found: dict[str, float | None] = {}
    for part in line.parts:
        if part.kind.in_total:
            found[part.stage] = (found.get(part.stage) or 0.0) + part.value
    return found


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
        self._numbers = stage_numbers(sizes)
        self._anchors = {stage: f"stage-{n}" for n, stage in enumerate(sizes, start=1)}
        self._factors_at: dict[str, str] = {}

    @cached_property
    def interval(self) -> Interval:
        """The 95 % interval of the total: of the draws, else of first order; None: not known."""
        found = self.fp.uncertainty
        if found is None or not found.standard_deviation:
            return None
        wide = _Z95 * found.standard_deviation
        return found.interval or (self.fp.total - wide, self.fp.total + wide)

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
            self._numbers.get(line.stage, 0),
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
                self._anchors[stage],
                self._numbers[stage],
                self.fp.by_stage.get(stage, 0.0),
                self.fp.by_stage.get(stage, 0.0) / self.fp.total if self.fp.total else None,
                self._stage_interval(stage),
                rows,
            )
            for stage in self._anchors
            if (rows := tuple(r for r in self.rows if self._counts(r) and r.line.stage == stage))
        )

    @staticmethod
    def _counts(row: Row) -> bool:
        return row.line.role in (Role.COUNTED, Role.MISSING)

    def _door(self, stage: str) -> str:
        """Where a stage's lines stand in the table."""
        anchors = {group.stage: group.anchor for group in self.groups}
        return f"#{anchors.get(stage, 'data')}"

    def _stage_interval(self, stage: str) -> Interval:
        found = self.fp.uncertainty
        return found.stages.get(stage) if found else None

    @cached_property
    def others(self) -> tuple[Row, ...]:
        """Lines that do not count: outside the boundary, information, intermediate, cut off."""
        return tuple(row for row in self.rows if not self._counts(row))

    # --- figures ---

    @cached_property
    def curve(self) -> tuple[Figure, Figure] | None:
        """The distribution of the total, wide and narrow; None where no band is known."""
        if self.interval is None or self.interval[0] >= self.interval[1]:
            return None
        low, high = self.interval
        if low > 0:
            curve = lognormal_curve((low * high) ** 0.5, (high / low) ** (0.5 / _Z95))
        else:
            curve = normal_curve((low + high) / 2, (high - low) / 2 / _Z95)
        wide, narrow = (
            distribution(self.fp.total, curve, self.unit, look=look) for look in (Look(), _NARROW)
        )
        return wide, narrow

    @cached_property
    def flows(self) -> tuple[Figure, Figure]:
        """The flow diagram from sources through stages to the total, wide and narrow."""
        return self.flow(Look()), self.flow(_NARROW)

    def flow(self, look: Look) -> Figure:
        """The flow diagram for a medium."""
        flows = list(self._flows())
        used = {flow.stage for flow in flows}
        named = {self.stage_name(stage): self._door(stage) for stage in self._anchors}
        stages = [Stage(name, href) for name, href in named.items() if name in used]
        return sankey(flows, stages, self.unit, interval=self.interval, look=look)

    def _flows(self) -> Iterator[Flow]:
        sources: dict[tuple[str, str], list[tuple[Row, float | None]]] = {}
        for row in self.rows:
            if self._counts(row) and row.line.origin != "output":
                name = row.factor_name or row.line.name
                for stage, value in _by_stage(row.line).items():
                    sources.setdefault((name, stage), []).append((row, value))
        for (name, stage), found in sources.items():
            rows = [row for row, _ in found]
            known = [value for _, value in found if value is not None]
            href = rows[0].href if len(rows) == 1 else f"#{self._anchors[stage]}"
            measured = all(row.how == How.MEASURED for row in rows)
            how = How.MEASURED if measured else How.DATABASE
            if known:
                yield Flow(name, self.stage_name(stage), sum(known), how, href)
            if len(known) < len(found):
                yield Flow(name, self.stage_name(stage), how=how, href=href, known=False)

    @cached_property
    def stage_items(self) -> list[Item]:
        """The stages with their intervals."""
        return [
            Item(
                self.stage_name(stage),
                value,
                self._stage_interval(stage),
                stage=self._numbers[stage],
                href=self._door(stage),
            )
            for stage, value in self.fp.by_stage.items()
        ]

    @cached_property
    def stage_bars(self) -> tuple[Bar, ...]:
        """The bars of the stages."""
        hrefs = {item.label: item.href for item in self.stage_items}
        bands = any(item.interval for item in self.stage_items)
        rows = bar_rows(
            self.stage_items, self.unit, total=self.fp.total, keep_order=True, bands=bands
        )
        return tuple(
            Bar(row, hrefs.get(row.label, "#data"), row.share, row.item.stage or 0) for row in rows
        )

    @property
    def stage_title(self) -> Message:
        """What the stage bars say."""
        sizes = {stage: value for stage, value in self.fp.by_stage.items() if value > 0}
        largest = max(sizes, key=lambda stage: sizes[stage], default=None)
        if largest is None or len(sizes) < 2 or sizes[largest] > self.fp.total:
            return Message("The stages")
        share = percent(sizes[largest] / self.fp.total)
        return Message("{stage} leads with {share}", stage=self.stage_name(largest), share=share)

    @property
    def bar_unit(self) -> str:
        """The unit of the stage bars: very small and very large ones are told in g and t."""
        return one_unit(self.unit, [self.fp.total, *self.fp.by_stage.values()])[1]

    @property
    def hot_unit(self) -> str:
        """The unit of the hot spots."""
        values = [line.value or 0.0 for line in self.fp.hot_spots()[:10]]
        return one_unit(self.unit, [self.fp.total, *values])[1]

    @cached_property
    def _spots(self) -> list[Row]:
        order = {line.id: n for n, line in enumerate(self.fp.lines, start=1)}
        return [self.row(order[line.id]) for line in self.fp.hot_spots()[:10]]

    @cached_property
    def hot_items(self) -> list[Item]:
        """The largest lines."""
        return [
            Item(r.line.name, r.line.value or 0.0, r.line.interval, stage=r.swatch, href=r.href)
            for r in self._spots
        ]

    @cached_property
    def hot_spots(self) -> tuple[Bar, ...]:
        """The bars of the largest lines, with the share that they reach together."""
        rows = bar_rows(
            self.hot_items, self.unit, total=self.fp.total, keep_order=True, bands=False
        )
        reached, bars = 0.0, []
        for spot, row in zip(self._spots, rows, strict=True):
            reached += spot.share or 0.0
            bars.append(Bar(row, spot.href, percent(reached), spot.swatch))
        return tuple(bars)

    @property
    def hot_title(self) -> Message:
        """What the hot spots say."""
        bars = self.hot_spots
        return Message(
            "{n} lines make up {share}", n=len(bars), share=bars[-1].share if bars else "—"
        )

    @property
    def flow_title(self) -> Message:
        """What the flow diagram says."""
        return Message("Where the {value} come from", value=f"{shown(self.fp.total)} {self.mass}")

    # --- tables ---

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
    def radar(self) -> Figure | None:
        """The mean pedigree scores; None where no line states any."""
        scores = indicator_means(self.fp)
        if not scores or self.fp.rating is None:
            return None
        items = [Item(str(AXES[name]), value) for name, value in scores.items()]
        return radar(items, self.fp.rating)

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
