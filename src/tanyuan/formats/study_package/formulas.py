"""Parameters and formulas of a study in openLCA's syntax, which the package model holds.

Parameters are in base units (kg, m, s …), in which formulas over quantities count; what a line's
unit asks for besides stands as a number in front. Every formula is read back and evaluated: one
that does not give the amount is left out.
"""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Mapping

from tanyuan.backgrounds.formulas import Values
from tanyuan.backgrounds.package import Parameter, Texts
from tanyuan.documents.expressions import Expression, ExpressionError
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.model import Model
from tanyuan.formats.study_package.scatters import exact, uncertainty

_SIGNS = {"**": "^", ",": ";", "==": "=", "!=": "<>"}
_SIGN = re.compile(r"\*\*|,|==|!=")
_SAME = 1e-12


class Formulas:
    """What the parameters of a study are, and formulas over them."""

    def __init__(
        self,
        model: Model,
        values: Mapping[str, float],
        space: uuid.UUID,
        names: Mapping[str, Texts],
    ) -> None:
        self._values = values
        self.left: list[str] = []
        found = []
        for name, definition in model.quantities.definitions.items():
            value = float(values[name])
            formula = _written(definition) if isinstance(definition, Expression) else ""
            scatter = uncertainty(model.quantities.scatters.get(name), value)
            key = str(uuid.uuid5(space, f"parameters\n{name}"))
            found.append(Parameter(name, exact(value), formula, scatter, names[name], key))
        self.parameters: tuple[Parameter, ...] = tuple(found)
        self._known = Values(self.parameters, {})

    def of(self, amount: float, *factors: Amount | None) -> str:
        """The formula of an amount that is the product of some factors; empty for plain numbers."""
        formulas = [each.formula for each in factors if each and each.formula]
        if not any(each.names for each in formulas):
            return ""
        raw = math.prod(float(each.evaluate(self._values)) for each in formulas)
        text = " * ".join(f"({_written(each)})" for each in formulas)
        if raw and amount != raw:
            text = f"{exact(amount / raw):f} * {text}"
        if self._gives(text, amount):
            return text
        self.left.append(text)
        return ""

    def _gives(self, text: str, amount: float) -> bool:
        try:
            return math.isclose(self._known.of(text), amount, rel_tol=_SAME)
        except ExpressionError:
            return False


def _written(formula: Expression) -> str:
    return _SIGN.sub(lambda match: _SIGNS[match.group()], formula.text)
