import json
from decimal import Decimal

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.package import AllocationKind, FlowKind, Law
from tanyuan.backgrounds.profile import Key, Profile
from tanyuan.backgrounds.report import Act, Report
from tanyuan.formats.packages import read_package
from tanyuan.problems import InputError
from tests.backgrounds.changing import codes, one
from tests.formats.openlca.hand_made import KG, exchange, generation_1, packed, ref

PLANT, MINE, CHP = "processes/plant.json", "processes/mine.json", "processes/chp.json"
SAWMILL, CO2 = "processes/sawmill.json", "flows/co2.json"


def refused(read, entries):
    """The first problem of entries that cannot be used; it has place, cause and mend."""
    with pytest.raises(InputError) as caught:
        read(entries)
    problem = caught.value.problems[0]
    assert problem.place.file.startswith("small.zip")
    assert str(problem.cause)
    assert str(problem.mend)
    return problem


def test_both_generations_hold_the_same_database(read, entries):
    newer, report = read(entries)
    assert len(report) == 0
    older, report = read(generation_1())
    assert older == newer
    assert one(report, "exchange-ids").details["count"] == str(
        sum(len(each.exchanges) for each in newer.processes.values())
    )


def test_everything_stands_where_it_belongs(read, entries):
    found, _ = read(entries)
    plant = found.processes["plant"]
    assert plant.names == {"und": "Power plant"}
    assert (plant.reference, plant.location) == (1, "place-cn")
    assert plant.category == ("Made by hand",)
    assert (plant.valid_from, plant.valid_until) == ("2024-01-01", "2025-12-31")
    assert plant.documentation == {"technologyDescription": {"und": "Pulverised coal"}}
    assert plant.details == {"dataGenerator": "author", "isCopyrightProtected": "true"}
    assert plant.sources == ("report",)
    coal = plant.exchanges[1]
    assert (coal.number, coal.flow, coal.is_input, coal.unit) == (2, "coal", True, KG)
    assert coal.amount == Decimal("0.4")
    assert coal.uncertainty.law is Law.LOGNORMAL
    assert coal.uncertainty.parameters == (Decimal("0.4"), Decimal("1.2"))
    assert coal.pedigree == "(1;2;3;2;1)"
    assert plant.exchanges[4].comment == {"und": "after cleaning"}
    chp = found.processes["chp"]
    assert chp.default_allocation is AllocationKind.PHYSICAL
    assert [(each.product, each.share) for each in chp.allocation] == [
        ("heat", Decimal("0.4")),
        ("power", Decimal("0.6")),
    ]
    sawmill = found.processes["sawmill"]
    assert sawmill.exchanges[4].avoided
    assert sawmill.exchanges[5].provider == "plant"
    assert [each.formula for each in sawmill.parameters] == ["", "if(Hours > 0; 0.35*2; 0)"]
    assert found.flows["ash"].kind is FlowKind.WASTE
    assert found.flows["planks"].synonyms == ("Boards", "Deals")
    assert found.flows["planks"].properties == {"prop-mass": 1, "prop-price": 3}
    assert found.properties["prop-price"].economic
    assert found.unit_groups["group-mass"].units[1].synonyms == ("gram",)
    assert found.locations["place-sd"].code == "CN-SD"
    assert found.references["report"].details == {"textReference": "p. 3", "year": "2025"}


def test_amounts_are_the_decimals_of_the_file(read, entries):
    text = json.dumps(entries[MINE]).replace('"amount": 4', '"amount": 4.10000000000000000000001')
    entries[MINE] = text.encode()
    found, _ = read(entries)
    assert str(found.processes["mine"].exchanges[2].amount) == "4.10000000000000000000001"


def test_what_the_model_does_not_hold_is_reported_once_a_field(read, entries):
    for each in entries[PLANT]["exchanges"][:2]:
        each["costValue"] = 3.5
    entries[PLANT]["socialAspects"] = [{"x": 1}]
    entries[CO2]["tags"] = []  # says nothing
    entries["dq_systems/a.json"] = {"@type": "DQSystem", "@id": "a"}
    entries["bin/readme.pdf"] = b"%PDF"
    found, report = read(entries)
    assert len(found.processes) == 5
    left = {f.place.field: f.details["count"] for f in report if f.code == "unknown-field"}
    assert left == {"exchanges.costValue": "2", "socialAspects": "1"}
    assert {f.place.sheet for f in report if f.code == "object-kind"} == {"dq_systems", "bin"}
    assert {f.act for f in report} == {Act.DROPPED}


def test_words_for_numbers_and_truths_are_read_and_told(read, entries):
    entries[SAWMILL]["parameters"][0]["isInputParameter"] = "TRUE"
    entries["sources/report.json"]["year"] = "2025"
    found, report = read(entries)
    assert found.processes["sawmill"].parameters[0].value == Decimal("0.2")
    assert found.references["report"].details["year"] == "2025"
    places = {f.place.field for f in report if f.code == "type-converted"}
    assert places == {"parameters.isInputParameter", "year"}


def test_units_that_packages_leave_out_are_those_of_the_reference_data(read, entries):
    mass, gallon = "93a60a56-a3c8-22da-a746-0800200c9a66", "431df202-da83-4baa-b576-5d17f59f0c8a"
    factor = {"flowProperty": ref("FlowProperty", mass), "conversionFactor": 1}
    entries["flows/water.json"] = {
        "@type": "Flow",
        "@id": "water",
        "name": "Water",
        "flowType": "PRODUCT_FLOW",
        "flowProperties": [{**factor, "isRefFlowProperty": True}],
    }
    given = {**exchange(4, "water", 2, KG, taken=True), "unit": ref("Unit", gallon)}
    entries[MINE]["exchanges"].append({**given, "flowProperty": ref("FlowProperty", mass)})
    found, report = read(entries)
    assert found.properties[mass].name == "Volume"
    assert {f.place.sheet for f in report if f.code == "reference-data"} == {
        "Volume",
        "Units of volume",
    }
    built = build(found, Profile(keys=(Key.MASS,)), Report())
    inventory = built.solved.inventory({"mine": 1.0})
    water = inventory[built.solved.system.flows.index("cut-off:water")]
    assert water == pytest.approx(2 * 0.003785411784, rel=0.01)


def test_names_of_what_is_only_referred_to_are_kept(read, entries):
    entries[MINE]["location"] = ref("Location", "place-us", name="United States")
    owner = ref("Actor", "board", name="Board", category="Organisations/Public")
    entries[MINE]["processDocumentation"] = {"dataSetOwner": owner}
    found, report = read(entries)
    assert found.locations["place-us"].names == {"und": "United States"}
    assert found.references["board"].category == ("Organisations", "Public")
    assert {f.place.field for f in report if f.code == "reference-outside"} == {"place-us", "board"}


def test_numbers_that_are_none_do_not_stop_what_only_documents(read, entries):
    entries["locations/place-cn.json"] = json.dumps(
        {
            **entries["locations/place-cn.json"],
            "longitude": float("nan"),
            "description": float("nan"),
        }
    ).encode()
    found, report = read(entries)
    assert found.locations["place-cn"].longitude is None
    assert {f.place.field for f in report if f.code == "unknown-field"} == {
        "longitude",
        "description",
    }


def test_shares_that_fit_nothing_are_dropped_with_their_reason(read, entries):
    factors = entries[CHP]["allocationFactors"]
    causal = {"@type": "AllocationFactor", "allocationType": "CAUSAL_ALLOCATION", "value": 1}
    heat = ref("Flow", "heat")
    factors += [
        {**causal, "product": heat, "exchange": {"internalId": 99}},
        {**causal, "product": ref("Flow", "planks")},
        {**causal, "product": heat, "exchange": {"internalId": 3}},
        {**causal, "product": heat, "exchange": {"internalId": 3}},
        {**causal, "product": heat, "exchange": {"internalId": 4}},
        {**causal, "product": heat, "exchange": {"internalId": 4}, "value": 0.5},
    ]
    found, report = read(entries)
    kept = [(each.kind, each.exchange) for each in found.processes["chp"].allocation]
    assert kept == [
        (AllocationKind.PHYSICAL, None),
        (AllocationKind.PHYSICAL, None),
        (AllocationKind.CAUSAL, 3),
    ]
    reasons = {f.code: f.details["count"] for f in report}
    assert reasons == {
        "allocation-exchange": "1",
        "allocation-product": "1",
        "allocation-twice": "1",
        "allocation-contradicted": "1",
    }


def test_internal_numbers_that_are_shared_are_set_anew(read, entries):
    for each in entries[MINE]["exchanges"]:
        each["internalId"] = 7
    found, report = read(entries)
    assert [each.number for each in found.processes["mine"].exchanges] == [1, 2, 3]
    assert one(report, "internal-id").place.sheet == "Coal mine"


def test_the_first_of_several_references_counts(read, entries):
    entries[CHP]["exchanges"][1]["isQuantitativeReference"] = True
    found, report = read(entries)
    assert found.processes["chp"].reference == 1
    assert one(report, "several-references").act is Act.DROPPED


def test_a_distribution_without_a_parameter_is_dropped(read, entries):
    del entries[PLANT]["exchanges"][1]["uncertainty"]["geomSd"]
    found, report = read(entries)
    assert found.processes["plant"].exchanges[1].uncertainty is None
    assert "distribution-incomplete" in codes(report)


def test_an_amount_that_is_missing_is_told(read, entries):
    del entries[MINE]["exchanges"][2]["amount"]
    found, report = read(entries)
    assert found.processes["mine"].exchanges[2].amount == 0
    assert one(report, "amount-missing").act is Act.DEFAULTED


def test_equal_objects_under_two_names_are_one(read, entries):
    entries["flows/again.json"] = entries[CO2]
    found, report = read(entries)
    assert len(found.flows) == 13
    assert one(report, "duplicate").act is Act.DROPPED


def test_a_package_is_recognised_by_what_is_in_it(read, entries):
    found, _ = read(entries, "small.xlsx")
    assert found.format == "openlca"
    assert found.names == {"und": "small"}


def test_progress_runs_to_the_end(tmp_path, entries):
    told = []
    path = packed(tmp_path / "small.zip", entries)
    read_package(path, Report(), lambda done, what: told.append((done, str(what))))
    assert told[-1][0] == pytest.approx(1, abs=0.01)
    assert told == sorted(told, key=lambda each: each[0])


def test_a_process_with_very_many_exchanges_is_read(read, entries):
    many = [exchange(number, "co2", number, KG) for number in range(4, 100_004)]
    entries[MINE]["exchanges"] += many
    found, _ = read(entries)
    assert len(found.processes["mine"].exchanges) == 100_003


# What cannot be used


@pytest.mark.parametrize(
    ("entry", "data", "code"),
    [
        (MINE, "{“}".encode("gb18030"), "encoding"),
        (MINE, b'{"@type": "Process"', "json"),
        (MINE, b"[1, 2]", "json"),
        (MINE, b'{"@id": "x", "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "json-depth"),
        (MINE, b"PK\x03\x04", "archive-nested"),
    ],
)
def test_entries_that_are_no_objects(read, entries, entry, data, code):
    entries[entry] = data
    problem = refused(read, entries)
    assert problem.code == code
    assert entry in problem.place.file or code == "archive-nested"


def change(path, value):
    def changing(entries):
        entry, *steps = path
        at = entries[entry]
        for step in steps[:-1]:
            at = at[step]
        at[steps[-1]] = value

    return changing


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ((MINE, "exchanges", 0, "amount"), "1,5", "number", "exchanges.amount"),
        ((MINE, "exchanges", 0, "amount"), "much", "number", "exchanges.amount"),
        ((MINE, "exchanges", 0, "amount"), float("nan"), "number", "exchanges.amount"),
        ((MINE, "exchanges", 0, "amount"), 1e31, "number", "exchanges.amount"),
        ((MINE, "exchanges", 0, "amount"), [1], "field-type", "exchanges.amount"),
        ((MINE, "exchanges", 0, "isInput"), 7, "field-type", "exchanges.isInput"),
        ((MINE, "exchanges", 0, "flow"), "coal", "field-type", "exchanges.flow"),
        ((MINE, "exchanges", 0, "flow"), None, "field-missing", "exchanges.flow"),
        ((MINE, "exchanges", 0), 3, "field-type", "exchanges"),
        ((MINE, "exchanges"), {}, "field-type", "exchanges"),
        ((MINE, "name"), 3, "field-type", "name"),
        ((MINE, "@id"), None, "field-missing", "@id"),
        ((MINE, "tags"), [1], "field-type", "tags"),
        ((MINE, "processType"), "MILL", "field-type", "processType"),
        ((MINE, "defaultAllocationMethod"), "LOT", "field-type", "defaultAllocationMethod"),
        ((CHP, "allocationFactors", 0, "allocationType"), "LOT", "field-type",
         "allocationFactors.allocationType"),
        ((PLANT, "processDocumentation"), [], "field-type", "processDocumentation"),
        ((PLANT, "exchanges", 0, "uncertainty", "distributionType"), "X", "field-type",
         "exchanges.uncertainty.distributionType"),
        ((CO2, "flowType"), "GAS", "field-type", "flowType"),
        ((CO2, "flowProperties", 0, "conversionFactor"), 0, "field-type",
         "flowProperties.conversionFactor"),
        ((CO2, "flowProperties"), [], "field-missing", "flowProperties.isRefFlowProperty"),
        ((SAWMILL, "parameters", 0, "name"), "", "field-missing", "parameters.name"),
    ],
)  # fmt: skip
def test_fields_that_cannot_be_used(read, entries, path, value, code, field):
    change(path, value)(entries)
    problem = refused(read, entries)
    assert (problem.code, problem.place.field) == (code, field)
    assert problem.place.file == f"small.zip/{path[0]}"


def test_a_decimal_comma_is_told_with_its_row(read, entries):
    change((PLANT, "exchanges", 3, "amount"), "0,9")(entries)
    assert refused(read, entries).place.row == 4


def test_two_different_objects_with_one_id(read, entries):
    entries["flows/again.json"] = {**entries[CO2], "name": "Something else"}
    problem = refused(read, entries)
    assert (problem.code, problem.place.field) == ("duplicate-id", "@id")


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ((MINE, "exchanges", 1, "flow"), ref("Flow", "nowhere"), "missing-reference"),
        ((MINE, "exchanges", 1, "unit"), ref("Unit", "acre"), "unknown-unit"),
        ((MINE, "exchanges", 1, "unit"), ref("Unit", KG), "unknown-unit"),
        ((MINE, "exchanges", 1, "flowProperty"), ref("FlowProperty", "prop-mass"),
         "unknown-property"),
        (("flow_properties/prop-mass.json", "unitGroup"), ref("UnitGroup", "no"),
         "missing-reference"),
        ((CO2, "flowProperties", 0, "flowProperty"), ref("FlowProperty", "no"),
         "missing-reference"),
    ],
)  # fmt: skip
def test_references_to_nothing_and_units_of_something_else(read, entries, path, value, code):
    change(path, value)(entries)
    assert refused(read, entries).code == code


def test_categories_in_a_circle(read):
    entries = generation_1()
    names = [name for name in entries if name.startswith("categories/")]
    for name in names:
        entries[name]["category"] = ref("Category", entries[names[0]]["@id"])
    assert refused(read, entries).code == "category-cycle"


def test_a_missing_category_leaves_the_name_of_the_reference(read):
    entries = generation_1()
    entries["processes/mine.json"]["category"] = ref("Category", "gone", name="Mines")
    found, _ = read(entries)
    assert found.processes["mine"].category == ("Mines",)


def test_many_problems_end_the_reading_early(read, entries):
    for number in range(500):
        entries[f"flows/bad{number}.json"] = {"@type": "Flow", "@id": f"bad{number}"}
    with pytest.raises(InputError) as caught:
        read(entries)
    assert 100 < len(caught.value.problems) < 120
