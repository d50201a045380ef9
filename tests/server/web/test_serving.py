"""The server as its operator meets it: started, asked, stopped; a taken port; a backup."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

TANYUAN = [sys.executable, "-m", "tanyuan"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TANYUAN", "DJANGO"))}
    return {**kept, "PYTHONWARNINGS": "ignore", "TANYUAN_LANG": "en", **more}


def tanyuan(*words, **more):
    return subprocess.run(
        [*TANYUAN, *words],
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def running(data, *options, port):
    """The server as a process; what it prints goes to a file, so that it never waits for us."""
    printed = data / f"printed-{port}.txt"
    with printed.open("w") as target:
        server = subprocess.Popen(
            [*TANYUAN, "serve", "--demonstration", "--data", str(data), *options],
            env=environment(PORT=str(port)),
            stdout=target,
            stderr=subprocess.STDOUT,
        )
        server.printed = printed
        try:
            yield server
        finally:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()


def ask(port, path="/"):
    address = f"http://127.0.0.1:{port}{path}"
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not come up")


def test_it_starts_answers_tells_its_accounts_and_stops(data):
    port = free_port()
    with running(data, port=port) as server:
        status, page = ask(port)
        assert status == 200
        assert "探源" in page
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
        printed = server.printed.read_text()
    assert f"http://localhost:{port}/" in printed
    assert "engineer@works.example" in printed
    assert "Traceback" not in printed


def test_a_second_start_keeps_what_was_made(data):
    port = free_port()
    with running(data, port=port):
        assert ask(port, "/factors/")[0] == 200
    with sqlite3.connect(data / "tanyuan.sqlite3") as database:
        (studies,) = database.execute("select count(*) from studies_studyrecord").fetchone()
    assert studies == 6


def test_a_taken_port_says_so(data):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running(data, port=port) as server:
            assert server.wait(60) == 2
            assert f"Port {port} is taken" in server.printed.read_text()


def test_a_backup_is_whole_and_is_not_overwritten(data, tmp_path):
    target = tmp_path / "copy.sqlite3"
    first = tanyuan("backup", str(target), "--data", str(data))
    assert first.returncode == 0, first.stderr
    with sqlite3.connect(target) as copy:
        assert copy.execute("select count(*) from people_person").fetchone() == (9,)
    again = tanyuan("backup", str(target), "--data", str(data))
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_a_bad_setting_stops_the_start_with_its_sentence(data):
    done = tanyuan("serve", "--data", str(data), TANYUAN_DEBUG="perhaps")
    assert done.returncode == 2
    assert "TANYUAN_DEBUG is “perhaps”; write yes or no" in done.stderr


def test_a_worker_is_refused_on_sqlite(data):
    done = tanyuan("worker", "--data", str(data))
    assert done.returncode == 2
    assert "SQLite" in done.stderr
