"""What the columns of a background count in kg CO2e, by a set of warming potentials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanyuan.gases import CO2E, EmissionKind, potential

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weights:
    """Kg CO2e for one of each column.

    Attributes:
        values: (k,) in the total; 0 for what lies outside of it, such as cut-offs.
        unknown: gases for which the set has no value.
    """

    values: Floats
    unknown: tuple[str, ...]


def weights(columns: Sequence[str], gwp_set: str) -> Weights:
    """The weights of columns such as `CO2|fossil`."""
    values, unknown = np.zeros(len(columns)), []
    for place, column in enumerate(columns):
        gas, _, kind = column.partition("|")
        if kind not in set(EmissionKind):
            continue
        found = potential(gas, EmissionKind(kind), gwp_set)
        if gas == CO2E:
            values[place] = float(EmissionKind(kind).in_total)
        elif found is None:
            unknown.append(gas)
        elif EmissionKind(kind).in_total:
            values[place] = float(found.value)
    return Weights(values, tuple(dict.fromkeys(unknown)))
