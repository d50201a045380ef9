"""Regions as a list to choose from: provinces, below them the cities and districts we know."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tanyuan.languages import language

_FILE = Path(__file__).parents[2] / "data" / "regions.csv"


@cache
def _rows() -> Mapping[str, Mapping[str, str]]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def region_name(code: str) -> str:
    """The name in the language in use, below a province with it; an unknown code as it is."""
    row = _rows().get(code)
    if row is None:
        return code
    name = row["name_zh"] if language() == "zh" else row["name_en"]
    if row["parent"] not in _rows():
        return name
    above = region_name(row["parent"])
    return f"{above}{name}" if language() == "zh" else f"{name}, {above}"


def region_choices() -> list[tuple[str, str]]:
    """Every region: each province, then what lies in it."""
    rows = _rows().values()
    order = [
        code
        for province in (row["code"] for row in rows if row["parent"] not in _rows())
        for code in (province, *(row["code"] for row in rows if row["parent"] == province))
    ]
    return [("", "–"), *((code, region_name(code)) for code in order)]
