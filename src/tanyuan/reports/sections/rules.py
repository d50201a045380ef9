"""Sections 9, 10, 11, 16, 17 and 18: the rules of the calculation and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator

from tanyuan.factors.factor import ElectricityFamily
from tanyuan.footprint.method import Allocation
from tanyuan.footprint.result import LineResult
from tanyuan.footprint.study import Output, Phase, Supply
from tanyuan.gases import EmissionKind
from tanyuan.languages import Message
from tanyuan.reports.document import (
    Block,
    Missing,
    Row,
    Section,
    column,
    facts,
    heading,
    paragraph,
    points,
    row,
    table,
)
from tanyuan.reports.matter import (
    Matter,
    in_particulars,
    in_study,
    in_study_itself,
    not_applicable,
    section,
)
from tanyuan.reports.wording import (
    NONE,
    exact,
    grouped,
    not_stated,
    number,
    own_language,
    place_name,
    share_of,
    stated_percent,
    unit_name,
    with_remark,
)

_NO_DISCOUNT = Message(
    "All emissions and removals are taken as if they happened at the beginning of the assessment "
    "period; none is discounted."
)


def allocation(matter: Matter) -> Section:
    """9: allocation by process, with reasons; recycling."""
    title = Message("Allocation")
    joint, method = matter.joint_processes(), matter.footprint.method
    told = [
        facts((Message("How recycling is charged and credited"), method.end_of_life.label)),
        *_recycling(matter),
    ]
    if not joint:
        reason = Message("no process of the study makes more than one product")
        return not_applicable(9, title, reason, told)
    unreasoned = []
    rows: list[Row] = []
    for process in joint:
        used = process.allocation or method.allocation
        label = used.label if used else Message("not stated")
        rows.append(row(Message("{process}: {way}", process=process.name, way=label), kind="group"))
        if process.reason:
            reason = Message("Reason: {text}", text=own_language(process.reason))
            rows.append(row(reason, kind="remark"))
        elif used and used.needs_reason:
            unreasoned.append(process.name)
        rows += [_output(output, used, matter) for output in matter.outputs_of(process)]
    order = paragraph(
        Message(
            "Subdivision and system expansion go before allocation, a physical relationship "
            "before any other (ISO 14044:2006, 4.3.4.2)."
        )
    )
    listed = table(
        Message("Processes with more than one product"),
        [
            column(Message("Product"), 3),
            column(Message("Amount in the period"), 2, numeric=True),
            column(Message("Shared by"), 3, numeric=True),
            column(Message("Displaces"), 2),
        ],
        rows,
    )
    missing = [
        in_study(Message("why “{process}” is allocated", process=name), "processes", "reason")
        for name in unreasoned
    ]
    return section(9, title, [order, listed, *told], missing)


def _output(output: Output, used: Allocation | None, matter: Matter) -> Row:
    amount = f"{grouped(output.amount.text)} {unit_name(str(output.unit))}"
    own = {Allocation.MASS: output.mass, Allocation.ENERGY: output.energy}
    if used in own:
        key, unit = own[used], "kg" if used is Allocation.MASS else "MJ"
        shared = f"{grouped(key.text)} {unit}" if key else amount
    elif used is Allocation.ECONOMIC and output.price:
        shared = str(Message("{price} each", price=grouped(output.price.text)))
    else:
        shared = grouped(output.key.text) if used is Allocation.OTHER and output.key else NONE
    entry = next(
        (e for k, e in matter.references.factors.items() if k.endswith(f":{output.replaces}")), None
    )
    displaced = (entry.name if entry else output.replaces) if output.replaces else NONE
    return row(output.name, amount, shared, displaced)


def _recycling(matter: Matter) -> Iterator[Block]:
    if not matter.study.recycling:
        return
    yield table(
        Message("Materials with recycled content or recycling at the end"),
        [
            column(Message("Material"), 3),
            column(Message("Amount"), 2, numeric=True),
            column("A", 0.7, numeric=True),
            column("R1", 0.7, numeric=True),
            column("R2", 0.7, numeric=True),
            column(Message("Source"), 3),
        ],
        [
            row(r.name, f"{r.amount.text} {unit_name(str(r.unit))}", exact(r.a), exact(r.r1),
                exact(r.r2), own_language(r.source) or NONE)
            for r in matter.study.recycling
        ],
        note=Message(
            "A: share of burdens and credits kept by this life; R1: recycled content; "
            "R2: share recycled at the end."
        ),
    )  # fmt: skip


def electricity(matter: Matter) -> Section:
    """10: which electricity factors were used, of which family, and exceptions."""
    title = Message("Treatment of electricity")
    lines = [line for line in matter.counted if matter.is_electricity(line)]
    footprint = matter.footprint
    if not lines:
        return not_applicable(10, title, Message("no line of the study is electricity"), [])
    blocks: list[Block] = [
        facts(
            (Message("Electricity policy"), footprint.method.electricity.label),
            (Message("Families of factors used"), _families(matter, lines)),
            (Message("Contracts and certificates"), _contracts(matter, lines)),
        ),
        _powers(matter, lines),
    ]
    if footprint.exceptions:
        names = {line.id: line.name for line in footprint.lines}
        blocks += [
            heading(Message("Exceptions")),
            paragraph(
                Message(
                    "A product footprint needs life-cycle factors. These lines count only the CO₂ "
                    "of generation, for the reason given; the result can therefore not be "
                    "certified."
                )
            ),
            points(
                Message("{line}: {what}", line=names[line], what=own_language(why))
                for line, why in footprint.exceptions
            ),
        ]
    if footprint.other_total is not None:
        blocks.append(
            paragraph(
                Message(
                    "With the other factor for contractual power: {total} {unit}.",
                    total=number(footprint.other_total),
                    unit=matter.unit,
                )
            )
        )
    bare = [line for line in lines if not matter.rows[line.id].supply]
    missing: list[Missing] = []
    if bare:
        what = Message("how power is supplied (lines: {n})", n=len(bare))
        missing.append(in_study(what, "lines", "supply"))
    undated = {
        entry.name
        for line in lines
        if line.origin == "study" and (entry := matter.references.factor(line)) and not entry.year
    }
    missing += [
        in_study(Message("the year of “{factor}”", factor=name), "factors", "year")
        for name in sorted(undated)
    ]
    return section(10, title, blocks, missing)


def _contracts(matter: Matter, lines: list[LineResult]) -> Message:
    claimed = [line for line in lines if matter.rows[line.id].supply is Supply.CONTRACTUAL]
    if not claimed:
        return Message("none is claimed; power from the grid counts with the grid's factor")
    return Message(
        "claimed for lines: {n}; the result without the claim stands below", n=len(claimed)
    )


def _families(matter: Matter, lines: list[LineResult]) -> str:
    found: dict[str, int] = {}
    for line in lines:
        label = _family(matter, line)
        found[label] = found.get(label, 0) + 1
    return " · ".join(with_remark(label, str(n)) for label, n in found.items())


def _family(matter: Matter, line: LineResult) -> str:
    entry = matter.references.factor(line)
    family: ElectricityFamily | None = entry.electricity if entry else None
    if family:
        return str(family.label)
    own = line.origin == "output"
    return str(Message("made in the study itself")) if own else not_stated()


def _powers(matter: Matter, lines: list[LineResult]) -> Block:
    rows = []
    for line in lines:
        entry, supply = matter.references.factor(line), matter.rows[line.id].supply
        where = (
            " ".join(part for part in (place_name(entry.place), entry.year) if part)
            if entry
            else ""
        )
        factor = f"{entry.code} {line.ref_name}" if entry else _product(matter, line)
        rows.append(
            row(
                line.name,
                supply.label if supply else NONE,
                factor,
                where or NONE,
                number(line.amount),
                unit_name(line.unit),
                number(line.intensity) if entry else NONE,
                number(line.value) if entry else NONE,
            )
        )
    return table(
        Message("Electricity in the total"),
        [
            column(Message("Line"), 2.4),
            column(Message("Supply"), 1.4),
            column(Message("Factor"), 3),
            column(Message("Place, year"), 1.5),
            column(Message("Amount"), 1.1, numeric=True),
            column(Message("Unit"), 0.8),
            column(Message("{gas} per unit", gas=matter.gas), 1.2, numeric=True),
            column(matter.unit, 1.2, numeric=True),
        ],
        rows,
        note=Message(
            "Power that a process of the study makes has no factor of its own: its burdens stand "
            "at that process."
        )
        if any(line.origin == "output" for line in lines)
        else "",
    )


def _product(matter: Matter, line: LineResult) -> str:
    made = next((o.name for o in matter.study.outputs if o.id == line.ref), line.ref)
    return str(Message("product of the study: {name}", name=made))


def timing(matter: Matter) -> Section:
    """11: timing of emissions, carbon storage."""
    study, given = matter.study, matter.particulars
    taken = [
        part.value for line in matter.counted for part in line.parts
        if part.kind is EmissionKind.REMOVAL_BIOGENIC
    ]  # fmt: skip
    carbon = study.biogenic_carbon
    blocks: list[Block] = [
        paragraph(_NO_DISCOUNT),
        facts(
            also=[
                (Message("Timing and storage"), own_language(given.timing)),
                (
                    Message("Biogenic carbon in the product"),
                    "" if carbon is None else f"{exact(carbon)} kg C/{matter.per}",
                ),
            ]
        ),
    ]
    missing: list[Missing] = []
    if study.ends_at_gate:
        blocks.append(paragraph(Message("Use and end of life are outside the boundary.")))
    elif not given.timing:
        missing.append(in_particulars("timing"))
    if taken and study.ends_at_gate and carbon is None:
        missing.append(in_study_itself(Message("biogenic carbon in the product"),
                                       "biogenic_carbon"))  # fmt: skip
    return section(11, Message("Timing and carbon storage"), blocks, missing)


def life_after(matter: Matter) -> Section:
    """16: use profile and end-of-life scenario, with their basis."""
    title = Message("Use profile and end-of-life scenario")
    study, given = matter.study, matter.particulars
    if study.ends_at_gate:
        reason = Message("use and end of life are outside the boundary ({boundary})",
                         boundary=study.boundary.label)  # fmt: skip
        return not_applicable(16, title, reason, [])
    blocks: list[Block] = []
    missing: list[Missing] = []
    for phase, field in ((Phase.USE, "use_profile"), (Phase.END_OF_LIFE, "end_of_life")):
        lines = matter.in_phases(phase)
        told = own_language(getattr(given, field))
        label = Message(type(given).model_fields[field].title or field)
        blocks += [heading(label), paragraph(told or Message("Not stated in words."))]
        if lines:
            blocks.append(_assumed(matter, phase, lines))
        if not told:
            missing.append(in_particulars(field))
    return section(16, title, blocks, missing)


def _assumed(matter: Matter, phase: Phase, lines: tuple[LineResult, ...]) -> Block:
    rows = []
    for line in lines:
        source = matter.rows[line.id].source if line.id in matter.rows else ""
        basis = own_language(source)
        rows.append(
            row(line.name, number(line.amount), unit_name(line.unit), number(line.value),
                share_of(line.value, matter.footprint.total), basis or NONE)
        )  # fmt: skip
    return table(
        Message("What is assumed: {stage}", stage=phase.label),
        [
            column(Message("Line"), 3),
            column(Message("Amount"), 1.1, numeric=True),
            column(Message("Unit"), 0.9),
            column(matter.unit, 1.2, numeric=True),
            column(Message("Share of the total"), 1.5, numeric=True),
            column(Message("Basis"), 3.4),
        ],
        rows,
    )


def values(matter: Matter) -> Section:
    """17: value choices; comparisons over time."""
    given, method = matter.particulars, matter.footprint.method
    joint = matter.joint_processes()
    blocks: list[Block] = [
        facts(
            (Message("GWP set"), method.gwp_set),
            (
                Message("Allocation of co-products"),
                method.allocation.label
                if method.allocation
                else Message("by process, see section 9")
                if joint
                else Message("does not apply"),
            ),
            (Message("How recycling is charged and credited"), method.end_of_life.label),
            (Message("Electricity policy"), method.electricity.label),
            (Message("Cut-off, single flow"), stated_percent(method.cutoff_single)),
            (Message("Cut-off, all flows"), stated_percent(method.cutoff_total)),
            also=[(Message("Value choices"), own_language(given.value_choices))],
        ),
        paragraph(
            own_language(given.comparison)
            or Message("This report compares the product neither with itself over time nor with "
                       "another product.")
        ),
    ]  # fmt: skip
    return section(17, Message("Value choices and comparisons over time"), blocks)


def review(matter: Matter) -> Section:
    """18: statement of a critical review or verification."""
    title = Message("Critical review or verification")
    given = matter.particulars
    if not given.review:
        reason = Message("no statement of a critical review or verification was given")
        return not_applicable(18, title, reason, [])
    blocks: list[Block] = [paragraph(own_language(given.review), "quote")]
    missing = [] if given.verifier else [in_particulars("verifier")]
    return section(
        18, title, [facts((Message("Verifier"), own_language(given.verifier))), *blocks], missing
    )
