"""Pages of organisations: register, members, roles, departments, invitations, trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tanyuan.languages import Message
from tanyuan.server.base.audit import named
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.base.tables import Column, Table
from tanyuan.server.people import actions, queries
from tanyuan.server.people.access import (
    acting_organisation,
    acting_person,
    member_view,
    open_view,
)
from tanyuan.server.people.adapter import INVITED_KEY
from tanyuan.server.people.forms import (
    DepartmentForm,
    InvitationForm,
    MemberForm,
    OrganisationForm,
)
from tanyuan.server.people.kept import signed_in
from tanyuan.server.people.models import Invitation, Membership, Organisation, Role
from tanyuan.server.people.queries import ORGANISATION_KEY
from tanyuan.server.people.regions import region_name

_TRAIL = 5000
_RANK = {Role.MANAGER: 0, Role.ENGINEER: 1, Role.READER: 2}
_MEMBERS = (
    Column("name", Message("Name"), lambda m: str(m.person)),
    Column("email", Message("E-mail address"), lambda m: m.person.email),
    Column("role", Message("Role"), lambda m: m.role_label, order=lambda m: _RANK[Role(m.role)]),
    Column("department", Message("Department"), lambda m: str(m.department or "")),
    Column("since", Message("Since"), lambda m: f"{timezone.localtime(m.since):%Y-%m-%d}"),
)
_EVENTS = (
    Column("at", Message("When"), lambda e: f"{timezone.localtime(e.at):%Y-%m-%d %H:%M:%S}"),
    Column("actor", Message("Who"), lambda e: e.actor_name),
    Column("sentence", Message("What"), lambda e: e.sentence),
    Column("reason", Message("Reason"), lambda e: e.reason),
)
_EVENT_FILE = (
    *_EVENTS,
    Column("type", Message("Type"), lambda e: e.type),
    Column("subject_type", Message("Kind of subject"), lambda e: e.subject_type),
    Column("subject", Message("No. of subject"), lambda e: e.subject),
    Column("request", Message("No. of request"), lambda e: e.request_id),
)


def said(request: HttpRequest, act: Callable[[], Any], done: Message) -> bool:
    """Do something and tell how it went; whether it was done."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, str(done))
    return True


def _base(request: HttpRequest) -> dict[str, Any]:
    """What every page of an organisation shows."""
    person, one = acting_person(request), acting_organisation(request)
    return {
        "one": one,
        "region": region_name(one.region) if one.region else "",
        "own": list(queries.memberships(person)),
        "manages": queries.may(person, Role.MANAGER, one),
    }


def _link(request: HttpRequest, invitation: Invitation) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[invitation.token]))


def _page(
    request: HttpRequest,
    *,
    inviting: InvitationForm | None = None,
    department: DepartmentForm | None = None,
) -> HttpResponse:
    context = _base(request)
    one: Organisation = context["one"]
    members = sorted(queries.members_of(one), key=lambda m: _RANK[Role(m.role)])
    table = Table(request.GET, members, _MEMBERS)
    file = table.file("tanyuan-members")
    if file is not None:
        return file
    open_ones = queries.open_invitations(one) if context["manages"] else ()
    context |= {
        "table": table,
        "departments": one.departments.all(),
        "invitations": [(i, _link(request, i)) for i in open_ones],
        "inviting": inviting or InvitationForm(organisation=one),
        "department_form": department or DepartmentForm(),
    }
    return render(request, "people/organisation.html", context)


@member_view
@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The organisation that the person works in: identity, members, departments, invitations."""
    return _page(request)


@member_view
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """What happened in the organisation, newest first."""
    context = _base(request)
    events = queries.trail_of(context["one"])
    table = Table(request.GET, named(events[:_TRAIL]), _EVENTS, exported=_EVENT_FILE)
    file = table.file("tanyuan-trail")
    if file is not None:
        return file
    context |= {"table": table, "cut": events.count() > _TRAIL, "most": _TRAIL}
    return render(request, "people/trail.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Register an organisation; whoever does so becomes its manager."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.cleaned_data, "code": form.cleaned_data["credit_code"]}
        values.pop("credit_code")
        try:
            one = actions.found_organisation(actor=acting_person(request), **values)
        except Refused as refusal:
            form.add_error("credit_code", str(refusal))
        else:
            request.session[ORGANISATION_KEY] = str(one.pk)
            messages.success(request, str(Message("{name} is registered.", name=one)))
            return redirect("organisation")
    first = not acting_person(request).memberships.exists()
    context = {"form": form, "first": first}
    return render(request, "people/organisation_new.html", context)


@member_view
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Work in another of the own organisations."""
    wanted = request.POST.get("organisation", "")
    one = queries.organisation_of(acting_person(request), wanted)
    if str(one.pk) != wanted:
        raise NotFound
    request.session[ORGANISATION_KEY] = str(one.pk)
    messages.success(request, str(Message("You work in {name} now.", name=one)))
    return redirect("organisation")


@member_view
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: a link is shown, and sent where e-mail is set up."""
    person, one = acting_person(request), acting_organisation(request)
    form = InvitationForm(request.POST, organisation=one)
    if not form.is_valid():
        return _page(request, inviting=form)
    try:
        invitation = actions.invite(actor=person, organisation=one, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("organisation")
    sent = _send(request, invitation)
    done = (
        Message("{email} is invited; the link was sent.", email=invitation.email)
        if sent
        else Message("{email} is invited. Hand over the link below.", email=invitation.email)
    )
    messages.success(request, str(done))
    return redirect(f"{reverse('organisation')}#invitations")


def _send(request: HttpRequest, invitation: Invitation) -> bool:
    """Send the link; whether e-mail is set up and took it."""
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return False
    values = {"name": invitation.organisation, "link": _link(request, invitation)}
    subject = str(Message("Invitation to {name} on Tanyuan", name=invitation.organisation))
    text = str(
        Message(
            "{name} invites you to Tanyuan. Open this link, sign in or make an account with this "
            "address, and join:\n\n{link}\n\nThe link is for you alone and works for 14 days.",
            **values,
        )
    )
    try:
        return bool(send_mail(subject, text, None, [invitation.email]))
    except OSError:
        message = Message("The e-mail could not be sent; hand over the link yourself.")
        messages.warning(request, str(message))
        return False


@member_view
@require_POST
def uninvite(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    person, one = acting_person(request), acting_organisation(request)
    invitation = queries.invitation_of(one, invitation_id)
    said(
        request,
        lambda: actions.withdraw_invitation(actor=person, invitation=invitation),
        Message("The invitation of {email} is withdrawn.", email=invitation.email),
    )
    return redirect("organisation")


@open_view
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Look at an invitation and take it up."""
    found = queries.open_invitation(token)
    person = request.user
    context: dict[str, Any] = {"invitation": found, "refusal": ""}
    if not person.is_authenticated:
        request.session[INVITED_KEY] = token
        return render(request, "people/invitation.html", context)
    if request.method == "POST":
        try:
            actions.join(actor=acting_person(request), invitation=found)
        except Refused as refusal:
            context["refusal"] = str(refusal)
            return render(request, "people/invitation.html", context, status=403)
        request.session.pop(INVITED_KEY, None)
        request.session[ORGANISATION_KEY] = str(found.organisation_id)
        messages.success(request, str(Message("You have joined {name}.", name=found.organisation)))
        return redirect("organisation")
    context["other"] = acting_person(request).email != found.email
    return render(request, "people/invitation.html", context)


def _member(request: HttpRequest, membership_id: int) -> Membership:
    return queries.member_of(acting_organisation(request), membership_id)


@member_view
@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """A member's role and department, and the way out."""
    membership = _member(request, membership_id)
    context = _base(request)
    form = MemberForm(request.POST if request.method == "POST" else None, membership=membership)
    if request.method == "POST" and form.is_valid():
        done = said(
            request,
            lambda: actions.change_member(
                actor=acting_person(request), membership=membership, **form.cleaned_data
            ),
            Message("Saved: {name}.", name=membership.person),
        )
        if done:
            return redirect("organisation")
    context |= {
        "membership": membership,
        "form": form,
        "self": membership.person_id == acting_person(request).pk,
    }
    return render(request, "people/member.html", context)


@member_view
@require_POST
def remove_member(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take a member out, or leave."""
    membership, person = _member(request, membership_id), acting_person(request)
    name, one = str(membership.person), membership.organisation
    done = said(
        request,
        lambda: actions.remove_member(actor=person, membership=membership),
        Message("{member} is no longer in {name}.", member=name, name=one),
    )
    if not done:
        return redirect("organisation_member", membership_id)
    return redirect("organisation" if membership.person_id != person.pk else "profile")


@member_view
@require_POST
def add_department(request: HttpRequest) -> HttpResponse:
    """Add a department."""
    form = DepartmentForm(request.POST)
    if not form.is_valid():
        return _page(request, department=form)
    person, one = acting_person(request), acting_organisation(request)
    name = form.cleaned_data["name"]
    said(
        request,
        lambda: actions.add_department(actor=person, organisation=one, name=name),
        Message("Department added: {name}.", name=name),
    )
    return redirect("organisation")


@member_view
@require_POST
def remove_department(request: HttpRequest, department_id: int) -> HttpResponse:
    """Remove a department."""
    person, one = acting_person(request), acting_organisation(request)
    department = queries.department_of(one, department_id)
    said(
        request,
        lambda: actions.remove_department(actor=person, department=department),
        Message("Department removed: {name}.", name=department.name),
    )
    return redirect("organisation")
