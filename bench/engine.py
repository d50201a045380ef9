"""The engine beside Brightway: the same arrays, in one run, turn by turn.

Every set of jobs is a process of its own (its peak memory is then its own), and both sides take
turns, so that a noisy machine is noisy for both. Brightway works each job with every solver that it
has for it; ways that are clearly slower drop out after the first round, and the best one counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench.clock import PACE, best_pace
from bench.engine_report import section
from bench.generator import Background, make
from bench.measured import Measured
from bench.results import write_section

LARGE = 200_000
LAW_SAMPLES = "1000"
DIRECT = {"PARDISO": "pardiso", "SuperLU": "superlu"}
ITERATIVE = {f"{name}, iterative": solver for name, solver in DIRECT.items()}


@dataclass(frozen=True)
class Jobs:
    """A set of jobs: the ways in which Brightway works it, and the rows that judge them."""

    name: str
    ways: dict[str, tuple[str, str]]  # label → set and solver, for bench.peer
    rows: tuple[str, ...]


def jobs(name: str, *rows: str) -> Jobs:
    """A set that Brightway works with its direct solvers."""
    return Jobs(name, {how: (name, solver) for how, solver in DIRECT.items()}, rows)


STATIC = jobs("static", "first score", "next product", "all, adjoint class", "one of many")
ITERATED = {how: ("sample-iterative", solver) for how, solver in ITERATIVE.items()}
SAMPLE = Jobs("sample", jobs("sample").ways | ITERATED, ("one sample",))
SETS = (STATIC, SAMPLE, jobs("changes", "replace", "new product"), jobs("tree", "tree"))
STORAGE = Jobs("storage", {"SQLite": ("storage", "superlu")}, ("storage",))


@dataclass
class Turns:
    """One background, both sides, so many threads each."""

    file: Path
    peer: Path
    threads: int = 1
    theirs: Measured = field(default_factory=Measured)
    ours: Measured = field(default_factory=Measured)
    loads: list[float] = field(default_factory=list)

    def take(self, sets: tuple[Jobs, ...], rounds: int) -> None:
        """Measure some sets of jobs, round by round."""
        dropped: set[tuple[str, str]] = set()
        for _ in range(rounds):
            for each in sets:
                self.loads.append(os.getloadavg()[0])
                for how, way in each.ways.items():
                    if (each.name, how) not in dropped:
                        self.ask_us(each.name)
                        self.ask_peer(how, *way)
                self.ask_us(each.name)
                dropped |= {(each.name, how) for how in self.theirs.slow(each.rows)}

    def ask_peer(self, how: str, name: str, solver: str, **more: str) -> None:
        """One process of Brightway's, with projects of its own."""
        self._say(f"Brightway, {how}", name)
        command = (self.peer, "-m", "bench.peer", name, solver, self.file)
        with tempfile.TemporaryDirectory() as folder:
            self.theirs.ask(how, self.threads, command, BRIGHTWAY2_DIR=folder, **more)

    def ask_us(self, name: str, **more: str) -> None:
        """One process of ours."""
        self._say("Tanyuan", name)
        command = (sys.executable, "-m", "bench.ours", name, str(self.threads), self.file)
        self.ours.ask("", self.threads, command, **more)

    def _say(self, who: str, what: str) -> None:
        print(f"{self.threads} thread(s): {what}, {who}", file=sys.stderr, flush=True)


def main(size: int, peer: Path, rounds: int, large: bool) -> None:
    """Measure at one size, with one thread and with two, and write the section."""
    os.environ[PACE] = str(best_pace())
    with tempfile.TemporaryDirectory() as folder:
        background = make(size)
        file = _saved(background, Path(folder))
        one, two = Turns(file, peer), Turns(file, peer, threads=2)
        for each in (*SETS, STORAGE):
            Turns(file, peer).ask_us(each.name)  # compiles, and no round holds the compiler
        one.take((*SETS, STORAGE), rounds)
        two.take(SETS, rounds)
        alone = None
        if large:
            alone = Turns(_saved(make(LARGE), Path(folder)), peer)
            for name in ("static", "sample"):
                alone.ask_us(name)
        one.ask_us("errors")  # from here on no time is taken
        one.ask_peer("SuperLU, iterative", "law", "superlu", LAW_SAMPLES=LAW_SAMPLES)
        one.ask_us("law", LAW_SAMPLES=LAW_SAMPLES)
    text = section(background, one, two, alone)
    write_section(f"The engine beside Brightway, n = {size:,}", text)


def _saved(background: Background, folder: Path) -> Path:
    file = folder / f"{background.processes}.npz"
    background.save(file)
    return file
