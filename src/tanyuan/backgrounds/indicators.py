"""Which stated indicator results are global warming potentials, and of what."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tanyuan.languages import Choice

_TABLE = Path(__file__).parent.parent / "data" / "ilcd" / "gwp_indicators.csv"


class GwpPart(Choice):
    """What a global warming potential of EN 15804 covers (EN 15804:2012+A2:2019, table 3)."""

    TOTAL = "total", "total"
    FOSSIL = "fossil", "fossil"
    BIOGENIC = "biogenic", "biogenic"
    LAND_USE = "land-use", "land use and land use change"
    WITHOUT_BIOGENIC = "without-biogenic", "without uptake and emission of biogenic carbon"


@dataclass(frozen=True, slots=True)
class GwpIndicator:
    """A global warming potential (kg CO2 equivalent): its id, what it covers, the method."""

    id: str
    part: GwpPart
    method: str


@cache
def gwp_indicators() -> Mapping[str, GwpIndicator]:
    """Those whose ids the ILCD+EPD format lists, by id (`data/ilcd/`, with its source)."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["indicator"]: GwpIndicator(row["indicator"], GwpPart(row["part"]), row["method"])
        for row in rows
    }
