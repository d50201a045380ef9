"""Brightway's side of the comparison of imports: every product of a package, by gas and kind.

    python -m bench.import_peer PACKAGE CHOICES ANSWER

Reads the JSON of an openLCA package by itself, with its own conversion of units and its own
splitting of processes with several outputs; from us it takes the choices alone: who supplies each
input, which share each output carries, what each elementary flow counts as. Runs in an environment
of its own (requirements/bench-peer.txt).
"""

from __future__ import annotations

import csv
import json
import logging
import sys
import warnings
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import bw2calc as bc  # noqa: E402
import bw_processing as bwp  # noqa: E402

FLOWS = 10_000_000  # numbers of flows start here; processes and products share theirs
KNOWN_UNITS = Path(__file__).resolve().parent.parent / "src/tanyuan/data/openlca/units.csv"


def objects(archive: zipfile.ZipFile, folder: str) -> list[dict[str, Any]]:
    """The objects of a folder."""
    names = [name for name in archive.namelist() if name.startswith(f"{folder}/")]
    return [json.loads(archive.read(name)) for name in names if name.endswith(".json")]


def unit_factors(archive: zipfile.ZipFile) -> dict[str, float]:
    """Reference units of its group in one of each unit."""
    with KNOWN_UNITS.open(encoding="utf-8", newline="") as file:
        found = {row["unit"]: float(row["factor"]) for row in csv.DictReader(file)}
    for group in objects(archive, "unit_groups"):
        for unit in group["units"]:
            found[unit["@id"]] = float(unit["conversionFactor"])
    return found


class Flows:
    """Kinds of flows, and amounts of exchanges in the reference units of their flows."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.units = unit_factors(archive)
        self.kind: dict[str, str] = {}
        self.per_reference: dict[tuple[str, str], float] = {}
        for flow in objects(archive, "flows"):
            self.kind[flow["@id"]] = flow["flowType"]
            for each in flow["flowProperties"]:
                key = flow["@id"], each["flowProperty"]["@id"]
                self.per_reference[key] = float(each["conversionFactor"])

    def amount(self, exchange: dict[str, Any]) -> float:
        """Reference units of the flow."""
        of = self.per_reference[exchange["flow"]["@id"], exchange["flowProperty"]["@id"]]
        return float(exchange["amount"]) * self.units[exchange["unit"]["@id"]] / of


class Matrices:
    """Entries of the technosphere (made or taken) and of the biosphere."""

    def __init__(self) -> None:
        self.products: dict[tuple[str, str], int] = {}
        self.flows: dict[str, int] = {}
        self.production: list[tuple[int, int, float]] = []
        self.technosphere: list[tuple[int, int, float]] = []
        self.biosphere: list[tuple[int, int, float]] = []


def read(path: Path, choices: dict[str, Any]) -> Matrices:
    """The matrices of a package under given choices."""
    with zipfile.ZipFile(path) as archive:
        flows = Flows(archive)
        processes = objects(archive, "processes")
    found = Matrices()
    for process, shares in choices["shares"].items():
        for flow in shares:
            found.products[process, flow] = len(found.products)
    for process in processes:
        if process["@id"] in choices["shares"]:
            add(found, process, flows, choices)
    return found


def add(found: Matrices, process: dict[str, Any], flows: Flows, choices: dict[str, Any]) -> None:
    """The columns of one process: one for each output."""
    key = process["@id"]
    shares = choices["shares"][key]
    for number, exchange in enumerate(process["exchanges"], 1):
        flow = exchange["flow"]["@id"]
        taken = bool(exchange.get("isInput", exchange.get("input")))
        avoided = bool(exchange.get("isAvoidedProduct", exchange.get("avoidedProduct")))
        kind, amount = flows.kind[flow], flows.amount(exchange)
        made = not avoided and amount > 0 and taken == (kind == "WASTE_FLOW")
        if kind != "ELEMENTARY_FLOW" and made:
            column = found.products[key, flow]
            found.production.append((column, column, -amount if taken else amount))
            continue
        signed = -amount if taken else amount
        if avoided:
            signed = -abs(amount) if kind == "WASTE_FLOW" else abs(amount)
        own = choices["own"].get(f"{key}/{number}", shares)
        for output, share in own.items():
            column = found.products[key, output]
            if kind == "ELEMENTARY_FLOW":
                row = found.flows.setdefault(flow, len(found.flows))
                found.biosphere.append((row, column, signed * share))
            elif provider := choices["links"].get(f"{key}/{number}"):
                row = found.products[provider, flow]
                found.technosphere.append((row, column, signed * share))
            elif amount:
                cut = signed if kind == "WASTE_FLOW" else -signed
                row = found.flows.setdefault(f"cut-off:{flow}", len(found.flows))
                found.biosphere.append((row, column, cut * share))


def resource(
    matrix: str, entries: list[tuple[int, int, float]], rows: int, *, production: int = 0
) -> dict[str, Any]:
    """One group of a datapackage; the first `production` entries are reference products."""
    indices = np.zeros(len(entries), dtype=bwp.INDICES_DTYPE)
    indices["row"] = np.array([row for row, _, _ in entries], int) + rows
    indices["col"] = [column for _, column, _ in entries]
    amounts = np.array([amount for _, _, amount in entries], float)
    found: dict[str, Any] = {"matrix": matrix, "indices_array": indices, "data_array": amounts}
    if matrix == "technosphere_matrix":
        flip = np.arange(len(entries)) >= production
        found["data_array"] = np.where(flip, -amounts, amounts)
        found["flip_array"] = flip
    return found


def main(path: Path, choices: dict[str, Any], answer: Path) -> None:
    """Calculate every product and write what each causes, by column."""
    found = read(path, choices)
    package = bwp.create_datapackage(name="package", metadata={"database_dependencies": []})
    entries = [*found.production, *found.technosphere]
    package.add_persistent_vector(
        name="inner",
        **resource("technosphere_matrix", entries, 0, production=len(found.production)),
    )
    package.add_persistent_vector(
        name="outer", **resource("biosphere_matrix", found.biosphere, FLOWS)
    )
    columns: list[str] = choices["columns"]
    products = list(found.products)
    lca = bc.LCA({0: 1.0}, data_objs=[package])
    lca.lci(factorize=True)
    rows = {lca.dicts.biosphere[FLOWS + number]: flow for flow, number in found.flows.items()}
    factors = np.zeros((len(columns), lca.inventory.shape[0]))
    for row, flow in rows.items():
        for column, factor in choices["factors"].get(flow, {}).items():
            factors[columns.index(column), row] = factor
    values = np.zeros((len(products), len(columns)))
    for number in range(len(products)):
        lca.lci(demand={number: 1.0})
        values[number] = factors @ np.asarray(lca.inventory.sum(axis=1)).ravel()
    ids = np.array([f"{process}/{flow}" for process, flow in products])
    np.savez(answer, ids=ids, values=values, version=version("bw2calc"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text("utf-8")), Path(sys.argv[3]))
