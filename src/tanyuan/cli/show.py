"""Results on the terminal: answer first, then stages, hot spots, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tanyuan.documents.numbers import Match, shown
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.footprint.seal import Verification, footprint_hash
from tanyuan.footprint.words import shown_unit, uncertainty_sentence
from tanyuan.languages import Message
from tanyuan.problems import Problem

_BAR = 28
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def _console(*, stderr: bool = False) -> Console:
    # Names are shown as they are, also those with [brackets] or :colons:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def show_problems(problems: Iterable[Problem]) -> None:
    """Every problem: where, what, how to mend it."""
    console = _console(stderr=True)
    found = tuple(problems)
    console.print(Text(str(Message("{n} problems:", n=len(found))), style="bold red"))
    for problem in found:
        _show_problem(console, problem, "red")


def show_notices(notices: Iterable[Problem]) -> None:
    """What a person should know about a file that could be read."""
    console = _console(stderr=True)
    for notice in notices:
        _show_problem(console, notice, "yellow")


def _show_problem(console: Console, problem: Problem, style: str) -> None:
    place = str(problem.place)
    if place:
        console.print(Text(f"● {place}", style=style))
    console.print(Padding(Text(str(problem.cause)), (0, 0, 0, 2)))
    console.print(Padding(Text(str(problem.mend), style="dim"), (0, 0, 0, 2)))


def show_footprint(footprint: Footprint) -> None:
    """The whole result."""
    console = _console()
    parts = [
        _head(footprint),
        _stages(footprint),
        _hot_spots(footprint),
        _separate(footprint),
        _published(footprint),
        _points(Message("Cut off"), _cut_off(footprint), "dim"),
        _points(Message("What is missing"), _missing(footprint), "yellow"),
        _points(Message("What bars certification"), [b.message for b in footprint.bars], "yellow"),
        _points(Message("Supply chains in backgrounds"), _supply_chains(footprint), "dim"),
        Text(footprint_hash(footprint), style="dim"),
    ]
    console.print()
    for part in parts:
        if part is not None:
            console.print(part)
            console.print()


def _head(footprint: Footprint) -> RenderableType:
    study = footprint.study
    total = Text(f"{shown(footprint.total)} {shown_unit(footprint)}", style="bold cyan")
    state = (
        Text(str(Message("complete")), style="green")
        if footprint.complete
        else Text(str(Message("incomplete")), style="bold yellow")
    )
    line = Text("  ").join([total, state])
    about = [str(study.boundary.label), footprint.method.gwp_set, footprint.scenario]
    rows: list[RenderableType] = [
        Text(study.name, style="bold"),
        line,
        Text(" · ".join(part for part in about if part), style="dim"),
    ]
    sentence = uncertainty_sentence(footprint)
    if sentence is not None:
        rows.append(Text(str(sentence)))
    if footprint.other_total is not None:
        other = Message(
            "With the other factor for contractual power: {total} {unit}.",
            total=shown(footprint.other_total),
            unit=shown_unit(footprint),
        )
        rows.append(Text(str(other)))
    if study.synthetic:
        rows.append(Text(str(Message("Synthetic: made up, no real product.")), style="yellow"))
    return Group(*rows)


def _grid(*columns: Any) -> Table:
    table = Table(box=None, pad_edge=False, show_header=any(columns), padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(
            str(column) if column else "",
            justify="right" if index in (1, 2) else "left",
            no_wrap=index in (1, 2),
            overflow="fold",
            header_style="dim",
        )
    return table


def _bar(value: float, largest: float, longest: int) -> Text:
    eighths = round(abs(value) / largest * longest * 8) if largest else 0
    full, rest = divmod(eighths, 8)
    drawn = "█" * full + (_EIGHTHS[rest] if rest else "")
    return Text(drawn, style="magenta" if value < 0 else "cyan")


def _percent(value: float, total: float) -> str:
    return f"{100 * value / total:.1f} %".replace("-", "−") if total else ""


def _stages(footprint: Footprint) -> RenderableType | None:
    stages = footprint.by_stage
    if not stages:
        return None
    table = _grid(Message("Stage"), shown_unit(footprint).split("/")[0], "%", "")
    largest = max(map(abs, stages.values()))
    longest = max(_BAR - max(0, 72 - _console().width), 4)
    for stage, value in stages.items():
        table.add_row(
            footprint.stage_name(stage),
            shown(value),
            _percent(value, footprint.total),
            _bar(value, largest, longest),
        )
    return table


def _hot_spots(footprint: Footprint) -> RenderableType | None:
    spots = footprint.hot_spots()
    if not spots:
        return None
    table = _grid(Message("Hot spots"), shown_unit(footprint).split("/")[0], "%", "")
    for line in spots[:10]:
        table.add_row(
            line.name,
            shown(line.value or 0.0),
            _percent(line.value or 0.0, footprint.total),
            Text(_taken(line), style="dim"),
        )
    return table


def _taken(line: LineResult) -> str:
    if line.amount is None or line.intensity is None:
        return ""
    return f"{shown(line.amount)} {line.unit} × {shown(line.intensity)}"


def _separate(footprint: Footprint) -> RenderableType | None:
    """What ISO 14067, 7.2 wants apart, and what the total stands on."""
    table = _grid("", "", "", "")
    groups: tuple[Mapping[Any, float], ...] = (footprint.by_kind, footprint.by_flag)
    for group in groups:
        for member, part in group.items():
            table.add_row(str(member.label), shown(part), _percent(part, footprint.total), "")
    extra = {
        Message("outside the boundary"): footprint.outside,
        Message("indirect land use change (outside the total)"): footprint.iluc,
    }
    for message, value in extra.items():
        if value:
            table.add_row(str(message), shown(value), "", "")
    if footprint.study.biogenic_carbon is not None:
        carbon = float(footprint.study.biogenic_carbon)
        table.add_row(str(Message("biogenic carbon in the product (kg C)")), shown(carbon), "", "")
    if footprint.rating is not None:
        rated = _percent(footprint.rated_share, 1.0)
        label = Message("mean pedigree score, 1 (best) to 5")
        table.add_row(str(label), shown(footprint.rating, 2), rated, "")
    table.add_row(str(Message("primary data")), "", _percent(footprint.primary_share, 1.0), "")
    for name, share in footprint.by_gwp_set.items():
        label = (
            Message("sums made with {set}", set=name)
            if name
            else Message("sums whose GWP set is not stated")
        )
        if name != footprint.method.gwp_set:
            table.add_row(str(label), "", _percent(share, 1.0), "")
    return table


def _published(footprint: Footprint) -> RenderableType | None:
    if not footprint.study.published:
        return None
    table = _grid(Message("Published"), Message("published"), Message("ours"), "")
    for row in footprint.study.published:
        ours = footprint.by_stage.get(row.stage) if row.stage else footprint.total
        if ours is None:
            continue
        difference = ours / float(row.value) - 1 if row.value else 0.0
        within = row.tolerance is None or abs(difference) <= float(row.tolerance)
        told = f"{round(difference * 100, 4) + 0.0:+.4f} %".replace("-", "−")
        table.add_row(
            footprint.stage_name(row.stage) if row.stage else str(Message("total")),
            shown(float(row.value), 7),
            shown(ours, 7),
            Text(told, style="green" if within else "bold red"),
        )
    return table


def _cut_off(footprint: Footprint) -> list[Message]:
    names = {line.id: line.name for line in footprint.lines}
    return [
        Message(
            "{line}: {share} of the total, {reason}",
            line=names[entry.line],
            share=_percent(entry.share, 1.0),
            reason=entry.reason,
        )
        for entry in footprint.cut_off
    ]


def _missing(footprint: Footprint) -> list[Message]:
    names = {line.id: line.name for line in footprint.lines}
    names |= {process.id: process.name for process in footprint.study.processes}
    return [
        Message("{line}: {what}", line=names.get(gap.line, gap.line), what=gap.message)
        for gap in footprint.gaps
    ]


def _supply_chains(footprint: Footprint) -> list[Message]:
    return [
        Message('{name}: tanyuan background tree "{ref}"', name=factor.name, ref=factor.id)
        for factor in footprint.factors
        if factor.background and factor.background.inputs
    ]


def _points(title: Message, points: Iterable[Message], style: str) -> RenderableType | None:
    lines = [Text(f"● {point}", style=style) for point in points]
    return Group(Text(str(title), style="bold"), *lines) if lines else None


def show_verification(found: Verification) -> None:
    """What checking a sealed footprint found."""
    console = _console()
    styles = {
        "PASS": "bold green", "EDGE": "bold yellow", "PARTIAL": "bold yellow", "FAIL": "bold red",
    }  # fmt: skip
    console.print(Text(found.verdict, style=styles[found.verdict]), found.name)
    console.print(f"{found.total} {found.unit}", Text(found.hash, style="dim"))
    if found.altered is not None:
        console.print(Text(str(found.altered), style="red"))
    for figure in found.figures[:20]:
        style = "yellow" if figure.match is Match.EDGE else "red"
        told = Message(
            "{path}: sealed {sealed}, calculated {again}",
            path=figure.path,
            sealed=figure.sealed or "—",
            again=figure.again or "—",
        )
        console.print(Text(str(told), style=style))
    if found.verdict != "FAIL":
        told = Message("{n} figures calculated again, all the same.", n=found.checked)
        console.print(str(told))
    for told in found.unchecked:
        console.print(Text(str(told), style="yellow"))
