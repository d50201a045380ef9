"""The small writer of SVG: escaped text, plain numbers, classes or resolved attributes.

What it writes has no `style`, no script, no id and no reference to anything outside, so that it
may stand in any page under a strict content security policy.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tanyuan.figures.items import Look
from tanyuan.figures.palette import CLASSES, FONTS
from tanyuan.languages import language

# Not allowed in XML 1.0, or turning the direction of what stands around them
_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}

Part = str | tuple[str, str]
"""A piece of a line of text: plain, or with its class."""


def number(value: float, places: int = 2) -> str:
    """A coordinate: rounded, without needless zeros.

    >>> number(12.5), number(-0.001), number(3.0)
    ('12.5', '0', '3')

    Raises:
        ValueError: not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"not a coordinate: {value}")
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def clean(text: str) -> str:
    """A text in one line, without characters that must not stand in a drawing."""
    return _SPACES.sub(" ", _NEVER.sub("�", text)).strip()


def escape(text: str) -> str:
    """A text as content or attribute of XML."""
    return "".join(_ENTITIES.get(c, c) for c in clean(text))


def frame(x: float, y: float, w: float, h: float, edge: tuple[float, float] = (1.5, 1.5)) -> str:
    """Path of a hollow rectangle with edges of a thickness (across, down), to be filled evenodd."""
    across, down = min(edge[0], w / 2), min(edge[1], h / 2)
    inner = (x + across, y + down, w - 2 * across, h - 2 * down)
    return "".join(
        f"M{number(a)} {number(b)}h{number(c)}v{number(d)}h{number(-c)}z"
        for a, b, c, d in ((x, y, w, h), inner)
    )


def hatch(x: float, y: float, w: float, h: float, step: float = 6.0, slope: float = 1.0) -> str:
    """Path of slanted lines that fill a rectangle; `slope` is run by rise."""
    lines = []
    run = slope * h
    if w <= 0 or run <= 0:
        return ""
    for n in range(1, min(2000, math.ceil((w + run) / step))):
        foot = x - run + n * step
        start = max(0.0, (x - foot) / run)
        stop = min(1.0, (x + w - foot) / run)
        if start < stop:
            a, b = (foot + start * run, y + h - start * h), (foot + stop * run, y + h - stop * h)
            lines.append(f"M{number(a[0])} {number(a[1])}L{number(b[0])} {number(b[1])}")
    return "".join(lines)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes elements for one medium.

    Sizes of text are those to reckon with: wide drawings in pages leave room for the larger text
    of a printed page.
    """

    look: Look
    usual: float
    usual_narrow: float = 350.0

    @property
    def narrow(self) -> bool:
        """Whether the drawing is for a phone."""
        return self.look.narrow

    @property
    def width(self) -> float:
        """Width of the drawing."""
        return self.look.width or (self.usual_narrow if self.narrow else self.usual)

    @property
    def body(self) -> float:
        """Size of usual text."""
        return 13.0 if self.narrow else 15.0

    @property
    def small(self) -> float:
        """Size of notes."""
        return 12.0 if self.narrow else 14.0

    @property
    def large(self) -> float:
        """Size of the one number."""
        return 26.0

    def colour(self, token: str) -> str:
        """A colour of the palette."""
        return self.look.palette.colours[token] if self.look.palette else ""

    def _resolved(self, cls: str) -> dict[str, str]:
        palette = self.look.palette
        if palette is None:
            return {"class": cls} if cls else {}
        sizes = {"$small": number(self.small), "$large": number(self.large), "~flow": palette.flow}
        found: dict[str, str] = {}
        for name in cls.split():
            for key, value in CLASSES.get(name, {}).items():
                colour = palette.colours.get(value[1:]) if value.startswith("@") else None
                found[key] = colour or sizes.get(value, value)
        return found

    def tag(self, name: str, cls: str = "", inside: str = "", **attributes: float | str) -> str:
        """An element; numbers are written plain, `stroke_width` becomes stroke-width."""
        written = dict(self._resolved(cls))
        for key, value in attributes.items():
            text = escape(value) if isinstance(value, str) else number(value)
            written[key.rstrip("_").replace("_", "-")] = text
        head = name + "".join(f' {key}="{value}"' for key, value in written.items())
        return f"<{head}>{inside}</{name}>" if inside else f"<{head}/>"

    def rect(self, x: float, y: float, w: float, h: float, cls: str, inside: str = "") -> str:
        """A rectangle."""
        return self.tag("rect", cls, inside, x=x, y=y, width=max(0.0, w), height=max(0.0, h))

    def line(self, x1: float, y1: float, x2: float, y2: float, cls: str) -> str:
        """A straight line."""
        return self.tag("line", cls, x1=x1, y1=y1, x2=x2, y2=y2)

    def path(self, d: str, cls: str, inside: str = "", **attributes: float | str) -> str:
        """A path; nothing for an empty one."""
        return self.tag("path", cls, inside, d=d, **attributes) if d else ""

    def hint(self, text: str) -> str:
        """The name of a mark that is shown when one rests on it."""
        return f"<title>{escape(text)}</title>"

    def text(self, x: float, y: float, *parts: Part, cls: str = "", full: str = "") -> str:
        """A line of text; `full` is what was cut, shown when one rests on it."""
        pieces = [p if isinstance(p, tuple) else (p, "") for p in parts]
        pieces = [(clean(t), c) for t, c in pieces if clean(t)]
        if not pieces:
            return ""
        inside = " ".join(self.tag("tspan", c, escape(t)) if c else escape(t) for t, c in pieces)
        shown = " ".join(t for t, _ in pieces)
        if full and clean(full) not in shown:
            inside = self.hint(full) + inside
        if self.look.palette is None:
            return self.tag("text", cls, inside, x=x, y=y)
        written = {"fill": self.colour("ink"), **self._resolved(cls)}
        place = {"x": number(x), "y": number(y)}
        halo = ""
        if "halo" in cls.split():
            bare = " ".join(escape(t) for t, _ in pieces)
            paper = self.colour("paper")
            around = {**place, **written, "fill": paper, "stroke": paper, "stroke-width": "6"}
            halo = self.tag("text", "", bare, stroke_linejoin="round", **around)
        return halo + self.tag("text", "", inside, **place, **written)

    def door(self, href: str, name: str, inside: str) -> str:
        """A mark that is a link; on paper only the mark."""
        if not href or not inside or self.look.palette is not None:
            return inside
        return f'<a href="{escape(href)}" aria-label="{escape(name)}">{inside}</a>'

    def stretched(self, body: str, cls: str, name: str, box: str = "0 0 100 10") -> str:
        """A mark that the page stretches to the size it needs; no name: it repeats a text."""
        attributes = {"xmlns": "http://www.w3.org/2000/svg"}
        if cls and self.look.palette is None:
            attributes["class"] = cls
        attributes |= {"viewBox": box, "preserveAspectRatio": "none"}
        if name:
            attributes |= {"role": "group" if "<a " in body else "img", "aria-label": escape(name)}
        else:
            attributes["aria-hidden"] = "true"
        head = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<svg{head}>{body}</svg>"

    def document(self, body: str, height: float, cls: str, words: tuple[str, str, str]) -> str:
        """The drawing: `words` are its name, its title, and what it holds in full."""
        name, title, full = words
        attributes: dict[str, str] = {"xmlns": "http://www.w3.org/2000/svg"}
        if self.look.palette is None:
            form = " fig--narrow" if self.narrow else " fig--wide"
            attributes["class"] = cls.replace("*", form).strip()
        else:
            attributes |= {
                "width": number(self.width), "height": number(height),
                "font-family": FONTS, "font-size": number(self.body),
            }  # fmt: skip
        attributes |= {
            "viewBox": f"0 0 {number(self.width)} {number(height)}",
            "role": "group" if "<a " in body else "img",
            "aria-label": escape(name),
            "lang": "zh-CN" if language() == "zh" else "en",
        }
        head = "".join(f' {key}="{value}"' for key, value in attributes.items())
        about = self.hint(title) + (f"<desc>{escape(full)}</desc>" if clean(full) else "")
        return f"<svg{head}>{about}{body}</svg>"
