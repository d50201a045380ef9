"""Factors and units on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tanyuan.documents.numbers import shown
from tanyuan.factors.factor import Emission, Factor, InBackground
from tanyuan.factors.search import Found
from tanyuan.factors.starter import (
    boundary_label,
    category_label,
    geography_label,
    sources,
)
from tanyuan.gases import GWP_SET
from tanyuan.languages import Message, language
from tanyuan.problems import InvalidValueError
from tanyuan.units import kind_name, parse_unit, unit_symbols

_SHOWN_FACETS = 6
_WIDE = 64


def _console() -> Console:
    # Names are shown as they are, also those with [brackets] or :colons:
    return Console(highlight=False, markup=False, emoji=False)


def show_found(found: Found) -> None:
    """The answer to a search, best hits first, and how all hits spread."""
    console = _console()
    if not found.total:
        console.print(str(Message("Nothing found. Try fewer words, in Chinese or English.")))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    wide = console.width >= _WIDE
    # References to backgrounds are long
    backed = any(factor.background for factor in found.factors)
    table.add_column("id", no_wrap=not backed, overflow="fold", ratio=1 if backed else None)
    table.add_column(str(Message("Name")), ratio=1, overflow="fold")
    table.add_column(str(Message("Value")), justify="right", no_wrap=True)
    table.add_column(str(Message("Unit")), no_wrap=True)
    if wide:
        table.add_column(str(Message("Place")))
        table.add_column(str(Message("Year")), justify="right", no_wrap=True)
    for factor in found.factors:
        name = Text(factor.name)
        if not factor.verified:
            name.append(f" ({Message('not verified')})", style="yellow")
        if factor.background and factor.background.missing:
            cut = Message("{share} % cut off", share=f"{100 * factor.background.missing_share:.3g}")
            name.append(f" · {cut}", style="yellow")
        if factor.electricity is not None:
            name.append(f" · {factor.electricity.label}", style="dim")
        where = (geography_label(factor.geography), str(factor.year or ""))
        table.add_row(
            Text(factor.id, style="cyan"),
            name,
            *_values(factor),
            *(where if wide else ()),
        )
    console.print(table)
    console.print()
    counted = Message("{shown} of {total}", shown=len(found.factors), total=found.total)
    console.print(Text(str(counted), style="dim"))
    for facets in found.facets.values():
        named = [f for f in facets if f.value or f.label][:_SHOWN_FACETS]
        told = "  ".join(f"{f.label or f.value} {f.count}" for f in named)
        console.print(Text(told, style="dim"))
    if backed:
        note = Message(
            "Products of backgrounds as sums under {gwp_set}; their gases and kinds: tanyuan "
            "factors show “ID”",
            gwp_set=GWP_SET,
        )
        console.print(Text(str(note), style="dim"))


def _values(factor: Factor) -> tuple[str, str]:
    """Values and units, one a line; the many gases of a background's product as one sum."""
    total = factor.co2e(GWP_SET) if factor.background else None
    if total is not None:
        return shown(total), f"kg CO2e/{factor.unit}"
    return (
        "\n".join(f"{e.value.normalize():f}" for e in factor.emissions),
        "\n".join(f"kg {e.gas}/{factor.unit}" for e in factor.emissions),
    )


def show_factor(factor: Factor) -> None:
    """Everything about a factor."""
    console = _console()
    other = factor.name_en if language() == "zh" else factor.name_zh
    console.print(Text(factor.name, style="bold"))
    ours = ("en" if language() == "zh" else "zh") in factor.translated
    mark = f" ({Message('our translation')})" if ours else ""
    console.print(Text(other + mark, style="dim"))
    console.print()
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(factor):
        if text:
            table.add_row(str(label), text)
    console.print(table)


def _facts(factor: Factor) -> list[tuple[Message | str, str]]:
    origin = sources().get(factor.source)
    background = factor.background
    values = "\n".join(_emission(emission, factor) for emission in factor.emissions)
    return [
        ("id", f"{factor.id}  ({Message('version')} {factor.version})"),
        (Message("Value"), values),
        (Message("Unit"), _unit(factor)),
        (
            Message("Electricity family"),
            str(factor.electricity.label) if factor.electricity else "",
        ),
        (Message("Of which"), ", ".join(str(flag.label) for flag in factor.flags)),
        (Message("Boundary"), boundary_label(factor.boundary)),
        (Message("Place"), f"{geography_label(factor.geography)} ({factor.geography})"),
        (Message("Year"), str(factor.year or "")),
        (
            Message("Category"),
            f"{category_label(factor.category)} · {category_label(factor.group)}",
        ),
        (Message("Standing"), str(factor.standing.label)),
        (Message("Source"), str(origin or factor.source)),
        (Message("Place in the source"), factor.locator),
        (Message("Address"), origin.url if origin else ""),
        (Message("Read in"), factor.seen_at),
        (Message("As printed"), "; ".join(factor.printed)),
        (Message("Basis"), factor.basis),
        (Message("Code"), factor.code),
        (Message("Note"), factor.notes),
        (Message("Attribution"), origin.attribution if origin else ""),
        *(_facts_of_background(background) if background else ()),
    ]


def _facts_of_background(background: InBackground) -> list[tuple[Message | str, str]]:
    cut = Message(
        "{share} % of the inputs in the supply chain, {missing} of {inputs}, have no supplier",
        share=f"{100 * background.missing_share:.3g}",
        missing=background.missing,
        inputs=background.inputs,
    )
    shareable = Message("may be passed on") if background.shareable else Message("stay with you")
    return [
        (Message("Licence"), background.licence),
        (Message("Figures"), str(shareable)),
        (Message("Data quality"), background.quality),
        (Message("Cut off"), str(cut) if background.missing else ""),
    ]


def _unit(factor: Factor) -> str:
    try:
        name = parse_unit(factor.unit).name
    except InvalidValueError as error:
        return f"{factor.unit} ({error.cause})"
    return f"{factor.unit} ({name}{'; ' + factor.per if factor.per else ''})"


def _emission(emission: Emission, factor: Factor) -> str:
    gwp = f", {emission.gwp_set}" if emission.gwp_set else ""
    exact = f"{emission.value.normalize():f}"
    number = shown(float(emission.value), 6) if factor.background else exact
    value = f"{number} kg {emission.gas}/{factor.unit}"
    return f"{value}  ({emission.kind.label}{gwp})"


def show_units() -> None:
    """The closed unit table by kind."""
    console = _console()
    kinds: dict[str, list[str]] = {}
    for symbol, kind, english, chinese in unit_symbols():
        name = chinese if language() == "zh" else english
        kinds.setdefault(kind, []).append(f"{symbol} {name}" if name != symbol else symbol)
    for kind, units in kinds.items():
        console.print(Text(kind_name(kind), style="bold"))
        console.print(Text("  " + ", ".join(units)))
