from decimal import Decimal

import numpy as np
import pytest

from tanyuan.backgrounds.allocating import allocated
from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.measuring import Measures
from tanyuan.backgrounds.package import AllocationKind, AllocationShare
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Report
from tanyuan.problems import InputError
from tests.backgrounds.changing import codes, one, with_process

PHYSICAL, CAUSAL = AllocationKind.PHYSICAL, AllocationKind.CAUSAL
MASS = Profile(keys=(Key.MASS,))


def outputs(package, profile=MASS, report=None):
    return allocated(package, Measures(package), profile, Report() if report is None else report)


def shares(**values):
    return tuple(AllocationShare(PHYSICAL, flow, Decimal(share)) for flow, share in values.items())


def sawmill(package, *keys):
    return outputs(package, Profile(keys=keys))["sawmill"].shares


def test_declared_shares_go_first(small):
    report = Report()
    found = outputs(small, report=report)["chp"]
    assert found.amounts == {"heat": 6.0, "power": pytest.approx(3.6)}
    assert found.shares == {"heat": 0.4, "power": 0.6}
    assert one(report, "allocation-declared").place.sheet == "Heat and power plant"


def test_keys_of_the_importer(small):
    assert sawmill(small, Key.MASS) == pytest.approx({"planks": 2 / 3, "sawdust": 1 / 3})
    assert sawmill(small, Key.ECONOMIC) == pytest.approx(
        {"planks": 3 / 3.25, "sawdust": 0.25 / 3.25}
    )
    assert sawmill(small, Key.EQUAL) == {"planks": 0.5, "sawdust": 0.5}
    assert sawmill(small, Key.REFERENCE) == {"planks": 1.0, "sawdust": 0.0}


def test_the_first_key_that_all_outputs_have_counts(small):
    assert sawmill(small, Key.ENERGY, Key.ECONOMIC) == sawmill(small, Key.ECONOMIC)


def test_energy_converts_units_of_energy(small):
    package = with_process(small, "chp", allocation=(), default_allocation=None)
    found = outputs(package, Profile(keys=(Key.ENERGY, Key.MASS)))
    assert found["chp"].shares == pytest.approx({"heat": 6 / 9.6, "power": 3.6 / 9.6})


def test_nothing_is_shared_equally_unless_it_is_said(small):
    with pytest.raises(InputError) as caught:
        outputs(small, Profile(keys=(Key.ENERGY,)))
    assert [each.code for each in caught.value.problems] == [
        "allocation-choice",
        "allocation-undecided",
    ]


def test_shares_of_the_profile_go_before_those_of_the_source(small):
    given = {"chp": {"heat": Decimal("0.9"), "power": Decimal("0.1")}}
    found = outputs(small, Profile(keys=(Key.MASS,), shares=given))
    assert found["chp"].shares == {"heat": 0.9, "power": 0.1}


def test_declared_shares_can_be_set_aside(small):
    found = outputs(small, Profile(keys=(Key.EQUAL,), declared=False))
    assert found["chp"].shares == {"heat": 0.5, "power": 0.5}


def test_one_missing_share_takes_the_rest(small):
    report = Report()
    package = with_process(small, "chp", allocation=shares(heat="0.3"))
    assert outputs(package, report=report)["chp"].shares == pytest.approx(
        {"heat": 0.3, "power": 0.7}
    )
    assert one(report, "allocation-rest").place.field == "power"


@pytest.mark.parametrize("given", [{"heat": "0.3", "power": "0.3"}, {"heat": "1.5"},
                                   {"heat": "-1", "power": "2"}])  # fmt: skip
def test_shares_that_do_not_add_up_are_not_used(small, given):
    report = Report()
    package = with_process(small, "chp", allocation=shares(**given))
    found = outputs(package, Profile(keys=(Key.MASS, Key.EQUAL)), report)
    assert found["chp"].shares == {"heat": 0.5, "power": 0.5}
    assert "allocation-incomplete" in codes(report)
    assert "allocation-rest" not in codes(report)


def test_the_reference_carries_all_where_the_source_says_no_allocation(small):
    package = with_process(small, "chp", default_allocation=AllocationKind.NONE)
    assert outputs(package)["chp"].shares == {"heat": 1.0, "power": 0.0}


def test_exchanges_may_have_shares_of_their_own(small):
    """All CO2 of the combined plant falls on power, the coal on heat by 0.9."""
    own = [("heat", "0", 4), ("power", "1", 4), ("heat", "0.9", 3), ("power", "0.1", 3)]
    causal = tuple(AllocationShare(CAUSAL, p, Decimal(s), number) for p, s, number in own)
    package = with_process(
        small,
        "chp",
        default_allocation=CAUSAL,
        allocation=(*causal, AllocationShare(CAUSAL, "heat", Decimal(1), 99)),
    )
    report = Report()
    keys = Profile(keys=(Key.MASS, Key.REFERENCE))
    made = outputs(package, keys, report)["chp"]
    assert made.own == {4: {"heat": 0, "power": 1}, 3: {"heat": 0.9, "power": 0.1}}
    assert "allocation-causal" in codes(report)
    assert "allocation-incomplete" in codes(report)
    found = build(package, keys, Report())
    columns = found.solved.characterisation.columns
    direct = {each.id: row for each, row in zip(found.products, found.solved.direct, strict=True)}
    at = columns.index("CO2|fossil")
    assert direct["chp/heat"][at] == 0
    assert direct["chp/power"][at] == pytest.approx(1.2)
    matrix = found.solved.system.matrix().toarray()
    place = found.solved.position
    assert matrix[place("mine"), place("chp/heat")] == pytest.approx(-0.45)
    assert matrix[place("mine"), place("chp/power")] == pytest.approx(-0.05)


def test_nothing_is_asked_where_every_exchange_has_shares_of_its_own(small):
    process = small.processes["chp"]
    rest = [each.number for each in process.exchanges if each.flow not in {"heat", "power"}]
    whole = [(p, s, n) for n in rest for p, s in (("heat", "0.2"), ("power", "0.8"))]
    causal = tuple(AllocationShare(CAUSAL, p, Decimal(s), number) for p, s, number in whole)
    package = with_process(small, "chp", default_allocation=CAUSAL, allocation=causal)
    assert outputs(package)["chp"].own.keys() == set(rest)
    less = with_process(small, "chp", default_allocation=CAUSAL, allocation=causal[2:])
    with pytest.raises(InputError):
        outputs(less)


def test_parts_add_up_to_their_process(small):
    found = build(small, MASS, Report())
    places = [found.solved.position(key) for key in ("chp/heat", "chp/power")]
    whole = found.solved.direct[places].sum(axis=0)
    at = found.solved.characterisation.columns.index("CO2|fossil")
    assert whole[at] == pytest.approx(1.2, rel=1e-15)
    assert np.count_nonzero(whole) == 1


def test_needless_shares_are_told(small):
    report = Report()
    package = with_process(small, "mine", allocation=shares(coal="1"))
    assert outputs(package, report=report)["mine"].shares == {"coal": 1.0}
    assert one(report, "allocation-needless").place.sheet == "Coal mine"
