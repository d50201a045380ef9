"""The footprint of a study: the page, its lines, its revisions, what can be taken away."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tanyuan.formats.files import write_study
from tanyuan.languages import Message, language
from tanyuan.server.base import files
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.people.access import acting_person, open_view
from tanyuan.server.people.models import Level, Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies import queries
from tanyuan.server.studies.figure_files import FIGURE_FILES, figure_file
from tanyuan.server.studies.line_table import line_table
from tanyuan.server.studies.models import ReportEdition, Revision, StudyRecord
from tanyuan.server.studies.package_files import PACKAGE_FILES, package_file
from tanyuan.server.studies.page import FootprintPage
from tanyuan.server.studies.reading import Reading
from tanyuan.server.studies.views.common import file_name, take_away, told
from tanyuan.server.studies.views.workspace import KINDS, example_of
from tanyuan.server.studies.walk import walk

_LINES = (
    Column("line", Message("Line"), lambda r: r.line.name),
    Column("id", Message("Id"), lambda r: r.line.id),
    Column("stage", Message("Stage"), lambda r: r.line.stage),
    Column("process", Message("Process"), lambda r: r.line.process),
    Column("role", Message("Role"), lambda r: r.line.role.label),
    Column("amount", Message("Amount"), lambda r: r.line.amount, numeric=True),
    Column("unit", Message("Unit"), lambda r: r.line.unit),
    Column("factor", Message("Factor"), lambda r: r.line.ref),
    Column("factor_name", Message("Factor's name"), lambda r: r.line.ref_name),
    Column("intensity", Message("kg CO₂e per unit"), lambda r: r.line.intensity, numeric=True),
    Column("result", Message("kg CO₂e"), lambda r: r.line.value, numeric=True),
    Column("low", Message("95 % from"), lambda r: (r.line.interval or (None,))[0], numeric=True),
    Column("high", Message("95 % to"), lambda r: (r.line.interval or (None,))[-1], numeric=True),
    Column("share", Message("Share"), lambda r: r.share, numeric=True),
    Column("data", Message("Data kind"), lambda r: r.line.data_kind.label),
    Column("source", Message("Source"), lambda r: r.line.source),
    Column("note", Message("Note"), lambda r: r.line.note),
)
_REPORTS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def _page(revision: Revision) -> FootprintPage:
    return FootprintPage(revision, queries.footprint_of(revision))


@told
@open_view
@require_GET
def study(request: HttpRequest, study_id: uuid.UUID, number: int | None = None) -> HttpResponse:
    """One study with its newest footprint, or as far as it is opened to the reader."""
    person = acting_person(request)
    found = queries.study_for(person, study_id, Level.NUMBER)
    level = queries.level_for(person, found)
    if level != Level.LINES:
        return _shared(request, found, level)
    revision = queries.revision_for(person, study_id, number)
    page = _page(revision)
    context: dict[str, Any] = {
        "page": page,
        "lines": line_table(page, request.GET),
        "example": example_of(found),
        "newest": found.latest.number,
        **_rights(request, found),
    }
    return render(request, "studies/footprint.html", context)


def _rights(request: HttpRequest, found: StudyRecord) -> dict[str, bool]:
    person = acting_person(request)
    if not person.is_authenticated:
        return {}
    owner = found.organisation
    return {
        "member": may(person, Role.READER, owner),
        "may_edit": may(person, Role.ENGINEER, owner),
        "may_seal": may(person, Role.MANAGER, owner),
    }


def _shared(request: HttpRequest, found: StudyRecord, level: Level | None) -> HttpResponse:
    """What is seen of a study whose lines are not opened: rows of the sealed footprint only."""
    sealed = queries.newest_seal(found)
    stages = list(sealed.stages.all()) if sealed and level == Level.STAGES else []
    context = {"study": found, "sealed": sealed, "level": level, "stages": stages}
    return render(request, "studies/shared.html", context)


@told
@open_view
@require_GET
def line(
    request: HttpRequest, study_id: uuid.UUID, position: int, number: int | None = None
) -> HttpResponse:
    """One line: the way from the result back to the reading and the source."""
    revision = queries.revision_for(
        acting_person(request), study_id, number, reading=Reading.LINE, line=position
    )
    page = _page(revision)
    if not 1 <= position <= len(page.fp.lines):
        raise Http404
    context = {
        "page": page,
        "walk": walk(page, position),
        "last": len(page.fp.lines),
        # Nobody else sees the databases of an organisation
        **_rights(request, revision.study),
    }
    return render(request, "studies/line.html", context)


@open_view
@require_GET
def revisions(request: HttpRequest, study_id: uuid.UUID) -> HttpResponse:
    """Every revision, with what changed from the one before; any two compared."""
    person = acting_person(request)
    found = queries.study_for(person, study_id)
    every = list(found.revisions.select_related("created_by", "sealed").defer("document"))
    asked = [request.GET.get(name, "") for name in ("from", "to")]
    chosen = [int(text) if text.isascii() and text.isdigit() else 0 for text in asked]
    newer = queries.revision_for(person, study_id, chosen[1] or None, reading=Reading.COMPARISON)
    older = found.revisions.filter(number=chosen[0] or newer.number - 1).first()
    context = {
        "study": found,
        "every": every,
        "older": older,
        "newer": newer,
        "differences": queries.differences(older, newer) if older else [],
        **_rights(request, found),
    }
    return render(request, "studies/revisions.html", context)


@told
@open_view
@require_GET
def file(request: HttpRequest, study_id: uuid.UUID, number: int, kind: str) -> HttpResponse:
    """A revision as a file."""
    if kind not in (*KINDS, *_REPORTS, *FIGURE_FILES, *PACKAGE_FILES, "csv", "sealed"):
        raise Http404
    revision = queries.revision_for(
        acting_person(request), study_id, number, reading=Reading.FILE, kind=kind
    )
    document = queries.study_document(revision)
    name = f"{document.id}-r{revision.number}"
    if kind in KINDS:
        given = queries.particulars_of(queries.report_edition(revision))
        data = write_study(document, f"x.{kind}", library=kind == "xlsx", particulars=given)
        return take_away(data, file_name(name, f".{kind}"), KINDS[kind])
    if kind in FIGURE_FILES:
        data, media = figure_file(_page(revision), kind)
        return take_away(data, file_name(name, f"-{kind}"), media)
    if kind in PACKAGE_FILES:
        data, ending, media = package_file(revision, kind)
        return take_away(data, file_name(name, ending), media)
    if kind == "csv":
        return _lines_file(_page(revision), name)
    if kind == "sealed" and hasattr(revision, "sealed"):
        data = files.content(revision.sealed.file)
        return take_away(data, file_name(name, ".sealed.json"), "application/json")
    if kind in _REPORTS:
        edition = queries.report_edition(revision)
        data = _report(revision.pk, edition.pk if edition else None, kind, language())
        return take_away(data, file_name(name, f".{kind}"), _REPORTS[kind])
    raise Http404


def _lines_file(page: FootprintPage, name: str) -> HttpResponse:
    from django.http import QueryDict  # noqa: PLC0415

    table = Table(QueryDict("format=csv"), page.rows, _LINES)
    made = table.file("lines")
    return take_away(made.content if made else b"", file_name(name, ".csv"), "text/csv")


@lru_cache(maxsize=16)
def _report(revision_id: uuid.UUID, edition_id: uuid.UUID | None, kind: str, spoken: str) -> bytes:
    """The study report; kept a while, since setting it takes seconds."""
    from tanyuan.reports.files import write_report  # noqa: PLC0415 - loads the typesetter

    revision = Revision.objects.get(pk=revision_id)
    edition = ReportEdition.objects.get(pk=edition_id) if edition_id else None
    given = queries.particulars_of(edition)
    return write_report(queries.footprint_of(revision), f"report.{kind}", given, lang=spoken)
