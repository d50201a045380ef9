"""Radar, sill and seal."""

import hashlib

import pytest

from tanyuan.figures import LIGHT, Item, Look, radar, seal, sill
from tanyuan.languages import in_language


def scores(*values):
    return [Item(f"Axis {n}", v or 0.0, known=v is not None) for n, v in enumerate(values)]


def points(element):
    return [tuple(map(float, p.split(","))) for p in element.get("points").split()]


def test_the_best_is_outside(drawn):
    drawing = drawn(radar(scores(1.0, 3.0, 5.0, 2.0), 2.75, "C"))
    shape = points(drawing.all("polygon", "densl")[0])
    middle = (180.0, 104.0)
    reach = [((x - middle[0]) ** 2 + (y - middle[1]) ** 2) ** 0.5 for x, y in shape]
    assert reach == pytest.approx([66.0, 39.6, 13.2, 52.8], abs=0.1)
    assert len(drawing.all("polygon", "grid")) == 5
    assert len(drawing.all("circle")) == 4


def test_the_number_and_the_grade_stand_with_it(drawn):
    with in_language("en"):
        figure = radar(scores(1.0, 3.0, 5.0), 2.6, "C")
    assert "overall 2.6, grade C" in drawn(figure).texts("tb")
    assert figure.description.startswith("Data quality, overall 2.6, grade C.")
    assert figure.table.rows[-1] == ("Overall", "2.6")


def test_a_missing_score_leaves_the_shape_open(drawn):
    with in_language("en"):
        figure = radar(scores(1.0, None, 2.0, 3.0), 2.0, "B")
    drawing = drawn(figure)
    assert not drawing.all("polygon", "densb")
    assert len(drawing.all("line", "densl")) == 2
    assert len(drawing.all("line", "m0")) == 1
    assert figure.table.rows[1][1] == "—"
    assert any("Axis 1" in note for note in figure.notes)


def test_a_second_shape_is_an_outline(drawn):
    drawing = drawn(radar(scores(1.0, 2.0, 3.0), 2.0, "B", other=scores(2.0, 2.0, 2.0)))
    assert len(drawing.all("polygon", "back")) == 1
    drawing = drawn(radar(scores(1.0, 2.0, 3.0), 2.0, "B", other=scores(2.0, None, 2.0)))
    assert not drawing.all("polygon", "back")


def test_what_is_no_radar_is_refused():
    for values in ((1.0, 2.0), (1.0,) * 7):
        with pytest.raises(ValueError, match="3 to 6 axes"):
            radar(scores(*values), 1.0, "A")
    with pytest.raises(ValueError, match="between 1 and 5"):
        radar(scores(1.0, 2.0, 5.5), 1.0, "A")
    with pytest.raises(ValueError, match="between 1 and 5"):
        radar(scores(1.0, 2.0, 5.0), 0.0, "A")
    with pytest.raises(ValueError, match="same axes"):
        radar(scores(1.0, 2.0, 3.0), 1.0, "A", other=scores(1.0, 2.0, 3.0)[::-1])


# --- sill ---


@pytest.mark.parametrize(
    ("value", "interval", "x", "length"),
    [
        (6.295, (5.08, 7.81), 30.7, 43.4),
        (100.0, (91.5, 109.2), 41.5, 17.7),
        (1.0, (0.2, 3.0), 0.0, 100.0),
        (-2.0, (-2.5, -1.5), 25.0, 50.0),
    ],
)
def test_the_sill_is_always_half_to_one_and_a_half(value, interval, x, length, drawn):
    drawing = drawn(sill(Item("x", value, interval)))
    box = drawing.boxes("band")[0]
    assert (box[0], box[2]) == pytest.approx((x, length), abs=0.1)
    tick = drawing.all("line", "tick")[0]
    assert tick.get("x1") == tick.get("x2") == "50"
    assert drawing.root.get("viewBox") == "0 0 100 10"
    assert drawing.root.get("preserveAspectRatio") == "none"


def test_how_it_is_known_is_in_the_class(drawn):
    for how, cls in (
        ("measured", "sill"),
        ("database", "sill sill--second"),
        ("estimated", "sill sill--guess"),
    ):
        svg = sill(Item("x", 1.0, (0.9, 1.2), how), cell=how == "estimated")
        expected = cls.replace("sill ", "sill sill-cell ") if how == "estimated" else cls
        assert drawn(svg).root.get("class") == expected


def test_the_band_is_said_once(drawn):
    item = Item("x", 6.295, (5.08, 7.81))
    assert drawn(sill(item)).root.get("aria-hidden") == "true"
    assert drawn(sill(item, named=True)).root.get("aria-label") == "95 %: −19 % – +24 %"
    small = Item("x", 1000.0, (998.0, 1002.0))
    assert drawn(sill(small, named=True)).root.get("aria-label") == "95 %: −0.2 % – +0.2 %"


def test_no_band_is_a_dotted_line_and_no_value_is_nothing(drawn):
    drawing = drawn(sill(Item("x", 1.0)))
    assert drawing.all("line", "base")[0].get("stroke-dasharray")
    assert not drawing.boxes()
    assert sill(Item("x", known=False)) == ""
    assert drawn(sill(Item("x", 0.0, (-1.0, 1.0)))).boxes() == []


def test_the_sill_on_paper_has_its_colours(drawn):
    for how, fill in (("measured", "#1b5c8e"), ("database", "#ffffff"), ("estimated", "none")):
        drawing = drawn(sill(Item("x", 1.0, (0.9, 1.2), how), look=Look(palette=LIGHT)))
        assert drawing.all("rect")[0].get("fill") == fill


# --- seal ---


def test_equal_content_equal_seals(drawn):
    one, two = (hashlib.sha256(text).hexdigest() for text in (b"a", b"b"))
    assert seal(one) == seal(one)
    assert seal(one) != seal(two)
    drawing = drawn(seal(one))
    assert drawing.root.get("role") == "img"
    assert one[:8] in drawing.root.get("aria-label")
    assert [e.get("class") for e in drawing.all("path")] == ["bg", "ln"]


def test_every_one_of_the_first_45_bits_shows(drawn):
    digests = [f"{1 << (255 - n):064x}" for n in range(46)]
    paths = [drawn(seal(digest)).all("path", "ln") for digest in digests]
    assert len({path[0].get("d") for path in paths[:45]}) == 45
    assert not paths[45]


def test_a_seal_is_drawn_from_a_hash_only():
    for digest in ("", "abc", "G" * 64, "A" * 64, "0" * 65):
        with pytest.raises(ValueError, match="64 hexadecimal"):
            seal(digest)
    assert "#b7361f" in seal("0" * 63 + "1", look=Look(palette=LIGHT))
