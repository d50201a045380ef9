"""What the platform holds about a person: shown to the person, and taken away with the account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tanyuan.languages import Message
from tanyuan.server.base import audit
from tanyuan.server.base.models import AuditEvent, Job
from tanyuan.server.base.refusals import Refused
from tanyuan.server.people.models import (
    DELETED,
    ApiKey,
    Consent,
    Invitation,
    KeptAnswer,
    Membership,
    Person,
    Role,
)
from tanyuan.server.people.queries import lock_managers
from tanyuan.server.people.traces import erase_traces, traces_of

LEFT = audit.register("person.left", Message("{actor} deleted the own account and left {subject}"))
DELETED_BY_SERVER = audit.register(
    "person.deleted-by-operator",
    Message("the server's operator deleted the account of a member of {subject}"),
)
ERASED = audit.register("person.deleted", Message("a person deleted the own account"))

_MOST_EVENTS = 10_000


def _day(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def export_person(*, actor: Person) -> dict[str, Any]:
    """All that the platform holds about a person."""
    key = str(actor.pk)
    own = AuditEvent.objects.filter(Q(actor=key) | Q(subject_type=audit.PERSON, subject=key))
    return {
        "email": actor.email,
        "name": actor.name,
        "language": actor.language,
        "time_zone": actor.time_zone,
        "joined": _day(actor.date_joined),
        "last_sign_in": _day(actor.last_login),
        "memberships": [
            {
                "organisation": str(m.organisation),
                "role": m.role,
                "department": str(m.department or ""),
                "since": _day(m.since),
            }
            for m in actor.memberships.select_related("organisation", "department")
        ],
        "keys": [
            {
                "name": k.name,
                "organisation": str(k.organisation),
                "scopes": k.scopes,
                "made": _day(k.created_at),
                "until": _day(k.until),
                "last_used": _day(k.last_used_at),
                "revoked": _day(k.revoked_at),
            }
            for k in ApiKey.objects.filter(person=actor).select_related("organisation")
        ],
        "invited_others": [
            {"email": i.email, "organisation": str(i.organisation), "at": _day(i.created_at)}
            for i in Invitation.objects.filter(invited_by=actor).select_related("organisation")
        ],
        "consents_given": [
            {"to": str(c.grantee), "level": c.level, "purpose": c.purpose, "at": _day(c.given_at)}
            for c in Consent.objects.filter(given_by=actor).select_related("grantee")
        ],
        "tasks": [
            {"kind": j.kind, "state": j.state, "at": _day(j.created_at)}
            for j in Job.objects.filter(person=key).order_by("-created_at")[:_MOST_EVENTS]
        ],
        "events": [
            {"at": _day(e.at), "type": e.type, "sentence": e.sentence}
            for e in audit.named(own[:_MOST_EVENTS])
        ],
        **traces_of(actor),
    }


@transaction.atomic
def delete_person(*, actor: Person) -> None:
    """Delete the own account: name and address go, the trail of what was done keeps its number.

    Raises:
        Refused: an organisation would be left without a manager.
    """
    for membership in _memberships(actor):
        managers = lock_managers(membership.organisation)
        if membership.role == Role.MANAGER and managers <= {actor.pk}:
            raise Refused(
                Message(
                    "You are the last manager of {name}. Make somebody else a manager first; where "
                    "there is nobody, ask the platform's operator to delete your account.",
                    name=membership.organisation,
                )
            )
        audit.record(
            LEFT,
            actor=actor,
            subject=membership.organisation,
            organisation=membership.organisation,
        )
    _erase(actor)


@transaction.atomic
def delete_by_operator(person: Person) -> list[str]:
    """Delete an account at the server itself, also a last manager's, which the trail tells.

    Returns:
        The organisations that have no manager from now on.
    """
    alone = []
    for membership in _memberships(person):
        organisation = membership.organisation
        if membership.role == Role.MANAGER and lock_managers(organisation) <= {person.pk}:
            alone.append(str(organisation))
        audit.record(DELETED_BY_SERVER, actor=None, subject=organisation, organisation=organisation)
    _erase(person)
    return alone


def _memberships(person: Person) -> list[Membership]:
    return list(person.memberships.select_related("organisation").order_by("organisation"))


def _erase(person: Person) -> None:
    keys = [
        f"key:{key}" for key in ApiKey.objects.filter(person=person).values_list("pk", flat=True)
    ]
    KeptAnswer.objects.filter(caller__in=[f"person:{person.pk}", *keys]).delete()
    ApiKey.objects.filter(person=person).delete()
    Job.objects.filter(person=str(person.pk), state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, ended_at=timezone.now()
    )
    person.memberships.all().delete()
    erase_traces(person)
    person.email = f"{person.pk}{DELETED}"
    person.name = person.language = ""
    person.last_login = None
    person.is_active = False
    person.set_unusable_password()
    person.save()
    audit.record(ERASED, actor=None, subject=person)
