"""The own processes of a product as a linear system, solved along their supply order.

With M their technosphere and h what a run of each causes but through the others, a unit of each
product causes y with Mᵀ y = h. In supply order all but the cut processes follow in turn; what is
left is a dense system of the cut ones, the Schur complement.

Where nothing is avoided nothing there needs a pivot, for Mᵀ, with wastes counted positive, is an
M-matrix exactly if no loop uses up what it makes, and then so is each Schur complement (Berman &
Plemmons 1994, Nonnegative Matrices in the Mathematical Sciences, chapter 6). Positive prices of the
cut products show it (`tanyuan.lca.productivity`): those at which the processes earn what they make.
Where something is avoided, the whole system is eliminated with pivots.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.exchanges import Exchanges, sums
from tanyuan.lca.own_order import own_order
from tanyuan.lca.productivity import unproductive_loop
from tanyuan.lca.solver import SingularSystemError

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Order(NamedTuple):
    """An order of m processes: the process at each position (m,), and how many are cut and first.

    Each of the others takes only of those before it.
    """

    process: Places
    cut: int


class Parts(NamedTuple):
    """Mᵀ in supply order, with c processes cut.

    Attributes:
        matrix: (m, m) Mᵀ column by column, without what the cut take; its lower triangle counts
            where nothing is avoided.
        taken: (m, c) what the cut take, by column.
        heads: (c + 1, m) what the cut make or treat, one by one; then what each makes or treats.
        made: (m,) what each makes, or treats (−).
    """

    matrix: Floats
    taken: Floats
    heads: Floats
    made: Floats


@dataclass(frozen=True, eq=False)
class OwnSystem:
    """The processes of a product.

    Attributes:
        exchanges: e exchanges of product by process, with what processes make on the diagonal.
    """

    exchanges: Exchanges

    @cached_property
    def size(self) -> int:
        """Number of processes, m."""
        return int(self.exchanges.column.max(initial=-1)) + 1

    @cached_property
    def matrix(self) -> Floats:
        """(m, m) M: what a run of each process, by column, makes and takes of each product."""
        m, given = self.size, self.exchanges
        return sums(given.row * m + given.column, given.amount, m * m).reshape(m, m)

    @cached_property
    def made(self) -> Floats:
        """(m,) what a run of each process makes of its product, or treats of its waste (−)."""
        return self.matrix.diagonal().copy()

    @cached_property
    def spares(self) -> bool:
        """Whether an exchange besides the products is an avoided one."""
        made = self.made.take(self.exchanges.row)
        return bool(np.count_nonzero(self.exchanges.amount * made > 0) > self.size)

    @cached_property
    def order(self) -> Order:
        """The order in which they are solved; as they are given where an exchange is avoided."""
        if self.spares:
            return Order(np.arange(self.size), 0)
        following, cut = own_order(self.size, self._pairs)
        return Order(np.array(cut + following, np.intp), len(cut))

    @property
    def _pairs(self) -> list[tuple[int, int]]:
        rows, columns = self.exchanges.row.tolist(), self.exchanges.column.tolist()
        return list(zip(rows, columns, strict=True))

    @cached_property
    def position(self) -> Places:
        """(m,) where each process stands in the order."""
        position = np.empty(self.size, np.intp)
        position[self.order.process] = np.arange(self.size)
        return position

    @cached_property
    def parts(self) -> Parts:
        """The matrix as it is solved."""
        process, cut = self.order
        made, each = self.made[process], np.arange(cut)
        ordered = self.matrix.take(process, axis=0).take(process, axis=1)
        taken = ordered[:, :cut].copy()
        taken[each, each] -= made[:cut]
        heads = np.zeros((cut + 1, self.size))
        heads[each, each] = made[:cut]
        heads[cut] = np.abs(made)
        ordered[:, :cut] = heads[:cut].T
        return Parts(ordered.T, taken, heads, made)

    def solve(self, right: Floats) -> Floats:
        """What one unit of each product causes, (m, k).

        Args:
            right: (c + 1 + k, m) the heads of the parts, then what a run of each process causes but
                through the others, by position; overwritten.

        Raises:
            SingularSystemError: a loop uses up what it makes, or amounts are not finite.
        """
        matrix, taken, heads, made = self.parts
        cut = len(heads) - 1
        solve_triangle, solve = _lapack()
        if self.spares:
            _, _, found, singular = solve(matrix, right.T)
        else:
            found, singular = solve_triangle(matrix, right.T, lower=1, overwrite_b=1)
        found = found.T
        if cut and not singular:
            # So far the cut take nothing; what they take of all tells how much less they cause
            amiss = found.dot(taken)
            _, _, less, singular = solve(amiss[:cut].T + heads[:cut, :cut], amiss[cut:].T)
            found = found[cut:] - less.T.dot(found[:cut])
        if singular or self.spares or np.count_nonzero(found[0] * made > 0.0) < len(made):
            self._check(self.exchanges.amount[:, None])
        if singular:
            raise SingularSystemError(())
        return _finite(found[1:].T.take(self.position, axis=0))

    def solve_samples(self, amounts: Floats, causes: Floats) -> Floats:
        """What one unit of each product causes in each of s samples, (m, s).

        Args:
            amounts: (e, s) the exchanges in each sample.
            causes: (m, s) what a run of each process causes but through the others.

        Raises:
            SingularSystemError: as of `solve`, in a sample; or a process makes nothing there.
        """
        m, samples = causes.shape
        pivots = self.spares or bool((amounts * self.exchanges.amount[:, None] < 0).any())
        process, cut = Order(np.arange(m), m) if pivots else self.order
        torn, rest = process[:cut], process[cut:]
        column = np.zeros(m, np.intp)
        column[torn] = np.arange(1, cut + 1)
        # What each causes but through cut products, then what it takes of each cut product
        found = np.zeros((m, 1 + cut, samples))
        found[:, 0] = causes
        made, takes = np.zeros((m, samples)), [list[tuple[int, Floats]]() for _ in range(m)]
        for (product, taker), amount in zip(self._pairs, amounts, strict=True):
            if product == taker:
                made[taker] += amount
            if column[product]:
                found[taker, column[product]] += amount
            elif product != taker:
                takes[taker].append((product, amount))
        idle = ~(made * np.sign(self.made)[:, None] > 0).all(axis=0)
        self._check(amounts[:, idle])
        for taker in (*rest.tolist(), *torn.tolist()):
            for product, amount in takes[taker]:
                found[taker] -= amount * found[product]
            if not column[taker]:
                found[taker] /= made[taker]
        right = np.stack((np.abs(made[torn]), found[torn, 0])).transpose(2, 1, 0)
        prices = np.full(right.shape, np.nan)
        with suppress(np.linalg.LinAlgError):
            prices = np.linalg.solve(found[torn, 1:].transpose(2, 0, 1), right)
        earning = (prices[:, :, 0] * made[torn].T > 0).all(axis=1)
        self._check(amounts if pivots else amounts[:, ~earning])
        found[torn, 0] = prices[:, :, 1].T
        found[rest, 0] -= np.einsum("rcs,cs->rs", found[rest, 1:], found[torn, 0])
        return _finite(found[:, 0])

    def _check(self, amounts: Floats) -> None:
        """Refuse samples in which a process makes nothing, or a loop uses up what it makes."""
        m, given, samples = self.size, self.exchanges, amounts.shape[1]
        if not samples:
            return
        matrix, reach = np.zeros((m, m, samples)), np.eye(m)
        np.add.at(matrix, (given.row, given.column), amounts)
        makes = matrix.diagonal() * np.sign(self.made)
        idle = np.flatnonzero(~(makes > 0).all(axis=0))
        if idle.size:
            raise SingularSystemError(tuple(idle.tolist()))
        reach[given.row, given.column] = 1.0
        for _ in range(m.bit_length()):
            reach = np.minimum(reach @ reach, 1.0)
        looped = np.flatnonzero((reach * reach.T).sum(axis=0) > 1)
        if not looped.size:
            return
        for sample in matrix[looped[:, None], looped].transpose(2, 0, 1):
            loop = unproductive_loop(sample, None)
            if loop:
                raise SingularSystemError(tuple(looped[list(loop)].tolist()))


def _finite(found: Floats) -> Floats:
    """What was found, (m, …), if all of it is finite."""
    finite = np.isfinite(found)
    if np.count_nonzero(finite) < finite.size:
        raise SingularSystemError((int(np.argwhere(~finite)[0, 0]),))
    return found


@cache
def _lapack() -> tuple[Any, Any]:
    """Solutions of a triangular and of a dense system (trtrs, gesv), less what numpy adds to it."""
    from scipy.linalg.lapack import dgesv, dtrtrs  # noqa: PLC0415 - loads only where it is needed

    return dtrtrs, dgesv
