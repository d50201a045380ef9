"""The processes of a bench, run one after the other, and what they told."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
THREADS = ("OMP", "MKL", "OPENBLAS", "NUMBA")


class Figure(NamedTuple):
    """Seconds of a job: medians over the rounds, and the spread of the wall seconds."""

    wall: float
    cpu: float
    low: float
    high: float
    how: str = ""

    def times(self, factor: float) -> Figure:
        """The same so many times over."""
        wall, cpu, low, high = (seconds * factor for seconds in self[:4])
        return Figure(wall, cpu, low, high, self.how)

    def plus(self, other: Figure) -> Figure:
        """One job after the other."""
        wall, cpu, low, high = (a + b for a, b in zip(self[:4], other[:4], strict=True))
        return Figure(wall, cpu, low, high, self.how)


@dataclass
class Measured:
    """All lines of all processes of one side."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, how: str, threads: int, command: Iterable[str | Path], **more: str) -> None:
        """Run one process with so many threads; its lines are kept under `how` it worked."""
        environment = os.environ | {f"{name}_NUM_THREADS": str(threads) for name in THREADS}
        line = [str(part) for part in command]
        done = subprocess.run(
            line, cwd=ROOT, env=environment | more, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(line)}\n{done.stderr[-2000:]}")
        told = [json.loads(each) for each in done.stdout.splitlines() if each.startswith('{"row"')]
        for each in told:
            each["how"] = ", ".join(part for part in (how, each.get("how")) if part)
        self.lines += told

    def of(self, row: str) -> list[dict[str, Any]]:
        """The lines of a row."""
        return [line for line in self.lines if line["row"] == row]

    def last(self, row: str) -> dict[str, Any]:
        """The last line of a row."""
        return self.of(row)[-1]

    def ways(self, row: str) -> dict[str, Figure]:
        """Every way in which a row was worked, with its seconds."""
        found = {}
        for how in dict.fromkeys(line["how"] for line in self.of(row)):
            lines = [line for line in self.of(row) if line["how"] == how]
            walls = [line["wall"] for line in lines]
            cpu = statistics.median(line["cpu"] for line in lines)
            found[how] = Figure(statistics.median(walls), cpu, min(walls), max(walls), how)
        return found

    def best(self, row: str) -> Figure:
        """The fastest way of a row."""
        return min(self.ways(row).values())

    def least(self, row: str) -> float:
        """The smallest peak memory of a row's ways, in MB; the largest of its rounds."""
        peaks: dict[str, float] = {}
        for line in self.of(row):
            peaks[line["how"]] = max(line["megabytes"], peaks.get(line["how"], 0.0))
        return min(peaks.values())

    def slow(self, rows: Iterable[str], slack: float = 1.5) -> set[str]:
        """The ways that take so many times the best one's processor seconds in all their rows."""
        ways = [self.ways(row) for row in rows]
        worked = {how for each in ways for how in each}
        near = {
            how
            for each in ways
            for how, figure in each.items()
            if figure.cpu <= slack * min(other.cpu for other in each.values())
        }
        return worked - near
