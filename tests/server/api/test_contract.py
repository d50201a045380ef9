"""Requests made from the schema, through the application itself: what answers is as described."""

from __future__ import annotations

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from tanyuan.formats.background_import import import_background
from tanyuan.server.factorbase.backgrounds import shelf
from tanyuan.server.web.api import api
from tests.backgrounds.steelworks import package

pytestmark = pytest.mark.django_db

checks.load_all_checks()
CHECKS = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
DESCRIBED = api.get_openapi_schema(path_prefix="/api/v1/")
OPERATIONS = [(method, path) for path, ways in DESCRIBED["paths"].items() for method in ways]
bounded = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described():
    found = schemathesis.openapi.from_dict(DESCRIBED)
    application = get_wsgi_application()
    found.app = lambda environ, start: application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)
    return found


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.API_RATES = {"key": 10**9, "session": 10**9, "address": 10**9}


def _credentials(who, cast, key):
    if who == "key":
        return {"headers": {"Authorization": f"Bearer {key('read', 'write', 'seal')}"}}
    if who == "session":
        client = Client()
        client.force_login(cast.manager, "allauth.account.auth_backends.AuthenticationBackend")
        token = "c" * 32
        name = django_settings.SESSION_COOKIE_NAME
        cookies = {name: client.cookies[name].value, django_settings.CSRF_COOKIE_NAME: token}
        return {"headers": {"X-CSRFToken": token}, "cookies": cookies}
    return {}


@pytest.fixture
def digits(settings, tmp_path, cast):
    """The hash of a database of the works."""
    settings.BACKGROUNDS = tmp_path / "backgrounds"
    file = package(tmp_path / "works.zip")
    return import_background(file, shelf(str(cast.works.pk))).entry.folder.name


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_what_is_answered_is_as_described(described, cast, key, study, sealed, digits, operation):
    method, path = operation
    there = {"study_id": study.pk, "sealed_id": sealed.pk, "number": 1, "digits": digits}
    callers = [_credentials(who, cast, key) for who in ("anybody", "key", "session")]

    @bounded
    @given(case=described[path][method].as_strategy())
    def ask(case):
        for name in set(case.path_parameters or ()) & set(there):
            case.path_parameters[name] = str(there[name])
        for sent in callers:
            case.call_and_validate(checks=CHECKS, **sent)

    ask()
