import time

import pytest

from tanyuan.factors.factor import ElectricityFamily
from tanyuan.factors.search import search, similar
from tanyuan.factors.starter import starter_release
from tanyuan.languages import in_language


def names(found):
    return [factor.name_zh for factor in found.factors]


def first(query, **wanted):
    return search(query, **wanted).factors[0]


def test_cement_in_chinese_finds_cements_of_china_first():
    found = search("水泥")
    assert found.total >= 40
    assert "普通硅酸盐水泥" in names(found)[0]
    assert found.factors[0].geography == "CN"
    assert [hit.score for hit in found.hits] == sorted(
        (hit.score for hit in found.hits), reverse=True
    )


@pytest.mark.parametrize(
    "query", ["电力", "电", "用电", "电网", "electricity", "ELECTRICITY", "ｐower"]
)
def test_electricity_answers_with_its_footprint_before_generation(query):
    found = search(query, limit=400)
    assert found.factors[0].id == "EL-0121"
    families = [
        factor.electricity
        for hit, factor in zip(found.hits, found.factors, strict=True)
        if hit.score == found.hits[0].score
    ]
    last = len(families) - families[::-1].index(ElectricityFamily.LIFE_CYCLE)
    assert ElectricityFamily.GENERATION_CO2 not in families[:last]


@pytest.mark.parametrize("query", ["diesel", "Diesel", "柴油"])
def test_an_exact_name_goes_first_verified_before_not(query):
    found = search(query)
    assert names(found)[:3] == ["柴油"] * 3
    assert [factor.verified for factor in found.factors[:3]] == [True, False, False]
    assert found.hits[0].score == 90


def test_a_code_or_an_id_is_the_best_answer():
    for query in ("34280D0052022C", "34280d0052022c", "MA-0001", " ma-0001 "):
        hit = search(query).hits[0]
        assert (hit.factor.id, hit.score) == ("MA-0001", 100)


def test_part_of_a_word_is_enough():
    assert "CEM" in first("cem").name_en or "Cement" in first("cem").name_en
    assert first("alumin").name_en.casefold().startswith("alumin")
    assert search("34280D").total >= 1


def test_single_characters_are_words_too():
    assert "钢" in first("钢").name_zh
    assert first("铜").name_zh == "铜"


def test_all_words_must_match_in_any_order():
    one, other = search("diesel truck heavy"), search("heavy TRUCK diesel")
    assert one.factors == other.factors
    assert one.total > 0
    assert all("货车" in factor.name_zh for factor in one.factors)
    assert search("diesel unobtainium").total == 0


def test_chinese_without_spaces_is_cut_where_needed():
    assert search("上海电力").factors == search("电力 上海").factors
    assert first("上海电力").geography == "CN-SH"
    assert "PVC" in first("PVC管").name_zh + first("PVC管").name_en
    assert search("鲸落海啸").total == 0


def test_synonyms_find_what_is_called_otherwise():
    assert "钢筋" in first("螺纹钢").name_zh
    assert first("lorry").category == "transport"
    assert "铝" in first("铝锭").name_zh
    assert not first("铝锭").name_zh.startswith("废")
    assert first("蒸汽").group == "heat"
    assert search("tyre").factors[0] in search("tire", limit=50).factors


def test_a_translation_is_no_less_than_the_word():
    assert search("cement").factors[:5] == search("水泥").factors[:5]


def test_the_source_and_the_year_are_words_too():
    assert {factor.source for factor in search("GB/T 51366", limit=200).factors} == {
        "gbt-51366-2019"
    }
    assert {factor.year for factor in search("电力 2024 碳足迹").factors} == {2024}


@pytest.mark.parametrize("query", ["", "  ", "水泥", "电力", "a", "柴油 货车", "nothing at all"])
def test_facets_count_every_hit(query):
    found = search(query, limit=3)
    assert len(found.hits) <= 3
    for name in ("geography", "year", "category"):
        assert sum(facet.count for facet in found.facets[name]) == found.total


def test_no_words_list_everything():
    found = search("", limit=5000)
    assert found.total == len(found.hits) == len(starter_release().factors)
    assert {hit.score for hit in found.hits} == {0}
    assert [facet.value for facet in found.facets["year"]] == sorted(
        (facet.value for facet in found.facets["year"]), reverse=True
    )


def test_filters_narrow_and_agree_with_the_facets():
    everything = search("电力")
    for facet in everything.facets["geography"]:
        assert search("电力", geography=facet.value).total == facet.count
    for facet in everything.facets["year"]:
        assert search("电力", year=int(facet.value)).total == facet.count
    for facet in everything.facets["category"]:
        assert search("电力", category=facet.value).total == facet.count


def test_filters():
    assert search("", geography="上海").total == search("", geography="cn-sh").total > 0
    assert search("", geography="nowhere").total == 0
    assert search("", category="grid-baseline").total == 25
    assert search("", category="electricity", electricity="life_cycle").total == 147
    assert search("", electricity=ElectricityFamily.GENERATION_CO2).total == 197
    assert all(factor.verified for factor in search("柴油", verified_only=True).factors)
    with pytest.raises(ValueError, match="nonsense"):
        search("", electricity="nonsense")


def test_facets_name_their_values_in_the_language_in_use():
    found = search("水泥")
    with in_language("zh"):
        assert "中国" in [facet.label for facet in found.facets["geography"]]
        assert "材料" in [facet.label for facet in found.facets["category"]]
    with in_language("en"):
        assert "China" in [facet.label for facet in found.facets["geography"]]
        assert "2022" in [facet.label for facet in found.facets["year"]]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("EL-121", "EL-0121"), ("34280D0052022X", "MA-0001"), ("柴有", "FU-0050")],
)
def test_a_slip_is_guessed(slip, meant):
    assert meant in [factor.id for factor in similar(slip)]


def test_what_is_like_nothing_gets_no_guess():
    assert similar("zzzzqqqq") == ()
    assert similar("") == ()
    assert len(similar("石灰", n=5)) == 5


def test_searching_is_quick():
    search("x")
    for query in ("电力", "水泥 2022", "alumin", "", "不存在的东西"):
        start = time.perf_counter()
        search(query)
        assert time.perf_counter() - start < 0.25
