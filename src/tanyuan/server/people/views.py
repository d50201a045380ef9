"""Pages of people and organisations."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tanyuan.server.people.access import acting_organisation, member_view


@member_view
@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The organisation that the person works in."""
    return render(request, "people/organisation.html", {"one": acting_organisation(request)})


@login_required
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Register an organisation."""
    return render(request, "people/organisation_new.html")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """The own profile."""
    return render(request, "people/profile.html")
