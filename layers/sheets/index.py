"""The index sheet of an atlas: which sheet is on which page, and where it lies in the city."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely

import language
from city import City
from geo.districts import Districts
from layers import style
from layers.sheets import furniture, mapframe, symbols
from layers.sheets.composition import LOCK, TYPE, plane
from layers.sheets.imprint import Foot, headline
from layers.sheets.look import Look
from layers.sheets.paper import Box, Page, size_mm
from layers.sheets.typeface import clean, shorten, text_width
from projects.feature import CATEGORIES


@dataclass(frozen=True)
class Entry:
    """A sheet of the atlas: code and name of its part, features on it, and its page or number."""

    code: str
    name: str
    items: int
    page: int


def compose(
    entries: Sequence[Entry],
    frame: gpd.GeoDataFrame,
    *,
    city: City,
    boundaries: Districts,
    title: str,
    look: Look,
    bound: bool = True,
) -> Page:
    """Draw the index sheet.

    Parameters
    ----------
    entries
        The sheets in order.
    frame
        The features of the atlas (WGS 84); shown as dots.
    bound
        Whether the sheets are pages of one file, else files with a number each.
    """
    lang = look.lang or language.default()
    with LOCK, mpl.rc_context(TYPE):
        base, epsg = plane(city, boundaries, lang)
        bounds = tuple(float(v) for v in shapely.total_bounds(list(base.shapes)))
        page = Page(*size_mm(look.size, look.orientation, wide=True))
        unit = page.unit
        margin, band, gap = 7 * unit, 3.2 * unit, 4 * unit
        top = headline(page, language.text("sheet.index_title", lang, title=clean(title)), "", margin)
        foot = Foot(boundaries.source, epsg, look, lang)
        said = foot.brief(page, page.width - 2 * margin)
        bottom = margin + foot.height(page, said)
        foot.draw(page, said, margin, bottom)
        body = Box(margin, bottom, page.width - 2 * margin, top - bottom)
        if page.width >= page.height:
            side = 0.4 * body.width
            area = Box(body.x, body.y, body.width - side - gap, body.height)
            table = Box(area.right + gap, body.y, side, body.height)
        else:
            low = min((len(entries) + 2) * 6 * unit, 0.45 * body.height)
            area = Box(body.x, body.y + low + gap, body.width, body.height - low - gap)
            table = Box(body.x, body.y, body.width, low)
        box = area.inset(band)
        view = mapframe.View.around((bounds[0], bounds[1], bounds[2], bounds[3]), box)
        axes = page.map_axes(box)
        pages = {e.code: e.page for e in entries}
        mapframe.draw_base(axes, view, base, (), unit, look.grey)
        placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
        dots = shapely.get_coordinates(shapely.point_on_surface(placed.geometry.to_crs(epsg).to_numpy()))
        axes.scatter(dots[:, 0], dots[:, 1], s=1.6 * unit**2, color="#9aa1a8", linewidths=0, zorder=1)
        _name_districts(page, view, base, pages, look.grey)
        furniture.frame_band(page, box, band)
        north = -mapframe.convergence(view, epsg)
        furniture.north_arrow(page, box.x + 8 * unit, box.top - 20 * unit, 16 * unit, north, lang)
        metres = mapframe.true_scale(view, epsg)
        furniture.scale_bar(page, box.x + 5 * unit, box.y + 5 * unit, 45 * unit, metres, lang)
        _table(page, table, entries, lang, look.grey, "page" if bound else "number")
        return page


def _name_districts(page: Page, view: mapframe.View, base: mapframe.Base, pages: dict[str, int], grey: bool) -> None:
    nothing = np.empty((0, 3))
    for (block, text), short in mapframe.district_names(view, base, nothing, page.unit):
        points = block.height / 0.42
        middle = block.x + block.width / 2
        here = pages.get(short)
        lift = points * 0.2 if here else 0.0
        page.write(
            middle, block.y + block.height / 2 + lift, text, points, role="district", ha="center", va="middle", halo=0.8
        )
        if here:
            y = block.y + block.height / 2 - points * 0.22
            page.write(middle, y, str(here), points * 0.85, role="district", ha="center", va="middle",
                       colour=furniture.GREY if grey else "#8a5a00", halo=0.8)  # fmt: skip


def _table(page: Page, box: Box, entries: Sequence[Entry], lang: str, grey: bool, last: str) -> None:
    unit = page.unit
    pitch = min(6.2 * unit, (box.height - 8 * unit) / max(len(entries), 1))
    points = min(8.5 * unit, pitch * 1.7)
    heads = [language.text(f"sheet.index_{k}", lang) for k in ("name", "items", last)]
    wide = max(text_width(heads[1], points), text_width("0,000", points)) + 4 * unit
    ends = (box.right - wide, box.right)
    y = box.top - 3.5 * unit
    page.write(box.x, y, heads[0], points, role="heading", weight=0.3)
    for end, head in zip(ends, heads[1:], strict=True):
        page.write(end, y, head, points, role="heading", ha="right", weight=0.3)
    y -= 1.6 * unit
    page.axes.plot([box.x, box.right], [y, y], color=furniture.INK, lw=0.7)
    for entry in entries:
        y -= pitch
        base = y + pitch * 0.3
        left = box.x
        if entry.code in CATEGORIES:
            cell = Box(left, base - 0.2 * unit, 3 * unit, 3 * unit)
            symbols.swatch(page.axes, cell, "point", style.of_category(entry.code), unit, grey)
            left += 5 * unit
        name = shorten(clean(entry.name), points, ends[0] - wide - left)
        page.write(left, base, name, points, role="index")
        for end, value in zip(ends, (f"{entry.items:,}", str(entry.page)), strict=True):
            page.write(end, base, value, points, role="index", ha="right")
        page.axes.plot([box.x, box.right], [y, y], color="#c9cdd1", lw=0.3)
