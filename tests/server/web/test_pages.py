import re

import pytest
from django.test import Client

from tanyuan.server.people.models import Person
from tanyuan.server.studies.models import StudyRecord
from tanyuan.server.web import health


@pytest.fixture
def example(study):
    StudyRecord.objects.update(public=True)
    return study


def inline(text):
    """What a strict content security policy would block."""
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", text)
    return scripts + re.findall(r"\sstyle=|\son[a-z]+=\"|javascript:", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_home_shows_a_real_result(example, as_person, language):
    answer = as_person().get("/", {"lang": language})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "31.62" in text
    assert f"/studies/{example.pk}/" in text
    assert 'lang="zh-CN"' in text if language == "zh" else '<html lang="en">' in text
    assert not inline(text)
    assert len(answer.content) < 50_000


def test_home_is_honest_where_there_is_no_example(db, as_person):
    text = as_person().get("/").content.decode()
    assert "No published example has been loaded here yet." in text
    assert "31.62" not in text


def test_home_hides_studies_that_are_not_public(study, as_person):
    assert str(study.pk) not in as_person().get("/").content.decode()


@pytest.mark.parametrize(
    "path",
    ["/", "/factors/", "/factors/EL-0121/", "/factors/EL-0121.json", "/factors/properties/"],
)
def test_public_pages_set_no_cookies(db, as_person, path):
    answer = as_person().get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_the_language_is_kept_and_leaves_the_address(db):
    client = Client(HTTP_ACCEPT_LANGUAGE="zh", enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "en", "next": "/factors/?q=coal&lang=zh"})
    assert answer["Location"] == "/factors/?q=coal"
    assert answer.cookies["tanyuan-language"].value == "en"
    assert client.get("/factors/")["Content-Language"] == "en"


def test_the_language_of_an_account_is_kept(cast, as_person):
    as_person(cast.engineer).post("/language/", {"language": "zh", "next": "/"})
    assert Person.objects.get(pk=cast.engineer.pk).language == "zh"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "\\\\e"])
def test_the_language_leads_to_no_other_site(db, as_person, target):
    answer = as_person().post("/language/", {"language": "en", "next": target})
    assert answer["Location"] == "/"


def test_what_is_not_there_says_so(db, as_person):
    answer = as_person().get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()


def test_a_forged_form_is_refused_in_words(cast):
    client = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en")
    answer = client.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "This was not done" in answer.content.decode()


def test_a_failure_says_so(rf, db):
    from tanyuan.server.web.failures import broken, refused

    assert broken(rf.get("/")).status_code == 500
    assert refused(rf.get("/")).status_code == 403


def test_robots_keep_out_of_closed_pages(db, as_person, settings):
    client = as_person()
    assert "Disallow: /accounts/" in client.get("/robots.txt").content.decode()
    settings.DEMONSTRATION = True
    assert "Disallow: /\n" in client.get("/robots.txt").content.decode()


def test_health_says_what_works(db, as_person, settings):
    answer = as_person().get("/health/")
    found = answer.json()
    assert answer.status_code == 200
    assert found["ok"]
    assert found["database"]["ok"]
    assert found["jobs"] == {"waiting": 0, "running": 0, "oldest_waits_seconds": 0}
    assert settings.SECRET_KEY not in answer.content.decode()
    assert str(settings.DATA) not in answer.content.decode()


def test_health_warns_of_an_old_sqlite_and_a_waiting_job(db, monkeypatch):
    from datetime import timedelta

    from django.utils import timezone

    from tanyuan.server.base.models import Job

    long_ago = timezone.now() - timedelta(minutes=10)
    Job.objects.create(kind="test", owner="", person="", created_at=long_ago)
    monkeypatch.setattr(health.sqlite3, "sqlite_version_info", (3, 40, 0))
    monkeypatch.setattr(health, "on_sqlite", lambda: True)
    found = health.state()
    assert found["jobs"]["oldest_waits_seconds"] >= 600
    assert any("older than 3.51.3" in warning for warning in found["warnings"])
    assert any("worker" in warning for warning in found["warnings"])


def test_health_fails_without_a_database(as_person, monkeypatch):
    from django.db import OperationalError

    class Broken:
        vendor = "postgresql"

        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(health, "connection", Broken())
    monkeypatch.setattr(health, "on_sqlite", lambda: False)
    answer = as_person().get("/health/")
    assert answer.status_code == 503
    assert not answer.json()["ok"]


def test_health_warns_of_a_full_disk(db, monkeypatch):
    class Usage:
        free = 1000

    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Usage)
    found = health.state()
    assert not found["ok"]
    assert not found["disk"]["ok"]
