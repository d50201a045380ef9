"""What goes into a figure and what comes out: small immutable values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tanyuan.figures.palette import Palette
from tanyuan.languages import Choice

LARGEST = 1e36
"""Beyond this no amount is meant: sums of numbers that documents may hold (1e30) are below it."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class How(Choice):
    """How a number is known; the sill under it is solid, hollow or dashed."""

    MEASURED = "measured", "measured"
    DATABASE = "database", "from a database"
    ESTIMATED = "estimated", "estimated"


class Kind(Choice):
    """A kind of emission that has its own colour; removals are hatched and negative."""

    FOSSIL = "fossil", "fossil"
    BIOGENIC = "biogenic", "biogenic"
    DLUC = "dluc", "direct land use change"
    AVIATION = "aviation", "of which aircraft"
    PROCESS = "process", "of which process emissions"
    REMOVAL = "removal", "removal"


class Cause(Choice):
    """Why a result changed; only a change of activity is a real one."""

    FACTOR = "factor", "factor"
    ACTIVITY = "activity", "activity"
    METHOD = "method", "method"
    BOUNDARY = "boundary", "system boundary"


def finite(number: float) -> float:
    """The number, if it can be drawn.

    Raises:
        ValueError: not finite, or beyond ±1e36.
    """
    if not math.isfinite(number) or abs(number) > LARGEST:
        raise ValueError(f"not a number that can be drawn: {number}")
    return float(number)


def checked_interval(interval: tuple[float, float] | None) -> tuple[float, float] | None:
    """The interval as finite floats, low before high.

    Raises:
        ValueError: not two finite numbers in order.
    """
    if interval is None:
        return None
    low, high = finite(interval[0]), finite(interval[1])
    if low > high:
        raise ValueError(f"an interval runs from low to high: {interval}")
    return low, high


def checked_link(href: str) -> str:
    """The address of a door: within the site, or http(s).

    Raises:
        ValueError: another scheme, or characters that no address holds.
    """
    scheme = _SCHEME.match(href)
    if _UNSAFE.search(href) or (scheme and scheme[0].lower() not in ("http:", "https:")):
        raise ValueError(f"not an address for a door: {href[:80]!r}")
    return href


@dataclass(frozen=True, slots=True)
class Item:
    """One thing with a number.

    Attributes:
        label: its name in the language in use.
        value: the number; of no meaning where `known` is false.
        interval: the 95 % interval; (value, value) says that the number is exact, None that no
            band is known.
        stage: life-cycle position 1–7, or 0 for the rest (see `stages`); gives the colour.
        kind: kind of emission, where the figure shows kinds instead of stages.
        href: where the door leads.
        other: what this one is compared with; grey.
        known: false where there is no value. A gap is never zero.
    """

    label: str
    value: float = 0.0
    interval: tuple[float, float] | None = None
    how: How = How.MEASURED
    stage: int | None = None
    kind: Kind | None = None
    href: str = ""
    other: bool = False
    known: bool = True

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "value", finite(self.value) if self.known else 0.0)
        put(self, "interval", checked_interval(self.interval) if self.known else None)
        put(self, "how", How(self.how))
        put(self, "kind", None if self.kind is None else Kind(self.kind))
        checked_link(self.href)
        if self.stage is not None and self.stage not in range(8):
            raise ValueError(f"a stage has a position from 1 to 7, or 0 for the rest: {self.stage}")

    @property
    def exact(self) -> bool:
        """Whether the number is exact, such as a count."""
        return self.interval == (self.value, self.value)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The value and the ends of its band; nothing where it is not known."""
        return (self.value, *(self.interval or ())) if self.known else ()

    def times(self, factor: float) -> Item:
        """The same in another unit."""
        if factor == 1 or not self.known:
            return self
        band = self.interval and (self.interval[0] * factor, self.interval[1] * factor)
        return replace(self, value=self.value * factor, interval=band)


@dataclass(frozen=True, slots=True)
class Look:
    """For what medium a figure is drawn.

    Attributes:
        narrow: the drawing for phones instead of the wide one; never the wide one made small.
        width: of the drawing, in its own units (px on a screen of the usual size); 0: the usual.
            Up to 840 no text is under 8 pt when it is printed 170 mm wide.
        palette: colours written into the drawing, for PDF, Word and pictures; None: class names
            only, for pages, where the style sheet colours them.
    """

    narrow: bool = False
    width: float = 0.0
    palette: Palette | None = None

    def __post_init__(self) -> None:
        if not (self.width == 0 or 240 <= self.width <= 4000):
            raise ValueError(f"a drawing is 240 to 4000 units wide: {self.width}")


PAGE = Look()
"""The wide drawing of a page."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table beside a figure: the same numbers, formatted.

    `numeric` says which columns hold numbers (set to the right).
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A finished drawing.

    Attributes:
        kind: what was drawn; a kind that the rules do not allow for the data is replaced by one
            that they do (a treemap of few lines by bars).
        svg: one `<svg>` element.
        description: the finding and the main numbers in the language in use; also its aria-label.
        unit: of all numbers in it, for the head of the plate (kg may have become t or g).
        notes: what must be said below the figure.
    """

    kind: str
    svg: str
    width: float
    height: float
    description: str
    unit: str
    table: Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit that a number is held against: dashed, with its name on it."""

    name: str
    value: float

    def __post_init__(self) -> None:
        finite(self.value)


def one_family(items: Iterable[Item]) -> None:
    """Check that stages and kinds do not stand in one figure.

    Raises:
        ValueError: they do.
    """
    found = {(i.stage is not None, i.kind is not None) for i in items}
    if any(s for s, _ in found) and any(k for _, k in found):
        raise ValueError("stages and kinds of emission never stand in one figure")
