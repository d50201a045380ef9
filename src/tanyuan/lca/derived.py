"""What is derived from a stored system, made once and kept beside it under its content hash."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tanyuan.lca.array_files import Array, arrays_hash
from tanyuan.lca.background import Background, Samples
from tanyuan.lca.monte_carlo import monte_carlo
from tanyuan.lca.ordering import SupplyOrder
from tanyuan.lca.solve import Solved, solve
from tanyuan.lca.solver import Solver, installed_solver
from tanyuan.lca.storage import Cache, StoredSystem
from tanyuan.lca.structure import DenseLU, Layout, StructuredLU
from tanyuan.lca.system import Characterisation, direct

Floats = NDArray[np.float64]

_DIGITS = 16


def characterisation_hash(given: Characterisation) -> str:
    """The hash of a characterisation's content."""
    about = {"columns": list(given.columns), "flows": list(given.flows)}
    arrays: dict[str, Array] = {"row": given.row, "column": given.column, "factor": given.factor}
    return arrays_hash("characterisation", about, arrays)


def stored_solution(
    stored: StoredSystem,
    characterisation: Characterisation,
    cache: Cache,
    solver: Solver | None = None,
) -> Solved:
    """`tanyuan.lca.solve.solve` of a stored system, with order, core and intensities kept.

    Raises:
        InputError: the processes of a loop need as much of their products as they make, or more.
    """
    chosen = installed_solver() if solver is None else solver
    if chosen is not Solver.STRUCTURE:
        return solve(stored.system, characterisation, chosen)
    made: list[Solved] = []

    def whole() -> Mapping[str, Array]:
        made.append(solve(stored.system, characterisation, chosen))
        factorised = made[0].factorised
        return _packed(factorised) if isinstance(factorised, StructuredLU) else {}

    structure = cache.get(stored.hash, "structure", whole)
    if made:
        kept = made[0]
        cache.get(stored.hash, _name(characterisation), lambda: {"intensities": kept.intensities})
        return kept
    if not structure:  # SuperLU had to help, and its factors cannot be kept
        return solve(stored.system, characterisation, chosen)
    factorised = _unpacked(structure)
    own = direct(stored.system, characterisation)
    found = cache.get(
        stored.hash,
        _name(characterisation),
        lambda: {"intensities": factorised.solve_transposed(own)},
    )
    return Solved(
        stored.system, characterisation, chosen, factorised, own, np.asarray(found["intensities"])
    )


def stored_background(
    stored: StoredSystem,
    characterisation: Characterisation,
    cache: Cache,
    weights: Floats | None = None,
    *,
    samples: int = 0,
    seed: int = 0,
    workers: int = 1,
) -> Background:
    """`tanyuan.lca.background.freeze` of a stored system; where all is kept, nothing is solved."""

    def solved() -> Solved:
        return stored_solution(stored, characterisation, cache)

    found = cache.get(
        stored.hash, _name(characterisation), lambda: {"intensities": solved().intensities}
    )
    drawn = None
    if weights is not None and samples:

        def draw() -> Mapping[str, Array]:
            model = monte_carlo(solved(), weights, seed=seed)
            return {"values": model.run(samples, workers)}

        counted = arrays_hash("weights", {}, {"weights": weights}).removeprefix("sha256:")
        name = f"{_name(characterisation)}.{counted[:_DIGITS]}.{seed}.{samples}"
        values = cache.get(stored.hash, name, draw)["values"]
        drawn = Samples(seed, weights, np.asarray(values, np.float32))
    intensities = np.asarray(found["intensities"])
    return Background(stored.system.processes, characterisation.columns, intensities, drawn)


def _name(characterisation: Characterisation) -> str:
    digest = characterisation_hash(characterisation).removeprefix("sha256:")
    return f"intensities-{digest[:_DIGITS]}"


def _packed(factorised: StructuredLU) -> dict[str, Array]:
    at, core = factorised.layout, factorised.core
    order = at.order
    return {
        "product": order.product,
        "starts": np.array([order.core, order.feedback, order.downstream]),
        "diagonal": at.diagonal,
        "weight": at.weight,
        "ptr": at.ptr,
        "idx": at.idx,
        "val": at.val,
        "factors": np.ascontiguousarray(core.factors.T),  # LAPACK's order, once turned
        "pivots": core.pivots,
    }


def _unpacked(arrays: Mapping[str, Array]) -> StructuredLU:
    product = np.asarray(arrays["product"])
    position = np.empty_like(product)
    position[product] = np.arange(len(product))
    order = SupplyOrder(product, position, *(int(start) for start in arrays["starts"]))
    table = (np.asarray(arrays[name]) for name in ("diagonal", "weight", "ptr", "idx", "val"))
    core = DenseLU(np.asarray(arrays["factors"]).T, np.asarray(arrays["pivots"]))
    return StructuredLU(Layout(order, *table), core)
