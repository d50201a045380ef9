"""How a total depends on every exchange, every elementary flow and every parameter at once.

With s the runs for a demand and y the intensities under one weight for each column,

    ∂total/∂B[f, j] = c[f] · s[j]     ∂total/∂A[i, j] = − y[i] · s[j]     ∂total/∂c[f] = (B s)[f]

(Heijungs & Suh 2002, chapter 6; Heijungs 2010, Environ. Sci. Technol. 44:1305). One forward
solution serves all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.exchanges import Scatters, Shape, sums
from tanyuan.lca.solve import Demand, Solved

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sensitivities:
    """Derivatives of the total of a demand.

    Attributes:
        total: the total.
        technosphere: (exchanges,) by the amounts between processes, in the order of the system.
        interventions: (exchanges,) by the amounts exchanged with nature.
        flows: (flows,) by what a unit of each elementary flow counts.
        inputs, emissions: (exchanges,) the relative ones: per cent of the total for 1 % of each.
    """

    total: float
    technosphere: Floats
    interventions: Floats
    flows: Floats
    inputs: Floats
    emissions: Floats

    def parameter(self, technosphere: Floats, interventions: Floats) -> float:
        """The derivative by a parameter, from the exchanges' derivatives by it."""
        return float(self.technosphere @ technosphere + self.interventions @ interventions)


def sensitivities(solved: Solved, weights: Floats, demand: Demand) -> Sensitivities:
    """All first derivatives of a total.

    Args:
        solved: the system.
        weights: (k,) what a unit of each column counts.
        demand: amounts of products.
    """
    given = solved.system
    inner, outer = given.technosphere, given.interventions
    runs = solved.supply(demand)
    intensity = solved.intensities @ weights
    counts = solved.characterisation.matrix(given.flows) @ weights
    total = float(solved.total(demand) @ weights)
    by_input = -intensity[inner.row] * runs[inner.column]
    by_emission = counts[outer.row] * runs[outer.column]
    scale = 1.0 / total if total else np.nan
    return Sensitivities(
        total,
        by_input,
        by_emission,
        sums(outer.row, outer.amount * runs[outer.column], len(given.flows)),
        by_input * inner.amount * scale,
        by_emission * outer.amount * scale,
    )


def first_order_deviation(solved: Solved, found: Sensitivities) -> float:
    """The standard deviation of a total to first order (JCGM 100:2008, 5.1.2 and 5.2.2).

    Exchanges are independent but for the parts of an allocated one, which share their key and move
    together. Lognormal exchanges enter with the deviation of their logarithm.
    """
    system = solved.system.keyed()
    inner, outer = system.technosphere, system.interventions
    moved = np.concatenate(
        (
            found.inputs * relative_deviations(inner.scatter),
            found.emissions * relative_deviations(outer.scatter),
        )
    )
    draws, draw = np.unique(np.concatenate((inner.key, outer.key)), return_inverse=True)
    together = sums(draw, moved, len(draws))
    return abs(found.total) * float(np.sqrt(together @ together))


def relative_deviations(scatter: Scatters) -> Floats:
    """Standard deviations of ratios to the amount, (m,); of the logarithm for lognormal ones."""
    found = np.where(scatter.shape == Shape.CERTAIN, 0.0, scatter.spread)
    if not len(scatter.low):
        return found
    low, high = scatter.low, scatter.high
    triangular = np.sqrt((low**2 + high**2 + 1 - low * high - low - high) / 18)
    found = np.where(scatter.shape == Shape.TRIANGULAR, triangular, found)
    found = np.where(scatter.shape == Shape.UNIFORM, (high - low) / np.sqrt(12), found)
    for at in np.flatnonzero(scatter.shape == Shape.EMPIRICAL).tolist():
        first, count = int(low[at]), int(high[at])
        found[at] = scatter.values[first : first + count].std()
    return found
