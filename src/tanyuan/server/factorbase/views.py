"""Pages of the factor catalogue; public, without session, account or database."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tanyuan.factors.factor import Factor
from tanyuan.factors.search import similar
from tanyuan.factors.starter import (
    boundary_label,
    category_label,
    geography_label,
    record_text,
    source,
    starter_release,
)
from tanyuan.formats.as_json import factor_json
from tanyuan.reports.wording import formulas
from tanyuan.server.base.slim import kept, slim
from tanyuan.server.factorbase import catalogue


@slim
@kept
@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """Search the catalogue."""
    found = catalogue.Catalogue(request.GET)
    file = found.table.file("tanyuan-factors")
    if file is not None:
        return file
    close = similar(found.q) if found.q and not found.factors else ()
    values = {"found": found, "similar": close, "release": starter_release()}
    return render(request, "factorbase/factors.html", values)


@slim
@kept
@require_safe
def properties(request: HttpRequest) -> HttpResponse:
    """Search calorific values, carbon contents and other properties."""
    found = catalogue.Properties(request.GET)
    file = found.table.file("tanyuan-properties")
    if file is not None:
        return file
    return render(request, "factorbase/properties.html", {"found": found})


@slim
@kept
@require_safe
def factor(request: HttpRequest, factor_id: str) -> HttpResponse:
    """One factor with its source."""
    found = starter_release().find(factor_id)
    if found is None:
        return _missing(request, factor_id)
    return render(request, "factorbase/factor.html", _page(found))


@slim
@require_safe
def factor_as_json(request: HttpRequest, factor_id: str) -> HttpResponse:
    """One factor as a record for programs."""
    found = starter_release().find(factor_id)
    if found is None:
        return _missing(request, factor_id)
    release = starter_release()
    content = factor_json(found) | {
        "release": {"id": release.id, "date": release.date, "sha256": release.content_hash},
        "citation": catalogue.citation(found),
    }
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _missing(request: HttpRequest, factor_id: str) -> HttpResponse:
    values = {"factor_id": factor_id[:80], "similar": similar(factor_id[:80])}
    return render(request, "factorbase/no_factor.html", values, status=404)


def _page(found: Factor) -> dict[str, object]:
    years, beside = catalogue.other_years(found), catalogue.neighbours(found)
    numbers = catalogue.readings(found)
    return {
        "factor": found,
        "numbers": numbers,
        "many": len(numbers) > 1,
        "unsplit": any(not number.split for number in numbers),
        "without_set": any(number.is_sum and not number.gwp_set for number in numbers),
        "flags": [flag.label for flag in found.flags],
        "source": source(found.source),
        "place": geography_label(found.geography),
        "boundary": boundary_label(found.boundary),
        "category": category_label(found.category),
        "group": category_label(found.group),
        "per": record_text(found.per),
        "basis": [formulas(text) for text in record_text(found.basis)],
        "notes": [formulas(text) for text in record_text(found.notes)],
        "years": catalogue.bars(years, found),
        "beside": catalogue.bars(beside, found),
        "beside_places": [geography_label(f.geography) for f in beside],
        "citation": catalogue.citation(found),
        "release": starter_release(),
        "family": found.electricity and found.electricity.value,
    }
