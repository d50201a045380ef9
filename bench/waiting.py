"""What a person waits for, as ratios to a bare start of Python in the same run.

Medians of five after a warm-up, with the spread seen, so that a noisy machine shows.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import tanyuan as ty
from bench.results import circumstances, write_section
from tanyuan.factors.search import search
from tanyuan.footprint.study import Study

RUNS = 5


def study_of(lines: int) -> Study:
    """A study with so many lines over eight library factors, every line uncertain."""
    refs = [("MA-0184", "kg"), ("EL-0121", "kWh"), ("TR-0010", "t·km"), ("MA-0107", "kg")]
    rows: list[dict[str, Any]] = [
        {
            "id": f"line-{number}",
            "name_en": f"Input {number}",
            "name_zh": f"投入 {number}",
            "stage": "raw_material",
            "amount": f"{1 + number % 17}.{number % 10}",
            "unit": refs[number % len(refs)][1],
            "ref": refs[number % len(refs)][0],
            "distribution": "lognormal",
            "spread": "1.1",
        }
        for number in range(lines)
    ]
    return Study.model_validate(
        {"id": "bench", "unit": "piece", "boundary": "cradle_to_gate", "lines": rows}
    )


def seconds_of(*command: str) -> list[float]:
    """Wall seconds of a whole command, after one run that is not counted."""
    found = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - start)
    return found[1:]


def milliseconds_of_search() -> list[float]:
    """Milliseconds of one search in a process that has searched before."""
    found = []
    for words in ("水泥", "diesel", "电力 全国", "truck freight", "钢", "ammonia"):
        search(words)
        start = time.perf_counter()
        search(words)
        found.append((time.perf_counter() - start) * 1000)
    return found


def main() -> None:
    """Measure and write the section."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "study.xlsx"
        workbook.write_bytes(ty.write_study(study_of(200), workbook))
        tanyuan = [python, "-m", "tanyuan"]
        bare = seconds_of(python, "-c", "pass")
        load = "from tanyuan.factors.starter import starter_release; starter_release()"
        rows = {
            "bare start of Python": bare,
            "import tanyuan": seconds_of(python, "-c", "import tanyuan"),
            "load the library": seconds_of(python, "-c", load),
            "tanyuan factors search 水泥": seconds_of(*tanyuan, "factors", "search", "水泥"),
            "tanyuan calc, 200 lines": seconds_of(*tanyuan, "calc", str(workbook)),
            "the same without Monte Carlo": seconds_of(
                *tanyuan, "calc", str(workbook), "--samples", "0"
            ),
        }
    table = _table(rows, statistics.median(bare))
    searches = milliseconds_of_search()
    count = len(ty.starter_release().factors)
    about = (
        f"{circumstances()}; whole commands, wall seconds, median of {RUNS} (lowest – highest), "
        "ratio to a bare start of Python.\n\n"
    )
    within = (
        f"\nOne search over {count} factors inside the process: median "
        f"{statistics.median(searches):.1f} ms, slowest {max(searches):.1f} ms.\n"
    )
    write_section("What a person waits for", about + table + within)


def _table(rows: dict[str, list[float]], bare: float) -> str:
    lines = ["| What | seconds | ratio |", "|---|---|---:|"]
    for name, found in rows.items():
        median = statistics.median(found)
        spread = f"{median:.3f} ({min(found):.3f} – {max(found):.3f})"
        lines.append(f"| {name} | {spread} | {median / bare:.1f} |")
    return "\n".join(lines) + "\n"
