"""What is derived from a stored system, made once and kept beside it under its content hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tanyuan.executors.executor import Executor, Serial
from tanyuan.languages import Message
from tanyuan.lca.array_files import Array, arrays_hash
from tanyuan.lca.background import Background, Samples
from tanyuan.lca.draws import WIDTH
from tanyuan.lca.monte_carlo import MonteCarlo, monte_carlo
from tanyuan.lca.ordering import SupplyOrder
from tanyuan.lca.solve import Solved, solve, unproductive
from tanyuan.lca.solver import SingularSystemError, Solver, installed_solver
from tanyuan.lca.storage import Cache, StoredSystem, read_system
from tanyuan.lca.structure import DenseLU, Layout, StructuredLU
from tanyuan.lca.system import Characterisation, System, direct
from tanyuan.problems import Place, refuse

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
    executor: Executor | None = None,
    progress: Callable[[float], None] | None = None,
) -> Background:
    """`tanyuan.lca.background.freeze` of a stored system; where all is kept, nothing is solved.

    Args:
        stored: the system.
        characterisation: what its elementary flows count.
        cache: keeps what is made; the executor's workers reach it under the same path.
        weights: (k,) what a unit of each column counts in the samples.
        samples: how many; 0 for none.
        seed: of their draws.
        executor: draws the samples; without one, this process.
        progress: is told the share of the samples that is drawn; an exception out of it cancels.

    Raises:
        InputError: a loop uses up what it makes, nominally or in all attempts of a sample.
    """

    def solved() -> Solved:
        return stored_solution(stored, characterisation, cache)

    found = cache.get(
        stored.hash, _name(characterisation), lambda: {"intensities": solved().intensities}
    )
    drawn = None
    if weights is not None and samples:

        def draw() -> Mapping[str, Array]:
            solved()  # kept before workers ask for it
            drawing = Drawing.of(stored, characterisation, cache, weights, seed)
            values, redrawn = drawing.run(samples, executor or Serial(), progress)
            return {"values": values, "redrawn": np.array(redrawn, np.int64)}

        counted = arrays_hash("weights", {}, {"weights": weights}).removeprefix("sha256:")
        name = f"{_name(characterisation)}.{counted[:_DIGITS]}.{seed}.{samples}"
        kept = cache.get(stored.hash, name, draw)
        values, redrawn = np.asarray(kept["values"], np.float32), np.asarray(kept["redrawn"])
        drawn = Samples(seed, weights, values, tuple(redrawn.tolist()))
    intensities = np.asarray(found["intensities"])
    return Background(stored.system.processes, characterisation.columns, intensities, drawn)


@dataclass(frozen=True)
class Drawing:
    """Samples of a stored system, as small as it travels to workers; they open the files.

    Attributes:
        path, hash: of the system.
        cache: where its solution is kept.
        solver: how it is factorised, by all workers alike.
        columns: hash of the characterisation.
        weights, seed, characterisation: as in `stored_background`.
    """

    path: Path
    hash: str
    cache: Cache
    solver: Solver
    columns: str
    weights: tuple[float, ...]
    seed: int
    characterisation: Characterisation = field(compare=False)

    @classmethod
    def of(
        cls,
        stored: StoredSystem,
        characterisation: Characterisation,
        cache: Cache,
        weights: Floats,
        seed: int,
    ) -> Drawing:
        """Samples of a system that stands in a file."""
        return cls(
            stored.path.absolute(),
            stored.hash,
            Cache(cache.folder.absolute()),
            installed_solver(),
            characterisation_hash(characterisation),
            tuple(weights.tolist()),
            seed,
            characterisation,
        )

    def run(
        self, samples: int, executor: Executor, progress: Callable[[float], None] | None = None
    ) -> tuple[NDArray[np.float32], tuple[int, ...]]:
        """`MonteCarlo.run` by an executor, (n, samples), and which samples were drawn again.

        Raises:
            InputError: a loop uses up what it makes in all attempts of a sample; it is named.
        """
        count = -(-samples // WIDTH)
        pieces = ((self, number) for number in range(count))
        batches: list[NDArray[np.float32]] = []
        redrawn: list[int] = []
        for batch, again in executor.map(_batch, pieces, _batch_name):
            batches.append(batch)
            redrawn += again
            if progress is not None:
                progress(len(batches) / count)
        values = np.ascontiguousarray(np.concatenate(batches, axis=1)[:, :samples])
        return values, tuple(sample for sample in redrawn if sample < samples)


def _batch(piece: tuple[Drawing, int]) -> tuple[NDArray[np.float32], list[int]]:
    drawing, number = piece
    model, system = _opened(drawing)
    try:
        drawn = model.batch(number).astype(np.float32)
    except SingularSystemError as error:
        raise unproductive(system, error.rows) from None
    return drawn, sorted(at for at in model.redrawn if at // WIDTH == number)


def _batch_name(piece: tuple[Drawing, int]) -> Message:
    first = piece[1] * WIDTH
    return Message("samples {first} to {last}", first=first, last=first + WIDTH - 1)


@lru_cache(maxsize=1)
def _opened(drawing: Drawing) -> tuple[MonteCarlo, System]:
    """Made ready once in each process."""
    stored = read_system(drawing.path, verify=True)
    if stored.hash != drawing.hash:
        raise refuse(
            "file-changed",
            Message("The file holds another background than the one that is asked for."),
            Message("Let all workers see the same folder of backgrounds."),
            Place(file=str(drawing.path)),
        )
    solved = stored_solution(stored, drawing.characterisation, drawing.cache, drawing.solver)
    return monte_carlo(solved, np.array(drawing.weights), seed=drawing.seed), solved.system


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
