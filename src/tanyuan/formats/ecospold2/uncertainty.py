"""How amounts scatter, as ecoSpold 2 says it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tanyuan.backgrounds.package import Law, Uncertainty
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.laws import between, from_variance, geometric_mean
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_QUALITY = (
    *("reliability", "completeness", "temporalCorrelation"),
    *("geographicalCorrelation", "furtherTechnologyCorrelation"),
)
_OTHERS = ("beta", "gamma", "binomial", "undefined")


@dataclass(frozen=True, slots=True)
class Scatter:
    """A distribution, the pedigree behind it, the variance without that."""

    scatter: Uncertainty | None = None
    pedigree: str = ""
    base: Decimal | None = None


def read_uncertainty(parent: Node, amount: Decimal, name: str = "uncertainty") -> Scatter:
    """The uncertainty of an amount; the variance with pedigree counts where it is given."""
    node = parent.node(name)
    if not node:
        return Scatter()
    pedigree = _pedigree(node.node("pedigreeMatrix"))
    for law, element in ((Law.LOGNORMAL, "lognormal"), (Law.NORMAL, "normal")):
        if node.has(element):
            scatter, base = _about(node.node(element), law, amount)
            return Scatter(_whole(node, scatter), pedigree, base)
    for element in ("triangular", "uniform"):
        if node.has(element):
            return Scatter(_whole(node, _between(node.node(element), element)), pedigree)
    for element in _OTHERS:
        if node.has(element):
            node.forget(element)
            node.notes.tell(
                f"distribution-{element}",
                Act.DROPPED,
                f"uncertainty/{element}",
                Message("This kind of distribution is not held; the amount is taken as certain."),
            )
    return Scatter(pedigree=pedigree)


def _pedigree(node: Node) -> str:
    if not node:
        return ""
    scores = [node.text(f"@{name}") or "n.a." for name in _QUALITY]
    return f"({';'.join(scores)})"


def _about(node: Node, law: Law, amount: Decimal) -> tuple[Uncertainty | None, Decimal | None]:
    centre, mu = node.number("@meanValue"), node.number("@mu")
    base = node.number("@variance")
    variance = node.number("@varianceWithPedigreeUncertainty")
    if centre is None and mu is not None and law is Law.LOGNORMAL:
        centre = geometric_mean(mu)
    variance = base if variance is None else variance
    if variance is None:
        return None, base
    # A geometric mean has no sign; it is that of the amount.
    centre = amount if centre is None else centre
    if law is Law.LOGNORMAL and amount:
        centre = abs(centre).copy_sign(amount)
    return from_variance(law, centre, variance), base


def _between(node: Node, element: str) -> Uncertainty | None:
    low, high = node.number("@minValue"), node.number("@maxValue")
    mode = node.number("@mostLikelyValue")
    if low is None or high is None or (element == "triangular" and mode is None):
        return None
    # The schema lets the ends be given in either order.
    return between(min(low, high), mode if element == "triangular" else None, max(low, high))


def _whole(node: Node, scatter: Uncertainty | None) -> Uncertainty | None:
    if scatter is None:
        node.notes.tell(
            "distribution-incomplete",
            Act.DROPPED,
            "uncertainty",
            Message("The distribution lacks a parameter; the amount is taken as certain."),
            Message("State all parameters of the distribution."),
        )
    return scatter
