"""The figures of a footprint's page as files: the drawing, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter

from django.http import HttpResponse, QueryDict

from tanyuan.figures import LIGHT, Figure, Item, Look, bar
from tanyuan.languages import Message
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.studies.page import FootprintPage

_PAPER = Look(palette=LIGHT)


FIGURES: dict[str, Callable[[FootprintPage], Figure]] = {
    "flow": lambda page: page.figures.flow(_PAPER),
    "stages": lambda page: _bars(page, page.figures.stage_items, bands=True),
    "hot-spots": lambda page: _bars(page, page.figures.hot_items, bands=False),
}


def _bars(page: FootprintPage, items: list[Item], *, bands: bool) -> Figure:
    total = page.fp.total
    return bar(items, page.unit, total=total, keep_order=True, bands=bands, look=_PAPER)


FIGURE_FILES = tuple(f"{name}.{ending}" for name in FIGURES for ending in ("svg", "csv"))


def figure_file(page: FootprintPage, kind: str) -> tuple[bytes, str]:
    """A figure as `flow.svg`, or its numbers as `flow.csv`, with the media type."""
    name, _, ending = kind.partition(".")
    figure = FIGURES[name](page)
    if ending == "svg":
        return figure.svg.encode(), "image/svg+xml"
    columns = [
        Column(str(n), Message("{text}", text=head), itemgetter(n))
        for n, head in enumerate(figure.table.head)
    ]
    made = Table(QueryDict("format=csv"), figure.table.rows, columns).file(name)
    return (made or HttpResponse()).content, "text/csv"
