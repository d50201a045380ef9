"""How a quantity scatters around its value: shape, relative spread, draws."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tanyuan.languages import Choice, Message
from tanyuan.problems import InvalidValueError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Distribution(Choice):
    """The shape of a distribution.

    LOGNORMAL: the value is the median, the spread the geometric standard deviation; the mean is
    larger than the value by exp(ln²(GSD)/2).
    NORMAL: the value is the mean, the spread the relative standard deviation; cut at zero, so that
    no draw changes its sign.
    TRIANGULAR: the value is the mode between low and high.
    UNIFORM: between low and high.
    """

    LOGNORMAL = "lognormal", "lognormal"
    NORMAL = "normal", "normal"
    TRIANGULAR = "triangular", "triangular"
    UNIFORM = "uniform", "uniform"


@dataclass(frozen=True, slots=True)
class Scatter:
    """A distribution of the ratio of a quantity to its value.

    `spread` is ln(GSD) for lognormal and the relative standard deviation for normal; `low` and
    `high` are ratios to the value for triangular and uniform.
    """

    shape: Distribution
    spread: float = 0.0
    low: float = 1.0
    high: float = 1.0

    @property
    def standard_deviation(self) -> float:
        """Relative standard deviation, first order for the lognormal: u(ln x)."""
        if self.shape is Distribution.TRIANGULAR:
            a, b = self.low, self.high
            return math.sqrt((a * a + b * b + 1 - a * b - a - b) / 18)
        if self.shape is Distribution.UNIFORM:
            return (self.high - self.low) / math.sqrt(12)
        return self.spread

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the ratio."""
        import numpy as np  # noqa: PLC0415

        low, high = self.from_uniform(np.array([0.025, 0.975]))
        return float(low), float(high)

    def from_uniform(self, u: Floats) -> Floats:
        """Ratios at the given probabilities (inverse distribution function)."""
        import numpy as np  # noqa: PLC0415 - loads only where draws are made

        from tanyuan.quality.normal import inverse_normal  # noqa: PLC0415

        if self.shape is Distribution.LOGNORMAL:
            return np.asarray(np.exp(self.spread * inverse_normal(u)))
        if self.shape is Distribution.NORMAL:
            below = math.erfc(1 / (self.spread * math.sqrt(2))) / 2 if self.spread else 0.0
            above_zero = np.minimum(below + u * (1.0 - below), 1.0 - 2.0**-53)
            return np.asarray(1.0 + self.spread * inverse_normal(above_zero))
        width = self.high - self.low
        if self.shape is Distribution.UNIFORM or width == 0:
            return np.asarray(self.low + width * u)
        mode = (1.0 - self.low) / width
        left = self.low + np.sqrt(u * width * (1.0 - self.low))
        right = self.high - np.sqrt((1.0 - u) * width * (self.high - 1.0))
        return np.where(u < mode, left, right)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Ratios of a quantity to its value that were drawn elsewhere, together with others.

    Draw k takes ratio k, and begins again where there are no more. They are made when they are
    first asked for; where there are none, the quantity is certain.
    """

    make: Callable[[], Floats]

    @cached_property
    def ratios(self) -> Floats:
        """All of them, in the order of the draws."""
        return self.make()

    @property
    def certain(self) -> bool:
        """Whether nothing is known of a spread."""
        return not len(self.ratios)

    @property
    def standard_deviation(self) -> float:
        """Relative standard deviation."""
        return 0.0 if self.certain else float(self.ratios.std())

    def draws(self, first: int, count: int) -> Floats:
        """The ratios of draws first … first + count - 1."""
        import numpy as np  # noqa: PLC0415 - loads only where draws are made

        return np.asarray(self.ratios[np.arange(first, first + count) % len(self.ratios)])


def scatter(
    shape: Distribution, value: float, spread: float | None, low: float | None, high: float | None
) -> Scatter:
    """The scatter that a row states, as a ratio to its value.

    Raises:
        InvalidValueError: spread or limits are missing, or do not fit the value.
    """
    if shape is Distribution.LOGNORMAL:
        if spread is None or spread < 1:
            raise InvalidValueError(
                "spread",
                Message("A lognormal quantity needs its geometric standard deviation, 1 or more."),
                Message("Write for instance 1.1 (about ±20 % at 95 %)."),
            )
        return Scatter(shape, math.log(spread))
    if shape is Distribution.NORMAL:
        if spread is None or not 0 <= spread <= 1:
            raise InvalidValueError(
                "spread",
                Message("A normal quantity needs its relative standard deviation, 0 to 1."),
                Message("Write for instance 0.05 (about ±10 % at 95 %)."),
            )
        return Scatter(shape, spread)
    if low is None or high is None or value == 0 or not low <= value <= high or low == high:
        raise InvalidValueError(
            "limits",
            Message("A triangular or uniform quantity needs a low and a high around its value."),
            Message("Write low and high so that low ≤ value ≤ high, in the unit of the value."),
        )
    limits = sorted((low / value, high / value))
    return Scatter(shape, 0.0, limits[0], limits[1])
