"""How good the data of a footprint are, indicator by indicator."""

from __future__ import annotations

import math

from tanyuan.footprint.result import Footprint
from tanyuan.footprint.study import Role
from tanyuan.quality.pedigree import INDICATORS


def indicator_means(footprint: Footprint) -> dict[str, float]:
    """The mean pedigree score of each indicator, 1 (best) to 5, weighted by the lines' size.

    Only counted lines that state scores take part; without one the result is empty.
    """
    scores = {line.id: line.pedigree for line in footprint.study.lines if line.pedigree}
    scored = [
        (abs(line.value), scores[line.id])
        for line in footprint.lines
        if line.role is Role.COUNTED and line.value and line.id in scores
    ]
    whole = math.fsum(size for size, _ in scored)
    return {
        name: math.fsum(size * given[place] for size, given in scored) / whole
        for place, name in enumerate(INDICATORS)
        if whole
    }
