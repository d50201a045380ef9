"""What is written is read again as it was, and written again to the same bytes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tanyuan.backgrounds.package import AllocationKind, Exchange, Package
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats import ilcd, tidas
from tanyuan.formats.packages import open_source, recognised
from tanyuan.problems import InputError
from tests.formats.ecospold1 import data_sets as ecospold1
from tests.formats.ilcd import made

ROOMS = {"ilcd": ilcd, "tidas": tidas}
both = pytest.mark.parametrize("key", ROOMS)


@both
def test_a_package_comes_back_whole(key, tmp_path):
    meant = made.package()
    path, _ = made.written(ROOMS[key], meant, tmp_path / "out.zip")
    found, _ = made.read_by(ROOMS[key], path)
    assert found == replace(meant, format=key)


@both
def test_the_same_package_gives_the_same_bytes(key, tmp_path):
    path, _ = made.written(ROOMS[key], made.package(), tmp_path / "out.zip")
    found, _ = made.read_by(ROOMS[key], path)
    again, _ = made.written(ROOMS[key], found, tmp_path / "again.zip")
    assert again.read_bytes() == path.read_bytes()


@both
def test_it_is_recognised_by_its_content(key, tmp_path):
    path, _ = made.written(ROOMS[key], made.package(), tmp_path / "out.bin")
    with open_source(path) as source:
        assert recognised(source).key == key


@both
def test_fields_without_a_place_are_reported(key, tmp_path):
    _, report = made.written(ROOMS[key], made.package(), tmp_path / "out.zip")
    told = {(finding.details["kind"], finding.place.field) for finding in report}
    assert {
        ("processes", "tags"),
        ("processes", "exchanges.provider"),
        ("processes", "exchanges.formula"),
        ("flows", "infrastructure"),
        ("unitgroups", "default_property"),
    } <= told


@both
def test_a_field_that_has_a_place_is_not_reported(key, tmp_path):
    _, report = made.written(ROOMS[key], made.package(), tmp_path / "out.zip")
    told = {(finding.details["kind"], finding.place.field) for finding in report}
    assert (
        not {
            ("processes", "names"),
            ("processes", "sources"),
            ("processes", "description"),
            ("flows", "kind"),
            ("flows", "formula"),
            ("flows", "documentation"),
        }
        & told
    )


def alone(path, tmp_path):
    """The data sets as another program sees them: without the file beside them."""
    entries = {
        name: data for name, data in made.entries(path).items() if not name.endswith(".jsonl")
    }
    return made.zipped(tmp_path / "alone.zip", entries)


@pytest.fixture
def seen(tmp_path) -> Package:
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    return made.read_by(ilcd, alone(path, tmp_path))[0]


def test_amounts_are_in_the_reference_unit_of_their_flow(seen):
    coal = seen.processes[made.PLANT].exchanges[1]
    assert (coal.amount, coal.unit, coal.property) == (Decimal("9.3"), "", "")


def test_distributions_stand_in_the_data_set(seen):
    exchanges = seen.processes[made.PLANT].exchanges
    laws = [each.uncertainty and each.uncertainty.law.value for each in exchanges]
    # The square of 1.05 is 1.1025; ILCD holds three digits after the point.
    assert laws == [None, "lognormal", None, "uniform", "triangular", None, "normal"]
    assert exchanges[1].uncertainty.parameters[1] ** 2 == pytest.approx(Decimal("1.102"))
    assert exchanges[6].uncertainty.parameters == (Decimal(2), Decimal("0.1"))


def test_shares_of_the_whole_process_stand_at_every_exchange(seen):
    found = seen.processes[made.PLANT]
    assert found.default_allocation is AllocationKind.PHYSICAL
    assert {(each.product, each.share, each.exchange) for each in found.allocation} == {
        (made.POWER, Decimal("0.77"), None),
        (made.HEAT, Decimal("0.23"), None),
    }


def test_names_keep_their_parts(seen):
    power = seen.flows[made.POWER]
    assert power.names == {"en": "Power; at plant", "zh": "电力; 出厂"}
    assert power.documentation == {"mixAndLocationTypes": {"en": "at plant", "zh": "出厂"}}


def test_a_text_without_language_is_written_under_the_one_it_is_in(seen):
    assert seen.flows[made.CO2].names == {"en": "Carbon dioxide"}


def test_every_reference_says_all_that_a_reference_has(tmp_path):
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    text = made.entries(path)[f"ILCD/processes/{made.PLANT}.xml"].decode()
    assert (
        f'<referenceToFlowDataSet refObjectId="{made.COAL}" type="flow data set" '
        f'uri="../flows/{made.COAL}.xml" version="00.00.000">\n'
        '        <common:shortDescription xml:lang="en">Coal</common:shortDescription>'
    ) in text


def test_what_another_program_changed_counts(tmp_path):
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    entries = made.entries(path)
    name = f"ILCD/processes/{made.PLANT}.xml"
    entries[name] = entries[name].replace(b">2025<", b">2024<")
    found, _ = made.read_by(ilcd, made.zipped(tmp_path / "changed.zip", entries))
    assert found.processes[made.PLANT].valid_from == "2024"
    assert found.processes[made.PLANT].tags == ()
    assert found.flows[made.COAL] == made.package().flows[made.COAL]


def test_a_damaged_file_beside_the_data_sets_is_refused(tmp_path):
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    entries = made.entries(path) | {"ILCD/other/tanyuan.jsonl": b"{"}
    with pytest.raises(InputError) as refused:
        made.read_by(ilcd, made.zipped(tmp_path / "changed.zip", entries))
    assert refused.value.problems[0].code == "beside"


def test_a_hostile_number_beside_the_data_sets_is_not_taken(tmp_path):
    path, _ = made.written(ilcd, made.package(), tmp_path / "out.zip")
    entries = made.entries(path)
    name = "ILCD/other/tanyuan.jsonl"
    entries[name] = entries[name].replace(b'"amount":"9300"', b'"amount":"1e99999"')
    found, report = made.read_by(ilcd, made.zipped(tmp_path / "changed.zip", entries))
    assert found.processes[made.PLANT].exchanges[1].amount == Decimal("9.3")
    assert "beside-unusable" in made.codes(report)


@both
def test_ids_that_are_no_uuids_are_derived_and_told(key, tmp_path):
    meant = made.package()
    odd = replace(meant.references[made.REPORT], id="report-1")
    meant = replace(meant, references={made.OFFICE: meant.references[made.OFFICE], odd.id: odd})
    path, report = made.written(ROOMS[key], meant, tmp_path / "out.zip")
    assert ("sources", "id") in {(f.details["kind"], f.place.field) for f in report}
    found, _ = made.read_by(ROOMS[key], path)
    assert any(each.names == odd.names for each in found.references.values())


def test_nothing_is_left_of_a_broken_export(tmp_path, monkeypatch):
    def broken(*_):
        raise KeyboardInterrupt

    meant = made.package()
    with pytest.raises(KeyboardInterrupt):
        ilcd.write(meant, tmp_path / "out.zip", Report(), broken, Profile())
    assert list(tmp_path.iterdir()) == []


@both
def test_a_large_process_comes_back(key, tmp_path):
    meant = made.package()
    many = tuple(
        Exchange(number, made.CO2, False, Decimal(number) / 1000) for number in range(2, 2001)
    )
    mine = meant.processes[made.MINE]
    mine = replace(mine, exchanges=(mine.exchanges[0], *many))
    meant = replace(meant, processes={**meant.processes, made.MINE: mine})
    path, _ = made.written(ROOMS[key], meant, tmp_path / "out.zip")
    found, _ = made.read_by(ROOMS[key], path)
    assert found.processes[made.MINE] == mine


def test_a_negative_lognormal_amount_keeps_its_spread(tmp_path):
    """ecoSpold 1 gives the centre the sign of its amount, SimaPro gives it none."""
    spread = [{"standardDeviation95": "1.44", "uncertaintyType": 1}, {}]
    flows = [
        ecospold1.emission(number, name, "-0.3", **more)
        for number, (name, more) in enumerate(zip(("One", "Other"), spread, strict=True), 2)
    ]
    package, _ = ecospold1.read_text(
        tmp_path, ecospold1.data_set(ecospold1.STEEL_OUT + "".join(flows))
    )
    (process,) = package.processes.values()
    signed = process.exchanges[1].uncertainty
    bare = replace(signed, parameters=(-signed.parameters[0], signed.parameters[1]))
    exchanges = (*process.exchanges[:2], replace(process.exchanges[2], uncertainty=bare))
    meant = replace(package, processes={process.id: replace(process, exchanges=exchanges)})
    path, _ = made.written(ilcd, meant, tmp_path / "out.zip")
    (seen,) = made.read_by(ilcd, alone(path, tmp_path))[0].processes.values()
    assert [each.uncertainty for each in seen.exchanges] == [None, signed, signed]
