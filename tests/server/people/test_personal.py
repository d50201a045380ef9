"""A person's own data: all of them in the export, none of them left after deletion."""

import json
import threading

import pytest
from django.db import connection, connections
from django.test import Client

from tanyuan.formats.examples import example
from tanyuan.server.base import audit, jobs
from tanyuan.server.base.models import AuditEvent, Job
from tanyuan.server.base.refusals import Refused
from tanyuan.server.people import actions, personal
from tanyuan.server.people.models import ApiKey, KeptAnswer, Membership, Person
from tanyuan.server.studies import actions as studies

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"  # noqa: S105
NAME, EMAIL = "Li Xiaoming 4711", "xiaoming4711@example.org"


@pytest.fixture
def busy(cast, monkeypatch):
    """A second manager who has left traces everywhere."""
    person = Person.objects.create_user(EMAIL, PASSWORD, name=NAME)
    invitation = actions.invite(
        actor=cast.manager, organisation=cast.works, email=EMAIL, role="manager"
    )
    actions.join(actor=person, invitation=invitation)
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.post("/accounts/login/", {"login": EMAIL, "password": "wrong wrong"})
    client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    study = studies.start_study(
        actor=person, organisation=cast.works, document=example("tyre").study
    )
    studies.seal_footprint(actor=person, revision=study.latest)
    actions.make_key(actor=person, organisation=cast.works, name="mine", scopes=["read"], days=9)
    KeptAnswer.objects.create(
        caller=f"person:{person.pk}", endpoint="/x", request_hash="h", body={"a": EMAIL}
    )
    monkeypatch.setitem(jobs._tasks, "test.task", lambda job, progress: {})
    jobs.enqueue("test.task", owner=str(cast.works.pk), person=str(person.pk), language="en")
    reader = cast.works.memberships.get(person=cast.reader)
    actions.change_member(actor=person, membership=reader, role="engineer", department=None)
    own = person.memberships.get()
    actions.change_member(actor=cast.manager, membership=own, role="manager", department=None)
    actions.change_profile(actor=person, name=NAME, language="en", time_zone="Asia/Shanghai")
    return person, client


def test_the_export_holds_all(cast, busy):
    _, client = busy
    found = json.loads(client.post("/profile/export/").content)
    assert found["memberships"][0]["role"] == "manager"
    assert found["keys"][0]["name"] == "mine"
    assert found["tasks"][0]["kind"] == "test.task"
    assert found["sign_ins"]
    assert found["failed_sign_ins"]
    assert found["sessions"]
    assert found["invitations"]
    types = {event["type"] for event in found["events"]}
    assert {"study.started", "footprint.sealed", "person.joined", "person.changed"} <= types
    assert "hash" not in json.dumps(found["keys"])


def everything():
    """Every value of every table, as one text."""
    with connection.cursor() as cursor:
        values = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            values += [f"{table}: {row}" for row in cursor.fetchall()]
    return values


def test_after_deletion_nothing_names_the_person(cast, busy):
    person, client = busy
    assert any(NAME in row for row in everything())
    client.post("/profile/delete/", {"email": EMAIL})
    left = [row for row in everything() if NAME in row or EMAIL in row or "xiaoming" in row]
    assert left == []
    person.refresh_from_db()
    assert not person.is_active
    assert not ApiKey.objects.filter(person=person).exists()
    assert Job.objects.get(kind="test.task").state == "cancelled"
    assert client.get("/profile/").status_code == 302


def test_what_was_done_keeps_its_number(cast, busy, as_person):
    person, client = busy
    before = AuditEvent.objects.filter(actor=str(person.pk)).count()
    client.post("/profile/delete/", {"email": EMAIL})
    assert AuditEvent.objects.filter(actor=str(person.pk)).count() == before + 1
    text = as_person(cast.manager).get("/organisation/trail/").content.decode()
    assert f"deleted account {str(person.pk)[:8]} sealed" in text
    assert "invited (deleted) to Test works" in text
    assert f"deleted account {str(person.pk)[:8]} deleted the own account and left" in text


def test_a_name_that_is_changed_is_changed_in_the_trail_too(cast, busy, as_person):
    person, _ = busy
    actions.change_profile(actor=person, name="Other", language="", time_zone="Asia/Shanghai")
    text = as_person(cast.manager).get("/organisation/trail/").content.decode()
    assert "Other sealed" in text
    assert NAME not in text


def test_names_are_looked_up_at_once(cast, busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert all(event.sentence for event in audit.named(AuditEvent.objects.all()))


def test_the_last_manager_who_can_sign_in_stays(cast):
    # a second manager who is disabled can manage nothing
    assert cast.works.memberships.filter(role="manager").count() == 2
    with pytest.raises(Refused, match="last manager of Test works"):
        personal.delete_person(actor=cast.manager)
    assert cast.works.memberships.filter(person=cast.manager).exists()


def test_the_operator_deletes_even_the_last_manager_and_the_trail_tells(cast):
    assert personal.delete_by_operator(cast.stranger) == ["Test mill"]
    assert not cast.mill.memberships.exists()
    events = AuditEvent.objects.filter(organisation=str(cast.mill.pk))
    assert "person.deleted-by-operator" in set(events.values_list("type", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_leave_at_once_leave_one_behind(cast):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; PostgreSQL runs this")
    Membership.objects.create(person=cast.loner, organisation=cast.mill, role="manager")
    refused = []

    def leave(person):
        try:
            personal.delete_person(actor=person)
        except Refused:
            refused.append(person)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=[p]) for p in (cast.stranger, cast.loner)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert cast.mill.memberships.filter(role="manager").count() == 1
