"""The seal: nothing can be altered unseen, and anyone can calculate it again."""

import copy
import json
import os
import subprocess
import sys
import unicodedata

import pytest

import tanyuan.footprint.calculate
from tanyuan.documents.canonical import canonical_json, content_hash
from tanyuan.documents.numbers import Match
from tanyuan.footprint.method import Method
from tanyuan.footprint.seal import (
    FORMAT,
    figures,
    footprint_document,
    footprint_hash,
    is_sealed,
    seal,
    verify,
)
from tanyuan.footprint.study import Study
from tanyuan.languages import in_language
from tanyuan.problems import InputError


@pytest.fixture
def shelf(library):
    return library(
        AL_1=("kg", {("CO2", "fossil"): "8.5", ("CH4", "fossil"): "0.01"}, {"flags": ["process"]}),
        GRID=("MWh", {("CO2e", "fossil"): "600"}, {"electricity": "life_cycle", "year": 2023}),
        WIND=("kWh", {("CO2e", "fossil"): "0.02"}, {"electricity": "life_cycle"}),
        ORE=("kg", {("CO2e", "dluc"): "1", ("CO2e", "iluc"): "2"}, {}),
    )


@pytest.fixture
def works(line, factor):
    """A study that uses every part of a sealed document."""
    return {
        "name_zh": "铝壶",
        "name_en": "Kettle",
        "period_start": "2025-01-01",
        "stages": [{"id": "mill", "phase": "production"}],
        "processes": [{"id": "P", "stage": "mill", "allocation": "system_expansion"}],
        "outputs": [
            {"id": "pot", "process": "P", "amount": "2 * n", "unit": "kg"},
            {"id": "heat", "process": "P", "amount": "1", "unit": "MJ", "replaces": "steam"},
        ],
        "lines": [
            line("metal", "AL-1", "7", process="P", stage="", meter="m", pedigree="1,2,1,1,1"),
            line("power", "WIND", "40", "kWh", process="P", stage="mill", supply="contractual",
                 grid_ref="GRID"),
            line("take", "pot", "1.5", stage="mill"),
            line("leak", "SF6", "0.2", "g", stage="use", kind="fossil", flags=["packaging"]),
            line("ore", "rated", "3", stage="raw_material", data_kind="primary_site"),
            line("shop", "steam", "1", "MJ", stage="use", role="outside"),
            line("rest", "", None, None, stage="use", role="missing", reason="not measured"),
        ],
        "factors": [
            factor("steam", "0.07 * n", "MJ", distribution="lognormal", spread="1.1"),
            {"id": "rated", "library": "ORE", "distribution": "normal", "spread": "0.2"},
        ],
        "parameters": [{"id": "n", "value": "3", "distribution": "uniform", "low": "2.9",
                        "high": "3.2"}],
        "scenarios": [{"id": "more", "parameter": "n", "value": "3.1"}],
        "meters": [{"id": "m", "distribution": "normal", "spread": "0.02"}],
        "recycling": [{"id": "tin", "amount": "0.3", "unit": "kg", "virgin": "AL-1", "r1": "0.5",
                       "recycled": "rated", "disposal": "AL-1", "a": "0.5"}],
        "method": {"end_of_life": "circular_footprint_formula", "gwp_set": "AR5"},
    }  # fmt: skip


@pytest.fixture
def sealed(works, shelf, calc):
    return seal(calc(works, library=shelf, samples=400, scenario="more"))


@pytest.fixture
def small(calc, line, factor):
    """The smallest document with something in each of its parts."""
    tables = {"lines": [line("a", amount="2"), line("b", "CH4", "0.1")], "factors": [factor()]}
    return seal(calc(tables))


def edited(data, *path, to=None, remove=False):
    """The document with one place changed and its hash made to fit again."""
    document = json.loads(data)
    del document["hash"]
    place = document
    for step in path[:-1]:
        place = place[step]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return canonical_json({**document, "hash": content_hash(document)})


def differing(found):
    return [(figure.path, figure.match) for figure in found.figures]


# What passes


def test_a_sealed_footprint_passes(sealed, works, shelf, calc):
    found = verify(sealed)
    assert (found.verdict, found.altered, found.figures) == ("PASS", None, ())
    assert (found.name, found.unit) == ("Kettle", "kg CO2e/piece")
    assert found.total == json.loads(sealed)["result"]["figures"]["total"]
    again = calc(works, library=shelf, samples=400, scenario="more")
    assert found.hash == footprint_hash(again)
    assert found.checked > len(list(figures(again)))


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        ({"name_zh": "壶", "name_en": "Kettle"}, "Kettle", "壶"),
        ({"name_zh": "壶"}, "壶", "壶"),
        ({}, "s", "s"),
    ],
)
def test_a_verification_names_the_study_in_the_readers_language(calc, names, english, chinese):
    data = seal(calc(names))
    assert verify(data).name == english
    with in_language("zh"):
        assert verify(data).name == chinese


def test_nothing_but_the_document_is_needed(sealed, monkeypatch):
    def gone():
        raise AssertionError

    monkeypatch.setattr(tanyuan.footprint.calculate, "starter_release", gone)
    assert verify(sealed).verdict == "PASS"


def test_it_passes_in_another_process_language_and_folder(sealed, tmp_path):
    file = tmp_path / "kettle.json"
    file.write_bytes(sealed)
    code = (
        "import pathlib, tanyuan as ty\n"
        "found = ty.verify(pathlib.Path('kettle.json').read_bytes())\n"
        "print(found.verdict, found.hash)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1", "TANYUAN_LANG": "zh", "TZ": "Asia/Shanghai"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["PASS", verify(sealed).hash]


def test_a_factor_is_verified_as_it_was_when_the_library_has_changed(calc, line):
    found = calc({"lines": [line("a", "EL-0121", "5", "kWh")]}, library=None)
    record = json.loads(seal(found))["factors"][0]
    assert record["id"] == "EL-0121"
    changed = edited(seal(found), "factors", 0, "emissions", 0, "value", to="0.123")
    assert verify(seal(found)).verdict == "PASS"
    assert verify(changed).verdict == "FAIL"
    assert ("line/a/intensity", Match.DIFFERENT) in differing(verify(changed))


def test_factors_that_are_named_but_not_used_are_sealed_too(calc, line, factor, shelf):
    tables = {"lines": [line("a")], "factors": [factor(), {"id": "later", "library": "AL-1"}]}
    data = seal(calc(tables, library=shelf))
    assert [record["id"] for record in json.loads(data)["factors"]] == ["AL-1"]
    assert verify(data).verdict == "PASS"


def test_ids_in_small_letters_find_their_sealed_factor(calc, line, shelf):
    assert verify(seal(calc({"lines": [line("a", "al-1")]}, library=shelf))).verdict == "PASS"


def test_text_in_any_unicode_form_passes(calc, line, factor):
    name = unicodedata.normalize("NFD", "café")
    row = line(name, name, distribution="lognormal", spread="1.2", name_en=name)
    data = seal(calc({"lines": [row], "factors": [factor(name)]}, samples=200))
    assert verify(data).verdict == "PASS"


def test_compound_units_pass(calc, line, factor):
    tables = {
        "unit": "pkm/h",
        "lines": [line("a", amount="e * 5", unit="kg")],
        "parameters": [{"id": "e", "value": "3", "unit": "L/pkm"}, {"id": "k", "value": "1"}],
        "factors": [factor()],
    }
    tables["lines"][0]["amount"] = "5"
    assert verify(seal(calc(tables))).verdict == "PASS"


def test_incomplete_and_empty_footprints_pass(calc, line):
    lines = [line("a", "", None), line("b", "HFE263fb2"), line("c", "CO2")]
    for tables in ({}, {"lines": lines, "method": {"gwp_set": "AR5 GTP-100"}}):
        assert verify(seal(calc(tables, samples=100))).verdict == "PASS"


def test_the_same_study_gives_the_same_bytes(works, shelf, calc, sealed):
    for language in ("zh", "en"):
        with in_language(language):
            again = calc(copy.deepcopy(works), library=dict(reversed(shelf.items())), samples=400,
                         scenario="more")  # fmt: skip
            assert seal(again) == sealed
    document = json.loads(sealed)
    study = Study.model_validate(document["study"])
    again = calc(study, library=shelf, samples=400, scenario="more")
    assert seal(again) == sealed
    assert seal(calc(works, library=shelf, samples=401, scenario="more")) != sealed


def test_the_document_holds_what_it_says(sealed):
    document = json.loads(sealed)
    assert document["format"] == FORMAT
    assert sorted(document) == [
        "engine",
        "factors",
        "format",
        "hash",
        "method",
        "potentials",
        "result",
        "scenario",
        "sources",
        "study",
    ]
    assert [record["id"] for record in document["factors"]] == ["AL-1", "GRID", "ORE", "WIND"]
    assert {"gas": "SF6", "kind": "fossil", "value": "23500"} in document["potentials"]
    assert document["result"]["gaps"] == [{"line": "rest", "code": "missing"}]
    assert document["result"]["bars"] == ["incomplete"]
    assert document["scenario"] == "more"
    assert canonical_json(document) == sealed


def test_the_sources_of_library_factors_are_written_out(calc, line):
    data = seal(calc({"lines": [line("a", "EL-0121", "5", "kWh")]}, library=None))
    document = json.loads(data)
    assert set(document["sources"]) == {document["factors"][0]["source"]}
    assert all(document["sources"].values())


# What is found


@pytest.mark.parametrize("mask", [0x01, 0x02, 0x08, 0x20, 0x80])
def test_every_flipped_bit_of_a_sealed_file_is_found(small, mask):
    passed = []
    for position in range(len(small)):
        data = bytearray(small)
        data[position] ^= mask
        try:
            if verify(bytes(data)).verdict != "FAIL":
                passed.append(position)
        except InputError as error:
            assert error.problems[0].code == "not-sealed"  # noqa: PT017
    assert passed == []


def test_bytes_left_out_doubled_or_put_in_are_found(small):
    for position in range(0, len(small), 3):
        before, byte, after = (
            small[:position],
            small[position : position + 1],
            small[position + 1 :],
        )
        for data in (before + after, before + byte * 2 + after, before + b" " + byte + after):
            try:
                assert verify(data).verdict == "FAIL"
            except InputError as error:
                assert error.problems[0].code == "not-sealed"  # noqa: PT017


def test_the_same_content_in_other_bytes_is_not_what_was_sealed(small):
    document = json.loads(small)
    for data in (
        json.dumps(document).encode(),
        small + b"\n",
        small.replace(b'"format"', b'"f\\u006frmat"'),
        small.replace(b"{", b'{"engine":{},', 1),
    ):
        assert data != small
        found = verify(data)
        assert found.verdict == "FAIL"
        assert "canonical form" in str(found.altered)


def test_an_altered_byte_is_said_in_both_languages(small):
    data = small.replace(b'"amount":"2"', b'"amount":"3"')
    found = verify(data)
    assert str(found.altered) == "Its content does not have the hash that it states."
    assert ("line/a/amount", Match.DIFFERENT) in differing(found)


@pytest.mark.parametrize("path", ["total", "gas/CH4", "line/a/value", "stage/production", "iluc"])
def test_an_edited_figure_under_a_fitting_hash_is_named(small, path):
    found = verify(edited(small, "result", "figures", path, to="4.98000001"))
    assert found.altered is None
    assert found.verdict == "FAIL"
    assert differing(found) == [(path, Match.DIFFERENT)]
    figure = found.figures[0]
    assert figure.sealed == "4.98000001"
    assert figure.again == json.loads(small)["result"]["figures"][path]


def test_figures_left_out_or_put_in_are_named(small):
    out = verify(edited(small, "result", "figures", "gas/CH4", remove=True))
    assert differing(out) == [("gas/CH4", Match.DIFFERENT)]
    assert (out.figures[0].sealed, out.figures[0].again) == ("", "2.98")
    more = verify(edited(small, "result", "figures", "gas/N2O", to="0"))
    assert differing(more) == [("gas/N2O", Match.DIFFERENT)]
    assert (more.figures[0].sealed, more.figures[0].again) == ("0", "")


@pytest.mark.parametrize(
    ("path", "to", "named"),
    [
        (("study", "lines", 0, "amount"), "8", "line/metal/amount"),
        (("study", "factors", 0, "value"), "0.08", "line/shop/intensity"),
        (("study", "boundary"), "cradle_to_gate", "stage/end_of_life"),
        (("study", "unit"), "kg", "unit"),
        (("study", "scenarios", 0, "value"), "3.2", "line/metal/amount"),
        (("study", "meters", 0, "spread"), "0.03", "uncertainty/standard_deviation"),
        (("method", "end_of_life"), "cut_off", "total"),
        (("method", "electricity"), "contractual_allowed", "other_total"),
        (("scenario",), "", "total"),
        (("factors", 0, "emissions", 0, "value"), "8.6", "line/metal/intensity"),
        (("potentials", 0, "value"), "2", "total"),
        (("result", "unit"), "kg CO2e/kg", "unit"),
        (("result", "complete"), True, "complete"),
        (("result", "gaps"), [], "gaps"),
        (("result", "gaps", 0, "code"), "idle", "gaps"),
        (("result", "bars"), [], "bars"),
        (("result", "uncertainty", "samples"), 300, "uncertainty/low"),
        (("result", "uncertainty", "seed"), 1, "uncertainty/low"),
        (("result", "uncertainty", "figures", "low"), "1", "uncertainty/low"),
        (("result", "uncertainty", "figures", "covered"), "1", "uncertainty/covered"),
        (("result", "uncertainty"), None, "uncertainty/standard_deviation"),
    ],
)
def test_whatever_is_edited_under_a_fitting_hash_is_named(sealed, path, to, named):
    found = verify(edited(sealed, *path, to=to))
    assert found.altered is None
    assert found.verdict == "FAIL"
    assert (named, Match.DIFFERENT) in differing(found)


def test_a_band_cannot_be_put_into_a_footprint_without_total(calc):
    data = seal(calc({}))
    band = {"samples": 10, "seed": 1, "figures": {"low": "0", "high": "0"}}
    assert {
        path for path, _ in differing(verify(edited(data, "result", "uncertainty", to=band)))
    } == {
        "uncertainty/low",
        "uncertainty/high",
        "uncertainty/samples",
    }


def test_samples_cannot_be_claimed_where_none_were_drawn(small):
    found = verify(edited(small, "result", "uncertainty", "samples", to=10_000))
    assert differing(found) == [("uncertainty/samples", Match.DIFFERENT)]


# The rounding edge


def test_a_figure_on_the_rounding_edge_is_an_edge(calc, line):
    data = seal(calc({"lines": [line("a", "CO2", "2.000000015")]}))
    total = json.loads(data)["result"]["figures"]["total"]
    other = {"2.00000001": "2.00000002", "2.00000002": "2.00000001"}[total]
    found = verify(edited(data, "result", "figures", "total", to=other))
    assert found.verdict == "EDGE"
    assert differing(found) == [("total", Match.EDGE)]
    off = verify(edited(data, "result", "figures", "total", to="2.00000003"))
    assert off.verdict == "FAIL"


def test_another_spelling_of_a_figure_is_no_edge(small):
    found = verify(edited(small, "result", "figures", "gas/CO2e", to="4.0"))
    assert differing(found) == [("gas/CO2e", Match.DIFFERENT)]


# Certification


def test_what_bars_certification_is_said(calc, line, factor):
    found = calc({"synthetic": True, "lines": [line("a", amount=None)], "factors": [factor()]})
    assert verify(seal(found)).verdict == "PASS"
    with pytest.raises(InputError) as caught:
        seal(found, certification=True)
    assert caught.value.problems[0].code == "not-certifiable"
    assert "the result is incomplete; the study is synthetic" in str(caught.value)


def test_a_footprint_without_bars_is_sealed_for_certification(calc, line, factor):
    found = calc({"lines": [line("a")], "factors": [factor()]})
    assert seal(found, certification=True) == seal(found)


# What is no sealed footprint


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"format":"tanyuan-study-1"}',
        b'{"format":["tanyuan-footprint-1"]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'\xef\xbb\xbf{"format":"tanyuan-footprint-1"}',
    ],
)
def test_other_bytes_are_refused(data):
    with pytest.raises(InputError) as caught:
        verify(data, "some.json")
    assert str(caught.value).startswith("some.json: This is no sealed footprint")
    assert caught.value.problems[0].code == "not-sealed"


JUNK = [
    None,
    1,
    -1,
    "",
    "x",
    [],
    {},
    [1],
    {"a": 1},
    True,
    [[]],
    [{}],
    "NaN",
    "1e999999999",
    2**53 - 1,
]


@pytest.mark.parametrize(
    "path",
    [
        ("study",),
        ("study", "lines"),
        ("study", "lines", 0),
        ("study", "lines", 0, "amount"),
        ("method",),
        ("method", "gwp_set"),
        ("scenario",),
        ("factors",),
        ("factors", 0),
        ("factors", 0, "emissions"),
        ("factors", 0, "emissions", 0),
        ("factors", 0, "emissions", 0, "value"),
        ("factors", 0, "unit"),
        ("potentials",),
        ("potentials", 0),
        ("potentials", 0, "value"),
        ("result",),
        ("result", "figures"),
        ("result", "figures", "total"),
        ("result", "gaps"),
        ("result", "gaps", 0),
        ("result", "uncertainty"),
        ("result", "uncertainty", "samples"),
        ("result", "uncertainty", "seed"),
        ("result", "uncertainty", "figures"),
    ],
)
def test_content_of_another_shape_fails_and_never_breaks(works, shelf, calc, path):
    data = seal(calc(works, library=shelf, samples=8, scenario="more"))
    passed = [junk for junk in JUNK if verify(edited(data, *path, to=junk)).verdict != "FAIL"]
    assert passed == []
    assert verify(edited(data, *path, remove=True)).verdict == "FAIL"


def test_deeply_nested_content_fails(small):
    document = json.loads(small)
    deep = []
    for _ in range(490):
        deep = [deep]
    document["study"]["note"] = deep
    assert verify(json.dumps(document, separators=(",", ":")).encode()).verdict == "FAIL"


def test_numbers_in_another_form_fail(small):
    found = verify(small.replace(b'"samples":0', b'"samples":0.0'))
    assert found.verdict == "FAIL"
    assert str(found.altered) == "It holds numbers that are not in canonical form."


@pytest.mark.parametrize(
    ("data", "yes"),
    [
        (b'{"engine":{},"format":"tanyuan-footprint-1"}', True),
        (b'  {"format": "tanyuan-footprint-1"}', True),
        (b'[{"format":"tanyuan-footprint-1"}]', False),
        (b'{"format":"tanyuan-study-1","note":"tanyuan-footprint-1"}', False),
        (b"", False),
    ],
)
def test_sealed_files_are_known_by_their_content(data, yes):
    assert is_sealed(data) is yes


def test_the_document_is_the_same_without_its_hash(works, shelf, calc):
    found = calc(works, library=shelf, method=Method(), samples=0)
    document = footprint_document(found)
    assert "hash" not in document
    assert content_hash(document) == footprint_hash(found)
    assert json.loads(seal(found))["hash"] == footprint_hash(found)
