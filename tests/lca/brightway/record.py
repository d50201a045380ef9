"""Ask Brightway for its answers about a few of the random systems, and keep them beside this file.

    PYTHONPATH=.:src .venv-bench/bin/python -m tests.lca.brightway.record

in the root of the project; `make bench` makes that environment (requirements/bench-peer.txt).
Brightway is no dependency of ours: `test_brightway.py` reads `answers.json`, which holds the arrays
as they were given as well, so that it outlives changes of what makes them.
"""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import bw2calc
import bw_processing
import numpy as np

from tanyuan.lca.exchanges import Exchanges, Shape
from tests.lca.made_systems import COLUMNS, FACTORS, FLOWS, made

FILE = Path(__file__).with_name("answers.json")
SYSTEMS = (
    ("acyclic", 12, 0),
    ("loops", 60, 1),
    ("nested", 25, 2),
    ("self", 20, 0),
    ("waste", 30, 0),
    ("avoided", 30, 1),
    ("units", 25, 0),
    ("twins", 25, 0),
    ("everything", 60, 0),
    ("allocated", 30, 3),
)
SCATTERED = ("loops", 12, 3)
SAMPLES = 1000
SEED = 20261128
FIRST_FLOW = 1_000_000  # numbers of processes and of flows are of one kind there
SIGNIFICANT = 6
# Brightway's numbers of the distributions (stats_arrays); it has no empirical ones
KINDS = {
    Shape.CERTAIN: 1,
    Shape.LOGNORMAL: 2,
    Shape.NORMAL: 3,
    Shape.UNIFORM: 4,
    Shape.TRIANGULAR: 5,
    Shape.EMPIRICAL: 1,
}


def vector(matrix: str, table: Exchanges, first_row: int) -> dict[str, object]:
    """Exchanges as a persistent vector of a datapackage, in our signs."""
    indices = np.zeros(len(table), bw_processing.INDICES_DTYPE)
    indices["row"], indices["col"] = table.row + first_row, table.column
    scatter, amount = table.scatter, table.amount
    found = np.zeros(len(table), bw_processing.UNCERTAINTY_DTYPE)
    kind = np.array([KINDS[Shape(shape)] for shape in scatter.shape.tolist()], int)
    lognormal, normal, limited = kind == 2, kind == 3, kind > 3
    found["uncertainty_type"] = kind
    found["loc"] = np.where(lognormal, np.log(np.abs(amount)), amount)
    spread = np.where(normal, np.abs(amount) * scatter.spread, np.nan)
    found["scale"] = np.where(lognormal, scatter.spread, spread)
    found["shape"] = found["minimum"] = found["maximum"] = np.nan
    if limited.any():
        ends = np.sort(amount[:, None] * np.stack([scatter.low, scatter.high], axis=1), axis=1)
        found["minimum"] = np.where(limited, ends[:, 0], np.nan)
        found["maximum"] = np.where(limited, ends[:, 1], np.nan)
    found["negative"] = lognormal & (amount < 0)
    return {
        "matrix": matrix,
        "indices_array": indices,
        "data_array": amount,
        "flip_array": np.zeros(len(table), bool),
        "distributions_array": found,
    }


def package(*vectors: dict[str, object], **metadata: str) -> bw_processing.DatapackageBase:
    """A datapackage in memory."""
    found = bw_processing.create_datapackage(name=metadata.get("name", "system"))
    for each in vectors:
        found.add_persistent_vector(**each)
    return found


def method(column: int) -> bw_processing.DatapackageBase:
    """A column of the factors."""
    flow = np.flatnonzero(FACTORS[:, column])
    indices = np.zeros(len(flow), bw_processing.INDICES_DTYPE)
    indices["row"] = flow + FIRST_FLOW
    factors = {"matrix": "characterization_matrix", "indices_array": indices}
    return package(factors | {"data_array": FACTORS[flow, column]}, name=COLUMNS[column])


def columns(table: Exchanges) -> dict[str, list[float]]:
    """Exchanges as JSON holds them."""
    scatter = table.scatter
    found = {"row": table.row, "column": table.column, "amount": table.amount}
    if scatter.shape.any():
        shape = np.where(scatter.shape == Shape.EMPIRICAL, Shape.CERTAIN, scatter.shape)
        found |= {"shape": shape, "spread": scatter.spread, "low": scatter.low}
        found |= {"high": scatter.high}
    return {name: values.tolist() for name, values in found.items()}


def asked(kind: str, n: int, seed: int, *, scattered: bool = False) -> dict[str, object]:
    """A system, and Brightway's answers about all its products."""
    given = made(kind, n, seed, scattered=scattered).system
    inner, outer = given.technosphere, given.interventions
    system = package(
        vector("technosphere_matrix", inner, 0), vector("biosphere_matrix", outer, FIRST_FLOW)
    )
    found = {"kind": kind, "processes": given.size}
    found |= {"technosphere": columns(inner), "interventions": columns(outer)}
    if scattered:
        return found | {"samples": samples(system, given.size)}
    scores, supplies = [], []
    for column in range(len(COLUMNS)):
        lca = bw2calc.LCA({0: 1.0}, data_objs=[system, method(column)])
        lca.lci(factorize=True)
        lca.lcia()
        for product in range(given.size):
            lca.lci(demand={product: 1.0})
            lca.lcia()
            scores.append(lca.score)
            if column == 0 and product in {0, given.size - 1}:
                places = [lca.dicts.activity[process] for process in range(given.size)]
                supplies.append(lca.supply_array[places].tolist())
    by_product = np.reshape(scores, (len(COLUMNS), given.size)).T
    return found | {"scores": by_product.tolist(), "supply of first and last": supplies}


def samples(system: bw_processing.DatapackageBase, size: int) -> list[list[float]]:
    """Scores of each product under the first column of the factors, in ascending order."""
    options = {"use_distributions": True, "seed_override": SEED}
    lca = bw2calc.LCA({0: 1.0}, data_objs=[system, method(0)], **options)
    lca.lci()
    lca.lcia()
    drawn = np.empty((size, SAMPLES))
    for sample in range(SAMPLES):
        next(lca)
        for product in range(size):
            lca.lci(demand={product: 1.0})
            lca.lcia()
            drawn[product, sample] = lca.score
    return [[float(f"{x:.{SIGNIFICANT}g}") for x in row] for row in np.sort(drawn).tolist()]


def main() -> None:
    """Ask and write."""
    answers = {
        "versions": {name: version(name) for name in ("bw2calc", "bw_processing", "scipy")},
        "flows": FLOWS,
        "columns": COLUMNS,
        "factors": FACTORS.tolist(),
        "systems": [asked(*which) for which in SYSTEMS],
        "scattered": asked(*SCATTERED, scattered=True),
    }
    FILE.write_text(json.dumps(answers, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
