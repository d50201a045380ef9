"""What people fill in: checked here for form, in the actions for right."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.utils.functional import lazystr

from tanyuan.documents.identifiers import credit_code
from tanyuan.languages import Message
from tanyuan.problems import InvalidValueError
from tanyuan.server.people.models import (
    KIND_LABELS,
    ROLE_LABELS,
    Department,
    Membership,
    Organisation,
    Person,
)
from tanyuan.server.people.regions import region_choices

# The platform's operator and its supervision are set up by the operator, not by registering
_FOUNDED = ("enterprise", "association", "institute", "certification_body", "buyer", "bank")
_LANGUAGES = (("", lazystr(Message("as the browser asks"))), ("zh", "中文"), ("en", "English"))


def kind_choices() -> list[tuple[str, str]]:
    """What an organisation can register as."""
    return [(kind.value, str(label)) for kind, label in KIND_LABELS.items() if kind in _FOUNDED]


def role_choices() -> list[tuple[str, str]]:
    """The roles, with what each may do."""
    return [(role.value, str(label)) for role, label in ROLE_LABELS.items()]


@cache
def _zones() -> tuple[str, ...]:
    others = ("Etc/", "SystemV/", "US/", "posix", "right")
    every = sorted(z for z in zoneinfo.available_timezones() if "/" in z)
    return ("Asia/Shanghai", *(z for z in every if not z.startswith(others)))


def zone_choices() -> list[tuple[str, str]]:
    """Time zones, China's first."""
    return [(zone, zone) for zone in dict.fromkeys(_zones())]


class OrganisationForm(forms.Form):
    """An organisation to register."""

    kind = forms.ChoiceField(label=lazystr(Message("What it is")), choices=kind_choices)
    name_zh = forms.CharField(
        label=lazystr(Message("Name in Chinese")), max_length=200, required=False
    )
    name_en = forms.CharField(
        label=lazystr(Message("Name in English")), max_length=200, required=False
    )
    credit_code = forms.CharField(
        label=lazystr(Message("Unified social credit code")),
        help_text=lazystr(Message("18 characters, as on the business licence.")),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    region = forms.ChoiceField(
        label=lazystr(Message("Region")), choices=region_choices, required=False
    )

    def clean_credit_code(self) -> str:
        """The code, if its check character fits."""
        try:
            return credit_code(self.cleaned_data["credit_code"])
        except InvalidValueError as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def clean(self) -> dict[str, Any]:
        """At least one name."""
        values = super().clean() or {}
        if not values.get("name_zh") and not values.get("name_en"):
            message = Message("Give the name in Chinese or in English.")
            self.add_error("name_zh", str(message))
        return values


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        label=lazystr(Message("E-mail address")),
        help_text=lazystr(Message("Only who signs in with this address can join.")),
    )
    role = forms.ChoiceField(label=lazystr(Message("Role")), choices=role_choices)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._organisation = organisation

    def clean_email(self) -> str:
        """The address in small letters, if it is not a member's."""
        email = str(self.cleaned_data["email"]).lower()
        if self._organisation.memberships.filter(person__email=email).exists():
            raise forms.ValidationError(str(Message("{email} is a member already.", email=email)))
        return email


class DepartmentForm(forms.Form):
    """A department to add."""

    name = forms.CharField(label=lazystr(Message("Name of the department")), max_length=100)


class MemberForm(forms.Form):
    """A member's role and department."""

    role = forms.ChoiceField(label=lazystr(Message("Role")), choices=role_choices)
    department = forms.ModelChoiceField(
        label=lazystr(Message("Department")),
        queryset=Department.objects.none(),
        required=False,
        empty_label="–",
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial", {"role": membership.role, "department": membership.department_id}
        )
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = membership.organisation.departments.all()


class ProfileForm(forms.Form):
    """The own name, language and time zone."""

    name = forms.CharField(
        label=lazystr(Message("Your name")),
        help_text=lazystr(Message("As your colleagues see it; else they see your address.")),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=lazystr(Message("Language")), choices=_LANGUAGES, required=False
    )
    time_zone = forms.ChoiceField(label=lazystr(Message("Time zone")), choices=zone_choices)


class DeletionForm(forms.Form):
    """The word that confirms the end of an account."""

    email = forms.EmailField(
        label=lazystr(Message("Your e-mail address, to confirm")),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_email(self) -> str:
        """The address, if it is the own one."""
        email = str(self.cleaned_data["email"]).lower()
        if email != self._person.email:
            message = Message("This is not the address of this account.")
            raise forms.ValidationError(str(message))
        return email
