"""The footprint: what a calculation found, as immutable values.

All amounts are per declared unit of the study; results are kg CO2e (floats; what is shown and
sealed is rounded by `tanyuan.documents.numbers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tanyuan.factors.factor import Factor
from tanyuan.footprint.method import Method
from tanyuan.footprint.study import DataKind, Phase, Role, Study
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import Message, language

Potentials = Mapping[tuple[str, EmissionKind], Decimal]

_Z95 = 1.959964
"""Standard deviations from the middle of a normal distribution to the ends of 95 % of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line's result: one gas of one kind in one stage.

    `mass` is kg of the gas (kg CO2e for sums), `value` kg CO2e; `gwp_set` is the set of a sum in
    CO2e as its source states it, and that of the method for single gases.
    """

    gas: str
    kind: EmissionKind
    stage: str
    mass: float
    value: float
    gwp_set: str


@dataclass(frozen=True, slots=True)
class LineResult:
    """What one line adds: `amount` in `unit` × `intensity` kg CO2e per unit = `value`.

    `value` is None where something needed is missing, and 0 for lines that take an output of the
    study itself (their burdens stand at that output's own lines). Whether it counts in the total
    is said by `role`. `interval` is the 95 % interval of `value`, where known.
    """

    id: str
    name_zh: str
    name_en: str
    process: str
    stage: str
    role: Role
    data_kind: DataKind
    amount: float | None
    unit: str
    ref: str
    ref_name_zh: str
    ref_name_en: str
    origin: str
    source: str
    intensity: float | None
    value: float | None
    parts: tuple[Part, ...]
    flags: tuple[Flag, ...]
    interval: tuple[float, float] | None
    note: str

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return _first(self.name_zh, self.name_en) or self.id

    @property
    def ref_name(self) -> str:
        """The factor's name in the language in use."""
        return _first(self.ref_name_zh, self.ref_name_en) or self.ref


def _first(chinese: str, english: str) -> str:
    return (chinese or english) if language() == "zh" else (english or chinese)


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a result is incomplete: the line and what is missing there."""

    line: str
    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class Bar:
    """What keeps a result from being certified."""

    code: str
    message: Message


@dataclass(frozen=True, slots=True)
class CutOff:
    """An entry of the cut-off ledger: estimated share of the total and whether it may be cut."""

    line: str
    share: float
    reason: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class Driver:
    """A random quantity and what it does to the total.

    `sensitivity` is the change of the total in per cent when the quantity grows by 1 %; `share`
    is its share of the total's variance (0 where it states no spread).
    """

    key: str
    sensitivity: float
    share: float


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How sure the total is.

    `standard_deviation` is first order (analytic); the intervals (95 %), the mean and the median
    are of `samples` Monte Carlo draws with `seed`. `covered` is the share of the total whose line
    or factor states a spread; the rest is taken as exact.
    """

    standard_deviation: float
    interval: tuple[float, float] | None
    mean: float | None
    median: float | None
    stages: Mapping[str, tuple[float, float]]
    drivers: tuple[Driver, ...]
    covered: float
    samples: int
    seed: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """The result of a study.

    Attributes:
        factors: the library factors that were used.
        potentials: kg CO2e per kg of the gases that were used, by gas and kind.
        total: kg CO2e per declared unit, of counted lines, without indirect land use change.
        co2_only: whether CO2 is the only gas in it (then the unit is kg CO2).
        by_stage: stages in the order of the study; `by_phase` the five life-cycle stages.
        by_gas: kg CO2e by gas; `masses` the kg of each gas.
        by_gwp_set: share of the total's parts that was characterised with each set; "" where a
            source does not say.
        outside, iluc: kg CO2e outside the total.
        other_total: the total with the other intensity of contractual power, where claimed.
        bars: what keeps the result from being certified.
    """

    study: Study
    method: Method
    scenario: str
    factors: tuple[Factor, ...]
    potentials: Potentials
    total: float
    co2_only: bool
    by_stage: Mapping[str, float]
    by_phase: Mapping[str, float]
    by_process: Mapping[str, float]
    by_kind: Mapping[EmissionKind, float]
    by_gas: Mapping[str, float]
    masses: Mapping[str, float]
    by_flag: Mapping[Flag, float]
    by_gwp_set: Mapping[str, float]
    lines: tuple[LineResult, ...]
    outside: float
    iluc: float
    other_total: float | None
    gaps: tuple[Gap, ...]
    cut_off: tuple[CutOff, ...]
    primary_share: float
    rating: float | None
    rated_share: float
    exceptions: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    uncertainty: Uncertainty | None

    @property
    def complete(self) -> bool:
        """Whether nothing needed is missing."""
        return not self.gaps

    @property
    def unit(self) -> str:
        """The unit of the total: `kg CO2e/piece`; CO2 alone is never called CO2e."""
        return f"kg {'CO2' if self.co2_only else 'CO2e'}/{self.study.unit_text}"

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the total: of the draws, else first order; none: no band known."""
        found = self.uncertainty
        if found is None or not found.standard_deviation:
            return None
        wide = _Z95 * found.standard_deviation
        return found.interval or (self.total - wide, self.total + wide)

    def stage_name(self, stage: str) -> str:
        """A stage's name in the language in use."""
        for row in self.study.stages:
            if row.id == stage:
                return row.name
        return str(Phase(stage).label)

    def hot_spots(self, up_to: float = 0.8) -> tuple[LineResult, ...]:
        """The lines that together make up a share of the sum of all sizes, largest first."""
        counted = [line for line in self.lines if line.role is Role.COUNTED and line.value]
        counted.sort(key=lambda line: -abs(line.value or 0.0))
        whole = sum(abs(line.value or 0.0) for line in counted)
        found, reached = [], 0.0
        for line in counted:
            if reached >= up_to * whole:
                break
            found.append(line)
            reached += abs(line.value or 0.0)
        return tuple(found)

    def to_pandas(self) -> Any:
        """The lines as a pandas data frame (extra `pandas`)."""
        import pandas as pd  # noqa: PLC0415 - an extra

        return pd.DataFrame(self.rows())

    def to_polars(self) -> Any:
        """The lines as a polars data frame (extra `polars`)."""
        import polars as pl  # noqa: PLC0415 - an extra

        return pl.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """The lines as plain rows."""
        return [
            {
                "id": line.id,
                "name": line.name,
                "stage": line.stage,
                "process": line.process,
                "role": line.role.value,
                "amount": line.amount,
                "unit": line.unit,
                "ref": line.ref,
                "kg_co2e_per_unit": line.intensity,
                "kg_co2e": line.value,
                "data_kind": line.data_kind.value,
            }
            for line in self.lines
        ]
