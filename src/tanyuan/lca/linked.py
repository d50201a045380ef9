"""A product calculated over a frozen background, with its Monte Carlo.

A product's own processes are few. With M their technosphere, b the amounts that they take from the
background and Y the background's intensities, theirs are

    y = M⁻ᵀ (h − bᵀ Y)

a small system (`tanyuan.lca.own_system`), for each sample likewise with the stored samples of Y.
Nothing here is compiled: the first call waits at most for scipy to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tanyuan.languages import Message
from tanyuan.lca.background import Background
from tanyuan.lca.draws import WIDTH, counters, draw_ratios
from tanyuan.lca.exchanges import Exchanges, sums
from tanyuan.lca.own_system import OwnSystem
from tanyuan.problems import Place, refuse

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Linked:
    """A product's own m processes over a background; signs as in `tanyuan.lca.system`.

    Attributes:
        inner: m × m, with what the processes make on the diagonal.
        outer: products of the background × m: taken (−), wastes given off (+).
        direct: columns of the background × m: what a run of each process causes itself.

    Raises:
        ValueError: an exchange is with something, or of a process, that is not there.
    """

    inner: Exchanges
    outer: Exchanges
    direct: Exchanges

    def __post_init__(self) -> None:
        tables = (self.inner, self.outer, self.direct)
        if min(int(at.min(initial=0)) for each in tables for at in (each.row, each.column)) < 0:
            raise ValueError("an index is negative")
        processes = (self.inner.row, self.outer.column, self.direct.column)
        if max(int(at.max(initial=-1)) for at in processes) >= self.own.size:
            raise ValueError("an exchange of a process that is not there")

    @cached_property
    def own(self) -> OwnSystem:
        """The processes among themselves."""
        return OwnSystem(self.inner)

    @cached_property
    def bought(self) -> tuple[Places, Places, Floats]:
        """Product, position of the process and amount of what is taken from the background."""
        outer = self.outer
        return outer.row.astype(np.intp), self.own.position[outer.column], outer.amount

    @cached_property
    def right(self) -> Floats:
        """What is known of the right side, as `OwnSystem.solve` takes it, without what is taken."""
        m, direct = self.own.size, self.direct
        k = int(direct.row.max(initial=-1)) + 1
        caused = sums(direct.column * k + direct.row, direct.amount, m * k).reshape(m, k)
        return np.concatenate((self.own.parts.heads, caused[self.own.order.process].T))

    def intensities(self, background: Background) -> Floats:
        """What one unit of each product causes, (m, k).

        Raises:
            SingularSystemError: a loop uses up what it makes.
        """
        m, k = self.own.size, background.intensities.shape[1]
        if not m:
            return np.zeros((m, k))
        first = self.own.order.cut + 1
        right = np.zeros((first + k, m))
        right[: len(self.right)] = self.right
        product, place, amount = self.bought
        for row, values in enumerate(background.intensities.T, first):
            right[row] -= np.bincount(place, values.take(product) * amount, m)
        return self.own.solve(right)

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
        causes = np.zeros((self.own.size, samples))
        for amount, row, column in zip(direct, self.direct.row, self.direct.column, strict=True):
            causes[column] += amount * stored.weights[row]
        for amount, row, column in zip(outer, self.outer.row, self.outer.column, strict=True):
            causes[column] -= amount * stored.values[row, :samples]
        return self.own.solve_samples(inner, causes)
