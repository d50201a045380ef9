"""Studies, revisions and footprints for programs."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status

from tanyuan.formats.as_json import footprint_json
from tanyuan.formats.study_schema import study_schema
from tanyuan.formats.study_text import read_json
from tanyuan.languages import Message
from tanyuan.server.base import files
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import (
    Language,
    Limit,
    Number,
    Offset,
    Stopped,
    Text,
    answers,
    from_bytes,
    listed,
    page,
)
from tanyuan.server.people.answers import IdempotencyKey, once
from tanyuan.server.people.callers import ANYBODY, KNOWN, OPEN, Caller, caller
from tanyuan.server.people.models import Level, Scope
from tanyuan.server.studies import actions, queries, shapes
from tanyuan.server.studies.models import Revision, StudyRecord
from tanyuan.server.studies.reading import Reading

router = Router(tags=["studies"])

DOCUMENT = from_bytes(study_schema("#/components/schemas/{model}"))
IfMatch = Annotated[
    str | None,
    Header(
        None,
        alias="If-Match",
        pattern=r'^"\d{1,9}"$',
        description="The ETag of the study: the newest revision that the caller has seen.",
    ),
]
BasedOn = Annotated[int | None, Query(None, ge=1, le=1_000_000, description="As If-Match.")]


def study_of(who: Caller, study_id: uuid.UUID, level: Level = Level.LINES) -> StudyRecord:
    """A study that is open to the caller at this level."""
    study = queries.study_for(who.person, study_id, level, within=who.within)
    who.require(Scope.READ)
    return study


def revision_of(who: Caller, study_id: uuid.UUID, number: int | None) -> Revision:
    """A revision of a study that is open to the caller."""
    revision = queries.revision_for(
        who.person, study_id, number, within=who.within, reading=Reading.PROGRAM
    )
    who.require(Scope.READ)
    return revision


def own_study(who: Caller, study_id: uuid.UUID, scope: Scope) -> StudyRecord:
    """A study of an organisation of the caller's, to be changed."""
    study = queries.study_for(who.acting, study_id, within=who.within)
    if study.organisation not in who.organisations:
        raise NotFound
    who.require(scope)
    return study


def _level(who: Caller, study: StudyRecord) -> Level:
    return queries.level_for(who.person, study, within=who.within) or Level.NUMBER


def _with_tag(response: HttpResponse, revision: Revision) -> None:
    response["ETag"] = f'"{revision.number}"'


@router.get("/examples", auth=ANYBODY, response=answers({200: shapes.StudiesOut}, 401, 403),
            openapi_extra=OPEN, summary="List published examples")  # fmt: skip
def list_examples(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """Studies that everybody may see whole."""
    rows = shapes.with_revisions(queries.public_examples())
    return page(rows, limit, offset, lambda one: shapes.study_row(one, Level.LINES))


@router.get("/studies", auth=KNOWN, response=answers({200: shapes.StudiesOut}, 401, 403, 404),
            summary="List studies")  # fmt: skip
def list_studies(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The studies of the organisation in which the caller works."""
    who = caller(request)
    rows = shapes.with_revisions(queries.studies_of(who.organisation))
    who.require(Scope.READ)
    return page(rows, limit, offset, lambda one: shapes.study_row(one, Level.LINES))


@router.post("/studies", auth=KNOWN, openapi_extra=DOCUMENT, summary="Start a study",
             response=answers({201: shapes.StudyOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def start_study(
    request: HttpRequest,
    lang: Language,
    token: IdempotencyKey,
    product: Annotated[uuid.UUID | None, Query(None, description="The product it is of.")],
) -> Status[dict[str, Any]]:
    """Start a study with its first revision from a study document."""
    who = caller(request)
    organisation = who.organisation
    chosen = queries.product_of(organisation, product) if product else None
    who.require(Scope.WRITE)

    def make() -> tuple[int, dict[str, Any]]:
        read = read_json(request.body, "")
        study = actions.start_study(
            actor=who.acting,
            organisation=organisation,
            document=read.study,
            product=chosen,
            particulars=read.particulars,
        )
        return 201, shapes.study_row(study, Level.LINES)

    return once(request, who, token, request.body, make)


@router.get("/studies/{study_id}", auth=ANYBODY, openapi_extra=OPEN, summary="Show a study",
            response=answers({200: shapes.StudyOut}, 401, 403, 404))  # fmt: skip
def show_study(
    request: HttpRequest, response: HttpResponse, study_id: uuid.UUID, lang: Language
) -> dict[str, Any]:
    """A study as far as it is open to the caller. Its ETag is the number of its newest revision."""
    who = caller(request)
    study = study_of(who, study_id, Level.NUMBER)
    level = _level(who, study)
    if level is Level.LINES:
        _with_tag(response, study.latest)
    return shapes.study_row(study, level)


@router.get("/studies/{study_id}/revisions", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: shapes.RevisionsOut}, 401, 403, 404),
            summary="List revisions")  # fmt: skip
def list_revisions(
    request: HttpRequest, study_id: uuid.UUID, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The revisions of a study, newest first."""
    study = study_of(caller(request), study_id)
    rows = study.revisions.select_related("sealed")
    return page(rows, limit, offset, shapes.revision_row)


@router.post("/studies/{study_id}/revisions", auth=KNOWN, openapi_extra=DOCUMENT,
             response=answers({201: shapes.RevisionOut}, 400, 401, 403, 404, 409, 412, 413, 428),
             summary="Make a revision")  # fmt: skip
def revise(
    request: HttpRequest,
    study_id: uuid.UUID,
    lang: Language,
    token: IdempotencyKey,
    match: IfMatch,
    based_on: BasedOn,
    note: Annotated[Text, Query("")],
) -> Status[dict[str, Any]]:
    """Add a revision on the newest one, which the caller names by If-Match or based_on."""
    who = caller(request)
    study = own_study(who, study_id, Scope.WRITE)
    known = based_on if match is None else int(match.strip('"'))
    if known is None:
        raise Stopped(
            428, "based-on", Message("Name the revision that yours rests on: If-Match or based_on.")
        )

    def make() -> tuple[int, dict[str, Any]]:
        read = read_json(request.body, "")
        if match is not None and study.latest.number != known:
            raise Stopped(412, "changed", Message("There is a newer revision; look at it first."))
        revision = actions.revise(
            actor=who.acting,
            study=study,
            document=read.study,
            based_on=known,
            note=note,
            particulars=read.particulars,
        )
        return 201, shapes.revision_row(revision)

    return once(request, who, token, request.body, make)


@router.get("/studies/{study_id}/revisions/{number}", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: shapes.RevisionDocumentOut}, 401, 403, 404),
            summary="Show a revision")  # fmt: skip
def show_revision(
    request: HttpRequest,
    response: HttpResponse,
    study_id: uuid.UUID,
    number: Number,
    lang: Language,
) -> dict[str, Any]:
    """A revision with its whole study document."""
    revision = revision_of(caller(request), study_id, number)
    _with_tag(response, revision)
    return {**shapes.revision_row(revision), "document": revision.document}


@router.get("/studies/{study_id}/revisions/{number}/footprint", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: dict[str, Any]}, 401, 403, 404),
            summary="Show a footprint")  # fmt: skip
def show_footprint(
    request: HttpRequest, study_id: uuid.UUID, number: Number, lang: Language
) -> dict[str, Any]:
    """The footprint of a revision, as `tanyuan calc --json` gives it."""
    return footprint_json(queries.footprint_of(revision_of(caller(request), study_id, number)))


@router.get("/studies/{study_id}/revisions/{number}/lines", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: shapes.LinesOut}, 401, 403, 404),
            summary="List lines")  # fmt: skip
def list_lines(
    request: HttpRequest,
    study_id: uuid.UUID,
    number: Number,
    limit: Limit,
    offset: Offset,
    lang: Language,
) -> dict[str, Any]:
    """The lines of a footprint: amount × intensity = value, and where each comes from."""
    revision = revision_of(caller(request), study_id, number)
    lines = footprint_json(queries.footprint_of(revision))["by_line"]
    return listed(lines, limit, offset, lambda line: line)


@router.get("/studies/{study_id}/difference", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: shapes.DifferenceOut}, 401, 403, 404),
            summary="Compare revisions")  # fmt: skip
def show_difference(
    request: HttpRequest,
    study_id: uuid.UUID,
    older: Annotated[int, Query(ge=1, le=1_000_000)],
    newer: Annotated[int, Query(ge=1, le=1_000_000)],
    lang: Language,
) -> dict[str, Any]:
    """What changed between two revisions, field by field."""
    who = caller(request)
    changes = queries.differences(
        revision_of(who, study_id, older), revision_of(who, study_id, newer)
    )
    return {"older": older, "newer": newer, "changes": changes}


@router.post("/studies/{study_id}/revisions/{number}/seal", auth=KNOWN, summary="Seal",
             response=answers({200: shapes.SealedOut}, 401, 403, 404, 409))  # fmt: skip
def seal_revision(
    request: HttpRequest, study_id: uuid.UUID, number: Number, lang: Language
) -> dict[str, Any]:
    """Seal the footprint of a revision; sealing twice gives the same seal."""
    who = caller(request)
    study = own_study(who, study_id, Scope.SEAL)
    revision = study.revisions.select_related("study").filter(number=number).first()
    if revision is None:
        raise NotFound
    sealed = actions.seal_footprint(actor=who.acting, revision=revision)
    return shapes.sealed_row(sealed, Level.LINES)


@router.get("/sealed/{sealed_id}", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: shapes.SealedOut}, 401, 403, 404),
            summary="Show a sealed footprint")  # fmt: skip
def show_sealed(request: HttpRequest, sealed_id: uuid.UUID, lang: Language) -> dict[str, Any]:
    """A sealed footprint as far as it is open to the caller: number, stages, lines."""
    who = caller(request)
    sealed = queries.sealed_for(who.person, sealed_id, Level.NUMBER, within=who.within)
    who.require(Scope.READ)
    study = sealed.revision.study
    level = _level(who, study)
    if level is Level.LINES:
        queries.note_reading(
            who.person, study, sealed.revision.number, within=who.within, reading=Reading.PROGRAM
        )
    return shapes.sealed_row(sealed, level)


@router.get("/sealed/{sealed_id}/file", auth=ANYBODY, summary="Download a sealed footprint",
            response=answers({200: dict[str, Any]}, 401, 403, 404), openapi_extra=OPEN)  # fmt: skip
def download_sealed(request: HttpRequest, sealed_id: uuid.UUID, lang: Language) -> HttpResponse:
    """The sealed file, byte by byte as it was sealed."""
    who = caller(request)
    sealed = queries.sealed_for(who.person, sealed_id, Level.LINES, within=who.within)
    who.require(Scope.READ)
    return HttpResponse(
        files.content(sealed.file),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{sealed.pk}.sealed.json"'},
    )
