"""Cells of rows: numbers with the file's decimal sign, formulas, distributions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from tanyuan.backgrounds.formulas import Values, parameter_key
from tanyuan.backgrounds.package import UNDETERMINED, Law, Parameter, Texts, Uncertainty, no_texts
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.expressions import ExpressionError
from tanyuan.documents.numbers import NumberError, checked
from tanyuan.formats.simapro.blocks import Row
from tanyuan.languages import Message
from tanyuan.problems import Place, Problems

_NUMBERS = {
    sign: re.compile(
        rf"[+-]?(\d+({re.escape(sign)}\d*)?|{re.escape(sign)}\d+)([eE][+-]?\d{{1,3}})?"
    )
    for sign in (".", ",")
}
_CALCULATED = re.compile(r"[^\W\d]|[*/^()+]|\d\s*-")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_PEDIGREE = re.compile(r"\(\s*((?:[1-5]|n\.?a\.?)(?:\s*[,;]\s*(?:[1-5]|n\.?a\.?)){3,6})\s*[,;)]")
_HUNDRED = Decimal(100)


def said_as(text: str) -> Texts:
    """A text whose language the format does not tell."""
    return {UNDETERMINED: text} if text else no_texts()


def pedigree(comment: str) -> str:
    """The data-quality entry at the start of a comment, `(1;2;3;2;1)`, or nothing."""
    found = _PEDIGREE.match(comment)
    return f"({re.sub(r'[,;]', ';', ''.join(found[1].split()))})" if found else ""


class Cells:
    """Reads cells; notes problems and findings with their places."""

    def __init__(self, file: str, decimal: str, report: Report, problems: Problems) -> None:
        self.file, self.decimal = file, decimal
        self.report, self.problems = report, problems
        self.sheet = ""

    def place(self, row: Row, field: str = "") -> Place:
        """The place of a row in the file."""
        return Place(self.file, self.sheet, row.line, field)

    def number(self, text: str, row: Row, field: str) -> Decimal | None:
        """A number, or none if it is a formula; what is neither is a problem."""
        if _NUMBERS[self.decimal].fullmatch(text):
            try:
                return checked(Decimal(text.replace(",", ".")))
            except NumberError as error:
                self.problems.add(error.code, error.cause, error.mend, self.place(row, field))
                return Decimal(0)
        other = "," if self.decimal == "." else "."
        if _NUMBERS[other].fullmatch(text):
            self.problems.add(
                "decimal-sign",
                Message(
                    "“{text}” has another decimal sign than the header states, “{sign}”.",
                    text=text,
                    sign=self.decimal,
                ),
                Message("Mend the header's “Decimal separator”, or export the file again."),
                self.place(row, field),
            )
            return Decimal(0)
        if _CALCULATED.search(text):
            return None
        self.problems.add(
            "number",
            Message("“{text}” is not a number.", text=text[:60]),
            Message("Mend it in SimaPro and export again."),
            self.place(row, field),
        )
        return Decimal(0)

    def formula(self, text: str) -> str:
        """A formula with decimal points."""
        return _COMMA.sub(".", text) if self.decimal == "," else text

    def amount(
        self, text: str, values: Values, row: Row, field: str = "amount"
    ) -> tuple[Decimal, str]:
        """An amount, and the formula that gives it, if one stands there."""
        if not text:
            self.report.add(
                "amount-missing",
                Act.DEFAULTED,
                self.place(row, field),
                Message("The amount is missing; it is taken as 0."),
            )
            return Decimal(0), ""
        number = self.number(text, row, field)
        if number is not None:
            return number, ""
        formula = self.formula(text)
        return self.calculated(formula, values, row, field), formula

    def calculated(self, formula: str, values: Values, row: Row, field: str) -> Decimal:
        """What a formula gives; the format stores no value beside it."""
        try:
            return Decimal(repr(values.of(formula)))
        except ExpressionError as error:
            self.problems.add(
                "formula",
                Message(
                    "The formula {formula} cannot be evaluated. {reason}",
                    formula=formula[:80],
                    reason=error.cause,
                ),
                Message("Mend it, or export with “Convert expressions to constants”."),
                self.place(row, field),
            )
            return Decimal(0)

    def uncertainty(self, row: Row, at: int, amount: Decimal) -> Uncertainty | None:
        """The distribution in four columns: its kind, a spread, minimum and maximum.

        The spread of a lognormal is the square of the geometric standard deviation, that of a
        normal twice the standard deviation: both span 95 %.
        """
        kind = row.cell(at).casefold()
        if kind in {"", "undefined", "unspecified", "none"}:
            return None
        names = ("spread", "minimum", "maximum")
        given = [self._limit(row, at + place, name) for place, name in enumerate(names, 1)]
        found = _distribution(kind, amount, *given)
        if found is None:
            self.report.add(
                "uncertainty",
                Act.DROPPED,
                self.place(row, "uncertainty"),
                Message("The distribution cannot be used as it is written; the amount is certain."),
                Message("Mend its kind and its limits in SimaPro."),
            )
        return found

    def _limit(self, row: Row, at: int, field: str) -> Decimal | None:
        text = row.cell(at)
        return self.number(text, row, field) if text not in {"", "0"} else Decimal(0)


class Scope:
    """The parameters of a file or of a process, with their values."""

    def __init__(self, cells: Cells, outer: Mapping[str, float]) -> None:
        self.cells, self.outer = cells, outer
        self.found: dict[str, tuple[Parameter, Row]] = {}

    def inputs(self, rows: list[Row]) -> None:
        """Take parameters with a value: name, value, distribution, hidden, comment."""
        for row in rows:
            value = self.cells.number(row.cell(1), row, "parameter") if row.cell(1) else Decimal(0)
            formula = self.cells.formula(row.cell(1)) if value is None else ""
            scatter = None if value is None else self.cells.uncertainty(row, 2, value)
            self._add(Parameter(row.cell(0), value, formula, scatter, said_as(row.rest(7))), row)

    def calculated(self, rows: list[Row]) -> None:
        """Take parameters with a formula: name, formula, comment."""
        for row in rows:
            formula = self.cells.formula(row.cell(1))
            self._add(Parameter(row.cell(0), None, formula, None, said_as(row.rest(2))), row)

    def _add(self, given: Parameter, row: Row) -> None:
        key = parameter_key(given.name)
        if key in self.found and self.found[key][0] != given:
            self.cells.report.add(
                "parameter-again",
                Act.DROPPED,
                self.cells.place(row, given.name),
                Message("The parameter is defined before; the later definition counts."),
            )
        self.found[key] = given, row

    def parameters(self) -> tuple[tuple[Parameter, ...], Values]:
        """The parameters with the values of their formulas, by name, and all for formulas."""
        pairs = sorted(self.found.values(), key=lambda pair: pair[0].name)
        values = Values(tuple(each for each, _ in pairs), self.outer)
        done: list[Parameter] = []
        for each, row in pairs:
            value = each.value
            key = parameter_key(each.name)
            if each.formula and key in values.kept:
                self._refuse(each, row, values.kept[key])
            elif each.formula:
                value = Decimal(repr(values.known[key]))
            done.append(
                Parameter(each.name, value, each.formula, each.uncertainty, each.description)
            )
        return tuple(done), values

    def _refuse(self, given: Parameter, row: Row, reason: Message) -> None:
        self.cells.problems.add(
            "formula",
            Message(
                "The formula {formula} cannot be evaluated. {reason}",
                formula=given.formula[:80],
                reason=reason,
            ),
            Message("Mend it, or export with “Convert expressions to constants”."),
            self.cells.place(row, given.name),
        )


def _distribution(
    kind: str, amount: Decimal, spread: Decimal | None, low: Decimal | None, high: Decimal | None
) -> Uncertainty | None:
    if spread is None or low is None or high is None:
        return None
    if kind == "lognormal" and spread >= 1 and amount:
        return Uncertainty(Law.LOGNORMAL, (abs(amount), spread.sqrt()))
    if kind == "normal" and spread >= 0:
        return Uncertainty(Law.NORMAL, (amount, spread / 2))
    if kind == "triangle" and low <= amount <= high:
        return Uncertainty(Law.TRIANGULAR, (low, amount, high))
    if kind == "uniform" and low <= high:
        return Uncertainty(Law.UNIFORM, (low, high))
    return None


def percent(value: Decimal) -> Decimal:
    """A share of 1 from a share of 100."""
    return value / _HUNDRED
