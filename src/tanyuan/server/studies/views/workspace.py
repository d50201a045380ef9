"""The workspace: studies of the organisation, what others have opened to it, public examples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tanyuan.figures import How
from tanyuan.formats.examples import PUBLISHED, SYNTHETIC, example
from tanyuan.formats.files import write_study
from tanyuan.formats.template import template_study
from tanyuan.languages import Message
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.people.access import acting_organisation, acting_person, member_view
from tanyuan.server.people.models import Level, Organisation, Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.forms import LEVEL_LABELS
from tanyuan.server.studies.models import Revision, StudyRecord
from tanyuan.server.studies.page import FootprintPage
from tanyuan.server.studies.views.common import file_name, require, take_away, told

_EXAMPLES = 12
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "yaml": "application/yaml",
}
STATES = {
    "sealed": Message("sealed"),
    "complete": Message("complete"),
    "incomplete": Message("incomplete"),
}


def state_of(revision: Revision) -> str:
    """Sealed, complete or incomplete."""
    if hasattr(revision, "sealed"):
        return "sealed"
    return "complete" if revision.complete else "incomplete"


def _when(revision: Revision) -> str:
    return timezone.localtime(revision.created_at).strftime("%Y-%m-%d %H:%M")


COLUMNS = (
    Column("name", Message("Study"), lambda r: r.study.name),
    Column("product", Message("Product"), lambda r: r.study.product or ""),
    Column("total", Message("Result"), lambda r: float(r.total), numeric=True),
    Column("unit", Message("Unit"), lambda r: r.unit),
    Column("state", Message("State"), lambda r: STATES[state_of(r)]),
    Column("revision", Message("Revision"), lambda r: r.number, numeric=True),
    Column("changed", Message("Changed"), _when),
    Column("by", Message("Made by"), lambda r: r.created_by),
)


def _sorted_by_text(column: Column) -> Column:
    return replace(column, order=lambda row: str(column.value(row)).casefold())


# Results of different units are never ranked, so the page does not sort by them
_SHOWN = tuple(
    column if column.numeric else _sorted_by_text(column)
    for column in COLUMNS
    if column.key not in ("total", "unit")
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A study that another organisation has opened."""

    study: StudyRecord
    level: Message
    until: datetime
    purpose: str


def example_of(study: StudyRecord) -> str:
    """The name under which a public study can be copied as an example; empty for all others."""
    return _example_names().get(study.name_en, "") if study.public else ""


@cache
def _example_names() -> dict[str, str]:
    return {example(name).study.name_en: name for name in (*PUBLISHED, *SYNTHETIC)}


@dataclass(frozen=True, slots=True)
class Finished:
    """A public example: its number with its band, and the name under which it can be copied."""

    study: str
    name: str
    what: str
    total: float
    unit: str
    interval: tuple[float, float] | None
    how: How
    copy: str


def _finished(revision: Revision) -> Finished:
    page = FootprintPage(revision, queries.footprint_of(revision))
    return Finished(
        str(revision.study_id),
        revision.study.name,
        page.short_about,
        page.fp.total,
        page.unit,
        page.fp.interval,
        page.how,
        example_of(revision.study),
    )


def _opened(organisation: Organisation) -> list[Opened]:
    consents = queries.opened_to(organisation)
    studies = StudyRecord.objects.in_bulk([consent.subject for consent in consents])
    named = {str(pk): study for pk, study in studies.items()}
    return [
        Opened(named[c.subject], LEVEL_LABELS[Level(c.level)], c.until, c.purpose)
        for c in consents
        if c.subject in named
    ]


@member_view
@require_GET
def workspace(request: HttpRequest) -> HttpResponse:
    """The studies of the organisation."""
    organisation = acting_organisation(request)
    revisions = list(queries.newest_revisions(queries.studies_of(organisation)))
    wanted = request.GET.get("state", "")
    if wanted in STATES:
        revisions = [r for r in revisions if state_of(r) == wanted]
    examples = queries.newest_revisions(queries.public_examples()).order_by("created_at")
    table = Table(request.GET, revisions, _SHOWN, exported=COLUMNS)
    context: dict[str, Any] = {
        "organisation": organisation,
        "table": table,
        "states": [(key, label, key == wanted) for key, label in STATES.items()],
        "rows": [(r, state_of(r), STATES[state_of(r)]) for r in table.rows],
        "own": organisation.studies.exists(),
        "opened": _opened(organisation),
        "examples": [_finished(r) for r in examples[:_EXAMPLES]],
        "may_edit": may(acting_person(request), Role.ENGINEER, organisation),
    }
    return table.file("studies") or render(request, "studies/workspace.html", context)


@require_GET
def template(request: HttpRequest, ending: str) -> HttpResponse:
    """The empty template, or an example, to be filled in outside."""
    return _written("template", ending)


@require_GET
def example_file(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """A published example as a file."""
    return _written(name, ending)


def _written(name: str, ending: str) -> HttpResponse:
    if ending not in KINDS or name not in ("template", *PUBLISHED, *SYNTHETIC):
        raise Http404
    study = template_study() if name == "template" else example(name).study
    data = write_study(study, f"x.{ending}", library=ending == "xlsx")
    return take_away(data, file_name(f"tanyuan-{name}", f".{ending}"), KINDS[ending])


@told
@member_view
@require_POST
def start(request: HttpRequest, name: str) -> HttpResponse:
    """Start a study from a copy of the template or of an example."""
    organisation = acting_organisation(request)
    require(request, Role.ENGINEER, organisation)
    if name not in ("template", *PUBLISHED, *SYNTHETIC):
        raise Http404
    document = template_study() if name == "template" else example(name).study
    study = actions.start_study(
        actor=acting_person(request), organisation=organisation, document=document
    )
    return redirect("study_edit" if name == "template" else "study", study.pk)
