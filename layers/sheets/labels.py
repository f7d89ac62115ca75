"""Where the words stand on a map sheet: labels that touch neither each other nor the frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import textalloc
from matplotlib.figure import Figure
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.sheets.paper import Box
from layers.sheets.typeface import LEADING, MM_PER_INCH, font, text_width, wrap

# Its annotations forbid what its documentation allows (no scatter, arrays of sizes).
_allocate: Any = textalloc.allocate
# Labels are measured at this resolution; a pixel is 0.13 mm.
_DPI = 200
# Leaders are kept apart among so many labels at most: the time grows with the square.
_FEW = 80
# A leader shorter than this would be lost between symbol and word.
_LEADER_MM = 1.6


@dataclass(frozen=True)
class Label:
    """A label that wants a place.

    Attributes
    ----------
    text
        One or more lines.
    x, y
        The point it belongs to, millimetres on the paper.
    points
        Size of type.
    reach
        Radius of the symbol in millimetres.
    """

    text: str
    x: float
    y: float
    points: float
    reach: float


@dataclass(frozen=True)
class Placed:
    """A label with its place: the lower left corner, and the leader to its symbol when it stands apart."""

    label: Label
    x: float
    y: float
    leader: tuple[float, float, float, float] | None


def place(
    labels: Sequence[Label],
    box: Box,
    *,
    symbols: NDArray[np.float64],
    blocks: Sequence[Box] = (),
    edges: Sequence[Box] = (),
    far: float = 16.0,
    gap: float = 0.35,
    strict: bool = False,
) -> list[Placed | None]:
    """Find places without overlap for labels, the first ones first.

    Parameters
    ----------
    labels
        In falling priority.
    box
        The map frame; labels stay inside.
    symbols
        Array ``(n, 3)`` of x, y and radius (millimetres) that no label may cover.
    blocks
        Rectangles that no label may cover.
    edges
        Rectangles whose edges no label may cover; what is inside is free.
    far
        Longest way from symbol to label in millimetres.
    gap
        Least distance between labels in millimetres.
    strict
        Whether no label may cover the leader of another.

    Returns
    -------
    list
        In the order given; None where there is no room.
    """
    if not labels:
        return []
    # A figure of its own, as large as the map: textalloc measures in fractions of the axes and draws the figure.
    scratch = Figure(figsize=(box.width / MM_PER_INCH, box.height / MM_PER_INCH), dpi=_DPI)
    axes = scratch.add_axes((0, 0, 1, 1))
    axes.set_xlim(box.x, box.right)
    axes.set_ylim(box.y, box.top)
    axes.set_axis_off()
    few = len(labels) <= _FEW
    per_mm = _DPI / MM_PER_INCH
    lines = [_hatched(block) for block in blocks] + [_around(edge) for edge in edges]
    wanted: dict[str, Any] = {
        "x_scatter": symbols[:, 0] if len(symbols) else None,
        "y_scatter": symbols[:, 1] if len(symbols) else None,
        "scatter_sizes": symbols[:, 2] * per_mm if len(symbols) else None,
        "text_scatter_sizes": [label.reach * per_mm for label in labels],
        "x_lines": [line[0] for line in lines] or None,
        "y_lines": [line[1] for line in lines] or None,
        "textsize": [label.points for label in labels],
        "margin": gap / box.width,
        "min_distance": gap / box.width,
        "max_distance": far / box.width,
        "nbr_candidates": 160,
        "draw_lines": few,
        "draw_all": False,
        "auto_ha": False,
        "avoid_label_lines_overlap": strict and few,
        "fontproperties": font(),
        "ha": "left",
        "va": "bottom",
        "parse_math": False,
        "linespacing": LEADING,
    }
    x, y, text = [label.x for label in labels], [label.y for label in labels], [label.text for label in labels]
    try:
        positions, leaders, _, _ = _allocate(axes, x, y, text, avoid_crossing_label_lines=few, **wanted)
    except AssertionError:
        # textalloc 1.2.4 gives up when the first label needs no leader: there is none for the second to cross.
        positions, leaders, _, _ = _allocate(axes, x, y, text, avoid_crossing_label_lines=False, **wanted)
    result: list[Placed | None] = []
    for label, position, leader in zip(labels, positions, leaders, strict=True):
        if position is None:
            result.append(None)
            continue
        line = None
        if leader is not None:
            (end_x, start_x), (end_y, start_y), _ = leader
            if math.hypot(end_x - start_x, end_y - start_y) > label.reach + _LEADER_MM:
                line = (start_x, start_y, end_x, end_y)
        result.append(Placed(label, position[0], position[1], line))
    return result


def _around(box: Box) -> tuple[list[float], list[float]]:
    return [box.x, box.right, box.right, box.x, box.x], [box.y, box.y, box.top, box.top, box.y]


def _hatched(block: Box) -> tuple[list[float], list[float]]:
    """Return a zigzag over a rectangle: textalloc keeps away from lines, not from boxes."""
    xs, ys = _around(block)
    steps = max(int(block.height / 1.2), 1)
    for i in range(1, steps):
        y = block.y + block.height * i / steps
        xs += [block.x, block.right] if i % 2 else [block.right, block.x]
        ys += [y, y]
    return xs, ys


def folded(name: str, points: float, width: float) -> str:
    """Return a name in lines of at most ``width`` millimetres, of about the same length."""
    if (whole := text_width(name, points)) <= width:
        return name
    lines = math.ceil(whole / width)
    even = max(whole / lines * 1.08, 2 * text_width("国", points))
    return "\n".join(wrap(name, points, even))


def quiet_spot(
    area: BaseGeometry,
    frame: Box,
    width: float,
    height: float,
    busy: NDArray[np.float64],
    taken: Sequence[Box] = (),
    clear: bool = False,
) -> Box | None:
    """Return a place of ``width`` x ``height`` inside an area with as few points under it as can be.

    Parameters
    ----------
    area
        Polygon on the paper (millimetres).
    frame
        The map frame.
    busy
        Array ``(n, 2)`` of points to keep clear of.
    taken
        Boxes that must stay free.
    clear
        Whether no point at all may lie under the words.

    Returns
    -------
    Box or None
        None where the words do not fit into the area.
    """
    inner = area.intersection(shapely.box(frame.x, frame.y, frame.right, frame.top))
    if inner.is_empty:
        return None
    west, south, east, north = inner.bounds
    xs = np.linspace(west + width / 2, east - width / 2, 13)
    ys = np.linspace(south + height / 2, north - height / 2, 13)
    if east - west < width or north - south < height:
        return None
    grid_x, grid_y = (g.ravel() for g in np.meshgrid(xs, ys))
    shapes = shapely.box(grid_x - width / 2, grid_y - height / 2, grid_x + width / 2, grid_y + height / 2)
    shapely.prepare(inner)
    fits = shapely.contains(inner, shapes)
    for other in taken:
        fits &= ~shapely.intersects(shapes, shapely.box(other.x, other.y, other.right, other.top))
    if not fits.any():
        return None
    middle = inner.representative_point()
    cost = np.hypot(grid_x - middle.x, grid_y - middle.y) / max(east - west, north - south)
    if len(busy):
        near = (np.abs(grid_x[:, None] - busy[:, 0]) < width / 2 + 1) & (
            np.abs(grid_y[:, None] - busy[:, 1]) < height / 2 + 1
        )
        cost = cost + near.sum(axis=1)
        if clear:
            fits &= ~near.any(axis=1)
            if not fits.any():
                return None
    best = int(np.argmin(np.where(fits, cost, np.inf)))
    return Box(grid_x[best] - width / 2, grid_y[best] - height / 2, width, height)
