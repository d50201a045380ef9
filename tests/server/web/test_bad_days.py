"""A started server on a bad day: huge uploads, two at once, a full disk, a locked database."""

import contextlib
import os
import re
import socket
import sqlite3
import sys
import threading
import time

import pytest
from started import Browser, ask, children, free_port, password_of, running

from tanyuan.formats.examples import examples_folder

MANAGER, ENGINEER = "manager@works.example", "engineer@works.example"


@pytest.fixture(scope="module")
def server(first_start, tmp_path_factory):
    """A server whose database waits a second for its lock."""
    data, port = first_start.copied_to(tmp_path_factory.mktemp("bad") / "data"), free_port()
    with running(data, port=port, TANYUAN_DATABASE_WAIT="1") as process:
        ask(port, "/health/")
        process.data, process.port = data, port
        (process.worker,) = children(process.pid)
        yield process


def browser(server, who=ENGINEER):
    return Browser(server.port).sign_in(who, password_of(server.data))


def rows(server, table):
    with sqlite3.connect(f"file:{server.data / 'tanyuan.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608


def workbook():
    return ("tyre.xlsx", (examples_folder() / "tyre.xlsx").read_bytes())


def at_once(*acts):
    """Do several things at the same moment; gives what each gave."""
    ready, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        ready.wait()
        found[place] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def memory(process):
    """What a process holds in memory at most, in MiB."""
    with open(f"/proc/{process}/status", encoding="utf-8") as status:  # noqa: PTH123
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024


def send_without_end(server, path, size, headers=()):
    """Send a body of some size; gives the first line of the answer and how much was sent."""
    head = [f"POST {path} HTTP/1.1", f"Host: localhost:{server.port}", *headers]
    if not any(line.startswith("Transfer-Encoding") for line in headers):
        head.append(f"Content-Length: {size}")
    head.append("Content-Type: multipart/form-data; boundary=B")
    start = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    sent, answer, chunk = 0, b"", b"x" * 65536
    has_length = not any(one.startswith("Transfer-Encoding") for one in headers)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
        line.sendall("\r\n".join([*head, "", ""]).encode())
        with contextlib.suppress(OSError):  # the server may have closed before all was sent
            if has_length:
                line.sendall(start)
            while has_length and sent < size:
                line.sendall(chunk)
                sent += len(chunk)
        with contextlib.suppress(OSError):
            answer = line.recv(200)
    return answer.split(b"\r\n")[0].decode(), sent


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.parametrize("path", ["/studies/upload/", "/api/v1/imports", "/accounts/login/"])
def test_two_hundred_megabytes_are_refused_without_being_stored(server, path):
    before, files = memory(server.worker), rows(server, "base_storedfile")
    size = 200 * 1024 * 1024
    first_line, sent = send_without_end(server, path, size)
    assert " 413 " in first_line or (first_line == "" and sent < size)
    assert memory(server.worker) - before < 60
    assert rows(server, "base_storedfile") == files
    assert ask(server.port, "/health/")[0] == 200


def test_a_body_of_no_said_length_is_not_taken(server):
    chunked = ["Transfer-Encoding: chunked"]
    for path in ("/accounts/login/", "/api/v1/verify"):
        assert " 411 " in send_without_end(server, path, 0, chunked)[0]


def test_the_upload_page_says_what_is_too_large(server):
    status, _, text = browser(server).post("/studies/upload/", file=("a.xlsx", b"x" * 22 * 2**20))
    assert status == 413
    assert "larger than 20 MiB" in text


def test_the_same_file_sent_twice_at_once_is_read_once(server):
    before = rows(server, "studies_studyrecord")
    people = [browser(server), browser(server, MANAGER), browser(server)]
    found = at_once(*(lambda p=p: p.post("/studies/upload/", file=workbook()) for p in people))
    assert [status for status, _, _ in found] == [200, 200, 200]
    for _ in range(300):
        if rows(server, "studies_studyrecord") > before:
            break
        time.sleep(0.1)
    time.sleep(1)
    assert rows(server, "studies_studyrecord") == before + 1


def test_two_who_seal_at_once_make_one_seal_and_the_other_is_told(server):
    one = browser(server, MANAGER)
    _, address, _ = one.post("/studies/start/tyre/")
    study = re.search(r"/studies/([0-9a-f-]{36})/", address)[1]
    email = "second@works.example"
    _, _, page = one.post("/organisation/invite/", {"email": email, "role": "manager"})
    link = re.search(r"/invitations/[\w-]{20,}/", page)[0]
    other = Browser(server.port)
    other.get(link)
    other.get("/accounts/signup/")
    words = {"email": email, "password1": "a long enough phrase", "next": link}
    other.post("/accounts/signup/", {**words, "password2": "a long enough phrase"})
    other.post(link)
    seals = rows(server, "studies_sealedfootprint")
    place = f"/studies/{study}/revisions/1/seal/"
    found = at_once(lambda: one.post(place), lambda: other.post(place))
    assert rows(server, "studies_sealedfootprint") == seals + 1
    texts = [text for _, _, text in found]
    assert sum("Sealed. Its hash is" in text for text in texts) == 1
    assert sum("has sealed this revision already" in text for text in texts) == 1


def test_a_locked_database_asks_to_try_again(server):
    who, before = browser(server), rows(server, "studies_site")
    keeper = sqlite3.connect(server.data / "tanyuan.sqlite3", isolation_level=None)
    keeper.execute("BEGIN IMMEDIATE")
    try:
        status, _, text = who.post("/sites/new/", {"name_en": "Melt shop"})
        reading = who.get("/studies/")[0]
    finally:
        keeper.execute("ROLLBACK")
        keeper.close()
    assert status == 503
    assert "does not answer just now. Nothing was saved" in text
    assert reading == 200
    assert rows(server, "studies_site") == before
    assert who.post("/sites/new/", {"name_en": "Melt shop"})[0] == 200
    assert rows(server, "studies_site") == before + 1


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is set from outside with prlimit")
def test_a_full_disk_asks_to_try_again_and_nothing_is_half_saved(server):
    """The largest size of a file stands for the full disk: the kernel refuses each write."""
    import resource

    who = browser(server)
    tables = ("studies_studyrecord", "studies_revision", "base_auditevent", "base_job")
    before = [rows(server, table) for table in tables]
    free = resource.prlimit(server.worker, resource.RLIMIT_FSIZE)
    resource.prlimit(server.worker, resource.RLIMIT_FSIZE, (4096, free[1]))
    try:
        started = who.post("/studies/start/trousers/")
        sent = who.post("/studies/upload/", file=("a.json", b"{}" + os.urandom(0) + b" " * 9000))
    finally:
        resource.prlimit(server.worker, resource.RLIMIT_FSIZE, free)
    for status, _, text in (started, sent):
        assert status == 503
        assert "disk is full or cannot be written. Nothing was saved" in text
    assert [rows(server, table) for table in tables] == before
    assert not list((server.data / "files").rglob("*.part"))
    with sqlite3.connect(server.data / "tanyuan.sqlite3") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert who.post("/studies/start/trousers/")[0] == 200
    assert rows(server, "studies_studyrecord") == before[0] + 1
