"""Marks: the features of a frame as the map in a browser gets them, and how much of very many it gets.

What the browser shows (its window and zoom) decides: the features that are in view or, where these are too many, their
counts by cell. Everything is arrays over the rows of the frame, so that a view of a million takes some milliseconds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers import review, style
from layers.markup import clean

# What is drawn is simplified to about 10 m, below a pixel at the scales of a city; exports keep every vertex.
TOLERANCE = 0.0001
DECIMALS = 5
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
# More features than this are not sent at once: those in view, or, where these are too many, counts by cell.
MOST = 4000
# Nor more points of their lines and areas than this (some 1.5 MB), nor more lines that only pass through the view.
MOST_POINTS = 80_000
MOST_PASSING = 150
# Cells are fine, for the browser joins those whose marks would meet, as it does with features.
CELL_PX = 40
# Within so many degrees (some 20 m) features are at one place: no zoom tells them apart, but a list does.
ONE_PLACE = 0.0002
LISTED = 200


def simple(geometry: BaseGeometry, tolerance: float) -> BaseGeometry:
    """Return a shape with fewer points, none of them farther off than a tolerance in degrees."""
    thin = geometry.simplify(tolerance, preserve_topology=True)
    return geometry if thin.is_empty else thin


def compact(geometry: BaseGeometry) -> list[Any]:
    """Return a shape as ``[kind, parts]``: ``"line"`` with parts of points, or ``"area"`` with parts of rings."""

    def points(coords: Iterable[tuple[float, ...]]) -> list[list[float]]:
        return [[round(p[0], DECIMALS), round(p[1], DECIMALS)] for p in coords]

    parts = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    if geometry.geom_type == "GeometryCollection":
        parts = [piece for part in parts for piece in shapely.get_parts(part)]
    areas = [part for part in parts if part.geom_type == "Polygon"]
    if areas:
        return ["area", [[points(r.coords) for r in (p.exterior, *p.interiors)] for p in areas]]
    return ["line", [points(p.coords) for p in parts if p.geom_type in ("LineString", "LinearRing")]]


def anchors(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the points of features' marks: the middle of a line, by its longest part, or a point inside an area."""
    found = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    lines = np.flatnonzero(np.isin(shapely.get_type_id(shapes), _LINES))
    parts, of = shapely.get_parts(shapes[lines], return_index=True)
    order = np.lexsort((-shapely.length(parts), of))
    longest = parts[order[np.unique(of[order], return_index=True)[1]]]
    found[lines] = shapely.line_interpolate_point(longest, 0.5, normalized=True)
    return found


@dataclass(frozen=True, eq=False)
class Marks:
    """The features of a frame made ready for the map once, each in the row it has in the frame.

    Attributes
    ----------
    frame
        The features.
    placed
        Which of them have a place; the others are never drawn.
    codes
        Number of category and of precision.
    at
        Latitude and longitude of the mark, in degrees.
    bounds
        South, west, north, east of what is drawn, in degrees: of the whole line or area, or else of the mark.
    shape
        Number of its line or area, the same for the same shape; -1 for none.
    """

    frame: gpd.GeoDataFrame
    placed: NDArray[np.bool_]
    codes: NDArray[np.intp]
    at: NDArray[np.float64]
    bounds: NDArray[np.float64]
    shape: NDArray[np.intp]

    @cached_property
    def number(self) -> dict[str, int]:
        """Row of each feature, by its id."""
        return {key: k for k, key in enumerate(self.frame["id"])}

    @cached_property
    def rejected(self) -> NDArray[np.bool_]:
        """Which of them a person rejected."""
        return review.rejected(self.frame)

    def points(self, rows: NDArray[np.intp]) -> int:
        """Return how many points the lines and areas of some rows have, those of one shape once."""
        _, first = np.unique(self.shape[rows], return_index=True)
        once = rows[first]
        return int(shapely.get_num_coordinates(self.frame.geometry.to_numpy()[once[self.shape[once] >= 0]]).sum())

    @cached_property
    def drawn(self) -> Callable[[int], list[Any]]:
        """Gives the line or area of a row as :func:`compact` does; the latest are kept."""
        shapes = self.frame.geometry.to_numpy()
        return lru_cache(2 * MOST)(lambda row: compact(simple(shapes[row], TOLERANCE)))

    def features(self, rows: NDArray[np.intp]) -> tuple[list[list[Any]], list[list[Any]]]:
        """Return some features as the browser gets them.

        Parameters
        ----------
        rows
            Their rows.

        Returns
        -------
        features, shapes
            Of each feature: id and name (escaped), category, precision (as numbers), latitude, longitude, radius in
            metres, number of its shape among those returned or -1, 1 where a person rejected it or else 0. Lines and
            areas as :func:`compact` gives them, each once.
        """
        used: dict[int, int] = {}
        shapes: list[list[Any]] = []
        for row, shape in zip(rows.tolist(), self.shape[rows].tolist(), strict=True):
            if shape >= 0 and shape not in used:
                used[shape] = len(shapes)
                shapes.append(self.drawn(row))
        columns = (
            map(clean, self.frame["id"].to_numpy()[rows]),
            map(clean, self.frame["name"].to_numpy()[rows]),
            *self.codes[rows].T.tolist(),
            *self.at[rows].T.tolist(),
            np.nan_to_num(self.frame["radius_m"].to_numpy()[rows]).round().astype(int).tolist(),
            [used.get(shape, -1) for shape in self.shape[rows].tolist()],
            self.rejected[rows].astype(int).tolist(),
        )
        return [list(one) for one in zip(*columns, strict=True)], shapes


def marks(frame: gpd.GeoDataFrame) -> Marks:
    """Return the marks of a frame; features without geometry have none."""
    shapes = frame.geometry.to_numpy()
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    solid = np.flatnonzero(placed & ~np.isin(shapely.get_type_id(shapes), _POINTS))
    shape = np.full(len(frame), -1)
    shape[solid] = pd.factorize(shapely.to_wkb(shapes[solid]))[0]
    where = np.full((len(frame), 2), np.nan)
    where[placed] = shapely.get_coordinates(shapely.point_on_surface(shapes[placed]))
    where[solid] = shapely.get_coordinates(anchors(shapes[solid]))
    at = where[:, ::-1].round(DECIMALS)
    bounds = np.hstack([at, at])
    codes = [
        pd.Categorical(frame[name], categories=list(known)).codes.astype(np.intp)
        for name, known in (("category", style.categories()), ("precision", style.precisions()))
    ]
    # What is only known to lie in a district or the city is a mark; its outline shows when it is selected.
    vague = [k for k, sure in enumerate(style.precisions().values()) if sure.mark in ("hollow", "ghost")]
    drawn = solid[~np.isin(codes[1][solid], vague)]
    bounds[drawn] = shapely.bounds(shapes[drawn])[:, [1, 0, 3, 2]]
    return Marks(frame, placed, np.stack(codes, axis=1), at, bounds, shape)


def remarked(before: Marks, frame: gpd.GeoDataFrame, changed: Sequence[int]) -> Marks:
    """Return the marks of a frame that differs from another in a few rows only.

    Parameters
    ----------
    before
        The marks of the other.
    frame
        The same features in the same order.
    changed
        Numbers of the rows that may differ.
    """
    rows = np.array(sorted(changed), dtype=np.intp)
    anew = marks(frame.iloc[rows])
    parts = {}
    for name in ("placed", "codes", "at", "bounds", "shape"):
        parts[name] = getattr(before, name).copy()
        parts[name][rows] = getattr(anew, name)
    own = anew.shape >= 0
    # Numbers of their own: whether the shape is known already is not looked for.
    parts["shape"][rows[own]] = anew.shape[own] + before.shape.max(initial=-1) + 1
    return Marks(frame, **parts)


Window = tuple[float, float, float, float, float]
"""South, west, north, east in degrees and the zoom of what a browser shows."""


def thinned(
    marks: Marks, chosen: NDArray[np.intp], window: Window, categories: int
) -> tuple[NDArray[np.intp], list[list[Any]]]:
    """Return what of very many features a browser needs: those in view, or else their counts by cell.

    Parameters
    ----------
    marks
        All there is.
    chosen
        The rows to show.
    window
        What the browser shows; a margin of half of it is added on each side.
    categories
        Number of categories.

    Returns
    -------
    chosen, cells
        One of them is empty. A cell is latitude, longitude (the mean of its features), the number of features
        of each category, and whether all of them are at one place.
    """
    south, west, north, east, zoom = window
    high, wide = (north - south) / 2, (east - west) / 2
    lat, lon = marks.at[chosen].T
    inside = (lat >= south - high) & (lat <= north + high) & (lon >= west - wide) & (lon <= east + wide)
    near = np.flatnonzero(inside)
    room = MOST - len(near)
    if room >= 0 and marks.points(chosen[near]) <= MOST_POINTS:
        # Of a line that passes through, the mark may lie far outside: the shortest come, as long as there is room.
        low, left, top, right = marks.bounds[chosen].T
        touching = (top >= south - high) & (low <= north + high) & (right >= west - wide) & (left <= east + wide)
        passing = np.flatnonzero(touching & ~inside)
        size = (top - low + right - left)[passing]
        shortest = passing[np.argsort(size, kind="stable")[: min(room, MOST_PASSING)]]
        while len(shortest) and marks.points(chosen[np.r_[near, shortest]]) > MOST_POINTS:
            shortest = shortest[: len(shortest) // 2]
        return chosen[np.sort(np.r_[near, shortest])], []
    chosen = chosen[near]
    at = marks.at[chosen]
    size = CELL_PX * 360 / 256 / 2**zoom
    row, column = np.floor(at / (size * 0.8, size)).astype(np.int64).T
    _, cell, total = np.unique(row * 2**32 + column, return_inverse=True, return_counts=True)
    sums = [np.bincount(cell, at[:, k]) / total for k in (0, 1)]
    middle = np.stack(sums, axis=1).round(DECIMALS)
    pairs = np.bincount(cell * categories + marks.codes[chosen, 0], minlength=len(total) * categories)
    counts = pairs.reshape(-1, categories).tolist()
    apart = np.abs(at - middle[cell]).max(axis=1, initial=0.0)
    widest = np.zeros(len(total))
    np.maximum.at(widest, cell, apart)
    one = (widest <= ONE_PLACE).astype(int).tolist()
    return chosen[:0], [[*m, c, o] for m, c, o in zip(middle.tolist(), counts, one, strict=True)]


def gathered(marks: Marks, chosen: NDArray[np.intp], place: Sequence[float]) -> dict[str, Any]:
    """Return what stands at one place: how many features, and the first of them.

    Parameters
    ----------
    marks
        All there is.
    chosen
        The rows that are shown.
    place
        Latitude and longitude in degrees, and a number that tells this question from others.
    """
    lat, lon, asked = place
    near = np.abs(marks.at[chosen] - (lat, lon)).max(axis=1, initial=0.0) <= 2 * ONE_PLACE
    here = chosen[near]
    ranked = here[np.argsort(marks.codes[here, 0], kind="stable")][:LISTED]
    return {"at": [lat, lon], "asked": asked, "total": len(here), "features": marks.features(ranked)[0]}
