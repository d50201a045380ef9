"""Supply chains of products: branches by hand, what is no product, wastes."""

import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import offered
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.supply_chain import referred, supply_chain
from tanyuan.formats.background_import import import_background
from tanyuan.problems import InputError
from tests.backgrounds.steelworks import POWER, STEEL, imported
from tests.formats.openlca.hand_made import generation_2, packed

AR6 = "AR6 GWP-100"


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    return imported(tmp_path_factory.mktemp("works"))


def test_branches_are_those_by_hand(works):
    library, entry = works
    found, product = referred(offered(entry)["drawing"].id, library)
    assert found.hash == entry.hash
    wire, steel, power = supply_chain(entry, product, AR6, amount=10)
    assert [(one.depth, one.product.id) for one in (wire, steel, power)] == [
        (0, "drawing"), (1, "works"), (2, "plant"),
    ]  # fmt: skip
    assert (wire.total, steel.total) == pytest.approx((10 * STEEL, 10 * STEEL))
    assert (wire.own, steel.own) == pytest.approx((0, 10 * (STEEL - 2 * POWER)))
    assert (power.amount, power.total) == pytest.approx((72, 20 * POWER))
    assert steel.document()["unit"] == "kg"


def test_small_branches_are_left_out(works):
    product = referred(offered(works[1])["drawing"].id, works[0])[1]
    assert len(list(supply_chain(works[1], product, AR6, cutoff=0.9))) == 2


def test_a_treated_waste_stands_as_it_is_treated(tmp_path):
    library = Library(tmp_path / "library")
    file = packed(tmp_path / "small.zip", generation_2())
    entry = import_background(file, library, Profile(keys=(Key.MASS, Key.EQUAL))).entry
    product = referred(offered(entry)["landfill"].id, library)[1]
    root = next(supply_chain(entry, product, AR6, amount=2))
    assert root.amount == 2
    assert root.total == pytest.approx(2 * offered(entry)["landfill"].co2e(AR6))


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("EL-0121", "reference"),
        ("x@0123456789abcdef/p", "background-absent"),
    ],
)
def test_what_names_no_product_is_refused(works, ref, code):
    with pytest.raises(InputError) as caught:
        referred(ref, works[0])
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_product_that_is_not_there_is_told(works):
    ref = offered(works[1])["works"].id.replace("/works", "/none")
    with pytest.raises(InputError) as caught:
        referred(ref, works[0])
    assert [problem.code for problem in caught.value.problems] == ["background-product"]
