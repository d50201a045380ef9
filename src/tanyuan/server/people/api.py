"""Organisations for programs: those in which the caller is a member."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tanyuan.server.base.refusals import NotFound
from tanyuan.server.base.rest import Language, Limit, Offset, PageOut, answers, listed
from tanyuan.server.people.callers import KNOWN, Caller, caller
from tanyuan.server.people.models import Organisation, Scope
from tanyuan.server.people.queries import role_in

router = Router(auth=KNOWN, tags=["organisations"])


class OrganisationOut(Schema):
    """An organisation of the caller's."""

    id: uuid.UUID
    kind: str
    name: str
    name_zh: str
    name_en: str
    credit_code: str
    region: str
    role: str


class OrganisationsOut(PageOut):
    """Organisations of the caller's."""

    items: list[OrganisationOut]


def _row(one: Organisation, who: Caller) -> dict[str, Any]:
    return {
        "id": one.pk,
        "kind": one.kind,
        "name": one.name,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "credit_code": one.credit_code,
        "region": one.region,
        "role": role_in(who.acting, one),
    }


@router.get("/organisations", response=answers({200: OrganisationsOut}, 401, 403), summary="List")
def list_organisations(
    request: HttpRequest, limit: Limit, offset: Offset, lang: Language
) -> dict[str, Any]:
    """The organisations in which the caller is a member."""
    who = caller(request)
    who.require(Scope.READ)
    return listed(who.organisations, limit, offset, lambda one: _row(one, who))


@router.get(
    "/organisations/{organisation_id}",
    response=answers({200: OrganisationOut}, 401, 403, 404),
    summary="Show an organisation",
)
def show_organisation(
    request: HttpRequest, organisation_id: uuid.UUID, lang: Language
) -> dict[str, Any]:
    """One organisation in which the caller is a member."""
    who = caller(request)
    one = next((one for one in who.organisations if one.pk == organisation_id), None)
    if one is None:
        raise NotFound
    who.require(Scope.READ)
    return _row(one, who)
