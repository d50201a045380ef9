"""The table of all lines sorts and filters by its address; figures can be taken away."""

import csv
import io
import re

import pytest
from django.urls import reverse

from tanyuan.formats.examples import example
from tanyuan.languages import in_language
from tanyuan.server.studies import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines_of(cast, as_person, study):
    def positions(**asked):
        page = as_person(cast.reader).get(reverse("study", args=[study.pk]), asked)
        return [int(n) for n in re.findall(r'<tr id="line-(\d+)"', page.content.decode())]

    return positions


def test_lines_stand_by_stage_until_something_is_asked_for(lines_of):
    assert lines_of() == list(range(1, 18))
    assert sorted(lines_of(sort="nonsense")) == list(range(1, 18))


def test_lines_sort_by_result_both_ways(lines_of):
    down = lines_of(sort="-result")
    assert down[:3] == [1, 8, 11]
    assert lines_of(sort="result") == down[::-1]


def test_the_surest_lines_come_first_where_the_band_is_asked_for(lines_of, cast, as_person, study):
    page = as_person(cast.reader).get(reverse("study", args=[study.pk]), {"sort": "band"})
    bands = [row.doubt for row in page.context["lines"].rows]
    assert bands == sorted(bands)
    assert len(bands) == 17


def test_lines_are_found_by_name_factor_and_stage(lines_of):
    assert lines_of(q="Electricity, China") == [4, 8, 10]
    assert lines_of(q="dyeing steam") == [7]
    assert lines_of(q="nothing like it") == []


@pytest.mark.parametrize("name", ["flow", "stages", "hot-spots"])
def test_figures_are_taken_away_as_drawing_and_numbers(cast, as_person, study, name):
    browser = as_person(cast.reader)
    drawing = browser.get(reverse("study_file", args=[study.pk, 1, f"{name}.svg"]))
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert drawing.content.startswith(b"<svg")
    assert b"class=" not in drawing.content
    assert f"-r1-{name}.svg" in drawing.headers["Content-Disposition"]
    numbers = browser.get(reverse("study_file", args=[study.pk, 1, f"{name}.csv"]))
    rows = list(csv.reader(io.StringIO(numbers.content.decode("utf-8-sig"))))
    assert len(rows) > 3
    assert any("8.840" in row or "10.08" in row for row in rows)
    assert browser.get(reverse("study_file", args=[study.pk, 1, f"{name}.png"])).status_code == 404


def test_an_example_offers_its_copy_to_whoever_may_keep_one(cast, as_person, study):
    study.public = True
    study.save()
    address = reverse("study", args=[study.pk])
    copying = reverse("study_start", args=["trousers"])
    assert copying in as_person(cast.stranger).get(address).content.decode()
    assert "Sign in to copy it" in as_person().get(address, {"lang": "en"}).content.decode()
    study.public = False
    study.save()
    assert copying not in as_person(cast.reader).get(address).content.decode()


def test_a_text_in_both_languages_is_read_in_one(cast, as_person, study):
    browser = as_person(cast.reader)
    chinese = browser.get(reverse("study", args=[study.pk]), {"lang": "zh"}).content.decode()
    assert "不含包装" in chinese
    assert "without packaging" not in chinese
    assert "中国、法国" in chinese
    english = browser.get(reverse("study", args=[study.pk]), {"lang": "en"}).content.decode()
    assert "without packaging" in english
    assert "不含包装" not in english


def test_own_products_and_gases_are_named_not_coded(cast, as_person):
    document = example("integrated-works").study
    record = actions.start_study(actor=cast.engineer, organisation=cast.works, document=document)
    page = as_person(cast.reader).get(reverse("study", args=[record.pk]), {"lang": "zh"})
    with in_language("zh"):
        names = {output.id: output.name for output in document.outputs}
    text = page.content.decode()
    assert names["works-power"] in text
    assert "works-power" not in text
    assert "直接排放的 CO₂" in text
