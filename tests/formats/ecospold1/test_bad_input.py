"""Bad input is refused with what is wrong, where, and the mend."""

import pytest

from tests.formats import refusals
from tests.formats.ecospold1 import data_sets as ds
from tests.formats.openlca.hand_made import packed


def refused(path):
    return refusals.refused(ds.read, path)


def problems(folder, *data_sets, **more):
    return refused(ds.written(folder / "in.xml", ds.document(*data_sets, **more)))


def codes(found):
    return {each.code for each in found}


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95, 0.999])
def test_a_truncated_file(tmp_path, kept):
    data = ds.document(ds.STEEL, ds.POWER).encode()
    path = tmp_path / "in.xml"
    path.write_bytes(data[: int(kept * len(data))])
    assert codes(refused(path)) == {"xml"}


ATTACK = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(tmp_path, encoding):
    head = f'<?xml version="1.0" encoding="{encoding}"?>{ATTACK}'
    text = ds.document(ds.STEEL, head=head).replace("One plant.", "&c;")
    assert codes(refused(ds.written(tmp_path / "in.xml", text, encoding))) == {"xml-doctype"}
    zipped = packed(tmp_path / "in.zip", {"a.xml": text.encode(encoding)})
    assert codes(refused(zipped)) == {"xml-doctype"}


def test_a_wrong_encoding(tmp_path):
    path = ds.written(tmp_path / "in.xml", ds.document(ds.STEEL), "gb18030")
    (found,) = refused(path)
    assert found.code == "encoding"


@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "utf-16", "utf-8-sig", "GB2312"])
def test_a_stated_encoding_is_read(tmp_path, encoding):
    stated = encoding.removesuffix("-sig")
    text = ds.document(ds.STEEL, head=f'<?xml version="1.0" encoding="{stated}"?>')
    package, _ = ds.read(ds.written(tmp_path / "in.xml", text, encoding))
    assert ds.process(package, "Steel, at plant").names["zh"] == "钢"


@pytest.mark.parametrize("encoding", ["EBCDIC-CP-US", "U6F-8", "shift_jis"])
def test_an_encoding_that_is_not_read(tmp_path, encoding):
    text = ds.document(ds.STEEL, head=f'<?xml version="1.0" encoding="{encoding}"?>')
    (found,) = refused(ds.written(tmp_path / "in.xml", text))
    assert found.code == "encoding"
    assert encoding.lower() in str(found.cause)


@pytest.mark.parametrize("amount", ["1,5", "1.234,5", "many", "NaN", "1e400"])
def test_amounts_that_are_none(tmp_path, amount):
    (found,) = problems(tmp_path, ds.data_set(ds.STEEL_OUT + ds.emission(2, "CO2", amount)))
    assert (found.code, found.place.sheet, found.place.row) == ("number", "Steel, at plant", 2)
    assert found.place.field == "flowData/exchange/meanValue"


def test_no_amount(tmp_path):
    text = ds.data_set(ds.STEEL_OUT.replace(' meanValue="1"', ""))
    (found,) = problems(tmp_path, text)
    assert (found.code, found.place.field) == ("field-missing", "flowData/exchange/meanValue")


@pytest.mark.parametrize("name", ["name", "unit"])
def test_an_exchange_without(tmp_path, name):
    flows = ds.STEEL_OUT + ds.emission(2, "CO2", "1").replace(f'{name}="', f'{name}X="', 1)
    found = problems(tmp_path, ds.data_set(flows))
    assert codes(found) == {"field-missing"}
    assert found[0].place.field == f"flowData/exchange/{name}"


@pytest.mark.parametrize("group", ["in 7", "out 5", "in x"])
def test_a_group_that_is_none(tmp_path, group):
    text = ds.data_set(ds.STEEL_OUT + ds.exchange(2, "Lime", "1", group))
    assert codes(problems(tmp_path, text)) == {"field-type"}


def test_a_distribution_that_is_none(tmp_path):
    flows = ds.STEEL_OUT + ds.emission(2, "CO2", "1", uncertaintyType="9")
    assert codes(problems(tmp_path, ds.data_set(flows))) == {"field-type"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"uncertaintyType": 1},
        {"uncertaintyType": 1, "standardDeviation95": "0"},
        {"uncertaintyType": 3, "minValue": "1"},
        {"uncertaintyType": 4, "minValue": "3", "maxValue": "2"},
    ],
)
def test_a_distribution_that_lacks_something_is_told(tmp_path, parameters):
    flows = ds.STEEL_OUT + ds.emission(2, "CO2", "1", **parameters)
    package, report = ds.read_text(tmp_path, ds.data_set(flows))
    assert "distribution-incomplete" in ds.codes(report)
    assert ds.exchanges(package, "Steel, at plant")["CO2"].uncertainty is None


def test_two_data_sets_of_one_product_that_differ(tmp_path):
    other = ds.STEEL.replace('meanValue="1.5"', 'meanValue="1.6"')
    (found,) = problems(tmp_path, ds.STEEL, other)
    assert (found.code, found.place.sheet) == ("duplicate-id", "Steel, at plant")


def test_the_same_data_set_twice_is_told(tmp_path):
    package, report = ds.read_text(tmp_path, ds.STEEL, ds.STEEL)
    assert len(package.processes) == 1
    assert "duplicate" in ds.codes(report)


def test_a_share_for_an_exchange_that_is_not_there(tmp_path):
    text = ds.data_set(ds.STEEL_OUT + ds.allocation(1, "100", 77))
    assert codes(problems(tmp_path, text)) == {"missing-reference"}


def test_methods_of_impact_assessment(tmp_path):
    found = problems(tmp_path, ds.STEEL, space=f"{ds.SPACE}Impact")
    assert codes(found) == {"impact-method"}


def test_methods_beside_processes_are_told(tmp_path):
    entries = {
        "method.xml": ds.document(ds.POWER, space=f"{ds.SPACE}Impact").encode(),
        "steel.xml": ds.document(ds.STEEL).encode(),
    }
    package, report = ds.read(packed(tmp_path / "in.zip", entries))
    assert len(package.processes) == 1
    assert [each.place.sheet for each in report if each.code == "object-kind"] == ["impact"]


def test_a_file_without_data_sets(tmp_path):
    assert codes(problems(tmp_path)) == {"no-process"}


@pytest.mark.parametrize(
    "text",
    ['<ecoSpold xmlns="http://example.org/"/>', "<ecoSpold/>", "<html/>", "name;amount\nsteel;1"],
)
def test_other_formats_with_the_same_ending(tmp_path, text):
    assert codes(refused(ds.written(tmp_path / "in.xml", text))) == {"format-unknown"}


def test_so_many_problems_end_the_reading(tmp_path):
    flows = "".join(ds.emission(n, "CO2", "x") for n in range(1, 500))
    assert len(problems(tmp_path, ds.data_set(ds.STEEL_OUT + flows))) < 150
