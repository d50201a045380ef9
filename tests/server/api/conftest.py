"""Programs that call the API: with a key of each scope, with a session, or as anybody."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.test import Client

from tanyuan.formats.examples import example
from tanyuan.formats.study_text import write_json


@pytest.fixture(autouse=True)
def fresh_rates():
    cache.clear()


@pytest.fixture
def key(cast):
    """Makes keys of the works' manager (or of another), and gives their secrets."""
    from tanyuan.server.people import actions

    def make(*scopes, actor=None, organisation=None):
        _, secret = actions.make_key(
            actor=actor or cast.manager,
            organisation=organisation or cast.works,
            name="test",
            scopes=scopes,
            days=30,
        )
        return secret

    return make


class Program:
    """A client that sends a key and reads JSON."""

    def __init__(self, secret=None, language="en"):
        headers = {"HTTP_ACCEPT_LANGUAGE": language}
        if secret:
            headers["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        self.client = Client(enforce_csrf_checks=True, **headers)

    def get(self, path, **query):
        return self.client.get(f"/api/v1{path}", query)

    def post(self, path, body=b"", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            f"/api/v1{path}", data, content_type="application/json", headers=headers
        )


@pytest.fixture
def program():
    return Program


@pytest.fixture
def document():
    return write_json(example("tyre").study)
