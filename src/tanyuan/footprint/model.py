"""A study compiled for calculation: checked rows, resolved refs, structure."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tanyuan.backgrounds.offering import Offer
from tanyuan.footprint.method import Allocation, ElectricityPolicy, Method
from tanyuan.footprint.quantities import Quantities, read_quantities
from tanyuan.footprint.recycling import recycling_terms
from tanyuan.footprint.resolve import (
    FactorSource,
    Intensity,
    look_up,
    resolve,
    row_scatter,
    stop_generation_co2,
)
from tanyuan.footprint.result import Potentials
from tanyuan.footprint.study import Line, Named, Output, Phase, Process, Role, Study, Supply
from tanyuan.footprint.term import Term
from tanyuan.gases import gases, potential
from tanyuan.languages import Message
from tanyuan.lca.foreground import Foreground
from tanyuan.problems import InvalidValueError, Place, Problems
from tanyuan.quality.distributions import Scatter
from tanyuan.units import conversion, parse_unit


@dataclass(frozen=True)
class Credit:
    """An output that displaces another product (system expansion)."""

    output: int
    intensity: Intensity
    stage: str


@dataclass(frozen=True)
class Model:
    """A study that passed all checks, ready to be evaluated for any draws."""

    study: Study
    method: Method
    quantities: Quantities
    terms: tuple[Term, ...]
    credits: tuple[Credit, ...]
    allocations: tuple[Allocation | None, ...]
    foreground: Foreground
    own: Mapping[str, Intensity]
    meters: Mapping[str, Scatter]
    potentials: Potentials

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The products of the foreground."""
        return self.study.outputs


def build(
    study: Study,
    library: FactorSource,
    method: Method,
    scenario: str,
    potentials: Potentials | None = None,
) -> Model:
    """Compile a study; `potentials` stand for the method's GWP set where they are given.

    Raises:
        InputError: with every problem of the study that can be seen before calculating.
    """
    problems = Problems()
    if isinstance(library, Offer):
        library = replace(library, gwp_set=method.gwp_set)
    quantities = read_quantities(study, scenario, problems)
    own = resolve(study, library, problems)
    _check_ids(study, own, library, problems)
    _check_period(study, problems)
    _check_processes(study, method, problems)
    _check_recycling(study, problems)
    _check_factor_values(study, quantities, problems)
    terms = _terms(study, method, own, library, problems)
    terms += recycling_terms(study, method, own, library, problems)
    credited = _credits(study, method, own, library, problems)
    meters = _meters(study, problems)
    _check_demand(study, terms, problems)
    if problems.found:
        _check_amounts(study, quantities, problems)
    problems.raise_if_any()
    foreground = Foreground(
        inside=np.array([bool(term.process) for term in terms], dtype=bool),
        provider=np.array([term.provider for term in terms], dtype=np.intp),
    )
    processes = {process.id: process for process in study.processes}
    allocations = tuple(
        _allocation(processes[output.process], study, method) for output in study.outputs
    )
    if potentials is None:
        potentials = _potentials(terms, credited, method.gwp_set)
    return Model(
        study,
        method,
        quantities,
        tuple(terms),
        credited,
        allocations,
        foreground,
        own,
        meters,
        potentials,
    )


def _potentials(terms: Iterable[Term], credited: Iterable[Credit], gwp_set: str) -> Potentials:
    """The values of the GWP set for every gas and kind that the study meets."""
    intensities = [term.intensity for term in terms] + [term.other for term in terms]
    intensities += [credit.intensity for credit in credited]
    pairs = {(p.gas, p.kind) for intensity in intensities if intensity for p in intensity.parts}
    found = {(gas, kind): potential(gas, kind, gwp_set) for gas, kind in sorted(pairs)}
    return {pair: value.value for pair, value in found.items() if value is not None}


def _allocation(process: Process, study: Study, method: Method) -> Allocation | None:
    """The method that a process uses; None where it has a single output."""
    if sum(output.process == process.id for output in study.outputs) == 1:
        return None
    return process.allocation or method.allocation


def _check_ids(
    study: Study, own: Mapping[str, Intensity], library: FactorSource, problems: Problems
) -> None:
    for table in ("stages", "processes", "outputs", "lines", "parameters", "meters", "recycling"):
        seen: dict[str, int] = {}
        for number, row in enumerate(getattr(study, table), 1):
            id_ = unicodedata.normalize("NFC", row.id)  # as it is sealed
            if id_ in seen:
                problems.add(
                    "id-double",
                    Message("The id “{id}” stands in row {first} already.", id=row.id,
                            first=seen[id_]),
                    Message("Give each row an id of its own."),
                    Place(sheet=table, row=number, field="id"),
                )  # fmt: skip
            seen.setdefault(id_, number)
    tables: dict[str, Sequence[Named]] = {
        "factors": study.factors,
        "suppliers": study.suppliers,
        "outputs": study.outputs,
    }
    homes: dict[str, str] = {}
    for table, rows in tables.items():
        for number, row in enumerate(rows, 1):
            home = homes.setdefault(row.id, table)
            if home != table or row.id in library or row.id in gases():
                problems.add(
                    "id-clash",
                    Message("“{id}” is the id of something else that a line may name.", id=row.id),
                    Message("Choose another id for this row."),
                    Place(sheet=table, row=number, field="id"),
                )


def _check_period(study: Study, problems: Problems) -> None:
    if study.period_start and study.period_end and study.period_start > study.period_end:
        problems.add(
            "period",
            Message("The period ends before it begins."),
            Message("Check the first and the last day."),
            Place(sheet="study", field="period_end"),
        )


def _check_processes(study: Study, method: Method, problems: Problems) -> None:
    made = Counter(output.process for output in study.outputs)
    known = {process.id for process in study.processes}
    for number, process in enumerate(study.processes, 1):
        place = Place(sheet="processes", row=number)
        if not made[process.id]:
            problems.add(
                "process-without-output",
                Message("The process “{id}” has no output.", id=process.id),
                Message("Add what it makes to the outputs."),
                place,
            )
        elif made[process.id] > 1 and not (process.allocation or method.allocation):
            problems.add(
                "allocation-missing",
                Message("The process “{id}” has {n} outputs and no allocation.", id=process.id,
                        n=made[process.id]),
                Message("Choose how its burdens are shared, on the process or for the study."),
                Place(sheet="processes", row=number, field="allocation"),
            )  # fmt: skip
        if process.stage:
            _check_stage(study, process.stage, Place("", "processes", number, "stage"), problems)
    for number, output in enumerate(study.outputs, 1):
        if output.process not in known:
            _unknown("process", output.process, known, Place("", "outputs", number, "process"),
                     problems)  # fmt: skip


def _check_recycling(study: Study, problems: Problems) -> None:
    processes = [process.id for process in study.processes]
    for number, row in enumerate(study.recycling, 1):
        if row.process and row.process not in processes:
            _unknown("process", row.process, processes, Place("", "recycling", number, "process"),
                     problems)  # fmt: skip
        for field in ("stage", "end_stage"):
            _check_stage(
                study, getattr(row, field), Place("", "recycling", number, field), problems
            )


def _check_factor_values(study: Study, quantities: Quantities, problems: Problems) -> None:
    """Formulas of the study's factors can be computed and give kg per unit."""
    try:
        values = quantities.values()
    except InvalidValueError:
        return  # noted at the parameters
    for number, row in enumerate(study.factors, 1):
        if row.value is not None and row.unit is not None:
            with problems.at(Place(sheet="factors", row=number, field="value")):
                quantities.per_unit(row.value, row.unit, values)


def _check_amounts(study: Study, quantities: Quantities, problems: Problems) -> None:
    """Amounts that cannot be computed, to be told together with all else that is wrong.

    A sound study is spared this: its amounts are computed as it is evaluated.
    """
    try:
        values = quantities.values()
    except InvalidValueError:
        return  # noted at the parameters
    for table in ("lines", "outputs"):
        for number, row in enumerate(getattr(study, table), 1):
            if row.amount is not None and row.unit is not None:
                with problems.at(Place(sheet=table, row=number, field="amount")):
                    quantities.evaluate(row.amount, row.unit, row.unit, values)


def _unknown(what: str, id_: str, known: Iterable[str], place: Place, problems: Problems) -> None:
    problems.add(
        f"{what}-unknown",
        Message("“{id}” is not an id of the table that this field points to.", id=id_),
        Message("Choose one of {names}.", names=", ".join(list(known)[:12]) or "—"),
        place,
    )


def _check_stage(study: Study, stage: str, place: Place, problems: Problems) -> None:
    known = [row.id for row in study.stages] + [phase.value for phase in Phase]
    if stage not in known:
        _unknown("stage", stage, known, place, problems)


def _terms(
    study: Study,
    method: Method,
    own: Mapping[str, Intensity],
    library: FactorSource,
    problems: Problems,
) -> list[Term]:
    reader = _LineReader(study, method, own, library, problems)
    return [reader.read(number, line) for number, line in enumerate(study.lines, 1)]


class _LineReader:
    """Turns lines into terms, noting what is wrong with each."""

    def __init__(
        self,
        study: Study,
        method: Method,
        own: Mapping[str, Intensity],
        library: FactorSource,
        problems: Problems,
    ) -> None:
        self.study, self.method, self.own = study, method, own
        self.library, self.problems = library, problems
        self.processes = {process.id: process for process in study.processes}
        self.outputs = {output.id: index for index, output in enumerate(study.outputs)}
        self.meters = {meter.id for meter in study.meters}

    def read(self, number: int, line: Line) -> Term:
        def at(field: str) -> Place:
            return Place(sheet="lines", row=number, field=field)

        if line.process and line.process not in self.processes:
            _unknown("process", line.process, self.processes, at("process"), self.problems)
        if line.meter and line.meter not in self.meters:
            _unknown("meter", line.meter, self.meters, at("meter"), self.problems)
        if line.output:
            self._check_output(line, at("output"))
        # Only a counted line links to the output that it names
        provider = self.outputs.get(line.ref, -1) if line.role is Role.COUNTED else -1
        intensity = other = None
        if line.ref and line.ref not in self.outputs:
            with self.problems.at(at("ref")):
                intensity = look_up(line.ref, self.own, self.library)
                if intensity.origin == "gas":
                    intensity = _as_kind(intensity, line)
        if self._needs_grid_factor(line):
            intensity, other = self._supplied(line, intensity, at("grid_ref"))
        self._check_unit(line, [i for i in (intensity, other) if i is not None], provider, at)
        self._check_electricity(line, intensity, at("ref"))
        stage = self._stage(line, intensity, at("stage"))
        self._check_cut_off(line, at)
        return Term(
            line, at(""), stage, line.process, intensity, provider,
            self._scatter(line, at("spread")), other,
        )  # fmt: skip

    def _scatter(self, line: Line, place: Place) -> Scatter | None:
        number = line.amount.number if line.amount else None
        with self.problems.at(place):
            return row_scatter(line, float(number) if number is not None else 1.0)
        return None

    def _check_output(self, line: Line, place: Place) -> None:
        index = self.outputs.get(line.output)
        made = self.study.outputs[index].process if index is not None else None
        if made is None or made != line.process:
            mine = [o.id for o in self.study.outputs if o.process == line.process]
            _unknown("output", line.output, mine, place, self.problems)

    def _needs_grid_factor(self, line: Line) -> bool:
        """Whether the power has two factors, its own and the grid's."""
        if line.supply is Supply.CONTRACTUAL:
            return True
        grid_only = self.method.electricity is ElectricityPolicy.GRID_ONLY
        return grid_only and line.supply in (Supply.OWN, Supply.DIRECT)

    def _supplied(
        self, line: Line, claimed: Intensity | None, place: Place
    ) -> tuple[Intensity | None, Intensity | None]:
        """The counted and the other intensity of power that has two."""
        grid = None
        with self.problems.at(place):
            if not line.grid_ref:
                raise InvalidValueError(
                    "grid-factor-missing",
                    Message("This power needs the factor of the grid beside its own."),
                    Message("Name the grid's life-cycle factor; both results are shown."),
                )
            grid = look_up(line.grid_ref, self.own, self.library)
        if self.method.electricity is ElectricityPolicy.CONTRACTUAL_ALLOWED:
            return claimed, grid
        return grid, claimed

    def _check_unit(
        self, line: Line, taken: list[Intensity], provider: int, at: Callable[[str], Place]
    ) -> None:
        if line.amount is None:
            return
        if line.unit is None:
            self.problems.add(
                "unit-missing",
                Message("The unit is missing."),
                Message("Write a unit, for instance kg, kWh or t·km."),
                at("unit"),
            )
            return
        with self.problems.at(at("unit")):
            if line.distance is not None:
                conversion(line.unit, parse_unit("kg"))
                unit = parse_unit("kg·km")
            else:
                unit = line.unit
            if provider >= 0:
                conversion(unit, self.study.outputs[provider].unit)
            for intensity in taken:
                conversion(unit, intensity.unit)

    def _check_electricity(self, line: Line, intensity: Intensity | None, place: Place) -> None:
        if intensity is None or line.role is not Role.COUNTED or line.exception:
            return
        with self.problems.at(place):
            stop_generation_co2(intensity, self.study)

    def _stage(self, line: Line, intensity: Intensity | None, place: Place) -> str:
        process = self.processes.get(line.process)
        stage = line.stage or (process.stage if process else "")
        if stage:
            _check_stage(self.study, stage, place, self.problems)
            return stage
        own_stages = intensity is not None and all(part.stage for part in intensity.parts)
        if not own_stages:
            self.problems.add(
                "stage-missing",
                Message("The line belongs to no stage."),
                Message("Write a stage of the study, or raw_material, production, distribution, "
                        "use, end_of_life; or give its process a stage."),
                place,
            )  # fmt: skip
        elif intensity is not None:
            for part in intensity.parts:
                _check_stage(self.study, part.stage, place, self.problems)
        return ""

    def _check_cut_off(self, line: Line, at: Callable[[str], Place]) -> None:
        if line.role is not Role.CUT_OFF:
            return
        if line.cutoff_share is None or not line.reason:
            self.problems.add(
                "cut-off-unexplained",
                Message("A flow that is cut off needs its estimated share and a reason."),
                Message("Fill “Share cut off” (0.005 is 0.5 %) and “Reason”."),
                at("cutoff_share"),
            )


def _as_kind(intensity: Intensity, line: Line) -> Intensity:
    parts = tuple(replace(part, kind=line.kind) for part in intensity.parts)
    return replace(intensity, parts=parts)


def _credits(
    study: Study,
    method: Method,
    own: Mapping[str, Intensity],
    library: FactorSource,
    problems: Problems,
) -> tuple[Credit, ...]:
    processes = {process.id: process for process in study.processes}
    found: list[Credit] = []
    mains: dict[str, list[int]] = defaultdict(list)
    for index, output in enumerate(study.outputs):
        process = processes.get(output.process)
        expands = process and _allocation(process, study, method) is Allocation.SYSTEM_EXPANSION
        if not (process and expands):
            continue
        place = Place(sheet="outputs", row=index + 1, field="replaces")
        if not output.replaces:
            mains[output.process].append(index)
            continue
        with problems.at(place):
            intensity = look_up(output.replaces, own, library)
            conversion(output.unit, intensity.unit)
            stop_generation_co2(intensity, study)
            found.append(Credit(index, intensity, process.stage or Phase.PRODUCTION.value))
    for number, process in enumerate(study.processes, 1):
        expands = _allocation(process, study, method) is Allocation.SYSTEM_EXPANSION
        if expands and len(mains[process.id]) != 1:
            problems.add(
                "expansion-main",
                Message("System expansion needs exactly one output of “{id}” that replaces "
                        "nothing.", id=process.id),
                Message("Name in “Replaces” what each co-product displaces; leave the main "
                        "product empty."),
                Place(sheet="processes", row=number, field="allocation"),
            )  # fmt: skip
    return tuple(found)


def _meters(study: Study, problems: Problems) -> dict[str, Scatter]:
    scatters: dict[str, Scatter] = {}
    for number, meter in enumerate(study.meters, 1):
        with problems.at(Place(sheet="meters", row=number)):
            spread = row_scatter(meter, 1.0)
            if spread is not None:
                scatters[meter.id] = spread
    return scatters


def _check_demand(study: Study, terms: Iterable[Term], problems: Problems) -> None:
    if study.outputs and not any(t.provider >= 0 and not t.process for t in terms):
        problems.add(
            "no-demand",
            Message("No line says which output makes up the declared unit."),
            Message("Add a line without process whose factor is the id of the output, with its "
                    "amount per declared unit."),
            Place(sheet="lines"),
        )  # fmt: skip
