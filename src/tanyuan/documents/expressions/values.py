"""The value of a tree, from floats or elementwise from arrays."""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from tanyuan.documents.expressions.refusals import MAX_EXPONENT, MAX_VALUE, refusal, shown
from tanyuan.documents.expressions.trees import Node

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

Number: TypeAlias = "float | NDArray[float64]"


@dataclass(frozen=True, slots=True)
class _Operation:
    """What is done to floats, by which function of numpy to arrays, and what has no answer."""

    scalar: Callable[..., float]
    array: str
    faults: Mapping[str, Callable[..., Any]]


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf


_POWER_FAULTS = {
    "exponent": lambda a, b: abs(b) > MAX_EXPONENT,
    "power": lambda a, b: (a < 0) & (b % 1 != 0),
    "zero-inverted": lambda a, b: (a == 0) & (b < 0),
}
_LOGARITHM_FAULTS = {"logarithm": lambda a: a <= 0}
_OPERATIONS = {
    "+": _Operation(operator.add, "add", {}),
    "-": _Operation(operator.sub, "subtract", {}),
    "*": _Operation(operator.mul, "multiply", {}),
    "/": _Operation(operator.truediv, "divide", {"division": lambda a, b: b == 0}),
    "**": _Operation(_power, "power", _POWER_FAULTS),
    "negative": _Operation(operator.neg, "negative", {}),
    "<": _Operation(operator.lt, "less", {}),
    "<=": _Operation(operator.le, "less_equal", {}),
    ">": _Operation(operator.gt, "greater", {}),
    ">=": _Operation(operator.ge, "greater_equal", {}),
    "==": _Operation(operator.eq, "equal", {}),
    "!=": _Operation(operator.ne, "not_equal", {}),
    "min": _Operation(min, "minimum", {}),
    "max": _Operation(max, "maximum", {}),
    "abs": _Operation(abs, "abs", {}),
    "sqrt": _Operation(math.sqrt, "sqrt", {"root": lambda a: a < 0}),
    "exp": _Operation(math.exp, "exp", {"large": lambda a: a > math.log(MAX_VALUE)}),
    "ln": _Operation(math.log, "log", _LOGARITHM_FAULTS),
    "log10": _Operation(math.log10, "log10", _LOGARITHM_FAULTS),
    "floor": _Operation(lambda a: float(math.floor(a)), "floor", {}),
    "ceil": _Operation(lambda a: float(math.ceil(a)), "ceil", {}),
    "round": _Operation(lambda a: float(round(a)), "rint", {}),
}


@dataclass(frozen=True, slots=True)
class _Walk:
    """Values of nodes. `live` is true where a value is chosen: only there a fault counts."""

    values: Mapping[str, Number]
    numpy: ModuleType | None

    def value(self, node: Node, live: Any = True) -> Any:
        match node.operation:
            case "number":
                return node.value
            case "name":
                return self.values[node.text]
            case "if":
                return self._chosen(node, live)
        operation = _OPERATIONS[node.operation]
        arguments = [self.value(argument, live) for argument in node.arguments]
        for fault, test in operation.faults.items():
            _check(fault, test(*arguments) & live, node)
        function = getattr(self.numpy, operation.array) if self.numpy else operation.scalar
        result = reduce(function, arguments) if len(arguments) > 1 else function(*arguments)
        _check("large", (abs(result) > MAX_VALUE) & live, node)
        return result

    def _chosen(self, node: Node, live: Any) -> Any:
        condition, then, other = node.arguments
        truth = self.value(condition, live) != 0
        if self.numpy is None or isinstance(truth, bool):
            return self.value(then if truth else other, live)
        branches = self.value(then, live & truth), self.value(other, live & ~truth)
        return self.numpy.where(truth, *branches)


def _check(fault: str, bad: Any, node: Node) -> None:
    if bad if isinstance(bad, bool) else bad.any():
        first, last = node.arguments[0].text, node.arguments[-1].text
        raise refusal(fault, part=node.text, first=first, last=last)


def number(name: str, value: object) -> Number:
    """The value of a parameter as float or as array of floats, once it is within the limits."""
    if isinstance(value, numbers.Real):
        plain = math.nan
        with suppress(OverflowError):
            plain = float(value)
        if abs(plain) <= MAX_VALUE:
            return plain
    else:
        import numpy as np  # noqa: PLC0415 - loads only where arrays are used

        if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
            with np.errstate(all="ignore"):
                array = np.asarray(value, dtype=np.float64)
            if (np.abs(array) <= MAX_VALUE).all():
                return array
    raise refusal("number", name=shown(name))


def value(tree: Node, values: Mapping[str, Number]) -> Number:
    """The value of a tree, whose names all have values.

    Floats give a float; if any is an array, so is the result, of the shape they broadcast to.
    Raises `ExpressionError` at the first operation that has no finite answer within the limits.
    """
    names = {node.text for node in tree.walk() if node.operation == "name"}
    used = {name: number(name, values[name]) for name in sorted(names)}
    shapes = {name: each.shape for name, each in used.items() if not isinstance(each, float)}
    if not shapes:
        return float(_Walk(used, None).value(tree))
    import numpy as np  # noqa: PLC0415 - loads only where arrays are used

    try:
        shape = np.broadcast_shapes(*shapes.values())
    except ValueError:
        raise refusal("shape", names=", ".join(sorted(shapes))) from None
    with np.errstate(all="ignore"):
        result = _Walk(used, np).value(tree)
    return np.array(np.broadcast_to(result, shape))
