"""The figures of a footprint's page, with the doors that lead out of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from tanyuan.documents.numbers import shown
from tanyuan.figures import (
    Figure,
    Flow,
    How,
    Item,
    Look,
    Stage,
    bar_rows,
    curve_through,
    distribution,
    one_unit,
    radar,
    sankey,
)
from tanyuan.figures.words import percent
from tanyuan.footprint.result import LineResult
from tanyuan.footprint.scored import indicator_means
from tanyuan.languages import Message
from tanyuan.reports.wording import INDICATOR_NAMES
from tanyuan.server.studies.rows import Bar, Row

if TYPE_CHECKING:
    from tanyuan.server.studies.page import FootprintPage

_NARROW = Look(narrow=True)


def _by_stage(line: LineResult) -> dict[str, float | None]:
    """What a line adds in each stage; unknown where it has no value."""
    if line.value is None or not line.parts:
        return {line.stage: line.value}
    found: dict[str, float | None] = {}
    for part in line.parts:
        if part.kind.in_total:
            found[part.stage] = (found.get(part.stage) or 0.0) + part.value
    return found


class PageFigures:
    """What a footprint's page draws; everything is worked out when asked for."""

    def __init__(self, page: FootprintPage) -> None:
        self.page, self.fp = page, page.fp

    @cached_property
    def curve(self) -> tuple[Figure, Figure] | None:
        """The distribution of the total, wide and narrow; None where no band is known."""
        if self.fp.interval is None or self.fp.interval[0] >= self.fp.interval[1]:
            return None
        curve = curve_through(self.fp.interval, self.fp.total)
        wide, narrow = (
            distribution(self.fp.total, curve, self.page.unit, look=look)
            for look in (Look(), _NARROW)
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
        named = {self.page.stage_name(stage): self.page.door(stage) for stage in self.page.anchors}
        stages = [Stage(name, href) for name, href in named.items() if name in used]
        return sankey(flows, stages, self.page.unit, interval=self.fp.interval, look=look)

    def _flows(self) -> Iterator[Flow]:
        sources: dict[tuple[str, str], list[tuple[Row, float | None]]] = {}
        for row in self.page.rows:
            if self.page.counts(row) and row.line.origin != "output":
                name = row.factor_name or row.line.name
                for stage, value in _by_stage(row.line).items():
                    sources.setdefault((name, stage), []).append((row, value))
        for (name, stage), found in sources.items():
            rows = [row for row, _ in found]
            known = [value for _, value in found if value is not None]
            href = rows[0].href if len(rows) == 1 else f"#{self.page.anchors[stage]}"
            measured = all(row.how == How.MEASURED for row in rows)
            how = How.MEASURED if measured else How.DATABASE
            if known:
                yield Flow(name, self.page.stage_name(stage), sum(known), how, href)
            if len(known) < len(found):
                yield Flow(name, self.page.stage_name(stage), how=how, href=href, known=False)

    @cached_property
    def stage_items(self) -> list[Item]:
        """The stages with their intervals."""
        return [
            Item(
                self.page.stage_name(stage),
                value,
                self.page.stage_interval(stage),
                stage=self.page.numbers[stage],
                href=self.page.door(stage),
            )
            for stage, value in self.fp.by_stage.items()
        ]

    @cached_property
    def stage_bars(self) -> tuple[Bar, ...]:
        """The bars of the stages."""
        hrefs = {item.label: item.href for item in self.stage_items}
        bands = any(item.interval for item in self.stage_items)
        rows = bar_rows(
            self.stage_items, self.page.unit, total=self.fp.total, keep_order=True, bands=bands
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
        return Message(
            "{stage} leads with {share}", stage=self.page.stage_name(largest), share=share
        )

    @property
    def bar_unit(self) -> str:
        """The unit of the stage bars: very small and very large ones are told in g and t."""
        return one_unit(self.page.unit, [self.fp.total, *self.fp.by_stage.values()])[1]

    @property
    def hot_unit(self) -> str:
        """The unit of the hot spots."""
        values = [line.value or 0.0 for line in self.fp.hot_spots()[:10]]
        return one_unit(self.page.unit, [self.fp.total, *values])[1]

    @cached_property
    def _spots(self) -> list[Row]:
        order = {line.id: n for n, line in enumerate(self.fp.lines, start=1)}
        return [self.page.row(order[line.id]) for line in self.fp.hot_spots()[:10]]

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
            self.hot_items, self.page.unit, total=self.fp.total, keep_order=True, bands=False
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
        return Message(
            "Where the {value} come from", value=f"{shown(self.fp.total)} {self.page.mass}"
        )

    @cached_property
    def radar(self) -> Figure | None:
        """The mean pedigree scores; None where no line states any."""
        scores = indicator_means(self.fp)
        if not scores or self.fp.rating is None:
            return None
        items = [Item(str(INDICATOR_NAMES[name]), value) for name, value in scores.items()]
        return radar(items, self.fp.rating)
