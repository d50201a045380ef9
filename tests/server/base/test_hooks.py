"""Hooks: a guard can object, a watcher is told, dependants are gathered."""

import pytest

from tanyuan.languages import Message
from tanyuan.server.base import hooks
from tanyuan.server.base.refusals import Refused
from tanyuan.server.studies import actions


@pytest.fixture
def hooked(monkeypatch):
    from collections import defaultdict

    monkeypatch.setattr(hooks, "_hooks", defaultdict(list))


def test_a_guard_stops_a_move_and_leaves_nothing(cast, study, hooked):
    def object_(**_):
        raise Refused(Message("not yet"))

    hooks.register("guard", "footprint.seal", object_)
    with pytest.raises(Refused, match="not yet"):
        actions.seal_footprint(actor=cast.manager, revision=study.latest)
    assert not hasattr(study.latest, "sealed")


def test_a_watcher_is_told(cast, study, hooked):
    told = []
    hooks.register("watcher", "footprint.sealed", lambda sealed: told.append(sealed.hash))
    sealed = actions.seal_footprint(actor=cast.manager, revision=study.latest)
    assert told == [sealed.hash]


def test_dependants_are_gathered(hooked):
    hooks.register("dependants", "factor", lambda factor: [f"{factor}-1"])
    hooks.register("dependants", "factor", lambda factor: [f"{factor}-2"])
    assert list(hooks.dependants("factor", factor="F")) == ["F-1", "F-2"]


def test_there_are_three_kinds():
    with pytest.raises(ValueError, match="kind"):
        hooks.register("other", "x", print)
