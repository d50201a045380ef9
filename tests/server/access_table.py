"""The table of who may open what; a new address is a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from django.core.files.uploadedfile import SimpleUploadedFile

from tanyuan.formats.examples import example
from tanyuan.formats.study_text import write_json

ROLES = (
    "anonymous", "disabled", "loner", "reader", "engineer", "manager", "stranger", "officer",
    "key_read", "key_write",
)  # fmt: skip
WORKS = {"reader": 1, "engineer": 2, "manager": 3, "key_read": 3, "key_write": 3}
LEVELS = {"private": 0, "number": 1, "stages": 2, "lines": 3, "public": 9}


class Outcome(Enum):
    """What became of a request."""

    IN = "let in"
    LOGIN = "to sign in"
    FOUND = "to found an organisation"
    ABSENT = "not found"
    DENIED = "denied"
    METHOD = "wrong method"
    BROKEN = "broken"


IN, LOGIN, FOUND, ABSENT, DENIED = (
    Outcome.IN, Outcome.LOGIN, Outcome.FOUND, Outcome.ABSENT, Outcome.DENIED,
)  # fmt: skip
Policy = Callable[[str, str, bool], Outcome | set[Outcome]]


def allows(policy, role, subject, *, api):
    """The outcomes that a policy allows; pages know no keys."""
    asked = "anonymous" if role == "disabled" or (not api and role.startswith("key")) else role
    expected = policy(asked, subject, api)
    return expected if isinstance(expected, set) else {expected}


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
    if role in ("reader", "key_read"):
        return {DENIED, ABSENT}
    return member(role, subject, api)


def managers(role, subject, api):
    """Managers, for their own organisation; others are not told that the page is there."""
    if role in ("reader", "engineer"):
        return ABSENT
    return member(role, subject, api)


def opened(level):
    """Open as far as the owner has consented: 1 the number, 2 stages, 3 lines."""

    def policy(role, subject, api):
        if subject == "public" or role in WORKS:
            return IN
        return IN if role == "stranger" and LEVELS[subject] >= level else ABSENT

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
    names_owner: bool = False
    others_tested: bool = True

    def sent(self, method):
        """What is sent: form data or a body."""
        if method != "POST":
            return None, None
        return (self.data(), None) if self.body is None else (None, self.body)


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
    """A page of the accounts library, which answers other methods in its own way."""
    return Rule({"GET": policy, "POST": policy}, others_tested=False)


STUDY = write_json(example("tyre").study)
FILE = lambda: {"file": SimpleUploadedFile("tyre.json", STUDY)}  # noqa: E731

API = {
    ("GET", "/factors"): get(public),
    ("GET", "/factors/{factor_id}"): get(public),
    ("GET", "/properties"): get(public),
    ("GET", "/organisations"): get(signed_in),
    ("GET", "/organisations/{organisation_id}"): get(own(1)),
    ("GET", "/examples"): get(public, names_owner=True),
    ("GET", "/studies"): get(member),
    ("POST", "/studies"): post(writer, body=STUDY),
    ("GET", "/studies/{study_id}"): get(opened(1)),
    ("GET", "/studies/{study_id}/revisions"): get(opened(3)),
    ("POST", "/studies/{study_id}/revisions"): post(own(2), body=STUDY),
    ("GET", "/studies/{study_id}/revisions/{number}"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/footprint"): get(opened(3)),
    ("GET", "/studies/{study_id}/revisions/{number}/lines"): get(opened(3)),
    ("GET", "/studies/{study_id}/difference"): get(opened(3)),
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
    ("POST", "/verify"): post(public, body=b"{}"),
    ("POST", "/imports"): post(writer, data=FILE),
    ("GET", "/jobs"): get(signed_in),
    ("GET", "/jobs/{job_id}"): get(own(1)),
    ("POST", "/jobs/{job_id}/cancel"): post(own(1)),
}

PAGES = {
    "home": get(public),
    "organisation_keys": form(managers),
    "organisation_key_revoke": post(managers),
    "api:openapi-json": get(public, others_tested=False),
    "api:openapi-view": get(public, others_tested=False),
    "api:api-root": get(lambda role, subject, api: ABSENT, others_tested=False),
}
