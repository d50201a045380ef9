"""The gates that keep a server from starting, each met by a real start."""

import sqlite3
import stat
import sys

import pytest
from started import ask, children, free_port, running, tanyuan

PRODUCTION = {"TANYUAN_PRODUCTION": "yes", "TANYUAN_HOSTS": "tanyuan.example"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder in use, without a demonstration region."""
    folder = tmp_path_factory.mktemp("data")
    assert tanyuan("migrate", "--data", str(folder)).returncode == 0
    return folder


def with_sqlite(*version):
    """The program on some version of SQLite."""
    return [
        sys.executable,
        "-c",
        f"import sqlite3; sqlite3.sqlite_version_info = {version}\n"
        "from tanyuan.cli import main; main()",
    ]


def refused(data, *options, **more):
    """What a start that is refused says."""
    done = tanyuan("serve", "--data", str(data), *options, PORT=str(free_port()), **more)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "http://" not in done.stdout
    return done.stderr


def test_production_does_not_start_unsafe_and_says_all_that_is(data):
    """One start for all gates; that each alone closes is in test_gates.py."""
    unsafe = {"TANYUAN_DEBUG": "yes", "TANYUAN_HOSTS": "*", "TANYUAN_SECOND_FACTOR": "no"}
    said = refused(data, "--demonstration", **{**PRODUCTION, **unsafe})
    for word in (
        "Debugging is on in production",
        "demonstration region is on in production",
        "TANYUAN_HOSTS is *",
        "second factor is off in production",
    ):
        assert word in said


@pytest.mark.parametrize(
    ("setting", "word"),
    [
        ({"TANYUAN_PROXIES": "many"}, "TANYUAN_PROXIES is “many”"),
        ({"TANYUAN_DATABASE": "mysql://x"}, "no PostgreSQL address"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_start(data, setting, word):
    assert word in refused(data, **PRODUCTION, **setting)


def test_a_sound_production_starts_and_its_secret_is_its_own(data):
    port = free_port()
    more = {"program": with_sqlite(3, 51, 3), "demonstration": False}
    with running(data, port=port, **more, **PRODUCTION) as server:
        assert ask(port, "/health/")[0] == 200
        assert ask(port, "/accounts/login/")[0] == 400  # asked by another name
        printed = server.printed.read_text()
    assert "accounts, password" not in printed
    assert "can damage its log" not in printed
    secret = data / "secrets" / "django-key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700


def test_a_lost_secret_is_not_replaced_in_silence(data):
    secret = data / "secrets" / "django-key"
    kept = secret.read_text()
    secret.unlink()
    try:
        said = refused(data)
        assert "django-key is missing, though this data folder is in use" in said
        assert not secret.exists()
    finally:
        secret.write_text(kept)
        secret.chmod(0o600)


def test_a_secret_that_others_can_read_stops_the_start(data):
    secret = data / "secrets" / "django-key"
    secret.chmod(0o644)
    try:
        assert "chmod 600" in refused(data)
    finally:
        secret.chmod(0o600)


def test_a_newer_schema_than_ours_is_no_fault_and_an_older_one_is_mended_on_sqlite(data):
    with sqlite3.connect(data / "tanyuan.sqlite3") as database:
        database.execute("DROP TABLE people_requestcount")
        database.execute("DELETE FROM django_migrations WHERE app = 'people' AND name LIKE '0002%'")
    port = free_port()
    with running(data, port=port, demonstration=False):
        assert ask(port, "/health/")[0] == 200
    with sqlite3.connect(data / "tanyuan.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM people_requestcount").fetchone() == (0,)


def test_an_old_sqlite_is_warned_of_and_one_process_writes(data):
    port = free_port()
    more = {"program": with_sqlite(3, 40, 1), "demonstration": False}
    with running(data, "--workers", "4", port=port, **more) as server:
        assert ask(port, "/health/")[0] == 200
        assert len(children(server.pid)) == 1
        assert "can damage its log" in server.printed.read_text()
