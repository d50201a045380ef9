"""The audit trail is written once and tells itself in both languages."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tanyuan.languages import in_language
from tanyuan.server.base import audit
from tanyuan.server.base.models import AuditEvent
from tanyuan.server.studies import actions


def test_an_action_leaves_its_event(cast, study):
    events = AuditEvent.objects.filter(subject=str(study.pk))
    assert {event.type for event in events} == {"study.started", "study.revised"}
    started = events.get(type="study.started")
    assert started.actor == str(cast.engineer.pk)
    assert started.organisation == str(cast.works.pk)


def test_an_event_tells_itself_in_both_languages(study):
    event = AuditEvent.objects.get(type="study.started")
    with in_language("zh"):
        chinese = event.sentence
    with in_language("en"):
        english = event.sentence
    assert chinese != english
    assert "engineer" in chinese
    assert "engineer" in english


def test_events_cannot_be_changed_or_deleted(study):
    event = AuditEvent.objects.first()
    event.reason = "another"
    for forbidden in (
        event.save,
        event.delete,
        AuditEvent.objects.all().delete,
        lambda: AuditEvent.objects.update(reason="x"),
    ):
        with pytest.raises(TypeError, match="never"):
            forbidden()


def test_a_change_that_fails_leaves_no_event(cast):
    with pytest.raises(Exception, match="role"):
        actions.add_product(actor=cast.reader, organisation=cast.works, name_en="x")
    assert not AuditEvent.objects.filter(type="register.added").exists()


def test_every_event_type_is_registered_once():
    with pytest.raises(ValueError, match="already"):
        audit.register("study.started", audit.event_types()["study.started"].sentence)


def test_every_process_knows_every_type_of_event():
    """Also those of modules that only a command loads: a page tells what the command did."""
    import tanyuan.server

    folder = Path(tanyuan.server.__file__).parent
    written = {
        code
        for file in folder.rglob("*.py")
        for code in re.findall(r'register\(\s*"([\w.-]+)",\s*Message', file.read_text("utf-8"))
    }
    asked = (
        "import django; django.setup(); from tanyuan.server.base.audit import event_types; "
        "print(*event_types())"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import tanyuan.server.web.wsgi, tanyuan.server.web.urls; {asked}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert len(written) > 20
    assert written - set(done.stdout.split()) == set()
