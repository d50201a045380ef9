"""Waiting for a free core."""

import pytest

from bench import clock


@pytest.fixture
def naps(monkeypatch):
    """The waits, of which each takes no time and frees the core a little."""
    found = []
    monkeypatch.setattr(clock.time, "sleep", found.append)
    monkeypatch.setattr(clock, "pace", lambda: 4.0 - len(found))
    return found


def test_a_slow_core_is_waited_for(naps, monkeypatch):
    monkeypatch.setenv(clock.PACE, "1.0")
    quiet = clock.Quiet(60.0)
    quiet.wait()
    assert len(naps) == 3  # until an empty loop takes 1, no more than 1.5
    assert quiet.patience == pytest.approx(60.0 - sum(naps))


def test_patience_ends(naps, monkeypatch):
    monkeypatch.setenv(clock.PACE, "1.0")
    quiet = clock.Quiet(0.15)
    quiet.wait()
    quiet.wait()
    assert len(naps) == 2


def test_without_a_pace_nothing_is_waited_for(naps, monkeypatch):
    monkeypatch.delenv(clock.PACE, raising=False)
    clock.Quiet(60.0).wait()
    assert not naps
