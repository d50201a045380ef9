"""The register of products and sites."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tanyuan.languages import Message
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.people.access import acting_organisation, acting_person, member_view
from tanyuan.server.people.models import Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.forms import ProductForm, SiteForm
from tanyuan.server.studies.views.common import require, told

_PRODUCTS = (
    Column("name", Message("Product"), lambda p: p.name),
    Column("model", Message("Model"), lambda p: p.model),
    Column("hs", Message("HS code"), lambda p: p.hs_code),
    Column("site", Message("Site"), lambda p: str(p.site or "")),
)
_SITES = (
    Column("name", Message("Site"), lambda s: s.name),
    Column("region", Message("Region"), lambda s: s.region),
    Column("address", Message("Address"), lambda s: s.address),
)
_NAMES = ("name_zh", "name_en")
_FACTS = {"product": (*_NAMES, "model", "hs_code", "site"), "site": (*_NAMES, "region", "address")}


@member_view
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """The products of the organisation."""
    rows = acting_organisation(request).products.select_related("site").order_by("created_at")
    return _list(request, "product", rows, _PRODUCTS)


@member_view
@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """The sites of the organisation."""
    rows = acting_organisation(request).sites.order_by("created_at")
    return _list(request, "site", rows, _SITES)


def _list(request: HttpRequest, kind: str, rows: Any, columns: Any) -> HttpResponse:
    table = Table(request.GET, rows, columns)
    context = {
        "kind": kind,
        "table": table,
        "rows": [(row, [column.value(row) for column in columns[1:]]) for row in table.rows],
        "may_edit": may(acting_person(request), Role.ENGINEER, acting_organisation(request)),
    }
    return table.file(f"{kind}s") or render(request, "studies/register.html", context)


def _form(request: HttpRequest, kind: str, entry: Any = None) -> Any:
    data = request.POST if request.method == "POST" else None
    held = {name: getattr(entry, name) for name in _FACTS[kind]} if entry else None
    if kind == "product":
        return ProductForm(data, initial=held, organisation=acting_organisation(request))
    return SiteForm(data, initial=held)


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a product or a site."""
    organisation = acting_organisation(request)
    require(request, Role.ENGINEER, organisation)
    form = _form(request, kind)
    if request.method == "POST" and form.is_valid():
        add: Any = actions.add_product if kind == "product" else actions.add_site
        add(actor=acting_person(request), organisation=organisation, **form.cleaned_data)
        return redirect(f"{kind}s")
    return render(request, "studies/entry.html", {"kind": kind, "form": form})


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, kind: str, entry_id: uuid.UUID) -> HttpResponse:
    """A product or a site: its facts, its studies; engineers change it."""
    organisation = acting_organisation(request)
    find: Any = queries.product_of if kind == "product" else queries.site_of
    found = find(organisation, entry_id)
    form = _form(request, kind, found)
    if request.method == "POST" and form.is_valid():
        actions.change_entry(actor=acting_person(request), entry=found, **form.cleaned_data)
        messages.success(request, str(Message("Saved.")))
        return redirect(f"{kind}s")
    context: dict[str, Any] = {"kind": kind, "form": form, "entry": found}
    context["may_edit"] = may(acting_person(request), Role.ENGINEER, organisation)
    if kind == "product":
        context["studies"] = queries.newest_revisions(found.studies.all())
    return render(request, "studies/entry.html", context)
