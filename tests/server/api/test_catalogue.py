import re
from collections import Counter

import pytest
from pydantic import BaseModel

from tanyuan.languages import in_language, translate

pytestmark = pytest.mark.django_db


def test_search(program):
    answer = program().get("/factors", q="electricity", place="CN", limit=3)
    found = answer.json()
    assert len(found["items"]) == 3 < found["total"]
    assert found["items"][0]["source"]["title"]
    assert found["facets"]["geography"]
    second = program().get("/factors", q="electricity", place="CN", limit=1, offset=2).json()
    assert second["items"] == found["items"][2:]
    assert program().get("/factors", limit=0).status_code == 422


def test_a_factor_by_id_or_code(program):
    found = program().get("/factors", limit=1).json()["items"][0]
    assert program().get(f"/factors/{found['id']}").json() == found
    assert program().get("/factors/none").status_code == 404


def test_properties(program):
    found = program().get("/properties", limit=2).json()
    assert len(found["items"]) == 2
    kind = found["items"][0]["property"]
    same = program().get("/properties", property=kind).json()
    assert {one["property"] for one in same["items"]} == {kind}


def test_the_schema_and_its_page(program):
    schema = program().client.get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    assert "Line" in schema["components"]["schemas"]
    page = program().client.get("/api/v1/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/v1/studies/{study_id}/revisions" in text
    assert "<script>" not in text
    assert " style=" not in text


def kinds_of(kind):
    for each in kind.__subclasses__():
        yield each
        yield from kinds_of(each)


def test_no_two_shapes_of_the_description_have_one_name(program):
    described = set(program().get("/openapi.json").json()["components"]["schemas"])
    named = {(one.__name__, one.__module__) for one in kinds_of(BaseModel)}
    ours = [name for name, place in named if place.startswith("tanyuan.server.")]
    assert set(ours) & described
    assert [name for name, count in Counter(ours).items() if count > 1] == []


def test_the_page_of_the_api_is_told_in_chinese_too(program):
    schema = program().client.get("/api/v1/openapi.json").json()
    operations = [one for methods in schema["paths"].values() for one in methods.values()]
    told = {one.get("description") or one["summary"] for one in operations}
    told |= {
        p["description"] for one in operations for p in one["parameters"] if "description" in p
    }
    with in_language("zh"):
        assert [text for text in told if translate(text) == text] == []


def test_the_page_of_the_api_lists_each_room_once(program):
    page = program().client.get("/api/v1/docs").content.decode()
    rooms = re.findall(r"<summary>/([^<]*)</summary>", page)
    assert {"studies", "databases"} <= set(rooms)
    assert len(rooms) == len(set(rooms))
