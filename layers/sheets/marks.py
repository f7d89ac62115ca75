"""The features on a map sheet: symbols, lines, areas, stacks of features at one point, names and numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Circle
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers import style
from layers.sheets import labels, stacks, symbols
from layers.sheets.mapframe import Base, View, district_names
from layers.sheets.paper import Box, Page
from layers.sheets.typeface import clean

# Names are written on the map up to so many features, numbers up to so many; beyond, symbols alone.
MOST_NAMES, MOST_NUMBERS = 60, 1200
# More lines and areas than this cover one another and all else: they are counted by squares, as points are.
MOST_SHAPES = 3000
# Features at one point that still stand side by side; more become a circle with their count.
SIDE_BY_SIDE = {"names": 6, "numbers": 3, "none": 3}
# As many lines or areas of one place have their numbers beside it, in lines under each other.
_ON_A_LINE, _NEVER = 16, 10**9
# From symbol to symbol along a line on a sheet without colour, millimetres.
_BEADS_MM = 16.0
# Precisions that say only in which region a thing lies: an outline there is not the thing's own.
REGIONAL = ("district", "city")


@dataclass
class Marks:
    """The features of a sheet in drawing form; all arrays have a row for each feature.

    Attributes
    ----------
    numbers
        Number of each in the keyed list.
    names, categories, precisions
        As in the records.
    radii
        The thing lies within this distance of its point, metres; ``nan`` when it is drawn as a line or area, or only
        known to lie in a region.
    rank
        Place in the order in which labels are set; 0 first.
    shapes
        Projected geometry; a point for what is only known to lie in a region.
    anchors
        Millimetres on the paper, ``(n, 2)``: where symbol and label belong.
    """

    numbers: list[int]
    names: list[str]
    categories: list[str]
    precisions: list[str]
    radii: NDArray[np.float64]
    rank: NDArray[np.int64]
    shapes: NDArray[np.object_]
    anchors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)


def marks(frame: gpd.GeoDataFrame, view: View) -> tuple[Marks, gpd.GeoDataFrame]:
    """Return the features that lie in a view, ready to draw, and their rows.

    Of more than :data:`MOST_SHAPES` lines and areas each is a point of what is seen of it; of more than
    :data:`MOST_NUMBERS` features none has a name.

    Parameters
    ----------
    frame
        Placed features in the projected system of the view.
    """
    window = shapely.box(*view.extent)
    shapes = frame.geometry.to_numpy()
    regional = frame["precision"].isin(REGIONAL).to_numpy() & (shapely.get_dimensions(shapes) > 0)
    shapes = shapes.copy()
    shapes[regional] = shapely.point_on_surface(shapes[regional])
    seen = shapely.intersects(window, shapes)
    shapes, rows = shapes[seen], frame[seen]
    anchors = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    others = np.flatnonzero(shapely.get_type_id(shapes) != 0)
    if (shapely.get_dimensions(shapes) > 0).sum() > MOST_SHAPES:
        shapes[others] = shapely.point_on_surface(shapely.intersection(shapes[others], window))
        anchors[others] = shapely.get_coordinates(shapes[others])
        rows = rows.set_geometry(shapes, crs=frame.crs)
    else:
        anchors[others] = np.array([_anchor(shape, window) for shape in shapes[others]], dtype=float).reshape(-1, 2)
    order = _priority(rows)
    spots = (shapely.get_dimensions(shapes) == 0) & ~rows["precision"].isin(REGIONAL).to_numpy()
    found = Marks(
        numbers=list(range(1, len(rows) + 1)),
        # Of so many none is written, and to look through them all takes a minute.
        names=[clean(name) for name in rows["name"]] if len(rows) <= MOST_NUMBERS else [""] * len(rows),
        categories=list(rows["category"]),
        precisions=list(rows["precision"]),
        radii=np.where(spots, rows["radius_m"].to_numpy(dtype=float), np.nan),
        rank=order,
        shapes=shapes,
        anchors=view.paper(anchors),
    )
    return found, rows


def _anchor(shape: BaseGeometry, window: BaseGeometry) -> tuple[float, float]:
    inside = shapely.intersection(shape, window)
    parts = shapely.get_parts(inside)
    dimension = shapely.get_dimensions(parts).max()
    parts = parts[shapely.get_dimensions(parts) == dimension]
    if dimension == 1:
        merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
        longest = merged[int(np.argmax(shapely.length(merged)))]
        point = longest.interpolate(0.5, normalized=True)
    else:
        point = parts[int(np.argmax(shapely.area(parts)))].representative_point()
    return point.x, point.y


def _priority(rows: gpd.GeoDataFrame) -> NDArray[np.int64]:
    kinds = {"area": 0, "corridor": 1, "project": 2}
    money = rows["investment_yi"].fillna(0.0).to_numpy(dtype=float)
    met = np.array([len(m) if isinstance(m, (list, tuple)) else 1 for m in rows["mentions"]])
    kind = np.array([kinds.get(k, 3) for k in rows["kind"]])
    order = np.lexsort((np.arange(len(rows)), -met, -money, kind))
    rank = np.empty(len(rows), dtype=np.int64)
    rank[order] = np.arange(len(rows))
    return rank


def symbol_size(count: int, unit: float) -> float:
    """Return the diameter in millimetres of the symbols of so many features."""
    for most, size in ((30, 2.8), (60, 2.5), (150, 2.2), (400, 1.9), (1200, 1.6)):
        if count <= most:
            return size * unit
    return 1.1 * unit


@dataclass
class Drawn:
    """What was drawn on the map.

    Attributes
    ----------
    unlabelled
        How many features have no name or number of their own on the map.
    badges
        The stacks drawn as circles with a count.
    circles
        Whether the circles are drawn within which things lie.
    """

    unlabelled: int
    badges: list[stacks.Stack]
    circles: bool


def inside(found: Marks, view: View, window: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    """Return which features have their anchor in a window (west, south, east, north; projected metres)."""
    low, high = view.paper(np.array([window[:2], window[2:]]))
    return np.asarray(((found.anchors > low) & (found.anchors < high)).all(axis=1))


def draw(
    page: Page,
    axes: Axes,
    view: View,
    found: Marks,
    mode: str,
    grey: bool,
    base: Base,
    quiet: NDArray[np.bool_],
    plates: Sequence[Box] = (),
    window: Box | None = None,
) -> Drawn | None:
    """Draw features with names, numbers or neither.

    Parameters
    ----------
    mode
        ``"names"``, ``"numbers"`` or ``"none"``.
    quiet
        Which features have their label on another map of the sheet.
    plates
        Where no label may stand.
    window
        The frame on the paper of what another map shows larger; no label crosses it.

    Returns
    -------
    Drawn or None
        None when ``mode`` is ``"names"`` and there is no room for them all: nothing has been drawn then.
    """
    unit = page.unit
    size = symbol_size(len(found), unit)
    dense = len(found) > MOST_NUMBERS
    groups = (
        stacks.counted(found.shapes, found.anchors, view.box, unit)
        if dense
        else stacks.at_points(found.shapes, found.anchors)
    )
    flat = shapely.get_dimensions(found.shapes) > 0
    most = 0 if dense else SIDE_BY_SIDE[mode]
    hushed = [bool(quiet[g.rows].all()) for g in groups]
    badges = [
        g
        for g, hush in zip(groups, hushed, strict=True)
        if not hush and len(g.rows) > (_limit(mode) if flat[g.rows[0]] else most)
    ]
    if not dense:
        for g in badges:
            g.radius = stacks.badge_radius(len(g.rows), unit)
    spots = [
        (g.x + dx, g.y + dy, size / 2)
        for g in groups
        if not g.radius and not flat[g.rows[0]]
        for dx, dy in stacks.side_by_side(len(g.rows), size)
    ]
    if not dense:
        for g in badges:
            if all(found.precisions[i] in REGIONAL for i in g.rows):
                spot = found.shapes[g.rows[0]]
                region = next((shape for shape in base.shapes if shape.intersects(spot)), None)
                area = None if region is None else shapely.transform(region, view.paper)
                stacks.aside(g, np.array(spots).reshape(-1, 3), area, unit)
        stacks.part(badges, view.box, unit)
    busy = np.array(spots + [(g.x, g.y, g.radius) for g in groups if g.radius]).reshape(-1, 3)
    round_them = [_square(g.x, g.y, g.radius) for g in badges]
    # The name of a district keeps off lines too: they run through its letters.
    lines = shapely.segmentize(found.shapes[shapely.get_dimensions(found.shapes) == 1], 4 * view.scale)
    crossed = np.concatenate([busy[:, :2], view.paper(shapely.get_coordinates(lines))])
    named = [spot for spot, _ in district_names(view, base, crossed, unit, [*plates, *round_them])]
    wanted, owners = _labels(found, groups, hushed, mode, size, unit)
    blocks = [*plates, *(block for block, _ in named)]
    box, far = view.box.inset(0.6 * unit), _far(mode) * unit
    edges = [] if window is None else [window]
    places = labels.place(wanted, box, symbols=busy, blocks=blocks, edges=edges, far=far, strict=mode == "names")
    if mode == "names" and any(p is None for p in places):
        places = labels.place(wanted, box, symbols=busy, blocks=blocks, edges=edges, far=far)
    if mode == "names" and any(p is None for p in places):
        return None
    circles = False
    if mode == "names":
        circles = _draw_circles(axes, view, found, size, grey)
    _draw_shapes(axes, found, grey, unit, view.scale)
    _draw_points(axes, view, found, groups, most, size, grey)
    for g in badges:
        _badge(page, g, unit)
    for block, text in named:
        points = block.height / 0.42
        page.write(
            block.x + block.width / 2, block.y + block.height / 2, text, points,
            role="district", ha="center", va="middle", colour="#8b9096", halo=0.5, zorder=4,
        )  # fmt: skip
    labelled = 0
    for spot, owner in zip(places, owners, strict=True):
        if spot is None:
            continue
        labelled += len(groups[owner].rows)
        if spot.leader:
            x0, y0, x1, y1 = spot.leader
            page.axes.plot([x0, x1], [y0, y1], color="#3c4248", lw=0.35 * unit, zorder=4.2)
        page.write(spot.x, spot.y, spot.label.text, spot.label.points, role="label", va="bottom", halo=0.7 * unit)
    return Drawn(len(found) - labelled, badges, circles)


def _far(mode: str) -> float:
    return 22.0 if mode == "names" else 9.0


def _limit(mode: str) -> int:
    """Return how many lines or areas of one place have their numbers or names at it; more become a circle."""
    return {"names": SIDE_BY_SIDE["names"], "numbers": _ON_A_LINE, "none": _NEVER}[mode]


def _labels(
    found: Marks, groups: Sequence[stacks.Stack], hushed: Sequence[bool], mode: str, size: float, unit: float
) -> tuple[list[labels.Label], list[int]]:
    if mode == "none":
        return [], []
    order = sorted(range(len(groups)), key=lambda k: min(int(found.rank[i]) for i in groups[k].rows))
    wanted: list[labels.Label] = []
    owners: list[int] = []
    few, some, many = (5.5, 5.5, 5.0) if mode == "numbers" else (7.6, 6.6, 6.0)
    points = (few if len(found) <= 12 else some if len(found) <= (150 if mode == "numbers" else 30) else many) * unit
    for k in order:
        g = groups[k]
        count = len(g.rows)
        flat = bool(shapely.get_dimensions(found.shapes[g.rows[0]]) > 0)
        most = _limit(mode) if flat else SIDE_BY_SIDE[mode]
        if hushed[k] or (count > most and mode == "names"):
            continue
        if mode == "numbers":
            text = stacks.listed([found.numbers[i] for i in g.rows])
            if "\n" in text and count > most:
                continue
        else:
            text = "\n".join(labels.folded(found.names[i], points, 30 * unit) for i in g.rows)
        wide = math.ceil(math.sqrt(count)) * size * 0.56
        reach = stacks.badge_radius(count, unit) if count > most else (0.3 * unit if flat else wide)
        wanted.append(labels.Label(text, g.x, g.y, points, reach))
        owners.append(k)
    return wanted, owners


def _badge(page: Page, stack: stacks.Stack, unit: float) -> None:
    count, radius = len(stack.rows), stack.radius
    page.axes.add_patch(
        Circle((stack.x, stack.y), radius, facecolor="white", edgecolor="#1d2329", lw=0.8 * unit, zorder=4.4)
    )
    points = stacks.figure_points(count, radius)
    if points < stacks.LEAST_POINTS * unit:
        return
    page.write(stack.x, stack.y, str(count), points, role="badge", ha="center", va="middle", zorder=4.5)


def _draw_shapes(axes: Axes, found: Marks, grey: bool, unit: float, scale: float) -> None:
    dimension = shapely.get_dimensions(found.shapes)
    areas = np.flatnonzero(dimension == 2)
    for i in areas[np.argsort(-shapely.area(found.shapes[areas]), kind="stable")]:
        look, sure = style.of_category(found.categories[i]), style.of_precision(found.precisions[i])
        symbols.area(axes, found.shapes[i], look, sure, 0.8 * unit, grey)
    for i in np.flatnonzero(dimension == 1):
        look, sure = style.of_category(found.categories[i]), style.of_precision(found.precisions[i])
        symbols.line(axes, found.shapes[i], look, sure, 1.5 * unit, grey)
    for category in sorted(set(np.array(found.categories)[dimension == 1])) if grey else ():
        lines = found.shapes[(dimension == 1) & (np.array(found.categories) == category)]
        x, y = np.concatenate([_along(line, _BEADS_MM * unit * scale) for line in lines]).T
        symbols.beads(axes, x, y, style.of_category(category), symbols.BEAD_MM * unit)


def _draw_circles(axes: Axes, view: View, found: Marks, size: float, grey: bool) -> bool:
    """Draw around each point the circle within which its thing lies, where it is larger than the symbol."""
    met: dict[str, set[tuple[float, float, float]]] = {}
    for shape, radius, category in zip(found.shapes, found.radii, found.categories, strict=True):
        if size < radius / view.scale < 0.5 * min(view.box.width, view.box.height):
            met.setdefault(category, set()).add((shape.x, shape.y, float(radius)))
    for category, spots in met.items():
        x, y, radii = zip(*sorted(spots), strict=True)
        symbols.circles(axes, x, y, radii, style.of_category(category), grey)
    return bool(met)


def _draw_points(
    axes: Axes, view: View, found: Marks, groups: Sequence[stacks.Stack], most: int, size: float, grey: bool
) -> None:
    """Draw the symbols, one call for each look; the surest on top."""
    by_look: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for g in groups:
        if len(g.rows) > most or shapely.get_dimensions(found.shapes[g.rows[0]]) > 0:
            continue
        for i, (dx, dy) in zip(g.rows, stacks.side_by_side(len(g.rows), size), strict=True):
            key = (found.precisions[i], found.categories[i])
            by_look.setdefault(key, []).append((g.x + dx, g.y + dy))
    ranks = {p: k for k, p in enumerate(reversed(("exact", "near", "part", "district", "city")))}
    for (precision, category), spots in sorted(
        by_look.items(), key=lambda item: (ranks.get(item[0][0], -1), item[0][1])
    ):
        xy = (np.array(spots) - (view.box.x, view.box.y)) * view.scale + (view.west, view.south)
        look, sure = style.of_category(category), style.of_precision(precision)
        symbols.points(axes, xy[:, 0], xy[:, 1], look, sure, size, grey, zorder=4 + ranks.get(precision, 0) / 100)


def _along(line: BaseGeometry, step: float) -> NDArray[np.float64]:
    """Return points on a line ``step`` apart, the middle at least."""
    count = max(round(line.length / step), 1)
    shares = (np.arange(count) + 0.5) / count
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(line, shares, normalized=True)))


def _square(x: float, y: float, radius: float) -> Box:
    return Box(x - radius, y - radius, 2 * radius, 2 * radius)
