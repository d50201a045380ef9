"""The samples of a background, drawn ahead by any executor, so that no study waits for them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.sampling import SEED, samples_of
from tanyuan.backgrounds.weighing import weights
from tanyuan.executors.executor import Executor
from tanyuan.lca.background import Samples
from tanyuan.lca.derived import stored_background


def draw(
    entry: Entry,
    gwp_set: str,
    executor: Executor,
    *,
    samples: int = 0,
    seed: int = SEED,
    progress: Callable[[float], None] | None = None,
) -> Samples:
    """Samples of all products in kg CO2e, kept with the background; drawn where they are not yet.

    Args:
        entry: the background.
        gwp_set: weighs its gases.
        executor: draws them.
        samples: how many; 0 for as many as studies use.
        seed: of their draws; studies use the default.
        progress: is told the share that is drawn; an exception out of it cancels.

    Raises:
        InputError: a loop uses up what it makes in all attempts of a sample; it is named.
    """
    found = stored_background(
        entry.system, entry.characterisation, entry.derived,
        weights(entry.background.columns, gwp_set).values,
        samples=samples or samples_of(entry.system.system.size),
        seed=seed, executor=executor, progress=progress,
    ).samples  # fmt: skip
    assert found is not None  # noqa: S101 - weights and samples were asked for
    return found


def interval(entry: Entry, samples: Samples, place: int) -> tuple[float, float, float]:
    """Lower end, median and upper end of the 95 % interval of a product, kg CO2e per unit.

    Quantiles of the samples (JCGM 101:2008, 7.7), of a waste as of one unit treated.
    """
    drawn = entry.products[place].sign * samples.values[place].astype(np.float64)
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975]).tolist()
    return low, middle, high
