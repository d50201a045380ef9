"""The audit trail is written once and tells itself in both languages."""

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
