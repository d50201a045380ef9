"""Solution by structure: sweeps in supply order, and a dense core for what feeds back.

Let T = I − A D⁻¹ with D the diagonal of A, and N, F the products outside and inside the feedback
set. In supply order the adjoint system y = h D⁻¹ + Tᵀ y is triangular on N, so that only the Schur
complement on F

    S = I − T_FFᵀ − T_NFᵀ (I − T_NNᵀ)⁻¹ T_FNᵀ

is factorised (LAPACK); S serves the forward system transposed. This is the tearing of Kron (1963)
and the bordered triangular form of Duff, Erisman & Reid (1986), Direct Methods for Sparse Matrices,
chapter 8, with the border chosen from the supply structure.

The core is factorised in products scaled so that every column buys less than it sells; a large one
in single precision, which halves the time and the memory. Each solution is refined in double
precision (Langou et al. 2006, SC'06) until what is left of every value is small. Where the
componentwise residual (Oettli & Prager 1964) then is above the limit of `tanyuan.lca.solver`, a
core in single precision is factorised in double precision, and where that fails the caller falls
back to SuperLU.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.ordering import SupplyOrder, supply_order
from tanyuan.lca.solver import RESIDUAL_LIMIT, SingularSystemError

Floats = NDArray[np.float64]

_CHUNK = 128
_STEPS = 12
_ENOUGH = 1e-12  # error of an intensity that is worth no other correction
_ENOUGH_SUPPLY = 2e-11  # the same of a run; made for each demand anew
_MULTIPLIED = 0.1  # of an error may be wrong: loops multiply it
_SHRINKING = 0.1  # a correction that has not become so much smaller is rounding
_WEIGHING_ROUNDS = 6
_LARGE = 3000  # rows of a core whose factors, in double precision, take longer than all else


@dataclass(frozen=True, eq=False)
class Layout:
    """A technosphere in supply order, every product in a unit of its own size.

    Attributes:
        order: where each product stands.
        diagonal: (n,) what each process makes of its product, by position.
        weight: (n,) the unit: about how much is bought for one unit of the product, all counted.
        ptr, idx, val: entries T[i, j] · weight[i] / weight[j] by column j, positions throughout;
            without signs, since numba counts a negative index from the end and looks for it.
    """

    order: SupplyOrder
    diagonal: Floats
    weight: Floats
    ptr: NDArray[np.int64]
    idx: NDArray[np.uint32]
    val: Floats

    @property
    def core_precisions(self) -> tuple[type[np.floating], ...]:
        """In which the core is factorised, the first that solves."""
        large = self.order.downstream - self.order.feedback > _LARGE
        return (np.float32, np.float64) if large else (np.float64,)

    @property
    def size(self) -> int:
        """Number of products."""
        return len(self.diagonal)

    @cached_property
    def unit(self) -> Floats:
        """(n,) what a run of each process makes of its product, in the layout's unit."""
        return self.diagonal * self.weight


@np.errstate(over="ignore", invalid="ignore")  # the residual shows it
def layout(technosphere: Any) -> Layout:
    """Put a technosphere into supply order.

    Args:
        technosphere: sparse (n, n), what process j makes (+) and takes (−) of product i, each
            entry once.

    Raises:
        SingularSystemError: processes that make nothing of their product.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415 - loads only where a system is solved

    from tanyuan.lca.kernels import (  # noqa: PLC0415 - numba is an extra
        arranged,
        in_units,
        without_diagonal,
    )

    matrix = csc_array(technosphere)
    given = (matrix.indptr, matrix.indices, matrix.data)
    start, suppliers, couples, diagonal = without_diagonal(*given)
    if not diagonal.all():
        raise SingularSystemError(tuple(np.flatnonzero(diagonal == 0).tolist()))
    order = supply_order(start, suppliers, couples)
    ptr, idx, val = arranged(*given, diagonal, order.product, order.position)
    weight = _weights(order, ptr, idx, np.abs(val))
    in_units(ptr, idx, val, weight)
    return Layout(order, diagonal[order.product], weight, ptr, idx, val)


def _weights(
    order: SupplyOrder, ptr: NDArray[np.int64], idx: NDArray[np.uint32], val: Floats
) -> Floats:
    """About the w of w = 1 + |T|ᵀ w: in units of w, no product needs more than one of the others.

    Rounded to powers of two, so that scaling with them is exact.
    """
    from tanyuan.lca.kernels import sweep  # noqa: PLC0415 - numba is an extra

    n = order.size
    own, weight = np.ones((n, 1)), np.ones((n, 1))
    sweep(ptr, idx, val, own, weight, 0, order.core)
    for _ in range(_WEIGHING_ROUNDS if order.feedback < order.downstream else 0):
        sweep(ptr, idx, val, own, weight, order.core, order.downstream)
    sweep(ptr, idx, val, own, weight, order.downstream, n)
    whole = np.exp2(np.round(np.log2(weight[:, 0])))
    return np.where(np.isfinite(whole), whole, 1.0)


@dataclass(frozen=True, eq=False)
class DenseLU:
    """The LU factors of Sᵀ, in whichever precision.

    In the units of a layout the rows of S have their diagonal as about the largest entry: columns
    of Sᵀ mostly keep it as their pivot.
    """

    factors: NDArray[np.floating]
    pivots: NDArray[np.integer]

    def solve(self, right: Floats, *, transposed: bool = False) -> Floats:
        """About S⁻¹ right, or S⁻ᵀ right."""
        from scipy.linalg.lapack import dgetrs, sgetrs  # noqa: PLC0415 - as above

        if not right.size:
            return right  # LAPACK wants something
        # The wrapper counts the pivots up and down again in place: each call gets its own
        factors, pivots = self.factors, self.pivots.copy()
        if factors.dtype == np.float64:
            return np.asarray(dgetrs(factors, pivots, right, int(not transposed))[0])
        # Powers of two, so that nothing is too small or too large for single precision
        _, exponents = np.frexp(np.abs(right).max(axis=0))
        low = np.ldexp(right, -exponents).astype(np.float32)
        found, _ = sgetrs(factors, pivots, low, int(not transposed), overwrite_b=True)
        return np.asarray(np.ldexp(found.astype(np.float64), exponents), np.float64)

    def inverse(self) -> NDArray[np.floating]:
        """About S⁻¹, as a preconditioner of systems near to this one."""
        return np.asarray(self.solve(np.eye(len(self.factors))))


@np.errstate(over="ignore", invalid="ignore")
def dense_core(at: Layout, dtype: type[np.floating]) -> DenseLU:
    """Factorise the Schur complement of the feedback set."""
    from scipy.linalg import lu_factor  # noqa: PLC0415 - as above

    from tanyuan.lca.kernels import buy_back  # noqa: PLC0415 - numba is an extra

    a, f, b = at.order.core, at.order.feedback, at.order.downstream
    count = b - f
    val = at.val.astype(dtype, copy=False)
    schur, through = np.empty((count, count), dtype), np.empty((f - a, _CHUNK), dtype)
    for start in range(0, count, _CHUNK):
        buy_back(at.ptr, at.idx, val, a, f, b, start, through, schur)
    np.negative(schur, out=schur)
    schur[np.diag_indices(count)] += 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a singular core shows in the residual
        factors, pivots = lu_factor(schur.T, overwrite_a=True, check_finite=False)
    return DenseLU(factors, pivots)


@dataclass(frozen=True, eq=False)
class StructuredLU:
    """A technosphere A factorised by its structure; a `tanyuan.lca.solver.Factorisation`."""

    layout: Layout
    core: DenseLU

    @property
    def size(self) -> int:
        """Number of products."""
        return self.layout.size

    @np.errstate(all="ignore")  # the residual shows it
    def solve_transposed(self, right: Floats) -> Floats:
        """The y of Aᵀ y = right, (n,) or (n, k): what each product brings in all.

        Raises:
            SingularSystemError: the residual stays large, or values are no finite numbers; its row
                is where it is worst.
        """
        from tanyuan.lca.kernels import sweep, take_homogeneous  # noqa: PLC0415 - an extra's

        at = self.layout
        order, table = at.order, (at.ptr, at.idx, at.val)
        a, f, b = order.core, order.feedback, order.downstream
        own = np.take(_columns(right), order.product, axis=0) / at.unit[:, None]
        y = np.zeros_like(own)
        sweep(*table, own, y, 0, f)
        wrong = np.empty_like(own[f:b])
        refinement = _Refinement(y[f:b], _ENOUGH)
        while True:
            take_homogeneous(*table, y, f, b, wrong)
            wrong += own[f:b]
            wrong -= y[f:b]
            if refinement.settled(wrong):
                break
            refinement.step(self.core.solve(wrong))
            sweep(*table, own, y, a, f)
        sweep(*table, own, y, b, at.size)
        if (np.abs(wrong) > RESIDUAL_LIMIT * np.abs(y[f:b])).any():
            gross = np.zeros_like(wrong)
            take_homogeneous(at.ptr, at.idx, np.abs(at.val), np.abs(y), f, b, gross)
            self._check(wrong, gross + np.abs(own[f:b]) + np.abs(y[f:b]))
        return self._in_place(y * at.weight[:, None], right)

    @np.errstate(all="ignore")
    def solve(self, right: Floats) -> Floats:
        """The s of A s = right, (n,) or (n, k): how often each process runs.

        Raises:
            SingularSystemError: the residual stays large, or values are no finite numbers; its row
                is where it is worst.
        """
        from tanyuan.lca.kernels import hand_on  # noqa: PLC0415 - an extra's

        at = self.layout
        order, table = at.order, (at.ptr, at.idx, at.val)
        a, f, b = order.core, order.feedback, order.downstream
        s = np.take(_columns(right), order.product, axis=0) * at.weight[:, None]
        hand_on(*table, s[b:], s, b, at.size)
        asked = s[:b].copy()  # of the core and what is upstream, by all else
        torn = np.zeros_like(asked[f:])
        refinement = _Refinement(torn, _ENOUGH_SUPPLY)
        while True:
            s[:b] = asked
            hand_on(*table, torn, s, f, b)
            hand_on(*table, s[a:f], s, a, f)
            wrong = s[f:b] - torn
            if refinement.settled(wrong):
                break
            refinement.step(self.core.solve(wrong, transposed=True))
        s[f:b] = torn
        if (np.abs(wrong) > RESIDUAL_LIMIT * np.abs(torn)).any():
            gross = np.abs(s)
            gross[f:b] += np.abs(asked[f:])
            hand_on(at.ptr, at.idx, np.abs(at.val), np.abs(s[a:b]), gross, a, b)
            self._check(wrong, gross[f:b])
        hand_on(*table, s[:a], s, 0, a)
        return self._in_place(s / at.unit[:, None], right)

    def _check(self, wrong: Floats, gross: Floats) -> None:
        """Refuse values on the feedback set that are wrong by too much of what goes in and out."""
        relative = np.where(wrong == 0.0, 0.0, np.abs(wrong) / gross).max(axis=1)
        worst = int(np.nan_to_num(relative, nan=np.inf).argmax())
        if not relative[worst] <= RESIDUAL_LIMIT:
            at = self.layout.order
            raise SingularSystemError((int(at.product[at.feedback + worst]),))

    def _in_place(self, values: Floats, right: Floats) -> Floats:
        """Values by product, in the shape of the right side; refuses what is no finite number."""
        order = self.layout.order
        finite = np.isfinite(values)
        if not finite.all():
            raise SingularSystemError((int(order.product[finite.all(axis=1).argmin()]),))
        return np.take(values, order.position, axis=0).reshape(right.shape)


class _Refinement:
    """Corrections of the values on the feedback set; all others follow from them by a sweep.

    Two things end them. Either what is wrong is so little of every value that, multiplied by the
    loops, it stays below what is enough. Or what is left after a correction, about that correction
    times the rate at which corrections shrink (Higham 2002, Accuracy and Stability of Numerical
    Algorithms, 12.1), is little; there each value is judged by itself, for one whose parts cancel
    is soon at its rounding, and says nothing of the others.

    Args:
        values: (feedback, k), refined in place.
        enough: error, relative to a value, that is worth no other correction.
    """

    def __init__(self, values: Floats, enough: float) -> None:
        self._values, self._enough = values, enough
        self._size = np.full(values.shape, np.inf)
        self._open = np.ones(values.shape, bool)
        self._left = _STEPS

    def settled(self, wrong: Floats) -> bool:
        """Whether values of which so much is wrong, (feedback, k), are worth no correction."""
        if self._left == _STEPS:  # a core that is singular shows in its first correction
            return not self._values.size
        little = np.abs(wrong) <= _MULTIPLIED * self._enough * np.abs(self._values)
        return not self._left or not self._open.any() or bool(little.all())

    def step(self, correction: Floats) -> None:
        """Take a correction."""
        self._values += correction
        size = np.abs(correction)
        if self._left < _STEPS:  # the first makes values of zeros, and says nothing of the rate
            self._open &= size <= _SHRINKING * self._size
            self._open &= size * (size / self._size) > self._enough * np.abs(self._values)
        self._size = size
        self._left -= 1


def _columns(right: Floats) -> Floats:
    return right[:, None] if right.ndim == 1 else right
