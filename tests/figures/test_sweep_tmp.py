"""Whatever goes in, something sound comes out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tanyuan.figures import (
    GREY,
    LIGHT,
    PAGE,
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
    join_stages,
    lognormal_curve,
    radar,
    sample_curve,
    sankey,
    seal,
    sill,
    strip,
    strip_mark,
    tilemap,
    treemap,
    waterfall,
)

numbers = st.one_of(
    st.floats(-1e30, 1e30), st.floats(-100, 100), st.sampled_from([0.0, -0.0, 5e-324, 1e-300, 1.0])
)
labels = st.text(max_size=40) | st.sampled_from(["染整", "a" * 300, "e\u0301" * 40, "👩‍🏭" * 30])


@st.composite
def items(draw, stages=True):
    value = draw(numbers)
    band = draw(st.none() | st.tuples(numbers, numbers).map(lambda p: (min(p), max(p))))
    return Item(
        draw(labels),
        value,
        draw(st.sampled_from([band, (value, value)])),
        draw(st.sampled_from(["measured", "database", "estimated"])),
        draw(st.integers(0, 7)) if stages else None,
        href=draw(st.sampled_from(["", "/x"])),
        known=draw(st.booleans()),
    )


looks = st.sampled_from(
    [PAGE, Look(narrow=True), Look(palette=LIGHT), Look(narrow=True, palette=GREY)]
)
few = settings(max_examples=1500, deadline=None)


@few
@given(st.lists(items(), max_size=20), looks, st.booleans())
def test_any_bars(drawn, found, look, keep):
    kwargs = {"bands": keep, "keep_order": keep, "limit": Limit("x", 3.0) if keep else None}
    drawn(bar(found, "kg CO₂e", look=look, **kwargs)).check()
    for row in bar_rows(found, "kg"):
        drawn(row.svg).check()
    drawn(bar(join_stages(found), "kg", look=look)).check()


@few
@given(st.lists(items(), max_size=12), looks)
def test_any_strip(drawn, found, look):
    drawn(strip(found, "kg", look=look)).check()
    drawn(strip_mark(found, "kg")).check()


@few
@given(st.lists(st.floats(-1e6, 1e6), max_size=15), st.floats(-1e6, 1e6), labels, looks)
def test_any_waterfall(drawn, changes, start, label, look):
    steps = [Step(label, c, ["factor", "activity"][n % 2]) for n, c in enumerate(changes)]
    after = start + sum(changes)
    figure = waterfall(
        Item(label, start), steps, Item(label, after, (after, after)), "kg", look=look
    )
    drawn(figure).check()


@few
@given(st.lists(numbers, min_size=2, max_size=60), numbers, looks)
def test_any_samples(drawn, samples, value, look):
    drawn(distribution(value, sample_curve(samples), "kg", look=look)).check()


@few
@given(numbers.filter(lambda x: abs(x) > 1e-29), st.floats(1, 1000), numbers, looks)
def test_any_lognormal(drawn, median, gsd, value, look):
    if abs(median) < 1e20:
        drawn(distribution(value, lognormal_curve(median, gsd), "kg", look=look)).check()


@few
@given(st.lists(items(), max_size=40), items(), looks)
def test_any_dots(drawn, found, mine, look):
    drawn(dots(found, mine, "kg", look=look)).check()


@few
@given(
    st.lists(st.tuples(labels, st.integers(0, 9), numbers, st.booleans()), max_size=40), looks,
    st.lists(labels, min_size=10, max_size=10, unique=True),
)  # fmt: skip
def test_any_sankey(drawn, found, look, names):
    flows = [Flow(s, names[n], v, known=k) for s, n, v, k in found]
    drawn(sankey(flows, [Stage(name) for name in names], "kg", look=look)).check()


@few
@given(st.lists(items(), max_size=60), looks)
def test_any_treemap(drawn, found, look):
    names = {n: f"stage {n}" for n in range(8)}
    drawn(treemap(found, names, "kg", look=look)).check()


@few
@given(st.dictionaries(st.sampled_from(["CN-SD", "上海市", "110000", "CN-HK"]), numbers), looks)
def test_any_tilemap(drawn, found, look):
    tiles = [Item(name, value) for name, value in found.items()]
    drawn(tilemap("china", tiles, "kg", look=look)).check()


@few
@given(st.lists(st.tuples(labels, st.floats(1, 5), st.booleans()), min_size=3, max_size=6), looks)
def test_any_radar(drawn, found, look):
    scores = [Item(label, value, known=known) for label, value, known in found]
    drawn(radar(scores, 2.0, "C", look=look)).check()


@few
@given(items(), looks, st.binary(min_size=32, max_size=32))
def test_any_sill_and_seal(drawn, item, look, digest):
    svg = sill(item, named=True, look=look)
    assert svg or not item.known
    if svg:
        drawn(svg).check()
    drawn(seal(digest.hex(), look=look)).check()
