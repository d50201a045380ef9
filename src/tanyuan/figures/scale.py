"""Axes: units that suit the numbers, round ticks, positions."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tanyuan.documents.numbers import shown
from tanyuan.figures.items import Item

_TINY = 1e-30
_LARGE_KG = 99_999.5
_SMALL_KG = 0.1


def one_unit(unit: str, values: Iterable[float]) -> tuple[float, str]:
    """The one unit of a figure: kg up to 99,999, then t; g below 0.1 kg. Others stay.

    Returns:
        What to multiply the values by, and the unit.

    >>> one_unit("kg CO₂e/t", [120_000.0])
    (0.001, 't CO₂e/t')
    """
    largest = max(map(abs, values), default=0.0)
    if unit == "kg" or unit.startswith("kg "):
        if largest >= _LARGE_KG:
            return 0.001, "t" + unit[2:]
        if _TINY < largest < _SMALL_KG:
            return 1000.0, "g" + unit[2:]
    return 1.0, unit


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` onto places from `start` to `stop`."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """The place of a value; the start where the scale has no length."""
        span = self.high - self.low
        if span < _TINY:
            return self.start
        return self.start + (value - self.low) / span * (self.stop - self.start)


@dataclass(frozen=True, slots=True)
class Ticks:
    """A ruler: numbered ticks a `step` apart and four small ones between two of them.

    `low` and `high` are the ends of the axis, moved out to small ticks.
    """

    low: float
    high: float
    step: float
    major: tuple[float, ...]
    minor: tuple[float, ...]

    def label(self, value: float) -> str:
        """A tick's number, with no more decimals than the step asks for."""
        power = math.floor(math.log10(self.step) + 1e-9)
        if not -5 < power < 12 or abs(value) >= 1e15:
            return shown(value, 3)
        return f"{value:,.{max(0, -power)}f}".replace("-", "−")


def ticks(low: float, high: float, most: int = 6) -> Ticks:
    """Ticks at 1, 2 or 5 × 10ⁿ over a range, at most about so many numbered ones."""
    middle = max(abs(low), abs(high), _TINY)
    if high - low < middle * 1e-6:
        low, high = low - middle * 0.05, high + middle * 0.05
    rough = (high - low) / max(1, most)
    power = math.floor(math.log10(rough))
    step = next(
        size * 10.0**power for size in (1, 2, 5, 10, 20) if size * 10.0**power >= rough * (1 - 1e-9)
    )
    small = step / 5
    first = math.floor(low / small + 1e-6)
    last = math.ceil(high / small - 1e-6)
    marks = range(first, last + 1)
    return Ticks(
        first * small,
        last * small,
        step,
        tuple(n // 5 * step for n in marks if n % 5 == 0),
        tuple(n * small for n in marks if n % 5),
    )


def numbers_of(items: Iterable[Item]) -> list[float]:
    """All numbers of items: values and ends of bands."""
    return [number for item in items for number in item.numbers]
