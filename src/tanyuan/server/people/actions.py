"""The verbs of people: found an organisation, invite, join, leave, consent, export, delete."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tanyuan.documents.identifiers import credit_code
from tanyuan.languages import Message
from tanyuan.server.base import audit
from tanyuan.server.base.refusals import NotFound, Refused
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
    Scope,
)
from tanyuan.server.people.queries import key_hash, lock_managers, may

INVITATION_DAYS = 14
LONGEST_KEY_DAYS = 366

FOUNDED = audit.register("organisation.founded", Message("{actor} registered {subject}"))
INVITED = audit.register("person.invited", Message("{actor} invited {email} to {subject}"))
JOINED = audit.register("person.joined", Message("{actor} joined {subject}"))
REMOVED = audit.register("person.removed", Message("{actor} removed {member} from {subject}"))
ROLE_GIVEN = {
    Role.READER: audit.register(
        "member.reader", Message("{actor} made {member} a reader of {subject}")
    ),
    Role.ENGINEER: audit.register(
        "member.engineer", Message("{actor} made {member} an engineer of {subject}")
    ),
    Role.MANAGER: audit.register(
        "member.manager", Message("{actor} made {member} a manager of {subject}")
    ),
}
DEPARTMENT_GIVEN = audit.register(
    "member.department", Message("{actor} changed the department of {member} in {subject}")
)
UNINVITED = audit.register(
    "invitation.withdrawn", Message("{actor} withdrew the invitation of {email} to {subject}")
)
DEPARTMENT_ADDED = audit.register(
    "department.added", Message("{actor} added the department {department} to {subject}")
)
DEPARTMENT_REMOVED = audit.register(
    "department.removed", Message("{actor} removed the department {department} from {subject}")
)
CHANGED = audit.register("person.changed", Message("{actor} changed the own profile"))
CONSENTED = audit.register("consent.given", Message("{actor} opened {subject} to {grantee}"))
WITHDRAWN = audit.register("consent.withdrawn", Message("{actor} closed {subject} to {grantee}"))
KEY_MADE = audit.register("key.made", Message("{actor} made the key {subject}"))
KEY_REVOKED = audit.register("key.revoked", Message("{actor} revoked the key {subject}"))


def _require(person: Person, role: str, organisation: Organisation) -> None:
    if not may(person, Role.READER, organisation):
        raise NotFound
    if not may(person, role, organisation):
        raise Refused(Message("Your role in {name} does not allow this.", name=organisation))


@transaction.atomic
def found_organisation(*, actor: Person, kind: str, code: str, **names: str) -> Organisation:
    """Register an organisation; whoever does so becomes its manager.

    Raises:
        InvalidValueError: the credit code is wrong.
        Refused: the organisation is registered already.
    """
    checked = credit_code(code)
    if Organisation.objects.filter(credit_code=checked).exists():
        raise Refused(
            Message("An organisation with this credit code is registered; ask to be invited.")
        )
    organisation = Organisation.objects.create(kind=kind, credit_code=checked, **names)
    Membership.objects.create(person=actor, organisation=organisation, role=Role.MANAGER)
    audit.record(FOUNDED, actor=actor, subject=organisation, organisation=organisation)
    return organisation


@transaction.atomic
def invite(*, actor: Person, organisation: Organisation, email: str, role: str) -> Invitation:
    """Invite somebody by address."""
    _require(actor, Role.MANAGER, organisation)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.lower(),
        role=Role(role),
        invited_by=actor,
        until=timezone.now() + timedelta(days=INVITATION_DAYS),
    )
    audit.record(
        INVITED, actor=actor, subject=organisation, organisation=organisation, email=invitation
    )
    return invitation


@transaction.atomic
def join(*, actor: Person, invitation: Invitation) -> Membership:
    """Take up an invitation; it is for one address and one use."""
    if actor.email != invitation.email:
        raise Refused(
            Message("This invitation is for {email}; sign in as that.", email=invitation.email)
        )
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=timezone.now())
    if not used:
        raise NotFound
    membership, _ = Membership.objects.update_or_create(
        person=actor, organisation=invitation.organisation, defaults={"role": invitation.role}
    )
    audit.record(
        JOINED,
        actor=actor,
        subject=invitation.organisation,
        organisation=invitation.organisation,
    )
    return membership


@transaction.atomic
def remove_member(*, actor: Person, membership: Membership) -> None:
    """Take a member out of an organisation; the last manager stays."""
    organisation = membership.organisation
    if membership.person != actor:
        _require(actor, Role.MANAGER, organisation)
    managers = lock_managers(organisation)
    if membership.role == Role.MANAGER and managers <= {membership.person_id}:
        raise Refused(Message("The last manager stays; make somebody else a manager first."))
    member = membership.person
    membership.delete()
    audit.record(
        REMOVED, actor=actor, subject=organisation, organisation=organisation, member=member
    )


@transaction.atomic
def change_member(
    *, actor: Person, membership: Membership, role: str, department: Department | None
) -> Membership:
    """Change a member's role and department; the last manager stays one."""
    organisation = membership.organisation
    _require(actor, Role.MANAGER, organisation)
    if department is not None and department.organisation_id != organisation.pk:
        raise NotFound
    wanted, managers = Role(role), lock_managers(organisation)
    if membership.role == Role.MANAGER != wanted and managers <= {membership.person_id}:
        raise Refused(Message("The last manager stays; make somebody else a manager first."))
    moved, changed = membership.department != department, membership.role != wanted
    membership.role, membership.department = wanted, department
    membership.save(update_fields=["role", "department"])
    member = membership.person
    events = ((ROLE_GIVEN[wanted], changed), (DEPARTMENT_GIVEN, moved))
    for event in (event for event, happened in events if happened):
        audit.record(
            event, actor=actor, subject=organisation, organisation=organisation, member=member
        )
    return membership


@transaction.atomic
def withdraw_invitation(*, actor: Person, invitation: Invitation) -> None:
    """Make an invitation worthless."""
    organisation = invitation.organisation
    _require(actor, Role.MANAGER, organisation)
    if not invitation.is_open:
        return
    Invitation.objects.filter(pk=invitation.pk).update(until=timezone.now())
    audit.record(
        UNINVITED,
        actor=actor,
        subject=organisation,
        organisation=organisation,
        email=invitation,
    )


@transaction.atomic
def add_department(*, actor: Person, organisation: Organisation, name: str) -> Department:
    """Add a department; a name stands once in an organisation."""
    _require(actor, Role.MANAGER, organisation)
    if organisation.departments.filter(name=name).exists():
        raise Refused(Message("There is a department {name} already.", name=name))
    department = Department.objects.create(organisation=organisation, name=name)
    audit.record(
        DEPARTMENT_ADDED,
        actor=actor,
        subject=organisation,
        organisation=organisation,
        department=name,
    )
    return department


@transaction.atomic
def remove_department(*, actor: Person, department: Department) -> None:
    """Remove a department; its members stay in the organisation."""
    organisation, name = department.organisation, department.name
    _require(actor, Role.MANAGER, organisation)
    department.delete()
    audit.record(
        DEPARTMENT_REMOVED,
        actor=actor,
        subject=organisation,
        organisation=organisation,
        department=name,
    )


@transaction.atomic
def change_profile(*, actor: Person, name: str, language: str, time_zone: str) -> Person:
    """Change the own name, language and time zone."""
    actor.name, actor.language, actor.time_zone = name, language, time_zone
    actor.save(update_fields=["name", "language", "time_zone"])
    audit.record(CHANGED, actor=actor, subject=actor)
    return actor


@transaction.atomic
def give_consent(
    *,
    actor: Person,
    grantor: Organisation,
    grantee: Organisation,
    subject: Any,
    level: Level,
    purpose: str,
    until: datetime,
) -> Consent:
    """Open a thing of the grantor's to another organisation."""
    _require(actor, Role.MANAGER, grantor)
    consent = Consent.objects.create(
        grantor=grantor,
        grantee=grantee,
        subject_type=subject._meta.label,
        subject=str(subject.pk),
        level=level,
        purpose=purpose,
        given_by=actor,
        until=until,
    )
    audit.record(
        CONSENTED,
        actor=actor,
        subject=subject,
        organisation=grantor,
        grantee=str(grantee),
        level=str(level),
    )
    return consent


@transaction.atomic
def withdraw_consent(*, actor: Person, consent: Consent) -> None:
    """Close what a consent had opened, from now on."""
    _require(actor, Role.MANAGER, consent.grantor)
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    audit.record(
        WITHDRAWN,
        actor=actor,
        subject=consent,
        organisation=consent.grantor,
        grantee=str(consent.grantee),
    )


@transaction.atomic
def make_key(
    *, actor: Person, organisation: Organisation, name: str, scopes: Iterable[str], days: int
) -> tuple[ApiKey, str]:
    """Make a key with which a program acts for the actor; its secret is told this once.

    Raises:
        Refused: the actor is no manager, or nothing is to be opened.
    """
    _require(actor, Role.MANAGER, organisation)
    chosen = [scope.value for scope in Scope if scope.value in set(scopes)]
    if not chosen or not 1 <= days <= LONGEST_KEY_DAYS:
        raise Refused(
            Message("Choose what the key opens, for 1 to {days} days.", days=LONGEST_KEY_DAYS)
        )
    secret = f"tyk_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        organisation=organisation,
        person=actor,
        name=name[:100],
        start=secret[:10],
        hash=key_hash(secret),
        scopes=chosen,
        until=timezone.now() + timedelta(days=days),
    )
    audit.record(KEY_MADE, actor=actor, subject=key, organisation=organisation, scopes=chosen)
    return key, secret


@transaction.atomic
def revoke_key(*, actor: Person, key: ApiKey) -> None:
    """End a key now; revoking twice changes nothing."""
    _require(actor, Role.MANAGER, key.organisation)
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record(KEY_REVOKED, actor=actor, subject=key, organisation=key.organisation)
