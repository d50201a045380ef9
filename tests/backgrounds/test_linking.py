from dataclasses import replace

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.linking import Rule, linked, makers, nearness, settled
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Act, Report
from tests.backgrounds.changing import codes, one, with_exchange, with_process


def links(package, profile=None, report=None):
    return linked(package, profile or Profile(), Report() if report is None else report)


def test_each_input_finds_its_supplier_and_says_how(small):
    found = {key: (link.provider, link.rule) for key, link in links(small).items()}
    assert found == {
        ("plant", 2): ("mine", Rule.ONLY),
        ("plant", 3): ("landfill", Rule.ONLY),
        ("mine", 2): ("chp", Rule.PLACE),
        ("landfill", 3): ("plant", Rule.DEFAULT),
        ("chp", 3): ("mine", Rule.ONLY),
        ("sawmill", 3): ("", None),
        ("sawmill", 5): ("chp", Rule.ONLY),
        ("sawmill", 6): ("plant", Rule.DEFAULT),
    }


def test_several_suppliers_are_listed_with_the_choice(small):
    report = Report()
    links(small, report=report)
    found = one(report, "provider-ambiguous")
    assert found.act is Act.AMBIGUOUS
    assert found.details == {"provider": "chp", "candidates": "chp plant", "count": "1"}
    assert "same place" in str(found.why)


@pytest.mark.parametrize(
    ("place", "provider", "rule"),
    [
        ("place-cn", "plant", Rule.PLACE),
        ("place-sd", "chp", Rule.PLACE),
        ("place-glo", "plant", Rule.REFERENCE),
    ],
)
def test_the_place_of_the_consumer_decides_before_the_reference(small, place, provider, rule):
    found = links(with_process(small, "mine", location=place))["mine", 2]
    assert (found.provider, found.rule) == (provider, rule)


def test_a_wider_place_goes_before_another(small):
    package = with_process(small, "chp", location="place-glo")
    found = links(package)["mine", 2]
    assert (found.provider, found.rule) == ("plant", Rule.WIDER)


def test_without_any_difference_the_first_name_is_taken(small):
    package = with_process(small, "chp", location="place-cn", reference=2)
    package = with_process(package, "mine", location="place-glo")
    found = links(package)["mine", 2]
    assert (found.provider, found.rule) == ("chp", Rule.ORDER)


def test_nearness():
    assert [nearness("CN-SD", maker) for maker in ("CN-SD", "CN", "GLO", "DE", "C")] == [
        0, 1, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("profile", [Profile(providers={"power": "plant"}),
                                     Profile(exchanges={"mine/2": "plant"})])  # fmt: skip
def test_the_profile_goes_first(small, profile):
    report = Report()
    found = links(small, profile, report)["mine", 2]
    assert (found.provider, found.rule) == ("plant", Rule.PROFILE)
    assert "provider-ambiguous" not in codes(report)


def test_a_single_exchange_of_the_profile_goes_before_its_flow(small):
    profile = Profile(providers={"power": "plant"}, exchanges={"mine/2": "chp"})
    assert links(small, profile)["mine", 2].provider == "chp"
    assert links(small, profile)["landfill", 3].provider == "plant"


def test_choices_are_settled_and_replayed(small):
    first = build(small, Profile(keys=(Key.MASS,)), Report())
    profile = settled(Profile(keys=(Key.MASS,)), first.links)
    # Others take power of the plant, as the source says
    assert (profile.providers, profile.exchanges) == ({}, {"mine/2": "chp"})
    report = Report()
    again = links(small, profile, report)
    assert {key: link.provider for key, link in again.items()} == {
        key: link.provider for key, link in links(small).items()
    }
    assert again["mine", 2].rule is Rule.PROFILE
    assert "provider-ambiguous" not in codes(report)


def test_a_flow_with_one_supplier_for_all_is_settled_once(small):
    package = with_exchange(small, "landfill", 3, provider="")
    package = with_exchange(package, "sawmill", 6, provider="")
    package = with_process(package, "landfill", location="place-sd")
    profile = settled(Profile(), links(package).values())
    assert (profile.providers, profile.exchanges) == ({"power": "chp"}, {})


def test_unequal_choices_are_settled_exchange_by_exchange(small):
    package = with_exchange(small, "landfill", 3, provider="")
    found = links(package)
    assert [found[key].provider for key in (("mine", 2), ("landfill", 3))] == ["chp", "plant"]
    profile = settled(Profile(), found.values())
    assert profile.providers == {}
    assert profile.exchanges == {"mine/2": "chp", "landfill/3": "plant"}


def test_a_supplier_that_does_not_make_it_or_is_not_there_is_told(small):
    package = with_exchange(small, "landfill", 3, provider="mine")
    package = with_exchange(package, "sawmill", 6, provider="elsewhere")
    report = Report()
    found = links(package, report=report)
    assert found["landfill", 3].rule is Rule.PLACE
    wrong, outside = one(report, "provider-not-maker"), one(report, "provider-outside")
    assert (wrong.place.sheet, wrong.place.row) == ("Landfill", 3)
    assert outside.details["provider"] == "elsewhere"
    assert outside.mend


def test_what_nobody_supplies_is_named_with_its_takers(small):
    report = Report()
    links(small, report=report)
    found = one(report, "no-supplier")
    assert found.act is Act.UNLINKED
    assert (found.place.sheet, found.place.field) == ("Logs", "logs")
    assert found.details == {"count": "1", "processes": "sawmill"}


def test_nothing_is_looked_for_where_the_amount_is_zero(small):
    package = with_exchange(
        small, "sawmill", 3, amount=small.processes["mine"].exchanges[0].amount * 0
    )
    report = Report()
    assert ("sawmill", 3) not in links(package, report=report)
    assert "no-supplier" not in codes(report)


def test_makers_are_those_who_make_or_treat(small):
    found = makers(small)
    assert found["power"] == {"plant": True, "chp": False}
    assert found["ash"] == {"landfill": True}
    assert "logs" not in found
    assert "co2" not in found


def test_order_of_processes_does_not_matter(small):
    shuffled = replace(small, processes=dict(reversed(small.processes.items())))
    assert links(shuffled) == links(small)
