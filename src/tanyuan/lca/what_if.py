"""What if a process of a solved system were another: new intensities without a new solution.

Process j with column a_j + u and direct effects h_j + d changes Aᵀ by e_j uᵀ. By Sherman & Morrison
(1950, Annals of Mathematical Statistics 21:124), with z = A⁻ᵀ e_j,

    y′ = y + z (d − uᵀ y) / (1 + uᵀ z)

and for several processes at once by Woodbury (1950). Each z is one solution, made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.solve import Solved
from tanyuan.lca.solver import SingularSystemError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Change:
    """How one process differs from what it was.

    Attributes:
        process: its position.
        rows: (m,) positions of products.
        amounts: (m,) added to what the process gives (+) or takes (−) of them.
        direct: (k,) added to what one run causes itself.
    """

    process: int
    rows: NDArray[np.integer]
    amounts: Floats
    direct: Floats


@dataclass(frozen=True, eq=False)
class Changed:
    """Intensities under changes: (n, k) in all, or of one product alone."""

    before: Floats
    columns: Floats
    steps: Floats

    @property
    def intensities(self) -> Floats:
        """(n, k) of all products."""
        return np.asarray(self.before + self.columns @ self.steps)

    def intensity(self, product: int) -> Floats:
        """(k,) of one product."""
        return np.asarray(self.before[product] + self.columns[product] @ self.steps)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """Changes of a solved system; remembers the solution that belongs to each process."""

    solved: Solved
    _columns: dict[int, Floats] = field(default_factory=dict)

    def changed(self, changes: Sequence[Change]) -> Changed:
        """The intensities under changes of different processes.

        The determinant of A changes its sign where the gain of a loop passes 1; that is how a loop
        which uses up what it makes is found. Not checked: several changes that pass it twice.

        Raises:
            ValueError: two changes of the same process.
            SingularSystemError: with the changes a loop uses up what it makes.
        """
        places = [change.process for change in changes]
        if len(set(places)) < len(places):
            raise ValueError("one change for each process")
        before = self.solved.intensities
        columns = np.array([self._column(place) for place in places])
        columns = columns.reshape(len(places), len(before)).T
        inner = np.eye(len(changes))
        right = np.empty((len(changes), before.shape[1]))
        for at, change in enumerate(changes):
            inner[at] += change.amounts @ columns[change.rows]
            right[at] = change.direct - change.amounts @ before[change.rows]
        if not np.linalg.det(inner) > _SINGULAR:
            raise SingularSystemError(tuple(places))
        return Changed(before, columns, np.asarray(np.linalg.solve(inner, right), np.float64))

    def _column(self, process: int) -> Floats:
        if process not in self._columns:
            unit = np.zeros(self.solved.system.size)
            unit[process] = 1.0
            self._columns[process] = self.solved.factorised.solve_transposed(unit)
        return self._columns[process]


_SINGULAR = 1e-12
