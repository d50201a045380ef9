"""The figures of a report, drawn from a footprint with the fixed colours of paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tanyuan.figures.bar import bar
from tanyuan.figures.density import curve_through, normal_curve
from tanyuan.figures.distribution import distribution
from tanyuan.figures.items import Figure, How, Item, Look
from tanyuan.figures.palette import LIGHT
from tanyuan.figures.radar import radar
from tanyuan.figures.sankey import sankey
from tanyuan.figures.sankey_layout import Flow, Loop, Stage
from tanyuan.figures.stages import stage_numbers
from tanyuan.figures.svg import Pen
from tanyuan.figures.text import wrap
from tanyuan.footprint.result import LineResult, Uncertainty
from tanyuan.footprint.scored import indicator_means
from tanyuan.footprint.study import Phase, Role
from tanyuan.gases import CO2E
from tanyuan.languages import Message
from tanyuan.reports.document import Picture
from tanyuan.reports.matter import Matter
from tanyuan.reports.wording import INDICATOR_NAMES, gas_name

PAPER = Look(palette=LIGHT)


def _picture(figure: Figure, title: str, note: str = "") -> Picture:
    notes = " ".join(part for part in (*figure.notes, note) if part)
    return Picture(
        title, figure.svg, figure.width, figure.height, figure.description, figure.unit, notes
    )


def stage_picture(matter: Matter) -> Picture:
    """The stages as bars, with their 95 % intervals."""
    footprint = matter.footprint
    bands = footprint.uncertainty.stages if footprint.uncertainty else {}
    numbers = stage_numbers(footprint.by_stage)
    items = [
        Item(
            footprint.stage_name(stage),
            value,
            None if (ends := bands.get(stage)) is None or ends[0] == ends[1] else ends,
            How.DATABASE,
            stage=numbers[stage],
        )
        for stage, value in footprint.by_stage.items()
    ]
    figure = bar(items, matter.unit, total=footprint.total, keep_order=True, look=PAPER)
    banded = any(item.interval for item in items)
    title = Message("Result by stage, with 95 % intervals")
    title = title if banded else Message("Result by stage")
    return _picture(figure, str(title))


def flow_picture(matter: Matter) -> Iterator[Picture]:
    """Where the total comes from: factors and gases, stages, total."""
    footprint = matter.footprint
    known: dict[tuple[str, str], float] = defaultdict(float)
    lost: set[tuple[str, str]] = set()
    how: dict[tuple[str, str], How] = {}
    for line in matter.counted:
        if line.origin == "output":
            continue
        source = _source(line)
        if line.value is None:
            stage = line.stage or next(iter(footprint.by_stage))
            lost.add((line.name, footprint.stage_name(stage)))
            continue
        for part in line.parts:
            if part.kind.in_total and part.value:
                key = (source, footprint.stage_name(part.stage))
                known[key] += part.value
                how[key] = How.MEASURED if line.data_kind.is_primary else How.DATABASE
    flows = [Flow(*key, value, how[key]) for key, value in known.items()]
    flows += [Flow(*key, known=False) for key in sorted(lost - set(known))]
    stages = [Stage(name) for name in _stage_names(matter, flows)]
    if len(flows) < 2 or footprint.total <= 0:
        return
    found = footprint.uncertainty
    ends = found.interval if found and found.standard_deviation else None
    figure = sankey(flows, stages, matter.unit, interval=ends, loops=_loops(matter), look=PAPER)
    yield _picture(figure, str(Message("From sources through stages to the total")))


def _stage_names(matter: Matter, flows: Sequence[Flow]) -> list[str]:
    footprint = matter.footprint
    used = {flow.stage for flow in flows}
    order = [row.id for row in matter.study.stages] + [phase.value for phase in Phase]
    names = dict.fromkeys(footprint.stage_name(stage) for stage in order)
    return [name for name in names if name in used]


def _source(line: LineResult) -> str:
    if line.origin == "gas":
        return str(Message("{gas} emitted directly", gas=gas_name(line.ref)))
    if line.ref == CO2E:
        return line.name
    return line.ref_name or line.name


def _loops(matter: Matter) -> list[Loop]:
    """Products of the study that go back to an earlier stage, or stay in one."""
    study, footprint = matter.study, matter.footprint
    stages = {process.id: process.stage for process in study.processes}
    makers = {output.id: output for output in study.outputs}
    order = {stage: n for n, stage in enumerate(footprint.by_stage)}
    found: dict[tuple[str, str, str], Loop] = {}
    for line in footprint.lines:
        maker = makers.get(line.ref) if line.role is Role.COUNTED else None
        if maker is None or not line.process:
            continue
        source, target = stages.get(maker.process, ""), stages.get(line.process, "")
        if source in order and target in order and order[source] > order[target]:
            names = (footprint.stage_name(source), footprint.stage_name(target))
            found[maker.id, *names] = Loop(maker.name, *names)
    return list(found.values())


def distribution_picture(matter: Matter, found: Uncertainty) -> Iterator[Picture]:
    """The band of the total with a curve through its ends."""
    total, ends = matter.footprint.total, found.interval
    if ends is None:
        curve = normal_curve(total, found.standard_deviation)
        note = Message("Normal distribution of first order; no draws were made.")
    else:
        curve = curve_through(ends, total)
        note = Message(
            "The ends are those of {n} draws; the curve between them is fitted, not drawn from "
            "each draw.",
            n=f"{found.samples:,}",
        )
    figure = distribution(total, curve, matter.unit, look=PAPER)
    yield _picture(figure, str(Message("The result and its 95 % interval")), str(note))


def quality_picture(matter: Matter) -> Iterator[Picture]:
    """The mean pedigree scores, where lines state any."""
    means, rating = indicator_means(matter.footprint), matter.footprint.rating
    if means and rating is not None:
        items = [Item(str(INDICATOR_NAMES[name]), mean) for name, mean in means.items()]
        yield _picture(radar(items, rating, look=PAPER), str(Message("Mean pedigree scores")))


_BOX, _APART, _TOP = 146.0, 22.0, 40.0
_LINE, _MOST_LINES = 17.0, 9


def boundary_picture(matter: Matter, inside: Sequence[Phase]) -> Picture:
    """The five life-cycle stages, those inside the boundary in one frame."""
    pen = Pen(PAPER, 840.0)
    boxes = [_box_lines(pen, matter, phase, within=phase in inside) for phase in Phase]
    high = 26 + _LINE * max(map(len, boxes))
    parts = []
    for n, (phase, lines) in enumerate(zip(Phase, boxes, strict=True)):
        parts.append(_stage_box(pen, lines, _left(n), high, within=phase in inside))
        if n:
            parts.append(_arrow(pen, _left(n) - _APART, _TOP + high / 2))
    positions = [n for n, phase in enumerate(Phase) if phase in inside]
    for first, last in _runs(positions):
        x, stop = _left(first) - 8, _left(last) + _BOX + 8
        parts.append(
            pen.tag("rect", "", x=x, y=_TOP - 12, width=stop - x, height=high + 24, fill="none",
                    stroke=pen.colour("ink"), stroke_width=1.6, stroke_dasharray="7 4")
        )  # fmt: skip
    parts.append(pen.text(_left(positions[0]) - 8, _TOP - 20, _frame_name(matter), cls="t2"))
    height = _TOP + high + 16
    described = str(
        Message(
            "Inside the system boundary: {inside}. Outside: {outside}.",
            inside=_names([phase for phase in Phase if phase in inside]),
            outside=_names([phase for phase in Phase if phase not in inside]),
        )
    )
    svg = pen.document("".join(parts), height, "fig*", (described, described, ""))
    return Picture(str(Message("System boundary")), svg, 840.0, height, described)


def _names(phases: Sequence[Phase]) -> str:
    return ", ".join(str(phase.label) for phase in phases) or str(Message("none"))


def _left(position: int) -> float:
    return 9.0 + position * (_BOX + _APART)


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each unbroken run."""
    start = 0
    for n in range(1, len(positions) + 1):
        if n == len(positions) or positions[n] != positions[n - 1] + 1:
            yield positions[start], positions[n - 1]
            start = n


def _frame_name(matter: Matter) -> str:
    label = matter.study.boundary.label
    return str(Message("System boundary: {boundary}", boundary=label))


Lines = list[tuple[str, str]]
"""Lines of text in a box, each with its class."""


def _box_lines(pen: Pen, matter: Matter, phase: Phase, *, within: bool) -> Lines:
    """What stands in a stage's box: its name, the study's own stages, the number of lines."""
    room = _BOX - 18
    head = [(text, "tb" if within else "t2") for text in wrap(str(phase.label), pen.body, room, 2)]
    if not within:
        return [*head, (str(Message("outside")), "t3")]
    own = [stage.name for stage in matter.study.stages if stage.phase is phase]
    listed = [(text, "t3") for name in own for text in wrap(name, pen.small, room, 2)]
    if len(listed) > _MOST_LINES:
        listed = [*listed[: _MOST_LINES - 1], ("…", "t3")]
    lines = len(matter.in_phases(phase))
    count = Message("lines: {n}", n=lines) if lines else Message("no line")
    return [*head, *listed, (str(count), "t2")]


def _stage_box(pen: Pen, lines: Lines, x: float, high: float, *, within: bool) -> str:
    edge = {"stroke": pen.colour("ink" if within else "rule-2")}
    edge |= {} if within else {"stroke_dasharray": "3 3"}
    fill = pen.colour("sunken") if within else "none"
    parts = [pen.tag("rect", "", "", x=x, y=_TOP, width=_BOX, height=high, fill=fill, **edge)]
    for n, (text, cls) in enumerate(lines):
        parts.append(pen.text(x + 10, _TOP + 22 + n * _LINE, text, cls=cls))
    return "".join(parts)


def _arrow(pen: Pen, start: float, y: float) -> str:
    path = f"M{start:.0f} {y:.0f}h{_APART - 3:.0f}m-6 -5l6 5l-6 5"
    return pen.tag("path", "", d=path, fill="none", stroke=pen.colour("ink"), stroke_width=1.3)
