"""Whoever reads the inside of another organisation's study is written down for its owner."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from tanyuan.server.base.models import AuditEvent
from tanyuan.server.people import actions as people
from tanyuan.server.studies import queries, reading
from tanyuan.server.studies.models import StudyRecord

pytestmark = pytest.mark.django_db


def readings():
    return AuditEvent.objects.filter(type__startswith="study.read.")


@pytest.fixture
def open_to(cast, study):
    """Opens the study of the works to an organisation."""

    def give(grantee, level="lines", purpose="green procurement"):
        return people.give_consent(
            actor=cast.manager,
            grantor=cast.works,
            grantee=grantee,
            subject=study,
            level=level,
            purpose=purpose,
            until=timezone.now() + timedelta(days=9),
        )

    return give


def inside(study):
    """The addresses that show lines, and the event that each leaves."""
    at = [study.pk, 1]
    api = f"/api/v1/studies/{study.pk}"
    return {
        reverse("study", args=at[:1]): "document",
        reverse("study_revision", args=at): "document",
        reverse("study_line", args=[*at, 3]): "line",
        reverse("study_revisions", args=at[:1]): "comparison",
        **{
            reverse("study_file", args=[*at, kind]): "file"
            for kind in ("xlsx", "json", "yaml", "csv", "sealed", "pdf", "docx", "ilcd")
        },
        f"{api}/revisions/1": "program",
        f"{api}/revisions/1/footprint": "program",
        f"{api}/revisions/1/lines": "program",
        f"/api/v1/sealed/{study.latest.sealed.pk}": "program",
        f"/api/v1/sealed/{study.latest.sealed.pk}/file": "program",
    }


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_every_door_to_the_inside_leaves_a_record(cast, as_person, sealed, study, open_to, who):
    reader = getattr(cast, who)
    open_to(cast.mill if who == "stranger" else cast.authority)
    for address, kind in inside(study).items():
        before = readings().count()
        assert as_person(reader).get(address).status_code == 200, address
        assert readings().count() == before + 1, address
        event = readings().first()
        assert event.type == f"study.read.{kind}", address
        assert (event.actor, event.organisation) == (str(reader.pk), str(cast.works.pk))
        assert (event.data["purpose"], event.data["number"]) == ("green procurement", 1)


@pytest.mark.parametrize("who", ["stranger", "officer", "loner", None])
def test_no_door_to_the_inside_opens_without_consent(cast, as_person, sealed, study, who):
    browser = as_person(getattr(cast, who) if who else None)
    for address in inside(study):
        assert browser.get(address).status_code == 404, address
    assert not readings().exists()


@pytest.mark.parametrize("who", ["reader", "manager"])
def test_the_owners_own_people_are_not_followed(cast, as_person, sealed, study, who):
    for address in inside(study):
        as_person(getattr(cast, who)).get(address)
    assert not readings().exists()


def test_public_studies_are_read_by_anybody(cast, as_person, sealed, study):
    StudyRecord.objects.update(public=True)
    for address in inside(study):
        as_person(cast.stranger).get(address)
        as_person().get(address)
    assert not readings().exists()


@pytest.mark.parametrize("level", ["number", "stages"])
def test_what_shows_no_lines_leaves_no_record(cast, as_person, sealed, study, open_to, level):
    open_to(cast.mill, level)
    for address in inside(study):
        as_person(cast.stranger).get(address)
    assert not readings().exists()


def test_a_key_reads_for_its_own_organisation(cast, sealed, study, open_to):
    from django.test import Client

    consent = open_to(cast.mill)
    _, secret = people.make_key(
        actor=cast.stranger, organisation=cast.mill, name="k", scopes=["read"], days=9
    )
    headers = {"Authorization": f"Bearer {secret}"}
    address = f"/api/v1/studies/{study.pk}/revisions/1/lines"
    assert Client().get(address, headers=headers).status_code == 200
    assert readings().get().data["reader"]["id"] == str(consent.grantee_id)


def test_the_owner_sees_who_read_what_and_why(cast, as_person, sealed, study, open_to):
    open_to(cast.mill)
    as_person(cast.stranger).get(reverse("study_line", args=[study.pk, 1, 3]))
    sentence = f"stranger of Test mill read line 3 of revision 1 of {study} for: green procurement"
    for address in (reverse("study_share", args=[study.pk]), "/organisation/trail/"):
        assert sentence in as_person(cast.reader).get(address).content.decode().replace(
            "&#x27;", "'"
        )
    assert sentence not in as_person(cast.stranger).get("/organisation/trail/").content.decode()


def test_where_several_consents_are_in_force_the_widest_tells_the_purpose(cast, study, open_to):
    open_to(cast.mill, "lines", "first")
    open_to(cast.mill, "number", "second")
    open_to(cast.mill, "lines", "third")
    queries.revision_for(cast.stranger, study.pk, 1)
    assert readings().get().data["purpose"] == "third"


def test_without_the_record_there_is_no_reading(cast, as_person, study, open_to, monkeypatch):
    def full(*_, **__):
        raise OperationalError("database or disk is full")

    open_to(cast.mill)
    monkeypatch.setattr(reading.audit, "record", full)
    browser = as_person(cast.stranger)
    browser.raise_request_exception = False
    answer = browser.get(reverse("study", args=[study.pk]))
    assert answer.status_code == 503
    assert "31.62" not in answer.content.decode()


def test_a_file_that_is_none_is_not_told_as_read(cast, as_person, study, open_to):
    open_to(cast.mill)
    assert (
        as_person(cast.stranger).get(reverse("study_file", args=[study.pk, 1, "exe"])).status_code
        == 404
    )
    assert not readings().exists()
