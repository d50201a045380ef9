"""Pages of studies and footprints."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tanyuan.server.people.access import acting_organisation, acting_person, member_view, open_view
from tanyuan.server.studies import queries


@member_view
def workspace(request: HttpRequest) -> HttpResponse:
    """The studies of the organisation."""
    studies = queries.studies_of(acting_organisation(request))
    return render(request, "studies/workspace.html", {"studies": studies})


@open_view
def study(request: HttpRequest, study_id: uuid.UUID) -> HttpResponse:
    """One study with its newest footprint."""
    revision = queries.revision_for(acting_person(request), study_id, None)
    footprint = queries.footprint_of(revision)
    return render(request, "studies/footprint.html", {"revision": revision, "fp": footprint})


@open_view
def verify(request: HttpRequest) -> HttpResponse:
    """Check a sealed footprint."""
    return render(request, "studies/verify.html")
