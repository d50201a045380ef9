"""What is derived from a stored system is made once, and the same when it is read back."""

import numpy as np
import pytest

from tanyuan.lca import derived
from tanyuan.lca.derived import stored_background, stored_solution
from tanyuan.lca.exchanges import Exchanges, Scatters
from tanyuan.lca.solver import Solver
from tanyuan.lca.storage import Cache, read_system, write_system
from tanyuan.lca.structure import StructuredLU
from tanyuan.lca.system import Characterisation, system

WEIGHTS = np.array([1.0, 29.8])


def characterised(factor=1.0):
    return Characterisation.of(["CO2", "CH4"], ["co2", "ch4"], [0, 1], [0, 1], [factor, 1.0])


@pytest.fixture
def stored(tmp_path):
    """A loop of three, one process upstream of it and one downstream."""
    made = [(j, j, 1.0) for j in range(5)]
    taken = [(0, 1, -0.2), (1, 2, -0.3), (2, 3, -0.1), (3, 1, -0.4), (3, 4, -2.0)]
    row, column, amount = zip(*made, *taken, strict=True)
    spread = [0.0] * 5 + [0.1] * 5
    inner = Exchanges.of(row, column, amount, Scatters.lognormal(spread))
    outer = Exchanges.of([0, 1, 0], [0, 1, 2], [1.0, 0.1, 3.0], Scatters.lognormal([0.2] * 3))
    path = tmp_path / "loop.arrays"
    write_system(system(list("abcde"), ["co2", "ch4"], inner, outer), path)
    return read_system(path)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def no_solution(*_args, **_kwargs):
    raise AssertionError("solved again")


def test_a_solution_read_back_solves_to_the_same_bits(stored, cache, monkeypatch):
    first = stored_solution(stored, characterised(), cache, Solver.STRUCTURE)
    monkeypatch.setattr(derived, "solve", no_solution)
    again = stored_solution(stored, characterised(), cache, Solver.STRUCTURE)
    assert isinstance(again.factorised, StructuredLU)
    assert again.intensities.tobytes() == first.intensities.tobytes()
    assert again.supply({"e": 2.0}).tobytes() == first.supply({"e": 2.0}).tobytes()


def test_another_characterisation_shares_the_factors_alone(stored, cache, monkeypatch):
    first = stored_solution(stored, characterised(), cache, Solver.STRUCTURE)
    monkeypatch.setattr(derived, "solve", no_solution)
    other = stored_solution(stored, characterised(2.0), cache, Solver.STRUCTURE)
    assert other.intensities[:, 0] == pytest.approx(2 * first.intensities[:, 0], rel=1e-12)


def test_a_background_that_is_kept_needs_no_solution(stored, cache, monkeypatch):
    first = stored_background(stored, characterised(), cache, WEIGHTS, samples=20, seed=4)
    monkeypatch.setattr(derived, "stored_solution", no_solution)
    again = stored_background(stored, characterised(), cache, WEIGHTS, samples=20, seed=4)
    assert again.intensities.tobytes() == first.intensities.tobytes()
    assert again.samples.values.tobytes() == first.samples.values.tobytes()
    with pytest.raises(AssertionError, match="solved again"):
        stored_background(stored, characterised(), cache, WEIGHTS, samples=20, seed=5)
    with pytest.raises(AssertionError, match="solved again"):
        stored_background(stored, characterised(), cache, 2 * WEIGHTS, samples=20, seed=4)


def test_factors_of_superlu_are_not_kept_and_not_missed(stored, cache):
    kept = stored_solution(stored, characterised(), cache, Solver.STRUCTURE)
    sparse = stored_solution(stored, characterised(), cache, Solver.SUPERLU)
    assert sparse.intensities == pytest.approx(kept.intensities, rel=1e-12)
