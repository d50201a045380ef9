"""The study report of a footprint: front page, the eighteen sections, annexes."""

from __future__ import annotations

import re

from tanyuan.figures.items import How, Item
from tanyuan.figures.seal import seal
from tanyuan.figures.sill import sill
from tanyuan.footprint.particulars import Particulars
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.seal import footprint_hash
from tanyuan.footprint.study import Boundary, Study
from tanyuan.languages import Message, in_language, language
from tanyuan.reports.annexes import annexes
from tanyuan.reports.document import (
    Facts,
    Front,
    Picture,
    Report,
    Section,
    Words,
    facts,
    numbered,
)
from tanyuan.reports.matter import Matter
from tanyuan.reports.pictures import PAPER
from tanyuan.reports.references import references
from tanyuan.reports.sections import certainty, data, interpretation, quality, results, rules, scope
from tanyuan.reports.sections.summary import summary
from tanyuan.reports.wording import day, formulas, interval, number, own_language, place_name

SECTIONS = 18
_SHORT = 80
_HERE = "\0"


def study_report(
    footprint: Footprint, particulars: Particulars | None = None, *, lang: str | None = None
) -> Report:
    """The report of a footprint in one language.

    Args:
        footprint: what is reported; its figures are shown, none is calculated anew.
        particulars: what the report must say beside the study.
        lang: `zh` or `en`; the language in use where not given.
    """
    with in_language(lang):
        matter = Matter(
            footprint,
            particulars or Particulars(),
            references(footprint),
            {line.id: line for line in footprint.study.lines},
        )
        sections = _sections(matter)
        lacking = sum(bool(section.missing) for section in sections)
        marks = _marks(footprint, lacking)
        return numbered(
            Report(
                language=language(),
                date=matter.particulars.date,
                short_title=_short(footprint.study.name),
                marks=tuple(short for short, _ in marks),
                front=_front(matter, marks),
                summary=summary(matter),
                sections=sections,
                annexes=annexes(matter),
                words=_words(),
            )
        )


def _sections(matter: Matter) -> tuple[Section, ...]:
    return (
        scope.general(matter),
        scope.unit(matter),
        scope.product(matter),
        scope.boundary(matter),
        scope.processes(matter),
        data.collection(matter),
        data.climate(matter),
        data.cut_off(matter),
        rules.allocation(matter),
        rules.electricity(matter),
        rules.timing(matter),
        quality.quality(matter),
        results.result(matter),
        certainty.certainty(matter),
        interpretation.interpretation(matter),
        rules.life_after(matter),
        rules.values(matter),
        rules.review(matter),
    )


def _short(name: str) -> str:
    """A name for the head of a page."""
    flat = formulas(" ".join(name.split()))
    return flat if len(flat) <= _SHORT else f"{flat[: _SHORT - 1].rstrip()}…"


def _marks(footprint: Footprint, lacking: int) -> tuple[tuple[str, str], ...]:
    """What must be seen first: a short word and a sentence."""
    found = []
    if lacking:
        sentence = Message(
            "Draft: mandatory sections not complete: {n} of {all}.", n=lacking, all=SECTIONS
        )
        found.append((Message("Draft"), sentence))
    if not footprint.complete:
        sentence = Message(
            "Incomplete: the total holds only what is known (gaps: {n}).",
            n=len(footprint.gaps),
        )
        found.append((Message("Incomplete"), sentence))
    if footprint.study.synthetic:
        found.append((Message("Synthetic"), Message("Synthetic: made up, no real product.")))
    return tuple((str(short), str(sentence)) for short, sentence in found)


def _front(matter: Matter, marks: tuple[tuple[str, str], ...]) -> Front:
    footprint, study = matter.footprint, matter.study
    digest = re.sub(r"^sha256:", "", footprint_hash(footprint))
    is_points, is_not_points = _claims(matter)
    return Front(
        kicker=str(_kicker(study)),
        title=formulas(study.name),
        subtitle=formulas(matter.described),
        what=str(_what(study)),
        total=number(footprint.total),
        unit=matter.unit,
        sill=_sill(matter),
        band=_band(matter),
        marks=marks,
        facts=_front_facts(matter),
        seal=Picture(
            "", seal(digest, look=PAPER), 100, 100, str(Message("Seal {hash}", hash=digest[:8]))
        ),
        seal_title=str(Message("SHA-256 of the footprint")),
        hash=digest,
        seal_note=str(
            Message(
                "The seal is drawn from the hash: equal seals, equal content. Seal the study with "
                "“tanyuan seal” and check it with “tanyuan verify”."
            )
        ),
        is_title=str(Message("This report is")),
        is_points=is_points,
        is_not_title=str(Message("This report is not")),
        is_not_points=is_not_points,
    )


def _kicker(study: Study) -> Message:
    if study.subject.is_product:
        return Message("Product carbon footprint study report")
    return Message("Carbon footprint study report")


def _what(study: Study) -> Message:
    if not study.subject.is_product:
        return Message("Carbon footprint, {boundary}", boundary=study.boundary.label)
    whole = study.boundary in (Boundary.CRADLE_TO_GRAVE, Boundary.CRADLE_TO_CRADLE)
    if whole:
        return Message("Product carbon footprint, {boundary}", boundary=study.boundary.label)
    return Message("Partial product carbon footprint, {boundary}", boundary=study.boundary.label)


def _sill(matter: Matter) -> Picture:
    footprint = matter.footprint
    ends = footprint.interval
    how = How.MEASURED if footprint.primary_share >= 0.5 else How.DATABASE
    drawn = sill(Item("", footprint.total, ends, how), named=True, look=PAPER)
    told = Message("The band of the total; the whole line means −50 % to +50 % of it.")
    return Picture("", drawn, 100, 10, str(told))


def _band(matter: Matter) -> str:
    footprint = matter.footprint
    ends = footprint.interval
    if ends is None:
        return str(Message("no band known"))
    return str(
        Message("95 %: {interval} {unit}", interval=interval(ends, footprint.total),
                unit=matter.unit)
    )  # fmt: skip


def _front_facts(matter: Matter) -> Facts:
    footprint, study, given = matter.footprint, matter.study, matter.particulars
    verifier = [(Message("Verifier"), own_language(given.verifier))] if given.verifier else []
    return facts(
        (study.unit_kind.label, matter.declared),
        (Message("System boundary"), study.boundary.label),
        (Message("Data period"), data.period(study)),
        (Message("Place"), place_name(study.geography)),
        (Message("GWP set"), footprint.method.gwp_set),
        (Message("Client"), own_language(given.client)),
        (Message("Author"), own_language(given.author)),
        *verifier,
        (Message("Report number"), given.number),
        (Message("Date of the report"), day(given.date)),
    )


def _claims(matter: Matter) -> tuple[tuple[str, ...], tuple[str, ...]]:
    footprint = matter.footprint
    is_points = (
        Message("The result of one calculation; all its lines ({n}) are listed with amount, "
                "factor and source.", n=len(footprint.lines)),
        Message("One impact: climate change, {set}.", set=footprint.method.gwp_set),
        Message("Ordered by what ISO 14067:2018, clause 7, asks of a study report."),
    )  # fmt: skip
    is_not_points = (
        Message("Not a certificate and not a verification statement."),
        Message("Not a comparison with other products, and no basis for one without equal rules."),
        Message("Nothing on other impacts on the environment; no offsets are counted."),
    )
    return tuple(map(str, is_points)), tuple(map(str, is_not_points))


def _page_words() -> tuple[str, str, str]:
    before, between, behind = str(Message("Page {page} of {pages}", page=_HERE, pages=_HERE)).split(
        _HERE
    )
    return before, between, behind


def _words() -> Words:
    return Words(
        summary=str(Message("Summary")),
        contents=str(Message("Contents")),
        figure=str(Message("Figure {number}", number="")).strip(),
        table=str(Message("Table {number}", number="")).strip(),
        annex=str(Message("Annex")),
        page=_page_words(),
        colon="：" if language() == "zh" else ": ",
        not_stated=str(Message("not stated")),
        missing_title=str(Message("Not complete")),
        lacking_title=str(Message("To be filled in:")),
        all_filled=str(Message("All mandatory sections are complete or do not apply.")),
        not_applicable=str(Message("Does not apply")),
    )
