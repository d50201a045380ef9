"""A frozen background: what its products cause, with samples, and products calculated over it.

A product's own processes are few. With M their technosphere, b the amounts that they take from the
background and Y the background's intensities, theirs are

    y = M⁻ᵀ (h − bᵀ Y)

a dense system of their size, for each sample likewise with the stored samples of Y. Nothing here is
compiled: the first call waits at most for scipy to load.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanyuan.languages import Message
from tanyuan.lca.draws import WIDTH, counters, draw_ratios
from tanyuan.lca.exchanges import Exchanges, sums
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.productivity import unproductive_loop
from tanyuan.lca.solve import Solved
from tanyuan.lca.solver import SingularSystemError
from tanyuan.problems import Place, refuse

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Samples:
    """Drawn intensities of all products.

    Attributes:
        seed: of their draws.
        weights: (k,) what a unit of each column counted.
        values: (n, samples) in single precision.
        redrawn: the samples that were drawn again, since a loop used up what it made.
    """

    seed: int
    weights: Floats
    values: NDArray[np.float32]
    redrawn: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Background:
    """The products of a solved system, with nothing of how they are made.

    Attributes:
        products: n ids.
        columns: k names, for instance a gas and a kind.
        intensities: (n, k) per unit of the product.
        samples: drawn intensities under one weight for each column, or none.
    """

    products: tuple[str, ...]
    columns: tuple[str, ...]
    intensities: Floats
    samples: Samples | None = None


def freeze(
    solved: Solved, weights: Floats | None = None, *, samples: int = 0, seed: int = 0,
    workers: int = 1,
) -> Background:  # fmt: skip
    """A background of a solved system, with samples where weights are given."""
    drawn = None
    if weights is not None and samples:
        model = monte_carlo(solved, weights, seed=seed)
        values = model.run(samples, workers)
        redrawn = tuple(sorted(at for at in model.redrawn if at < samples))
        drawn = Samples(seed, weights, values, redrawn)
    columns = solved.characterisation.columns
    return Background(solved.system.processes, columns, solved.intensities, drawn)


@dataclass(frozen=True, eq=False)
class Linked:
    """A product's own m processes over a background; signs as in `tanyuan.lca.system`.

    Attributes:
        inner: m × m, with what the processes make on the diagonal.
        outer: products of the background × m: taken (−), wastes given off (+).
        direct: columns of the background × m: what a run of each process causes itself.
    """

    inner: Exchanges
    outer: Exchanges
    direct: Exchanges

    @cached_property
    def size(self) -> int:
        """Number of processes."""
        return int(self.inner.column.max(initial=-1)) + 1

    @cached_property
    def runs(self) -> Floats:
        """(m, m) what a run of each process, by row, gives and takes of each product."""
        m, inner = self.size, self.inner
        return sums(inner.row * m + inner.column, inner.amount, m * m).reshape(m, m).T

    @cached_property
    def made(self) -> Floats:
        """(m,) what a run of each process makes of its product."""
        return self.runs.diagonal().copy()

    @cached_property
    def own(self) -> Floats:
        """(1 + k, m) what a run of each process makes or treats, and what it causes itself."""
        m, direct = self.size, self.direct
        k = int(direct.row.max(initial=-1)) + 1
        caused = sums(direct.column * k + direct.row, direct.amount, m * k).reshape(m, k)
        return np.concatenate((np.abs(self.made)[None], caused.T))

    @cached_property
    def bought(self) -> tuple[Places, Places, Floats]:
        """Product, process and amount of what is taken from the background, as numpy counts."""
        outer = self.outer
        return outer.row.astype(np.intp), outer.column.astype(np.intp), outer.amount

    @cached_property
    def spares(self) -> bool:
        """Whether an exchange besides the products is an avoided one."""
        made = self.made.take(self.inner.row)
        return bool(np.count_nonzero(self.inner.amount * made > 0) > self.size)

    def intensities(self, background: Background) -> Floats:
        """What one unit of each product causes, (m, k).

        Raises:
            SingularSystemError: a loop uses up what it makes.
        """
        m, k = self.size, background.intensities.shape[1]
        if not m:
            return np.zeros((m, k))
        right = np.zeros((1 + k, m))
        right[: len(self.own)] = self.own
        product, process, amount = self.bought
        for column, values in enumerate(background.intensities.T, 1):
            right[column] -= np.bincount(process, values.take(product) * amount, m)
        _, _, found, singular = _lapack_solve()(self.runs, right.T)
        return self._checked(self.runs, None if singular else found)

    def sampled(self, background: Background, seed: int, samples: int) -> Floats:
        """What one unit of each product causes in each sample, (m, samples), weighed as stored.

        The background's part of a sample is its stored sample of the same number.

        Raises:
            InputError: the background holds fewer samples.
            SingularSystemError: in a sample a loop uses up what it makes.
            ValueError: exchanges have no keys for their draws.
        """
        if not all(table.keyed for table in (self.inner, self.outer, self.direct)):
            raise ValueError("exchanges need keys for their draws, see exchange_keys")
        stored = background.samples
        if stored is None or stored.values.shape[1] < samples:
            raise refuse(
                "too-few-samples",
                Message("The background holds fewer than {count} samples.", count=samples),
                Message("Ask for fewer, or sample the background again."),
                Place(sheet="background"),
            )
        batches = -(-samples // WIDTH)
        inner, outer, direct = (
            table.amount[:, None]
            * draw_ratios(table.scatter, counters(table.key, seed), 0, batches)[:, :samples]
            for table in (self.inner, self.outer, self.direct)
        )
        m = self.size
        runs, right = np.zeros((samples, m, m)), np.zeros((2, m, samples))
        for amount, row, column in zip(inner, self.inner.row, self.inner.column, strict=True):
            runs[:, column, row] += amount
        right[0] = self._makes(runs).T
        for amount, row, column in zip(direct, self.direct.row, self.direct.column, strict=True):
            right[1, column] += amount * stored.weights[row]
        for amount, row, column in zip(outer, self.outer.row, self.outer.column, strict=True):
            right[1, column] -= amount * stored.values[row, :samples]
        turned = bool((inner * self.inner.amount[:, None] < 0).any())
        found: Floats | None = None
        with suppress(np.linalg.LinAlgError):
            found = np.asarray(np.linalg.solve(runs, right.transpose(2, 1, 0)), np.float64)
        return self._checked(runs, found, turned=turned)[:, :, 0].T

    def _checked(self, runs: Floats, found: Floats | None, *, turned: bool = False) -> Floats:
        """(…, m, k) of what was found, if every loop makes more than it uses up.

        Found along are the prices at which each process earns what it makes of its product; that
        they are positive shows it (`tanyuan.lca.productivity`), unless an avoided product counts
        against what is taken.

        Args:
            runs: (…, m, m), by sample.
            found: (…, m, 1 + k), the prices first; None where there is no solution.
            turned: whether an amount has another sign in a sample.
        """
        if found is None:
            self._check(runs)
            raise SingularSystemError(())
        earns = found[..., 0] * self.made > 0.0
        if turned or self.spares:
            self._check(runs)
        elif np.count_nonzero(earns) < earns.size:
            self._check(runs[~earns.all(axis=-1)])
        finite = np.isfinite(found)
        if np.count_nonzero(finite) < finite.size:
            raise SingularSystemError((int(np.argwhere(~finite)[0, -2]),))
        return found[..., 1:]

    def _makes(self, runs: Floats) -> Floats:
        """(…, m) what a run of each process makes of its product, or treats of its waste.

        Raises:
            SingularSystemError: in a sample a process makes nothing.
        """
        makes = runs.diagonal(axis1=-2, axis2=-1) * np.sign(self.made)
        idle = np.argwhere(~(makes > 0))[:, -1]
        if idle.size:
            raise SingularSystemError(tuple(np.unique(idle).tolist()))
        return np.asarray(makes)

    def _check(self, runs: Floats) -> None:
        """Refuse samples in which a loop uses up what it makes."""
        self._makes(runs)
        m = self.size
        reach = np.eye(m)
        reach[self.inner.row, self.inner.column] = 1.0
        for _ in range(m.bit_length()):
            reach = np.minimum(reach @ reach, 1.0)
        looped = np.flatnonzero((reach * reach.T).sum(axis=0) > 1)
        if not looped.size:
            return
        for sample in runs[..., looped[:, None], looped].reshape(-1, len(looped), len(looped)):
            loop = unproductive_loop(sample.T, None)
            if loop:
                raise SingularSystemError(tuple(looped[list(loop)].tolist()))


@cache
def _lapack_solve() -> Any:
    """The solution of a dense system by LU factors (LAPACK's gesv), less what numpy adds to it."""
    from scipy.linalg.lapack import dgesv  # noqa: PLC0415 - loads only where it is needed

    return dgesv
