"""The page on which managers make and revoke the keys of their organisation's programs."""

from __future__ import annotations

import uuid

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import lazystr
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tanyuan.languages import Message
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.people import actions, queries
from tanyuan.server.people.access import acting_organisation, acting_person, member_view
from tanyuan.server.people.models import SCOPE_LABELS, ApiKey, Organisation, Role, Scope
from tanyuan.server.people.regions import region_name


def scope_choices() -> list[tuple[str, str]]:
    """What a key can open."""
    return [(scope.value, str(label)) for scope, label in SCOPE_LABELS.items()]


class KeyForm(forms.Form):
    """What a new key is called, what it opens, how long."""

    name = forms.CharField(label=lazystr(Message("Name of the program")), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=lazystr(Message("Opens")),
        choices=scope_choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ.value],
    )
    days = forms.IntegerField(
        label=lazystr(Message("Days")),
        min_value=1,
        max_value=actions.LONGEST_KEY_DAYS,
        initial=90,
    )


def _managed(request: HttpRequest) -> Organisation:
    organisation = acting_organisation(request)
    if not queries.may(acting_person(request), Role.MANAGER, organisation):
        raise NotFound
    return organisation


@member_view
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys; make one, whose secret is shown on this answer alone."""
    organisation = _managed(request)
    form = KeyForm(request.POST if request.method == "POST" else None)
    made: ApiKey | None = None
    secret, refusal = "", ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.make_key(
                actor=acting_person(request), organisation=organisation, **form.cleaned_data
            )
            form = KeyForm()
        except Refused as error:
            refusal = str(error)
    context = {
        "one": organisation,
        "region": region_name(organisation.region) if organisation.region else "",
        "own": list(queries.memberships(acting_person(request))),
        "manages": True,
        "keys": queries.keys_of(organisation),
        "form": form,
        "made": made,
        "secret": secret,
        "refusal": refusal,
    }
    wrong = bool(form.errors or refusal)
    return render(request, "people/keys.html", context, status=422 if wrong else 200)


@member_view
@require_POST
def revoke_key(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    """End a key now."""
    key = queries.key_for(_managed(request), key_id)
    actions.revoke_key(actor=acting_person(request), key=key)
    return redirect("organisation_keys")
