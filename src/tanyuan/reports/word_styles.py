"""Styles, borders and fields of the Word report: what python-docx leaves to XML."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

INK = RGBColor(0x15, 0x23, 0x2B)
INK_2 = RGBColor(0x43, 0x53, 0x5B)
INK_3 = RGBColor(0x59, 0x68, 0x6F)
AZURE = RGBColor(0x1B, 0x5C, 0x8E)
GAMBOGE = RGBColor(0x87, 0x5B, 0x00)
CINNABAR = RGBColor(0xAE, 0x2F, 0x1C)
_RULE, _SUNKEN = "D9DEDB", "F3F4F1"

KICKER, TOTAL, NOTE, MARK, HASH = "Kicker", "Total", "Note", "Mark", "Hash"
LACKING, PLAIN_HEADING, SMALL_LIST = "Lacking", "Plain Heading", "Small List"
TABLE_TEXT, TABLE_SMALL, AFTER_TABLE = "Table Text", "Table Small", "After Table"

_LATIN, _SONG, _MONO = "Times New Roman", "SimSun", "Consolas"
_THEMED = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")

# Name → size, colour, space before and after (pt), kept with the next paragraph
_BUILT_IN: dict[str, tuple[float, RGBColor, float, float, bool]] = {
    "Normal": (10.5, INK, 0, 5, False),
    "Title": (24, INK, 36, 6, False),
    "Subtitle": (12, INK_2, 0, 24, False),
    "Heading 1": (16, INK, 22, 8, True),
    "Heading 2": (12, INK, 12, 5, True),
    "Caption": (10, INK, 12, 4, True),
    "Quote": (9.5, INK_2, 2, 6, False),
    "List Bullet": (10.5, INK, 0, 3, False),
    "Header": (8, INK_3, 0, 0, False),
    "Footer": (8, INK_3, 0, 0, False),
}
_OWN: dict[str, tuple[float, RGBColor, float, float, bool]] = {
    KICKER: (11, INK_2, 0, 0, False),
    TOTAL: (44, INK, 0, 0, True),
    NOTE: (8.5, INK_3, 2, 4, False),
    MARK: (10, CINNABAR, 0, 3, False),
    HASH: (8, INK, 0, 2, False),
    LACKING: (9, GAMBOGE, 0, 3, True),
    PLAIN_HEADING: (14, INK, 16, 8, True),
    SMALL_LIST: (9, INK, 0, 2, False),
    TABLE_TEXT: (8.5, INK, 1.5, 1.5, False),
    TABLE_SMALL: (7.5, INK, 1, 1, False),
    AFTER_TABLE: (4, INK, 0, 2, False),
}


def prepare(word: Word, language: str) -> None:
    """Give the document its styles, with Latin and Chinese fonts on every one of them."""
    for name in _OWN:
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for style in word.styles.element.style_lst:
        _set_fonts(style.get_or_add_rPr(), language)
    _set_fonts(word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}"), language)
    for name, (size, colour_, before, after, kept) in (_BUILT_IN | _OWN).items():
        style = word.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), colour_
        style.font.bold = style.font.italic = False
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.keep_with_next, form.line_spacing = kept, 1.15
    word.styles[SMALL_LIST].paragraph_format.left_indent = Mm(4)
    word.styles[SMALL_LIST].paragraph_format.first_line_indent = Mm(-4)
    word.styles["Quote"].paragraph_format.left_indent = Mm(4)
    word.styles[TOTAL].paragraph_format.line_spacing = 1.0
    _fonts(word.styles[HASH].element.get_or_add_rPr(), _MONO)
    for name, size in ((KICKER, 12), ("Heading 1", 6)):
        _edge(word.styles[name].element.get_or_add_pPr(), "top", size, "15232B")
    for name in ("Title", "Subtitle"):
        _unspaced(word.styles[name].element.get_or_add_rPr())
    _edge(word.styles["Title"].element.get_or_add_pPr(), "bottom", 0, "auto")


def _unspaced(properties: Any) -> None:
    for name in ("w:spacing", "w:kern"):
        found = properties.find(qn(name))
        if found is not None:
            properties.remove(found)


def right_tab(style: Any, width: float) -> None:
    """One tab stop, at the right edge."""
    stops = style.paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)


def _set_fonts(properties: Any, language: str) -> None:
    _fonts(properties, _LATIN)
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = OxmlElement("w:lang")
        properties.append(lang)
    lang.set(qn("w:val"), "en-GB" if language == "en" else "zh-CN")
    lang.set(qn("w:eastAsia"), "zh-CN")


def _fonts(properties: Any, latin: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in _THEMED:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", _SONG)):
        fonts.set(qn(f"w:{name}"), face)


def _edge(properties: Any, side: str, size: int, colour_: str) -> None:
    """A rule above or below a paragraph; size 0 takes it away."""
    old = properties.find(qn("w:pBdr"))
    if old is not None:
        properties.remove(old)
    if not size:
        return
    borders = OxmlElement("w:pBdr")
    borders.append(_line(side, size, colour_, space="4"))
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind",
        "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr",
    )  # fmt: skip


def _line(side: str, size: int, colour_: str, space: str = "0") -> Any:
    line = OxmlElement(f"w:{side}")
    for name, value in (
        ("val", "single" if size else "nil"),
        ("sz", str(size)),
        ("space", space),
        ("color", colour_),
    ):
        line.set(qn(f"w:{name}"), value)
    return line


def plain_borders(table: Table, *, head: bool) -> None:
    """Horizontal rules only: black above and below, thin between."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    outer = (8, "15232B") if head else (4, _RULE)
    for side, (size, colour_) in (
        ("top", outer), ("left", (0, "auto")), ("bottom", outer), ("right", (0, "auto")),
        ("insideH", (4, _RULE)), ("insideV", (0, "auto")),
    ):  # fmt: skip
        borders.append(_line(side, size, colour_))
    properties.append(borders)


def repeat(row: _Row) -> None:
    """Repeat a table's first row on every page."""
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def unbroken(row: _Row) -> None:
    """Keep a row on one page."""
    mark = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(mark)


def shade(cell: _Cell) -> None:
    """The ground of a heading inside a table."""
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SUNKEN)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def colour(cell: _Cell, wanted: RGBColor) -> None:
    """Colour the text of a cell."""
    for paragraph in cell.paragraphs:
        for run in paragraph.runs:
            run.font.color.rgb = wanted


def add_field(paragraph: Paragraph, code: str) -> None:
    """A field that Word fills in, such as PAGE."""
    run = paragraph.add_run()
    for kind in ("begin", None, "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = code
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def describe(shape: InlineShape, text: str) -> None:
    """What a picture shows, for those who do not see it; no space around it."""
    for side in ("distT", "distB", "distL", "distR"):
        shape._inline.set(side, "0")
    properties = shape._inline.docPr
    properties.set("descr", text)


def properties(word: Word, title: str, day: date) -> None:
    """The same properties for the same report."""
    core = word.core_properties
    when = datetime(day.year, day.month, day.day, tzinfo=UTC)
    core.title, core.author, core.last_modified_by = title[:255], "tanyuan", "tanyuan"
    core.comments, core.keywords, core.subject = "", "", ""
    core.created = core.modified = when
    core.revision = 1
