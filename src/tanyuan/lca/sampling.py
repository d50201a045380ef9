"""Keyed draws: the same numbers for the same quantity, in any order and on any machine.

Each random quantity has a stream of its own from the counter-based generator Philox-4x64-10
(Salmon et al. 2011, SC'11), keyed by the seed and the quantity's name. Draws become uniform
numbers by their top 53 bits and take their shape by the inverse distribution function, so results
do not hang on a library's choice of sampling method. Equal keys pair two calculations for free.
"""

from __future__ import annotations

import hashlib
import unicodedata

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def uniform_draws(quantity: str, seed: int, first: int, count: int) -> Floats:
    """Uniform numbers in (0, 1): draws `first` … `first + count - 1` of a quantity.

    Args:
        quantity: the name of the random quantity, for instance `factor:EL-0001`.
        seed: seed of the whole calculation.
        first: index of the first draw; a multiple of 4 (Philox makes four at once).
        count: how many.
    """
    if first % 4:
        raise ValueError(f"draws start at a multiple of 4, not {first}")
    name = unicodedata.normalize("NFC", quantity)  # as sealed documents write it
    digest = hashlib.sha256(f"draw-v1|{seed}|{name}".encode()).digest()
    key = int.from_bytes(digest[:16], "little")
    raw = np.random.Philox(key=key, counter=first // 4).random_raw(count)
    draws = (np.right_shift(raw, 11).astype(np.float64) + 0.5) * 2.0**-53
    return np.minimum(draws, 1.0 - 2.0**-53)  # the last of them would round to 1
