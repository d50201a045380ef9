"""Process databases by the API: import, list, measures, products, report, choices."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tanyuan.backgrounds.profile import Profile
from tanyuan.server.base import jobs
from tests.backgrounds.steelworks import STEEL, package, windmills

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BACKGROUNDS = tmp_path / "backgrounds"


@pytest.fixture
def works(program, key):
    return program(key("read", "write"))


@pytest.fixture
def send(tmp_path):
    data = package(tmp_path / "works.zip", more=[windmills()]).read_bytes()

    def sent(program, **more):
        content = {"file": SimpleUploadedFile("works.zip", data), "name": "Steelbase", **more}
        return program.client.post("/api/v1/databases/import", content)

    return sent


def run(program, answer):
    """The digits of what a job made."""
    assert answer.status_code == 202, answer.content
    while jobs.run_next():
        pass
    found = program.get(f"/jobs/{answer.json()['id']}").json()
    assert found["state"] == "done", found
    return found["result"]["background"]


@pytest.fixture
def digits(works, send):
    return run(works, send(works, licence="CC-BY-4.0"))


def test_an_upload_becomes_a_database_with_its_measures(works, digits):
    (one,) = works.get("/databases").json()["items"]
    assert one == works.get(f"/databases/{digits}").json()
    assert (one["name"], one["licence"], one["shareable"]) == ("Steelbase", "CC-BY-4.0", False)
    extent = one["extent"]
    assert (extent["products"], extent["inputs"], extent["linked"]) == (4, 3, 2)


def test_products_are_paged_and_found(works, digits):
    first = works.get(f"/databases/{digits}/products", limit=3).json()
    rest = works.get(f"/databases/{digits}/products", limit=3, offset=3).json()
    assert first["total"] == rest["total"] == 4
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 4
    (wire,) = works.get(f"/databases/{digits}/products", q="wire").json()["items"]
    assert wire["co2e"] == pytest.approx(STEEL)
    assert (wire["missing"], wire["inputs"], wire["unit"]) == (1, 3, "kg")


def test_the_report_is_narrowed_and_paged(works, digits):
    found = works.get(f"/databases/{digits}/report", limit=1).json()
    assert (found["total"], len(found["items"])) == (4, 1)
    assert {one["code"]: one["title"] for one in found["database"]["findings"]} == {
        "unit-converted": "Unit converted",
        "provider-ambiguous": "Several possible suppliers",
        "no-supplier": "No supplier",
    }
    (cut,) = works.get(f"/databases/{digits}/report", kind="no-supplier").json()["items"]
    assert cut["object"] == "Dye"


def test_choices_are_read_and_replayed(works, digits, send):
    settled = works.get(f"/databases/{digits}/profile").json()
    assert settled["providers"] == {"power": "plant"}
    other = json.dumps(Profile(providers={"power": "wind"}).document()).encode()
    again = run(works, send(works, profile=SimpleUploadedFile("p.json", other)))
    assert again != digits
    assert works.get(f"/databases/{again}/profile").json()["providers"] == {"power": "wind"}
    wrong = send(works, profile=SimpleUploadedFile("p.json", b"{}"))
    assert wrong.status_code == 422
    assert wrong.json()["problems"][0]["code"] == "profile"
    assert send(works, allocation="weight").status_code == 422


def test_a_large_file_is_refused_before_it_is_kept(works, send, settings):
    settings.DATABASE_LIMIT = 100
    assert send(works).status_code == 413


def test_a_token_imports_once(works, send):
    sent = [send(works) for _ in range(2)]
    assert sent[0].json()["id"] != sent[1].json()["id"]
    works.client.defaults["HTTP_IDEMPOTENCY_KEY"] = "once"
    sent = [send(works) for _ in range(2)]
    assert sent[0].json()["id"] == sent[1].json()["id"]
    assert send(works, name="Other").status_code == 409


def test_others_find_nothing_and_readers_import_nothing(works, digits, program, key, cast, send):
    stranger = program(key("read", actor=cast.stranger, organisation=cast.mill))
    assert stranger.get("/databases").json()["total"] == 0
    for part in ("", "/products", "/report", "/profile"):
        assert stranger.get(f"/databases/{digits}{part}").status_code == 404
        assert program(key("write")).get(f"/databases/{digits}{part}").status_code == 403
    assert send(program(key("read"))).status_code == 403
