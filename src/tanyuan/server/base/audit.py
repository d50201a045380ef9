"""Audit events: who did what to which thing, when, and why; written once, never changed.

Each event type is registered with the sentence that tells it in both languages. Actions write the
event in the transaction of the change.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanyuan.languages import Message

if TYPE_CHECKING:
    from django.db.models import Model

    from tanyuan.server.base.models import AuditEvent

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
    """Write one event; call it inside the transaction of the change."""
    from tanyuan.server.base.models import AuditEvent  # noqa: PLC0415 - models load later

    return AuditEvent.objects.create(
        type=event.code,
        actor=str(actor.pk) if actor is not None and actor.pk else "",
        actor_name=str(actor or ""),
        organisation=str(organisation.pk) if organisation is not None else "",
        subject_type=subject._meta.label,
        subject=str(subject.pk),
        subject_name=str(subject),
        reason=reason,
        data=data,
        request_id=request_id.get(),
    )
