"""Process databases whose products serve as factors: list, import, products, import report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from tanyuan.backgrounds.choosing import AMBIGUOUS, Question, answered, questions
from tanyuan.backgrounds.extent import extent_of
from tanyuan.backgrounds.library import Entry
from tanyuan.backgrounds.offering import offered
from tanyuan.backgrounds.package import said
from tanyuan.backgrounds.products import Product, name_of
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import kind_title
from tanyuan.backgrounds.supply_chain import supply_chain
from tanyuan.documents.canonical import canonical_json
from tanyuan.factors.factor import Factor
from tanyuan.factors.search import search
from tanyuan.factors.starter import geography_label
from tanyuan.formats.background_report import report_json, report_workbook
from tanyuan.formats.packages import FORMATS
from tanyuan.gases import GWP_SET
from tanyuan.languages import Message, language
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.factorbase.backgrounds import background, shelf
from tanyuan.server.people.access import acting_organisation, acting_person, member_view
from tanyuan.server.people.models import Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies import actions
from tanyuan.server.studies.forms import DatabaseForm
from tanyuan.server.studies.views.common import file_name, limited, require, take_away, told

_ALL = 1_000_000
_CUTOFF = 0.01
"""Branches below this share of a product's figure are not shown."""


def format_name(entry: Entry) -> str:
    """What the format of a database's file is called."""
    key = str(entry.about["format"])
    return FORMATS[key].name if key in FORMATS else key


_DATABASES = (
    Column("name", Message("Name"), lambda e: e.name),
    Column("products", Message("Products"), lambda e: e.about["summary"]["products"], numeric=True),
    Column(
        "complete",
        Message("Without cut-offs"),
        lambda e: e.about["summary"]["complete"],
        numeric=True,
    ),
    Column("format", Message("Format"), format_name),
    Column("licence", Message("Licence"), lambda e: e.about["licence"]),
)
_PRODUCTS = (
    Column("name", Message("Product"), lambda f: f.name),
    Column("value", Message("kg CO₂e"), lambda f: f.co2e(GWP_SET), numeric=True),
    Column("unit", Message("Unit"), lambda f: f.unit),
    Column("place", Message("Place"), lambda f: geography_label(f.geography)),
    Column("year", Message("Year"), lambda f: f.year, numeric=True),
    Column(
        "cut",
        Message("Inputs without supplier"),
        lambda f: f.background.missing_share,
        numeric=True,
    ),
)
_BRANCHES = (
    Column("depth", Message("Depth"), lambda b: b.depth, numeric=True),
    Column("product", Message("Product"), lambda b: name_of(b.product)),
    Column("amount", Message("Amount"), lambda b: b.amount, numeric=True),
    Column("total", Message("kg CO₂e"), lambda b: b.total, numeric=True),
    Column("own", Message("Of it, from the process itself"), lambda b: b.own, numeric=True),
)
_UNIT = Column("unit", Message("Unit"), lambda b: b.product.unit)
_FINDINGS: tuple[Column, ...] = (
    Column("act", Message("What was done"), lambda f: str(f.act.label)),
    Column("kind", Message("Kind"), lambda f: kind_title(f.code)),
    Column("place", Message("Where"), lambda f: str(f.place)),
    Column("why", Message("Why"), lambda f: str(f.why)),
    Column("mend", Message("How to mend it"), lambda f: str(f.mend or "")),
)


_CODE = Column("code", Message("Code"), lambda f: f.code)


def _limit() -> int:
    return int(settings.DATABASE_LIMIT)


@member_view
@require_GET
def databases(request: HttpRequest) -> HttpResponse:
    """The databases of the organisation and of the platform; words find products in all of them."""
    organisation = acting_organisation(request)
    kept = shelf(str(organisation.pk))
    words = request.GET.get("q", "").strip()[:200]
    table = Table(request.GET, kept, _DATABASES, words=False)
    file = table.file("databases")
    if file is not None:
        return file
    context = {
        "table": table,
        "rows": [(one, [column.value(one) for column in _DATABASES[1:]]) for one in table.rows],
        "hits": _products(_found(words, kept, 30)) if words else (),
        "may_edit": may(acting_person(request), Role.ENGINEER, organisation),
    }
    return render(request, "studies/databases.html", context)


@limited(_limit)
@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def database_import(request: HttpRequest) -> HttpResponse:
    """Send in a database; a long task reads, links and solves it."""
    organisation = acting_organisation(request)
    require(request, Role.ENGINEER, organisation)
    sent = request.method == "POST"
    form = DatabaseForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        facts = form.cleaned_data
        file, profile = facts.pop("file"), facts.pop("profile")
        job = actions.import_database(
            actor=acting_person(request), organisation=organisation, data=file.open().file,
            name=file.name, language=language(), choices=facts, profile=profile,
        )  # fmt: skip
        return redirect("job", job.pk)
    context = {"form": form, "limit": _limit() // 1024**2}
    return render(request, "studies/database_import.html", context, status=422 if sent else 200)


@member_view
@require_GET
def database(request: HttpRequest, digits: str) -> HttpResponse:
    """The products of a database."""
    entry = _entry(request, digits)
    words = request.GET.get("q", "").strip()
    factors = _found(words, [entry], _ALL) if words else tuple(offered(entry).values())
    table = Table(request.GET, factors, _PRODUCTS, exported=(_REFERENCE, *_PRODUCTS), words=False)
    file = table.file(file_name(entry.name, ""))
    if file is not None:
        return file
    context = {
        "entry": entry,
        "extent": extent_of(entry),
        "format": format_name(entry),
        "table": table,
        "hits": _products(table.rows),
        "gwp_set": GWP_SET,
    }
    return render(request, "studies/database.html", context)


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def database_choices(request: HttpRequest, digits: str) -> HttpResponse:
    """Where several processes make a product: who supplies it, and the import by other choices."""
    entry = _entry(request, digits)
    organisation = acting_organisation(request)
    if request.GET.get("format") == "json":
        return _profile(entry, entry.choices())
    missing, sent = False, dict[str, str]()
    if request.method == "POST":
        sent = {key[2:]: str(value) for key, value in request.POST.items() if key[:2] == "f."}
        profile = answered(entry, sent)
        if request.POST.get("act") == "file":
            return _profile(entry, profile)
        job = actions.import_database_again(
            actor=acting_person(request), organisation=organisation, entry=entry,
            name=request.POST.get("name", "").strip()[:80] or entry.name,
            language=language(), profile=profile,
        )  # fmt: skip
        if job is not None:
            return redirect("job", job.pk)
        missing = True
    asked = [replace(one, answer=sent.get(one.flow, one.answer)) for one in questions(entry)]
    table = Table(request.GET, asked, _QUESTIONS, size=20)
    context = {
        "entry": entry,
        "table": table,
        "rows": [(one, _flow_name(one), _candidates(one, entry)) for one in table.rows],
        "missing": missing,
        "may_edit": may(acting_person(request), Role.ENGINEER, organisation),
        "gwp_set": GWP_SET,
    }
    status = 422 if missing else 200
    return render(request, "studies/database_choices.html", context, status=status)


def _profile(entry: Entry, profile: Profile) -> HttpResponse:
    data = canonical_json(profile.document())
    return take_away(data, file_name(f"{entry.name}-profile", ".json"), "application/json")


def _flow_name(question: Question) -> str:
    return said(question.candidates[0].names) or question.flow


_QUESTIONS = (
    Column("flow", Message("Product"), _flow_name),
    Column("takers", Message("Inputs"), lambda q: q.takers, numeric=True),
)


def _candidates(question: Question, entry: Entry) -> list[tuple[Product, str, float | None]]:
    """The makers of a product with their names and kg CO2e."""
    factors = offered(entry)
    return [
        (one, said(one.process_names) or one.process, factors[one.id].co2e(GWP_SET))
        if one.id in factors
        else (one, said(one.process_names) or one.process, None)
        for one in question.candidates
    ]


@member_view
@require_GET
def database_supply(request: HttpRequest, digits: str) -> HttpResponse:
    """Where the figure of a product comes from, branch by branch."""
    entry = _entry(request, digits)
    wanted = request.GET.get("product", "")
    product = next((one for one in entry.products if one.id == wanted and not one.hollow), None)
    if product is None:
        raise Http404
    branches = list(supply_chain(entry, product, GWP_SET, cutoff=_CUTOFF))
    exported = (*_BRANCHES[:3], _UNIT, *_BRANCHES[3:])
    table = Table(
        request.GET, branches, _BRANCHES, exported=exported, size=len(branches), words=False
    )
    context = {
        "entry": entry,
        "product": product,
        "name": name_of(product),
        "unit": product.unit,
        "table": table,
        "gwp_set": GWP_SET,
        "cutoff": _CUTOFF,
        "rows": [(one, name_of(one.product)) for one in table.rows],
    }
    return table.file("supply-chain") or render(request, "studies/database_supply.html", context)


@member_view
@require_GET
def database_report(request: HttpRequest, digits: str) -> HttpResponse:
    """What the import of a database dropped, set, converted or cut off."""
    entry = _entry(request, digits)
    found = entry.report()
    wanted = request.GET.get("whole", "")
    if wanted == "json":
        text = json.dumps(report_json(entry, found), ensure_ascii=False, indent=1)
        return take_away(text.encode(), file_name(entry.name, ".json"), "application/json")
    if wanted == "xlsx":
        data = report_workbook(entry, found)
        return take_away(data, file_name(entry.name, ".xlsx"), "application/octet-stream")
    kind = request.GET.get("kind", "")
    rows = [one for one in found if kind in ("", one.code)]
    table = Table(request.GET, rows, _FINDINGS, exported=(_CODE, *_FINDINGS))
    context = {
        "entry": entry,
        "table": table,
        "kind": kind,
        "kinds": [
            (code, kind_title(code), act.label, count)
            for (act, code), count in found.counts().items()
        ],
        "rows": [(one, *(column.value(one) for column in _FINDINGS)) for one in table.rows],
        "ambiguous": any(code == AMBIGUOUS for _, code in found.counts()),
    }
    return table.file("report") or render(request, "studies/database_report.html", context)


def _found(words: str, entries: Iterable[Entry], limit: int) -> tuple[Factor, ...]:
    among = [offered(entry).index for entry in entries]
    return search(words, among=among, limit=limit).factors


_REFERENCE = Column("reference", Message("Factor"), lambda f: f.id)


def _products(factors: Any) -> list[tuple[Factor, list[Any]]]:
    return [(one, [column.value(one) for column in _PRODUCTS]) for one in factors if one.background]


def _entry(request: HttpRequest, digits: str) -> Entry:
    """A database that the organisation sees."""
    entry = background(digits, str(acting_organisation(request).pk))
    if entry is None:
        raise Http404
    return entry
