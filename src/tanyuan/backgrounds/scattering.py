"""How the amounts of exchanges scatter, as ratios to the amount that is calculated with."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from tanyuan.backgrounds.package import Law, Uncertainty
from tanyuan.backgrounds.report import Act, Report
from tanyuan.languages import Message
from tanyuan.lca.exchanges import Scatters, Shape
from tanyuan.problems import Place

_SHAPES = {
    Law.LOGNORMAL: Shape.LOGNORMAL,
    Law.NORMAL: Shape.NORMAL,
    Law.TRIANGULAR: Shape.TRIANGULAR,
    Law.UNIFORM: Shape.UNIFORM,
    Law.EMPIRICAL: Shape.EMPIRICAL,
}
_SAME = 1e-6
"""How far, relatively, a median, mean or mode may lie from the amount without a word."""

_REASONS = {
    "scatter-zero": Message("The amount is 0, and scatter is relative to it; it is certain."),
    "scatter-unusable": Message("The parameters are no distribution; the amount is certain."),
    "scatter-outside": Message("The amount lies outside its limits; it is certain."),
    "scatter-centre": Message(
        "The distribution has another centre than the amount; it is moved to the amount."
    ),
}


class Scattering:
    """Collects the scatters of exchanges, and what had to be changed about them."""

    def __init__(self) -> None:
        self._shape: list[int] = []
        self._spread: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._values: list[float] = []
        self._told: Counter[tuple[str, str]] = Counter()

    def add(self, process: str, amount: float, given: Uncertainty | None) -> None:
        """The scatter of one more exchange: of an amount, in the unit that the scatter has."""
        shape, spread, low, high = Shape.CERTAIN, 0.0, 1.0, 1.0
        if given is not None:
            found = self._ratios(process, amount, given)
            if found is not None:
                shape, (spread, low, high) = _SHAPES[given.law], found
        self._shape.append(shape)
        self._spread.append(spread)
        self._low.append(low)
        self._high.append(high)

    def _ratios(
        self, process: str, amount: float, given: Uncertainty
    ) -> tuple[float, float, float] | None:
        """Spread, low and high as `Scatters` has them, or none where the amount is certain."""
        parameters = [float(value) for value in given.parameters]
        if amount == 0:
            return self._certain("scatter-zero", process)
        if given.law is Law.EMPIRICAL and parameters:
            first = len(self._values)
            self._values += [value / amount for value in parameters]
            return 0.0, float(first), float(len(parameters))
        if len(parameters) != {Law.TRIANGULAR: 3}.get(given.law, 2):
            return self._certain("scatter-unusable", process)
        if given.law in {Law.LOGNORMAL, Law.NORMAL}:
            return self._about(process, amount, given.law, parameters)
        return self._between(process, amount, given.law, parameters)

    def _between(
        self, process: str, amount: float, law: Law, parameters: list[float]
    ) -> tuple[float, float, float] | None:
        low, high = sorted((parameters[0] / amount, parameters[-1] / amount))
        if low == high:
            return None
        if law is Law.TRIANGULAR:
            if not low <= 1 <= high:
                return self._certain("scatter-outside", process)
            self._check_centre(process, amount, parameters[1])
        return 0.0, low, high

    def _about(
        self, process: str, amount: float, law: Law, parameters: list[float]
    ) -> tuple[float, float, float] | None:
        centre, spread = parameters
        if law is Law.LOGNORMAL:
            if not (spread >= 1 and centre != 0):
                return self._certain("scatter-unusable", process)
            ratio = math.log(spread)
            centre = math.copysign(centre, amount)
        else:
            if spread < 0:
                return self._certain("scatter-unusable", process)
            ratio = spread / abs(amount)
        self._check_centre(process, amount, centre)
        return (ratio, 1.0, 1.0) if ratio > 0 else None

    def _check_centre(self, process: str, amount: float, centre: float) -> None:
        if not math.isclose(centre, amount, rel_tol=_SAME):
            self._told["scatter-centre", process] += 1

    def _certain(self, code: str, process: str) -> tuple[float, float, float] | None:
        self._told[code, process] += 1
        return None

    def scatters(self) -> Scatters:
        """What was collected, in order."""
        shape = np.array(self._shape, np.uint8)
        limited = np.isin(shape, (Shape.TRIANGULAR, Shape.UNIFORM, Shape.EMPIRICAL)).any()
        no = np.zeros(0)
        return Scatters(
            shape,
            np.array(self._spread, np.float64),
            np.array(self._low, np.float64) if limited else no,
            np.array(self._high, np.float64) if limited else no,
            np.array(self._values, np.float64),
        )

    def tell(self, report: Report, names: dict[str, str]) -> None:
        """Report what was changed, once a process and reason."""
        for (code, process), count in self._told.items():
            report.add(
                code,
                Act.CONVERTED if code == "scatter-centre" else Act.DROPPED,
                Place(sheet=names[process], field="uncertainty"),
                _REASONS[code],
                count=str(count),
                process=process,
            )
