"""Second wall: the tree of an expression, built from Python's `ast` by an allow-list."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tanyuan.documents.expressions.refusals import (
    FUNCTIONS,
    MAX_DEPTH,
    MAX_VALUE,
    refusal,
    shown,
)
from tanyuan.documents.expressions.tokens import IF

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_FOLDS = {"min": "min", "max": "max", "sum": "+"}


@dataclass(frozen=True, slots=True)
class Node:
    """An operation on its arguments, or a `number` with its value, or a `name`; as it was written.

    Everything that decides is one operation, `if`: comparisons become `if(a < b, 1, 0)`, and `and`,
    `or`, `not` likewise, so that one place knows that a branch not chosen is not at fault.
    """

    operation: str
    text: str
    arguments: tuple[Node, ...] = ()
    value: float = 0.0

    def walk(self) -> Iterator[Node]:
        """The node and all below it, in no set order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.arguments)


_NO, _YES = Node("number", "0"), Node("number", "1", value=1.0)


class Builder:
    """Builds the tree of a source (Python's view of which is `as_python(source)`)."""

    def __init__(self, source: str) -> None:
        self._source = source.encode()

    def build(self, written: ast.expr, depth: int = 0) -> Node:
        """The tree of what Python read; raises `ExpressionError` outside the allow-list."""
        if depth > MAX_DEPTH:
            raise refusal("size")
        allowed = _ALLOWED.get(type(written))
        if allowed is None:
            raise refusal("form", part=self._text(written))
        return allowed(self, written, depth)

    def _text(self, written: ast.expr) -> str:
        return shown(self._source[written.col_offset : written.end_col_offset].decode())

    def _number(self, written: ast.Constant, _depth: int) -> Node:
        text = self._text(written)
        if not isinstance(written.value, int | float) or isinstance(written.value, bool):
            raise refusal("form", part=text)
        if written.value > MAX_VALUE:
            raise refusal("large", part=text)
        return Node("number", text, value=float(written.value))

    def _name(self, written: ast.Name, _depth: int) -> Node:
        return Node("name", written.id)

    def _binary(self, written: ast.BinOp, depth: int) -> Node:
        text = self._text(written)
        if type(written.op) not in _BINARY:
            raise refusal("form", part=text)
        operands = self.build(written.left, depth), self.build(written.right, depth + 1)
        return Node(_BINARY[type(written.op)], text, operands)

    def _unary(self, written: ast.UnaryOp, depth: int) -> Node:
        text, operand = self._text(written), self.build(written.operand, depth + 1)
        match written.op:
            case ast.UAdd():
                return operand
            case ast.USub():
                return Node("negative", text, (operand,))
            case ast.Not():
                return Node("if", text, (operand, _NO, _YES))
        raise refusal("form", part=text)

    def _comparison(self, written: ast.Compare, depth: int) -> Node:
        text = self._text(written)
        if type(written.ops[0]) not in _COMPARISONS:
            raise refusal("form", part=text)
        if len(written.ops) > 1:  # spreadsheets compare the first truth value with the third number
            raise refusal("comparison", part=text)
        sides = self.build(written.left, depth + 1), self.build(written.comparators[0], depth + 1)
        comparison = Node(_COMPARISONS[type(written.ops[0])], text, sides)
        return Node("if", text, (comparison, _YES, _NO))

    def _logic(self, written: ast.BoolOp, depth: int) -> Node:
        text = self._text(written)
        *others, last = (self.build(value, depth + 1) for value in written.values)
        result = Node("if", last.text, (last, _YES, _NO))
        for value in reversed(others):
            branches = (result, _NO) if isinstance(written.op, ast.And) else (_YES, result)
            result = Node("if", text, (value, *branches))
        return result

    def _call(self, written: ast.Call, depth: int) -> Node:
        text = self._text(written)
        if not isinstance(written.func, ast.Name) or written.keywords:
            raise refusal("form", part=text)
        name = "if" if written.func.id == IF else written.func.id
        if name not in FUNCTIONS:
            raise refusal("function", name=shown(name))
        arguments = tuple(self.build(argument, depth + 1) for argument in written.args)
        wanted = 3 if name == "if" else max(1, len(arguments)) if name in _FOLDS else 1
        if len(arguments) != wanted:
            raise refusal("arguments", part=text, count=len(arguments), instead=FUNCTIONS[name])
        if name in _FOLDS and wanted == 1:
            return arguments[0]
        return Node(_FOLDS.get(name, name), text, arguments)


_ALLOWED: dict[type[ast.expr], Callable[..., Node]] = {
    ast.Constant: Builder._number,
    ast.Name: Builder._name,
    ast.BinOp: Builder._binary,
    ast.UnaryOp: Builder._unary,
    ast.Compare: Builder._comparison,
    ast.BoolOp: Builder._logic,
    ast.Call: Builder._call,
}
