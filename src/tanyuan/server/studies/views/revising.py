"""Editing a study: try the change, save it as a revision, lose nothing on the way."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tanyuan.backgrounds.searching import search
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.words import shown_unit
from tanyuan.languages import Message
from tanyuan.problems import InputError
from tanyuan.server.base.refusals import Refused
from tanyuan.server.factorbase.backgrounds import factors_for, shelf
from tanyuan.server.people.access import acting_person, member_view
from tanyuan.server.people.models import Role
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.editing import (
    Changes,
    Entry,
    Sheet,
    applied,
    entered,
    laid_over,
    study_of,
)
from tanyuan.server.studies.models import Revision
from tanyuan.server.studies.views.common import require, told

_KEPT = "kept-edit"
_MOST_KEPT = 500_000
_LONGEST_REF = 400


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, study_id: uuid.UUID) -> HttpResponse:
    """Edit the lines of a study; what is sent after the session has ended is kept for later."""
    if request.method == "POST" and not request.user.is_authenticated:
        body = request.POST.urlencode()
        if len(body) <= _MOST_KEPT:
            request.session[_KEPT] = {"path": request.path, "body": body}
        return redirect_to_login(request.path)
    return _edit(request, study_id=study_id)


@told
@member_view
def _edit(request: HttpRequest, study_id: uuid.UUID) -> HttpResponse:
    study = queries.study_for(acting_person(request), study_id)
    require(request, Role.ENGINEER, study.organisation)
    post = request.POST if request.method == "POST" else _kept(request)
    if post is None:
        revision = queries.revision_for(acting_person(request), study_id, None)
        return _show(request, revision, Changes())
    number = post.get("based_on", "")
    based_on = int(number) if number.isascii() and number.isdigit() else None
    revision = queries.revision_for(acting_person(request), study_id, based_on)
    changes = entered(revision.document, post)
    if "use" in post:
        _use(revision, changes, str(post["use"]))
    if post.get("act") == "save" and request.method == "POST":
        return _save(request, revision, changes)
    if "find" in post:
        return _show(request, revision, changes, post=post)
    return _try(request, revision, changes, post)


def _kept(request: HttpRequest) -> QueryDict | None:
    kept = request.session.get(_KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[_KEPT]
    messages.info(
        request,
        str(Message("Your session had ended. What you wrote is here; it is not saved yet.")),
    )
    return QueryDict(kept["body"])


def _use(revision: Revision, changes: Changes, wanted: str) -> None:
    """Take a factor that was found for a line."""
    key, _, factor = wanted.partition(":")
    lines = revision.document.get("lines", ())
    if key.startswith("new") and key[3:].isdigit() and int(key[3:]) < len(changes.added):
        changes.added[int(key[3:])]["ref"] = factor[:_LONGEST_REF]
    elif key.isdigit() and int(key) < len(lines):
        changes.fields.setdefault(lines[int(key)]["id"], {})["ref"] = factor[:_LONGEST_REF]


def _try(
    request: HttpRequest, revision: Revision, changes: Changes, post: QueryDict
) -> HttpResponse:
    """Show what the change would make, without saving it."""
    try:
        library = factors_for(str(revision.study.organisation_id))
        made = calculate(study_of(applied(revision.document, changes)), samples=0, library=library)
    except InputError as error:
        return _show(request, revision, changes, post=post, problems=error.problems)
    return _show(request, revision, changes, post=post, made=made)


def _save(request: HttpRequest, revision: Revision, changes: Changes) -> HttpResponse:
    if not changes.any:
        messages.info(request, str(Message("Nothing was changed, so nothing was saved.")))
        return redirect("study", revision.study_id)
    try:
        saved = actions.revise(
            actor=acting_person(request),
            study=revision.study,
            document=study_of(applied(revision.document, changes)),
            based_on=revision.number,
            note=request.POST.get("why", "").strip(),
        )
    except InputError as error:
        return _show(request, revision, changes, problems=error.problems)
    except Refused as error:
        return _conflict(request, revision, changes, error)
    messages.success(request, str(Message("Revision {number} is saved.", number=saved.number)))
    return redirect("study", saved.study_id)


def _conflict(
    request: HttpRequest, revision: Revision, changes: Changes, error: Refused
) -> HttpResponse:
    """Somebody else has saved meanwhile: their changes and ours, one over the other."""
    latest = queries.revision_for(acting_person(request), revision.study_id, None)
    if latest.number == revision.number:
        raise error
    theirs = queries.differences(revision, latest)
    laid = laid_over(changes, latest.document, revision.document)
    return _show(request, latest, laid, theirs=theirs, conflict=str(error), status=409)


def _show(request: HttpRequest, revision: Revision, changes: Changes, **more: Any) -> HttpResponse:
    post: QueryDict = more.get("post") or request.POST
    before = queries.footprint_of(revision)
    made = more.get("made")
    asked = post.get("page") or request.GET.get("page", "1")
    sheet = Sheet(
        revision.document,
        changes,
        page=int(asked) if asked.isascii() and asked.isdigit() else 1,
        problems=more.get("problems", ()),
        theirs=more.get("theirs", ()),
        results=(made or before).lines,
    )
    context = {
        "revision": revision,
        "sheet": sheet,
        "before": before,
        "unit": shown_unit(before),
        "mass": shown_unit(before).partition("/")[0],
        "made": made,
        "delta": _delta(before, made),
        "theirs": more.get("theirs", ()),
        "conflict": more.get("conflict", ""),
        "why": post.get("why", ""),
        **_found(sheet, post, str(revision.study.organisation_id), before.method.gwp_set),
    }
    status = more.get("status", 422 if sheet.problems else 200)
    return render(request, "studies/edit.html", context, status=status)


def _delta(before: Footprint, made: Footprint | None) -> dict[str, Any] | None:
    if made is None or made.unit != before.unit:
        return None
    change = made.total - before.total
    return {"value": change, "share": change / before.total if before.total else None}


def _found(sheet: Sheet, post: QueryDict, owner: str, gwp_set: str) -> dict[str, Any]:
    """The factors that were looked for on behalf of a line."""
    key = post.get("find", "")
    entry: Entry | None = next((e for e in [*sheet.entries, *sheet.new] if e.key == key), None)
    if entry is None:
        return {}
    words = (
        entry.factor_name
        or entry.cells["ref"].value
        or entry.cells.get("name", entry.cells["ref"]).value
    )
    words = words or entry.title
    found = search(words, limit=8, backgrounds=shelf(owner)).factors
    hits = [(one, one.co2e(gwp_set)) for one in found]
    return {"finding": key, "words": words, "hits": hits}
