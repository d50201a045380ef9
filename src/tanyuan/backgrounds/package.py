"""A process database as it was read, whatever its format: the one model between all of them.

Ids are those of the source where it has any; where it has none the reader derives UUIDs of version
5 from what identifies the object there. Amounts are decimals as written. Texts keep the language
under which the source gives them, `und` where it gives none. Nothing is linked, allocated or
converted yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tanyuan.languages import Choice

Texts = Mapping[str, str]
"""Texts by language (`zh`, `en`, other BCP 47 tags, `und`)."""

UNDETERMINED = "und"


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


class Law(Choice):
    """A distribution, as formats name it.

    Parameters, in this order: LOGNORMAL geometric mean, geometric standard deviation; NORMAL mean,
    standard deviation; TRIANGULAR minimum, mode, maximum; UNIFORM minimum, maximum; EMPIRICAL its
    values.
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


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Units that convert into each other; the reference unit has factor 1."""

    id: str
    names: Texts
    reference: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """A flow property (mass, net calorific value …), measured in the units of a group."""

    id: str
    names: Texts
    unit_group: str


@dataclass(frozen=True, slots=True)
class Flow:
    """What is exchanged.

    `properties` gives for each flow property how much of it one unit of the reference property
    (reference unit) is; the reference property stands there with 1.
    """

    id: str
    kind: FlowKind
    names: Texts
    reference: str
    properties: Mapping[str, Decimal]
    category: tuple[str, ...] = ()
    cas: str = ""
    formula: str = ""
    location: str = ""
    synonyms: tuple[str, ...] = ()
    description: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """An input or output of a process.

    `number` is its internal number, unique in the process. `unit` and `property` are ids; empty
    means the flow's reference. `provider` is the id of the process that the source names as the
    supplier, empty where it names none. `formula` stands where the amount was calculated from
    parameters; `amount` holds its value as the source stored it.
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
    comment: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AllocationShare:
    """The share of a process, or of one of its exchanges, that an output carries."""

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
    description: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Process:
    """A process as reported; `reference` is the number of its quantitative reference.

    `documentation` holds the texts about it under the keys of openLCA's process documentation
    (`technologyDescription`, `geographyDescription`, `samplingDescription` …), `details` what is
    no text of several languages there (`dataGenerator`, `creationDate`, `copyright` …), ids or
    values as written.
    """

    id: str
    names: Texts
    kind: ProcessKind
    exchanges: tuple[Exchange, ...]
    reference: int | None = None
    category: tuple[str, ...] = ()
    location: str = ""
    version: str = ""
    last_change: str = ""
    valid_from: str = ""
    valid_until: str = ""
    description: Texts = field(default_factory=dict)
    documentation: Mapping[str, Texts] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    default_allocation: AllocationKind | None = None
    allocation: tuple[AllocationShare, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A place: code as the source gives it, ISO 3166 where it is one."""

    id: str
    code: str
    names: Texts


@dataclass(frozen=True, slots=True)
class Reference:
    """A source or an actor: what is said of it, as written."""

    id: str
    kind: str
    names: Texts
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """A process database; everything by id, in the order of ids."""

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
