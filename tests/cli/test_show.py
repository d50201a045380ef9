import pytest
from rich.cells import cell_len

from tanyuan.cli.show import show_footprint, show_notices, show_problems, show_verification
from tanyuan.documents.numbers import Match
from tanyuan.footprint.calculate import calculate
from tanyuan.footprint.seal import Figure, Verification, footprint_hash
from tanyuan.footprint.study import Study
from tanyuan.languages import LANGUAGES, Message, in_language, translate
from tanyuan.problems import Place, Problem

BASE = {"id": "x", "name_en": "Thing", "unit": "piece", "boundary": "cradle_to_gate"}
LINE = {"id": "a", "stage": "production", "amount": 10, "unit": "kg", "ref": "CO2"}
FULL = {
    "biogenic_carbon": "0.25",
    "synthetic": True,
    "method": {"electricity": "contractual_allowed"},
    "factors": [
        {"id": "wind", "unit": "kWh", "value": "0.1", "gwp_set": "AR5 GWP-100"},
        {"id": "mix", "unit": "kWh", "value": "0.5"},
    ],
    "lines": [
        {**LINE, "name_en": "Kiln", "pedigree": "2,2,2,2,2", "flags": ["process"]},
        {**LINE, "id": "power", "ref": "wind", "unit": "kWh", "supply": "contractual",
         "grid_ref": "mix", "name_en": "Power"},
        {**LINE, "id": "wood", "amount": 3, "name_en": "Wood", "kind": "removal_biogenic",
         "stage": "raw_material"},
        {**LINE, "id": "land", "amount": 7, "kind": "iluc"},
        {**LINE, "id": "village", "amount": 5, "role": "outside"},
        {**LINE, "id": "paint", "name_en": "Paint", "role": "cut_off", "cutoff_share": "0.004",
         "reason": "too little"},
        {**LINE, "id": "glue", "name_en": "Glue", "role": "missing", "reason": "no bill yet"},
    ],
    "published": [
        {"value": "8.0", "tolerance": "0.01", "source": "leaflet"},
        {"stage": "production", "value": "22"},
        {"stage": "use", "value": "1"},
    ],
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request):
    with in_language(request.param):
        yield request.param


@pytest.fixture
def printed(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def text(show, *arguments):
        show(*arguments)
        out, err = capsys.readouterr()
        return out + err

    return text


@pytest.fixture
def footprint():
    return calculate(Study.model_validate({**BASE, **FULL}))


def lines_with(text, *parts):
    flat = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in flat if all(part in line for part in parts)]


def test_the_answer_comes_first(printed, footprint, language):
    said = printed(show_footprint, footprint).split("\n")
    assert said[1] == "Thing"
    assert said[2].startswith("8.000 kg CO₂e/")
    assert translate("incomplete", language) in said[2]
    assert "AR6 GWP-100" in said[3]


def test_every_part_that_has_to_stand_apart_does(printed, footprint, language):
    said = printed(show_footprint, footprint)
    for label, figure in (
        ("fossil", "10.00"),
        ("biogenic removal", "−3.000"),
        ("of which process emissions", "10.00"),
        ("outside the boundary", "5.000"),
        ("indirect land use change (outside the total)", "7.000"),
        ("biogenic carbon in the product (kg C)", "0.2500"),
        ("mean pedigree score, 1 (best) to 5", "2.0"),
        ("primary data", "0.0 %"),
    ):
        assert lines_with(said, translate(label, language), figure), label


def test_the_result_without_the_contract_stands_beside(printed, footprint, language):
    message = "With the other factor for contractual power: {total} {unit}."
    told = translate(message, language).split("{total}")[0].strip()
    assert lines_with(printed(show_footprint, footprint), told, "12.00")


def test_what_other_gwp_sets_the_sums_were_made_with_is_told(printed, footprint, language):
    told = str(Message("sums made with {set}", set="AR5 GWP-100"))
    assert lines_with(printed(show_footprint, footprint), told, "100.0 %")


def test_credits_are_drawn_to_the_size_of_their_amount(printed, footprint, language):
    said = printed(show_footprint, footprint)
    production = lines_with(said, translate("Production", language), "11.00")[0]
    material = lines_with(said, translate("Raw material acquisition", language), "−3.000")[0]
    assert "−37.5 %" in material
    assert 0 < material.count("█") < production.count("█")


def test_cut_flows_and_gaps_are_named_with_their_reason(printed, footprint, language):
    said = printed(show_footprint, footprint)
    assert lines_with(said, "Paint", "0.4 %", "too little")
    assert lines_with(said, "Glue", "no bill yet")


def test_published_results_stand_beside_ours(printed, footprint, language):
    said = printed(show_footprint, footprint)
    assert lines_with(said, "8.000000 8.000000", "+0.0000 %")
    assert lines_with(said, "22.00000 11.00000", "−50.0000 %")


def test_the_hash_stands_at_the_end(printed, footprint, language):
    assert printed(show_footprint, footprint).split()[-1] == footprint_hash(footprint)


def test_a_study_without_any_amount_is_shown(printed, language):
    study = Study.model_validate({**BASE, "lines": [{**LINE, "amount": 0}]})
    said = printed(show_footprint, calculate(study))
    assert said.split("\n")[2].startswith("0 kg CO₂/")


@pytest.mark.parametrize("width", ["40", "60", "200"])
def test_it_fits_every_width(printed, footprint, language, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", width)
    said = printed(show_footprint, footprint)
    assert max(map(cell_len, said.splitlines())) <= int(width)
    assert "…" not in said


def test_problems_are_told_with_place_cause_and_mend(printed, language):
    place = Place("a.xlsx", "Lines", 7, "Amount")
    problem = Problem("x", Message("The file is empty."), Message("Shorten the text."), place)
    for show in (show_problems, show_notices):
        said = printed(show, [problem, problem.at(Place())])
        assert said.count(translate("The file is empty.", language)) == 2
        assert said.count(translate("Shorten the text.", language)) == 2
        assert said.count(str(place)) == 1


@pytest.mark.parametrize(
    ("figures", "verdict"),
    [
        ((), "PASS"),
        ((Figure("total", "1.5", "1.6", Match.EDGE),), "EDGE"),
        ((Figure("total", "", "1.6", Match.DIFFERENT),), "FAIL"),
    ],
)
def test_a_verdict_is_told_with_the_figures_that_differ(printed, language, figures, verdict):
    found = Verification("Thing [x]", "1.5", "kg CO2e/kg", "sha256:0", None, figures, 24)
    said = printed(show_verification, found)
    assert said.startswith(f"{verdict} Thing [x]")
    for figure in figures:
        assert lines_with(said, "total", figure.sealed or "—", figure.again)
    assert ("24" in said) == (verdict != "FAIL")


def test_an_altered_document_is_told_so(printed, language):
    altered = Message("Its bytes are not in canonical form.")
    found = Verification("x", "1", "kg CO2e/kg", "sha256:0", altered, (), 5)
    said = printed(show_verification, found)
    assert said.startswith("FAIL")
    assert translate(altered.text, language) in said
