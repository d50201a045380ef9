"""Write a package as openLCA JSON-LD, schema 2: equal packages give equal bytes.

The format has one language: the reader's, else one that the package has; other names of a flow
become synonyms. What else it cannot hold is reported.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tanyuan.backgrounds.package import (
    AllocationKind,
    AllocationShare,
    Entry,
    Exchange,
    Flow,
    Law,
    Package,
    Parameter,
    Process,
    ReferenceKind,
    Texts,
    Uncertainty,
    said,
)
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.openlca.encoding import Raw, encoded, stated
from tanyuan.formats.openlca.entities import FLOW_KINDS
from tanyuan.formats.openlca.processes import (
    ALLOCATIONS,
    LAWS,
    PROCESS_KINDS,
    QUALITY_SYSTEMS,
    REFERENCES,
    TEXTS,
)
from tanyuan.formats.openlca.reading import LICENCE, NOTICE
from tanyuan.formats.packages import Progress
from tanyuan.languages import Message
from tanyuan.problems import Place

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FLOW_TYPES = {kind: name for name, kind in FLOW_KINDS.items()}
_PROCESS_TYPES = {kind: name for name, kind in PROCESS_KINDS.items()}
_ALLOCATION_TYPES = {kind: name for name, kind in ALLOCATIONS.items() if kind}
_LAW_TYPES = {law: (name, fields) for name, (law, fields) in LAWS.items()}
_REFERENCE_TYPES = {ReferenceKind.SOURCE: "Source", ReferenceKind.ACTOR: "Actor"}
_QUALITY = (*QUALITY_SYSTEMS, "dqEntry")
_SAID_OF_PROCESS = {*REFERENCES, *_QUALITY, "creationDate", "isCopyrightProtected"}


def write(
    package: Package, path: Path, report: Report, progress: Progress, _choices: Profile
) -> None:
    """Write a package; what the format cannot hold is reported."""
    writing = _Writing(package, report)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        total = len(package.flows) + len(package.processes) or 1
        for done, (name, text) in enumerate(writing.files()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode())
            progress(min(1.0, done / total), Message("Writing {name}", name=name))


class _Writing:
    """One package while it is written."""

    def __init__(self, package: Package, report: Report) -> None:
        self.package, self.report = package, report
        self.units = {
            unit.id: unit for group in package.unit_groups.values() for unit in group.units
        }
        self._flows: dict[str, Raw] = {}
        self._units: dict[str, Raw] = {}
        self._properties: dict[str, Raw] = {}

    def files(self) -> Iterator[tuple[str, str]]:
        """Every file by name, in the order of names."""
        package = self.package
        yield from self.folder("actors", self.references(ReferenceKind.ACTOR))
        yield from self.folder("flow_properties", map(self.property, package.properties.values()))
        yield from self.folder("flows", map(self.flow, package.flows.values()))
        if package.licence:
            yield LICENCE, package.licence
        yield from self.folder("locations", map(self.location, package.locations.values()))
        if package.notice:
            yield NOTICE, package.notice
        yield "olca-schema.json", '{"version":2}'
        yield from self.folder("parameters", map(self.global_parameter, package.parameters))
        yield from self.folder("processes", map(self.process, package.processes.values()))
        yield from self.folder("sources", self.references(ReferenceKind.SOURCE))
        yield from self.folder("unit_groups", map(self.unit_group, package.unit_groups.values()))

    def folder(self, name: str, objects: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        files = [(f"{name}/{one['@id']}.json", encoded(one)) for one in objects]
        return iter(sorted(files)) if name != "processes" else iter(files)

    def entry(self, entry: Entry, kind: str) -> dict[str, Any]:
        """The fields that every object has."""
        if entry.category_codes:
            self.dropped(entry, "category_codes")
        category = [part.replace("/", "∕") for part in entry.category]
        if category != list(entry.category):
            self.report.add(
                "category-slash",
                Act.CONVERTED,
                Place(sheet=entry.name, field="category"),
                Message("A slash parts categories here; those inside of names became ∕."),
            )
        return {
            "at_id": entry.id,
            "at_type": kind,
            "name": self.text(entry, "name", entry.names, kept=isinstance(entry, Flow)),
            "description": self.text(entry, "description", entry.description),
            "category": "/".join(category),
            "version": entry.version,
            "lastChange": entry.last_change,
        }

    def text(self, entry: Entry, field: str, texts: Texts, *, kept: bool = False) -> str:
        """A text in the one language that the format has; `kept` where the others find a place."""
        if len(texts) > 1 and not kept:
            self.report.add(
                "other-language",
                Act.DROPPED,
                Place(sheet=entry.name, field=field),
                Message("The format has one language; the text in the others is left out."),
                languages=" ".join(sorted(texts)),
            )
        return said(texts)

    def dropped(self, entry: Entry, field: str, count: int = 1) -> None:
        self.report.add(
            "unknown-field",
            Act.DROPPED,
            Place(sheet=entry.name, field=field),
            Message("The format has no place for it."),
            count=str(count),
        )

    def references(self, kind: ReferenceKind) -> Iterator[dict[str, Any]]:
        for one in self.package.references.values():
            if one.kind is kind:
                details: dict[str, Any] = dict(one.details)
                if "year" in details and details["year"].lstrip("-").isdigit():
                    details["year"] = int(details["year"])
                yield stated(**self.entry(one, _REFERENCE_TYPES[kind]), **details)

    def property(self, one: Any) -> dict[str, Any]:
        kind = "ECONOMIC_QUANTITY" if one.economic else "PHYSICAL_QUANTITY"
        return stated(
            **self.entry(one, "FlowProperty"),
            flowPropertyType=kind,
            unitGroup=self.ref("UnitGroup", self.package.unit_groups, one.unit_group),
        )

    def unit_group(self, one: Any) -> dict[str, Any]:
        return stated(
            **self.entry(one, "UnitGroup"),
            defaultFlowProperty=self.ref(
                "FlowProperty", self.package.properties, one.default_property
            ),
            units=[
                stated(
                    at_type="Unit",
                    at_id=unit.id,
                    name=unit.name,
                    conversionFactor=unit.factor,
                    synonyms=list(unit.synonyms),
                    description=self.text(one, "units.description", unit.description),
                    isRefUnit=unit.id == one.reference,
                )
                for unit in one.units
            ],
        )

    def location(self, one: Any) -> dict[str, Any]:
        return stated(
            **self.entry(one, "Location"),
            code=one.code,
            latitude=one.latitude,
            longitude=one.longitude,
        )

    def flow(self, one: Flow) -> dict[str, Any]:
        if one.documentation:
            self.dropped(one, "documentation", len(one.documentation))
        others = [text for text in one.names.values() if text != said(one.names)]
        if any(";" in text for text in (*one.synonyms, *others)):
            self.report.add(
                "synonym-semicolon",
                Act.CONVERTED,
                Place(sheet=one.name, field="synonyms"),
                Message("A semicolon parts synonyms here; those inside of names became commas."),
            )
        synonyms = [text.replace(";", ",") for text in dict.fromkeys((*one.synonyms, *others))]
        return stated(
            **self.entry(one, "Flow"),
            flowType=_FLOW_TYPES[one.kind],
            cas=one.cas,
            formula=one.formula,
            synonyms="; ".join(synonyms),
            isInfrastructureFlow=one.infrastructure,
            location=self.ref("Location", self.package.locations, one.location),
            flowProperties=[
                stated(
                    at_type="FlowPropertyFactor",
                    flowProperty=self.ref("FlowProperty", self.package.properties, key),
                    conversionFactor=factor,
                    isRefFlowProperty=key == one.reference,
                )
                for key, factor in one.properties.items()
            ],
        )

    def ref(self, kind: str, entries: Mapping[str, Entry], key: str) -> dict[str, Any]:
        """A reference to another object, with its name where it is in the package."""
        if not key:
            return {}
        entry = entries.get(key)
        return stated(at_type=kind, at_id=key, name=said(entry.names) if entry else "")

    def flow_ref(self, key: str) -> Raw:
        """A reference to a flow, with the hints that readers rely on."""
        if key not in self._flows:
            flow = self.package.flows[key]
            prop = self.package.properties[flow.reference]
            group = self.package.unit_groups[prop.unit_group]
            fields = stated(
                **self.ref("Flow", self.package.flows, key),
                flowType=_FLOW_TYPES[flow.kind],
                category="/".join(part.replace("/", "∕") for part in flow.category),
                refUnit=self.units[group.reference].name,
            )
            self._flows[key] = Raw(encoded(dict(sorted(fields.items()))))
        return self._flows[key]

    def unit_ref(self, exchange: Exchange, prop: str) -> Raw:
        group = self.package.unit_groups[self.package.properties[prop].unit_group]
        key = exchange.unit or group.reference
        if key not in self._units:
            unit = stated(at_type="Unit", at_id=key, name=self.units[key].name)
            self._units[key] = Raw(encoded(unit))
        return self._units[key]

    def property_ref(self, key: str) -> Raw:
        if key not in self._properties:
            reference = self.ref("FlowProperty", self.package.properties, key)
            self._properties[key] = Raw(encoded(reference))
        return self._properties[key]

    def process(self, one: Process) -> dict[str, Any]:
        if one.results:
            self.dropped(one, "results", len(one.results))
        for name in one.details.keys() - _SAID_OF_PROCESS:
            self.dropped(one, name)
        details = sum(bool(exchange.details) for exchange in one.exchanges)
        if details:
            self.dropped(one, "exchanges.details", details)
        quality = {
            name: one.details[name]
            if name == "dqEntry"
            else stated(at_type="DQSystem", at_id=one.details[name])
            for name in _QUALITY
            if name in one.details
        }
        return stated(
            **self.entry(one, "Process"),
            **quality,
            tags=list(one.tags),
            processType=_PROCESS_TYPES[one.kind],
            isInfrastructureProcess=one.infrastructure,
            location=self.ref("Location", self.package.locations, one.location),
            defaultAllocationMethod=_allocation_type(one.default_allocation),
            processDocumentation=self.documentation(one),
            parameters=[self.parameter(one, each, "PROCESS_SCOPE") for each in one.parameters],
            exchanges=[self.exchange(one, each) for each in one.exchanges],
            allocationFactors=[self.share(each) for each in one.allocation],
            lastInternalId=max((each.number for each in one.exchanges), default=0),
        )

    def documentation(self, one: Process) -> dict[str, Any]:
        for name in one.documentation.keys() - set(TEXTS):
            self.dropped(one, name)
        texts = {
            name: self.text(one, name, one.documentation[name])
            for name in TEXTS
            if name in one.documentation
        }
        references = {
            name: self.ref(
                "Source" if name == "publication" else "Actor",
                self.package.references,
                one.details.get(name, ""),
            )
            for name in REFERENCES
        }
        found = stated(
            **texts,
            **references,
            validFrom=one.valid_from,
            validUntil=one.valid_until,
            creationDate=one.details.get("creationDate"),
            isCopyrightProtected=one.details.get("isCopyrightProtected") == "true",
            sources=[self.ref("Source", self.package.references, key) for key in one.sources],
            reviews=[
                stated(
                    at_type="Review",
                    reviewType=each.type,
                    details=self.text(one, "reviews.details", each.details),
                    reviewers=[
                        self.ref("Actor", self.package.references, key) for key in each.reviewers
                    ],
                    report=self.ref("Source", self.package.references, each.report),
                )
                for each in one.reviews
            ],
        )
        return {**found, "@type": "ProcessDocumentation"} if found else {}

    def exchange(self, one: Process, exchange: Exchange) -> dict[str, Any]:
        flow = self.package.flows[exchange.flow]
        prop = exchange.property or flow.reference
        return stated(
            at_type="Exchange",
            internalId=exchange.number,
            amount=exchange.amount,
            amountFormula=exchange.formula,
            flow=self.flow_ref(exchange.flow),
            unit=self.unit_ref(exchange, prop),
            flowProperty=self.property_ref(prop),
            isInput=exchange.is_input,
            isQuantitativeReference=exchange.number == one.reference,
            isAvoidedProduct=exchange.avoided,
            defaultProvider=self.ref("Process", self.package.processes, exchange.provider),
            location=self.ref("Location", self.package.locations, exchange.location),
            dqEntry=exchange.pedigree,
            baseUncertainty=exchange.base_uncertainty,
            description=self.text(one, "exchanges.description", exchange.comment),
            uncertainty=self.uncertainty(one, exchange.uncertainty),
        )

    def uncertainty(self, one: Entry | None, given: Uncertainty | None) -> dict[str, Any]:
        if given is None:
            return {}
        if given.law is Law.EMPIRICAL:
            if one:
                self.dropped(one, "uncertainty")
            return {}
        kind, names = _LAW_TYPES[given.law]
        values = dict(zip(names, given.parameters, strict=True))
        return stated(at_type="Uncertainty", distributionType=kind, **values)

    def parameter(self, one: Entry | None, given: Parameter, scope: str) -> dict[str, Any]:
        text = said(given.description)
        return stated(
            at_type="Parameter",
            at_id=given.id,
            name=given.name,
            value=given.value,
            formula=given.formula,
            isInputParameter=not given.formula,
            parameterScope=scope,
            description=text,
            uncertainty=self.uncertainty(one, given.uncertainty),
        )

    def global_parameter(self, given: Parameter) -> dict[str, Any]:
        found = self.parameter(None, given, "GLOBAL_SCOPE")
        return {"@id": str(uuid.uuid5(uuid.NAMESPACE_OID, given.name)), **found}

    def share(self, given: AllocationShare) -> dict[str, Any]:
        number = {} if given.exchange is None else {"internalId": given.exchange}
        return stated(
            at_type="AllocationFactor",
            allocationType=_ALLOCATION_TYPES[given.kind],
            product=self.ref("Flow", self.package.flows, given.product),
            value=given.share,
            formula=given.formula,
            exchange=number,
        )


def _allocation_type(kind: AllocationKind | None) -> str:
    return _ALLOCATION_TYPES[kind] if kind else ""
