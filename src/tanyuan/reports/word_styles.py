"""Styles of the Word report, with Latin and Chinese fonts on every one of them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tanyuan.reports.word_xml import CINNABAR, GAMBOGE, INK, INK_2, INK_3, NAMESPACE

KICKER, TOTAL, NOTE, MARK, HASH = "Kicker", "Total", "Note", "Mark", "Hash"
LACKING, PLAIN_HEADING, SMALL_LIST = "Lacking", "Plain Heading", "Small List"
TABLE_TEXT, TABLE_SMALL, AFTER_TABLE = "Table Text", "Table Small", "After Table"
GAP = "Gap"

_LATIN, _SONG, _MONO = "Times New Roman", "SimSun", "Consolas"
_THEMED = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")

# Name → size, colour, space before and after (pt), kept with the next paragraph
_BUILT_IN: dict[str, tuple[float, str, float, float, bool]] = {
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
_OWN: dict[str, tuple[float, str, float, float, bool]] = {
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
    GAP: (4, INK, 60, 0, False),
}


@cache
def template() -> bytes:
    """An empty document with all styles; made once, since that is slow."""
    word = Document()
    _prepare(word)
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def _prepare(word: Word) -> None:
    for name in _OWN:
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for style in word.styles.element.style_lst:
        _set_fonts(style.get_or_add_rPr())
    _set_fonts(word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    for name, (size, colour, before, after, kept) in (_BUILT_IN | _OWN).items():
        style = word.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        style.font.bold = style.font.italic = False
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.keep_with_next, form.line_spacing = kept, 1.15
    word.styles[SMALL_LIST].paragraph_format.left_indent = Mm(4)
    word.styles[SMALL_LIST].paragraph_format.first_line_indent = Mm(-4)
    word.styles["Quote"].paragraph_format.left_indent = Mm(4)
    word.styles[TOTAL].paragraph_format.line_spacing = 1.0
    for name in ("Header", "Footer"):
        word.styles[name].paragraph_format.tab_stops.clear_all()
    _fonts(word.styles[HASH].element.get_or_add_rPr(), _MONO)
    for name in ("Title", "Subtitle"):
        _unspaced(word.styles[name].element.get_or_add_rPr())
    for name, size in ((KICKER, 12), ("Heading 1", 6), ("Title", 0)):
        _rule_above(word.styles[name].element.get_or_add_pPr(), size)


def _unspaced(properties: Any) -> None:
    for name in ("w:spacing", "w:kern"):
        found = properties.find(qn(name))
        if found is not None:
            properties.remove(found)


def _set_fonts(properties: Any) -> None:
    _fonts(properties, _LATIN)
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = OxmlElement("w:lang")
        properties.append(lang)
    # Latin words break by the rules of English, also among Chinese
    lang.set(qn("w:val"), "en-GB")
    lang.set(qn("w:eastAsia"), "zh-CN")


def _fonts(properties: Any, latin: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name in _THEMED:
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", _SONG)):
        fonts.set(qn(f"w:{name}"), face)


def _rule_above(properties: Any, size: int) -> None:
    """A black rule above a paragraph and no other; none where the size is 0."""
    old = properties.find(qn("w:pBdr"))
    if old is not None:
        properties.remove(old)
    if size:
        top = f'<w:top w:val="single" w:sz="{size}" w:space="4" w:color="{INK}"/>'
        borders = parse_xml(f'<w:pBdr xmlns:w="{NAMESPACE}">{top}</w:pBdr>')
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind",
            "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr",
        )  # fmt: skip


def properties(word: Word, title: str, day: date) -> None:
    """The same properties for the same report."""
    core = word.core_properties
    when = datetime(day.year, day.month, day.day, tzinfo=UTC)
    core.title, core.author, core.last_modified_by = title[:255], "tanyuan", "tanyuan"
    core.comments, core.keywords, core.subject = "", "", ""
    core.created = core.modified = when
    core.revision = 1
