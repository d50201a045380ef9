"""Matrix times sixteen columns, to the same bits whatever the number of BLAS threads.

BLAS adds up in another order when it shares a large product among threads. Products of fixed blocks
stay so small that it does not share them, and their sums are taken here, in order.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

_ROWS = 16
_COLUMNS = 512
"""16 · 512 · 16 multiplications, half of what OpenBLAS works with one thread."""
_KEPT_BITS = 12


class SteadyMatrix(NamedTuple):
    """A square matrix in blocks, (rows, columns, 16, width), zeros at its edges."""

    size: int
    blocks: NDArray[np.floating]

    @classmethod
    def of(cls, matrix: NDArray[np.floating]) -> Self:
        """Cut a matrix (m, m) into blocks; there is one even where it has no rows."""
        size = len(matrix)
        least = max(size, 1)
        down, across = -(-least // _ROWS), -(-least // _COLUMNS)
        width = -(-least // across)
        whole = np.zeros((down * _ROWS, across * width), matrix.dtype)
        whole[:size, :size] = matrix
        blocks = whole.reshape(down, _ROWS, across, width).swapaxes(1, 2)
        return cls(size, np.ascontiguousarray(blocks))

    def times(self, right: NDArray[np.floating]) -> NDArray[np.floating]:
        """The product with columns (m, 16)."""
        _, across, _, width = self.blocks.shape
        padded = np.zeros((across * width, right.shape[1]), right.dtype)
        padded[: self.size] = right
        parts = np.matmul(self.blocks, padded.reshape(across, width, -1))
        return np.asarray(parts.sum(axis=1).reshape(-1, right.shape[1])[: self.size])


def coarse(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Values with twelve significant bits, so that rounding errors before them hardly ever show."""
    fraction, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.round(np.ldexp(fraction, _KEPT_BITS)), exponent - _KEPT_BITS))
