import json

import pytest
from typer.testing import CliRunner

from tanyuan.cli.app import app
from tests.formats.openlca.hand_made import generation_2, packed
from tests.formats.test_portfolio import study


@pytest.fixture(autouse=True)
def english(monkeypatch, tmp_path):
    monkeypatch.setenv("TANYUAN_BACKGROUNDS", str(tmp_path / "library"))
    monkeypatch.setenv("TANYUAN_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")


def run(*arguments, code=0):
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "studies"
    made.mkdir()
    for name in ("one", "two"):
        (made / f"{name}.json").write_text(json.dumps(study(name)))
    return made


def test_a_folder_on_two_workers(folder, tmp_path):
    said = run("portfolio", folder, "--workers", 2, "-o", tmp_path / "out.xlsx")
    assert "2 calculated: 2 complete, 0 incomplete, 0 with problems" in said
    assert (tmp_path / "out.xlsx").stat().st_size > 1_000
    run("portfolio", folder, "-o", tmp_path / "out.xlsx", code=2)


def test_a_grid_over_all_scenarios(folder):
    file = folder / "one.json"
    found = json.loads(
        run(
            "portfolio",
            file,
            "--scenarios",
            "--vary",
            "share=0.1,0.2",
            "--vary",
            "load=1",
            "--json",
        )
    )
    assert [(one["scenario"], one["values"]["share"]) for one in found] == [
        ("", "0.1"), ("low", "0.1"), ("high", "0.1"), ("", "0.2"), ("low", "0.2"), ("high", "0.2"),
    ]  # fmt: skip
    assert "0.2" in run("portfolio", file, "--vary", "share=0.1,0.2", "--scenarios")


def test_what_is_wrong_is_told_and_leaves_with_its_code(folder, tmp_path):
    gap = study("gap", lines=[{"id": "a", "amount": 1, "unit": "kg", "stage": "production"}])
    (folder / "gap.json").write_text(json.dumps(gap))
    assert "incomplete" in run("portfolio", folder, code=3)
    (folder / "broken.json").write_text("{")
    assert "1 with problems" in run("portfolio", folder, code=2)
    assert "--vary share=0.1,0.2" in run("portfolio", folder, "--vary", "share=x", code=2)
    assert ".csv" in run("portfolio", folder, "-o", tmp_path / "a.pdf", code=2)
    assert "no study" in run("portfolio", tmp_path / "nowhere", code=2)


def test_samples_of_a_background_are_drawn_ahead(tmp_path):
    file = packed(tmp_path / "small.zip", generation_2())
    run("background", "import", file, "--as", "small", "--allocation", "mass,equal")
    one = run("background", "sample", "small", "--samples", 40, "--workers", 2, "--json")
    assert one == run("background", "sample", "small", "--samples", 40, "--json")
    found = json.loads(one)
    assert found[0]["samples"] == 40
    assert all(row["interval"][0] <= row["median"] <= row["interval"][1] for row in found)
    said = run("background", "sample", "small", "planks", "--samples", 40)
    assert "1 of 1 products, 40 samples, AR6 GWP-100" in said
