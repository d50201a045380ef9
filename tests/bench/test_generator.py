import numpy as np
import pytest

from bench.generator import Background, Exchanges, load, make, statistics


@pytest.fixture(scope="module", params=[1000, 5000])
def background(request: pytest.FixtureRequest) -> Background:
    return make(request.param)


def test_statistics_are_those_of_a_large_database(background: Background) -> None:
    n, found = background.processes, statistics(background)
    assert 10 < found["technosphere nonzeros"] / n < 12
    assert 15 < found["biosphere nonzeros"] / n < 18
    assert 0.44 < found["giant component"] < 0.54
    assert 0.74 < found["spectral radius"] < 0.80
    assert 9.5 < found["uncertain, climate"] / n < 11.5
    assert found["most bought"] > 0.3 * n
    assert found["decades"] > 12


def test_each_process_has_one_reference_and_no_pair_twice(background: Background) -> None:
    n, (row, column, amount, sigma) = background.processes, background.technosphere
    own = row == column
    assert np.array_equal(np.flatnonzero(own), np.arange(n))
    assert np.all(sigma[own] == 0)
    assert np.all(sigma >= 0)
    assert np.all(np.isfinite(amount))
    assert np.all(amount != 0)
    assert len(np.unique(row * n + column)) == len(row)


def test_waste_treatments_take_what_others_give_off(background: Background) -> None:
    row, column, amount, _ = background.technosphere
    treats = amount[: background.processes] < 0
    assert 0.03 < treats.mean() < 0.07
    assert np.all((amount[row != column] > 0) == treats[row[row != column]])


def test_the_same_seed_gives_the_same_background(background: Background) -> None:
    again, other = make(background.processes), make(background.processes, seed=1)
    for mine, same, different in zip(arrays(background), arrays(again), arrays(other), strict=True):
        assert np.array_equal(mine, same)
        assert not np.array_equal(mine, different)


def test_a_saved_background_is_read_back(background: Background, tmp_path) -> None:
    background.save(tmp_path / "background.npz")
    again = load(tmp_path / "background.npz")
    assert (again.processes, again.flows) == (background.processes, background.flows)
    for mine, read in zip(arrays(background), arrays(again), strict=True):
        assert np.array_equal(mine, read)


def arrays(background: Background) -> list[np.ndarray]:
    parts: list[Exchanges] = [background.technosphere, background.interventions]
    entries = [array for part in parts for array in part]
    return [*entries, background.flow_column, background.flow_factor]
