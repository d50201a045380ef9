"""Sections 1 to 5: who and by which standard, the unit, the product, the boundary, processes."""

from __future__ import annotations

from collections.abc import Iterator

from tanyuan.footprint.result import LineResult
from tanyuan.footprint.study import Boundary, Phase, Role
from tanyuan.languages import Message
from tanyuan.reports.document import (
    Block,
    Row,
    Section,
    column,
    facts,
    paragraph,
    row,
    table,
)
from tanyuan.reports.matter import Matter, in_particulars, in_study, in_study_itself, section
from tanyuan.reports.pictures import boundary_picture
from tanyuan.reports.process_picture import process_picture
from tanyuan.reports.wording import (
    NONE,
    day,
    grouped,
    in_words,
    not_stated,
    number,
    own_language,
    place_name,
    share_of,
    unit_name,
    with_remark,
)

_INSIDE = {
    Boundary.CRADLE_TO_GRAVE: tuple(Phase),
    Boundary.CRADLE_TO_CRADLE: tuple(Phase),
    Boundary.CRADLE_TO_GATE: (Phase.RAW_MATERIAL, Phase.PRODUCTION),
    Boundary.GATE_TO_GATE: (Phase.PRODUCTION,),
    Boundary.GATE_TO_GRAVE: (Phase.DISTRIBUTION, Phase.USE, Phase.END_OF_LIFE),
}


def general(matter: Matter) -> Section:
    """1: client, author, verifier, date, number, standard, rules."""
    given = matter.particulars
    names = ("number", "date", "client", "author", "verifier", "standard", "pcr")
    told = {name: getattr(given, name) for name in names}
    told["date"] = day(given.date)
    told["verifier"] = given.verifier or str(Message("none"))
    titles = {name: Message(type(given).model_fields[name].title or name) for name in names}
    blocks: list[Block] = [facts(*((titles[name], own_language(told[name])) for name in names))]
    blocks.append(
        facts(
            (Message("Study"), matter.study.id),
            (Message("Scenario"), matter.footprint.scenario or str(Message("base case"))),
        )
    )
    needed = [name for name in names if not told[name]]
    return section(
        1, Message("Client, author, standard and rules"), blocks, map(in_particulars, needed)
    )


def unit(matter: Matter) -> Section:
    """2: functional or declared unit, reference flow."""
    study = matter.study
    described = matter.described
    missing = [] if described else [in_study_itself(Message("what one unit is"), "description_en")]
    told = facts(
        (study.unit_kind.label, matter.declared),
        (Message("What one unit is and does"), described),
        (Message("Reference flow"), matter.declared),
    )
    note = paragraph(
        Message(
            "All amounts and results in this report are for {unit}, unless a table says otherwise.",
            unit=matter.declared,
        )
    )
    return section(2, Message("Functional or declared unit, reference flow"), [told, note], missing)


def product(matter: Matter) -> Section:
    """3: product, model, plants."""
    study, given = matter.study, matter.particulars
    blocks: list[Block] = [
        facts(
            (Message("Product"), study.name),
            (Message("Product described"), own_language(given.product) or matter.described),
            (Message("Model"), own_language(given.model)),
            (Message("Plants"), own_language(given.plants)),
            (Message("Place"), place_name(study.geography)),
        )
    ]
    if study.note:
        blocks.append(paragraph(Message("The study says of itself:"), "note"))
        blocks.append(paragraph(own_language(study.note), "quote"))
    needed = [name for name in ("model", "plants") if not getattr(given, name)]
    return section(3, Message("Product"), blocks, map(in_particulars, needed))


def boundary(matter: Matter) -> Section:
    """4: system boundary with its diagram; what is inside, what is left out, with reasons."""
    study = matter.study
    told = own_language(study.boundary_note)
    blocks: list[Block] = [
        facts(
            (Message("System boundary"), study.boundary.label),
            (Message("Inside and left out"), told),
        ),
        boundary_picture(matter, inside(matter)),
        _phases(matter),
    ]
    left_out = [line for line in matter.footprint.lines if line.role is Role.OUTSIDE]
    if left_out:
        blocks.append(_left_out(matter, left_out))
    missing = (
        [] if told else [in_study_itself(Message("what is left out, and why"), "boundary_note")]
    )
    missing += [
        in_study(Message("why “{line}” is outside the boundary", line=line.name), "lines", "reason")
        for line in left_out
        if not line.note
    ]
    return section(4, Message("System boundary"), blocks, missing)


def inside(matter: Matter) -> tuple[Phase, ...]:
    """The life-cycle stages inside the boundary: by its name, or because lines stand there."""
    named = _INSIDE[matter.study.boundary]
    return tuple(p for p in Phase if p in named or matter.in_phases(p))


def _phases(matter: Matter) -> Block:
    within, named = inside(matter), _INSIDE[matter.study.boundary]
    rows = []
    for phase in Phase:
        own = [stage.name for stage in matter.study.stages if stage.phase is phase]
        lines = matter.in_phases(phase)
        if lines and phase in named:
            state = Message("inside")
        elif lines:
            state = Message("inside, though not in the name of the boundary")
        elif phase in within:
            state = Message("inside by its name, but no line stands there")
        else:
            state = Message("outside")
        count = str(len(lines)) if phase in within else NONE
        rows.append(row(phase.label, in_words(own) or NONE, state, count))
    return table(
        Message("Life-cycle stages and the boundary"),
        [
            column(Message("Life-cycle stage"), 2),
            column(Message("Stages of the study"), 4),
            column(Message("Boundary"), 2.4),
            column(Message("Lines"), 0.8, numeric=True),
        ],
        rows,
    )


def _left_out(matter: Matter, lines: list[LineResult]) -> Block:
    return table(
        Message("Lines outside the boundary, not in the total"),
        [
            column(Message("Line"), 3),
            column(matter.unit, 1.4, numeric=True),
            column(Message("Reason"), 4),
        ],
        [row(line.name, number(line.value), own_language(line.note) or NONE) for line in lines],
    )


def processes(matter: Matter) -> Section:
    """5: the important unit processes."""
    told = _by_process(matter) if matter.study.processes else _by_hot_spot(matter)
    return section(5, Message("Important unit processes"), told)


def _by_process(matter: Matter) -> Iterator[Block]:
    footprint, study = matter.footprint, matter.study
    yield paragraph(
        Message(
            "Unit processes of the study: {n}. Results are per {unit}, with the burdens that "
            "remain with this product after allocation; what a process takes from another process "
            "of the study is counted there.",
            n=len(study.processes),
            unit=matter.declared,
        )
    )
    ordered = sorted(study.processes, key=lambda p: -abs(footprint.by_process.get(p.id, 0.0)))
    rows: list[Row] = []
    for process in ordered:
        products = in_words(
            [
                with_remark(o.name, f"{grouped(o.amount.text)} {unit_name(str(o.unit))}")
                for o in matter.outputs_of(process)
            ]
        )
        value = footprint.by_process.get(process.id)
        stage = footprint.stage_name(process.stage) if process.stage else NONE
        rows.append(
            row(process.name, stage, products, number(value), share_of(value, footprint.total))
        )
    loose = footprint.by_process.get("")
    if loose:
        rows.append(
            row(
                Message("Lines of no process"), NONE, NONE, number(loose),
                share_of(loose, footprint.total), kind="quiet",
            )
        )  # fmt: skip
    yield table(
        Message("Unit processes by size"),
        [
            column(Message("Process"), 2),
            column(Message("Stage"), 2),
            column(Message("Products (amount in the period)"), 4),
            column(matter.unit, 1.2, numeric=True),
            column(Message("Share of the total"), 1.5, numeric=True),
        ],
        rows,
    )
    yield from process_picture(matter)


def _by_hot_spot(matter: Matter) -> Iterator[Block]:
    footprint = matter.footprint
    yield paragraph(
        Message(
            "The study is not divided into unit processes: every line stands for an activity of "
            "its stage. The largest, together at least 80 % of the sum of all sizes, are:"
        )
    )
    yield table(
        Message("The largest lines"),
        [
            column(Message("Line"), 4),
            column(Message("Stage"), 3),
            column(matter.unit, 1.4, numeric=True),
            column(Message("Share of the total"), 1.5, numeric=True),
        ],
        [
            row(line.name, stage_of(matter, line), number(line.value),
                share_of(line.value, footprint.total))
            for line in footprint.hot_spots()
        ],
    )  # fmt: skip


def stage_of(matter: Matter, line: LineResult) -> str:
    """The stage of a line; several where its factor brings its own."""
    stages = [line.stage] if line.stage else list(dict.fromkeys(p.stage for p in line.parts))
    names = [matter.footprint.stage_name(stage) for stage in stages if stage]
    return in_words(names) or not_stated()
