"""Template tags of footprints: doors with their sills, the seal, marks of states."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tanyuan.documents.numbers import shown
from tanyuan.figures import How, Item
from tanyuan.figures import seal as drawn_seal
from tanyuan.figures import sill as drawn_sill
from tanyuan.figures.words import decimals_of, ends, signed
from tanyuan.footprint.study import TABLES
from tanyuan.formats.layout import STUDY, columns, sheet_title
from tanyuan.languages import Message, language, translate
from tanyuan.reports import wording

register = template.Library()

Interval = tuple[float, float] | None

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_DRAWN_NOTHING = SafeString("")
_SILENT = SafeString('aria-hidden="true"')
_MARKS = {
    "ok": SafeString(
        '<circle cx="8" cy="8" r="7" fill="currentColor"/>'
        '<path d="M4.6 8.3l2.4 2.4 4.5-5" class="kn"/>'
    ),
    "eye": SafeString(
        '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/>'
        '<path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/>'
    ),
    "no": SafeString(
        '<rect x="1.5" y="1.5" width="13" height="13" fill="currentColor"/>'
        '<path d="M5 5l6 6M11 5l-6 6" class="kn"/>'
    ),
    "na": SafeString(
        '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.4"'
        ' stroke-dasharray="2.4 2"/>'
    ),
}


@register.simple_tag
def door(
    value: float | str,
    href: str,
    unit: str = "",
    interval: Interval = None,
    how: str = "measured",
    *,
    digits: int = 4,
    kind: str = "",
) -> SafeString:
    """A number that can be followed; the line under it is its 95 % interval.

    `kind` is empty for a drawn band, `exact` for a count, `beside` where the band stands next to
    it, `within` where it is seen only behind the door; without interval the line is dotted.
    """
    number = float(value)
    text = shown(number, digits)
    named = door_name(number, f"{text} {unit}".strip(), interval, how, kind)
    drawn = _sill(number, interval, how) if not kind else ""
    cls = "door" if drawn else f"door {_line_under(kind, interval)}"
    tail = format_html('<span class="u">{}</span>', unit) if unit else ""
    return format_html(
        '<a class="{}" href="{}" aria-label="{}"><span class="n">{}</span>{}{}</a>',
        cls, href, named, text, tail, drawn,
    )  # fmt: skip


def _line_under(kind: str, interval: Interval) -> str:
    known = kind in ("exact", "within") or interval is not None
    return "door--exact" if known else "door--none"


def door_name(value: float, text: str, interval: Interval, how: str, kind: str) -> str:
    """What a door is called aloud: number, band, how it is known, and that it leads on."""
    if kind == "exact":
        return str(Message("{value}, exact; go to its source", value=text))
    if kind == "within":
        return str(Message("{value}; its band and source are behind this door", value=text))
    if interval is None:
        return str(Message("{value}, no band known; go to its source", value=text))
    low, high = ends(value, interval)
    return str(
        Message(
            "{value}, 95 %: {low} to {high}, {how}; go to its source",
            value=text,
            low=low,
            high=high,
            how=How(how).label,
        )
    )


@register.simple_tag
def change(before: str, after: str) -> str:
    """From one result to another: with its sign, and as a share of the first."""
    old, new = float(before), float(after)
    told = signed(new - old, decimals_of(max(abs(old), abs(new))))
    share = wording.signed_percent((new - old) / abs(old)) if old else ""
    return " · ".join(filter(None, [told, share]))


@register.simple_tag
def sill(value: float | None, interval: Interval, how: str = "measured") -> SafeString:
    """The band of a number in a cell of its own; nothing where none is known."""
    if value is None or interval is None:
        return _DRAWN_NOTHING
    return _sill(value, interval, how, cell=True)


def _sill(value: float, interval: Interval, how: str, *, cell: bool = False) -> SafeString:
    if interval is None or not value:
        return _DRAWN_NOTHING
    item = Item("", value, interval, How(how))
    return _in_page(drawn_sill(item, cell=cell))


def _in_page(svg: str) -> SafeString:
    # Inside a page the namespace is known, and a page of a hundred lines has hundreds of bands
    return mark_safe(svg.replace(_NAMESPACE, ""))  # noqa: S308 - the figure module escapes


@register.simple_tag
def band(value: float | None, interval: Interval) -> str:
    """The 95 % interval in words."""
    if value is None or interval is None:
        return "—"
    return " – ".join(ends(value, interval))


@register.simple_tag
def mark(state: str, label: str = "", tag: bool = False) -> SafeString:
    """The shape of a state: ok, eye, no, na; with a label it speaks for itself."""
    told = format_html('role="img" aria-label="{}"', label) if label else _SILENT
    cls = "" if tag else f' class="mk mk--{state}"'
    return format_html(
        '<svg{} viewBox="0 0 16 16" {}>{}</svg>', SafeString(cls), told, _MARKS[state]
    )


@register.simple_tag
def swatch(stage: int) -> SafeString:
    """The colour of a stage beside its name."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="s{}" width="10" height="10"/></svg>',
        stage,
    )


@register.filter
def hash_groups(digest: str) -> str:
    """A hash in groups of eight, to be compared by eye."""
    bare = digest.rpartition(":")[2]
    return " ".join(bare[n : n + 8] for n in range(0, len(bare), 8))


@register.filter
def seal_stamp(digest: str) -> SafeString:
    """The stamp that is drawn from a hash."""
    return _in_page(drawn_seal(digest.rpartition(":")[2]))


@register.filter
def drawing(svg: str) -> SafeString:
    """A drawing of the figure module."""
    return _in_page(svg)


@register.filter
def table_title(table: str) -> str:
    """The name of a study's table in the reader's language; nothing for what is none."""
    if table != STUDY and table not in TABLES:
        return ""
    chinese, _, english = sheet_title(table).partition(" ")
    return english if language() == "en" and english else chinese


@register.filter
def row_name(difference: dict[str, Any], document: dict[str, Any]) -> str:
    """The name of the row that differs, in the reader's language; its id where it is gone."""
    rows = document.get(difference["table"], ())
    found: dict[str, Any] = next((row for row in rows if row.get("id") == difference["id"]), {})
    names = (found.get("name_zh", ""), found.get("name_en", ""))
    first, second = names if language() == "zh" else reversed(names)
    return str(first or second or difference["id"])


@register.filter
def field_title(name: str, table: str) -> str:
    """The name of a field in the reader's language; the field itself where it has none."""
    known = columns(table) if table == STUDY or table in TABLES else ()
    title = next((column.title for column in known if column.name == name), "")
    return translate(title) if title else name


@register.filter
def plain_unit(unit: str) -> str:
    """A unit as a person reads it: `kg CO₂e/件`."""
    gas, slash, per = unit.partition("/")
    amount, space, name = per.rpartition(" ")
    return f"{wording.formulas(gas)}{slash}{amount}{space}{wording.unit_name(name)}"


@register.filter
def unit_name(unit: object) -> str:
    """A unit of an amount as a person reads it: `t⋅km`, `件`."""
    return wording.unit_name(str(unit))


@register.filter
def own(text: str) -> str:
    """The reader's part of a text in both languages, gases with their digits set low."""
    return wording.formulas(wording.own_language(str(text)))


@register.filter
def places(text: str) -> str:
    """Places by name where they are known codes."""
    return wording.place_name(text)
