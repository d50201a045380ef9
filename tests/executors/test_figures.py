"""Samples and portfolios are the same figures wherever they are calculated."""

import json

import numpy as np
import pytest

from tanyuan.backgrounds.library import Library
from tanyuan.executors.executor import Serial
from tanyuan.formats.portfolio import portfolio, study_files
from tanyuan.lca.derived import stored_background
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.storage import Cache, read_system, write_system
from tanyuan.problems import InputError
from tests.formats.test_portfolio import study
from tests.lca.made_systems import CHARACTERISATION, made

WEIGHTS = np.array([1.0, 0.5])


@pytest.fixture
def stored(tmp_path):
    path = tmp_path / "made.arrays"
    write_system(made("everything", 40, 1, scattered=True).system, path)
    return read_system(path)


def test_samples_are_equal_to_the_last_bit(chosen, stored, tmp_path):
    expected = monte_carlo(solve(stored.system, CHARACTERISATION), WEIGHTS, seed=3).run(90)
    told = []
    found = stored_background(
        stored, CHARACTERISATION, Cache(tmp_path / "cache"), WEIGHTS,
        samples=90, seed=3, executor=chosen, progress=told.append,
    )  # fmt: skip
    assert found.samples.values.tobytes() == expected.tobytes()
    assert told == [number / 6 for number in range(1, 7)]


def test_another_file_under_the_same_path_is_told(chosen, stored, tmp_path):
    write_system(made("loops", 40, 2, scattered=True).system, stored.path)
    with pytest.raises(InputError, match=r"samples 0 to 15|第 0 至 15 次") as caught:
        stored_background(
            stored, CHARACTERISATION, Cache(tmp_path / "cache"), WEIGHTS,
            samples=20, seed=3, executor=chosen,
        )  # fmt: skip
    assert caught.value.problems[0].code == "file-changed"


def test_portfolios_are_equal(chosen, tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.json").write_text(json.dumps(study(f"s{number}")))
    files, backgrounds = study_files(tmp_path), Library(tmp_path / "library")
    options = {"scenarios": True, "samples": 200, "backgrounds": backgrounds}
    assert list(portfolio(files, chosen, **options)) == list(portfolio(files, Serial(), **options))
