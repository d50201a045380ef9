"""The server does not start where something that must hold does not."""

import socket

import pytest

from tanyuan.server.web import addresses, gates

pytestmark = pytest.mark.django_db


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.DEMONSTRATION = False
    settings.SECOND_FACTOR = True
    settings.ALLOWED_HOSTS = ["tanyuan.example"]
    return settings


def test_all_gates_are_open_in_a_sound_production(production):
    assert list(gates.closed_gates()) == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("DEBUG", True, "TANYUAN_DEBUG"),
        ("DEMONSTRATION", True, "TANYUAN_DEMONSTRATION"),
        ("ALLOWED_HOSTS", ["*"], "TANYUAN_HOSTS"),
        ("SECOND_FACTOR", False, "TANYUAN_SECOND_FACTOR"),
    ],
)
def test_each_gate_names_its_setting(production, name, value, word):
    setattr(production, name, value)
    (sentence,) = gates.closed_gates()
    assert word in str(sentence)


def test_an_old_schema_closes_a_gate(production, monkeypatch):
    monkeypatch.setattr(gates, "waiting_migrations", lambda: True)
    assert any("tanyuan migrate" in str(sentence) for sentence in gates.closed_gates())


def test_no_model_lacks_its_migration():
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_an_old_sqlite_is_warned_of(monkeypatch):
    monkeypatch.setattr(gates, "on_sqlite", lambda: True)
    monkeypatch.setattr(gates.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert "one process" in str(next(gates.warnings()))
    monkeypatch.setattr(gates.sqlite3, "sqlite_version_info", (3, 51, 3))
    assert list(gates.warnings()) == []


def test_a_taken_port_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = addresses.address_problem("127.0.0.1", port)
        assert f"PORT={port + 1}" in str(found)
    assert addresses.address_problem("127.0.0.1", port) is None


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host", "2001:db8::7"])
def test_an_address_that_is_not_ours_is_told_from_a_taken_port(host):
    assert "is no address of this machine" in str(addresses.address_problem(host, 8000))


def test_a_server_for_all_is_reached_by_the_machines_own_names(monkeypatch):
    monkeypatch.setattr(addresses, "own_addresses", lambda: ["plant", "192.0.2.7"])
    assert addresses.names_of("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]
    assert addresses.names_of(addresses.EVERYWHERE[0])[3:] == ["plant", "192.0.2.7"]
    assert addresses.names_of("192.0.2.9")[3:] == ["192.0.2.9"]
    assert list(addresses.reached_at(addresses.EVERYWHERE[0], 80)) == [
        "http://localhost:80/",
        "http://plant:80/",
        "http://192.0.2.7:80/",
    ]


def test_a_data_folder_is_claimed_by_one_process(settings, tmp_path):
    settings.DATA = tmp_path
    assert gates.claim_data()
    assert not gates.claim_data()
    gates._claims.pop().close()
    assert gates.claim_data()
    gates._claims.pop().close()
