"""Particulars of reports: filled in beside the study, edition by edition; two at once; files."""

import io

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tanyuan.footprint.particulars import Particulars
from tanyuan.formats.files import read_study
from tanyuan.server.base import jobs
from tanyuan.server.base.models import AuditEvent
from tanyuan.server.base.refusals import NotFound, Refused
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.models import Product, Site
from tanyuan.server.studies.report_form import ReportForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(cast, as_person):
    return as_person(cast.engineer)


def page(study, number=1):
    return reverse("study_report", args=[study.pk, number])


def given(**fields):
    return Particulars.model_validate(fields)


def describe(cast, revision, based_on=0, **fields):
    return actions.describe_report(
        actor=cast.engineer, revision=revision, particulars=given(**fields), based_on=based_on
    )


def test_every_particular_has_a_place_in_the_form():
    form = ReportForm()
    shown = [field.name for _, fields in form.groups() for field in fields]
    assert sorted(shown) == sorted(Particulars.model_fields)


def test_what_is_filled_in_stands_in_the_report(engineer, study):
    hash_before, total = study.latest.hash, study.latest.total
    answer = engineer.post(
        page(study), {"based_on": "0", "client": "甲公司 / Jia Ltd", "date": "2026-11-21"}
    )
    assert answer.url == page(study)
    file = engineer.get(reverse("study_file", args=[study.pk, 1, "pdf"]))
    told = pypdf.PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    assert "Jia Ltd" in told
    assert "甲公司" not in told
    assert "2026-11-21" in told
    study.refresh_from_db()
    assert (study.latest.hash, study.latest.total) == (hash_before, total)
    assert study.revisions.count() == 1


def test_the_page_says_what_the_report_lacks(engineer, study):
    before = engineer.get(page(study)).content.decode()
    assert "Not complete: 7 of 18 sections of the report" in before
    assert 'href="#id_client"' in before
    engineer.post(page(study), {"based_on": "0", "client": "Client Ltd"})
    after = engineer.get(page(study)).content.decode()
    assert 'href="#id_client"' not in after
    assert 'value="Client Ltd"' in after
    assert "edition 1" in after


def test_later_revisions_take_them_over_until_they_have_their_own(cast, study):
    describe(cast, study.latest, client="First")
    document = queries.study_document(study.latest).model_copy(update={"note": "changed"})
    second = actions.revise(actor=cast.engineer, study=study, document=document, based_on=1)
    assert queries.particulars_of(queries.report_edition(second)).client == "First"
    describe(cast, second, based_on=1, client="Second")
    first = study.revisions.get(number=1)
    assert queries.particulars_of(queries.report_edition(first)).client == "First"
    assert queries.particulars_of(queries.report_edition(second)).client == "Second"
    describe(cast, first, based_on=1, client="First again")
    assert queries.particulars_of(queries.report_edition(second)).client == "Second"


def test_editions_are_kept_and_written_down(cast, study):
    one = describe(cast, study.latest, client="One")
    two = describe(cast, study.latest, based_on=1, client="Two")
    same = describe(cast, study.latest, based_on=2, client="Two")
    assert (one.number, two.number, same.pk) == (1, 2, two.pk)
    assert [e.particulars["client"] for e in study.report_editions.all()] == ["Two", "One"]
    events = AuditEvent.objects.filter(type="report.described")
    assert events.count() == 2


def test_two_at_once_lose_nothing(cast, engineer, as_person, study):
    describe(cast, study.latest, client="Theirs", author="Same")
    form = {"based_on": "0", "client": "Mine", "author": "Same", "pcr": "None"}
    answer = engineer.post(page(study), form)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "has saved these particulars meanwhile" in text
    assert "<dd>Theirs</dd>" in text
    assert 'value="Mine"' in text
    assert queries.particulars_of(queries.report_edition(study.latest)).client == "Theirs"
    again = engineer.post(page(study), form | {"based_on": "1"})
    assert again.status_code == 302
    assert queries.particulars_of(queries.report_edition(study.latest)).client == "Mine"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("date", "yesterday", "Enter a valid date."),
        ("client", "x" * 301, "at most 300 characters"),
        ("conclusions", "x" * 4001, "at most 4000 characters"),
        ("client", "a\x07b", "control characters"),
    ],
)
def test_what_cannot_be_kept_is_told_at_its_field(engineer, study, field, value, told):
    answer = engineer.post(page(study), {"based_on": "0", field: value, "pcr": "None used"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text
    assert told in text
    assert 'value="None used"' in text
    assert study.report_editions.count() == 0


def test_they_come_and_go_with_the_files_of_the_study(cast, engineer, study):
    describe(cast, study.latest, client="Client Ltd", date="2026-11-21")
    name = reverse("study_file", args=[study.pk, 1, "xlsx"])
    workbook = engineer.get(name).content
    assert read_study(workbook, "x.xlsx").particulars == given(
        client="Client Ltd", date="2026-11-21"
    )
    engineer.post(
        reverse("study_upload"),
        {"file": SimpleUploadedFile("again.xlsx", workbook)},
    )
    while jobs.run_next():
        pass
    again = cast.works.studies.exclude(pk=study.pk).get()
    assert queries.particulars_of(queries.report_edition(again.latest)).client == "Client Ltd"


def test_a_file_without_them_leaves_them_as_they_are(cast, study):
    describe(cast, study.latest, client="Client Ltd")
    document = queries.study_document(study.latest).model_copy(update={"note": "changed"})
    second = actions.revise(actor=cast.engineer, study=study, document=document, based_on=1)
    assert queries.particulars_of(queries.report_edition(second)).client == "Client Ltd"
    third = actions.revise(
        actor=cast.engineer,
        study=study,
        document=document.model_copy(update={"note": "again"}),
        based_on=2,
        particulars=given(client="Another"),
    )
    assert queries.particulars_of(queries.report_edition(third)).client == "Another"
    assert queries.particulars_of(queries.report_edition(second)).client == "Client Ltd"


def test_hostile_text_is_text(engineer, study):
    hostile = "<script>alert(1)</script> {{ 7*7 }} #eval(1)"
    engineer.post(page(study), {"based_on": "0", "client": hostile})
    assert "<script>alert" not in engineer.get(page(study)).content.decode()
    file = engineer.get(reverse("study_file", args=[study.pk, 1, "pdf"]))
    told = pypdf.PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    assert "#eval(1)" in told


def test_the_registers_fill_in_what_they_know(cast, engineer, study):
    site = Site.objects.create(organisation=cast.works, name_en="Mill 1", address="Road 7")
    study.product = Product.objects.create(
        organisation=cast.works, name_en="Trousers", model="T-1", site=site
    )
    study.save()
    text = engineer.get(page(study)).content.decode()
    assert 'value="T-1"' in text
    assert "Mill 1, Road 7" in text
    assert study.report_editions.count() == 0


def test_who_may_not(cast, study, as_person):
    with pytest.raises(Refused):
        actions.describe_report(
            actor=cast.reader, revision=study.latest, particulars=given(client="x"), based_on=0
        )
    with pytest.raises(NotFound):
        actions.describe_report(
            actor=cast.stranger, revision=study.latest, particulars=given(client="x"), based_on=0
        )
    assert as_person(cast.stranger).get(page(study)).status_code == 404
    assert "Particulars of the report" not in (
        as_person(cast.reader).get(reverse("study", args=[study.pk])).content.decode()
    )
    assert "Particulars of the report" in (
        as_person(cast.engineer).get(reverse("study", args=[study.pk])).content.decode()
    )


def test_a_sealed_revision_may_still_be_described(cast, engineer, sealed):
    study = sealed.revision.study
    engineer.post(
        page(study), {"based_on": "0", "review": "Reviewed.", "verifier": "Body"}, follow=True
    )
    assert queries.particulars_of(queries.report_edition(study.latest)).verifier == "Body"
    sealed.refresh_from_db()
    assert sealed.revision.hash == study.latest.hash


def test_the_page_speaks_chinese(cast, study, as_person):
    client = as_person(cast.engineer)
    client.post(reverse("language"), {"language": "zh", "next": "/"})
    text = client.get(page(study), HTTP_ACCEPT_LANGUAGE="zh").content.decode()
    assert "报告要项" in text
    assert "委托方" in text
