"""The flow diagram: what goes in comes out."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanyuan.figures import LIGHT, Flow, Item, Look, Loop, Stage, sankey
from tanyuan.figures.sankey_layout import REST, lay_out
from tanyuan.languages import in_language

FLOWS = [
    Flow("Cotton", "Fibres", 8.84, href="/lines/1"),
    Flow("Elastane", "Fibres", 1.24),
    Flow("Power", "Weaving", 4.01),
    Flow("Power", "Dyeing", 6.29),
    Flow("Steam", "Dyeing", 4.31),
]
STAGES = [Stage("Fibres", "/stages/1"), Stage("Weaving"), Stage("Dyeing")]
TOTAL = 24.69


def placed(flows=FLOWS, stages=STAGES, tall=300.0):
    return lay_out(flows, stages, tall, (20.0, 12.0), aligned=False)


def test_heights_are_proportional():
    layout = placed()
    assert layout.total.height == 300.0
    for node in (*layout.sources, *layout.stages):
        assert node.height == pytest.approx(node.value / TOTAL * 300.0)
    assert [node.name for node in layout.stages] == ["Fibres", "Weaving", "Dyeing"]
    assert [node.name for node in layout.sources] == ["Cotton", "Elastane", "Power", "Steam"]


def assert_conserved(layout):
    """Ribbons fill every bar on both sides without gap or overlap."""
    for nodes, ribbons, start in (
        (layout.sources, layout.ribbons, True),
        (layout.stages, layout.ribbons, False),
        (layout.stages, layout.tails, True),
        ([layout.total], layout.tails, False),
    ):
        for node in nodes:
            own = [r for r in ribbons if (r.source if start else r.stage) == node.key]
            places = sorted(((r.start if start else r.stop), r.height) for r in own)
            assert sum(r.value for r in own) == pytest.approx(node.value)
            edge = node.y
            for place, height in places:
                assert place == pytest.approx(edge, abs=1e-6)
                edge += height
            assert edge == pytest.approx(node.y + node.height, abs=1e-6)


def test_flows_are_conserved():
    assert_conserved(placed())


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 9), st.floats(0.001, 1e6)),
        min_size=1,
        max_size=60,
    )
)
def test_any_flows_are_conserved_and_joined(found):
    stages = [Stage(f"stage {n}") for n in range(10)]
    layout = placed([Flow(f"source {s}", f"stage {t}", v) for s, t, v in found], stages)
    assert_conserved(layout)
    assert len(layout.sources) <= 10
    assert len(layout.stages) <= 7
    gross = sum(v for *_, v in found)
    assert layout.total.value == pytest.approx(gross)
    assert sum(node.value for node in layout.sources) == pytest.approx(gross)
    for nodes in (layout.sources, layout.stages):
        middles = [node.middle for node in nodes]
        gaps = [b - a for a, b in pairwise(middles)]
        assert all(gap >= 20 - 1e-6 for gap in gaps)
        assert all(node.key != REST for node in nodes[:-1])


def test_small_sources_are_joined():
    flows = [Flow("Large", "Fibres", 100.0), *(Flow(f"small {n}", "Fibres", 0.1) for n in range(4))]
    with in_language("en"):
        layout = placed(flows)
    assert [node.name for node in layout.sources] == ["Large", "The rest"]
    assert layout.sources[1].value == pytest.approx(0.4)
    alone = placed([Flow("Large", "Fibres", 100.0), Flow("small", "Fibres", 0.1)])
    assert [node.name for node in alone.sources] == ["Large", "small"]


def drawn_total(drawing):
    return next(box for box in drawing.boxes("node") if box[2] == 12)


def test_what_is_drawn_is_what_was_laid_out(drawn):
    drawing = drawn(sankey(FLOWS, STAGES, "kg", interval=(22.0, 28.0)))
    assert drawn_total(drawing)[3] == pytest.approx(300.0)
    heights = [box[3] for box in drawing.boxes("node")[:4]]
    assert heights == pytest.approx([v / TOTAL * 300 for v in (8.84, 1.24, 10.3, 4.31)], abs=0.1)
    assert len(drawing.all("path", "flow")) == 8
    for path in drawing.all("path", "flow"):
        y = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))][1::2]
        assert min(y) >= 0


def test_doors_lead_to_lines_and_stages(drawn):
    drawing = drawn(sankey(FLOWS, STAGES, "kg", interval=(22.0, 28.0)))
    links = [link.get("href") for link in drawing.all("a")]
    assert links.count("/lines/1") == 1
    assert links.count("/stages/1") == 2
    assert drawing.root.get("role") == "group"
    assert not drawn(sankey(FLOWS, STAGES, "kg", look=Look(palette=LIGHT))).all("a")


def test_the_finding_is_said():
    with in_language("en"):
        figure = sankey(FLOWS, STAGES, "kg CO₂e", interval=(22.01, 28.99))
    assert figure.description == (
        "Total 24.69 kg CO₂e. 95 %: 22.0 – 29.0. "
        "Largest stages: Dyeing 10.6 (42.9 %), Fibres 10.1 (40.8 %), Weaving 4.01 (16.2 %). "
        "Largest sources: Power 10.3 (41.7 %), Cotton 8.84 (35.8 %)."
    )
    assert figure.table.rows[0] == ("Fibres", "Cotton", "8.840", "35.8 %", "measured")
    assert figure.table.rows[-1] == ("Total", "", "24.69", "", "22.0 – 29.0")


def test_removals_are_hatched_apart_and_lower_the_total(drawn):
    with in_language("en"):
        figure = sankey(
            [*FLOWS, Flow("Slag", "Dyeing", -4.69, href="/s")], STAGES, "kg", interval=(1, 30)
        )
    drawing = drawn(figure)
    assert "Total 20.00 kg." in figure.description
    assert "Taken away: Slag −4.69." in figure.description
    assert drawn_total(drawing)[3] == pytest.approx(20 / TOTAL * 300, abs=0.1)
    assert drawing.all("path", "k-rem")
    assert any(text.startswith("Slag") for text in drawing.texts())
    assert any("hatched" in note for note in figure.notes)


def test_what_is_unknown_stands_at_the_foot(drawn):
    with in_language("en"):
        for narrow in (False, True):
            look = Look(narrow=narrow)
            figure = sankey(
                [*FLOWS, Flow("Buttons", "Dyeing", known=False)], STAGES, "kg", look=look
            )
            drawing = drawn(figure)
            assert len(drawing.boxes("m0")) == 1
            assert drawing.boxes("m0")[0][1] > max(box[1] for box in drawing.boxes("node"))
            assert "Buttons no value" in drawing.texts()
            assert figure.description.startswith("Total, incomplete 24.69")


def test_returns_are_dashed_below_the_axis_with_factor_zero(drawn):
    loops = [Loop(f"Gas {n}", "Dyeing", "Weaving", "/gas") for n in range(9)]
    with in_language("en"):
        figure = sankey(FLOWS, STAGES, "kg", loops=loops)
        phone = sankey(FLOWS, STAGES, "kg", loops=loops, look=Look(narrow=True))
    drawing = drawn(figure)
    lowest = max(box[1] + box[3] for box in drawing.boxes())
    paths = drawing.all("path", "back")
    assert len(paths) == 6
    assert all(float(re.findall(r"[\d.]+", p.get("d"))[1]) > lowest for p in paths)
    assert "factor 0" in drawing.texts("t2")
    assert "Gas 0: Dyeing → Weaving" in drawing.texts()
    assert any("factor 0" in note for note in figure.notes)
    assert "factor 0" in drawn(phone).texts()[-1]


def test_no_band_is_a_hollow_total_and_said(drawn):
    with in_language("en"):
        figure = sankey(FLOWS, STAGES, "kg")
    assert any(p.get("fill-rule") for p in drawn(figure).all("path", "node"))
    assert "no band known" in drawn(figure).texts()
    assert "No band is known for the total." in figure.notes


def test_the_phone_has_two_columns_and_the_total_in_the_head(drawn):
    with in_language("en"):
        figure = sankey(FLOWS, STAGES, "kg", interval=(22.0, 28.0), look=Look(narrow=True))
    drawing = drawn(figure)
    assert drawing.texts()[0] == "Total 24.69 kg"
    assert len(drawing.all("path", "flow")) == 5
    assert {box[0] for box in drawing.boxes()} == {0.0, 350.0}


def test_unknown_and_doubled_stages_are_refused():
    with pytest.raises(ValueError, match="no such stage: Sewing"):
        sankey([Flow("Power", "Sewing", 1.0)], STAGES, "kg")
    with pytest.raises(ValueError, match="no such stage: Sewing"):
        sankey(FLOWS, STAGES, "kg", loops=[Loop("x", "Dyeing", "Sewing")])
    with pytest.raises(ValueError, match="one name"):
        sankey(FLOWS, [*STAGES, Stage("Dyeing")], "kg")


def test_long_names_break_beside_high_bars_and_are_cut_beside_low_ones(drawn):
    name = "Yarn of conventional cotton from farming to spinning"
    drawing = drawn(
        sankey([Flow(name, "Fibres", 10.0), Flow(name * 2, "Dyeing", 0.4)], STAGES, "kg")
    )
    ends = drawing.texts("end")
    assert len(ends) > 2
    assert any("…" in text for text in ends)
    assert any(e.text == name * 2 for e in drawing.all("title"))


def test_an_exact_total_has_no_band():
    with in_language("en"):
        figure = sankey([Flow("a", "Fibres", 2.0)], STAGES, "pieces", interval=(2.0, 2.0))
    assert figure.table.rows[-1][-1] == "exact"
    assert Item("Total", 2.0, (2.0, 2.0)).exact
