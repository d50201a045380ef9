"""The table of who may open what; a new address is a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from django.core.files.uploadedfile import SimpleUploadedFile

from tanyuan.formats.examples import example
from tanyuan.formats.study_text import write_json

ROLES = (
    "anonymous", "disabled", "left", "loner", "reader", "engineer", "manager", "stranger",
    "clerk", "officer", "inspector", "key_read", "key_write", "key_stranger", "key_dead",
)  # fmt: skip
# Those to whom studies are opened: manager, reader and program of another enterprise, and a
# regulator's inspector; the officer is of a regulator to which nothing was opened
GRANTED = ("stranger", "clerk", "key_stranger", "inspector")
WORKS = {"reader": 1, "engineer": 2, "manager": 3, "key_read": 3, "key_write": 3}
LEVELS = {"private": 0, "number": 1, "stages": 2, "lines": 3, "public": 9}


class Outcome(Enum):
    """What became of a request."""

    IN = "let in"
    INPUT = "let in, though what was sent is wrong"
    LOGIN = "to sign in"
    FOUND = "to found an organisation"
    ABSENT = "not found"
    DENIED = "denied"
    METHOD = "wrong method"
    BROKEN = "broken"


IN, INPUT, LOGIN, FOUND, ABSENT, DENIED = (
    Outcome.IN, Outcome.INPUT, Outcome.LOGIN, Outcome.FOUND, Outcome.ABSENT, Outcome.DENIED,
)  # fmt: skip
Policy = Callable[[str, str, bool], Outcome | set[Outcome]]


def allows(rule, method, role, subject, *, api):
    """The outcomes that a rule allows; pages know no keys."""
    if api and role == "key_dead":
        return {LOGIN}
    asked = "anonymous" if role == "disabled" or (not api and role.startswith("key")) else role
    asked = "loner" if role == "left" else asked
    expected = rule.methods[method](asked, subject, api)
    allowed = expected if isinstance(expected, set) else {expected}
    return allowed | {INPUT} if rule.incomplete and IN in allowed else allowed


def public(role, subject, api):
    """For everybody."""
    return IN


def signed_in(role, subject, api):
    """For all who are signed in, also without organisation."""
    return LOGIN if role == "anonymous" else IN


def member(role, subject, api):
    """For members of any organisation, about their own."""
    if role == "loner":
        return ABSENT if api else FOUND
    return signed_in(role, subject, api)


def writer(role, subject, api):
    """Engineers and managers, for their own organisation."""
    if role in ("reader", "clerk", "key_read"):
        return {DENIED, ABSENT}
    return member(role, subject, api)


def managers(role, subject, api):
    """Managers, for their own organisation; others are not told that the page is there."""
    if role in ("reader", "engineer", "clerk"):
        return ABSENT
    return member(role, subject, api)


def opened(level):
    """Open as far as the owner has consented: 1 the number, 2 stages, 3 lines."""

    def policy(role, subject, api):
        if subject == "public" or role in WORKS:
            return IN
        return IN if role in GRANTED and LEVELS[subject] >= level else ABSENT

    return policy


def own(least, *, scope=True):
    """For members of the owner with a role: 1 reader, 2 engineer, 3 manager; with their key."""

    def policy(role, subject, api):
        if role == "anonymous":
            return LOGIN
        if role == "loner" and not api:
            return FOUND
        if subject == "public" or role not in WORKS:
            return ABSENT
        if role == "key_read" and least > 1:
            return DENIED
        return IN if WORKS[role] >= least else {DENIED, ABSENT}

    return policy


@dataclass(frozen=True)
class Rule:
    """Who may open an address by which method, and what is sent to try."""

    methods: dict[str, Policy]
    data: Callable[[], dict] = dict
    body: bytes | None = None
    # Form data that name a thing of the scene by the parameter that holds it
    sends: dict[str, str] = field(default_factory=dict)
    # What may stand after the address; each is tried
    queries: tuple[str, ...] = ("",)
    # Other values of the address's parameters; each is tried
    variants: tuple[dict[str, str], ...] = ({},)
    # What is sent is not complete, so that those who are let in are told so
    incomplete: bool = False
    # Whoever has the address may learn whose it is (an invitation)
    names_owner: bool = False
    others_tested: bool = True

    def sent(self, method, values):
        """What is sent: form data or a body."""
        if method != "POST":
            return None, None
        if self.body is not None:
            return None, self.body
        return self.data() | {name: values[value] for name, value in self.sends.items()}, None


def get(policy, **more):
    """A page that is only read."""
    return Rule({"GET": policy}, **more)


def form(policy, **more):
    """A page with a form."""
    return Rule({"GET": policy, "POST": policy}, **more)


def post(policy, **more):
    """What is only sent to."""
    return Rule({"POST": policy}, **more)


def library(policy):
    """A page of the accounts library, which decides itself what it does for whom it lets in.

    Whoever is not signed in is only let in where the policy lets everybody in.
    """

    def decided(role, subject, api):
        if policy is signed_in and role == "anonymous":
            return LOGIN
        return set(Outcome) - {Outcome.BROKEN} - ({LOGIN} if policy is signed_in else set())

    return Rule({"GET": decided, "POST": decided}, others_tested=False)


# A table as a page, and all its rows as files
TABLE = ("", "?q=7Q", "?format=csv", "?format=xlsx")
STUDY = write_json(example("tyre").study)
FILES = ("json", "csv", "sealed", "openlca", "openlca.report")
FILE = lambda: {"file": SimpleUploadedFile("tyre.json", STUDY)}  # noqa: E731

SHARED = ("number", "stages", "lines")


def withdrawing(role, subject, api):
    """Managers of the owner, where there is a consent to withdraw."""
    allowed = own(3)(role, subject, api)
    return ABSENT if allowed is IN and subject not in SHARED else allowed


def managers_told(role, subject, api):
    """Managers, for their own organisation; other members are told that their role is too low."""
    return DENIED if role in ("reader", "engineer", "clerk") else member(role, subject, api)


def leaving(role, subject, api):
    """Managers of the owner; and the member, who is the reader here."""
    return IN if role == "reader" else own(3)(role, subject, api)


def invited(role, subject, api):
    """The one who is invited, who is the reader here; who is not signed in sees the page."""
    return IN if role in ("anonymous", "reader") else DENIED


def not_loner(role, subject, api):
    """For all who are signed in; whoever has no organisation has none to be shown."""
    return member(role, subject, api)


def nowhere(role, subject, api):
    """For members of any organisation; what the address names is not there."""
    allowed = member(role, subject, api)
    return ABSENT if allowed is IN else allowed


def absent(role, subject, api):
    """For nobody."""
    return ABSENT


API = {
    ("GET", "/factors"): get(public),
    ("GET", "/factors/{factor_id}"): get(public),
    ("GET", "/properties"): get(public),
    ("GET", "/organisations"): get(signed_in),
    ("GET", "/organisations/{organisation_id}"): get(own(1)),
    ("GET", "/examples"): get(public),
    ("GET", "/studies"): get(member),
    ("POST", "/studies"): post(writer, body=STUDY),
    ("GET", "/studies/{study_id}"): get(opened(1)),
    ("GET", "/studies/{study_id}/revisions"): get(opened(3)),
    ("POST", "/studies/{study_id}/revisions"): post(own(2), body=STUDY, queries=("?based_on=2",)),
    ("GET", "/studies/{study_id}/revisions/{number}"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/footprint"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/lines"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/model"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/model/report"): get(opened(3)),
    ("GET", "/studies/{study_id}/difference"): get(opened(3), queries=("?older=1&newer=2",)),
    ("GET", "/studies/{study_id}/revisions/{number}/report"): get(opened(3)),
    ("POST", "/studies/{study_id}/revisions/{number}/report"): post(own(2), body=b"{}"),
    ("POST", "/studies/{study_id}/revisions/{number}/seal"): post(own(3)),
    ("GET", "/sealed/{sealed_id}"): get(opened(1)),
    ("GET", "/sealed/{sealed_id}/file"): get(opened(3)),
    ("GET", "/products"): get(member),
    ("POST", "/products"): post(writer, body=b'{"name_en": "x"}'),
    ("GET", "/products/{product_id}"): get(own(1)),
    ("GET", "/sites"): get(member),
    ("POST", "/sites"): post(writer, body=b'{"name_en": "x"}'),
    ("GET", "/sites/{site_id}"): get(own(1)),
    ("POST", "/calculate"): post(signed_in, body=STUDY),
    ("POST", "/verify"): post(public, body=b"{}", incomplete=True),
    ("POST", "/imports"): post(writer, data=FILE),
    ("GET", "/databases"): get(member),
    ("POST", "/databases/import"): post(writer, data=FILE),
    ("GET", "/databases/{digits}"): get(nowhere),
    ("GET", "/databases/{digits}/products"): get(nowhere),
    ("GET", "/databases/{digits}/report"): get(nowhere),
    ("GET", "/databases/{digits}/profile"): get(nowhere),
    ("GET", "/jobs"): get(signed_in),
    ("GET", "/jobs/{job_id}"): get(own(1)),
    ("POST", "/jobs/{job_id}/cancel"): post(own(2)),
}

PAGES = {
    "home": get(public),
    "health": get(public),
    "robots": get(public),
    "language": post(public),
    "factors": get(public),
    "properties": get(public),
    "factor": get(public),
    "factor_json": get(public),
    "verify": form(public),
    "workspace": get(member, queries=TABLE),
    "study_template": get(public),
    "study_example": get(public, variants=({"name": "tyre"},)),
    "study_upload": form(writer, incomplete=True),
    "study_start": post(writer, variants=({"name": "tyre"}, {"name": "template"})),
    "study": get(opened(1)),
    "study_revision": get(opened(1)),
    "study_newest_line": get(opened(3)),
    "study_line": get(opened(3)),
    "study_revisions": get(opened(3)),
    "study_file": get(opened(3), variants=tuple({"kind": k} for k in FILES)),
    "study_report": form(own(2), data=lambda: {"based_on": "0", "client": "x"}),
    "study_seal": form(own(3)),
    "study_edit": form(own(2)),
    "study_share": Rule({"GET": own(1), "POST": own(3)}, incomplete=True),
    "study_withdraw": post(withdrawing),
    "products": get(member, queries=TABLE),
    "product_new": form(writer, incomplete=True),
    "product": Rule(
        {"GET": own(1), "POST": own(2)},
        data=lambda: {"name_en": "x"},
        variants=({"entry_id": "product_id"},),
    ),
    "sites": get(member, queries=TABLE),
    "site_new": form(writer, incomplete=True),
    "site": Rule(
        {"GET": own(1), "POST": own(2)},
        data=lambda: {"name_en": "x"},
        variants=({"entry_id": "site_id"},),
    ),
    "databases": get(member, queries=TABLE),
    "database_import": form(writer, incomplete=True),
    "database": get(nowhere),
    "database_supply": get(nowhere),
    "database_report": get(nowhere),
    "database_choices": form(nowhere),
    "job": get(own(1)),
    "job_cancel": post(own(2)),
    "job_file": get(own(1)),
    "organisation": get(not_loner, queries=TABLE),
    "organisation_new": form(signed_in, incomplete=True),
    "organisation_keys": form(managers, incomplete=True),
    "organisation_key_revoke": post(own(3)),
    "organisation_switch": post(own(1), sends={"organisation": "organisation_id"}),
    "organisation_trail": get(member, queries=TABLE),
    "organisation_invite": post(
        managers_told, data=lambda: {"email": "x@y.example", "role": "reader"}
    ),
    "organisation_uninvite": post(own(3)),
    "organisation_member": Rule(
        {"GET": own(1), "POST": own(3)}, data=lambda: {"role": "reader", "department": ""}
    ),
    "organisation_member_remove": post(leaving),
    "organisation_department_add": post(managers_told, data=lambda: {"name": "x"}),
    "organisation_department_remove": post(own(3)),
    "invitation": Rule({"GET": public, "POST": invited}, names_owner=True),
    "kept_form": form(signed_in),
    "profile": form(signed_in, incomplete=True),
    # Whoever has left an organisation still has the own history in it
    "profile_export": post(signed_in, names_owner=True),
    "profile_delete": form(signed_in, incomplete=True),
    "api:openapi-json": get(public, others_tested=False),
    "api:openapi-view": get(public, others_tested=False),
    "api:api-root": get(absent, others_tested=False),
    # allauth's own pages
    "account_login": library(public),
    "account_logout": library(public),
    "account_inactive": library(public),
    "account_signup": library(public),
    "account_reauthenticate": library(signed_in),
    "account_email": library(signed_in),
    "account_email_verification_sent": library(public),
    "account_confirm_email": library(public),
    "account_change_password": library(signed_in),
    "account_set_password": library(signed_in),
    "account_reset_password": library(public),
    "account_reset_password_done": library(public),
    "account_reset_password_from_key": library(public),
    "account_reset_password_from_key_done": library(public),
    "account_confirm_login_code": library(public),
    "mfa_index": library(signed_in),
    "mfa_authenticate": library(public),
    "mfa_reauthenticate": library(signed_in),
    "mfa_activate_totp": library(signed_in),
    "mfa_deactivate_totp": library(signed_in),
    "mfa_view_recovery_codes": library(signed_in),
    "mfa_generate_recovery_codes": library(signed_in),
    "mfa_download_recovery_codes": library(signed_in),
    "mfa_list_webauthn": library(signed_in),
    "mfa_add_webauthn": library(signed_in),
    "mfa_reauthenticate_webauthn": library(signed_in),
    "mfa_remove_webauthn": library(signed_in),
    "mfa_edit_webauthn": library(signed_in),
    "usersessions_list": library(signed_in),
}
