import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tanyuan.backgrounds.building import build
from tanyuan.backgrounds.package import Exchange, FlowKind, Law, Uncertainty
from tanyuan.backgrounds.profile import Profile
from tanyuan.backgrounds.report import Report
from tanyuan.formats.background_export import write_package
from tanyuan.formats.brightway import book
from tanyuan.formats.packages import read_package
from tanyuan.formats.sheets import gathering
from tanyuan.problems import InputError
from tests.formats.brightway.hand_made import workbook
from tests.formats.brightway.record import BY_MASS, units_of
from tests.formats.ecospold1 import data_sets as ecospold1
from tests.formats.openlca.hand_made import generation_2, packed


@pytest.fixture
def hand_made(tmp_path):
    return read_package(workbook(tmp_path / "works.xlsx"), Report())


@pytest.fixture
def small(tmp_path):
    return read_package(packed(tmp_path / "small.zip", generation_2()), Report())


def written(path, package):
    report = Report()
    write_package(package, path, "brightway", report, choices=BY_MASS, overwrite=True)
    return read_package(path, Report()), report


def test_what_came_from_a_workbook_comes_back(tmp_path, hand_made):
    again, report = written(tmp_path / "again.xlsx", hand_made)
    assert again == hand_made
    assert {finding.code for finding in report} == {"no-supplier"}


def test_equal_packages_give_equal_bytes(tmp_path, small):
    for name in ("one.xlsx", "two.xlsx"):
        written(tmp_path / name, small)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_nothing_changes_from_the_second_time_on(tmp_path, small):
    first, _ = written(tmp_path / "one.xlsx", small)
    second, _ = written(tmp_path / "two.xlsx", first)
    assert second == first


def test_the_figures_stay_the_same(tmp_path, small):
    again, _ = written(tmp_path / "one.xlsx", small)
    before = build(small, BY_MASS, Report())
    after = build(again, Profile(), Report())
    assert after.solved.characterisation.columns == before.solved.characterisation.columns
    figures = {one.flow + one.process.partition("/")[0]: row for one, row in zip(
        after.products, after.solved.intensities, strict=True)}  # fmt: skip
    theirs = [figures[one.flow + one.process] for one in before.products]
    np.testing.assert_allclose(before.solved.intensities, theirs, rtol=1e-9, atol=1e-15)


def test_what_is_lost_is_told(tmp_path, small):
    _, report = written(tmp_path / "one.xlsx", small)
    told = {finding.code for finding in report}
    assert {"brightway-process-split", "brightway-formula", "brightway-units"} <= told
    assert {"brightway-provider", "allocation-declared", "allocation-mass"} <= told
    fields = {finding.place.field for finding in report if finding.code == "unknown-field"}
    assert {"references", "processes.parameters"} <= fields


def cells(path):
    with zipfile.ZipFile(path) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def test_shares_are_never_chosen_by_the_writer(tmp_path, small):
    with pytest.raises(InputError) as refused:
        write_package(small, tmp_path / "one.xlsx", "brightway", Report())
    assert "allocation-choice" in {problem.code for problem in refused.value.problems}
    assert not (tmp_path / "one.xlsx").exists()
    _, report = written(tmp_path / "one.xlsx", small)
    assert "allocation-mass" in {finding.code for finding in report}


def test_no_text_becomes_a_formula(tmp_path, hand_made):
    process = hand_made.processes["rolling-1"]
    evil = replace(
        process,
        names={"und": "=1+1"},
        description={"und": '=HYPERLINK("https://example.org")'},
        details={"owner": "@SUM(A1)", "other": "+1"},
    )
    package = replace(hand_made, processes={**hand_made.processes, process.id: evil})
    again, _ = written(tmp_path / "one.xlsx", package)
    assert again == package
    assert "<f>" not in cells(tmp_path / "one.xlsx")


def test_texts_in_several_languages_stay_apart(tmp_path, hand_made):
    process = hand_made.processes["rolling-1"]
    bilingual = replace(
        process,
        names={"en": "Rolling", "zh": "轧制"},
        documentation={"technologyDescription": {"zh": "热轧"}},
        tags=("steel", "钢"),
        category=("Metals", "Steel"),
        valid_until="2021-12-31",
        infrastructure=True,
    )
    package = replace(hand_made, processes={**hand_made.processes, process.id: bilingual})
    again, _ = written(tmp_path / "one.xlsx", package)
    assert again == package
    assert "Rolling" in cells(tmp_path / "one.xlsx")


def test_ids_that_brightway_would_take_for_numbers(tmp_path, hand_made):
    process = replace(hand_made.processes["landfill-1"], id="12345")
    others = {key: one for key, one in hand_made.processes.items() if key != "landfill-1"}
    again, report = written(
        tmp_path / "one.xlsx", replace(hand_made, processes={"12345": process, **others})
    )
    assert "_12345" in again.processes
    assert any(finding.code == "brightway-code" for finding in report)


def test_colons_in_names_part_nothing(tmp_path, hand_made):
    process = replace(hand_made.processes["rolling-1"], names={"und": "a::b"})
    package = replace(hand_made, processes={**hand_made.processes, process.id: process})
    again, report = written(tmp_path / "one.xlsx", package)
    assert again.processes[process.id].names == {"und": "a: :b"}
    assert any(finding.code == "brightway-joint" for finding in report)


def test_ten_thousand_exchanges_in_one_process(tmp_path, monkeypatch, hand_made):
    process = hand_made.processes["rolling-1"]
    flow = next(key for key, f in hand_made.flows.items() if f.kind is FlowKind.ELEMENTARY)
    more = tuple(
        Exchange(number, flow, is_input=False, amount=number) for number in range(100, 10_100)
    )
    large = replace(process, exchanges=(*process.exchanges, *more))
    package = replace(hand_made, processes={**hand_made.processes, process.id: large})
    again, report = written(tmp_path / "large.xlsx", package)
    assert len(again.processes[process.id].exchanges) > 10_000
    assert "brightway-rows" not in {finding.code for finding in report}
    monkeypatch.setattr(gathering, "MAX_ROWS", 5_000)
    with pytest.raises(InputError) as refused:
        read_package(tmp_path / "large.xlsx", Report())
    assert refused.value.problems[0].code == "table-rows"


def test_a_workbook_too_long_to_come_back_is_told(tmp_path, monkeypatch, hand_made):
    monkeypatch.setattr(book, "MAX_ROWS", 20)
    _, report = written(tmp_path / "long.xlsx", hand_made)
    assert "brightway-rows" in {finding.code for finding in report}


def test_brightway_itself_calculates_the_same_from_the_workbook(tmp_path, small):
    """Recorded by `record.py` with bw2io and bw2calc, which the project does not need."""
    answers = json.loads((Path(__file__).parent / "answers.json").read_text())
    assert answers["unlinked"] == 0
    package, _ = written(tmp_path / "small.xlsx", small)
    built = build(package, Profile(), Report())
    columns = list(built.solved.characterisation.columns)
    units = units_of(package, {one.flow for one in built.products})
    assert len(answers["products"]) == len(built.products) == 7
    for one, row in zip(built.products, built.solved.intensities, strict=True):
        for gas, score in answers["products"][one.process].items():
            ours = one.sign * units[one.flow] * row[columns.index(gas)]
            assert ours == pytest.approx(score, rel=1e-9, abs=1e-15)


def test_parameters_with_a_distribution_of_no_place_are_told(tmp_path, hand_made):
    spread = Uncertainty(Law.EMPIRICAL, (Decimal(1), Decimal(2)))
    process = hand_made.processes["rolling-1"]
    of_process = replace(process, parameters=(replace(process.parameters[0], uncertainty=spread),))
    package = replace(
        hand_made,
        processes={**hand_made.processes, process.id: of_process},
        parameters=(replace(hand_made.parameters[0], uncertainty=spread), hand_made.parameters[1]),
    )
    _, report = written(tmp_path / "one.xlsx", package)
    told = [finding.place for finding in report if finding.code == "uncertainty"]
    assert {(place.sheet, place.field) for place in told} == {
        ("works", "share"),
        ("rolling", "loss"),
    }


def test_a_parameter_with_a_distribution_comes_back(tmp_path, hand_made):
    spread = Uncertainty(Law.NORMAL, (Decimal("-0.25"), Decimal("0.1")))
    share = replace(hand_made.parameters[0], value=Decimal("-0.25"), uncertainty=spread)
    package = replace(hand_made, parameters=(share, hand_made.parameters[1]))
    assert written(tmp_path / "one.xlsx", package)[0].parameters[0] == share


def test_what_products_are_made_of_comes_back(tmp_path, hand_made):
    key = hand_made.processes["rolling-1"].exchanges[0].flow
    steel = replace(hand_made.flows[key], cas="12597-69-2", formula="Fe")
    package = replace(hand_made, flows={**hand_made.flows, key: steel})
    again, report = written(tmp_path / "one.xlsx", package)
    assert again == package
    assert {finding.code for finding in report} == {"no-supplier"}


def test_a_negative_lognormal_amount_keeps_its_spread(tmp_path):
    flow = ecospold1.emission(
        2, "Carbon dioxide, fossil", "-0.3", uncertaintyType=1, standardDeviation95="1.44"
    )
    package, _ = ecospold1.read_text(tmp_path, ecospold1.data_set(ecospold1.STEEL_OUT + flow))
    again, report = written(tmp_path / "one.xlsx", package)
    assert "uncertainty" not in ecospold1.codes(report)
    found = ecospold1.exchanges(again, "Steel, at plant")["Carbon dioxide, fossil"]
    assert found.amount == Decimal("-0.3")
    assert found.uncertainty == Uncertainty(Law.LOGNORMAL, (Decimal("0.3"), Decimal("1.2")))
    assert 't="b"><v>1</v>' in cells(tmp_path / "one.xlsx")
