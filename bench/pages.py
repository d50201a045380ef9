"""What the server takes for its pages and papers, asked over the loopback by one reader.

A platform with the demonstration region and a study of 200 uncertain lines is started in a process
of its own. Ratios are to `/robots.txt`, the emptiest view there is, in the same run.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.results import circumstances, write_section
from bench.waiting import study_of

RUNS = 15
LINES = 200
SECONDS = 4.0
READERS = 4
EMPTY = "/robots.txt"
REPORTS = (("PDF", "pdf"), ("Word", "docx"))

_PREPARE = """
import sys, django
django.setup()
from tanyuan.formats.files import read_study
from tanyuan.server.people.models import Membership, Organisation
from tanyuan.server.studies import actions
from tanyuan.server.studies.models import StudyRecord
from tanyuan.server.web import preparing
preparing.migrate()
preparing.demonstrate()
member = Membership.objects.select_related("person", "organisation").get(
    person__email="researcher@institute.example"
)
document = read_study(open(sys.argv[1], "rb").read(), "bench.json").study
study = actions.start_study(
    actor=member.person, organisation=member.organisation, document=document
)
StudyRecord.objects.filter(pk=study.pk).update(public=True)
actions.seal_footprint(actor=member.person, revision=study.latest)
print(study.pk)
"""


def main() -> None:
    """Measure and write the section."""
    import tanyuan as ty  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / "bench.json"
        document.write_bytes(ty.write_study(study_of(LINES), document))
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tanyuan.server.web.settings",
            "TANYUAN_DATA": str(Path(folder) / "data"),
            "TANYUAN_DEMONSTRATION": "yes",
        }
        prepare = [sys.executable, "-c", _PREPARE, str(document)]
        made = subprocess.run(prepare, env=environment, check=True, capture_output=True, text=True)
        study = f"/studies/{made.stdout.split()[-1]}/"
        revision = f"{study}revisions/1/files"
        with serving(environment) as port:
            waits = {
                f"footprint page, {LINES} lines": milliseconds(port, study),
                "the same sorted, every line drawn anew": milliseconds(port, f"{study}?sort=line"),
                "home": milliseconds(port, "/"),
                "catalogue": milliseconds(port, "/factors/"),
                "search of the catalogue": milliseconds(port, "/factors/?q=%E6%B0%B4%E6%B3%A5"),
                "factor": milliseconds(port, "/factors/EL-0121/"),
                "report, PDF, kept": milliseconds(port, f"{revision}/pdf/"),
                "report, Word, kept": milliseconds(port, f"{revision}/docx/"),
                "empty view": milliseconds(port, EMPTY),
            }
            rates = {
                name: requests_a_second(port, path)
                for name, path in (
                    ("empty view", EMPTY),
                    ("home", "/"),
                    ("catalogue", "/factors/"),
                    ("search of the catalogue", "/factors/?q=%E6%B0%B4%E6%B3%A5"),
                    ("factor", "/factors/EL-0121/"),
                )
            }
        waits |= {f"report, {name}, made anew": setting(kind) for name, kind in REPORTS}
    about = f"{circumstances()}; SQLite, one process, the reader on the same processors.\n\n"
    write_section("What the server takes", about + _waits(waits) + _rates(rates))


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """The platform on a free port, until it answers and until it is stopped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "tanyuan", "serve", "--demonstration", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise SystemExit("the server did not start")
            try:
                ask(port, EMPTY)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def ask(port: int, path: str) -> int:
    """The length of a page.

    Raises:
        SystemExit: it is no page.
    """
    reader = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        reader.request("GET", path, headers={"Accept-Language": "zh-CN"})
        answer = reader.getresponse()
        length = len(answer.read())
    finally:
        reader.close()
    if answer.status != http.client.OK:
        raise SystemExit(f"{path}: {answer.status}")
    return length


def milliseconds(port: int, path: str) -> list[float]:
    """What one request takes, one after the other, the first not counted."""
    found = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        ask(port, path)
        found.append((time.perf_counter() - start) * 1000)
    return found[1:]


def setting(kind: str) -> list[float]:
    """What the study's report takes to set, without server."""
    import tanyuan as ty  # noqa: PLC0415
    from tanyuan.reports.files import write_report  # noqa: PLC0415

    footprint = ty.calculate(study_of(LINES))
    found = []
    for _ in range(RUNS // 3 + 1):
        start = time.perf_counter()
        write_report(footprint, f"report.{kind}", lang="zh")
        found.append((time.perf_counter() - start) * 1000)
    return found[1:]


def requests_a_second(port: int, path: str) -> float:
    """How many requests a few readers have answered, for a few seconds."""
    counts = [0] * READERS
    end = time.perf_counter() + SECONDS

    def read(number: int) -> None:
        while time.perf_counter() < end:
            ask(port, path)
            counts[number] += 1

    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    start = time.perf_counter()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sum(counts) / (time.perf_counter() - start)


def _waits(waits: dict[str, list[float]]) -> str:
    empty = statistics.median(waits["empty view"])
    lines = ["| One request | milliseconds | ratio |", "|---|---|---:|"]
    for name, found in waits.items():
        median = statistics.median(found)
        spread = f"{median:.1f} ({min(found):.1f} – {max(found):.1f})"
        lines.append(f"| {name} | {spread} | {median / empty:.1f} |")
    return (
        "\n".join(lines)
        + f"\n\nMedian of {RUNS}, of the set reports {RUNS // 3} (lowest – highest).\n\n"
    )


def _rates(rates: dict[str, float]) -> str:
    empty = rates["empty view"]
    lines = [f"| {READERS} readers | requests a second | of the empty view |", "|---|---:|---:|"]
    lines += [f"| {name} | {rate:.0f} | {rate / empty:.2f} |" for name, rate in rates.items()]
    return "\n".join(lines) + "\n"
