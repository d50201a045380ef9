"""Processes of ecoSpold 1.

Products have no ids there: name, unit and place say which one is meant, and data sets of the
database offer them. Elementary flows are known by category, subcategory, name and unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tanyuan.backgrounds.package import (
    Exchange,
    Flow,
    FlowKind,
    Law,
    Process,
    ProcessKind,
    Result,
    Texts,
    Uncertainty,
)
from tanyuan.backgrounds.report import Act
from tanyuan.formats.ecospold.catalogue import Catalogue, derived
from tanyuan.formats.ecospold.documents import either, stated
from tanyuan.formats.ecospold.laws import between, from_interval
from tanyuan.formats.ecospold1.documentation import Documentation, Spoken
from tanyuan.formats.ecospold1.shares import shares
from tanyuan.formats.ilcd.nodes import Node
from tanyuan.languages import Message

_REFERENCE, _AVOIDED, _WASTE, _ELEMENTARY = "0", "1", "3", "4"
_INPUTS = frozenset("12345")
_OUTPUTS = frozenset("01234")
_KINDS = {
    "0": ProcessKind.RESULT,
    "1": ProcessKind.UNIT,
    "2": ProcessKind.RESULT,
    "5": ProcessKind.UNIT,
}
_NO_PROCESS = {"3", "4"}
_LOGNORMAL = "1"
_LAWS = {_LOGNORMAL: Law.LOGNORMAL, "2": Law.NORMAL, "3": Law.TRIANGULAR, "4": Law.UNIFORM}
_YES = {"true", "1"}
_DETAILS = (
    *("referenceToSource", "pageNumbers"),
    *("treatmentStandardsRoutes", "mixAndLocationTypes"),
)
_SAME = Decimal("0.01")
"""How far, relatively, rounded limits may lie from those of the interval."""


@dataclass(frozen=True, slots=True)
class Product:
    """What identifies a product."""

    name: str
    unit: str
    place: str


@dataclass(frozen=True, slots=True)
class _Function:
    """The reference function: what a data set is about."""

    product: Product
    names: Texts
    category: tuple[str, ...]
    amount: Decimal | None
    cas: str
    formula: str
    synonyms: tuple[str, ...]
    infrastructure: bool


class DataSetReader:
    """Makes processes of data sets.

    Attributes:
        products: by the id of their flow, what identifies them.
        wastes: by the id of a process, numbers of its exchanges that are wastes to be treated.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.products: dict[str, Product] = {}
        self.wastes: dict[str, set[int]] = {}

    def process(self, root: Node) -> Process | None:
        """The process of a data set; none where it describes a flow or an impact category."""
        information = root.node("metaInformation/processInformation")
        about = information.node("dataSetInformation")
        told = about.text("@type")
        if told in _NO_PROCESS:
            return None
        node = information.node("referenceFunction")
        name = node.text("@name")
        root.notes.sheet = name
        if not name:
            node.missing("@name")
        spoken = Spoken(about.text("@languageCode"), about.text("@localLanguageCode"), root.notes)
        product = Product(name, node.text("@unit"), information.node("geography").text("@location"))
        function = _function(node, product, spoken, self.catalogue)
        kind = _kind(about, told)
        reading = _Exchanges(self, root, function, spoken)
        documentation = Documentation(root, spoken, self.catalogue)
        key = derived("process", kind.value, name, product.unit, product.place)
        self.wastes[key] = reading.wastes
        allocation, default = shares(root.node("flowData"), reading.exchanges, reading.by_given)
        return Process(
            id=key,
            names=function.names,
            category=function.category,
            description=spoken.texts(node.text("@generalComment")),
            version=documentation.version,
            last_change=documentation.last_change,
            kind=kind,
            exchanges=reading.exchanges,
            reference=reading.reference,
            location=self.catalogue.location(product.place),
            valid_from=documentation.period[0],
            valid_until=documentation.period[1],
            documentation=documentation.texts,
            details=documentation.details,
            sources=documentation.sources,
            reviews=documentation.reviews,
            default_allocation=default,
            allocation=allocation,
            infrastructure=function.infrastructure,
            results=tuple(reading.results),
        )


def _function(node: Node, product: Product, spoken: Spoken, catalogue: Catalogue) -> _Function:
    # Whether it makes a product is told by its type and its exchanges.
    node.text("@datasetRelatesToProduct")
    return _Function(
        product=product,
        names=spoken.texts(product.name, node.text("@localName")),
        category=_category(node, catalogue),
        amount=node.number("@amount"),
        cas=node.text("@CASNumber"),
        formula=node.text("@formula"),
        synonyms=node.words("synonym"),
        infrastructure=node.text("@infrastructureProcess") in _YES,
    )


def _kind(about: Node, told: str) -> ProcessKind:
    if told in _KINDS:
        return _KINDS[told]
    if told:
        about.wrong("@type", "field-type", Message("This is no type of process."))
    else:
        about.notes.tell(
            "kind-missing",
            Act.DEFAULTED,
            "dataSetInformation/type",
            Message("The type of the process is missing; it is taken as a unit process."),
        )
    return ProcessKind.UNIT


def _category(node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    found = tuple(filter(None, (node.word("@category"), node.word("@subCategory"))))
    local = tuple(filter(None, (node.text("@localCategory"), node.text("@localSubCategory"))))
    if local and local != found:
        catalogue.count("local-category")
    return found


class _Exchanges:
    """The exchanges of a data set."""

    def __init__(
        self, reader: DataSetReader, root: Node, function: _Function, spoken: Spoken
    ) -> None:
        self.products, self.catalogue = reader.products, reader.catalogue
        self.function, self.spoken = function, spoken
        self.reference: int | None = None
        self.results: list[Result] = []
        self.wastes: set[int] = set()
        nodes = root.node("flowData").nodes("exchange", rows=True)
        numbers, self.by_given = _numbers(nodes)
        found = []
        for row, (node, number) in enumerate(zip(nodes, numbers, strict=True), 1):
            root.notes.stop_if_many()
            exchange = self._exchange(node, number, row)
            if exchange is not None:
                found.append(exchange)
        made = [each.number for each in found if self._is_made(each)]
        if not made:
            found.append(self._stated_reference(root))
        self.exchanges = tuple(found)
        if self.reference is None:
            self.reference = made[0]

    def _is_made(self, exchange: Exchange) -> bool:
        kind = self.catalogue.flows[exchange.flow].kind
        is_output = not exchange.is_input and kind is FlowKind.PRODUCT
        return is_output and not exchange.avoided and exchange.number not in self.wastes

    def _stated_reference(self, root: Node) -> Exchange:
        """The product as the reference function states it, where no exchange is marked as it."""
        product, amount = self.function.product, self.function.amount
        if not product.unit:
            root.wrong("referenceFunction/unit", "field-missing", Message("The field is missing."))
        root.notes.tell(
            "reference-missing",
            Act.DEFAULTED,
            "flowData/exchange/outputGroup",
            Message(
                "No exchange is marked as the reference product; it is taken from the reference "
                "function."
            ),
            Message("Mark the product with the output group 0."),
        )
        self.reference = max(self.by_given.values(), default=0) + 1
        return Exchange(
            number=self.reference,
            flow=self._product(Node({}, root.notes), product, None, defining=True),
            is_input=False,
            amount=Decimal(1) if amount is None else amount,
            unit=self.catalogue.measure(product.unit).unit,
        )

    def _exchange(self, node: Node, number: int, row: int) -> Exchange | None:
        taken, given = either(node, "inputGroup"), either(node, "outputGroup")
        name, unit, amount = node.text("@name"), node.text("@unit"), self._amount(node)
        if not name:
            node.missing("@name")
        if not unit:
            node.missing("@unit")
        if not taken and not given:
            self._result(node, name, unit, amount)
            return None
        if not (given in _OUTPUTS if not taken else taken in _INPUTS and not given):
            node.wrong(
                "inputGroup" if taken else "outputGroup",
                "field-type",
                Message("This is no group of inputs or outputs."),
            )
            return None
        place = node.text("@location")
        if _ELEMENTARY in {taken, given}:
            flow = self._elementary(node, name, unit, row)
        else:
            # What is made is made here; where it is treated or spared is not said
            made_here = not taken and given not in {_WASTE, _AVOIDED}
            home = self.function.product.place if made_here else ""
            product = Product(name, unit, place or home)
            is_reference = given == _REFERENCE and self.reference is None
            if is_reference:
                self.reference = number
            flow = self._product(node, product, row, defining=is_reference)
        if given == _WASTE:
            self.wastes.add(number)
        return Exchange(
            number=number,
            flow=flow,
            is_input=bool(taken),
            amount=amount,
            unit=self.catalogue.measure(unit).unit,
            avoided=given == _AVOIDED,
            uncertainty=_scatter(node, amount),
            location=self.catalogue.location(place),
            comment=self.spoken.texts(node.text("@generalComment")),
            details=self.catalogue.shared(stated(node, _DETAILS)),
        )

    def _amount(self, node: Node) -> Decimal:
        # Some programs call it so; with both, the format's own name counts.
        name = "@meanValue" if node.has("@meanValue") or not node.has("@amount") else "@amount"
        if not node.has(name):
            node.missing(name)
        return node.number(name) or Decimal(0)

    def _result(self, node: Node, name: str, unit: str, amount: Decimal) -> None:
        """An exchange of no group: the result of an impact assessment."""
        category = _category(node, self.catalogue)
        self.results.append(
            Result(
                indicator="",
                names=self.spoken.texts(" - ".join((*category, name))),
                amount=amount,
                unit=unit,
                method=category[0] if category else "",
            )
        )
        for field in ("@infrastructureProcess", "@location", "@localName"):
            node.text(field)
        node.notes.tell(
            "exchange-group",
            Act.CONVERTED,
            "flowData/exchange",
            Message(
                "An exchange without a group of inputs or outputs is taken as the result of an "
                "impact assessment."
            ),
        )

    def _product(self, node: Node, product: Product, row: int | None, *, defining: bool) -> str:
        key = derived("product", product.name, product.unit, product.place)
        self.products.setdefault(key, product)
        made = self._flow(
            key, node, product.name, product.unit, _category(node, self.catalogue), product.place
        )
        if defining:
            function = self.function
            made = replace(
                made,
                names={**made.names, **function.names},
                category=function.category or made.category,
                cas=function.cas or made.cas,
                formula=function.formula or made.formula,
                synonyms=function.synonyms,
                infrastructure=function.infrastructure or made.infrastructure,
            )
        self.catalogue.flow(made, node.notes, row, defining)
        return key

    def _elementary(self, node: Node, name: str, unit: str, row: int) -> str:
        category = _category(node, self.catalogue)
        key = derived("elementary", *category, name, unit)
        self.catalogue.flow(self._flow(key, node, name, unit, category), node.notes, row)
        return key

    def _flow(
        self,
        key: str,
        node: Node,
        name: str,
        unit: str,
        category: tuple[str, ...],
        place: str | None = None,
    ) -> Flow:
        """A flow as an exchange names it: an elementary one, or with a place a product."""
        measure = self.catalogue.measure(unit)
        return Flow(
            id=key,
            names=self.spoken.texts(name, node.text("@localName")),
            category=category,
            kind=FlowKind.ELEMENTARY if place is None else FlowKind.PRODUCT,
            reference=measure.property,
            properties={measure.property: Decimal(1)},
            cas=node.text("@CASNumber"),
            formula=node.text("@formula"),
            location=self.catalogue.location(place or ""),
            infrastructure=node.text("@infrastructureProcess") in _YES,
        )


def _numbers(nodes: list[Node]) -> tuple[list[int], dict[int, int]]:
    """Numbers of exchanges from 1 on, and by those that the file gives."""
    given = [node.integer("@number") for node in nodes]
    stated_ones = {number for number in given if number is not None and number > 0}
    numbers = (
        [number or 0 for number in given]
        if len(stated_ones) == len(given)
        else list(range(1, len(given) + 1))
    )
    if numbers != given:
        nodes[0].notes.tell(
            "internal-id",
            Act.CONVERTED,
            "flowData/exchange/number",
            Message("Internal numbers of exchanges are missing, 0 or shared; they are set anew."),
        )
    by_given: dict[int, int] = {}
    for number, old in zip(numbers, given, strict=True):
        by_given.setdefault(number if old is None else old, number)
    return numbers, by_given


def _scatter(node: Node, amount: Decimal) -> Uncertainty | None:
    """The distribution of an amount; with an interval of 95 % its limits do not count."""
    told = node.text("@uncertaintyType")
    width = node.number("@standardDeviation95")
    if not told and width:
        told = _LOGNORMAL  # as the schema has it
    low, high = node.number("@minValue"), node.number("@maxValue")
    mode = node.number("@mostLikelyValue")
    law = _LAWS.get(told)
    if law is None:
        if told not in {"", "0"}:
            node.wrong(
                "@uncertaintyType", "field-type", Message("This is no type of distribution.")
            )
        elif width or low or high:
            node.notes.tell(
                "distribution-undefined",
                Act.DROPPED,
                "uncertaintyType",
                Message("A spread or limits stand without a distribution; the amount is certain."),
                Message("State the type of distribution."),
            )
        return None
    found = None
    if law in {Law.LOGNORMAL, Law.NORMAL}:
        found = from_interval(law, amount, width) if width is not None else None
        _tell_limits(node, law, amount, width, low, high)
    elif low is not None and high is not None:
        if law is Law.TRIANGULAR and mode is None:
            # The schema has the mean in the amount: (minimum + mode + maximum) / 3.
            mode = 3 * amount - low - high
        found = between(low, mode if law is Law.TRIANGULAR else None, high)
    if found is None:
        node.notes.tell(
            "distribution-incomplete",
            Act.DROPPED,
            "uncertaintyType",
            Message("The distribution lacks a parameter; the amount is taken as certain."),
            Message("State all parameters of the distribution."),
        )
    return found


def _tell_limits(
    node: Node,
    law: Law,
    amount: Decimal,
    width: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
) -> None:
    """Report limits beside an interval of 95 % that do not repeat it."""
    if low is None and high is None:
        return
    if width:
        ends = (amount / width, amount * width)
        if law is Law.NORMAL:
            ends = (amount - width, amount + width)
        pairs = zip((low, high), sorted(ends), strict=True)
        if all(given is None or abs(given - end) <= _SAME * abs(end) for given, end in pairs):
            return
    node.notes.tell(
        "limits-unused",
        Act.DROPPED,
        "minValue",
        Message(
            "A minimum or maximum beside the standard deviation says something else than it; the "
            "standard deviation counts."
        ),
    )
