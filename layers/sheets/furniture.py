"""What stands around the map on a sheet: north arrow, scale bar, legend, keys, inset, notes and frame."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.patches import Polygon, Rectangle
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

import language
from layers import style
from layers.sheets import symbols
from layers.sheets.mapframe import View
from layers.sheets.paper import Box, Page
from layers.sheets.typeface import shorten, text_width

INK, GREY, LINE = "#1d2329", "#5b646d", "#8d959d"


@dataclass(frozen=True)
class Row:
    """A row of the legend: what the swatch shows, its words and how many features there are."""

    code: str
    label: str
    count: int
    look: style.Look
    sure: style.Sureness
    shapes: frozenset[str]


def heading(page: Page, box: Box, text: str, points: float) -> float:
    """Write the heading of a block with a rule under it; return the height used."""
    height = points * 0.52
    page.write(box.x, box.top - height * 0.72, text, points, role="heading", weight=0.35)
    y = box.top - height
    page.axes.plot([box.x, box.right], [y, y], color=INK, lw=0.5, solid_capstyle="butt")
    return height + 0.8 * page.unit


def north_arrow(page: Page, x: float, y: float, height: float, angle: float, lang: str) -> None:
    """Draw an arrow to true north with its foot at a point.

    Parameters
    ----------
    x, y
        Middle of the foot, millimetres.
    angle
        Direction of true north from the top of the sheet, degrees clockwise.
    """
    half = height * 0.2
    turn = math.radians(-angle)
    length = height * 0.74

    def turned(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        return [
            (x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn))
            for px, py in points
        ]

    tip, notch = (0.0, length), (0.0, length * 0.24)
    for side, fill in ((-half, INK), (half, "white")):
        shape = Polygon(turned([tip, (side, 0.0), notch]), facecolor=fill, edgecolor=INK, lw=0.6, joinstyle="miter")
        shape.set_gid("north-arrow")
        page.axes.add_patch(shape)
    letter = turned([(0.0, length + height * 0.15)])[0]
    page.write(*letter, language.text("sheet.north", lang), height * 0.75, role="north", ha="center", va="middle")


def scale_length(longest: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is at most ``longest`` (metres).

    Examples
    --------
    >>> scale_length(13_400), scale_length(730)
    (10000.0, 500.0)
    """
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest * (1 + 1e-9))


def scale_bar(page: Page, x: float, y: float, width: float, metres: float, lang: str) -> float:
    """Draw a scale bar from a point to the right.

    Parameters
    ----------
    width
        Room in millimetres.
    metres
        True metres on the ground in a millimetre on the paper.

    Returns
    -------
    float
        Length shown, metres.
    """
    points = 6.0 * page.unit
    unit_key = "kilometres" if scale_length(width * 0.8 * metres) >= 1000 else "metres"
    unit = language.text(f"sheet.{unit_key}", lang)
    room = width - text_width(f"0 {unit}", points)
    length = scale_length(room * metres)
    shown = length / 1000 if unit_key == "kilometres" else length
    bar, height = length / metres, 1.3 * page.unit
    parts = 4
    for i in range(parts):
        piece = Rectangle(
            (x + bar * i / parts, y),
            bar / parts,
            height,
            facecolor=INK if i % 2 == 0 else "white",
            edgecolor=INK,
            lw=0.5,
            zorder=4.8,
        )
        piece.set_gid("scale-bar")
        page.axes.add_patch(piece)
    for share in (0.0, 0.5, 1.0):
        page.write(
            x + bar * share, y + height + 0.9 * page.unit, f"{shown * share:g}", points, role="scale", ha="center"
        )
    last = text_width(f"{shown:g}", points) / 2
    page.write(x + bar + last + 0.8 * page.unit, y + height + 0.9 * page.unit, unit, points, role="scale")
    return length


def legend_height(page: Page, rows: int, columns: int) -> float:
    """Return the height of a legend without its heading."""
    return math.ceil(rows / columns) * row_height(page)


def row_height(page: Page) -> float:
    """Return the height of a legend row in millimetres."""
    return 4.35 * page.unit


def legend(page: Page, box: Box, rows: Sequence[Row], columns: int, grey: bool, pitch: float) -> None:
    """Draw legend rows, column by column.

    Parameters
    ----------
    pitch
        Height of a row in millimetres.
    """
    kinds = [s for s in symbols.SHAPES if any(s in row.shapes for row in rows)]
    per_column = math.ceil(len(rows) / columns)
    width = box.width / columns
    swatch = min(5.2 * page.unit, 0.3 * width / max(len(kinds), 1))
    # Left of the words the swatches, right of them the count and the gap to the next column.
    before, after = len(kinds) * swatch + 0.8 * page.unit, 2.5 * page.unit if columns > 1 else 0.0
    points = min(7.0 * page.unit, pitch * 1.75)
    # A long label makes the type of all smaller, down to where it could no longer be read.
    wide = max(text_width(row.label + f"{row.count:,}", 1.0) for row in rows) if rows else 0.0
    room = width - before - after - 1.5 * page.unit
    points = max(min(points, 0.99 * room / wide if wide else points), 0.6 * points)
    for i, row in enumerate(rows):
        left = box.x + width * (i // per_column)
        y = box.top - pitch * (i % per_column + 0.5)
        for j, shape in enumerate(kinds):
            if shape in row.shapes:
                cell = Box(left + j * swatch, y - pitch * 0.32, swatch * 0.82, pitch * 0.64)
                symbols.swatch(page.axes, cell, shape, row.look, page.unit, grey, row.sure)
        count = f"{row.count:,}"
        label = shorten(row.label, points, room - text_width(count, points))
        page.write(left + before, y, label, points, role="legend", va="middle")
        page.write(left + width - after, y, count, points, role="legend-count", ha="right", va="middle", colour=GREY)


def inset(
    page: Page,
    box: Box,
    districts: Sequence[tuple[str, BaseGeometry]],
    chosen: Sequence[str],
    extent: tuple[float, float, float, float],
    grey: bool,
) -> None:
    """Draw the districts of the city with the chosen ones and the extent of the map marked.

    Parameters
    ----------
    districts
        Names and projected outlines (metres).
    extent
        West, south, east, north of the map in the same metres.
    """
    west, south, east, north = shapely.total_bounds([shape for _, shape in districts])
    scale = max((east - west) / box.width, (north - south) / box.height) * 1.02
    middle = ((west + east) / 2, (south + north) / 2)

    def paper(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(
            [
                box.x + box.width / 2 + (points[:, 0] - middle[0]) / scale,
                box.y + box.height / 2 + (points[:, 1] - middle[1]) / scale,
            ]
        )

    for name, shape in districts:
        fill = ("#b5b5b5" if grey else "#e7c66b") if name in chosen else "#f2f2f2" if grey else "#f1f0eb"
        drawn = shapely.transform(shape, paper)
        for part in shapely.get_parts(drawn):
            page.axes.add_patch(
                Polygon(np.asarray(part.exterior.coords), facecolor=fill, edgecolor=LINE, lw=0.35, joinstyle="round")
            )
    corners = paper(np.array([[extent[0], extent[1]], [extent[2], extent[3]]]))
    low = np.maximum(corners[0], (box.x, box.y))
    high = np.minimum(corners[1], (box.right, box.top))
    mark = Rectangle(
        (low[0], low[1]), *(high - low), facecolor="none", edgecolor="#1d2329" if grey else "#b3261e", lw=0.9
    )
    mark.set_gid("inset-extent")
    page.axes.add_patch(mark)


def frame_band(page: Page, box: Box, band: float) -> None:
    """Draw the double frame of the map: a fine line at the map, a strong one ``band`` millimetres outside."""
    outer = box.inset(-band)
    page.axes.add_patch(Rectangle((box.x, box.y), box.width, box.height, fill=False, edgecolor=INK, lw=0.5))
    page.axes.add_patch(Rectangle((outer.x, outer.y), outer.width, outer.height, fill=False, edgecolor=INK, lw=1.1))


def credit(page: Page, box: Box, text: str) -> Box:
    """Write the source of web tiles into the lower right corner of a map; return the room it takes."""
    points = 4.8 * page.unit
    said = shorten(text, points, 0.6 * box.width)
    width, height = text_width(said, points) + 2 * page.unit, 2.6 * page.unit
    plate = Box(box.right - width, box.y, width, height)
    ground: Any = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "zorder": 4.1}
    page.axes.add_patch(Rectangle((plate.x, plate.y), plate.width, plate.height, **ground))
    page.write(plate.right - page.unit, plate.y + height / 2, said, points, role="credit", ha="right", va="middle")
    return plate


@dataclass(frozen=True)
class Grid:
    """The index grid of a map: squares named by letter (from the left) and figure (from the top).

    Attributes
    ----------
    box
        The map on the paper.
    unit
        Scale of the sheet.
    first
        How many letters another map of the sheet has taken.
    """

    box: Box
    unit: float
    first: int = 0

    @property
    def columns(self) -> int:
        """Number of columns."""
        return max(round(self.box.width / (32 * self.unit)), 2)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return max(round(self.box.height / (32 * self.unit)), 2)

    def square(self, x: float, y: float) -> str:
        """Return the square of a point on the paper (``"C4"``)."""
        column = min(max(int((x - self.box.x) / self.box.width * self.columns), 0), self.columns - 1)
        row = min(max(int((self.box.top - y) / self.box.height * self.rows), 0), self.rows - 1)
        return f"{_letter(self.first + column)}{row + 1}"

    def draw(self, page: Page, band: float, both: bool = True) -> None:
        """Draw ticks, letters and figures into the frame, ``band`` millimetres wide.

        Parameters
        ----------
        both
            On all four sides; else at the top and left alone, the others being taken by degrees.
        """
        box, points = self.box, band * 1.85
        upright = ((box.top, box.top + band), (box.y - band, box.y))[: 2 if both else 1]
        level = ((box.x - band, box.x), (box.right, box.right + band))[: 2 if both else 1]
        for i in range(self.columns):
            x = box.x + box.width * (i + 0.5) / self.columns
            for low, high in upright:
                text = _letter(self.first + i)
                page.write(x, (low + high) / 2, text, points, role="grid", ha="center", va="middle", colour=GREY)
            if i:
                edge = box.x + box.width * i / self.columns
                for low, high in upright:
                    page.axes.plot([edge, edge], [low, high], color=INK, lw=0.4)
        for i in range(self.rows):
            y = box.top - box.height * (i + 0.5) / self.rows
            for low, high in level:
                page.write((low + high) / 2, y, str(i + 1), points, role="grid", ha="center", va="middle", colour=GREY)
            if i:
                edge = box.top - box.height * i / self.rows
                for low, high in level:
                    page.axes.plot([low, high], [edge, edge], color=INK, lw=0.4)


def _letter(index: int) -> str:
    return chr(65 + index % 26) * (index // 26 + 1)


def detail_plates(box: Box, unit: float, spots: NDArray[np.float64]) -> tuple[Box, Box]:
    """Return the boxes of heading and scale bar on a second map, over the fewest features.

    The heading stands at the top, the scale bar at the foot, or at the top where it covers less.

    Parameters
    ----------
    spots
        Where their symbols are, ``(n, 2)``, millimetres on the paper.
    """

    def emptiest(width: float, height: float, *edges: float, beside: Box | None = None) -> Box:
        def under(plate: Box) -> int:
            near = 3.5 * unit  # what stands beside a plate with its circle under it counts, too
            inside = (spots > (plate.x - near, plate.y - near)) & (spots < (plate.right + near, plate.top + near))
            return int(inside.all(axis=1).sum())

        # The corners first: a plate in the middle of a side is the second choice.
        shares = (0.0, 1.0, 0.25, 0.75, 0.5)
        plates = [Box(box.x + share * (box.width - width), y, width, height) for y in edges for share in shares]
        return min((p for p in plates if beside is None or not p.overlaps(beside)), key=under)

    top = emptiest(20 * unit, 4.6 * unit, box.top - 4.6 * unit)
    width, height = min(46 * unit, box.width / 2), 6.4 * unit
    return top, emptiest(width, height, box.y, box.top - height, beside=top)


def detail_marks(page: Page, main: View, detail: View, plates: tuple[Box, Box], metres: float, lang: str) -> None:
    """Mark the window of a second, larger map on the first, and give the second its heading and scale bar.

    Parameters
    ----------
    plates
        Boxes of heading and scale bar.
    metres
        True metres on the ground in a millimetre of the second map.
    """
    unit = page.unit
    part = main.on_paper(detail.extent)
    edge = Rectangle((part.x, part.y), part.width, part.height, fill=False, edgecolor=INK, lw=0.9, zorder=4.6)
    page.axes.add_patch(edge)
    points = 6.5 * unit
    words = language.text("sheet.detail", lang)
    high, low = plates
    plate: Any = {"facecolor": "white", "edgecolor": INK, "lw": 0.5, "zorder": 4.7}
    page.axes.add_patch(Rectangle((high.x, high.y), high.width, high.height, **plate))
    page.write(high.x + high.width / 2, high.y + high.height / 2, words, points, role="detail",
               ha="center", va="middle")  # fmt: skip
    page.axes.add_patch(Rectangle((low.x, low.y), low.width, low.height, **plate))
    scale_bar(page, low.x + 3 * unit, low.y + 1.2 * unit, low.width - 6 * unit, metres, lang)
