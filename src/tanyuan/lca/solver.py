"""Solutions of linear systems, checked.

`factorise` gives a `Factorisation`, the only thing the rest of the engine knows of a solver.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RESIDUAL_LIMIT = 1e-10
_ENOUGH = 1e-15
_REFINEMENTS = 2


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
    """SuperLU (Demmel et al. 1999, SIAM J. Matrix Anal. Appl. 20:720) through scipy, refined.

    The factors are of Aᵀ: technosphere matrices fill in far less that way round. A solution is
    refined (Arioli, Demmel & Duff 1989, SIAM J. Matrix Anal. Appl. 10:165) until its componentwise
    residual is of the size of rounding, twice at most.
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

    @np.errstate(over="ignore", invalid="ignore")  # the residual shows it
    def _checked(self, matrix: Any, right: Floats, mode: str) -> Floats:
        solution: Floats = self._lu.solve(right, mode)
        sizes = abs(matrix)
        for refinements_left in range(_REFINEMENTS, -1, -1):
            _raise_at(~np.isfinite(solution))
            residual = right - matrix @ solution
            scale = sizes @ np.abs(solution) + np.abs(right)
            worst = np.divide(np.abs(residual), scale, out=np.zeros_like(scale), where=scale > 0)
            if not refinements_left or worst.max(initial=0.0) <= _ENOUGH:
                break
            solution = solution + self._lu.solve(residual, mode)
        _raise_at(worst > max(RESIDUAL_LIMIT, worst.max(initial=0.0) / 2))
        return solution


def _raise_at(wrong: NDArray[np.bool_]) -> None:
    """Raise with the rows of an array, (n,) or (n, k), where anything is wrong."""
    rows = wrong if wrong.ndim == 1 else wrong.any(axis=1)
    if rows.any():
        raise SingularSystemError(tuple(np.flatnonzero(rows).tolist()))


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

    STRUCTURE tries a large core in single precision, then in double, and leaves a system whose
    transposed does not solve to the residual limit to SuperLU.

    Raises:
        SingularSystemError: no unique solution, or entries that are no finite numbers.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where a system is solved

    sparse = csc_array(matrix)
    if not sparse.has_canonical_format:
        sparse = sparse.copy()  # summing works in place, and the entries are the caller's
        sparse.sum_duplicates()
    _raise_at(~np.isfinite(sparse.sum(axis=1)))
    if solver is Solver.STRUCTURE:
        from tanyuan.lca.structure import StructuredLU, dense_core, layout  # noqa: PLC0415

        at = layout(sparse)
        for precision in at.core_precisions:
            found = StructuredLU(at, dense_core(at, precision))
            if _solves(found.size, found.solve_transposed):
                return found
    return _sparse_lu(sparse)


def _solves(size: int, *ways: Callable[[Floats], Floats]) -> bool:
    """Whether all ways of solving keep within the residual limit."""
    try:
        for way in ways:
            way(np.ones(size))
    except SingularSystemError:
        return False
    return True


def _sparse_lu(sparse: Any) -> SparseLU:
    """Factors with their pivots on the diagonal, or where these do not solve, with the largest.

    In products of suitable sizes the diagonal of a technosphere is its largest entry, and without
    exchanges of rows what has nothing upstream comes out as nothing, not as rounding.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415
    from scipy.sparse.linalg import splu  # noqa: PLC0415

    transposed = csc_array(sparse.T)
    try:
        found = SparseLU(sparse, splu(transposed, diag_pivot_thresh=0.0))
        sound = _solves(found.size, found.solve_transposed, found.solve)
        return found if sound else SparseLU(sparse, splu(transposed))
    except RuntimeError:
        size = abs(sparse)
        empty = (size.sum(axis=0) == 0) | (size.sum(axis=1) == 0)
        raise SingularSystemError(tuple(np.flatnonzero(empty).tolist())) from None
