"""From the invitation to the second factor, the lock-out and the list of sessions, as a browser."""

import base64
import hashlib
import hmac
import re
import struct
import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tanyuan.server.people import actions

pytestmark = pytest.mark.django_db

NEW, PHRASE = "new@example.org", "a long enough phrase"


def browser(address="10.0.0.7"):
    return Client(HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=address)


def sign_in(client, email=NEW, password=PHRASE, **headers):
    cache.clear()  # allauth's own limits count minutes; the lock-out is what is tested here
    values = {"login": email, "password": password}
    return client.post("/accounts/login/", values, headers=headers)


def code(secret, at=None):
    """What the app on the phone shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    step = struct.pack(">Q", int(at or time.time()) // 30)
    digest = hmac.new(key, step, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def strict(settings):
    settings.SECOND_FACTOR = True


def test_the_whole_way_of_an_invited_manager(cast, strict, monkeypatch):
    monkeypatch.setenv("TANYUAN_OPEN_SIGNUP", "no")
    made = actions.invite(actor=cast.manager, organisation=cast.works, email=NEW, role="manager")
    link = f"/invitations/{made.token}/"
    client = browser()
    client.get(link)
    words = {"email": NEW, "password1": PHRASE, "password2": PHRASE, "next": link}
    assert client.post("/accounts/signup/", words).url == link
    client.post(link)
    # the role decides, so that nothing opens before a second factor
    for address in ("/organisation/", "/studies/", "/organisation/keys/"):
        assert client.get(address).url == "/accounts/2fa/"
    activate = "/accounts/2fa/totp/activate/"
    again = client.get(activate)
    if again.status_code == 302:
        client.post(again.url, {"password": PHRASE})
        again = client.get(activate)
    found = re.search(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', text(again))
    secret = found[1]
    client.post(activate, {"code": code(secret)})
    assert client.get("/organisation/").status_code == 200
    # another browser: the password alone opens nothing, a code opens once
    other = browser()
    asked = sign_in(other)
    assert asked.url.startswith("/accounts/2fa/authenticate/")
    assert other.get("/organisation/").url.startswith("/accounts/login/")
    assert "This code does not fit" in text(other.post(asked.url, {"code": "000000"}))
    cache.clear()
    later = time.time() + 30
    monkeypatch.setattr(time, "time", lambda: later)
    right = code(secret, later)
    assert other.post(asked.url, {"code": right}).status_code == 302
    assert other.get("/organisation/").status_code == 200
    third = browser()
    replay = sign_in_keeping_codes(third)
    assert third.post(replay, {"code": right}).status_code == 200
    assert third.get("/organisation/").url.startswith("/accounts/login/")
    # the list of sessions: end all others
    listed = text(other.get("/accounts/sessions/"))
    assert listed.count("10.0.0.7") >= 2
    other.post("/accounts/sessions/")
    assert client.get("/organisation/").url.startswith("/accounts/login/")
    assert other.get("/organisation/").status_code == 200


def sign_in_keeping_codes(client):
    """Sign in without forgetting which codes were used."""
    return client.post("/accounts/login/", {"login": NEW, "password": PHRASE}).url


@pytest.fixture
def tries(cast):
    """Five wrong passwords for the engineer; gives the last answer."""

    def run(address="10.0.0.7", **headers):
        for _ in range(5):
            answer = sign_in(browser(address), "engineer@example.org", "wrong wrong", **headers)
        return answer

    return run


def engineer(address="10.0.0.7", **headers):
    return sign_in(browser(address), "engineer@example.org", "correct horse battery", **headers)


def test_the_lock_out_ends_after_its_time(tries):
    assert tries().status_code == 429
    assert engineer().status_code == 429
    assert engineer("10.0.0.8").status_code == 302  # who knows the password, from elsewhere
    long_ago = timezone.now() - timedelta(minutes=16)
    AccessAttempt.objects.update(attempt_time=long_ago)
    assert engineer().status_code == 302


@pytest.mark.parametrize("proxies", [0, 1])
def test_an_invented_address_does_not_get_around_the_lock_out(tries, settings, proxies):
    settings.PROXIES = proxies
    real = "" if proxies == 0 else ", 10.0.0.7"
    for number in range(4):
        invented = {"X-Forwarded-For": f"6.6.6.{number}{real}"}
        sign_in(browser("127.0.0.1"), "engineer@example.org", "wrong wrong", **invented)
    fifth = {"X-Forwarded-For": f"7.7.7.7{real}"}
    assert (
        sign_in(browser("127.0.0.1"), "engineer@example.org", "no no", **fifth).status_code == 429
    )
    assert engineer("127.0.0.1", **{"X-Forwarded-For": f"8.8.8.8{real}"}).status_code == 429


def test_behind_a_proxy_one_visitor_does_not_lock_out_all(tries, settings):
    settings.PROXIES = 1
    assert tries("127.0.0.1", **{"X-Forwarded-For": "10.0.0.7"}).status_code == 429
    assert engineer("127.0.0.1", **{"X-Forwarded-For": "10.0.0.9"}).status_code == 302
    assert AccessAttempt.objects.get().ip_address == "10.0.0.7"


def test_sessions_are_listed_by_the_visitors_own_address(cast, settings):
    settings.PROXIES = 1
    client = browser("127.0.0.1")
    headers = {"X-Forwarded-For": "6.6.6.6, 10.0.0.7"}
    sign_in(client, "engineer@example.org", "correct horse battery", **headers)
    listed = text(client.get("/accounts/sessions/", headers=headers))
    assert "10.0.0.7" in listed
    assert "6.6.6.6" not in listed
