"""Wall and processor time of one piece of work; a line of JSON for whoever asked."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

PACE = "BENCH_PACE"  # seconds of `pace` on a free core, for the processes of a bench
SLACK, PATIENCE = 1.5, 60.0


def pace() -> float:
    """Seconds of a loop that does nothing: others on a machine can slow a core to half."""
    begin = time.perf_counter()
    for _ in range(20_000):
        pass
    return time.perf_counter() - begin


def best_pace(seconds: float = 3.0) -> float:
    """The shortest of so many seconds."""
    until = time.perf_counter() + seconds
    shortest = pace()
    while time.perf_counter() < until:
        shortest = min(shortest, pace())
    return shortest


class Quiet:
    """Waiting for the machine to work at about the pace that was told to this process."""

    def __init__(self, patience: float) -> None:
        self.patience = patience

    def wait(self) -> None:
        """Wait, in all no longer than patience lasts, in seconds."""
        told = float(os.environ.get(PACE, "inf"))
        while self.patience > 0 and statistics.median(pace() for _ in range(5)) > SLACK * told:
            time.sleep(_NAP)
            self.patience -= _NAP


_NAP = 0.1
_quiet = Quiet(PATIENCE)


def clock(work: Callable[[], T], times: int = 1, inner: int = 1) -> tuple[dict[str, float], T]:
    """Median seconds of so many runs of `inner` calls, per call, and the last answer.

    Processor seconds are of all threads of this process; on a busy machine they tell more than the
    wall does.
    """
    walls, processors = [], []
    for _ in range(times):
        _quiet.wait()
        wall, processor = time.perf_counter(), time.process_time()
        for _ in range(inner):
            answer = work()
        processors.append((time.process_time() - processor) / inner)
        walls.append((time.perf_counter() - wall) / inner)
    return {"wall": statistics.median(walls), "cpu": statistics.median(processors)}, answer


def tell(row: str, seconds: dict[str, float], **more: Any) -> None:
    """Write what was measured."""
    sys.stdout.write(json.dumps({"row": row, **seconds, **more}) + "\n")
    sys.stdout.flush()


def peak_megabytes() -> float:
    """Most memory that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells begins with the memory of whoever started us
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return float(line.split()[1]) / 2**10
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
