"""The factor catalogue for programs; open to all."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router

from tanyuan.factors.search import search
from tanyuan.factors.starter import starter_release
from tanyuan.formats.as_json import factor_json, found_json, property_json
from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import Language, Limit, Offset, PageOut, Text, answers, listed
from tanyuan.server.people.callers import ANYBODY, OPEN

router = Router(auth=ANYBODY, tags=["factors"])


class FactorsOut(PageOut):
    """Factors found, best first, and how they spread."""

    release: str
    items: list[dict[str, Any]]
    facets: dict[str, list[dict[str, Any]]]


class PropertiesOut(PageOut):
    """Calorific values, carbon contents and the like."""

    items: list[dict[str, Any]]


@router.get(
    "/factors", response=answers({200: FactorsOut}, 401, 403), openapi_extra=OPEN, summary="Search"
)
def search_factors(  # noqa: PLR0913, PLR0917 - one for each filter
    request: HttpRequest,
    q: Annotated[Text, Query("", description="Words in Chinese or English, an id, a code.")],
    place: Annotated[Text | None, Query(None, description="CN, CN-SD, GLO …, or a name.")],
    year: Annotated[int | None, Query(None, ge=1900, le=2200)],
    category: Annotated[Text | None, Query(None)],
    electricity: Annotated[Literal["life_cycle", "generation_co2"] | None, Query(None)],
    verified: Annotated[bool, Query(False, description="Only what was read in a named text.")],
    limit: Limit,
    offset: Offset,
    lang: Language,
) -> dict[str, Any]:
    """Find factors by words, parts of words, codes and ids."""
    found = search(
        q,
        geography=place,
        year=year,
        category=category,
        electricity=electricity,
        verified_only=verified,
        limit=offset + limit,
    )
    content = found_json(found)
    return {
        "release": starter_release().id,
        "total": content["total"],
        "limit": limit,
        "offset": offset,
        "items": content["factors"][offset:],
        "facets": content["facets"],
    }


@router.get(
    "/factors/{factor_id}",
    response=answers({200: dict[str, Any]}, 401, 403, 404),
    openapi_extra=OPEN,
    summary="Show a factor",
)
def show_factor(request: HttpRequest, factor_id: Text, lang: Language) -> dict[str, Any]:
    """One factor by its id or the code of its source, with its source written out."""
    found = starter_release().find(factor_id)
    if found is None:
        raise NotFound
    return factor_json(found)


@router.get(
    "/properties",
    response=answers({200: PropertiesOut}, 401, 403),
    openapi_extra=OPEN,
    summary="Properties",
)
def list_properties(
    request: HttpRequest,
    limit: Limit,
    offset: Offset,
    lang: Language,
    code: Annotated[Text | None, Query(None, alias="property")] = None,
) -> dict[str, Any]:
    """Calorific values, carbon contents and the like, with their sources."""
    rows = [
        known
        for known in starter_release().properties.values()
        if code is None or known.code == code
    ]
    return listed(rows, limit, offset, property_json)
