"""Jobs, hashed files and audit events."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from tanyuan.languages import Message
from tanyuan.server.base.audit import PERSON, event_types, named


class AppendOnly(models.QuerySet["AuditEvent"]):
    """Rows that are written once."""

    def update(self, **_: object) -> int:
        """Refuse."""
        raise TypeError("audit events are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError("audit events are never deleted")


class AuditEvent(models.Model):
    """One thing that somebody did."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    type = models.CharField(max_length=60, db_index=True)
    actor = models.CharField(max_length=40, blank=True)
    organisation = models.CharField(max_length=40, blank=True, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, db_index=True)
    subject_name = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    objects = AppendOnly.as_manager()

    names: Mapping[tuple[str, str], str]
    """Looked up when the event is read: see `audit.named`."""

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.sentence

    @property
    def actor_name(self) -> str:
        """Who did it, as the person is called now; empty for the server itself."""
        return self._name(PERSON, self.actor) if self.actor else ""

    @property
    def sentence(self) -> str:
        """What happened, in the reader's language."""
        kind = event_types().get(self.type)
        if kind is None:
            return self.type
        values = {name: self._shown(value) for name, value in self.data.items()}
        subject = self.subject_name
        if self.subject_type == PERSON:
            subject = self._name(PERSON, self.subject)
        return str(
            Message(kind.sentence.text, **{"actor": self.actor_name, "subject": subject, **values})
        )

    def references(self) -> Iterator[tuple[str, str]]:
        """The things whose names are looked up when the event is read: model and id."""
        if self.actor:
            yield PERSON, self.actor
        if self.subject_type == PERSON:
            yield PERSON, self.subject
        for value in self.data.values():
            if isinstance(value, dict):
                yield value["model"], value["id"]

    def _shown(self, value: Any) -> Any:
        return self._name(value["model"], value["id"]) if isinstance(value, dict) else value

    def _name(self, model: str, key: str) -> str:
        if not hasattr(self, "names"):
            named([self])
        return self.names.get((model, key)) or str(Message("(deleted)"))

    def save(self, *args: object, **kwargs: object) -> None:
        """Write the event; a written event is never changed."""
        if self.pk is not None:
            raise TypeError("audit events are never changed")
        super().save(*args, **kwargs)

    def delete(self, *_: object, **__: object) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise TypeError("audit events are never deleted")


class StoredFile(models.Model):
    """A file kept under its SHA-256; equal content is kept once a owner."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    owner = models.CharField(max_length=40, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """A long task: what is to be done, how far it is, how it ended."""

    class State(models.TextChoices):
        """The states of a job."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    owner = models.CharField(max_length=40, db_index=True)
    person = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="zh")
    arguments = models.JSONField(default=dict)
    progress = models.FloatField(default=0.0)
    step = models.CharField(max_length=200, blank=True)
    result = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("state", "created_at")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to end."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
