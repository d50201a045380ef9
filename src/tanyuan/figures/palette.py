"""Colours by name, and what a class of the style sheet means where there is no style sheet.

On pages a mark carries class names only; the site's style sheet colours them, light or dark. In
PDF, Word and pictures the same classes are resolved here into attributes of the mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FONTS = "Helvetica Neue, Segoe UI, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by token name; `flow` is the opacity of ribbons."""

    name: str
    colours: Mapping[str, str]
    flow: str


def grey(colour: str) -> str:
    """The grey of the same luminance (sRGB, IEC 61966-2-1; Rec. 709 weights).

    >>> grey("#1f5e8c")
    '#5a5a5a'
    """
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    back = 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return f"#{round(back * 255):02x}" + f"{round(back * 255):02x}" * 2


_LIGHT = {
    "paper": "#ffffff", "sunken": "#eff1ee", "ink": "#15232b", "ink-2": "#43535b",
    "ink-3": "#59686f", "rule": "#d9dedb", "rule-2": "#829196", "azure": "#1b5c8e",
    "azure-soft": "#e4eef5", "malachite": "#1c7060", "gamboge-fill": "#e0ae3c",
    "cinnabar": "#ae2f1c", "seal": "#b7361f", "on-dark": "#ffffff", "on-light": "#15232b",
    "s1": "#97592b", "s2": "#e2b44f", "s3": "#1f5e8c", "s4": "#86b8d9", "s5": "#1d7a66",
    "s6": "#a9d3bc", "s7": "#54233a", "s0": "#a7afaf",
    "k-fossil": "#3b4950", "k-biogenic": "#a9c25c", "k-dluc": "#7d4d10", "k-air": "#5a9fc6",
    "k-process": "#d87a5c", "k-removal": "#1d7a66",
    "m1": "#e3edf3", "m2": "#b9d3e3", "m3": "#83b0cd", "m4": "#3c78a3", "m5": "#164e79",
    "m-ink-light": "#15232b", "m-ink-dark": "#ffffff",
}  # fmt: skip
_PRINT = {
    "ink": "#000000", "ink-2": "#222222", "ink-3": "#444444", "rule": "#bbbbbb",
    "rule-2": "#777777", "sunken": "#f2f2f2", "azure": "#123f61", "on-light": "#000000",
    "m-ink-light": "#000000",
}  # fmt: skip

LIGHT = Palette("light", MappingProxyType(_LIGHT), ".36")
"""The light colours on white paper: reports in PDF and Word, pictures to take away."""
PRINT = Palette("print", MappingProxyType(_LIGHT | _PRINT), ".5")
"""Black ink and stronger ribbons, for paper."""
GREY = Palette("grey", MappingProxyType({k: grey(v) for k, v in (_LIGHT | _PRINT).items()}), ".5")
"""What a black-and-white copy shows."""

# Class name → attributes; "@name" is a colour, "$name" a size of text
CLASSES: Mapping[str, Mapping[str, str]] = MappingProxyType({
    **{name: {"fill": f"@{name}"} for name in ("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7")},
    **{name: {"fill": f"@{name}"} for name in ("m1", "m2", "m3", "m4", "m5")},
    "m0": {"fill": "none", "stroke": "@rule-2", "stroke-dasharray": "3 3"},
    "k-fossil": {"fill": "@k-fossil"}, "k-bio": {"fill": "@k-biogenic"},
    "k-dluc": {"fill": "@k-dluc"}, "k-air": {"fill": "@k-air"}, "k-proc": {"fill": "@k-process"},
    "k-rem": {"stroke": "@k-removal", "stroke-width": "2"},
    "t2": {"fill": "@ink-2"}, "t3": {"fill": "@ink-3", "font-size": "$small"},
    "tb": {"font-weight": "600"}, "tl": {"font-size": "$large", "font-weight": "600"},
    "end": {"text-anchor": "end"}, "mid": {"text-anchor": "middle"},
    "onDark": {"fill": "@on-dark"}, "onDeep": {"fill": "@on-dark"},
    "onLight": {"fill": "@on-light"},
    "ml": {"fill": "@m-ink-light"}, "md": {"fill": "@m-ink-dark"},
    "limt": {"fill": "@cinnabar"},
    "axis": {"stroke": "@ink", "stroke-width": "1"},
    "grid": {"stroke": "@rule", "stroke-width": "1"},
    "minor": {"stroke": "@rule-2", "stroke-width": "1"},
    "lim": {"stroke": "@cinnabar", "stroke-width": "1.5", "stroke-dasharray": "4 3"},
    "me": {"stroke": "@cinnabar", "stroke-width": "2"},
    "tick": {"stroke": "@ink", "stroke-width": "2"},
    "whisk": {"stroke": "@ink", "stroke-width": "1.5", "fill": "none"},
    "flow": {"fill-opacity": "~flow"},
    "node": {"fill": "@ink-2"},
    "band": {"fill": "@azure"}, "bg2": {"fill": "@rule-2"},
    "dens": {"fill": "@azure-soft"}, "densb": {"fill": "@azure", "fill-opacity": ".22"},
    "densl": {"fill": "none", "stroke": "@azure", "stroke-width": "1.5"},
    "pt": {"fill": "@ink-3", "fill-opacity": ".45"}, "pt--k": {"fill": "@azure"},
    "was": {"fill": "@rule-2"}, "stepf": {"fill": "@rule-2", "fill-opacity": ".65"},
    "stepu": {"fill": "@gamboge-fill"}, "stepr": {"fill": "@malachite"},
    "cell": {"stroke": "@paper", "stroke-width": "2"},
    "back": {"fill": "none", "stroke": "@ink-3", "stroke-width": "1.5", "stroke-dasharray": "5 4"},
    "bg": {"fill": "@seal"},
    "ln": {"fill": "none", "stroke": "@on-dark", "stroke-width": "2.6", "stroke-linecap": "square"},
})  # fmt: skip
