"""Files that come in: upload, the page of the long task that reads them."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tanyuan.formats.examples import PUBLISHED
from tanyuan.formats.examples import example as example_study
from tanyuan.languages import Message, language
from tanyuan.server.base import files, jobs
from tanyuan.server.base.models import Job, StoredFile
from tanyuan.server.people.access import acting_organisation, acting_person, member_view
from tanyuan.server.people.models import Role
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.forms import UploadForm
from tanyuan.server.studies.models import StudyRecord
from tanyuan.server.studies.views.common import limited, require, take_away, told


def _upload_limit() -> int:
    return int(settings.UPLOAD_LIMIT)


@limited(_upload_limit)
@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Send in a workbook, JSON or YAML file as a new study or a new revision of one."""
    study = _study_asked_for(request)
    organisation = study.organisation if study else acting_organisation(request)
    require(request, Role.ENGINEER, organisation)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        organisation=organisation,
    )
    if request.method == "POST" and form.is_valid():
        return redirect("job", _send(request, form.cleaned_data, study).pk)
    context = {
        "form": form,
        "study": study,
        "latest": study.latest if study else None,
        "limit": settings.UPLOAD_LIMIT // 1024**2,
        "examples": [(name, example_study(name).study.name) for name in PUBLISHED],
    }
    return render(request, "studies/upload.html", context, status=422 if form.errors else 200)


def _study_asked_for(request: HttpRequest) -> StudyRecord | None:
    asked = request.GET.get("study")
    if not asked:
        return None
    try:
        return queries.study_for(acting_person(request), uuid.UUID(asked))
    except ValueError:
        raise Http404 from None


def _send(request: HttpRequest, facts: dict[str, Any], study: StudyRecord | None) -> Job:
    based_on = request.POST.get("based_on", "")
    return actions.import_file(
        actor=acting_person(request),
        organisation=study.organisation if study else acting_organisation(request),
        data=facts["file"].read(),
        name=facts["file"].name,
        language=language(),
        study=study,
        based_on=int(based_on) if based_on.isascii() and based_on.isdigit() else None,
        product=facts["product"],
    )


@member_view
@require_GET
def job(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """How far a long task is; when it is done, what it made."""
    found = queries.job_for(acting_person(request), job_id)
    if found.state == Job.State.DONE and "study" in found.result:
        for notice in found.result.get("notices", ()):
            messages.info(request, notice)
        return redirect("study", found.result["study"])
    if found.state == Job.State.DONE and "background" in found.result:
        return redirect("database_report", found.result["background"])
    stored = StoredFile.objects.filter(pk=found.arguments.get("file")).first()
    context = {"job": found, "file": stored, "percent": round(100 * found.progress)}
    return render(request, "studies/job.html", context)


@told
@member_view
@require_POST
def job_cancel(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """Ask a long task to stop; whoever may edit may do so."""
    found = queries.job_for(acting_person(request), job_id)
    membership = acting_person(request).memberships.get(organisation_id=found.owner)
    require(request, Role.ENGINEER, membership.organisation)
    jobs.cancel(found)
    messages.info(request, str(Message("It is being stopped; the file that you sent stays.")))
    return redirect("job", job_id)


@member_view
@require_GET
def job_file(request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
    """The file as it was sent in."""
    found = queries.job_for(acting_person(request), job_id)
    stored = StoredFile.objects.filter(pk=found.arguments.get("file"), owner=found.owner).first()
    if stored is None:
        raise Http404
    return take_away(files.content(stored), stored.name, "application/octet-stream")
