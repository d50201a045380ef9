"""How sure a total is: first-order and Monte Carlo, with every shared quantity as one.

A factor, meter or parameter that several lines use is one random quantity; treating the lines as
independent would make the band too narrow. First order: u² = Σ_q (∂T/∂q · u_q)² (JCGM 100:2008,
5.1.2), the derivatives taken with respect to each quantity's ratio to its value. Products of
backgrounds move together: their part is the variance of Σ_q ∂T/∂q · r_q over the stored samples r,
which is 5.2.2 with the sample covariances. Monte Carlo: JCGM 101:2008, with keyed draws; of
backgrounds, draw k takes the stored sample k.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tanyuan.footprint.evaluate import Draws, Evaluation, Value, evaluate
from tanyuan.footprint.model import Model
from tanyuan.footprint.resolve import Intensity
from tanyuan.footprint.result import Driver, Uncertainty
from tanyuan.footprint.study import Role
from tanyuan.footprint.term import Term
from tanyuan.lca.sampling import uniform_draws
from tanyuan.problems import InputError, InvalidValueError, Place
from tanyuan.quality.distributions import Sampled, Scatter

Floats = NDArray[np.float64]
Random = Scatter | Sampled

SAMPLES = 10_000
SEED = 20260101
_STEP = 1e-5
_BATCH_CELLS = 4_000_000


def uncertainty(model: Model, total: float, samples: int, seed: int) -> Uncertainty:
    """The uncertainty of a model's total.

    Raises:
        InputError: a draw that cannot be calculated.
    """
    try:
        return _uncertainty(model, total, samples, seed)
    except InvalidValueError as error:
        raise InputError([error.problem(Place(sheet="parameters"))]) from None


def _uncertainty(model: Model, total: float, samples: int, seed: int) -> Uncertainty:
    scatters = random_quantities(model)
    base = list(_shares(model, evaluate(model), Draws()))
    slopes = _slopes(model, base)
    variances = {
        key: (slopes.get(key, 0.0) * scatter.standard_deviation) ** 2
        for key, scatter in scatters.items()
        if isinstance(scatter, Scatter)
    } | _together(slopes, scatters)
    whole = max(math.fsum(variances.values()), 0.0)
    drivers = [
        Driver(key, slope / total, variances.get(key, 0.0) / whole if whole else 0.0)
        for key, slope in slopes.items()
    ]
    drivers.sort(key=lambda driver: (-driver.share, -abs(driver.sensitivity), driver.key))
    interval = mean = median = None
    stages: dict[str, tuple[float, float]] = {}
    if samples and scatters:
        draws = _monte_carlo(model, base, scatters, samples, seed)
        totals = np.sum(list(draws.values()), axis=0)
        interval = _interval(totals)
        mean, median = float(totals.mean()), float(np.median(totals))
        stages = {stage: _interval(values) for stage, values in draws.items()}
    return Uncertainty(
        math.sqrt(whole), interval, mean, median, stages, tuple(drivers),
        _covered(model, base, scatters), samples if scatters else 0, seed,
    )  # fmt: skip


def _together(slopes: Mapping[str, float], scatters: Mapping[str, Random]) -> dict[str, float]:
    """What each quantity that was drawn together with others adds to the variance.

    It is its covariance with the sum of them all.
    """
    drawn = {key: one.ratios for key, one in scatters.items() if isinstance(one, Sampled)}
    length = max(map(len, drawn.values()), default=0)
    parts = {key: slopes.get(key, 0.0) * np.resize(one, length) for key, one in drawn.items()}
    whole = np.sum(list(parts.values()), axis=0)
    return {key: float(((one - one.mean()) * (whole - whole.mean())).mean())
            for key, one in parts.items()}  # fmt: skip


def random_quantities(model: Model) -> dict[str, Random]:
    """Every quantity that is known to scatter, by key."""
    found: dict[str, Random] = {}
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
    certain = [k for k, one in found.items() if isinstance(one, Sampled) and one.certain]
    return {key: one for key, one in found.items() if key not in certain}


def _ratios(scatter: Random, key: str, seed: int, first: int, count: int) -> Floats:
    """Draws first … first + count - 1 of a quantity."""
    if isinstance(scatter, Sampled):
        return scatter.draws(first, count)
    return scatter.from_uniform(uniform_draws(key, seed, first, count))


def _intensities(model: Model) -> Iterable[Intensity]:
    for term in model.terms:
        if term.intensity is not None:
            yield term.intensity
    for credit in model.credits:
        yield credit.intensity


@dataclass(frozen=True)
class _Share:
    """What one line or credit adds to one stage: its random quantities and its kg CO2e."""

    keys: tuple[str, ...]
    stage: str
    value: Floats


def _shares(model: Model, evaluation: Evaluation, draws: Draws) -> Iterable[_Share]:
    """Everything that counts in the total, without what is missing."""
    for term, amount in zip(model.terms, evaluation.amounts, strict=True):
        if term.role is Role.COUNTED and term.intensity is not None:
            keys = [f"line:{term.line.id}"]
            keys += [f"meter:{term.line.meter}"] if term.line.meter else []
            yield from _by_stage(
                model, evaluation, draws, term.intensity, term.stage, amount, (*keys,)
            )
    for credit, amount in zip(model.credits, evaluation.credits, strict=True):
        yield from _by_stage(model, evaluation, draws, credit.intensity, credit.stage, amount, ())


def _by_stage(
    model: Model,
    evaluation: Evaluation,
    draws: Draws,
    intensity: Intensity,
    stage: str,
    amount: Value,
    keys: tuple[str, ...],
) -> Iterable[_Share]:
    stages = [stage] if stage else dict.fromkeys(part.stage for part in intensity.parts)
    for one in stages:
        parts = intensity.parts if stage else [p for p in intensity.parts if p.stage == one]
        part = intensity if stage else replace(intensity, parts=tuple(parts))
        value = np.asarray(evaluation.co2e(model, part, draws) * amount)
        if not np.isnan(value).any():
            yield _Share((*keys, intensity.key), one, value)


def _slopes(model: Model, base: list[_Share]) -> dict[str, float]:
    """∂T/∂(ratio) of every quantity, uncertain or not.

    Factors, and lines that feed nothing else, are linear: their slope is what they add. The rest
    (parameters, lines between processes and their meters) is found by central differences.
    """
    slopes: dict[str, list[float]] = defaultdict(list)
    for share in base:
        for key in share.keys:
            slopes[key].append(float(share.value))
    found = {key: math.fsum(values) for key, values in slopes.items()}
    return found | _differences(model, _curved(model))


def _curved(model: Model) -> list[str]:
    """Keys of the quantities in which the total is not linear."""
    linked = [term.line for term in model.terms if term.provider >= 0]
    parameters = model.quantities.definitions.items()
    keys = [f"parameter:{name}" for name, value in parameters if isinstance(value, float)]
    keys += [f"line:{line.id}" for line in linked]
    keys += [f"meter:{line.meter}" for line in linked if line.meter]
    return list(dict.fromkeys(keys))


def _differences(model: Model, keys: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    width = len(model.terms) * max(1, len(model.outputs))
    batch = max(1, _BATCH_CELLS // (4 * max(1, width)))
    for first in range(0, len(keys), batch):
        some = keys[first : first + batch]
        ratios = {}
        for index, key in enumerate(some):
            ratio = np.ones(2 * len(some))
            ratio[2 * index] += _STEP
            ratio[2 * index + 1] -= _STEP
            ratios[key] = ratio
        draws = Draws(2 * len(some), ratios)
        total = np.zeros(2 * len(some))
        for share in _shares(model, evaluate(model, draws), draws):
            total = total + share.value
        for index, key in enumerate(some):
            found[key] = float(total[2 * index] - total[2 * index + 1]) / (2 * _STEP)
    return found


def _monte_carlo(
    model: Model, base: list[_Share], scatters: Mapping[str, Random], samples: int, seed: int
) -> dict[str, Floats]:
    """Draws of each stage's kg CO2e."""
    if scatters.keys() & set(_curved(model)):
        return _draw_models(model, scatters, samples, seed)
    return _draw_shares(base, scatters, samples, seed)


def _draw_shares(
    base: list[_Share], scatters: Mapping[str, Random], samples: int, seed: int
) -> dict[str, Floats]:
    """Where nothing curved scatters, each share is its value times the ratios of its quantities."""
    stages: dict[str, Floats] = {}
    shared: dict[str, Floats] = {}
    for share in base:
        value = np.full(samples, float(share.value))
        for key in share.keys:
            if key in scatters:
                ratio = shared.get(key)
                if ratio is None:
                    ratio = _ratios(scatters[key], key, seed, 0, samples)
                if not key.startswith("line:"):
                    shared[key] = ratio
                value *= ratio
        stages[share.stage] = stages.get(share.stage, 0.0) + value
    return stages


def _draw_models(
    model: Model, scatters: Mapping[str, Random], samples: int, seed: int
) -> dict[str, Floats]:
    """Evaluate the whole model for batches of draws."""
    width = len(model.terms) * max(1, len(model.outputs))
    batch = max(4, min(samples, _BATCH_CELLS // max(1, width)) // 4 * 4)
    stages: dict[str, Floats] = {}
    for first in range(0, samples, batch):
        count = min(batch, samples - first)
        ratios = {
            key: _ratios(scatter, key, seed, first, count) for key, scatter in scatters.items()
        }
        draws = Draws(count, ratios)
        for share in _shares(model, evaluate(model, draws), draws):
            if share.stage not in stages:
                stages[share.stage] = np.zeros(samples)
            stages[share.stage][first : first + count] += share.value
    return stages


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _covered(model: Model, base: list[_Share], scatters: Mapping[str, Random]) -> float:
    """Share of the total's sizes that rest on something that states a spread."""
    uncertain = {f"line:{term.line.id}" for term in model.terms if _uses_uncertain(model, term)}
    known = scatters.keys() | uncertain
    sizes = [(abs(float(share.value)), bool(known & set(share.keys))) for share in base]
    whole = math.fsum(size for size, _ in sizes)
    return math.fsum(size for size, yes in sizes if yes) / whole if whole else 0.0


def _uses_uncertain(model: Model, term: Term) -> bool:
    """Whether a line's amount, distance or factor is a formula over an uncertain parameter."""
    amounts = [term.line.amount, term.line.distance]
    amounts += [part.value for part in term.intensity.parts] if term.intensity else []
    names = {name for amount in amounts if amount is not None for name in amount.names}
    return model.quantities.any_uncertain(names)
