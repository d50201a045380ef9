"""The particulars of a report, filled in beside the study: no figure and no seal changes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tanyuan.footprint.particulars import Particulars
from tanyuan.languages import Message
from tanyuan.reports.document import Section
from tanyuan.reports.study_report import SECTIONS, study_report
from tanyuan.server.base.refusals import Refused
from tanyuan.server.people.access import acting_person, member_view
from tanyuan.server.people.models import Role
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.models import Revision
from tanyuan.server.studies.report_form import ReportForm
from tanyuan.server.studies.views.common import require, told


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, study_id: uuid.UUID, number: int) -> HttpResponse:
    """Fill in what the report of a revision says beside its figures; see what it still lacks."""
    revision = queries.revision_for(acting_person(request), study_id, number)
    require(request, Role.ENGINEER, revision.study.organisation)
    if request.method != "POST":
        return _show(request, revision, _filled(revision))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, revision, form, status=422)
    try:
        actions.describe_report(
            actor=acting_person(request),
            revision=revision,
            particulars=form.particulars,
            based_on=form.cleaned_data["based_on"],
        )
    except Refused as error:
        return _conflict(request, revision, form, error)
    messages.success(request, str(Message("The particulars are saved; the report has them now.")))
    return redirect("study_report", study_id, number)


def _filled(revision: Revision) -> ReportForm:
    """The form with what is saved; where nothing is, with what the registers know."""
    edition = queries.report_edition(revision)
    held: dict[str, Any] = {"based_on": edition.number if edition else 0}
    held |= edition.particulars if edition else queries.registered_particulars(revision)
    return ReportForm(initial=held)


def _conflict(
    request: HttpRequest, revision: Revision, form: ReportForm, error: Refused
) -> HttpResponse:
    """Somebody else has saved meanwhile: ours stays in the form, theirs stands beside it."""
    edition = queries.report_edition(revision)
    theirs = queries.particulars_of(edition)
    mine = form.particulars
    changed = [
        (str(Message(info.title or name)), getattr(theirs, name))
        for name, info in Particulars.model_fields.items()
        if getattr(theirs, name) != getattr(mine, name)
    ]
    again = ReportForm({**request.POST.dict(), "based_on": edition.number if edition else 0})
    return _show(request, revision, again, theirs=changed, conflict=str(error), status=409)


def _show(
    request: HttpRequest, revision: Revision, form: ReportForm, status: int = 200, **more: Any
) -> HttpResponse:
    edition = queries.report_edition(revision)
    made = study_report(queries.footprint_of(revision), queries.particulars_of(edition))
    context = {
        "revision": revision,
        "form": form,
        "edition": edition,
        "lacking": list(_lacking(made.empty)),
        "empty": len(made.empty),
        "sections": SECTIONS,
        **more,
    }
    return render(request, "studies/report.html", context, status=status)


def _lacking(sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    """What the report as it is saved still lacks, with the field of this page or the study."""
    return [
        {"section": section, "what": lack.what, "where": lack.where, "field": lack.field}
        for section in sections
        for lack in section.missing
    ]
