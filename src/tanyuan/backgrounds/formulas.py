"""Amounts that a database calculates from parameters, evaluated in the safe expression language.

openLCA's formulas are nearly that language: names without regard to letter case, `;` between
arguments, `^` for powers, `=` to compare (olca-formula, grammar of openLCA 1.x and 2). So are those
of ecoSpold 2 and of SimaPro, which has `Iff(…)` for `if(…)`; Brightway's are Python's. What has no
counterpart keeps the value that the source stored, and is reported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.package import Package, Parameter, Process
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.expressions import Expression, ExpressionError, parse
from tanyuan.languages import Message
from tanyuan.problems import Place

TOLERANCE = 1e-9
"""How far, relatively, a calculated amount may lie from the stored one without a word."""

DIALECTS = ("openlca", "simapro", "brightway", "ecospold2")
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
_CALLED = {**{name: name for name in _FUNCTIONS}, "iff": "if", "iif": "if"}
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
            if word in _WORDS or (called and word in _CALLED):
                found.append(_WORDS.get(word) or _CALLED[word])
            else:
                found.append(word if called else f"p_{word}")
        else:
            found.append(_SIGNS.get(text, text) if token.lastgroup == "sign" else text)
    return "".join(found)


def calculated(package: Package, report: Report) -> Package:
    """The package with the amounts that its formulas give.

    What cannot be evaluated keeps the value that the source stored. That is reported, and every
    amount that differs from the stored one.
    """
    changed: dict[str, Process] = {}
    common = Values(package.parameters if package.format in DIALECTS else (), {})
    for process in package.processes.values():
        if any(each.formula for each in process.exchanges):
            amounts = _amounts(process, common, report, package.format in DIALECTS)
            if amounts:
                exchanges = tuple(
                    replace(each, amount=amounts.get(each.number, each.amount))
                    for each in process.exchanges
                )
                changed[process.id] = replace(process, exchanges=exchanges)
    if not changed:
        return package
    return replace(package, processes={**package.processes, **changed})


def _amounts(
    process: Process, common: Values, report: Report, readable: bool
) -> dict[int, Decimal]:
    """Amounts that differ from the stored ones, by the number of the exchange."""
    changed: dict[int, Decimal] = {}
    values = Values(process.parameters if readable else (), common.known)
    for name, reason in values.kept.items():
        _tell_kept(report, process, None, f"parameters.{name}", values.formulas[name], reason)
    for row, exchange in enumerate(process.exchanges, 1):
        if not exchange.formula:
            continue
        if not readable:
            _tell_kept(report, process, row, "amount", exchange.formula, _FOREIGN)
            continue
        stored = float(exchange.amount)
        try:
            amount = values.of(exchange.formula)
        except ExpressionError as error:
            _tell_kept(report, process, row, "amount", exchange.formula, error.cause)
            continue
        if not math.isclose(amount, stored, rel_tol=TOLERANCE, abs_tol=0):
            changed[exchange.number] = Decimal(repr(amount))
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


def parameter_key(name: str) -> str:
    """What a parameter is known by: upper and lower case and white space around it are one."""
    return f"p_{name.strip().casefold()}"


class Values:
    """Values of parameters, lower case with `p_` before, over those of the whole database."""

    def __init__(self, parameters: tuple[Parameter, ...], outer: Mapping[str, float]) -> None:
        self.known: dict[str, float] = dict(outer)
        self.kept: dict[str, Message] = {}
        self.formulas: dict[str, str] = {}
        waiting: dict[str, Expression] = {}
        stored: dict[str, float] = {}
        for each in parameters:
            name = parameter_key(each.name)
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

    def of(self, formula: str) -> float:
        """What a formula gives.

        Raises:
            ExpressionError: it cannot be read, or uses what has no value.
        """
        return float(parse(translated(formula)).evaluate(self.known))

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
