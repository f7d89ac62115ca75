"""Features at one point of the paper: side by side, or a circle with their count."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.sheets.paper import Box

# Side of the cells in which the features of a crowded map are counted, millimetres on A4, and the smallest figure.
_CELL, LEAST_POINTS = 7.0, 3.4
# Points of a count to each millimetre of the radius of its circle, by height, and by width of a single figure.
_HIGHEST, _WIDEST = 2.9, 7.36


@dataclass
class Stack:
    """Features at one point of the paper."""

    x: float
    y: float
    rows: list[int]
    radius: float = 0.0


def at_points(shapes: NDArray[np.object_], anchors: NDArray[np.float64]) -> list[Stack]:
    """Group features of one kind of shape that fall on one point of the paper (within 0.4 mm), in the order met.

    Lines and areas of one middle are the same line or area: several things along a river, say.
    """
    groups: dict[tuple[int, int, int], Stack] = {}
    for i, (size, (x, y)) in enumerate(zip(shapely.get_dimensions(shapes).tolist(), anchors, strict=True)):
        key = (size, round(x / 0.4), round(y / 0.4))
        groups.setdefault(key, Stack(x, y, [])).rows.append(i)
    return list(groups.values())


def counted(shapes: NDArray[np.object_], anchors: NDArray[np.float64], box: Box, unit: float) -> list[Stack]:
    """Group the point features of a crowded map by the cells of a grid, with circles that grow with the count.

    The cells divide the map (``box``, millimetres) evenly, so that no circle stands across its edge. Lines and areas
    stay by themselves.
    """
    flat = shapely.get_dimensions(shapes) == 0
    size = _CELL * unit
    across, up = (max(int(side / size), 1) for side in (box.width, box.height))
    wide, high = box.width / across, box.height / up
    cells = np.floor((anchors - (box.x, box.y)) / (wide, high)).astype(int)
    cells = np.clip(cells, 0, (across - 1, up - 1))
    groups: dict[tuple[int, int], list[int]] = {}
    for i in np.flatnonzero(flat).tolist():
        groups.setdefault((int(cells[i, 0]), int(cells[i, 1])), []).append(i)
    most = max((len(rows) for rows in groups.values()), default=1)
    result = [Stack(float(anchors[i, 0]), float(anchors[i, 1]), [i]) for i in np.flatnonzero(~flat).tolist()]
    for (column, row), rows in groups.items():
        radius = max(size * (0.16 + 0.32 * math.sqrt(len(rows) / most)), figure_radius(len(rows)) * unit)
        result.append(Stack(box.x + (column + 0.5) * wide, box.y + (row + 0.5) * high, rows, radius))
    return result


def side_by_side(count: int, size: float) -> NDArray[np.float64]:
    """Return offsets (millimetres) of ``count`` symbols set side by side around a point."""
    if count == 1:
        return np.zeros((1, 2))
    columns = math.ceil(math.sqrt(count))
    step = size * 1.12
    index = np.arange(count)
    x, y = index % columns, index // columns
    return np.column_stack([(x - (columns - 1) / 2) * step, (y.max() / 2 - y) * step])


def part(badges: Sequence[Stack], box: Box, unit: float) -> None:
    """Move circles that would cover each other apart, and those at the edge into the map."""
    radius = [g.radius + 0.3 * unit for g in badges]
    for _ in range(30):
        moved = False
        for i, a in enumerate(badges):
            for j in range(i):
                b, need = badges[j], radius[i] + radius[j]
                away = math.hypot(a.x - b.x, a.y - b.y)
                if away >= need:
                    continue
                moved = True
                across, up = ((a.x - b.x) / away, (a.y - b.y) / away) if away else (1.0, 0.0)
                push = (need - away) / 2 + 1e-6
                a.x, a.y = a.x + across * push, a.y + up * push
                b.x, b.y = b.x - across * push, b.y - up * push
        if not moved:
            break
    for g, r in zip(badges, radius, strict=True):
        g.x, g.y = min(max(g.x, box.x + r), box.right - r), min(max(g.y, box.y + r), box.top - r)


def aside(badge: Stack, symbols: NDArray[np.float64], area: BaseGeometry | None, unit: float) -> None:
    """Move a circle that stands for a region a little, to where it covers the fewest symbols.

    Parameters
    ----------
    symbols
        Array ``(n, 3)`` of x, y and radius, millimetres.
    area
        The region on the paper (millimetres), which it does not leave.
    """
    if not len(symbols) or area is None:
        return
    spots = [(badge.x, badge.y)] + [
        (badge.x + away * unit * math.cos(turn), badge.y + away * unit * math.sin(turn))
        for away in (2, 4, 6, 8)
        for turn in np.linspace(0, 2 * math.pi, 16, endpoint=False).tolist()
    ]
    reach = symbols[:, 2] + badge.radius + 0.3 * unit
    inside = [spot for spot in spots if area.contains(shapely.Point(spot))] or spots[:1]
    covered = [int((np.hypot(symbols[:, 0] - x, symbols[:, 1] - y) < reach).sum()) for x, y in inside]
    badge.x, badge.y = inside[int(np.argmin(covered))]


def runs(numbers: Sequence[int]) -> str:
    """Return rising numbers with runs drawn together.

    Examples
    --------
    >>> runs([3, 4, 5, 9])
    '3–5,9'
    """
    parts: list[list[int]] = []
    for n in numbers:
        if parts and n == parts[-1][-1] + 1:
            parts[-1].append(n)
        else:
            parts.append([n])
    return ",".join(str(p[0]) if len(p) == 1 else f"{p[0]}{'–' if len(p) > 2 else ','}{p[-1]}" for p in parts)


def listed(numbers: Sequence[int], wide: int = 12) -> str:
    r"""Return rising numbers with runs drawn together, in lines of at most ``wide`` characters where they can be.

    Examples
    --------
    >>> listed([1, 2, 3, 14, 20, 31, 40])
    '1–3,14,20,31,\n40'
    """
    lines = [""]
    for part in (parts := runs(numbers).split(",")):
        if lines[-1] and len(lines[-1]) + len(part) > wide:
            lines.append("")
        lines[-1] += part + ","
    return "\n".join(lines).removesuffix(",") if parts else ""


def figure_radius(count: int) -> float:
    """Return the radius in millimetres on A4 of the smallest circle that holds a count in figures one can read."""
    return LEAST_POINTS / figure_points(count, 1.0) * 1.001


def figure_points(count: int, radius: float) -> float:
    """Return the size in points of a count in a circle of some radius in millimetres."""
    return radius * min(_HIGHEST, _WIDEST / len(str(count)))


def badge_radius(count: int, unit: float) -> float:
    """Return the radius in millimetres of the circle that stands for so many features."""
    return (1.7 + 0.45 * math.log10(count) * 2) * unit
