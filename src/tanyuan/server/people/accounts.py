"""What the operator does at the server itself, for those who cannot get in through a page."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.db import transaction
from django.urls import reverse

from tanyuan.documents.identifiers import credit_code
from tanyuan.languages import Message
from tanyuan.server.base import audit
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.people.models import Membership, Organisation, OrganisationKind, Person, Role

AUTHORITIES = (OrganisationKind.OPERATOR, OrganisationKind.REGULATOR)

FOUNDED = audit.register(
    "organisation.founded-by-operator",
    Message("the server's operator registered {subject} with its first manager, {member}"),
)
RESET = audit.register(
    "person.reset", Message("the server's operator gave {subject} a link for a new password")
)
FACTOR_REMOVED = audit.register(
    "person.factor-removed", Message("the server's operator removed the second factor of {subject}")
)


def person_of(email: str) -> Person:
    """The person with this address.

    Raises:
        NotFound: there is none.
    """
    found = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def found_authority(
    *, email: str, kind: str, code: str, name_zh: str = "", name_en: str = "", region: str = ""
) -> Person:
    """Register the platform's operator or a regulator, with its first manager.

    Neither can register itself on a page; all further members are invited there.

    Raises:
        InvalidValueError: the credit code is wrong.
        Refused: this kind registers itself, or the code is registered already.
    """
    if kind not in AUTHORITIES:
        raise Refused(
            Message("Only an operator or a regulator is set up here; all others register.")
        )
    if not (name_zh or name_en):
        raise Refused(Message("Give the name in Chinese or in English."))
    checked = credit_code(code)
    if Organisation.objects.filter(credit_code=checked).exists():
        raise Refused(
            Message("An organisation with this credit code is registered; ask to be invited.")
        )
    organisation = Organisation.objects.create(
        kind=kind, credit_code=checked, name_zh=name_zh, name_en=name_en, region=region
    )
    address = email.strip().lower()
    person = Person.objects.filter(email=address).first() or Person.objects.create_user(address)
    Membership.objects.create(person=person, organisation=organisation, role=Role.MANAGER)
    audit.record(
        FOUNDED, actor=None, subject=organisation, organisation=organisation, member=person
    )
    return person


@transaction.atomic
def reset(*, person: Person, second_factor: bool = False) -> str:
    """Give a path that sets a new password, once; end the lock-out, and the second factor if asked.

    Open sessions end: whoever asks for this may have lost more than a password.
    """
    person.refresh_from_db()  # the link rests on the last sign-in
    AccessAttempt.objects.filter(username=person.email).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    _record(RESET, person)
    if second_factor and Authenticator.objects.filter(user=person).delete()[0]:
        _record(FACTOR_REMOVED, person)
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _, token = key.partition("-")
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})


def _record(event: audit.EventType, person: Person) -> None:
    """In the trail of every organisation of the person, whose things are at stake."""
    for membership in person.memberships.select_related("organisation"):
        audit.record(event, actor=None, subject=person, organisation=membership.organisation)
    if not person.memberships.exists():
        audit.record(event, actor=None, subject=person)
