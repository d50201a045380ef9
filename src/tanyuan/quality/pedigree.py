"""The pedigree matrix: five scores of a datum and the spread that they imply.

Indicators after Weidema & Wesnæs (1996), J. Cleaner Prod. 4:167; uncertainty factors of the
default set used since ecoinvent 2 (Frischknecht et al. 2007, ecoinvent report no. 1, table 7.2),
recalled and not checked against the report; where the set has no factor for a score (geography 4,
technology 2) the next worse one stands. Lognormal: GSD² = exp(√(Σ ln² U_i + ln² U_b)).
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError
from tanyuan.quality.distributions import Distribution, Scatter

INDICATORS = ("reliability", "completeness", "time", "geography", "technology")
_FACTORS = (
    (1.00, 1.05, 1.10, 1.20, 1.50),
    (1.00, 1.02, 1.05, 1.10, 1.20),
    (1.00, 1.03, 1.10, 1.20, 1.50),
    (1.00, 1.01, 1.02, 1.10, 1.10),
    (1.00, 1.20, 1.20, 1.50, 2.00),
)
BASIC = 1.05
"""Basic uncertainty factor U_b of energy and material demand in the default set."""

Scores = tuple[int, int, int, int, int]


def pedigree_scatter(scores: Scores, basic: float = BASIC) -> Scatter:
    """The lognormal scatter that five scores imply."""
    logs = [math.log(row[score - 1]) for row, score in zip(_FACTORS, scores, strict=True)]
    squared = math.fsum(log * log for log in (*logs, math.log(basic)))
    return Scatter(Distribution.LOGNORMAL, math.sqrt(squared) / 2)


def rating(scores: Scores) -> float:
    """The mean of the five scores: 1 (best) to 5."""
    return sum(scores) / len(scores)


def _read(value: Any) -> Any:
    if isinstance(value, str):
        value = [int(score) for score in re.findall(r"\d+", value)]
    if isinstance(value, list | tuple):
        if len(value) == len(_FACTORS) and all(score in range(1, 6) for score in value):
            return tuple(value)
        raise InvalidValueError(
            "pedigree",
            Message("Pedigree scores are five numbers from 1 (best) to 5."),
            Message(
                "Write reliability, completeness, time, place, technology: for instance 2,3,1,1,2."
            ),
        )
    return value


Pedigree = Annotated[
    Scores,
    BeforeValidator(_read),
    PlainSerializer(lambda scores: ",".join(map(str, scores)), return_type=str),
]
