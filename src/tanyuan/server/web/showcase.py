"""What the public home shows of the published examples: their numbers, stages, and one way in."""

from __future__ import annotations

from dataclasses import dataclass

from tanyuan.documents.numbers import decimal_string, shown
from tanyuan.figures.items import How, Item
from tanyuan.figures.sill import sill
from tanyuan.figures.stages import colour_class, join_stages
from tanyuan.figures.strip import strip_mark
from tanyuan.figures.text import wrap
from tanyuan.footprint.result import Footprint
from tanyuan.footprint.words import shown_unit
from tanyuan.languages import Message
from tanyuan.reports.wording import gas_name, share_of, unit_name
from tanyuan.server.studies.models import StudyRecord
from tanyuan.server.studies.queries import footprint_of, public_examples

_KEYS = 3
_LABEL = 13
# Left edge, top, width, height of each door, as in the design; the floor is at the end
_WIDE = ((3, 52, 180, 300), (193, 112, 142, 240), (345, 162, 114, 190), (469, 202, 90, 150))
_WIDE_FLOOR = 352
_NARROW = ((3, 16, 128, 190), (139, 50, 104, 156), (251, 78, 92, 128))
_NARROW_FLOOR = 206


@dataclass(frozen=True, slots=True)
class Key:
    """A colour of the strip with the stage it stands for."""

    label: str
    colour: str


@dataclass(frozen=True, slots=True)
class Example:
    """A published study as the home shows it."""

    id: str
    name: str
    sub: str
    total: str
    unit: str
    sill: str
    strip: str
    keys: tuple[Key, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A door of the drawing: what it says and where it stands."""

    label: str
    value: str
    unit: str
    band: tuple[float, float] | None
    box: tuple[float, float, float, float]
    size: float

    @property
    def label_lines(self) -> list[tuple[float, str]]:
        """The label in at most two lines, each with its height."""
        lines = wrap(self.label, _LABEL, self.box[2] * 0.82 - 6, 2)
        top = self.box[1] + self.box[3] * 0.26 - (len(lines) - 1) * _LABEL * 0.6
        return [(top + n * _LABEL * 1.25, line) for n, line in enumerate(lines)]

    @property
    def leaf(self) -> str:
        """The open leaf of the door."""
        x, y, w, h = self.box
        floor = y + h
        return f"M{x} {y}l{w * 0.15:.1f} {h * 0.05:.1f}V{floor - h * 0.035:.1f}L{x} {floor}z"

    @property
    def path(self) -> str:
        """The frame."""
        x, y, w, h = self.box
        return f"M{x} {y + h}V{y}H{x + w}V{y + h}"

    @property
    def middle(self) -> float:
        """Where the texts are centred: between leaf and right post."""
        return self.box[0] + self.box[2] * 0.575

    @property
    def heights(self) -> tuple[float, float]:
        """Where value and unit stand."""
        y, h = self.box[1], self.box[3]
        return y + h * 0.57, y + h * 0.77

    @property
    def threshold(self) -> tuple[float, float, float, float]:
        """On the floor: left end and width of the band, the tick, the floor itself."""
        x, y, w, h = self.box
        middle, floor = x + w / 2, y + h
        if self.band is None:
            return middle, 0.0, middle, floor
        left, right = (middle + max(-0.5, min(0.5, end)) * w for end in self.band)
        return left, right - left, middle, floor


@dataclass(frozen=True, slots=True)
class Doorway:
    """The way from a result inwards, drawn wide and narrow, and in words."""

    study: str
    wide: tuple[Frame, ...]
    narrow: tuple[Frame, ...]
    words: str


def _how(footprint: Footprint) -> How:
    return How.MEASURED if footprint.primary_share >= 0.5 else How.DATABASE


def _example(record: StudyRecord, footprint: Footprint) -> Example:
    study, unit = footprint.study, shown_unit(footprint)
    found = footprint.uncertainty
    total = Item("", footprint.total, found.interval if found else None, _how(footprint))
    known = [Item(footprint.stage_name(s), v) for s, v in footprint.by_stage.items()]
    stages = join_stages([item for item in known if item.value])
    largest = sorted(stages, key=lambda item: -abs(item.value))[:_KEYS]
    return Example(
        str(record.pk),
        study.name,
        f"{decimal_string(study.amount)} {study.unit.name} · {study.boundary.label}",
        shown(footprint.total),
        unit,
        sill(total, named=True) if total.interval else "",
        strip_mark(stages, unit) if len(stages) > 1 else "",
        tuple(Key(item.label, colour_class(item)) for item in largest),
        _say(footprint, largest),
    )


def _say(footprint: Footprint, largest: list[Item]) -> str:
    if not footprint.complete:
        count = len(footprint.gaps)
        return str(Message("Incomplete, and it says so. Values missing: {count}.", count=count))
    if not largest:
        return ""
    share = share_of(largest[0].value, footprint.total)
    return str(Message("{stage}: {share} of the total.", stage=largest[0].label, share=share))


def _deviation(value: float, interval: tuple[float, float] | None) -> tuple[float, float] | None:
    if interval is None or not value:
        return None
    return (interval[0] - value) / abs(value), (interval[1] - value) / abs(value)


def _doorway(record: StudyRecord, footprint: Footprint) -> Doorway | None:
    """From the total through its largest stage and that stage's largest line to its factor."""
    stage = max(footprint.by_stage, key=lambda s: footprint.by_stage[s], default=None)
    lines = [line for line in footprint.lines if line.stage == stage and line.value]
    if stage is None or not lines:
        return None
    line = max(lines, key=lambda one: one.value or 0.0)
    if line.intensity is None or line.value is None:
        return None
    found = footprint.uncertainty
    part = footprint.by_stage[stage]
    gas = gas_name("CO2" if footprint.co2_only else "CO2e")
    bands = found.stages if found else {}
    says = [
        (
            str(Message("total")),
            shown(footprint.total),
            shown_unit(footprint),
            _deviation(footprint.total, found.interval if found else None),
        ),
        (
            footprint.stage_name(stage),
            shown(part),
            f"kg · {share_of(part, footprint.total)}",
            _deviation(part, bands.get(stage)),
        ),
        (
            str(Message("largest line")),
            shown(line.value),
            f"kg {gas}",
            _deviation(line.value, line.interval),
        ),
        (str(Message("factor")), shown(line.intensity), f"kg/{unit_name(line.unit)}", None),
    ]
    sizes = (46, 36, 28, 22)
    wide = tuple(Frame(*say, box, size) for say, box, size in zip(says, _WIDE, sizes, strict=True))
    narrow = tuple(
        Frame(*say, box, size) for say, box, size in zip(says, _NARROW, (36, 28, 22), strict=False)
    )
    words = "; ".join(f"{label} {value} {unit}" for label, value, unit, _ in says)
    return Doorway(str(record.pk), wide, narrow, f"{footprint.study.name}: {words}")


def showcase() -> tuple[list[Example], Doorway | None]:
    """The published examples, and the drawing of the first whose band is known."""
    records = list(public_examples().order_by("created_at"))
    made = [(record, footprint_of(record.latest)) for record in records if record.revisions.all()]
    real = [(record, footprint) for record, footprint in made if not footprint.study.synthetic]
    banded = [pair for pair in real if pair[1].uncertainty and pair[1].uncertainty.interval]
    way = next((door for pair in banded or real if (door := _doorway(*pair))), None)
    return [_example(*pair) for pair in real], way
