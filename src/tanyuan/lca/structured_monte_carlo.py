"""Monte Carlo by structure: all products of sixteen samples in a few sweeps.

Every sample draws all exchanges anew and solves y = h D⁻¹ + Tᵀ y for all products. Sixteen samples
share the sparsity, the loops and the width of a register. Upstream and downstream products follow
in one sweep; the feedback set is found by Richardson iteration, preconditioned with the dense core
of the nominal system, until the error that the last changes let expect (a small residual alone says
little) is below the tolerance in every product. The iteration settles only on systems that can be
reached from the nominal one without passing a singular one, so it settles on no loop that uses up
what it makes, unless nothing that counts is given off there; a sample that does not settle is left
to SuperLU, which tells, and draws it again where such a loop is the reason.

Tolerances down to 1e-6 are worked in single precision, smaller ones in double. Intensities in which
emissions and credits cancel are held to a few roundings of what goes into them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.draws import WIDTH, round_keys
from tanyuan.lca.exchanges import sums
from tanyuan.lca.monte_carlo import MonteCarlo, SparseMonteCarlo
from tanyuan.lca.sampled_columns import SampledColumns
from tanyuan.lca.steady_product import SteadyMatrix, coarse
from tanyuan.lca.structure import DenseLU, Layout, StructuredLU
from tanyuan.lca.system import System

Floats = NDArray[np.float64]

_SINGLE = 1e-6
_STEPS = 60
_TINY = 1e-300
_ROUNDINGS = 8
_ROUNDS = 6
_SLOWEST = 0.8
_FASTEST = 0.25


@dataclass(frozen=True, eq=False)
class StructuredMonteCarlo(MonteCarlo):
    """Samples of a factorised system under one weight for each elementary flow.

    Attributes:
        factorised: the nominal system.
        inputs: exchanges between processes; made: what they make and use of their own product;
            emissions: exchanges with nature that weigh anything. All in the layout of the kernels.
        start: (n, 1) nominal intensities in the layout's units, where the iteration begins.
        gross: (n, 1) about what goes into them, credits counted positive.
        tolerance: the relative error that the iteration may leave in an intensity.
        referee: for samples that do not settle.
    """

    factorised: StructuredLU
    inputs: SampledColumns
    made: SampledColumns
    emissions: SampledColumns
    start: Floats
    gross: Floats
    tolerance: float
    referee: SparseMonteCarlo

    @classmethod
    def of(
        cls,
        system: System,
        factorised: StructuredLU,
        weights: Floats,
        intensities: Floats,
        *,
        seed: int,
        tolerance: float,
    ) -> Self:
        """Prepare the samples of a system.

        Args:
            system: with keys, see `System.keyed`.
            factorised: its matrix, factorised.
            weights: (flows,) what one unit of each elementary flow counts, for instance kg CO2e.
            intensities: (n,) nominal, so weighed.
            seed: of all draws.
            tolerance: 1e-6 or larger is worked in single precision.
        """
        at = factorised.layout
        order = at.order
        inner, outer = system.technosphere, system.interventions
        own = inner.row == inner.column
        made = inner.take(np.flatnonzero(own))
        inputs = inner.take(np.flatnonzero(~own & (inner.amount != 0)))
        emissions = outer.take(np.flatnonzero(weights[outer.row] != 0))
        counted = emissions.amount * weights[emissions.row]
        makes = np.empty(at.size)
        makes[order.product] = at.diagonal
        weight = np.empty(at.size)
        weight[order.product] = at.weight
        unit = makes * weight
        start = (intensities / weight)[order.product, None]
        return cls(
            factorised,
            SampledColumns.of(
                inputs,
                -inputs.amount * weight[inputs.row] / unit[inputs.column],
                order,
                seed,
                idx=order.position[inputs.row],
            ),
            SampledColumns.of(made, made.amount / makes[made.column], order, seed),
            SampledColumns.of(emissions, counted / unit[emissions.column], order, seed),
            start,
            _gross(
                at,
                (sums(emissions.column, np.abs(counted), system.size) / unit)[order.product],
                start,
            ),
            tolerance,
            SparseMonteCarlo.of(system, weights, seed=seed),
        )

    @property
    def size(self) -> int:
        """Number of products."""
        return self.factorised.size

    @property
    def redrawn(self) -> frozenset[int]:
        """As of every `MonteCarlo`."""
        return self.referee.redrawn

    @property
    def precision(self) -> type[np.floating]:
        """In which the iteration works."""
        return np.float32 if self.tolerance >= _SINGLE else np.float64

    @cached_property
    def _inverse(self) -> SteadyMatrix:
        core = self.factorised.core
        exact = DenseLU(core.factors.astype(np.float64), core.pivots).inverse()
        return SteadyMatrix.of(coarse(exact).astype(self.precision))

    def _room(self) -> _Room:
        self._inverse  # noqa: B018 - before the threads, which would each make it
        return _Room.of(self)

    def _batch(self, number: int, room: _Room) -> Floats:
        from tanyuan.lca.sample_kernels import (  # noqa: PLC0415 - compiles at the first call
            draw_sums,
            draw_sweep,
            draw_values,
        )

        at = self.factorised.layout
        a, f, b = at.order.core, at.order.feedback, at.order.downstream
        keys = round_keys(number)
        draw_sums(self.emissions, keys, room.own)
        settled = np.ones(WIDTH, bool)
        if len(room.made):
            draw_sums(self.made, keys, room.made)
            settled &= (room.made > 0).all(axis=0)
        drawing = (self.inputs, keys, room.made, room.own)
        draw_sweep(*drawing, room.y, 0, a)
        if f < b:
            draw_values(*drawing, room.drawn, a, b)
            settled &= self._settle(room)
        draw_sweep(*drawing, room.y, b, at.size)
        found = np.empty(room.y.shape)
        found[at.order.product] = room.y * at.weight[:, None]
        for sample in np.flatnonzero(~settled).tolist():
            found[:, sample] = self.referee.sample(number * WIDTH + sample)
        return found

    def _settle(self, room: _Room) -> NDArray[np.bool_]:
        """Find the intensities of the core and its feedback set; in which samples it succeeded."""
        from tanyuan.lca.sample_kernels import defect_samples, sweep_samples  # noqa: PLC0415

        order = self.factorised.layout.order
        a, f, b = order.core, order.feedback, order.downstream
        ptr, idx = self.inputs.ptr, self.inputs.idx
        y = room.y
        table = (ptr, idx, room.drawn, room.own, y)
        y[f:b] = self.start[f:b]
        rounding = _ROUNDINGS * np.finfo(self.precision).eps * self.gross[f:b] / self.tolerance
        settled = np.zeros(WIDTH, bool)
        before, rate = np.full(WIDTH, np.inf), np.full(WIDTH, _FASTEST)
        with np.errstate(over="ignore", invalid="ignore"):  # of what does not settle
            for _ in range(_STEPS):
                sweep_samples(*table, a, f, ptr[a])
                defect_samples(*table, f, b, ptr[a], room.defect)
                change = np.where(settled, 0.0, self._inverse.times(room.defect))
                y[f:b] += change
                size = np.maximum(np.abs(y[f:b]), np.maximum(rounding, _TINY))
                largest = np.max(np.abs(change) / size, axis=0)
                # What is left is the rest of a geometric series, at the slowest rate so far
                rate = np.clip(largest / np.maximum(before, _TINY), rate, _SLOWEST)
                before = largest
                settled |= largest * rate / (1 - rate) <= self.tolerance
                if settled.all():
                    break
            sweep_samples(*table, a, f, ptr[a])
        return settled


def _gross(at: Layout, own: Floats, start: Floats) -> Floats:
    """About the g of g = |h| + |T|ᵀ g, from below: what goes into intensities, credits positive."""
    from tanyuan.lca.kernels import sweep  # noqa: PLC0415

    gross = np.abs(start)
    for _ in range(_ROUNDS):
        sweep(at.ptr, at.idx, np.abs(at.val), np.abs(own)[:, None], gross, 0, at.size)
    return gross


@dataclass(frozen=True, eq=False)
class _Room:
    """Arrays that a batch works in; the next batch of the same thread uses them again."""

    own: NDArray[np.floating]
    y: NDArray[np.floating]
    made: Floats
    drawn: NDArray[np.floating]
    defect: NDArray[np.floating]

    @classmethod
    def of(cls, model: StructuredMonteCarlo) -> Self:
        order, ptr = model.factorised.layout.order, model.inputs.ptr
        entries = int(ptr[order.downstream] - ptr[order.core])
        kind = model.precision
        return cls(
            np.empty((model.size, WIDTH), kind),
            np.empty((model.size, WIDTH), kind),
            np.empty((0 if model.made.certain else model.size, WIDTH)),
            np.empty((entries, WIDTH), kind),
            np.empty((order.downstream - order.feedback, WIDTH), kind),
        )
