"""Bars, strips, waterfalls: lengths are the numbers."""

import re

import pytest

from tanyuan.figures import (
    LIGHT,
    PAGE,
    Item,
    Limit,
    Look,
    Step,
    bar,
    bar_rows,
    join_stages,
    stage_numbers,
    strip,
    strip_mark,
    waterfall,
)
from tanyuan.languages import in_language

VALUES = [10.1, 4.01, 10.8, 0.656, 4.75, 0.719, 0.569]


def stages(bands=True):
    return [
        Item(f"Stage {n}", v, (v * 0.8, v * 1.25) if bands else None, stage=n)
        for n, v in enumerate(VALUES, start=1)
    ]


def lengths(drawing, classes):
    return [drawing.boxes(c)[0][2] for c in classes]


@pytest.mark.parametrize("look", [Look(), Look(narrow=True)])
def test_bars_are_proportional_and_start_at_zero(look, drawn):
    drawing = drawn(bar(stages(), "kg", keep_order=True, look=look))
    boxes = [drawing.boxes(f"s{n}")[0] for n in range(1, 8)]
    assert len({box[0] for box in boxes}) == 1
    scale = boxes[2][2] / VALUES[2]
    for box, value in zip(boxes, VALUES, strict=True):
        assert box[2] == pytest.approx(value * scale, abs=0.1)
    assert [box[1] for box in boxes] == sorted(box[1] for box in boxes)


def test_whiskers_are_the_intervals(drawn):
    drawing = drawn(bar(stages(), "kg", keep_order=True))
    start, _, length, _ = drawing.boxes("s1")[0]
    path = drawing.all("path", "whisk")[0].get("d")
    low, high = re.match(r"M([\d.]+) [\d.]+H([\d.]+)", path).groups()
    assert float(low) == pytest.approx(start + length * 0.8, abs=0.1)
    assert float(high) == pytest.approx(start + length * 1.25, abs=0.1)


def test_largest_first_unless_the_order_is_kept(drawn):
    items = [Item("a", 1.0), Item("b", 3.0), Item("c", 2.0), Item("d", -5.0)]
    assert [row.label for row in bar_rows(items, "kg")] == ["b", "c", "a", "d"]
    assert [row.label for row in bar_rows(items, "kg", keep_order=True)] == ["a", "b", "c", "d"]


def test_no_band_is_a_hollow_mark_and_said(drawn):
    with in_language("en"):
        figure = bar([Item("a", 3.0, stage=1), Item("b", 2.0, (1.0, 3.0), stage=2)], "kg")
        bare = bar([Item("a", 3.0, stage=1)], "kg", bands=False)
    drawing = drawn(figure)
    assert drawing.all("path", "s1")[0].get("fill-rule") == "evenodd"
    assert drawing.boxes("s2")
    assert figure.notes == ("No band is known for a: hollow marks.",)
    assert drawn(bare).boxes("s1")
    assert bare.notes == ()


def test_exact_numbers_are_full_without_whiskers(drawn):
    drawing = drawn(bar([Item("a", 3.0, (3.0, 3.0), stage=1)], "pieces"))
    assert drawing.boxes("s1")
    assert not drawing.all("path", "whisk")
    assert drawing.texts("tb") == ["3"]


def test_a_gap_is_dashed_named_and_never_zero(drawn):
    with in_language("en"):
        figure = bar([Item("a", 3.0), Item("b", known=False)], "kg")
    drawing = drawn(figure)
    assert len(drawing.boxes("m0")) == 1
    assert "no value" in drawing.texts("tb")
    assert figure.table.rows[1][1] == "—"
    assert "no value" in figure.description
    assert figure.notes[0] == "No value for b; a gap is not zero."


def test_negatives_are_hatched_left_of_zero(drawn):
    drawing = drawn(bar([Item("a", 3.0, (2.0, 4.0), stage=1), Item("b", -1.5, stage=2)], "kg"))
    zero = drawing.boxes("s1")[0][0]
    axis = drawing.all("line", "axis")[0]
    assert float(axis.get("x1")) == pytest.approx(zero)
    hatched = drawing.all("path", "k-rem")[0].get("d")
    right = max(float(x) for x in re.findall(r"[ML]([\d.]+) ", hatched))
    assert right <= zero + 0.1
    assert "−1.50" in drawing.texts("tb")


def test_more_than_twelve_are_the_ten_largest_and_the_rest():
    items = [Item(f"i{n}", float(n), stage=1) for n in range(1, 16)]
    with in_language("en"):
        rows = bar_rows(items, "kg")
    assert len(rows) == 11
    assert rows[-1].label == "The rest (5)"
    assert rows[-1].item.value == 15.0
    assert rows[-1].item.stage == 0
    many = bar_rows([*items, *(Item(f"gap {n}", known=False) for n in range(9))], "kg")
    assert len(many) <= 12


def test_shares_are_of_the_total():
    rows = bar_rows([Item("a", 1.0), Item("b", 3.0)], "kg")
    assert [row.share for row in rows] == ["75.0 %", "25.0 %"]
    rows = bar_rows([Item("a", 1.0)], "kg", total=10.0)
    assert rows[0].share == "10.0 %"
    assert bar_rows([Item("a", -1.0)], "kg")[0].share == ""


def test_rows_of_a_page_are_stretched_marks(drawn):
    row = bar_rows([Item("a", 2.0, (1.0, 4.0), stage=3)], "kg")[0]
    drawing = drawn(row.svg)
    assert drawing.root.get("preserveAspectRatio") == "none"
    assert drawing.root.get("aria-hidden") == "true"
    assert drawing.boxes("s3")[0][2] == pytest.approx(50.0)
    assert not row.hollow


def test_a_limit_is_dashed_and_named(drawn):
    with in_language("en"):
        figure = bar([Item("a", 3.0), Item("b", 1.0)], "kg", limit=Limit("entry", 2.0))
    drawing = drawn(figure)
    assert drawing.texts("limt") == ["entry 2.000"]
    assert len(drawing.all("line", "lim")) == 1
    assert "above it: a" in figure.description


def test_kilograms_become_tonnes_in_the_whole_figure(drawn):
    figure = bar([Item("a", 250_000.0, (200_000.0, 300_000.0)), Item("b", 900.0)], "kg CO₂e/t")
    assert figure.unit == "t CO₂e/t"
    assert drawn(figure).texts("tb") == ["250", "0.900"]
    assert figure.table.head[1] == "t CO₂e/t"


def test_what_is_compared_with_is_grey(drawn):
    drawing = drawn(
        bar([Item("new", 2.0, (1.0, 3.0)), Item("old", 3.0, (2.0, 4.0), other=True)], "kg")
    )
    assert drawing.boxes("band")
    assert drawing.boxes("was")


def test_long_names_are_cut_and_told_in_full(drawn):
    name = "A very long name of a very long line " * 6
    for narrow in (False, True):
        drawing = drawn(bar([Item(name, 1.0)], "kg", look=Look(narrow=narrow)))
        assert drawing.texts()[0].endswith("…")
        assert any(e.text.startswith(name.strip()) for e in drawing.all("title"))


# --- stages ---


def test_seven_stages_have_their_positions():
    assert list(stage_numbers(dict.fromkeys("abcdefg", 1.0)).values()) == [1, 2, 3, 4, 5, 6, 7]


def test_of_more_stages_the_six_largest_stay():
    sizes = dict(zip("abcdefghi", [5.0, 1.0, 7.0, 0.5, 6.0, 4.0, 3.0, 2.0, -8.0], strict=True))
    assert stage_numbers(sizes) == {
        "a": 1, "b": 0, "c": 2, "d": 0, "e": 3, "f": 4, "g": 5, "h": 0, "i": 6,
    }  # fmt: skip


def test_joined_stages_keep_their_sum_and_order():
    items = [Item(f"s{n}", float(n)) for n in range(1, 10)]
    joined = join_stages([*items, Item("lost", known=False)])
    assert [item.stage for item in joined] == [1, 2, 3, 4, 5, 6, 0, None]
    assert [item.label for item in joined[:6]] == ["s4", "s5", "s6", "s7", "s8", "s9"]
    assert sum(item.value for item in joined) == sum(item.value for item in items)
    assert not joined[-1].known


# --- strip ---


@pytest.mark.parametrize("look", [Look(), Look(narrow=True), Look(palette=LIGHT)])
def test_parts_of_a_strip_fill_its_width_in_order(look, drawn):
    figure = strip(stages(), "kg", look=look)
    drawing = drawn(figure)
    boxes = [b for b in drawing.boxes() if b[3] == 24]
    assert sum(box[2] for box in boxes) == pytest.approx(figure.width, abs=0.1)
    assert [box[0] for box in boxes] == sorted(box[0] for box in boxes)
    for box, value in zip(boxes, VALUES, strict=True):
        assert box[2] == pytest.approx(value / sum(VALUES) * figure.width, abs=0.1)


def test_three_largest_are_named(drawn):
    lines = drawn(strip(stages(), "kg")).texts()
    assert len(lines) == 3
    assert lines[0].startswith("Stage 1 10.1")
    assert any(line.startswith("Stage 3 10.8") for line in lines)
    assert any(line.startswith("Stage 5 4.75") for line in lines)


def test_never_more_than_seven_parts(drawn):
    items = [Item(f"p{n}", 1.0 + n, stage=n % 7 + 1) for n in range(20)]
    figure = strip(items, "kg")
    assert len(figure.table.rows) == 7
    assert figure.table.rows[-1][1] == "105.0"


def test_what_is_taken_away_stands_left_of_zero(drawn):
    drawing = drawn(strip([Item("a", 6.0, stage=1), Item("credit", -2.0, stage=2)], "kg"))
    zero = float(drawing.all("line", "axis")[0].get("x1"))
    assert zero == pytest.approx(210.0)
    assert drawing.boxes("s1")[0][0] == pytest.approx(zero)
    assert not drawing.boxes("s2")


def test_the_mark_of_a_strip_is_stretched(drawn):
    drawing = drawn(strip_mark(stages(), "kg"))
    assert drawing.root.get("preserveAspectRatio") == "none"
    assert drawing.root.get("role") == "img"
    assert sum(b[2] for b in drawing.boxes()) == pytest.approx(100.0, abs=0.1)


# --- waterfall ---


def falls(look=PAGE):
    return waterfall(
        Item("Revision 7", 31.62, (28.9, 34.5)),
        [
            Step("Weaving", -1.82, "factor"),
            Step("Dyeing", 2.5, "factor"),
            Step("Steam", -3.0, "activity"),
        ],
        Item("Revision 8", 29.3, (26.0, 32.0)),
        "kg",
        look=look,
    )  # fmt: skip


def test_steps_lead_from_the_old_to_the_new(drawn):
    drawing = drawn(falls())
    was, down = drawing.boxes("was")[0], drawing.boxes("stepf")[0]
    up, real, new = drawing.boxes("stepu")[0], drawing.boxes("stepr")[0], drawing.boxes("band")[0]
    scale = was[3] / 31.62
    for box, value in ((down, 1.82), (up, 2.5), (real, 3.0), (new, 29.3)):
        assert box[3] == pytest.approx(value * scale, abs=0.1)
    assert down[1] == pytest.approx(was[1], abs=0.02)
    assert up[1] + up[3] == pytest.approx(down[1] + down[3], abs=0.02)
    assert real[1] == pytest.approx(up[1], abs=0.02)
    assert real[1] + real[3] == pytest.approx(new[1], abs=0.02)
    assert was[1] + was[3] == pytest.approx(new[1] + new[3], abs=0.02)


def test_the_phone_gets_it_turned(drawn):
    drawing = drawn(falls(Look(narrow=True)))
    was, down = drawing.boxes("was")[0], drawing.boxes("stepf")[0]
    assert was[0] == 0
    assert down[0] + down[2] == pytest.approx(was[2], abs=0.02)
    assert down[1] > was[1]


def test_signs_arrows_causes_and_the_residual(drawn):
    with in_language("en"):
        figure = falls()
    assert drawn(figure).texts("tb") == ["31.62", "↓ −1.82", "↑ +2.50", "↓ −3.00", "29.30"]
    assert drawn(figure).texts("t3") == ["factor", "factor", "activity"]
    assert "The steps add up to −2.32; residual 0." in figure.notes
    assert figure.table.rows[1] == ("Weaving", "−1.82", "—", "factor")


def test_steps_that_leave_something_unexplained_are_refused():
    with pytest.raises(ValueError, match="unexplained"):
        waterfall(Item("a", 10.0), [Step("b", 1.0, "method")], Item("c", 12.0), "kg")
    with pytest.raises(ValueError, match="known value"):
        waterfall(Item("a", known=False), [], Item("c", 12.0), "kg")


def test_many_steps_are_joined_and_still_add_up():
    steps = [Step(f"s{n}", 0.5 + n / 10, "factor") for n in range(25)]
    after = 10.0 + sum(step.value for step in steps)
    figure = waterfall(Item("a", 10.0), steps, Item("b", after), "kg")
    assert len(figure.table.rows) == 12
