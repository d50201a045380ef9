"""Expressions of parameterised models: arithmetic that a table may carry, and nothing else.

A text passes two walls (`tokens`, `trees`) and becomes a tree that is walked with floats or arrays
(`values`) or with dimensions (`dimensions`). Nothing is compiled to code, run or folded.

Written are numbers such as `1.5e-3`, parameter names in any script, `+ - * / **`, comparisons and
`and or not` (which give 1 and 0), and `FUNCTIONS`. As in Python, `-a ** 2` is `-(a ** 2)` and
`round` goes half to even. A branch that `if`, `and`, `or` do not choose is never at fault.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from tanyuan.documents.expressions import dimensions as _dimensions
from tanyuan.documents.expressions import values as _values
from tanyuan.documents.expressions.dimensions import Dimension
from tanyuan.documents.expressions.refusals import (
    FUNCTIONS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_EXPONENT,
    MAX_NODES,
    MAX_VALUE,
    ExpressionError,
    refusal,
    shown,
)
from tanyuan.documents.expressions.tokens import as_python
from tanyuan.documents.expressions.trees import Builder, Node
from tanyuan.documents.expressions.values import Number
from tanyuan.languages import Message

__all__ = [
    "FUNCTIONS",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_EXPONENT",
    "MAX_NODES",
    "MAX_VALUE",
    "Dimension",
    "Expression",
    "ExpressionError",
    "Number",
    "evaluate_all",
    "parse",
]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: its text and the names of the parameters it uses."""

    text: str
    names: frozenset[str]
    _tree: Node = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[Callable[[str], Expression], tuple[str]]:
        return parse, (self.text,)  # what comes from elsewhere passes the walls again

    def evaluate(self, values: Mapping[str, Number]) -> Number:
        """The value with these parameters: a float, or an array if a parameter used is one.

        Arrays are taken elementwise and broadcast to one shape; the result is a new array.
        Raises `ExpressionError` for a name without value, and where there is no finite result
        within the limits: division by zero, roots of negatives, exponents beyond 64, 1e30.
        """
        self._check_names(values)
        return _values.value(self._tree, values)

    def dimension(self, dimensions: Mapping[str, Dimension]) -> Dimension:
        """The dimension of the result, from those of the parameters ({} for pure numbers).

        Raises `ExpressionError` for a name without dimension, and where unlike dimensions are
        added, compared or chosen between (a written 0 fits any), where a function or an exponent
        is not a pure number, and where a dimension is raised to a power that is not fixed.
        """
        self._check_names(dimensions)
        return _dimensions.dimension(self._tree, dimensions)

    def _check_names(self, known: Mapping[str, object]) -> None:
        for name in sorted(name for name in self.names if name not in known):
            raise refusal("unknown", _nearest(name, known), name=shown(name))


def parse(text: str) -> Expression:
    """Read an expression; raises `ExpressionError` with the mend for what is not arithmetic."""
    if len(text) > MAX_CHARACTERS:
        raise refusal("size")
    source = re.sub(r"\s", " ", text).strip()
    if not source:
        raise refusal("empty")
    try:
        read = ast.parse(as_python(source), mode="eval")
    except SyntaxError as error:
        near = source[max(0, (error.offset or 1) - 1) :]
        raise refusal("syntax", near=shown(near)) from None
    tree = Builder(source).build(read.body)
    names = frozenset(node.text for node in tree.walk() if node.operation == "name")
    return Expression(text, names, tree)


def evaluate_all(
    expressions: Mapping[str, Expression | Number], given: Mapping[str, Number] = {}
) -> dict[str, Number]:
    """The values of all parameters of a table, each after those it uses, in the table's order.

    `given` are further parameters, or stand in the place of those of the same name: a scenario,
    or arrays of draws. Raises `ExpressionError` for a cycle, with its path, for a name that no
    parameter has, and for what `Expression.evaluate` refuses, with the parameter at fault.
    """
    formulas: dict[str, Expression] = {}
    values: dict[str, Number] = {}
    known = {**expressions, **given}
    for name, each in sorted(known.items()):
        with _of_parameter(name):
            if isinstance(each, Expression):
                each._check_names(known)
                formulas[name] = each
            else:
                values[name] = _values.number(name, each)
    for name in _in_order({name: each.names for name, each in formulas.items()}):
        with _of_parameter(name):
            values[name] = formulas[name].evaluate(values)
    return {name: values[name] for name in expressions}


@contextmanager
def _of_parameter(name: str) -> Iterator[None]:
    try:
        yield
    except ExpressionError as error:
        cause = Message("In “{parameter}”: {cause}", parameter=shown(name), cause=error.cause)
        raise ExpressionError(error.code, cause, error.mend, name) from error


def _in_order(uses: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The parameters, each after those it uses; the same order for every order of `uses`."""
    sorter = TopologicalSorter({name: sorted(uses[name] & uses.keys()) for name in sorted(uses)})
    try:
        return tuple(sorter.static_order())
    except CycleError as error:
        path = error.args[1][:0:-1]  # from user to used, each once
    first = path.index(min(path))
    path = [*path[first:], *path[: first + 1]]
    if len(path) > 12:
        path[6:-5] = ["…"]
    with _of_parameter(path[0]):
        raise refusal("cycle", path=" → ".join(map(shown, path)))


def _nearest(name: str, known: Iterable[str]) -> Message | None:
    names = difflib.get_close_matches(name, known)
    return Message("Did you mean {names}?", names=tuple(map(shown, names))) if names else None
