"""Derivatives of a total against finite differences, and its deviation against samples."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tanyuan.lca.allocation import partition
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.inventory import Inventory
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.sensitivity import (
    first_order_deviation,
    relative_deviations,
    sensitivities,
)
from tanyuan.lca.solve import solve
from tanyuan.lca.solver import Solver
from tanyuan.lca.system import Characterisation, system
from tests.lca.made_systems import CHARACTERISATION, KINDS, made

CLIMATE = np.array([1.0, 0.3])
WARMING = Characterisation.of(["CO2"], ["CO2"], [0], [0], [1.0])


@cache
def given(kind):
    found = solve(made(kind, 25, 2).system, CHARACTERISATION, Solver.SUPERLU)
    causing = np.argsort(-np.abs(found.intensities @ CLIMATE), kind="stable")
    demand = {found.system.processes[causing[0]]: 2.0, found.system.processes[causing[3]]: -0.5}
    return found, demand, sensitivities(found, CLIMATE, demand)


def total_with(found, demand, table, exchange, amount):
    """The total where one exchange has another amount."""
    amounts = getattr(found.system, table).amount.copy()
    amounts[exchange] = amount
    changed = replace(getattr(found.system, table), amount=amounts)
    again = solve(replace(found.system, **{table: changed}), CHARACTERISATION, Solver.SUPERLU)
    return again.total(demand) @ CLIMATE


@pytest.mark.parametrize("table", ["technosphere", "interventions"])
@pytest.mark.parametrize("kind", KINDS)
def test_derivatives_are_those_of_finite_differences(kind, table):
    found, demand, slopes = given(kind)
    exchanges, derivative = getattr(found.system, table), getattr(slopes, table)
    relative = slopes.inputs if table == "technosphere" else slopes.emissions
    gross = np.abs(relative).max(initial=0)
    for exchange in np.argsort(-np.abs(relative), kind="stable")[:6].tolist():
        amount = exchanges.amount[exchange]
        step = 1e-5 * amount
        more, less = (
            total_with(found, demand, table, exchange, amount + change) for change in (step, -step)
        )
        assert derivative[exchange] * amount == pytest.approx(
            (more - less) / (2 * step) * amount, rel=1e-5, abs=1e-6 * gross * abs(slopes.total)
        )
        assert relative[exchange] == pytest.approx(derivative[exchange] * amount / slopes.total)


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_of_all_exchanges_together_leave_the_total(kind):
    """Twice of every exchange of a process is the same process: its derivatives add up to none."""
    found, demand, slopes = given(kind)
    assert slopes.total == pytest.approx(found.total(demand) @ CLIMATE)
    of = found.system
    by_process = np.zeros(of.size)
    np.add.at(by_process, of.technosphere.column, slopes.inputs)
    np.add.at(by_process, of.interventions.column, slopes.emissions)
    assert np.abs(by_process).max() <= 1e-10 * max(np.abs(slopes.inputs).max(), 1)
    assert slopes.emissions.sum() == pytest.approx(1)  # twice all emissions is twice the total


def test_the_derivatives_by_factors_are_the_inventory():
    found, demand, slopes = given("everything")
    assert slopes.flows == pytest.approx(found.inventory(demand))


@pytest.mark.parametrize("solver", Solver)
def test_the_inventory_by_process_adds_up_to_what_each_process_causes(solver):
    given_before, demand, _ = given("everything")
    found = solve(given_before.system, given_before.characterisation, solver)
    each = found.inventory_by_process(found.supply(demand))
    with pytest.raises(ValueError, match="supply"):
        found.inventory_by_process(found.supply(demand)[:-1])
    assert each.sum(axis=1) == pytest.approx(found.inventory(demand))
    factors = found.characterisation.matrix(found.system.flows).toarray()
    by_process = found.direct * found.supply(demand)[:, None]
    assert each.T @ factors == pytest.approx(by_process)
    assert by_process.sum(axis=0) == pytest.approx(found.total(demand))


def test_a_parameter_acts_through_its_exchanges():
    """Transport by distance: diesel taken and dust emitted both grow with it."""

    def solved(distance):
        row, column = [0, 1, 1], [0, 1, 0]
        table = Exchanges.of(row, column, [1.0, 1.0, -0.02 * distance**2])
        emissions = Exchanges.of([0, 0], [0, 1], [0.3 * distance, 3.2])
        return solve(system(["cart", "diesel"], ["CO2"], table, emissions), WARMING)

    found = solved(100.0)
    slopes = sensitivities(found, np.ones(1), {"cart": 1.0})
    table = found.system.technosphere
    carried = (table.row == 1) & (table.column == 0)
    by_distance = slopes.parameter(
        np.where(carried, -0.02 * 200.0, 0.0),
        np.where(found.system.interventions.column == 0, 0.3, 0.0),
    )
    assert by_distance == pytest.approx(0.3 + 0.04 * 100 * 3.2)
    more, less = (solved(100.0 + step).total({"cart": 1.0})[0] for step in (0.01, -0.01))
    assert by_distance == pytest.approx((more - less) / 0.02, rel=1e-8)


def test_of_a_total_of_nothing_there_are_no_relative_ones():
    table = Exchanges.of([0], [0], [1.0])
    found = solve(system(["a"], ["CO2"], table, Exchanges.of([0], [0], [0.0])), WARMING)
    slopes = sensitivities(found, np.ones(1), {"a": 1.0})
    assert slopes.total == 0
    assert np.isnan(slopes.inputs).all()
    assert slopes.interventions.tolist() == [1]


@pytest.mark.parametrize("kind", ["acyclic", "nested", "waste", "avoided", "self", "twins"])
def test_small_spreads_give_the_deviation_of_samples(kind):
    full = made(kind, 25, 2, scattered=True).system.keyed()
    small = {}
    for name in ("technosphere", "interventions"):
        table = getattr(full, name)
        scatter = table.scatter
        limited = np.isin(scatter.shape, (Shape.TRIANGULAR, Shape.UNIFORM))
        low, high = (
            np.where(limited, 1 + (end - 1) / 5, end) for end in (scatter.low, scatter.high)
        )
        values = 1 + (scatter.values - scatter.values.mean()) / 5
        shrunk = Scatters(scatter.shape, scatter.spread / 5, low, high, values)
        small[name] = replace(table, scatter=shrunk)
    found = solve(replace(full, **small), CHARACTERISATION)
    product = int(np.abs(found.intensities @ CLIMATE).argmax())
    slopes = sensitivities(found, CLIMATE, {found.system.processes[product]: 1.0})
    drawn = monte_carlo(found, CLIMATE, seed=3, tolerance=1e-9).run(3008)[product]
    # 4 standard errors of a deviation from 3,008 samples are 5 %
    assert first_order_deviation(found, slopes) == pytest.approx(drawn.std(), rel=0.06)


@pytest.mark.parametrize(
    ("shape", "spread", "low", "high", "deviation"),
    [
        (Shape.CERTAIN, 0.3, 0.0, 0.0, 0.0),
        (Shape.LOGNORMAL, 0.3, 0.0, 0.0, 0.3),
        (Shape.NORMAL, 0.2, 0.0, 0.0, 0.2),
        (Shape.UNIFORM, 9.0, 0.4, 1.6, 1.2 / np.sqrt(12)),
        (Shape.TRIANGULAR, 9.0, 0.5, 1.5, 0.5 / np.sqrt(6)),
        (Shape.EMPIRICAL, 9.0, 1.0, 2.0, 0.5),
    ],
)
def test_the_deviation_of_each_shape(shape, spread, low, high, deviation):
    values = np.array([7.0, 0.5, 1.5])
    one = Scatters(
        np.array([shape], np.uint8), np.array([spread]), np.array([low]), np.array([high]), values
    )
    assert relative_deviations(one) == pytest.approx([deviation])


def test_without_limits_there_are_deviations_as_well():
    assert relative_deviations(Scatters.lognormal([0.0, 0.2])).tolist() == [0, 0.2]


def test_the_parts_of_one_exchange_scatter_together():
    """A cow's feed is charged to milk and meat; whoever takes both takes the whole of it."""
    scatter = Scatters.lognormal([0.05])
    inventory = Inventory(
        ("farm", "meal", "mill"),
        ("milk", "meat", "dinner", "feed"),
        ("CO2",),
        Exchanges.of([0, 1, 2, 3], [0, 0, 1, 2], [1.0, 1.0, 1.0, 1.0]),
        Exchanges.of([3], [0], [-4.0], scatter).followed_by(
            Exchanges.of([0, 1], [1, 1], [-1.0, -1.0])
        ),
        Exchanges.of([0], [2], [2.0]),
        np.zeros(4, bool),
        np.zeros(3, bool),
    )
    found = solve(partition(inventory, [0.5, 0.5, 1, 1]).system(), WARMING)
    slopes = sensitivities(found, np.ones(1), {"meal": 1.0})
    assert slopes.total == pytest.approx(8)
    assert first_order_deviation(found, slopes) == pytest.approx(8 * 0.05)
    drawn = monte_carlo(found, np.ones(1), seed=1).run(3008)[found.position("meal")]
    assert drawn.std() == pytest.approx(8 * 0.05, rel=0.06)
