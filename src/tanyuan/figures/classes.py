"""Classes of a map: at most five, divided at round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tanyuan.figures.density import quantile

MOST = 5


def class_limits(values: Sequence[float], most: int = MOST) -> tuple[float, ...]:
    """Where classes begin (all but the lowest): near the quantiles, at round numbers.

    >>> class_limits([2, 2, 5, 6, 7, 8, 9, 13, 15, 17, 19, 20, 21, 22, 24, 27])
    (6.0, 8.0, 16.0, 20.0)
    """
    ordered = sorted(values)
    largest = max(map(abs, ordered), default=0.0)
    if not ordered or ordered[-1] - ordered[0] <= max(largest * 1e-9, 1e-30):
        return ()
    whole = all(value == math.floor(value) for value in ordered)
    found: tuple[float, ...] = ()
    for parts in (20, 50, 100):
        step = _round_step((ordered[-1] - ordered[0]) / parts)
        step = max(1.0, step) if whole else step
        limits = [round(quantile(ordered, n / most) / step) * step for n in range(1, most)]
        kept = {float(f"{limit:.12g}") for limit in limits}
        finer = tuple(sorted(limit for limit in kept if ordered[0] < limit <= ordered[-1]))
        if len(finer) > len(found):
            found = finer
    return found


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(size * power for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))


def class_of(value: float, limits: Sequence[float]) -> int:
    """The class of a value, from 1; a limit belongs to the class above it."""
    return 1 + sum(value >= limit for limit in limits)


def ramp(classes: int) -> tuple[int, ...]:
    """Which of the five steps of the map's colour so many classes take.

    >>> ramp(3)
    (1, 3, 5)
    """
    return {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5)}.get(classes, (1, 2, 3, 4, 5))
