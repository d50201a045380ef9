"""The method of a footprint: the choices that change its number, as a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from tanyuan.footprint.fields import Document, Positive, column
from tanyuan.gases import GWP_SET, find_gwp_set, gwp_sets
from tanyuan.languages import Choice, Message
from tanyuan.problems import InvalidValueError


class Allocation(Choice):
    """How the burdens of a process are shared among its products (ISO 14044:2006, 4.3.4.2).

    The order is that of preference: subdivision and system expansion avoid allocation; then a
    physical relationship; then another one.
    """

    SUBDIVISION = "subdivision", "subdivision"
    SYSTEM_EXPANSION = "system_expansion", "system expansion"
    MASS = "physical_mass", "by mass"
    ENERGY = "physical_energy", "by energy content"
    OTHER = "physical_other", "by another physical property"
    ECONOMIC = "economic", "by economic value"

    @property
    def needs_reason(self) -> bool:
        """Whether the standard asks why allocation could not be avoided."""
        return self not in (Allocation.SUBDIVISION, Allocation.SYSTEM_EXPANSION)


class EndOfLife(Choice):
    """How recycling is credited and charged.

    CUT_OFF: recycled content is free of the first life's burdens, no credit at the end (100:0).
    AVOIDED_BURDEN: recycled content counts as virgin, recycling at the end is credited (0:100).
    CIRCULAR_FOOTPRINT_FORMULA: the allocation factor A of each material shares both (Commission
    Recommendation (EU) 2021/2279, annex I, 4.4.8.1).
    """

    CUT_OFF = "cut_off", "cut-off (100:0)"
    AVOIDED_BURDEN = "avoided_burden", "avoided burden (0:100)"
    CIRCULAR_FOOTPRINT_FORMULA = "circular_footprint_formula", "circular footprint formula"


class ElectricityPolicy(Choice):
    """Which electricity may count with a factor of its own instead of the grid's."""

    GRID_ONLY = "grid_only", "grid mix only"
    DIRECT_AND_OWN = "direct_and_own", "own and direct-line power with its own factor"
    CONTRACTUAL_ALLOWED = "contractual_allowed", "contractual instruments allowed"


def _read_gwp_set(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = find_gwp_set(value)
    if found is None:
        raise InvalidValueError(
            "gwp-set",
            Message("There is no GWP set “{name}”.", name=value),
            Message("Choose one of {names}.", names=", ".join(gwp_sets())),
        )
    return found


GwpSet = Annotated[str, BeforeValidator(_read_gwp_set)]


class Method(Document):
    """The choices that change the number of a footprint."""

    gwp_set: GwpSet = column(
        "GWP set",
        "Global warming potentials; ISO 14067 asks for the latest IPCC report.",
        GWP_SET,
    )
    allocation: Allocation | None = column(
        "Allocation of co-products", "Used where a process names none of its own.", None
    )
    end_of_life: EndOfLife = column(
        "End-of-life approach", "How recycling is charged and credited.", EndOfLife.CUT_OFF
    )
    electricity: ElectricityPolicy = column(
        "Electricity policy",
        "Which power may use a factor of its own.",
        ElectricityPolicy.DIRECT_AND_OWN,
    )
    cutoff_single: Positive = column(
        "Cut-off, single flow",
        "Largest share of the total that one flow may be cut off with.",
        Decimal("0.01"),
    )
    cutoff_total: Positive = column(
        "Cut-off, all flows",
        "Largest share of the total that all cut flows may have together.",
        Decimal("0.05"),
    )
