"""Many studies, or one under many choices, calculated by any executor.

A study travels to a worker as the bytes of its file; backgrounds are opened there, from the same
folder as here, mapped into memory.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from tanyuan.backgrounds.library import Library
from tanyuan.backgrounds.offering import Offer
from tanyuan.executors.executor import Executor
from tanyuan.factors.starter import starter_release
from tanyuan.footprint.fields import Amount
from tanyuan.footprint.method import Method
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.seal import footprint_hash
from tanyuan.footprint.study import Phase, Scenario, Study
from tanyuan.formats.files import read_bytes, read_study
from tanyuan.formats.study_file import StudyFile
from tanyuan.languages import Message
from tanyuan.problems import InputError, Place, Problem, refuse

ENDINGS = (".xlsx", ".json", ".yaml", ".yml")
_TOGETHER = 16
"""Choices of one study that travel together."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways in which every study is calculated.

    Attributes:
        scenario: of the study; "" for the base case.
        values: of parameters, instead of those of the study.
    """

    scenario: str = ""
    values: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a study under a choice: a footprint in short, or what is wrong.

    Attributes:
        file: its name.
        choice: under which it was calculated.
        study, name_zh, name_en: of the study.
        unit: of the total.
        total: in that unit; none where the study could not be calculated.
        interval: 95 %, where it was sampled.
        phases: the total by phase.
        primary_share: of the total.
        gaps: what is missing, so that the total is incomplete.
        hash: that the sealed footprint carries.
        problems: why there is no footprint.
    """

    file: str
    choice: Choice
    study: str = ""
    name_zh: str = ""
    name_en: str = ""
    unit: str = ""
    total: float | None = None
    interval: tuple[float, float] | None = None
    phases: Mapping[str, float] | None = None
    primary_share: float | None = None
    gaps: int = 0
    hash: str = ""
    problems: tuple[Problem, ...] = ()


def study_files(folder: str | os.PathLike[str]) -> list[Path]:
    """The studies in a folder and those below it, by path; a file stands for itself.

    Particulars of reports that stand beside their studies, `NAME.report.yaml`, are none.

    Raises:
        InputError: `portfolio-empty`.
    """
    at = Path(folder)
    found = [at] if at.is_file() else sorted(file for file in at.rglob("*") if _is_study(file))
    if not found:
        raise refuse(
            "portfolio-empty",
            Message("There is no study here."),
            Message("Choose a folder that holds studies: {endings}.", endings=ENDINGS),
            Place(file=str(folder)),
        )
    return found


def _is_study(file: Path) -> bool:
    of_a_program = file.name.startswith(("~$", "."))
    return file.suffix.lower() in ENDINGS and not (of_a_program or file.stem.endswith(".report"))


def grid(axes: Mapping[str, Sequence[Decimal]]) -> list[Choice]:
    """Every combination of the values of some parameters."""
    points = itertools.product(*axes.values())
    return [Choice(values=tuple(zip(axes, point, strict=True))) for point in points]


def portfolio(
    files: Sequence[Path],
    executor: Executor,
    *,
    choices: Sequence[Choice] = (Choice(),),
    scenarios: bool = False,
    gwp_set: str = "",
    samples: int = 0,
    backgrounds: Library | None = None,
    progress: Callable[[float], None] | None = None,
) -> Generator[Outcome, None, None]:
    """Calculate studies, in their order; one that cannot be calculated holds up no other.

    Args:
        files: workbooks, JSON or YAML.
        executor: calculates them.
        choices: under which each study is calculated.
        scenarios: whether each choice is calculated in every scenario of a study as well.
        gwp_set: instead of the studies' own.
        samples: Monte Carlo draws; 0 for none.
        backgrounds: whose products lines may name; by default those of this machine. On a cluster
            the workers see the folder under the same path.
        progress: is told the share that is done; an exception out of it cancels.

    Raises:
        InputError: a worker failed; the study is named.
    """
    folder = (backgrounds or Library()).folder.absolute()
    order = _Order(scenarios, gwp_set, samples, folder)
    parts = [choices[at : at + _TOGETHER] for at in range(0, len(choices), _TOGETHER)]
    shares = (_read(order, file, tuple(part)) for file in files for part in parts)
    with closing(executor.map(_calculated, shares, _name)) as answers:
        for number, outcomes in enumerate(answers, 1):
            yield from outcomes
            if progress is not None:
                progress(number / (len(files) * len(parts)))


@dataclass(frozen=True, slots=True)
class _Order:
    """What is the same for all studies."""

    scenarios: bool
    gwp_set: str
    samples: int
    backgrounds: Path


@dataclass(frozen=True, slots=True)
class _Share:
    """A piece of work: a study and choices; or what is wrong with its file."""

    order: _Order
    file: str
    data: bytes
    choices: tuple[Choice, ...]
    problems: tuple[Problem, ...] = ()


def _read(order: _Order, file: Path, choices: tuple[Choice, ...]) -> _Share:
    try:
        return _Share(order, file.name, read_bytes(file), choices)
    except InputError as error:
        return _Share(order, file.name, b"", choices, error.problems)


def _name(share: _Share) -> str:
    return share.file


def _calculated(share: _Share) -> list[Outcome]:
    """The work: every outcome of a study."""
    if share.problems:
        return [Outcome(share.file, one, problems=share.problems) for one in share.choices]
    try:
        study = _study(share.data, share.file)
    except InputError as error:
        return [Outcome(share.file, one, problems=error.problems) for one in share.choices]
    return [
        _outcome(share, study, choice)
        for asked in share.choices
        for choice in _choices(study.study, asked, every=share.order.scenarios)
    ]


@lru_cache(maxsize=1)
def _study(data: bytes, name: str) -> StudyFile:
    return read_study(data, name)


@lru_cache(maxsize=1)
def _library(folder: Path, gwp_set: str) -> Offer:
    return Offer(starter_release().factors, Library(folder), gwp_set)


def _choices(study: Study, asked: Choice, *, every: bool) -> Iterator[Choice]:
    yield asked
    if every and not asked.scenario:
        for name in dict.fromkeys(row.id for row in study.scenarios):
            yield replace(asked, scenario=name)


def _outcome(share: _Share, file: StudyFile, choice: Choice) -> Outcome:
    order, study = share.order, file.study
    named = Outcome(
        share.file, choice, study=study.id, name_zh=study.name_zh, name_en=study.name_en
    )
    try:
        method = study.method
        if order.gwp_set:
            method = Method.model_validate({**method.model_dump(), "gwp_set": order.gwp_set})
        varied, scenario = _varied(study, choice)
        found = replace(file, study=varied).calculate(
            method=method, scenario=scenario, samples=order.samples,
            library=_library(order.backgrounds, method.gwp_set),
        )  # fmt: skip
    except InputError as error:
        return replace(named, problems=error.problems)
    return _in_short(named, found)


def _varied(study: Study, choice: Choice) -> tuple[Study, str]:
    """The study with a scenario that sets the chosen values, and its name."""
    if not choice.values:
        return study, choice.scenario
    known = {parameter.id for parameter in study.parameters}
    for name, _ in choice.values:
        if name not in known:
            raise refuse(
                "parameter-unknown",
                Message("The study has no parameter “{id}”.", id=name),
                Message("Choose one of {names}.", names=tuple(known)),
                Place(sheet="parameters"),
            )
    chosen = dict(choice.values)
    name = " · ".join([choice.scenario or "—", *(f"{key}={v}" for key, v in chosen.items())])[:80]
    rows = [
        *(
            row.model_copy(update={"id": name})
            for row in study.scenarios
            if row.id == choice.scenario and row.parameter not in chosen
        ),
        *(Scenario(id=name, parameter=key, value=Amount(v)) for key, v in chosen.items()),
    ]
    return study.model_copy(update={"scenarios": (*study.scenarios, *rows)}), name


def _in_short(named: Outcome, found: Footprint) -> Outcome:
    spread = found.uncertainty
    return replace(
        named,
        unit=found.unit,
        total=found.total,
        interval=spread.interval if spread else None,
        phases={phase.value: found.by_phase.get(phase.value, 0.0) for phase in Phase},
        primary_share=found.primary_share,
        gaps=len(found.gaps),
        hash=footprint_hash(found),
    )
