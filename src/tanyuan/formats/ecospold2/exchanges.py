"""Exchanges of ecoSpold 2, with the properties and variables of each."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Mapping
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Exchange,
    Flow,
    FlowKind,
    Parameter,
    ReferenceKind,
    Texts,
    said,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.catalogue import Catalogue, Measure, derived
from tanyuan.formats.ecospold.documents import either, stated
from tanyuan.formats.ecospold2.texts import paragraphs, words
from tanyuan.formats.ecospold2.uncertainty import read_uncertainty
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_REFERENCE, _TREATMENT, _STOCK = "0", "3", "5"
_PRODUCTS_IN, _PRODUCTS_OUT = frozenset("1235"), frozenset("0235")
_ELEMENTARY = "4"
_CLASS = "By-product classification"
_WASTE = "Waste"
_MASS = "93a60a56-a3c8-11da-a746-0800200b9a66"
_NET_CALORIFIC = "93a60a56-a3c8-11da-a746-0800200c9a66"
# Properties that measure a product, by name; others (water content …) are shares of it.
_MEASURING = {"wet mass": _MASS, "heating value, net": _NET_CALORIFIC}
_PRICE = "price"
_KEPT = ("sourceYear", "pageNumbers")


class Exchanges:
    """The exchanges of a data set.

    Args:
        root: the data set.
        catalogue: takes flows, units, properties.
        evaluated: whether the formulas give the amounts; those of a system model do not.

    Attributes:
        found: in the order of the data set.
        reference: number of the reference product.
        product: id of its flow.
        wastes: ids of flows that are classified as wastes or given off for treatment.
        keys: by number of an output and id of a property, how much it has of it.
        allocation: by number of an output, id of the property by which it is to be allocated.
        variables: of exchanges and their properties, for formulas.
        sources: ids of sources.
    """

    def __init__(self, root: Node, catalogue: Catalogue, *, evaluated: bool) -> None:
        self.catalogue, self.evaluated = catalogue, evaluated
        self.found: list[Exchange] = []
        self.reference: int | None = None
        self.product = ""
        self.wastes: set[str] = set()
        self.keys: dict[int, dict[str, tuple[Decimal, str]]] = {}
        self.allocation: dict[int, str] = {}
        self.variables: list[Parameter] = []
        self.sources: list[str] = []
        data = root.node("flowData")
        before = len(root.notes.problems.found)
        self._row = 0
        for node in data.nodes("intermediateExchange", rows=True):
            root.notes.stop_if_many()
            self._row += 1
            self._intermediate(node)
        for node in data.nodes("elementaryExchange", rows=True):
            root.notes.stop_if_many()
            self._row += 1
            self._elementary(node)
        if self.reference is None and len(root.notes.problems.found) == before:
            root.notes.wrong(
                "reference-product",
                Message("The data set has no reference product with an amount."),
                "flowData/intermediateExchange/outputGroup",
                mend=Message(
                    "Mark the product with the output group 0, or export the data set with what "
                    "it inherits."
                ),
            )

    def _intermediate(self, node: Node) -> None:
        taken, given = either(node, "inputGroup"), either(node, "outputGroup")
        if not (given in _PRODUCTS_OUT if not taken else taken in _PRODUCTS_IN and not given):
            self._wrong_group(node, taken)
            return
        flow = self._flow_id(node, "intermediateExchangeId")
        amount, measure = self._amount(node), self._measure(node)
        is_reference = given == _REFERENCE and self.reference is None and bool(amount)
        if is_reference:
            self.reference, self.product = self._row, flow
        classes = self._classes(node)
        if given == _STOCK:
            self._drop_stock(node)
            return
        if given == _TREATMENT or classes.get(_CLASS) == _WASTE:
            self.wastes.add(flow)
        properties: dict[str, Decimal] = {}
        details: dict[str, str] = {}
        if given:
            properties, details = self._properties(node, measure)
        else:
            self._skip_properties(node)
        volume = stated(
            node,
            (
                *("productionVolumeAmount", "productionVolumeMathematicalRelation"),
                *("treatmentStandardsRoutes", "mixAndLocationTypes"),
            ),
        )
        self._volume_variable(node, volume)
        self.catalogue.flow(
            Flow(
                id=flow,
                names=self._names(node),
                category=tuple(value for key, value in classes.items() if key == "CPC")[:1],
                kind=FlowKind.PRODUCT,
                reference=measure.property,
                properties={measure.property: Decimal(1), **properties},
                cas=node.text("@casNumber"),
                synonyms=words(node, "synonym"),
            ),
            node.notes,
            self._row,
            defining=bool(given),
        )
        if specific := node.text("@specificAllocationPropertyId"):
            self.allocation[self._row] = specific.lower()
        other = {key: value for key, value in classes.items() if key not in {_CLASS, "CPC"}}
        if given and classes.get(_CLASS):
            details["by-product classification"] = classes[_CLASS]
        details |= volume | ({f"classification {k}": v for k, v in other.items()} if given else {})
        self._add(node, flow, bool(taken), amount, measure, details)

    def _elementary(self, node: Node) -> None:
        taken, given = either(node, "inputGroup"), either(node, "outputGroup")
        if {taken, given} != {"", _ELEMENTARY}:
            self._wrong_group(node, taken)
            return
        flow = self._flow_id(node, "elementaryExchangeId")
        amount, measure = self._amount(node), self._measure(node)
        where = node.node("compartment")
        names = where.texts("compartment"), where.texts("subcompartment")
        self._skip_properties(node)
        self.catalogue.flow(
            Flow(
                id=flow,
                names=self._names(node),
                category=tuple(filter(None, (said(each, "en") for each in names))),
                kind=FlowKind.ELEMENTARY,
                reference=measure.property,
                properties={measure.property: Decimal(1)},
                cas=node.text("@casNumber"),
                formula=node.text("@formula"),
                synonyms=words(node, "synonym"),
            ),
            node.notes,
            self._row,
        )
        self._add(node, flow, bool(taken), amount, measure, {})

    def _add(
        self,
        node: Node,
        flow: str,
        is_input: bool,
        amount: Decimal,
        measure: Measure,
        details: dict[str, str],
    ) -> None:
        scatter = read_uncertainty(node, amount)
        relation, variable = node.text("@mathematicalRelation"), node.text("@variableName")
        node.text("@isCalculatedAmount")
        if node.text("@id"):
            self.catalogue.count("exchange-ids")
        if relation and not self.evaluated:
            details["mathematicalRelation"] = relation
            self.catalogue.count("formula-allocated")
        if variable:
            formula = relation if self.evaluated else ""
            self.variables.append(Parameter(variable, amount, formula))
        if source := self._source(node):
            self.sources.append(source)
            details["sourceId"] = source
        self.found.append(
            Exchange(
                number=self._row,
                flow=flow,
                is_input=is_input,
                amount=amount,
                unit=measure.unit,
                provider=sys.intern(node.text("@activityLinkId").lower()),
                uncertainty=scatter.scatter,
                formula=relation if self.evaluated else "",
                pedigree=sys.intern(scatter.pedigree),
                base_uncertainty=scatter.base,
                comment=paragraphs(node, "comment"),
                details=self.catalogue.shared(details | stated(node, _KEPT)),
            )
        )

    def _wrong_group(self, node: Node, taken: str) -> None:
        node.wrong(
            "inputGroup" if taken else "outputGroup",
            "field-type",
            Message("This is no group of inputs or outputs."),
        )

    def _drop_stock(self, node: Node) -> None:
        for name in ("name", "unitName", "property", "uncertainty", "comment", "synonym"):
            node.forget(name)
        node.notes.tell(
            "stock-addition",
            Act.DROPPED,
            "intermediateExchange/outputGroup",
            Message("What is added to a stock is neither sold nor treated; it is left out."),
        )

    def _flow_id(self, node: Node, name: str) -> str:
        text = node.text(f"@{name}")
        if not text and node.has("@id"):
            text = node.text("@id")
            node.notes.tell(
                "flow-id-missing",
                Act.DEFAULTED,
                f"exchange/{name}",
                Message("The id of what is exchanged is missing; that of the exchange is taken."),
                Message("Export the data set with the ids of its master data."),
            )
        try:
            return sys.intern(str(uuid.UUID(text)))
        except ValueError:
            if text:
                node.wrong(f"@{name}", "field-type", Message("The value is no UUID."))
            else:
                node.missing(f"@{name}")
            return ""

    def _amount(self, node: Node) -> Decimal:
        if not node.has("@amount"):
            node.missing("@amount")
        return node.number("@amount") or Decimal(0)

    def _names(self, node: Node) -> Texts:
        if not node.has("name"):
            node.missing("name")
        return node.texts("name")

    def _measure(self, node: Node) -> Measure:
        unit = said(node.texts("unitName"), "en")
        if not unit:
            node.missing("unitName")
        return self.catalogue.measure(unit)

    def _classes(self, node: Node) -> dict[str, str]:
        found = {}
        for each in node.nodes("classification"):
            system = said(each.texts("classificationSystem"), "en")
            found[system] = said(each.texts("classificationValue"), "en")
        return found

    def _source(self, node: Node) -> str:
        key = node.text("@sourceId").lower()
        author = node.text("@sourceFirstAuthor")
        if not key and not author:
            return ""
        return self.catalogue.reference(
            key or derived("source", author),
            ReferenceKind.SOURCE,
            {"und": author} if author else {},
            {},
        )

    def _volume_variable(self, node: Node, volume: Mapping[str, str]) -> None:
        name = node.text("@productionVolumeVariableName")
        if name and "productionVolumeAmount" in volume:
            value = Node({"@volume": volume["productionVolumeAmount"]}, node.notes)
            relation = volume.get("productionVolumeMathematicalRelation", "")
            formula = relation if self.evaluated else ""
            self.variables.append(Parameter(name, value.number("@volume"), formula))
        self.catalogue.leave(
            node,
            *("productionVolumeComment", "productionVolumeUncertainty"),
            *("@productionVolumeSourceYear", "@productionVolumeSourceFirstAuthor"),
        )

    def _skip_properties(self, node: Node) -> None:
        """Take of the properties of what a process takes only those that formulas use."""
        properties = node.nodes("property")
        for each in properties:
            if each.has("@variableName"):
                self._property_variable(each, each.number("@amount"))
        node.forget("property")
        self.catalogue.count("input-properties", len(properties))

    def _properties(
        self, node: Node, measure: Measure
    ) -> tuple[dict[str, Decimal], dict[str, str]]:
        """Properties that measure an output, and all of them as they are written."""
        measured: dict[str, Decimal] = {}
        written: dict[str, str] = {}
        # Properties are stated for one of the unit, factors hold for one reference unit.
        scale = self.catalogue.factor(measure)
        for each in node.nodes("property"):
            names, unit = each.texts("name"), said(each.texts("unitName"), "en")
            name, amount = said(names, "en"), each.number("@amount")
            key = each.text("@propertyId").lower() or derived("property", name)
            self._property_variable(each, amount)
            for field in ("@isDefiningValue", "@isCalculatedAmount", "@sourceYear"):
                each.text(field)
            self.catalogue.leave(each, "comment", "uncertainty", "@sourceId", "@sourceFirstAuthor")
            if amount is None:
                continue
            written[f"property {name}"] = f"{amount} {unit}".strip()
            self.keys.setdefault(self._row, {})[key] = self.catalogue.comparable(amount, unit)
            if amount > 0 and unit and (found := self._measuring(name, key, names, unit)):
                prop, of = found
                if prop != measure.property:
                    measured[prop] = amount * self.catalogue.factor(of) / scale
        return measured, written

    def _measuring(
        self, name: str, key: str, names: Texts, unit: str
    ) -> tuple[str, Measure] | None:
        """The flow property that a property is, if it measures a product."""
        if name == _PRICE:
            of = self.catalogue.measure(unit)
            self.catalogue.add_property(key, names, of, economic=True)
            return key, of
        if name not in _MEASURING:
            return None
        of = self.catalogue.measure(unit)
        prop = _MEASURING[name]
        if not self.catalogue.is_in_group_of(of, prop):
            return None
        return prop, of

    def _property_variable(self, node: Node, amount: Decimal | None) -> None:
        variable, relation = node.text("@variableName"), node.text("@mathematicalRelation")
        if variable:
            self.variables.append(Parameter(variable, amount, relation if self.evaluated else ""))
