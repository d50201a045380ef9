"""Numbers, units and texts as a report prints them (the same digits in both languages)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tanyuan.documents.numbers import decimal_string, shown
from tanyuan.factors.starter import geography_label
from tanyuan.figures import words
from tanyuan.languages import Message, language
from tanyuan.problems import InvalidValueError
from tanyuan.units import parse_unit

NONE = "—"
"""What stands where there is no value; a gap is never zero."""
INDICATOR_NAMES = {
    "reliability": Message("reliability"),
    "completeness": Message("completeness"),
    "time": Message("time"),
    "geography": Message("geography"),
    "technology": Message("technology"),
}
"""What the indicators of the pedigree are called."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = re.compile(r"(?<=[。；！？.;!?)）]) +")
_FORMULA = re.compile(r"(?:C|H|N|O|S|F|Cl|Br|I)\d?(?:(?:Cl|Br|[CHNOSFI])\d*)*e?")
_DIGITS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
# Formulas of gases in running text, also behind a unit of mass: kgCO2e
_GAS_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])((?:[kMG]?[gt])?)(CO2(?:eq?)?|CH4|N2O|SF6|NF3|CF4|C2F6|H2O)(?![A-Za-z0-9=])"
)
_LATIN = re.compile("[!-~]+")
_ADDRESS = re.compile(r"://|\w/\w+(?:[/_]|\.\w)|\.\w+$|_")
# Short numbers may be words in one of the languages: 3 月, March
_TELLING_NUMBER = re.compile(r"\d+(?:,\d{3})*\.\d+|\d{3,}")


def number(value: float | None) -> str:
    """A result or an amount: four significant digits."""
    return NONE if value is None or math.isnan(value) else shown(value)


def exact(value: Decimal) -> str:
    """A number that is stated in the study, with all its digits: `11,100`, `0.4500`."""
    text = decimal_string(value)
    if "e" not in text:
        whole, point, rest = text.partition(".")
        text = f"{int(whole):,}{point}{rest}" if abs(value) >= 1 else text
    return text.replace("-", "−")


def grouped(text: str) -> str:
    """A plain whole number with its thousands marked; another number or a formula as it is."""
    return f"{int(text):,}" if text.isdigit() else text


def percent(share: float | None) -> str:
    """A share: `28.0 %`."""
    return NONE if share is None or not math.isfinite(share) else words.percent(share)


def stated_percent(share: Decimal) -> str:
    """A share that the study states, with all its digits: `0.01 %`."""
    return f"{decimal_string(share * 100)} %"


def signed_percent(change: float | None, places: int = 1) -> str:
    """A change, always with its sign: `+1.18 %`; `0.00 %` where it rounds to none."""
    if change is None or not math.isfinite(change):
        return NONE
    text = f"{100 * change:+,.{places}f}"
    return f"{text if text.strip('+-0.,') else text[1:]} %".replace("-", "−")


def share_of(part: float | None, whole: float) -> str:
    """A part's share of a whole."""
    return percent(part / whole) if part is not None and whole else NONE


def interval(ends: tuple[float, float] | None, value: float | None) -> str:
    """The two ends, rounded outwards to one digit less than the value has: `28.9 – 34.5`."""
    if ends is None or value is None or not all(map(math.isfinite, ends)):
        return NONE
    return " – ".join(words.ends(value, ends))


def gas_name(gas: str) -> str:
    """A gas with its digits set low where the id is a formula: `CO₂`, `CH₄`; else as it is."""
    return gas.translate(_DIGITS) if _FORMULA.fullmatch(gas) else gas


def formulas(text: str) -> str:
    """The text with the digits of gases set low: `CO₂`; addresses and names of files stay."""
    if not text or not _GAS_IN_TEXT.search(text):
        return text
    return _LATIN.sub(lambda found: found[0] if _ADDRESS.search(found[0]) else _low(found[0]), text)


def _low(word: str) -> str:
    return _GAS_IN_TEXT.sub(lambda found: found[1] + found[2].translate(_DIGITS), word)


def place_name(text: str) -> str:
    """Places by name where they are known codes: `CN, FR` is China, France."""
    return in_words([geography_label(part.strip()) for part in text.split(",") if part.strip()])


def unit_name(symbol: str) -> str:
    """A unit as it is printed: `t⋅km`; pieces by their name in the language in use."""
    try:
        unit = parse_unit(symbol) if symbol else None
    except InvalidValueError:
        unit = None
    if unit is None:
        return symbol
    text = unit.name if unit.kind == "count" else str(unit)
    return "1" if text == "1" else text.replace("·", "⋅").replace("*", "⋅")


def day(when: date | None) -> str:
    """A day in a table: 2026-11-21."""
    return when.isoformat() if when else ""


def own_language(text: str) -> str:
    """The reader's part of a text that says the same in both languages, else the whole text.

    A text counts as bilingual only if it is pairs of a Chinese and an English sentence, one
    directly behind the other, with the same numbers in both; or two names with a stroke between:
    `甲公司 / Jia Ltd`.
    """
    names = text.split(" / ")
    if len(names) == 2 and _is_pair((bool(_CHINESE.search(names[0])), names[0]), (False, names[1])):
        return names[0 if language() == "zh" else 1].strip()
    parts = [part.strip() for part in _SENTENCES.split(text) if part.strip()]
    groups: list[tuple[bool, str]] = []
    for part in parts:
        chinese = bool(_CHINESE.search(part))
        if groups and groups[-1][0] == chinese:
            joint = "" if chinese else " "
            groups[-1] = (chinese, groups[-1][1] + joint + part)
        else:
            groups.append((chinese, part))
    pairs = list(zip(groups[::2], groups[1::2], strict=False))
    if not groups or len(groups) % 2 or not all(_is_pair(one, other) for one, other in pairs):
        return text
    wanted = [one[1] if language() == "zh" else other[1] for one, other in pairs]
    return ("" if language() == "zh" else " ").join(wanted)


def _is_pair(one: tuple[bool, str], other: tuple[bool, str]) -> bool:
    (chinese, first), (_, second) = one, other
    same = set(_TELLING_NUMBER.findall(first)) == set(_TELLING_NUMBER.findall(second))
    longer = len(second) / max(1, len(first))
    return chinese and not _CHINESE.search(second) and same and 1 <= longer <= 8


def capital(text: str | Message) -> str:
    """A name with a capital at its beginning, for heads of rows."""
    told = str(text)
    return told[:1].upper() + told[1:]


def with_remark(name: str | Message, remark: str | Message) -> str:
    """A name with a remark in brackets."""
    return str(Message("{name} ({remark})", name=name, remark=remark))


def in_words(items: list[str]) -> str:
    """Names in a row, in the language in use."""
    return ("、" if language() == "zh" else ", ").join(items)


def clauses(parts: Iterable[str]) -> str:
    """Remarks one behind the other, in the language in use."""
    bare = [part.rstrip("。.；; ") for part in parts if part]
    return ("；" if language() == "zh" else "; ").join(bare)


def not_stated() -> str:
    """What stands where the study says nothing."""
    return str(Message("not stated"))
