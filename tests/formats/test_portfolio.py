"""Many studies in one go: equal to one after the other, in this process and in two."""

import csv
import io
import json
import zipfile
from decimal import Decimal

import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.executors.choosing import executor
from tanyuan.executors.executor import Serial
from tanyuan.formats.files import load
from tanyuan.formats.portfolio import Choice, grid, portfolio, study_files
from tanyuan.formats.portfolio_table import check_ending, outcome_json, portfolio_table
from tanyuan.languages import in_language
from tanyuan.problems import InputError


def study(name, **more):
    return {
        "id": name,
        "name_zh": "研究",
        "name_en": "A study",
        "unit": "kg",
        "boundary": "cradle_to_gate",
        "parameters": [{"id": "share", "value": "0.5"}, {"id": "load", "value": "2"}],
        "scenarios": [
            {"id": "low", "parameter": "share", "value": "0.1"},
            {"id": "low", "parameter": "load", "value": "3"},
            {"id": "high", "parameter": "share", "value": "0.9"},
        ],
        "lines": [
            {"id": "a", "ref": "CH4", "amount": "share * load", "unit": "kg", "stage": "production"}
        ],
        **more,
    }


@pytest.fixture
def folder(tmp_path):
    for number in range(5):
        file = tmp_path / "studies" / "deep" / f"{number}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(study(f"s{number}")))
    (tmp_path / "studies" / "broken.json").write_text("{")
    (tmp_path / "studies" / "~$open.xlsx").write_text("")
    (tmp_path / "studies" / "notes.txt").write_text("")
    (tmp_path / "studies" / "deep" / "0.report.yaml").write_text("")
    return tmp_path / "studies"


@pytest.fixture
def backgrounds(tmp_path):
    return Library(tmp_path / "library")


def run(files, backgrounds, chosen=None, **options):
    return list(portfolio(files, chosen or Serial(), backgrounds=backgrounds, **options))


def test_the_studies_of_a_folder(folder):
    names = [file.relative_to(folder).as_posix() for file in study_files(folder)]
    assert names == ["broken.json", *(f"deep/{number}.json" for number in range(5))]
    assert study_files(folder / "broken.json") == [folder / "broken.json"]
    with pytest.raises(InputError, match="xlsx"):
        study_files(folder / "deep" / "nowhere")


def test_outcomes_are_those_of_each_study(folder, backgrounds):
    broken, *found = run(study_files(folder), backgrounds)
    alone = load(folder / "deep" / "0.json").calculate(samples=0)
    assert broken.total is None
    assert broken.problems
    assert [one.study for one in found] == [f"s{number}" for number in range(5)]
    assert {one.total for one in found} == {alone.total}
    assert found[0].gaps == len(alone.gaps)
    assert found[0].phases["production"] == alone.total
    assert len({one.hash for one in found}) == 5


def test_one_broken_study_among_sound_ones_is_told_in_any_executor(folder, backgrounds):
    files = [*study_files(folder), folder / "gone.json"]
    options = {"scenarios": True, "samples": 100, "choices": grid({"load": [Decimal(1)] * 20})}
    alone = run(files, backgrounds, **options)
    with executor(2) as two:
        assert run(files, backgrounds, two, **options) == alone
    assert sum(bool(one.problems) for one in alone) == 40
    assert len(alone) == 40 + 5 * 20 * 3


def test_scenarios(folder, backgrounds):
    found = run([folder / "deep" / "0.json"], backgrounds, scenarios=True)
    amounts = {one.choice.scenario: one.total / found[0].total for one in found}
    assert amounts == pytest.approx({"": 1.0, "low": 0.3, "high": 1.8})


def test_a_grid(folder, backgrounds):
    choices = grid({"share": [Decimal("0.1"), Decimal("0.2")], "load": [Decimal(1), Decimal(5)]})
    found = run([folder / "deep" / "0.json"], backgrounds, choices=choices)
    unit = run([folder / "deep" / "0.json"], backgrounds)[0].total
    assert [one.total / unit for one in found] == pytest.approx([0.1, 0.5, 0.2, 1.0])


def test_values_over_a_scenario_leave_its_others(folder, backgrounds):
    choice = Choice("low", (("share", Decimal(1)),))
    base, found = run([folder / "deep" / "0.json"], backgrounds, choices=[Choice(), choice])
    assert found.total / base.total == pytest.approx(3.0)


def test_an_unknown_parameter_is_told(folder, backgrounds):
    (found,) = run([folder / "deep" / "0.json"], backgrounds, choices=grid({"no": [Decimal(1)]}))
    assert found.problems[0].code == "parameter-unknown"
    assert "share" in str(found.problems[0].mend)


def test_another_gwp_set(folder, backgrounds):
    file = [folder / "deep" / "0.json"]
    ours, other = run(file, backgrounds)[0], run(file, backgrounds, gwp_set="AR6 GWP-20")[0]
    assert other.total > ours.total


def test_progress_ends_at_one_and_may_cancel(folder, backgrounds):
    told = []
    run(study_files(folder), backgrounds, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def cancel(done):
        if done > 0.3:
            raise KeyboardInterrupt

    with executor(2) as two:
        with pytest.raises(KeyboardInterrupt):
            run(study_files(folder), backgrounds, two, progress=cancel)
        assert len(run(study_files(folder), backgrounds, two)) == 6


def test_tables(folder, backgrounds, tmp_path):
    found = run(study_files(folder), backgrounds, choices=grid({"share": [Decimal("0.25")]}))
    with in_language("en"):
        rows = list(
            csv.reader(
                io.StringIO(
                    portfolio_table(found, ["share"], tmp_path / "t.csv").decode("utf-8-sig")
                )
            )
        )
        documents = json.loads(portfolio_table(found, [], tmp_path / "t.json"))
        book = portfolio_table(found, ["share"], tmp_path / "t.XLSX")
    assert rows[0][:7] == ["File", "Study", "Name", "Scenario", "share", "Total", "Unit"]
    assert len({len(row) for row in rows}) == 1
    assert float(rows[2][4]) == 0.25
    assert float(rows[2][5]) == pytest.approx(found[1].total, rel=1e-8)
    with in_language("en"):
        assert documents == [outcome_json(one) for one in found]
    assert documents[1]["values"] == {"share": "0.25"}
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert sheet.count(b"<row ") == 7
    with pytest.raises(InputError, match="pdf"):
        check_ending(tmp_path / "t.pdf")
