import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from tanyuan.cli.app import app
from tanyuan.footprint.seal import seal as seal_bytes
from tanyuan.footprint.study import Study
from tanyuan.formats.files import load, read_study, write_study
from tanyuan.formats.template import template_study
from tanyuan.gases import gwp_sets
from tanyuan.languages import LANGUAGES, translate
from tanyuan.version import VERSION

LINE = {"id": "a", "stage": "production", "amount": 1, "unit": "kg", "ref": "CH4"}
BASE = {"id": "x", "name_en": "Thing", "unit": "piece", "boundary": "cradle_to_gate"}
CO_PRODUCTS = {
    "processes": [{"id": "mill", "name_en": "Mill", "stage": "production"}],
    "outputs": [
        {"id": "flour", "process": "mill", "amount": 3, "unit": "kg", "mass": 3, "price": 2},
        {"id": "bran", "process": "mill", "amount": 1, "unit": "kg", "mass": 1, "price": 2},
    ],
    "lines": [
        {**LINE, "process": "mill", "amount": 4, "ref": "CO2"},
        {**LINE, "id": "demand", "amount": 1, "ref": "flour"},
    ],
}


def run(*arguments, **env):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)


def as_json(*arguments, code=0):
    result = run(*arguments, "--json")
    assert result.exit_code == code
    return json.loads(result.stdout)


def command(*arguments, encoding="utf-8", **env):
    """The command as it is started by a person, in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "TANYUAN"))}
    script = "import sys; from tanyuan.cli import main; sys.argv[0] = 'tanyuan'; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        capture_output=True,
        encoding=encoding,
        env={**clean, "COLUMNS": "80", **env},
        check=False,
        timeout=60,
    )


@pytest.fixture
def study(tmp_path):
    """Writes a study and gives its path."""

    def write(**content):
        path = tmp_path / "study.json"
        path.write_bytes(write_study(Study.model_validate({**BASE, **content}), path))
        return path

    return write


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "product.json"
    path.write_bytes(write_study(template_study(), path))
    return path


@pytest.fixture
def sealed(tmp_path, template):
    path = tmp_path / "product.sealed.json"
    path.write_bytes(seal_bytes(load(template).calculate()))
    return path


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["xlsx", "json", "yaml"])
def test_the_template_calculates_at_once(tmp_path, language, ending):
    path = tmp_path / f"产品.{ending}"
    written = run("template", path, "--lang", language)
    assert (written.exit_code, written.stderr) == (0, "")
    assert path.name in written.stdout
    result = run("calc", path, "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3.317 kg CO₂e/" in result.stdout
    names = {"zh": template_study().name_zh, "en": template_study().name_en}
    assert names[language] in result.stdout
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_template_is_written_as_product_xlsx_unless_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("template").exit_code == 0
    assert load("product.xlsx").study == template_study()


def test_the_template_overwrites_only_when_forced(tmp_path):
    path = tmp_path / "product.json"
    path.write_text("mine")
    result = run("template", path)
    assert result.exit_code == 2
    assert "--force" in result.stderr
    assert path.read_text() == "mine"
    assert run("template", path, "--force").exit_code == 0
    assert load(path).study == template_study()


@pytest.mark.parametrize("name", ["none/product.xlsx", "product", "product.csv"])
def test_a_template_that_cannot_be_written_is_told(tmp_path, name):
    result = run("template", tmp_path / name)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_result_as_json_holds_all_figures(template):
    found = as_json("calc", template)
    assert found["total"] == pytest.approx(3.317117)
    assert found["unit"] == "kg CO2e/piece"
    assert found["complete"] is True
    assert sum(found["by_stage"].values()) == pytest.approx(found["total"])
    assert sum(found["by_kind"].values()) == pytest.approx(found["total"])
    assert sum(line["value"] for line in found["by_line"]) == pytest.approx(found["total"])
    assert [line["id"] for line in found["by_line"]] == ["steel", "truck", "power"]
    assert sum(line["share"] for line in found["by_line"]) == pytest.approx(1)
    assert found["primary_share"] == pytest.approx(0.491045 / 3.317117)
    assert found["hash"].startswith("sha256:")
    assert found["incomplete"] == []
    assert [bar["code"] for bar in found["bars"]] == ["synthetic"]


def test_only_json_stands_on_stdout_also_with_notices(tmp_path, study):
    path = tmp_path / "x.xlsx"
    run("template", path)
    result = run("calc", path, "--json")
    assert result.stdout.startswith("{")
    json.loads(result.stdout)
    bad = run("calc", study(lines=[{**LINE, "ref": "nothing"}]), "--json")
    assert bad.exit_code == 2
    assert json.loads(bad.stdout)["problems"][0]["code"] == "ref-unknown"


def test_json_messages_are_in_the_language_asked_for(study):
    path = study(lines=[{**LINE, "ref": ""}])
    said = {
        language: as_json("calc", path, "--lang", language, code=3)["incomplete"][0]["message"]
        for language in LANGUAGES
    }
    assert said == {language: translate("has no factor", language) for language in LANGUAGES}


def test_the_hash_shown_is_that_of_the_seal(template, sealed):
    found = as_json("calc", template)
    assert found["hash"] == json.loads(sealed.read_bytes())["hash"]
    assert found["hash"] in run("calc", template).stdout


def test_an_incomplete_study_is_calculated_with_exit_code_3(study):
    lines = [LINE, {**LINE, "id": "b", "name_en": "Water", "ref": ""}]
    result = run("calc", study(lines=lines), "--lang", "en")
    assert result.exit_code == 3
    assert "Water" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(("asked", "used", "total"), [
    ("AR5", "AR5 GWP-100", 30), ("ar6 gwp20", "AR6 GWP-20", 82.5), ("AR4", "AR4 GWP-100", 25),
])  # fmt: skip
def test_the_gwp_set_may_be_chosen(study, asked, used, total):
    found = as_json("calc", study(lines=[LINE]), "--gwp", asked)
    assert found["gwp_set"] == used
    assert found["total"] == pytest.approx(total)


@pytest.mark.parametrize("option", ["--gwp", "--allocation", "--scenario"])
def test_an_option_that_names_nothing_is_refused_with_the_choices(study, option):
    parameters = [{"id": "p", "value": 1}]
    scenarios = [{"id": "winter", "parameter": "p", "value": 2}]
    path = study(lines=[LINE], parameters=parameters, scenarios=scenarios)
    result = run("calc", path, option, "nonsense", "--lang", "en")
    assert result.exit_code == 2
    assert "nonsense" in result.stderr
    choices = {"--gwp": gwp_sets()[0], "--allocation": "physical_mass", "--scenario": "winter"}
    assert choices[option] in result.stderr
    assert as_json("calc", path, option, "nonsense", code=2)["problems"]


def test_a_scenario_changes_its_parameters(study):
    path = study(
        lines=[{**LINE, "ref": "CO2", "amount": "mass"}],
        parameters=[{"id": "mass", "value": 2, "unit": "kg"}],
        scenarios=[{"id": "light", "parameter": "mass", "value": "1.5"}],
    )
    assert as_json("calc", path)["total"] == 2
    found = as_json("calc", path, "--scenario", "light")
    assert (found["total"], found["scenario"]) == (1.5, "light")


def test_the_allocation_may_be_chosen_where_the_study_has_none(study):
    path = study(**CO_PRODUCTS)
    assert as_json("calc", path, code=2)["problems"][0]["code"] == "allocation-missing"
    assert as_json("calc", path, "--allocation", "physical_mass")["total"] == pytest.approx(1)
    by_value = as_json("calc", path, "--allocation", "economic")
    assert by_value["total"] == pytest.approx(4 * (3 * 2) / (3 * 2 + 1 * 2) / 3)
    assert [bar["code"] for bar in by_value["bars"]] == ["allocation"]


def test_samples_may_be_none(study):
    line = {**LINE, "distribution": "lognormal", "spread": "1.2"}
    path = study(lines=[line])
    drawn = as_json("calc", path, "--samples", "400")["uncertainty"]
    analytic = as_json("calc", path, "--samples", "0")["uncertainty"]
    assert (drawn["samples"], analytic["samples"]) == (400, 0)
    assert drawn["interval_95"][0] < drawn["median"] < drawn["interval_95"][1]
    assert analytic["interval_95"] is None
    assert analytic["standard_deviation"] == drawn["standard_deviation"] > 0
    assert "95 %" in run("calc", path, "--samples", "0").stdout


@pytest.mark.parametrize("samples", ["-1", "1000001", "many"])
def test_samples_out_of_range_are_refused(template, samples):
    result = run("calc", template, "--samples", samples)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [
    ("calc", "x.json"), ("seal", "x.json"), ("verify", "x.json"), ("template", "x.json"),
    ("units",), ("factors", "show", "EL-0121"), ("factors", "search", "steel"),
])  # fmt: skip
def test_an_unknown_language_is_refused_everywhere(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments, "--lang", "fr")
    assert result.exit_code == 2
    assert "--lang" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_footprint_passes(tmp_path, template):
    result = run("seal", template)
    assert result.exit_code == 0
    path = tmp_path / "product.sealed.json"
    document = json.loads(path.read_bytes())
    assert document["hash"] in result.stdout
    checked = run("verify", path)
    assert checked.exit_code == 0
    assert checked.stdout.startswith("PASS")
    found = as_json("verify", path)
    assert (found["verdict"], found["hash"]) == ("PASS", document["hash"])
    assert found["checked"] >= 20
    assert found["total"] == "3.317117"


def test_a_scenario_is_sealed_with_its_name(study, tmp_path):
    path = study(
        lines=[{**LINE, "amount": "mass"}],
        parameters=[{"id": "mass", "value": 2, "unit": "kg"}],
        scenarios=[{"id": "light", "parameter": "mass", "value": 1}],
    )
    target = tmp_path / "light.json"
    assert run("seal", path, "--scenario", "light", "-o", target).exit_code == 0
    assert json.loads(target.read_bytes())["scenario"] == "light"
    assert run("verify", target).exit_code == 0


def test_a_seal_is_only_overwritten_when_forced(template, sealed):
    before = sealed.read_bytes()
    assert run("seal", template).exit_code == 2
    assert sealed.read_bytes() == before
    assert run("seal", template, "--force").exit_code == 0
    assert sealed.read_bytes() == before


def test_what_bars_certification_is_told_when_sealed(template):
    result = run("seal", template, "--lang", "en")
    assert translate("the study is synthetic", "en") in result.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_seal_for_certification_is_refused_with_the_reasons(tmp_path, study, language):
    path = study(synthetic=True, lines=[LINE, {**LINE, "id": "b", "ref": ""}])
    result = run("seal", path, "--certification", "--lang", language)
    assert result.exit_code == 2
    shown = "".join(result.stderr.split())
    for reason in ("the study is synthetic", "the result is incomplete"):
        assert "".join(translate(reason, language).split()) in shown
    assert list(tmp_path.iterdir()) == [path]


def test_a_complete_study_can_be_sealed_for_certification(study):
    result = run("seal", study(lines=[{**LINE, "data_kind": "primary_site"}]), "--certification")
    assert result.exit_code == 0


def test_an_altered_figure_fails_and_is_named(sealed):
    sealed.write_bytes(sealed.read_bytes().replace(b'"total":"3.317117"', b'"total":"3.317118"'))
    result = run("verify", sealed, "--lang", "en")
    assert result.exit_code == 1
    assert result.stdout.startswith("FAIL")
    assert "total: sealed 3.317118, calculated 3.317117" in result.stdout
    found = as_json("verify", sealed, code=1)
    assert found["verdict"] == "FAIL"
    assert found["altered"]
    assert [figure["path"] for figure in found["figures"]] == ["total"]


def test_no_flipped_bit_passes(sealed):
    data = sealed.read_bytes()
    codes = set()
    for position in range(0, len(data), max(1, len(data) // 60)):
        flipped = bytearray(data)
        flipped[position] ^= 1 << position % 7
        sealed.write_bytes(flipped)
        result = run("verify", sealed)
        assert result.exit_code in (1, 2), position
        assert isinstance(result.exception, SystemExit)
        assert "PASS" not in result.stdout
        codes.add(result.exit_code)
    assert codes == {1, 2}


@pytest.mark.parametrize("change", [
    {"result": []}, {"study": []}, {"factors": {}}, {"factors": [1]}, {"potentials": [{}]},
    {"result": {"figures": []}}, {"method": None}, {"scenario": 7}, {"study": {"lines": 5}},
    {"result": {"uncertainty": {"samples": 10**15}}}, {"hash": {}},
])  # fmt: skip
def test_a_sealed_document_of_another_shape_fails_without_a_crash(sealed, change):
    sealed.write_text(json.dumps({**json.loads(sealed.read_bytes()), **change}))
    result = run("verify", sealed)
    assert result.exit_code == 1
    assert result.stdout.startswith("FAIL")


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[" * 100_000, b"\xff", b'{"format": 7}', b"PK\x03\x04", b'{"a":' * 9_000]
)
def test_what_is_no_sealed_footprint_is_bad_input(tmp_path, data):
    path = tmp_path / "x.json"
    path.write_bytes(data)
    result = run("verify", path)
    assert result.exit_code == 2
    assert "x.json" in result.stderr
    assert as_json("verify", path, code=2)["problems"][0]["code"] == "not-sealed"


def test_a_study_is_no_sealed_footprint_and_the_other_way_round(template, sealed):
    assert run("verify", template).exit_code == 2
    result = run("calc", sealed)
    assert result.exit_code == 2
    assert "tanyuan verify product.sealed.json" in " ".join(result.stderr.split())


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["calc", "seal", "verify"])
def test_a_file_without_permission_is_told_as_any_other_problem(template, name):
    template.chmod(0)
    result = run(name, template, "--lang", "zh")
    assert result.exit_code == 2
    assert translate("Check its name and that you may read it.", "zh") in result.stderr


@pytest.mark.parametrize("words", [("电网", "平均"), ("EL-0121",), ("electricity", "China")])
def test_factors_are_found_by_words_and_codes(words):
    result = run("factors", "search", *words, "--lang", "zh")
    assert result.exit_code == 0
    assert "EL-" in result.stdout


def test_a_search_may_be_narrowed_and_limited():
    found = as_json("factors", "search", "电", "--place", "CN", "--year", "2024", "--limit", "3")
    assert len(found["factors"]) == 3 < found["total"]
    assert {factor["geography"].split("-")[0] for factor in found["factors"]} == {"CN"}
    assert {factor["year"] for factor in found["factors"]} == {2024}
    only = as_json("factors", "search", "electricity", "--category", "electricity")
    assert {factor["category"] for factor in only["factors"]} == {"electricity"}


def test_a_search_without_hit_is_told():
    result = run("factors", "search", "qqqqzzzz", "--lang", "en")
    assert result.exit_code == 0
    assert (
        translate("Nothing found. Try fewer words, in Chinese or English.", "en") in result.stdout
    )
    assert as_json("factors", "search", "qqqqzzzz")["total"] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_factor_is_shown_with_its_source(language):
    result = run("factors", "show", "el-0121", "--lang", language)
    assert result.exit_code == 0
    shown = "".join(result.stdout.split())
    assert "0.5777kgCO2e/kWh" in shown
    assert "https://www.mee.gov.cn/" in shown
    assert "…" not in shown
    found = as_json("factors", "show", "EL-0121", "--lang", language)
    assert found["emissions"][0]["value"] == "0.5777"
    assert found["source"]["url"].startswith("https://")


def test_an_unknown_factor_is_told_with_what_is_near():
    result = run("factors", "show", "EL-O121", "--lang", "en")
    assert result.exit_code == 2
    assert "EL-0121" in result.stderr
    assert as_json("factors", "show", "EL-O121", code=2)["problems"][0]["code"] == "factor-unknown"
    far = run("factors", "show", "§§§", "--lang", "en")
    assert "tanyuan factors search" in " ".join(far.stderr.split())
    assert "—" not in far.stderr


@pytest.mark.parametrize(("language", "name"), [("zh", "千瓦时"), ("en", "kilowatt-hour")])
def test_units_are_listed_in_the_language_asked_for(language, name):
    result = run("units", "--lang", language)
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert f"kWh {name}" in shown
    assert "t·km" in shown


def test_the_version_is_shown():
    result = run("--version")
    assert (result.exit_code, result.stdout.strip()) == (0, f"tanyuan {VERSION}")


@pytest.mark.parametrize("arguments", [(), ("factors",)])
def test_without_a_command_the_help_is_shown(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "--help" in result.stdout + result.stderr


@pytest.mark.parametrize("arguments", [("nonsense",), ("calc",), ("calc", "x", "--nonsense")])
def test_wrong_use_is_refused(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize(("ending", "start"), [(".pdf", b"%PDF-"), (".docx", b"PK")])
def test_a_report_is_written_in_the_form_of_its_ending(template, tmp_path, ending, start):
    target = tmp_path / f"report{ending}"
    result = run("report", template, "-o", target)
    assert result.exit_code == 0
    assert target.name in "".join(result.stdout.split())
    assert target.read_bytes().startswith(start)
    assert run("report", template, "-o", target).exit_code == 2
    assert run("report", template, "-o", target, "--force").exit_code == 0


def test_a_report_of_an_incomplete_study_says_so_by_its_exit_code(study, tmp_path):
    path = study(lines=[{**LINE, "ref": ""}])
    assert run("report", path, "-o", tmp_path / "r.docx").exit_code == 3


def test_a_report_may_be_given_its_particulars(template, tmp_path):
    particulars = tmp_path / "particulars.yaml"
    particulars.write_text("nonsense_field: x\n")
    target = tmp_path / "r.docx"
    result = run("report", template, "-o", target, "--particulars", particulars)
    assert result.exit_code == 2
    assert "nonsense_field" in result.stderr
    assert not target.exists()


@pytest.mark.parametrize("name", ["report.txt", "report", "none/report.pdf"])
def test_a_report_that_cannot_be_written_is_told(template, tmp_path, name):
    before = list(tmp_path.iterdir())
    assert run("report", template, "-o", tmp_path / name).exit_code == 2
    assert list(tmp_path.iterdir()) == before


NAMES = "A [/b] b [q235] :smile: [red]x[/red]"


def test_names_are_shown_as_they_are(study, tmp_path):
    stages = [{"id": "s", "name_en": f"S {NAMES}", "phase": "production"}]
    lines = [
        {**LINE, "stage": "s", "name_en": f"L {NAMES}"},
        {**LINE, "id": "gap", "name_en": f"G {NAMES}", "ref": ""},
    ]
    path = study(name_en=f"N {NAMES}", stages=stages, lines=lines, published=[{"value": 1}])
    result = run("calc", path, "--lang", "en", COLUMNS="200")
    assert result.exit_code == 3
    for name in ("N", "S", "L", "G"):
        assert f"{name} {NAMES}" in result.stdout
    target = tmp_path / "s.json"
    run("seal", path, "-o", target)
    assert f"N {NAMES}" in run("verify", target, COLUMNS="200").stdout
    missing = run("calc", tmp_path / "[bold]none[x", "--lang", "en", COLUMNS="200")
    assert "[bold]none[x" in missing.stderr


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_is_wider_than_the_terminal_and_no_figure_is_cut(width, language):
    example = Path(__file__).parents[2] / "examples" / "trousers.json"
    outputs = [
        run(*arguments, "--lang", language, COLUMNS=str(width)).stdout
        for arguments in (
            ("calc", example, "--samples", "100"),
            ("factors", "search", "电网", "--limit", "8"),
            ("factors", "show", "EL-0121"),
            ("units",),
        )
    ]
    for output in outputs:
        assert output.strip()
        assert all(cell_len(line) <= width for line in output.splitlines())
        assert "…" not in output
    footprint = load(example).calculate(samples=0)
    whole = "".join(outputs[0].split())
    for value in footprint.by_stage.values():
        assert f"{100 * value / footprint.total:.1f}%" in whole
    assert "31.62kgCO₂e/" in whole


def test_help_and_messages_follow_the_language_of_the_system(tmp_path):
    asked = "Calculate the footprint of a study."
    chinese = command("--help", TANYUAN_LANG="zh")
    english = command("--help", TANYUAN_LANG="en", LANG="zh_CN.UTF-8")
    assert (chinese.returncode, english.returncode) == (0, 0)
    assert translate(asked, "zh") in chinese.stdout
    assert asked in english.stdout
    assert translate(asked, "zh") not in english.stdout
    missing = command("calc", tmp_path / "none.json", LANG="zh_CN.UTF-8")
    assert translate("Check its name and that you may read it.", "zh") in missing.stderr


def test_a_pipe_gets_no_colour_codes_and_the_same_figures(template):
    result = command("calc", template, TANYUAN_LANG="zh", TERM="xterm-256color")
    assert result.returncode == 0
    assert "\x1b" not in result.stdout + result.stderr
    assert "3.317 kg CO₂e/" in result.stdout


@pytest.mark.parametrize("encoding", ["ascii", "gbk:strict", "cp1252"])
def test_a_legacy_code_page_does_no_harm(template, encoding):
    result = command("calc", template, TANYUAN_LANG="zh", PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (0, "")
    assert template_study().name_zh in result.stdout


def test_the_locale_c_does_no_harm(template, tmp_path):
    path = tmp_path / "坏.json"
    path.write_bytes(b'{"id": "\xe5\x9d\x8f"}')
    result = command("calc", path, LC_ALL="C", PYTHONUTF8="0", TANYUAN_LANG="zh")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert ".json · study · unit" in result.stderr


def test_json_read_back_gives_the_same_study(template):
    # What a program writes may be read again
    data = template.read_bytes()
    assert write_study(read_study(data, "x.json").study, "x.json") == data
