"""Process databases for programs: what is there, what an import changed, products, imports."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from tanyuan.backgrounds.extent import extent_of
from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.offering import offered
from tanyuan.backgrounds.profile import Key, read_profile
from tanyuan.documents.numbers import sealed_string
from tanyuan.factors.factor import Factor
from tanyuan.factors.search import search
from tanyuan.formats.background_report import finding_json, report_head
from tanyuan.gases import GWP_SET
from tanyuan.languages import language
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import Language, Limit, Offset, PageOut, Text, answers, listed
from tanyuan.server.factorbase.backgrounds import background, shelf
from tanyuan.server.people.answers import IdempotencyKey, once
from tanyuan.server.people.callers import KNOWN, Caller, caller
from tanyuan.server.people.models import Scope
from tanyuan.server.studies import actions, shapes
from tanyuan.server.studies.api_work import too_large

router = Router(tags=["databases"])

_ALL = 1_000_000
_KEYS = "|".join(key.value for key in Key)
Digits = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The hash without `sha256:`.")]


class ExtentOut(Schema):
    """How large a database is, and how much of what it takes it knows."""

    processes: int
    products: int
    stated: int
    complete: int
    exchanges: int
    interventions: int
    inputs: int
    linked: int
    chosen: int
    gases: float


class DatabaseOut(Schema):
    """A database: where it comes from, under which terms, how large it is."""

    hash: str
    name: str
    file: str
    file_hash: str
    format: str
    licence: str
    notice: str
    shareable: bool
    extent: ExtentOut


class DatabaseIn(Schema):
    """What is stated of a database that is imported."""

    name: Annotated[Text, Field(max_length=80, description="Else that of the file.")] = ""
    licence: Annotated[Text, Field(description="Where the file does not state its terms.")] = ""
    allocation: Annotated[
        str,
        Field(
            pattern=f"^(({_KEYS})(,({_KEYS}))*)?$",
            max_length=200,
            description="By what outputs share burdens where the source does not say.",
        ),
    ] = ""
    shareable: Annotated[
        bool, Field(description="The terms let figures of single products be passed on.")
    ] = False


class DatabasesOut(PageOut):
    """Databases of the organisation and of the platform."""

    items: list[DatabaseOut]


class DatabaseProductOut(Schema):
    """A product of a database, which a study's line names by its id."""

    id: str
    product: str
    name: str
    unit: str
    geography: str
    year: int | None
    standing: str
    co2e: float | None
    gwp_set: str
    inputs: int
    missing: int
    quality: str


class DatabaseProductsOut(PageOut):
    """Products of a database; with words, those found, best first."""

    items: list[DatabaseProductOut]


class DatabaseReportOut(PageOut):
    """What an import changed: counts of every kind, and a part of the findings."""

    database: dict[str, Any]
    items: list[dict[str, Any]]


@router.get("/databases", auth=KNOWN, summary="List databases",
            response=answers({200: DatabasesOut}, 401, 403, 404))  # fmt: skip
def list_databases(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The databases that the caller's organisation sees: its own and those of the platform."""
    who = caller(request)
    entries = list(shelf(str(who.organisation.pk)))
    who.require(Scope.READ)
    return listed(entries, limit, offset, _database)


@router.post("/databases/import", auth=KNOWN, summary="Import a database",
             response=answers({202: shapes.JobOut}, 400, 401, 403, 404, 409, 413))  # fmt: skip
def import_database(
    request: HttpRequest,
    lang: Language,
    token: IdempotencyKey,
    file: Annotated[UploadedFile, File(description="A process database of a format that is read.")],
    profile: Annotated[
        UploadedFile | None, File(None, description="Choices of an earlier import, replayed.")
    ],
    stated: Annotated[DatabaseIn, Form()],
) -> Status[dict[str, Any]]:
    """Read, link and solve a database; the result of the job that does names it by its hash."""
    who = caller(request)
    organisation = who.organisation
    who.require(Scope.WRITE)
    if (file.size or 0) > settings.DATABASE_LIMIT or (
        profile and (profile.size or 0) > settings.UPLOAD_LIMIT
    ):
        raise too_large()
    chosen = profile.read() if profile else b""
    stream: Any = file.file
    if chosen and profile:
        read_profile(chosen, profile.name or "profile")

    def make() -> tuple[int, dict[str, Any]]:
        job = actions.import_database(
            actor=who.acting, organisation=organisation, data=stream, name=file.name or "file",
            language=language(), choices=stated.model_dump(), profile=chosen,
        )  # fmt: skip
        return 202, shapes.job_row(job)

    sent = hashlib.file_digest(stream, "sha256").digest() + hashlib.sha256(chosen).digest()
    stream.seek(0)
    return once(request, who, token, sent + stated.model_dump_json().encode(), make)


@router.get("/databases/{digits}", auth=KNOWN, summary="Show a database",
            response=answers({200: DatabaseOut}, 401, 403, 404))  # fmt: skip
def show_database(request: HttpRequest, digits: Digits, lang: Language) -> dict[str, Any]:
    """A database with its measures."""
    return _database(_entry(caller(request), digits))


@router.get("/databases/{digits}/products", auth=KNOWN, summary="Find products",
            response=answers({200: DatabaseProductsOut}, 401, 403, 404))  # fmt: skip
def list_database_products(
    request: HttpRequest,
    digits: Digits,
    q: Annotated[Text, Query("", description="Words in Chinese or English, or an id.")],
    limit: Limit,
    offset: Offset,
    lang: Language,
) -> dict[str, Any]:
    """The products of a database, or those that words name."""
    factors = offered(_entry(caller(request), digits))
    if q.strip():
        found = search(q, among=[factors.index], limit=_ALL).factors
        return listed(found, limit, offset, _product)
    ids = list(factors)
    return listed(ids, limit, offset, lambda one: _product(factors[one]))


@router.get("/databases/{digits}/report", auth=KNOWN, summary="What the import changed",
            response=answers({200: DatabaseReportOut}, 401, 403, 404))  # fmt: skip
def show_database_report(
    request: HttpRequest,
    digits: Digits,
    kind: Annotated[Text, Query("", description="Only findings of this code.")],
    limit: Limit,
    offset: Offset,
    lang: Language,
) -> dict[str, Any]:
    """Counts of every kind of finding, and the findings with place, reason and mend."""
    entry = _entry(caller(request), digits)
    report = entry.report()
    found = [one for one in report if kind in ("", one.code)]
    return {"database": report_head(entry, report), **listed(found, limit, offset, finding_json)}


@router.get("/databases/{digits}/profile", auth=KNOWN, summary="Choices of the import",
            response=answers({200: dict[str, Any]}, 401, 403, 404))  # fmt: skip
def show_database_profile(request: HttpRequest, digits: Digits, lang: Language) -> dict[str, Any]:
    """Every choice that the database was made by; sent with the same file it makes it again."""
    return _entry(caller(request), digits).choices().document()


def _entry(who: Caller, digits: str) -> Entry:
    """A database that the caller's organisation sees, to be read."""
    entry = background(digits, str(who.organisation.pk))
    if entry is None:
        raise NotFound
    who.require(Scope.READ)
    return entry


def _database(entry: Entry) -> dict[str, Any]:
    stated = ("name", "file", "file_hash", "format", "licence", "notice")
    return {
        "hash": entry.hash,
        **{key: entry.about[key] for key in stated},
        "shareable": entry.shareable,
        "extent": extent_of(entry),
    }


def _product(one: Factor) -> dict[str, Any]:
    value, rests = one.co2e(GWP_SET), one.background
    return {
        "id": one.id,
        "name": one.name,
        "unit": one.unit,
        "geography": one.geography,
        "year": one.year,
        "standing": one.standing.value,
        "co2e": None if value is None else float(sealed_string(value)),
        "gwp_set": GWP_SET,
        "product": rests.product if rests else "",
        "inputs": rests.inputs if rests else 0,
        "missing": rests.missing if rests else 0,
        "quality": rests.quality if rests else "",
    }
