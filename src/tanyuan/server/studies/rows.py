"""What the tables and figures of a footprint's page consist of."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.figures import BarRow
from tanyuan.footprint.result import LineResult
from tanyuan.languages import Message

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line: its place in the footprint, its share, how it is known, where its doors lead."""

    position: int
    line: LineResult
    stage: str
    share: float | None
    how: str
    href: str
    factor_href: str
    unit: str
    intensity_unit: str
    factor_name: str
    swatch: int
    database: str = ""

    @property
    def doubt(self) -> float | None:
        """Half the width of the 95 % interval, relative to the value."""
        line = self.line
        if line.interval is None or not line.value:
            return None
        return (line.interval[1] - line.interval[0]) / 2 / abs(line.value)


@dataclass(frozen=True, slots=True)
class Group:
    """A stage with its lines that count."""

    stage: str
    name: str
    anchor: str
    swatch: int
    value: float
    share: float | None
    interval: Interval
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of bars with the door of its number."""

    row: BarRow
    href: str
    share: str
    swatch: int


@dataclass(frozen=True, slots=True)
class Separate:
    """An item that the standards want shown apart; without a value it says why."""

    label: Message
    value: float | None
    why: Message | str
    inside: Message
    about: Message | str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing at a line or process."""

    name: str
    message: Message
    href: str


@dataclass(frozen=True, slots=True)
class Cut:
    """An entry of the cut-off ledger."""

    name: str
    share: str
    reason: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A process with several products and how its burdens are shared."""

    name: str
    outputs: str
    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A published result beside ours."""

    name: str
    published: float
    ours: float
    difference: str
    within: bool
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity and its share of the total's spread."""

    name: str
    share: float
    sensitivity: float
