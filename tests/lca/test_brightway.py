"""Against Brightway's own answers, kept in `brightway/answers.json` by `brightway/record.py`."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tanyuan.lca.system import Characterisation, System

ANSWERS = json.loads(Path(__file__).parent.joinpath("brightway", "answers.json").read_text("utf-8"))
SYSTEMS = {f"{given['kind']}-{given['processes']}": given for given in ANSWERS["systems"]}


def table(given):
    if "shape" not in given:
        return Exchanges.of(given["row"], given["column"], given["amount"])
    shape = np.array(given["shape"], np.uint8)
    parts = [np.array(given[name], float) for name in ("spread", "low", "high")]
    scatter = Scatters(shape, *parts, np.zeros(0))
    return Exchanges.of(given["row"], given["column"], given["amount"], scatter)


@cache
def factors():
    of = np.array(ANSWERS["factors"])
    flow, column = np.nonzero(of)
    return Characterisation.of(ANSWERS["columns"], ANSWERS["flows"], flow, column, of[flow, column])


def system(given):
    ids = tuple(f"p{at:05d}" for at in range(given["processes"]))
    inner, outer = table(given["technosphere"]), table(given["interventions"])
    return System(ids, tuple(ANSWERS["flows"]), inner, outer)


@pytest.mark.parametrize("solver", Solver)
@pytest.mark.parametrize("name", SYSTEMS)
def test_scores_and_supplies_are_brightways(name, solver):
    given = SYSTEMS[name]
    found = solve(system(given), factors(), solver)
    scores = np.array(given["scores"])
    scale = np.abs(scores).max(axis=0)
    assert np.abs(found.intensities - scores).max() <= 1e-12 * scale.max()
    sure = np.abs(scores) > 1e-9 * scale
    assert found.intensities[sure] == pytest.approx(scores[sure], rel=1e-10)
    ends = (found.system.processes[0], found.system.processes[-1])
    for product, supply in zip(ends, given["supply of first and last"], strict=True):
        runs = np.array(supply)
        assert np.abs(found.supply({product: 1.0}) - runs).max() <= 1e-10 * np.abs(runs).max()


@pytest.mark.parametrize("solver", Solver)
def test_samples_have_brightways_law(solver):
    given = ANSWERS["scattered"]
    found = solve(system(given), factors(), solver)
    drawn = monte_carlo(found, np.array([1.0, 0.0]), seed=5).run(1008)
    for ours, brightways in zip(drawn, np.array(given["samples"]), strict=True):
        if np.ptp(brightways) > 1e-9 * np.abs(brightways).max():
            assert ks_2samp(ours, brightways).pvalue > 1e-3
        else:
            assert ours == pytest.approx(brightways, rel=1e-5)
