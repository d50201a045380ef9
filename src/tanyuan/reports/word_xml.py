"""WordprocessingML as text: runs, paragraphs, tables, fields, links.

Built call by call, a table of a thousand cells takes seconds; written as text and parsed once it
takes milliseconds. Lengths are mm here and twentieths of a point in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tanyuan.reports.characters import clean, tied

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INK, INK_2, INK_3 = "15232B", "43535B", "59686F"
GAMBOGE, CINNABAR = "875B00", "AE2F1C"
RULE, SUNKEN = "D9DEDB", "F3F4F1"

_GAP = 2.4
_HAN = "\u2e80-\uffef"
# Marks that both scripts have: in Chinese they are as wide as a character
_SHARED = re.compile(rf"((?<=[{_HAN}])[“”‘’…—]+|[“”‘’…—]+(?=[{_HAN}]))")


def twips(mm: float) -> int:
    """A length in twentieths of a point."""
    return round(mm * 1440 / 25.4)


def run(text: str, *, colour: str = "", bold: bool = False, size: float = 0) -> str:
    """Text in one form; quotation marks between Chinese are set in the Chinese font."""
    form = "<w:b/>" * bold
    form += f'<w:color w:val="{colour}"/>' if colour else ""
    form += f'<w:sz w:val="{round(2 * size)}"/>' if size else ""
    written = []
    for part in _SHARED.split(tied(clean(text))):
        hint = '<w:rFonts w:hint="eastAsia"/>' if _SHARED.fullmatch(part) or _shared(part) else ""
        properties = f"<w:rPr>{hint}{form}</w:rPr>" if hint or form else ""
        lines = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in part.split("\n")
        )
        written.append(f"<w:r>{properties}{lines}</w:r>" if part else "")
    return "".join(written)


def _shared(part: str) -> bool:
    return bool(part) and not part.strip("“”‘’…—")


def paragraph(
    inside: str, style: str, *, right: bool = False, keep: bool = False, break_before: bool = False
) -> str:
    """A paragraph of runs; `keep` holds it on one page with the next."""
    form = f"<w:pStyle w:val={quoteattr(style.replace(' ', ''))}/>"
    form += "<w:keepNext/>" * keep + "<w:pageBreakBefore/>" * break_before
    form += '<w:jc w:val="right"/>' * right
    return f"<w:p><w:pPr>{form}</w:pPr>{inside}</w:p>"


def sides(left: str, right: str, style: str, width: float) -> str:
    """A paragraph with runs at its left and its right edge."""
    form = (
        f'<w:pStyle w:val="{style}"/><w:tabs><w:tab w:val="right" w:pos="{twips(width)}"/></w:tabs>'
    )
    return f"<w:p><w:pPr>{form}</w:pPr>{left}<w:r><w:tab/></w:r>{right}</w:p>"


def field(code: str) -> str:
    """A field that Word fills in, such as PAGE."""
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end")]
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{marks[0]}{instruction}{marks[1]}"


def link(target: str, inside: str) -> str:
    """Runs that lead to a bookmark."""
    return f"<w:hyperlink w:anchor={quoteattr(target)}>{inside}</w:hyperlink>"


def bookmark(number: int, name: str, inside: str) -> str:
    """Runs that a link leads to."""
    return (
        f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>{inside}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of paragraphs; `edge` names the side that gets a black rule."""

    inside: str
    span: int = 1
    fill: str = ""
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of cells; a head is repeated on every page."""

    cells: Sequence[Cell]
    head: bool = False


def table(lines: Iterable[Line], widths: Sequence[float], *, outer: str = RULE) -> str:
    """A table with horizontal rules only, none where `outer` is empty; rows stay on one page."""
    sizes = [twips(width) for width in widths]
    grid = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    rows = "".join(_row(line, sizes) for line in lines)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(sizes)}" w:type="dxa"/>'
        f'<w:tblInd w:w="0" w:type="dxa"/>{_borders(outer)}<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        f'<w:right w:w="{twips(_GAP)}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _borders(outer: str) -> str:
    if not outer:
        return ""
    size = 4 if outer == RULE else 8
    sides = "".join(
        _rule(side, edge, colour)
        for side, edge, colour in (
            ("top", size, outer), ("bottom", size, outer), ("insideH", 4, RULE),
        )
    )  # fmt: skip
    return f"<w:tblBorders>{sides}</w:tblBorders>"


def _rule(side: str, size: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'


def _row(line: Line, sizes: Sequence[int]) -> str:
    written, at = [], 0
    for cell in line.cells:
        stop = at + cell.span
        form = f'<w:tcW w:w="{sum(sizes[at:stop])}" w:type="dxa"/>'
        form += f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        form += f"<w:tcBorders>{_rule(cell.edge, 6, INK)}</w:tcBorders>" if cell.edge else ""
        form += f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
        last = '<w:tcMar><w:right w:w="0" w:type="dxa"/></w:tcMar>' * (stop == len(sizes))
        written.append(f"<w:tc><w:tcPr>{form}{last}</w:tcPr>{cell.inside}</w:tc>")
        at = stop
    head = "<w:tblHeader/>" * line.head
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(written)}</w:tr>"
