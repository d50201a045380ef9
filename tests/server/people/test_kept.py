"""What is sent after the session has ended waits for its writer."""

import re
import time

import pytest
from django.test import Client

from tanyuan.server.studies.models import Site

PASSWORD = "correct horse battery"  # noqa: S105

pytestmark = pytest.mark.django_db


def sign_in(client, to, email="engineer@example.org"):
    return client.post(to, {"login": email, "password": PASSWORD})


@pytest.fixture
def late(cast):
    """A browser whose session has ended, with a form open."""
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def test_a_form_is_shown_again_and_sent(cast, late):
    sent = late.post("/sites/new/", {"name_en": "Melt shop", "address": "Gate 7\nHall 2"})
    assert sent.url == "/accounts/login/?next=/kept/"
    assert sign_in(late, sent.url).url == "/kept/"
    page = late.get("/kept/")
    text = page.content.decode()
    assert "Melt shop" in text
    assert "Gate 7<br>Hall 2" in text
    assert 'action="/sites/new/"' in text
    assert "no-store" in page["Cache-Control"]
    assert not Site.objects.exists()
    fields = re.findall(r'name="(name_en|address)" value="([^"]*)"', text)
    late.post("/sites/new/", dict(fields))
    assert Site.objects.get().name_en == "Melt shop"


def test_it_can_be_dropped(cast, late):
    sign_in(late, late.post("/sites/new/", {"name_en": "Melt shop"}).url)
    assert late.post("/kept/").url == "/studies/"
    assert late.get("/kept/").url == "/studies/"


def test_it_does_not_wait_for_ever(cast, late, monkeypatch):
    sign_in(late, late.post("/sites/new/", {"name_en": "Melt shop"}).url)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * 3600)
    assert late.get("/kept/").url == "/studies/"


def test_what_was_written_acts_on_no_page(cast, late):
    mark = '"><script>alert(1)</script>'
    sign_in(late, late.post("/sites/new/", {mark: mark}).url)
    assert "<script>alert" not in late.get("/kept/").content.decode()


@pytest.mark.parametrize("data", [{}, {"name_en": "x" * 600_000}])
def test_nothing_and_too_much_are_not_kept(cast, late, data):
    assert late.post("/sites/new/", data).url == "/accounts/login/?next=/sites/new/"


def test_a_forged_form_is_not_kept(cast):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sites/new/", {"name_en": "forged"}).status_code == 403
    assert "kept-form" not in client.session
