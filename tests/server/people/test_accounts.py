"""What the operator does at the server itself: the first account, a lost password or factor."""

import os
import re
import sqlite3
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from typer.testing import CliRunner

from tanyuan.documents.identifiers import credit_code_from
from tanyuan.server.base.models import AuditEvent
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.people import accounts
from tanyuan.server.people.models import Organisation, Person
from tanyuan.server.web import gates
from tanyuan.server.web.account_commands import account

PASSWORD = "correct horse battery"  # noqa: S105
NEW = "another long phrase"
CODE = credit_code_from("91370000OPER00000".replace("O", "0"))

pytestmark = pytest.mark.django_db


def sign_in(email, password):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    return client.post("/accounts/login/", {"login": email, "password": password}), client


def take_up(path, password=NEW):
    """Follow the link and set the password, as a browser does."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    page = client.get(path, follow=True)
    here = page.redirect_chain[-1][0] if page.redirect_chain else path
    return page, client.post(here, {"password1": password, "password2": password})


def test_an_operator_starts_from_nothing(db):
    person = accounts.found_authority(
        email="Chief@Province.example", kind="operator", code=CODE, name_zh="省平台"
    )
    assert sign_in(person.email, "")[0].status_code == 200  # nobody is in without a password
    take_up(accounts.reset(person=person))
    answer, client = sign_in("chief@province.example", NEW)
    assert answer.url == "/studies/"
    assert "Invite somebody" in client.get("/organisation/").content.decode()
    event = AuditEvent.objects.get(type="organisation.founded-by-operator")
    assert event.sentence.endswith("with its first manager, chief@province.example")
    assert not event.actor


@pytest.mark.parametrize("kind", ["enterprise", "certification_body", ""])
def test_only_authorities_are_set_up_there(db, kind):
    with pytest.raises(Refused):
        accounts.found_authority(email="x@y.example", kind=kind, code=CODE, name_en="X")
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_a_registered_code_is_refused(cast):
    with pytest.raises(Refused, match="is registered"):
        accounts.found_authority(
            email="x@y.example", kind="regulator", code=cast.works.credit_code, name_en="X"
        )


def test_a_lost_password_is_reset_once_and_sessions_end(cast):
    _, old = sign_in("engineer@example.org", PASSWORD)
    assert old.get("/profile/").status_code == 200
    link = accounts.reset(person=cast.engineer)
    assert old.get("/profile/").status_code == 302
    take_up(link)
    assert sign_in("engineer@example.org", NEW)[0].url == "/studies/"
    assert sign_in("engineer@example.org", PASSWORD)[0].status_code == 200
    page, again = take_up(link, "yet another phrase")
    assert "another phrase" not in page.content.decode()
    assert again.status_code != 302 or sign_in("engineer@example.org", NEW)[0].url == "/studies/"
    events = AuditEvent.objects.filter(type="person.reset", organisation=str(cast.works.pk))
    assert [e.sentence for e in events] == [
        "the server's operator gave engineer a link for a new password"
    ]


def test_a_reset_ends_the_lock_out(cast):
    for _ in range(5):
        answer, _ = sign_in("engineer@example.org", "wrong wrong wrong")
    assert answer.status_code == 429
    cache.clear()  # of allauth's own limit; the lock-out is in the database
    assert sign_in("engineer@example.org", PASSWORD)[0].status_code == 429
    take_up(accounts.reset(person=cast.engineer))
    assert sign_in("engineer@example.org", NEW)[0].url == "/studies/"


@pytest.mark.parametrize("asked", [True, False])
def test_a_lost_second_factor_is_removed_if_asked(cast, asked):
    Authenticator.objects.create(user=cast.engineer, type="totp", data={"secret": "x"})
    accounts.reset(person=cast.engineer, second_factor=asked)
    assert Authenticator.objects.exists() is not asked
    assert AuditEvent.objects.filter(type="person.factor-removed").exists() is asked


@pytest.mark.parametrize("email", ["nobody@example.org", "disabled@example.org"])
def test_only_accounts_in_use_are_reset(cast, email):
    with pytest.raises(NotFound):
        accounts.person_of(email)


@pytest.fixture
def tell(monkeypatch):
    """Give a command of `tanyuan account` in this process, on the database of the tests."""
    monkeypatch.setattr(gates, "claim_data", lambda: True)  # one of its own is not given twice

    def command(*words):
        return CliRunner().invoke(account, words)

    return command


LINK = r"http://localhost:8000/accounts/password/reset/key/[0-9a-z]+-[0-9a-z-]+/"


def test_the_commands_say_what_to_do(tell):
    made = tell("found", "a@b.example", "--code", CODE, "--name-en", "P")
    assert made.exit_code == 0, made.output
    assert re.search(LINK, made.stdout)
    again = tell("found", "c@b.example", "--code", CODE, "--name-en", "P")
    assert (again.exit_code, "is registered" in again.stderr) == (2, True)
    wrong = tell("found", "c@b.example", "--code", "123", "--name-en", "P")
    assert (wrong.exit_code, "18" in wrong.stderr) == (2, True)
    reset = tell("reset", "A@B.example", "--second-factor")
    assert re.search(LINK, reset.stdout)
    unknown = tell("reset", "nobody@b.example")
    assert "There is no account with the address nobody@b.example." in unknown.stderr
    deleted = tell("delete", "a@b.example")
    assert "P has no manager from now on." in deleted.stdout
    assert tell("delete", "a@b.example").exit_code == 2


def test_the_first_account_is_made_in_an_empty_folder(tmp_path):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TANYUAN", "DJANGO"))}
    words = ("found", "a@b.example", "--code", CODE, "--name-en", "P", "--data", str(tmp_path))
    made = subprocess.run(
        [sys.executable, "-m", "tanyuan", "account", *words],
        env={**kept, "PYTHONWARNINGS": "ignore", "TANYUAN_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert made.returncode == 0, made.stderr
    assert re.search(LINK, made.stdout)
    with sqlite3.connect(tmp_path / "tanyuan.sqlite3") as database:
        assert database.execute("select email from people_person").fetchall() == [("a@b.example",)]
