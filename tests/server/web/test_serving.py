"""The server as its operator meets it: started, asked, stopped; a taken port; a backup."""

import os
import shutil
import signal
import socket
import sqlite3
import stat
import sys
import time

import pytest
from started import (
    Browser,
    ask,
    children,
    free_port,
    password_of,
    running,
    studies_in,
    tanyuan,
)

from tanyuan.footprint.seal import verify
from tanyuan.formats.examples import examples_folder


@pytest.fixture
def data(first_start, tmp_path):
    """A data folder in use, with the demonstration region."""
    return first_start.copied_to(tmp_path / "data")


def test_it_starts_answers_tells_its_accounts_and_stops(first_start):
    assert first_start.status == 200
    assert "探源" in first_start.page
    assert first_start.ended == 0
    assert f"http://localhost:{first_start.port}/" in first_start.printed
    assert "engineer@works.example" in first_start.printed
    assert "Traceback" not in first_start.printed


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
            assert server.wait(300) == 2
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


def test_while_it_runs_a_backup_is_taken_and_no_second_writer_let_in(data, tmp_path):
    """The backup is restored on an empty machine as the operations guide says it."""
    backup, restored, port = tmp_path / "backup", tmp_path / "restored", free_port()
    backup.mkdir()
    with running(data, port=port):
        ask(port, "/health/")
        assert tanyuan("backup", str(backup / "tanyuan.sqlite3"), "--data", str(data)).stdout
        for name in ("files", "secrets"):
            shutil.copytree(data / name, backup / name)
        other = tanyuan("serve", "--data", str(data), PORT=str(free_port()))
        assert other.returncode == 2
        assert "Another process of the server writes to this data folder" in other.stderr
        for words in (("migrate",), ("account", "reset", "engineer@works.example")):
            refused = tanyuan(*words, "--data", str(data))
            assert (refused.returncode, "stop it first" in refused.stderr) == (2, True)
    assert tanyuan("migrate", "--data", str(data)).returncode == 0
    shutil.copytree(backup, restored)
    port = free_port()
    with running(restored, port=port):
        ask(port, "/health/")
        who = Browser(port).sign_in("researcher@institute.example", password_of(restored))
        study = studies_in(who.get("/studies/")[2]).pop()
        status, _, sealed = who.get(f"/studies/{study}/revisions/1/files/sealed/")
    assert status == 200
    assert verify(sealed.encode()).verdict == "PASS"
    assert stat.S_IMODE((restored / "secrets" / "django-key").stat().st_mode) == 0o600


def test_a_bad_setting_stops_the_start_with_its_sentence(data):
    done = tanyuan("serve", "--data", str(data), TANYUAN_DEBUG="perhaps")
    assert done.returncode == 2
    assert "TANYUAN_DEBUG is “perhaps”; write yes or no" in done.stderr


def test_a_worker_is_refused_on_sqlite(data):
    done = tanyuan("worker", "--data", str(data))
    assert done.returncode == 2
    assert "SQLite" in done.stderr


def test_an_address_of_another_machine_is_told(data):
    done = tanyuan("serve", "--data", str(data), HOST="192.0.2.1", PORT=str(free_port()))
    assert done.returncode == 2
    assert "192.0.2.1 is no address of this machine" in done.stderr


def test_a_closed_terminal_leaves_nobody_behind(data):
    port = free_port()
    with running(data, port=port) as server:
        ask(port, "/health/")
        (worker,) = children(server.pid)
        server.send_signal(signal.SIGHUP)
        assert server.wait(300) == 0
        assert not children(server.pid)
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


PARTS = ("secrets/django-key", "tanyuan.sqlite3", "static", "secrets/demonstration-password")


def test_a_start_that_is_interrupted_at_any_part_ends_clean_and_goes_on_next_time(tmp_path):
    port = free_port()
    for part in PARTS:
        with running(tmp_path, port=port) as server:
            while server.poll() is None and not (tmp_path / part).exists():
                time.sleep(0.005)
            server.send_signal(signal.SIGINT)
            assert server.wait(300) == 130, part
            assert "Traceback" not in server.printed.read_text(), part
    with running(tmp_path, port=port):
        assert ask(port)[0] == 200
        browser = Browser(port).sign_in("engineer@works.example", password_of(tmp_path))
        assert browser.get("/studies/")[0] == 200


SLOW = """
import sys, time
from tanyuan.cli import main
from tanyuan.languages import Message
from tanyuan.server.web import commands

start = commands.start

def slow(job, progress):
    for part in range(3000):
        progress.tell(part / 3000, Message("Calculating"))
        time.sleep(0.1)
    return {}

def start_slowly(*words, **more):
    start(*words, **more)
    from tanyuan.server.base import jobs
    from tanyuan.server.studies import tasks
    jobs._tasks["study.import"] = slow

commands.start = start_slowly
main()
"""


def state_of_the_job(data):
    with sqlite3.connect(f"file:{data / 'tanyuan.sqlite3'}?mode=ro", uri=True) as database:
        row = database.execute("select state from base_job").fetchone()
    return row and row[0]


def wait_for(state, data):
    for _ in range(600):
        if state_of_the_job(data) == state:
            return
        time.sleep(0.1)
    raise AssertionError(f"the job is {state_of_the_job(data)}, not {state}")


def test_a_running_job_goes_back_into_the_queue_and_is_done_after_the_next_start(data):
    port = free_port()
    with running(data, port=port, program=[sys.executable, "-c", SLOW]) as server:
        ask(port, "/health/")
        browser = Browser(port).sign_in("engineer@works.example", password_of(data))
        file = ("tyre.xlsx", (examples_folder() / "tyre.xlsx").read_bytes())
        assert browser.post("/studies/upload/", file=file)[0] == 200
        wait_for("running", data)
        server.send_signal(signal.SIGINT)
        assert server.wait(300) == 0
        assert "Traceback" not in server.printed.read_text()
    assert state_of_the_job(data) == "waiting"
    with running(data, port=port):
        wait_for("done", data)


def test_a_job_whose_process_was_killed_is_done_after_the_next_start(data):
    port = free_port()
    with running(data, port=port, program=[sys.executable, "-c", SLOW]) as server:
        ask(port, "/health/")
        browser = Browser(port).sign_in("engineer@works.example", password_of(data))
        file = ("tyre.xlsx", (examples_folder() / "tyre.xlsx").read_bytes())
        browser.post("/studies/upload/", file=file)
        wait_for("running", data)
        workers = children(server.pid)
        for process in (server.pid, *workers):
            os.kill(process, signal.SIGKILL)
        server.wait(300)
    assert state_of_the_job(data) == "running"
    with running(data, port=port):
        wait_for("done", data)
