"""A first start from nothing, once for all tests that meet the server as a process."""

from __future__ import annotations

import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from started import ask, free_port, running


@dataclass(frozen=True)
class FirstStart:
    """What a first start answered, printed and left behind."""

    data: Path
    port: int
    status: int
    page: str
    ended: int
    printed: str

    def copied_to(self, folder):
        """Its data folder as another, to be used up by a test."""
        return shutil.copytree(self.data, folder)


@pytest.fixture(scope="session")
def first_start(tmp_path_factory):
    """The server started with the demonstration region in an empty folder, asked and stopped."""
    data, port = tmp_path_factory.mktemp("first") / "data", free_port()
    data.mkdir()
    with running(data, port=port) as server:
        status, page = ask(port)
        server.send_signal(signal.SIGINT)
        ended = server.wait(60)
        printed = server.printed.read_text()
    return FirstStart(data, port, status, page, ended, printed)
