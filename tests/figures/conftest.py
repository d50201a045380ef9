"""What the tests of figures share: samples of every kind, and reading what was drawn."""

import re
import xml.etree.ElementTree as ET

import pytest

from tanyuan.figures import (
    Flow,
    Item,
    Loop,
    Stage,
    Step,
    bar,
    distribution,
    dots,
    lognormal_curve,
    radar,
    sample_curve,
    sankey,
    strip,
    tilemap,
    treemap,
    waterfall,
)

SVG = "{http://www.w3.org/2000/svg}"
UNIT = "kg CO₂e/piece"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_GEOMETRY = ("x", "y", "x1", "x2", "y1", "y2", "width", "height", "cx", "cy", "r", "d", "points")
_PLAIN = re.compile(r"[MLHVCQZhvlqmz]|-?(\d+(\.\d+)?|\.\d+)|[ ,]")
_TAGS = {"svg", "title", "desc", "g", "a", "rect", "line", "path", "polygon", "polyline", "circle",
         "text", "tspan"}  # fmt: skip


class Drawing:
    """A parsed drawing."""

    def __init__(self, svg):
        self.root = ET.fromstring(svg)  # noqa: S314 - our own

    def check(self):
        """One tree, nothing that runs or refers, every place a plain number."""
        for element in self.root.iter():
            assert element.tag.rpartition("}")[2] in _TAGS
            for name, value in element.attrib.items():
                assert name not in ("style", "id")
                assert not name.lower().startswith("on")
                assert "url(" not in value or name == "aria-label"
                if name in _GEOMETRY:
                    assert not _PLAIN.sub("", value), (name, value)
            for name in ("width", "height", "r"):
                assert float(element.get(name, 0)) >= 0
            assert not element.get("href", "").lower().startswith(("javascript", "data"))

    def all(self, tag, cls=None):
        """Elements of a kind, with a class among theirs."""
        found = self.root.iter(SVG + tag)
        return [e for e in found if cls is None or cls in e.get("class", "").split()]

    def boxes(self, cls=None):
        """x, y, width, height of rectangles."""
        names = ("x", "y", "width", "height")
        return [tuple(float(e.get(n)) for n in names) for e in self.all("rect", cls)]

    def texts(self, cls=None):
        """What is written, whole lines."""
        found = []
        for element in self.all("text", cls):
            hint = element.find(SVG + "title")
            tail = "" if hint is None else hint.text or ""
            found.append("".join(element.itertext())[len(tail) :])
        return found

    def numbers(self, attribute):
        """All numbers of an attribute over all elements."""
        return [float(n) for e in self.root.iter() for n in _NUMBER.findall(e.get(attribute, ""))]


@pytest.fixture(scope="session")
def drawn():
    """Parse a figure or an SVG text."""
    return lambda figure: Drawing(figure if isinstance(figure, str) else figure.svg)


def _items():
    return [
        Item("Fibres", 10.1, (7.7, 13.3), "database", 1, href="/lines/1"),
        Item("Weaving", 4.01, (3.1, 5.1), "measured", 2),
        Item("Dyeing", 10.8, None, "estimated", 3),
        Item("Credit", -2.0, (-2.5, -1.5), "database", 4),
        Item("Packaging", known=False),
    ]


def _flows():
    return [
        Flow("Cotton", "Fibres", 8.84, href="/lines/1"),
        Flow("Power", "Weaving", 4.01),
        Flow("Power", "Dyeing", 6.29),
        Flow("Steam", "Dyeing", 4.31),
        Flow("Slag", "Dyeing", -1.5),
        Flow("Buttons", "Weaving", known=False),
    ]


def _stages():
    return [Stage("Fibres", "/stages/1"), Stage("Weaving"), Stage("Dyeing")]


def _lines():
    lines = [Item(f"Line {n}", 1.0 + n, stage=1 + n % 4, href=f"/lines/{n}") for n in range(16)]
    return [*lines, Item("Credit", -3.0, stage=2), Item("Glue", stage=3, known=False)]


NAMES = {1: "Fibres", 2: "Weaving", 3: "Dyeing", 4: "Making"}


def _steps():
    return [Step("Grid", -4.0, "factor", "/diff/1"), Step("Less steam", -1.5, "activity"),
            Step("Packaging", 0.5, "boundary")]  # fmt: skip


SAMPLES = {
    "bar": lambda **k: bar(_items(), UNIT, **k),
    "strip": lambda **k: strip(_items(), UNIT, **k),
    "waterfall": lambda **k: waterfall(
        Item("Old", 30.0, (27.0, 33.0)), _steps(), Item("New", 25.0), UNIT, **k
    ),
    "lognormal": lambda **k: distribution(31.6, lognormal_curve(31.5, 1.07), UNIT, **k),
    "samples": lambda **k: distribution(
        5.0, sample_curve([4.0 + n % 7 / 3 for n in range(200)]), UNIT, **k
    ),
    "dots": lambda **k: dots(
        [Item(f"Country {n}", n / 9, (n / 9, n / 9), href=f"/c/{n}") for n in range(30)],
        Item("This factor", 1.5),
        "kg CO₂e/kWh",
        **k,
    ),
    "sankey": lambda **k: sankey(
        _flows(), _stages(), UNIT, interval=(19.0, 25.0),
        loops=[Loop("Steam", "Dyeing", "Weaving", "/loops/1")], **k,
    ),
    "treemap": lambda **k: treemap(_lines(), NAMES, UNIT, **k),
    "tilemap": lambda **k: tilemap(
        "shandong", [Item("济南", 24.0, (24.0, 24.0), href="/c/1"), Item("370200", 27.0)], "n", **k
    ),
    "radar": lambda **k: radar(
        [Item("Technology", 1.5, href="/dq"), Item("Geography", 1.0), Item("Time", 2.0)],
        1.6, "B", **k,
    ),
}  # fmt: skip


@pytest.fixture(params=sorted(SAMPLES))
def sample(request):
    """A function that draws one kind of figure."""
    return SAMPLES[request.param]
