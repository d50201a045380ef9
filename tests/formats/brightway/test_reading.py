from decimal import Decimal

import pytest

from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.linking import Rule, linked
from tanyuan.backgrounds.package import FlowKind, Law
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package
from tanyuan.problems import InputError
from tests.formats.brightway.hand_made import ROWS, changed, workbook


@pytest.fixture
def report():
    return Report()


@pytest.fixture
def package(tmp_path, report):
    return read_package(workbook(tmp_path / "works.xlsx"), report)


def named(package, name):
    return next(each for each in package.processes.values() if each.name == name)


def exchanges(package, process):
    return {package.flows[each.flow].name: each for each in process.exchanges}


def refused(tmp_path, *sheets):
    with pytest.raises(InputError) as caught:
        read_package(workbook(tmp_path / "works.xlsx", *sheets), Report())
    first = caught.value.problems[0]
    assert first.place.file == "works.xlsx"
    assert str(first.mend)
    return first


def test_what_an_activity_says_of_itself(package):
    process = named(package, "rolling")
    assert (package.format, package.names, package.licence) == (
        "brightway",
        {"und": "works"},
        "CC0",
    )
    assert process.id == "rolling-1"
    assert package.locations[process.location].code == "CN-SD"
    assert process.description == {"und": "by hand"}
    assert process.details == {"owner": "a works", "parameterGroup": "of rolling"}
    assert process.reference == 1


def test_exchanges_are_linked_by_equal_words(package, report):
    process = named(package, "rolling")
    found = [(package.flows[each.flow].name, each) for each in process.exchanges]
    casting = named(package, "casting")
    taken = next(each for name, each in found if name == "slab" and not each.avoided)
    spared = next(each for name, each in found if name == "slab" and each.avoided)
    assert (taken.provider, taken.is_input) == (casting.id, True)
    assert (spared.provider, spared.is_input) == (casting.id, False)
    links = linked(package, Profile(), report)
    assert links[process.id, taken.number].rule is Rule.DEFAULT
    assert links[process.id, 3].rule is None


def test_a_negative_product_is_a_waste_that_is_treated(package):
    landfill = named(package, "landfill")
    dust = package.flows[landfill.exchanges[0].flow]
    assert dust.kind is FlowKind.WASTE
    assert (landfill.exchanges[0].is_input, landfill.exchanges[0].amount) == (True, 1)
    given = exchanges(package, named(package, "rolling"))["dust"]
    assert (given.is_input, given.amount) == (False, Decimal("0.02"))


def test_elementary_flows_keep_codes_and_compartments(package):
    found = exchanges(package, named(package, "rolling"))
    water = package.flows[found["Water"].flow]
    assert water.id == "51254820-3456-4373-b7b4-056cf7b16e01"
    assert found["Water"].is_input
    assert package.flows[found["Carbon dioxide, fossil"].flow].category == (
        "air",
        "low population",
    )


def test_spreads_are_those_of_stats_arrays(package):
    found = exchanges(package, named(package, "rolling"))
    slab = next(
        each
        for each in named(package, "rolling").exchanges
        if each.uncertainty and each.uncertainty.law is Law.LOGNORMAL
    )
    assert slab.uncertainty.parameters == (Decimal("1.05"), Decimal("1.1"))
    assert found["Carbon dioxide, fossil"].uncertainty.parameters == (
        Decimal("0.3"),
        Decimal("0.01"),
    )
    assert found["electricity"].uncertainty.law is Law.TRIANGULAR
    assert found["Water"].uncertainty.parameters == (Decimal("0.4"), Decimal("0.6"))


def test_formulas_are_those_of_python(package, report):
    after = Report()
    assert calculated(package, after) == package
    assert len(after) == 0
    assert [each.name for each in package.parameters] == ["share", "twice"]


def test_an_activity_without_production_makes_one_unit(tmp_path):
    report = Report()
    rows = [["Database", "d"], [], ["Activity", "a"], ["unit", "kilogram"]]
    package = read_package(workbook(tmp_path / "a.xlsx", rows), report)
    (process,) = package.processes.values()
    assert [(each.amount, each.is_input) for each in process.exchanges] == [(1, False)]
    assert any(finding.code == "implicit-production" for finding in report)


def test_unread_columns_are_told_without_production_too(tmp_path):
    rows = [
        ["Database", "d"],
        [],
        ["Activity", "a"],
        ["unit", "kilogram"],
        ["Exchanges"],
        ["name", "amount", "unit", "type", "colour"],
        ["Methane", 1, "kilogram", "biosphere", "red"],
    ]
    report = Report()
    read_package(workbook(tmp_path / "a.xlsx", rows), report)
    told = [finding.place.field for finding in report if finding.code == "unknown-field"]
    assert told == ["colour"]


def alike(tmp_path, *line):
    """What takes one of two activities of the same words, and its link."""
    columns = ["name", "amount", "unit", "location", "reference product", "type", "code"]
    rows = [["Database", "d"]]
    for code in ("first", "second"):
        rows += [
            ["Activity", "casting"],
            ["code", code],
            ["location", "CN"],
            ["reference product", "slab"],
            ["unit", "kilogram"],
            ["Exchanges"],
            columns,
            ["casting", 1, "kilogram", "CN", "slab", "production"],
        ]
    taken = ["casting", 2, "kilogram", "CN", "slab", "technosphere", *line]
    rows += [["Activity", "rolling"], ["code", "rolling"], ["unit", "kilogram"]]
    rows += [["Exchanges"], columns, taken]
    package = read_package(workbook(tmp_path / "a.xlsx", rows), Report())
    taken = package.processes["rolling"].exchanges[0]
    report = Report()
    return taken, linked(package, Profile(), report)["rolling", taken.number], report


def test_of_activities_of_the_same_words_none_is_chosen(tmp_path):
    taken, link, report = alike(tmp_path)
    assert taken.provider == ""
    (told,) = [finding for finding in report if finding.code == "provider-ambiguous"]
    assert told.details["candidates"] == "first second"
    assert link.provider == told.details["provider"]


def test_a_code_names_one_of_activities_of_the_same_words(tmp_path):
    taken, link, _ = alike(tmp_path, "second")
    assert taken.provider == link.provider == "second"


def test_products_and_processes_may_be_apart(tmp_path):
    rows = [
        ["Database", "d"],
        ["Activity", "steel"],
        ["code", "p"],
        ["type", "product"],
        ["unit", "kilogram"],
        ["Activity", "works"],
        ["code", "w"],
        ["unit", "unit"],
        ["Exchanges"],
        ["amount", "type", "input"],
        [2, "production", "d::p"],
        [0.5, "technosphere", "d::p"],
    ]
    package = read_package(workbook(tmp_path / "a.xlsx", rows), Report())
    (process,) = package.processes.values()
    made, taken = process.exchanges
    assert made.flow == taken.flow
    assert package.flows[made.flow].name == "steel"
    assert (made.is_input, taken.is_input, process.reference) == (False, True, 1)


def test_sheets_and_rows_that_do_not_count_are_told(tmp_path):
    report = Report()
    notes = [["skip", "notes"], ["Activity", "no"]]
    loose = [["cutoff", 1], [], ["a note"]]
    package = read_package(workbook(tmp_path / "a.xlsx", ROWS, notes, loose), report)
    assert len(package.processes) == 3
    told = {finding.code: finding for finding in report}
    assert told["sheet-skipped"].place.sheet == "Sheet2"
    assert told["row-outside"].place.row == 3


def test_two_workbooks_supply_each_other(tmp_path, package):
    rows = [
        ["Database", "other"],
        ["Activity", "power"],
        ["reference product", "electricity"],
        ["location", "CN"],
        ["unit", "kilowatt hour"],
    ]
    other = read_package(workbook(tmp_path / "b.xlsx", rows), Report())
    taking = [
        [*row, *([""] * (14 - len(row))), "other"] if row and row[0] == "power" else row
        for row in ROWS
    ]
    taking = [[*row, "database"] if "formula" in row and "loc" in row else row for row in taking]
    first = read_package(workbook(tmp_path / "c.xlsx", taking), Report())
    flow = exchanges(first, named(first, "rolling"))["electricity"].flow
    assert flow in other.flows


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (ROWS[8:], "brightway-database"),
        ([*ROWS, ["Database", "again"]], "brightway-database"),
        (changed("substitution", "magic"), "exchange-type"),
        (changed(1.05, "1,05"), "number"),
        (changed(1.05, "about one"), "number"),
        (changed("biosphere3::51254820-3456-4373-b7b4-056cf7b16e01", "works::nobody"),
         "missing-reference"),
        (changed("landfill-1", "rolling-1"), "duplicate-id"),
        ([["Database", "d"], [], ["Activity", ""]], "no-process"),
        ([["cutoff", "many"], *ROWS], "cutoff"),
    ],
)  # fmt: skip
def test_bad_input(tmp_path, rows, code):
    assert refused(tmp_path, rows).code == code


def test_a_workbook_of_something_else(tmp_path):
    assert refused(tmp_path, [["name", "amount"], ["steel", 1]]).code == "format-unknown"


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_workbook_that_was_cut_short(tmp_path, share):
    whole = workbook(tmp_path / "works.xlsx").read_bytes()
    (tmp_path / "cut.xlsx").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError) as caught:
        read_package(tmp_path / "cut.xlsx", Report())
    assert caught.value.problems[0].code in {"file-damaged", "format-unknown"}
