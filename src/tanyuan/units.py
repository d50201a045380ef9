"""Physical units under a closed table.

A unit is known if it stands in `data/units.csv`, or is a product or quotient of units that do.
Nothing is guessed: what has two meanings in the field (`ton`, `gallon`, `m³` of gas) is refused
with the mend. Conversions are exact decimals, computed by pint on a registry that holds nothing
but the table.

Sources of the definitions: SI brochure, 9th edition (2019); GB 3100-1993; 1 kgce = 7,000 kcal
(International Table) = 29.3076 MJ after GB/T 2589-2020; pound, gallons, mile after NIST SP 811;
Nm³ at 0 °C and 101.325 kPa (ISO 13443 normal conditions); the standard cubic foot (60 °F,
14.696 psi) as (0.3048 m)³ × 273.15 K / 288.70556 K.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanyuan.languages import Message, language, translate
from tanyuan.problems import InvalidValueError

if TYPE_CHECKING:
    import pint

Dimension = Mapping[str, int]
"""Exponents of the base dimensions; empty for a plain number."""

_TABLE = Path(__file__).parent / "data" / "units.csv"
_CALORIFIC = re.compile(
    r"\s*[(,]?\s*(?P<basis>NCV|LHV|GCV|HHV|低位(?:发热量|热值)?|高位(?:发热量|热值)?)\s*\)?$",
    re.IGNORECASE,
)
_GROSS = ("GCV", "HHV", "高位")
_MILLI_OR_MEGA = ("mL", "MJ", "MW", "MWh")
EXACT = Context(prec=60)
"""Decimal arithmetic that does not hang on the context that a caller has set."""

_AMBIGUOUS = {
    "ton": Message("Write t for tonne (1,000 kg), short_ton (907.185 kg) or long_ton (1,016 kg)."),
    "gal": Message("Write gal_US (3.785 L) or gal_UK (4.546 L)."),
    "方": Message("Write m³, or Nm³ for gas at standard conditions."),
    "btu": Message("Write MMBtu, GJ or kWh."),
    "cal": Message("Write kcal or MJ."),
    "箱": Message("State the content of a box and write kg, L or piece."),
    "车": Message("State the load and write t, or t·km for transport."),
}
_AMBIGUOUS_ALIASES = {"tons": "ton", "gallon": "gal", "gallons": "gal", "cubic": "方", "立": "方"}

_KINDS = {
    "mass": Message("mass"),
    "energy": Message("energy"),
    "power": Message("power"),
    "volume": Message("volume"),
    "gas volume at standard conditions": Message("gas volume at standard conditions"),
    "length": Message("length"),
    "area": Message("area"),
    "freight": Message("freight (mass × distance)"),
    "passenger transport": Message("passenger transport"),
    "count": Message("count"),
    "time": Message("time"),
    "person": Message("person"),
    "number": Message("plain number"),
    "compound": Message("compound"),
}


class UnitError(InvalidValueError):
    """A unit that is unknown, ambiguous, or of the wrong kind."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the table (or a product of such), with the calorific basis where one is stated.

    `symbol` is how the unit is written; `calorific` is "NCV", "GCV" or "".
    """

    symbol: str
    kind: str
    calorific: str = ""

    def __str__(self) -> str:
        return f"{self.symbol} {self.calorific}" if self.calorific else self.symbol

    @property
    def name(self) -> str:
        """The unit's name in the language in use."""
        row = _rows().get(self.symbol)
        if row is None:
            return self.symbol
        return row["name_zh"] if language() == "zh" else row["name_en"]

    @property
    def dimension(self) -> Dimension:
        """Exponents of the base dimensions."""
        powers = _quantity(self.symbol).dimensionality
        return {str(name).strip("[]"): int(power) for name, power in powers.items()}

    @property
    def to_base(self) -> Decimal:
        """How many base units (kg, m, s, piece, person, Nm³ and products) one of this unit is."""
        return Decimal(_quantity(self.symbol).magnitude)


@cache
def _rows() -> dict[str, dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["symbol"]: row for row in csv.DictReader(file)}


@cache
def _names() -> dict[str, str]:
    """Every accepted spelling → symbol."""
    spellings: dict[str, str] = {}
    for symbol, row in _rows().items():
        names = (row["name_en"], row["name_zh"], *filter(None, row["aliases"].split("|")))
        for spelling in (symbol, *names):
            key = _clean(spelling)
            if spellings.setdefault(key, symbol) != symbol:
                raise ValueError(f"unit spelling {spelling!r} has two meanings in {_TABLE.name}")
    return spellings


@cache
def _folded_names() -> dict[str, str]:
    """Spellings of two characters and more without regard to case, where that is unequivocal."""
    found: dict[str, set[str]] = {}
    for spelling, symbol in _names().items():
        if len(spelling) > 1 and symbol not in ("mg", "Gg"):
            found.setdefault(spelling.casefold(), set()).add(symbol)
    return {spelling: symbols.pop() for spelling, symbols in found.items() if len(symbols) == 1}


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint  # noqa: PLC0415 - loads only where units are converted

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(
        None, non_int_type=Decimal, cache_folder=None
    )
    for name, base in (
        ("kilogram", "mass"),
        ("metre", "length"),
        ("second", "time"),
        ("piece", "count"),
        ("person", "person"),
        ("normal_cubic_metre", "normal_volume"),
    ):
        registry.define(f"{name} = [{base}]")
    for index, (symbol, row) in enumerate(_rows().items()):
        if symbol == "J":
            registry.define(f"J = {row['definition']}")
        elif symbol == "W":
            registry.define(f"W = {row['definition']}")
        else:
            registry.define(f"unit_{index} = {row['definition']}")
    return registry


@cache
def _quantity(symbol: str) -> Any:
    """One of the unit as a pint quantity in base units."""
    with localcontext(EXACT):
        registry = _registry()
        total = registry.Quantity(Decimal(1))
        for token, power in _factors(symbol):
            if token in ("J", "W"):
                one = registry.Quantity(Decimal(1), token)
            else:
                one = registry.Quantity(Decimal(1), f"unit_{list(_rows()).index(token)}")
            total *= one**power
        return total.to_base_units()


def _factors(symbol: str) -> list[tuple[str, int]]:
    if symbol in _rows():
        return [(symbol, 1)]
    top, *bottoms = symbol.split("/")
    factors = [(token, 1) for token in top.split("*")]
    return factors + [(token, -1) for bottom in bottoms for token in bottom.split("*")]


def _clean(text: str) -> str:
    """One spelling for characters that only look different: full-width, ³, dots of a product."""
    text = text.replace("㎥", "m³").replace("²", "2").replace("³", "3")
    text = unicodedata.normalize("NFKC", text).strip()
    for dot in ("·", "⋅", "•", "×", "∙"):
        text = text.replace(dot, "*")
    return re.sub(r" ?\* ?", "*", re.sub(r"\s+", " ", text))


def parse_unit(text: str) -> Unit:
    """The unit that a text names.

    Args:
        text: a symbol, a Chinese or English name, or a product or quotient of them; fuels may
            state the calorific basis behind it: `GJ NCV`, `MJ (HHV)`, `吉焦 低位`.

    Raises:
        UnitError: unknown or ambiguous, with what to write instead.
    """
    cleaned = _clean(text)
    if not cleaned:
        raise UnitError(
            "unit-missing",
            Message("The unit is missing."),
            Message("Write a unit, for instance kg, kWh or t·km."),
        )
    if symbol := _look_up(cleaned):
        return Unit(symbol, _rows()[symbol]["kind"])
    basis = _CALORIFIC.search(cleaned)
    if basis and (symbol := _look_up(cleaned[: basis.start()].strip())):
        if _rows()[symbol]["kind"] != "energy":
            raise UnitError(
                "unit-calorific",
                Message("{unit} takes no calorific basis.", unit=symbol),
                Message("Only energy of a fuel is net or gross: write for instance GJ NCV."),
            )
        gross = basis["basis"].upper().startswith(_GROSS)
        return Unit(symbol, "energy", "GCV" if gross else "NCV")
    _refuse_ambiguous(text, cleaned)
    return _parse_compound(text, cleaned)


def _look_up(cleaned: str) -> str | None:
    if symbol := _names().get(cleaned):
        return symbol
    symbol = _folded_names().get(cleaned.casefold())
    # mW is no MW: between milli and mega the case of the first letter decides
    return None if symbol in _MILLI_OR_MEGA and symbol[0] != cleaned[0] else symbol


def _refuse_ambiguous(text: str, cleaned: str) -> None:
    key = cleaned.casefold()
    mend = _AMBIGUOUS.get(_AMBIGUOUS_ALIASES.get(key, key))
    if mend is not None:
        raise UnitError(
            "unit-ambiguous", Message("“{unit}” can mean more than one unit.", unit=text), mend
        )


def _parse_compound(text: str, cleaned: str) -> Unit:
    symbols = [_product(part.split("*")) for part in cleaned.split("/")]
    known = [[symbol for symbol in part if symbol] for part in symbols]
    if symbols != known or sum(map(len, known)) < 2:
        raise UnitError(
            "unit-unknown",
            Message("The unit “{unit}” is not known.", unit=text),
            _suggestion(cleaned),
        )
    return Unit("/".join("*".join(part) for part in known), "compound")


def _product(tokens: list[str]) -> list[str | None]:
    """The symbols of a product; two that make a unit of the table are one: p·km, kW·h."""
    symbols: list[str | None] = []
    while tokens:
        pair = _look_up("*".join(token.strip() for token in tokens[:2]))
        taken = 2 if pair and len(tokens) > 1 else 1
        symbols.append(pair if taken == 2 else _look_up(tokens[0].strip()))
        tokens = tokens[taken:]
    return symbols


def _suggestion(cleaned: str) -> Message:
    import difflib  # noqa: PLC0415 - only for the mend of a slip

    close = difflib.get_close_matches(cleaned.casefold(), _folded_names(), n=3, cutoff=0.6)
    symbols = tuple(dict.fromkeys(_folded_names()[spelling] for spelling in close))
    if symbols:
        return Message("Did you mean {units}?", units=symbols)
    return Message("Write a unit of the list, for instance kg, t, kWh, MJ, m³, Nm³, t·km, piece.")


@cache
def conversion(source: Unit, target: Unit) -> Decimal:
    """How many `target` one `source` is, exactly.

    Raises:
        UnitError: the two measure different things, or their calorific bases differ.
    """
    _check_calorific(source, target)
    if source.symbol == target.symbol:
        return Decimal(1)
    if source.dimension != target.dimension:
        raise UnitError(
            "unit-kind",
            Message(
                "The amount is in {source} ({source_kind}); {target} ({target_kind}) is needed.",
                source=source,
                source_kind=_KINDS[source.kind],
                target=target,
                target_kind=_KINDS[target.kind],
            ),
            _kind_mend(source, target),
        )
    return EXACT.divide(source.to_base, target.to_base)


def _check_calorific(source: Unit, target: Unit) -> None:
    if not target.calorific or source.calorific == target.calorific or source.kind != "energy":
        return
    cause = (
        Message(
            "The amount is on {source} basis, the factor on {target}.",
            source=source.calorific,
            target=target.calorific,
        )
        if source.calorific
        else Message(
            "The calorific basis of the amount is missing; the factor is per {target}.",
            target=target,
        )
    )
    raise UnitError(
        "unit-calorific",
        cause,
        Message(
            "Give the fuel's energy as {unit} {basis} (net: NCV, gross: GCV; about 5 % apart for "
            "coal, 10 % for natural gas).",
            unit=source.symbol,
            basis=target.calorific,
        ),
    )


def _kind_mend(source: Unit, target: Unit) -> Message:
    kinds = {source.kind, target.kind}
    if kinds == {"volume", "gas volume at standard conditions"}:
        return Message(
            "Gas at operating conditions is no standard gas: convert it to 0 °C and 101.325 kPa "
            "and write Nm³ (标准立方米)."
        )
    if kinds == {"mass", "freight"}:
        return Message("Transport is mass × distance: write t·km, or fill the distance column.")
    same = [row["symbol"] for row in _rows().values() if row["kind"] == target.kind][:6]
    return Message(
        "Give the amount in {units}, or choose a factor per {source}.",
        units=", ".join(same) or target.symbol,
        source=source.symbol,
    )


def unit_symbols() -> list[tuple[str, str, str, str]]:
    """Every unit of the table: symbol, kind, English and Chinese name."""
    return [
        (row["symbol"], row["kind"], row["name_en"], row["name_zh"]) for row in _rows().values()
    ]


def kind_name(kind: str) -> str:
    """The name of a kind of unit in the language in use."""
    return translate(_KINDS[kind].text)
