"""Who calls the API: a key, a person in a browser, or anybody; and what that opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from tanyuan.languages import Message
from tanyuan.server.base.clients import client_address
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import Stopped
from tanyuan.server.people import rates
from tanyuan.server.people.models import ApiKey, Organisation, Person, Scope
from tanyuan.server.people.queries import (
    ORGANISATION_KEY,
    memberships,
    needs_second_factor,
    open_key,
    organisation_of,
)

_LAST_USE_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a person (None: anybody), maybe by a key that is of one organisation."""

    person: Person | None = None
    key: ApiKey | None = None
    wanted: str | None = None

    @property
    def name(self) -> str:
        """What the caller's kept answers stand under."""
        return f"key:{self.key.pk}" if self.key else f"person:{self.acting.pk}"

    @property
    def acting(self) -> Person:
        """The person, where there must be one."""
        if self.person is None:
            raise NotFound
        return self.person

    @property
    def within(self) -> Organisation | None:
        """The one organisation that a key is of; None for persons, who have all of theirs."""
        return self.key.organisation if self.key else None

    @property
    def organisation(self) -> Organisation:
        """The organisation in which the caller works now.

        Raises:
            NotFound: the person belongs to none.
        """
        return self.within or organisation_of(self.acting, self.wanted)

    @property
    def organisations(self) -> list[Organisation]:
        """All in which the caller is a member."""
        if self.key:
            return [self.key.organisation]
        return [one.organisation for one in memberships(self.acting)]

    def require(self, scope: Scope) -> None:
        """Stop where the caller's key does not open this; ask it after the thing was found."""
        if self.key is not None and scope.value not in self.key.scopes:
            raise Stopped(
                403, "scope", Message("This key does not open “{scope}”.", scope=scope.value)
            )


class KeyAuth(HttpBearer):
    """A key in the header `Authorization: Bearer tyk_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The key's caller.

        Raises:
            Stopped: the key is unknown, revoked or too old, or its person has left.
        """
        key = open_key(token)
        if key is None:
            rates.count(request, "address", client_address(request))
            raise unauthorised()
        rates.count(request, "key", str(key.pk))
        now = timezone.now()
        if key.last_used_at is None or now - key.last_used_at > _LAST_USE_STEP:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        return Caller(key.person, key)


class SessionAuth(APIKeyCookie):
    """A person who is signed in; what changes something needs the CSRF token too."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller | None:
        """The person, or nothing."""
        return self.authenticate(request, None)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The person who is signed in.

        Raises:
            Stopped: the CSRF token is missing, or the role asks for a second factor.
        """
        if not request.user.is_authenticated:
            return None
        person = request.user
        rates.count(request, "session", str(person.pk))
        if check_csrf(request) is not None:
            raise Stopped(403, "csrf", Message("The CSRF token is missing or wrong."))
        if settings.SECOND_FACTOR and needs_second_factor(person) and not is_mfa_enabled(person):
            raise Stopped(
                403, "second-factor", Message("Your role asks for a second factor at sign-in.")
            )
        return Caller(person, wanted=request.session.get(ORGANISATION_KEY))


class AnybodyAuth:
    """Lets in those who are not signed in."""

    def __call__(self, request: HttpRequest) -> Caller:
        """Nobody in particular."""
        rates.count(request, "address", client_address(request))
        return Caller()


def unauthorised() -> Stopped:
    """The answer to a caller who must be known and is not."""
    return Stopped(
        401,
        "unauthorised",
        Message("Sign in, or send a key that is in force."),
        {"WWW-Authenticate": "Bearer"},
    )


def nobody(request: HttpRequest) -> None:
    """Count one who must be known and is not, then stop."""
    rates.count(request, "address", client_address(request))
    raise unauthorised()


KNOWN: list[Callable[[HttpRequest], Caller | None]] = [KeyAuth(), SessionAuth(), nobody]
ANYBODY: list[Callable[[HttpRequest], Caller | None]] = [KeyAuth(), SessionAuth(), AnybodyAuth()]
# For operations that let anybody in: how the schema says so
OPEN: dict[str, Any] = {"security": [{}]}


def caller(request: HttpRequest) -> Caller:
    """Who calls."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]
