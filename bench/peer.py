"""Brightway's side: one set of jobs in one process, so that its peak memory is its own.

    python -m bench.peer SET SOLVER BACKGROUND

Runs in an environment of its own (requirements/bench-peer.txt). `SOLVER` is `pardiso` or `superlu`:
bw2calc takes MKL's PARDISO where pypardiso is installed, else SuperLU.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bench.clock import clock, peak_megabytes, tell
from bench.generator import Background, Exchanges, load, make
from bench.questions import CUT_OFF, FOREGROUND, LAW_PRODUCTS, Questions, questions

if len(sys.argv) > 2 and sys.argv[2] == "superlu":
    sys.modules["pypardiso"] = None  # type: ignore[assignment]
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import bw2calc as bc  # noqa: E402 - only now is the solver chosen
import bw_processing as bwp  # noqa: E402

FLOWS = 10_000_000  # numbers of flows start here; processes and products share theirs
SAMPLE_RUNS = 8
PACKAGES = ["bw2calc", "bw2data", "bw_processing", "bw_graph_tools", "pypardiso", "mkl"]
PACKAGES += ["numpy", "scipy"]


def resource(
    matrix: str, entries: Exchanges, rows: int, columns: int, production: int, scatter: bool
) -> dict[str, Any]:
    """One group of a datapackage. The first `production` entries are reference products."""
    row, column, amount, sigma = entries
    indices = np.zeros(len(row), dtype=bwp.INDICES_DTYPE)
    indices["row"], indices["col"] = row + rows, column + columns
    found: dict[str, Any] = {"matrix": matrix, "indices_array": indices, "data_array": amount}
    if matrix == "technosphere_matrix":
        flip = np.arange(len(row)) >= production
        found["data_array"] = np.where(flip, -amount, amount)
        found["flip_array"], found["reference_array"] = flip, ~flip
    if scatter:
        found["distributions_array"] = distributions(found["data_array"], sigma)
    return found


def distributions(amount: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Lognormal about the median where uncertain, else no uncertainty, in stats_arrays' columns."""
    found = np.zeros(len(amount), dtype=bwp.UNCERTAINTY_DTYPE)
    uncertain = sigma > 0
    found["uncertainty_type"] = np.where(uncertain, 2, 1)
    found["loc"] = np.where(uncertain, np.log(np.abs(amount)), amount)
    found["scale"] = np.where(uncertain, sigma, np.nan)
    for name in ("shape", "minimum", "maximum"):
        found[name] = np.nan
    found["negative"] = uncertain & (amount < 0)
    return found


def package(name: str, *resources: dict[str, Any]) -> Any:
    """A datapackage in memory."""
    found = bwp.create_datapackage(name=name, metadata={"database_dependencies": []})
    for number, each in enumerate(resources):
        found.add_persistent_vector(name=f"{name}_{number}", **each)
    return found


def packages(background: Background, scatter: bool) -> list[Any]:
    """The background and its climate factors as Brightway takes them."""
    n = background.processes
    factors = background.climate_factors()
    flow = np.flatnonzero(factors)
    indices = np.zeros(len(flow), dtype=bwp.INDICES_DTYPE)
    indices["row"] = flow + FLOWS
    method = bwp.create_datapackage(name="gwp")
    method.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=indices,
        data_array=factors[flow],
        identifier=["gwp"],
    )
    return [
        package(
            "background",
            resource("technosphere_matrix", background.technosphere, 0, 0, n, scatter),
            resource("biosphere_matrix", background.interventions, FLOWS, 0, 0, scatter),
        ),
        method,
    ]


def new_product(background: Background, asked: Questions, scatter: bool) -> Any:
    """The foreground as a datapackage that stands beside the background's."""
    n = background.processes
    return package(
        "foreground",
        resource("technosphere_matrix", asked.inner, n, n, FOREGROUND, scatter),
        resource("technosphere_matrix", asked.bought, 0, n, 0, scatter),
        resource("biosphere_matrix", asked.emitted, FLOWS, n, 0, scatter),
    )


def replacement(asked: Questions) -> Any:
    """The replaced process's exchanges; a later datapackage wins over an earlier one."""
    return package(
        "replaced",
        resource("technosphere_matrix", asked.replaced_inputs, 0, 0, 0, scatter=False),
        resource("biosphere_matrix", asked.replaced_emissions, FLOWS, 0, 0, scatter=False),
    )


def scored(demand: dict[int, float], data: list[Any]) -> Any:
    """A calculation that has its score, and its factors for the next one."""
    lca = bc.LCA(demand, data_objs=data)
    lca.lci(factorize=True)
    lca.lcia()
    return lca


def static(background: Background, asked: Questions) -> None:
    """First score, next product, all products."""

    def first() -> tuple[list[Any], Any]:
        data = packages(background, scatter=False)
        return data, scored({asked.probe: 1.0}, data)

    seconds, (data, lca) = clock(first)
    tell("first score", seconds, score=lca.score)

    def score(product: int) -> float:
        lca.lci(demand={product: 1.0})
        lca.lcia()
        return float(lca.score)

    todo = iter(asked.products.tolist())
    scores = []
    seconds, _ = clock(lambda: scores.append(score(next(todo))), times=len(asked.products))
    tell("next product", seconds, scores=scores)
    tell("peak, static", {}, megabytes=peak_megabytes())
    if not bc.PYPARDISO:
        return
    everything = {str(j): {j: 1.0} for j in range(background.processes)}
    seconds, many = clock(lambda: fast(everything, data, "adjoint").calculate())
    tell("all, adjoint class", seconds, score=float(many.values[0, asked.probe]))
    n = background.processes
    counts = 50, max(250, min(n, 5_000_000 // n))  # of short calculations more, for noise
    few, more = (dict(list(everything.items())[:count]) for count in counts)
    short, _ = clock(lambda: fast(few, data, "forward").calculate())
    long, _ = clock(lambda: fast(more, data, "forward").calculate())
    each = {key: (long[key] - short[key]) / (counts[1] - counts[0]) for key in short}
    tell("one of many", each)


def fast(demands: dict[str, dict[int, float]], data: list[Any], direction: str) -> Any:
    """The class for many demands."""
    how = {"impact_categories": [("gwp",)]}
    return bc.FastScoresOnlyMultiLCA(
        demands=demands, method_config=how, data_objs=data, direction=direction
    )


def sample(background: Background, asked: Questions) -> None:
    """One Monte Carlo sample of the whole database, by the direct class and the iterative one."""
    _sample(bc.LCA, background, asked)


def sample_iterative(background: Background, asked: Questions) -> None:
    """The same by the iterative class."""
    _sample(bc.IterativeLCA, background, asked)


def _sample(kind: Any, background: Background, asked: Questions) -> None:
    data = packages(background, scatter=True)
    lca = kind({asked.probe: 1.0}, data_objs=data, use_distributions=True, seed_override=42)
    lca.lci()
    lca.lcia()
    next(lca)
    seconds, _ = clock(lambda: next(lca), times=SAMPLE_RUNS)
    tell("one sample", seconds)
    tell("peak, Monte Carlo", {}, megabytes=peak_megabytes())


def tree(background: Background, asked: Questions) -> None:
    """The contribution tree of the probe."""
    from bw_graph_tools import NewNodeEachVisitGraphTraversal as Traversal  # noqa: PLC0415
    from bw_graph_tools.graph_traversal.settings import (  # noqa: PLC0415
        GraphTraversalSettings,
    )

    data = packages(background, scatter=False)
    lca = scored({asked.probe: 1.0}, data)
    settings = GraphTraversalSettings(cutoff=CUT_OFF, max_calc=10_000)
    graph = Traversal(lca, settings)
    seconds, _ = clock(graph.traverse)
    nodes = [node for number, node in graph.nodes.items() if number >= 0]  # −1 is the demand itself
    scores = sorted((float(node.cumulative_score) for node in nodes), key=abs)
    tell("tree", seconds, nodes=len(scores), scores=scores)


def changes(background: Background, asked: Questions) -> None:
    """A replaced process and a new product, as datapackages beside the background's."""
    data = packages(background, scatter=False)
    scored({asked.probe: 1.0}, data)
    seconds, lca = clock(lambda: scored({asked.probe: 1.0}, [*data, replacement(asked)]))
    tell("replace", seconds, score=lca.score)
    product = {background.processes: 1.0}
    seconds, lca = clock(lambda: scored(product, [*data, new_product(background, asked, False)]))
    tell("new product", seconds, score=lca.score)
    _by_hand(background, asked, data)


def _by_hand(background: Background, asked: Questions, data: list[Any]) -> None:
    """What someone who works on Brightway's matrices directly can have; a note, not a row."""
    for kind in (bc.LCA, bc.IterativeLCA):
        lca = kind({asked.probe: 1.0}, data_objs=data)
        lca.lci()
        lca.lcia()
        product, process = lca.dicts.product, lca.dicts.activity

        def edit(lca: Any = lca, product: Any = product, process: Any = process) -> float:
            j = process[asked.replaced]
            rows = [product[i] for i in asked.replaced_inputs.row.tolist()]
            lca.technosphere_matrix[rows, j] = asked.replaced_inputs.amount
            flows = [lca.dicts.biosphere[f + FLOWS] for f in asked.replaced_emissions.row.tolist()]
            lca.biosphere_matrix[flows, j] = asked.replaced_emissions.amount
            lca.lci_calculation()
            lca.lcia_calculation()
            return float(lca.score)

        seconds, score = clock(edit)
        tell("replace, by hand", seconds, score=score, how=kind.__name__)


def law(background: Background, asked: Questions) -> None:
    """Scores of several products in Brightway's samples, one demand after the other in each."""
    data, products = packages(background, scatter=True), asked.products[:LAW_PRODUCTS].tolist()
    demand = {products[0]: 1.0}
    lca = bc.IterativeLCA(demand, data_objs=data, use_distributions=True, seed_override=11)
    lca.lci()
    lca.lcia()

    def score(product: int) -> float:
        lca.lci(demand={product: 1.0})
        lca.lcia()
        return float(lca.score)

    drawn = []
    for _ in range(int(os.environ["LAW_SAMPLES"])):
        next(lca)
        drawn.append([score(product) for product in products])
    tell("law", {}, products=products, drawn=drawn)


def storage(background: Background, _: Questions) -> None:
    """Every exchange into Brightway's database."""
    import bw2data as bd  # noqa: PLC0415

    folder = Path(os.environ["BRIGHTWAY2_DIR"])  # nothing is written into a person's own projects
    bd.projects.set_current(f"bench-{len(bd.projects)}")
    flows, processes = _datasets(background)
    before = _size(folder)

    def write() -> None:
        for name, data in (("flows", flows), ("background", processes)):
            bd.Database(name).write(data, searchable=False, check_typos=False)

    seconds, _ = clock(write)
    tell("storage", seconds, megabytes=(_size(folder) - before) / 1e6)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _datasets(background: Background) -> tuple[dict[Any, Any], dict[Any, Any]]:
    flows = {
        ("flows", str(f)): {"name": f"flow {f}", "unit": "kg", "type": "emission", "exchanges": []}
        for f in range(background.flows)
    }
    processes: dict[Any, Any] = {
        ("background", str(j)): {"name": f"process {j}", "unit": "kg", "exchanges": []}
        for j in range(background.processes)
    }
    n = background.processes
    for database, entries, kinds in (
        ("background", background.technosphere, ("production", "technosphere")),
        ("flows", background.interventions, ("biosphere", "biosphere")),
    ):
        for place, (row, column, amount, sigma) in enumerate(
            zip(*(part.tolist() for part in entries), strict=True)
        ):
            kind = kinds[place >= n]
            signed = -amount if kind == "technosphere" else amount
            found = {"input": (database, str(row)), "amount": signed, "type": kind}
            if sigma:
                found |= {"uncertainty type": 2, "loc": float(np.log(abs(signed)))}
                found |= {"scale": sigma, "negative": signed < 0}
            processes["background", str(column)]["exchanges"].append(found)
    return flows, processes


SETS: dict[str, Callable[[Background, Questions], None]] = {
    "static": static,
    "sample": sample,
    "sample-iterative": sample_iterative,
    "tree": tree,
    "changes": changes,
    "law": law,
    "storage": storage,
}


def main() -> None:
    """Do the same on a small background, then measure."""
    chosen, _, file = sys.argv[1:4]
    tell("versions", {}, found={name: version(name) for name in PACKAGES})
    small = make(1000)
    with contextlib.redirect_stdout(io.StringIO()):
        SETS[chosen](small, questions(small))
    background = load(Path(file))
    SETS[chosen](background, questions(background))


if __name__ == "__main__":
    main()
