"""Settings are read with their type; a bad value says what to write."""

import os
import stat

import pytest

from tanyuan.server.web import environment as env


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("1", True), ("off", False)])
def test_a_flag_is_yes_or_no(monkeypatch, text, value):
    monkeypatch.setenv("T", text)
    assert env.flag("T", default=not value) is value


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("T", "maybe")
    with pytest.raises(env.SettingError, match="T is “maybe”; write yes or no"):
        env.flag("T", default=True)


@pytest.mark.parametrize("text", ["x", "0", "65536", "1.5", ""])
def test_a_number_out_of_its_limits_is_refused(monkeypatch, text):
    monkeypatch.setenv("T", text)
    with pytest.raises(env.SettingError, match="whole number from 1 to 65535"):
        env.integer("T", 1, least=1, most=65535)


def test_what_is_not_set_has_its_default(monkeypatch):
    monkeypatch.delenv("T", raising=False)
    assert env.integer("T", 7, least=1, most=9) == 7
    assert env.names("T", "a, b,") == ["a", "b"]
    assert env.text("T", " x ") == "x"


def test_a_secret_is_made_once_and_only_for_its_owner(tmp_path):
    first = env.secret(tmp_path / "secrets", "key")
    file = tmp_path / "secrets" / "key"
    assert len(first) >= 48
    assert env.secret(tmp_path / "secrets", "key") == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    env.secret(tmp_path, "key")
    os.chmod(tmp_path / "key", 0o644)  # noqa: PTH101
    with pytest.raises(env.SettingError, match="chmod 600"):
        env.secret(tmp_path, "key")


def test_an_empty_secret_is_refused(tmp_path):
    env.secret(tmp_path, "key")
    (tmp_path / "key").write_text("\n")
    with pytest.raises(env.SettingError, match="empty"):
        env.secret(tmp_path, "key")
