"""`make drill`: samples, a portfolio and a grid, on workers of which one is killed in the middle.

Done in this process, in two processes, and on a Dask cluster of two worker processes. Everything is
generated in a folder that is thrown away; figures must be equal to the nine digits that are sealed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import dask
import numpy as np
import psutil
from distributed import Client, LocalCluster

from bench.package_generator import write_package
from bench.results import circumstances, write_section
from tanyuan.backgrounds.drawing import draw
from tanyuan.backgrounds.library import Entry, Library
from tanyuan.backgrounds.offering import offered
from tanyuan.backgrounds.weighing import weights
from tanyuan.executors.choosing import executor
from tanyuan.executors.executor import Executor
from tanyuan.formats.background_import import import_background
from tanyuan.formats.portfolio import grid, portfolio
from tanyuan.formats.portfolio_table import outcome_json
from tanyuan.lca.derived import Drawing

GWP_SET = "AR6 GWP-100"
KILLED_AT = 0.4
WAYS = ("this process", "two processes", "Dask, two workers")


class Done(NamedTuple):
    """What one way found, how long it took, and whether a worker was killed in it."""

    found: Any
    seconds: float
    killed: bool


class Assassin:
    """Kills a worker when a job is well under way."""

    def __init__(self, workers: Callable[[], Sequence[int]] | None) -> None:
        self._workers = workers
        self.killed = False

    def __call__(self, done: float) -> None:
        if self._workers is not None and not self.killed and done >= KILLED_AT:
            os.kill(self._workers()[0], signal.SIGKILL)
            self.killed = True


@contextmanager
def way(name: str) -> Iterator[tuple[Executor, Callable[[], Sequence[int]] | None]]:
    """An executor, and how to find its worker processes."""
    if name == WAYS[0]:
        with executor(1) as chosen:
            yield chosen, None
    elif name == WAYS[1]:
        with executor(2) as chosen:
            yield chosen, spawned
    else:
        # The machine may need long to start a new worker; a real cluster has no such limit
        with (
            dask.config.set({"distributed.deploy.lost-worker-timeout": "1h"}),
            LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0"
            ) as cluster,
            Client(cluster) as watcher,
            executor(cluster=cluster.scheduler_address) as chosen,
        ):
            yield chosen, lambda: list(watcher.run(os.getpid).values())


def spawned() -> list[int]:
    """Worker processes that this process has started."""
    children = psutil.Process().children()
    return [one.pid for one in children if "spawn_main" in " ".join(one.cmdline())]


def study(number: int, refs: Sequence[str]) -> dict[str, Any]:
    """A small study that takes some products of the background."""
    rng = np.random.default_rng([20261129, number])
    chosen = rng.choice(len(refs), size=5, replace=False)
    share, recovery = {"id": "share", "value": "0.3"}, {"id": "recovery", "value": "0.9"}
    return {
        "id": f"made-{number}",
        "unit": "kg",
        "boundary": "cradle_to_gate",
        "method": {"gwp_set": GWP_SET},
        "parameters": [share, recovery],
        "lines": [
            {
                "id": f"line-{place}",
                "ref": refs[product],
                "amount": f"{amount:.6f} * (1 + share) / recovery",
                "unit": "kg",
                "stage": "production",
            }
            for place, (product, amount) in enumerate(
                zip(chosen.tolist(), rng.lognormal(size=5).tolist(), strict=True)
            )
        ],
    }


def prepare(folder: Path, processes: int, studies: int) -> tuple[Entry, list[Path]]:
    """A background with its samples, and studies over it."""
    package = folder / "package.zip"
    write_package(package, processes)
    library = Library(folder / "library")
    entry = import_background(package, library, name="made").entry
    with executor(2) as chosen:
        draw(entry, GWP_SET, chosen)
    refs = [
        factor.id for factor in offered(entry).values() if factor.unit == "kg" and factor.emissions
    ]
    files = []
    for number in range(studies):
        file = folder / f"{number:05}.json"
        file.write_text(json.dumps(study(number, refs)), encoding="utf-8")
        files.append(file)
    return entry, files


def measured(name: str, job: Callable[[Executor, Callable[[float], None]], Any]) -> Done:
    """Do a job one way."""
    with way(name) as (chosen, workers):
        assassin = Assassin(workers)
        started = time.perf_counter()
        found = job(chosen, assassin)
        return Done(found, time.perf_counter() - started, assassin.killed)


def main() -> None:
    """Run the drill and record it."""
    parser = argparse.ArgumentParser(prog="scale_out", description=__doc__)
    parser.add_argument("--processes", type=int, default=5_000, help="of the background")
    parser.add_argument("--samples", type=int, default=2_000)
    parser.add_argument("--studies", type=int, default=10_000)
    asked = parser.parse_args()
    about = circumstances()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        entry, files = prepare(folder, asked.processes, asked.studies)
        counted = weights(entry.characterisation.columns, GWP_SET).values
        drawing = Drawing.of(entry.system, entry.characterisation, entry.derived, counted, 7)
        library = Library(folder / "library")
        points = [Decimal(point) / 100 for point in range(1, 51)]
        axes = grid({"share": points, "recovery": [1 - point / 2 for point in points[:40]]})

        def samples(chosen: Executor, progress: Callable[[float], None]) -> Any:
            values, _ = drawing.run(asked.samples, chosen, progress)
            return values

        def studies(chosen: Executor, progress: Callable[[float], None]) -> Any:
            found = portfolio(files, chosen, backgrounds=library, progress=progress)
            return list(map(outcome_json, found))

        def scenarios(chosen: Executor, progress: Callable[[float], None]) -> Any:
            found = portfolio(
                files[:1], chosen, choices=axes, backgrounds=library, progress=progress
            )
            return list(map(outcome_json, found))

        jobs = {
            f"{asked.samples:,} samples of {asked.processes:,} products": samples,
            f"{asked.studies:,} studies over one background": studies,
            f"a grid of {len(axes):,} choices of one study": scenarios,
        }
        rows = [row for title, job in jobs.items() for row in compared(title, job)]
    write_section("Scale-out drill", "\n".join([f"{about}. {TEXT}", "", HEAD, *rows]))


TEXT = """\
`make drill`. In two processes and on Dask (a local cluster of two worker processes) one worker is
killed with SIGKILL at 40 %. “Equal” compares with this process: samples bit by bit, studies by
every figure of nine digits and by the hash that the sealed footprint carries."""
HEAD = """\
| Job | Where | Seconds | Worker killed | Equal |
|---|---|---:|---|---|"""


def compared(title: str, job: Callable[[Executor, Callable[[float], None]], Any]) -> Iterator[str]:
    """Do a job every way; rows of the table.

    Raises:
        SystemExit: a figure differs, or no worker was killed where one had to be.
    """
    first: Done | None = None
    for name in WAYS:
        done = measured(name, job)
        first = first or done
        equal = same(first.found, done.found)
        killed = "yes" if done.killed else "—"
        print(f"{title}, {name}: {done.seconds:.1f} s, killed: {killed}, equal: {equal}")
        if not equal or (done.killed is (name == WAYS[0])):
            raise SystemExit(f"{title}, {name}: the figures differ, or no worker was killed")
        yield f"| {title} | {name} | {done.seconds:.1f} | {killed} | yes |"


def same(first: Any, second: Any) -> bool:
    """Whether two ways found the same."""
    if isinstance(first, np.ndarray):
        return bool(first.tobytes() == second.tobytes())
    return bool(first == second and not any(one["problems"] for one in first))


if __name__ == "__main__":
    main()
