"""What holds for every kind of figure."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import tanyuan.figures as package
from tanyuan.figures import (
    GREY,
    LIGHT,
    PAGE,
    PRINT,
    Flow,
    Item,
    Limit,
    Look,
    Stage,
    Step,
    bar,
    bar_rows,
    distribution,
    dots,
    lognormal_curve,
    normal_curve,
    radar,
    sample_curve,
    sankey,
    strip,
    strip_mark,
    tilemap,
    treemap,
    waterfall,
)
from tanyuan.figures.palette import CLASSES
from tanyuan.languages import in_language

LOOKS = {
    "page": PAGE,
    "phone": Look(narrow=True),
    "light": Look(palette=LIGHT),
    "print": Look(palette=PRINT, width=700),
    "grey phone": Look(narrow=True, palette=GREY),
}
HOSTILE = "</svg><script>alert(1)</script>\"'><&\x00\u202e\ud800 onload=x"
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(params=sorted(LOOKS))
def look(request):
    return LOOKS[request.param]


def assert_described(drawing, figure):
    root = drawing.root
    assert root.get("aria-label") == figure.description
    assert root.get("role") == ("group" if drawing.all("a") else "img")
    assert root[0].tag.endswith("title")
    assert root[0].text
    assert all(link.get("aria-label") for link in drawing.all("a"))


def test_it_is_sound_and_described(sample, look, drawn):
    figure = sample(look=look)
    drawing = drawn(figure)
    drawing.check()
    assert_described(drawing, figure)
    box = [float(n) for n in drawing.root.get("viewBox").split()]
    assert box == [0, 0, figure.width, pytest.approx(figure.height, abs=0.01)]
    assert all(len(row) == len(figure.table.head) for row in figure.table.rows)
    assert len(figure.table.numeric) == len(figure.table.head)


def test_it_is_the_same_every_time(sample, look):
    assert sample(look=look) == sample(look=look)


def test_it_speaks_both_languages(sample, look, drawn):
    with in_language("en"):
        english = sample(look=look)
    with in_language("zh"):
        chinese = sample(look=look)
    assert not CHINESE.search(english.description.replace("济南市", ""))
    assert CHINESE.search(chinese.description)
    assert drawn(english).root.get("lang") == "en"
    assert drawn(chinese).root.get("lang") == "zh-CN"
    assert any(CHINESE.search(cell) for cell in chinese.table.head)
    assert all(CHINESE.search(note) or note.startswith("n =") for note in chinese.notes)


def test_pages_carry_classes_and_no_colours(sample, drawn):
    for narrow in (False, True):
        svg = sample(look=Look(narrow=narrow)).svg
        assert "#" not in re.sub(r'href="[^"]*"|&#39;', "", svg)
        drawing = drawn(svg)
        known = set(CLASSES) | {"fig", "fig--wide", "fig--narrow", "fig--radar", "tiles", "halo"}
        for element in drawing.root.iter():
            assert set(element.get("class", "").split()) <= known
            assert element.get("font-size") is None


def test_paper_carries_colours_and_no_classes(sample, drawn):
    drawing = drawn(sample(look=Look(palette=LIGHT)))
    allowed = set(LIGHT.colours.values()) | {"none", None}
    for element in drawing.root.iter():
        assert element.get("class") is None
        assert element.get("fill") in allowed
        assert element.get("stroke") in allowed
        assert "@" not in "".join(element.attrib.values())
    assert not drawing.all("a")


def test_no_text_on_paper_is_under_eight_points(sample, drawn):
    figure = sample(look=Look(palette=LIGHT))
    points = 170 / 25.4 * 72 / figure.width
    drawing = drawn(figure)
    sizes = [float(e.get("font-size")) for e in drawing.root.iter() if e.get("font-size")]
    assert min(sizes) * points >= 8


def test_grey_has_no_colour():
    for colour in GREY.colours.values():
        assert colour[1:3] == colour[3:5] == colour[5:7]
    for name in LIGHT.colours:
        assert name in GREY.colours
        assert name in PRINT.colours


def test_neighbouring_stages_differ_in_grey():
    lightness = [int(GREY.colours[f"s{n}"][1:3], 16) for n in range(1, 8)]
    assert all(abs(a - b) > 40 for a, b in pairwise(lightness))


def test_the_title_comes_first(sample, drawn):
    figure = sample(title="Dyeing is the largest <part>")
    assert figure.description.startswith("Dyeing is the largest <part>")
    assert drawn(figure).root[0].text == "Dyeing is the largest <part>"


def hostile_figures():
    bad = Item(HOSTILE, 3.0, (2.0, 4.0), stage=1, href="/a?b=1&c=<2>")
    lines = [Item(HOSTILE, 1.0 + n, stage=1 + n % 3) for n in range(14)]
    names = dict.fromkeys((1, 2, 3), HOSTILE)
    return [
        bar([bad, Item(HOSTILE, known=False)], HOSTILE, title=HOSTILE, limit=Limit(HOSTILE, 2)),
        strip([bad, bad], HOSTILE, title=HOSTILE),
        waterfall(bad, [Step(HOSTILE, 1.0, "method")], Item(HOSTILE, 4.0), HOSTILE),
        distribution(3.0, normal_curve(3, 1), HOSTILE, title=HOSTILE),
        dots([bad, bad], bad, HOSTILE, title=HOSTILE),
        sankey([Flow(HOSTILE, HOSTILE, 2.0, href="/x")], [Stage(HOSTILE, "/y")], HOSTILE),
        treemap(lines, names, HOSTILE, title=HOSTILE),
        tilemap("shandong", [Item("济南", 1.0)], HOSTILE, title=HOSTILE),
        radar([bad, Item("b", 1.0), Item("c", 2.0)], 1.0, HOSTILE, title=HOSTILE),
    ]


def test_hostile_texts_stay_texts(drawn):
    for figure in hostile_figures():
        drawn(figure).check()
        assert "<script" not in figure.svg
        assert "\x00" not in figure.svg
        assert "\u202e" not in figure.svg
        figure.svg.encode()
    for row in bar_rows([Item(HOSTILE, 1.0, href="/x")], HOSTILE):
        drawn(row.svg).check()
        assert "\x00" not in row.label
    drawn(strip_mark([Item(HOSTILE, 1.0)], HOSTILE, title=HOSTILE)).check()


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "java\tscript:x",
        " /x",
        "vbscript:x",
        "/a\nb",
        "file:///etc/passwd",
    ],
)
def test_doors_lead_nowhere_else(href):
    for make in (
        lambda: Item("x", 1.0, href=href),
        lambda: Flow("a", "b", 1.0, href=href),
        lambda: Stage("a", href),
        lambda: Step("a", 1.0, "factor", href),
    ):
        with pytest.raises(ValueError, match="not an address"):
            make()


@pytest.mark.parametrize("href", ["#a", "/lines/6", "https://example.org/?y=1&z=2", "../x", "?a"])
def test_doors_within_the_site_and_to_the_web(href, drawn):
    figure = bar([Item("x", 1.0, href=href)], "kg")
    assert drawn(figure).all("a")[0].get("href") == href


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e37])
def test_numbers_that_are_none_are_refused(value):
    refused = [
        lambda: Item("x", value),
        lambda: Item("x", 1.0, (0.0, value)),
        lambda: Flow("a", "b", value),
        lambda: Step("a", value, "factor"),
        lambda: lognormal_curve(value, 1.1),
        lambda: normal_curve(0.0, value),
        lambda: sample_curve([1.0, value]),
        lambda: tilemap("china", [], "kg", limits=[value]),
        lambda: Limit("x", value),
    ]
    for make in refused:
        with pytest.raises(ValueError, match=r"not|lognormal"):
            make()


def test_other_mistakes_are_refused():
    with pytest.raises(ValueError, match="low to high"):
        Item("x", 1.0, (2.0, 1.0))
    with pytest.raises(ValueError, match="position from 1 to 7"):
        Item("x", 1.0, stage=8)
    with pytest.raises(ValueError, match="is not a valid How"):
        Item("x", 1.0, how="guess")
    with pytest.raises(ValueError, match="never stand in one figure"):
        bar([Item("x", 1.0, stage=1), Item("y", 1.0, kind="fossil")], "kg")
    with pytest.raises(ValueError, match="240 to 4000"):
        Look(width=10)


def test_nothing_to_draw_is_said(drawn):
    for figure in (
        bar([], "kg"),
        strip([], "kg"),
        dots([], None, "kg"),
        sankey([], [], "kg"),
        treemap([], {}, "kg"),
        bar([], "kg", look=Look(narrow=True, palette=LIGHT)),
    ):
        drawn(figure).check()
        assert figure.description
        assert figure.table.rows in ((), figure.table.rows[:1])


def test_nothing_is_read_or_loaded_to_draw():
    folder = Path(package.__file__).parent
    for file in folder.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(
            r"^\s*(import|from) (numpy|scipy|pydantic|random|time|os)\b", text, re.M
        )
