"""Files that come in: good, bad, too large, of a wrong kind, twice."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tanyuan.formats.examples import example, examples_folder
from tanyuan.formats.files import write_study
from tanyuan.server.base import jobs
from tanyuan.server.base.models import Job, StoredFile
from tanyuan.server.studies.models import StudyRecord

pytestmark = pytest.mark.django_db

UPLOAD = "/studies/upload/"


def workbook(name="tyre"):
    return (examples_folder() / f"{name}.xlsx").read_bytes()


@pytest.fixture
def engineer(cast, as_person):
    return as_person(cast.engineer)


def send(browser, data, name="study.xlsx", **more):
    return browser.post(UPLOAD, {"file": SimpleUploadedFile(name, data), **more})


def run():
    while jobs.run_next():
        pass


@pytest.mark.parametrize("ending", ["xlsx", "json", "yaml"])
def test_a_file_becomes_a_study(engineer, ending):
    data = write_study(example("tyre").study, f"x.{ending}")
    answer = send(engineer, data, f"tyre.{ending}")
    assert answer.status_code == 302
    waiting = engineer.get(answer.url)
    assert b'http-equiv="refresh"' in waiting.content
    run()
    done = engineer.get(answer.url)
    record = StudyRecord.objects.get()
    assert done.url == reverse("study", args=[record.pk])
    assert record.latest.total == "4.53"


def test_a_bad_workbook_is_told_by_sheet_row_and_mend(engineer):
    content = example("tyre").study.model_dump(mode="json", exclude_defaults=True)
    content["lines"][0]["ref"] = "no-such-factor"
    import json

    answer = send(engineer, json.dumps(content).encode(), "tyre.json")
    run()
    page = engineer.get(answer.url)
    text = page.content.decode()
    assert "no-such-factor" in text
    assert "lines" in text
    assert "http-equiv" not in text
    problem = Job.objects.get().result["problems"][0]
    assert (problem["row"], problem["mend"] in text.replace("&#x27;", "'")) == (1, True)
    again = engineer.get(reverse("job_file", args=[Job.objects.get().pk]))
    assert again.content == json.dumps(content).encode()
    assert not StudyRecord.objects.exists()


def test_what_cannot_be_read_at_all_fails_readably(engineer):
    answer = send(engineer, b"PK\x03\x04" + b"\0" * 50, "broken.xlsx")
    run()
    text = engineer.get(answer.url).content.decode()
    assert "Send it in again" in text
    assert Job.objects.get().state == "failed"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [("study.exe", b"MZ", "workbook"), ("study.xlsx", b"", "empty"), ("pic.png", b"x", "workbook")],
)
def test_wrong_kinds_and_empty_files_are_refused_at_once(engineer, name, data, said):
    answer = send(engineer, data, name)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_too_large_files_are_refused_before_they_are_read(engineer, settings):
    settings.UPLOAD_LIMIT = 100_000
    answer = send(engineer, b"x" * 300_000)
    assert answer.status_code == 413
    assert "larger than" in answer.content.decode()
    assert not StoredFile.objects.exists()
    inside_the_slack = send(engineer, b"x" * 110_000)
    assert inside_the_slack.status_code == 422


def test_a_lie_about_the_size_is_refused(engineer):
    answer = engineer.generic("POST", UPLOAD, b"", "multipart/form-data", CONTENT_LENGTH="many")
    assert answer.status_code == 413


def test_the_form_needs_its_token(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.engineer, "allauth.account.auth_backends.AuthenticationBackend")
    assert send(browser, workbook()).status_code == 403
    assert Client(enforce_csrf_checks=True).post("/verify/", {}).status_code == 403


def test_the_same_file_twice_at_once_gives_one_study(engineer):
    first, second = send(engineer, workbook()), send(engineer, workbook(), "copy.xlsx")
    run()
    third = send(engineer, workbook())
    run()
    assert first.url == second.url == third.url
    assert StudyRecord.objects.count() == 1


def test_another_organisation_may_send_the_same_file(cast, as_person, engineer):
    first, second = send(engineer, workbook()), send(as_person(cast.stranger), workbook())
    run()
    assert first.url != second.url
    assert StudyRecord.objects.count() == 2


def test_a_file_may_be_a_new_revision(engineer, study):
    page = f"{UPLOAD}?study={study.pk}"
    assert engineer.get(page).status_code == 200
    file = SimpleUploadedFile("tyre.xlsx", workbook())
    answer = engineer.post(page, {"file": file, "based_on": "1"})
    run()
    engineer.get(answer.url)
    assert study.latest.number == 2


def test_a_revision_on_an_old_one_is_told(cast, engineer, study):
    from tanyuan.server.studies import actions, queries

    document = queries.study_document(study.latest).model_copy(update={"note": "x"})
    file = SimpleUploadedFile("tyre.xlsx", workbook())
    answer = engineer.post(f"{UPLOAD}?study={study.pk}", {"file": file, "based_on": "1"})
    actions.revise(actor=cast.manager, study=study, document=document, based_on=1)
    run()
    assert "revision 2 meanwhile" in engineer.get(answer.url).content.decode()


def test_jobs_of_others_are_not_found(cast, as_person, engineer):
    job = send(engineer, workbook()).url
    for name in ("job", "job_file"):
        address = reverse(name, args=[Job.objects.get().pk])
        assert as_person(cast.stranger).get(address).status_code == 404
        assert as_person(cast.reader).get(address).status_code == 200
    assert as_person().get(job).status_code == 302


def test_a_job_can_be_stopped_by_those_who_edit(cast, as_person, engineer):
    send(engineer, workbook())
    job = Job.objects.get()
    stop = reverse("job_cancel", args=[job.pk])
    assert as_person(cast.stranger).post(stop).status_code == 404
    as_person(cast.reader).post(stop)
    job.refresh_from_db()
    assert job.is_open
    engineer.post(stop)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert "Nothing was changed" in engineer.get(reverse("job", args=[job.pk])).content.decode()


def test_readers_cannot_send(cast, as_person):
    answer = send(as_person(cast.reader), workbook())
    assert answer.status_code == 302
    assert not Job.objects.exists()


def test_a_study_starts_from_a_copy(cast, as_person, engineer):
    for name in ("template", "trousers"):
        answer = engineer.post(reverse("study_start", args=[name]))
        assert answer.status_code == 302
        assert engineer.get(answer.url).status_code == 200
    assert engineer.post(reverse("study_start", args=["../etc/passwd"[:2]])).status_code == 404
    assert StudyRecord.objects.count() == 2
    as_person(cast.reader).post(reverse("study_start", args=["template"]))
    assert StudyRecord.objects.count() == 2
