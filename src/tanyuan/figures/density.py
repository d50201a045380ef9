"""The curve of a distribution: from its parameters, or from samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tanyuan.figures.items import checked_interval, finite

_POINTS = 121
_BINS = 240
_Z95 = 1.959963984540054
_TAIL = 3.4
"""Standard deviations that are drawn on either side."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A density at evenly spaced places, scaled so that its top is 1, and its 95 % interval."""

    places: tuple[float, ...]
    heights: tuple[float, ...]
    interval: tuple[float, float]

    def height(self, place: float) -> float:
        """The height at a place, between the points in a straight line."""
        if not self.places[0] <= place <= self.places[-1]:
            return 0.0
        step = (self.places[-1] - self.places[0]) / (len(self.places) - 1)
        if step <= 0:
            return 1.0
        n = min(len(self.places) - 2, int((place - self.places[0]) / step))
        part = (place - self.places[n]) / step
        return self.heights[n] + part * (self.heights[n + 1] - self.heights[n])


def _grid(low: float, high: float, points: int) -> list[float]:
    return [low + (high - low) * n / (points - 1) for n in range(points)]


def _bell(z: float) -> float:
    return math.exp(-0.5 * z * z)


def _spike(value: float) -> Curve:
    edge = max(abs(value) * 1e-3, 1e-12)
    return Curve((value - edge, value, value + edge), (0.0, 1.0, 0.0), (value, value))


def lognormal_curve(median: float, gsd: float) -> Curve:
    """The lognormal density with a median and a geometric standard deviation.

    A negative median gives the mirrored curve.

    Raises:
        ValueError: a median of zero, or a geometric standard deviation under 1 or over 1000.
    """
    finite(median)
    if abs(median) < 1e-30 or not 1 <= gsd <= 1000:
        raise ValueError(f"not a lognormal distribution: median {median}, GSD {gsd}")
    sigma = math.log(gsd)
    if sigma < 1e-7:
        return _spike(median)
    size = abs(median)
    # Wide ones are cut where next to nothing is left: the tail would flatten all the rest
    high = size * math.exp(min(_TAIL * sigma, 2.2 * sigma + 0.6))
    low = size * math.exp(-_TAIL * sigma)
    places = _grid(low, high, _POINTS)
    raw = [_bell(math.log(x / size) / sigma) / x for x in places]
    top = max(raw)
    heights = [r / top for r in raw]
    ends = (size * math.exp(-_Z95 * sigma), size * math.exp(_Z95 * sigma))
    if median < 0:
        return Curve(
            tuple(-x for x in reversed(places)), tuple(reversed(heights)), (-ends[1], -ends[0])
        )
    return Curve(tuple(places), tuple(heights), ends)


def curve_through(ends: tuple[float, float], total: float) -> Curve:
    """The density of a total whose 95 % interval has these ends.

    Lognormal, on the side of zero that the total is on; normal where the interval holds zero.
    """
    low, high = ends
    if low * high > 0 and low < high:
        middle = math.copysign(math.sqrt(low * high), total)
        wide = max(abs(low), abs(high)) / min(abs(low), abs(high))
        curve = lognormal_curve(middle, min(1000.0, wide ** (1 / (2 * _Z95))))
    else:
        curve = normal_curve((low + high) / 2, (high - low) / (2 * _Z95))
    return Curve(curve.places, curve.heights, ends)


def normal_curve(mean: float, deviation: float) -> Curve:
    """The normal density with a mean and a standard deviation.

    Raises:
        ValueError: not finite, or a negative standard deviation.
    """
    finite(mean)
    if finite(deviation) < 0:
        raise ValueError(f"a standard deviation is not negative: {deviation}")
    if deviation <= max(abs(mean) * 1e-9, 1e-30):
        return _spike(mean)
    places = _grid(mean - _TAIL * deviation, mean + _TAIL * deviation, _POINTS)
    heights = tuple(_bell((x - mean) / deviation) for x in places)
    return Curve(tuple(places), heights, (mean - _Z95 * deviation, mean + _Z95 * deviation))


def quantile(ordered: Sequence[float], part: float) -> float:
    """The quantile of ordered values, between two of them in a straight line."""
    place = part * (len(ordered) - 1)
    n = min(len(ordered) - 2, int(place))
    if len(ordered) == 1:
        return ordered[0]
    return ordered[n] + (place - n) * (ordered[n + 1] - ordered[n])


def _binned(values: Sequence[float], low: float, step: float) -> list[float]:
    """Samples shared out between the two nearest points of a grid."""
    counts = [0.0] * (_BINS + 1)
    for value in values:
        place = (value - low) / step
        if 0 <= place <= _BINS:
            n = min(_BINS - 1, int(place))
            counts[n] += 1 - (place - n)
            counts[n + 1] += place - n
    return counts


def sample_curve(samples: Sequence[float], interval: tuple[float, float] | None = None) -> Curve:
    """The density of samples: a Gaussian kernel over bins.

    Width of the kernel: Silverman (1986), Density Estimation for Statistics and Data Analysis,
    equation 3.31.

    Args:
        samples: at least two numbers.
        interval: their 95 % interval; its quantiles where not given.

    Raises:
        ValueError: fewer than two samples, or one that is not finite.
    """
    ordered = sorted(finite(value) for value in samples)
    if len(ordered) < 2:
        raise ValueError("a curve needs two samples or more")
    interval = checked_interval(interval) or (quantile(ordered, 0.025), quantile(ordered, 0.975))
    mean = sum(ordered) / len(ordered)
    deviation = math.sqrt(sum((x - mean) ** 2 for x in ordered) / (len(ordered) - 1))
    if deviation <= max(abs(mean) * 1e-9, 1e-30):
        spike = _spike(mean)
        return Curve(spike.places, spike.heights, interval)
    middle = (quantile(ordered, 0.75) - quantile(ordered, 0.25)) / 1.34
    kernel = 0.9 * min(deviation, middle or deviation) * len(ordered) ** -0.2
    # Of many samples the outermost would only stretch the axis
    tail = 0.0005 if len(ordered) >= 1000 else 0.0
    low, high = quantile(ordered, tail) - 2.5 * kernel, quantile(ordered, 1 - tail) + 2.5 * kernel
    low = max(0.0, low) if ordered[0] >= 0 else low
    step = (high - low) / _BINS
    kernel = max(kernel, 1.5 * step)
    counts = _binned(ordered, low, step)
    reach = min(_BINS, math.ceil(4 * kernel / step))
    weights = [_bell(k * step / kernel) for k in range(reach + 1)]
    raw = [
        sum(
            counts[m] * weights[abs(m - n)]
            for m in range(max(0, n - reach), min(_BINS, n + reach) + 1)
        )
        for n in range(0, _BINS + 1, 2)
    ]
    top = max(raw)
    return Curve(tuple(_grid(low, high, _POINTS)), tuple(r / top for r in raw), interval)
