"""Seals, checks, downloads, and what an organisation opens to another."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tanyuan.footprint.seal import verify
from tanyuan.formats.examples import example
from tanyuan.server.base import files
from tanyuan.server.people.models import Consent
from tanyuan.server.studies import actions, queries
from tanyuan.server.studies.models import Product, SealedFootprint, Site
from tanyuan.server.studies.views.common import file_name

pytestmark = pytest.mark.django_db


def test_sealing_is_confirmed_and_gives_one_seal(cast, as_person, study):
    page = reverse("study_seal", args=[study.pk, 1])
    browser = as_person(cast.manager)
    assert "What sealing does" in browser.get(page).content.decode()
    assert not SealedFootprint.objects.exists()
    for _ in range(2):
        assert browser.post(page).status_code == 302
    sealed = SealedFootprint.objects.get()
    footprint = browser.get(reverse("study", args=[study.pk])).content.decode()
    assert f"Seal {sealed.hash.partition(':')[2][:8]}" in footprint
    as_person(cast.engineer).post(page)
    assert as_person(cast.stranger).post(page).status_code == 404


def test_a_sealed_file_is_checked_by_anybody(as_person, sealed):
    data = files.content(sealed.file)

    def check(content, name="x.json"):
        answer = as_person().post("/verify/", {"file": SimpleUploadedFile(name, content)})
        return answer, answer.content.decode()

    answer, text = check(data)
    assert answer.status_code == 200
    assert "It is what was sealed" in text
    altered = json.loads(data)
    altered["result"]["figures"]["total"] = "30"
    _, text = check(json.dumps(altered).encode())
    assert "It is not what was sealed" in text
    assert "31.6241205" in text
    _, text = check(b"not a seal")
    assert "This file cannot be checked" in text
    greedy = json.loads(data)
    greedy["result"]["uncertainty"]["samples"] = 9_000_000
    _, text = check(json.dumps(greedy).encode())
    assert "more than this page does" in text
    answer, _ = check(b"{" + b" " * (6 * 1024 * 1024))
    assert answer.status_code == 413
    answer, text = check(b"")
    assert "The file is empty." in text


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", "application/json"),
        ("yaml", "application/yaml"),
        ("csv", "text/csv"),
        ("openlca", "application/zip"),
        ("tidas.report", "application/json"),
        ("brightway", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("sealed", "application/json"),
        ("pdf", "application/pdf"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_files_to_take_away(cast, as_person, sealed, kind, type_):
    study = sealed.revision.study
    address = reverse("study_file", args=[study.pk, 1, kind])
    answer = as_person(cast.reader).get(address)
    assert answer.headers["Content-Type"].startswith(type_)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if kind == "sealed":
        assert verify(answer.content).verdict == "PASS"
    assert as_person(cast.stranger).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "etc-passwd.csv"),
        ('a"; filename="b.exe', "a-filename-b.exe.csv"),
        ("x\r\nSet-Cookie: a=b", "x-Set-Cookie-a-b.csv"),
        ("裤子 2026", "裤子-2026.csv"),
        ("\u202egnp.exe", "gnp.exe.csv"),
        ("...", "study.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_names_of_files_cannot_act(name, made):
    assert file_name(name, ".csv") == made


def test_a_hostile_id_gives_a_harmless_file(cast, as_person):
    document = example("tyre").study.model_copy(update={"id": 'a/..\n"b'})
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    answer = as_person(cast.reader).get(reverse("study_file", args=[record.pk, 1, "json"]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a-b-r1.json"'


def test_exports_run_no_formulas(cast, as_person):
    lines = [
        line.model_copy(update={"name_en": "=HYPERLINK(1)", "source": "@SUM(1)"})
        for line in example("tyre").study.lines
    ]
    document = example("tyre").study.model_copy(update={"lines": tuple(lines), "name_en": "=1+1"})
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    browser = as_person(cast.reader)
    for address in (reverse("study_file", args=[record.pk, 1, "csv"]), "/studies/?format=csv"):
        text = browser.get(address).content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert any(cell.startswith("'=") for cell in cells)
        assert not any(cell.startswith(("=", "@")) for cell in cells)


@pytest.fixture
def opened(cast, as_person, sealed):
    study = sealed.revision.study

    def open_to(level, days=30):
        day = (timezone.localdate() + timedelta(days=days)).isoformat()
        data = {"code": cast.mill.credit_code, "level": level, "purpose": "a test", "until": day}
        return as_person(cast.manager).post(reverse("study_share", args=[study.pk]), data)

    return open_to


def test_a_customer_sees_as_much_as_was_opened(cast, as_person, opened, study):
    page = reverse("study", args=[study.pk])
    line = reverse("study_line", args=[study.pk, 1, 1])
    customer = as_person(cast.stranger)
    assert customer.get(page).status_code == 404
    assert opened("number").status_code == 302
    text = customer.get(page).content.decode()
    assert "31.62" in text
    assert "Dyeing" not in text
    assert "cotton yarn" not in text.lower()
    assert customer.get(line).status_code == 404
    opened("stages")
    text = customer.get(page).content.decode()
    assert "Dyeing" in text
    assert "cotton yarn" not in text.lower()
    assert customer.get(line).status_code == 404
    assert "Opened to you" in customer.get("/studies/").content.decode()
    opened("lines")
    assert customer.get(line).status_code == 200
    assert customer.get(reverse("study_edit", args=[study.pk])).status_code == 404
    assert customer.get(reverse("study_share", args=[study.pk])).status_code == 404
    assert as_person(cast.officer).get(page).status_code == 404


def test_what_was_opened_can_be_closed(cast, as_person, opened, study):
    opened("lines")
    page = reverse("study", args=[study.pk])
    close = reverse("study_withdraw", args=[study.pk, Consent.objects.get().pk])
    assert as_person(cast.stranger).post(close).status_code == 404
    as_person(cast.engineer).post(close)
    assert as_person(cast.stranger).get(page).status_code == 200
    as_person(cast.manager).post(close)
    assert as_person(cast.stranger).get(page).status_code == 404
    assert "closed on" in as_person(cast.reader).get(page + "share/").content.decode()


def test_consents_are_checked(cast, as_person, opened, study):
    assert opened("number", days=-1).status_code == 422
    assert opened("everything").status_code == 422
    share = reverse("study_share", args=[study.pk])
    day = timezone.localdate().isoformat()
    for code in ("nonsense", cast.works.credit_code):
        data = {"code": code, "level": "number", "purpose": "x", "until": day}
        assert as_person(cast.manager).post(share, data).status_code == 422
    as_person(cast.engineer).post(share, data)
    assert not Consent.objects.exists()


def test_a_customer_of_an_unsealed_study_is_told_so(cast, as_person, study):
    Consent.objects.create(
        grantor=cast.works,
        grantee=cast.mill,
        subject_type="studies.StudyRecord",
        subject=str(study.pk),
        level="number",
        purpose="x",
        given_by=cast.manager,
        until=timezone.now() + timedelta(days=1),
    )
    text = as_person(cast.stranger).get(reverse("study", args=[study.pk])).content.decode()
    assert "sealed yet" in text
    assert "31.62" not in text


def test_the_register_of_products_and_sites(cast, as_person):
    browser = as_person(cast.engineer)
    assert browser.post("/sites/new/", {"name_zh": "一厂"}).status_code == 302
    site = Site.objects.get()
    assert browser.post("/products/new/", {"name_zh": ""}).status_code == 200
    facts = {"name_en": "Tyre", "site": str(site.pk), "hs_code": "4011.20"}
    browser.post("/products/new/", facts)
    product = Product.objects.get()
    assert (product.hs_code, product.site) == ("401120", site)
    page = reverse("product", args=[product.pk])
    browser.post(page, {**facts, "model": "M1"})
    product.refresh_from_db()
    assert product.model == "M1"
    assert browser.get("/products/?format=csv").status_code == 200
    assert as_person(cast.stranger).get(page).status_code == 404
    reader = as_person(cast.reader)
    assert b"<form class" not in reader.get(page).content
    reader.post(page, {"name_en": "Other"})
    product.refresh_from_db()
    assert product.name_en == "Tyre"
    # a site of another organisation cannot be named
    foreign = Site.objects.create(organisation=cast.mill, name_en="theirs")
    browser.post(page, {**facts, "site": str(foreign.pk)})
    product.refresh_from_db()
    assert product.site == site


def test_the_workspace_filters_sorts_and_exports(cast, as_person, sealed):
    actions.start_study(
        actor=cast.engineer, organisation=cast.works, document=example("tyre").study
    )
    browser = as_person(cast.reader)

    assert "tyre" in browser.get("/studies/?q=tyre").content.decode().lower()
    sealed_only = browser.get("/studies/?state=sealed&format=csv").content.decode("utf-8-sig")
    assert len(sealed_only.strip().splitlines()) == 2
    assert browser.get("/studies/?format=xlsx").content.startswith(b"PK")
    assert browser.get("/studies/?sort=-changed&page=99").status_code == 200
    assert "no study fits" in browser.get("/studies/?q=zzzz").content.decode().lower()
    assert queries.newest_revisions(queries.studies_of(cast.works)).count() == 2


def test_an_empty_workspace_shows_what_to_do(cast, as_person):
    text = as_person(cast.stranger).get("/studies/").content.decode()
    assert "Your studies will stand here" in text
    assert "Send in a workbook" in text


def test_equal_content_of_two_organisations_is_sealed_by_both(cast, sealed):
    """A copy of an example has the same hash wherever it is sealed."""
    copy = actions.start_study(
        actor=cast.stranger, organisation=cast.mill, document=example("trousers").study
    )
    again = actions.seal_footprint(actor=cast.stranger, revision=copy.latest)
    assert again.pk != sealed.pk
    assert again.hash == sealed.hash


def test_whoever_has_no_sealed_file_is_offered_a_public_one(as_person, sealed):
    assert "No sealed file at hand?" not in as_person().get(reverse("verify")).content.decode()
    study = sealed.revision.study
    study.public = True
    study.save()
    offered = reverse("study_file", args=[study.pk, sealed.revision.number, "sealed"])
    assert offered in as_person().get(reverse("verify")).content.decode()
    assert as_person().get(offered).status_code == 200
