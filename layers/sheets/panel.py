"""What stands beside or below the map: north arrow, scale bar, place in the city, legend, precision key."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

import language
from layers import schema, style
from layers.sheets import furniture, symbols
from layers.sheets.mapframe import Base
from layers.sheets.marks import REGIONAL
from layers.sheets.paper import Box, Page
from layers.sheets.typeface import clean
from projects.feature import CATEGORIES

PRECISIONS = ("exact", "near", "part", "district", "city")


def legend_rows(seen: gpd.GeoDataFrame, lang: str) -> list[furniture.Row]:
    """Return a row for each category on the sheet, in the order of the categories."""
    dimension = np.where(seen["precision"].isin(REGIONAL), 0, shapely.get_dimensions(seen.geometry.to_numpy()))
    shapes = {2: "area", 1: "line", 0: "point"}
    met: dict[str, set[str]] = {}
    for category, size in zip(seen["category"], dimension.tolist(), strict=True):
        met.setdefault(category, set()).add(shapes[size])
    count = Counter(seen["category"])
    known = [c for c in CATEGORIES if c in met] + sorted(set(met) - set(CATEGORIES))
    return [
        furniture.Row(c, clean(schema.value_label("category", c, lang)), count[c], style.of_category(c),
                      symbols.SURE, frozenset(met[c]))
        for c in known
    ]  # fmt: skip


def precision_rows(seen: gpd.GeoDataFrame, lang: str) -> list[furniture.Row]:
    """Return a row for each precision on the sheet, the surest first."""
    count = Counter(seen["precision"])
    plain = symbols.ANY
    return [
        furniture.Row(p, clean(schema.value_label("precision", p, lang)), count[p], plain,
                      style.of_precision(p), frozenset({"point"}))
        for p in PRECISIONS
        if count[p]
    ]  # fmt: skip


def strip_height(page: Page, placed: gpd.GeoDataFrame, inset: bool) -> float:
    """Return the height in millimetres of the panel below the map of a tall sheet, with or without an inset."""
    unit, categories, precisions = page.unit, placed["category"].nunique(), placed["precision"].nunique()
    legend = furniture.legend_height(page, categories, 2 if categories > 6 else 1)
    return max(legend + 6 * unit, furniture.legend_height(page, precisions, 1) + 6 * unit, (40 if inset else 22) * unit)


@dataclass(frozen=True)
class Inset:
    """The place of the map in the city: districts, those of the sheet, and the extent of the map in metres."""

    base: Base
    chosen: Sequence[str]
    extent: tuple[float, float, float, float]


@dataclass(frozen=True)
class Panel:
    """The panel of a sheet: page, box, language, and whether it is without colours."""

    page: Page
    box: Box
    lang: str
    grey: bool

    def draw(
        self,
        rows: Sequence[furniture.Row],
        sure: Sequence[furniture.Row],
        north: float,
        metres: float,
        inset: Inset | None,
    ) -> float:
        """Draw the panel.

        Parameters
        ----------
        rows, sure
            Legend and precision key.
        north
            Direction of true north from the top of the sheet, degrees clockwise.
        metres
            True metres on the ground in a millimetre on the paper.

        Returns
        -------
        float
            Length of the scale bar in metres.
        """
        wide = self.page.width >= self.page.height
        return self._column(rows, sure, north, metres, inset) if wide else self._strip(rows, sure, north, metres, inset)

    def _column(
        self,
        rows: Sequence[furniture.Row],
        sure: Sequence[furniture.Row],
        north: float,
        metres: float,
        inset: Inset | None,
    ) -> float:
        page, box, unit = self.page, self.box, self.page.unit
        furniture.north_arrow(page, box.x + 7 * unit, box.top - 17 * unit, 16 * unit, north, self.lang)
        bar = furniture.scale_bar(
            page, box.x + 17 * unit, box.top - 12.5 * unit, box.width - 17 * unit, metres, self.lang
        )
        y = box.top - 20 * unit
        heads = 14 * unit
        if inset:
            # The legend comes first: the inset takes what it leaves.
            needs = (len(rows) + len(sure)) * furniture.row_height(page) * 0.82 + heads
            height = min(38 * unit, y - box.y - needs)
            if height >= 18 * unit:
                self._inset(Box(box.x, y - height, box.width, height), inset)
                y -= height + 2 * unit
        pitch = min(furniture.row_height(page), (y - box.y - heads) / max(len(rows) + len(sure), 1))
        for key, part in (("legend", rows), ("precision", sure)):
            y -= self._heading(Box(box.x, box.y, box.width, y - box.y), key)
            furniture.legend(page, Box(box.x, box.y, box.width, y - box.y), part, 1, self.grey, pitch)
            y -= len(part) * pitch + 2 * unit
        return bar

    def _strip(
        self,
        rows: Sequence[furniture.Row],
        sure: Sequence[furniture.Row],
        north: float,
        metres: float,
        inset: Inset | None,
    ) -> float:
        page, box, unit = self.page, self.box, self.page.unit
        gap, right = 5 * unit, 48 * unit
        rest = box.width - right - 2 * gap
        columns = 2 if len(rows) > 6 else 1
        left = Box(box.x, box.y, rest * 0.66, box.height)
        used = self._heading(left, "legend")
        inner = Box(left.x, left.y, left.width, left.height - used)
        pitch = min(furniture.row_height(page), inner.height / max(math.ceil(len(rows) / columns), 1))
        furniture.legend(page, inner, rows, columns, self.grey, pitch)
        middle = Box(left.right + gap, box.y, rest * 0.34, box.height)
        used = self._heading(middle, "precision")
        inner = Box(middle.x, middle.y, middle.width, middle.height - used)
        furniture.legend(page, inner, sure, 1, self.grey, pitch)
        x = box.right - right
        furniture.north_arrow(page, x + 6 * unit, box.top - 15 * unit, 14 * unit, north, self.lang)
        bar = furniture.scale_bar(page, x + 14 * unit, box.top - 11 * unit, right - 14 * unit, metres, self.lang)
        if inset:
            self._inset(Box(x, box.y, right, box.height - 17 * unit), inset)
        return bar

    def _heading(self, box: Box, key: str) -> float:
        return furniture.heading(self.page, box, language.text(f"sheet.{key}", self.lang), 8.5 * self.page.unit)

    def _inset(self, box: Box, inset: Inset) -> None:
        used = self._heading(box, "inset")
        inner = Box(box.x, box.y, box.width, box.height - used)
        districts = list(zip(inset.base.names, inset.base.shapes, strict=True))
        furniture.inset(self.page, inner, districts, inset.chosen, inset.extent, self.grey)
