"""What is wrong with the arrays of a system, told by process and exchange.

Codes: `duplicate-id`, `two-producers`, `not-square`, `unknown-row`, `unknown-column`, `not-finite`,
`scatter`, `no-reference-product`, `no-production`, `negative-production`, `waste-sign`,
`second-producer`, `second-treatment`, `duplicate-factor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import lt

import numpy as np
from numpy.typing import NDArray

from tanyuan.languages import Message
from tanyuan.lca.exchanges import Exchanges, Mask, occurrences
from tanyuan.lca.findings import Findings, Label
from tanyuan.problems import Place, refuse


def check_ids(
    processes: Sequence[str], flows: Sequence[str], products: Sequence[str], label: Label
) -> None:
    """Refuse ids that stand twice, and more or fewer products than processes."""
    if products and len(products) != len(processes):
        raise refuse(
            "not-square",
            Message(
                "There are {products} products for {processes} processes.",
                products=len(products),
                processes=len(processes),
            ),
            Message(
                "Each process makes one product: allocate processes with several first, and add a "
                "process for products that none makes."
            ),
            Place(sheet="products"),
        )
    findings = Findings()
    _note_repeated(findings, "processes", processes)
    _note_repeated(findings, "flows", flows)
    earlier = _earlier(products)
    findings.note(
        "two-producers",
        "products",
        earlier >= 0,
        lambda entry: Message(
            "{first} and {second} make the same product, {product}.",
            first=label(earlier[entry]),
            second=label(entry),
            product=products[entry],
        ),
        Message("Add a market that mixes both, or give each its own product."),
    )
    findings.raise_if_any()


def check_exchanges(
    technosphere: Exchanges, interventions: Exchanges, flows: Sequence[str], size: int, label: Label
) -> None:
    """Refuse indices out of range, amounts that are not finite and unusable distributions."""
    findings = Findings()
    _note_indices(findings, "technosphere", technosphere, size, size)
    _note_indices(findings, "interventions", interventions, len(flows), size)
    findings.raise_if_any()
    _note_values(findings, "technosphere", technosphere, label, label)
    _note_values(findings, "interventions", interventions, flows.__getitem__, label)
    findings.raise_if_any()


def _note_indices(
    findings: Findings, table: str, exchanges: Exchanges, rows: int, columns: int
) -> None:
    row, column = exchanges.row, exchanges.column
    findings.note(
        "unknown-row",
        table,
        (row < 0) | (row >= rows),
        lambda entry: Message(
            "There is no row {row}; there are {rows}.", row=row[entry], rows=rows
        ),
        Message("Count the rows from 0, and add what is missing."),
    )
    findings.note(
        "unknown-column",
        table,
        (column < 0) | (column >= columns),
        lambda entry: Message(
            "There is no column {column}; there are {columns}.",
            column=column[entry],
            columns=columns,
        ),
        Message("Count the columns from 0, and add what is missing."),
    )


def _note_values(
    findings: Findings,
    table: str,
    exchanges: Exchanges,
    row_label: Label,
    column_label: Label,
) -> None:
    row, column, amount = exchanges.row, exchanges.column, exchanges.amount
    findings.note(
        "not-finite",
        table,
        ~np.isfinite(amount),
        lambda entry: Message(
            "The amount of {row} in {process} is {amount}.",
            row=row_label(row[entry]),
            process=column_label(column[entry]),
            amount=amount[entry],
        ),
        Message("Write a finite number, or leave the exchange out."),
    )
    findings.note(
        "scatter",
        table,
        exchanges.scatter.unusable(),
        lambda entry: Message(
            "The distribution of {row} in {process} cannot be drawn from.",
            row=row_label(row[entry]),
            process=column_label(column[entry]),
        ),
        Message("State a spread of 0 or more, or limits with the amount between them."),
    )


def check_production(technosphere: Exchanges, waste: Mask, avoided: Mask, label: Label) -> None:
    """Refuse processes without what they make, and products of more than one process."""
    findings = Findings()
    row, column, amount = technosphere.row, technosphere.column, technosphere.amount
    own = row == column
    makes = column[own]
    made = np.bincount(makes, amount[own], len(waste))
    none = np.bincount(makes, minlength=len(waste)) == 0
    findings.note(
        "no-reference-product",
        "processes",
        none,
        lambda entry: Message("{process} has no exchange for what it makes.", process=label(entry)),
        Message("Add it with the amount of one run: positive, or negative for a waste treated."),
    )
    findings.note(
        "no-production",
        "processes",
        ~none & (made == 0),
        lambda entry: Message("{process} makes an amount of 0.", process=label(entry)),
        Message("State what one run makes, less what it uses of it itself."),
    )
    findings.note(
        "negative-production",
        "processes",
        (made < 0) & ~waste,
        lambda entry: Message(
            "{process} makes a negative amount, {amount:g}.",
            process=label(entry),
            amount=made[entry],
        ),
        Message("Write it as positive, or declare that the process treats a waste."),
    )
    findings.note(
        "waste-sign",
        "processes",
        (made > 0) & waste,
        lambda entry: Message(
            "{process} treats a waste, but its reference is positive, {amount:g}.",
            process=label(entry),
            amount=made[entry],
        ),
        Message("Write the waste that it takes as a negative amount."),
    )
    other = ~own & ~avoided
    findings.note(
        "second-producer",
        "technosphere",
        other & (amount > 0) & ~waste[row],
        lambda entry: Message(
            "{process} gives {amount:g} of what {producer} makes.",
            process=label(column[entry]),
            amount=amount[entry],
            producer=label(row[entry]),
        ),
        Message(
            "Allocate its outputs first, add a market that mixes both, or declare the exchange as "
            "an avoided product; an input is negative."
        ),
    )
    findings.note(
        "second-treatment",
        "technosphere",
        other & (amount < 0) & waste[row],
        lambda entry: Message(
            "{process} takes {amount:g} of the waste that {treatment} treats.",
            process=label(column[entry]),
            amount=-amount[entry],
            treatment=label(row[entry]),
        ),
        Message(
            "Add a market that shares the waste out, or declare the exchange as an avoided "
            "treatment; waste given off is positive."
        ),
    )
    findings.raise_if_any()


def check_factors(columns: Sequence[str], flows: Sequence[str], factors: Exchanges) -> None:
    """Refuse characterisation factors that are out of range, not finite or given twice."""
    findings = Findings()
    table = "characterisation"
    _note_repeated(findings, table, flows)
    _note_indices(findings, table, factors, len(flows), len(columns))
    findings.raise_if_any()
    findings.note(
        "duplicate-factor",
        table,
        occurrences(factors.row, factors.column) > 0,
        lambda entry: Message(
            "{flow} has two factors for {column}.",
            flow=flows[factors.row[entry]],
            column=columns[factors.column[entry]],
        ),
        Message("Keep the right one."),
    )
    _note_values(findings, table, factors, flows.__getitem__, columns.__getitem__)
    findings.raise_if_any()


def _note_repeated(findings: Findings, table: str, ids: Sequence[str]) -> None:
    findings.note(
        "duplicate-id",
        table,
        _earlier(ids) >= 0,
        lambda entry: Message("The id {id} stands twice.", id=ids[entry]),
        Message("Give each entry an id of its own."),
    )


def _earlier(ids: Sequence[str]) -> NDArray[np.intp]:
    """Where each id stands first, if that is earlier in the list; else -1."""
    earlier = np.full(len(ids), -1)
    if not rising(ids) and len(set(ids)) < len(ids):
        first: dict[str, int] = {}
        for entry, name in enumerate(ids):
            if first.setdefault(name, entry) != entry:
                earlier[entry] = first[name]
    return earlier


def rising(ids: Sequence[str]) -> bool:
    """Whether ids stand in order, each once."""
    return all(map(lt, ids, islice(ids, 1, None)))
