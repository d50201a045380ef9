"""Treemap and tile map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.figures import GREY, Item, Look, layouts, regions, tilemap, treemap
from tanyuan.figures.squarify import squarify, strips
from tanyuan.languages import in_language

NAMES = {0: "The rest", 1: "Fibres", 2: "Weaving", 3: "Dyeing", 4: "Making"}
BOX = (10.0, 20.0, 840.0, 360.0)


def overlap(a, b):
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return max(0.0, across) * max(0.0, down)


def assert_divides(sizes, rects, box, tolerance=1e-6):
    area = box[2] * box[3]
    for size, rect in zip(sizes, rects, strict=True):
        assert rect[2] * rect[3] == pytest.approx(size / sum(sizes) * area, rel=1e-6, abs=1e-6)
        assert rect[0] >= box[0] - tolerance
        assert rect[1] >= box[1] - tolerance
        assert rect[0] + rect[2] <= box[0] + box[2] + tolerance
        assert rect[1] + rect[3] <= box[1] + box[3] + tolerance
    for n, a in enumerate(rects):
        assert all(overlap(a, b) < 1e-3 for b in rects[n + 1 :])


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30))
def test_squarified_areas_are_proportional_and_apart(sizes):
    sizes = sorted(sizes, reverse=True)
    assert_divides(sizes, squarify(sizes, BOX), BOX)


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=8))
def test_strips_are_proportional_and_apart(sizes):
    assert_divides(sizes, strips(sizes, BOX), BOX)


def test_the_example_of_the_paper():
    """Bruls et al. (2000), figure 5: areas 6, 6, 4, 3, 2, 2, 1 in a rectangle of 6 by 4."""
    rects = squarify([6, 6, 4, 3, 2, 2, 1], (0, 0, 6, 4))
    assert rects[0] == pytest.approx((0, 0, 3, 2))
    assert rects[1] == pytest.approx((0, 2, 3, 2))
    assert rects[2] == pytest.approx((3, 0, 4 * 3 / 7, 7 / 3))
    assert rects[3] == pytest.approx((3 + 12 / 7, 0, 9 / 7, 7 / 3))


def test_nothing_to_divide():
    assert squarify([], BOX) == []
    assert strips([], BOX) == []
    assert squarify([1.0], (0, 0, 0, 5)) == [(0, 0, 0.0, 0.0)]
    assert squarify([1.0, 1e-40], BOX)[1][2:] == (0.0, 0.0)
    with pytest.raises(ValueError, match="too many"):
        strips([1.0] * 9, BOX)


def lines(count=20):
    return [Item(f"Line {n}", 1.0 + n * n, stage=1 + n % 4, href=f"/l/{n}") for n in range(count)]


def test_cells_are_proportional_and_apart(drawn):
    items = lines()
    drawing = drawn(treemap(items, NAMES, "kg"))
    boxes = drawing.boxes("cell")
    assert len(boxes) == 20
    area = sum(w * h for *_, w, h in boxes)
    assert area == pytest.approx(840 * 360, rel=1e-3)
    values = {f"Line {n}": item.value for n, item in enumerate(items)}
    total = sum(values.values())
    for rect in drawing.all("rect", "cell"):
        name = rect[0].text.rsplit(" ", 2)[0]
        size = float(rect.get("width")) * float(rect.get("height"))
        assert size == pytest.approx(values[name] / total * area, rel=0.02, abs=4)
    for n, a in enumerate(boxes):
        assert all(overlap(a, b) < 5 for b in boxes[n + 1 :])


def test_small_cells_carry_the_number_of_the_table(drawn):
    figure = treemap(lines(), NAMES, "kg")
    drawing = drawn(figure)
    for rect, text in zip(drawing.boxes("cell"), figure.table.rows, strict=False):
        if rect[2] >= 64 and rect[3] >= 46:
            assert text[1] in drawing.texts()
    assert [row[0] for row in figure.table.rows] == [str(n) for n in range(1, 21)]


def test_stages_stand_together_in_their_colour(drawn):
    drawing = drawn(treemap(lines(), NAMES, "kg"))
    for stage in range(1, 5):
        boxes = drawing.boxes(f"s{stage}")
        left, right = min(b[0] for b in boxes), max(b[0] + b[2] for b in boxes)
        top, bottom = min(b[1] for b in boxes), max(b[1] + b[3] for b in boxes)
        assert (right - left) * (bottom - top) == pytest.approx(
            sum(b[2] * b[3] for b in boxes), rel=1e-3
        )


def test_of_few_lines_or_stages_bars_are_drawn():
    assert treemap(lines(12), NAMES, "kg").kind == "bars"
    two = [Item(f"l{n}", 1.0, stage=1 + n % 2) for n in range(20)]
    assert treemap(two, NAMES, "kg").kind == "bars"
    assert treemap(lines(13), NAMES, "kg").kind == "treemap"


def test_the_phone_gets_bars_of_the_stages(drawn):
    figure = treemap([*lines(), Item("Credit", -5.0, stage=1)], NAMES, "kg", look=Look(narrow=True))
    assert figure.kind == "bars"
    assert [row[0] for row in figure.table.rows] == [
        "Fibres",
        "Weaving",
        "Dyeing",
        "Making",
        "Credit",
    ]


def test_what_has_no_area_stands_below(drawn):
    items = [*lines(), Item("Credit", -30.0, stage=2), Item("Glue", stage=3, known=False)]
    with in_language("en"):
        figure = treemap(items, NAMES, "kg")
    drawing = drawn(figure)
    assert drawing.all("path", "k-rem")
    assert any(box[1] > 360 for box in drawing.boxes("m0"))
    assert "Credit −30.0" in drawing.texts()
    assert "Glue no value" in drawing.texts()
    assert "Without area: Credit −30.0" in figure.description


def test_a_line_needs_a_stage_that_has_a_name():
    with pytest.raises(ValueError, match="no stage for 'x'"):
        treemap([Item("x", 1.0)], NAMES, "kg")
    with pytest.raises(ValueError, match="no stage for 'x'"):
        treemap([Item("x", 1.0, stage=6)], NAMES, "kg")


# --- tiles ---

PROVINCES = set("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新台港澳")


def test_all_regions_are_there():
    found = layouts()
    assert {t.region.short_zh for t in found["china"]} == PROVINCES
    assert len(found["china"]) == 34
    assert len(found["shandong"]) == 16
    assert len(found["shanghai"]) == 16
    codes = {code for code, region in regions().items() if region.parent == "370000"}
    assert {t.region.code for t in found["shandong"]} == codes
    for tiles in found.values():
        assert len({(t.row, t.column) for t in tiles}) == len(tiles)
    assert len(regions()) == 66


@pytest.mark.parametrize("layout", ["china", "shandong", "shanghai"])
@pytest.mark.parametrize("look", [Look(), Look(narrow=True), Look(palette=GREY)])
def test_every_region_has_a_tile_of_one_size(layout, look, drawn):
    figure = tilemap(layout, [], "n", look=look)
    drawing = drawn(figure)
    tiles = [box for box in drawing.boxes() if box[2] > 20]
    assert len(tiles) == len(layouts()[layout])
    assert len({(round(w, 2), round(h, 2)) for *_, w, h in tiles}) == 1
    for n, a in enumerate(tiles):
        assert all(overlap(a, b) == 0 for b in tiles[n + 1 :])
        assert a[0] >= 0
        assert a[0] + a[2] <= figure.width
    texts = drawing.texts()
    assert texts.count("—") == len(tiles)


def test_regions_are_found_by_code_and_by_name(drawn):
    items = [
        Item("310000", 1.0), Item("CN-SD", 2.0), Item("北京市", 3.0), Item("Guangdong", 4.0),
        Item("川", 5.0), Item("西藏自治区", known=False),
    ]  # fmt: skip
    with in_language("en"):
        figure = tilemap("china", items, "kg")
    rows = dict(figure.table.rows)
    assert rows["Shanghai"] == "1.000"
    assert rows["Shandong"] == "2.000"
    assert rows["Sichuan"] == "5.000"
    assert rows["Xizang (Tibet)"] == "—"
    assert len(rows) == 34
    assert figure.description.startswith("5 of 34 regions have a value, in kg.")
    assert "Highest: Sichuan 5.00; lowest: Shanghai 1.00." in figure.description


def test_classes_are_stated_in_the_legend(drawn):
    values = {"济南": 24, "青岛": 27, "菏泽": 2, "枣庄": 4, "潍坊": 11}
    items = [Item(k, float(v), (float(v), float(v))) for k, v in values.items()]
    with in_language("en"):
        figure = tilemap("shandong", items, "n", limits=[5, 10, 20, 25])
    texts = drawn(figure).texts()
    for legend in ("under 5", "5 – 9", "10 – 19", "20 – 24", "25 and more", "no value"):
        assert legend in texts
    assert len(drawn(figure).boxes("m5")) == 2
    assert len(drawn(figure).boxes("m1")) == 3


def test_wrong_regions_and_limits_are_refused():
    with pytest.raises(ValueError, match="no such layout"):
        tilemap("mars", [], "kg")
    with pytest.raises(ValueError, match="no such region"):
        tilemap("shandong", [Item("北京市", 1.0)], "kg")
    with pytest.raises(ValueError, match="two values"):
        tilemap("shandong", [Item("济南", 1.0), Item("370100", 2.0)], "kg")
    for limits in ([2.0, 1.0], [1.0, 1.0], [1.0, 2.0, 3.0, 4.0, 5.0]):
        with pytest.raises(ValueError, match="limits rise"):
            tilemap("shandong", [], "kg", limits=limits)


def test_names_are_in_the_language_and_fit_their_tiles(drawn):
    with in_language("zh"):
        assert "浦东" in drawn(tilemap("shanghai", [], "n")).texts()
        assert "鲁" in drawn(tilemap("china", [], "n")).texts()
    with in_language("en"):
        texts = drawn(tilemap("shandong", [], "n")).texts()
        assert "Zao-" in texts
        assert "zhuang" in texts
        assert "SD" in drawn(tilemap("china", [], "n")).texts()
        assert "Zaozhuang" in drawn(tilemap("shandong", [], "n", look=Look(palette=GREY))).texts()


def test_long_numbers_are_drawn_narrower(drawn):
    drawing = drawn(tilemap("china", [Item("CN-SD", 123456789.0)], "n"))
    squeezed = [e for e in drawing.all("text") if e.get("textLength")]
    assert len(squeezed) == 1
