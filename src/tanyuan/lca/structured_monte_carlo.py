"""Monte Carlo by structure: all products of sixteen samples in a few sweeps.

Every sample draws all exchanges anew and solves y = h D⁻¹ + Tᵀ y for all products. Sixteen samples
share the sparsity, the loops and the width of a register. Upstream and downstream products follow
in one sweep; the feedback set is found by Richardson iteration, preconditioned with the dense core
of the nominal system, until the error that the last two changes let expect (a small residual alone
says little) is below the tolerance in every product.

Tolerances down to 1e-6 are worked in single precision, smaller ones in double.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.draws import WIDTH, round_keys
from tanyuan.lca.exchanges import sums
from tanyuan.lca.monte_carlo import MonteCarlo
from tanyuan.lca.sampled_columns import SampledColumns
from tanyuan.lca.solver import SingularSystemError
from tanyuan.lca.structure import StructuredLU
from tanyuan.lca.system import System

Floats = NDArray[np.float64]

_SINGLE = 1e-6
_STEPS = 60
_TINY = 1e-300
_NOTHING = 1e-30


@dataclass(frozen=True, eq=False)
class StructuredMonteCarlo(MonteCarlo):
    """Samples of a factorised system under one weight for each elementary flow.

    Attributes:
        factorised: the nominal system.
        inputs: exchanges between processes; made: what they make and use of their own product;
            emissions: exchanges with nature that weigh anything. All in the layout of the kernels.
        start: (n, 1) nominal intensities in the layout's units, where the iteration begins.
        tolerance: the relative error that the iteration may leave in an intensity.
    """

    factorised: StructuredLU
    inputs: SampledColumns
    made: SampledColumns
    emissions: SampledColumns
    start: Floats
    tolerance: float

    @classmethod
    def of(
        cls,
        system: System,
        factorised: StructuredLU,
        weights: Floats,
        *,
        seed: int,
        tolerance: float,
    ) -> Self:
        """Prepare the samples of a system.

        Args:
            system: with keys, see `System.keyed`.
            factorised: its matrix, factorised.
            weights: (flows,) what one unit of each elementary flow counts, for instance kg CO2e.
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
        nominal = sums(emissions.column, counted, system.size)
        makes = np.empty(at.size)
        makes[order.product] = at.diagonal
        weight = np.empty(at.size)
        weight[order.product] = at.weight
        unit = makes * weight
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
            (factorised.solve_transposed(nominal) / weight)[order.product, None],
            tolerance,
        )

    @property
    def size(self) -> int:
        """Number of products."""
        return self.factorised.size

    @property
    def precision(self) -> type[np.floating]:
        """In which the iteration works."""
        return np.float32 if self.tolerance >= _SINGLE else np.float64

    @cached_property
    def _inverse(self) -> NDArray[np.floating]:
        return self.factorised.core.inverse().astype(self.precision)

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
        if len(room.made):
            draw_sums(self.made, keys, room.made)
        drawing = (self.inputs, keys, room.made, room.own)
        draw_sweep(*drawing, room.y, 0, a)
        if f < b:
            draw_values(*drawing, room.drawn, a, b)
            self._settle(room)
        draw_sweep(*drawing, room.y, b, at.size)
        found = np.empty(room.y.shape)
        found[at.order.product] = room.y * at.weight[:, None]
        return found

    def _settle(self, room: _Room) -> None:
        """Find the intensities of the core and its feedback set."""
        from tanyuan.lca.sample_kernels import defect_samples, sweep_samples  # noqa: PLC0415

        order = self.factorised.layout.order
        a, f, b = order.core, order.feedback, order.downstream
        ptr, idx = self.inputs.ptr, self.inputs.idx
        y = room.y
        table = (ptr, idx, room.drawn, room.own, y)
        y[f:b] = self.start[f:b]
        unsettled = np.ones(WIDTH, bool)
        before = np.zeros(WIDTH)
        for _ in range(_STEPS):
            sweep_samples(*table, a, f, ptr[a])
            defect_samples(*table, f, b, ptr[a], room.defect)
            change = np.where(unsettled, self._inverse @ room.defect, 0.0)
            y[f:b] += change
            changed = _relative(change, y[f:b])
            largest = changed.max(axis=0)
            # What is left falls at least as fast as what was changed
            left = largest * np.minimum(1.0, largest / np.maximum(before, _TINY))
            unsettled &= ~(left <= self.tolerance)
            before = largest
            if not unsettled.any():
                break
        else:
            worst = int(changed[:, unsettled].max(axis=1).argmax())
            raise SingularSystemError((int(order.product[f + worst]),))
        sweep_samples(*table, a, f, ptr[a])


def _relative(change: NDArray[np.floating], values: NDArray[np.floating]) -> Floats:
    """|change| / |values| by column; what is nothing beside the largest is held to that."""
    size = np.abs(values).astype(np.float64)
    floor = np.maximum(_NOTHING * size.max(axis=0), _TINY)
    return np.asarray(np.abs(change) / np.maximum(size, floor))


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
