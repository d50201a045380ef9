"""Opening a study to another organisation, and closing it again."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from tanyuan.languages import Message
from tanyuan.server.people import actions as people
from tanyuan.server.people.access import acting_person, member_view
from tanyuan.server.people.models import Consent, Level, Role
from tanyuan.server.people.queries import may
from tanyuan.server.studies import queries
from tanyuan.server.studies.forms import LEVEL_LABELS, ConsentForm
from tanyuan.server.studies.reading import readings_of
from tanyuan.server.studies.views.common import require, told

_READINGS = 100


@told
@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, study_id: uuid.UUID) -> HttpResponse:
    """Whom the study is opened to; managers open it to more."""
    study = queries.study_for(acting_person(request), study_id)
    owner = study.organisation
    wanted = Role.MANAGER if request.method == "POST" else Role.READER
    require(request, wanted, owner)
    form = ConsentForm(request.POST if request.method == "POST" else None, grantor=owner)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        # The day counts to its end
        until = datetime.combine(facts["until"] + timedelta(days=1), time())
        people.give_consent(
            actor=acting_person(request),
            grantor=owner,
            grantee=form.grantee,
            subject=study,
            level=Level(facts["level"]),
            purpose=facts["purpose"],
            until=timezone.make_aware(until),
        )
        messages.success(request, str(Message("Opened to {name}.", name=form.grantee)))
        return redirect("study_share", study_id)
    consents = [(c, LEVEL_LABELS[Level(c.level)], _state(c)) for c in queries.consents_on(study)]
    context = {
        "study": study,
        "form": form,
        "consents": consents,
        "sealed": queries.newest_seal(study),
        "readings": readings_of(study, _READINGS),
        "may_share": may(acting_person(request), Role.MANAGER, owner),
    }
    return render(request, "studies/share.html", context, status=422 if form.errors else 200)


def _state(consent: Consent) -> str:
    if consent.withdrawn_at:
        return "withdrawn"
    return "open" if consent.until > timezone.now() else "ended"


@told
@member_view
@require_POST
def withdraw(request: HttpRequest, study_id: uuid.UUID, consent_id: uuid.UUID) -> HttpResponse:
    """Close the study to an organisation from now on."""
    study = queries.study_for(acting_person(request), study_id)
    require(request, Role.MANAGER, study.organisation)
    consent = queries.consent_on(study, consent_id)
    people.withdraw_consent(actor=acting_person(request), consent=consent)
    messages.success(request, str(Message("Closed to {name}.", name=consent.grantee)))
    return redirect("study_share", study_id)
