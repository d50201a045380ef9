"""Registers, calculations, checks, uploads and jobs for programs."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status, UploadedFile

from tanyuan.footprint.seal import FORMAT, verify
from tanyuan.footprint.study import Study
from tanyuan.footprint.uncertainty import SEED
from tanyuan.formats.as_json import footprint_json, verification_json
from tanyuan.formats.study_text import read_json
from tanyuan.languages import Message, language
from tanyuan.server.base import jobs
from tanyuan.server.base.models import Job
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.base.rest import (
    Language,
    Limit,
    Offset,
    Stopped,
    Text,
    answers,
    from_bytes,
    page,
)
from tanyuan.server.factorbase.backgrounds import factors_for, shelf
from tanyuan.server.people.answers import IdempotencyKey, once
from tanyuan.server.people.callers import ANYBODY, KNOWN, OPEN, Caller, caller
from tanyuan.server.people.models import Role, Scope
from tanyuan.server.people.queries import may
from tanyuan.server.studies import actions, queries, shapes
from tanyuan.server.studies.api import DOCUMENT, own_study
from tanyuan.server.studies.models import Product, Site

router = Router(tags=["work"])

# What is calculated while the caller waits; larger things are jobs
MOST_SAMPLES = 10_000
MOST_LINES = 5_000
MOST_PROCESSES = 1_000
SEALED = from_bytes(
    {
        "type": "object",
        "required": ["format", "hash", "study", "result"],
        "properties": {"format": {"const": FORMAT}},
        "description": "A sealed footprint, byte by byte as it was sealed.",
    }
)


@router.get("/products", auth=KNOWN, response=answers({200: shapes.ProductsOut}, 401, 403, 404),
            summary="List products")  # fmt: skip
def list_products(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The products of the organisation in which the caller works."""
    who = caller(request)
    rows = who.organisation.products.order_by("created_at", "pk")
    who.require(Scope.READ)
    return page(rows, limit, offset, shapes.product_row)


@router.post("/products", auth=KNOWN, summary="Add a product",
             response=answers({201: shapes.ProductOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def add_product(
    request: HttpRequest, product: shapes.ProductIn, lang: Language, token: IdempotencyKey
) -> Status[dict[str, Any]]:
    """Add a product to the register."""
    who = caller(request)
    organisation = who.organisation
    site = queries.site_of(organisation, product.site) if product.site else None
    who.require(Scope.WRITE)
    facts = {**product.model_dump(exclude={"site"}), "site": site}

    def make() -> tuple[int, dict[str, Any]]:
        made = actions.add_product(actor=who.acting, organisation=organisation, **facts)
        return 201, shapes.product_row(made)

    return once(request, who, token, request.body, make)


@router.get("/products/{product_id}", auth=KNOWN, summary="Show a product",
            response=answers({200: shapes.ProductOut}, 401, 403, 404))  # fmt: skip
def show_product(request: HttpRequest, product_id: uuid.UUID, lang: Language) -> dict[str, Any]:
    """A product of an organisation of the caller's."""
    who = caller(request)
    rows = Product.objects.filter(pk=product_id, organisation__in=who.organisations)
    one = rows.first()
    if one is None:
        raise NotFound
    who.require(Scope.READ)
    return shapes.product_row(one)


@router.get("/sites", auth=KNOWN, response=answers({200: shapes.SitesOut}, 401, 403, 404),
            summary="List sites")  # fmt: skip
def list_sites(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The sites of the organisation in which the caller works."""
    who = caller(request)
    rows = who.organisation.sites.order_by("created_at", "pk")
    who.require(Scope.READ)
    return page(rows, limit, offset, shapes.site_row)


@router.post("/sites", auth=KNOWN, summary="Add a site",
             response=answers({201: shapes.SiteOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def add_site(
    request: HttpRequest, site: shapes.SiteIn, lang: Language, token: IdempotencyKey
) -> Status[dict[str, Any]]:
    """Add a site to the register."""
    who = caller(request)
    organisation = who.organisation
    who.require(Scope.WRITE)

    def make() -> tuple[int, dict[str, Any]]:
        made = actions.add_site(actor=who.acting, organisation=organisation, **site.model_dump())
        return 201, shapes.site_row(made)

    return once(request, who, token, request.body, make)


@router.get("/sites/{site_id}", auth=KNOWN, summary="Show a site",
            response=answers({200: shapes.SiteOut}, 401, 403, 404))  # fmt: skip
def show_site(request: HttpRequest, site_id: uuid.UUID, lang: Language) -> dict[str, Any]:
    """A site of an organisation of the caller's."""
    who = caller(request)
    one = Site.objects.filter(pk=site_id, organisation__in=who.organisations).first()
    if one is None:
        raise NotFound
    who.require(Scope.READ)
    return shapes.site_row(one)


@router.post("/calculate", auth=KNOWN, openapi_extra=DOCUMENT, summary="Calculate",
             response=answers({200: dict[str, Any]}, 400, 401, 403, 413))  # fmt: skip
def calculate_document(
    request: HttpRequest,
    lang: Language,
    scenario: Annotated[Text, Query("", description="One of the document's scenarios.")],
    samples: Annotated[int, Query(0, ge=0, le=MOST_SAMPLES, description="Monte Carlo draws.")],
    seed: Annotated[int, Query(SEED, ge=0, le=2**31)],
) -> dict[str, Any]:
    """Calculate a study document; nothing is stored."""
    caller(request).require(Scope.READ)
    read = read_json(request.body, "")
    _refuse_large(read.study)
    return footprint_json(
        read.calculate(scenario=scenario, samples=samples, seed=seed, library=factors_for())
    )


def _refuse_large(study: Study) -> None:
    if len(study.lines) > MOST_LINES or len(study.processes) > MOST_PROCESSES:
        raise Stopped(
            413,
            "study-large",
            Message(
                "At most {lines} lines and {processes} processes are calculated while you wait.",
                lines=MOST_LINES,
                processes=MOST_PROCESSES,
            ),
        )


@router.post("/verify", auth=ANYBODY, openapi_extra={**SEALED, **OPEN}, summary="Verify",
             response=answers({200: shapes.VerdictOut}, 400, 401, 403, 413))  # fmt: skip
def verify_sealed(request: HttpRequest, lang: Language) -> dict[str, Any]:
    """Check a sealed footprint: its bytes, and every figure calculated again."""
    _refuse_long_check(request.body)
    return verification_json(verify(request.body, backgrounds=shelf()))


def _refuse_long_check(data: bytes) -> None:
    """A seal may state more work than one who is not known may ask for."""
    try:
        document = json.loads(data)
        stated = document["result"].get("uncertainty") or {}
        samples = int(stated.get("samples", 0))
        counts = [len(document["study"].get(table, ())) for table in ("lines", "processes")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        return
    if samples > MOST_SAMPLES or counts[0] > MOST_LINES or counts[1] > MOST_PROCESSES:
        raise Stopped(
            413, "seal-large", Message("Check this one with the command line: tanyuan verify FILE")
        )


@router.post("/imports", auth=KNOWN, summary="Upload a file",
             response=answers({202: shapes.JobOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def upload(
    request: HttpRequest,
    lang: Language,
    token: IdempotencyKey,
    file: Annotated[UploadedFile, File(description="A study as workbook, JSON or YAML.")],
    study: Annotated[uuid.UUID | None, Form(None, description="Make a revision of this one.")],
    based_on: Annotated[int | None, Form(None, ge=1, le=1_000_000)],
) -> Status[dict[str, Any]]:
    """Read a file into a new study, or into a revision of one; the answer is the job that does."""
    who = caller(request)
    record = own_study(who, study, Scope.WRITE) if study else None
    organisation = record.organisation if record else who.organisation
    who.require(Scope.WRITE)
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise too_large()
    data = file.read()

    def make() -> tuple[int, dict[str, Any]]:
        job = actions.import_file(
            actor=who.acting,
            organisation=organisation,
            data=data,
            name=file.name or "file",
            language=language(),
            study=record,
            based_on=based_on,
        )
        return 202, shapes.job_row(job)

    return once(request, who, token, hashlib.sha256(data).digest(), make)


def too_large() -> Stopped:
    """The answer to a body beyond the limit."""
    return Stopped(413, "too-large", Message("What you sent is larger than is allowed."))


def _jobs(who: Caller) -> QuerySet[Job]:
    owners = [str(one.pk) for one in who.organisations]
    return Job.objects.filter(owner__in=owners).order_by("-created_at", "pk")


def _job(who: Caller, job_id: uuid.UUID) -> Job:
    found = _jobs(who).filter(pk=job_id).first()
    if found is None:
        raise NotFound
    return found


@router.get("/jobs", auth=KNOWN, response=answers({200: shapes.JobsOut}, 401, 403, 404),
            summary="List jobs")  # fmt: skip
def list_jobs(request: HttpRequest, limit: Limit, offset: Offset, lang: Language) -> dict[str, Any]:
    """The long tasks of the caller's organisations, newest first."""
    who = caller(request)
    who.require(Scope.READ)
    return page(_jobs(who), limit, offset, shapes.job_row)


@router.get("/jobs/{job_id}", auth=KNOWN, response=answers({200: shapes.JobOut}, 401, 403, 404),
            summary="Show a job")  # fmt: skip
def show_job(request: HttpRequest, job_id: uuid.UUID, lang: Language) -> dict[str, Any]:
    """How far a long task is, and how it ended."""
    who = caller(request)
    found = _job(who, job_id)
    who.require(Scope.READ)
    return shapes.job_row(found)


@router.post("/jobs/{job_id}/cancel", auth=KNOWN, summary="Cancel a job",
             response=answers({200: shapes.JobOut}, 401, 403, 404, 409))  # fmt: skip
def cancel_job(request: HttpRequest, job_id: uuid.UUID, lang: Language) -> dict[str, Any]:
    """Ask a long task to stop; one that has ended stays as it is."""
    who = caller(request)
    found = _job(who, job_id)
    who.require(Scope.WRITE)
    owner = next(one for one in who.organisations if str(one.pk) == found.owner)
    if not may(who.acting, Role.ENGINEER, owner):
        raise Refused(Message("Your role in {name} does not allow this.", name=owner))
    jobs.cancel(found)
    found.refresh_from_db()
    return shapes.job_row(found)
