"""What a file of ecoSpold 1 says arrives in the package, or is told."""

from decimal import Decimal

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.linking import linked
from tanyuan.backgrounds.package import AllocationKind, FlowKind, Law, ProcessKind
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import open_source, recognised
from tests.formats.ecospold1 import data_sets as ds
from tests.formats.openlca.hand_made import packed

STEEL, POWER = "Steel, at plant", "Electricity, medium voltage"


@pytest.fixture
def steel(tmp_path):
    return ds.read_text(tmp_path, ds.STEEL, ds.POWER)[0]


def test_it_is_recognised_by_its_name_space(tmp_path):
    for name in ("a.xml", "a.spold", "a.zip"):
        with open_source(ds.written(tmp_path / name, ds.document(ds.STEEL))) as source:
            assert recognised(source).key == "ecospold1"


def test_a_process(steel):
    found = ds.process(steel, STEEL)
    assert found.names == {"en": STEEL, "zh": "钢"}
    assert found.category == ("metals", "extraction")
    assert found.kind is ProcessKind.UNIT
    assert steel.locations[found.location].code == "CN"
    assert (found.valid_from, found.valid_until) == ("2020", "2023")
    assert found.version == "1.0"
    assert found.last_change == "2024-05-06T07:08:09"
    assert found.description == {"en": "Made by hand."}
    assert found.documentation["technologyDescription"] == {"en": "Electric arc furnace."}
    assert found.documentation["includedProcesses"] == {"en": "From ore to steel."}
    assert found.documentation["timeDescription"] == {"en": "A survey."}
    assert not found.infrastructure


def test_people_and_sources(steel):
    found = ds.process(steel, STEEL)
    named = {key: steel.references[found.details[key]] for key in ("dataDocumentor", "publication")}
    assert named["dataDocumentor"].names == {"en": "Wang F."}
    assert named["dataDocumentor"].details["email"] == "w@example.org"
    assert named["publication"].names == {"en": "Steel in figures"}
    assert named["publication"].details["firstAuthor"] == "Li W."
    assert found.sources == (found.details["publication"],)
    (review,) = found.reviews
    assert review.details == {"en": "Passed.\nnone"}
    assert [steel.references[key].names["en"] for key in review.reviewers] == ["Zhao L."]


def test_groups_of_inputs_and_outputs(steel):
    found = ds.exchanges(steel, STEEL)
    assert ds.process(steel, STEEL).reference == found[STEEL].number
    assert [name for name, each in found.items() if each.is_input] == [
        *(POWER, "Transport, lorry", "Lime", "Scrap"),
        *("Carbon dioxide, in air", "Iron, in ground"),
    ]
    kinds = {name: steel.flows[each.flow].kind for name, each in found.items()}
    assert kinds["Lime"] is kinds[STEEL] is FlowKind.PRODUCT
    assert kinds["Iron, in ground"] is kinds["Methane, biogenic"] is FlowKind.ELEMENTARY


def test_elementary_flows(steel):
    carbon = ds.flow(steel, "Carbon dioxide, fossil")
    assert carbon.names == {"en": "Carbon dioxide, fossil", "zh": "二氧化碳"}
    assert carbon.category == ("air", "unspecified")
    assert (carbon.cas, carbon.formula) == ("000124-38-9", "CO2")


def test_a_product_is_what_its_maker_says_of_it(steel):
    found = ds.flow(steel, STEEL)
    assert found.synonyms == ("Crude steel",)
    assert found.category == ("metals", "extraction")
    assert steel.locations[found.location].code == "CN"


def test_amounts_stand_in_the_unit_of_the_file(steel):
    power = ds.exchanges(steel, STEEL)[POWER]
    units = {unit.id: unit.name for group in steel.unit_groups.values() for unit in group.units}
    assert (power.amount, units[power.unit]) == (Decimal("0.5"), "kWh")


@pytest.mark.parametrize(
    ("name", "law", "parameters"),
    [
        (POWER, Law.LOGNORMAL, ("0.5", "1.1")),
        ("Transport, lorry", Law.NORMAL, ("0.2", "0.02")),
        # The amount is the mean, (0.05 + mode + 0.18) / 3
        ("Lime", Law.TRIANGULAR, ("0.05", "0.07", "0.18")),
        ("Scrap", Law.UNIFORM, ("0.2", "0.4")),
        ("Carbon dioxide, fossil", Law.LOGNORMAL, ("1.5", "1.2")),
    ],
)
def test_distributions(steel, name, law, parameters):
    found = ds.exchanges(steel, STEEL)[name].uncertainty
    assert found.law is law
    assert found.parameters == tuple(map(Decimal, parameters))


def test_limits_that_only_repeat_the_interval_are_not_told(tmp_path):
    assert "limits-unused" not in ds.codes(ds.read_text(tmp_path, ds.STEEL)[1])
    others = ds.STEEL.replace('maxValue="2.16"', 'maxValue="5"')
    assert "limits-unused" in ds.codes(ds.read_text(tmp_path, others)[1])


def test_a_standard_deviation_of_no_type_is_lognormal(tmp_path):
    flow = ds.emission(2, "Methane", "0.1", standardDeviation95="1.44")
    package, report = ds.read_text(tmp_path, ds.data_set(ds.STEEL_OUT + flow))
    found = ds.exchanges(package, STEEL)["Methane"].uncertainty
    assert (found.law, found.parameters) == (Law.LOGNORMAL, (Decimal("0.1"), Decimal("1.2")))
    assert "distribution-undefined" not in ds.codes(report)


def test_limits_of_no_distribution_are_told(tmp_path):
    flow = ds.emission(2, "Methane", "0.1", uncertaintyType=0, minValue="0.05", maxValue="0.2")
    package, report = ds.read_text(tmp_path, ds.data_set(ds.STEEL_OUT + flow))
    assert ds.exchanges(package, STEEL)["Methane"].uncertainty is None
    (told,) = [each for each in report if each.code == "distribution-undefined"]
    assert told.place.sheet == STEEL


def test_figures_by_hand(steel):
    found = build(steel, Profile(), Report())
    columns = found.solved.characterisation.columns
    names = [each.process_names["en"] for each in found.products]
    figures = found.solved.intensities[names.index(STEEL)]
    by_gas = dict(zip(columns, figures, strict=True))
    assert by_gas["CO2|fossil"] == pytest.approx(1.5 + 0.5 * 0.6, rel=1e-12)
    assert by_gas["CO2|removal_biogenic"] == pytest.approx(-0.01, rel=1e-12)
    assert by_gas["CH4|biogenic"] == pytest.approx(0.002, rel=1e-12)


def test_many_files_in_an_archive_are_as_one(steel, tmp_path):
    entries = {
        "lci/one/steel.xml": ds.document(ds.STEEL).encode(),
        "lci/two/power.XML": ds.document(ds.POWER).encode(),
        "lci/readme.txt": b"Made by hand.",
    }
    package, report = ds.read(packed(tmp_path / "in.zip", entries))
    assert package.processes == steel.processes
    assert package.flows == steel.flows
    (dropped,) = [each for each in report if each.code == "object-kind"]
    assert dropped.place.sheet == "lci"


def test_products_are_known_by_name_unit_and_place(tmp_path):
    def power(place, number):
        return ds.data_set(
            ds.exchange(1, POWER, "1", "out 0", "kWh", location=place),
            POWER,
            number=number,
            unit="kWh",
            location=place,
        )

    taken = ds.exchange(2, POWER, "1", "in 2", "kWh", location="FR")
    steel = ds.data_set(ds.STEEL_OUT + taken)
    package, _ = ds.read_text(tmp_path, steel, power("CN", 2), power("FR", 3))
    exchange = ds.process(package, STEEL).exchanges[1]
    assert package.locations[package.flows[exchange.flow].location].code == "FR"


@pytest.mark.parametrize(("places", "chosen"), [(("FR",), "FR"), (("FR", "CN"), "CN")])
def test_an_input_without_a_place(tmp_path, places, chosen):
    makers = [
        ds.data_set(
            ds.exchange(1, POWER, "1", "out 0", "kWh"), POWER, unit="kWh", location=place, number=n
        )
        for n, place in enumerate(places, 2)
    ]
    steel = ds.data_set(ds.STEEL_OUT + ds.exchange(2, POWER, "1", "in 2", "kWh"))
    package, report = ds.read_text(tmp_path, steel, *makers)
    exchange = ds.process(package, STEEL).exchanges[1]
    assert package.locations[package.flows[exchange.flow].location].code == chosen
    assert "place-missing" in ds.codes(report)


def test_an_input_without_a_place_stays_open_where_none_is_nearest(tmp_path):
    makers = [
        ds.data_set(ds.exchange(1, POWER, "1", "out 0", "kWh"), POWER, unit="kWh", location=place)
        for place in ("FR", "DE")
    ]
    steel = ds.data_set(ds.STEEL_OUT + ds.exchange(2, POWER, "1", "in 2", "kWh"))
    package, report = ds.read_text(tmp_path, steel, *makers)
    assert not package.flows[ds.process(package, STEEL).exchanges[1].flow].location
    assert "place-missing" not in ds.codes(report)


def pair(*allocations, kind="5"):
    return ds.data_set(
        ds.exchange(1, "Heat", "2", "out 2", "MJ", location="CN")
        + ds.exchange(2, "Power", "1", "out 2", "kWh", location="CN")
        + ds.exchange(3, "Coal", "0.5", "in 5", location="CN")
        + ds.emission(4, "Carbon dioxide, fossil", "1")
        + "".join(allocations),
        "Heat and power",
        kind=kind,
    )


def test_shares_that_are_the_same_for_all_exchanges(tmp_path):
    text = pair(ds.allocation(1, "40.0", 3, 4), ds.allocation(2, "60.0", 3, 4))
    package, _ = ds.read_text(tmp_path, text)
    found = ds.process(package, "Heat and power")
    assert found.default_allocation is AllocationKind.ECONOMIC
    shares = {package.flows[each.product].names["en"]: each.share for each in found.allocation}
    assert shares == {"Heat": Decimal("0.4"), "Power": Decimal("0.6")}
    assert all(each.exchange is None for each in found.allocation)
    assert found.reference == 1


def test_shares_of_single_exchanges(tmp_path):
    text = pair(
        ds.allocation(1, "40.0", 3),
        ds.allocation(2, "60.0", 3),
        ds.allocation(1, "10.0", 4),
        ds.allocation(2, "90.0", 4),
    )
    package, _ = ds.read_text(tmp_path, text)
    found = ds.process(package, "Heat and power")
    assert found.default_allocation is AllocationKind.CAUSAL
    of_air = [each.share for each in found.allocation if each.exchange == 4]
    assert of_air == [Decimal("0.1"), Decimal("0.9")]


def test_a_share_of_an_exchange_that_is_left_out_is_0(tmp_path):
    text = pair(
        ds.allocation(1, "40.0", 3), ds.allocation(2, "60.0", 3), ds.allocation(1, "100.0", 4)
    )
    package, _ = ds.read_text(tmp_path, text)
    report = Report()
    found = build(package, Profile(), report)
    assert "allocation-incomplete" not in ds.codes(report)
    column = found.solved.characterisation.columns.index("CO2|fossil")
    figures = {
        package.flows[each.flow].names["en"]: row[column]
        for each, row in zip(found.products, found.solved.intensities, strict=True)
    }
    assert figures == {"Heat": pytest.approx(0.5), "Power": 0}


def test_fractions_of_two_products_of_one_flow_add(tmp_path):
    text = ds.data_set(
        ds.exchange(1, "Heat", "2", "out 2", "MJ", location="CN")
        + ds.exchange(2, "Heat", "1", "out 2", "MJ", location="CN")
        + ds.exchange(3, "Power", "1", "out 2", "kWh", location="CN")
        + ds.emission(4, "Carbon dioxide, fossil", "1")
        + ds.allocation(1, "30.0", 4)
        + ds.allocation(2, "10.0", 4)
        + ds.allocation(3, "60.0", 4),
        "Heat and power",
    )
    package, _ = ds.read_text(tmp_path, text)
    found = ds.process(package, "Heat and power")
    shares = {package.flows[each.product].names["en"]: each.share for each in found.allocation}
    assert shares == {"Heat": Decimal("0.4"), "Power": Decimal("0.6")}


def test_fractions_that_are_parts_of_one(tmp_path):
    text = pair(ds.allocation(1, "0.4", 3, 4), ds.allocation(2, "0.6", 3, 4))
    package, report = ds.read_text(tmp_path, text)
    assert sum(each.share for each in ds.process(package, "Heat and power").allocation) == 1
    assert "allocation-scale" in ds.codes(report)


def test_an_avoided_product(tmp_path):
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Slag cement", "0.2", "out 1"))
    package, _ = ds.read_text(tmp_path, text)
    found = ds.process(package, STEEL)
    assert [each.avoided for each in found.exchanges] == [False, True]


def test_a_waste_takes_the_service_of_its_name(tmp_path):
    service = ds.data_set(
        ds.exchange(1, "Ash, to landfill", "1", "out 0"), "Ash, to landfill", number=2
    )
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Ash, to landfill", "0.1", "out 3"))
    package, report = ds.read_text(tmp_path, text, service)
    assert ds.exchanges(package, STEEL)["Ash, to landfill"].is_input
    assert ds.flow(package, "Ash, to landfill").kind is FlowKind.PRODUCT
    assert "waste-service" in ds.codes(report)


@pytest.mark.parametrize("group", ["out 1", "out 3"])
def test_a_waste_or_avoided_product_without_a_place_finds_its_process_elsewhere(tmp_path, group):
    maker = ds.data_set(ds.exchange(1, "Ash", "1", "out 0"), "Ash", number=2, location="FR")
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Ash", "0.1", group))
    package, report = ds.read_text(tmp_path, text, maker)
    exchange = ds.exchanges(package, STEEL)["Ash"]
    assert package.locations[ds.flow(package, "Ash").location].code == "FR"
    assert (exchange.avoided, exchange.is_input) == (group == "out 1", group == "out 3")
    assert "place-missing" in ds.codes(report)
    links = linked(package, Profile(), Report())
    made_by = links[ds.process(package, STEEL).id, exchange.number].provider
    assert made_by == ds.process(package, "Ash").id


def test_a_waste_that_nobody_treats_is_given_off(tmp_path):
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Ash", "0.1", "out 3"))
    package, _ = ds.read_text(tmp_path, text)
    assert ds.flow(package, "Ash").kind is FlowKind.WASTE
    assert not ds.exchanges(package, STEEL)["Ash"].is_input


def test_a_result_of_a_supply_chain(tmp_path):
    package, _ = ds.read_text(tmp_path, ds.data_set(ds.STEEL_OUT, kind="2"))
    assert ds.process(package, STEEL).kind is ProcessKind.RESULT


def test_data_sets_about_flows_are_told(tmp_path):
    other = ds.data_set("", "Carbon dioxide", kind="3")
    package, report = ds.read_text(tmp_path, ds.STEEL, other)
    assert len(package.processes) == 1
    assert [each.place.sheet for each in report if each.code == "object-kind"] == ["elementary"]


def test_results_of_an_impact_assessment_beside_the_exchanges(tmp_path):
    impact = ds.exchange(
        2, "GWP 100a", "1.9", "", "kg CO2-Eq", category="IPCC 2001", subCategory="climate change"
    )
    package, report = ds.read_text(tmp_path, ds.data_set(ds.STEEL_OUT + impact))
    (result,) = ds.process(package, STEEL).results
    assert (result.amount, result.unit, result.method) == (Decimal("1.9"), "kg CO2-Eq", "IPCC 2001")
    assert "exchange-group" in ds.codes(report)


def test_an_unknown_unit_stands_for_itself(tmp_path):
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Cooling", "3", "in 5", "cold-hour"))
    package, report = ds.read_text(tmp_path, text)
    group = package.properties[ds.flow(package, "Cooling").reference].unit_group
    assert package.unit_groups[group].units[0].name == "cold-hour"
    (told,) = [each for each in report if each.code == "unit-alone"]
    assert told.place.sheet == "cold-hour"


def test_no_marked_reference_is_taken_from_the_reference_function(tmp_path):
    text = ds.data_set(ds.exchange(4, "Lime", "0.1", "in 1"))
    package, report = ds.read_text(tmp_path, text)
    found = ds.process(package, STEEL)
    reference = next(each for each in found.exchanges if each.number == found.reference)
    assert package.flows[reference.flow].names["en"] == STEEL
    assert reference.amount == 1
    assert found.category == ("metals", "extraction")
    assert "reference-missing" in ds.codes(report)


def test_chinese_where_no_language_is_named(tmp_path):
    text = ds.data_set(ds.STEEL_OUT.replace(STEEL, "钢"), "钢", languages="")
    package, report = ds.read_text(tmp_path, text)
    (found,) = package.processes.values()
    assert found.names == {"zh": "钢"}
    assert "language-mixed" not in ds.codes(report)


def test_chinese_under_an_english_tag_is_told(tmp_path):
    text = ds.data_set(ds.STEEL_OUT, "钢材")
    assert "language-mixed" in ds.codes(ds.read_text(tmp_path, text)[1])


def test_copyright_is_told_once(tmp_path):
    texts = [ds.STEEL.replace('copyright="false"', 'copyright="true"'), ds.POWER]
    _, report = ds.read_text(tmp_path, *texts)
    (told,) = [each for each in report if each.code == "copyright"]
    assert told.details["count"] == "1"


def test_fields_of_no_place_are_told(tmp_path):
    text = ds.STEEL.replace('<technology text="', '<technology novelty="high" text="')
    _, report = ds.read_text(tmp_path, text)
    (told,) = [each for each in report if each.code == "unknown-field"]
    assert (told.place.sheet, told.place.field) == (
        STEEL,
        "metaInformation/processInformation/technology",
    )


def test_nothing_is_left_untold_in_a_whole_data_set(tmp_path):
    _, report = ds.read_text(tmp_path, ds.STEEL, ds.POWER)
    assert ds.codes(report) == {"local-category"}


def test_what_another_importer_reads():
    """The values in the expectations of that importer, which stand beside its sample."""
    package, _ = ds.read(ds.ORACLE)
    (found,) = package.processes.values()
    assert found.valid_until == "2023-12-31"
    assert found.documentation["technologyDescription"] == {"en": "Electric arc furnace route"}
    assert found.documentation["productionVolume"] == {"en": "123 kg"}
    second = found.exchanges[1]
    assert str(second.amount) == "2.5000000000000001"
    assert second.uncertainty.law is Law.LOGNORMAL
