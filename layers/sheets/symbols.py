"""How features look on paper: points, lines and areas in the colours and symbols of the map page."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import EllipseCollection, PathCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import Normal, Stroke
from numpy.typing import ArrayLike
from shapely.geometry.base import BaseGeometry

from layers import style
from layers.sheets.paper import Box
from layers.sheets.typeface import MM_PER_POINT

BEAD_MM = 1.7
SHAPES = ("area", "line", "point")


# What the keyed list is measured with before it is known what it will show.
ANY = style.Look(category="", colour="#3c4a57", symbol="circle", marker="o", qgis="", angle=0, hatch="", svg="")
SURE = style.Sureness(precision="", mark="solid", line="solid", fill=1.0, dash="")
_LINES: dict[str, Any] = {
    "solid": "-",
    "dashed": (0, (4.5, 1.8)),
    "dotted": (0, (1.2, 1.6)),
}


def ink(look: style.Look, grey: bool) -> str:
    """Return the colour of a look, or the grey of the same brightness, dark enough for paper."""
    if not grey:
        return look.colour
    red, green, blue = to_rgb(look.colour)
    level = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
    shade = round(255 * min(max(level ** (1 / 2.2), 0.12), 0.62))
    return f"#{shade:02x}{shade:02x}{shade:02x}"


def _tint(colour: str, share: float) -> tuple[float, float, float]:
    red, green, blue = (1 - share * (1 - c) for c in to_rgb(colour))
    return red, green, blue


def points(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    look: style.Look,
    sure: style.Sureness,
    size: float,
    grey: bool,
    zorder: float = 4,
) -> PathCollection:
    """Draw the symbols of one category and precision; ``size`` is their diameter in millimetres."""
    colour = ink(look, grey)
    fine = max(size * 0.09, 0.16) / MM_PER_POINT
    face, edge, width, dash = {
        "solid": (colour, "white", 0.6, None),
        "ring": (_tint(colour, 0.4), colour, 1.4, None),
        "faint": (_tint(colour, 0.12), colour, 1.3, (2.2, 0.9)),
        "hollow": ("white", _tint(colour, 0.75), 0.7, None),
        "ghost": ("white", _tint(colour, 0.6), 0.9, (0.9, 1.1)),
    }[sure.mark]
    return axes.scatter(
        x,
        y,
        s=(size / MM_PER_POINT * _balance(look.marker)) ** 2,
        marker=look.marker,
        facecolor=face,
        edgecolor=edge,
        linewidth=fine * width,
        linestyle=(0, dash) if dash else "-",
        zorder=zorder,
    )


def circles(axes: Axes, x: ArrayLike, y: ArrayLike, radius: Sequence[float], look: style.Look, grey: bool) -> None:
    """Draw the circles within which things lie; all in the units of the axes."""
    red, green, blue = to_rgb(ink(look, grey))
    drawn = EllipseCollection(
        widths=np.multiply(radius, 2),
        heights=np.multiply(radius, 2),
        angles=0,
        units="xy",
        offsets=np.column_stack([x, y]),
        offset_transform=axes.transData,
        facecolor=(red, green, blue, 0.03),
        edgecolor=(red, green, blue, 0.5),
        linewidth=0.5,
        linestyle=(0, (3.5, 2.0)),
        zorder=1.5,
    )
    drawn.set_gid("radius")
    axes.add_collection(drawn, autolim=False)


@cache
def _balance(marker: str) -> float:
    """Return the factor that gives a marker the area of a disc of the same size."""
    shape = MarkerStyle(marker)
    outline = shape.get_path().transformed(shape.get_transform())
    rings = [np.asarray(ring) for ring in outline.to_polygons()]
    area = sum(shapely.Polygon(ring).area for ring in rings if len(ring) > 3)
    return float(np.clip(np.sqrt(np.pi / 4 / area), 0.8, 1.35)) if area else 1.0


def line(
    axes: Axes, shape: BaseGeometry, look: style.Look, sure: style.Sureness, width: float, grey: bool, zorder: float = 3
) -> None:
    """Draw a corridor with a white edge; ``width`` in points."""
    colour = ink(look, grey)
    for part in shapely.get_parts(shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape):
        xy = np.asarray(part.coords)
        drawn = Line2D(
            xy[:, 0], xy[:, 1], color=colour, lw=width, solid_capstyle="round", solid_joinstyle="round", zorder=zorder
        )
        drawn.set_path_effects([Stroke(linewidth=width + 0.9, foreground="white"), Normal()])
        if sure.line != "solid":
            drawn.set_linestyle(_LINES[sure.line])
        axes.add_line(drawn)


def beads(axes: Axes, x: ArrayLike, y: ArrayLike, look: style.Look, size: float, zorder: float = 3.1) -> None:
    """Draw the symbol of a category along its lines: what tells lines apart without colour; ``size`` in millimetres."""
    axes.scatter(
        x,
        y,
        s=(size / MM_PER_POINT * _balance(look.marker)) ** 2,
        marker=look.marker,
        facecolor="white",
        edgecolor=ink(look, True),
        linewidth=0.5,
        zorder=zorder,
    )


def area(
    axes: Axes,
    shape: BaseGeometry,
    look: style.Look,
    sure: style.Sureness,
    width: float,
    grey: bool,
    zorder: float = 2,
    density: int = 2,
) -> None:
    """Draw an area with its outline (``width`` in points) and a light fill, or a hatch as dense as ``density``."""
    colour = ink(look, grey)
    red, green, blue = to_rgb(colour)
    fill = (red, green, blue, 0.10 if grey else 0.12 + 0.16 * sure.fill)
    patch = PathPatch(
        outline(shape), facecolor=fill, edgecolor=colour, lw=width, linestyle=_LINES[sure.line], zorder=zorder
    )
    if grey and look.hatch:
        patch.set_hatch(look.hatch * density)
        patch.set_hatch_linewidth(0.3)
    axes.add_patch(patch)


def outline(shape: BaseGeometry) -> Path:
    """Return the path of a polygon or multipolygon, holes and all."""
    rings = [
        ring
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    ]
    return Path.make_compound_path(*(Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings))


def swatch(
    axes: Axes, cell: Box, shape: str, look: style.Look, unit: float, grey: bool, sure: style.Sureness = SURE
) -> None:
    """Draw the sample of a look for a legend into a cell."""
    middle_x, middle_y = cell.x + cell.width / 2, cell.y + cell.height / 2
    if shape == "point":
        points(axes, [middle_x], [middle_y], look, sure, 2.3 * unit, grey)
    elif shape == "line":
        line(axes, shapely.LineString([(cell.x, middle_y), (cell.right, middle_y)]), look, sure, 1.5 * unit, grey)
        if grey:
            beads(axes, [middle_x], [middle_y], look, BEAD_MM * unit)
    else:
        area(axes, shapely.box(cell.x, cell.y, cell.right, cell.top), look, sure, 0.8 * unit, grey, density=4)
