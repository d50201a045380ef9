"""The tile map: one tile of equal size per region, set roughly as on the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tanyuan.documents.numbers import shown
from tanyuan.figures.classes import MOST, class_limits, class_of, ramp
from tanyuan.figures.items import PAGE, Figure, Item, Look, Table, finite
from tanyuan.figures.regions import Region, Tile, layouts
from tanyuan.figures.scale import numbers_of, one_unit
from tanyuan.figures.svg import Pen
from tanyuan.figures.text import width
from tanyuan.figures.words import (
    GAP,
    in_figure,
    in_table,
    is_count,
    listed,
    say,
    sentences,
    whole,
)

_WIDTH = 528.0
_BETWEEN = 4.0
_LEGEND = 22.0


@dataclass(frozen=True, slots=True)
class _Map:
    """A layout with its values and classes."""

    tiles: tuple[Tile, ...]
    items: Mapping[str, Item]
    limits: tuple[float, ...]
    unit: str
    size: float
    text: float

    def item(self, region: Region) -> Item | None:
        found = self.items.get(region.code)
        return found if found and found.known else None

    def step(self, number: int) -> int:
        """The colour of a class."""
        return ramp(len(self.limits) + 1)[number - 1]


def _by_code(tiles: Sequence[Tile], items: Sequence[Item]) -> dict[str, Item]:
    keys = {key: tile.region.code for tile in tiles for key in tile.region.keys}
    strange = [item.label for item in items if item.label not in keys]
    if strange:
        raise ValueError(f"no such region in this layout: {', '.join(strange)[:200]}")
    found: dict[str, Item] = {}
    for item in items:
        code = keys[item.label]
        if code in found:
            raise ValueError(f"a region has two values: {item.label}")
        found[code] = item
    return found


def tilemap(
    layout: str,
    items: Sequence[Item],
    unit: str,
    *,
    limits: Sequence[float] = (),
    title: str = "",
    look: Look = PAGE,
) -> Figure:
    """One number per region.

    Args:
        layout: `china`, `shandong` or `shanghai`.
        items: their labels are codes (GB/T 2260, ISO 3166-2) or names of regions; regions that are
            not among them have no value and are drawn dashed.
        unit: of the values.
        limits: where the classes above the lowest begin, at most four; near the quantiles at round
            numbers where not given.
        title: the finding.
        look: for what medium. The same drawing serves phones, where its text grows.

    Raises:
        ValueError: no such layout or region, a region twice, limits that do not rise.
    """
    tiles = layouts().get(layout)
    if tiles is None:
        raise ValueError(f"no such layout: {layout}; choose from {', '.join(layouts())}")
    factor, unit = one_unit(unit, numbers_of(items))
    found = {code: item.times(factor) for code, item in _by_code(tiles, items).items()}
    values = [item.value for item in found.values() if item.known]
    chosen = tuple(finite(limit) * factor for limit in limits) or class_limits(values)
    if list(chosen) != sorted(set(chosen)) or len(chosen) >= MOST:
        raise ValueError(f"limits rise, and there are at most four: {limits}")
    columns = 1 + max(tile.column for tile in tiles)
    pen = Pen(look, _WIDTH, _WIDTH)
    size = (pen.width - _BETWEEN * (columns - 1)) / columns
    text = 15.0 if look.palette and not look.narrow else 20.0
    drawn = _Map(tiles, found, chosen, unit, size, text)
    parts = [_tile(pen, drawn, tile) for tile in tiles]
    foot = (1 + max(tile.row for tile in tiles)) * (size + _BETWEEN)
    legend, height = _legend(pen, drawn, foot + 14)
    described = whole(title, _description(drawn))
    rows = sorted(tiles, key=lambda tile: _rank(drawn, tile))
    table = Table(
        (say("Region"), unit),
        tuple((t.region.name, _number(drawn, t.region, 4)) for t in rows),
        (False, True),
    )
    full = listed(f"{t.region.name} {_number(drawn, t.region, 3)}" for t in rows)
    svg = pen.document(
        "".join(parts) + legend, height, "fig tiles", (described, title or say("Tile map"), full)
    )
    notes = (say("Tiles are no map: one tile per region, of equal size, roughly in place."),)
    return Figure("tilemap", svg, pen.width, height, described, unit, table, notes)


def _rank(drawn: _Map, tile: Tile) -> tuple[bool, float, str]:
    item = drawn.item(tile.region)
    return item is None, -(item.value if item else 0.0), tile.region.code


def _number(drawn: _Map, region: Region, digits: int) -> str:
    item = drawn.item(region)
    if item is None:
        return GAP
    return in_table(item) if digits == 4 else in_figure(item)


def _tile(pen: Pen, drawn: _Map, tile: Tile) -> str:
    size, region = drawn.size, tile.region
    x, y = tile.column * (size + _BETWEEN), tile.row * (size + _BETWEEN)
    item = drawn.item(region)
    step = drawn.step(class_of(item.value, drawn.limits)) if item else 0
    ink = "md" if step > 3 else "ml"
    number = _number(drawn, region, 3)
    said = f"{region.name} {number if item else say('no value')} {drawn.unit if item else ''}"
    inset = 0.0 if item else 0.5
    inside = pen.rect(x + inset, y + inset, size - 2 * inset, size - 2 * inset, f"m{step}")
    lines = _name(region.short, drawn.text, size - 6)
    pitch = drawn.text * 1.2
    top = y + size / 2 - (len(lines) + 1) * pitch / 2 + drawn.text * 0.95
    for n, line in enumerate(lines):
        inside += pen.text(x + size / 2, top + n * pitch, line, cls=f"{ink} mid")
    inside += _fitted(pen, (x + size / 2, top + len(lines) * pitch), number, drawn, f"{ink} mid tb")
    href = drawn.items[region.code].href if region.code in drawn.items else ""
    return pen.door(href, said.strip(), pen.tag("g", "", pen.hint(said) + inside))


def _name(name: str, size: float, room: float) -> list[str]:
    """A region's name in one line, or broken where it may be."""
    plain = name.replace("\u00ad", "")
    if width(plain, size) <= room or "\u00ad" not in name:
        return [plain]
    first, _, last = name.partition("\u00ad")
    return [f"{first}-", last]


def _fitted(pen: Pen, place: tuple[float, float], text: str, drawn: _Map, cls: str) -> str:
    """A number in its tile, drawn narrower where it is too long."""
    room = drawn.size - 6
    if width(text, drawn.text, bold=True) <= room:
        return pen.text(*place, text, cls=cls)
    squeezed = pen.text(*place, text, cls=cls)
    return squeezed.replace(
        "<text ", f'<text textLength="{room:.0f}" lengthAdjust="spacingAndGlyphs" ', 1
    )


def _class_names(drawn: _Map) -> list[str]:
    limits = drawn.limits
    if not limits:
        return []
    counts = all(
        is_count(item.value, exact=item.exact) for item in drawn.items.values() if item.known
    ) and all(limit == int(limit) for limit in limits)

    def text(limit: float) -> str:
        return f"{limit:,.0f}".replace("-", "−") if counts else _short(limit, limits)

    names = [say("under {limit}", limit=text(limits[0]))]
    for low, high in pairwise(limits):
        top = text(high - 1) if counts else text(high)
        names.append(text(low) if counts and high - low == 1 else f"{text(low)} – {top}")
    return [*names, say("{limit} and more", limit=text(limits[-1]))]


def _short(limit: float, limits: Sequence[float]) -> str:
    """A limit with as many decimals as the finest one needs."""
    needed = max(len(f"{abs(value):.6g}".partition(".")[2]) for value in limits)
    plain = all("e" not in f"{value:.6g}" for value in limits)
    return f"{limit:,.{needed}f}".replace("-", "−") if plain else shown(limit, 3)


def _legend(pen: Pen, drawn: _Map, y: float) -> tuple[str, float]:
    """The classes, and what a dashed tile is."""
    names = _class_names(drawn)
    entries = [(f"m{drawn.step(n)}", name) for n, name in enumerate(names, start=1)]
    if any(drawn.item(tile.region) is None for tile in drawn.tiles):
        entries.append(("m0", say("no value")))
    parts = []
    x, pitch = 0.0, drawn.text * 1.5
    for cls, name in entries:
        long = _LEGEND + width(name, drawn.text) + 16
        if x and x + long > pen.width:
            x, y = 0.0, y + pitch
        parts.append(pen.rect(x + 0.5, y, 14, 14, cls))
        parts.append(pen.text(x + _LEGEND, y + 13, name))
        x += long
    return "".join(parts), y + (pitch if entries else 0.0)


def _description(drawn: _Map) -> str:
    known = [tile for tile in drawn.tiles if drawn.item(tile.region)]
    lost = [tile.region.name for tile in drawn.tiles if not drawn.item(tile.region)]
    order = sorted(known, key=lambda tile: _rank(drawn, tile))
    parts = [
        say("{n} of {all} regions have a value, in {unit}.", n=len(known), all=len(drawn.tiles),
            unit=drawn.unit)
    ]  # fmt: skip
    if order:
        first, last = order[0].region, order[-1].region
        parts.append(
            say("Highest: {first} {high}; lowest: {last} {low}.", first=first.name,
                high=_number(drawn, first, 3), last=last.name, low=_number(drawn, last, 3))
        )  # fmt: skip
    if lost and known:
        parts.append(say("No value: {items}.", items=listed(lost)))
    return sentences(parts)
