"""Where things stand in a flow diagram: sources, stages, total; heights proportional to kg."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tanyuan.figures.items import How, checked_link, finite
from tanyuan.figures.stages import stage_numbers
from tanyuan.figures.words import say

MOST_SOURCES = 10
JOINED_BELOW = 0.005
REST = "\0"
"""Key of what is joined; no name is like it."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What a source adds in a stage; negative for removals and credits.

    `known` false: it adds something, but how much is not known.
    """

    source: str
    stage: str
    value: float = 0.0
    how: How = How.MEASURED
    href: str = ""
    known: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", finite(self.value) if self.known else 0.0)
        object.__setattr__(self, "how", How(self.how))
        checked_link(self.href)


@dataclass(frozen=True, slots=True)
class Stage:
    """A life-cycle stage: its name, and where its door leads."""

    name: str
    href: str = ""

    def __post_init__(self) -> None:
        checked_link(self.href)


@dataclass(frozen=True, slots=True)
class Loop:
    """Something of the own making that goes back: a works' gas, returned scrap.

    It carries nothing into the total: its factor is 0, its burdens stand where they arise.
    """

    name: str
    source: str
    stage: str
    href: str = ""

    def __post_init__(self) -> None:
        checked_link(self.href)


@dataclass(frozen=True, slots=True)
class Node:
    """A bar of a column. `number` is the stage's position (0: the rest), None for sources."""

    key: str
    name: str
    value: float
    y: float
    height: float
    number: int | None = None
    href: str = ""

    @property
    def middle(self) -> float:
        """Where its label stands."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A flow between two bars: where it leaves, where it arrives, how thick."""

    source: str
    stage: str
    value: float
    start: float
    stop: float
    height: float
    number: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole diagram down the page; across is the drawing's matter.

    `total` is the bar of the gross sum; `taken` the part of it that removals take away, below.
    """

    sources: tuple[Node, ...]
    stages: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]
    tails: tuple[Ribbon, ...]
    total: Node
    taken: float
    removals: tuple[tuple[str, float, str], ...]
    missing: tuple[str, ...]
    height: float
    scale: float

    @property
    def net(self) -> float:
        """The total: what is emitted minus what is taken away."""
        return self.total.value - self.taken


@dataclass
class _Sums:
    """Flows summed by source and stage, small ones joined."""

    cells: dict[tuple[str, str], float] = field(default_factory=dict)
    links: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, key: tuple[str, str], value: float, href: str) -> None:
        self.cells[key] = self.cells.get(key, 0.0) + value
        self.links.setdefault(key, href)

    def of(self, side: int) -> dict[str, float]:
        """Sums by source (0) or stage (1)."""
        found: dict[str, float] = {}
        for key, value in self.cells.items():
            found[key[side]] = found.get(key[side], 0.0) + value
        return found

    def renamed(self, side: int, keys: Mapping[str, str]) -> _Sums:
        """With keys of one side joined."""
        joined = _Sums()
        for key, value in self.cells.items():
            new = keys.get(key[side], key[side])
            pair = (new, key[1]) if side == 0 else (key[0], new)
            href = self.links[key] if new == key[side] else ""
            joined.add(pair, value, href)
        return joined


def _join_sources(sums: _Sums) -> _Sums:
    sizes = sums.of(0)
    gross = sum(sizes.values())
    small = [key for key, value in sizes.items() if value < JOINED_BELOW * gross]
    small = small if len(small) > 1 else []
    room = MOST_SOURCES - (1 if small else 0)
    large = sorted((key for key in sizes if key not in small), key=lambda key: -sizes[key])
    if len(large) > room:
        small += large[MOST_SOURCES - 1 :]
    return sums.renamed(0, dict.fromkeys(small, REST)) if small else sums


def _order_sources(sums: _Sums, place: Mapping[str, int]) -> list[str]:
    """By the mean place of the stages they feed, so that few ribbons cross; what is joined last.

    The barycentre rule: Sugiyama, Tagawa and Toda (1981), IEEE Transactions on Systems, Man, and
    Cybernetics 11(2):109.
    """
    sizes = sums.of(0)
    centre = dict.fromkeys(sizes, 0.0)
    for (source, stage), value in sums.cells.items():
        centre[source] += value * place[stage] / sizes[source]
    return sorted(sizes, key=lambda key: (key == REST, round(centre[key], 9), -sizes[key], key))


def _column(
    keys: Sequence[str], sizes: Mapping[str, float], scale: float, apart: tuple[float, float]
) -> list[tuple[str, float, float]]:
    """Bars under one another: labels at least `apart[0]` from middle to middle, bars `apart[1]`."""
    found: list[tuple[str, float, float]] = []
    y, before = 0.0, None
    for key in keys:
        height = sizes[key] * scale
        if before is not None:
            y += max(apart[1], apart[0] - (before + height) / 2)
        found.append((key, y, height))
        y, before = y + height, height
    return found


def _end(column: list[tuple[str, float, float]]) -> float:
    return column[-1][1] + column[-1][2] if column else 0.0


def lay_out(
    flows: Sequence[Flow],
    stages: Sequence[Stage],
    tall: float,
    apart: tuple[float, float],
    *,
    aligned: bool,
) -> Layout:
    """Place everything.

    Args:
        flows: what is drawn; every stage of a flow is among the stages.
        stages: in life-cycle order.
        tall: height of the total's bar.
        apart: least distance between the middles of two bars, and between bars.
        aligned: columns start on one line (with names over bars) instead of being centred.

    Raises:
        ValueError: a flow names a stage that is not given, or two stages have one name.
    """
    order = [stage.name for stage in stages]
    if len(set(order)) < len(order):
        raise ValueError("two stages have one name")
    strange = sorted({flow.stage for flow in flows} - set(order))
    if strange:
        raise ValueError(f"no such stage: {', '.join(strange)}")
    sums = _Sums()
    removals: dict[str, tuple[float, str]] = {}
    for flow in flows:
        if flow.value > 0:
            sums.add((flow.source, flow.stage), flow.value, flow.href)
        elif flow.value < 0:
            value, href = removals.get(flow.source, (0.0, flow.href))
            removals[flow.source] = (value + flow.value, href)
    stage_sums = sums.of(1)
    numbers = stage_numbers({name: stage_sums[name] for name in order if name in stage_sums})
    sums = sums.renamed(1, {name: REST for name, number in numbers.items() if not number})
    sums = _join_sources(sums)
    shown = [name for name in order if numbers.get(name)]
    shown += [REST] if REST in sums.of(1) else []
    gross = sum(sums.cells.values())
    scale = tall / gross if gross > 1e-30 else 0.0
    place = {name: n for n, name in enumerate(shown)}
    left = _column(_order_sources(sums, place), sums.of(0), scale, apart)
    middle = _column(shown, sums.of(1), scale, apart)
    deep = max(_end(left), _end(middle), tall if gross else 0.0)

    def shift(column: list[tuple[str, float, float]]) -> float:
        return 0.0 if aligned else (deep - _end(column)) / 2

    links = {stage.name: stage.href for stage in stages}
    names = {REST: say("The rest")}
    sources = tuple(
        Node(key, names.get(key, key), sums.of(0)[key], y + shift(left), h) for key, y, h in left
    )
    bars = tuple(
        Node(key, names.get(key, key), sums.of(1)[key], y + shift(middle), h,
             numbers.get(key, 0), links.get(key, ""))
        for key, y, h in middle
    )  # fmt: skip
    bar = tall if gross else 0.0
    total = Node("total", "", gross, 0.0 if aligned else (deep - bar) / 2, bar)
    return Layout(
        sources,
        bars,
        tuple(_ribbons(sums, sources, bars, scale)),
        tuple(_tails(bars, total)),
        total,
        -sum(value for value, _ in removals.values()),
        tuple((name, value, href) for name, (value, href) in removals.items()),
        tuple(dict.fromkeys(flow.source for flow in flows if not flow.known)),
        deep,
        scale,
    )


def _ribbons(
    sums: _Sums, sources: Sequence[Node], stages: Sequence[Node], scale: float
) -> list[Ribbon]:
    arrive = {stage.key: stage.y for stage in stages}
    found = []
    for source in sources:
        leave = source.y
        for stage in stages:
            value = sums.cells.get((source.key, stage.key), 0.0)
            if value <= 0:
                continue
            thick = value * scale
            href = sums.links[source.key, stage.key]
            found.append(
                Ribbon(source.key, stage.key, value, leave, arrive[stage.key], thick,
                       stage.number or 0, href)
            )  # fmt: skip
            leave += thick
            arrive[stage.key] += thick
    return found


def _tails(stages: Sequence[Node], total: Node) -> list[Ribbon]:
    """From each stage to the total."""
    arrive = total.y
    found = []
    for stage in stages:
        found.append(
            Ribbon(stage.key, "total", stage.value, stage.y, arrive, stage.height,
                   stage.number or 0, stage.href)
        )  # fmt: skip
        arrive += stage.height
    return found
