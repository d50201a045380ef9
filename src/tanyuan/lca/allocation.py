"""Shares by which the burdens of a process are charged to its products (ISO 14044, 4.3.4.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shares_by_key(keys: Floats) -> Floats:
    """Shares proportional to a key (mass, energy, value …), along the first axis.

    Args:
        keys: (outputs,) or (outputs, k), of the whole amount that each output stands for.

    Raises:
        ValueError: a key is negative, or all are zero.
    """
    total = keys.sum(axis=0)
    if (keys < 0).any() or (total <= 0).any():
        raise ValueError("keys of an allocation are not negative, and one is larger than zero")
    return np.asarray(keys / total)


def whole_to(index: int, count: int) -> Floats:
    """All to one of `count` outputs (system expansion, subdivision)."""
    shares = np.zeros(count)
    shares[index] = 1.0
    return shares
