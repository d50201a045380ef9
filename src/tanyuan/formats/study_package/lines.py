"""Lines of a study as exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tanyuan.backgrounds.package import Exchange, Texts
from tanyuan.backgrounds.report import Act
from tanyuan.footprint.evaluate import Evaluation, target_unit
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.model import Model
from tanyuan.footprint.study import Role
from tanyuan.footprint.term import Term
from tanyuan.formats.study_package.formulas import Formulas
from tanyuan.formats.study_package.scatters import exact, uncertainty
from tanyuan.formats.study_package.suppliers import Suppliers, two
from tanyuan.languages import Message

_OPEN = (Role.CUT_OFF, Role.MISSING)


class Lines:
    """Turns the terms of a model into exchanges."""

    def __init__(
        self,
        model: Model,
        evaluation: Evaluation,
        suppliers: Suppliers,
        formulas: Formulas,
        products: Sequence[str],
        makers: Sequence[str],
    ) -> None:
        self.model, self.evaluation, self.suppliers = model, evaluation, suppliers
        self.formulas, self.products, self.makers = formulas, products, makers
        self.report = suppliers.report

    def exchanges(
        self, terms: Iterable[int], number: int, scale: float = 1.0
    ) -> tuple[list[Exchange], dict[int, str]]:
        """The exchanges of some terms, and by number the output that each is for alone.

        Args:
            terms: their places in the model.
            number: of the first exchange.
            scale: by which amounts are multiplied.
        """
        found: list[Exchange] = []
        of: dict[int, str] = {}
        for index in terms:
            exchange = self._exchange(index, number + len(found), scale)
            if exchange is not None:
                of[exchange.number] = self.model.terms[index].line.output
                found.append(exchange)
        return found, of

    def _exchange(self, index: int, number: int, scale: float) -> Exchange | None:
        term = self.model.terms[index]
        line = term.line
        if not self._counts(term):
            return None
        amount = float(self.evaluation.taken[index]) * scale
        common = Exchange(
            number,
            "",
            is_input=True,
            amount=exact(abs(amount)),
            avoided=amount < 0,
            uncertainty=uncertainty(term.scatter, abs(amount)),
            formula=self._formula(term, amount),
            location=self.suppliers.place(line.geography),
            pedigree=f"({';'.join(map(str, line.pedigree))})" if line.pedigree else "",
            comment=_comment(term),
            details=_details(term),
        )
        if term.intensity is not None and term.intensity.origin == "gas":
            return self._emitted(term, common, amount)
        flow, provider = self._taken(term)
        _, unit = self.suppliers.measured.of(target_unit(self.model, term))
        return replace(common, flow=flow, unit=unit, provider=provider)

    def _counts(self, term: Term) -> bool:
        """Whether a line is an exchange; what is not is told."""
        line = term.line
        if line.amount is None:
            why = Message("It has no amount, so it is left out.")
            self.report.add("line-without-amount", Act.DROPPED, term.place, why, line=line.id)
        elif term.role is not Role.COUNTED and term.role not in _OPEN:
            why = Message("Its role is “{role}”: it does not count and is left out.",
                          role=term.role.label)  # fmt: skip
            self.report.add("line-left", Act.DROPPED, term.place, why, line=line.id)
        else:
            self._tell(term)
            return True
        return False

    def _tell(self, term: Term) -> None:
        if term.line.meter in self.model.meters:
            self.report.add(
                "meter-spread",
                Act.DROPPED,
                term.place,
                Message("The spread of its meter, which other lines share, is left out."),
            )
        if term.other is not None:
            self.report.add(
                "other-intensity",
                Act.DROPPED,
                term.place,
                Message("Only the power factor that counts is written, not the other one."),
            )

    def _emitted(self, term: Term, common: Exchange, amount: float) -> Exchange:
        """A gas that is emitted here."""
        assert term.intensity is not None  # noqa: S101 - gases have one
        (part,) = term.intensity.parts
        found = self.suppliers.emitted(common.number, part, amount, term.place)
        return replace(
            common,
            flow=found.flow,
            is_input=found.is_input,
            amount=found.amount,
            unit=found.unit,
            avoided=False,
        )

    def _taken(self, term: Term) -> tuple[str, str]:
        """The flow that a line takes, and who supplies it."""
        if term.provider >= 0:
            return self.products[term.provider], self.makers[term.provider]
        if term.intensity is not None and term.role is Role.COUNTED:
            return self.suppliers.of(term.intensity, term.place)
        line = term.line
        why = {
            Role.CUT_OFF: Message("It is cut off: an input without supplier."),
            Role.MISSING: Message("It is missing in the study: an input without supplier."),
        }.get(line.role, Message("It has no factor: an input without supplier."))
        self.report.add("line-cut-off", Act.UNLINKED, term.place, why, line=line.id)
        names = two(line.name_zh, line.name_en, line.id)
        key = self.suppliers.key("lines", line.id)
        return self.suppliers.product(key, names, target_unit(self.model, term)), ""

    def _formula(self, term: Term, amount: float) -> str:
        factors: tuple[Amount | None, ...] = (term.line.amount, term.line.distance)
        if term.line.distance is not None and term.line.distance.number is not None:
            factors = (term.line.amount,)
        elif term.line.amount is not None and term.line.amount.number is not None:
            factors = (term.line.distance,)
        return self.formulas.of(abs(amount), *factors)


def _comment(term: Term) -> Texts:
    """Its names, and what else a reader should know, which has no stated language."""
    line = term.line
    found = dict(two(line.name_zh, line.name_en))
    more = "; ".join(filter(None, (line.source, line.note, line.reason)))
    return {**found, **({"und": more} if more else {})}


def _details(term: Term) -> dict[str, str]:
    line = term.line
    stated = {
        "line": line.id,
        "stage": term.stage,
        "dataKind": line.data_kind.value,
        "evidence": line.evidence,
        "meter": line.meter,
        "supply": line.supply.value if line.supply else "",
        "flags": " ".join(flag.value for flag in line.flags),
        "geography": line.geography,
    }
    return {name: text for name, text in stated.items() if text}
