"""Solution by structure: sweeps in supply order, and a dense core for what feeds back.

Let T = I − A D⁻¹ with D the diagonal of A, and N, F the products outside and inside the feedback
set. In supply order the adjoint system y = h D⁻¹ + Tᵀ y is triangular on N, so that only the Schur
complement on F

    S = I − T_FFᵀ − T_NFᵀ (I − T_NNᵀ)⁻¹ T_FNᵀ

is factorised (LAPACK); S serves the forward system transposed. This is the tearing of Kron (1963)
and the bordered triangular form of Duff, Erisman & Reid (1986), Direct Methods for Sparse Matrices,
chapter 8, with the border chosen from the supply structure.

The core is factorised in single precision, in products scaled so that every column buys less than
it sells, and each solution is refined in double precision (Langou et al. 2006, SC'06) until its
componentwise residual (Oettli & Prager 1964) is below the limit of `tanyuan.lca.solver`. Where that
fails the core is factorised in double precision, and where that fails the caller falls back to
SuperLU.
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
Table = tuple[NDArray[np.int64], NDArray[np.int32], Floats]

_CHUNK = 64
_STEPS = 12
_ENOUGH = 1e-13  # intensities may be small differences of large parts
_ENOUGH_SUPPLY = 1e-11
_WEIGHING_ROUNDS = 6


@dataclass(frozen=True, eq=False)
class Layout:
    """A technosphere in supply order, every product in a unit of its own size.

    Attributes:
        order: where each product stands.
        diagonal: (n,) what each process makes of its product, by position.
        weight: (n,) the unit: about how much is bought for one unit of the product, all counted.
        ptr, idx, val: entries T[i, j] · weight[i] / weight[j] by column j, positions throughout.
    """

    order: SupplyOrder
    diagonal: Floats
    weight: Floats
    ptr: NDArray[np.int64]
    idx: NDArray[np.int32]
    val: Floats

    @property
    def size(self) -> int:
        """Number of products."""
        return len(self.diagonal)

    def rows(self) -> Table:
        """The same entries by row, for the forward system."""
        from scipy.sparse import csc_array  # noqa: PLC0415

        n = self.size
        by_row = csc_array((self.val, self.idx, self.ptr), shape=(n, n)).tocsr()
        return by_row.indptr.astype(np.int64), by_row.indices.astype(np.int32), by_row.data


@np.errstate(over="ignore", invalid="ignore")  # the residual shows it
def layout(technosphere: Any) -> Layout:
    """Put a technosphere into supply order.

    Args:
        technosphere: sparse (n, n), what process j makes (+) and takes (−) of product i, each
            entry once.

    Raises:
        SingularSystemError: processes that make nothing of their product.
    """
    from scipy.sparse import csc_array  # noqa: PLC0415

    matrix = csc_array(technosphere)
    n = matrix.shape[0]
    diagonal = matrix.diagonal()
    if not diagonal.all():
        raise SingularSystemError(tuple(np.flatnonzero(diagonal == 0).tolist()))
    column = np.repeat(np.arange(n), np.diff(matrix.indptr))
    apart = matrix.indices != column  # what sums to nothing does not in every sample
    idx = matrix.indices[apart]
    val = -matrix.data[apart] / diagonal[column[apart]]
    ptr = np.concatenate([[0], np.cumsum(apart)])[matrix.indptr]
    order = supply_order(csc_array((val, idx, ptr), shape=(n, n)))
    count = np.diff(ptr)[order.product]
    start = ptr[order.product]
    ptr = np.concatenate([[0], np.cumsum(count)])
    entry = np.arange(ptr[-1]) + np.repeat(start - ptr[:-1], count)
    idx, val = order.position[idx[entry]].astype(np.int32), val[entry]
    weight = _weights(order, ptr, idx, np.abs(val))
    val *= weight[idx] / np.repeat(weight, np.diff(ptr))
    return Layout(order, diagonal[order.product], weight, ptr, idx, val)


def _weights(
    order: SupplyOrder, ptr: NDArray[np.int64], idx: NDArray[np.int32], val: Floats
) -> Floats:
    """About the w of w = 1 + |T|ᵀ w: in units of w, no product needs more than one of the others.

    Rounded to powers of two, so that scaling with them is exact.
    """
    from tanyuan.lca.kernels import sweep  # noqa: PLC0415

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
    """The LU factors of S, in whichever precision."""

    factors: NDArray[np.floating]
    pivots: NDArray[np.integer]

    def solve(self, right: Floats, *, transposed: bool = False) -> Floats:
        """About S⁻¹ right, or S⁻ᵀ right."""
        from scipy.linalg import lu_solve  # noqa: PLC0415

        low = right.astype(self.factors.dtype)
        # LAPACK's wrapper counts the pivots up and down again in place: each call gets its own
        factors = (self.factors, self.pivots.copy())
        found = lu_solve(factors, low, int(transposed), overwrite_b=True, check_finite=False)
        return np.asarray(found, np.float64)

    def inverse(self) -> NDArray[np.floating]:
        """About S⁻¹, as a preconditioner of systems near to this one."""
        return np.asarray(self.solve(np.eye(len(self.factors))))


@np.errstate(over="ignore", invalid="ignore")
def dense_core(at: Layout, dtype: type[np.floating]) -> DenseLU:
    """Factorise the Schur complement of the feedback set."""
    from scipy.linalg import lu_factor  # noqa: PLC0415

    from tanyuan.lca.kernels import sweep_homogeneous, take_homogeneous  # noqa: PLC0415

    a, f, b = at.order.core, at.order.feedback, at.order.downstream
    count = b - f
    val = at.val.astype(dtype)
    schur = np.empty((count, count), dtype, order="F")
    y = np.zeros((b, _CHUNK), dtype)
    taken = np.empty((count, _CHUNK), dtype)
    for start in range(0, count, _CHUNK):
        chunk = np.arange(start, min(start + _CHUNK, count))
        y[f:b] = 0.0
        y[f + chunk, chunk - start] = 1.0
        sweep_homogeneous(at.ptr, at.idx, val, y, a, f)
        take_homogeneous(at.ptr, at.idx, val, y, f, b, taken)
        schur[:, chunk] = -taken[:, : len(chunk)]
    schur[np.diag_indices(count)] += 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a singular core shows in the residual
        factors, pivots = lu_factor(schur, overwrite_a=True, check_finite=False)
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
            SingularSystemError: the residual stays large; its row is where it is worst.
        """
        from tanyuan.lca.kernels import sweep  # noqa: PLC0415

        at = self.layout
        order, table = at.order, (at.ptr, at.idx, at.val)
        a, f, b = order.core, order.feedback, order.downstream
        scale = (at.diagonal * at.weight)[:, None]
        own = np.take(_columns(right), order.product, axis=0) / scale
        y = np.zeros_like(own)
        sweep(*table, own, y, 0, f)
        refinement = _Refinement(table, own, y, slice(f, b), _ENOUGH)
        while refinement.goes_on():
            y[f:b] += self.core.solve(refinement.residual)
            sweep(*table, own, y, a, f)
        sweep(*table, own, y, b, at.size)
        refinement.check(order)
        return _in_place(y * at.weight[:, None], order, right)

    @np.errstate(all="ignore")
    def solve(self, right: Floats) -> Floats:
        """The s of A s = right, (n,) or (n, k): how often each process runs.

        Raises:
            SingularSystemError: the residual stays large; its row is where it is worst.
        """
        from tanyuan.lca.kernels import sweep_back  # noqa: PLC0415

        at = self.layout
        order, table = at.order, self.by_row
        a, f, b = order.core, order.feedback, order.downstream
        own = np.take(_columns(right), order.product, axis=0) * at.weight[:, None]
        z = np.zeros_like(own)
        sweep_back(*table, own, z, b, at.size)
        sweep_back(*table, own, z, a, f)
        refinement = _Refinement(table, own, z, slice(f, b), _ENOUGH_SUPPLY)
        while refinement.goes_on():
            z[f:b] += self.core.solve(refinement.residual, transposed=True)
            sweep_back(*table, own, z, a, f)
        sweep_back(*table, own, z, 0, a)
        refinement.check(order)
        return _in_place(z / (at.diagonal * at.weight)[:, None], order, right)

    @cached_property
    def by_row(self) -> Table:
        """The entries of the layout by row; made when a forward system is first solved."""
        return self.layout.rows()


class _Refinement:
    """Refines values on the feedback set; all others follow from them by a sweep.

    Args:
        enough: residual of a value, relative to it, below which it stays as it is.

    Attributes:
        residual: (feedback, k) what the values on it are wrong by, by their own equations.
    """

    def __init__(
        self, table: Table, own: Floats, values: Floats, feedback: slice, enough: float
    ) -> None:
        self._table, self._own, self._values, self._at = table, own, values, feedback
        self._enough = enough
        self.residual = np.empty((feedback.stop - feedback.start, values.shape[1]))
        self._sizes = [np.inf]

    def goes_on(self) -> bool:
        """Whether what is wrong is worth another step, and the last one has made it smaller."""
        from tanyuan.lca.kernels import take_homogeneous  # noqa: PLC0415

        at, values = self._at, self._values
        if not len(self.residual) or len(self._sizes) > _STEPS:
            return False
        take_homogeneous(*self._table, values, at.start, at.stop, self.residual)
        self.residual += self._own[at]
        self.residual -= values[at]
        relative = np.abs(self.residual) / np.abs(values[at])
        self._sizes.append(float(np.nanmax(relative, initial=0.0)))
        before, size = self._sizes[-2:]
        # The first step makes values of zeros, and shows a core that is singular
        steps = len(self._sizes) - 2
        stalled = steps > 1 and not size <= 0.5 * before
        return not steps or not (size <= self._enough or stalled)

    def check(self, order: SupplyOrder) -> None:
        """Only the feedback set can be wrong: what is swept follows from what is before it.

        Raises:
            SingularSystemError: the residual is large, or values are no finite numbers.
        """
        from tanyuan.lca.kernels import residual  # noqa: PLC0415

        if not self._sizes[-1] <= RESIDUAL_LIMIT:
            at = self._at
            worst, where = residual(*self._table, self._own, self._values, at.start, at.stop)
            if not worst <= RESIDUAL_LIMIT:
                raise SingularSystemError((int(order.product[where]),))
        finite = np.isfinite(self._values).all(axis=1)
        if not finite.all():
            raise SingularSystemError((int(order.product[finite.argmin()]),))


def _columns(right: Floats) -> Floats:
    return right[:, None] if right.ndim == 1 else right


def _in_place(values: Floats, order: SupplyOrder, right: Floats) -> Floats:
    return np.take(values, order.position, axis=0).reshape(right.shape)
