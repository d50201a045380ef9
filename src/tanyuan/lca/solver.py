"""Solutions of linear systems, checked.

`factorise` gives a `Factorisation`, the only thing the rest of the engine knows of a solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESIDUAL_LIMIT = 1e-10


class SingularSystemError(ArithmeticError):
    """The system has no single, finite solution; `rows` are the indices that show it."""

    def __init__(self, rows: tuple[int, ...]) -> None:
        self.rows = rows
        super().__init__(rows)


class Factorisation(Protocol):
    """A factorised square matrix A."""

    @property
    def size(self) -> int:
        """Number of rows."""

    def solve(self, right: Floats) -> Floats:
        """The x of A x = right."""

    def solve_transposed(self, right: Floats) -> Floats:
        """The y of Aᵀ y = right."""


@dataclass(frozen=True)
class SparseLU:
    """SuperLU through scipy, with a residual check and one refinement.

    The factors are of Aᵀ: technosphere matrices fill in far less that way round.
    """

    matrix: Any
    _lu: Any

    @property
    def size(self) -> int:
        """Number of rows."""
        return int(self.matrix.shape[0])

    def solve(self, right: Floats) -> Floats:
        """The x of A x = right; raises SingularSystemError where the residual stays large."""
        return self._checked(self.matrix, right, "T")

    def solve_transposed(self, right: Floats) -> Floats:
        """The y of Aᵀ y = right; raises SingularSystemError where the residual stays large."""
        return self._checked(self.matrix.T, right, "N")

    def _checked(self, matrix: Any, right: Floats, mode: str) -> Floats:
        solution: Floats = self._lu.solve(right, mode)
        for _ in range(2):
            residual = right - matrix @ solution
            scale = abs(matrix) @ np.abs(solution) + np.abs(right)
            worst = np.divide(np.abs(residual), scale, out=np.zeros_like(scale), where=scale > 0)
            if not np.all(np.isfinite(solution)):
                raise SingularSystemError(tuple(np.flatnonzero(~np.isfinite(solution)).tolist()))
            if worst.max(initial=0.0) <= RESIDUAL_LIMIT:
                return solution
            solution = solution + self._lu.solve(residual, mode)
        raise SingularSystemError((int(worst.argmax()),))


def factorise(matrix: Floats) -> Factorisation:
    """Factorise a square matrix.

    Raises:
        SingularSystemError: no unique solution.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where a system is solved
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    sparse = csc_array(matrix)
    try:
        lu = splu(csc_array(sparse.T))
    except RuntimeError:
        empty = np.flatnonzero(
            (np.abs(matrix).sum(axis=0) == 0) | (np.abs(matrix).sum(axis=1) == 0)
        )
        raise SingularSystemError(tuple(empty.tolist())) from None
    return SparseLU(sparse, lu)
