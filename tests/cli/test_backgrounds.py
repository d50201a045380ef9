import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.report import Report
from tanyuan.cli.app import app
from tanyuan.formats.packages import read_package
from tests.formats.openlca.hand_made import generation_1, generation_2, packed


@pytest.fixture(autouse=True)
def library(monkeypatch, tmp_path):
    monkeypatch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path / "library"))
    monkeypatch.setenv("TANYUAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")


@pytest.fixture
def file(tmp_path):
    return packed(tmp_path / "small.zip", generation_2())


def run(*arguments, code=0):
    result = CliRunner().invoke(app, ["background", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def imported(file, *more):
    return run("import", file, "--as", "small", "--allocation", "mass,equal", *more)


def test_import_list_show_report_remove(file):
    said = imported(file)
    assert "7 products" in said
    assert "1 of 8 inputs have no supplier; 5 products rest on none of them" in said
    assert "small" in run("list")
    said = run("show", "small", "planks")
    assert "Planks" in said
    assert "1 of 1" in said
    assert "11 %" in said
    assert "no-supplier" in run("report", "small")
    assert "Removed: small" in run("remove", "small")
    assert "There is none yet" in run("list")


def test_the_same_again_is_told(file):
    imported(file)
    assert "imported before" in imported(file)
    assert len(list(Library())) == 1


def test_json(file):
    about = json.loads(imported(file, "--json"))
    assert about["known"] is False
    assert about["summary"]["products"] == 7
    (listed,) = json.loads(run("list", "--json"))
    assert listed["hash"] == about["hash"]
    found = json.loads(run("show", "small", "ash", "--json"))
    (ash,) = found["found"]
    assert ash["waste"] is True
    assert ash["columns"]["CH4|biogenic"] == pytest.approx(0.002, rel=1e-3)
    assert ash["total"] > 0
    assert ash["gwp_set"] == "AR6 GWP-100"
    assert json.loads(run("report", "small", "--json"))["details"]


def test_another_gwp_set_is_another_total(file):
    imported(file)
    totals = [
        json.loads(run("show", "small", "coal", "--gwp", name, "--json"))["found"][0]["total"]
        for name in ("AR6", "AR6 GWP-20")
    ]
    assert totals[1] > totals[0]


def test_reports_and_choices_are_written(file, tmp_path):
    imported(file)
    for name in ("report.xlsx", "report.json"):
        run("report", "small", "--output", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
        assert "exists already" in run("report", "small", "-o", tmp_path / name, code=2)
    run("profile", "small", "-o", tmp_path / "choices.json")
    said = run("import", file, "--profile", tmp_path / "choices.json", "--as", "again")
    assert "7 products" in said
    assert "provider-ambiguous" not in run("report", "again")


def test_licence_and_notice_travel_with_it(file, tmp_path):
    (tmp_path / "notice.txt").write_text("Take it along.", encoding="utf-8")
    said = imported(file, "--licence", "CC0", "--notice", tmp_path / "notice.txt")
    assert "Licence: CC0" in said
    assert Library().find("small").about["notice"] == "Take it along."


def test_a_package_is_converted(tmp_path):
    source = packed(tmp_path / "old.zip", generation_1())
    said = run("export", source, "--to", "openlca", "-o", tmp_path / "new.zip")
    assert "exchange-ids" in said
    assert len(read_package(tmp_path / "new.zip", Report()).processes) == 5


def test_shares_that_another_format_needs_are_chosen(tmp_path):
    source = packed(tmp_path / "new.zip", generation_2())
    target = tmp_path / "new.xlsx"
    said = run("export", source, "--to", "brightway", "-o", target, code=2)
    assert "1 processes have several outputs to decide on." in said
    assert not target.exists()
    said = run("export", source, "--to", "brightway", "-o", target, "--allocation", "mass")
    assert "How its outputs share its burdens: mass." in said


def test_a_choice_is_asked_for(file):
    said = run("import", file, code=2)
    assert "1 processes have several outputs to decide on." in said
    assert "mass (1)" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "none.zip"), "There is no such file."),
        (("show", "none"), "There is no background called none."),
        (("report", "none"), "There is no background called none."),
        (("remove", "none"), "There is no background called none."),
        (("export", "none.zip", "--to", "papyrus", "-o", "x"), "no format that can be written"),
    ],
)
def test_what_cannot_be_done_is_told(arguments, words):
    assert words in run(*arguments, code=2)


def test_options_that_mean_nothing_are_told(file, tmp_path):
    assert "Choose one of mass, energy" in run("import", file, "--allocation", "luck", code=2)
    (tmp_path / "p.json").write_text("{}")
    assert "no profile" in run("import", file, "--profile", tmp_path / "p.json", code=2)
    imported(file)
    assert "AR6 GWP-100" in run("show", "small", "--gwp", "AR99", code=2)


def test_problems_are_json_where_that_is_asked_for(file):
    result = CliRunner().invoke(app, ["background", "import", str(file), "--json"])
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"][0]["code"] == "allocation-choice"


def test_it_speaks_chinese(file):
    imported(file)
    assert "种产品" in run("show", "small", "--lang", "zh")
    assert "截断" in run("report", "small", "--lang", "zh")


def test_nothing_changed_is_said(tmp_path):
    source = packed(tmp_path / "new.zip", generation_2())
    said = run("export", source, "--to", "openlca", "-o", tmp_path / "copy.zip")
    assert "Everything was taken over as it stood." in said


# Products as factors


def tanyuan(*arguments, code=0):
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def planks(file):
    imported(file, "--licence", "CC0")
    (found,) = json.loads(tanyuan("factors", "search", "planks", "--json"))["factors"]
    return found["id"]


@pytest.fixture
def study(tmp_path, planks):
    def make(ref=planks):
        lines = [{"id": "a", "ref": ref, "amount": "2", "unit": "kg", "stage": "production"}]
        content = {"id": "s", "unit": "piece", "boundary": "cradle_to_gate", "lines": lines}
        path = tmp_path / "study.json"
        path.write_text(json.dumps(content))
        return path

    return make


def test_products_are_searched_and_shown_like_factors(planks):
    said = tanyuan("factors", "search", "planks")
    assert planks in said
    assert "11.1 % cut off" in said
    assert "CC0 1" in said
    assert "Nothing found" in tanyuan("factors", "search", "planks", "--database", "")
    assert "Nothing found" in tanyuan("factors", "search", "planks", "--licence", "else")
    said = tanyuan("factors", "show", planks)
    for text in ("biogenic removal", "stay with you", "CC0", "calculated from the named database"):
        assert text in said
    assert "is not here" in tanyuan("factors", "show", f"x@{'0' * 16}/y", code=2)


def test_a_study_takes_a_product_and_links_to_its_supply_chain(study, planks):
    found = json.loads(tanyuan("calc", study(), "--json", "--samples", "64", code=3))
    assert found["incomplete"][0]["code"] == "cut-offs"
    told = found["backgrounds"][planks]
    assert (told["database"], told["licence"]) == ("small", "CC0")
    assert told["supply_chain"] == f'tanyuan background tree "{planks}"'
    said = tanyuan("calc", study(), "--samples", "64", code=3)
    assert f'tanyuan background tree "{planks}"' in said.replace("\n", "")
    branches = json.loads(tanyuan("background", "tree", planks, "--amount", "2", "--json"))
    assert branches[0]["total"] == pytest.approx(found["total"])
    assert "Power plant" in tanyuan("background", "tree", planks)


def test_a_seal_is_checked_with_and_without_the_background(study, tmp_path, monkeypatch):
    sealed = tmp_path / "sealed.json"
    tanyuan("seal", study(), "-o", sealed)
    assert "PASS" in tanyuan("verify", sealed)
    monkeypatch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path / "nothing"))
    said = tanyuan("verify", sealed, code=3)
    assert "PARTIAL" in said
    assert "not calculated again" in said
    found = json.loads(tanyuan("verify", sealed, "--json", code=3))
    assert (found["verdict"], len(found["unchecked"])) == ("PARTIAL", 1)
    said = tanyuan("calc", study(), code=2)
    assert "is not here" in said
    assert "row 1" in said


def test_what_a_licence_permits_is_stated_and_changed(file):
    imported(file)
    assert "not shareable" in run("list")
    assert "not shareable" not in run("permit", "small", "--figures-shareable")
    assert json.loads(run("list", "--json"))[0]["shareable"] is True
    imported(file, "--figures-not-shareable")
    assert json.loads(run("list", "--json"))[0]["shareable"] is False


def test_a_study_is_written_for_other_programs(tmp_path):
    study = Path(__file__).parents[2] / "examples" / "tyre.json"
    target = tmp_path / "tyre.zip"
    asked = ["export", str(study), "--to", "openlca", "-o", str(target)]
    found = CliRunner().invoke(app, asked)
    assert found.exit_code == 0
    assert "sum-in-co2e" in found.stdout
    assert len(read_package(target, Report()).processes) == 2
    again = CliRunner().invoke(app, asked)
    assert again.exit_code == 2
    assert "--force" in again.stderr
