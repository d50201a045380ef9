"""A frozen background: what the products of a solved system cause, with samples of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import Solved

Floats = NDArray[np.float64]


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
