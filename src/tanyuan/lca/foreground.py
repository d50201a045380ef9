"""The foreground system: products that processes make for each other, and how often each runs.

A process makes `produced[j]` of product j in one batch; line l of the process takes `amount[l]` in
that batch, and the share `share[l, j]` of it is charged to product j. Charged so, one unit of j
needs share[l, j] · amount[l] / produced[j] of what l takes. With M[i, j] the sum of that over the
lines that take product i, and f what lines outside all processes take per declared unit,

    x = M x + f          (amount of each product needed per declared unit)
    s[l] = Σ_j share[l, j] · x[j] / produced[j]      (how often line l counts)

which is the technosphere model of Heijungs & Suh (2002), The Computational Structure of LCA,
chapter 2, with allocation applied to the columns (chapter 3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.solver import SingularSystemError, factorise

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Foreground:
    """The structure of a foreground system with m products and n lines.

    Attributes:
        inside: (n,) whether a line belongs to a process; the others are per declared unit.
        provider: (n,) index of the product that a line takes, -1 for none.
    """

    inside: NDArray[np.bool_]
    provider: Indices

    def solve(self, amounts: Floats, produced: Floats, shares: Floats) -> tuple[Floats, Floats]:
        """Amounts of products needed and how often lines count, per declared unit.

        Args:
            amounts: (n,) or (n, k) amounts of the lines for k samples, in units of what they take.
            produced: (m,) or (m, k) amounts made in one batch.
            shares: (n, m) or (n, m, k) share of a line that is charged to a product.

        Returns:
            x of shape (m,) or (m, k) and s of shape (n,) or (n, k).

        Raises:
            SingularSystemError: the products need more of themselves than they make.
        """
        one = amounts.ndim == 1
        if one:
            amounts, produced, shares = amounts[:, None], produced[:, None], shares[:, :, None]
        m, k = produced.shape
        if m == 0:
            scales = np.where(self.inside[:, None], 0.0, np.ones_like(amounts))
            return (np.zeros(0) if one else np.zeros((0, k))), scales[:, 0] if one else scales
        per_unit = np.where(self.inside[:, None, None], shares / produced[None], 0.0)
        matrix = np.zeros((k, m, m))
        demand = np.zeros((k, m))
        for line in np.flatnonzero(self.provider >= 0):
            product = self.provider[line]
            if self.inside[line]:
                matrix[:, product, :] += (per_unit[line] * amounts[line]).T
            else:
                demand[:, product] += amounts[line]
        reached = _reached(matrix, demand)
        needed = np.zeros((m, k))
        if reached.any():
            inner = matrix[:, reached][:, :, reached]
            needed[reached] = _solve_reached(inner, demand[:, reached], np.flatnonzero(reached))
        _check_productive(matrix, needed, reached)
        inside = np.einsum("nmk,mk->nk", per_unit, needed)
        scales = np.where(self.inside[:, None], inside, 1.0)
        return (needed[:, 0], scales[:, 0]) if one else (needed, scales)


def _solve_reached(matrix: Floats, demand: Floats, products: Indices) -> Floats:
    """The amounts of the products that are needed, (products, samples).

    Solved in units in which all amounts are of about one size, so that grams beside gigawatt-hours
    cost no digits.
    """
    sizes = _sizes(matrix[0], demand[0])
    systems = np.eye(len(sizes)) - matrix * sizes / sizes[:, None]
    right = demand / sizes
    try:
        if len(systems) == 1:
            solved: Floats = factorise(systems[0]).solve(right[0])[None]
        else:
            solved = np.asarray(np.linalg.solve(systems, right[:, :, None])[:, :, 0], np.float64)
    except SingularSystemError as error:
        raise SingularSystemError(tuple(products[list(error.rows)].tolist())) from None
    except np.linalg.LinAlgError:
        raise SingularSystemError(()) from None
    return np.asarray((solved * sizes).T)


def _sizes(matrix: Floats, demand: Floats) -> Floats:
    """About how much of each product is needed: what the first rounds of a loop ask for."""
    sizes = np.abs(demand)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in demand:
            sizes = np.abs(matrix) @ sizes + np.abs(demand)
    return np.where(np.isfinite(sizes) & (sizes > 0), sizes, 1.0)


def _reached(matrix: Floats, demand: Floats) -> NDArray[np.bool_]:
    """Which products the demand asks for, also through others; no rounding makes the rest."""
    takes = (matrix != 0).any(axis=0)
    reached = np.asarray((demand != 0).any(axis=0))
    while True:
        more = reached | takes[:, reached].any(axis=1)
        if (more == reached).all():
            return reached
        reached = more


def _check_productive(matrix: Floats, needed: Floats, reached: NDArray[np.bool_]) -> None:
    # A loop that eats more than it makes solves to negative amounts (Hawkins & Simon 1949); that
    # they are not rounding, in whatever units the products are, shows in the spectral radius
    suspects = np.flatnonzero((needed < 0).any(axis=0))
    if suspects.size:
        systems = matrix[suspects][:, reached][:, :, reached]
        wrong = suspects[np.abs(np.linalg.eigvals(systems)).max(axis=1) >= 1]
        bad = np.flatnonzero((needed[:, wrong] < 0).any(axis=1))
        if bad.size:
            raise SingularSystemError(tuple(bad.tolist()))
    loops = np.flatnonzero((np.einsum("kii->ik", matrix) >= 1).any(axis=1))
    if loops.size:
        raise SingularSystemError(tuple(loops.tolist()))
