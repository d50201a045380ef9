"""Products of backgrounds as factors: figures worked by hand, references, searching, samples."""

import numpy as np
import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer, absent, offered
from tanyuan.backgrounds.references import Reference, read_reference
from tanyuan.backgrounds.sampling import LEAST, MOST, samples_of
from tanyuan.backgrounds.searching import search
from tanyuan.factors.factor import Standing, factor_from_record, factor_to_record
from tanyuan.factors.starter import starter_release
from tanyuan.languages import in_language
from tanyuan.problems import InputError
from tests.backgrounds.steelworks import POWER, STEEL, imported

AR6 = "AR6 GWP-100"


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="module")
def offer(works):
    return Offer(starter_release().factors, works[0], AR6)


def values(factor):
    return {(one.gas, str(one.kind)): float(one.value) for one in factor.emissions}


def test_a_product_has_the_figures_that_are_worked_by_hand(works):
    factor = offered(works[1])["works"]
    assert values(factor) == pytest.approx(
        {
            ("CO2", "fossil"): 2.0,
            ("CO2", "biogenic"): 0.1,
            ("CO2", "removal_biogenic"): 0.3,
            ("CH4", "fossil"): 0.002,
        },
        rel=1e-12,
    )
    assert factor.unit == "kg"
    assert factor.co2e(AR6) == pytest.approx(STEEL, rel=1e-12)


def test_it_says_what_it_is_and_what_it_rests_on(works):
    entry = works[1]
    power, wire = offered(entry)["plant"], offered(entry)["drawing"]
    assert (power.name_en, power.geography, power.year) == ("Electricity, Power plant", "CN", 2024)
    assert power.standing is Standing.CALCULATED
    assert power.verified
    assert power.background.quality == "(1;2;1;1;2)"
    assert power.background.hash == entry.hash
    assert power.background.licence == "CC-BY-4.0"
    assert power.background.missing_share == 0
    assert (wire.background.missing, wire.background.inputs) == (1, 3)
    assert wire.background.cut_offs == 1
    # What is cut off is no gas
    assert values(wire) == values(offered(entry)["works"])


def test_the_record_of_a_factor_comes_back_whole(works):
    for factor in offered(works[1]).values():
        assert factor_from_record(factor_to_record(factor)) == factor
    assert "background" not in factor_to_record(starter_release().factors["EL-0121"])


def test_a_product_is_found_by_its_reference(works, offer):
    entry = works[1]
    ref = f"illustration@{entry.folder.name[:16]}/works"
    assert offered(entry)["works"].id == ref
    assert offer[ref] == offered(entry)["works"]
    assert ref in offer
    assert offer["EL-0121"] is starter_release().factors["EL-0121"]
    # The name is for people: under another one the content is the same
    renamed = f"other@{entry.folder.name[:16]}/works"
    assert values(offer[renamed]) == values(offer[ref])
    for wrong in (
        f"illustration@{'0' * 16}/works",
        f"illustration@{entry.folder.name[:16]}/none",
        f"illustration@{entry.folder.name[:15]}/works",
    ):
        assert wrong not in offer
    assert set(offer) - set(starter_release().factors) == {
        f"illustration@{entry.folder.name[:16]}/{one}" for one in ("plant", "works", "drawing")
    }
    assert len(offer) == len(set(offer))


@pytest.mark.parametrize("name", ["US LCI 2017", "生命周期@库/一", "a@b/c"])
def test_references_come_back(name):
    reference = Reference(name, "0123456789abcdef", "process/flow:A1-A3")
    assert read_reference(str(reference)) == reference


@pytest.mark.parametrize("text", ["", "CO2", "a@b/c", "@0123456789abcdef/x", "x@0123456789ABCDE/y"])
def test_other_texts_are_no_references(text):
    assert read_reference(text) is None


def test_the_hash_hangs_neither_on_the_name_nor_on_what_is_said_of_the_licence(tmp_path, works):
    folder = tmp_path / "else"
    folder.mkdir()
    data = (works[0].folder.parent / "works.zip").read_bytes()
    (folder / "other.zip").write_bytes(data)
    from tanyuan.formats.background_import import import_background

    found = import_background(
        folder / "other.zip", Library(folder), name="other", licence="X", shareable=True
    )
    assert found.entry.hash == works[1].hash
    assert (found.entry.name, found.entry.shareable) == ("other", True)


def test_what_is_absent_is_told_with_database_hash_and_mend(works):
    with in_language("en"):
        error = absent(Reference("nowhere", "0123456789abcdef", "p"), works[0])
        assert error.code == "background-absent"
        assert "nowhere" in str(error.cause)
        assert "sha256:0123456789abcdef" in str(error.cause)
        assert "tanyuan background import" in str(error.mend)
        assert absent(Reference("x", works[1].folder.name[:16], "p"), works[0]).code == (
            "background-product"
        )


def test_searching_finds_products_beside_the_library(works):
    library, entry = works
    found = search("steel", backgrounds=library, limit=500)
    ids = [factor.id for factor in found.factors]
    assert offered(entry)["works"].id in ids
    assert any(factor.background is None for factor in found.factors)
    facets = {name: {f.value: f.count for f in facets} for name, facets in found.facets.items()}
    assert facets["database"]["illustration"] == 1
    assert facets["licence"]["CC-BY-4.0"] == 1
    assert sum(facets["database"].values()) == found.total
    only = search("steel", backgrounds=library, database="illustration")
    assert [factor.id for factor in only.factors] == [offered(entry)["works"].id]
    none = search("steel", backgrounds=library, database="", limit=500)
    assert all(factor.background is None for factor in none.factors)
    assert search("", backgrounds=library, licence="CC-BY-4.0").total == 3
    assert search("", backgrounds=library, licence="else").total == 0
    assert search("", backgrounds=library, database="illustration", geography="CN-SD").total == 2
    assert search("", backgrounds=library, database="illustration", year=2024).total == 1
    with pytest.raises(InputError):
        search("steel", backgrounds=library, database="nowhere")


def test_searching_in_chinese_finds_what_the_database_calls_otherwise(works):
    found = search("电力", backgrounds=works[0], database="illustration")
    assert [factor.id for factor in found.factors] == [offered(works[1])["plant"].id]


def test_the_region_s_own_factors_come_before_those_of_backgrounds(works):
    found = search("", backgrounds=works[0], limit=10_000)
    backed = [factor.background is not None for factor in found.factors if factor.verified
              and factor.electricity is None]  # fmt: skip
    assert backed == sorted(backed)
    assert any(backed)


def test_samples_are_the_same_for_all_products_of_a_background(works, offer):
    entry = works[1]
    power, steel = (offer.scatter(offered(entry)[one]).draws(0, 64) for one in ("plant", "works"))
    assert power.std() > 0.1
    # 1 kg of steel is 2 kWh of power and what does not scatter, in each sample
    kwh, rest = 3.6, STEEL - 2 * POWER
    assert kwh * offered(entry)["plant"].co2e(AR6) == pytest.approx(POWER)
    np.testing.assert_allclose(steel * STEEL, rest + 2 * POWER * power, rtol=1e-6)
    # Draws are a function of their number alone
    again = offer.scatter(offered(entry)["plant"])
    np.testing.assert_array_equal(again.draws(17, 5), power[17:22])


def test_draws_begin_again_where_no_more_samples_are_stored(works, offer):
    scatter = offer.scatter(offered(works[1])["works"])
    count = len(scatter.ratios)
    assert count == samples_of(3) == MOST
    np.testing.assert_array_equal(scatter.draws(count, 3), scatter.draws(0, 3))
    assert samples_of(1_000_000) == LEAST


def test_a_background_without_spreads_says_nothing_of_them(tmp_path):
    library, entry = imported(tmp_path, gsd=None)
    assert Offer({}, library, AR6).scatter(offered(entry)["works"]).certain


def test_a_permission_is_stated_later_and_changes_no_hash(tmp_path):
    library, entry = imported(tmp_path)
    assert not entry.shareable
    changed = library.permit(entry, shareable=True)
    assert changed.hash == entry.hash
    (found,) = library
    assert found.shareable
    assert offered(found)["works"].background.shareable
    assert imported_again(tmp_path, library, shareable=None).shareable
    assert not imported_again(tmp_path, library, shareable=False).shareable


def imported_again(folder, library, shareable):
    from tanyuan.formats.background_import import import_background

    return import_background(folder / "works.zip", library, shareable=shareable).entry
