"""The study: the document that says how its subject is made or lives, in flat tables.

The same tables are the sheets of the workbook and the lists of the JSON and YAML forms. A row's
number in its table, counted from 1, is its place in error messages.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from tanyuan.factors.factor import ElectricityFamily
from tanyuan.footprint.fields import (
    AmountField,
    Document,
    Identifier,
    Number,
    Positive,
    UnitField,
    column,
)
from tanyuan.footprint.method import Allocation, Method
from tanyuan.gases import EmissionKind, Flag
from tanyuan.languages import Choice, language
from tanyuan.quality.distributions import Distribution
from tanyuan.quality.pedigree import Pedigree
from tanyuan.units import Unit


class Subject(Choice):
    """What a study is about."""

    PRODUCT = "product", "product"
    SERVICE = "service", "service"
    SITE = "site", "site"
    ORGANISATION = "organisation", "organisation"
    PERSON = "person", "person"

    @property
    def is_product(self) -> bool:
        """Whether product rules hold (ISO 14067 covers goods and services)."""
        return self in (Subject.PRODUCT, Subject.SERVICE)


class Boundary(Choice):
    """The part of the life cycle that is inside the study."""

    CRADLE_TO_GRAVE = "cradle_to_grave", "cradle to grave"
    CRADLE_TO_GATE = "cradle_to_gate", "cradle to gate"
    GATE_TO_GATE = "gate_to_gate", "gate to gate"
    GATE_TO_GRAVE = "gate_to_grave", "gate to grave"
    CRADLE_TO_CRADLE = "cradle_to_cradle", "cradle to cradle"


class UnitKind(Choice):
    """Whether the result is per function delivered or per amount made (partial footprints)."""

    FUNCTIONAL = "functional", "functional unit"
    DECLARED = "declared", "declared unit"


class Phase(Choice):
    """The five life-cycle stages of GB/T 24067-2024."""

    RAW_MATERIAL = "raw_material", "Raw material acquisition"
    PRODUCTION = "production", "Production"
    DISTRIBUTION = "distribution", "Distribution"
    USE = "use", "Use"
    END_OF_LIFE = "end_of_life", "End of life"


class Role(Choice):
    """What a line is there for; only COUNTED lines make up the total."""

    COUNTED = "counted", "counted"
    INTERMEDIATE = "intermediate", "intermediate product"
    OUTSIDE = "outside", "outside the boundary"
    INFORMATION = "information", "information"
    CUT_OFF = "cut_off", "cut off"
    MISSING = "missing", "missing"


class DataKind(Choice):
    """Where activity data come from (ISO 14067:2018, 6.3.5)."""

    PRIMARY_SITE = "primary_site", "primary, from the site"
    PRIMARY_OTHER = "primary_other", "primary, from elsewhere"
    SECONDARY = "secondary", "secondary"

    @property
    def is_primary(self) -> bool:
        """Whether the datum counts for the primary-data share."""
        return self is not DataKind.SECONDARY


class Supply(Choice):
    """How electricity reaches the process."""

    GRID = "grid", "from the grid"
    OWN = "own", "own generation"
    DIRECT = "direct", "direct line"
    CONTRACTUAL = "contractual", "grid with a contract or certificate"


class Named(Document):
    """A row with an id and a name in one or both languages."""

    id: Identifier = column("Id", "Short, unique in its table; stays the same for life.")
    name_zh: str = column("Name (Chinese)", "One of the two names is enough.", "")
    name_en: str = column("Name (English)", "One of the two names is enough.", "")

    @property
    def name(self) -> str:
        """The name in the language in use; the other one or the id where that is empty."""
        first, second = self.name_zh, self.name_en
        if language() == "en":
            first, second = second, first
        return first or second or self.id


class Uncertain(Document):
    """A quantity that may state how sure it is: a distribution or pedigree scores."""

    distribution: Distribution | None = column(
        "Shape of distribution", "How the quantity scatters around its value.", None
    )
    spread: Positive | None = column(
        "Spread",
        "lognormal: geometric standard deviation, 1.1; normal: relative standard deviation, 0.05.",
        None,
    )
    low: Number | None = column("Low", "Lowest value, for triangular and uniform.", None)
    high: Number | None = column("High", "Highest value, for triangular and uniform.", None)
    pedigree: Pedigree | None = column(
        "Pedigree",
        "Five scores 1 (best) to 5: reliability, completeness, time, place, technology: 2,3,1,1,2.",
        None,
    )


class Stage(Named):
    """A stage of the study's own, inside one of the five life-cycle stages."""

    phase: Phase = column("Life-cycle stage", "One of the five stages of GB/T 24067.")


class Process(Named):
    """A unit process; its lines and outputs are amounts of one and the same period or batch."""

    stage: str = column("Stage", "Stage of its lines where they name none.", "")
    allocation: Allocation | None = column(
        "Allocation", "How burdens are shared among the outputs.", None
    )
    reason: str = column("Reason", "Why allocation could not be avoided.", "")


class Output(Named):
    """A product of a process; lines of other processes may take it by its id."""

    process: Identifier = column("Process", "Id of the process that makes it.")
    amount: AmountField = column("Amount", "Net amount made in the period or batch.")
    unit: UnitField = column("Unit", "Unit of the amount.")
    mass: AmountField | None = column(
        "Mass (kg)", "Mass of the whole amount, for allocation by mass.", None
    )
    energy: AmountField | None = column(
        "Energy (MJ)", "Energy content of the whole amount, for allocation by energy.", None
    )
    key: AmountField | None = column(
        "Other key", "Any other physical property of the whole amount.", None
    )
    price: AmountField | None = column(
        "Price", "Price of one unit, for allocation by economic value.", None
    )
    replaces: str = column(
        "Replaces", "Factor of the product that it displaces, for system expansion.", ""
    )


class Line(Uncertain, Named):
    """One datum: an input, an emission or a service, with what one unit of it emits."""

    process: str = column("Process", "Empty: the amount is per declared unit.", "")
    output: str = column("For output", "Only for this output of the process (subdivision).", "")
    stage: str = column("Stage", "Id of a stage, or one of the five life-cycle stages.", "")
    amount: AmountField | None = column(
        "Amount", "A number, or a formula over the parameters. Empty: missing.", None
    )
    unit: UnitField | None = column("Unit", "For instance kg, kWh, MJ, m³, Nm³, t·km, piece.", None)
    distance: AmountField | None = column(
        "Distance (km)", "For transport: the amount is then the mass carried.", None
    )
    ref: str = column(
        "Factor",
        "Id of a library factor, a study factor, a supplier footprint, an output of a process, "
        "or a gas (CO2, CH4 …) that is emitted here.",
        "",
    )
    kind: EmissionKind = column(
        "Emission kind", "Only where the line is a gas.", EmissionKind.FOSSIL
    )
    flags: tuple[Flag, ...] = column("Of which", "aviation, process, packaging.", ())
    role: Role = column("Role", "Whether and how the line counts.", Role.COUNTED)
    data_kind: DataKind = column("Data kind", "Where the amount comes from.", DataKind.SECONDARY)
    supply: Supply | None = column("Power supply", "Only for electricity.", None)
    grid_ref: str = column(
        "Grid factor", "For contractual power: the factor of the grid without the contract.", ""
    )
    exception: str = column(
        "Exception",
        "Why a CO2-only electricity factor is used all the same; bars certification.",
        "",
    )
    cutoff_share: Positive | None = column(
        "Share cut off", "Estimated share of the total, for a line that is cut off: 0.005.", None
    )
    reason: str = column("Reason", "Why it is cut off, outside, or missing.", "")
    meter: str = column("Meter", "Id of the meter that gave the amount.", "")
    evidence: str = column("Evidence", "Bill, report, drawing … that proves the amount.", "")
    geography: str = column("Place", "Where it happens.", "")
    source: str = column("Source", "Where the amount comes from.", "")
    note: str = column("Note", "Anything a reader should know.", "")


class StudyFactor(Uncertain, Named):
    """A factor of the study's own, with its source; one row a gas, rows of one id are one factor.

    A row that names a library factor takes its values and adds only how sure it is.
    """

    unit: UnitField | None = column("Unit", "The values are kg per this unit.", None)
    gas: str = column("Gas", "CO2e for a sum, or a gas.", "CO2e", min_length=1)
    kind: EmissionKind = column(
        "Emission kind",
        "What carbon it is; leave empty where the source gives no split.",
        EmissionKind.UNSPECIFIED,
    )
    value: AmountField | None = column("Value", "kg of the gas per unit.", None)
    gwp_set: str = column("GWP set", "For CO2e: the set it was made with, where known.", "")
    library: str = column("Library factor", "Take the values from this library factor.", "")
    electricity: ElectricityFamily | None = column(
        "Electricity family", "For electricity: life cycle, or CO2 of generation only.", None
    )
    data_kind: DataKind = column("Data kind", "Where the value comes from.", DataKind.SECONDARY)
    geography: str = column("Place", "Where it holds.", "")
    year: int | None = column("Year", "The year that it stands for.", None, ge=1900, le=2200)
    source: str = column("Source", "Where the value was published.", "")
    note: str = column("Note", "Anything a reader should know.", "")


class Supplier(Uncertain, Named):
    """A footprint received from a supplier; one row a stage or kind, rows of one id are one."""

    supplier: str = column("Supplier", "Who states it.", "")
    unit: UnitField = column("Unit", "The values are kg CO2e per this unit.")
    stage: str = column("Stage", "Where the supplier gives its stages: the stage here.", "")
    kind: EmissionKind = column("Emission kind", "Where known.", EmissionKind.UNSPECIFIED)
    value: Number = column("Value", "kg CO2e per unit.")
    gwp_set: str = column("GWP set", "The set it was made with, where known.", "")
    boundary: Boundary | None = column("Boundary", "What it covers.", None)
    inventory: bool = column(
        "Inventory available", "Whether the data behind it can be looked into.", True
    )
    verified_by: str = column("Verified by", "Body that verified it.", "")
    source: str = column("Source", "Document, certificate, address.", "")
    note: str = column("Note", "Anything a reader should know.", "")


class Parameter(Uncertain, Named):
    """A named number or formula that amounts may use."""

    value: AmountField = column("Value", "A number, or a formula over other parameters.")
    unit: UnitField = column("Unit", "1 for a plain number.", Unit("1", "number"))
    source: str = column("Source", "Where the value comes from.", "")


class Scenario(Document):
    """One parameter's value in a named scenario."""

    id: Identifier = column("Scenario", "Name of the scenario.")
    parameter: Identifier = column("Parameter", "Id of the parameter.")
    value: AmountField = column("Value", "Its value in this scenario.")


class Meter(Uncertain, Named):
    """A measuring instrument; all lines read from it share its error."""

    source: str = column("Certificate", "Calibration certificate.", "")


class Recycling(Named):
    """A material with its recycled content and its fate (circular footprint formula)."""

    process: str = column("Process", "Empty: the amount is per declared unit.", "")
    stage: str = column(
        "Stage of material", "Stage of the material's production.", "raw_material", min_length=1
    )
    end_stage: str = column(
        "Stage of end of life", "Stage of its end of life.", "end_of_life", min_length=1
    )
    amount: AmountField = column("Amount", "Amount of the material.")
    unit: UnitField = column("Unit", "Unit of the amount.")
    a: Positive = column("A", "Share of burdens and credits kept by this life.", Decimal(1), le=1)
    r1: Positive = column("R1", "Recycled content.", Decimal(0), le=1)
    r2: Positive = column("R2", "Share recycled at the end.", Decimal(0), le=1)
    quality_in: Positive = column("Qs,in/Qp", "Quality of the recycled input.", Decimal(1))
    quality_out: Positive = column("Qs,out/Qp", "Quality of the recycled output.", Decimal(1))
    virgin: str = column("Virgin material (Ev)", "Factor of the virgin material.")
    recycled: str = column("Recycled material (Erec)", "Factor of the recycled material.", "")
    recycling: str = column("Recycling at end (ErecEoL)", "Factor of recycling at the end.", "")
    displaced: str = column("Displaced material (E*v)", "Empty: the virgin material.", "")
    disposal: str = column("Disposal (Ed)", "Factor of disposal of the rest.", "")
    data_kind: DataKind = column("Data kind", "Where the amount comes from.", DataKind.SECONDARY)
    source: str = column("Source", "Where the shares come from.", "")


class Published(Document):
    """A published result to be held beside ours."""

    stage: str = column("Stage", "Empty: the total.", "")
    value: Number = column("Value", "As published, in the unit of the result.")
    tolerance: Positive | None = column("Tolerance", "Relative: 0.0001 is 0.01 %.", None)
    source: str = column("Source", "Where it is published.", "")
    note: str = column("Note", "What it covers, how it was rounded.", "")


class Study(Document):
    """A study: one subject, how it is made or lives, in which period, by which method."""

    format: Literal["tanyuan-study-1"] = "tanyuan-study-1"
    id: Identifier = column("Study id", "Short name of the study.")
    name_zh: str = column("Name (Chinese)", "Name of the product or other subject.", "")
    name_en: str = column("Name (English)", "Name of the product or other subject.", "")
    subject: Subject = column("Subject", "What the study is about.", Subject.PRODUCT)
    unit_kind: UnitKind = column(
        "Kind of unit", "Functional for a whole life, declared for a part.", UnitKind.DECLARED
    )
    amount: Positive = column("Declared amount", "The result is per this amount.", Decimal(1), gt=0)
    unit: UnitField = column("Declared unit", "For instance piece, kg, t, kWh.")
    description_zh: str = column("Unit described (Chinese)", "What one unit is and does.", "")
    description_en: str = column("Unit described (English)", "What one unit is and does.", "")
    boundary: Boundary = column("System boundary", "The part of the life cycle inside.")
    boundary_note: str = column("Boundary note", "What is left out, and why.", "")
    period_start: date | None = column("Period from", "First day of the data: 2025-01-01.", None)
    period_end: date | None = column("Period to", "Last day of the data: 2025-12-31.", None)
    period_note: str = column("Period note", "Where no days are known.", "")
    geography: str = column("Place", "Where it is made and used.", "")
    biogenic_carbon: Positive | None = column(
        "Biogenic carbon (kg C)", "Carbon of living origin in one declared amount.", None
    )
    synthetic: bool = column("Synthetic", "Made up to try things out, no real product.", False)
    sources: tuple[str, ...] = column("Sources", "One a line.", ())
    note: str = column("Note", "Anything a reader should know.", "")
    method: Method = Method()
    stages: tuple[Stage, ...] = ()
    processes: tuple[Process, ...] = ()
    outputs: tuple[Output, ...] = ()
    lines: tuple[Line, ...] = ()
    factors: tuple[StudyFactor, ...] = ()
    suppliers: tuple[Supplier, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    meters: tuple[Meter, ...] = ()
    recycling: tuple[Recycling, ...] = ()
    published: tuple[Published, ...] = ()

    @property
    def name(self) -> str:
        """The name in the language in use."""
        names = (self.name_zh, self.name_en)
        first, second = names if language() == "zh" else reversed(names)
        return first or second or self.id

    @property
    def ends_at_gate(self) -> bool:
        """Whether use and end of life are outside the boundary."""
        return self.boundary in (Boundary.CRADLE_TO_GATE, Boundary.GATE_TO_GATE)

    @property
    def unit_text(self) -> str:
        """The declared unit as it stands behind a result: `piece`, `1000 kWh`."""
        return str(self.unit) if self.amount == 1 else f"{self.amount} {self.unit}"


TABLES: dict[str, type[Document]] = {
    "stages": Stage,
    "processes": Process,
    "outputs": Output,
    "lines": Line,
    "factors": StudyFactor,
    "suppliers": Supplier,
    "parameters": Parameter,
    "scenarios": Scenario,
    "meters": Meter,
    "recycling": Recycling,
    "published": Published,
}
"""The tables of a study by field name, in the order in which they are written."""
