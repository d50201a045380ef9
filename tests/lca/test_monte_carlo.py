"""Samples of whole systems: both ways against an independent solution of the same draws."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.monte_carlo import SparseMonteCarlo, monte_carlo
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import SingularSystemError, Solver
from tanyuan.lca.structured_monte_carlo import StructuredMonteCarlo
from tanyuan.lca.system import Characterisation, system
from tests.lca.made_systems import CHARACTERISATION, FACTORS, KINDS, made
from tests.lca.references import furthest, sampled

CLIMATE = np.array([1.0, 0.0])
SEED, BATCH = 7, 5
SCATTERED = [kind for kind in KINDS if kind != "allocated"]
CASES = [(kind, n, seed) for kind in SCATTERED for n, seed in ((1, 0), (5, 1), (20, 2), (90, 0))]
# Rounding of amounts in single precision, which a loop of gain g multiplies by 1 / (1 - g)
SINGLE = 20 * np.finfo(np.float32).eps


@cache
def solved(kind, n, seed, solver=Solver.STRUCTURE):
    return solve(made(kind, n, seed, scattered=True).system, CHARACTERISATION, solver)


@cache
def expected(kind, n, seed):
    return sampled(solved(kind, n, seed).system.keyed(), FACTORS @ CLIMATE, SEED, BATCH)


def model(case, solver=Solver.STRUCTURE, **options):
    return monte_carlo(solved(*case, solver), CLIMATE, **{"seed": SEED} | options)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_structured_samples_are_within_the_tolerance(case, tolerance):
    found = model(case, tolerance=tolerance)
    assert isinstance(found, StructuredMonteCarlo)
    allowed = tolerance + (SINGLE if tolerance >= 1e-6 else 0)
    assert furthest(found.batch(BATCH), *expected(*case)) <= allowed


@pytest.mark.parametrize("case", CASES, ids=str)
def test_factorised_samples_leave_no_error(case):
    found = model(case, Solver.SUPERLU)
    assert isinstance(found, SparseMonteCarlo)
    assert furthest(found.batch(BATCH), *expected(*case)) <= 1e-12
    one = found.sample(BATCH * 16 + 3)
    assert np.array_equal(one, found.batch(BATCH)[:, 3])


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
@pytest.mark.parametrize("case", [("everything", 90, 0), ("acyclic", 90, 0)], ids=str)
def test_equal_seeds_give_equal_figures(case, tolerance):
    found = model(case, tolerance=tolerance)
    whole = found.run(75)
    assert whole.dtype == np.float32
    for samples, workers in ((1, 1), (16, 2), (33, 1), (75, 3)):
        assert np.array_equal(found.run(samples, workers), whole[:, :samples])
    backwards = [found.batch(number) for number in (4, 3, 2, 1, 0)]
    assert np.array_equal(np.hstack(backwards[::-1])[:, :75].astype(np.float32), whole)
    again = model(case, tolerance=tolerance)
    assert np.array_equal(np.hstack(list(again.batches(75, 2))), np.hstack(backwards[::-1])[:, :75])
    assert not np.array_equal(model(case, seed=8, tolerance=tolerance).run(16), whole[:, :16])


@pytest.mark.parametrize("samples", [0, 1, 15, 16, 17])
def test_as_many_samples_as_asked_for(samples):
    assert model(("loops", 20, 2)).run(samples).shape == (20, samples)


@pytest.mark.parametrize("solver", Solver)
def test_without_processes_there_are_no_figures(solver):
    assert model(("loops", 0, 0), solver).run(20).shape == (0, 20)


@pytest.mark.parametrize("solver", Solver)
def test_what_is_certain_does_not_scatter(solver):
    found = solve(made("everything", 60, 0).system, CHARACTERISATION, solver)
    drawn = monte_carlo(found, CLIMATE, seed=1, tolerance=1e-9).batch(2)
    nominal = found.intensities[:, [0]]
    gross = np.abs(drawn).max()
    assert np.abs(drawn - nominal).max() <= 1e-12 * gross


LAW = {"GSD": 0.25, "samples": 2000}


def two_products(common=True):
    """A loop of power and steel, and two things made of steel that share its draws, or not."""
    row = [0, 1, 1, 0, 2, 1, 3, 1]
    column = [0, 1, 0, 1, 2, 2, 3, 3]
    amount = [1.0, 1.0, -0.05, -0.4, 1.0, -2.0, 1.0, -2.1]
    spread = np.array([0, 0, 1, 1, 0, 0.1, 0, 0.1]) * LAW["GSD"]
    emissions = Exchanges.of([0, 0], [0, 1], [0.8, 1.9], Scatters.lognormal([0.3, 0.2]))
    names = ["power", "steel", "beam", "plate"]
    if not common:
        names = [f"other {name}" for name in names]
    table = Exchanges.of(row, column, amount, Scatters.lognormal(spread))
    return system(names, ["CO2"], table, emissions)


WARMING = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])


@pytest.mark.parametrize("solver", Solver)
def test_samples_have_the_law_of_an_independent_sampler(solver):
    found = monte_carlo(solve(two_products(), WARMING, solver), np.ones(1), seed=4)
    rng = np.random.default_rng(1)
    count = LAW["samples"]

    def lognormal(median, spread):
        return median * np.exp(spread * rng.standard_normal(count))

    own = lognormal(0.8, 0.3), lognormal(1.9, 0.2)
    steel_for_power, power_for_steel = lognormal(0.05, 0.25), lognormal(0.4, 0.25)
    power = (own[0] + steel_for_power * own[1]) / (1 - steel_for_power * power_for_steel)
    steel = own[1] + power_for_steel * power
    beam, plate = lognormal(2.0, 0.025) * steel, lognormal(2.1, 0.025) * steel
    ours = dict(zip(sorted(["power", "steel", "beam", "plate"]), found.run(count), strict=True))
    for name, theirs in (("power", power), ("steel", steel), ("beam", beam), ("plate", plate)):
        assert ks_2samp(ours[name], theirs).pvalue > 1e-3
    apart, theirs_apart = ours["plate"] - ours["beam"], plate - beam
    assert ks_2samp(apart, theirs_apart).pvalue > 1e-3


def test_comparisons_are_paired():
    found = monte_carlo(solve(two_products(), WARMING), np.ones(1), seed=4).run(992)
    beam, plate, _, _ = found
    assert np.std(plate - beam) < 0.3 * np.std(beam)
    assert (plate > beam).mean() > 0.8
    other = monte_carlo(solve(two_products(common=False), WARMING), np.ones(1), seed=4).run(992)
    assert abs(np.corrcoef(beam, other[0])[0, 1]) < 0.15


def test_a_shared_exchange_keeps_its_draws_beside_others():
    small = monte_carlo(solve(two_products(), WARMING), np.ones(1), seed=4, tolerance=1e-9)
    table, flows = two_products().technosphere, two_products().interventions
    grown = system(
        [*two_products().processes, "a screw"],
        ["CO2"],
        table.followed_by(Exchanges.of([4, 3], [4, 4], [1.0, -0.1])),
        flows,
    )
    large = monte_carlo(solve(grown, WARMING), np.ones(1), seed=4, tolerance=1e-9)
    assert large.batch(3)[1:] == pytest.approx(small.batch(3), rel=1e-9)


def self_user(spread, solver, used=0.5):
    """One process that uses some of what it makes."""
    scatter = Scatters.lognormal([spread, spread])
    own = Exchanges.of([0, 0], [0, 0], [1.0, -used], scatter)
    return solve(system(["mill"], ["CO2"], own, Exchanges.of([0], [0], [1.0])), WARMING, solver)


@pytest.mark.parametrize("solver", Solver)
def test_what_a_process_makes_and_uses_of_it_scatter_apart(solver):
    found = self_user(0.1, solver)
    drawn = monte_carlo(found, np.ones(1), seed=2, tolerance=1e-9).batch(0)
    caused, gross = sampled(found.system.keyed(), np.ones(1), 2, 0)
    assert furthest(drawn, caused, gross) <= 1e-12
    assert np.std(drawn) > 0


@pytest.mark.parametrize("solver", Solver)
def test_a_sample_in_which_a_process_makes_nothing_is_drawn_again(solver):
    found = monte_carlo(self_user(0.6, solver, used=0.8), np.ones(1), seed=2)
    drawn = found.run(64)
    assert 0 < len(found.redrawn) < 64
    assert (drawn > 0).all()


def loop(gain, scatter, solver):
    """Two processes that buy from each other, with the gain of once around."""
    part = np.sqrt(gain)
    table = Exchanges.of([0, 1, 1, 0], [0, 1, 0, 1], [1.0, 1.0, -part, -part], scatter)
    emissions = Exchanges.of([0, 0], [0, 1], [1.0, 2.0])
    return solve(system(["a", "b"], ["CO2"], table, emissions), WARMING, solver)


def only(shape, low, high):
    """Two certain exchanges, then two of a shape between limits."""
    shapes = np.array([0, 0, shape, shape], np.uint8)
    limits = [np.array([1.0, 1.0, end, end]) for end in (low, high)]
    return Scatters(shapes, np.zeros(4), *limits, np.zeros(0))


def wide(solver):
    """A loop that uses up what it makes in one sample of seven."""
    found = loop(0.5, only(Shape.UNIFORM, 0.5, 1.8), solver)
    return monte_carlo(found, np.ones(1), seed=2, tolerance=1e-9)


@pytest.mark.parametrize("solver", Solver)
def test_a_sample_whose_loop_uses_up_what_it_makes_is_drawn_again(solver):
    found = wide(solver)
    with np.errstate(all="raise"):
        drawn = found.run(320)
    assert 0 < len(found.redrawn) < 100
    assert (drawn > 0).all()
    whole = np.hstack([wide(solver).batch(number) for number in reversed(range(20))][::-1])
    assert np.array_equal(whole.astype(np.float32), drawn)
    first, again = (wide(kind) for kind in Solver)
    assert first.run(320) == pytest.approx(again.run(320), rel=1e-6)
    assert first.redrawn == again.redrawn == found.redrawn


def test_samples_that_are_drawn_again_are_of_the_loops_that_run():
    """Once around takes 0.5 · u · v of uniform u, v, kept where that is below 1."""
    rng = np.random.default_rng(0)
    u, v = rng.uniform(0.5, 1.8, (2, 20_000))
    part = np.sqrt(0.5)
    gain = 0.5 * u * v
    expected = ((1 + 2 * part * u) / (1 - gain))[gain < 1]
    drawn = wide(Solver.STRUCTURE).run(2_000)[0]
    assert ks_2samp(drawn, expected).pvalue > 0.01


@pytest.mark.parametrize("solver", Solver)
def test_a_loop_that_hardly_ever_runs_is_refused(solver, monkeypatch):
    monkeypatch.setattr("tanyuan.lca.monte_carlo._ATTEMPTS", 1)
    with pytest.raises(SingularSystemError) as caught:
        wide(solver).run(320)
    assert set(caught.value.rows) == {0, 1}


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
def test_a_sample_far_from_the_nominal_system_is_factorised(tolerance):
    # gain 0.9 nominally, 0.9 · 0.6² at least: the nominal core then overshoots and the iteration
    # would run away
    found = loop(0.9, only(Shape.UNIFORM, 0.4, 1.0), Solver.STRUCTURE)
    drawn = monte_carlo(found, np.ones(1), seed=3, tolerance=tolerance)
    room = drawn._room()
    for batch in (0, 1):
        caused, gross = sampled(found.system.keyed(), np.ones(1), 3, batch)
        assert furthest(drawn._batch(batch, room), caused, gross) <= tolerance + SINGLE
    assert not drawn._settle(room).all()


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
def test_emissions_and_uptakes_that_cancel_still_settle(tolerance):
    """Carbon of a harvest and of its burning: nothing is left of them, and no product waits."""
    table = Exchanges.of(
        [0, 1, 0, 1], [0, 1, 1, 0], [1.0, 1.0, -1.0, -0.3], Scatters.lognormal([0, 0, 0, 0.2])
    )
    emissions = Exchanges.of([0, 0, 0], [0, 0, 1], [-1.0, 1.0 + 1e-8, 1e-9])
    found = solve(system(["tree", "wood"], ["CO2"], table, emissions), WARMING)
    drawn = monte_carlo(found, np.ones(1), seed=3, tolerance=tolerance)
    caused, gross = sampled(found.system.keyed(), np.ones(1), 3, 0)
    room = drawn._room()
    assert furthest(drawn._batch(0, room), caused, gross) <= tolerance + SINGLE
    assert drawn._settle(room).all()


@pytest.mark.parametrize("kind", ["acyclic", "empty"])
def test_without_feedback_nothing_is_iterated(kind, monkeypatch):
    monkeypatch.setattr(StructuredMonteCarlo, "_settle", None)
    case = (kind, 90, 0)
    assert furthest(model(case, tolerance=1e-9).batch(BATCH), *expected(*case)) <= 1e-12


def test_twins_that_cancel_nominally_do_not_in_samples():
    """What is taken and spared alike counts nothing, but its draws are two."""
    scatter = Scatters.lognormal([0, 0, 0, 0.3, 0.3])
    table = Exchanges.of([0, 1, 0, 1, 1], [0, 1, 1, 0, 0], [1, 1, -0.2, -0.5, 0.5], scatter)
    emissions = Exchanges.of([0, 0], [0, 1], [1.0, 3.0])
    avoided = np.array([False] * 4 + [True])
    given = system(["a", "b"], ["CO2"], table, emissions, avoided=avoided)
    found = monte_carlo(solve(given, WARMING), np.ones(1), seed=6, tolerance=1e-9)
    caused, gross = sampled(given.keyed(), np.ones(1), 6, 0)
    drawn = found.batch(0)
    assert furthest(drawn, caused, gross) <= 1e-9
    assert np.std(drawn[0]) > 0.1
