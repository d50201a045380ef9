"""The cast of the server's tests: the same people everywhere, named by what they are."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tanyuan.documents.identifiers import credit_code_from
from tanyuan.formats.examples import example
from tanyuan.languages import in_language

PASSWORD = "correct horse battery"  # noqa: S105


@pytest.fixture(autouse=True)
def english():
    with in_language("en"):
        yield


@pytest.fixture(autouse=True)
def fresh_caches():
    from tanyuan.server.studies import queries

    queries._footprint.cache_clear()
    if connection.vendor == "sqlite":  # on PostgreSQL the cache is a table, undone as all others
        cache.clear()


@dataclass(frozen=True)
class Cast:
    """Two enterprises, a regulator, and people in and out of them."""

    works: object
    mill: object
    authority: object
    manager: object
    engineer: object
    reader: object
    stranger: object
    officer: object
    loner: object
    disabled: object


def _organisation(number, kind, name):
    from tanyuan.server.people.models import Organisation

    return Organisation.objects.create(
        kind=kind,
        name_zh=f"测试{name}",
        name_en=f"Test {name}",
        credit_code=credit_code_from(f"91370000TEXT000{number:02}"),
        region="370000",
    )


def _person(name, organisation=None, role="", **fields):
    from tanyuan.server.people.models import Membership, Person

    person = Person.objects.create_user(f"{name}@example.org", PASSWORD, name=name, **fields)
    if organisation is not None:
        Membership.objects.create(person=person, organisation=organisation, role=role)
    return person


@pytest.fixture
def cast(db):
    works = _organisation(1, "enterprise", "works")
    mill = _organisation(2, "enterprise", "mill")
    authority = _organisation(3, "regulator", "authority")
    return Cast(
        works=works,
        mill=mill,
        authority=authority,
        manager=_person("manager", works, "manager"),
        engineer=_person("engineer", works, "engineer"),
        reader=_person("reader", works, "reader"),
        stranger=_person("stranger", mill, "manager"),
        officer=_person("officer", authority, "manager"),
        loner=_person("loner"),
        disabled=_person("disabled", works, "manager", is_active=False),
    )


@pytest.fixture
def as_person():
    """A browser in which a person (or nobody) is signed in."""

    def browse(person=None):
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        if person is not None:
            client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browse


@pytest.fixture
def study(cast):
    """A study of the works with one revision: the trousers."""
    from tanyuan.server.studies import actions

    return actions.start_study(
        actor=cast.engineer, organisation=cast.works, document=example("trousers").study
    )


@pytest.fixture
def sealed(cast, study):
    """The sealed footprint of the study."""
    from tanyuan.server.studies import actions

    return actions.seal_footprint(actor=cast.manager, revision=study.latest)
