"""What both sides are asked about a background, so that they answer the same."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bench.generator import Background, Exchanges, Indices

FOREGROUND = 50  # processes of the new product
CUT_OFF = 4.5e-4  # of the whole: a contribution tree of about 390 nodes at n = 23,000
SAMPLES = 1000
LAW_PRODUCTS = 8  # whose samples are held against each other
INPUTS, EMISSIONS = 1.3, 1.2  # the replaced process needs and emits so many times as much


class Questions(NamedTuple):
    """Processes and products by their number; the reference product of process j is j."""

    probe: int  # the product most bought, deep in the loops
    products: Indices
    replaced: int
    replaced_inputs: Exchanges
    replaced_emissions: Exchanges
    inner: Exchanges  # foreground by foreground, the diagonal first
    bought: Exchanges  # row: background product, column: foreground process
    emitted: Exchanges  # row: flow, column: foreground process


def questions(background: Background, seed: int = 7) -> Questions:
    """The questions of a background."""
    rng = np.random.default_rng(seed)
    n = background.processes
    row, column, _, _ = background.technosphere
    bought_by = np.bincount(row, minlength=n)
    probe = int(bought_by.argmax())
    busy = np.setdiff1d(np.flatnonzero(np.bincount(column, minlength=n) > 8), [probe])
    replaced = int(busy[bought_by[busy].argmax()])
    inputs = background.technosphere.take(np.flatnonzero((column == replaced) & (row != replaced)))
    flow, emitter, _, _ = background.interventions
    emissions = background.interventions.take(np.flatnonzero(emitter == replaced))
    inner, bought = _foreground(background, rng.choice(busy, FOREGROUND, replace=False), rng)
    emitted = background.interventions.take(np.flatnonzero(flow == 0)[:FOREGROUND])
    return Questions(
        probe,
        rng.integers(0, n, 30),
        replaced,
        inputs._replace(amount=inputs.amount * INPUTS),
        emissions._replace(amount=emissions.amount * EMISSIONS),
        inner,
        bought,
        emitted._replace(column=np.arange(FOREGROUND, dtype=np.int32)),
    )


def _foreground(
    background: Background, models: Indices, rng: np.random.Generator
) -> tuple[Exchanges, Exchanges]:
    """A chain of processes with a loop; each buys eight things as an existing process does."""
    row, column, amount, _ = background.technosphere
    production = amount[: background.processes]
    parts = []
    for process, model in enumerate(models.tolist()):
        entries = np.flatnonzero((column == model) & (row != model))[:8]
        each = amount[entries] / abs(production[model])
        parts.append((row[entries], np.full(len(entries), process), each))
    rows, columns, amounts = (np.concatenate(part) for part in zip(*parts, strict=True))
    own = np.arange(FOREGROUND)
    supplier = np.append(own[1:], 0)  # each buys the next, the last the first
    weight = -rng.uniform(0.1, 0.5, FOREGROUND)
    sigma = np.full(FOREGROUND, 0.1)
    inner = Exchanges(
        np.concatenate([own, supplier]).astype(np.int32),
        np.concatenate([own, own]).astype(np.int32),
        np.concatenate([np.ones(FOREGROUND), weight]),
        np.concatenate([np.zeros(FOREGROUND), sigma]),
    )
    return inner, Exchanges(rows, columns.astype(np.int32), amounts, np.full(len(rows), 0.1))
