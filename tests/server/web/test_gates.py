"""The server does not start where something that must hold does not."""

import socket

import pytest

from tanyuan.server.web import gates

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
    assert word in sentence


def test_an_old_schema_closes_a_gate(production, monkeypatch):
    monkeypatch.setattr(gates, "waiting_migrations", lambda: True)
    assert any("tanyuan migrate" in sentence for sentence in gates.closed_gates())


def test_no_model_lacks_its_migration():
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_an_old_sqlite_is_warned_of(monkeypatch):
    monkeypatch.setattr(gates, "on_sqlite", lambda: True)
    monkeypatch.setattr(gates.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert "one process" in next(gates.warnings())
    monkeypatch.setattr(gates.sqlite3, "sqlite_version_info", (3, 51, 3))
    assert list(gates.warnings()) == []


def test_a_taken_port_is_seen():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not gates.port_is_free("127.0.0.1", port)
    assert gates.port_is_free("127.0.0.1", port)
