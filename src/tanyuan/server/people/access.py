"""What every view of the workspace asks first: who is it, and for which organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from tanyuan.server.base.refusals import NotFound
from tanyuan.server.people.kept import signed_in
from tanyuan.server.people.models import Organisation, Person
from tanyuan.server.people.queries import ORGANISATION_KEY, needs_second_factor, organisation_of

View = Callable[..., HttpResponse]


def acting_person(request: HttpRequest) -> Person:
    """The person who is signed in."""
    return cast("Person", request.user)


def acting_organisation(request: HttpRequest) -> Organisation:
    """The organisation that the person works in now."""
    return organisation_of(acting_person(request), request.session.get(ORGANISATION_KEY))


def _lacks_second_factor(person: Person) -> bool:
    """Whether the person decides somewhere, and has not set up the second factor that it asks."""
    return (
        bool(settings.SECOND_FACTOR) and needs_second_factor(person) and not is_mfa_enabled(person)
    )


def member_view(view: View) -> View:
    """A view for members of an organisation; what is not theirs is not found.

    Roles that decide need a second factor first, and persons without organisation found or join
    one first.
    """

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = acting_person(request)
        if _lacks_second_factor(person):
            return redirect("mfa_index")
        if not person.memberships.exists():
            return redirect("organisation_new")
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None

    return guarded


def open_view(view: View) -> View:
    """A view for everybody, in which what is not for this reader is not found."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person = acting_person(request)
        if person.is_authenticated and _lacks_second_factor(person):
            return redirect("mfa_index")
        try:
            return view(request, *args, **kwargs)
        except NotFound:
            raise Http404 from None

    return guarded
