"""What an expression may be, and what is said where one is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError

MAX_CHARACTERS: Final = 2_000
MAX_NODES: Final = 300
"""Numbers, names, operators and calls of one expression."""
MAX_DEPTH: Final = 30
"""Parentheses or operations inside one another; a flat chain `a + b + c` is not nested."""
MAX_EXPONENT: Final = 64
MAX_VALUE: Final = 1e30
"""Of every number given or met on the way, without its sign."""

FUNCTIONS: Final[Mapping[str, str]] = {
    "if": "if(condition, a, b)",
    **{name: f"{name}(a, b, …)" for name in ("min", "max", "sum")},
    **{name: f"{name}(a)" for name in ("abs", "sqrt", "exp", "ln", "log10")},
    **{name: f"{name}(a)" for name in ("floor", "ceil", "round")},
}
"""What can be called, and how each is written."""

ALLOWED: Final = Message(
    "Use numbers, parameter names, + - * / **, comparisons, and, or, not, and functions."
)
INSTEAD: Final = Message("Write {instead} instead.")

_SAID = {
    # the text
    "empty": (Message("The expression is empty."), Message("Write a number or an expression.")),
    "size": (
        Message(
            "The expression has over {characters} characters, {nodes} parts or {depth} levels."
        ),
        Message("Split it into several parameters."),
    ),
    "character": (Message("“{character}” has no meaning in an expression."), ALLOWED),
    "name": (
        Message("“{name}” cannot be a name."),
        Message("Choose another name for the parameter."),
    ),
    "value-missing": (
        Message("A value is missing between {left} and {right}."),
        Message("Write a number or a parameter name there."),
    ),
    "operator-missing": (
        Message("{left} cannot stand directly before {right}."),
        Message("Write an operator between them, such as *, and spaces around words."),
    ),
    "comma": (
        Message("A comma stands outside a function."),
        Message("Write decimals with a dot, such as 1.5, and thousands without a comma."),
    ),
    "parentheses": (
        Message("The parentheses do not match."),
        Message("Close every ( with a )."),
    ),
    "syntax": (
        Message("The expression cannot be read at “{near}”."),
        Message("Write numbers without leading zeros, and parentheses around not."),
    ),
    # the tree
    "form": (Message("“{part}” is not allowed in an expression."), ALLOWED),
    "function": (
        Message("There is no function “{name}”."),
        Message("Use one of {functions}; to multiply, write *."),
    ),
    "arguments": (Message("“{part}” has {count} values."), INSTEAD),
    "comparison": (
        Message("“{part}” compares more than two values."),
        Message("Write a < b and b < c."),
    ),
    # the values
    "unknown": (
        Message("“{name}” is not known."),
        Message("Add “{name}” to the parameters, or mend its spelling."),
    ),
    "number": (
        Message("The value of “{name}” is not a number up to {value}."),
        Message("Give “{name}” a number between -{value} and {value}."),
    ),
    "shape": (
        Message("The arrays {names} differ in length."),
        Message("Give arrays of the same length."),
    ),
    "large": (
        Message("“{part}” is larger than {value}."),
        Message("Use a larger unit, so that the number becomes smaller."),
    ),
    "division": (
        Message("“{part}” divides by zero."),
        Message("Guard it: if({last} != 0, {part}, 0)."),
    ),
    "zero-inverted": (
        Message("“{part}” divides by zero."),
        Message("Guard it: if({first} != 0, {part}, 0)."),
    ),
    "exponent": (
        Message("“{part}” has an exponent larger than {exponent}."),
        Message("Keep “{last}” between -{exponent} and {exponent}."),
    ),
    "power": (
        Message("“{part}” takes a fractional power of a negative number."),
        Message("Keep “{first}” at 0 or above, or “{last}” a whole number."),
    ),
    "root": (
        Message("“{part}” takes the root of a negative number."),
        Message("Keep “{first}” at 0 or above."),
    ),
    "logarithm": (
        Message("“{part}” takes the logarithm of a number that is not above 0."),
        Message("Keep “{first}” above 0."),
    ),
    "cycle": (
        Message("The parameters use each other in a circle: {path}."),
        Message("Give one of them an expression without the others."),
    ),
    # the dimensions
    "dimensions": (
        Message(
            "“{part}” puts “{first}” ({dimension}) together with “{other}” ({other_dimension})."
        ),
        Message("Convert one of them, so that both have the same dimension."),
    ),
    "dimension": (
        Message("“{part}” needs a pure number, but “{first}” is {dimension}."),
        Message("Divide it by a parameter of the same dimension."),
    ),
    "dimension-power": (
        Message("“{part}” raises “{first}” ({dimension}) to a power that is not a fixed number."),
        Message("Write the exponent as a number."),
    ),
}
_LIMITS = {
    "characters": MAX_CHARACTERS,
    "nodes": MAX_NODES,
    "depth": MAX_DEPTH,
    "exponent": MAX_EXPONENT,
    "value": f"{MAX_VALUE:g}",
    "functions": ", ".join(FUNCTIONS),
}


class ExpressionError(InvalidValueError):
    """An expression that cannot be used: the cause and the mend in the reader's language.

    `parameter` is the one whose expression it is, as far as `evaluate_all` knows it, else "".
    """

    def __init__(self, code: str, cause: Message, mend: Message, parameter: str = "") -> None:
        super().__init__(code, cause, mend)
        self.parameter = parameter
        self.args = (code, cause, mend, parameter)  # a copy in another process is made from these


def refusal(what: str, mend: Message | None = None, **values: object) -> ExpressionError:
    """The error of that name, said with these values; a closer mend goes before the usual one."""
    cause, usual = (Message(each.text, **_LIMITS, **values) for each in _SAID[what])
    return ExpressionError(f"expression-{what}", cause, mend or usual)


def shown(text: str) -> str:
    """The text, cut to what fits in a message."""
    return text if len(text) <= 60 else f"{text[:59]}…"
