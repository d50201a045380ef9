"""A study as a process database.

Each process of the study is a unit process with its outputs, their shares declared; lines outside
all processes form the process of the declared unit. What a line takes from a factor or from a
supplier's footprint comes from a system process that gives off its gases by kind; gases that the
study emits itself are elementary exchanges. Co-products that displace others (system expansion) are
avoided products; who takes one inside the study takes what it displaces instead.

Ids are UUIDs of version 5 of the study's content and the row's id, those of library factors of the
factor and its version: equal studies give equal packages.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Exchange,
    Package,
    Process,
    ProcessKind,
    Texts,
    no_texts,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.documents.canonical import content_hash
from tanyuan.factors.factor import Factor
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.evaluate import evaluate
from tanyuan.footprint.method import Allocation, Method
from tanyuan.footprint.model import Credit, Model, build
from tanyuan.footprint.study import Process as StudyProcess
from tanyuan.footprint.study import Study
from tanyuan.formats.study_package.formulas import Formulas
from tanyuan.formats.study_package.lines import Lines
from tanyuan.formats.study_package.scatters import exact
from tanyuan.formats.study_package.suppliers import Suppliers, both, two
from tanyuan.languages import Message
from tanyuan.problems import Place
from tanyuan.units import conversion

FORMAT = "openlca"
"""Whose syntax the formulas have."""

_KINDS = {Allocation.ECONOMIC: AllocationKind.ECONOMIC}
_ONE = Decimal(1)


def study_package(
    study: Study,
    report: Report,
    *,
    method: Method | None = None,
    scenario: str = "",
    library: Mapping[str, Factor] | None = None,
) -> Package:
    """The model of a study as a process database.

    Args:
        study: the document.
        report: takes what is not in the package as it stands in the study.
        method: instead of the study's own.
        scenario: one of the study's parameter sets; "" for the base case.
        library: factors by id instead of the starter library and the backgrounds on this machine.

    Raises:
        InputError: with every problem of the study that calculating it finds.
    """
    factors = Offer(starter_release().factors, Library()) if library is None else library
    return _Making(build(study, factors, method or study.method, scenario), scenario, report).run()


DECLARED = "declared-unit"
"""The tag of the process whose product is the declared unit."""


class _Making:
    """One study while its package is made."""

    def __init__(self, model: Model, scenario: str, report: Report) -> None:
        self.model, self.study, self.report = model, model.study, report
        self.evaluation = evaluate(model)
        start, end = self.study.period_start, self.study.period_end
        self.start = start.isoformat() if start else ""
        self.end = end.isoformat() if end else ""
        content = {
            "study": self.study.model_dump(mode="json", exclude_defaults=True),
            "method": model.method.model_dump(mode="json"),
            "scenario": scenario,
        }
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, f"tanyuan:study\n{content_hash(content)}")
        values = {key: float(value) for key, value in self.evaluation.values.items()}
        names = {row.id: two(row.name_zh, row.name_en) for row in self.study.parameters}
        self.formulas = Formulas(model, values, self.space, names)
        self.suppliers = Suppliers(model, self.evaluation, self.space, self.formulas, report)
        self.credits = {self.study.outputs[one.output].id: one for one in model.credits}
        self.products = [
            self.suppliers.product(
                self.suppliers.key("outputs", row.id),
                two(row.name_zh, row.name_en, row.id),
                row.unit,
            )
            for row in self.study.outputs
        ]
        self.makers = [
            self.suppliers.key("expansion", row.id)
            if row.id in self.credits
            else self.suppliers.key("processes", row.process)
            for row in self.study.outputs
        ]
        self.lines = Lines(
            model, self.evaluation, self.suppliers, self.formulas, self.products, self.makers
        )

    def run(self) -> Package:
        found = [self.process(number, row) for number, row in enumerate(self.study.processes, 1)]
        found += [self.expansion(credit) for credit in self.credits.values()]
        found.append(self.declared())
        suppliers = self.suppliers
        self.tell()
        processes = {**suppliers.processes, **{each.id: each for each in found}}
        measured = suppliers.measured
        return Package(
            format=FORMAT,
            names=two(self.study.name_zh, self.study.name_en, self.study.id),
            unit_groups=measured.groups,
            properties=measured.properties,
            flows=suppliers.flows,
            processes=processes,
            locations=suppliers.locations,
            references=suppliers.references,
            parameters=self.formulas.parameters,
            notice="\n\n".join(suppliers.notices),
        )

    def process(self, number: int, row: StudyProcess) -> Process:
        """A unit process with its outputs; those that displace others are avoided products."""
        members = [
            place
            for place, output in enumerate(self.study.outputs)
            if output.process == row.id and output.id not in self.credits
        ]
        exchanges = [self.made(n, place) for n, place in enumerate(members, 1)]
        for credit in self.credits.values():
            if self.study.outputs[credit.output].process == row.id:
                exchanges.append(self.avoided(len(exchanges) + 1, credit))
        terms = [
            index
            for index, term in enumerate(self.model.terms)
            if term.process == row.id and term.line.output not in self.credits
        ]
        taken, of = self.lines.exchanges(terms, len(exchanges) + 1)
        kind, shares = self.shares(members, {each.number: of[each.number] for each in taken})
        return Process(
            id=self.suppliers.key("processes", row.id),
            names=two(row.name_zh, row.name_en, row.id),
            category=(self.study.id,),
            description={"und": row.reason} if row.reason else no_texts(),
            kind=ProcessKind.UNIT,
            exchanges=(*exchanges, *taken),
            reference=1,
            valid_from=self.start,
            valid_until=self.end,
            default_allocation=kind,
            allocation=shares,
            tags=self.tags(),
        )

    def made(self, number: int, place: int) -> Exchange:
        """An output of a process."""
        output = self.study.outputs[place]
        amount = float(self.evaluation.made[place])
        _, unit = self.suppliers.measured.of(output.unit)
        formula = self.formulas.of(amount, output.amount)
        return Exchange(number, self.products[place], False, exact(amount), unit, formula=formula)

    def avoided(self, number: int, credit: Credit) -> Exchange:
        """What a co-product displaces."""
        output, intensity = self.study.outputs[credit.output], credit.intensity
        where = Place(sheet="outputs", row=credit.output + 1, field="replaces")
        flow, provider = self.suppliers.of(intensity, where)
        each = float(conversion(output.unit, intensity.unit))
        amount = float(self.evaluation.made[credit.output]) * each
        _, unit = self.suppliers.measured.of(intensity.unit)
        comment = two(output.name_zh, output.name_en, output.id)
        self.report.add(
            "system-expansion",
            Act.CONVERTED,
            where,
            Message(
                "The co-product is written as an avoided product of what it displaces; who takes "
                "it inside the study takes that instead."
            ),
        )
        return Exchange(
            number, flow, True, exact(amount), unit,
            provider=provider, avoided=True, comment=comment,
        )  # fmt: skip

    def expansion(self, credit: Credit) -> Process:
        """Who takes a co-product that displaces another takes that other instead."""
        place, intensity = credit.output, credit.intensity
        output = self.study.outputs[place]
        flow, provider = self.suppliers.of(intensity, Place(sheet="outputs", row=place + 1))
        _, unit = self.suppliers.measured.of(output.unit)
        _, taken_in = self.suppliers.measured.of(intensity.unit)
        each = exact(float(conversion(output.unit, intensity.unit)))
        terms = [i for i, term in enumerate(self.model.terms) if term.line.output == output.id]
        own, _ = self.lines.exchanges(terms, 3, 1 / float(self.evaluation.made[place]))
        return Process(
            id=self.makers[place],
            names=two(output.name_zh, output.name_en, output.id),
            category=(self.study.id,),
            kind=ProcessKind.UNIT,
            exchanges=(
                Exchange(1, self.products[place], False, _ONE, unit),
                Exchange(2, flow, True, each, taken_in, provider=provider),
                *own,
            ),
            reference=1,
            valid_from=self.start,
            valid_until=self.end,
            tags=self.tags(),
        )

    def declared(self) -> Process:
        """The process of the declared unit: the lines outside all processes."""
        study, suppliers = self.study, self.suppliers
        names = two(study.name_zh, study.name_en, study.id)
        flow = suppliers.product(suppliers.key("declared"), names, study.unit)
        _, unit = suppliers.measured.of(study.unit)
        terms = [index for index, term in enumerate(self.model.terms) if not term.process]
        # Lines are per declared unit, whatever amount that is
        taken, _ = self.lines.exchanges(terms, 2)
        texts: dict[str, Texts] = {"intendedApplication": both(study.boundary.label.text)}
        for name, text in (
            ("completenessDescription", study.boundary_note),
            ("timeDescription", study.period_note),
            ("useAdvice", study.note),
        ):
            if text:
                texts[name] = {"und": text}
        place = suppliers.place(study.geography)
        if study.geography and not place:
            texts["geographyDescription"] = {"und": study.geography}
        return Process(
            id=suppliers.key("declared", "process"),
            names=names,
            category=(study.id,),
            description=two(study.description_zh, study.description_en),
            kind=ProcessKind.UNIT,
            exchanges=(
                Exchange(1, flow, False, study.amount, unit),
                *taken,
            ),
            reference=1,
            location=place,
            documentation=texts,
            sources=tuple(key for text in study.sources for key in suppliers.source(text)),
            valid_from=self.start,
            valid_until=self.end,
            tags=(DECLARED, *self.tags()),
        )

    def shares(
        self, members: list[int], outputs: Mapping[int, str]
    ) -> tuple[AllocationKind | None, tuple[AllocationShare, ...]]:
        """How several outputs share the process, and the exchanges that are for one of them."""
        if len(members) < 2:
            return None, ()
        found = [float(self.evaluation.shares[place]) for place in members]
        divided = any(share != share for share in found)  # noqa: PLR0124 - not a number
        if divided:
            found = [1.0, *[0.0] * (len(members) - 1)]
        allocation = self.model.allocations[members[0]]
        kind = _KINDS.get(allocation, AllocationKind.PHYSICAL) if allocation else None
        causal = divided or any(outputs.values())
        if causal or kind is None:
            kind = AllocationKind.CAUSAL
        pairs = list(zip(members, found, strict=True))
        whole = [AllocationShare(kind, self.products[p], exact(share)) for p, share in pairs]
        if not causal:
            return kind, tuple(whole)
        single = [
            AllocationShare(
                kind,
                self.products[place],
                exact(share if not output else float(self.study.outputs[place].id == output)),
                number,
            )
            for number, output in outputs.items()
            for place, share in pairs
        ]
        return kind, (*whole, *single)

    def tags(self) -> tuple[str, ...]:
        return ("synthetic",) if self.study.synthetic else ()

    def tell(self) -> None:
        """Report what the package has no place for."""
        for table in ("scenarios", "meters", "published"):
            if count := len(getattr(self.study, table)):
                self.report.add(
                    "table-left",
                    Act.DROPPED,
                    Place(sheet=table),
                    Message("Process databases have no place for this table."),
                    count=str(count),
                )
        if any(row.unit.dimension for row in self.study.parameters):
            self.report.add(
                "parameter-units",
                Act.CONVERTED,
                Place(sheet="parameters"),
                Message("Parameters are written in base units (kg, m, s …), as formulas use them."),
            )
        for formula in self.formulas.left:
            self.report.add(
                "formula-left",
                Act.DROPPED,
                Place(sheet="lines", field="amount"),
                Message(
                    "The formula {formula} cannot be written; the amount that it gives is.",
                    formula=formula,
                ),
            )
        for unit in self.suppliers.measured.own:
            self.report.add(
                "unit-alone",
                Act.KEPT,
                Place(field=unit),
                Message("Other programs do not know the unit {unit}; it converts to no other.",
                        unit=unit),
            )  # fmt: skip
