"""The example products: against what was published, and against exact arithmetic."""

import json
import math
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from tanyuan.footprint.study import TABLES, Named, Role
from tanyuan.formats.study_text import read_json, read_yaml, write_json, write_yaml

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))
PUBLISHED = ["aluminium", "crude-steel", "lithium-hydroxide", "trousers", "tyre"]


@cache
def load(name):
    return read_json((EXAMPLES / f"{name}.json").read_bytes(), name)


@cache
def footprint(name):
    return load(name).calculate(samples=0)


def close(found, expected, relative=1e-12):
    return abs(found - expected) <= relative * abs(expected)


def test_all_examples_are_here():
    assert sorted([*PUBLISHED, "integrated-works"]) == NAMES


# Against what was published

TOTALS = {
    "aluminium": (10264.21921, 1e-4, "kg CO2/t"),
    "crude-steel": (1706.7, 1e-3, "kg CO2/t"),
    "lithium-hydroxide": (17.237322942113362, 1e-4, "kg CO2e/kg"),
    "trousers": (31.624120493171425, 1e-4, "kg CO2e/piece"),
    "tyre": (4.53, 1e-4, "kg CO2e/piece"),
}
STAGES = {  # as the cases recompute them, with the decimals that they give
    "aluminium": (
        3,
        {"bauxite": 48.879, "alumina": 2308.983, "anode": 101.096, "electrolysis": 7805.261},
    ),
    "crude-steel": (
        2,
        {"coking": 3.67, "sintering": 202.66, "blast-furnace": 1414.51, "converter": 85.83},
    ),
    "lithium-hydroxide": (6, {"concentrate": 0.967727, "refining": 16.269596}),
    "trousers": (
        4,
        {
            "fibre-and-spinning": 10.0809,
            "yarn-transport": 0.0614,
            "weaving": 4.0084,
            "greige-transport": 0.0575,
            "dyeing": 10.8405,
            "fabric-transport": 0.1151,
            "making": 0.6556,
            "garment-transport": 4.4567,
            "french-distribution": 0.0607,
            "wear-and-care": 0.7188,
            "disposal": 0.5686,
        },
    ),
    "tyre": (3, {"raw-material": 2.63, "manufacturing": 1.295, "transport": 0.605}),
}
AMOUNTS = {  # of lines whose amount is a formula, as published
    "aluminium": {
        "bauxite-heavy-oil": 115.269336,
        "bauxite-diesel": 428.143248,
        "bauxite-electricity": 8.233524,
        "alumina-hard-coal": 16511.392,
        "alumina-heavy-oil": 2053.32,
        "alumina-diesel": 88.688,
        "alumina-natural-gas": 5084.136,
        "alumina-electricity": 420.304,
        "alumina-caustic-soda": 140.744,
        "alumina-lime": 61.696,
        "anode-heavy-oil": 315.303,
        "anode-diesel": 2.7317,
        "anode-natural-gas": 808.861,
        "anode-electricity": 50.93,
        "anode-carbon-oxidised": 384.753,
    },
    "crude-steel": {"hot-blast": 1795.5},
    "trousers": {
        "cotton-yarn": 0.540016875,
        "elastane-filament": 0.060001875,
        "yarn-road": 0.300009375,
        "weaving-power": 3.7908482143,
        "greige-road": 0.28125,
        "dyeing-chemicals": 0.5625,
        "fabric-road": 0.5625,
        "making-power": 0.62,
        "garment-air": 3.68505,
        "distribution-road": 0.225,
        "washing": 10.35,
        "treatment": 0.45,
    },
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_total_is_the_published_one(name):
    expected, tolerance, unit = TOTALS[name]
    result = footprint(name)
    assert close(result.total, expected, tolerance)
    assert result.unit == unit


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_rows_agree_within_their_tolerance(name):
    result = footprint(name)
    assert result.study.published
    for row in result.study.published:
        ours = result.by_stage[row.stage] if row.stage else result.total
        assert close(ours, float(row.value), float(row.tolerance)), row


@pytest.mark.parametrize("name", PUBLISHED)
def test_stages_are_those_of_the_case(name):
    digits, expected = STAGES[name]
    found = {stage: round(value, digits) for stage, value in footprint(name).by_stage.items()}
    assert found == expected
    assert list(found) == list(expected)


@pytest.mark.parametrize("name", AMOUNTS)
def test_formulas_give_the_published_amounts(name):
    formulas = {
        line.id
        for line in load(name).study.lines
        if (line.amount is not None and line.amount.formula) or line.distance is not None
    }
    assert formulas <= AMOUNTS[name].keys()
    amounts = {line.id: line.amount for line in footprint(name).lines}
    for line, expected in AMOUNTS[name].items():
        assert close(amounts[line], expected, 1e-9), line


def test_published_results_without_the_tyre_are_complete():
    assert [name for name in NAMES if not footprint(name).complete] == ["tyre"]


def test_the_tyre_is_incomplete_for_want_of_an_inventory():
    result = footprint("tyre")
    assert [(gap.line, gap.code) for gap in result.gaps] == [("tyre", "inventory")]
    assert len(result.study.lines) == 1
    assert result.by_phase.keys() == {"raw_material", "production", "distribution"}


def test_aluminium_shows_pfc_and_casting_outside():
    result = footprint("aluminium")
    values = {line.id: line.value for line in result.lines}
    assert close(values["cf4"] + values["c2f6"], 538.458)
    casting = math.fsum(v for k, v in values.items() if k.startswith("casting-"))
    assert round(casting, 3) == 82.507
    assert round(result.outside, 3) == round(538.458 + 82.507, 3)
    assert values["alumina-lime"] is None


def test_steel_without_hot_blast():
    result = load("crude-steel").calculate(scenario="without_hot_blast", samples=0)
    assert round(result.total * 12 / 44 / 1000, 3) == 0.424
    assert round(footprint("crude-steel").outside, 1) == 84.4


def test_trousers_fly():
    (flag,) = footprint("trousers").by_flag
    assert flag.value == "aviation"
    assert round(footprint("trousers").by_flag[flag], 4) == 4.4567


# What holds for every example


@pytest.mark.parametrize("name", NAMES)
def test_parts_sum_to_the_total(name):
    result = footprint(name)
    lines = [line.value or 0.0 for line in result.lines if line.role is Role.COUNTED]
    parts = [result.by_stage, result.by_phase, result.by_process, result.by_kind, result.by_gas]
    for values in [lines, *(part.values() for part in parts)]:
        assert close(math.fsum(values), result.total)


@pytest.mark.parametrize("name", NAMES)
def test_json_is_canonical_and_yaml_holds_the_same(name):
    study = load(name).study
    assert write_json(study) == (EXAMPLES / f"{name}.json").read_bytes()
    assert read_yaml(write_yaml(study), name).study == study


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_in_both_languages(name):
    study = load(name).study
    rows = [row for table in TABLES for row in getattr(study, table) if isinstance(row, Named)]
    pairs = [(row.name_zh, row.name_en) for row in (study, *rows)]
    pairs.append((study.description_zh, study.description_en))
    for chinese, english in pairs:
        assert re.search(r"[\u4e00-\u9fff]", chinese), chinese
        assert english
        assert not re.search(r"[\u4e00-\u9fff]", english), english
    for language in ("name_zh", "name_en"):
        names = [getattr(line, language) for line in study.lines]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_unused(name):
    study = load(name).study
    refs = {line.ref for line in study.lines} | {line.grid_ref for line in study.lines}
    refs |= {output.replaces for output in study.outputs}
    assert {row.id for row in (*study.factors, *study.suppliers)} <= refs
    staged = (*study.lines, *study.processes, *study.suppliers)
    assert {row.id for row in study.stages} == {row.stage for row in staged} - {""}
    fields = (study.lines, study.outputs, study.factors, study.parameters)
    amounts = [v for rows in fields for row in rows for v in vars(row).values()]
    used = set().union(*(getattr(amount, "names", ()) for amount in amounts))
    assert {row.id for row in study.parameters} == used
    assert {row.id for row in study.meters} == {line.meter for line in study.lines} - {""}
    assert {row.id for row in study.processes} == {row.process for row in study.outputs}


@pytest.mark.parametrize("name", NAMES)
def test_reasons_and_sources_are_given(name):
    study = load(name).study
    assert study.sources
    assert study.note
    assert study.boundary_note
    assert all(factor.source for factor in study.factors)
    assert all(line.reason for line in study.lines if line.role is not Role.COUNTED)
    assert study.synthetic == (name == "integrated-works")


@pytest.mark.parametrize("name", NAMES)
def test_co2_only_power_is_an_exception_with_a_reason(name):
    study = load(name).study
    co2_only = {row.id for row in study.factors if row.electricity == "generation_co2"}
    counted = [line for line in study.lines if line.role is Role.COUNTED and line.ref in co2_only]
    assert bool(counted) == (name in ("aluminium", "crude-steel"))
    assert {line.id for line in study.lines if line.exception} == {line.id for line in counted}
    assert len({line.exception for line in counted}) == len(counted)


def test_only_the_trousers_are_rated_and_say_by_whom():
    for name in PUBLISHED:
        study = load(name).study
        rated = [row for row in (*study.factors, *study.lines) if row.pedigree]
        assert bool(rated) == (name == "trousers")
        assert all("this example's own" in row.note for row in rated)


def test_the_read_me_names_every_example():
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([\w-]+)\.json`", text, re.MULTILINE)) == NAMES


# A shared factor is one random quantity


def unshared(study, ref):
    """The study with a copy of the factor for each line that uses it."""
    (factor,) = (row for row in study.factors if row.id == ref)
    lines, factors = [], [row for row in study.factors if row.id != ref]
    for line in study.lines:
        if line.ref != ref:
            lines.append(line)
            continue
        own = f"{ref}-for-{line.id}"
        lines.append(line.model_copy(update={"ref": own}))
        factors.append(factor.model_copy(update={"id": own}))
    return study.model_copy(update={"lines": tuple(lines), "factors": tuple(factors)})


def test_a_shared_factor_widens_the_band():
    shared = load("trousers")
    study = shared.study
    assert [line.id for line in study.lines if line.ref == "electricity-cn"] == [
        "weaving-power",
        "dyeing-power",
        "making-power",
    ]
    split = read_json(write_json(unshared(study, "electricity-cn")), "split")
    one, many = shared.calculate(samples=10_000), split.calculate(samples=10_000)
    assert close(many.total, one.total)
    assert many.uncertainty.standard_deviation < 0.99 * one.uncertainty.standard_deviation
    width_one, width_many = (
        result.uncertainty.interval[1] - result.uncertainty.interval[0] for result in (one, many)
    )
    assert width_many < 0.99 * width_one


# The integrated works in exact fractions, by arithmetic of its own

BASE = {"kg": 1, "t": 1000, "MJ NCV": 1, "GJ NCV": 1000, "GJ": 1000, "MWh": 3600, "t·km": 1}
AR6 = {"CO2": Fraction(1), "CH4": Fraction("29.8"), "N2O": Fraction(273), "CO2e": Fraction(1)}


def convert(amount, source, target):
    return amount * BASE[source] / BASE[target]


def shares(content):
    """Share of its process's burdens by output; None where lines name their output."""
    methods = {row["id"]: row.get("allocation", "single") for row in content["processes"]}
    found = {}
    for process, method in methods.items():
        rows = [row for row in content["outputs"] if row["process"] == process]
        keys = [share_key(row, method) for row in rows]
        whole = None if method == "subdivision" else sum(keys)
        found |= {
            row["id"]: None if whole is None else key / whole
            for row, key in zip(rows, keys, strict=True)
        }
    return found


def share_key(row, method):
    amount = Fraction(row["amount"])
    match method:
        case "physical_energy":
            return (
                Fraction(row["energy"])
                if "energy" in row
                else convert(amount, row["unit"], "MJ NCV")
            )
        case "physical_mass":
            return convert(amount, row["unit"], "kg")
        case "economic":
            return amount * Fraction(row["price"])
        case "system_expansion":
            return Fraction(0 if "replaces" in row else 1)
    return Fraction(1)


def solve(matrix, right):
    """Gauss-Jordan elimination in fractions."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = next(i for i in range(column, len(rows)) if rows[i][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column] = [value / rows[column][column] for value in rows[column]]
        for i, row in enumerate(rows):
            if i != column and row[column]:
                rows[i] = [a - row[column] * b for a, b in zip(row, head, strict=True)]
    return [row[-1] for row in rows]


class ExactWorks:
    """The example calculated in fractions from its JSON."""

    def __init__(self):
        self.content = json.loads((EXAMPLES / "integrated-works.json").read_text(encoding="utf-8"))
        self.outputs = {row["id"]: row for row in self.content["outputs"]}
        self.shares = shares(self.content)
        self.units = dict.fromkeys(AR6, "kg")
        self.intensities = dict(AR6)
        for row in self.content["factors"]:
            self.units[row["id"]] = row["unit"]
            value = Fraction(row["value"]) * AR6[row.get("gas", "CO2e")]
            self.intensities[row["id"]] = self.intensities.get(row["id"], 0) + value
        ids = list(self.outputs)
        zero = [Fraction(0)] * len(ids)
        self.takes = {taker: dict(zip(ids, zero, strict=True)) for taker in ids}
        demand = dict.fromkeys(ids, Fraction(0))
        for line in self.content["lines"]:
            if line.get("ref") not in self.outputs:
                continue
            if "process" not in line:
                demand[line["ref"]] += self.amount(line)
            for taker, share in self.charged(line).items():
                made = Fraction(self.outputs[taker]["amount"])
                self.takes[taker][line["ref"]] += share * self.amount(line) / made
        matrix = [[(i == j) - self.takes[j][i] for j in ids] for i in ids]
        self.needed = dict(zip(ids, solve(matrix, [demand[i] for i in ids]), strict=True))

    def amount(self, line):
        """In the unit of what the line takes."""
        amount = Fraction(line["amount"])
        if "distance" in line:
            return convert(amount, line["unit"], "t") * Fraction(line["distance"])
        ref = line.get("ref")
        target = self.outputs[ref]["unit"] if ref in self.outputs else self.units.get(ref)
        return convert(amount, line["unit"], target or line["unit"])

    def charged(self, line):
        if "output" in line:
            return {line["output"]: Fraction(1)}
        process = line.get("process")
        mine = [row["id"] for row in self.outputs.values() if row["process"] == process]
        return {output: self.shares[output] for output in mine}

    def results(self):
        """(amount, kg CO2e, stage, process, counted) by line, credits included."""
        stages = {row["id"]: row["stage"] for row in self.content["processes"]}
        found = {}
        for line in self.content["lines"]:
            if "amount" not in line:
                continue
            process = line.get("process", "")
            scale = sum(
                share * self.needed[output] / Fraction(self.outputs[output]["amount"])
                for output, share in self.charged(line).items()
            )
            amount = self.amount(line) * (scale if process else 1)
            value = amount * self.intensities.get(line.get("ref"), 0)
            stage = line.get("stage") or stages[process]
            found[line["id"]] = (amount, value, stage, process, "role" not in line)
        for id_, row in self.outputs.items():
            if "replaces" not in row:
                continue
            process = row["process"]
            (main,) = (
                other
                for other in self.outputs.values()
                if other["process"] == process and "replaces" not in other
            )
            made = Fraction(row["amount"]) * self.needed[main["id"]] / Fraction(main["amount"])
            unit = self.units[row["replaces"]]
            amount = convert(self.needed[id_] - made, row["unit"], unit)
            value = amount * self.intensities[row["replaces"]]
            found[f"{id_}/credit"] = (amount, value, stages[process], process, True)
        return found


@pytest.fixture(scope="module")
def exact():
    return ExactWorks()


def test_works_agree_with_exact_fractions(exact):
    result = footprint("integrated-works")
    expected = exact.results()
    lines = {line.id: line for line in result.lines if line.amount is not None}
    assert lines.keys() == expected.keys()
    for id_, (amount, value, stage, process, counted) in expected.items():
        line = lines[id_]
        assert close(Fraction(line.amount), amount), id_
        assert close(Fraction(line.value or 0), value), id_
        place = (line.stage, line.process, line.role is Role.COUNTED)
        assert place == (stage, process, counted)
    counted = [row for row in expected.values() if row[4]]
    assert close(Fraction(result.total), sum(row[1] for row in counted))
    for group, place in ((result.by_stage, 2), (result.by_process, 3)):
        assert group.keys() >= {row[place] for row in counted if row[1]}
        for key, found in group.items():
            assert close(Fraction(found), sum(row[1] for row in counted if row[place] == key)), key


def test_works_agree_by_gas(exact):
    masses = footprint("integrated-works").masses
    gases = {gas: Fraction(0) for gas in masses}
    for line in exact.content["lines"]:
        if line.get("role"):
            continue
        amount = exact.results()[line["id"]][0]
        if line.get("ref") in gases:
            gases[line["ref"]] += amount
        for row in exact.content["factors"]:
            if row["id"] == line.get("ref") and row.get("gas") in gases:
                gases[row["gas"]] += amount * Fraction(row["value"])
    (slag,) = (row for key, row in exact.results().items() if key.endswith("/credit"))
    gases["CO2"] += slag[1]
    assert gases.keys() == {"CO2", "CH4", "N2O"}
    assert all(close(Fraction(masses[gas]), mass) for gas, mass in gases.items())


def test_works_use_every_kind_of_allocation_and_real_loops(exact):
    methods = {row.get("allocation") for row in exact.content["processes"]}
    assert methods >= {
        "subdivision",
        "system_expansion",
        "physical_energy",
        "physical_mass",
        "economic",
    }
    loops = {output for output in exact.outputs if output in reached(exact.takes, output)}
    assert {"works-power", "own-power", "coke", "blast-furnace-gas", "slab", "crop-scrap"} <= loops
    assert "tar-and-benzol" not in loops
    assert exact.needed["slab"] > exact.needed["hot-rolled-coil"]


def reached(takes, start):
    """All products that one product needs, directly or through others."""
    found, waiting = set(), [start]
    while waiting:
        for product, amount in takes[waiting.pop()].items():
            if amount and product not in found:
                found.add(product)
                waiting.append(product)
    return found
