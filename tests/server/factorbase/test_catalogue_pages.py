import csv
import io

import pytest
from openpyxl import load_workbook

from tanyuan.factors.starter import starter_release


@pytest.fixture
def client(as_person):
    return as_person()


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client, address):
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_catalogue_asks_no_database(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        for address in (
            "/factors/",
            "/factors/?q=electricity&place=CN",
            "/factors/EL-0121/",
            "/factors/EL-0121.json",
            "/factors/properties/?q=diesel",
        ):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_search_in_either_language(client, language):
    word = {"zh": "柴油", "en": "diesel"}[language]
    text = page(client, f"/factors/?q={word}&lang={language}")
    assert {"zh": "个因子", "en": "factors for"}[language] in text or "factors for" in text
    assert "/factors/FU-" in text


def test_facets_narrow_down_and_count(client):
    every = rows(client, "/factors/?format=csv")
    assert len(every) == len(starter_release().factors)
    chinese = rows(client, "/factors/?place=CN&category=electricity&format=csv")
    assert chinese
    assert {row["Place"] for row in chinese} == {"CN"}
    assert {row["Category"] for row in chinese} == {"electricity and heat"}
    text = page(client, "/factors/?place=CN&category=electricity")
    assert f"{len(chinese)} factors" in text
    assert "place=CN" in text


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("year=2024", lambda f: f.year == 2024),
        ("electricity=life_cycle", lambda f: f.electricity == "life_cycle"),
        ("electricity=generation_co2", lambda f: f.electricity == "generation_co2"),
        ("verified=yes", lambda f: f.verified),
        ("group=battery", lambda f: f.group == "battery"),
    ],
)
def test_each_facet(client, query, holds):
    found = rows(client, f"/factors/?{query}&format=csv")
    release = starter_release().factors
    assert {row["Id"] for row in found} == {f.id for f in release.values() if holds(f)}


def test_a_chosen_facet_still_offers_its_other_values(client):
    text = page(client, "/factors/?electricity=life_cycle")
    assert "electricity=generation_co2" in text
    assert 'aria-current="true"' in text


@pytest.mark.parametrize(
    "query", ["year=x", "electricity=both", "page=x", "page=999999", "page=-1", "sort=nothing"]
)
def test_a_meaningless_address_is_passed_over(client, query):
    assert "1,952 factors" in page(client, f"/factors/?{query}")


def test_the_two_families_stand_apart(client):
    both = page(client, "/factors/?q=electricity")
    assert "Two families of electricity factors, never mixed" in both
    one = page(client, "/factors/?q=electricity&electricity=life_cycle")
    assert "Two families of electricity factors, never mixed" not in one


def test_sorting_and_paging(client):
    up = rows(client, "/factors/?q=coal&sort=year&format=csv")
    down = rows(client, "/factors/?q=coal&sort=-year&format=csv")
    years = [row["Year"] for row in up if row["Year"]]
    assert years == sorted(years)
    assert [row["Year"] for row in down if row["Year"]] == sorted(years, reverse=True)
    text = page(client, "/factors/?q=coal&sort=year&page=2")
    assert 'aria-sort="ascending"' in text
    assert 'rel="prev"' in text


def test_the_workbook_holds_numbers(client):
    answer = client.get("/factors/?q=EL-0121&format=xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    head, first = list(book.active.iter_rows(values_only=True))[:2]
    assert first[head.index("Id")] == "EL-0121"
    assert first[head.index("kg CO2e per unit")] == 0.5777


def test_nothing_found_offers_a_way_on(client):
    text = page(client, "/factors/?q=EL-01211")
    assert "No factor answers this" in text
    assert "Did you mean:" in text


def test_a_factor_says_where_it_is_from(client):
    text = page(client, "/factors/el-0121/")
    for part in (
        "0.5777",
        "kg CO₂e/kWh",
        "never mixed",
        "not given by the source",
        "https://www.mee.gov.cn/",
        "表1",
        "EL-0140",
        "[DS]",
        "/factors/EL-0121.json",
    ):
        assert part in text


def test_a_factor_of_generation_is_kept_out_of_footprints(client):
    assert "never in a product footprint" in page(client, "/factors/EL-0016/")


def test_a_factor_of_three_gases_shows_each(client):
    text = page(client, "/factors/FU-0264/")
    for part in ("73,300", "CH₄", "N₂O", "one gas: none needed"):
        assert part in text


def test_every_factor_has_a_page(client):
    for factor in list(starter_release().factors)[::97]:
        assert client.get(f"/factors/{factor}/").status_code == 200
        assert client.get(f"/factors/{factor}/?lang=zh").status_code == 200


def test_the_json_twin(client):
    found = client.get("/factors/EL-0121.json").json()
    assert found["emissions"] == [{"gas": "CO2e", "kind": "unspecified", "value": "0.5777"}]
    assert found["source"]["url"].startswith("https://")
    assert found["release"]["sha256"] == starter_release().content_hash


@pytest.mark.parametrize("address", ["/factors/NIX-1/", "/factors/NIX-1.json"])
def test_an_unknown_factor_in_both_languages(client, address):
    english = client.get(address)
    chinese = client.get(address, {"lang": "zh"})
    assert english.status_code == chinese.status_code == 404
    assert "There is no factor NIX-1" in english.content.decode()
    assert chinese["Content-Language"] == "zh"


def test_properties_are_found_by_kind_and_word(client):
    text = page(client, "/factors/properties/?q=anthracite calorific")
    assert "PR-" in text
    found = rows(client, "/factors/properties/?kind=oxidation_rate&format=csv")
    assert {row["Property"] for row in found} == {"oxidation rate of carbon"}
    assert "No property answers this" in page(client, "/factors/properties/?q=xyzzy")
