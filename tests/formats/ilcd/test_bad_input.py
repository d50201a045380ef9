"""Bad input is refused with what is wrong, where, and the mend; or told, where it can be read."""

import json
import zipfile

import pytest

from tanyuan.formats import ilcd
from tanyuan.formats.packages import open_source, read_package, recognised
from tanyuan.problems import InputError
from tests.formats import refusals
from tests.formats.ilcd import data_sets as ds
from tests.formats.ilcd import made


def problems(tmp_path, process_text="", **more):
    path = made.zipped(
        tmp_path / "in.zip", ds.entries(process_text or ds.process(ds.STEEL_OUT), **more)
    )
    return refused(path)


def refused(path):
    return refusals.refused(made.read, path)


def codes(found):
    return {problem.code for problem in found}


def test_a_truncated_archive(tmp_path):
    path = made.zipped(tmp_path / "in.zip", ds.entries(ds.process(ds.STEEL_OUT)))
    path.write_bytes(path.read_bytes()[:-200])
    assert codes(refused(path)) == {"file-damaged"}


def test_an_entry_outside_of_the_archive(tmp_path):
    path = made.zipped(tmp_path / "in.zip", {"../processes/a.xml": ds.process(ds.STEEL_OUT)})
    assert codes(refused(path)) == {"archive-path"}


BILLION = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(encoding, tmp_path):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{BILLION}{ds.flow(ds.STEEL, "&c;")}'
    found = problems(tmp_path, flows__steel=text.encode(encoding))
    assert codes(found) == {"xml-doctype"}


def test_entities_in_one_data_set_alone(tmp_path):
    path = tmp_path / "flow.xml"
    path.write_text(BILLION + ds.flow(ds.STEEL, "&c;"), encoding="utf-8")
    with pytest.raises(InputError) as error, open_source(path) as source:
        ilcd.read(source, made.Report(), made.silent)
    assert codes(error.value.problems) == {"xml-doctype"}


def test_xml_that_ends_early(tmp_path):
    found = problems(tmp_path, flows__steel=ds.flow(ds.STEEL, "Steel")[:-20])
    assert codes(found) == {"xml"}
    assert found[0].place.file == "in.zip/ILCD/flows/steel.xml"
    assert "line 1" in str(found[0].cause)


def test_xml_nested_without_end(tmp_path):
    deep = "<a>" * 500 + "</a>" * 500
    found = problems(tmp_path, flows__steel=ds.flow(ds.STEEL, "Steel", inside=deep))
    assert codes(found) == {"xml-depth"}


def test_a_wrong_encoding(tmp_path):
    text = '<?xml version="1.0" encoding="UTF-8"?>' + ds.flow(ds.STEEL, "钢")
    found = problems(tmp_path, flows__steel=text.encode("gb18030"))
    assert codes(found) == {"encoding"}


def test_an_encoding_that_is_not_read(tmp_path):
    text = '<?xml version="1.0" encoding="EBCDIC-CP-US"?>' + ds.flow(ds.STEEL, "Steel")
    assert codes(problems(tmp_path, flows__steel=text)) == {"encoding"}


def test_a_decimal_comma(tmp_path):
    (found,) = problems(tmp_path, ds.process(ds.STEEL_OUT + ds.exchange(2, ds.CO2, "1,5")))
    assert (found.code, found.place.sheet, found.place.row) == ("number", "Mill", 2)
    assert found.place.field == "exchanges/exchange/meanAmount"


@pytest.mark.parametrize("amount", ["NaN", "INF", "1e400", "many"])
def test_amounts_that_are_none(amount, tmp_path):
    found = problems(tmp_path, ds.process(ds.STEEL_OUT + ds.exchange(2, ds.CO2, amount)))
    assert codes(found) == {"number"}


def test_two_data_sets_with_one_id(tmp_path):
    found = problems(tmp_path, flows__twin=ds.flow(ds.STEEL, "Iron"))
    assert codes(found) == {"duplicate-id"}


def test_the_same_data_set_twice_is_told(tmp_path):
    path = made.zipped(
        tmp_path / "in.zip",
        ds.entries(ds.process(ds.STEEL_OUT), flows__twin=ds.flow(ds.STEEL, "Steel")),
    )
    assert "duplicate" in made.codes(made.read(path)[1])


def test_a_flow_that_is_not_there(tmp_path):
    found = problems(tmp_path, flows__steel="")
    assert codes(found) == {"missing-reference"}
    assert found[0].place.sheet == "Mill"


def test_a_property_that_is_not_there(tmp_path):
    assert codes(problems(tmp_path, flowproperties__a="")) >= {"missing-reference"}


def test_a_unit_group_that_is_not_there(tmp_path):
    assert codes(problems(tmp_path, unitgroups__a="")) == {"missing-reference"}


def test_a_unit_that_its_group_does_not_have(tmp_path):
    attributes = f'olca:amount="3" olca:unitId="lbs" olca:propertyId="{ds.MASS}"'
    text = ds.process(ds.STEEL_OUT + ds.exchange(2, ds.CO2, "3", attributes=attributes))
    assert codes(problems(tmp_path, text)) == {"unknown-unit"}


@pytest.mark.parametrize(
    "unit",
    [
        '<unit dataSetInternalID="0"><name>kg</name><meanValue>2</meanValue></unit>',
        '<unit dataSetInternalID="5"><name>kg</name><meanValue>1</meanValue></unit>',
    ],
)
def test_a_unit_group_without_a_reference_unit(unit, tmp_path):
    assert codes(problems(tmp_path, unitgroups__a=ds.unit_group(unit))) == {"reference-unit"}


def test_a_reference_flow_that_the_process_does_not_have(tmp_path):
    found = problems(tmp_path, ds.process(ds.exchange(5, ds.STEEL, "1")))
    assert codes(found) == {"missing-reference"}


def test_an_exchange_without_direction_or_flow(tmp_path):
    text = ds.STEEL_OUT + '<exchange dataSetInternalID="2"><meanAmount>1</meanAmount></exchange>'
    found = problems(tmp_path, ds.process(text))
    assert {(each.code, each.place.field.rpartition("/")[2]) for each in found} == {
        ("field-missing", "referenceToFlowDataSet"),
        ("field-missing", "exchangeDirection"),
    }


def test_words_that_the_format_does_not_know(tmp_path):
    text = ds.process(ds.exchange(1, ds.STEEL, "1", "Sideways"), kind="Magic")
    assert codes(problems(tmp_path, text)) == {"field-type"}


def test_a_data_set_without_an_id(tmp_path):
    found = problems(tmp_path, flows__steel=ds.flow("no-uuid", "Steel"))
    assert "field-type" in codes(found)


def test_models_that_lie_in_each_other_end(tmp_path):
    """A circle of references is nothing that anyone follows."""
    mine = ds.process(
        ds.exchange(1, ds.SCRAP, "1") + ds.exchange(2, ds.STEEL, "1", "Input"), key=ds.MINE
    )
    text = ds.process(ds.STEEL_OUT + ds.exchange(2, ds.SCRAP, "1", "Input"))
    package, _ = made.read(made.zipped(tmp_path / "in.zip", ds.entries(text, processes__mine=mine)))
    assert len(package.processes) == 2


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"<ecoSpold xmlns='http://www.EcoInvent.org/EcoSpold01'/>", "ecospold1"),
        (b"{SimaPro 9.0}\n", "simapro"),
        (b'{"@type": "Process", "@id": "x"}', ""),
        (b"", ""),
    ],
)
def test_another_format_under_the_same_ending(content, key, tmp_path):
    path = tmp_path / "process.xml"
    path.write_bytes(content)
    with open_source(path) as source:
        assert not ilcd.recognises(source)
        if key:
            assert recognised(source).key == key
            return
        with pytest.raises(InputError) as error:
            recognised(source)
    assert codes(error.value.problems) == {"format-unknown"}


def test_many_problems_are_told_at_once_but_not_without_end(tmp_path):
    bad = "".join(ds.exchange(number, ds.CO2, "1,5") for number in range(2, 400))
    entries = ds.entries(ds.process(ds.STEEL_OUT + bad))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    with pytest.raises(InputError) as error:
        read_package(tmp_path / "in.zip", made.Report())
    assert 100 < len(error.value.problems) < 110


def test_a_note_beside_the_data_sets_with_a_wrong_type(tmp_path):
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    entries = made.entries(path)
    name = "ILCD/other/tanyuan.jsonl"
    lines = [json.loads(line) for line in entries[name].splitlines()]
    for line in lines[1:]:
        line["fields"] = {"kind": 7}
    entries[name] = b"\n".join(json.dumps(line).encode() for line in lines)
    _, report = made.read_by(ilcd, made.zipped(tmp_path / "changed.zip", entries))
    assert "beside-unusable" in made.codes(report)
