"""A report as a Word document, with real headings, tables and styles.

The same report gives the same bytes: times in the package and its properties are fixed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph as WordParagraph

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

_WIDE, _ACROSS = 166.0, 257.0
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_word(report: Report) -> bytes:
    """The report as .docx."""
    word = Document()
    styles.prepare(word, report.language)
    writer = _Writer(word, report)
    writer.front()
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
        self.word, self.report = word, report
        self.width = _WIDE
        self._head_and_foot()

    # ---- pieces

    def _paragraph(self, text: str, style: str = "Normal") -> WordParagraph:
        return self.word.add_paragraph(clean(text), style=style)

    def _head_and_foot(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)
        section.top_margin, section.bottom_margin = Mm(27), Mm(22)
        section.different_first_page_header_footer = True
        for name in ("Header", "Footer"):
            styles.right_tab(self.word.styles[name], _WIDE)
        head = section.header.paragraphs[0]
        head.style = self.word.styles["Header"]
        head.add_run(clean(self.report.short_title))
        if self.report.marks:
            marks = head.add_run("\t" + " · ".join(self.report.marks))
            marks.font.color.rgb = styles.CINNABAR
        foot = section.footer.paragraphs[0]
        foot.style = self.word.styles["Footer"]
        before, between, behind = self.report.words.page
        foot.add_run(f"SHA-256 {self.report.front.hash[:16]}…\t{before}")
        styles.add_field(foot, "PAGE")
        foot.add_run(between)
        styles.add_field(foot, "NUMPAGES")
        foot.add_run(behind)

    def _picture(self, picture: Picture, width: float, paragraph: WordParagraph) -> None:
        png = io.BytesIO(picture_png(picture, width))
        shape = paragraph.add_run().add_picture(png, width=Mm(width))
        styles.describe(shape, clean(picture.description))

    # ---- front page and contents

    def front(self) -> None:
        """The first page."""
        front = self.report.front
        self._paragraph(front.kicker, styles.KICKER)
        self._paragraph(front.title, "Title")
        if front.subtitle:
            self._paragraph(front.subtitle, "Subtitle")
        self._paragraph(front.what, styles.NOTE)
        total = self._paragraph("", styles.TOTAL)
        total.add_run(front.total)
        unit = total.add_run(f"  {front.unit}")
        unit.font.size = Pt(15)
        self._sill()
        self._paragraph(front.band, styles.NOTE)
        for _, sentence in front.marks:
            self._paragraph(sentence, styles.MARK)
        self.block(front.facts)
        left, right = self._beside(0.5)
        self._list(left, front.is_title, front.is_points)
        self._list(right, front.is_not_title, front.is_not_points)
        left, right = self._beside(0.13)
        self._picture(front.seal, 17, left.paragraphs[0])
        first = right.paragraphs[0]
        first.style = self.word.styles[styles.NOTE]
        first.add_run(clean(front.seal_title))
        digest = " ".join(front.hash[at : at + 8] for at in range(0, 64, 8))
        right.add_paragraph(digest, styles.HASH)
        right.add_paragraph(clean(front.seal_note), styles.NOTE)

    def _beside(self, share: float) -> tuple[WordCell, WordCell]:
        """Two cells side by side without borders."""
        table = self.word.add_table(rows=1, cols=2)
        table.autofit = False
        cells = table.rows[0].cells
        parts = (share, 1 - share)
        for cell, column, part in zip(cells, table.columns, parts, strict=True):
            cell.width = column.width = Mm(_WIDE * part)
        return cells[0], cells[1]

    def _list(self, cell: WordCell, title: str, items: Sequence[str]) -> None:
        first = cell.paragraphs[0]
        first.style = self.word.styles[styles.NOTE]
        first.add_run(clean(title))
        for item in items:
            cell.add_paragraph(clean(f"–  {item}"), styles.SMALL_LIST)

    def _sill(self) -> None:
        paragraph = self._paragraph("", "Normal")
        self._picture(self.report.front.sill, 42, paragraph)

    def contents(self) -> None:
        """The list of sections with their states, and what is not complete."""
        report, words = self.report, self.report.words
        heading = self._paragraph(words.contents, styles.PLAIN_HEADING)
        heading.paragraph_format.page_break_before = True
        rows = [
            Row((str(section.number), section.title, self._state(section)))
            for section in report.sections
        ]
        rows += [
            Row((a.letter, f"{words.annex} {a.letter}  {a.title}", "")) for a in report.annexes
        ]
        self._grid((Column("", 0.6), Column("", 7), Column("", 2)), rows, head=False)
        self._paragraph(words.missing_title, styles.PLAIN_HEADING)
        lacks = [
            Row((str(section.number), lack.what, f"→ {lack.where}"))
            for section in report.empty
            for lack in section.missing
        ]
        if lacks:
            self._grid((Column("", 0.6), Column("", 4), Column("", 6)), lacks, head=False)
        else:
            self._paragraph(words.all_filled)

    def _state(self, section: Section) -> str:
        words = self.report.words
        states = {Status.EMPTY: words.missing_title, Status.NOT_APPLICABLE: words.not_applicable}
        return states.get(section.status, "")

    # ---- sections and annexes

    def section(self, section: Section) -> None:
        """A mandatory section."""
        words = self.report.words
        heading = self._paragraph(f"{section.number}  {section.title}", "Heading 1")
        heading.paragraph_format.page_break_before = section.number == 1
        if section.status is Status.NOT_APPLICABLE:
            self._paragraph(f"{words.not_applicable}{words.colon}{section.reason}", "Quote")
        if section.missing:
            self._paragraph(words.lacking_title, styles.LACKING)
            for lack in section.missing:
                told = self._paragraph(lack.what, styles.LACKING)
                told.add_run(clean(f"  → {lack.where}")).font.color.rgb = styles.INK_3
        self.blocks(section.blocks)

    def annex(self, annex: Annex) -> None:
        """An annex, across the page where it is wide."""
        page = self.word.add_section()
        upright = not annex.wide
        page.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
        sides = (Mm(210), Mm(297))
        page.page_width, page.page_height = sides if upright else sides[::-1]
        page.left_margin = page.right_margin = Mm(22 if upright else 20)
        page.different_first_page_header_footer = False
        self.width = _WIDE if upright else _ACROSS
        self._paragraph(f"{self.report.words.annex} {annex.letter}  {annex.title}", "Heading 1")
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
                self._paragraph(text, style)
            case Points(items):
                for item in items:
                    self._paragraph(item, "List Bullet")
            case Heading(text):
                self._paragraph(text, "Heading 2")
            case Facts(rows):
                self._facts(rows)
            case Table():
                self._table(block)
            case Picture():
                self._figure(block)

    def _facts(self, rows: Sequence[tuple[str, str]]) -> None:
        if not rows:
            return
        cells = [Row((name, value or self.report.words.not_stated)) for name, value in rows]
        table = self._grid((Column("", 3.4), Column("", 6.6)), cells, head=False)
        for row, (_, value) in zip(table.rows, rows, strict=True):
            colour = styles.INK if value else styles.GAMBOGE
            styles.colour(row.cells[0], styles.INK_3)
            styles.colour(row.cells[1], colour)

    def _table(self, table: Table) -> None:
        words = self.report.words
        unit = f"  ({table.unit})" if table.unit else ""
        self._paragraph(f"{words.table} {table.number}  {table.title}{unit}", "Caption")
        self._grid(table.columns, table.rows, head=True)
        if table.note:
            self._paragraph(table.note, styles.NOTE)

    def _figure(self, picture: Picture) -> None:
        words = self.report.words
        unit = f"  ({picture.unit})" if picture.unit else ""
        self._paragraph(f"{words.figure} {picture.number}  {picture.title}{unit}", "Caption")
        paragraph = self._paragraph("", "Normal")
        self._picture(picture, self.width, paragraph)
        if picture.note:
            self._paragraph(picture.note, styles.NOTE)

    def _grid(self, columns: Sequence[Column], rows: Sequence[Row], *, head: bool) -> WordTable:
        """A table; its head is repeated on every page."""
        style = styles.TABLE_SMALL if len(columns) > 5 else styles.TABLE_TEXT
        titles = Row(tuple(column.title for column in columns), "head")
        listed = [titles, *rows] if head else list(rows)
        table: WordTable = self.word.add_table(rows=len(listed), cols=len(columns))
        table.autofit = False
        styles.plain_borders(table, head=head)
        whole = sum(column.width for column in columns)
        widths = [Mm(self.width * column.width / whole) for column in columns]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for line, row in zip(table.rows, listed, strict=True):
            self._fill(line, columns, row, self.word.styles[style].style_id)
            styles.unbroken(line)
        if head:
            styles.repeat(table.rows[0])
        self._paragraph("", styles.AFTER_TABLE)
        return table

    def _fill(self, line: WordRow, columns: Sequence[Column], row: Row, style: str) -> None:
        cells = line.cells
        if len(row.cells) == 1 and len(columns) > 1:
            cells = (cells[0].merge(cells[-1]),)
        for cell, text, column in zip(cells, row.cells, columns, strict=False):
            paragraph = cell.paragraphs[0]
            paragraph._p.style = style  # by its id: the look-up of a style is slow
            run = paragraph.add_run()
            for n, part in enumerate(clean(text).split("\n")):
                if n:
                    run.add_break(WD_BREAK.LINE)
                run.add_text(part)
            if column.numeric and len(row.cells) > 1:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if row.kind == "total":
                run.font.bold = True
            if row.kind in ("head", "quiet", "remark"):
                run.font.color.rgb = styles.INK_3
            if row.kind == "group":
                paragraph.paragraph_format.keep_with_next = True
                styles.shade(cell)
