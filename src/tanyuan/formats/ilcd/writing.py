"""Write ILCD: a ZIP archive of data sets, the same bytes for the same package."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.ilcd import dialects
from tanyuan.formats.ilcd.export import Export
from tanyuan.formats.ilcd.order import ordered
from tanyuan.formats.ilcd.trees import Tree, parsed, written
from tanyuan.formats.packages import Progress
from tanyuan.problems import Place

_MANIFEST = b"Manifest-Version: 1.0\r\nILCD-FormatVersion: 1.1\r\nCreated-By: Tanyuan\r\n\r\n"


def write(
    package: Package, path: Path, report: Report, progress: Progress, _choices: Profile
) -> None:
    """Write a package as ILCD 1.1.

    What ILCD has no place for is reported and lies in `other/tanyuan.jsonl`, from where this
    platform reads it back.
    """
    Export(package, dialects.ILCD, _encoded, _decoded, "ILCD/").run(
        path, report, progress, {"META-INF/MANIFEST.MF": _MANIFEST} | _locations(package)
    )


def _encoded(kind: str, tree: Tree) -> bytes:
    return written(kind, ordered(tree))


def _decoded(data: bytes) -> tuple[str, Tree]:
    return parsed(BytesIO(data), "", Place())


def _locations(package: Package) -> dict[str, bytes]:
    """The list of places, which gives the codes their names."""
    found: list[dict[str, Any]] = [
        {"@value": each.code, "#text": each.name}
        for each in sorted(package.locations.values(), key=lambda each: (each.code, each.id))
        if each.code and each.names
    ]
    if not found:
        return {}
    return {"ILCD/ILCDLocations.xml": written("ILCDLocations", {"location": found})}
