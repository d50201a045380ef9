"""Monte Carlo of a whole system: the intensity of every product in every sample.

A batch is always sixteen samples, counted from sample 0, and each of them is worked by the same
operations in it: equal seeds give equal figures whatever the number of samples or of workers, and
in any order. Two systems that share exchanges share their draws, so that the difference of two
products is taken sample by sample (JCGM 101:2008 for the propagation itself).

A sample in which a loop uses up what it makes describes nothing that could run. It is drawn again,
with draws that hang on its number alone, so that samples are of the distribution under the
condition that all loops run; which ones were is told.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.draws import WIDTH, counters, draw_ratios
from tanyuan.lca.exchanges import sums
from tanyuan.lca.productivity import unproductive_loop
from tanyuan.lca.solve import Solved
from tanyuan.lca.solver import SingularSystemError, factorise
from tanyuan.lca.system import System

Floats = NDArray[np.float64]

_APART = 1 << 24  # batches between the draws of a sample and those of its next attempt
_ATTEMPTS = 16

TOLERANCE = 1e-6
"""The relative error that an iteration may leave in the intensity of a product."""


class MonteCarlo(ABC):
    """Samples of a system under one weight for each elementary flow."""

    @property
    @abstractmethod
    def redrawn(self) -> frozenset[int]:
        """The samples that have been drawn again so far, since a loop used up what it made."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Number of products."""

    @abstractmethod
    def _room(self) -> Any:
        """What a batch works in; the next batch of the same thread uses it again."""

    @abstractmethod
    def _batch(self, number: int, room: Any) -> Floats: ...

    def batch(self, number: int) -> Floats:
        """Intensities of every product in samples 16 · number … 16 · number + 15, (n, 16).

        Raises:
            SingularSystemError: a loop uses up what it makes in all attempts of a sample.
        """
        return self._batch(number, self._room())

    def batches(self, samples: int, workers: int = 1) -> Iterator[Floats]:
        """The batches in order, the last one cut to the number of samples."""
        rooms = threading.local()

        def work(number: int) -> Floats:
            if not hasattr(rooms, "own"):
                rooms.own = self._room()
            return self._batch(number, rooms.own)[:, : samples - number * WIDTH]

        numbers = range(-(-samples // WIDTH))
        if workers == 1:
            yield from map(work, numbers)
            return
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(work, numbers)

    def run(self, samples: int, workers: int = 1) -> NDArray[np.float32]:
        """Intensities of every product in every sample, (n, samples) in single precision."""
        found = np.empty((self.size, samples), np.float32)
        for number, batch in enumerate(self.batches(samples, workers)):
            found[:, number * WIDTH : number * WIDTH + batch.shape[1]] = batch
        return found


def monte_carlo(
    solved: Solved, weights: Floats, *, seed: int, tolerance: float = TOLERANCE
) -> MonteCarlo:
    """Prepare the samples of a solved system.

    Args:
        solved: the nominal system.
        weights: (k,) what a unit of each column counts, for instance kg CO2e.
        seed: of all draws.
        tolerance: relative error that may be left; SuperLU's way leaves none.
    """
    system = solved.system.keyed()
    flows = solved.characterisation.matrix(system.flows) @ weights
    from tanyuan.lca.structure import StructuredLU  # noqa: PLC0415 - with numba alone

    if isinstance(solved.factorised, StructuredLU):
        from tanyuan.lca.structured_monte_carlo import (  # noqa: PLC0415
            StructuredMonteCarlo,
        )

        # Summed by numpy, since BLAS adds up in an order that hangs on its threads
        nominal = (solved.intensities * weights).sum(axis=1)
        return StructuredMonteCarlo.of(
            system, solved.factorised, flows, nominal, seed=seed, tolerance=tolerance
        )
    return SparseMonteCarlo.of(system, flows, seed=seed)


@dataclass(frozen=True, eq=False)
class SparseMonteCarlo(MonteCarlo):
    """Every sample factorised by SuperLU: the referee, and the way where numba is missing."""

    system: System
    weights: Floats
    inner: NDArray[np.uint64]
    outer: NDArray[np.uint64]
    _redrawn: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, system: System, weights: Floats, *, seed: int) -> Self:
        """Prepare the samples of a system with keys; weights (flows,)."""
        inner, outer = system.technosphere.key, system.interventions.key
        return cls(system, weights, counters(inner, seed), counters(outer, seed))

    @property
    def size(self) -> int:
        """Number of products."""
        return self.system.size

    @property
    def redrawn(self) -> frozenset[int]:
        """As of every `MonteCarlo`."""
        return frozenset(self._redrawn)

    def _room(self) -> None:
        return None

    def _batch(self, number: int, room: None) -> Floats:
        draws = self._draws(number)
        found = np.empty((self.size, WIDTH))
        for which in range(WIDTH):
            try:
                found[:, which] = self._solved(draws, which)
            except SingularSystemError:
                found[:, which] = self.sample(number * WIDTH + which)
        return found

    def sample(self, number: int) -> Floats:
        """Intensities of every product in one sample, (n,).

        Raises:
            SingularSystemError: a loop uses up what it makes in all attempts.
        """
        batch, which = divmod(number, WIDTH)
        for attempt in range(_ATTEMPTS):
            try:
                found = self._solved(self._draws(batch + attempt * _APART), which)
            except SingularSystemError as error:
                self._redrawn.add(number)
                last = error
            else:
                return found
        raise last

    def _draws(self, batch: int) -> tuple[Floats, Floats]:
        """What is exchanged between processes, and what emissions count, (exchanges, 16) each."""
        inner, outer = self.system.technosphere, self.system.interventions
        taken = inner.amount[:, None] * draw_ratios(inner.scatter, self.inner, batch)
        caused = outer.amount[:, None] * draw_ratios(outer.scatter, self.outer, batch)
        return taken, caused * self.weights[outer.row, None]

    def _solved(self, draws: tuple[Floats, Floats], which: int) -> Floats:
        from scipy.sparse import csc_array  # noqa: PLC0415

        n = self.size
        inner, outer = self.system.technosphere, self.system.interventions
        taken, caused = (part[:, which] for part in draws)
        matrix = csc_array((taken, (inner.row, inner.column)), shape=(n, n))
        makes = np.sign(self.system.matrix().diagonal())
        makes_nothing = np.flatnonzero(matrix.diagonal() * makes <= 0)
        if makes_nothing.size:
            raise SingularSystemError(tuple(makes_nothing.tolist()))
        factorised = factorise(matrix)
        loop = unproductive_loop(matrix, factorised)
        if loop:
            raise SingularSystemError(loop)
        return factorised.solve_transposed(sums(outer.column, caused, n))
