"""The model of a study for other programs: as a process database, and what that cannot hold."""

from __future__ import annotations

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from tanyuan.server.base.rest import Language, Number, answers
from tanyuan.server.people.callers import ANYBODY, OPEN, caller
from tanyuan.server.studies.api import revision_of
from tanyuan.server.studies.package_files import MEDIA, package, package_findings

router = Router(tags=["studies"])

ModelFormat = Annotated[
    Literal["openlca", "ilcd", "tidas", "brightway"],
    Query("openlca", alias="format", description="The format of the database."),
]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILE = {"responses": {200: {"content": {media: _BINARY for _, media in MEDIA.values()}}}}


@router.get("/studies/{study_id}/revisions/{number}/model", auth=ANYBODY,
            openapi_extra={**OPEN, **_FILE}, summary="Download the model",
            response=answers({200: None}, 401, 403, 404))  # fmt: skip
def download_model(
    request: HttpRequest, study_id: uuid.UUID, number: Number, kind: ModelFormat, lang: Language
) -> HttpResponse:
    """The processes of a revision and what their lines take, as a process database."""
    revision = revision_of(caller(request), study_id, number)
    ending, media = MEDIA[kind]
    name = f"{revision.study.pk}-r{revision.number}-{kind}{ending}"
    return HttpResponse(
        package(revision, kind)[0],
        content_type=media,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/studies/{study_id}/revisions/{number}/model/report", auth=ANYBODY,
            openapi_extra=OPEN, summary="Show what the model leaves out",
            response=answers({200: dict[str, Any]}, 401, 403, 404))  # fmt: skip
def show_model_report(
    request: HttpRequest, study_id: uuid.UUID, number: Number, kind: ModelFormat, lang: Language
) -> dict[str, Any]:
    """What of a revision the format cannot hold: place, what, why, mend."""
    return {"findings": package_findings(revision_of(caller(request), study_id, number), kind)}
