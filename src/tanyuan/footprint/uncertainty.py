"""How sure a total is: first-order and Monte Carlo, with every shared quantity as one.

A factor, meter or parameter that several lines use is one random quantity; treating the lines as
independent would make the band too narrow. First order: u² = Σ_q (∂T/∂q · u_q)² (JCGM 100:2008,
5.1.2), the derivatives taken with respect to each quantity's ratio to its value. Monte Carlo:
JCGM 101:2008, with keyed draws.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tanyuan.footprint.evaluate import Draws, Evaluation, evaluate
from tanyuan.footprint.model import Model
from tanyuan.footprint.resolve import Intensity, uses_formula
from tanyuan.footprint.result import Driver, Uncertainty
from tanyuan.footprint.study import Role
from tanyuan.lca.sampling import uniform_draws
from tanyuan.quality.distributions import Scatter

Floats = NDArray[np.float64]

SAMPLES = 10_000
SEED = 20260101
_STEP = 1e-5
_BATCH_CELLS = 4_000_000


def uncertainty(model: Model, total: float, samples: int, seed: int) -> Uncertainty:
    """The uncertainty of a model's total."""
    scatters = random_quantities(model)
    slopes = _slopes(model)
    variances = {
        key: (slopes.get(key, 0.0) * scatter.standard_deviation) ** 2
        for key, scatter in scatters.items()
    }
    whole = math.fsum(variances.values())
    drivers = [
        Driver(key, slope / total, variances.get(key, 0.0) / whole if whole else 0.0)
        for key, slope in slopes.items()
    ]
    drivers.sort(key=lambda driver: (-driver.share, -abs(driver.sensitivity), driver.key))
    interval = mean = median = None
    stages: dict[str, tuple[float, float]] = {}
    if samples and scatters:
        draws = _monte_carlo(model, scatters, samples, seed)
        totals = np.sum(list(draws.values()), axis=0)
        interval = _interval(totals)
        mean, median = float(totals.mean()), float(np.median(totals))
        stages = {stage: _interval(values) for stage, values in draws.items()}
    return Uncertainty(
        math.sqrt(whole), interval, mean, median, stages, tuple(drivers),
        _covered(model), samples if scatters else 0, seed,
    )  # fmt: skip


def random_quantities(model: Model) -> dict[str, Scatter]:
    """Every quantity that states how it scatters, by key."""
    found: dict[str, Scatter] = {}
    for name, scatter in model.quantities.scatters.items():
        found[f"parameter:{name}"] = scatter
    for meter, scatter in model.meters.items():
        found[f"meter:{meter}"] = scatter
    for term in model.terms:
        if term.scatter is not None:
            found[f"line:{term.line.id}"] = term.scatter
    for intensity in _intensities(model):
        if intensity.scatter is not None:
            found[intensity.key] = intensity.scatter
    return found


def _intensities(model: Model) -> Iterable[Intensity]:
    for term in model.terms:
        if term.intensity is not None:
            yield term.intensity
    for credit in model.credits:
        yield credit.intensity


def _values(
    model: Model, evaluation: Evaluation, draws: Draws
) -> Iterable[tuple[str, str, Floats]]:
    """(key of the factor, stage, kg CO2e) of everything that counts; without gaps."""
    shape = () if draws.count is None else (draws.count,)
    pairs = [
        (term.intensity, term.stage, amount)
        for term, amount in zip(model.terms, evaluation.amounts, strict=True)
        if term.role is Role.COUNTED and term.intensity is not None
    ]
    pairs += [
        (credit.intensity, credit.stage, amount)
        for credit, amount in zip(model.credits, evaluation.credits, strict=True)
    ]
    for intensity, stage, amount in pairs:
        for part_stage, one in _by_part_stage(intensity, stage):
            value = np.asarray(evaluation.co2e(model, one, draws) * amount)
            if not np.isnan(value).any():
                yield intensity.key, part_stage, np.broadcast_to(value, shape)


def _by_part_stage(intensity: Intensity, stage: str) -> Iterable[tuple[str, Intensity]]:
    if stage:
        return [(stage, intensity)]
    grouped = defaultdict(list)
    for part in intensity.parts:
        grouped[part.stage].append(part)
    return [(name, replace(intensity, parts=tuple(parts))) for name, parts in grouped.items()]


def _slopes(model: Model) -> dict[str, float]:
    """∂T/∂(ratio) of every quantity, uncertain or not.

    Factors, and lines that feed nothing else, are linear: their slope is what they add. The rest
    (parameters, meters, lines between processes) is found by central differences in one batch.
    """
    base = evaluate(model)
    slopes: dict[str, list[float]] = defaultdict(list)
    for key, _, value in _values(model, base, Draws()):
        slopes[key].append(float(value))
    for term, amount in zip(model.terms, base.amounts, strict=True):
        if term.role is Role.COUNTED and term.provider < 0 and term.intensity is not None:
            added = float(base.co2e(model, term.intensity, Draws())) * float(amount)
            if not math.isnan(added):
                slopes[f"line:{term.line.id}"].append(added)
                if term.line.meter:
                    slopes[f"meter:{term.line.meter}"].append(added)
    found = {key: math.fsum(values) for key, values in slopes.items()}
    return found | _differences(model, _curved(model))


def _curved(model: Model) -> list[str]:
    """Keys of the quantities in which the total is not linear."""
    linked = [term.line for term in model.terms if term.provider >= 0]
    keys = [f"parameter:{row.id}" for row in model.study.parameters if row.value.number is not None]
    keys += [f"line:{line.id}" for line in linked]
    keys += [f"meter:{line.meter}" for line in linked if line.meter]
    return list(dict.fromkeys(keys))


def _differences(model: Model, keys: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    batch = max(1, _BATCH_CELLS // (4 * max(1, len(model.terms) * max(1, len(model.outputs)))))
    for first in range(0, len(keys), batch):
        some = keys[first : first + batch]
        ratios = {}
        for index, key in enumerate(some):
            ratio = np.ones(2 * len(some))
            ratio[2 * index] += _STEP
            ratio[2 * index + 1] -= _STEP
            ratios[key] = ratio
        draws = Draws(2 * len(some), ratios)
        totals = _total(model, draws)
        for index, key in enumerate(some):
            found[key] = float(totals[2 * index] - totals[2 * index + 1]) / (2 * _STEP)
    return found


def _total(model: Model, draws: Draws) -> Floats:
    evaluation = evaluate(model, draws)
    total = np.zeros(draws.count or 1)
    for _, _, value in _values(model, evaluation, draws):
        total = total + value
    return total


def _monte_carlo(
    model: Model, scatters: dict[str, Scatter], samples: int, seed: int
) -> dict[str, Floats]:
    """Draws of each stage's kg CO2e."""
    width = len(model.terms) * max(1, len(model.outputs))
    batch = max(4, min(samples, _BATCH_CELLS // max(1, width)) // 4 * 4)
    stages: dict[str, Floats] = {}
    for first in range(0, samples, batch):
        count = min(batch, samples - first)
        ratios = {
            key: scatter.from_uniform(uniform_draws(key, seed, first, count))
            for key, scatter in scatters.items()
        }
        draws = Draws(count, ratios)
        for _, stage, value in _values(model, evaluate(model, draws), draws):
            if stage not in stages:
                stages[stage] = np.zeros(samples)
            stages[stage][first : first + count] += value
    return stages


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _covered(model: Model) -> float:
    """Share of the total's sizes whose line, meter or factor states a spread."""
    base = evaluate(model)
    sizes: list[tuple[float, bool]] = []
    for term, amount in zip(model.terms, base.amounts, strict=True):
        if term.role is Role.COUNTED and term.intensity is not None:
            value = abs(float(base.co2e(model, term.intensity, Draws())) * float(amount))
            stated = (term.scatter, term.intensity.scatter, model.meters.get(term.line.meter))
            formula = term.line.amount is not None and bool(
                term.line.amount.names & model.quantities.scatters.keys()
            )
            sizes.append((value, formula or any(stated) or uses_formula(term.intensity)))
    whole = math.fsum(size for size, _ in sizes if not math.isnan(size))
    known = math.fsum(size for size, yes in sizes if yes and not math.isnan(size))
    return known / whole if whole else 0.0
