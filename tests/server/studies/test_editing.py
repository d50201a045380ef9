"""Editing: try, save, two at once, an ended session; nothing is lost."""

import pytest
from django.urls import reverse

from tanyuan.server.studies import queries
from tanyuan.server.studies.editing import Changes, applied, laid_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(cast, as_person):
    return as_person(cast.engineer)


@pytest.fixture
def page(study):
    return reverse("study_edit", args=[study.pk])


def place(study, line):
    return next(n for n, row in enumerate(study.latest.document["lines"]) if row["id"] == line)


def row(study, line):
    return next(r for r in study.latest.document["lines"] if r["id"] == line)


def test_trying_shows_the_number_and_saves_nothing(engineer, page, study):
    n = place(study, "elastane-filament")
    answer = engineer.post(page, {"based_on": "1", "act": "try", f"amount.{n}": "0.12"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "This would give" in text
    assert 'value="0.12"' in text
    assert "is-changed" in text
    assert study.revisions.count() == 1


def test_saving_changes_one_field_and_keeps_all_others(engineer, page, study):
    before = study.latest.document
    n = place(study, "elastane-filament")
    answer = engineer.post(
        page, {"based_on": "1", "act": "save", f"amount.{n}": "0.12", "why": "weighed again"}
    )
    assert answer.url == reverse("study", args=[study.pk])
    older, newer = study.revisions.get(number=1), study.latest
    assert older.document == before
    assert newer.note == "weighed again"
    assert [(d["id"], d["field"], d["after"]) for d in queries.differences(older, newer)] == [
        ("elastane-filament", "amount", "0.12")
    ]


def test_saving_nothing_makes_no_revision(engineer, page, study):
    engineer.post(page, {"based_on": "1", "act": "save"})
    assert study.revisions.count() == 1


def test_a_line_is_added_and_one_taken_away(engineer, page, study):
    n = place(study, "elastane-filament")
    new = {"name": "Zip", "stage": study.latest.document["stages"][0]["id"], "amount": "0.01"}
    new |= {"unit": "kg", "ref": "elastane-filament-base", "role": "counted"}
    ref = row(study, "elastane-filament")["ref"]
    data = {f"{name}.new0": value for name, value in {**new, "ref": ref}.items()}
    engineer.post(page, {"based_on": "1", "act": "save", f"remove.{n}": "on", **data})
    lines = {line["id"]: line for line in study.latest.document["lines"]}
    assert "elastane-filament" not in lines
    assert lines["line-1"]["name_en"] == "Zip"
    assert lines["line-1"]["amount"] == "0.01"


def test_what_cannot_be_calculated_is_told_at_its_line(engineer, page, study):
    n = place(study, "elastane-filament")
    data = {"based_on": "1", "act": "save", f"unit.{n}": "kWh", f"amount.{n}": "1,5"}
    answer = engineer.post(page, data)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#row-{n}"' in text
    assert 'value="1,5"' in text
    assert 'aria-invalid="true"' in text
    assert study.revisions.count() == 1


def test_a_factor_is_found_and_taken(engineer, page, study):
    n = place(study, "elastane-filament")
    found = engineer.post(page, {"based_on": "1", "find": str(n), f"ref.{n}": "electricity china"})
    text = found.content.decode()
    assert f'value="{n}:EL-' in text
    taken = engineer.post(page, {"based_on": "1", "use": f"{n}:EL-0121"})
    assert 'value="EL-0121"' in taken.content.decode()
    assert study.revisions.count() == 1


def test_the_second_of_two_is_told_and_loses_nothing(cast, as_person, page, study):
    first, second = as_person(cast.manager), as_person(cast.engineer)
    one, two = place(study, "elastane-filament"), place(study, "cotton-yarn")
    first.post(page, {"based_on": "1", "act": "save", f"note.{one}": "theirs"})
    answer = second.post(
        page, {"based_on": "1", "act": "save", f"note.{one}": "mine", f"amount.{two}": "0.6"}
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "manager has made revision 2 meanwhile" in text
    assert 'value="mine"' in text
    assert "theirs: theirs" in text
    assert 'value="0.6"' in text
    assert 'name="based_on" value="2"' in text
    saved = second.post(
        page, {"based_on": "2", "act": "save", f"note.{one}": "mine", f"amount.{two}": "0.6"}
    )
    assert saved.status_code == 302
    assert study.latest.number == 3
    assert row(study, "elastane-filament")["note"] == "mine"
    assert row(study, "cotton-yarn")["amount"] == "0.6"


def test_a_change_to_a_line_that_is_gone_comes_back_as_a_new_line():
    before = {"lines": [{"id": "a", "name_en": "A", "amount": "1", "unit": "kg", "ref": "F"}]}
    changes = Changes(fields={"a": {"amount": "2"}})
    laid = laid_over(changes, {"lines": []}, before)
    assert laid.fields == {}
    made = applied({"lines": []}, laid)["lines"]
    assert [(line["name_en"], line["amount"], line["ref"]) for line in made] == [("A", "2", "F")]


def test_an_ended_session_loses_nothing(cast, as_person, page, study):
    cast.engineer.set_password("a pass phrase")
    cast.engineer.save()
    n = place(study, "elastane-filament")
    browser = as_person()
    sent = browser.post(page, {"based_on": "1", "act": "save", f"note.{n}": "half a day of work"})
    assert sent.status_code == 302
    assert "login" in sent.url
    signed_in = browser.post(sent.url, {"login": cast.engineer.email, "password": "a pass phrase"})
    assert signed_in.url == page
    text = browser.get(page).content.decode()
    assert "half a day of work" in text
    assert "Your session had ended" in text
    assert study.revisions.count() == 1
    assert "half a day of work" not in browser.get(page).content.decode()


def test_readers_and_strangers_cannot_save(cast, as_person, page, study):
    data = {"based_on": "1", "act": "save", "note.0": "x"}
    assert as_person(cast.reader).post(page, data).status_code == 302
    assert as_person(cast.stranger).post(page, data).status_code == 404
    assert study.revisions.count() == 1


def test_strange_posts_are_answered(engineer, page):
    assert engineer.post(page, {"based_on": "99"}).status_code == 404
    for data in ({}, {"use": "x:y"}, {"use": "999:E"}, {"find": "999"}, {"page": "-1"}):
        assert engineer.post(page, data).status_code == 200


def test_revisions_are_listed_and_compared(cast, as_person, engineer, page, study):
    n = place(study, "elastane-filament")
    engineer.post(page, {"based_on": "1", "act": "save", f"note.{n}": "second"})
    engineer.post(page, {"based_on": "2", "act": "save", f"note.{n}": "third"})
    address = reverse("study_revisions", args=[study.pk])
    text = as_person(cast.reader).get(address, {"from": "1", "to": "3"}).content.decode()
    assert "From revision 1 to revision 3" in text
    assert "third" in text
    old = as_person(cast.reader).get(reverse("study_revision", args=[study.pk, 1]))
    assert "You see revision 1." in old.content.decode()


def test_a_line_shows_what_its_formula_and_factor_come_to(engineer, page):
    text = engineer.get(page).content.decode()
    assert "= 0.5400 kg" in text
    assert "× 8189 km = 3.685 t⋅km" in text
    assert '<span class="under">Electricity, China</span>' in text
    assert "<b>8.840</b> kg CO₂e" in text


def test_what_was_tried_shows_its_own_results(engineer, page, study):
    n = place(study, "elastane-filament")
    changed = {"based_on": "1", "act": "try", f"amount.{n}": "0.12", f"ref.{n}": "EL-0121"}
    text = engineer.post(page, changed | {f"unit.{n}": "kWh"}).content.decode()
    assert "China national average electricity carbon footprint" in text
    refused = engineer.post(page, changed).content.decode()
    assert '<span class="under">China national average' not in refused


def test_two_revisions_are_told_apart_by_names_and_results(engineer, study, page):
    n = place(study, "elastane-filament")
    engineer.post(page, {"based_on": "1", "act": "save", f"amount.{n}": "0.12"})
    text = engineer.get(reverse("study_revisions", args=[study.pk])).content.decode()
    assert "Elastane filament (polyurethane)<small>" in text
    assert "+1.24 · +3.9 %" in text
