"""The map inside the frame of a sheet: the window on the plane, districts with their names, graticule."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyproj
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry.base import BaseGeometry

from layers.sheets import labels, symbols
from layers.sheets.paper import Box, Page
from layers.sheets.typeface import text_width

# Districts of the sheet, other districts, what lies outside the city; then the same without colour.
_GROUND = {False: ("#fbfaf5", "#f0efeb", "#e9eaea"), True: ("#ffffff", "#f4f4f4", "#e8e8e8")}
_BOUNDARY, _CITY = "#a7a9a6", "#6f7478"


@dataclass(frozen=True)
class View:
    """A window on the projected plane, laid on a box of the paper.

    Attributes
    ----------
    box
        Millimetres on the paper.
    west, south
        Lower left corner, projected metres.
    scale
        Projected metres in a millimetre.
    """

    box: Box
    west: float
    south: float
    scale: float

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float], box: Box, margin: float = 0.04) -> "View":
        """Return the view of a box that holds bounds (west, south, east, north; metres) with a margin."""
        west, south, east, north = bounds
        scale = max((east - west) / box.width, (north - south) / box.height) * (1 + 2 * margin)
        return cls(
            box,
            (west + east) / 2 - scale * box.width / 2,
            (south + north) / 2 - scale * box.height / 2,
            scale,
        )

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north in projected metres."""
        return (
            self.west,
            self.south,
            self.west + self.scale * self.box.width,
            self.south + self.scale * self.box.height,
        )

    def paper(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return projected coordinates ``(n, 2)`` as millimetres on the paper."""
        return (xy - (self.west, self.south)) / self.scale + (self.box.x, self.box.y)

    def on_paper(self, bounds: tuple[float, float, float, float]) -> Box:
        """Return the part of the box that shows bounds (west, south, east, north; projected metres)."""
        (x0, y0), (x1, y1) = self.paper(np.array([bounds[:2], bounds[2:]]))
        x0, x1, y0, y1 = max(x0, self.box.x), min(x1, self.box.right), max(y0, self.box.y), min(y1, self.box.top)
        return Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0))


def true_scale(view: View, epsg: int) -> float:
    """Return true metres on the ground in a millimetre at the middle of a view."""
    return view.scale / float(_factors(view, epsg).meridional_scale)


def convergence(view: View, epsg: int) -> float:
    """Return the angle from true north to grid north at the middle of a view, degrees clockwise."""
    return float(_factors(view, epsg).meridian_convergence)


def _factors(view: View, epsg: int) -> Any:
    west, south, east, north = view.extent
    there = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
    return pyproj.Proj(epsg).get_factors(*there.transform((west + east) / 2, (south + north) / 2))


@dataclass(frozen=True)
class Base:
    """What lies under the features.

    Attributes
    ----------
    names, labels, shapes
        Short names of the districts, their names as written, and outlines in projected metres.
    """

    names: tuple[str, ...]
    labels: tuple[str, ...]
    shapes: tuple[BaseGeometry, ...]


def draw_base(
    axes: Axes,
    view: View,
    base: Base,
    chosen: Sequence[str],
    unit: float,
    grey: bool = False,
    picture: Image.Image | None = None,
) -> None:
    """Draw districts: the chosen ones (all, when none is) light, the others darker.

    Parameters
    ----------
    picture
        Web tiles of the view; what is not chosen is veiled then.
    """
    if picture:
        west, south, east, north = view.extent
        axes.imshow(np.asarray(picture), extent=(west, east, south, north), aspect="auto", zorder=0)
    axes.set_xlim(view.extent[0], view.extent[2])
    axes.set_ylim(view.extent[1], view.extent[3])
    ground, far, outside = _GROUND[grey]
    axes.set_facecolor(outside)
    for name, shape in zip(base.names, base.shapes, strict=True) if picture is None else ():
        light = not chosen or name in chosen
        patch = PathPatch(symbols.outline(shape), facecolor=ground if light else far, edgecolor="none", zorder=0.1)
        axes.add_patch(patch)
    if picture and chosen:
        near = shapely.union_all([s for n, s in zip(base.names, base.shapes, strict=True) if n in chosen])
        veil = shapely.box(*view.extent).difference(near)
        axes.add_patch(PathPatch(symbols.outline(veil), facecolor=far, edgecolor="none", alpha=0.6, zorder=0.1))
    dashes = (0, (7, 1.6, 1.2, 1.6))
    for shape in base.shapes:
        edge = PathPatch(
            symbols.outline(shape), fill=False, edgecolor=_BOUNDARY, lw=0.6 * unit, linestyle=dashes, zorder=0.3
        )
        axes.add_patch(edge)
    city = shapely.union_all(list(base.shapes))
    axes.add_patch(
        PathPatch(symbols.outline(city), fill=False, edgecolor=_CITY, lw=1.1 * unit, joinstyle="round", zorder=0.4)
    )
    for name, shape in zip(base.names, base.shapes, strict=True):
        if name in chosen:
            axes.add_patch(
                PathPatch(
                    symbols.outline(shape),
                    fill=False,
                    edgecolor="#4a4f55",
                    lw=1.5 * unit,
                    joinstyle="round",
                    zorder=0.5,
                )
            )


def draw_graticule(page: Page, axes: Axes, view: View, epsg: int, band: float, sides: int = 2) -> None:
    """Draw meridians and parallels with their degrees in the frame: below and right, with two ``sides`` all around."""
    there = pyproj.Transformer.from_crs(epsg, 4490, always_xy=True)
    back = pyproj.Transformer.from_crs(4490, epsg, always_xy=True)
    west, south, east, north = there.transform_bounds(*view.extent)
    steps = (1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.25, 0.5, 1.0, 2.0)
    step = next((s for s in steps if max(east - west, north - south) / s <= 7), steps[-1])
    points, box = band * 1.5, view.box
    for meridian in (True, False):
        low, high = (west, east) if meridian else (south, north)
        for value in np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step:
            along = np.linspace(south if meridian else west, north if meridian else east, 60)
            across = np.full_like(along, value)
            xy = np.column_stack(back.transform(*((across, along) if meridian else (along, across))))
            axes.plot(xy[:, 0], xy[:, 1], color="#7d8c99", lw=0.3, alpha=0.7, zorder=0.6)
            words = f"{int(value + 1e-9)}°{round(value % 1 * 60) % 60:02d}′"
            paper = view.paper(xy)
            half = text_width(words, points) / 2 + 0.5
            if meridian:
                for y, edge in ((box.y - band / 2, box.y), (box.top + band / 2, box.top))[:sides]:
                    x = float(np.interp(edge, paper[:, 1], paper[:, 0]))
                    if box.x + half < x < box.right - half:
                        page.write(x, y, words, points, role="graticule", ha="center", va="middle")
            else:
                for x, edge in ((box.right + band / 2, box.right), (box.x - band / 2, box.x))[:sides]:
                    y = float(np.interp(edge, paper[:, 0], paper[:, 1]))
                    if box.y + half < y < box.top - half:
                        write = {"role": "graticule", "ha": "center", "va": "middle", "rotation": 90.0}
                        page.write(x, y, words, points, **write)  # type: ignore[arg-type]


def district_names(
    view: View, base: Base, busy: NDArray[np.float64], unit: float, taken: Sequence[Box] = ()
) -> list[tuple[tuple[Box, str], str]]:
    """Find a quiet place for the name of each district that has room for it; return box, words and short name."""
    found: list[tuple[tuple[Box, str], str]] = []
    for short, text, shape in zip(base.names, base.labels, base.shapes, strict=True):
        area = shapely.transform(shape, view.paper)
        for points in (9.0, 7.5, 6.2):
            width, height = text_width(text, points * unit) + 0.8, points * unit * 0.42
            full = [*taken, *(block for (block, _), _ in found)]
            if spot := labels.quiet_spot(area, view.box, width, height, busy[:, :2], full, clear=points > 6.2):
                found.append(((spot, text), short))
                break
    return found
