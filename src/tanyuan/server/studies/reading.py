"""The record of everybody from outside who reads the inside of a study, for its owner to see."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tanyuan.languages import Message
from tanyuan.server.base import audit
from tanyuan.server.base.models import AuditEvent
from tanyuan.server.people.models import Consent, Person
from tanyuan.server.studies.models import StudyRecord


class Reading(Enum):
    """What was read: each has its event."""

    DOCUMENT = audit.register(
        "study.read.document",
        Message("{actor} of {reader} read revision {number} of {subject} for: {purpose}"),
    )
    LINE = audit.register(
        "study.read.line",
        Message(
            "{actor} of {reader} read line {line} of revision {number} of {subject} for: {purpose}"
        ),
    )
    COMPARISON = audit.register(
        "study.read.comparison",
        Message(
            "{actor} of {reader} compared revision {number} of {subject} with the one before "
            "for: {purpose}"
        ),
    )
    FILE = audit.register(
        "study.read.file",
        Message(
            "{actor} of {reader} took away revision {number} of {subject} as {kind} for: {purpose}"
        ),
    )
    PROGRAM = audit.register(
        "study.read.program",
        Message(
            "a program of {actor} of {reader} read revision {number} of {subject} for: {purpose}"
        ),
    )


def note(
    reading: Reading,
    *,
    person: Person,
    consent: Consent,
    study: StudyRecord,
    number: int,
    **facts: Any,
) -> None:
    """Write down a reading under a consent; without the record there is no reading."""
    audit.record(
        reading.value,
        actor=person,
        subject=study,
        organisation=study.organisation,
        reader=consent.grantee,
        purpose=consent.purpose,
        number=number,
        **facts,
    )


def readings_of(study: StudyRecord, most: int) -> list[AuditEvent]:
    """Who has read the inside of a study, newest first."""
    codes = [reading.value.code for reading in Reading]
    events = AuditEvent.objects.filter(
        type__in=codes, subject_type=study._meta.label, subject=str(study.pk)
    )
    return audit.named(events[:most])
