"""How amounts scatter, as ILCD says it.

ILCD gives the 95 % interval: for a log-normal distribution the square of the geometric standard
deviation (SDg²: amount × SDg² is the 97.5 % value), for a normal one twice the standard deviation
(ILCD Format 1.1, field "Relative StdDev in %"). openLCA writes the parameter itself there, and
marks its exchanges by attributes of its own name space.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from tanyuan.backgrounds.package import Law, Uncertainty
from tanyuan.backgrounds.report import Act
from tanyuan.documents.numbers import decimal_string
from tanyuan.formats.ilcd.dialects import Dialect
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_LAWS = {
    "log-normal": Law.LOGNORMAL,
    "normal": Law.NORMAL,
    "triangular": Law.TRIANGULAR,
    "uniform": Law.UNIFORM,
}
_ROOT = Context(prec=28)
_DIGITS = Context(prec=24, rounding=ROUND_HALF_EVEN)


def read_scatter(
    node: Node, amount: Decimal, least: str, most: str, by_openlca: bool = False
) -> Uncertainty | None:
    """The distribution of an amount.

    Args:
        node: the exchange or parameter.
        amount: its amount.
        least: name of the field of the minimum.
        most: name of the field of the maximum.
        by_openlca: whether openLCA wrote it.
    """
    told = node.text("uncertaintyDistributionType")
    law = _LAWS.get(told)
    if law is None:
        if told not in {"", "undefined"}:
            node.wrong(
                "uncertaintyDistributionType",
                "field-type",
                Message("This is no type of distribution."),
            )
        return None
    found = (
        _interval(node, law, amount, by_openlca)
        if law in {Law.LOGNORMAL, Law.NORMAL}
        else _ends(node, law, amount, least, most)
    )
    if found is None:
        node.notes.tell(
            "distribution-incomplete",
            Act.DROPPED,
            "uncertaintyDistributionType",
            Message("The distribution lacks a parameter; the amount is taken as certain."),
            Message("State all parameters of the distribution."),
        )
    return found


def _interval(node: Node, law: Law, amount: Decimal, by_openlca: bool) -> Uncertainty | None:
    width = node.number("relativeStandardDeviation95In")
    if width is None or not _is_width(law, amount, width):
        return None
    if by_openlca:
        return Uncertainty(law, (amount, width))
    half = width.sqrt(_ROOT) if law is Law.LOGNORMAL else width / 2
    # Without the last digits, which a root and its square do not share.
    return Uncertainty(law, (amount, _DIGITS.plus(half).normalize(_DIGITS)))


def _ends(node: Node, law: Law, amount: Decimal, least: str, most: str) -> Uncertainty | None:
    low, high = node.number(least), node.number(most)
    if low is None or high is None or low > high:
        return None
    if law is Law.UNIFORM:
        return Uncertainty(law, (low, high))
    mode = node.number("@olca:mostLikelyValue")
    if mode is None:
        mode = amount
        node.notes.tell(
            "mode-missing",
            Act.DEFAULTED,
            "uncertaintyDistributionType",
            Message("The format has no mode of a triangular distribution; it is the amount."),
        )
    return Uncertainty(law, (low, mode, high)) if low <= mode <= high else None


def written_scatter(
    uncertainty: Uncertainty, amount: Decimal, least: str, most: str, dialect: Dialect
) -> dict[str, str]:
    """The fields of a distribution around an amount, as far as the format has them."""
    law, values = uncertainty.law, uncertainty.parameters
    name = next((key for key, each in _LAWS.items() if each is law), "")
    found = {"uncertaintyDistributionType": name}
    if law in {Law.LOGNORMAL, Law.NORMAL}:
        centre, spread = values
        width = dialect.percentage(spread * spread if law is Law.LOGNORMAL else 2 * spread)
        if law is Law.LOGNORMAL:
            centre = abs(centre).copy_sign(amount)
        if centre != amount or width is None or not _is_width(law, amount, Decimal(width)):
            return {}
        return found | {"relativeStandardDeviation95In": width}
    # The format knows no mode: readers take the amount.
    if not name or not values[0] <= amount <= values[-1] or values[1:-1] not in {(), (amount,)}:
        return {}
    return {least: decimal_string(values[0]), most: decimal_string(values[-1])} | found


def _is_width(law: Law, amount: Decimal, width: Decimal) -> bool:
    """Whether an interval of 95 % can be one of a distribution around an amount."""
    return width >= 0 if law is Law.NORMAL else width >= 1 and amount != 0


def scaled(uncertainty: Uncertainty, factor: Decimal) -> Uncertainty:
    """The distribution of an amount that is multiplied by a factor above zero."""
    if factor == 1:
        return uncertainty
    values = uncertainty.parameters
    if uncertainty.law is Law.LOGNORMAL:
        return Uncertainty(Law.LOGNORMAL, (values[0] * factor, values[1]))
    return Uncertainty(uncertainty.law, tuple(value * factor for value in values))
