"""What the pages of studies share: refusals as sentences, files to take away, large bodies."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from tanyuan.languages import Message
from tanyuan.problems import InputError
from tanyuan.server.base.bodies import SLACK, is_beyond, let_go, takes, too_large
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.people.access import acting_person
from tanyuan.server.people.models import Organisation, Role
from tanyuan.server.people.queries import may

View = Callable[..., HttpResponse]

_KEPT_NAME = 80


def told(view: View) -> View:
    """A view whose refusals become sentences: a page of its own, or a message after an act.

    A study that was calculated when it was saved may have lost a database since.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as error:
            back = kwargs.get("study_id")
            if request.method == "POST":
                messages.error(request, str(error))
                return redirect("study", back) if back else redirect("workspace")
            context = {"why": str(error), "study_id": back}
            return render(request, "studies/refused.html", context, status=403)
        except InputError as error:
            if request.method == "POST":
                raise
            context = {"problems": error.problems}
            return render(request, "studies/not_calculated.html", context, status=422)

    return guarded


def require(request: HttpRequest, role: Role, organisation: Organisation) -> None:
    """Ask that the person has a role before a page for that role is shown.

    Raises:
        NotFound: not a member.
        Refused: a member in a lower role.
    """
    person = acting_person(request)
    if not may(person, Role.READER, organisation):
        raise NotFound
    if not may(person, role, organisation):
        raise Refused(Message("Your role in {name} does not allow this.", name=organisation))


def limited(limit: Callable[[], int]) -> Callable[[View], View]:
    """A view for uploads: a body over the limit is refused before it is read.

    The check of the form's token reads the body, so it comes after the check of the size.
    """

    def with_limit(view: View) -> View:
        protected = csrf_protect(view)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if is_beyond(request, limit() + SLACK):
                let_go(request, 2 * limit())
                messages.error(request, str(too_large(limit())))
                # The body must not be read again as the answer is made
                request.method = "GET"
                response = view(request, *args, **kwargs)
                response.status_code = 413
                return response
            return protected(request, *args, **kwargs)

        exempt: View = takes(None)(csrf_exempt(guarded))
        return exempt

    return with_limit


def file_name(name: str, ending: str) -> str:
    """A name for a file to take away: letters and digits of any script, nothing that acts."""
    flat = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in "-_." else "-" for c in flat)
    bare = "-".join(part for part in kept.split("-") if part.strip("._")).strip("-._")[:_KEPT_NAME]
    return f"{bare or 'study'}{ending}"


def take_away(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to take away, never to be shown in the page's place."""
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        data,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
