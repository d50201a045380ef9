from decimal import Decimal

import pytest

from tanyuan.backgrounds.formulas import calculated
from tanyuan.backgrounds.linking import linked
from tanyuan.backgrounds.package import AllocationKind, FlowKind, Law, ProcessKind
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.packages import read_package
from tanyuan.problems import InputError
from tests.formats.simapro.hand_made import HEADER, LANDFILL, STEEL, TABLES, WHOLE, written


@pytest.fixture
def report():
    return Report()


@pytest.fixture
def package(tmp_path, report):
    return read_package(written(tmp_path / "works.csv", WHOLE), report)


def named(package, name):
    return next(each for each in package.processes.values() if each.name == name)


def exchanges(package, process):
    return {
        (package.flows[each.flow].name, *package.flows[each.flow].category[1:]): each
        for each in process.exchanges
    }


def refused(tmp_path, text, encoding="utf-8"):
    with pytest.raises(InputError) as caught:
        read_package(written(tmp_path / "works.csv", text, encoding), Report())
    first = caught.value.problems[0]
    assert first.place.file == "works.csv"
    assert str(first.mend)
    return first


def test_what_a_process_says_of_itself(package):
    process = named(package, "Rolling")
    assert package.format == "simapro"
    assert package.names == {"und": "Small works"}
    assert process.kind is ProcessKind.UNIT
    assert process.category == ("Metals", "Steel")
    assert process.description == {"und": "first line\nsecond line"}
    assert (process.valid_from, process.valid_until) == ("2019", "2021")
    assert process.details["creationDate"] == "2020-02-24"
    assert process.details["processIdentifier"] == "Works0001"
    assert process.documentation["geographyDescription"] == {"und": "Mixed data"}
    assert process.documentation["literatureComments"] == {"und": "Handbook: page 7"}
    assert package.locations[process.location].code == "CN"
    books = [package.references[key] for key in process.sources]
    assert [book.name for book in books] == ["Handbook", "Other book"]
    assert books[0].details == {"url": "https://example.org/handbook"}


def test_exchanges_in_their_units(package):
    found = exchanges(package, named(package, "Rolling"))
    units = {unit.id: unit for group in package.unit_groups.values() for unit in group.units}
    slab = found["Slab",]
    assert slab.amount * units[slab.unit].factor == Decimal("1.05")
    assert (slab.is_input, slab.pedigree) == (True, "(2;1;3;1;1;na)")
    assert slab.comment == {"und": "(2,1,3,1,1,na)\nmeasured"}
    assert found["Ore",].avoided
    assert found["Water, river", "in water"].is_input
    assert not found["Slag",].is_input
    assert package.flows[found["Slag",].flow].kind is FlowKind.ELEMENTARY
    dust = found["Landfill of dust",]
    assert package.flows[dust.flow].kind is FlowKind.WASTE
    assert not dust.is_input


def test_spreads_are_those_of_the_format(package):
    found = exchanges(package, named(package, "Rolling"))
    assert found["Slab",].uncertainty.law is Law.LOGNORMAL
    assert found["Slab",].uncertainty.parameters == (Decimal("0.00105"), Decimal("1.1"))
    assert found["Power {CN}",].uncertainty.parameters[1] == Decimal("0.1")
    assert found["Carbon dioxide, fossil", "low. pop."].uncertainty.parameters == (
        Decimal("0.2"),
        Decimal("0.3"),
        Decimal("0.4"),
    )
    assert found["Carbon dioxide, fossil",].uncertainty.law is Law.UNIFORM
    assert found["Methane",].uncertainty is None


def test_formulas_are_evaluated_with_decimal_commas(package):
    power = exchanges(package, named(package, "Rolling"))["Power {CN}",]
    assert power.formula == "share*(base+0.5)"
    assert float(power.amount) == pytest.approx(0.25 * (2 * 1.5 + 0.5))
    after = Report()
    assert calculated(package, after) == package
    assert len(after) == 0
    assert [(each.name, each.value) for each in package.parameters] == [("plant", 2)]


def test_names_of_parameters_end_before_wide_spaces(tmp_path):
    text = WHOLE.replace('base;"Iff(', 'base\u3000;"Iff(')
    package = read_package(written(tmp_path / "works.csv", text), Report())
    power = exchanges(package, named(package, "Rolling"))["Power {CN}",]
    assert float(power.amount) == pytest.approx(0.25 * (2 * 1.5 + 0.5))


def test_two_units_that_openlca_has_as_one_keep_their_factors(tmp_path):
    rows = "t;Mass;1000;kg\nton;Mass;907,18474;kg"
    text = WHOLE.replace("ton;Mass;1000;kg", rows).replace("Ore;kg;0,1", "Ore;t;0,1")
    package = read_package(written(tmp_path / "works.csv", text), Report())
    found = exchanges(package, named(package, "Rolling"))
    units = {unit.id: unit for group in package.unit_groups.values() for unit in group.units}
    factors = {units[found[key].unit].name: units[found[key].unit].factor for key in
               (("Ore",), ("Slab",))}  # fmt: skip
    assert factors == {"t": 1000, "ton": Decimal("907.18474")}


def test_a_product_beside_a_treated_waste_has_no_shares(tmp_path):
    text = LANDFILL.replace(
        "Emissions to air",
        "Products\nLandfill gas;kg;1;100;not defined;Energy;\n\nEmissions to air",
    )
    report = Report()
    package = read_package(written(tmp_path / "works.csv", HEADER + text + TABLES), report)
    (process,) = package.processes.values()
    assert not process.allocation
    (told,) = [finding for finding in report if finding.code == "allocation-wastes"]
    assert str(told.mend)


def test_shares_of_products(package):
    process = named(package, "Rolling")
    assert process.default_allocation is AllocationKind.ECONOMIC
    assert [each.share for each in process.allocation] == [Decimal("0.905"), Decimal("0.095")]


def test_wastes_find_their_treatment(package, report):
    rolling, landfill = named(package, "Rolling"), named(package, "Landfill of dust")
    assert landfill.id == "298f6b5c-46f5-11ec-81d3-0242ac130003"
    assert landfill.kind is ProcessKind.RESULT
    dust = exchanges(package, rolling)["Landfill of dust",]
    links = linked(package, Profile(), report)
    assert links[rolling.id, dust.number].provider == landfill.id


def test_scenarios_send_waste_by_percent(package):
    found = exchanges(package, named(package, "Waste of households"))
    assert found["Waste of households",].is_input
    assert found["Landfill of dust",].amount == Decimal("1.8")
    assert found["Furnace",].amount == Decimal("0.2")
    assert ("Paper mill",) not in found


def test_substances_carry_what_the_tables_say(package):
    flows = [flow for flow in package.flows.values() if flow.name == "Carbon dioxide, fossil"]
    assert {flow.category for flow in flows} == {
        ("Emissions to air", "low. pop."),
        ("Emissions to air",),
    }
    assert {(flow.cas, flow.formula) for flow in flows} == {("000124-38-9", "CO2")}


def test_what_is_left_out_is_told(package, report):
    told = {finding.code for finding in report}
    assert {"parameter-again", "uncertainty", "waste-type", "cas", "substance-ids"} <= told
    assert {"reference-outside", "unknown-field", "places-in-names"} <= told
    assert all(finding.place.file == "works.csv" for finding in report)


def test_ids_stay_the_same(tmp_path, package):
    again = read_package(written(tmp_path / "other.csv", WHOLE), Report())
    assert again == package


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("Erdöl\u00b5", "cp1252", True),
        ("热轧钢板生产", "gb18030", True),
        ("热轧钢板生产", "utf-8", False),
        ("热轧钢板生产", "utf-8-sig", False),
        ("热轧钢板生产", "utf-16", False),
    ],
)
def test_encodings(tmp_path, text, encoding, told):
    report = Report()
    path = written(tmp_path / "works.csv", WHOLE.replace("Rolling", text), encoding)
    package = read_package(path, report)
    assert named(package, text)
    assert any(finding.code == "encoding" for finding in report) == told


def test_bytes_of_no_encoding(tmp_path):
    path = written(tmp_path / "works.csv", WHOLE)
    path.write_bytes(path.read_bytes().replace(b"Rolling", b"R\x81\x20lling"))
    with pytest.raises(InputError) as caught:
        read_package(path, Report())
    assert caught.value.problems[0].code == "encoding"


@pytest.mark.parametrize("at", [30, 300])
def test_a_stray_byte_in_utf_16(tmp_path, at):
    path = written(tmp_path / "works.csv", WHOLE, "utf-16")
    data = path.read_bytes()
    path.write_bytes(data[:at] + b"\x00" + data[at:])
    with pytest.raises(InputError) as caught:
        read_package(path, Report())
    assert caught.value.problems[0].code == "encoding"


def test_half_a_character_of_utf_16(tmp_path):
    path = written(tmp_path / "works.csv", WHOLE, "utf-16")
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InputError) as caught:
        read_package(path, Report())
    assert caught.value.problems[0].code == "encoding"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{processes}", "{methods}", "simapro-methods"),
        ("{CSV separator: Semicolon}\n", "", "simapro-header"),
        ("{Decimal separator: ,}", "{Decimal separator: }", "simapro-header"),
        ("{Decimal separator: ,}", "{Decimal separator: .}", "decimal-sign"),
        ("Slab;ton;0,00105", "Slab;ton;0.00105", "decimal-sign"),
        ("Slab;ton;0,00105", "Slab;ton;1.000,5", "number"),
        ("Slab;ton;0,00105", "Slab;stone;0,00105", "unknown-unit"),
        ("Slab;ton;0,00105", "Slab;ton;unknown*2", "formula"),
        ("plant*1,5; 0", "base*1,5; 0", "formula"),
        ("kg;Mass;1;kg", "kg;Mass;0;kg", "factor"),
        ("Ore;kg;0,1", "Slab;kWh;0,1", "unknown-unit"),
    ],
)
def test_bad_input(tmp_path, old, new, code):
    assert old in WHOLE
    assert refused(tmp_path, WHOLE.replace(old, new)).code == code


def test_a_file_that_was_cut_short(tmp_path):
    problem = refused(tmp_path, (HEADER + STEEL).partition("Emissions to air")[0])
    assert problem.code == "simapro-truncated"
    assert problem.place.row == 11


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("m3;Volume;1;m3", "Airborne emissions"),
        ("Mass;Yes", "Units"),
        ("plant;1;Undefined;0;0;0;No;", "Project Input parameters"),
    ],
)
def test_an_end_that_is_missing_swallows_no_block(tmp_path, last, following):
    end = f"{last}\n\nEnd\n\n{following}"
    assert end in WHOLE
    report = Report()
    text = WHOLE.replace(end, f"{last}\n\n{following}")
    found = read_package(written(tmp_path / "open.csv", text), report)
    whole = read_package(written(tmp_path / "whole.csv", WHOLE), Report())
    assert found.processes == whole.processes
    assert found.unit_groups == whole.unit_groups
    assert [finding.place.sheet for finding in report if finding.code == "block-open"]


def test_a_header_alone_has_no_process(tmp_path):
    assert refused(tmp_path, HEADER).code == "no-process"


def test_one_identifier_for_two_processes(tmp_path):
    other = STEEL.replace("Rolling", "Casting")
    assert refused(tmp_path, HEADER + STEEL + other + TABLES).code == "duplicate-id"


def test_the_same_process_twice(tmp_path):
    report = Report()
    path = written(tmp_path / "works.csv", HEADER + LANDFILL + LANDFILL + TABLES)
    assert len(read_package(path, report).processes) == 1
    assert any(finding.code == "duplicate" for finding in report)


def test_impact_methods_without_their_mark(tmp_path):
    text = HEADER + "\nMethod\n\nName\nSome method\n\nEnd\n"
    assert refused(tmp_path, text).code == "simapro-methods"


def test_the_old_layout(tmp_path):
    text = (
        "SimaPro 7.3\tprocesses\tDate:\t29.08.2013\tTime:\t00:00:00\n\n\nProcess\n\n"
        "Category type\tmaterial\nProcess name\tFeeding\nComment\tone\n\ttwo\n\n"
        "Products\nFish food\t2\tkg\t100\tnot defined\tFood\\Fish\n\n"
        "Materials/fuels\nMeal\t1.5\tkg\tLognormal\t1.44\t\t\tfrom\n\t\t\t\t\t\tthe mill\n\n"
        "Emissions to air\nMethane\tlow. pop.\t0.25\tg\tUndefined\n\n"
    )
    report = Report()
    package = read_package(written(tmp_path / "old.txt", text), report)
    (process,) = package.processes.values()
    assert process.description == {"und": "one\ntwo"}
    meal = exchanges(package, process)["Meal",]
    assert (meal.amount, meal.uncertainty.parameters[1]) == (Decimal("1.5"), Decimal("1.2"))
    assert meal.comment == {"und": "from\nthe mill"}
    assert exchanges(package, process)["Methane", "low. pop."].amount == Decimal("0.25")
    assert any(finding.code == "header-old" for finding in report)


def test_a_comment_of_the_old_layout_that_begins_on_its_second_line(tmp_path):
    text = (
        "SimaPro 7.3;processes;Date:;29.08.2013\n\nProcess\n\nProcess name;Feeding\n"
        "Comment\n;continued\n\nProducts\nFish food;2;kg;100;not defined;Food\n\n"
    )
    package = read_package(written(tmp_path / "old.csv", text), Report())
    (process,) = package.processes.values()
    assert process.description == {"und": "continued"}


def test_stages_take_what_they_are_made_of(tmp_path):
    stage = (
        "\nProduct stage\n\nCategory type\nlife cycle\n\nProducts\nLife;p;1;Others;a comment;\n\n"
        "Assembly\nBox;p;2;Undefined;0;0;0;;\n\nProcesses\n"
        "Sheet {CN}| rolled;kg;3;Undefined;0;0;0;\n\n"
        "Waste/Disposal scenario\nWaste of households;;;Undefined;0;0;0;;\n\nEnd\n"
    )
    report = Report()
    package = read_package(written(tmp_path / "stage.csv", HEADER + stage + TABLES), report)
    (process,) = package.processes.values()
    found = exchanges(package, process)
    assert [found[name,].amount for name in ("Life", "Box", "Sheet {CN}| rolled")] == [1, 2, 3]
    assert process.category == ("Others",)
    assert [finding.place.field for finding in report if finding.code == "stage-waste"] == [
        "Waste/Disposal scenario"
    ]


def test_a_hundred_thousand_exchanges_in_one_process(tmp_path):
    rows = "".join(f"Slab;kg;{number},5;Undefined;0;0;0;\n" for number in range(100_000))
    text = STEEL.replace("Slab;ton;0,00105;Lognormal;1,21;0;0;(2,1,3,1,1,na)\x7fmeasured\n", rows)
    package = read_package(written(tmp_path / "works.csv", HEADER + text + TABLES), Report())
    assert len(named(package, "Rolling").exchanges) > 100_000
