"""A synthetic background with the statistics of a large public unit-process database.

Everything comes from one seeded generator; no outside data is read. Amounts are first drawn in
price space: each process spends less than 1 on its inputs, so that column sums, and with them the
spectral radius, stay below 1 (a productive economy). Units of many sizes come on top as a diagonal
scaling, which keeps the spectrum and spreads the coefficients over a dozen decades.

What keeps the fill of a factorisation as low as in real databases is repetition: a technology is a
*family*, one list of inputs worked in several regions by instances and mixed by a market. A *core*
of global markets is bought by everybody with Zipf weights and supplied by families itself; *grids*
are regional products (electricity by voltage, heat) fed by regional plants. These and whatever
supplies them make one giant strongly connected component; the rest is triangular.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SECTOR = 40  # families that buy from each other
EARLY = 0.45  # share of a sector's families that may supply the core
SLOTS = 8  # products of a region's grid: high, medium, low voltage, heat and the like

# Gas and kind of the climate-relevant flows: GWP-100 (IPCC AR6 WG1, Table 7.15 and 7.SM.7) and the
# share of each among those flows.
COLUMNS = {
    "CO2|fossil": (1.0, 0.40),
    "CH4|fossil": (29.8, 0.12),
    "N2O|fossil": (273.0, 0.12),
    "CH4|biogenic": (27.0, 0.12),
    "SF6|fossil": (25200.0, 0.04),
    "CO2|land use": (1.0, 0.12),
    "CO2|removal": (-1.0, 0.08),
}


class Exchanges(NamedTuple):
    """Entries of a matrix in coordinate form, with indices of 32 bits as scipy's matrices have."""

    row: NDArray[np.int32]
    column: NDArray[np.int32]
    amount: Floats
    sigma: Floats  # of ln |amount|, the median being the amount; 0 where certain

    def take(self, which: Indices) -> Exchanges:
        """Some of the entries."""
        row, column, amount, sigma = self
        return Exchanges(row[which], column[which], amount[which], sigma[which])


@dataclass(frozen=True)
class Background:
    """Plain arrays, in the signs of the technosphere matrix: production +, input −.

    A waste treatment takes its reference in: its row has the opposite sign.
    """

    processes: int
    flows: int
    technosphere: Exchanges  # the reference products first, process by process
    interventions: Exchanges  # row: flow, column: process
    flow_column: Indices  # index into COLUMNS, −1 where a flow has no part in climate change
    flow_factor: Floats  # kg of the gas per unit of the flow

    def climate_factors(self) -> Floats:
        """kg CO2e per unit of each flow."""
        gwp = np.array([value for value, _ in COLUMNS.values()])
        return np.where(self.flow_column < 0, 0.0, self.flow_factor * gwp[self.flow_column])

    def save(self, file: Path) -> None:
        """Write all arrays to an npz file."""
        sizes = np.array([self.processes, self.flows])
        parts = {f"t_{k}": v for k, v in self.technosphere._asdict().items()}
        parts |= {f"b_{k}": v for k, v in self.interventions._asdict().items()}
        np.savez(file, sizes=sizes, column=self.flow_column, factor=self.flow_factor, **parts)


def load(file: Path) -> Background:
    """Read what `Background.save` wrote."""
    with np.load(file) as z:
        technosphere = Exchanges(*(z[f"t_{name}"] for name in Exchanges._fields))
        interventions = Exchanges(*(z[f"b_{name}"] for name in Exchanges._fields))
        processes, flows = z["sizes"].tolist()
        return Background(processes, flows, technosphere, interventions, z["column"], z["factor"])


class _Purchases(NamedTuple):
    """Process `column` spends `weight` on product `row`."""

    row: Indices
    column: Indices
    weight: Floats


class _Plan:
    """Where each kind of process stands: core, grids, plants, families."""

    def __init__(self, rng: np.random.Generator, processes: int) -> None:
        self.rng = rng
        self.processes = processes
        self.core = max(20, int(0.022 * min(processes, 60_000)))
        self.regions = int(np.clip(processes // 230, 4, 120))
        self.plants = int(np.clip(processes // 900, 3, 25))
        self.grid = self.core
        self.plant = self.grid + self.regions * SLOTS
        first = self.plant + self.regions * self.plants
        instances = np.minimum(rng.geometric(0.25, processes), self.regions)
        size = np.where(instances > 1, instances + 1, 1)  # a market beside several instances
        size = size[np.cumsum(size) <= processes - first]
        size = np.append(size, np.ones(processes - first - size.sum(), dtype=np.int64))
        self.size = size
        self.market = first + np.cumsum(size) - size  # or the only producer
        families = np.arange(len(size))
        self.early = self.market[families % SECTOR < EARLY * SECTOR]
        self._zipf = np.cumsum(1.0 / (np.arange(self.core) + 3.0) ** 1.05)
        self._slots = np.cumsum(1.0 / np.arange(SLOTS, 0, -1.0))

    def core_products(self, count: int) -> Indices:
        """Core markets, popular ones more often."""
        return np.asarray(np.searchsorted(self._zipf, self.rng.random(count) * self._zipf[-1]))

    def slots(self, count: int) -> Indices:
        """Products of a grid, low voltage and heat more often than high voltage."""
        return np.asarray(np.searchsorted(self._slots, self.rng.random(count) * self._slots[-1]))

    def early_products(self, count: int) -> Indices:
        """Products of families that may supply the core."""
        return self.rng.choice(self.early, count)


def make(processes: int, seed: int = 20261128) -> Background:
    """A background of so many processes (from 1,000)."""
    rng = np.random.default_rng(seed)
    plan = _Plan(rng, processes)
    parts = [*_core(plan), *_grids(plan), *_plants(plan), *_families(plan)]
    row, column, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    own = row == column
    cell, place = np.unique(column[~own] * processes + row[~own], return_inverse=True)
    weight = np.bincount(place, weight[~own])
    hidden = rng.permutation(processes)  # numbers in a real database tell nothing of its layout
    row, column = hidden[cell % processes], hidden[cell // processes]
    structural = np.zeros(processes, dtype=bool)
    structural[hidden[: plan.plant]] = True

    unit = np.exp(rng.normal(0.0, 2.3, processes))
    production = np.exp(rng.normal(0.0, 3.0, processes) * (rng.random(processes) < 0.03))
    sign = np.where(~structural & (rng.random(processes) < 0.05), -1.0, 1.0)
    bought = -weight * unit[column] / unit[row] * production[column] * sign[row]
    sigma = _sigma(rng, len(weight), certain=0.15, scale=0.02)
    diagonal = np.arange(processes)
    technosphere = Exchanges(
        np.concatenate([diagonal, row]).astype(np.int32),
        np.concatenate([diagonal, column]).astype(np.int32),
        np.concatenate([production * sign, bought]),
        np.concatenate([np.zeros(processes), sigma]),
    )
    return _with_interventions(rng, technosphere, unit * production, structural)


def _sigma(rng: np.random.Generator, count: int, certain: float, scale: float) -> Floats:
    drawn = np.sqrt(rng.gamma(2.0, scale, count))
    return np.where(rng.random(count) < certain, 0.0, drawn)


def _spread(rng: np.random.Generator, group: Indices, budget: Floats, shape: float) -> Floats:
    """Uneven shares of `budget[group]`; the smaller `shape`, the more uneven."""
    weight = rng.gamma(shape, size=len(group)) + 1e-6
    return weight / np.bincount(group, weight, len(budget))[group] * budget[group]


def _core(plan: _Plan) -> list[_Purchases]:
    """Each core market mixes one to four families and buys transport from the core."""
    rng, core = plan.rng, plan.core
    mixed = np.repeat(np.arange(core), rng.integers(1, 5, core))
    budget = rng.uniform(0.86, 0.95, core)
    moved = np.repeat(np.arange(core), 3)
    return [
        _Purchases(plan.early_products(len(mixed)), mixed, _spread(rng, mixed, budget, 0.8)),
        _Purchases(plan.core_products(len(moved)), moved, rng.uniform(0.003, 0.015, len(moved))),
    ]


def _grids(plan: _Plan) -> list[_Purchases]:
    """High voltage mixes plants and two neighbours; the other slots stand on the voltages."""
    rng, regions = plan.rng, np.arange(plan.regions)
    high = plan.grid + regions * SLOTS
    region, plant = np.nonzero(rng.random((plan.regions, plan.plants)) < 0.75)
    plants = plan.plant + plant * plan.regions + region
    parts = [
        _Purchases(plants, high[region], _spread(rng, region, np.full(plan.regions, 0.85), 0.6))
    ]
    for step in (1, 7):
        neighbour = high[(regions + step) % plan.regions]
        parts.append(_Purchases(neighbour, high, rng.uniform(0.005, 0.04, plan.regions)))
    for slot in range(1, SLOTS):
        network = slot < 3
        source = high + (slot - 1 if network else rng.integers(0, 3, plan.regions))
        share = np.full(plan.regions, 0.9 if network else 0.15)
        parts.append(_Purchases(source, high + slot, share))
        buyer = np.repeat(regions, 3)
        rest = np.full(plan.regions, 0.04 if network else 0.5)
        parts.append(
            _Purchases(
                plan.core_products(len(buyer)),
                (high + slot)[buyer],
                _spread(rng, buyer, rest, 0.35),
            )
        )
    return parts


def _plants(plan: _Plan) -> list[_Purchases]:
    """A plant of one technology buys the same things in every region, and some of its own power."""
    rng, regions = plan.rng, np.arange(plan.regions)
    parts = []
    for technology in range(plan.plants):
        inputs = np.unique(plan.core_products(int(rng.integers(5, 12))))
        inputs = np.concatenate([inputs, plan.early_products(2)])
        budget = np.array([rng.uniform(0.3, 0.9)])
        share = _spread(rng, np.zeros(len(inputs), dtype=np.int64), budget, 0.35)
        buyers = plan.plant + technology * plan.regions + regions
        parts.append(
            _Purchases(
                np.tile(inputs, plan.regions),
                np.repeat(buyers, len(inputs)),
                np.tile(share, plan.regions),
            )
        )
        own = rng.uniform(0.01, 0.06, plan.regions)
        parts.append(_Purchases(plan.grid + regions * SLOTS, buyers, own))
    return parts


def _families(plan: _Plan) -> list[_Purchases]:
    """Instances follow their family's list of inputs; a market mixes them."""
    rng = plan.rng
    families = len(plan.size)
    length = np.clip(np.round(rng.lognormal(np.log(13.5) - 0.3, 0.75, families)), 1, 150)
    family, product, regional = _lists(plan, length.astype(np.int64))
    base = _spread(rng, family, np.ones(families), 0.35)

    instances = np.maximum(plan.size - 1, 1)
    owner = np.repeat(np.arange(families), instances)
    rank = np.arange(len(owner)) - np.repeat(np.cumsum(instances) - instances, instances)
    node = plan.market[owner] + rank + (plan.size[owner] > 1)
    region = (rng.integers(0, plan.regions, families)[owner] + rank) % plan.regions

    entries = np.bincount(family, minlength=families)
    who = np.repeat(np.arange(len(node)), entries[owner])
    start = np.cumsum(entries) - entries
    begin = np.cumsum(entries[owner]) - entries[owner]
    entry = start[owner[who]] + np.arange(len(who)) - begin[who]
    bought = product[entry] + np.where(regional[entry], region[who] * SLOTS, 0)
    weight = base[entry] * rng.lognormal(0.0, 0.2, len(entry))
    odd = np.repeat(np.arange(len(node)), rng.binomial(length[owner].astype(np.int64), 0.03))
    bought = np.concatenate([bought, plan.early_products(len(odd))])
    weight = np.concatenate([weight, rng.gamma(0.35, size=len(odd)) * 0.05])
    who = np.concatenate([who, odd])
    budget = rng.beta(4.0, 3.0, len(node)) * 0.95
    total = np.bincount(who, weight, len(node))

    mixed = np.flatnonzero(plan.size[owner] > 1)
    moved = np.repeat(np.flatnonzero(plan.size > 1), 4)
    mixing = _spread(rng, owner[mixed], np.full(families, 0.93), 1.0)
    moving = _spread(rng, moved, np.full(families, 0.04), 0.35)
    return [
        _Purchases(bought, node[who], weight / total[who] * budget[who]),
        _Purchases(node[mixed], plan.market[owner[mixed]], mixing),
        _Purchases(plan.core_products(len(moved)), plan.market[moved], moving),
    ]


def _lists(plan: _Plan, length: Indices) -> tuple[Indices, Indices, NDArray[np.bool_]]:
    """Each family's list of inputs: core, its own sector's earlier families, its region's grid.

    Sorted by family. A regional input stands for the slot in the grid of region 0.
    """
    rng = plan.rng
    family = np.repeat(np.arange(len(length)), length)
    kind = rng.choice(3, len(family), p=[0.45, 0.30, 0.25])
    sector = family // SECTOR * SECTOR
    earlier = sector + (rng.random(len(family)) * (family - sector)).astype(np.int64)
    core, slot = plan.core_products(len(family)), plan.grid + plan.slots(len(family))
    product = np.choose(kind, [core, plan.market[earlier], slot])
    keep = (kind != 1) | (family > sector)
    cell = np.unique(family[keep] * (plan.processes * 2) + product[keep] * 2 + (kind[keep] == 2))
    return cell // (plan.processes * 2), cell // 2 % plan.processes, cell % 2 == 1


def _with_interventions(
    rng: np.random.Generator,
    technosphere: Exchanges,
    scale: Floats,
    structural: NDArray[np.bool_],
) -> Background:
    """Emissions: many of a few flows, few of many; a tenth of the flows matter to climate."""
    processes = len(scale)
    flows = int(np.clip(processes // 7, 300, 4000))
    each = np.clip(np.round(rng.lognormal(np.log(19.0) - 0.5, 1.0, processes)), 0, 600)
    count = np.where(structural, rng.integers(0, 2, processes), each.astype(np.int64))
    emitter = np.repeat(np.arange(processes), count)
    zipf = np.cumsum(1.0 / (np.arange(flows) + 3.0) ** 0.9)
    flow = np.searchsorted(zipf, rng.random(len(emitter)) * zipf[-1])
    cell = np.unique(emitter * flows + flow)
    emitter, flow = cell // flows, cell % flows

    shares = np.array([share for _, share in COLUMNS.values()])
    gwp = np.abs([value for value, _ in COLUMNS.values()])
    kind = rng.choice(len(COLUMNS), flows, p=shares)
    kind = np.where(rng.random(flows) < 0.10, kind, -1)
    kind[0] = 0  # carbon dioxide from fossil fuel is the commonest flow
    factor = np.exp(rng.normal(0.0, 2.0, flows))
    size = np.exp(rng.normal(-6.0, 1.5, len(cell))) * scale[emitter]
    amount = size / factor[flow] / np.where(kind < 0, 1.0, gwp[kind])[flow]
    sigma = _sigma(rng, len(cell), certain=0.05, scale=0.06)
    interventions = Exchanges(flow.astype(np.int32), emitter.astype(np.int32), amount, sigma)
    factor = np.where(kind < 0, 0.0, factor)
    return Background(processes, flows, technosphere, interventions, kind, factor)


def statistics(background: Background) -> dict[str, float]:
    """What the background has in common with a real one; see the first lines of this file."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - the arrays alone need numpy only
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    n, (row, column, amount, sigma) = background.processes, background.technosphere
    bought = row != column
    inputs = np.abs(amount[bought] / amount[:n][column[bought]])  # per unit of the buyer's product
    matrix = csr_array((inputs, (row[bought], column[bought])), shape=(n, n))
    component = connected_components(matrix, connection="strong")[1]
    vector = np.ones(n)
    radius = 0.0
    for _ in range(400):
        vector = matrix @ vector
        radius = float(np.linalg.norm(vector))
        vector /= radius
    flow, _, _, scatter = background.interventions
    matters = background.flow_column[flow] >= 0
    return {
        "processes": n,
        "technosphere nonzeros": len(row),
        "biosphere nonzeros": len(flow),
        "flows": background.flows,
        "giant component": float(np.bincount(component).max() / n),
        "spectral radius": radius,
        "uncertain, climate": int((sigma > 0).sum() + ((scatter > 0) & matters).sum()),
        "most bought": int(np.bincount(row[bought]).max()),
        "decades": float(np.ptp(np.log10(np.abs(amount)))),
    }
