"""Questions about people: who belongs where, what they may do, what has been consented to."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tanyuan.server.base.models import AuditEvent
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.people.models import (
    ApiKey,
    Consent,
    Department,
    Invitation,
    Level,
    Membership,
    Organisation,
    Person,
    Role,
)

ORGANISATION_KEY = "organisation"
_RANKS = {"reader": 1, "engineer": 2, "manager": 3}
_LEVELS = {Level.NUMBER: 1, Level.STAGES: 2, Level.LINES: 3}


def memberships(person: Person) -> QuerySet[Membership]:
    """The person's roles, with their organisations."""
    return person.memberships.select_related("organisation", "department").order_by("since")


def role_in(person: Person, organisation: Organisation) -> str | None:
    """The person's role in an organisation."""
    found = Membership.objects.filter(person=person, organisation=organisation).first()
    return found.role if found else None


def may(person: Person, role: str, organisation: Organisation) -> bool:
    """Whether the person has at least this role in the organisation."""
    held = role_in(person, organisation)
    return held is not None and _RANKS[held] >= _RANKS[role]


def organisation_of(person: Person, wanted: str | None) -> Organisation:
    """The organisation that the person works in now: the wanted one if theirs, else the first.

    Raises:
        NotFound: the person belongs to no organisation.
    """
    own = [membership.organisation for membership in memberships(person)]
    if not own:
        raise NotFound
    return next((one for one in own if str(one.pk) == wanted), own[0])


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """The members of an organisation, in the order in which they joined."""
    found = organisation.memberships.select_related("person", "department", "organisation")
    return found.order_by("since", "pk")


def lock_managers(organisation: Organisation) -> set[Any]:
    """The ids of the managers who can sign in; two who leave at once take turns from here on."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    managers = organisation.memberships.filter(role=Role.MANAGER, person__is_active=True)
    return set(managers.values_list("person", flat=True))


def member_of(organisation: Organisation, membership_id: int) -> Membership:
    """A membership of the organisation.

    Raises:
        NotFound: there is none.
    """
    found = members_of(organisation).filter(pk=membership_id).first()
    if found is None:
        raise NotFound
    return found


def department_of(organisation: Organisation, department_id: int) -> Department:
    """A department of the organisation.

    Raises:
        NotFound: there is none.
    """
    found = organisation.departments.filter(pk=department_id).first()
    if found is None:
        raise NotFound
    return found


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """The invitations of an organisation that can still be taken up, newest first."""
    found = organisation.invitations.filter(used_at=None, until__gt=timezone.now())
    return found.select_related("invited_by").order_by("-created_at")


def invitation_of(organisation: Organisation, invitation_id: int) -> Invitation:
    """An open invitation of the organisation.

    Raises:
        NotFound: there is none.
    """
    found = open_invitations(organisation).filter(pk=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def trail_of(organisation: Organisation) -> QuerySet[AuditEvent]:
    """What happened in an organisation, newest first."""
    return AuditEvent.objects.filter(organisation=str(organisation.pk))


def needs_second_factor(person: Person) -> bool:
    """Whether one of the person's roles decides."""
    return any(membership.decides for membership in memberships(person))


def consent_in_force(
    person: Person, subject_type: str, subject: str, *, within: Organisation | None = None
) -> Consent | None:
    """The consent in force that opens most to the person's organisations.

    Args:
        person: who asks.
        subject_type: label of the model of the thing.
        subject: id of the thing.
        within: count only what is open to this one of the person's organisations.
    """
    found = Consent.objects.select_related("grantee").filter(
        grantee__memberships__person=person,
        subject_type=subject_type,
        subject=subject,
        withdrawn_at=None,
        until__gt=timezone.now(),
    )
    if within is not None:
        found = found.filter(grantee=within)
    return max(found, key=lambda one: (_LEVELS[Level(one.level)], one.given_at), default=None)


def opens(level: Level | None, wanted: Level) -> bool:
    """Whether a level opens another."""
    return level is not None and _LEVELS[level] >= _LEVELS[wanted]


def open_invitation(token: str) -> Invitation:
    """The invitation with this token.

    Raises:
        NotFound: there is none, or it is used or too old.
    """
    found = Invitation.objects.select_related("organisation").filter(token=token).first()
    if found is None or not found.is_open:
        raise NotFound
    return found


def key_hash(secret: str) -> str:
    """What is kept of a key: it is long and random, so one round of hashing is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_key(secret: str) -> ApiKey | None:
    """The key in force with this secret, if its person is active and still a member."""
    found = (
        ApiKey.objects.select_related("organisation", "person")
        .filter(hash=key_hash(secret), person__is_active=True)
        .first()
    )
    if found is None or not found.is_open:
        return None
    return found if role_in(found.person, found.organisation) else None


def keys_of(organisation: Organisation) -> QuerySet[ApiKey]:
    """The keys of an organisation, newest first."""
    return organisation.api_keys.select_related("person")


def key_for(organisation: Organisation, key_id: Any) -> ApiKey:
    """A key of the organisation.

    Raises:
        NotFound: it has no such key.
    """
    found = keys_of(organisation).filter(pk=key_id).first()
    if found is None:
        raise NotFound
    return found
