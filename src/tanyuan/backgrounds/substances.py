"""The elementary flow that a gas of a kind is written as: the inverse of `elementary.assigned`.

Flows of the common reference list go first (`data/openlca/gas_flows.csv`). What the list has no
flow for gets one of our own, whose name says gas and kind in words that are read back.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

from tanyuan.backgrounds.known_units import known_unit
from tanyuan.backgrounds.package import Flow, FlowKind, Texts, no_texts
from tanyuan.gases import EmissionKind, gases

_TABLE = Path(__file__).parent.parent / "data" / "openlca" / "gas_flows.csv"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tanyuan:elementary")
_AIR = ("Elementary flows", "Emission to air", "unspecified")
_TAKEN = ("Elementary flows", "Resource", "in air")
_SUM = "Carbon dioxide equivalents"
_WORDS = {
    EmissionKind.FOSSIL: "fossil",
    EmissionKind.BIOGENIC: "biogenic",
    EmissionKind.DLUC: "land use change",
    EmissionKind.REMOVAL_BIOGENIC: "biogenic removal",
    EmissionKind.REMOVAL_TECHNICAL: "technical removal",
    EmissionKind.UNSPECIFIED: "kind not stated",
    EmissionKind.ILUC: "indirect land use change",
}


@cache
def substance(gas: str, kind: EmissionKind, gwp_set: str = "") -> Flow:
    """The flow, measured in kg; removals are taken from the air, all others given off to it.

    Args:
        gas: id of a gas, or `CO2e` for a sum.
        kind: of emission.
        gwp_set: with which a sum was made, as far as its source says.
    """
    known = gases().get(gas)
    formula, cas = (known.formula, known.cas) if known else ("", "")
    row = _table().get((gas, kind.value))
    if row is not None:
        return _flow(row["flow"], row["name"], tuple(row["category"].split("/")), formula, cas)
    plain = known.name if known else _SUM
    # A comma or bracket in a chemical name would part it where it is read back
    name = f"{gas if ',' in plain or '(' in plain else plain}, {_WORDS[kind]}"
    key = str(uuid.uuid5(_SPACE, f"{gas}\n{kind.value}\n{gwp_set}"))
    said = {"en": gwp_set, "zh": gwp_set} if gwp_set else no_texts()
    return _flow(key, name, _TAKEN if kind.is_removal else _AIR, formula, cas, said)


def _flow(
    key: str,
    name: str,
    category: tuple[str, ...],
    formula: str,
    cas: str,
    description: Texts = no_texts(),  # noqa: B008 - one object for all that have none
) -> Flow:
    found = known_unit("kg")
    assert found is not None  # noqa: S101 - a unit of our own data
    mass = found[0].default_property
    return Flow(
        id=key,
        names={"en": name},
        category=category,
        description=description,
        kind=FlowKind.ELEMENTARY,
        reference=mass,
        properties={mass: Decimal(1)},
        cas=cas,
        formula=formula,
    )


@cache
def _table() -> Mapping[tuple[str, str], Mapping[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {(row["gas"], row["kind"]): row for row in csv.DictReader(file)}
