"""Pages of the own account: profile, export, deletion."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tanyuan.languages import Message
from tanyuan.server.base.refusals import Refused
from tanyuan.server.people import actions, personal, queries
from tanyuan.server.people.access import acting_person
from tanyuan.server.people.forms import DeletionForm, ProfileForm
from tanyuan.server.people.kept import signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The own profile and organisations."""
    person = acting_person(request)
    fields = {"name": person.name, "language": person.language, "time_zone": person.time_zone}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=fields)
    if request.method == "POST" and form.is_valid():
        actions.change_profile(actor=person, **form.cleaned_data)
        messages.success(request, str(Message("Your profile is saved.")))
        return redirect("profile")
    context = {"form": form, "own": queries.memberships(person)}
    return render(request, "people/profile.html", context)


@signed_in
@never_cache
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything that the platform holds about the person, as a file."""
    content = personal.export_person(actor=acting_person(request))
    day = timezone.localdate().isoformat()
    return JsonResponse(
        content,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="tanyuan-{day}.json"'},
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the own account, after the address has been typed."""
    person = acting_person(request)
    form = DeletionForm(request.POST if request.method == "POST" else None, person=person)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            personal.delete_person(actor=person)
        except Refused as error:
            refusal = str(error)
        else:
            logout(request)
            return render(request, "people/deleted.html")
    context = {"form": form, "refusal": refusal, "own": queries.memberships(person)}
    return render(request, "people/delete.html", context)
