"""Particulars of reports by program: saved edition by edition, with what the report still lacks."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(study):
    return f"/studies/{study.pk}/revisions/1/report"


def test_particulars_are_saved_and_read_again(program, key, place):
    writer = program(key("read", "write"))
    empty = writer.get(place).json()
    assert (empty["edition"], empty["saved_at"], empty["particulars"]) == (0, None, {})
    assert {"section": 1, "field": "client"}.items() <= next(
        lack for lack in empty["lacking"] if lack["field"] == "client"
    ).items()
    saved = writer.post(place, {"client": "甲公司 😀", "date": "2026-11-21"})
    assert saved.status_code == 201
    assert saved.json()["particulars"] == {"client": "甲公司 😀", "date": "2026-11-21"}
    assert saved.json()["edition"] == 1
    assert saved.json() == writer.get(place).json()
    assert "client" not in [lack["field"] for lack in saved.json()["lacking"]]


def test_two_programs_lose_nothing(program, key, place):
    writer = program(key("read", "write"))
    assert writer.post(place, {"client": "One"}).status_code == 201
    late = writer.post(place, {"client": "Two"})
    assert late.status_code == 409
    assert "has saved these particulars meanwhile" in late.json()["message"]
    assert writer.post(f"{place}?based_on=1", {"client": "Two"}).status_code == 201
    assert writer.get(place).json()["particulars"] == {"client": "Two"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "particulars"),
        (b"{", "particulars"),
        (b'{"customer": "A"}', "extra_forbidden"),
        (b'{"date": "soon"}', "date"),
        (b'{"client": 7}', "string_type"),
        (b'{"client": "a\\u0000b"}', "text-unwritable"),
    ],
)
def test_what_cannot_be_kept_is_told(program, key, place, body, code):
    answer = program(key("read", "write")).post(place, body)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == [code]


def test_a_key_that_reads_saves_nothing(program, key, place, study):
    reader = program(key("read"))
    assert reader.get(place).status_code == 200
    assert reader.post(place, {"client": "x"}).status_code == 403
    assert program().get(place).status_code in (401, 404)
    assert study.report_editions.count() == 0
    assert program(key("read", "write")).get(place.replace("/1/", "/9/")).status_code == 404
