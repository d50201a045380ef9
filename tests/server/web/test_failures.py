"""What the server answers when it cannot: in words, in time, with nothing half-saved."""

import errno
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from tanyuan.formats.examples import example, examples_folder
from tanyuan.formats.study_text import write_json
from tanyuan.server.base import audit
from tanyuan.server.base.models import AuditEvent, Job, StoredFile
from tanyuan.server.studies.models import Revision, SealedFootprint, StudyRecord

pytestmark = pytest.mark.django_db

SHORTAGES = {
    "disk": OSError(errno.ENOSPC, "No space left on device"),
    "database": OperationalError("database is locked"),
}


@pytest.fixture
def browser(cast, as_person):
    """The manager's browser, which shows failures instead of raising them."""
    client = as_person(cast.manager)
    client.raise_request_exception = False
    return client


@pytest.fixture
def short(monkeypatch):
    """Makes every change fail where it writes its audit event, the last step of each."""

    def begin(of):
        def fail(*_, **__):
            raise SHORTAGES[of]

        monkeypatch.setattr(audit, "record", fail)

    return begin


def rows():
    return [m.objects.count() for m in (StudyRecord, Revision, SealedFootprint, AuditEvent, Job)]


@pytest.mark.parametrize("of", sorted(SHORTAGES))
def test_a_shortage_asks_to_try_again_and_undoes_all(browser, study, short, of):
    before = rows()
    short(of)
    asked = [
        (f"/studies/{study.pk}/revisions/1/seal/", {}),
        ("/studies/start/tyre/", {}),
        (f"/studies/{study.pk}/edit/", {"based_on": "1", "act": "save", "note.0": "x"}),
        ("/sites/new/", {"name_en": "x"}),
    ]
    for address, data in asked:
        answer = browser.post(address, data)
        assert answer.status_code == 503, address
        assert answer["Retry-After"] == "30"
        assert "Nothing was saved" in answer.content.decode()
        assert f"The server's {of}" in answer.content.decode().replace("&#x27;", "'")
    assert rows() == before


@pytest.mark.parametrize("of", sorted(SHORTAGES))
def test_programs_are_told_as_json(cast, browser, study, short, of):
    before = rows()
    short(of)
    body = write_json(example("tyre").study)
    answer = browser.post("/api/v1/studies", body, content_type="application/json")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert json.loads(answer.content)["code"] == "shortage"
    assert rows() == before


def test_an_upload_onto_a_full_disk_keeps_nothing(browser, settings, monkeypatch):
    from tanyuan.server.base import files

    def full(_):
        raise SHORTAGES["disk"]

    monkeypatch.setattr(files.os, "fsync", full)
    data = (examples_folder() / "tyre.xlsx").read_bytes() + b" "
    answer = browser.post("/studies/upload/", {"file": SimpleUploadedFile("a.xlsx", data)})
    assert answer.status_code == 503
    assert not Job.objects.exists()
    assert not StoredFile.objects.exists()
    assert not list(settings.FILES.rglob("*.part"))


def test_the_page_needs_no_database(as_person, monkeypatch):
    from tanyuan.server.web import views

    def down():
        raise SHORTAGES["database"]

    monkeypatch.setattr(views, "showcase", down)
    client = Client(raise_request_exception=False, HTTP_ACCEPT_LANGUAGE="zh")
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/")
    assert answer.status_code == 503
    assert "没有保存任何内容" in answer.content.decode()


def test_a_fault_is_no_shortage(as_person, monkeypatch):
    from tanyuan.server.web import views

    monkeypatch.setattr(views, "showcase", lambda: 1 / 0)
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Retry-After" not in answer


def test_a_foreign_name_of_the_host_is_told(db):
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").get("/accounts/login/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert "TANYUAN_HOSTS" in answer.content.decode()


# ---- bodies --------------------------------------------------------------------------------


FORMS = ("/accounts/login/", "/accounts/signup/", "/language/", "/sites/new/", "/no/such/page/")


@pytest.mark.parametrize("address", FORMS)
def test_no_form_takes_more_than_a_form(db, address):
    file = SimpleUploadedFile("x.bin", b"x" * 3_000_000)
    answer = Client(HTTP_ACCEPT_LANGUAGE="en").post(address, {"file": file})
    assert answer.status_code == 413
    assert "larger than is allowed" in answer.content.decode()


@pytest.mark.parametrize("address", ["/api/v1/imports", "/api/v1/studies", "/api/v1/verify"])
def test_programs_cannot_send_more_than_is_taken(cast, as_person, settings, address):
    settings.UPLOAD_LIMIT = 2_500_000
    file = SimpleUploadedFile("x.json", b"x" * 3_000_000)
    answer = as_person(cast.engineer).post(address, {"file": file})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"
    assert not StoredFile.objects.exists()


def test_a_body_without_its_length_is_not_taken(db):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    for address in ("/accounts/login/", "/verify/", "/api/v1/verify"):
        answer = client.generic("POST", address, b"", HTTP_TRANSFER_ENCODING="chunked")
        assert answer.status_code in (411, 413)


def test_an_upload_within_the_limit_is_taken(cast, as_person):
    data = write_json(example("tyre").study)
    padded = data + b" " * 5_000_000
    answer = as_person(cast.engineer).post(
        "/api/v1/imports", {"file": SimpleUploadedFile("x.json", padded)}
    )
    assert answer.status_code == 202


# ---- what is in a file, and what it is called ------------------------------------------------


def xlsx():
    return (examples_folder() / "tyre.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "not an Excel workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "before 2007"),
        ("a.xlsx", b"{}", "not an Excel workbook"),
        ("a.yaml", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "cannot be read as UTF-8"),
        ("a.json", b"%PDF-1.7 \x01\x02", "YAML"),
    ],
)
def test_what_a_file_is_stands_in_it_not_in_its_name(cast, as_person, name, data, said):
    from tanyuan.server.base import jobs

    client = as_person(cast.engineer)
    sent = client.post("/studies/upload/", {"file": SimpleUploadedFile(name, data)})
    while jobs.run_next():
        pass
    assert said in client.get(sent.url).content.decode()
    assert not StudyRecord.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.xlsx",
        "..\\..\\windows\\a.xlsx",
        "x" * 250 + ".xlsx",
        "a\r\nSet-Cookie: a=b.xlsx",
        "<script>alert(1)</script>.xlsx",
        "\u202egnp.xlsx",
        "=HYPERLINK(1).xlsx",
        "产品 清单.xlsx",
        "a\x00b.xlsx",
    ],
)
def test_hostile_names_of_files_do_no_harm(cast, as_person, settings, name):
    client = as_person(cast.engineer)
    body = (
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode()
        + b'"\r\nContent-Type: application/x\r\n\r\n'
        + xlsx()
        + b"\r\n--B--\r\n"
    )
    answer = client.generic("POST", "/studies/upload/", body, "multipart/form-data; boundary=B")
    assert answer.status_code in (302, 400, 422)
    for stored in StoredFile.objects.all():
        assert not set(stored.name) & set("/\\\r\n\0")
        assert len(stored.name) <= 255
        page = client.get(answer.url).content.decode()
        assert "<script>alert" not in page
        file = client.get(f"/jobs/{Job.objects.get().pk}/file/")
        assert "Set-Cookie" not in file.headers
        assert file["Content-Disposition"].startswith("attachment")
        assert (settings.FILES / stored.sha256[:2] / stored.sha256).read_bytes() == xlsx()


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_no_export_runs_a_formula(cast, as_person, format_):
    import csv
    import io

    from openpyxl import load_workbook

    from tanyuan.server.people import actions as people
    from tanyuan.server.studies import actions

    marks = ("=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "＝1+1", "＋1", "－1", "＠a")
    for mark in marks:
        actions.add_site(actor=cast.engineer, organisation=cast.works, name_en=f"{mark}x")
        actions.add_product(actor=cast.engineer, organisation=cast.works, name_en=f"{mark}x")
        people.add_department(actor=cast.manager, organisation=cast.works, name=f"{mark}x")
        document = example("tyre").study.model_copy(update={"name_en": f"{mark}x"})
        actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    people.change_profile(
        actor=cast.engineer, name="=cmd|calc", language="en", time_zone="Asia/Shanghai"
    )
    pages = ("/studies/", "/products/", "/sites/", "/organisation/", "/organisation/trail/")
    client = as_person(cast.manager)
    for page in pages:
        content = client.get(page, {"format": format_}).content
        if format_ == "csv":
            text = content.decode("utf-8-sig")
            cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
            bad = [c for c in cells if c[:1] in set("=+-@\t\r\n\0＝＋－＠") and not _number(c)]
            assert any(c.startswith("'") for c in cells), page
        else:
            sheet = load_workbook(io.BytesIO(content)).active
            every = [c for row in sheet.iter_rows() for c in row]
            bad = [c.value for c in every if c.data_type == "f" or c.hyperlink]
            assert any(str(c.value)[:1] in "=+-@" for c in every), page
        assert not bad, page


def _number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_no_study_file_runs_a_formula(cast, as_person, kind):
    import csv
    import io

    from openpyxl import load_workbook

    from tanyuan.server.studies import actions

    study = example("tyre").study
    lines = [
        line.model_copy(update={"name_en": "=HYPERLINK(1)", "source": "＝1+1", "note": "@SUM(1)"})
        for line in study.lines
    ]
    document = study.model_copy(update={"lines": tuple(lines), "name_en": "=1+1"})
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    content = as_person(cast.reader).get(f"/studies/{record.pk}/revisions/1/files/{kind}/").content
    if kind == "csv":
        cells = [c for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in row]
        assert "'=HYPERLINK(1)" in cells
        assert not [c for c in cells if c[:1] in set("=@＝＠")]
        return
    own = load_workbook(io.BytesIO(content))
    cells = [c for sheet in own for row in sheet.iter_rows() for c in row]
    assert any(c.value == "=HYPERLINK(1)" and c.data_type == "s" for c in cells)
    hostile = [c.value for c in cells if c.data_type == "f" and "HYPERLINK" in str(c.value)]
    assert not hostile
