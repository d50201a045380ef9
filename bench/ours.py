"""Our side: one set of jobs in one process, so that its peak memory is its own.

python -m bench.ours SET THREADS BACKGROUND
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse import block_array, csc_array
from scipy.sparse.linalg import splu

from bench.clock import clock, peak_megabytes, tell
from bench.generator import COLUMNS, Background, Exchanges, load, make
from bench.questions import CUT_OFF, FOREGROUND, LAW_PRODUCTS, SAMPLES, Questions, questions
from tanyuan.lca.background import freeze
from tanyuan.lca.contribution import tree as contribution_tree
from tanyuan.lca.draws import counters, draw_ratios
from tanyuan.lca.exchanges import Exchanges as Table
from tanyuan.lca.exchanges import Scatters, Shape, exchange_keys
from tanyuan.lca.linked import Linked
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.solve import Solved, solve
from tanyuan.lca.storage import read_system, write_system
from tanyuan.lca.system import Characterisation, System, system
from tanyuan.lca.what_if import Change, WhatIf

THREADS = int(sys.argv[2]) if len(sys.argv) > 2 else 1
WHOLE = np.ones(1)  # the weight of the one column, kg CO2e
SEED = 42


@cache
def ids(prefix: str, count: int) -> list[str]:
    """Ids that sort as their numbers do; of the given data, so they are made once."""
    return [f"{prefix}{number:07d}" for number in range(count)]


def table(entries: Exchanges) -> Table:
    """The engine's arrays of the background's, which are handed over."""
    row, column, amount, sigma = entries
    none = np.zeros(0)
    shape = np.where(sigma > 0, np.uint8(Shape.LOGNORMAL), np.uint8(Shape.CERTAIN))
    scatter = Scatters(shape, sigma, none, none, none)
    return Table(row, column, amount, scatter, none.view("u8"))


def built(background: Background) -> System:
    """The system from plain arrays, checked."""
    n = background.processes
    return system(
        ids("p", n),
        ids("f", background.flows),
        table(background.technosphere),
        table(background.interventions),
        waste=background.technosphere.amount[:n] < 0,
    )


def climate(background: Background) -> Characterisation:
    """One column: kg CO2e."""
    factors = background.climate_factors()
    flow = np.flatnonzero(factors)
    flows = ids("f", background.flows)
    return Characterisation.of(["climate"], flows, flow, np.zeros_like(flow), factors[flow])


def by_gas_and_kind(background: Background) -> Characterisation:
    """A column for each gas and kind: kg of it."""
    flow = np.flatnonzero(background.flow_column >= 0)
    column, factor = background.flow_column[flow], background.flow_factor[flow]
    return Characterisation.of(list(COLUMNS), ids("f", background.flows), flow, column, factor)


def solved(background: Background) -> Solved:
    """From plain arrays to all products' scores."""
    return solve(built(background), climate(background))


def static(background: Background, asked: Questions) -> None:
    """First score, all products, next product."""
    ids("p", background.processes), ids("f", background.flows)
    seconds, found = clock(lambda: solved(background))
    tell("first score", seconds, score=found.intensities[asked.probe, 0])
    seconds, _ = clock(lambda: found.factorised.solve_transposed(found.direct), times=9)
    tell("all, warm", seconds)

    def score(product: str) -> float:
        supply = found.supply({product: 1.0})
        found.inventory_by_process(supply)
        return float(found.direct[:, 0] @ supply)

    score(found.system.processes[asked.probe])  # also puts the interventions together
    todo = iter([found.system.processes[product] for product in asked.products])
    scores: list[float] = []
    seconds, _ = clock(lambda: scores.append(score(next(todo))), times=len(asked.products))
    tell("next product", seconds, scores=scores)
    tell("peak, static", {}, megabytes=peak_megabytes())
    seconds, _ = clock(lambda: solve(built(background), by_gas_and_kind(background)))
    tell("by gas and kind", seconds)


def sample(background: Background, asked: Questions) -> None:
    """One Monte Carlo sample of the whole database, of all products."""
    del asked
    model = monte_carlo(solved(background), WHOLE, seed=SEED)
    model.run(16 * THREADS, THREADS)
    samples = 128
    seconds, _ = clock(lambda: model.run(samples, THREADS))
    tell("one sample", {key: value / samples for key, value in seconds.items()})
    tell("peak, Monte Carlo", {}, megabytes=peak_megabytes())


def tree(background: Background, asked: Questions) -> None:
    """The contribution tree of the probe."""
    found = solved(background)
    root = found.system.processes[asked.probe]
    work = lambda: contribution_tree(found, WHOLE, root, cutoff=CUT_OFF)  # noqa: E731
    seconds, branches = clock(work)
    scores = sorted(branches.total.tolist(), key=abs)
    tell("tree", seconds, nodes=len(branches), scores=scores)
    seconds, _ = clock(work, times=9)
    tell("tree, again", seconds)


def replacement(background: Background, asked: Questions, factors: np.ndarray) -> Change:
    """How the replaced process differs from what it was."""
    inputs, emissions, place = asked.replaced_inputs, asked.replaced_emissions, asked.replaced
    was, emitted = background.technosphere, background.interventions
    before = was.amount[(was.column == place) & (was.row != place)]
    released = factors[emissions.row] @ emissions.amount
    released -= factors[emissions.row] @ emitted.amount[emitted.column == place]
    return Change(place, inputs.row, inputs.amount - before, np.array([released]))


def new_product(asked: Questions, factors: np.ndarray) -> Linked:
    """The foreground over the background, from plain arrays."""
    row, column, amount, sigma = asked.emitted
    caused = Exchanges(np.zeros_like(row), column, amount * factors[row], sigma)
    return Linked(table(asked.inner), table(asked.bought), table(caused))


def assembled(product: Linked) -> Linked:
    """The same with its matrix in order, which is made once."""
    _ = product.right, product.bought
    return product


def keyed(product: Linked, background: Background) -> Linked:
    """The same with keys for its draws."""
    own, products = ids("n", FOREGROUND), ids("p", background.processes)

    def with_keys(found: Table, rows: Sequence[str]) -> Table:
        return replace(found, key=exchange_keys(rows, own, found.row, found.column))

    return Linked(
        with_keys(product.inner, own),
        with_keys(product.outer, products),
        with_keys(product.direct, ["climate"]),
    )


def changes(background: Background, asked: Questions) -> None:
    """A replaced process, and a new product with its Monte Carlo."""
    found = solved(background)
    factors = background.climate_factors()
    change = replacement(background, asked, factors)
    seconds, after = clock(lambda: WhatIf(found).changed([change]).intensities, times=9)
    tell("replace", seconds, score=after[asked.probe, 0])
    known = WhatIf(found)
    known.changed([change])
    seconds, _ = clock(lambda: known.changed([change]).intensities, times=9, inner=20)
    tell("replace, again", seconds)
    seconds, product = clock(lambda: assembled(new_product(asked, factors)), times=9, inner=20)
    tell("new product, tables", seconds)
    product = assembled(keyed(product, background))
    frozen = freeze(found)
    seconds, caused = clock(lambda: product.intensities(frozen), times=9, inner=20)
    tell("new product", seconds, score=caused[0, 0])
    frozen = freeze(found, WHOLE, samples=SAMPLES, seed=SEED, workers=THREADS)
    seconds, _ = clock(lambda: product.sampled(frozen, SEED, SAMPLES), times=5)
    tell("new product, samples", seconds)


def storage(background: Background, asked: Questions) -> None:
    """Every exchange into a file, and the file opened."""
    del asked
    given = built(background)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "background"
        seconds, _ = clock(lambda: write_system(given, file))
        tell("storage", seconds, megabytes=file.stat().st_size / 1e6)
        seconds, _ = clock(lambda: read_system(file), times=5)
        tell("opening", seconds)


def law(background: Background, asked: Questions) -> None:
    """Scores of several products in our samples."""
    products = asked.products[:LAW_PRODUCTS]
    model = monte_carlo(solved(background), WHOLE, seed=SEED)
    drawn = model.run(int(os.environ["LAW_SAMPLES"]))[products].T
    tell("law", {}, products=products.tolist(), drawn=drawn.tolist())


def errors(background: Background, asked: Questions) -> None:
    """Held against SuperLU, with the same draws where there are draws."""
    found = solved(background)
    given, own = found.system, found.direct[:, 0]
    referee = splu(found.matrix.T.tocsc())
    tell_error("intensities of all products", found.intensities[:, 0], referee.solve(own))
    demand = np.zeros(given.size)
    demand[asked.probe] = 1.0
    runs, right = found.factorised.solve(demand), referee.solve(demand, trans="T")
    # Each entry to its last digits
    right += referee.solve(demand - found.matrix @ right, trans="T")
    tell_error("how often each process runs", runs, right)
    score = right * own
    tell_error("a product's score, process by process", runs * own, score, abs(score.sum()))

    change = replacement(background, asked, background.climate_factors())
    matrix, right = found.matrix.tolil(copy=True), own.copy()
    for row, amount in zip(change.rows, change.amounts, strict=True):
        matrix[row, change.process] += amount
    right[change.process] += change.direct[0]
    after = WhatIf(found).changed([change]).intensities[:, 0]
    tell_error("all products, one process replaced", after, splu(matrix.T.tocsc()).solve(right))

    product, frozen = new_product(asked, background.climate_factors()), freeze(found)
    shape = (given.size, FOREGROUND)
    bought = csc_array((product.outer.amount, (product.outer.row, product.outer.column)), shape)
    inner = csc_array((product.inner.amount, (product.inner.row, product.inner.column)))
    bordered = block_array([[found.matrix, bought], [None, inner]], format="csc")
    caused = np.bincount(product.direct.column, product.direct.amount, FOREGROUND)
    right = splu(bordered.T.tocsc()).solve(np.concatenate([own, caused]))[given.size :]
    tell_error("a new product's processes", product.intensities(frozen)[:, 0], right)

    drawn = in_sample(found, background.climate_factors())
    order = found.factorised.layout.order
    for tolerance in (1e-6, 1e-9):
        model = monte_carlo(found, WHOLE, seed=SEED, tolerance=tolerance)
        what, sample = f"a sample, all products, tolerance {tolerance:g}", model.batch(0)[:, 0]
        tell_error(what, sample, drawn)
        gross = (model.gross[:, 0] * model.factorised.layout.weight)[order.position]
        tell_error(f"{what}, of what goes in (credits positive)", sample, drawn, gross)


def in_sample(found: Solved, weights: np.ndarray) -> np.ndarray:
    """Intensities in the first sample, drawn and solved apart from the compiled loops."""
    given = found.system.keyed()
    inner, outer = (
        replace(
            part, amount=part.amount * draw_ratios(part.scatter, counters(part.key, SEED), 0)[:, 0]
        )
        for part in (given.technosphere, given.interventions)
    )
    drawn = replace(given, technosphere=inner, interventions=outer)
    return np.asarray(splu(drawn.matrix().T.tocsc()).solve(drawn.intervention_matrix().T @ weights))


def tell_error(
    what: str, found: np.ndarray, right: np.ndarray, scale: np.ndarray | float | None = None
) -> None:
    """Errors relative to each entry, or to a scale.

    Where nothing is found, and the other has no more than the rounding of its largest entry,
    nothing is said.
    """
    some = (right != 0) & ((found != 0) | (np.abs(right) > 1e-12 * np.abs(right).max()))
    size = np.abs(right) if scale is None else np.broadcast_to(scale, right.shape)
    apart = np.abs(found - right)[some] / size[some]
    tell("error", {}, what=what, error=float(apart.max()), median=float(np.median(apart)))


SETS: dict[str, Callable[[Background, Questions], None]] = {
    "static": static,
    "sample": sample,
    "tree": tree,
    "changes": changes,
    "storage": storage,
    "law": law,
    "errors": errors,
}


def main() -> None:
    """Compile on a small background, then measure."""
    chosen, _, file = sys.argv[1:4]
    small = make(1000)
    with contextlib.redirect_stdout(io.StringIO()):
        SETS[chosen](small, questions(small))
    background = load(Path(file))
    SETS[chosen](background, questions(background))


if __name__ == "__main__":
    main()
