"""Imports: how long they take and how much they hold, and every product beside Brightway's."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.results import circumstances, write_section
from tanyuan.backgrounds.allocating import allocated
from tanyuan.backgrounds.building import Built, build
from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import Package
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package

PACKAGES = (
    "uslci-2017-jsonld/uslci_olca1_5_json_ld.zip",
    "uslci-rail-jsonld/uslci-rail_v1.0.zip",
    "uslci-transport-jsonld/uslci-transport_v1.1.zip",
)
ROUNDING = float(np.finfo(float).eps)
PROFILE = Profile(keys=(Key.MASS, Key.ENERGY, Key.EQUAL))


@dataclass(frozen=True)
class Compared:
    """One package on both sides."""

    name: str
    processes: int
    products: int
    columns: int
    values: int
    worst: float
    version: str


def choices(package: Package, built: Built, profile: Profile) -> dict[str, Any]:
    """What the importer chose, for the other side."""
    report = Report()
    package = calculated(package, report)
    outputs = allocated(package, Measures(package), profile, report)
    factors = built.solved.characterisation
    positions = {
        (process.id, exchange.number): position
        for process in package.processes.values()
        for position, exchange in enumerate(process.exchanges, 1)
    }
    return {
        "shares": {process: dict(made.shares) for process, made in outputs.items()},
        "own": {
            f"{process}/{positions[process, number]}": dict(shares)
            for process, made in outputs.items()
            for number, shares in made.own.items()
        },
        "links": {
            f"{link.process}/{positions[link.process, link.number]}": link.provider
            for link in built.links
            if link.provider
        },
        "columns": list(factors.columns),
        "factors": {
            factors.flows[row]: {factors.columns[column]: factor}
            for row, column, factor in zip(
                factors.row.tolist(), factors.column.tolist(), factors.factor.tolist(), strict=True
            )
        },
    }


def compare(path: Path, peer: Path) -> Compared:
    """Every product of a package, by gas and kind, ours beside Brightway's."""
    report = Report()
    package = read_package(path, report)
    built = build(package, PROFILE, report)
    made = choices(package, built, PROFILE)
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "choices.json", Path(folder) / "answer.npz"
        given.write_text(json.dumps(made), encoding="utf-8")
        command = [str(peer), "-m", "bench.import_peer", str(path), str(given), str(answer)]
        subprocess.run(command, check=True, cwd=Path(__file__).resolve().parent.parent)
        with np.load(answer) as found:
            theirs = dict(zip(found["ids"].tolist(), found["values"], strict=True))
            version = str(found["version"])
    ours = built.solved.intensities
    values = np.array([theirs[f"{one.process}/{one.flow}"] for one in built.products])
    return Compared(
        path.name,
        len(package.processes),
        len(built.products),
        len(made["columns"]),
        int(np.count_nonzero(values)),
        worst(ours, values),
        version,
    )


def worst(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference relative to the larger of both.

    What is below the rounding of the largest value of its column is zero on both sides.
    """
    scale = np.maximum(np.abs(ours), np.abs(theirs))
    floor = ROUNDING * scale.max(axis=0, initial=0)
    away = np.abs(ours - theirs)
    there = scale > floor
    return float(np.max(np.divide(away, scale, out=np.zeros_like(away), where=there), initial=0))


def measured(path: Path) -> dict[str, float]:
    """Seconds and megabytes of one import, in a process of its own."""
    script = (
        "import sys, tempfile; from pathlib import Path; from bench.clock import *\n"
        "from bench.importing import PROFILE\n"
        "from tanyuan.backgrounds.library import Library\n"
        "from tanyuan.formats.background_import import import_background\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    library = Library(Path(folder))\n"
        "    seconds, _ = clock(lambda: import_background(Path(sys.argv[1]), library, PROFILE))\n"
        "tell('import', seconds, megabytes=peak_megabytes())\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, check=True, cwd=root, capture_output=True, encoding="utf-8")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(data: Path | None, peer: Path | None, size: int) -> None:
    """Measure and compare; write the section."""
    from bench.package_generator import write_package  # noqa: PLC0415

    paths = [data / name for name in PACKAGES if (data / name).exists()] if data else []
    lines = ["| Package | processes | wall s | CPU s | peak MB |", "|---|---:|---:|---:|---:|"]
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated.zip"
        exchanges = write_package(generated, size)
        for path in (*paths, generated):
            found = measured(path)
            name = f"generated, {exchanges:,} exchanges" if path == generated else path.name
            count = size if path == generated else _processes(path)
            lines.append(
                f"| {name} | {count:,} | {found['wall']:.1f} | {found['cpu']:.1f} | "
                f"{found['megabytes']:.0f} |"
            )
    lines += ["", *(_comparison(paths, peer) if peer else [])]
    head = (
        f"{circumstances()}. From the file to the stored background: read, linked, "
        "allocated by mass, energy or equally where the source does not say, solved, written."
    )
    write_section("Imports", f"{head}\n\n" + "\n".join(lines))


def _processes(path: Path) -> int:
    return len(read_package(path, Report()).processes)


def _comparison(paths: list[Path], peer: Path) -> list[str]:
    found = [compare(path, peer) for path in paths]
    versions = ", ".join(sorted({one.version for one in found}))
    return [
        f"Every product by gas and kind beside bw2calc {versions}, which reads the JSON by itself "
        "and takes the suppliers, shares and gases from the import; cut-offs by unit are columns "
        "too. Below the rounding of the largest value of a column, both are zero:",
        "",
        "| Package | processes | products | columns | values not 0 | largest relative difference |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {one.name} | {one.processes} | {one.products} | {one.columns} | "
            f"{one.values:,} | {one.worst:.1e} |"
            for one in found
        ),
    ]
