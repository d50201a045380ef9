"""A report as a Word document, with real headings, tables and styles.

The same report gives the same bytes: times in the package and its properties are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.section import Section as WordSection
from docx.shared import Mm

from tanyuan.reports import word_styles as styles
from tanyuan.reports.characters import clean
from tanyuan.reports.document import (
    Annex,
    Block,
    Column,
    Facts,
    Heading,
    Paragraph,
    Picture,
    Points,
    Report,
    Row,
    Section,
    Status,
    Table,
)
from tanyuan.reports.pdf import UNDATED, picture_png
from tanyuan.reports.word_xml import (
    CINNABAR,
    GAMBOGE,
    INK,
    INK_3,
    NAMESPACE,
    RULE,
    SUNKEN,
    Cell,
    Line,
    bookmark,
    field,
    link,
    paragraph,
    run,
    sides,
    table,
)

_WIDE, _ACROSS = 166.0, 257.0
_SEAL, _SILL = 17.0, 42.0
_DRAWING = 840.0  # width of a drawing that fills the page
_SHORT_TABLE, _LONG_CELL = 12, 400
_SHORT_ACROSS = 4  # a page across holds few rows: moving a table whole would leave it empty
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_ANNEX_MARKS = 100


def write_word(report: Report) -> bytes:
    """The report as .docx."""
    word = Document(io.BytesIO(styles.template()))
    writer = _Writer(word, report)
    writer.front()
    writer.summary()
    writer.contents()
    for section in report.sections:
        writer.section(section)
    for annex in report.annexes:
        writer.annex(annex)
    styles.properties(word, clean(report.front.title), report.date or UNDATED)
    stream = io.BytesIO()
    word.save(stream)
    return _fixed(stream.getvalue())


def _fixed(package: bytes) -> bytes:
    """The package with fixed times, so that equal reports are equal files."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            info = zipfile.ZipInfo(entry.filename, _ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            target.writestr(info, source.read(entry))
    return stream.getvalue()


class _Writer:
    """Puts one report into one Word document."""

    def __init__(self, word: Word, report: Report) -> None:
        self.word, self.report, self.words = word, report, report.words
        self.width = _WIDE
        first = word.sections[0]
        first.page_width, first.page_height = Mm(210), Mm(297)
        first.left_margin = first.right_margin = Mm(22)
        first.top_margin, first.bottom_margin = Mm(27), Mm(22)
        first.different_first_page_header_footer = True
        self._head_and_foot(first)

    # ---- pieces

    def _put(self, *written: str) -> Any:
        """Put paragraphs and tables at the end; the last of them."""
        body = self.word.element.body
        for element in self._parsed("".join(written)):
            body[-1].addprevious(element)
        return body[-2]

    def _parsed(self, written: str) -> list[Any]:
        return list(parse_xml(f'<w:body xmlns:w="{NAMESPACE}">{written}</w:body>'))

    def _say(self, text: str, style: str = "Normal", *, break_before: bool = False) -> None:
        self._put(paragraph(run(text), style, break_before=break_before))

    def _draw(self, place: Any, picture: Picture, width: float) -> None:
        """Put a picture into an empty paragraph."""
        png = io.BytesIO(picture_png(picture, width))
        inline = self.word.part.new_pic_inline(png, width=Mm(width))
        inline.docPr.set("descr", clean(picture.description))
        for side in ("distT", "distB", "distL", "distR"):
            inline.set(side, "0")
        place.add_r().add_drawing(inline)

    def _head_and_foot(self, section: WordSection) -> None:
        report, (before, between, behind) = self.report, self.words.page
        marks = run(" · ".join(report.marks), colour=CINNABAR)
        digest = run(f"SHA-256 {report.front.hash}", size=6)
        page = (run(before), field("PAGE"), run(between), field("NUMPAGES"), run(behind))
        for part, left, right, style in (
            (section.header, run(report.short_title), marks, "Header"),
            (section.footer, digest, "".join(page), "Footer"),
        ):
            part.is_linked_to_previous = False
            told = self._parsed(sides(left, right, style, self.width))
            place: Any = part._element
            place.replace(place[0], told[0])

    # ---- front page, summary and contents

    def front(self) -> None:
        """The first page."""
        front = self.report.front
        self._say(front.kicker, styles.KICKER)
        self._say(front.title, "Title")
        if front.subtitle:
            self._say(front.subtitle, "Subtitle")
        self._say(front.what, styles.NOTE)
        self._put(paragraph(run(front.total) + run(f"  {front.unit}", size=15), styles.TOTAL))
        self._draw(self._put(paragraph("", "Normal")), front.sill, _SILL)
        self._say(front.band, styles.NOTE)
        for _, sentence in front.marks:
            self._say(sentence, styles.MARK)
        self._say("", styles.GAP)
        self.block(front.facts)
        half = self.width / 2
        claims = (
            self._claims(front.is_title, front.is_points),
            self._claims(front.is_not_title, front.is_not_points),
        )
        self._put(table([Line(claims)], (half, half), outer=""), paragraph("", styles.AFTER_TABLE))
        self._put(table([Line(self._seal())], (_SEAL + 5, self.width - _SEAL - 5), outer=""))
        self._draw(self.word.element.body[-2].find(f".//{{{NAMESPACE}}}p"), front.seal, _SEAL)
        self._say("", styles.AFTER_TABLE)

    def _claims(self, title: str, items: Sequence[str]) -> Cell:
        told = [paragraph(run(f"–  {item}"), styles.SMALL_LIST) for item in items]
        return Cell(paragraph(run(title), styles.NOTE) + "".join(told))

    def _seal(self) -> tuple[Cell, Cell]:
        front = self.report.front
        digest = " ".join(front.hash[at : at + 8] for at in range(0, 64, 8))
        told = (
            paragraph(run(front.seal_title), styles.NOTE),
            paragraph(run(digest), styles.HASH),
            paragraph(run(front.seal_note), styles.NOTE),
        )
        return Cell(paragraph("", "Normal")), Cell("".join(told))

    def summary(self) -> None:
        """The page with the answer."""
        self._say(self.words.summary, styles.PLAIN_HEADING, break_before=True)
        self.blocks(self.report.summary)

    def contents(self) -> None:
        """The list of sections with their states and pages, and what is not complete."""
        report, words = self.report, self.words
        self._say(words.contents, styles.PLAIN_HEADING, break_before=True)
        entries = [
            (str(section.number), section.title, self._state(section), f"section_{section.number}")
            for section in report.sections
        ]
        entries += [
            (
                annex.letter,
                f"{words.annex} {annex.letter}  {annex.title}",
                "",
                f"annex_{annex.letter}",
            )
            for annex in report.annexes
        ]
        lines = [
            Line(
                (
                    _cell(run(mark, colour=INK_3)),
                    _cell(link(target, run(title))),
                    _cell(run(state, colour=GAMBOGE if state == words.missing_title else INK_3)),
                    _cell(link(target, field(f"PAGEREF {target}")), right=True),
                )
            )
            for mark, title, state, target in entries
        ]
        self._put(table(lines, self._widths((0.6, 7, 2, 0.6))))
        self._say(words.missing_title, styles.PLAIN_HEADING)
        lacks = [
            Row((str(section.number), lack.what, f"→ {lack.where}"))
            for section in report.empty
            for lack in section.missing
        ]
        if lacks:
            self._grid((Column("", 0.6), Column("", 4), Column("", 6)), lacks, head=False)
        else:
            self._say(words.all_filled)

    def _state(self, section: Section) -> str:
        states = {
            Status.EMPTY: self.words.missing_title,
            Status.NOT_APPLICABLE: self.words.not_applicable,
        }
        return states.get(section.status, "")

    # ---- sections and annexes

    def section(self, section: Section) -> None:
        """A mandatory section."""
        words, number = self.words, section.number
        title = bookmark(number, f"section_{number}", run(f"{number}  {section.title}"))
        self._put(paragraph(title, "Heading 1", break_before=number == 1))
        if section.status is Status.NOT_APPLICABLE:
            self._say(f"{words.not_applicable}{words.colon}{section.reason}", "Quote")
        if section.missing:
            self._say(words.lacking_title, styles.LACKING)
        for lack in section.missing:
            told = run(lack.what) + run(f"  → {lack.where}", colour=INK_3)
            self._put(paragraph(told, styles.LACKING))
        self.blocks(section.blocks)

    def annex(self, annex: Annex) -> None:
        """An annex, across the page where it is wide."""
        page = self.word.add_section()
        upright = not annex.wide
        page.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
        edges = (Mm(210), Mm(297))
        page.page_width, page.page_height = edges if upright else edges[::-1]
        page.left_margin = page.right_margin = Mm(22 if upright else 20)
        page.different_first_page_header_footer = False
        self.width = _WIDE if upright else _ACROSS
        self._head_and_foot(page)
        told = run(f"{self.words.annex} {annex.letter}  {annex.title}")
        mark = _ANNEX_MARKS + ord(annex.letter)
        self._put(paragraph(bookmark(mark, f"annex_{annex.letter}", told), "Heading 1"))
        self.blocks(annex.blocks)

    # ---- blocks

    def blocks(self, blocks: Iterable[Block]) -> None:
        """Blocks one after another."""
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Paragraph(text, kind):
                style = {"note": styles.NOTE, "quote": "Quote"}.get(kind, "Normal")
                self._put(paragraph(run(text), style, keep=text.endswith((":", "："))))
            case Points(items):
                self._put(*(paragraph(run(item), "List Bullet") for item in items))
            case Heading(text):
                self._say(text, "Heading 2")
            case Facts(rows):
                self._facts(rows)
            case Table():
                self._caption(self.words.table, block)
                self._grid(block.columns, block.rows, head=True, note=block.note)
            case Picture():
                self._caption(self.words.figure, block)
                self._draw(
                    self._put(paragraph("", "Normal", keep=bool(block.note))),
                    block,
                    self.width * min(1.0, block.width / _DRAWING),
                )
                if block.note:
                    self._say(block.note, styles.NOTE)

    def _caption(self, name: str, block: Table | Picture) -> None:
        unit = f"  ({block.unit})" if block.unit else ""
        self._say(f"{name} {block.number}  {block.title}{unit}", "Caption")

    def _facts(self, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        lines = [
            Line(
                (
                    _cell(run(name, colour=INK_3)),
                    _cell(run(value) if value else run(self.words.not_stated, colour=GAMBOGE)),
                )
            )
            for name, value in rows
        ]
        self._put(table(lines, self._widths((3.4, 6.6))), paragraph("", styles.AFTER_TABLE))

    def _widths(self, parts: Sequence[float]) -> list[float]:
        return [self.width * part / sum(parts) for part in parts]

    def _grid(
        self, columns: Sequence[Column], rows: Sequence[Row], *, head: bool, note: str = ""
    ) -> None:
        """A table; its head is repeated on every page, and a short one stays on one page."""
        style = styles.TABLE_SMALL if len(columns) > 5 else styles.TABLE_TEXT
        most = _SHORT_TABLE if self.width == _WIDE else _SHORT_ACROSS
        short = len(rows) <= most and all(
            len(cell) < _LONG_CELL for row in rows for cell in row.cells
        )
        listed = [Row(tuple(column.title for column in columns), "head")] * head + list(rows)
        lines = []
        for n, row in enumerate(listed, 1):
            with_next = (short or n == 1) and (n < len(listed) or bool(note))
            kept = with_next or row.kind == "group"
            lines.append(
                Line(list(_cells(columns, row, style, keep=kept)), head=row.kind == "head")
            )
        widths = self._widths([column.width for column in columns])
        self._put(table(lines, widths, outer=INK if head else RULE))
        self._put(paragraph(run(note), styles.NOTE if note else styles.AFTER_TABLE))


def _cell(inside: str, *, right: bool = False) -> Cell:
    return Cell(paragraph(inside, styles.TABLE_TEXT, right=right))


def _cells(columns: Sequence[Column], row: Row, style: str, *, keep: bool) -> Iterator[Cell]:
    """The cells of a row; the one cell of a group or remark runs through all columns."""
    whole = len(row.cells) == 1 and len(columns) > 1
    colour = INK_3 if row.kind in ("head", "quiet", "remark") else ""
    edge = {"head": "bottom", "total": "top"}.get(row.kind, "")
    for text, column in zip(row.cells, columns, strict=False):
        told = run(text, colour=colour, bold=row.kind == "total")
        yield Cell(
            paragraph(told, style, right=column.numeric and not whole, keep=keep),
            span=len(columns) if whole else 1,
            fill=SUNKEN if row.kind == "group" else "",
            edge=edge,
        )
