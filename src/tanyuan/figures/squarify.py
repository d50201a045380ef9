"""Dividing a rectangle: squarified for things by size, in strips for things in an order."""

from __future__ import annotations

from collections.abc import Sequence

_SPECK = 1e-9

Rect = tuple[float, float, float, float]
"""x, y, width, height."""


def _worst(row: Sequence[float], side: float) -> float:
    """The worst ratio of long to short side in a row laid along a side."""
    total = sum(row)
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))


def squarify(sizes: Sequence[float], box: Rect) -> list[Rect]:
    """Rectangles with areas proportional to sizes, as square as can be.

    Bruls, Huizing and van Wijk (2000), Squarified treemaps, Proceedings of the Joint Eurographics
    and IEEE TCVG Symposium on Visualization, pp. 33–42.

    Args:
        sizes: larger than zero, largest first.
        box: what is divided.
    """
    x, y, w, h = box
    total = sum(sizes)
    areas = [size / total * w * h for size in sizes] if total > 0 else []
    # What is a speck of a speck has no area, and cannot be divided by
    areas = [area for area in areas if area > _SPECK]
    found: list[Rect] = []
    start = 0
    while start < len(areas):
        side = min(w, h)
        if side <= 0:
            break
        stop = start + 1
        worst = _worst(areas[start:stop], side)
        while stop < len(areas):
            worse = _worst(areas[start : stop + 1], side)
            if worse > worst:
                break
            worst, stop = worse, stop + 1
        row = areas[start:stop]
        thick = min(sum(row) / side, max(w, h))
        place = 0.0
        for area in row:
            long = area / thick if thick > 0 else 0.0
            if w >= h:
                found.append((x, y + place, thick, long))
            else:
                found.append((x + place, y, long, thick))
            place += long
        if w >= h:
            x, w = x + thick, w - thick
        else:
            y, h = y + thick, h - thick
        start = stop
    return found + [(x, y, 0.0, 0.0)] * (len(sizes) - len(found))


def _partitions(count: int) -> list[list[int]]:
    """Every way to divide so many things, in their order, into groups: the sizes of the groups."""
    found = []
    for cuts in range(2 ** max(0, count - 1)):
        groups = [1]
        for n in range(count - 1):
            if cuts >> n & 1:
                groups.append(1)
            else:
                groups[-1] += 1
        found.append(groups)
    return found


def _in_strips(areas: Sequence[float], groups: Sequence[int], box: Rect) -> list[Rect]:
    """Filled strip by strip, each across the whole box: left to right, top to bottom."""
    x, y, w, _ = box
    found: list[Rect] = []
    start = 0
    for count in groups:
        group = areas[start : start + count]
        high = sum(group) / w
        place = x
        for area in group:
            found.append((place, y, area / high, high))
            place += area / high
        start, y = start + count, y + high
    return found


def strips(sizes: Sequence[float], box: Rect) -> list[Rect]:
    """Rectangles in reading order, in strips, as square on the mean as can be.

    Strip treemap: Bederson, Shneiderman and Wattenberg (2002), Ordered and quantum treemaps, ACM
    Transactions on Graphics 21(4), section 3.3; of few things every division is tried. Strips may
    run across or down.

    Args:
        sizes: larger than zero, at most eight, in their order.
        box: what is divided.
    """
    x, y, w, h = box
    total = sum(sizes)
    if len(sizes) > 8:
        raise ValueError(f"too many for strips: {len(sizes)}")
    if not sizes or total <= 0 or w <= 0 or h <= 0:
        return [(x, y, 0.0, 0.0) for _ in sizes]
    areas = [max(size / total * w * h, _SPECK) for size in sizes]
    best: list[Rect] = []
    least = float("inf")
    for groups in _partitions(len(areas)):
        across = _in_strips(areas, groups, box)
        down = [(b, a, d, c) for a, b, c, d in _in_strips(areas, groups, (y, x, h, w))]
        for places in (across, down):
            stretched = sum(max(c / d, d / c) for _, _, c, d in places)
            if stretched < least * (1 - 1e-9):
                best, least = places, stretched
    return best
