"""Distributions as ecoSpold states them.

ecoSpold 1 gives the 95 % interval: for a log-normal distribution the square of the geometric
standard deviation, for a normal one twice the standard deviation. ecoSpold 2 gives the variance,
for a log-normal distribution that of the logarithm (as the schemas of both editions document it).
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from tanyuan.backgrounds.package import Law, Uncertainty

_LONG = Context(prec=28)
_DIGITS = Context(prec=24, rounding=ROUND_HALF_EVEN)
_LARGEST_LOG = Decimal(50)


def from_interval(law: Law, centre: Decimal, width: Decimal) -> Uncertainty | None:
    """A log-normal or normal distribution by its interval of 95 %; none where it cannot be one."""
    if law is Law.NORMAL:
        return Uncertainty(law, (centre, width / 2)) if width >= 0 else None
    if width < 1 or not centre:
        return None
    return Uncertainty(law, (centre, _short(width.sqrt(_LONG))))


def from_variance(law: Law, centre: Decimal, variance: Decimal) -> Uncertainty | None:
    """A log-normal or normal distribution by its variance; none where it cannot be one."""
    if variance < 0 or variance > _LARGEST_LOG * _LARGEST_LOG:
        return None
    deviation = variance.sqrt(_LONG)
    if law is Law.NORMAL:
        return Uncertainty(law, (centre, _short(deviation)))
    return Uncertainty(law, (centre, _short(deviation.exp(_LONG)))) if centre else None


def geometric_mean(mu: Decimal) -> Decimal | None:
    """The geometric mean by the mean of the logarithm."""
    return _short(mu.exp(_LONG)) if abs(mu) <= _LARGEST_LOG else None


def between(low: Decimal, mode: Decimal | None, high: Decimal) -> Uncertainty | None:
    """A triangular distribution, or without a mode a uniform one; none where it cannot be one."""
    if mode is None:
        return Uncertainty(Law.UNIFORM, (low, high)) if low <= high else None
    return Uncertainty(Law.TRIANGULAR, (low, mode, high)) if low <= mode <= high else None


def mirrored(given: Uncertainty | None) -> Uncertainty | None:
    """The distribution of the negative of an amount."""
    if given is None:
        return None
    values = given.parameters
    if given.law in {Law.LOGNORMAL, Law.NORMAL}:
        return Uncertainty(given.law, (-values[0], values[1]))
    return Uncertainty(given.law, tuple(-value for value in reversed(values)))


def _short(value: Decimal) -> Decimal:
    # Without the last digits, which a root and its square do not share.
    return _DIGITS.plus(value).normalize(_DIGITS)
