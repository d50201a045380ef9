"""Backgrounds on the terminal: what is kept, what one holds, what its import changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.package import said
from tanyuan.backgrounds.products import Product, name_of
from tanyuan.backgrounds.report import Report
from tanyuan.backgrounds.supply_chain import Branch
from tanyuan.backgrounds.weighing import weights
from tanyuan.documents.numbers import sealed_string, shown
from tanyuan.formats.background_import import Imported
from tanyuan.formats.packages import Progress as Told
from tanyuan.languages import Message


def _console(*, stderr: bool = False) -> Console:
    # Names are shown as they are, also those with [brackets] or :colons:
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def _table(*columns: tuple[Message, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for title, justify in columns:
        right = justify == "right"
        table.add_column(
            str(title), justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    return table


@contextmanager
def progress_bar() -> Iterator[Told]:
    """A bar on the terminal, nothing where the output is no terminal."""
    console = _console(stderr=True)
    columns = (
        *(TextColumn("{task.description}"), BarColumn()),
        *(TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn()),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def tell(done: float, what: Message) -> None:
            bar.update(task, completed=done, description=str(what))

        yield tell


def show_imported(found: Imported) -> None:
    """What was imported and what there is to know about it."""
    console = _console()
    entry = found.entry
    if found.known:
        console.print(str(Message("This file was imported before by the same choices.")))
    _show_about(console, entry)
    console.print(
        str(Message("What the import changed: tanyuan background report {name}", name=entry.name))
    )


def _show_about(console: Console, entry: Entry) -> None:
    about, summary = entry.about, entry.about["summary"]
    console.print(Text(entry.name, style="bold cyan"))
    console.print(Text(entry.hash, style="dim"))
    links: dict[str, int] = summary["links"]
    total = sum(links.values())
    lines = [
        Message(
            "{products} products, {exchanges} exchanges, {interventions} elementary exchanges",
            products=f"{summary['products']:,}",
            exchanges=f"{summary['exchanges']:,}",
            interventions=f"{summary['interventions']:,}",
        ),
        Message(
            "{cut} of {total} inputs have no supplier; {complete} products rest on none of them",
            cut=f"{links.get('cut-off', 0):,}",
            total=f"{total:,}",
            complete=f"{summary['complete']:,}",
        ),
        Message(
            "{share} % of climate-relevant exchanges have a gas",
            share=f"{100 * float(summary['gases']['coverage']):.1f}",
        ),
    ]
    for line in lines:
        console.print(f"  {line}")
    if summary.get("stated"):
        stated = Message("{n} products whose figures the source states", n=summary["stated"])
        console.print(f"  {stated}")
    if about["licence"]:
        console.print(f"  {Message('Licence: {licence}', licence=about['licence'])}")


def show_backgrounds(entries: Sequence[Entry]) -> None:
    """All backgrounds of the library."""
    console = _console()
    if not entries:
        console.print(str(Message("There is none yet. Import one: tanyuan background import FILE")))
        return
    table = _table(
        (Message("Name"), ""), (Message("Products"), "right"), (Message("Complete"), "right"),
        (Message("Format"), ""), (Message("Licence"), ""), (Message("Figures"), ""),
        (Message("Hash"), ""),
    )  # fmt: skip
    for entry in entries:
        summary = entry.about["summary"]
        table.add_row(
            Text(entry.name, style="cyan"),
            f"{summary['products']:,}",
            f"{summary['complete']:,}",
            entry.about["format"],
            entry.about["licence"],
            str(Message("shareable") if entry.shareable else Message("not shareable")),
            Text(entry.folder.name[:12], style="dim"),
        )
    console.print(table)


def found_products(entry: Entry, words: Sequence[str], limit: int) -> tuple[list[int], int]:
    """Places of the products whose names hold all words, and how many there are in all."""
    wanted = [word.casefold() for word in words]
    places = [
        place
        for place, product in enumerate(entry.products)
        if all(word in _names(product) for word in wanted)
    ]
    return places[:limit], len(places)


def _names(product: Product) -> str:
    texts = (*product.names.values(), *product.process_names.values(), product.geography)
    return " ".join(texts).casefold()


def products_json(
    entry: Entry, words: Sequence[str], gwp_set: str, limit: int
) -> list[dict[str, Any]]:
    """Products as plain content: what they cause by gas and kind, and in all."""
    background = entry.background
    weighed = weights(background.columns, gwp_set)
    found = []
    for place in found_products(entry, words, limit)[0]:
        product = entry.products[place]
        row = product.sign * background.intensities[place]
        found.append(
            {
                **product.document(),
                "complete": product.complete,
                "gwp_set": gwp_set,
                "total": float(sealed_string(float(row @ weighed.values))),
                "columns": {
                    column: float(sealed_string(float(value)))
                    for column, value in zip(background.columns, row, strict=True)
                    if value
                },
            }
        )
    return found


def show_background(entry: Entry, words: Sequence[str], gwp_set: str, limit: int) -> None:
    """A background, and some of its products."""
    console = _console()
    _show_about(console, entry)
    console.print()
    background = entry.background
    weighed = weights(background.columns, gwp_set)
    totals = np.asarray(background.intensities @ weighed.values)
    places, count = found_products(entry, words, limit)
    table = _table(
        (Message("Product"), ""), (Message("Place"), ""), (Message("kg CO2e"), "right"),
        (Message("Unit"), ""), (Message("Cut off"), "right"),
    )  # fmt: skip
    for place in places:
        product = entry.products[place]
        cut = "" if product.complete else f"{100 * product.missing_share:.0f} %"
        name = Text(said(product.names))
        process = said(product.process_names)
        if process and process != said(product.names):
            name.append(f"\n{process}", style="dim")
        table.add_row(
            name,
            product.geography,
            shown(product.sign * float(totals[place])),
            product.unit,
            Text(cut, style="yellow"),
        )
    console.print(table)
    console.print()
    console.print(Text(str(Message("{shown} of {total}", shown=len(places), total=count)), "dim"))
    console.print(
        Text(
            str(
                Message(
                    "Cut off: share, by number, of the inputs in the supply chain that nobody "
                    "supplies. Such totals are incomplete."
                )
            ),
            "dim",
        )
    )
    if weighed.unknown:
        gases = ", ".join(weighed.unknown)
        unknown = Message("{gwp_set} has no value for: {gases}", gwp_set=gwp_set, gases=gases)
        console.print(Text(str(unknown), "yellow"))


def show_tree(branches: Sequence[Branch]) -> None:
    """A supply chain, each branch under what takes it."""
    console = _console()
    table = _table(
        (Message("Product"), ""), (Message("Amount"), "right"), (Message("Unit"), ""),
        (Message("kg CO2e"), "right"), (Message("Share"), "right"), (Message("Own"), "right"),
    )  # fmt: skip
    for branch in branches:
        product = branch.product
        share = "" if branch.share is None else f"{100 * branch.share:.1f} %"
        table.add_row(
            Text("  " * branch.depth + name_of(product)), shown(branch.amount), product.unit,
            shown(branch.total), share, shown(branch.own),
        )  # fmt: skip
    console.print(table)


def show_report(report: Report) -> None:
    """Counts by kind, with an example each."""
    console = _console()
    if not len(report):
        console.print(str(Message("Everything was taken over as it stood.")))
        return
    table = _table(
        (Message("Count"), "right"), (Message("What was done"), ""), (Message("Example"), ""),
    )  # fmt: skip
    for (act, code), findings in report.groups().items():
        example = Text(f"{findings[0].place}\n", style="dim")
        example.append(str(findings[0].why), style="")
        table.add_row(f"{len(findings):,}", f"{act.label}\n{code}", example)
    console.print(table)
