"""A portfolio on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tanyuan.documents.numbers import shown
from tanyuan.formats.portfolio import Outcome
from tanyuan.languages import Message

_ROWS = 40


def show_portfolio(outcomes: Sequence[Outcome], varied: Sequence[str]) -> None:
    """The first outcomes, what is wrong, and counts."""
    console = Console(highlight=False, markup=False, emoji=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(str(Message("File")), overflow="fold")
    scenarios = any(one.choice.scenario for one in outcomes)
    for title in [*([str(Message("Scenario"))] if scenarios else []), *varied]:
        table.add_column(title, overflow="fold")
    table.add_column(str(Message("Total")), justify="right", no_wrap=True)
    table.add_column(str(Message("Unit")))
    table.add_column("")
    for one in outcomes[:_ROWS]:
        values = dict(one.choice.values)
        table.add_row(
            Text(one.file, style="cyan"),
            *([one.choice.scenario] if scenarios else []),
            *(str(values.get(name, "")) for name in varied),
            "" if one.total is None else shown(one.total),
            one.unit,
            _remark(one),
        )
    console.print(table)
    console.print()
    wrong = sum(bool(one.problems) for one in outcomes)
    said = Message(
        "{total} calculated: {complete} complete, {gaps} incomplete, {wrong} with problems",
        total=len(outcomes),
        complete=sum(not one.problems and not one.gaps for one in outcomes),
        gaps=sum(bool(one.gaps) for one in outcomes),
        wrong=wrong,
    )
    console.print(str(said))
    if len(outcomes) > _ROWS:
        more = Message("The first {count} are shown; write all with -o.", count=_ROWS)
        console.print(Text(str(more), "dim"))


def _remark(one: Outcome) -> Text:
    if one.problems:
        return Text(str(one.problems[0]), style="red")
    if one.gaps:
        return Text(str(Message("incomplete")), style="yellow")
    return Text("")
