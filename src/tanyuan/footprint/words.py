"""What a footprint says in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from tanyuan.documents.numbers import decimal_string
from tanyuan.figures.words import ends
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.study import Named
from tanyuan.languages import Message

_ALL = 0.995
"""From here on the share that states how sure it is reads 100 %."""


def driver_name(footprint: Footprint, key: str) -> str:
    """The name of a random quantity in the language in use."""
    sort, _, id_ = key.partition(":")
    study = footprint.study
    tables: dict[str, Sequence[Named]] = {
        "parameter": study.parameters,
        "meter": study.meters,
        "line": study.lines,
    }
    for row in tables.get(sort, ()):
        if row.id == id_:
            return row.name
    for line in footprint.lines:
        if sort == "factor" and line.ref == id_:
            return line.ref_name
    return id_


def shown_unit(footprint: Footprint) -> str:
    """The unit as a person reads it: `kg CO₂e/件`."""
    study = footprint.study
    unit = study.unit.name if study.unit.kind == "count" else str(study.unit)
    amount = "" if study.amount == 1 else f"{decimal_string(study.amount)} "
    gas = "CO₂" if footprint.co2_only else "CO₂e"
    return f"kg {gas}/{amount}{unit}"


def uncertainty_sentence(footprint: Footprint) -> Message | None:
    """One plain sentence on how sure the total is; None where nothing was calculated."""
    found = footprint.uncertainty
    if found is None:
        return None
    interval = footprint.interval
    if interval is None:
        return Message("No line states how sure it is, so there is no band.")
    low, high = ends(footprint.total, interval)
    main = found.drivers[0]
    values = {
        "low": low,
        "high": high,
        "unit": shown_unit(footprint),
        "share": f"{100 * main.share:.0f}",
        "driver": driver_name(footprint, main.key),
    }
    if found.covered > _ALL:
        return Message(
            "Between {low} and {high} {unit} with 95 % confidence; "
            "{share} % of the spread comes from “{driver}”.",
            **values,
        )
    return Message(
        "Between {low} and {high} {unit} with 95 % confidence; "
        "{share} % of the spread comes from “{driver}”. "
        "Only {covered} % of the total states how sure it is, so the true band is wider.",
        **values,
        covered=f"{100 * found.covered:.0f}",
    )
