"""Solutions of linear systems, checked.

`factorise` gives a `Factorisation`, the only thing the rest of the engine knows of a solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
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


class Solver(StrEnum):
    """How a system is factorised.

    STRUCTURE: sweeps in supply order with a dense core, see `tanyuan.lca.structure`; needs numba.
    SUPERLU: SuperLU of the transposed matrix; the referee, and the way where numba is missing.
    """

    STRUCTURE = "structure"
    SUPERLU = "superlu"


def installed_solver() -> Solver:
    """STRUCTURE where numba is installed (the extra `engine`), else SUPERLU."""
    return Solver.STRUCTURE if find_spec("numba") else Solver.SUPERLU


def factorise(matrix: Any, solver: Solver = Solver.SUPERLU) -> Factorisation:
    """Factorise a square matrix, dense or sparse.

    STRUCTURE tries its core in single, then in double precision, and leaves a system that neither
    solves to the residual limit to SuperLU.

    Raises:
        SingularSystemError: no unique solution.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where a system is solved

    sparse = csc_array(matrix)
    if solver is Solver.STRUCTURE:
        from tanyuan.lca.structure import StructuredLU, dense_core, layout  # noqa: PLC0415

        at = layout(sparse)
        for precision in (np.float32, np.float64):
            found = StructuredLU(at, dense_core(at, precision))
            if _solves(found):
                return found
    return _sparse_lu(sparse)


def _solves(found: Factorisation) -> bool:
    """Whether a factorisation solves both ways within the residual limit."""
    probe = np.ones(found.size)
    try:
        found.solve(probe)
        found.solve_transposed(probe)
    except SingularSystemError:
        return False
    return True


def _sparse_lu(sparse: Any) -> SparseLU:
    from scipy.sparse import csc_array  # noqa: PLC0415
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    try:
        lu = splu(csc_array(sparse.T))
    except RuntimeError:
        size = abs(sparse)
        empty = (size.sum(axis=0) == 0) | (size.sum(axis=1) == 0)
        raise SingularSystemError(tuple(np.flatnonzero(empty).tolist())) from None
    return SparseLU(sparse, lu)
