"""Data → SVG pictures, used by pages, PDF, Word and labels alike.

Every figure is a pure function of small immutable values; the same input gives the same bytes. What
it draws has one geometry for all media: with class names for pages (`Look()`), with the colours of
a palette written in for everything else (`Look(palette=LIGHT)`), and a drawing of its own for
phones (`Look(narrow=True)`).
"""

from tanyuan.figures.bar import BarRow, bar, bar_rows
from tanyuan.figures.density import (
    Curve,
    curve_through,
    lognormal_curve,
    normal_curve,
    sample_curve,
)
from tanyuan.figures.distribution import distribution
from tanyuan.figures.dots import dots
from tanyuan.figures.items import PAGE, Cause, Figure, How, Item, Kind, Limit, Look, Table
from tanyuan.figures.palette import GREY, LIGHT, PRINT, Palette
from tanyuan.figures.radar import radar
from tanyuan.figures.regions import Region, layouts, regions
from tanyuan.figures.sankey import sankey
from tanyuan.figures.sankey_layout import Flow, Loop, Stage
from tanyuan.figures.scale import one_unit
from tanyuan.figures.seal import seal
from tanyuan.figures.sill import sill
from tanyuan.figures.stages import join_stages, stage_numbers
from tanyuan.figures.strip import strip, strip_mark
from tanyuan.figures.tilemap import tilemap
from tanyuan.figures.treemap import treemap
from tanyuan.figures.waterfall import Step, waterfall

__all__ = [
    "GREY",
    "LIGHT",
    "PAGE",
    "PRINT",
    "BarRow",
    "Cause",
    "Curve",
    "Figure",
    "Flow",
    "How",
    "Item",
    "Kind",
    "Limit",
    "Look",
    "Loop",
    "Palette",
    "Region",
    "Stage",
    "Step",
    "Table",
    "bar",
    "bar_rows",
    "curve_through",
    "distribution",
    "dots",
    "join_stages",
    "layouts",
    "lognormal_curve",
    "normal_curve",
    "one_unit",
    "radar",
    "regions",
    "sample_curve",
    "sankey",
    "seal",
    "sill",
    "stage_numbers",
    "strip",
    "strip_mark",
    "tilemap",
    "treemap",
    "waterfall",
]
