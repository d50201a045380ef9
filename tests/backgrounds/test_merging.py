from dataclasses import replace
from decimal import Decimal

from tanyuan.backgrounds.linking import Rule, linked
from tanyuan.backgrounds.merging import merged
from tanyuan.backgrounds.package import Parameter
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Act, Report
from tests.backgrounds.changing import one, with_process


def without(package, *keys):
    return replace(package, processes={k: v for k, v in package.processes.items() if k not in keys})


def test_what_one_lacks_another_supplies(small):
    demand, supply = without(small, "mine"), without(small, "plant", "sawmill", "chp")
    assert linked(demand, Profile(), Report())["plant", 2].rule is None
    report = Report()
    both = merged([demand, supply], report)
    assert linked(both, Profile(), Report())["plant", 2].rule is Rule.ONLY
    assert both == small
    assert len(report) == 0


def test_of_unlike_objects_the_later_is_taken_and_told(small):
    older = with_process(small, "mine", version="00.00.001", names={"und": "Old mine"})
    for packages in ([small, older], [older, small]):
        report = Report()
        found = merged(packages, report)
        assert found.processes["mine"].names == {"und": "Coal mine"}
        told = one(report, "packages-differ")
        assert (told.act, told.place.field) == (Act.DROPPED, "mine")


def test_of_equal_age_the_first_is_taken(small):
    other = with_process(small, "mine", names={"und": "Other"})
    assert merged([small, other], Report()).processes["mine"].name == "Coal mine"
    assert merged([other, small], Report()).processes["mine"].name == "Other"


def test_objects_stay_in_order_and_terms_are_joined(small):
    one_, other = replace(small, licence="A", notice="N"), replace(small, licence="B", notice="N")
    found = merged([one_, other], Report())
    assert (found.licence, found.notice) == ("A\n\nB", "N")
    assert list(found.flows) == sorted(found.flows)


def test_parameters_of_the_first_go_first(small):
    first = replace(small, parameters=(Parameter("a", Decimal(1)),))
    second = replace(small, parameters=(Parameter("a", Decimal(2)), Parameter("b", Decimal(3))))
    found = merged([first, second], Report())
    assert [(each.name, each.value) for each in found.parameters] == [("a", 1), ("b", 3)]


def test_one_package_is_itself(small):
    assert merged([small], Report()) is small


def test_units_that_only_one_knows_are_kept_for_both(small):
    group = next(each for each in small.unit_groups.values() if len(each.units) > 1)
    kept = [unit for unit in group.units if unit.id == group.reference]
    fewer = replace(
        small, unit_groups={**small.unit_groups, group.id: replace(group, units=(kept[0],))}
    )
    for packages in ([small, fewer], [fewer, small]):
        report = Report()
        found = merged(packages, report)
        assert {unit.id for unit in found.unit_groups[group.id].units} == {
            u.id for u in group.units
        }
        assert len(report) == 0
