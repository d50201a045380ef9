"""From study to footprint."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.factors.factor import Factor
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.evaluate import (
    Evaluation,
    characterisation,
    evaluate,
    part_value,
    target_unit,
)
from tanyuan.footprint.method import Allocation, Method
from tanyuan.footprint.model import Model, build
from tanyuan.footprint.resolve import Intensity
from tanyuan.footprint.result import Bar, CutOff, Footprint, Gap, LineResult, Part, Potentials
from tanyuan.footprint.study import DataKind, Phase, Role, Study
from tanyuan.footprint.term import Term
from tanyuan.footprint.uncertainty import SAMPLES, SEED, uncertainty
from tanyuan.gases import CO2E, EmissionKind, Flag
from tanyuan.languages import Message
from tanyuan.quality.pedigree import rating
from tanyuan.units import conversion


def calculate(
    study: Study,
    *,
    method: Method | None = None,
    scenario: str = "",
    library: Mapping[str, Factor] | None = None,
    samples: int = SAMPLES,
    seed: int = SEED,
    potentials: Potentials | None = None,
) -> Footprint:
    """The footprint of a study.

    Args:
        study: the document.
        method: instead of the study's own.
        scenario: one of the study's parameter sets; "" for the base case.
        library: factors by id instead of the starter library and the backgrounds on this machine.
        samples: Monte Carlo draws; 0 for the analytic uncertainty alone.
        seed: of the draws.
        potentials: GWP values by gas and kind instead of those of the method's set.

    Raises:
        InputError: with every problem found.
    """
    factors = Offer(starter_release().factors, Library()) if library is None else library
    model = build(study, factors, method or study.method, scenario, potentials)
    evaluation = evaluate(model)
    lines = [*_line_results(model, evaluation), *_credit_results(model, evaluation)]
    counted = [line for line in lines if line.role is Role.COUNTED]
    parts = [part for line in counted if line.value is not None for part in line.parts]
    total = math.fsum(part.value for part in parts if part.kind.in_total)
    gaps = (*_gaps(model, lines), *_idle_processes(model, evaluation))
    rated = _rating(model, counted)
    cut_off = _cut_off(model)
    exceptions = tuple(
        (term.line.id, term.line.exception)
        for term in model.terms
        if term.line.exception and term.role is Role.COUNTED
    )
    return Footprint(
        study=study,
        method=model.method,
        scenario=scenario,
        factors=_factors(model),
        potentials=model.potentials,
        total=total,
        co2_only={part.gas for part in parts} == {"CO2"},
        by_stage=_by_stage(study, parts),
        by_phase=_by_phase(study, parts),
        by_process=_sums((line.process, _in_total(line)) for line in counted),
        by_kind=_by_kind(parts),
        by_gas=_sums((part.gas, part.value) for part in parts if part.kind.in_total),
        masses=_sums((p.gas, _signed_mass(p)) for p in parts if p.kind.in_total and p.gas != CO2E),
        by_flag=_by_flag(counted),
        by_gwp_set=_gwp_shares(parts),
        lines=tuple(lines),
        outside=math.fsum(_in_total(line) for line in lines if line.role is Role.OUTSIDE),
        iluc=math.fsum(
            part.value for part in parts if not part.kind.in_total and not math.isnan(part.value)
        ),
        other_total=_other_total(model, evaluation, total),
        gaps=gaps,
        cut_off=cut_off,
        primary_share=_share(counted, lambda line: line.data_kind.is_primary),
        rating=rated[0],
        rated_share=rated[1],
        exceptions=exceptions,
        bars=tuple(_bars(model, gaps, cut_off, exceptions)),
        uncertainty=uncertainty(model, total, samples, seed) if total else None,
    )


def _factors(model: Model) -> tuple[Factor, ...]:
    """The library factors that the study uses or names in its own factors, by id."""
    intensities = [*(t.intensity for t in model.terms), *(t.other for t in model.terms)]
    intensities += [credit.intensity for credit in model.credits]
    intensities += model.own.values()
    used = {i.factor.id: i.factor for i in intensities if i is not None and i.factor is not None}
    return tuple(used[id_] for id_ in sorted(used))


def _line_results(model: Model, evaluation: Evaluation) -> Iterable[LineResult]:
    for term, amount in zip(model.terms, evaluation.amounts, strict=True):
        line, intensity = term.line, term.intensity
        known = line.amount is not None
        parts = _parts(model, evaluation, term, intensity, float(amount)) if known else ()
        per_unit = _per_unit(model, evaluation, intensity)
        value = _value(parts) if intensity and known else None
        if term.provider >= 0:
            value = 0.0
        yield LineResult(
            id=line.id,
            name_zh=line.name_zh,
            name_en=line.name_en,
            process=line.process,
            stage=term.stage,
            role=line.role,
            data_kind=line.data_kind,
            amount=float(amount) if known else None,
            unit=_unit(model, term),
            ref=intensity.id if intensity and term.other else line.ref,
            ref_name_zh=intensity.name_zh if intensity else "",
            ref_name_en=intensity.name_en if intensity else "",
            origin="output" if term.provider >= 0 else intensity.origin if intensity else "",
            source=intensity.source if intensity else "",
            intensity=per_unit,
            value=value,
            parts=parts,
            flags=tuple(dict.fromkeys([*line.flags, *(intensity.flags if intensity else ())])),
            interval=_interval(model, term, value),
            note=line.note or line.reason,
        )


def _credit_results(model: Model, evaluation: Evaluation) -> Iterable[LineResult]:
    for credit, amount in zip(model.credits, evaluation.credits, strict=True):
        output = model.outputs[credit.output]
        parts = _intensity_parts(model, evaluation, credit.intensity, credit.stage, float(amount))
        yield LineResult(
            id=f"{output.id}/credit",
            name_zh=output.name_zh,
            name_en=output.name_en,
            process=output.process,
            stage=credit.stage,
            role=Role.COUNTED,
            data_kind=DataKind.SECONDARY,
            amount=float(amount),
            unit=str(credit.intensity.unit),
            ref=output.replaces,
            ref_name_zh=credit.intensity.name_zh,
            ref_name_en=credit.intensity.name_en,
            origin=credit.intensity.origin,
            source=credit.intensity.source,
            intensity=_per_unit(model, evaluation, credit.intensity),
            value=_value(parts),
            parts=parts,
            flags=credit.intensity.flags,
            interval=None,
            note="",
        )


def _parts(
    model: Model,
    evaluation: Evaluation,
    term: Term,
    intensity: Intensity | None,
    amount: float,
) -> tuple[Part, ...]:
    if intensity is None or term.line.amount is None:
        return ()
    return _intensity_parts(model, evaluation, intensity, term.stage, amount)


def _intensity_parts(
    model: Model, evaluation: Evaluation, intensity: Intensity, stage: str, amount: float
) -> tuple[Part, ...]:
    found = []
    for part in intensity.parts:
        mass = amount * float(part_value(model, intensity, part, evaluation.values))
        gwp_set = part.gwp_set if part.gas == CO2E else model.method.gwp_set
        value = mass * characterisation(model, part)
        found.append(Part(part.gas, part.kind, stage or part.stage, mass, value, gwp_set))
    return tuple(found)


def _per_unit(model: Model, evaluation: Evaluation, intensity: Intensity | None) -> float | None:
    if intensity is None:
        return None
    return _value(_intensity_parts(model, evaluation, intensity, "", 1.0))


def _value(parts: Iterable[Part]) -> float | None:
    """Kg CO2e in the total; None where a gas has no value in the GWP set."""
    value = math.fsum(part.value for part in parts if part.kind.in_total)
    return None if math.isnan(value) else value


def _unit(model: Model, term: Term) -> str:
    known = term.provider >= 0 or term.intensity is not None or term.line.unit is not None
    return str(target_unit(model, term)) if known else ""


def _interval(model: Model, term: Term, value: float | None) -> tuple[float, float] | None:
    """The 95 % interval of one line: its amount, meter and factor together (lognormal)."""
    if not value or math.isnan(value):
        return None
    factor = term.intensity.scatter if term.intensity else None
    known = [term.scatter, factor, model.meters.get(term.line.meter)]
    variances = [scatter.standard_deviation**2 for scatter in known if scatter is not None]
    if not variances:
        return None
    spread = math.exp(1.959964 * math.sqrt(math.fsum(variances)))
    low, high = sorted((value / spread, value * spread))
    return low, high


def _in_total(line: LineResult) -> float:
    return line.value or 0.0


def _signed_mass(part: Part) -> float:
    return -part.mass if part.kind.is_removal else part.mass


Key = TypeVar("Key")


def _sums(pairs: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    grouped: dict[Key, list[float]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return {key: math.fsum(values) for key, values in grouped.items()}


def _by_stage(study: Study, parts: Iterable[Part]) -> dict[str, float]:
    sums = _sums((part.stage, part.value) for part in parts if part.kind.in_total)
    order = [*(row.id for row in study.stages), *(phase.value for phase in Phase)]
    return {stage: sums[stage] for stage in order if stage in sums}


def _by_phase(study: Study, parts: Iterable[Part]) -> dict[str, float]:
    phases = {row.id: row.phase.value for row in study.stages}
    sums = _sums(
        (phases.get(part.stage, part.stage), part.value) for part in parts if part.kind.in_total
    )
    return {phase.value: sums[phase.value] for phase in Phase if phase.value in sums}


def _by_kind(parts: Iterable[Part]) -> dict[EmissionKind, float]:
    sums = _sums((part.kind, part.value) for part in parts if part.kind.in_total)
    return {kind: sums[kind] for kind in EmissionKind if kind in sums}


def _by_flag(lines: Iterable[LineResult]) -> dict[Flag, float]:
    sums = _sums((flag, _in_total(line)) for line in lines for flag in line.flags)
    return {flag: sums[flag] for flag in Flag if flag in sums}


def _gwp_shares(parts: Iterable[Part]) -> dict[str, float]:
    # CO2 is 1 in every set, so it says nothing of which set was used
    sums = _sums((p.gwp_set, abs(p.value)) for p in parts if p.kind.in_total and p.gas != "CO2")
    whole = math.fsum(sums.values())
    return {name: value / whole for name, value in sorted(sums.items())} if whole else {}


def _share(lines: Iterable[LineResult], chosen: Callable[[LineResult], bool]) -> float:
    """Share of the lines that are chosen in the sum of all sizes (PDS of ISO 14067 practice)."""
    sizes = [(abs(_in_total(line)), chosen(line)) for line in lines]
    whole = math.fsum(size for size, _ in sizes)
    return math.fsum(size for size, yes in sizes if yes) / whole if whole else 0.0


def _rating(model: Model, counted: list[LineResult]) -> tuple[float | None, float]:
    """Mean pedigree score weighted by size, and the share of the total that is rated."""
    scores = {
        term.line.id: rating(term.line.pedigree) for term in model.terms if term.line.pedigree
    }
    rated = [(abs(_in_total(line)), scores[line.id]) for line in counted if line.id in scores]
    whole = math.fsum(abs(_in_total(line)) for line in counted)
    weight = math.fsum(size for size, _ in rated)
    mean = math.fsum(size * score for size, score in rated) / weight if weight else None
    return mean, weight / whole if whole else 0.0


def _other_total(model: Model, evaluation: Evaluation, total: float) -> float | None:
    others = [
        float(amount)
        * ((_per_unit(model, evaluation, term.other) or 0.0)
           * float(conversion(target_unit(model, term), term.other.unit))
           - (_per_unit(model, evaluation, term.intensity) or 0.0))
        for term, amount in zip(model.terms, evaluation.amounts, strict=True)
        if term.other is not None and term.role is Role.COUNTED
    ]  # fmt: skip
    return math.fsum([total, *others]) if others else None


def _gaps(model: Model, lines: list[LineResult]) -> Iterable[Gap]:
    results = {line.id: line for line in lines}
    for credit, line in zip(model.credits, lines[len(model.terms) :], strict=True):
        if line.value is None:
            yield Gap(line.id, "gwp", _no_potential(line, model.method.gwp_set))
        elif (cut := _cut_in_background(credit.intensity)) is not None:
            yield Gap(line.id, *cut)
    for term in model.terms:
        gap = _gap(term, results[term.line.id], model.method.gwp_set)
        if gap is not None:
            code, message = gap
            yield Gap(term.line.id, code, message)


def _idle_processes(model: Model, evaluation: Evaluation) -> Iterable[Gap]:
    """Processes that nothing in the study needs, so that their lines would count for nothing."""
    for process in model.study.processes:
        made = [j for j, output in enumerate(model.outputs) if output.process == process.id]
        if not any(evaluation.needed[j] for j in made):
            yield Gap(process.id, "idle", Message("no line takes what this process makes"))


def _gap(term: Term, result: LineResult, gwp_set: str) -> tuple[str, Message] | None:
    if term.role is Role.MISSING:
        reason = term.line.reason or term.line.note or "—"
        return "missing", Message("known to be missing: {reason}", reason=reason)
    if term.role is Role.COUNTED:
        return _hole(term, result, gwp_set)
    return None


def _hole(term: Term, result: LineResult, gwp_set: str) -> tuple[str, Message] | None:
    """What a counted line lacks."""
    if term.line.amount is None:
        return "amount", Message("has no amount")
    if term.provider >= 0:
        return None
    if term.intensity is None:
        return "factor", Message("has no factor")
    if any(math.isnan(part.value) for part in result.parts):
        return "gwp", _no_potential(result, gwp_set)
    if not term.intensity.inventory:
        return "inventory", Message("published stages, inventory not available")
    return _cut_in_background(term.intensity)


def _cut_in_background(intensity: Intensity) -> tuple[str, Message] | None:
    """What the supply chain of a background's product rests on that nobody supplies."""
    background = intensity.factor.background if intensity.factor else None
    if background is None or not background.missing:
        return None
    return "cut-offs", Message(
        "{share} % of the inputs in its supply chain in {database}, {missing} of {inputs}, have no "
        "supplier there",
        share=f"{100 * background.missing_share:.3g}",
        database=background.database,
        missing=background.missing,
        inputs=background.inputs,
    )


def _no_potential(result: LineResult, gwp_set: str) -> Message:
    gases = ", ".join(p.gas for p in result.parts if math.isnan(p.value))
    return Message("{gases} has no value in {gwp_set}", gases=gases, gwp_set=gwp_set)


def _cut_off(model: Model) -> tuple[CutOff, ...]:
    limit = float(model.method.cutoff_single)
    return tuple(
        CutOff(
            term.line.id,
            float(term.line.cutoff_share or 0),
            term.line.reason,
            float(term.line.cutoff_share or 0) <= limit,
        )
        for term in model.terms
        if term.role is Role.CUT_OFF
    )


def _bars(
    model: Model,
    gaps: tuple[Gap, ...],
    cut_off: tuple[CutOff, ...],
    exceptions: tuple[tuple[str, str], ...],
) -> Iterable[Bar]:
    """What keeps the result from being certified."""
    study, method = model.study, model.method
    unreasoned = [
        process.name
        for process in study.processes
        if (used := _used(model, process.id)) and used.needs_reason and not process.reason
    ]
    cut = math.fsum(entry.share for entry in cut_off)
    takes_up = any(
        part.kind is EmissionKind.REMOVAL_BIOGENIC
        for term in model.terms
        if term.intensity is not None and term.role is Role.COUNTED
        for part in term.intensity.parts
    )
    found = (
        (bool(gaps), Bar("incomplete", Message("the result is incomplete"))),
        (study.synthetic, Bar("synthetic", Message("the study is synthetic"))),
        (
            bool(exceptions),
            Bar(
                "electricity",
                Message("electricity is counted with CO2-only factors by exception"),
            ),
        ),
        (
            bool(unreasoned),
            Bar(
                "allocation",
                Message(
                    "allocation is used without a reason: {names}", names=", ".join(unreasoned)
                ),
            ),
        ),
        (
            any(not entry.allowed for entry in cut_off) or cut > float(method.cutoff_total),
            Bar("cut-off", Message("more is cut off than the method allows")),
        ),
        (
            takes_up and study.ends_at_gate and study.biogenic_carbon is None,
            Bar(
                "biogenic-carbon",
                Message("carbon is taken up, but the product's biogenic carbon is not stated"),
            ),
        ),
    )
    return (bar for applies, bar in found if applies)


def _used(model: Model, process: str) -> Allocation | None:
    return next(
        (
            allocation
            for output, allocation in zip(model.outputs, model.allocations, strict=True)
            if output.process == process
        ),
        None,
    )
