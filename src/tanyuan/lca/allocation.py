"""Shares by which the burdens of a process are charged to its products (ISO 14044, 4.3.4.2).

The order of that clause and of ISO 14067, and what does it here, before there is a matrix:

1. subdivision: `partition`, each exchange named for the output that causes it;
2. system expansion: `expand`, outputs that displace other products become avoided products;
3. a physical relationship: `partition` by mass, energy or another property of the whole outputs;
4. another relationship: `partition` by their value (amount × price), or by given shares.

`partition` is the partitioning method and `expand` the substitution method of Heijungs & Suh (2002,
The Computational Structure of Life Cycle Assessment, chapter 3). A treated waste is an output with
a negative amount: its key is what its treatment is worth (for instance the gate fee), so keys are
never negative. Shares are fixed numbers here; where keys are uncertain, the foreground draws them.

Parts of one exchange keep its key, so that in each sample they still add up to it: drawn apart, a
process and its co-products would scatter less together than the process that they are parts of.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tanyuan.languages import Message
from tanyuan.lca.exchanges import Exchanges, Floats, Indices, Order
from tanyuan.lca.findings import Findings
from tanyuan.lca.inventory import Inventory

SHARES_TOLERANCE = 1e-9
"""How far given shares may miss 1; the largest takes the difference."""


def shares_by_key(keys: Floats) -> Floats:
    """Shares proportional to a key (mass, energy, value …), along the first axis.

    Args:
        keys: (outputs,) or (outputs, k), of the whole amount that each output stands for.

    Raises:
        ValueError: a key is negative, or all are zero.
    """
    total = keys.sum(axis=0)
    if (keys < 0).any() or (total <= 0).any():
        raise ValueError("keys of an allocation are not negative, and one is larger than zero")
    return np.asarray(keys / total)


def whole_to(index: int, count: int) -> Floats:
    """All to one of `count` outputs (system expansion, subdivision)."""
    shares = np.zeros(count)
    shares[index] = 1.0
    return shares


def keyed_shares(inventory: Inventory, keys: ArrayLike) -> Floats:
    """(outputs,) shares within each process, proportional to a key.

    Args:
        inventory: the processes.
        keys: (outputs,) mass, energy, value … of the whole output, of whatever kind in each
            process; NaN where it is not known. Not looked at where a process has one output.

    Raises:
        InputError: `allocation-no-key`, `allocation-negative-key`, `allocation-zero-sum`.
    """
    given = _values("keys", keys, len(inventory.outputs))
    process, counts = inventory.outputs.column, _counts(inventory)
    several = counts[process] > 1
    findings = Findings()
    findings.note(
        "allocation-no-key",
        "outputs",
        several & ~np.isfinite(given),
        lambda at: Message("{output} has no key.", output=_label(inventory, at)),
        Message("State what its process is allocated by for all outputs, or choose another key."),
    )
    findings.note(
        "allocation-negative-key",
        "outputs",
        several & (given < 0),
        lambda at: Message(
            "{output} has a negative key, {key:g}.", output=_label(inventory, at), key=given[at]
        ),
        Message("Write the key of the whole output without sign; of a waste, what it pays."),
    )
    findings.raise_if_any()
    key = np.where(several, given, 1.0)
    total = np.bincount(process, key, len(counts))
    findings.note(
        "allocation-zero-sum",
        "processes",
        (total == 0) & (counts > 0),
        lambda at: Message("All keys of {process} are zero.", process=inventory.label(at)),
        Message("Choose a key that one of its outputs has."),
    )
    findings.raise_if_any()
    return np.asarray(key / total[process])


def expand(inventory: Inventory, displaced: ArrayLike, ratio: ArrayLike = 1.0) -> Inventory:
    """System expansion by substitution: outputs that displace products of other processes.

    An output of amount a that displaces product i becomes the avoided product ratio · a in row i,
    and the process that makes i runs the less: a by-product is credited with the burdens of what it
    replaces, a co-treated waste with those of its other treatment.

    Args:
        inventory: the processes.
        displaced: (outputs,) product that each output displaces, -1 for those that the process is
            charged to; at least one of a process is.
        ratio: (outputs,) or one for all: amount displaced by an amount of one.

    Raises:
        InputError: `substitution-no-main-output`, `substitution-kind`, `substitution-ratio`,
            `no-producer`.
    """
    count = len(inventory.outputs)
    product = np.asarray(displaced)
    if product.shape != (count,) or product.dtype.kind not in "iu":
        raise ValueError(f"displaced: {count} products, or -1")
    if (product >= len(inventory.products)).any():
        raise ValueError("displaced: an index out of range")
    ratios = _values("ratio", np.broadcast_to(ratio, count), count)
    _check_substitution(inventory, product, ratios)
    inventory = inventory.keyed()
    moved = np.flatnonzero(product >= 0)
    outputs = inventory.outputs.take(moved)
    rows, amounts = product[moved].astype(np.int32), outputs.amount * ratios[moved]
    avoided = replace(outputs, row=rows, amount=amounts)
    return replace(
        inventory,
        outputs=inventory.outputs.take(np.flatnonzero(product < 0)),
        technosphere=inventory.technosphere.followed_by(avoided),
        avoided=np.concatenate((inventory.avoided, np.ones(len(moved), bool))),
    )


def partition(
    inventory: Inventory,
    shares: ArrayLike | None = None,
    *,
    technosphere_for: ArrayLike | None = None,
    interventions_for: ArrayLike | None = None,
) -> Inventory:
    """A process of its own for each output; together they are the processes of the inventory.

    Process k of the result makes the whole of output k and takes of every exchange the share that
    is charged to it; the largest share is what the others leave, so that they add up to the last
    bit. A process keeps its id where it has one output; its parts are `process/product`.

    Args:
        inventory: the processes.
        shares: (outputs,) share of its process, 0 to 1; those of a process add up to 1. Not looked
            at where no exchange is shared, so subdivision needs none.
        technosphere_for: (exchanges of the technosphere,) output that an exchange is charged to, -1
            where it is shared. An exchange with shares of its own is given once for each output.
        interventions_for: the same for the interventions.

    Raises:
        InputError: `allocation-no-output`, `allocation-other-process`, `allocation-no-share`,
            `allocation-share`, `allocation-sum`.
    """
    outputs = inventory.outputs
    given = np.full(len(outputs), np.nan) if shares is None else shares
    several = _counts(inventory)[outputs.column] > 1
    share = np.where(several, _values("shares", given, len(outputs)), 1.0)
    inner_for = _bearers("technosphere_for", technosphere_for, inventory.technosphere, outputs)
    outer_for = _bearers("interventions_for", interventions_for, inventory.interventions, outputs)
    _check_partition(inventory, share, inner_for, outer_for)
    inventory = inventory.keyed()
    inner, source = _parts(inventory.technosphere, inner_for, inventory, share)
    outer, _ = _parts(inventory.interventions, outer_for, inventory, share)
    processes, products, names = inventory.processes, inventory.products, inventory.names
    column, row = outputs.column.tolist(), outputs.row.tolist()
    alone = np.arange(len(outputs), dtype=np.int32)
    return replace(
        inventory,
        processes=tuple(
            f"{processes[at]}/{products[product]}" if among else processes[at]
            for at, product, among in zip(column, row, several.tolist(), strict=True)
        ),
        outputs=replace(inventory.outputs, column=alone),
        technosphere=inner,
        interventions=outer,
        avoided=inventory.avoided[source],
        names=tuple(names[at] for at in column) if names else (),
    )


def _parts(
    table: Exchanges, bearers: Indices, inventory: Inventory, share: Floats
) -> tuple[Exchanges, Order]:
    """The parts of exchanges in the processes of the outputs, and which exchange each is of."""
    process, counts = inventory.outputs.column, _counts(inventory)
    largest_first = np.lexsort((-share, process))
    starts = np.cumsum(counts) - counts
    shared = bearers < 0
    pieces = np.where(shared, counts[table.column], 1)
    source = np.repeat(np.arange(len(table)), pieces)
    number = np.arange(len(source)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    output = largest_first[starts[table.column[source]] + number]
    output = np.where(shared[source], output, bearers[source]).astype(np.int32)
    weight = np.where(shared[source], share[output], 1.0)
    amount = table.amount[source] * weight
    largest = number == 0
    others = np.bincount(source[~largest], amount[~largest], len(table))
    amount[largest] = table.amount - others
    kept = np.flatnonzero(weight > 0)
    parts = table.take(source[kept])
    return replace(parts, column=output[kept], amount=amount[kept]), source[kept]


def _check_substitution(inventory: Inventory, product: NDArray[Any], ratios: Floats) -> None:
    outputs, moved = inventory.outputs, product >= 0
    main = np.bincount(outputs.column[~moved], minlength=len(inventory.processes))
    producers = np.full(len(inventory.products), -1)
    producers[outputs.row[~moved]] = outputs.column[~moved]
    maker = producers[product]
    findings = Findings()
    findings.note(
        "substitution-no-main-output",
        "outputs",
        moved & (main[outputs.column] == 0),
        lambda at: Message(
            "{output} displaces a product, as do all other outputs of its process.",
            output=_label(inventory, at),
        ),
        Message("Leave one output that the process is charged to."),
    )
    findings.note(
        "substitution-kind",
        "outputs",
        moved & (inventory.waste[product] != (outputs.amount < 0)),
        lambda at: Message(
            "{output} cannot displace {product}: only one of them is a treated waste.",
            output=_label(inventory, at),
            product=inventory.products[product[at]],
        ),
        Message("A product displaces a product, a treatment another treatment."),
    )
    findings.note(
        "substitution-ratio",
        "outputs",
        moved & ~((ratios > 0) & (ratios < np.inf)),
        lambda at: Message(
            "{output} displaces {ratio:g} for 1.", output=_label(inventory, at), ratio=ratios[at]
        ),
        Message("Write a finite ratio larger than zero."),
    )
    findings.note(
        "no-producer",
        "outputs",
        moved & ((maker < 0) | (maker == outputs.column)),
        lambda at: Message(
            "{output} displaces {product}, which no other process makes.",
            output=_label(inventory, at),
            product=inventory.products[product[at]],
        ),
        Message("Add the process that makes it, name another product, or allocate by a key."),
    )
    findings.raise_if_any()


def _check_partition(
    inventory: Inventory, share: Floats, inner_for: Indices, outer_for: Indices
) -> None:
    process, counts = inventory.outputs.column, _counts(inventory)
    findings = Findings()
    findings.note(
        "allocation-no-output",
        "processes",
        counts == 0,
        lambda at: Message("{process} has no output.", process=inventory.label(at)),
        Message("Add what it makes, or the waste that it treats."),
    )
    findings.raise_if_any()
    shared = np.zeros(len(counts), bool)
    for name, table, bearers in (
        ("technosphere", inventory.technosphere, inner_for),
        ("interventions", inventory.interventions, outer_for),
    ):
        shared[table.column[bearers < 0]] = True
        _note_other_process(findings, inventory, name, table, bearers)
    wanted = shared[process]
    findings.note(
        "allocation-no-share",
        "outputs",
        wanted & np.isnan(share),
        lambda at: Message("{output} has no share.", output=_label(inventory, at)),
        Message("Give shares by a key, or charge every exchange of the process to one output."),
    )
    findings.note(
        "allocation-share",
        "outputs",
        wanted & ((share < 0) | (share > 1)),
        lambda at: Message(
            "{output} has a share of {share:g}.", output=_label(inventory, at), share=share[at]
        ),
        Message("Shares lie between 0 and 1."),
    )
    findings.raise_if_any()
    total = np.bincount(process, share, len(counts))
    findings.note(
        "allocation-sum",
        "processes",
        shared & (np.abs(total - 1) > SHARES_TOLERANCE),
        lambda at: Message(
            "The shares of {process} add up to {total:.9g}.",
            process=inventory.label(at),
            total=total[at],
        ),
        Message("Shares of a process add up to 1."),
    )
    findings.raise_if_any()


def _note_other_process(
    findings: Findings, inventory: Inventory, name: str, table: Exchanges, bearers: Indices
) -> None:
    findings.note(
        "allocation-other-process",
        name,
        (bearers >= 0) & (inventory.outputs.column[bearers] != table.column),
        lambda at: Message(
            "An exchange of {process} is charged to {output}.",
            process=inventory.label(table.column[at]),
            output=_label(inventory, bearers[at]),
        ),
        Message("Charge it to an output of its own process."),
    )


def _label(inventory: Inventory, output: int) -> str:
    product = inventory.products[inventory.outputs.row[output]]
    return f"{inventory.label(inventory.outputs.column[output])}/{product}"


def _counts(inventory: Inventory) -> NDArray[np.intp]:
    """(processes,) number of outputs."""
    return np.bincount(inventory.outputs.column, minlength=len(inventory.processes))


def _values(name: str, values: ArrayLike, count: int) -> Floats:
    found = np.asarray(values, np.float64)
    if found.shape != (count,):
        raise ValueError(f"{name}: {count} numbers, not {found.shape}")
    return found


def _bearers(name: str, values: ArrayLike | None, table: Exchanges, outputs: Exchanges) -> Indices:
    found = np.full(len(table), -1, np.int32) if values is None else np.asarray(values)
    if found.shape != (len(table),) or found.dtype.kind not in "iu":
        raise ValueError(f"{name}: {len(table)} outputs, or -1")
    if (found >= len(outputs)).any():
        raise ValueError(f"{name}: an index out of range")
    return found.astype(np.int32)
