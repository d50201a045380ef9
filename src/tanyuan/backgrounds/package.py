"""A process database as it was read, whatever its format: the one model between all of them.

Ids are those of the source where it has any; where it has none the reader derives UUIDs of version
5 from what identifies the object there. Amounts are decimals as written. Texts keep the language
under which the source gives them, `und` where it gives none. Nothing is linked, allocated or
converted yet.

Hundreds of thousands of exchanges lie in memory at once: readers share equal strings (`sys.intern`)
and leave what is empty to the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tanyuan.languages import LANGUAGES, Choice, language

Texts = Mapping[str, str]
"""Texts by language (`zh`, `en`, other BCP 47 tags, `und`)."""

UNDETERMINED = "und"
_NOTHING: Mapping[str, str] = {}


def no_texts() -> Texts:
    """No text; one object for all that have none."""
    return _NOTHING


def said(texts: Texts, wanted: str = "") -> str:
    """A text as a reader of a language sees it: that language, else another, else nothing."""
    for tag in (wanted or language(), UNDETERMINED, *reversed(LANGUAGES)):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), "")


class FlowKind(Choice):
    """What is exchanged."""

    PRODUCT = "product", "product"
    WASTE = "waste", "waste"
    ELEMENTARY = "elementary", "elementary flow"


class ProcessKind(Choice):
    """How much of a supply chain a process holds."""

    UNIT = "unit", "unit process"
    RESULT = "result", "aggregated process (life cycle inventory result)"


class AllocationKind(Choice):
    """A key by which burdens are shared among outputs, as formats name it."""

    PHYSICAL = "physical", "physical"
    ECONOMIC = "economic", "economic"
    CAUSAL = "causal", "causal"
    NONE = "none", "no allocation"


class ReferenceKind(Choice):
    """What a process refers to."""

    SOURCE = "source", "source"
    ACTOR = "actor", "person or organisation"


class Law(Choice):
    """A distribution, as formats name it.

    Parameters, in this order: LOGNORMAL geometric mean, geometric standard deviation; NORMAL mean,
    standard deviation; TRIANGULAR minimum, mode, maximum; UNIFORM minimum, maximum; EMPIRICAL its
    values. A lognormal has the sign of its amount, whatever sign its geometric mean is given.
    """

    LOGNORMAL = "lognormal", "lognormal"
    NORMAL = "normal", "normal"
    TRIANGULAR = "triangular", "triangular"
    UNIFORM = "uniform", "uniform"
    EMPIRICAL = "empirical", "empirical"


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """How an amount scatters, in the unit of the amount; parameters as `Law` lists them."""

    law: Law
    parameters: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: one of it is `factor` of its group's reference unit."""

    id: str
    name: str
    factor: Decimal
    synonyms: tuple[str, ...] = ()
    description: Texts = field(default_factory=no_texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every object of a database has.

    Attributes:
        id: stable, a UUID in most formats.
        names: by language.
        category: from the widest to the narrowest.
        category_codes: codes of these categories where the source's classification has codes (ISIC,
            CPC …), one each, else nothing.
        description: by language.
        version: as written, `00.00.000` in most formats.
        last_change: as written, RFC 3339 in most formats.
    """

    id: str
    names: Texts
    category: tuple[str, ...] = ()
    category_codes: tuple[str, ...] = ()
    description: Texts = field(default_factory=no_texts)
    version: str = ""
    last_change: str = ""

    @property
    def name(self) -> str:
        """The name in the reader's language, as far as there is one."""
        return said(self.names) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup(Entry):
    """Units that convert into each other.

    Attributes:
        reference: id of the unit whose factor is 1.
        units: all of them.
        default_property: id of the flow property that the units usually measure, or empty.
    """

    reference: str
    units: tuple[Unit, ...]
    default_property: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Property(Entry):
    """A flow property (mass, net calorific value, price …), measured in the units of a group."""

    unit_group: str
    economic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Entry):
    """What is exchanged.

    Attributes:
        kind: product, waste or elementary flow.
        reference: id of the property in whose reference unit the flow is measured.
        properties: how much of each property (in its reference unit) one reference unit of the
            flow is; the reference property stands there with 1.
        cas: CAS number as written.
        formula: chemical formula.
        location: id of a location, or empty.
        synonyms: other names.
        infrastructure: whether it is a plant, a machine, a road …
        documentation: texts about it under the names of ILCD (`mixAndLocationTypes` …); parts of
            its name stand in the name too.
    """

    kind: FlowKind
    reference: str
    properties: Mapping[str, Decimal]
    cas: str = ""
    formula: str = ""
    location: str = ""
    synonyms: tuple[str, ...] = ()
    infrastructure: bool = False
    documentation: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An input or output of a process.

    Attributes:
        number: internal number, unique in the process, 1 or more.
        flow: id.
        is_input: whether the process takes it; for waste, whether the process treats it.
        amount: as written, in `unit`; the value that the source stored where there is a formula.
        unit: id; empty means the reference unit of the property.
        property: id of the flow property that `unit` measures; empty means the flow's reference.
        provider: id of the process that the source names as supplier or treatment, else empty.
        avoided: the output spares the production of this product elsewhere (or the treatment of
            this waste); formats differ in the direction that they give it, which does not count.
        uncertainty: how the amount scatters.
        formula: what the amount is calculated from, in the syntax of the source's format.
        location: id of a location, or empty.
        pedigree: data-quality entry as written, `(1;2;3;2;1)` in most formats.
        base_uncertainty: basic geometric standard deviation (or variance) as the format has it.
        comment: by language.
        details: what else is said of it, under the names of its source
            (`dataDerivationTypeStatus` …), as written.
    """

    number: int
    flow: str
    is_input: bool
    amount: Decimal
    unit: str = ""
    property: str = ""
    provider: str = ""
    avoided: bool = False
    uncertainty: Uncertainty | None = None
    formula: str = ""
    location: str = ""
    pedigree: str = ""
    base_uncertainty: Decimal | None = None
    comment: Texts = field(default_factory=no_texts)
    details: Mapping[str, str] = field(default_factory=no_texts)


@dataclass(frozen=True, slots=True)
class AllocationShare:
    """The share that an output carries of a process, or of one of its exchanges.

    Attributes:
        kind: of the key.
        product: id of the output's flow.
        share: 0 to 1.
        exchange: number of the exchange that is shared; none for the whole process.
        formula: what the share is calculated from.
    """

    kind: AllocationKind
    product: str
    share: Decimal
    exchange: int | None = None
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a process or of the whole package: a value, or a formula with its value."""

    name: str
    value: Decimal | None
    formula: str = ""
    uncertainty: Uncertainty | None = None
    description: Texts = field(default_factory=no_texts)
    id: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A review of a process: its type as written, what it found, ids of reviewers and report."""

    type: str = ""
    details: Texts = field(default_factory=no_texts)
    reviewers: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the source states as the value of an indicator, for the amount of the reference.

    Attributes:
        indicator: id of the impact category or indicator flow; empty where the source has none.
        names: of it.
        amount: as written, in `unit`.
        unit: as written, `kg CO2 eq.` for instance; empty where the source leaves it to the method.
        unit_group: id of the unit group that the source names, or empty.
        method: by which it was assessed, as far as known.
        module: of the life cycle as EN 15804 names them (`A1-A3`, `C4` …); empty: all of it. A
            module that is not declared has no result; that is not zero.
        scenario: name of the scenario that it holds for, or empty.
        is_input: for indicators that are flows, whether they go in (use of resources) or out
            (waste); none for impacts.
    """

    indicator: str
    names: Texts
    amount: Decimal
    unit: str = ""
    unit_group: str = ""
    method: str = ""
    module: str = ""
    scenario: str = ""
    is_input: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Entry):
    """A process as reported.

    Attributes:
        kind: unit process or aggregated.
        exchanges: in the order of the source.
        reference: number of the exchange that is the quantitative reference.
        location: id of a location, or empty.
        valid_from, valid_until: as written, dates in most formats.
        documentation: texts about it, under the keys of openLCA's process documentation
            (`technologyDescription`, `geographyDescription`, `samplingDescription` …); what openLCA
            has no key for, under the name of its own format (`technologicalApplicability` …).
        details: what is no text in several languages there (`dataGenerator`, `creationDate`,
            `isCopyrightProtected` …): ids or values as written.
        sources: ids of references.
        reviews: in the order of the source.
        parameters: its own.
        default_allocation: the key to be used of those in `allocation`.
        allocation: shares of its outputs.
        tags: words.
        infrastructure: whether it makes a plant, a machine, a road …
        results: indicators that the source states beside or instead of the exchanges.
    """

    kind: ProcessKind
    exchanges: tuple[Exchange, ...]
    reference: int | None = None
    location: str = ""
    valid_from: str = ""
    valid_until: str = ""
    documentation: Mapping[str, Texts] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    default_allocation: AllocationKind | None = None
    allocation: tuple[AllocationShare, ...] = ()
    tags: tuple[str, ...] = ()
    infrastructure: bool = False
    results: tuple[Result, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Entry):
    """A place: code as the source gives it (ISO 3166 where it is one), degrees."""

    code: str
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Entry):
    """A source or an actor: what is said of it, as written, under openLCA's keys."""

    kind: ReferenceKind
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A process database; everything by id, in the order of ids.

    Attributes:
        format: key of the format that it was read from, see `tanyuan.formats.packages`.
        names: of the database.
        unit_groups, properties, flows, processes, locations, references: by id.
        parameters: of the whole database.
        licence: name or address of the terms of use.
        notice: text that must travel with every copy.
    """

    format: str
    names: Texts
    unit_groups: Mapping[str, UnitGroup]
    properties: Mapping[str, Property]
    flows: Mapping[str, Flow]
    processes: Mapping[str, Process]
    locations: Mapping[str, Location] = field(default_factory=dict)
    references: Mapping[str, Reference] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    licence: str = ""
    notice: str = ""

    def __post_init__(self) -> None:
        for name in (
            *("unit_groups", "properties", "flows"),
            *("processes", "locations", "references"),
        ):
            object.__setattr__(self, name, dict(sorted(getattr(self, name).items())))
