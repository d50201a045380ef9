"""Who gets in where: every address × method × role × whose thing it is, against an explicit table.

An address that is not in the table fails, by name. What is not a reader's to see is never found
(404, like a thing that does not exist), and its name stands in no answer.
"""

from __future__ import annotations

import io
import json
import re
import sys
import types
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from access_table import API, GRANTED, PAGES, ROLES, Outcome, allows
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls import path as to
from django.utils import timezone

from tanyuan.formats.examples import example
from tanyuan.server.base.models import AuditEvent, StoredFile

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SUBJECTS = ("private", "number", "stages", "lines", "public")
# Nobody outside may read the first; the second only those to whom it was opened
SECRET, SHARED = "Confidential-7Q", "Shared-7Q"
# Stands in the lines alone: nobody outside reads it without being written down
INSIDE = "Inside-7Q"


# ---- what there is -------------------------------------------------------------------------


def walk(patterns, route="", space=""):
    for one in patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLPattern):
            yield space + (one.name or here), here, one
        else:
            yield from walk(
                one.url_patterns, here, space + (f"{one.namespace}:" if one.namespace else "")
            )


def pages():
    """Address by name, of all that is no operation of the API."""
    found = {}
    for name, route, one in walk(get_resolver().url_patterns):
        if not hasattr(one.callback, "__wrapped__") or not name.startswith("api:"):
            found[name] = (route, sorted(one.pattern.converters))
    return found


def operations():
    """The operations of the API: method and address."""
    from tanyuan.server.web.api import api

    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield method, path


def every_page():
    return sorted(PAGES)


def test_every_address_is_in_the_table():
    missing = sorted(set(pages()) - set(PAGES))
    gone = sorted(set(PAGES) - set(pages()))
    assert not missing, f"write in access_table.py who may open: {', '.join(missing)}"
    assert not gone, f"take out of access_table.py: {', '.join(gone)}"


def test_every_operation_is_in_the_table():
    there = set(operations())
    missing, gone = sorted(there - set(API)), sorted(set(API) - there)
    assert not missing, f"write in access_table.py who may call: {missing}"
    assert not gone, f"take out of access_table.py: {gone}"


def test_an_address_without_a_line_in_the_table_fails(settings, monkeypatch):
    from tanyuan.server.web import urls

    grown = types.ModuleType("grown_urls")
    grown.urlpatterns = [*urls.urlpatterns, to("new/", urls.views.home, name="brand_new")]
    monkeypatch.setitem(sys.modules, "grown_urls", grown)
    settings.ROOT_URLCONF = "grown_urls"
    with pytest.raises(AssertionError, match="who may open: brand_new"):
        test_every_address_is_in_the_table()


def test_an_operation_without_a_line_in_the_table_fails(monkeypatch):
    monkeypatch.delitem(API, ("GET", "/studies"))
    with pytest.raises(AssertionError, match=r"who may call.*studies"):
        test_every_operation_is_in_the_table()


# ---- the scene -----------------------------------------------------------------------------


@dataclass
class Scene:
    """People, keys and, for each subject, the values of the addresses' parameters."""

    people: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)
    keys: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)


def _document(subject):
    marks = {"private": SECRET, "public": "Public"}
    name = f"{marks.get(subject, SHARED)} {subject}"
    study = example("tyre").study
    first = study.lines[0].model_copy(update={"name_en": INSIDE, "name_zh": INSIDE})
    named = {"name_en": name, "name_zh": name, "lines": (first, *study.lines[1:])}
    return study.model_copy(update=named)


def _scene():
    from tanyuan.documents.identifiers import credit_code_from
    from tanyuan.server.base import files, jobs
    from tanyuan.server.people import actions as people
    from tanyuan.server.people.models import Invitation, Membership, Organisation, Person
    from tanyuan.server.studies import actions
    from tanyuan.server.studies.models import StudyRecord

    def organisation(number, kind, name):
        return Organisation.objects.create(
            kind=kind,
            name_zh=name,
            name_en=name,
            credit_code=credit_code_from(f"91370000MATRX00{number:02}"),
        )

    def person(name, member_of=None, role="", **more):
        made = Person.objects.create_user(f"{name}@matrix.example", None, name=name, **more)
        if member_of:
            Membership.objects.create(person=made, organisation=member_of, role=role)
        return made

    works, mill, office, institute, bureau = (
        organisation(n, kind, name)
        for n, (kind, name) in enumerate(
            [
                ("enterprise", f"{SHARED} works"),
                ("enterprise", "mill"),
                ("regulator", "office"),
                ("institute", "institute"),
                ("regulator", "bureau"),
            ]
        )
    )
    scene = Scene()
    scene.people = {
        "anonymous": None,
        "disabled": person("disabled", works, "manager", is_active=False),
        "loner": person("loner"),
        "reader": person("reader", works, "reader"),
        "engineer": person("engineer", works, "engineer"),
        "manager": person("manager", works, "manager"),
        "stranger": person("stranger", mill, "manager"),
        "officer": person("officer", office, "manager"),
        "clerk": person("clerk", mill, "reader"),
        "inspector": person("inspector", bureau, "manager"),
        "left": person("left", works, "manager"),
    }
    manager = scene.people["manager"]
    author = person("author", institute, "manager")
    made, _ = people.make_key(
        actor=manager, organisation=works, name=SECRET, scopes=["read"], days=9
    )
    for role, scopes in (("key_read", ["read"]), ("key_write", ["read", "write", "seal"])):
        _, scene.keys[role] = people.make_key(
            actor=manager, organisation=works, name=role, scopes=scopes, days=9
        )
    _, scene.keys["key_stranger"] = people.make_key(
        actor=scene.people["stranger"], organisation=mill, name="k",
        scopes=["read", "write", "seal"], days=9,
    )  # fmt: skip
    # A key of somebody who has left, as the person has
    left = scene.people["left"]
    _, scene.keys["key_dead"] = people.make_key(
        actor=left, organisation=works, name="k", scopes=["read", "write", "seal"], days=9
    )
    people.remove_member(actor=left, membership=left.memberships.get())
    site = actions.add_site(actor=manager, organisation=works, name_en=SECRET)
    product = actions.add_product(actor=manager, organisation=works, name_en=SECRET)
    stored = files.store(b"{}", f"{SECRET}.json", owner=str(works.pk))
    job = jobs.enqueue(
        "study.import", owner=str(works.pk), person=str(manager.pk), language="en",
        file=str(stored.pk),
    )  # fmt: skip
    invitation = Invitation.objects.create(
        organisation=works, email="reader@matrix.example", role="reader", invited_by=manager,
        until=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    membership = works.memberships.get(person=scene.people["reader"])
    department = works.departments.create(name=SECRET)
    for subject in SUBJECTS:
        actor, owner = (author, institute) if subject == "public" else (manager, works)
        study = actions.start_study(actor=actor, organisation=owner, document=_document(subject))
        actions.revise(actor=actor, study=study, document=_document(subject), based_on=1)
        sealed = actions.seal_footprint(actor=actor, revision=study.revisions.get(number=1))
        consent = None
        if subject == "public":
            StudyRecord.objects.filter(pk=study.pk).update(public=True)
        elif subject != "private":
            for grantee in (bureau, mill):
                consent = people.give_consent(
                    actor=manager, grantor=works, grantee=grantee, subject=study, level=subject,
                    purpose="matrix", until=timezone.now() + timedelta(days=9),
                )  # fmt: skip
        scene.values[subject] = {
            "study_id": study.pk,
            "sealed_id": sealed.pk,
            "number": 1,
            "product_id": product.pk,
            "site_id": site.pk,
            "job_id": job.pk,
            "key_id": made.pk,
            "organisation_id": works.pk,
            "file_id": stored.pk,
            "token": invitation.token,
            "membership_id": membership.pk,
            "department_id": department.pk,
            "digits": "0" * 64,
            "invitation_id": invitation.pk,
            "consent_id": consent.pk if consent else uuid.uuid4(),
            "factor_id": "EL-0121",
            "code": "x",
            "key": "x",
            "uidb36": "x",
            "pk": 1,
            "entry_id": product.pk,
            "position": 1,
            "kind": "json",
            "name": "tyre",
            "ending": "json",
        }
    return scene


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    from tanyuan.languages import in_language

    with django_db_blocker.unblock(), in_language("en"), transaction.atomic():
        made = _scene()
        made.cookies = {
            role: _signed_in(person) for role, person in made.people.items() if person is not None
        }
        yield made
        transaction.set_rollback(True)


def _signed_in(person):
    """The cookie of a person's session."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies


@pytest.fixture(autouse=True)
def undisturbed(settings):
    settings.API_RATES = {"key": 10**9, "session": 10**9, "address": 10**9}
    settings.SECOND_FACTOR = False
    cache.clear()


# ---- asking --------------------------------------------------------------------------------


def ask(scene, role, method, address, data=None, body=None):
    """One request of a role, in a browser of its own, whose changes are undone."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en", raise_request_exception=False)
    headers = {}
    if role in scene.keys:
        headers["Authorization"] = f"Bearer {scene.keys[role]}"
    client.cookies.update(scene.cookies.get(role, {}))
    with transaction.atomic():
        if body is not None:
            answer = client.generic(method, address, body, "application/json", headers=headers)
        else:
            send = client.post if method == "POST" else None
            answer = (
                send(address, data or {}, headers=headers)
                if send
                else client.generic(method, address, headers=headers)
            )
        content = b"".join(answer) if answer.streaming else answer.content
        answer.readings = AuditEvent.objects.filter(type__startswith="study.read.").count()
        transaction.set_rollback(True)
    return answer, _unpacked(content)


def _unpacked(content):
    """A body in which marks can be found: a workbook or Word file as the texts in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return b"".join(package.read(name) for name in package.namelist())


def outcome(answer):
    """What became of a request."""
    status, to = answer.status_code, answer.headers.get("Location", "")
    if status == 401 or (status in (301, 302) and to.startswith("/accounts/login/")):
        return Outcome.LOGIN
    if status in (301, 302) and to.startswith("/organisation/new/"):
        return Outcome.FOUND
    if any(message.level_tag == "error" for message in get_messages(answer.wsgi_request)):
        return Outcome.DENIED
    by_status = {
        **dict.fromkeys((400, 412, 413, 415, 422, 428), Outcome.INPUT),
        403: Outcome.DENIED,
        404: Outcome.ABSENT,
        405: Outcome.METHOD,
        409: Outcome.DENIED,
    }
    return Outcome.BROKEN if status >= 500 else by_status.get(status, Outcome.IN)


def filled(route, values):
    """The address with the values of its parameters."""
    named = re.compile(r"<(?:\w+:)?(\w+)>|\{(\w+)\}|\(\?P<(\w+)>[^)]*\)")
    path = named.sub(lambda m: str(values[m[1] or m[2] or m[3]]), route)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "").lstrip("/")


def subjects_of(parameters):
    """The subjects that an address with these parameters is asked for."""
    return SUBJECTS if {"study_id", "sealed_id"} & set(parameters) else ("private",)


NOTHING = {uuid.UUID: uuid.UUID(int=7), int: 10**6, str: "none"}


def unlike(values, parameters):
    """The same values with things that do not exist."""
    return {
        name: NOTHING[type(value)] if name in parameters and name.endswith("_id") else value
        for name, value in values.items()
    }


def plain(content, address):
    """A body without what every request has its own of."""
    text = content.decode(errors="replace").replace(address.partition("?")[0], "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


OUTSIDE = ("anonymous", "disabled", "left", "loner", "officer", "key_dead", *GRANTED)
COMPARED = ("anonymous", "stranger", "officer", "left")
SHUT = {Outcome.METHOD, Outcome.LOGIN, Outcome.ABSENT, Outcome.FOUND, Outcome.DENIED}


def trials(scene, route, parameters, rule):
    """Each subject with each variant of the values: the address, and one where nothing is."""
    for subject in subjects_of(parameters):
        for variant in rule.variants:
            known = scene.values[subject]
            values = known | {name: known.get(value, value) for name, value in variant.items()}
            nothing = filled(route, unlike(values, parameters))
            for query in rule.queries:
                yield subject, values, filled(route, values) + query, nothing + query


def check(scene, rule, route, parameters, method, where):
    """What is wrong with an address and a method, in sentences."""
    declared = method in rule.methods
    tried = list(trials(scene, route, parameters, rule))
    for subject, values, address, nothing in tried if declared else tried[:1]:
        for role in ROLES if declared else ("anonymous", "manager"):
            data, body = rule.sent(method, values) if declared else (None, None)
            expected = SHUT
            if declared:
                api = where.startswith("api ")
                expected = allows(rule, method, role, subject, api=api)
            answer, content = ask(scene, role, method, address, data, body)
            found = outcome(answer)
            said = f"{method} {where} [{subject}] as {role}"
            if found not in expected:
                names = "/".join(sorted(one.value for one in expected))
                yield f"{said}: {found.value} ({answer.status_code}), not {names}"
            if role in OUTSIDE and not rule.names_owner:
                hidden = (SECRET,) if role in GRANTED else (SECRET, SHARED)
                if any(mark.encode() in content for mark in hidden):
                    yield f"{said}: the answer names what is secret"
                inside = INSIDE.encode() in content and subject != "public"
                if inside and not (subject == "lines" and answer.readings):
                    yield f"{said}: lines are read, and nobody has written it down"
            if found is Outcome.ABSENT and parameters and declared and role in COMPARED:
                other, again = ask(scene, role, method, nothing, data, body)
                if (other.status_code, plain(again, nothing)) != (404, plain(content, address)):
                    yield f"{said}: a thing of others is told from one that does not exist"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages(scene, name):
    if name not in pages():
        pytest.skip("told by test_every_address_is_in_the_table")
    route, parameters = pages()[name]
    rule = PAGES[name]
    tried = METHODS if rule.others_tested else rule.methods
    faults = [
        fault for method in tried for fault in check(scene, rule, route, parameters, method, name)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("operation", sorted(API), ids=" ".join)
def test_operations(scene, operation):
    method, path = operation
    parameters = re.findall(r"\{(\w+)\}", path)
    found = check(scene, API[operation], f"api/v1{path}", parameters, method, f"api {path}")
    faults = list(found)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("path", sorted({path for _, path in API}))
def test_other_methods_of_operations(scene, path):
    address = filled(f"api/v1{path}", scene.values["private"])
    for method in set(METHODS) - {m for m, p in API if p == path}:
        answer, content = ask(scene, "manager", method, address, body=b"{}")
        assert answer.status_code == 405, f"{method} {path}"
        assert json.loads(content)["code"] == "method"


def test_no_address_leads_into_the_data_folder(scene, settings):
    stored = StoredFile.objects.get(pk=scene.values["private"]["file_id"])
    inside = (f"files/{stored.sha256[:2]}/{stored.sha256}", "secrets/django-key", "lock")
    for place in inside:
        assert (settings.DATA / place).exists() or place == "lock"
        for before in ("", "static/../", "static/%2e%2e/", "static//", "media/", "var/"):
            answer, content = ask(scene, "manager", "GET", f"/{before}{place}")
            assert answer.status_code == 404, f"{before}{place}"
            assert settings.SECRET_KEY.encode() not in content


def test_counts_tell_nothing_of_others(scene):
    for role in (*GRANTED, "officer"):
        for path in ("/studies", "/products", "/sites", "/jobs"):
            _, content = ask(scene, role, "GET", f"/api/v1{path}")
            assert json.loads(content)["total"] == 0, f"{role} {path}"
    for role in ("anonymous", "stranger"):
        _, content = ask(scene, role, "GET", "/api/v1/examples")
        assert json.loads(content)["total"] == 1


def test_an_upload_for_a_study_of_others_is_not_found(scene):
    for study in (scene.values["lines"]["study_id"], uuid.UUID(int=7)):
        data = {"file": SimpleUploadedFile("x.json", b"{}"), "study": study}
        answer, _ = ask(scene, "stranger", "POST", "/api/v1/imports", data)
        assert answer.status_code == 404
