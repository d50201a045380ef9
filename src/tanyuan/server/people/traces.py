"""What allauth and axes keep about a person: addresses, second factors, sessions, logs."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from tanyuan.server.people.models import Invitation, Person

_LOGS = (AccessAttempt, AccessFailureLog, AccessLog)


def traces_of(person: Person) -> dict[str, Any]:
    """All of it, for the person's own eyes; secrets of second factors stay here."""
    return {
        "addresses": list(
            EmailAddress.objects.filter(user=person).values("email", "verified", "primary")
        ),
        "second_factors": [
            {"type": one.type, "since": one.created_at.isoformat()}
            for one in Authenticator.objects.filter(user=person)
        ],
        "sessions": [
            {"since": s.created_at.isoformat(), "ip": s.ip, "browser": s.user_agent}
            for s in UserSession.objects.filter(user=person)
        ],
        "sign_ins": [
            {"at": log.attempt_time.isoformat(), "ip": log.ip_address, "browser": log.user_agent}
            for log in AccessLog.objects.filter(username=person.email)
        ],
        "failed_sign_ins": [
            {"at": log.attempt_time.isoformat(), "ip": log.ip_address, "browser": log.user_agent}
            for log in AccessAttempt.objects.filter(username=person.email)
        ],
        "invitations": [
            {"organisation": str(i.organisation), "role": i.role, "at": i.created_at.isoformat()}
            for i in Invitation.objects.filter(email=person.email).select_related("organisation")
        ],
    }


def erase_traces(person: Person) -> None:
    """Delete all of it; open sessions end."""
    for session in UserSession.objects.filter(user=person):
        session.end()
    Authenticator.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    Invitation.objects.filter(email=person.email).delete()
    for log in _LOGS:
        log.objects.filter(username=person.email).delete()
