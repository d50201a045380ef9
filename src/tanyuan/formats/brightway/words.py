"""The words of the layout: keys, kinds of nodes and exchanges, units, distributions, texts."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal

from tanyuan.backgrounds.package import UNDETERMINED, FlowKind, Law, Texts, Uncertainty, said

JOINT = "::"
"""Between the parts of a tuple in a cell."""

EMISSION, RESOURCE, PRODUCT = "emission", "natural resource", "product"
SUBSTANCES = {
    *(EMISSION, RESOURCE, "biosphere", "inventory indicator", "economic", "social"),
}
"""Types of nodes that are elementary flows."""

KEYS = {
    *("name", "code", "database", "type", "unit", "location", "categories", "comment"),
    *("reference product", "product id", "product kind", "product category", "category"),
    *("category codes", "product synonyms", "product comment", "cut-off", "aggregated"),
    *("infrastructure", "valid from", "valid until", "version", "last change", "tags"),
    *("CAS number", "formula", "synonyms", "production amount", "worksheet name"),
    *("product infrastructure", "product version", "product last change"),
    *("product CAS number", "product formula"),
}
"""Keys of activities that have a field of the model; others are kept as details."""

UNITS = {
    "kilogram": "kg",
    "gram": "g",
    "ton": "t",
    "kilowatt hour": "kWh",
    "watt hour": "Wh",
    "megajoule": "MJ",
    "kilojoule": "kJ",
    "gigajoule": "GJ",
    "cubic meter": "m3",
    "litre": "l",
    "square meter": "m2",
    "hectare": "ha",
    "meter": "m",
    "kilometer": "km",
    "hour": "h",
    "year": "a",
    "day": "d",
    "unit": "Item(s)",
    "ton kilometer": "t*km",
    "kilogram kilometer": "kg*km",
    "person kilometer": "p*km",
    "vehicle kilometer": "v*km",
    "square meter-year": "m2*a",
    "cubic meter-year": "m3*a",
    "meter-year": "m*a",
    "kilo Becquerel": "kBq",
    "Becquerel": "Bq",
}
"""Brightway's names of units (bw2io/units.py) as openLCA's reference data has them."""

_LOGNORMAL, _NORMAL, _UNIFORM, _TRIANGULAR = 2, 3, 4, 5
CERTAIN = {0, 1}
"""Types of uncertainty, as stats_arrays numbers them, that mean none."""

SPREAD = ("uncertainty type", "loc", "scale", "shape", "minimum", "maximum", "negative")
_LANGUAGE = re.compile(r"(?P<key>.+) \((?P<tag>[a-zA-Z]{2,3}(?:-[A-Za-z0-9]+)*)\)")
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "brightway")


def made_id(*parts: str) -> str:
    """The id of what the format identifies by words."""
    return str(uuid.uuid5(_SPACE, "\n".join(parts)))


def text_rows(key: str, texts: Texts) -> Iterator[tuple[str, str]]:
    """A text under its key, and, where languages are known, each under a key of its own."""
    if texts:
        yield key, said(texts, "en")
    if set(texts) - {UNDETERMINED}:
        for tag in sorted(texts):
            yield f"{key} ({tag})", texts[tag]


def texts_of(key: str, given: Mapping[str, str]) -> Texts:
    """The text of a key in all its languages."""
    found = {
        match["tag"]: text
        for name, text in given.items()
        if (match := _LANGUAGE.fullmatch(name)) and match["key"] == key
    }
    return found or ({UNDETERMINED: given[key]} if given.get(key) else {})


def plain_key(key: str) -> str:
    """A key without its language."""
    found = _LANGUAGE.fullmatch(key)
    return found["key"] if found else key


def written_spread(given: Uncertainty | None) -> dict[str, Decimal | float | str]:
    """A distribution in the columns of stats_arrays; nothing where it has none for it."""
    if given is None:
        return {}
    values = given.parameters
    if given.law is Law.LOGNORMAL and values[0] and values[1] >= 1:
        loc, scale = math.log(abs(values[0])), math.log(values[1])
        return {"uncertainty type": Decimal(_LOGNORMAL), "loc": loc, "scale": scale}
    if given.law is Law.NORMAL:
        return {"uncertainty type": Decimal(_NORMAL), "loc": values[0], "scale": values[1]}
    if given.law is Law.UNIFORM:
        return {"uncertainty type": Decimal(_UNIFORM), "minimum": values[0], "maximum": values[1]}
    if given.law is Law.TRIANGULAR:
        low, mode, high = values
        return {
            "uncertainty type": Decimal(_TRIANGULAR),
            "loc": mode,
            "minimum": low,
            "maximum": high,
        }
    return {}


def read_spread(kind: int, given: Mapping[str, Decimal], amount: Decimal) -> Uncertainty | None:
    """The distribution in the columns, or nothing if they do not hold one that is known.

    Logarithms are taken back with twelve digits, so that what was written comes back.
    """
    loc, scale = given.get("loc"), given.get("scale")
    low, high = given.get("minimum"), given.get("maximum")
    if kind == _LOGNORMAL and scale is not None and abs(scale) < 100:
        centre = abs(amount) if loc is None else _power(loc)
        return Uncertainty(Law.LOGNORMAL, (centre, _power(scale)))
    if kind == _NORMAL and scale is not None:
        return Uncertainty(Law.NORMAL, (amount if loc is None else loc, scale))
    if low is None or high is None:
        return None
    if kind == _UNIFORM:
        return Uncertainty(Law.UNIFORM, (low, high))
    if kind == _TRIANGULAR:
        return Uncertainty(Law.TRIANGULAR, (low, amount if loc is None else loc, high))
    return None


def scaled(given: Uncertainty | None, factor: Decimal) -> Uncertainty | None:
    """A distribution of so many times the amount; a negative factor turns it round."""
    if given is None or factor == 1:
        return given
    values = given.parameters
    if given.law is Law.LOGNORMAL:
        return Uncertainty(given.law, (values[0] * abs(factor), values[1]))
    if given.law is Law.NORMAL:
        return Uncertainty(given.law, (values[0] * factor, values[1] * abs(factor)))
    found = tuple(value * factor for value in values)
    return Uncertainty(given.law, found if factor > 0 else found[::-1])


def _power(value: Decimal) -> Decimal:
    return Decimal(f"{math.exp(max(-600.0, min(600.0, float(value)))):.12g}").normalize()


def kind_of(word: str) -> FlowKind:
    """Whether a node makes a product or treats a waste."""
    return FlowKind.WASTE if word == FlowKind.WASTE.value else FlowKind.PRODUCT
