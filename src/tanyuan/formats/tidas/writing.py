"""Write TIDAS: a ZIP archive of data sets in JSON, the same bytes for the same package."""

from __future__ import annotations

import json
from pathlib import Path

from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.ilcd import dialects
from tanyuan.formats.ilcd.export import Export
from tanyuan.formats.ilcd.order import ordered
from tanyuan.formats.ilcd.trees import Tree
from tanyuan.formats.packages import Progress
from tanyuan.formats.tidas.completing import completed
from tanyuan.formats.tidas.reading import data_set
from tanyuan.problems import Place


def write(
    package: Package, path: Path, report: Report, progress: Progress, _choices: Profile
) -> None:
    """Write a package as TIDAS, valid by its JSON schemas.

    What TIDAS has no place for is reported and lies in `other/tanyuan.jsonl`, from where this
    platform reads it back.
    """
    Export(package, dialects.TIDAS, _encoded, _decoded).run(path, report, progress, {})


def _encoded(kind: str, tree: Tree) -> bytes:
    content = {kind: ordered(completed(kind, tree))}
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _decoded(data: bytes) -> tuple[str, Tree]:
    found = data_set(data, Place())
    if found is None:
        raise ValueError("not a data set")
    return found
