"""Stored samples of a background: made when they are first asked for, then kept beside it.

They are drawn with one seed that belongs to the background and not to a study, so that every study
meets the same sample k.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.weighing import weights
from tanyuan.lca.exchanges import Shape

Floats = NDArray[np.float64]

SEED = 0
LEAST, MOST = 1_000, 10_000
_CELLS = 20_000_000
_ROUNDING = 1e-6
"""Relative distance from its value up to which a sample in single precision says nothing."""


def samples_of(size: int) -> int:
    """How many samples are stored for a number of products: as many as fit in 80 MB."""
    return max(LEAST, min(MOST, _CELLS // max(size, 1)))


def ratios(entry: Entry, gwp_set: str, place: int) -> Floats:
    """The stored samples of a product's kg CO2e as ratios to its value; none where it is certain.

    Args:
        entry: the background.
        gwp_set: by which gases are weighed.
        place: of the product in the background.

    Raises:
        InputError: processes use up what they make in all attempts of a sample.
    """
    none = np.ones(0)
    values = weights(entry.background.columns, gwp_set).values
    value = float(entry.background.intensities[place] @ values)
    drawn = _drawn(entry.folder, gwp_set) if value else None
    if drawn is None:
        return none
    found = np.asarray(drawn[place], np.float64) / value
    return found if (np.abs(found - 1) > _ROUNDING).any() else none


@lru_cache(maxsize=4)
def _drawn(folder: Path, gwp_set: str) -> NDArray[np.float32] | None:
    """The samples of all products, mapped from their file; none where nothing scatters."""
    from tanyuan.lca.derived import stored_background  # noqa: PLC0415 - only to draw

    entry = Entry.of(folder)
    system = entry.system.system
    tables = (system.technosphere, system.interventions)
    if all((table.scatter.shape == Shape.CERTAIN).all() for table in tables):
        return None
    drawn = stored_background(
        entry.system, entry.characterisation, entry.derived,
        weights(entry.background.columns, gwp_set).values,
        samples=samples_of(system.size), seed=SEED,
    ).samples  # fmt: skip
    assert drawn is not None  # noqa: S101 - weights and samples were asked for
    return drawn.values
