"""TIDAS: valid by its schemas, read in the spellings that its editions have."""

import csv
import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

import tanyuan
from tanyuan.backgrounds.package import AllocationKind
from tanyuan.formats import ilcd, tidas
from tanyuan.formats.packages import open_source, recognised
from tanyuan.formats.tidas import lists
from tanyuan.problems import InputError
from tests.formats.ilcd import data_sets as ds
from tests.formats.ilcd import made

SCHEMAS = Path(__file__).parent / "ilcd" / "data" / "tidas_schemas"
LISTS = Path(tanyuan.__file__).parent / "data" / "tidas"
# The name of a list, and the definition that schemas look for in its file (it is not in there).
CLASS_LISTS = {
    "tidas_processes_category.json": ("process", ""),
    "tidas_flows_product_category.json": ("product", ""),
    "tidas_flows_elementary_category.json": ("elementary", ""),
    "tidas_contacts_category.json": ("contact", "Contact"),
    "tidas_sources_category.json": ("source", "Source"),
    "tidas_flowproperties_category.json": ("property", "FlowProperty"),
    "tidas_unitgroups_category.json": ("unit-group", "UnitGroup"),
}


@cache
def rows(name):
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def schema(uri):
    """A schema by its address; the lists as the files of TIDAS give them."""
    name = uri.rpartition("/")[2]
    if name == "tidas_locations_category.json":
        return {"oneOf": [{"const": row["code"]} for row in rows("locations.csv")]}
    if name in CLASS_LISTS:
        of, definition = CLASS_LISTS[name]
        code = "@catId" if of == "elementary" else "@classId"
        found = {
            "oneOf": [
                {
                    "properties": {
                        "@level": {"const": row["level"]},
                        code: {"const": row["code"]},
                        "#text": {"const": row["text"]},
                    }
                }
                for row in rows("classes.csv")
                if row["list"] == of
            ]
        }
        return found | ({"$defs": {definition: found}} if definition else {})
    return json.loads((SCHEMAS / name).read_text(encoding="utf-8"))


@cache
def validator(kind):
    found = schema(f"tidas_{kind}.json") | {"$id": f"json-schema:///tidas_{kind}.json"}
    return jsonschema_rs.Draft7Validator(found, retriever=schema, validate_formats=True)


def mistakes(path):
    """What the schemas find wrong, by entry."""
    return {
        (name, error.message[:200])
        for name, data in made.entries(path).items()
        if name.endswith(".json")
        for error in validator(name.partition("/")[0]).iter_errors(json.loads(data))
    }


@pytest.fixture
def path(tmp_path):
    return made.written(tidas, made.package(), tmp_path / "out.zip")[0]


def test_the_schemas_find_mistakes(path):
    entries = made.entries(path)
    name = f"processes/{made.PLANT}.json"
    entries[name] = entries[name].replace(b'"@location": "CN"', b'"@location": "Atlantis"')
    found = mistakes(made.zipped(path.with_name("changed.zip"), entries))
    assert {entry for entry, _ in found} == {name}


def test_data_sets_are_valid(path):
    assert mistakes(path) == set()


@pytest.mark.parametrize("folder", ["epd", "oracle"])
def test_data_sets_of_ilcd_samples_are_valid(folder, tmp_path):
    source = made.zipped_folder(tmp_path / "in.zip", SCHEMAS.parent / folder)
    package, _ = made.read(source)
    assert mistakes(made.written(tidas, package, tmp_path / "out.zip")[0]) == set()


def data_set(path, folder, key):
    (content,) = json.loads(made.entries(path)[f"{folder}/{key}.json"]).values()
    return content


def class_of(path, folder, key, system="common:classification"):
    for part in data_set(path, folder, key).values():
        if isinstance(part, dict) and "dataSetInformation" in part:
            return part["dataSetInformation"]["classificationInformation"][system]
    raise KeyError(key)


def test_compartments_of_openlca_become_those_of_ilcd(path):
    found = class_of(path, "flows", made.CO2, "common:elementaryFlowCategorization")
    assert [each["@catId"] for each in found["common:category"]] == ["1", "1.3", "1.3.4"]
    assert "@name" not in found


def test_classes_that_are_not_known_are_marked_as_placeholders(path):
    found = class_of(path, "processes", made.MINE)
    assert found["@name"] == "Placeholders from level 0 on: the class is not known."
    # Another program's package has no file beside: the note is what tells.
    entries = {key: data for key, data in made.entries(path).items() if "tanyuan" not in key}
    package, _ = made.read_by(tidas, made.zipped(path.with_name("alone.zip"), entries))
    assert package.processes[made.MINE].category == ()
    assert package.flows[made.COAL].category == ()


def test_classes_are_found_by_their_names_and_codes():
    given = [{"#text": "C:Manufacturing"}, {"#text": "Manufacture of basic metals"}]
    found, known = lists.classes("process", given, "@classId")
    assert [each["@classId"] for each in found[:known]] == ["C", "24"]
    # A class inside another one only.
    given = [{"#text": "A", "@classId": "A"}, {"#text": "24", "@classId": "24"}]
    assert lists.classes("process", given, "@classId")[1] == 1


@pytest.mark.parametrize(
    ("code", "found"),
    [("CN-SD", "CN-SD"), ("CN-SD-TAO", "CN-SD-TAO"), ("Jinan", "NULL"), ("", "NULL")],
)
def test_places_of_the_list(code, found):
    assert lists.place(code) == found


def languages(value):
    if isinstance(value, dict):
        if "@xml:lang" in value:
            yield value["@xml:lang"], value["#text"]
        for each in value.values():
            yield from languages(each)
    elif isinstance(value, list):
        for each in value:
            yield from languages(each)


def test_no_english_text_has_chinese_characters(tmp_path):
    steel = ds.flow(ds.STEEL, "Steel 钢")
    source = made.zipped(
        tmp_path / "in.zip", ds.entries(ds.process(ds.STEEL_OUT), flows__steel=steel)
    )
    package, _ = made.read(source)
    path, _ = made.written(tidas, package, tmp_path / "out.zip")
    found = [
        (tag, text)
        for name, data in made.entries(path).items()
        if name.endswith(".json")
        for tag, text in languages(json.loads(data))
    ]
    assert ("zh", "Steel 钢") in found
    assert all((tag == "zh") is ("钢" in text or "未" in text) for tag, text in found)
    assert made.read(path)[0].flows[ds.STEEL].names == {"en": "Steel 钢"}


def test_languages_go_out_as_separate_texts(path):
    name = data_set(path, "flows", made.POWER)["flowInformation"]["dataSetInformation"]["name"]
    assert name["baseName"] == [
        {"@xml:lang": "en", "#text": "Power"},
        {"@xml:lang": "zh", "#text": "电力"},
    ]


def test_shares_are_not_written_where_their_meaning_is_not_sure(path):
    text = made.entries(path)[f"processes/{made.PLANT}.json"].decode()
    assert "allocatedFraction" not in text
    assert (
        made.read_by(tidas, path)[0].processes[made.PLANT] == made.package().processes[made.PLANT]
    )


def as_tidas(tmp_path, change):
    """A package in TIDAS without the file beside it, changed by hand."""
    path, _ = made.written(tidas, made.package(), tmp_path / "out.zip")
    entries = {name: data for name, data in made.entries(path).items() if "tanyuan" not in name}
    name = f"processes/{made.PLANT}.json"
    content = json.loads(entries[name])
    change(content["processDataSet"])
    entries[name] = json.dumps(content)
    return made.read_by(tidas, made.zipped(tmp_path / "in.zip", entries))


def test_shares_as_parts_of_one(tmp_path):
    def share(process):
        process["exchanges"]["exchange"][2]["allocations"] = {
            "allocation": {"@internalReferenceToCoProduct": "1", "@allocatedFraction": "0.77"}
        }

    package, report = as_tidas(tmp_path, share)
    (found,) = package.processes[made.PLANT].allocation
    assert (found.kind, found.share, found.exchange) == (
        AllocationKind.CAUSAL,
        Decimal("0.77"),
        3,
    )
    assert "allocation-scale" not in made.codes(report)


@pytest.mark.parametrize("keep", ["referenceYear", "common:referenceYear"])
def test_years_with_and_without_prefix(keep, tmp_path):
    def one(process):
        time = process["processInformation"]["time"]
        for name in {"referenceYear", "common:referenceYear"} - {keep}:
            del time[name]

    package, report = as_tidas(tmp_path, one)
    assert package.processes[made.PLANT].valid_from == "2025"
    assert not [each for each in report if "referenceYear" in each.place.field]


def test_a_result_that_stands_only_for_the_schema_is_none(path):
    entries = {name: data for name, data in made.entries(path).items() if "tanyuan" not in name}
    package, report = made.read_by(tidas, made.zipped(path.with_name("alone.zip"), entries))
    assert package.processes[made.MINE].results == ()
    assert "result-nameless" not in made.codes(report)


def test_one_data_set_alone(path, tmp_path):
    alone = tmp_path / "flow.dat"
    alone.write_bytes(b"\xef\xbb\xbf" + made.entries(path)[f"flows/{made.COAL}.json"])
    package, _ = made.read_by(tidas, alone)
    assert package.flows[made.COAL].names == {"en": "Coal"}


def refused(tmp_path, content):
    path = tmp_path / "in.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as error, open_source(path) as source:
        tidas.read(source, made.Report(), made.silent)
    return {problem.code for problem in error.value.problems}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"flowDataSet": {"a": 1', "json"),
        (b'{"flowDataSet": ' + b"[" * 100_000, "json-depth"),
        ('{"flowDataSet": {"a": "钢"}}'.encode("gb18030"), "encoding"),
        (b'{"flowDataSet": {}, "processDataSet": {}}', "several-data-sets"),
        (b'{"flowDataSet": {"flowInformation": 7}}', "field-missing"),
    ],
)
def test_bad_input(content, code, tmp_path):
    assert code in refused(tmp_path, content)


def test_a_decimal_comma(tmp_path):
    with pytest.raises(InputError) as error:
        as_tidas(
            tmp_path,
            lambda process: process["exchanges"]["exchange"][2].update(resultingAmount="24,5"),
        )
    (found,) = error.value.problems
    assert (found.code, found.place.row) == ("number", 3)
    assert found.place.file.endswith(f"processes/{made.PLANT}.json")


def test_openlca_under_the_same_ending_is_not_taken(tmp_path):
    path = made.zipped(
        tmp_path / "in.zip", {"processes/a.json": '{"@type": "Process", "@id": "x"}'}
    )
    with open_source(path) as source:
        assert not tidas.recognises(source)
        assert not ilcd.recognises(source)
        assert recognised(source).key == "openlca"
