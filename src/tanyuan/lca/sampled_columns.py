"""Exchanges arranged for the compiled loops: by column in supply order, ready to be drawn."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.draws import counters
from tanyuan.lca.exchanges import Exchanges
from tanyuan.lca.ordering import SupplyOrder

Floats = NDArray[np.float64]
Positions = NDArray[np.integer]


class SampledColumns(NamedTuple):
    """Exchanges by column; what is drawn of each multiplies its base.

    Attributes:
        ptr: (n + 1,) where the exchanges of each column begin.
        idx: (m,) position of the product that each takes, or of its own process.
        base: (m,) its amount, in the units of the loops.
        counter: (m,) of its draws, see `tanyuan.lca.draws.counters`.
        shape, spread, low, high, values: as in `tanyuan.lca.exchanges.Scatters`; the spread of what
            is certain is 0.
    """

    ptr: Positions
    idx: Positions
    base: Floats
    counter: NDArray[np.uint64]
    shape: Positions
    spread: Floats
    low: Floats
    high: Floats
    values: Floats

    @classmethod
    def of(
        cls,
        given: Exchanges,
        base: Floats,
        order: SupplyOrder,
        seed: int,
        idx: Positions | None = None,
    ) -> Self:
        """Arrange exchanges.

        Args:
            given: exchanges of a system.
            base: (m,) what the draws of each multiply.
            order: where each product stands.
            seed: of the draws.
            idx: (m,) position of the product that each takes; left out, of its own process.
        """
        column = order.position[given.column]
        sorting = np.argsort(column, kind="stable")
        ptr = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=order.size))])
        idx = column if idx is None else idx
        scatter = given.scatter.take(sorting)
        return cls(
            ptr,
            idx[sorting].astype(np.uint32),
            base[sorting],
            counters(given.key[sorting], seed),
            scatter.shape,
            np.where(scatter.shape > 0, scatter.spread, 0.0),
            scatter.low,
            scatter.high,
            scatter.values,
        )

    @property
    def certain(self) -> bool:
        """Whether nothing of them scatters."""
        return not self.shape.any()
