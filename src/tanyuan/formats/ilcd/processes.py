"""Processes of ILCD, read from trees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Exchange,
    Parameter,
    Process,
    ProcessKind,
    Result,
    Review,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ilcd import fields
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.formats.ilcd.objects import Met, entry, full_names, texts_at
from tanyuan.formats.ilcd.results import impacts, indicator, is_declared
from tanyuan.formats.ilcd.scatter import read_scatter
from tanyuan.formats.ilcd.shares import Fraction, read_fractions, shares
from tanyuan.languages import Message

_SET = "processInformation/dataSetInformation"
_NO_REVIEWS = (Review(), Review("Not reviewed"))
# openLCA wraps each formula in a parameter of such a name.
_WRAPPED = "temp_olca_param"


def process(root: Node, met: Met) -> Process:
    """A process or an environmental product declaration."""
    information = root.node(_SET)
    names, parts = full_names(information.node("name"), fields.PROCESS_NAME_PARTS)
    texts = {
        key: found for key, path in fields.PROCESS_TEXTS.items() if (found := texts_at(root, path))
    }
    details = _details(root, met)
    kind = _kind(root, details)
    parameters = _parameters(root)
    flows = _Exchanges(root, met, parameters)
    approaches = root.node(fields.METHOD).words("LCIMethodApproaches")
    allocation, default = shares(root.notes, flows.exchanges, flows.fractions, approaches)
    if approaches and (default is None or approaches != (fields.APPROACH_OF[default],)):
        details["LCIMethodApproaches"] = fields.BETWEEN.join(approaches)
    reference_kind = root.node("processInformation/quantitativeReference").word("@type")
    if reference_kind not in {"", "Reference flow(s)"}:
        details["quantitativeReferenceType"] = reference_kind
    valid_from, valid_until = _period(root)
    place = root.node(fields.PLACE)
    return Process(
        **entry(root, information),
        names=names,
        description=information.texts("common:generalComment"),
        kind=kind,
        exchanges=flows.exchanges,
        reference=flows.reference,
        location=met.location(place.text("@location")),
        valid_from=valid_from,
        valid_until=valid_until,
        documentation=parts | texts,
        details=details,
        sources=_ids(
            root.node(fields.PROCESS_SOURCES.rpartition("/")[0]), fields.PROCESS_SOURCES, met
        ),
        reviews=tuple(
            review
            for node in root.node(fields.REVIEWS).nodes("review")
            if (review := _review(node, met)) not in _NO_REVIEWS
        ),
        parameters=tuple(each for each in parameters if each.name not in flows.wrapped),
        default_allocation=default,
        allocation=allocation,
        results=(*flows.results, *impacts(root)),
    )


def _details(root: Node, met: Met) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, path in fields.PROCESS_DETAILS.items():
        where, _, name = path.rpartition("/")
        if text := root.node(where).word(name):
            found[key] = text
    for key, (path, _type) in fields.PROCESS_REFERENCES.items():
        where, _, name = path.rpartition("/")
        if id_ := met.id_of(root.node(where).ref(name)):
            found[key] = id_
    if found.get("isCopyrightProtected") == "false":
        del found["isCopyrightProtected"]
    if found.get("permanentDataSetURI", "").startswith("urn:uuid:"):
        # It only repeats the id.
        del found["permanentDataSetURI"]
    return found


def _ids(node: Node, path: str, met: Met) -> tuple[str, ...]:
    """The ids in the references under the last name of a path."""
    return tuple(filter(None, map(met.id_of, node.refs(path.rpartition("/")[2]))))


def _kind(root: Node, details: dict[str, str]) -> ProcessKind:
    """Unit process or result; the type of data set stays in the details where it says more."""
    told = details.get("typeOfDataSet", "")
    if told in fields.PLAIN_KINDS:
        del details["typeOfDataSet"]
        return fields.PLAIN_KINDS[told]
    if told in fields.OTHER_KINDS:
        return fields.OTHER_KINDS[told]
    if told:
        root.wrong(
            f"{fields.METHOD}/typeOfDataSet",
            "field-type",
            Message("This is no type of process."),
        )
    else:
        root.notes.tell(
            "kind-missing",
            Act.DEFAULTED,
            f"{fields.METHOD}/typeOfDataSet",
            Message("The type of the process is missing; it is taken as a unit process."),
        )
    return ProcessKind.UNIT


def _period(root: Node) -> tuple[str, str]:
    """From when until when it holds: years, or the dates that openLCA adds."""
    time = root.node("processInformation/time")
    found = []
    for year, attribute in (
        ("common:referenceYear", "@olca:startDate"),
        ("common:dataSetValidUntil", "@olca:endDate"),
    ):
        stated, milliseconds = time.word(year), time.text(attribute)
        if milliseconds.lstrip("-").isdigit() and len(milliseconds) <= 15:
            date = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
            stated = date.date().isoformat()
        found.append(stated)
    for name in ("referenceYear", "dataSetValidUntil", "timeRepresentativenessDescription"):
        # TIDAS has them with and without prefix, as the edition of its schemas wants.
        time.forget(name)
    return found[0], found[1]


def _review(node: Node, met: Met) -> Review:
    return Review(
        type=node.word("@type"),
        details=node.texts("common:reviewDetails"),
        reviewers=_ids(node, "common:referenceToNameOfReviewerAndInstitution", met),
        report=met.id_of(node.ref("common:referenceToCompleteReviewReport")),
    )


def _parameters(root: Node) -> list[Parameter]:
    section = root.node("processInformation/mathematicalRelations")
    found = []
    for node in section.nodes("variableParameter"):
        name, formula = node.text("@name"), node.text("formula")
        value = node.number("meanValue")
        scatter = read_scatter(node, value or Decimal(0), "minimumValue", "maximumValue")
        if not name:
            node.missing("@name")
            continue
        found.append(
            Parameter(
                name=name,
                value=value,
                formula=formula,
                uncertainty=scatter,
                description=node.texts("comment"),
                id=node.text("@olca:uuid"),
            )
        )
    return found


class _Exchanges:
    """The exchanges of a process, the fractions allocated of them, and its indicators."""

    def __init__(self, root: Node, met: Met, parameters: list[Parameter]) -> None:
        self.met = met
        self.values = {each.name: each.value for each in parameters}
        self.results: list[Result] = []
        self.fractions: list[Fraction] = []
        self.wrapped: set[str] = set()
        nodes = root.node("exchanges").nodes("exchange", rows=True)
        given = [node.integer("@dataSetInternalID") for node in nodes]
        numbers, by_given = _numbers(given, root)
        self.reference = self._reference(root, by_given)
        found: list[Exchange] = []
        reminders = 0
        for node, number in zip(nodes, numbers, strict=True):
            root.notes.stop_if_many()
            if is_declared(node):
                self._declared(node)
            elif node.has("functionType") and number != self.reference:
                node.word("functionType")
                self._exchange(node, number)
                reminders += 1
            else:
                node.word("functionType")
                found.append(self._exchange(node, number))
                self.fractions += read_fractions(node, number, by_given)
        self.exchanges = tuple(found)
        if reminders:
            root.notes.tell(
                "reminder-flow",
                Act.DROPPED,
                "exchanges/exchange/functionType",
                Message("A reminder flow only informs; the format does not count it."),
                count=str(reminders),
            )

    def _reference(self, root: Node, by_given: Mapping[int, int]) -> int | None:
        wanted = root.node("processInformation/quantitativeReference")
        stated = [
            number
            for each in wanted.nodes("referenceToReferenceFlow")
            if (number := each.integer("#text")) is not None
        ]
        if len(stated) > 1:
            root.notes.tell(
                "several-references",
                Act.DROPPED,
                "processInformation/quantitativeReference/referenceToReferenceFlow",
                Message(
                    "Several exchanges are marked as the quantitative reference; the first is."
                ),
                Message("Mark one exchange only."),
            )
        if not stated:
            return None
        if stated[0] not in by_given:
            wanted.wrong(
                "referenceToReferenceFlow",
                "missing-reference",
                Message(
                    "The quantitative reference is an exchange that the process does not have."
                ),
            )
            return None
        return by_given[stated[0]]

    def _declared(self, node: Node) -> None:
        """An indicator of a declaration that counts a flow."""
        node.word("functionType")
        # The number and the amount without a module say nothing.
        node.number("meanAmount")
        node.number("resultingAmount")
        direction = node.word("exchangeDirection")
        ref = node.ref("referenceToFlowDataSet")
        if ref is None:
            node.missing("referenceToFlowDataSet")
            return
        self.results += indicator(node, ref, direction != "Output")

    def _exchange(self, node: Node, number: int) -> Exchange:
        ref = node.ref("referenceToFlowDataSet")
        if ref is None or not ref.id:
            node.missing("referenceToFlowDataSet")
        by_openlca = node.has("@olca:amount")
        amount, formula = self._amount(node)
        unit = node.word("@olca:unitId") if by_openlca else ""
        property_ = node.word("@olca:propertyId") if by_openlca else ""
        details = {
            key: text
            for key in fields.EXCHANGE_DETAILS
            if (text := node.word(key)) and text != fields.UNKNOWN_DERIVATION
        }
        return Exchange(
            number=number,
            flow=self.met.id_of(ref),
            is_input=self._is_input(node, number),
            amount=amount,
            unit=unit,
            property=property_,
            provider=node.word("@olca:defaultProvider"),
            avoided=node.text("@olca:avoidedProduct") == "true",
            uncertainty=read_scatter(node, amount, "minimumAmount", "maximumAmount", by_openlca),
            formula=formula,
            location=self.met.location(node.text("location")),
            pedigree=node.word("@olca:pedigreeUncertainty"),
            base_uncertainty=node.number("@olca:baseUncertainty"),
            comment=node.texts("generalComment"),
            details=self.met.shared(details),
        )

    def _is_input(self, node: Node, number: int) -> bool:
        direction = node.word("exchangeDirection")
        if direction in {"Input", "Output"}:
            return direction == "Input"
        if direction:
            node.wrong("exchangeDirection", "field-type", Message("This is no direction."))
        elif number == self.reference:
            node.notes.tell(
                "direction-missing",
                Act.DEFAULTED,
                "exchanges/exchange/exchangeDirection",
                Message("The reference flow has no direction; it is taken as an output."),
            )
        else:
            node.missing("exchangeDirection")
        return False

    def _amount(self, node: Node) -> tuple[Decimal, str]:
        """The amount, and the formula that it comes from: the mean amount times a parameter."""
        stated = node.has("meanAmount") or node.has("resultingAmount")
        mean, resulting = node.number("meanAmount"), node.number("resultingAmount")
        own = node.number("@olca:amount")
        variable = node.text("referenceToVariable")
        formula = node.text("@olca:formula")
        if variable and formula and variable.startswith(_WRAPPED):
            self.wrapped.add(variable)
        elif variable:
            formula = variable if mean in {None, 1} else f"{mean} * {variable}"
        if own is not None:
            return own, formula
        if resulting is not None:
            return resulting, formula
        if mean is None:
            if not stated:
                node.missing("meanAmount")
            return Decimal(0), formula
        if not variable:
            return mean, formula
        value = self.values.get(variable)
        if value is None:
            node.wrong(
                "referenceToVariable",
                "missing-reference",
                Message(
                    "The amount needs the parameter {name}, which has no value.", name=variable
                ),
            )
            return Decimal(0), formula
        return mean * value, formula


def _numbers(given: list[int | None], root: Node) -> tuple[list[int], dict[int, int]]:
    """Numbers of exchanges from 1 on, and by those that the file gives."""
    stated = [number for number in given if number is not None and number >= 0]
    if len(set(stated)) == len(given):
        numbers = list(stated)
        if 0 in numbers:
            numbers[numbers.index(0)] = max(numbers) + 1
    else:
        numbers = list(range(1, len(given) + 1))
    if numbers != given:
        root.notes.tell(
            "internal-id",
            Act.CONVERTED,
            "exchanges/exchange/@dataSetInternalID",
            Message("Internal numbers of exchanges are missing, 0 or shared; they are set anew."),
        )
    by_given: dict[int, int] = {}
    for number, old in zip(numbers, given, strict=True):
        if old is not None:
            by_given.setdefault(old, number)
    return numbers, by_given
