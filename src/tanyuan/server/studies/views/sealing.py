"""Sealing a footprint, and checking a sealed one."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tanyuan.footprint.seal import Verification, verify
from tanyuan.languages import Message
from tanyuan.problems import InputError, refuse
from tanyuan.server.factorbase.backgrounds import shelf
from tanyuan.server.people.access import acting_person, member_view, open_view
from tanyuan.server.people.models import Role
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.forms import VerifyForm
from tanyuan.server.studies.models import SealedFootprint
from tanyuan.server.studies.page import FootprintPage
from tanyuan.server.studies.views.common import limited, require, told

VERIFY_LIMIT = 5 * 1024 * 1024
MOST_DRAWS = 20_000
_SHOWN_FIGURES = 50


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, study_id: uuid.UUID, number: int) -> HttpResponse:
    """Confirm what sealing means, then seal; sealing twice gives the same seal."""
    revision = queries.revision_for(acting_person(request), study_id, number)
    require(request, Role.MANAGER, revision.study.organisation)
    if request.method == "POST":
        sealed = actions.seal_footprint(actor=acting_person(request), revision=revision)
        if sealed.sealed_by == acting_person(request):
            done = Message("Sealed. Its hash is {hash}.", hash=sealed.hash)
        else:
            done = Message(
                "{name} has sealed this revision already; there is one seal. Its hash is {hash}.",
                name=sealed.sealed_by,
                hash=sealed.hash,
            )
        messages.success(request, str(done))
        return redirect("study_revision", study_id, number)
    page = FootprintPage(revision, queries.footprint_of(revision))
    newest = revision.study.latest.number
    return render(request, "studies/seal.html", {"page": page, "newest": newest})


@limited(lambda: VERIFY_LIMIT)
@open_view
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a sealed footprint: its hash, and every figure calculated again."""
    form = VerifyForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form, "limit": VERIFY_LIMIT // 1024**2}
    if request.method != "POST":
        context |= {"form": VerifyForm(), "sample": _sample()}
    elif form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = _checked(file.read(VERIFY_LIMIT + 1), file.name)
        except InputError as error:
            context["problems"] = error.problems
        else:
            context |= {"found": found, "figures": found.figures[:_SHOWN_FIGURES]}
    return render(request, "studies/verify.html", context)


def _sample() -> SealedFootprint | None:
    """A sealed footprint that everybody may take away and check here."""
    study = queries.public_examples().order_by("created_at").first()
    return queries.newest_seal(study) if study else None


def _checked(data: bytes, name: str) -> Verification:
    """The verification of a file that does not ask for more work than a page may do."""
    try:
        stated = json.loads(data)["result"]["uncertainty"] or {}
        draws = int(stated.get("samples", 0))
    except (ArithmeticError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        draws = 0
    if draws > MOST_DRAWS:
        raise refuse(
            "draws",
            Message("It asks for {n} draws, more than this page does.", n=f"{draws:,}"),
            Message("Check it on your own computer: tanyuan verify FILE"),
        )
    return verify(data, name, shelf())
