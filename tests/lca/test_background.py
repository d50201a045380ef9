"""What is frozen of a solved system."""

import numpy as np

from tanyuan.lca.background import freeze
from tanyuan.lca.solve import solve
from tests.lca.made_systems import CHARACTERISATION, COLUMNS, made

CLIMATE = np.array([1.0, 0.0])
SEED, SAMPLES = 9, 40


def test_a_frozen_background_holds_what_was_solved():
    given = solve(made("everything", 60, 0, scattered=True).system, CHARACTERISATION)
    found = freeze(given, CLIMATE, samples=SAMPLES, seed=SEED)
    assert found.products == given.system.processes
    assert found.columns == COLUMNS
    assert np.array_equal(found.intensities, given.intensities)
    assert found.samples.values.dtype == np.float32
    again = freeze(given, CLIMATE, samples=SAMPLES, seed=SEED, workers=2)
    assert np.array_equal(again.samples.values, found.samples.values)
    assert freeze(given).samples is None
    assert freeze(given, CLIMATE).samples is None
