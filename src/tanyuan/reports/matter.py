"""What every section is written from: the footprint, the particulars, the codes of its factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.result import Footprint, LineResult
from tanyuan.footprint.study import Line, Output, Phase, Process, Role, Study
from tanyuan.footprint.words import shown_unit
from tanyuan.formats.layout import STUDY, columns, sheet_title
from tanyuan.languages import Message, language
from tanyuan.reports.document import Block, Missing, Section, Status, Text
from tanyuan.reports.references import References
from tanyuan.reports.wording import number


@dataclass(frozen=True, slots=True)
class Matter:
    """The matter of a report."""

    footprint: Footprint
    particulars: Particulars
    references: References
    rows: Mapping[str, Line]

    @property
    def study(self) -> Study:
        """The study."""
        return self.footprint.study

    @property
    def unit(self) -> str:
        """The unit of results: `kg CO₂e/piece`."""
        return shown_unit(self.footprint)

    @property
    def gas(self) -> str:
        """The unit of results without what they are per: `kg CO₂e`."""
        return self.unit.split("/", 1)[0]

    @property
    def per(self) -> str:
        """What results are per: `piece`, `1000 kWh`."""
        return self.unit.split("/", 1)[1]

    @property
    def declared(self) -> str:
        """The declared amount with its unit: `1 piece`."""
        return self.per if self.study.amount != 1 else f"1 {self.per}"

    @property
    def counted(self) -> tuple[LineResult, ...]:
        """The lines that make up the total."""
        return tuple(line for line in self.footprint.lines if line.role is Role.COUNTED)

    @property
    def described(self) -> str:
        """What one unit is, in the reader's language where it is given."""
        both = (self.study.description_zh, self.study.description_en)
        first, second = both if language() == "zh" else (both[1], both[0])
        return first or second

    def with_unit(self, value: float | None) -> str:
        """A result with its unit."""
        return f"{number(value)} {self.unit}"

    def share(self, chosen: Callable[[LineResult], bool]) -> float:
        """The chosen lines' share in the sum of the sizes of all counted lines."""
        sizes = [(abs(line.value or 0.0), chosen(line)) for line in self.counted]
        whole = math.fsum(size for size, _ in sizes)
        return math.fsum(size for size, yes in sizes if yes) / whole if whole else 0.0

    def in_phases(self, *phases: Phase) -> tuple[LineResult, ...]:
        """The counted lines of some life-cycle stages."""
        names = {row.id for row in self.study.stages if row.phase in phases} | set(phases)
        return tuple(
            line
            for line in self.counted
            if line.stage in names or any(part.stage in names for part in line.parts)
        )

    def outputs_of(self, process: Process) -> tuple[Output, ...]:
        """What a process makes."""
        return tuple(output for output in self.study.outputs if output.process == process.id)

    def joint_processes(self) -> tuple[Process, ...]:
        """The processes that make more than one product."""
        return tuple(p for p in self.study.processes if len(self.outputs_of(p)) > 1)

    def is_electricity(self, line: LineResult) -> bool:
        """Whether a line is electricity: its factor or its supply says so."""
        row, entry = self.rows.get(line.id), self.references.factor(line)
        return bool((row and row.supply) or (entry and entry.electricity))


def in_study(what: Text, table: str, field: str) -> Missing:
    """Something that is to be filled into the study, with its sheet and field."""
    title = next(c.heading for c in columns(table) if c.name == field)
    where = Message(
        "study, sheet “{sheet}”, field “{field}” ({code})",
        sheet=sheet_title(table),
        field=title,
        code=field,
    )
    return Missing(str(what), str(where))


def in_study_itself(what: Text, field: str) -> Missing:
    """Something that is to be filled into the first sheet of the study."""
    return in_study(what, STUDY, field)


def in_particulars(field: str) -> Missing:
    """Something that is to be filled into the particulars of the report."""
    title = Particulars.model_fields[field].title or field
    where = Message("particulars of the report, field “{field}”", field=field)
    return Missing(str(Message(title)), str(where), field)


def section(
    number_: int, title: Text, blocks: Iterable[Block], missing: Iterable[Missing] = ()
) -> Section:
    """A section that is filled, or not complete where something is missing."""
    lacks = tuple(missing)
    status = Status.EMPTY if lacks else Status.FILLED
    return Section(number_, str(title), status, tuple(blocks), missing=lacks)


def not_applicable(number_: int, title: Text, reason: Text, blocks: Iterable[Block]) -> Section:
    """A section that does not apply, with its reason."""
    return Section(number_, str(title), Status.NOT_APPLICABLE, tuple(blocks), reason=str(reason))
