"""What data sets of ecoSpold 2 say arrives in the package, or is told."""

from decimal import Decimal

import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.linking import Rule, linked
from tanyuan.backgrounds.package import AllocationKind, FlowKind, Law, ProcessKind
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import open_source, recognised
from tests.formats.ecospold2 import spold as sp


@pytest.fixture
def four(tmp_path):
    return sp.read_zip(tmp_path, **sp.FOUR)[0]


def exchanges(package, key=sp.MILL):
    return {each.flow: each for each in package.processes[key].exchanges}


def test_it_is_recognised_by_its_name_space(tmp_path):
    for name in ("a.spold", "a.xml", "a.json"):
        path = tmp_path / name
        path.write_text(sp.STEEL_MILL, encoding="utf-8")
        with open_source(path) as source:
            assert recognised(source).key == "ecospold2"


def test_an_activity(four):
    found = four.processes[sp.MILL]
    assert found.names == {"en": "steel production", "zh": "钢生产"}
    assert found.kind is ProcessKind.UNIT
    assert found.category == ("Manufacture of basic iron and steel",)
    assert found.category_codes == ("2410",)
    assert found.details["classification EcoSpold01Categories"] == "metals/extraction"
    assert four.locations[found.location].code == "CN"
    assert (found.valid_from, found.valid_until) == ("2020-01-01", "2023-12-31")
    assert (found.version, found.last_change) == ("3.1.2.0", "2024-05-06T07:08:09")
    assert found.documentation["technologyDescription"] == {"en": "Electric arc furnace."}
    assert found.documentation["includedActivitiesStart"] == {"en": "From ore."}
    assert found.documentation["macroEconomicScenario"] == {"en": "Business-as-Usual"}
    assert found.documentation["synonyms"] == {"und": "steelmaking"}


def test_paragraphs_are_joined_in_their_order_and_language(four):
    assert four.processes[sp.MILL].description == {"en": "First.\nSecond.", "zh": "第一。"}


def test_pictures_stand_in_the_texts_of_all_languages(tmp_path):
    picture = "</text><imageUrl index='9'>https://example.org/a.png</imageUrl></generalComment>"
    text = sp.STEEL_MILL.replace("</text></generalComment>", picture)
    found = sp.read_one(tmp_path, text)[0].processes[sp.MILL].description
    assert found["zh"] == "第一。\nhttps://example.org/a.png"
    assert found["en"].endswith(".png")


def test_people_sources_and_reviews(four):
    found = four.processes[sp.MILL]
    assert four.references[found.details["dataDocumentor"]].names == {"und": "Wang F."}
    assert four.references[found.details["dataGenerator"]].details == {"email": "z@example.org"}
    assert four.references[found.details["publication"]].names == {"und": "Li W. 2022"}
    (review,) = found.reviews
    assert review.details == {"en": "2024-01-02\nPassed."}
    assert review.reviewers == (found.details["dataGenerator"],)


def test_special_activities(four):
    assert four.processes[sp.MARKET].details["specialActivityType"] == "market activity"
    assert "specialActivityType" not in four.processes[sp.MILL].details


def test_flows(four):
    steel, carbon = four.flows[sp.STEEL], four.flows[sp.CO2]
    assert steel.names == {"en": "steel", "zh": "钢"}
    assert steel.category == ("41: Basic metals",)
    assert carbon.kind is FlowKind.ELEMENTARY
    assert carbon.category == ("air", "unspecified")
    assert (carbon.cas, carbon.formula) == ("000124-38-9", "CO2")
    assert exchanges(four)[sp.WATER].is_input


@pytest.mark.parametrize(
    ("flow", "law", "parameters"),
    [
        # The variance with pedigree, 0.09, is of the logarithm: exp(0.3)
        (sp.POWER, Law.LOGNORMAL, ("0.5", "1.34985880757600310398374")),
        (sp.ASH, Law.NORMAL, ("0.02", "0.02")),
        (sp.CO2, Law.TRIANGULAR, ("1.2", "1.5", "1.9")),
        (sp.WATER, Law.UNIFORM, ("0.005", "0.02")),
    ],
)
def test_distributions(four, flow, law, parameters):
    found = exchanges(four)[flow].uncertainty
    assert found.law is law
    assert found.parameters == tuple(map(Decimal, parameters))


def test_pedigree_and_basic_variance(four):
    found = exchanges(four)[sp.POWER]
    assert (found.pedigree, found.base_uncertainty) == ("(1;2;3;4;5)", Decimal("0.04"))
    assert found.comment == {"en": "Metered."}


@pytest.mark.parametrize("name", ["beta", "gamma", "binomial", "undefined"])
def test_distributions_that_are_not_held_are_told(tmp_path, name):
    flow = sp.elementary(sp.CO2, "CO2", "1", uncertainty=sp.law(name, minValue="1", maxValue="2"))
    package, report = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + flow))
    assert f"distribution-{name}" in sp.codes(report)
    assert exchanges(package)[sp.CO2].uncertainty is None


def test_a_distribution_without_variance_is_told(tmp_path):
    flow = sp.elementary(sp.CO2, "CO2", "1", uncertainty=sp.law("lognormal", meanValue="1"))
    _, report = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + flow))
    assert "distribution-incomplete" in sp.codes(report)


def test_a_mean_of_the_logarithm_alone(tmp_path):
    flow = sp.elementary(
        sp.CO2, "CO2", "2.7182818", uncertainty=sp.law("lognormal", mu="1", variance="0.04")
    )
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + flow))
    centre, _ = exchanges(package)[sp.CO2].uncertainty.parameters
    assert float(centre) == pytest.approx(2.718281828459045, rel=1e-15)


def test_a_treatment_takes_its_waste(four):
    assert four.flows[sp.ASH].kind is FlowKind.WASTE
    reference = exchanges(four, sp.BURNER)[sp.ASH]
    assert (reference.is_input, reference.amount) == (True, 1)
    given_off = exchanges(four)[sp.ASH]
    assert (given_off.is_input, given_off.amount) == (False, Decimal("0.02"))
    assert given_off.provider == sp.BURNER


def test_a_waste_by_its_class_alone(tmp_path):
    waste = sp.product(sp.ASH, "ash", "-0.1", "in 5", classes=sp.by_class("Waste"))
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + waste))
    assert package.flows[sp.ASH].kind is FlowKind.WASTE
    assert not exchanges(package)[sp.ASH].is_input


def test_a_material_for_treatment_is_a_waste(tmp_path):
    waste = sp.product(sp.ASH, "ash", "0.1", "out 3")
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + waste))
    assert package.flows[sp.ASH].kind is FlowKind.WASTE
    assert exchanges(package)[sp.ASH].amount == Decimal("0.1")


def test_a_negative_input_of_a_product_stays_a_credit(tmp_path):
    credit = sp.product(sp.POWER, "electricity", "-0.1", "in 5", "kWh", activityLinkId=sp.MARKET)
    mill = sp.spold(sp.MILL, "mill", sp.STEEL_OUT + credit)
    package, _ = sp.read_zip(tmp_path, mill=mill, market=sp.POWER_MARKET, plant=sp.PLANT)
    found = exchanges(package)[sp.POWER]
    assert (found.is_input, found.amount) == (True, Decimal("-0.1"))
    assert package.flows[sp.POWER].kind is FlowKind.PRODUCT


def test_what_one_makes_and_another_treats_is_told(tmp_path):
    maker = sp.spold(sp.PAIR, "ash production", sp.product(sp.ASH, "ash", "1", "out 0"))
    package, report = sp.read_zip(tmp_path, treatment=sp.TREATMENT, maker=maker)
    assert package.flows[sp.ASH].kind is FlowKind.PRODUCT
    assert "treated-and-made" in sp.codes(report)


def test_links_name_suppliers_even_in_a_circle(four):
    links = linked(four, Profile(), Report())
    rules = {(link.process, link.provider): link.rule for link in links.values()}
    assert rules == {
        (sp.MILL, sp.MARKET): Rule.DEFAULT,
        (sp.MILL, sp.BURNER): Rule.DEFAULT,
        (sp.MARKET, sp.MARKET): Rule.DEFAULT,
        (sp.MARKET, sp.POWER_PLANT): Rule.DEFAULT,
    }


def test_a_supplier_that_is_not_there_is_told(tmp_path):
    package, _ = sp.read_zip(tmp_path, mill=sp.STEEL_MILL)
    assert exchanges(package)[sp.POWER].provider == sp.MARKET
    report = Report()
    linked(package, Profile(), report)
    assert {"provider-outside", "no-supplier"} <= sp.codes(report)


def test_a_market_without_its_suppliers_does_not_supply_itself(tmp_path):
    package, _ = sp.read_zip(tmp_path, market=sp.POWER_MARKET)
    report = Report()
    links = linked(package, Profile(), report)
    rules = {link.number: (link.provider, link.rule) for link in links.values()}
    assert rules == {2: (sp.MARKET, Rule.DEFAULT), 3: ("", None)}
    assert {"provider-outside", "no-supplier"} <= sp.codes(report)
    assert build(package, Profile(), Report()).products[0].id == sp.MARKET


def test_figures_by_hand(four):
    """A market that loses 3 % of its own electricity, a treatment of ash; power is per MJ."""
    found = build(four, Profile(), Report())
    ids = [each.id for each in found.products]
    column = found.solved.characterisation.columns.index("CO2|fossil")
    power = 0.6 / 0.97
    steel = 1.5 + 0.5 * power + 0.02 * 0.1
    assert found.solved.intensities[ids.index(sp.MARKET), column] == pytest.approx(power / 3.6)
    assert found.solved.intensities[ids.index(sp.MILL), column] == pytest.approx(steel, rel=1e-12)
    burner = ids.index(sp.BURNER)
    assert found.products[burner].sign * found.solved.intensities[burner, column] == pytest.approx(
        0.1
    )


def test_data_sets_of_one_activity_for_several_products(tmp_path):
    def part(flow, name, amount):
        outputs = "".join(
            sp.product(key, said, amount if key == flow else "0", "out 0", "MJ")
            for key, said in ((sp.HEAT, "heat"), (sp.POWER, "electricity"))
        )
        return sp.spold(sp.PAIR, name, outputs, system="Allocation, cut-off by classification")

    taker = sp.spold(
        sp.MILL,
        "mill",
        sp.STEEL_OUT
        + sp.product(sp.HEAT, "heat", "2", "in 5", "MJ", activityLinkId=sp.PAIR)
        + sp.product(sp.POWER, "electricity", "3", "in 5", "MJ", activityLinkId=sp.PAIR),
    )
    heat, power = part(sp.HEAT, "heat and power", "1"), part(sp.POWER, "heat and power", "1")
    package, _ = sp.read_zip(tmp_path, heat=heat, power=power, taker=taker)
    made = {}
    for each in package.processes.values():
        if each.details.get("activityId") == sp.PAIR:
            reference = next(e for e in each.exchanges if e.number == each.reference)
            made[reference.flow] = each.id
    assert len(set(made.values())) == 2
    found = exchanges(package)
    assert found[sp.HEAT].provider == made[sp.HEAT]
    assert found[sp.POWER].provider == made[sp.POWER]
    again, _ = sp.read_zip(tmp_path, taker=taker, power=power, heat=heat)
    assert again == package


def combined(about, *, heat_more="", power_more="", **specific):
    heat = sp.prop(sp.PRICE, "price", "0.02", "EUR2005") + heat_more
    power = sp.prop(sp.PRICE, "price", "0.06", "EUR2005") + power_more
    return sp.spold(
        sp.PAIR,
        "heat and power",
        sp.product(sp.POWER, "electricity", "1", "out 0", "MJ", inside=power, **specific)
        + sp.product(sp.HEAT, "heat", "3", "out 2", "MJ", inside=heat, **specific),
        about=about,
    )


def test_the_property_for_allocation(tmp_path):
    text = combined(f'masterAllocationPropertyId="{sp.PRICE}"')
    package, report = sp.read_one(tmp_path, text)
    found = package.processes[sp.PAIR]
    assert found.default_allocation is AllocationKind.ECONOMIC
    shares = {each.product: each.share for each in found.allocation}
    assert shares == {sp.POWER: Decimal("0.5"), sp.HEAT: Decimal("0.5")}
    assert "allocation-property" in sp.codes(report)


def test_a_property_for_allocation_of_each_output_goes_first(tmp_path):
    more = sp.prop(sp.WET_MASS, "exergy", "1", "MJ")
    text = combined(
        f'masterAllocationPropertyId="{sp.PRICE}"',
        heat_more=more,
        power_more=more,
        specificAllocationPropertyId=sp.WET_MASS,
    )
    found = sp.read_one(tmp_path, text)[0].processes[sp.PAIR]
    assert found.default_allocation is AllocationKind.PHYSICAL
    shares = {each.product: each.share for each in found.allocation}
    assert shares == {sp.POWER: Decimal("0.25"), sp.HEAT: Decimal("0.75")}


def shared_by(tmp_path, power, heat):
    """The shares of one electricity and one heat by their properties, and the findings."""

    def made(flow, name, code, given):
        inside, specific = given
        return sp.product(flow, name, "1", code, "MJ", inside=inside,
                          specificAllocationPropertyId=specific)  # fmt: skip

    flows = made(sp.POWER, "electricity", "out 0", power) + made(sp.HEAT, "heat", "out 2", heat)
    package, report = sp.read_one(tmp_path, sp.spold(sp.PAIR, "heat and power", flows))
    shares = {each.product: each.share for each in package.processes[sp.PAIR].allocation}
    return shares, sp.codes(report)


def by_mass(amount, unit="kg"):
    return sp.prop(sp.WET_MASS, "wet mass", amount, unit), sp.WET_MASS


@pytest.mark.parametrize(
    "heat",
    [
        (sp.prop(sp.PRICE, "price", "2", "EUR2005"), sp.PRICE),
        by_mass("1", "MJ"),
        by_mass("1", "cold-hour"),
        by_mass("-1"),
        ("", sp.WET_MASS),
    ],
)
def test_outputs_share_by_one_property_in_units_of_one_kind_or_not_at_all(tmp_path, heat):
    shares, codes = shared_by(tmp_path, by_mass("1"), heat)
    assert not shares
    assert "allocation-property-unused" in codes
    assert "allocation-property" not in codes


def test_a_property_that_no_output_states_is_told(tmp_path):
    shares, codes = shared_by(tmp_path, ("", sp.WET_MASS), ("", sp.WET_MASS))
    assert not shares
    assert "allocation-property-unused" in codes


def test_properties_in_different_units_of_one_kind_are_converted(tmp_path):
    shares, codes = shared_by(tmp_path, by_mass("1"), by_mass("500", "g"))
    assert float(shares[sp.POWER]) == pytest.approx(2 / 3)
    assert float(shares[sp.HEAT]) == pytest.approx(1 / 3)
    assert "allocation-property-unused" not in codes


def test_without_such_a_property_no_shares_are_made_up(tmp_path):
    assert not sp.read_one(tmp_path, combined(""))[0].processes[sp.PAIR].allocation


def test_properties_that_measure_and_others(tmp_path):
    inside = (
        sp.prop(sp.WET_MASS, "wet mass", "1150", "g")
        + sp.prop(sp.NET, "heating value, net", "20", "MJ")
        + sp.prop(sp.DRY_MASS, "dry mass", "1", "kg")
        + sp.prop(sp.PRICE, "price", "3", "EUR2005")
    )
    wood = sp.product(sp.HEAT, "wood", "1", "out 0", "m3", inside=inside)
    package, _ = sp.read_one(tmp_path, sp.spold(sp.PAIR, "forestry", wood))
    flow = package.flows[sp.HEAT]
    by_name = {
        next(iter(package.properties[key].names.values())): value
        for key, value in flow.properties.items()
    }
    assert by_name == {
        "Volume": 1,
        "Mass": Decimal("1.150"),
        "Net calorific value": 20,
        "price": 3,
    }
    assert package.properties[sp.PRICE].economic
    details = exchanges(package, sp.PAIR)[sp.HEAT].details
    assert details["property dry mass"] == "1 kg"


def test_properties_hold_for_one_reference_unit(tmp_path):
    inside = sp.prop(sp.PRICE, "price", "0.5", "EUR2005")
    out = sp.product(sp.POWER, "electricity", "1", "out 0", "kWh", inside=inside)
    package, _ = sp.read_one(tmp_path, sp.spold(sp.PAIR, "plant", out))
    price = package.flows[sp.POWER].properties[sp.PRICE]
    assert float(price) == pytest.approx(0.5 / 3.6)


def test_properties_of_inputs_are_told(tmp_path):
    taken = sp.product(
        sp.POWER, "electricity", "1", "in 5", "kWh", inside=sp.prop(sp.PRICE, "price", "1")
    )
    _, report = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + taken))
    (told,) = [each for each in report if each.code == "input-properties"]
    assert told.details["count"] == "1"


FORMULAS = (
    sp.product(
        sp.STEEL,
        "steel",
        "1",
        "out 0",
        variableName="Output",
        inside=sp.prop(sp.WET_MASS, "wet mass", "2", variableName="mass_of_steel"),
    )
    + sp.elementary(
        sp.CO2, "CO2", "1.5", mathematicalRelation="Loss^2 * MASS_OF_STEEL + IF(loss > 1; 2; 1)",
        isCalculatedAmount="true",
    )
    + sp.parameter("loss", "0.5", mathematicalRelation="output / 2")
)  # fmt: skip


def test_formulas_are_evaluated(tmp_path):
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", FORMULAS))
    found = package.processes[sp.MILL]
    assert {each.name: each.value for each in found.parameters} == {
        "Output": 1,
        "mass_of_steel": 2,
        "loss": Decimal("0.5"),
    }
    report = Report()
    assert calculated(package, report) == package
    assert not len(report)
    changed, _ = sp.read_one(
        tmp_path, sp.spold(sp.MILL, "mill", FORMULAS.replace('amount="2"', 'amount="4"'))
    )
    assert exchanges(calculated(changed, report))[sp.CO2].amount == 2
    assert sp.codes(report) == {"formula-differs"}


def test_formulas_with_functions_that_are_not_known_keep_the_amount(tmp_path):
    text = FORMULAS.replace("Loss^2", "UnitConversion(1; 'kg'; 't')")
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", text))
    report = Report()
    assert exchanges(calculated(package, report))[sp.CO2].amount == Decimal("1.5")
    assert sp.codes(report) == {"formula-kept"}


def test_formulas_of_a_waste_turn_with_its_amount(tmp_path):
    waste = sp.product(
        sp.ASH, "ash", "-0.5", "in 5", classes=sp.by_class("Waste"), mathematicalRelation="-loss"
    ) + sp.parameter("loss", "0.5")
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + waste))
    report = Report()
    assert exchanges(calculated(package, report))[sp.ASH].amount == Decimal("0.5")
    assert not len(report)


def test_formulas_do_not_hold_for_what_a_system_model_changed(tmp_path):
    text = sp.spold(sp.MILL, "mill", FORMULAS.replace('amount="1.5"', 'amount="0.7"'),
                    system="Allocation at the point of substitution")  # fmt: skip
    package, report = sp.read_one(tmp_path, text)
    found = exchanges(package)[sp.CO2]
    assert not found.formula
    assert "MASS_OF_STEEL" in found.details["mathematicalRelation"]
    assert exchanges(calculated(package, Report()))[sp.CO2].amount == Decimal("0.7")
    assert "formula-allocated" in sp.codes(report)


def test_two_variables_of_one_name_are_told(tmp_path):
    text = sp.spold(sp.MILL, "mill", FORMULAS + sp.parameter("Loss", "3"))
    package, report = sp.read_one(tmp_path, text)
    assert [e.value for e in package.processes[sp.MILL].parameters if e.name == "loss"] == [
        Decimal("0.5")
    ]
    assert "variable-twice" in sp.codes(report)


def test_what_is_said_about_properties_is_told(tmp_path):
    inside = sp.prop(sp.PRICE, "price", "3", "EUR2005").replace(
        "</property>", '<comment xml:lang="en">Of 2005.</comment></property>'
    )
    out = sp.product(sp.HEAT, "heat", "1", "out 0", "MJ", inside=inside)
    _, report = sp.read_one(tmp_path, sp.spold(sp.PAIR, "plant", out))
    assert "side-notes" in sp.codes(report)


def test_production_volumes(four):
    assert exchanges(four)[sp.STEEL].details["productionVolumeAmount"] == "5000000"


def test_indicators_of_an_assessment(tmp_path):
    impact = (
        f'<impactIndicator impactIndicatorId="{sp.key(60)}" impactMethodId="{sp.key(61)}" '
        f'impactCategoryId="{sp.key(62)}" amount="2.1">'
        + sp.texts("impactMethodName", "IPCC 2013")
        + sp.texts("impactCategoryName", "climate change")
        + sp.texts("name", "GWP 100a")
        + sp.texts("unitName", "kg CO2-Eq")
        + "</impactIndicator>"
    )
    package, _ = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + impact))
    (found,) = package.processes[sp.MILL].results
    assert found.names == {"en": "climate change - GWP 100a"}
    assert (found.amount, found.unit, found.method) == (Decimal("2.1"), "kg CO2-Eq", "IPCC 2013")


def test_a_stock_addition_is_told(tmp_path):
    stock = sp.product(sp.HEAT, "machine", "0.1", "out 5")
    package, report = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + stock))
    assert sp.HEAT not in exchanges(package)
    assert "stock-addition" in sp.codes(report)


def test_a_stock_addition_classified_as_waste(tmp_path):
    stock = sp.product(sp.HEAT, "machine", "0.1", "out 5", classes=sp.by_class("Waste"))
    package, report = sp.read_one(tmp_path, sp.spold(sp.MILL, "mill", sp.STEEL_OUT + stock))
    assert sp.HEAT not in package.flows
    assert "stock-addition" in sp.codes(report)


def test_master_data_beside_the_data_sets(four, tmp_path):
    entries = {
        **sp.FOUR,
        "MasterData/Units.xml": f'<validUnits xmlns="{sp.SPACE}"><unit id="x"/></validUnits>',
    }
    package, report = sp.read(sp.zipped(tmp_path / "in.zip", entries))
    assert package == four
    assert "MasterData" in {each.place.sheet for each in report if each.code == "object-kind"}


def test_user_master_data_in_a_file_is_told(tmp_path):
    text = sp.STEEL_MILL.replace(
        "</ecoSpold>", '<usedUserMasterData xmlns="http://example.org/"><a/></usedUserMasterData>'
        "</ecoSpold>"
    )  # fmt: skip
    _, report = sp.read_one(tmp_path, text)
    kinds = {each.place.sheet for each in report if each.code == "object-kind"}
    assert kinds == {"usedUserMasterData"}


def test_nothing_is_left_untold_in_whole_data_sets(tmp_path):
    _, report = sp.read_zip(tmp_path, **sp.FOUR)
    assert sp.codes(report) == {"master-data", "exchange-ids", "waste-direction"}


def test_what_another_importer_reads():
    """The values in the expectations of that importer, which stand beside its sample."""
    package, _ = sp.read(sp.ORACLE)
    found = package.processes["22222222-2222-4222-8222-222222222222"]
    assert found.valid_until == "2025-12-31"
    assert found.documentation["geographyDescription"] == {"en": "Swiss geography note"}
    second = found.exchanges[1]
    assert str(second.amount) == "0.20000000000000001"
    assert second.uncertainty.law is Law.LOGNORMAL
    assert second.provider == "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
