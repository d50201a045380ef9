"""Bad input is refused with what is wrong, where, and the mend."""

import pytest

from tests.formats import refusals
from tests.formats.ecospold2 import spold as sp


def refused(path):
    return refusals.refused(sp.read, path)


def problems(folder, *texts):
    entries = {f"set{number}": text for number, text in enumerate(texts)}
    return refused(sp.zipped(folder / "in.zip", entries))


def mill(*flows):
    return sp.spold(sp.MILL, "mill", sp.STEEL_OUT + "".join(flows))


def codes(found):
    return {each.code for each in found}


@pytest.mark.parametrize("kept", [0.2, 0.7, 0.999])
def test_a_truncated_data_set(tmp_path, kept):
    data = sp.STEEL_MILL.encode()
    (found,) = problems(tmp_path, sp.PLANT, data[: int(kept * len(data))])
    assert found.code == "xml"
    assert found.place.file == "in.zip/database/datasets/set1.spold"


def test_a_truncated_archive(tmp_path):
    path = sp.zipped(tmp_path / "in.zip", sp.FOUR)
    path.write_bytes(path.read_bytes()[:-300])
    assert codes(refused(path)) == {"file-damaged"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(tmp_path, encoding):
    attack = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>{attack}'
    text = sp.spold(sp.MILL, "mill &c;", sp.STEEL_OUT, head=head)
    assert codes(problems(tmp_path, text.encode(encoding))) == {"xml-doctype"}
    path = tmp_path / "in.spold"
    path.write_bytes(text.encode(encoding))
    assert codes(refused(path)) == {"xml-doctype"}


def test_a_wrong_encoding(tmp_path):
    assert codes(problems(tmp_path, sp.STEEL_MILL.encode("gb18030"))) == {"encoding"}


@pytest.mark.parametrize("amount", ["1,5", "1.234,5", "many", "INF", "1e400"])
def test_amounts_that_are_none(tmp_path, amount):
    (found,) = problems(tmp_path, mill(sp.elementary(sp.CO2, "CO2", amount)))
    assert (found.code, found.place.sheet, found.place.row) == ("number", "mill", 1)
    assert found.place.field == "flowData/elementaryExchange/amount"


def test_no_amount(tmp_path):
    text = mill(sp.elementary(sp.CO2, "CO2", "1").replace(' amount="1"', ""))
    (found,) = problems(tmp_path, text)
    assert (found.code, found.place.field) == (
        "field-missing",
        "flowData/elementaryExchange/amount",
    )


@pytest.mark.parametrize("element", ["name", "unitName"])
def test_an_exchange_without(tmp_path, element):
    flow = sp.elementary(sp.CO2, "CO2", "1")
    start = flow.index(f"<{element} ")
    end = flow.index(f"</{element}>") + len(element) + 3
    found = problems(tmp_path, mill(flow[:start] + flow[end:]))
    assert codes(found) == {"field-missing"}


@pytest.mark.parametrize("flow", ["none", ""])
def test_ids_that_are_none(tmp_path, flow):
    text = mill(sp.elementary(sp.CO2, "CO2", "1").replace(sp.CO2, flow).replace(" id=", " x="))
    assert codes(problems(tmp_path, text)) <= {"field-type", "field-missing"}
    assert codes(problems(tmp_path, sp.STEEL_MILL.replace(sp.MILL, flow))) <= {
        "field-type",
        "field-missing",
    }


@pytest.mark.parametrize(
    "flow",
    [
        sp.product(sp.POWER, "electricity", "1", "in 4", "kWh"),
        sp.product(sp.POWER, "electricity", "1", "out 4", "kWh"),
        sp.elementary(sp.CO2, "CO2", "1", "out 2"),
    ],
)
def test_groups_that_are_none(tmp_path, flow):
    assert codes(problems(tmp_path, mill(flow))) == {"field-type"}


@pytest.mark.parametrize("flows", ["", sp.product(sp.STEEL, "steel", "0", "out 0")])
def test_no_reference_product(tmp_path, flows):
    (found,) = problems(tmp_path, sp.spold(sp.MILL, "mill", flows))
    assert found.code == "reference-product"
    assert found.place.sheet == "mill"


def test_a_reference_product_with_a_bad_amount_is_told_once(tmp_path):
    text = sp.spold(sp.MILL, "mill", sp.product(sp.STEEL, "steel", "1,0", "out 0"))
    assert [each.code for each in problems(tmp_path, text)] == ["number"]


def test_two_data_sets_of_one_id_that_differ(tmp_path):
    (found,) = problems(tmp_path, mill(), mill(sp.elementary(sp.CO2, "CO2", "1")))
    assert (found.code, found.place.sheet) == ("duplicate-id", "mill")


def test_the_same_data_set_twice_is_told(tmp_path):
    package, report = sp.read_zip(tmp_path, one=mill(), two=mill())
    assert len(package.processes) == 1
    assert "duplicate" in sp.codes(report)


@pytest.mark.parametrize(
    "other",
    [
        sp.elementary(sp.CO2, "CO2", "1", where=("water", "ocean")),
        sp.elementary(sp.CO2, "CO2", "1", unit="m3"),
        sp.product(sp.CO2, "CO2", "1", "in 5"),
    ],
)
def test_two_flows_of_one_id(tmp_path, other):
    text = mill(sp.elementary(sp.CO2, "CO2", "1"), other)
    assert codes(problems(tmp_path, text)) == {"duplicate-id"}


def test_an_unknown_unit_stands_for_itself_and_is_told(tmp_path):
    text = mill(sp.product(sp.HEAT, "cooling", "1", "in 5", "cold-hour"))
    _, report = sp.read_zip(tmp_path, mill=text)
    assert [each.place.sheet for each in report if each.code == "unit-alone"] == ["cold-hour"]


def test_one_flow_in_an_unknown_and_a_known_unit(tmp_path):
    taken = sp.product(sp.HEAT, "cooling", "1", "in 5", "cold-hour")
    assert codes(problems(tmp_path, mill(taken, taken.replace("cold-hour", "MJ")))) == {
        "duplicate-id"
    }


@pytest.mark.parametrize(
    "text", [f'<other xmlns="{sp.SPACE}"/>', "<ecoSpold/>", '{"amount": 1}', "a;b\n1;2\n"]
)
def test_other_formats_with_the_same_ending(tmp_path, text):
    path = tmp_path / "in.spold"
    path.write_text(text, encoding="utf-8")
    assert codes(refused(path)) == {"format-unknown"}


def test_an_empty_file(tmp_path):
    path = tmp_path / "in.spold"
    path.write_text(f'<ecoSpold xmlns="{sp.SPACE}"/>', encoding="utf-8")
    assert codes(refused(path)) == {"no-process"}
