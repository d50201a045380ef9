import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tanyuan.backgrounds.report import Report
from tanyuan.formats.examples import example
from tanyuan.formats.packages import read_package
from tanyuan.formats.study_text import write_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(program, key):
    return program(key("read", "write", "seal"))


@pytest.fixture
def made(writer, document):
    answer = writer.post("/studies", document)
    assert answer.status_code == 201, answer.content
    return answer.json()


def changed(document):
    content = json.loads(document)
    content["note"] = "another"
    return json.dumps(content).encode()


def test_a_study_is_started_and_read_again(writer, made, document):
    answer = writer.get(f"/studies/{made['id']}")
    assert answer.json() == made
    assert answer["ETag"] == '"1"'
    assert writer.get("/studies").json()["total"] == 1
    revision = writer.get(f"/studies/{made['id']}/revisions/1").json()
    assert revision["document"] == json.loads(document)
    assert revision["total"] == made["latest"]["total"]


def test_the_footprint_is_that_of_the_command_line(writer, made, document):
    from tanyuan.formats.as_json import footprint_json

    answer = writer.get(f"/studies/{made['id']}/revisions/1/footprint").json()
    assert answer == json.loads(json.dumps(footprint_json(example("tyre").calculate())))
    lines = writer.get(f"/studies/{made['id']}/revisions/1/lines", limit=2, offset=1).json()
    assert lines["items"] == answer["by_line"][1:3]
    assert lines["total"] == len(answer["by_line"])


@pytest.mark.parametrize("kind", ["openlca", "ilcd", "tidas", "brightway"])
def test_the_model_is_downloaded_as_a_database(writer, made, kind, tmp_path):
    place = f"/studies/{made['id']}/revisions/1/model"
    answer = writer.get(place, format=kind)
    assert answer.status_code == 200
    assert writer.get(place, format=kind).content == answer.content
    file = tmp_path / "model"
    file.write_bytes(answer.content)
    assert read_package(file, Report()).processes
    ending = answer["Content-Disposition"].rpartition(".")[2].strip('"')
    assert (ending, answer["Content-Type"].rpartition("/")[2]) in {
        ("zip", "zip"), ("xlsx", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    }  # fmt: skip
    findings = writer.get(f"{place}/report", format=kind).json()["findings"]
    assert all(finding["why"] for finding in findings)


def test_a_model_of_an_unknown_format_is_refused(writer, made):
    answer = writer.get(f"/studies/{made['id']}/revisions/1/model", format="word")
    assert answer.status_code == 422


def test_a_revision_names_what_it_rests_on(writer, made, document):
    place = f"/studies/{made['id']}/revisions"
    assert writer.post(place, changed(document)).status_code == 428
    assert writer.post(place + "?based_on=1", changed(document)).status_code == 201
    assert writer.post(place + "?based_on=1", document).status_code == 409
    assert writer.post(place, document, **{"If-Match": '"1"'}).status_code == 412
    assert writer.post(place, document, **{"If-Match": '"2"'}).status_code == 201
    assert [one["number"] for one in writer.get(place).json()["items"]] == [3, 2, 1]
    answer = writer.get(f"/studies/{made['id']}/difference", older=1, newer=2).json()
    assert answer["changes"][0]["field"] == "note"
    assert writer.get(f"/studies/{made['id']}/difference", older=1, newer=9).status_code == 404


def test_a_sealed_footprint_is_downloaded_and_verified(writer, program, made):
    answer = writer.post(f"/studies/{made['id']}/revisions/1/seal")
    assert answer.status_code == 200
    sealed = answer.json()
    assert sealed["lines"]
    assert writer.post(f"/studies/{made['id']}/revisions/1/seal").json() == sealed
    assert writer.get(f"/sealed/{sealed['id']}").json() == sealed
    file = writer.get(f"/sealed/{sealed['id']}/file").content
    anybody = program()
    verdict = anybody.post("/verify", file).json()
    assert verdict["verdict"] == "PASS"
    assert verdict["total"] == sealed["total"]
    assert anybody.post("/verify", file.replace(b"tyre", b"tire")).json()["verdict"] == "FAIL"
    assert anybody.post("/verify", b"{}").status_code == 422


def test_a_seal_that_asks_for_much_work_is_not_checked_here(writer, program, made):
    sealed = writer.post(f"/studies/{made['id']}/revisions/1/seal").json()
    content = json.loads(writer.get(f"/sealed/{sealed['id']}/file").content)
    content["result"]["uncertainty"]["samples"] = 9_999_999
    assert program().post("/verify", content).status_code == 413


def test_problems_tell_place_cause_and_mend(writer, document):
    content = json.loads(document)
    content["lines"][0]["unit"] = "furlong"
    content["nonsense"] = 1
    answer = writer.post("/calculate", content)
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert {"code", "file", "sheet", "row", "field", "cause", "mend"} == set(problems[0])
    assert ("lines", 1, "unit") in {(p["sheet"], p["row"], p["field"]) for p in problems}
    assert "nonsense" in {p["field"] for p in problems}


def test_problems_speak_the_readers_language(program, key):
    secret = key("read")
    english = program(secret).post("/calculate", b"nothing").json()["problems"][0]["cause"]
    chinese = program(secret, "zh-CN").post("/calculate", b"nothing").json()["problems"][0]["cause"]
    by_address = program(secret).post("/calculate?lang=zh", b"nothing").json()["problems"][0]
    assert english != chinese == by_address["cause"]


def test_chinese_is_sent_as_it_is(program, key):
    answer = program(key("read"), "zh").get("/organisations")
    assert "测试works" in answer.content.decode()


def test_calculating_stores_nothing(writer, document):
    uncertain = write_json(example("trousers").study)
    answer = writer.post("/calculate?samples=100&seed=7", uncertain)
    assert answer.status_code == 200
    assert answer.json()["uncertainty"]["samples"] == 100
    assert writer.get("/studies").json()["total"] == 0
    assert writer.post("/calculate?samples=99999999", document).status_code == 422
    assert writer.post("/calculate?scenario=none", document).status_code == 422


def test_large_bodies_and_large_studies_are_refused(writer, document, settings):
    content = json.loads(document)
    line = content["lines"][0]
    content["lines"] = [{**line, "id": f"l{n}"} for n in range(5001)]
    assert writer.post("/calculate", content).status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = writer.post("/calculate", document)
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"


def test_a_repeated_request_changes_nothing(writer, document):
    sent = {"Idempotency-Key": "order-1"}
    first = writer.post("/studies", document, **sent)
    again = writer.post("/studies", document, **sent)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert writer.get("/studies").json()["total"] == 1
    assert writer.post("/studies", changed(document), **sent).status_code == 409
    other = writer.post("/products", {"name_en": "Tyre"}, **sent)
    assert other.status_code == 201


def test_a_failed_request_may_be_repeated_under_its_token(writer, document):
    sent = {"Idempotency-Key": "order-2"}
    assert writer.post("/studies", b"{}", **sent).status_code == 422
    assert writer.post("/studies", document, **sent).status_code == 201


def test_registers(writer, cast):
    site = writer.post("/sites", {"name_zh": "一号厂", "region": "370100"}).json()
    product = writer.post("/products", {"name_en": "Tyre", "site": site["id"]}).json()
    assert writer.get(f"/products/{product['id']}").json() == product
    assert writer.get(f"/sites/{site['id']}").json() == site
    assert writer.get("/products").json()["items"] == [product]
    assert writer.get("/sites").json()["items"] == [site]
    assert writer.post("/products", {"name_en": "a\x00b"}).status_code == 422
    assert writer.post("/products", b"{").status_code == 400
    assert product["organisation"] == str(cast.works.pk)


def test_a_study_may_be_of_a_product(writer, document):
    product = writer.post("/products", {"name_en": "Tyre"}).json()
    study = writer.post(f"/studies?product={product['id']}", document).json()
    assert study["product"] == product["id"]


def test_an_uploaded_file_becomes_a_job_and_then_a_study(writer, cast):
    from tanyuan.server.base import jobs

    def send(**more):
        file = SimpleUploadedFile("tyre.json", write_json(example("tyre").study))
        return writer.client.post(
            "/api/v1/imports", {"file": file, **more}, headers={"Idempotency-Key": "file-1"}
        )

    first = send()
    assert first.status_code == 202, first.content
    assert send().json() == first.json()
    job = f"/jobs/{first.json()['id']}"
    assert writer.get(job).json()["state"] == "waiting"
    assert jobs.run_next()
    done = writer.get(job).json()
    assert done["state"] == "done"
    assert writer.get(f"/studies/{done['result']['study']}").status_code == 200
    assert writer.get("/jobs").json()["total"] == 1
    writer.client.post(
        "/api/v1/imports",
        {"file": SimpleUploadedFile("x.json", b"{}"), "study": done["result"]["study"]},
    )
    other = writer.get("/jobs").json()["items"][0]
    assert writer.post(f"/jobs/{other['id']}/cancel").json()["state"] == "cancelled"
    assert writer.post(f"/jobs/{first.json()['id']}/cancel").json()["state"] == "done"


def test_an_upload_beyond_the_limit_is_refused(writer, settings):
    settings.UPLOAD_LIMIT = 10
    answer = writer.client.post("/api/v1/imports", {"file": SimpleUploadedFile("x", b"0" * 11)})
    assert answer.status_code == 413


@pytest.mark.parametrize("level", ["number", "stages", "lines"])
def test_a_consent_opens_its_level_and_no_more(cast, sealed, program, key, level):
    from datetime import timedelta

    from django.utils import timezone

    from tanyuan.server.people import actions

    study = sealed.revision.study
    reader = program(key("read", actor=cast.stranger, organisation=cast.mill))
    places = {
        "number": f"/sealed/{sealed.pk}",
        "study": f"/studies/{study.pk}",
        "file": f"/sealed/{sealed.pk}/file",
        "revision": f"/studies/{study.pk}/revisions/1",
    }
    assert {reader.get(place).status_code for place in places.values()} == {404}
    consent = actions.give_consent(
        actor=cast.manager,
        grantor=cast.works,
        grantee=cast.mill,
        subject=study,
        level=level,
        purpose="test",
        until=timezone.now() + timedelta(days=1),
    )
    found = reader.get(places["number"]).json()
    assert found["total"] == sealed.total
    assert (found["stages"] is not None) == (level != "number")
    assert (found["lines"] is not None) == (level == "lines")
    shown = reader.get(places["study"]).json()
    assert shown["level"] == level
    assert (shown["latest"] is not None) == (level == "lines")
    expected = 200 if level == "lines" else 404
    assert reader.get(places["file"]).status_code == expected
    assert reader.get(places["revision"]).status_code == expected
    actions.withdraw_consent(actor=cast.manager, consent=consent)
    assert {reader.get(place).status_code for place in places.values()} == {404}


def test_a_published_example_is_open_to_all(study, program):
    study.public = True
    study.save()
    anybody = program()
    assert anybody.get("/examples").json()["total"] == 1
    assert anybody.get(f"/studies/{study.pk}").json()["level"] == "lines"
    assert anybody.get(f"/studies/{study.pk}/revisions/1/footprint").status_code == 200
