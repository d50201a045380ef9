"""How quantities of a study scatter, as databases write it."""

from __future__ import annotations

import math
from decimal import Decimal

from tanyuan.backgrounds.package import Law, Uncertainty
from tanyuan.quality.distributions import Distribution, Scatter

_DIGITS = 12


def exact(value: float) -> Decimal:
    """A float as the shortest decimal that gives it back."""
    return Decimal(repr(float(value)))


def uncertainty(given: Scatter | None, amount: float) -> Uncertainty | None:
    """The distribution of an amount; none where it is certain or zero."""
    if given is None or amount == 0:
        return None
    if given.shape is Distribution.LOGNORMAL:
        values = (abs(amount), math.exp(given.spread))
        return Uncertainty(Law.LOGNORMAL, _rounded(*values))
    if given.shape is Distribution.NORMAL:
        return Uncertainty(Law.NORMAL, _rounded(amount, abs(amount) * given.spread))
    low, high = sorted((amount * given.low, amount * given.high))
    if given.shape is Distribution.TRIANGULAR:
        return Uncertainty(Law.TRIANGULAR, _rounded(low, amount, high))
    return Uncertainty(Law.UNIFORM, _rounded(low, high))


def _rounded(*values: float) -> tuple[Decimal, ...]:
    return tuple(Decimal(f"{value:.{_DIGITS}g}") for value in values)
