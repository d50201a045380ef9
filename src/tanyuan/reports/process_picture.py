"""The figure of the unit processes: who makes what, and who takes it; loops included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tanyuan.figures.svg import Pen
from tanyuan.figures.text import fit, width
from tanyuan.footprint.study import Output, Process, Role
from tanyuan.languages import Message
from tanyuan.reports.document import Picture
from tanyuan.reports.matter import Matter
from tanyuan.reports.pictures import PAPER
from tanyuan.reports.wording import formulas, in_words

_WIDE, _NAMES, _EDGE = 840.0, 250.0, 34.0
_STEP_DOWN, _LEAST_STEP, _MOST_STEP = 26.0, 20.0, 44.0
_MOST_ROWS, _MOST_COLUMNS = 40, 26
_HEAD_ROOM, _SLOPE = 150.0, 0.819  # sine of 55°
_SQUARE, _DOT = 5.0, 4.2


@dataclass(frozen=True, slots=True)
class _Product:
    """A product that passes between processes: the row that makes it, the rows that take it."""

    name: str
    made: int
    taken: tuple[int, ...]


def process_picture(matter: Matter) -> Iterator[Picture]:
    """The processes as rows and what passes between them as columns; nothing for too many rows."""
    processes = _in_order(matter)
    names = [formulas(process.name) for process in processes]
    products = _products(matter, processes)
    if not products or len(names) > _MOST_ROWS:
        return
    drawn = sorted(products, key=lambda product: -len(product.taken))[:_MOST_COLUMNS]
    drawn.sort(key=products.index)
    rows = [*names, str(Message("Product of the study: {amount}", amount=matter.declared))]
    described = _description(rows, products)
    pen = Pen(PAPER, _WIDE)
    body, height = _drawing(pen, rows, drawn)
    title = str(Message("What the unit processes make and take from each other"))
    svg = pen.document(body, height, "fig*", (described, title, ""))
    notes = [str(Message("■ makes it, ● takes it. A dot above its square is a loop."))]
    if len(products) > len(drawn):
        left = len(products) - len(drawn)
        notes.append(str(Message("Products not drawn, with the fewest takers: {n}.", n=left)))
    yield Picture(title, svg, _WIDE, height, described, note=" ".join(notes))


def _in_order(matter: Matter) -> list[Process]:
    """The processes in the order of their stages."""
    stages = list(matter.footprint.by_stage)

    def position(process: Process) -> int:
        return stages.index(process.stage) if process.stage in stages else len(stages)

    return sorted(matter.study.processes, key=position)


def _products(matter: Matter, processes: Sequence[Process]) -> list[_Product]:
    """Every output that a line takes, in the order of its maker."""
    at = {process.id: row for row, process in enumerate(processes)} | {"": len(processes)}
    taken: dict[str, set[int]] = {}
    for line in matter.footprint.lines:
        if line.role is Role.COUNTED and line.origin == "output" and line.process in at:
            taken.setdefault(line.ref, set()).add(at[line.process])
    made = (output for process in processes for output in matter.outputs_of(process))
    return [_product(output, at, taken[output.id]) for output in made if output.id in taken]


def _product(output: Output, at: dict[str, int], taken: set[int]) -> _Product:
    return _Product(formulas(output.name), at[output.process], tuple(sorted(taken)))


def _description(rows: Sequence[str], products: Sequence[_Product]) -> str:
    told = (
        str(
            Message(
                "{product}: made by {maker}, taken by {takers}.",
                product=product.name,
                maker=rows[product.made],
                takers=in_words([rows[row] for row in product.taken]),
            )
        )
        for product in products
    )
    return " ".join(told)


def _drawing(pen: Pen, rows: Sequence[str], products: Sequence[_Product]) -> tuple[str, float]:
    heads = [fit(product.name, pen.small, _HEAD_ROOM / _SLOPE) for product in products]
    top = 16 + _SLOPE * max(width(head, pen.small) for head in heads)
    room = _WIDE - _NAMES - 2 * _EDGE
    step = max(_LEAST_STEP, min(_MOST_STEP, room / len(products)))
    first, last = _NAMES + _EDGE, _NAMES + _EDGE + step * (len(products) - 1)
    parts = []
    for n, name in enumerate(rows):
        y = top + (n + 0.5) * _STEP_DOWN
        told = fit(name, pen.body, _NAMES)
        parts.append(pen.text(0, y + 5, told, cls="tb" if n == len(rows) - 1 else ""))
        parts.append(pen.line(_NAMES + 12, y, last + 12, y, "grid"))
    for n, (product, head) in enumerate(zip(products, heads, strict=True)):
        x = first + n * step
        parts.append(_column(pen, x, top, product))
        turned = f"rotate(-55 {x:.1f} {top - 6:.1f})"
        parts.append(pen.tag("g", "", pen.text(x, top - 6, head, cls="t2"), transform=turned))
    return "".join(parts), top + _STEP_DOWN * len(rows) + 4


def _column(pen: Pen, x: float, top: float, product: _Product) -> str:
    def down(row: int) -> float:
        return top + (row + 0.5) * _STEP_DOWN

    ink, azure = pen.colour("ink"), pen.colour("azure")
    ends = [down(row) for row in (product.made, *product.taken)]
    span = pen.tag("line", "", x1=x, x2=x, y1=min(ends), y2=max(ends), stroke=ink, stroke_width=1.2)
    square = pen.tag(
        "rect", "", x=x - _SQUARE, y=down(product.made) - _SQUARE, width=2 * _SQUARE,
        height=2 * _SQUARE, fill=ink,
    )  # fmt: skip
    dots = "".join(
        pen.tag("circle", "", cx=x, cy=down(row), r=_DOT, fill=azure)
        for row in product.taken
        if row != product.made
    )
    return span + square + dots
