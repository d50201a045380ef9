"""The own processes of a product as a linear system, solved along their supply order.

With M their technosphere and h what a run of each causes but through the others, a unit of each
product causes y with Mᵀ y = h. In supply order all but the cut processes follow in turn; what is
left is a dense system of the cut ones, the Schur complement.

Where nothing is avoided nothing there needs a pivot, for Mᵀ, with wastes counted positive, is an
M-matrix exactly if no loop uses up what it makes, and then so is each Schur complement (Berman &
Plemmons 1994, Nonnegative Matrices in the Mathematical Sciences, chapter 6). Positive prices of the
cut products show it (`tanyuan.lca.productivity`): those at which the processes earn what they make.
Where something is avoided, by what is given or by a sample whose draws turn a sign, the whole
system is scaled, eliminated with pivots and refined (LAPACK's gesvx; Skeel 1980, Math. Comp.
35:817).
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
    """An order of m processes.

    Attributes:
        process: (m,) the process at each position. Those that are not cut take only of those
            before them; where something is avoided it is the order given.
        cut: how many are cut; they stand first.
    """

    process: Places
    cut: int


class Parts(NamedTuple):
    """Mᵀ in supply order, with c processes cut.

    Attributes:
        triangle: (m, m) column by column, its lower triangle Mᵀ, without what the cut take.
        taken: (m, c) what the cut take, by column.
        heads: (c + 1, m) a row for each cut process with what it makes, or treats (−), at its
            position; then the sizes of what all make or treat.
        made: (m,) what each makes, or treats (−).

    All are by position.
    """

    triangle: Floats
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
        """(m, m) M: what a run of each process, by column, makes and takes of each product.

        Raises:
            SingularSystemError: amounts of a process are not finite.
        """
        matrix = self._dense(self.exchanges.amount)
        finite = np.isfinite(matrix).all(axis=0)
        if not finite.all():
            raise SingularSystemError(tuple(np.flatnonzero(~finite).tolist()))
        return matrix

    def _dense(self, amounts: Floats) -> Floats:
        m, given = self.size, self.exchanges
        return sums(given.row * m + given.column, amounts, m * m).reshape(m, m)

    @cached_property
    def made(self) -> Floats:
        """(m,) what a run of each process makes of its product, or treats of its waste (−)."""
        return self.matrix.diagonal().copy()

    @cached_property
    def spares(self) -> bool:
        """Whether an exchange besides the products is an avoided one."""
        sign = np.sign(self.made).take(self.exchanges.row)
        return bool(np.count_nonzero(self.exchanges.amount * sign > 0) > self.size)

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
        triangle, taken, heads, made = self.parts
        if self.spares:
            return _finite(self._eliminated(self.exchanges.amount, right[len(heads) :]))
        cut, lapack = len(heads) - 1, _lapack()
        found, singular = lapack.dtrtrs(triangle, right.T, lower=1, overwrite_b=1)
        found = found.T
        if cut and not singular:
            # So far the cut take nothing; what they take of all tells how much less they cause
            amiss = found.dot(taken)
            among = amiss[:cut].T + heads[:cut, :cut]
            _, _, less, singular = lapack.dgesv(among, amiss[cut:].T)
            found = found[cut:] - less.T.dot(found[:cut])
        if singular or np.count_nonzero(found[0] * made > 0.0) < len(made):
            self._check(self.exchanges.amount)
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
        turned = (amounts * np.sign(self.exchanges.amount)[:, None] < 0).any(axis=0) | self.spares
        found = np.empty_like(causes)
        found[:, ~turned] = self._in_turn(amounts[:, ~turned], causes[:, ~turned])
        for sample in np.flatnonzero(turned).tolist():
            found[:, sample] = self._eliminated(amounts[:, sample], causes[:, [sample]].T)[:, 0]
        return _finite(found)

    def _in_turn(self, amounts: Floats, causes: Floats) -> Floats:
        """`solve_samples` where nothing is avoided."""
        (m, samples), (process, cut) = causes.shape, self.order
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
        makes = (made * np.sign(self.made)[:, None] > 0).all(axis=0)
        self._check_each(amounts, np.flatnonzero(~makes))
        for taker in (*rest.tolist(), *torn.tolist()):
            for product, amount in takes[taker]:
                found[taker] -= amount * found[product]
            if not column[taker]:
                found[taker] /= made[taker]
        right = np.stack((np.abs(made[torn]), found[torn, 0])).transpose(2, 1, 0)
        prices = np.full(right.shape, np.nan)
        with suppress(np.linalg.LinAlgError):
            prices = np.linalg.solve(found[torn, 1:].transpose(2, 0, 1), right)
        earns = (prices[:, :, 0] * made[torn].T > 0).all(axis=1)
        self._check_each(amounts, np.flatnonzero(~earns))
        found[torn, 0] = prices[:, :, 1].T
        found[rest, 0] -= np.einsum("rcs,cs->rs", found[rest, 1:], found[torn, 0])
        return found[:, 0]

    def _eliminated(self, amounts: Floats, causes: Floats) -> Floats:
        """What one unit of each product causes, (m, k), from amounts (e,) and causes (k, m)."""
        self._check(amounts)
        *_, found, _, _, _, singular = _lapack().dgesvx(self._dense(amounts).T, causes.T)
        if 0 < singular <= self.size:
            raise SingularSystemError(())
        return np.asarray(found)

    def _check_each(self, amounts: Floats, samples: Places) -> None:
        """Refuse what is wrong in some of the samples (e, s)."""
        for sample in samples.tolist():
            self._check(amounts[:, sample])

    def _check(self, amounts: Floats) -> None:
        """Refuse amounts (e,) with which a process makes nothing, or a loop uses up its product."""
        matrix = self._dense(amounts)
        idle = np.flatnonzero(~(matrix.diagonal() * np.sign(self.made) > 0))
        if idle.size:
            raise SingularSystemError(tuple(idle.tolist()))
        looped = self._looped
        loop = unproductive_loop(matrix[np.ix_(looped, looped)], None) if looped.size else ()
        if loop:
            raise SingularSystemError(tuple(looped[list(loop)].tolist()))

    @cached_property
    def _looped(self) -> Places:
        """The processes that stand in loops."""
        reach = np.eye(self.size)
        reach[self.exchanges.row, self.exchanges.column] = 1.0
        for _ in range(self.size.bit_length()):
            reach = np.minimum(reach @ reach, 1.0)
        return np.flatnonzero((reach * reach.T).sum(axis=0) > 1)


def _finite(found: Floats) -> Floats:
    """What was found, (m, …), if all of it is finite."""
    finite = np.isfinite(found)
    if np.count_nonzero(finite) < finite.size:
        raise SingularSystemError((int(np.argwhere(~finite)[0, 0]),))
    return found


@cache
def _lapack() -> Any:
    """LAPACK (Anderson et al. 1999, LAPACK Users' Guide), without numpy's way to it."""
    from scipy.linalg import lapack  # noqa: PLC0415 - loads only where it is needed

    return lapack
