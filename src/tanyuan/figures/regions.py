"""Regions and how their tiles are set (`data/regions.csv`, `data/tile_layouts.csv`).

34 provincial-level regions, 16 cities of Shandong, 16 districts of Shanghai. Names are those of the
official list; where the tiles stand is our own arrangement, roughly as on a map.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tanyuan.languages import language

_DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its code (GB/T 2260), names, and short names for tiles.

    Short English names of cities may have soft hyphens where they may be broken.
    """

    code: str
    level: str
    parent: str
    iso: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str

    @property
    def name(self) -> str:
        """The name in the language in use."""
        return self.name_zh if language() == "zh" else self.name_en

    @property
    def short(self) -> str:
        """The name on a tile, in the language in use."""
        return self.short_zh if language() == "zh" else self.short_en

    @property
    def keys(self) -> tuple[str, ...]:
        """Everything by which it may be called."""
        plain = "" if self.level == "province" else self.short_en.replace("\u00ad", "")
        named = (self.name_zh, self.name_en, self.short_zh, plain)
        return tuple(key for key in (self.code, self.iso, *named) if key)


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a region's tile stands."""

    region: Region
    row: int
    column: int


@cache
def regions() -> Mapping[str, Region]:
    """All regions by code."""
    with (_DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        found = [
            Region(
                row["code"], row["level"], row["parent"], row["iso_3166_2"],
                row["name_zh"], row["name_en"], row["short_zh"], row["short_en"],
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return MappingProxyType({region.code: region for region in found})


@cache
def layouts() -> Mapping[str, tuple[Tile, ...]]:
    """The tiles of `china`, `shandong` and `shanghai`."""
    found: dict[str, list[Tile]] = {}
    with (_DATA / "tile_layouts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tile = Tile(regions()[row["code"]], int(row["row"]), int(row["column"]))
            found.setdefault(row["layout"], []).append(tile)
    return MappingProxyType({name: tuple(tiles) for name, tiles in found.items()})
