"""Amounts that a database calculates from parameters, evaluated in the safe expression language.

openLCA's formulas are nearly that language: names without regard to letter case, `;` between
arguments, `^` for powers, `=` to compare (olca-formula, grammar of openLCA 1.x and 2). What has no
counterpart keeps the value that the source stored, and is reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from tanyuan.backgrounds.package import Package, Parameter, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.expressions import Expression, ExpressionError, parse
from tanyuan.languages import Message
from tanyuan.problems import Place

TOLERANCE = 1e-9
"""How far, relatively, a calculated amount may lie from the stored one without a word."""

DIALECTS = ("openlca",)
"""Formats whose formulas `translated` reads."""

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign><>|[<>!=]=|&&|\|\||.)",
    re.DOTALL,
)
_SIGNS = {
    ";": ",",
    "^": "**",
    "=": "==",
    "<>": "!=",
    "&": " and ",
    "&&": " and ",
    "|": " or ",
    "||": " or ",
}
_FUNCTIONS = {"if", "min", "max", "sum", "abs", "sqrt", "exp", "ln", "floor", "ceil", "round"}
_WORDS = {"lg": "log10", "log10": "log10", "ceiling": "ceil", "pi": repr(math.pi)}
_CIRCLE = Message("The parameters use each other.")
_FOREIGN = Message("Formulas of this format are not read.")
_CALL = re.compile(r"\s*\(")


def translated(formula: str) -> str:
    """A formula of openLCA in our expression language; parameters are lower case with `p_` before.

    What has no counterpart is left as it is, and refused when it is parsed.
    """
    found: list[str] = []
    for token in _TOKEN.finditer(formula):
        text = token.group()
        if token.lastgroup == "name":
            word = text.casefold()
            called = _CALL.match(formula, token.end()) is not None
            if word in _WORDS or (called and word in _FUNCTIONS):
                found.append(_WORDS.get(word, word))
            else:
                found.append(word if called else f"p_{word}")
        else:
            found.append(_SIGNS.get(text, text) if token.lastgroup == "sign" else text)
    return "".join(found)


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts of exchanges that formulas changed, by process and number."""

    changed: Mapping[tuple[str, int], float]

    def of(self, process: str, number: int, stored: float) -> float:
        """The amount of an exchange."""
        return self.changed.get((process, number), stored)


def calculated(package: Package, report: Report) -> Amounts:
    """Evaluate the formulas of all processes.

    An amount is what its formula gives; where that cannot be evaluated, what the source stored.
    Both are reported, the first only where the two differ.
    """
    changed: dict[tuple[str, int], float] = {}
    if package.format in DIALECTS:
        common = _Values(package.parameters, {})
        for process in package.processes.values():
            if process.parameters or any(each.formula for each in process.exchanges):
                changed |= _of_process(process, common, report)
    else:
        for process in package.processes.values():
            for row, exchange in enumerate(process.exchanges, 1):
                if exchange.formula:
                    _tell_kept(report, process, row, "exchanges", exchange.formula, _FOREIGN)
    return Amounts(changed)


def _of_process(process: Process, common: _Values, report: Report) -> dict[tuple[str, int], float]:
    changed: dict[tuple[str, int], float] = {}
    values = _Values(process.parameters, common.known)
    for name, reason in values.kept.items():
        _tell_kept(report, process, None, f"parameters.{name}", values.formulas[name], reason)
    for row, exchange in enumerate(process.exchanges, 1):
        if not exchange.formula:
            continue
        stored = float(exchange.amount)
        try:
            amount = float(parse(translated(exchange.formula)).evaluate(values.known))
        except ExpressionError as error:
            _tell_kept(report, process, row, "amount", exchange.formula, error.cause)
            continue
        if not math.isclose(amount, stored, rel_tol=TOLERANCE, abs_tol=0):
            changed[process.id, exchange.number] = amount
            report.add(
                "formula-differs",
                Act.CONVERTED,
                Place(sheet=process.name, row=row, field="amount"),
                Message(
                    "The formula {formula} gives {amount}, but {stored} is stored; the formula "
                    "counts.",
                    formula=exchange.formula,
                    amount=f"{amount:.9g}",
                    stored=f"{stored:.9g}",
                ),
                process=process.id,
            )
    return changed


class _Values:
    """Values of parameters, lower case with `p_` before, over those of the whole database."""

    def __init__(self, parameters: tuple[Parameter, ...], outer: Mapping[str, float]) -> None:
        self.known: dict[str, float] = dict(outer)
        self.kept: dict[str, Message] = {}
        self.formulas: dict[str, str] = {}
        waiting: dict[str, Expression] = {}
        stored: dict[str, float] = {}
        for each in parameters:
            name = f"p_{each.name.strip().casefold()}"
            self.known.pop(name, None)
            if each.value is not None:
                stored[name] = float(each.value)
            if not each.formula:
                if name in stored:
                    self.known[name] = stored[name]
                continue
            self.formulas[name] = each.formula
            try:
                waiting[name] = parse(translated(each.formula))
            except ExpressionError as error:
                self._keep(name, stored, error.cause)
        self._evaluate(waiting, stored)

    def _keep(self, name: str, stored: Mapping[str, float], reason: Message) -> None:
        self.kept[name] = reason
        if name in stored:
            self.known[name] = stored[name]

    def _evaluate(self, waiting: dict[str, Expression], stored: Mapping[str, float]) -> None:
        """Evaluate each after those it uses; those in a circle keep their stored values."""
        while waiting:
            ready = [name for name, each in waiting.items() if not each.names & waiting.keys()]
            if not ready:
                for name in waiting:
                    self._keep(name, stored, _CIRCLE)
                return
            for name in ready:
                expression = waiting.pop(name)
                try:
                    self.known[name] = float(expression.evaluate(self.known))
                except ExpressionError as error:
                    self._keep(name, stored, error.cause)


def _tell_kept(
    report: Report, process: Process, row: int | None, field: str, formula: str, reason: Message
) -> None:
    report.add(
        "formula-kept",
        Act.KEPT,
        Place(sheet=process.name, row=row, field=field),
        Message(
            "The formula {formula} cannot be evaluated; the stored value counts. {reason}",
            formula=formula,
            reason=reason,
        ),
        process=process.id,
    )
