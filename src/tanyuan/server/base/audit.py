"""Audit events: who did what to which thing, when, and why; written once, never changed.

Each event type is registered with the sentence that tells it in both languages. Actions write the
event in the transaction of the change.

An event names persons by their ids alone; their names are looked up when it is read. So a person's
name can be erased, and the trail stays as it was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tanyuan.languages import Message

if TYPE_CHECKING:
    from tanyuan.server.base.models import AuditEvent

PERSON: str = settings.AUTH_USER_MODEL

request_id: ContextVar[str] = ContextVar("tanyuan_request_id", default="")


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event: its code and its sentence, whose values come from the event's data."""

    code: str
    sentence: Message


_types: dict[str, EventType] = {}


def register(code: str, sentence: Message) -> EventType:
    """Register an event type; a code is registered once."""
    if code in _types:
        raise ValueError(f"the event type {code} is registered already")
    _types[code] = EventType(code, sentence)
    return _types[code]


def event_types() -> dict[str, EventType]:
    """All registered types."""
    return dict(_types)


def record(
    event: EventType,
    *,
    actor: Model | None,
    subject: Model,
    organisation: Model | None = None,
    reason: str = "",
    **data: Any,
) -> AuditEvent:
    """Write one event; call it inside the transaction of the change.

    Args:
        event: its type.
        actor: the person who did it; None for the server itself.
        subject: what it was done to.
        organisation: in whose trail it stands.
        reason: why.
        data: what its sentence tells; things of the database are kept as references.
    """
    from tanyuan.server.base.models import AuditEvent  # noqa: PLC0415 - models load later

    return AuditEvent.objects.create(
        type=event.code,
        actor=str(actor.pk) if actor is not None and actor.pk else "",
        organisation=str(organisation.pk) if organisation is not None else "",
        subject_type=subject._meta.label,
        subject=str(subject.pk),
        subject_name="" if subject._meta.label == PERSON else str(subject)[:300],
        reason=reason,
        data={name: _kept(value) for name, value in data.items()},
        request_id=request_id.get(),
    )


def _kept(value: Any) -> Any:
    """A thing of the database as its model and id; all else as it is."""
    if isinstance(value, Model):
        return {"model": value._meta.label, "id": str(value.pk)}
    return value


def named(events: Iterable[AuditEvent]) -> list[AuditEvent]:
    """The events, with the names of whom and what they refer to, asked for in one go."""
    found = list(events)
    wanted: dict[str, set[str]] = defaultdict(set)
    for event in found:
        for model, key in event.references():
            wanted[model].add(key)
    names = {
        (model, str(key)): str(one)
        for model, keys in wanted.items()
        for key, one in apps.get_model(model)._default_manager.in_bulk(list(keys)).items()
    }
    for event in found:
        event.names = names
    return found
