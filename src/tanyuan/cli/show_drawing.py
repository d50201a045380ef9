"""Samples of a background on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tanyuan.backgrounds.drawing import interval
from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.package import said
from tanyuan.cli.show_backgrounds import found_products
from tanyuan.documents.numbers import sealed_string, shown
from tanyuan.languages import Message
from tanyuan.lca.background import Samples

_DIGITS = 4


def intervals_json(
    entry: Entry, samples: Samples, words: Sequence[str], gwp_set: str, limit: int
) -> list[dict[str, Any]]:
    """Products as plain content: median and 95 % interval in kg CO2e."""
    found = []
    for place in found_products(entry, words, limit)[0]:
        product = entry.products[place]
        low, middle, high = (
            float(sealed_string(value, _DIGITS)) for value in interval(entry, samples, place)
        )
        found.append(
            {
                "id": product.id,
                "names": dict(product.names),
                "unit": product.unit,
                "gwp_set": gwp_set,
                "samples": samples.values.shape[1],
                "redrawn": list(samples.redrawn),
                "seed": samples.seed,
                "median": middle,
                "interval": [low, high],
            }
        )
    return found


def show_intervals(
    entry: Entry, samples: Samples, words: Sequence[str], gwp_set: str, limit: int
) -> None:
    """Median and 95 % interval of some products."""
    console = Console(highlight=False, markup=False, emoji=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(str(Message("Product")), overflow="fold")
    for title in (Message("Median"), Message("95 % from"), Message("95 % to")):
        table.add_column(str(title), justify="right", no_wrap=True)
    table.add_column(str(Message("Unit")))
    places, count = found_products(entry, words, limit)
    for place in places:
        product = entry.products[place]
        low, middle, high = interval(entry, samples, place)
        figures = (shown(value) for value in (middle, low, high))
        table.add_row(Text(said(product.names)), *figures, f"kg CO2e/{product.unit}")
    console.print(table)
    console.print()
    said_last = Message(
        "{shown} of {total} products, {samples} samples, {gwp_set}",
        shown=len(places),
        total=count,
        samples=f"{samples.values.shape[1]:,}",
        gwp_set=gwp_set,
    )
    console.print(Text(str(said_last), "dim"))
    if samples.redrawn:
        again = Message(
            "{count} samples were drawn again, since a loop used up what it made.",
            count=f"{len(samples.redrawn):,}",
        )
        console.print(Text(str(again), "dim"))
