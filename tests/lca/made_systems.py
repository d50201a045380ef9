"""Random systems that are known to be productive, with the matrices that they should have.

Amounts are first drawn in price space, where every process spends less than it earns, avoided
products counted as spending; units of many sizes come on top. What a system should hold is kept
apart as plain matrices, built without the engine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csc_array

from tanyuan.lca.allocation import partition
from tanyuan.lca.exchanges import Exchanges, Scatters, Shape
from tanyuan.lca.inventory import Inventory
from tanyuan.lca.system import Characterisation, System, system

FLOWS = ("CH4", "CO2", "N2O", "dust")
COLUMNS = ("climate", "methane")
FACTORS = np.array([[29.8, 1.0], [1.0, 0.0], [273.0, 0.0], [0.0, 0.0]])
CHARACTERISATION = Characterisation.of(
    COLUMNS, FLOWS, [0, 0, 1, 2], [0, 1, 0, 0], [29.8, 1.0, 1.0, 273.0]
)

KINDS = (
    "acyclic",
    "loops",
    "nested",
    "empty",
    "self",
    "waste",
    "avoided",
    "units",
    "twins",
    "everything",
    "allocated",
)


class Made(NamedTuple):
    """A system, and what it should be: A (n, n) and Bᵀ C (n, k) in the order of its processes."""

    system: System
    matrix: csc_array
    direct: np.ndarray


class Arcs(NamedTuple):
    """Process `user` spends the share of a unit of its product on product `supplier`."""

    supplier: np.ndarray
    user: np.ndarray
    share: np.ndarray


def made(kind: str, n: int, seed: int, *, scattered: bool = False) -> Made:
    """A system of a kind with n processes (allocated: n products of fewer processes)."""
    rng = np.random.default_rng([KINDS.index(kind), n, seed])
    if kind == "allocated":
        return _allocated(rng, n)
    everything = kind == "everything"
    arcs = _arcs(rng, kind, n)
    unit = 10.0 ** rng.uniform(-6, 6, n) if everything or kind == "units" else np.ones(n)
    makes = unit * rng.uniform(0.5, 2.0, n)
    treats = np.zeros(n, bool)
    spared = np.zeros(len(arcs.share), bool)
    if everything or kind == "waste":
        treats = rng.random(n) < 0.2
    if everything or kind == "avoided":
        spared = rng.random(len(spared)) < 0.2
    sign = np.where(treats, -1.0, 1.0)
    taken = arcs.share * unit[arcs.supplier] * makes[arcs.user] / unit[arcs.user]
    taken = np.where(spared, taken, -taken) * sign[arcs.supplier]
    row, column, amount = [np.arange(n)], [np.arange(n)], [makes * sign]
    avoided = [np.zeros(n, bool)]
    if everything or kind == "self":
        own = np.flatnonzero(rng.random(n) < 0.5)
        used = makes[own] * rng.uniform(0.05, 0.5, len(own))
        amount[0][own] += used * sign[own]
        row.append(own), column.append(own), amount.append(-used * sign[own])
        avoided.append(np.zeros(len(own), bool))
    parts = [1.0]
    if everything or kind == "twins":
        parts = [0.25, 0.25, 0.5]
    for part in parts:
        row.append(arcs.supplier), column.append(arcs.user), amount.append(taken * part)
        avoided.append(spared)
    if everything or kind == "twins":  # what is taken and spared alike counts nothing
        same = np.flatnonzero(rng.random(n) < 0.3)
        other = rng.permutation(n)[: len(same)]
        same, other = same[same != other], other[same != other]
        much = unit[other] * makes[same] / unit[same] * 0.01
        for change in (-1.0, 1.0):
            row.append(other), column.append(same), amount.append(much * change)
            avoided.append((change * sign[other]) > 0)
    rows, columns, amounts = map(np.concatenate, (row, column, amount))
    flow, emitter, emitted = _emissions(rng, n, makes / unit)
    ids = _ids(rng, n)
    given = system(
        ids,
        FLOWS,
        Exchanges.of(rows, columns, amounts, _scatters(rng, len(rows), scattered)),
        Exchanges.of(flow, emitter, emitted, _scatters(rng, len(flow), scattered)),
        waste=treats,
        avoided=np.concatenate(avoided),
    )
    return _expected(given, ids, (rows, columns, amounts), (flow, emitter, emitted))


def _arcs(rng: np.random.Generator, kind: str, n: int) -> Arcs:
    if kind == "empty" or n < 2:
        none = np.zeros(0, int)
        return Arcs(none, none, np.zeros(0))
    rank = rng.permutation(n)  # suppliers first
    pairs = [_earlier(rng, n)]
    if kind == "nested":
        pairs += [_ring(0, n), _ring(n // 4, n // 2), _ring(n // 4, n // 3), _ring(n // 2, n)]
    elif kind != "acyclic":
        starts = np.unique(rng.integers(0, n, max(n // 12, 1)))
        pairs += [_ring(a, b) for a, b in zip(starts, [*starts[1:], n], strict=True)]
    first, second = (np.concatenate(part) for part in zip(*pairs, strict=True))
    cell = np.unique(second * n + first)
    supplier, user = rank[cell % n], rank[cell // n]
    share = rng.gamma(0.5, size=len(cell)) + 1e-3
    spending = rng.uniform(0.1, 0.97, n)
    share *= (spending / np.maximum(np.bincount(user, share, n), 1e-9))[user]
    return Arcs(supplier, user, share)


def _earlier(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Each node buys from some of the fifty before it, and a few of the first."""
    count = rng.integers(0, 5, n)
    user = np.repeat(np.arange(n), count)
    reach = np.where(rng.random(len(user)) < 0.8, np.minimum(user, 50), user)
    supplier = user - 1 - (rng.random(len(user)) * reach).astype(int)
    return supplier[user > 0], user[user > 0]


def _ring(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    nodes = np.arange(start, stop)
    if len(nodes) < 2:
        return nodes[:0], nodes[:0]
    return np.roll(nodes, 1), nodes


def _emissions(
    rng: np.random.Generator, n: int, runs: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each process emits of no, one or several flows, twice at times, or takes some up."""
    count = rng.integers(0, 6, n)
    if n:
        count[0] = max(count[0], 1)
    emitter = np.repeat(np.arange(n), count)
    flow = rng.integers(0, len(FLOWS), len(emitter))
    amount = rng.lognormal(0.0, 2.0, len(emitter)) * runs[emitter]
    return flow, emitter, np.where(rng.random(len(emitter)) < 0.05, -amount, amount)


def _ids(rng: np.random.Generator, n: int) -> list[str]:
    return [f"p{number:05d}" for number in rng.permutation(n)]


def _scatters(rng: np.random.Generator, count: int, scattered: bool) -> Scatters:
    """All shapes in turn at random, about a third certain."""
    if not scattered:
        return Scatters.none(count)
    shape = rng.choice(6, count, p=[0.3, 0.3, 0.1, 0.1, 0.1, 0.1]).astype(np.uint8)
    low, high = 1 - rng.uniform(0.01, 0.15, count), 1 + rng.uniform(0.01, 0.15, count)
    ratios = rng.uniform(0.9, 1.1, 40)
    empirical = shape == Shape.EMPIRICAL
    low[empirical] = rng.integers(0, 20, empirical.sum())
    high[empirical] = rng.integers(1, 20, empirical.sum())
    return Scatters(shape, rng.uniform(0.01, 0.12, count), low, high, ratios)


def _allocated(rng: np.random.Generator, n: int) -> Made:
    """Processes of one to four outputs each, partitioned by given shares."""
    process = np.cumsum(np.append(0, rng.random(max(n - 1, 0)) < 0.5))[:n]
    count = int(process.max(initial=-1)) + 1
    unit = 10.0 ** rng.uniform(-3, 3, n)
    makes = unit * rng.uniform(0.5, 2.0, n)
    share = rng.uniform(0.1, 1.0, n)
    share /= np.bincount(process, share, count)[process]
    inputs = [
        (supplier, user, rng.uniform(0, 0.9) / 4)
        for user in range(count)
        for supplier in rng.choice(n, min(n, 4), replace=False).tolist()
        if process[supplier] != user
    ]
    row = np.array([supplier for supplier, _, _ in inputs], int)
    column = np.array([user for _, user, _ in inputs], int)
    price = np.array([spent for _, _, spent in inputs])
    earned = np.array(  # an output charged with a share sells at least as much as it spends
        [np.min((makes / unit / share)[process == user], initial=np.inf) for user in range(count)]
    )
    taken = -price * unit[row] * earned[column]
    flow, emitter, emitted = _emissions(rng, count, np.ones(count))
    products = _ids(rng, n)
    names = [f"works{number:05d}" for number in rng.permutation(count)]
    inventory = Inventory(
        tuple(names),
        tuple(products),
        FLOWS,
        Exchanges.of(np.arange(n), process, makes),
        Exchanges.of(row, column, taken),
        Exchanges.of(flow, emitter, emitted),
        np.zeros(n, bool),
        np.zeros(len(row), bool),
    )
    several = np.bincount(process, minlength=count) > 1
    ids = [
        f"{names[of]}/{products[at]}" if several[of] else names[of]
        for at, of in enumerate(process.tolist())
    ]
    inner = [np.arange(n)], [np.arange(n)], [makes]
    outer: tuple[list[np.ndarray], ...] = ([], [], [])
    for output, of in enumerate(process.tolist()):
        for table, (rows, columns, amounts), parts in (
            (inner, (row, column, taken), share[output]),
            (outer, (flow, emitter, emitted), share[output]),
        ):
            mine = columns == of
            table[0].append(rows[mine])
            table[1].append(np.full(mine.sum(), output))
            table[2].append(amounts[mine] * parts)
    given = partition(inventory, share).system()
    return _expected(given, ids, _joined(inner), _joined(outer))


def _joined(parts: tuple[list[np.ndarray], ...]) -> tuple[np.ndarray, ...]:
    return tuple(np.concatenate([*part, np.zeros(0, int)]) for part in parts)


def _expected(
    given: System, ids: list[str], inner: tuple[np.ndarray, ...], outer: tuple[np.ndarray, ...]
) -> Made:
    n = len(ids)
    places = np.zeros(n, int)
    places[sorted(range(n), key=ids.__getitem__)] = np.arange(n)
    row, column, amount = inner
    matrix = csc_array(coo_array((amount, (places[row], places[column])), shape=(n, n)))
    flow, emitter, emitted = outer
    direct = np.zeros((n, len(COLUMNS)))
    np.add.at(direct, places[emitter], emitted[:, None] * FACTORS[flow])
    return Made(given, matrix, direct)
