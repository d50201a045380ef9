"""What lines take, as system processes: each gives off what one unit of a factor emits."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Exchange,
    Flow,
    FlowKind,
    Location,
    Process,
    ProcessKind,
    Reference,
    ReferenceKind,
    Texts,
    no_texts,
)
from tanyuan.backgrounds.report import Act, Report
from tanyuan.backgrounds.substances import substance
from tanyuan.factors.factor import Factor
from tanyuan.factors.starter import sources
from tanyuan.footprint.evaluate import Evaluation, part_value
from tanyuan.footprint.model import Model
from tanyuan.footprint.resolve import Intensity, Part
from tanyuan.footprint.study import StudyFactor, Supplier
from tanyuan.formats.study_package.formulas import Formulas
from tanyuan.formats.study_package.measures import Measured
from tanyuan.formats.study_package.scatters import exact, uncertainty
from tanyuan.gases import CO2E
from tanyuan.languages import Message, translate
from tanyuan.problems import Place
from tanyuan.quality.distributions import Sampled, Scatter
from tanyuan.units import Unit

_LIBRARY = uuid.uuid5(uuid.NAMESPACE_URL, "tanyuan:factor")
_CODE = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,3})?")


def two(chinese: str, english: str, otherwise: str = "") -> Texts:
    """A text in the languages in which it is given; what names it otherwise is of none."""
    found = {code: text for code, text in (("zh", chinese), ("en", english)) if text}
    return found or ({"und": otherwise} if otherwise else no_texts())


def both(text: str) -> Texts:
    """A text of ours in both languages."""
    return {"zh": translate(text, "zh"), "en": text}


class Suppliers:
    """The flows, suppliers, places and sources that a study's package holds."""

    def __init__(
        self,
        model: Model,
        evaluation: Evaluation,
        space: uuid.UUID,
        formulas: Formulas,
        report: Report,
    ) -> None:
        self.model, self.evaluation, self.space = model, evaluation, space
        self.formulas, self.report = formulas, report
        self.measured = Measured()
        self.flows: dict[str, Flow] = {}
        self.processes: dict[str, Process] = {}
        self.locations: dict[str, Location] = {}
        self.references: dict[str, Reference] = {}
        self.notices: dict[str, None] = {}
        self._known: dict[str, tuple[str, str]] = {}
        self._rows: dict[str, StudyFactor | Supplier] = {}
        for factor in model.study.factors:
            self._rows.setdefault(factor.id, factor)
        for supplier in model.study.suppliers:
            self._rows.setdefault(supplier.id, supplier)

    def key(self, *parts: str) -> str:
        """An id of this study's own."""
        return str(uuid.uuid5(self.space, "\n".join(parts)))

    def product(self, key: str, names: Texts, unit: Unit, description: Texts = no_texts()) -> str:  # noqa: B008
        """A product flow, measured in a unit."""
        prop, _ = self.measured.of(unit)
        self.flows[key] = Flow(
            id=key,
            names=names,
            description=description,
            kind=FlowKind.PRODUCT,
            reference=prop,
            properties={prop: Decimal(1)},
        )
        return key

    def place(self, text: str) -> str:
        """The id of a place that has a code, else nothing."""
        if not _CODE.fullmatch(text):
            return ""
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"tanyuan:place\n{text}"))
        self.locations[key] = Location(id=key, names={"und": text}, code=text)
        return key

    def source(self, text: str, locator: str = "") -> tuple[str, ...]:
        """Ids of the source that a text names, or none."""
        if not text:
            return ()
        known = sources().get(text)
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"tanyuan:source\n{text}\n{locator}"))
        details = {"textReference": "; ".join(filter(None, (str(known or text), locator)))}
        if known and known.url:
            details["url"] = known.url
        if known and known.year:
            details["year"] = str(known.year)
        self.references[key] = Reference(
            id=key,
            names={"und": known.title if known else text},
            kind=ReferenceKind.SOURCE,
            description={"und": known.attribution} if known and known.attribution else no_texts(),
            details=details,
        )
        return (key,)

    def of(self, intensity: Intensity, place: Place) -> tuple[str, str]:
        """The flow of an intensity and the process that supplies it; none where it must not."""
        if intensity.id not in self._known:
            self._known[intensity.id] = self._supplied(intensity, place)
        return self._known[intensity.id]

    def _supplied(self, intensity: Intensity, place: Place) -> tuple[str, str]:
        factor = intensity.factor
        own = factor is None or factor.id != intensity.id
        space = self.space if own else _LIBRARY
        name = f"factors\n{intensity.id}" if own or not factor else f"{factor.id}\n{factor.version}"
        flow, process = (str(uuid.uuid5(space, f"{what}\n{name}")) for what in ("flow", "process"))
        names = two(intensity.name_zh, intensity.name_en, intensity.id)
        origin = factor.background if factor else None
        if origin is not None and not origin.shareable:
            said = {"und": f"{origin.database} ({origin.hash}): {origin.product}"}
            self.product(flow, names, intensity.unit, said)
            self.report.add(
                "figures-closed",
                Act.UNLINKED,
                place,
                Message(
                    "The licence of {database} does not let its figures be passed on; the product "
                    "is an input without supplier, a named cut-off.",
                    database=origin.database,
                ),
                Message(
                    "If the licence permits it, state so: tanyuan background permit {database} "
                    "--figures-shareable",
                    database=origin.database,
                ),
            )
            return flow, ""
        if origin is not None and origin.notice:
            self.notices[origin.notice] = None
        if origin is not None and origin.missing:
            self.report.add(
                "rests-on-cut-offs",
                Act.KEPT,
                place,
                Message(
                    "{missing} of {inputs} inputs in the supply chain of {name} have no supplier; "
                    "its figures are incomplete.",
                    missing=origin.missing,
                    inputs=origin.inputs,
                    name=intensity.name,
                ),
            )
        self.product(flow, names, intensity.unit)
        self.processes[process] = self._process(process, flow, names, intensity, place)
        return flow, process

    def _process(
        self, key: str, flow: str, names: Texts, intensity: Intensity, place: Place
    ) -> Process:
        _, unit = self.measured.of(intensity.unit)
        made = Exchange(1, flow, is_input=False, amount=Decimal(1), unit=unit)
        emitted = self._emissions(intensity, place)
        process = Process(
            id=key,
            names=names,
            category=(intensity.origin,),
            kind=ProcessKind.RESULT,
            exchanges=(made, *emitted),
            reference=1,
        )
        if intensity.factor is not None:
            return self._told(process, intensity.factor)
        row = self._rows.get(intensity.id)
        if row is None:  # a gas that a co-product displaces
            return process
        geography = row.geography if isinstance(row, StudyFactor) else ""
        year = row.year if isinstance(row, StudyFactor) else None
        return self._dated(process, geography, year, row.source, row.note)

    def _told(self, process: Process, factor: Factor) -> Process:
        """A process with what a library says of its factor."""
        texts: dict[str, Texts] = {"useAdvice": both(str(factor.standing.label.text))}
        if factor.boundary:
            texts["completenessDescription"] = {"und": factor.boundary}
        known = sources().get(factor.source)
        terms = factor.background.licence if factor.background else ""
        terms = terms or (known.attribution if known else "")
        if terms:
            texts["restrictionsDescription"] = {"und": terms}
        found = self._dated(
            process, factor.geography, factor.year, factor.source, factor.notes, factor.locator
        )
        return replace(found, documentation={**found.documentation, **texts})

    def _dated(
        self,
        process: Process,
        geography: str,
        year: int | None,
        source: str,
        note: str,
        locator: str = "",
    ) -> Process:
        place = self.place(geography)
        stated = geography and not place
        return replace(
            process,
            location=place,
            description={"und": note} if note else no_texts(),
            valid_from=f"{year}-01-01" if year else "",
            valid_until=f"{year}-12-31" if year else "",
            documentation={"geographyDescription": {"und": geography}} if stated else {},
            sources=self.source(source, locator),
        )

    def _emissions(self, intensity: Intensity, place: Place) -> Iterator[Exchange]:
        scatter = intensity.scatter if isinstance(intensity.scatter, Scatter) else None
        if scatter is not None and len(intensity.parts) > 1:
            self.report.add(
                "shared-spread",
                Act.CONVERTED,
                place,
                Message(
                    "All gases of {name} scatter as one here; other programs draw each by itself.",
                    name=intensity.name,
                ),
            )
        if isinstance(intensity.scatter, Sampled):
            self.report.add(
                "sampled-spread",
                Act.DROPPED,
                place,
                Message(
                    "{name} scatters by the stored samples of its database; they are not exported.",
                    name=intensity.name,
                ),
            )
        for number, part in enumerate(intensity.parts, 2):
            value = float(part_value(self.model, intensity, part, self.evaluation.values))
            yield replace(
                self.emitted(number, part, value, place),
                uncertainty=uncertainty(scatter, value),
                formula=self.formulas.of(value, part.value),
                details={"stage": part.stage} if part.stage else no_texts(),
            )

    def emitted(self, number: int, part: Part, amount: float, place: Place) -> Exchange:
        """An exchange with the air of so many kg of a gas (or of a sum in kg CO2e)."""
        flow = substance(part.gas, part.kind, part.gwp_set if part.gas == CO2E else "")
        if flow.id not in self.flows and part.gas == CO2E:
            self.report.add(
                "sum-in-co2e",
                Act.CONVERTED,
                place,
                Message(
                    "It is known as a sum in kg CO2e alone, not by gas. It is written as the flow "
                    "“{flow}”, for which other programs have no characterisation factor; its GWP "
                    "set stands in the description of the flow.",
                    flow=flow.name,
                ),
                Message("Give the flow the factor 1 in the method of the other program."),
                flow=flow.id,
            )
        self.flows[flow.id] = flow
        _, unit = self.measured.of(_KG)
        return Exchange(number, flow.id, part.kind.is_removal, exact(amount), unit)


_KG = Unit("kg", "mass")
