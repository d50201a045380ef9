"""A server of its own with the demonstration region, in a process that tests can look at."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 180


@dataclass(frozen=True)
class Server:
    """Where the server answers, what its accounts' password is, which process it is."""

    address: str
    data: Path
    process: int

    @property
    def password(self) -> str:
        """The password of all demonstration accounts."""
        return (self.data / "secrets" / "demonstration-password").read_text()

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return (self.data / "log").read_text()

    @property
    def _processes(self) -> list[int]:
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text()
        return [self.process, *map(int, children.split())]

    def forget_peak(self) -> None:
        """Begin to measure the peak of memory anew (Linux)."""
        for process in self._processes:
            Path(f"/proc/{process}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The largest memory of one of its processes since then, in MiB."""
        states = [Path(f"/proc/{process}/status").read_text() for process in self._processes]
        return max(int(re.search(r"VmHWM:\s+(\d+) kB", state)[1]) for state in states) // 1024


def start(data: Path) -> tuple[Server, subprocess.Popen[bytes]]:
    """Start a server and wait until it answers; its words go to `log` in the data folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = ("COV_", "COVERAGE", "DJANGO_", "TANYUAN_", "PYTEST")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    command = [sys.executable, "-m", "tanyuan", "serve", "--demonstration"]
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data", str(data), "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", data, process.pid)
    end = time.monotonic() + _PATIENCE
    while not _answers(server):
        if process.poll() is not None or time.monotonic() > end:
            stop(process)
            raise RuntimeError(f"the server did not start:\n{server.log}")
        time.sleep(0.1)
    return server, process


def _answers(server: Server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.address}/health/", timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server as Ctrl-C does."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
