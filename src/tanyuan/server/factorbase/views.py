"""Pages of the factor catalogue."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tanyuan.factors.search import search
from tanyuan.factors.starter import starter_release


@require_GET
def factors(request: HttpRequest) -> HttpResponse:
    """Search the catalogue."""
    found = search(request.GET.get("q", ""))
    return render(request, "factorbase/factors.html", {"found": found})


@require_GET
def factor(request: HttpRequest, factor_id: str) -> HttpResponse:
    """One factor with its source."""
    found = starter_release().find(factor_id)
    if found is None:
        raise Http404
    return render(request, "factorbase/factor.html", {"factor": found})
