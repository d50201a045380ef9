"""The particulars of reports for programs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from tanyuan.footprint.particulars import Particulars
from tanyuan.formats.particulars import read_particulars
from tanyuan.reports.study_report import study_report
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import TEXT, Language, Number, answers, from_bytes
from tanyuan.server.people.answers import IdempotencyKey, once
from tanyuan.server.people.callers import ANYBODY, KNOWN, OPEN, caller
from tanyuan.server.people.models import Scope
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.api import own_study, revision_of
from tanyuan.server.studies.models import Revision

router = Router(tags=["reports"])


class LackOut(Schema):
    """What a mandatory section of the report lacks; `field` is one of the particulars, or none."""

    section: int
    what: str
    where: str
    field: str


class ReportOut(Schema):
    """The particulars that a revision's report is made with, and what the report still lacks."""

    edition: int
    saved_at: datetime | None
    particulars: dict[str, str]
    lacking: list[LackOut]


def _described(name: str, text: str) -> dict[str, Any]:
    form = {"format": "date"} if name == "date" else {"maxLength": 4000, "pattern": TEXT}
    return {"type": "string", "description": text, **form}


PARTICULARS = from_bytes(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: _described(name, field.description or "")
            for name, field in Particulars.model_fields.items()
        },
    }
)


def _shown(revision: Revision) -> dict[str, Any]:
    edition = queries.report_edition(revision)
    given = queries.particulars_of(edition)
    report = study_report(queries.footprint_of(revision), given)
    return {
        "edition": edition.number if edition else 0,
        "saved_at": edition.created_at if edition else None,
        "particulars": edition.particulars if edition else {},
        "lacking": [
            {
                "section": section.number,
                "what": lack.what,
                "where": lack.where,
                "field": lack.field,
            }
            for section in report.empty
            for lack in section.missing
        ],
    }


@router.get("/studies/{study_id}/revisions/{number}/report", auth=ANYBODY, openapi_extra=OPEN,
            response=answers({200: ReportOut}, 401, 403, 404),
            summary="Show the particulars of a report")  # fmt: skip
def show_report(
    request: HttpRequest, study_id: uuid.UUID, number: Number, lang: Language
) -> dict[str, Any]:
    """What the report of a revision says beside its figures, and what it still lacks."""
    return _shown(revision_of(caller(request), study_id, number))


@router.post("/studies/{study_id}/revisions/{number}/report", auth=KNOWN,
             openapi_extra=PARTICULARS, summary="Save the particulars of a report",
             response=answers({201: ReportOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def describe_report(
    request: HttpRequest,
    study_id: uuid.UUID,
    number: Number,
    lang: Language,
    token: IdempotencyKey,
    based_on: Annotated[
        int, Query(0, ge=0, le=1_000_000, description="The edition that the caller has seen.")
    ],
) -> Status[dict[str, Any]]:
    """Save particulars as a new edition; what is not sent is empty in it."""
    who = caller(request)
    study = own_study(who, study_id, Scope.WRITE)
    revision = study.revisions.select_related("study").filter(number=number).first()
    if revision is None:
        raise NotFound

    def make() -> tuple[int, dict[str, Any]]:
        given = read_particulars(request.body, "")
        actions.describe_report(
            actor=who.acting, revision=revision, particulars=given, based_on=based_on
        )
        return 201, _shown(revision)

    return once(request, who, token, request.body, make)
