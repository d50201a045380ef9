"""The dimension of a tree: whether its parts can be put together at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias

from tanyuan.documents.expressions.refusals import refusal
from tanyuan.documents.expressions.trees import Node
from tanyuan.documents.expressions.values import value
from tanyuan.languages import Message

Dimension: TypeAlias = Mapping[str, int | Fraction]
"""Exponents of base dimensions, such as {"mass": 1, "length": -3}; {} is a pure number."""

_Operands: TypeAlias = Sequence[tuple[Node, Dimension]]


def _product(*powers: tuple[Dimension, int | Fraction]) -> Dimension:
    total: dict[str, Fraction] = {}
    for dimension, times in powers:
        for base, exponent in dimension.items():
            total[base] = total.get(base, Fraction()) + Fraction(exponent) * times
    return {
        base: exponent.numerator if exponent.denominator == 1 else exponent
        for base, exponent in total.items()
        if exponent
    }


def _said(dimension: Dimension) -> str | Message:
    powers = sorted(dimension.items())
    text = "·".join(base if times == 1 else f"{base}^{times}" for base, times in powers)
    return text or Message("a pure number")


def _alike(node: Node, operands: _Operands) -> Dimension:
    stated = [each for each in operands if each[0].operation != "number" or each[0].value]
    for other, dimension in stated[1:]:
        first, wanted = stated[0]
        if dimension != wanted:
            raise refusal(
                "dimensions",
                part=node.text,
                first=first.text,
                dimension=_said(wanted),
                other=other.text,
                other_dimension=_said(dimension),
            )
    return stated[0][1] if stated else {}


def _compared(node: Node, operands: _Operands) -> Dimension:
    _alike(node, operands)
    return {}


def _pure(node: Node, operands: _Operands) -> Dimension:
    for operand, dimension in operands:
        if dimension:
            said = _said(dimension)
            raise refusal("dimension", part=node.text, first=operand.text, dimension=said)
    return {}


def _chosen(node: Node, operands: _Operands) -> Dimension:
    _pure(node, operands[:1])
    return _alike(node, operands[1:])


def _power(node: Node, operands: _Operands) -> Dimension:
    (base, dimension), (exponent, _) = operands
    _pure(node, operands[1:])
    if not dimension:
        return {}
    if any(part.operation == "name" for part in exponent.walk()):
        said = _said(dimension)
        raise refusal("dimension-power", part=node.text, first=base.text, dimension=said)
    times = Fraction(float(value(exponent, {}))).limit_denominator(1_000_000)
    return _product((dimension, times))


_RULES: dict[str, Callable[[Node, _Operands], Dimension]] = {
    **dict.fromkeys(("+", "-", "min", "max"), _alike),
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _compared),
    **dict.fromkeys(("exp", "ln", "log10", "floor", "ceil", "round"), _pure),
    **dict.fromkeys(("negative", "abs"), lambda _, operands: operands[0][1]),
    "*": lambda _, operands: _product((operands[0][1], 1), (operands[1][1], 1)),
    "/": lambda _, operands: _product((operands[0][1], 1), (operands[1][1], -1)),
    "sqrt": lambda _, operands: _product((operands[0][1], Fraction(1, 2))),
    "**": _power,
    "if": _chosen,
}


def dimension(tree: Node, dimensions: Mapping[str, Dimension]) -> Dimension:
    """The dimension of a tree, of whose names all dimensions are given.

    What is added, compared or chosen between must have one dimension; a written 0 has any.
    Raises `ExpressionError`, which names the part and both dimensions.
    """
    if tree.operation == "number":
        return {}
    if tree.operation == "name":
        return _product((dimensions[tree.text], 1))
    operands = [(each, dimension(each, dimensions)) for each in tree.arguments]
    return _RULES[tree.operation](tree, operands)
