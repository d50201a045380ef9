"""A line as the calculation sees it."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.footprint.resolve import Intensity
from tanyuan.footprint.study import Line, Role
from tanyuan.problems import Place
from tanyuan.quality.distributions import Scatter


@dataclass(frozen=True)
class Term:
    """A line with what it takes: an intensity, or the output `provider` of the study itself.

    `share` multiplies the row's amount (a part of a recycled material; negative for a credit).
    `other` is the intensity of the second result where contractual power is claimed. `stage` is
    empty where the intensity brings stages of its own.
    """

    line: Line
    place: Place
    stage: str
    process: str
    intensity: Intensity | None
    provider: int = -1
    scatter: Scatter | None = None
    other: Intensity | None = None
    share: float = 1.0

    @property
    def role(self) -> Role:
        """What the line is there for."""
        return self.line.role
