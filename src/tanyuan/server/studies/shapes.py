"""What the API of studies sends and takes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, QuerySet
from ninja import Schema
from pydantic import Field

from tanyuan.server.base.models import Job
from tanyuan.server.base.rest import PageOut, Text
from tanyuan.server.people.models import Level
from tanyuan.server.people.queries import opens
from tanyuan.server.studies.models import Product, Revision, SealedFootprint, Site, StudyRecord

Code = Annotated[str, Field(max_length=12, pattern=r"^[0-9A-Za-z.\-]*$")]


class SiteIn(Schema):
    """A place where something is made."""

    name_zh: Text = ""
    name_en: Text = ""
    region: Code = ""
    address: Text = ""


class ProductIn(Schema):
    """A product."""

    name_zh: Text = ""
    name_en: Text = ""
    model: Annotated[Text, Field(max_length=100)] = ""
    hs_code: Code = ""
    site: uuid.UUID | None = None


class SiteOut(SiteIn):
    """A place where something is made, with its id."""

    id: uuid.UUID
    organisation: uuid.UUID


class ProductOut(ProductIn):
    """A product with its id."""

    id: uuid.UUID
    organisation: uuid.UUID


class SitesOut(PageOut):
    """Sites of an organisation."""

    items: list[SiteOut]


class ProductsOut(PageOut):
    """Products of an organisation."""

    items: list[ProductOut]


class RevisionOut(Schema):
    """A revision with its headline result."""

    number: int
    hash: str
    total: str
    unit: str
    complete: bool
    note: str
    created_at: datetime
    sealed: uuid.UUID | None


class RevisionDocumentOut(RevisionOut):
    """A revision with its whole document."""

    document: dict[str, Any]


class RevisionsOut(PageOut):
    """Revisions of a study, newest first."""

    items: list[RevisionOut]


class StudyOut(Schema):
    """A study; what stands in it depends on how much of it is open to the caller."""

    id: uuid.UUID
    name: str
    name_zh: str
    name_en: str
    organisation: uuid.UUID
    organisation_name: str
    product: uuid.UUID | None
    public: bool
    level: Literal["number", "stages", "lines"]
    created_at: datetime
    latest: RevisionOut | None
    sealed: list[uuid.UUID]


class StudiesOut(PageOut):
    """Studies, newest first."""

    items: list[StudyOut]


class DifferenceOut(Schema):
    """What changed between two revisions, field by field."""

    older: int
    newer: int
    changes: list[dict[str, Any]]


class StageOut(Schema):
    """A stage of a sealed footprint."""

    stage: str
    name_zh: str
    name_en: str
    value: str


class SealedLineOut(Schema):
    """A line of a sealed footprint."""

    line: str
    value: str


class SealedOut(Schema):
    """A sealed footprint: the number; stages and lines where they are open to the caller."""

    id: uuid.UUID
    study: uuid.UUID
    revision: int
    hash: str
    total: str
    unit: str
    complete: bool
    certifiable: bool
    sealed_at: datetime
    stages: list[StageOut] | None
    lines: list[SealedLineOut] | None


class VerdictOut(Schema):
    """What checking a sealed footprint found."""

    verdict: Literal["PASS", "EDGE", "PARTIAL", "FAIL"]
    name: str
    total: str
    unit: str
    hash: str
    altered: str | None
    checked: int
    unchecked: list[str]
    figures: list[dict[str, str]]


class LinesOut(PageOut):
    """Lines of a footprint."""

    items: list[dict[str, Any]]


class JobOut(Schema):
    """A long task: how far it is, how it ended."""

    id: uuid.UUID
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    progress: float
    step: str
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class JobsOut(PageOut):
    """Long tasks, newest first."""

    items: list[JobOut]


def site_row(one: Site) -> dict[str, Any]:
    """A site as it is sent."""
    return {
        "id": str(one.pk),
        "organisation": str(one.organisation_id),
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "region": one.region,
        "address": one.address,
    }


def product_row(one: Product) -> dict[str, Any]:
    """A product as it is sent."""
    return {
        "id": str(one.pk),
        "organisation": str(one.organisation_id),
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "model": one.model,
        "hs_code": one.hs_code,
        "site": str(one.site_id) if one.site_id else None,
    }


def revision_row(one: Revision) -> dict[str, Any]:
    """A revision as it is sent."""
    sealed = getattr(one, "sealed", None)
    return {
        "number": one.number,
        "hash": one.hash,
        "total": one.total,
        "unit": one.unit,
        "complete": one.complete,
        "note": one.note,
        "created_at": one.created_at.isoformat(),
        "sealed": str(sealed.pk) if sealed else None,
    }


def with_revisions(rows: QuerySet[StudyRecord]) -> QuerySet[StudyRecord]:
    """Studies with all that their rows tell, in two queries."""
    revisions = Revision.objects.defer("document").select_related("sealed")
    told = rows.select_related("organisation").prefetch_related(None)
    return told.prefetch_related(Prefetch("revisions", revisions))


def study_row(one: StudyRecord, level: Level) -> dict[str, Any]:
    """A study as it is sent to somebody to whom this level is open."""
    if "revisions" not in getattr(one, "_prefetched_objects_cache", {}):
        one = with_revisions(StudyRecord.objects.filter(pk=one.pk)).get()
    whole = opens(level, Level.LINES)
    rows = [revision_row(revision) for revision in one.revisions.all()]
    return {
        "id": str(one.pk),
        "name": one.name,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "organisation": str(one.organisation_id),
        "organisation_name": one.organisation.name,
        "product": str(one.product_id) if whole and one.product_id else None,
        "public": one.public,
        "level": level.value,
        "created_at": one.created_at.isoformat(),
        "latest": rows[0] if whole else None,
        "sealed": [row["sealed"] for row in rows if row["sealed"]],
    }


def sealed_row(one: SealedFootprint, level: Level) -> dict[str, Any]:
    """A sealed footprint; rows of a level that is not open are never fetched."""
    stages = [
        {"stage": s.stage, "name_zh": s.name_zh, "name_en": s.name_en, "value": s.value}
        for s in (one.stages.all() if opens(level, Level.STAGES) else ())
    ]
    lines = [
        {"line": row.line, "value": row.value}
        for row in (one.lines.all() if opens(level, Level.LINES) else ())
    ]
    return {
        "id": str(one.pk),
        "study": str(one.revision.study_id),
        "revision": one.revision.number,
        "hash": one.hash,
        "total": one.total,
        "unit": one.unit,
        "complete": one.complete,
        "certifiable": one.certifiable,
        "sealed_at": one.sealed_at.isoformat(),
        "stages": stages if opens(level, Level.STAGES) else None,
        "lines": lines if opens(level, Level.LINES) else None,
    }


def job_row(one: Job) -> dict[str, Any]:
    """A job as it is sent."""
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "state": one.state,
        "progress": one.progress,
        "step": one.step,
        "result": one.result,
        "created_at": one.created_at.isoformat(),
        "started_at": one.started_at.isoformat() if one.started_at else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
    }
