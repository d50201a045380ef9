"""Wall and processor time of one piece of work; a line of JSON for whoever asked."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def clock(work: Callable[[], T], times: int = 1, inner: int = 1) -> tuple[dict[str, float], T]:
    """Median seconds of so many runs of `inner` calls, per call, and the last answer.

    Processor seconds are of all threads of this process; on a busy machine they tell more than the
    wall does.
    """
    walls, processors = [], []
    for _ in range(times):
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
