"""A report as PDF/A, set by typst.

The same report gives the same bytes: time and producer are fixed, fonts are those of the package
and of the typesetter, never those of the machine. Content goes in as JSON, so that no text can be
markup, and the template reads nothing but that JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from pylopdf_fonts_zh_cn import serif_path

from tanyuan.figures.palette import FONTS
from tanyuan.reports.characters import breakable, clean, font_characters, showable, tied
from tanyuan.reports.document import Block, Picture, Report

STANDARDS: list[typst.PDFStandard] = ["a-2b", "ua-1"]
UNDATED = date(2000, 1, 1)
"""The day that a document without a date carries, since PDF/A asks for one."""

_SHORT = 1000
_CODES = ("hash", "kind", "status")
_FOLDER = Path(__file__).parent
_FACES = {"zh": "Noto Serif SC", "en": "Libertinus Serif"}


def write_pdf(report: Report) -> bytes:
    """The report as PDF/A-2b with embedded fonts."""
    day = report.date or UNDATED
    content = {
        **{name: _plain(getattr(report, name)) for name in ("front", "words", "marks")},
        "language": report.language,
        "title": _short(report.front.title),
        "short_title": _text(report.short_title),
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "summary": _blocks(report.summary),
        "sections": [
            {**_plain(replace(s, blocks=())), "blocks": _blocks(s.blocks)} for s in report.sections
        ],
        "annexes": [
            {**_plain(replace(a, blocks=())), "blocks": _blocks(a.blocks)} for a in report.annexes
        ],
    }
    return typst.compile(
        str(_FOLDER / "report.typ"),
        root=str(_FOLDER),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()),
    )


@cache
def fonts() -> typst.Fonts:
    """The packaged fonts and those of the typesetter."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(serif_path().parent)],
    )


def picture_png(picture: Picture, width_mm: float, ppi: float = 300) -> bytes:
    """A figure as PNG, set with the same fonts as in the PDF."""
    return typst.compile(
        str(_FOLDER / "picture.typ"),
        root=str(_FOLDER),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="png",
        ppi=ppi,
        sys_inputs={"svg": _drawing(picture.svg), "width": f"{width_mm:.2f}"},
    )


def _blocks(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    return [{"type": type(block).__name__.lower(), **_plain(block)} for block in blocks]


def _plain(value: Any, name: str = "") -> Any:
    """The value as plain content; texts without what the fonts cannot show."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {key: _plain(part, key) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part, name) for part in value]
    if name == "svg":
        return _drawing(value)
    if name == "description":
        return _short(value)
    return _text(value) if isinstance(value, str) and name not in _CODES else value


@cache
def _characters() -> frozenset[str]:
    return font_characters(serif_path())


def _text(text: str) -> str:
    return breakable(showable(tied(clean(text)), _characters()))


def _short(text: str) -> str:
    """A text beside the content; PDF/A allows no more than 32,767 bytes."""
    return showable(clean(text), _characters())[:_SHORT]


def _drawing(svg: str) -> str:
    """The drawing with the fonts of the document and no character that they lack."""
    face = _FACES["zh" if 'lang="zh-CN"' in svg else "en"]
    return showable(clean(svg), _characters()).replace(FONTS, face, 1)
