"""The composition of a map sheet: what stands where on the paper, and what its words say."""

import datetime
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from matplotlib.patches import Rectangle

import language
from city import City
from errors import CallError
from geo.datum import gauss_kruger_epsg
from geo.districts import Districts
from layers import furniture, mapframe, schema, symbols
from layers.paper import Box, Page, clean, fit, size_mm, text_width, wrap
from projects.feature import CATEGORIES

LABELS = ("auto", "names", "numbers", "none")
PRECISIONS = ("exact", "near", "part", "district", "city")
LOWEST_DPI, HIGHEST_DPI = 50, 1200
_INK, _GREY = furniture.INK, furniture.GREY


class Source(Protocol):
    """A plan as the source note names it (:class:`projects.plan.Plan` is one)."""

    @property
    def id(self) -> str:
        """Id, as the mentions of features give it."""

    @property
    def title(self) -> str:
        """Title."""

    @property
    def number(self) -> str:
        """Document number, or empty."""

    @property
    def published(self) -> str:
        """Date as ``YYYY`` or ``YYYY-MM-DD``, or empty."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a sheet is to look; the same for every sheet of an atlas.

    Attributes
    ----------
    lang
        ``"zh"`` or ``"en"``; the language of the process when None.
    size, orientation
        See :func:`layers.paper.size_mm`.
    dpi
        Pixels per inch of a PNG.
    grey
        Without colours: categories are told apart by symbol and hatch.
    labels
        ``"names"``, ``"numbers"`` (with a keyed list), ``"none"``, or ``"auto"``: names while there is room for all.
    graticule
        Whether meridians and parallels are drawn.
    approval
        Map-approval number (审图号); a blank to fill in when empty.
    maker
        Who made the map; nothing when empty.
    date
        Date of drawing; today when None.
    """

    lang: str | None = None
    size: str | tuple[float, float] = "A4"
    orientation: str = "auto"
    dpi: int = 300
    grey: bool = False
    labels: str = "auto"
    graticule: bool = False
    approval: str = ""
    maker: str = ""
    date: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.labels not in LABELS:
            raise CallError("sheet.unknown_labels", labels=self.labels, valid=", ".join(LABELS))
        if self.lang not in (None, *language.LANGUAGES):
            raise CallError("sheet.unknown_lang", lang=self.lang, valid=", ".join(language.LANGUAGES))
        if not LOWEST_DPI <= self.dpi <= HIGHEST_DPI:
            raise CallError("sheet.bad_dpi", dpi=self.dpi, low=LOWEST_DPI, high=HIGHEST_DPI)
        size_mm(self.size, self.orientation)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was drawn.

    Attributes
    ----------
    pages
        The sheet, then the pages of its keyed list.
    counts
        Features on the sheet by category, in the order of the legend.
    drawn, unplaced, outside, unlabelled
        How many features are on the sheet, have no position, lie outside it, are on it without name or number.
    labels
        How they are labelled: ``"names"``, ``"numbers"``, ``"none"``.
    bar_m, bar_mm
        Length of the scale bar on the ground and on the paper.
    view
        The window of the map.
    epsg
        Its projection.
    paths
        Files written.
    """

    pages: tuple[Page, ...]
    counts: Mapping[str, int]
    drawn: int
    unplaced: int
    outside: int
    unlabelled: int
    labels: str
    bar_m: float
    bar_mm: float
    view: mapframe.View
    epsg: int
    paths: tuple[Path, ...] = ()


class Composer:
    """The making of one sheet: projection, layout, map, what stands around it."""

    def __init__(
        self,
        placed: gpd.GeoDataFrame,
        unplaced: int,
        city: City,
        boundaries: Districts,
        chosen: tuple[str, ...],
        look: Look,
        lang: str,
    ) -> None:
        self.city, self.boundaries, self.chosen, self.look, self.lang = city, boundaries, chosen, look, lang
        self.unplaced = unplaced
        west, _, east, _ = boundaries.frame.total_bounds
        self.epsg = gauss_kruger_epsg((west + east) / 2)
        self.placed = placed.to_crs(self.epsg)
        projected = boundaries.frame.to_crs(self.epsg)
        names = {d.short: (d.short if lang == "zh" else d.en or d.short) for d in city.districts}
        self.base = mapframe.Base(
            tuple(projected["short"]),
            tuple(clean(names.get(s, s)) for s in projected["short"]),
            tuple(projected.geometry),
        )
        self.bounds = self._bounds()
        west, south, east, north = self.bounds
        self.width, self.height = size_mm(look.size, look.orientation, wide=(east - west) >= 0.72 * (north - south))

    def _bounds(self) -> tuple[float, float, float, float]:
        """Return what the map must show, in projected metres."""
        shapes = [s for n, s in zip(self.base.names, self.base.shapes, strict=True) if n in self.chosen]
        if shapes:
            bounds = shapely.total_bounds(shapes)
        else:
            whole = shapely.total_bounds(list(self.base.shapes))
            # A corridor may run far out of the city: the city's frame is the widest.
            bounds = np.asarray(self.placed.total_bounds)
            low, high = np.maximum(bounds[:2], whole[:2]), np.minimum(bounds[2:], whole[2:])
            if (high >= low).all():
                bounds = np.concatenate([low, high])
            spread = (bounds[2:] - bounds[:2]) / (whole[2:] - whole[:2])
            if spread.max() > 0.55:
                bounds = whole
        west, south, east, north = (float(v) for v in bounds)
        # One point alone still wants surroundings.
        least = 4000.0
        grow_x, grow_y = max(least - (east - west), 0) / 2, max(least - (north - south), 0) / 2
        return west - grow_x, south - grow_y, east + grow_x, north + grow_y

    def text(self, key: str, **values: object) -> str:
        return language.text(f"sheet.{key}", self.lang, **values)

    def make(self, title: str, subtitle: str, plans: Sequence[Source]) -> Sheet:
        city_name = self.city.name if self.lang == "zh" else self.city.en
        title = clean(title) or self.text("title", city=city_name)
        count = len(self.placed)
        wanted = self.look.labels
        modes = [wanted]
        if wanted == "auto":
            modes = ["names", "numbers"] if count <= mapframe.MOST_NAMES else ["numbers"]
            if count > mapframe.MOST_NUMBERS:
                modes = ["none"]
        for mode in [*modes, "numbers", "none"]:
            if sheet := self._attempt(mode, title, clean(subtitle), plans):
                return sheet
        raise AssertionError("a sheet without labels always succeeds")

    def _attempt(self, mode: str, title: str, subtitle: str, plans: Sequence[Source]) -> Sheet | None:
        page = Page(self.width, self.height)
        unit = page.unit
        margin, band, gap = 7.0 * unit, 3.2 * unit, 3.0 * unit
        top = _headline(page, title, subtitle, margin)
        note_points = 5.6 * unit
        note_width = self.width - 2 * margin - 46 * unit
        lines = self._note(self.placed, plans, (9999, 9999), mode, note_points, note_width)
        pitch = note_points * 0.47
        bottom = margin + len(lines) * pitch + 1.2 * unit
        body = Box(margin, bottom, self.width - 2 * margin, top - bottom)
        rows, sure = self._legend(self.placed), self._precisions(self.placed)
        if self.width >= self.height:
            side = min(max(0.2 * self.width, 50 * unit), 66 * unit)
            panel = Box(body.right - side, body.y, side, body.height)
            area = Box(body.x, body.y, body.width - side - gap, body.height)
        else:
            strip = self._strip_height(page, rows, sure)
            panel = Box(body.x, body.y, body.width, strip)
            area = Box(body.x, body.y + strip + gap, body.width, body.height - strip - gap)
        area, room, style = self._list_room(page, area, mode, gap)
        box = area.inset(band)
        view = mapframe.View.around(self.bounds, box)
        found, seen = mapframe.marks(self.placed, view)
        if not len(found):
            raise CallError("sheet.none_inside", n=len(self.placed), focus="、".join(self.chosen) or self.city.name)
        axes = page.map_axes(box)
        mapframe.draw_base(axes, view, self.base, self.chosen, unit)
        drawn = mapframe.draw_features(page, axes, view, found, mode, self.look.grey, self.base)
        if drawn is None:
            return None
        furniture.frame_band(page, box, band)
        numbered = mode == "numbers"
        if self.look.graticule:
            mapframe.draw_graticule(page, axes, view, self.epsg, band)
        square = furniture.grid_squares(page, box, band, words=not self.look.graticule) if numbered else None
        pages = [page]
        if square:
            keys = [
                furniture.Key(number, name, symbols.of_category(category), square(x, y))
                for number, name, category, (x, y) in zip(
                    drawn.numbers, map(clean, found.names), found.categories, found.anchors, strict=True
                )
            ]
            pages += self._keys(page, keys, room, style, title)
        rows, sure = self._legend(seen), self._precisions(seen)
        metres = self._true_scale(view)
        bar = self._panel(page, panel, rows, sure, view, metres)
        outside = len(self.placed) - len(found)
        unlabelled = drawn.unlabelled if mode == "names" else 0
        said = self._note(seen, plans, (self.unplaced, outside), mode, note_points, note_width)
        if drawn.stacked:
            pass
        for i, line in enumerate(said[: len(lines)]):
            page.write(margin, bottom - 1.2 * unit - (i + 0.75) * pitch, line, note_points, role="note", colour=_GREY)
        self._imprint(page, margin, bottom)
        return Sheet(
            pages=tuple(pages),
            counts={row.code: row.count for row in rows},
            drawn=len(found),
            unplaced=self.unplaced,
            outside=outside,
            unlabelled=unlabelled,
            labels=mode,
            bar_m=bar,
            bar_mm=bar / metres,
            view=view,
            epsg=self.epsg,
        )

    def _list_room(
        self, page: Page, area: Box, mode: str, gap: float
    ) -> tuple[Box, Box | None, furniture.KeyStyle | None]:
        """Take room for the keyed list from the map where that leaves the map large enough."""
        if mode != "numbers":
            return area, None, None
        unit = page.unit
        names = [clean(n) for n in self.placed["name"]]
        keys = [furniture.Key(str(i + 1), n, symbols.of_category(""), "W88") for i, n in enumerate(names)]
        style = furniture.KeyStyle.of(unit, keys, 46.0 * unit)
        head = 5.0 * unit
        if self.width >= self.height:
            for columns in (1, 2):
                width = columns * style.width + (columns - 1) * gap
                if width > 0.42 * area.width:
                    break
                if len(furniture.key_columns(keys, style, unit, area.height - head)) <= columns:
                    room = Box(area.right - width, area.y, width, area.height)
                    return Box(area.x, area.y, area.width - width - gap, area.height), room, style
            return area, None, style
        columns = max(int((area.width + gap) / (style.width + gap)), 1)
        style = furniture.KeyStyle.of(unit, keys, (area.width - (columns - 1) * gap) / columns)
        for share in (0.15, 0.22, 0.3, 0.36):
            if len(furniture.key_columns(keys, style, unit, area.height * share - head)) <= columns:
                room = Box(area.x, area.y, area.width, area.height * share)
                up = room.height + gap
                return Box(area.x, area.y + up, area.width, area.height - up), room, style
        return area, None, style

    def _keys(
        self, page: Page, keys: Sequence[furniture.Key], room: Box | None, style: furniture.KeyStyle | None, title: str
    ) -> list[Page]:
        """Draw the keyed list beside the map, or on pages of its own; return these."""
        gap = 3.0 * page.unit
        if room and style:
            style = furniture.KeyStyle.of(page.unit, keys, style.width)
            used = furniture.heading(page, room, self.text("keys"), 8.5 * page.unit)
            inner = Box(room.x, room.y, room.width, room.height - used)
            columns = furniture.key_columns(keys, style, page.unit, inner.height)
            furniture.key_list(page, inner, columns, style, gap, self.look.grey)
            return []
        pages: list[Page] = []
        columns = []
        while not pages or columns:
            sheet = Page(self.width, self.height)
            unit = sheet.unit
            margin = 12 * unit
            top = _headline(sheet, self.text("key_page", title=title), "", margin, largest=14)
            box = Box(margin, margin + 5 * unit, self.width - 2 * margin, top - margin - 5 * unit)
            per_page = max(int((box.width + gap) / (52 * unit + gap)), 1)
            style = furniture.KeyStyle.of(unit, keys, (box.width - (per_page - 1) * gap) / per_page)
            if not pages:
                columns = furniture.key_columns(keys, style, unit, box.height)
                total = math.ceil(len(columns) / per_page)
            furniture.key_list(sheet, box, columns[:per_page], style, gap, self.look.grey)
            columns = columns[per_page:]
            pages.append(sheet)
            said = self.text("page", n=len(pages) + 1, of=total + 1)
            sheet.write(self.width - margin, margin, said, 6 * unit, role="page", ha="right", colour=_GREY)
        return pages

    def _true_scale(self, view: mapframe.View) -> float:
        """Return true metres on the ground in a millimetre at the middle of the map."""
        lon, lat = self._middle(view)
        factor = pyproj.Proj(self.epsg).get_factors(lon, lat).meridional_scale
        return view.scale / float(factor)

    def _middle(self, view: mapframe.View) -> tuple[float, float]:
        west, south, east, north = view.extent
        there = pyproj.Transformer.from_crs(self.epsg, 4490, always_xy=True)
        lon, lat = there.transform((west + east) / 2, (south + north) / 2)
        return float(lon), float(lat)

    def _legend(self, seen: gpd.GeoDataFrame) -> list[furniture.Row]:
        """Return a row for each category on the sheet, in the order of the categories."""
        dimension = np.where(
            seen["precision"].isin(("district", "city")), 0, shapely.get_dimensions(seen.geometry.to_numpy())
        )
        shapes = {2: "area", 1: "line", 0: "point"}
        met: dict[str, set[str]] = {}
        for category, size in zip(seen["category"], dimension.tolist(), strict=True):
            met.setdefault(category, set()).add(shapes[size])
        count = Counter(seen["category"])
        known = [c for c in CATEGORIES if c in met] + sorted(set(met) - set(CATEGORIES))
        return [
            furniture.Row(c, clean(schema.value_label("category", c, self.lang)), count[c], symbols.of_category(c),
                          symbols.SURE, frozenset(met[c]))
            for c in known
        ]  # fmt: skip

    def _precisions(self, seen: gpd.GeoDataFrame) -> list[furniture.Row]:
        count = Counter(seen["precision"])
        plain = symbols.Look("#3c4a57", "o", "")
        return [
            furniture.Row(p, clean(schema.value_label("precision", p, self.lang)), count[p], plain,
                          symbols.of_precision(p), frozenset({"point"}))
            for p in PRECISIONS
            if count[p]
        ]  # fmt: skip

    def _strip_height(self, page: Page, rows: Sequence[furniture.Row], sure: Sequence[furniture.Row]) -> float:
        unit = page.unit
        legend = furniture.legend_height(page, len(rows), 2 if len(rows) > 6 else 1)
        precision = furniture.legend_height(page, len(sure), 1)
        return max(max(legend, precision) + 6 * unit, 40 * unit)

    def _panel(
        self,
        page: Page,
        panel: Box,
        rows: Sequence[furniture.Row],
        sure: Sequence[furniture.Row],
        view: mapframe.View,
        metres: float,
    ) -> float:
        """Draw what stands beside the map; return the length of the scale bar in metres."""
        unit = page.unit
        head = 8.5 * unit
        lon, lat = self._middle(view)
        # Grid north is up; true north lies off it by the convergence of the meridians.
        north = -float(pyproj.Proj(self.epsg).get_factors(lon, lat).meridian_convergence)
        if self.width >= self.height:
            furniture.north_arrow(page, panel.x + 7 * unit, panel.top - 17 * unit, 16 * unit, north, self.lang)
            bar = furniture.scale_bar(
                page, panel.x + 17 * unit, panel.top - 12.5 * unit, panel.width - 17 * unit, metres, self.lang
            )
            y = panel.top - 20 * unit
            if self._has_inset():
                height = 38 * unit
                self._inset(page, Box(panel.x, y - height, panel.width, height), view, head)
                y -= height + 2 * unit
            bottom = panel.y
            rest = y - bottom - 14 * unit
            columns = 1
            pitch = min(furniture.row_height(page), rest / max(len(rows) + len(sure), 1))
            box = Box(panel.x, bottom, panel.width, y - bottom)
            y -= furniture.heading(page, box, self.text("legend"), head)
            furniture.legend(page, Box(panel.x, bottom, panel.width, y - bottom), rows, columns, self.look.grey, pitch)
            y -= math.ceil(len(rows) / columns) * pitch + 2 * unit
            box = Box(panel.x, bottom, panel.width, y - bottom)
            y -= furniture.heading(page, box, self.text("precision"), head)
            furniture.legend(page, Box(panel.x, bottom, panel.width, y - bottom), sure, 1, self.look.grey, pitch)
            return bar
        gap = 5 * unit
        right = 48 * unit
        rest = panel.width - right - 2 * gap
        left, middle = rest * 0.62, rest * 0.38
        box = Box(panel.x, panel.y, left, panel.height)
        used = furniture.heading(page, box, self.text("legend"), head)
        columns = 2 if len(rows) > 6 else 1
        inner = Box(box.x, box.y, box.width, box.height - used)
        pitch = min(furniture.row_height(page), inner.height / max(math.ceil(len(rows) / columns), 1))
        furniture.legend(page, inner, rows, columns, self.look.grey, pitch)
        box = Box(panel.x + left + gap, panel.y, middle, panel.height)
        used = furniture.heading(page, box, self.text("precision"), head)
        furniture.legend(page, Box(box.x, box.y, box.width, box.height - used), sure, 1, self.look.grey, pitch)
        box = Box(panel.right - right, panel.y, right, panel.height)
        furniture.north_arrow(page, box.x + 6 * unit, box.top - 15 * unit, 14 * unit, north, self.lang)
        bar = furniture.scale_bar(page, box.x + 14 * unit, box.top - 11 * unit, right - 14 * unit, metres, self.lang)
        if self._has_inset():
            self._inset(page, Box(box.x, box.y, box.width, box.height - 17 * unit), view, head)
        return bar

    def _has_inset(self) -> bool:
        """Whether the sheet shows less than the city, so that the reader wants to know where it lies."""
        whole = shapely.total_bounds(list(self.base.shapes))
        west, south, east, north = self.bounds
        return (east - west) * (north - south) < 0.8 * (whole[2] - whole[0]) * (whole[3] - whole[1])

    def _inset(self, page: Page, box: Box, view: mapframe.View, head: float) -> None:
        used = furniture.heading(page, box, self.text("inset"), head)
        inner = Box(box.x, box.y, box.width, box.height - used)
        districts = list(zip(self.base.names, self.base.shapes, strict=True))
        furniture.inset(page, inner, districts, self.chosen, view.extent, self.look.grey)

    def _note(
        self,
        seen: gpd.GeoDataFrame,
        plans: Sequence[Source],
        left_out: tuple[int, int],
        mode: str,
        points: float,
        width: float,
    ) -> list[str]:
        """Return the lines of the source note."""
        told = {m["plan"] for found in seen["mentions"] for m in found} | set(seen["doc"])
        used = [p for p in plans if p.id in told]
        sentences = []
        if used:
            sentences.append(self.text("sources", sources=self._sources(used)))
        origins = [s for s, _ in Counter(s for s in seen["source"] if isinstance(s, str) and s).most_common(4)]
        meridian = 75 + 3 * (self.epsg - 4534)
        values = {"boundaries": self.boundaries.source, "meridian": meridian, "epsg": self.epsg}
        if origins:
            sentences.append(self.text("base", coordinates=self.text("listing").join(origins), **values))
        else:
            sentences.append(self.text("base_plain", **values))
        dated = max((str(p.published) for p in used if p.published), default="")
        said = [self.text("data_date", date=dated)] if dated else []
        said.append(self.text("drawn_date", date=(self.look.date or datetime.date.today()).isoformat()))
        said += [self.text(k, n=n) for k, n in zip(("unplaced", "outside"), left_out, strict=True) if n]
        if mode == "numbers":
            said.append(self.text("grid"))
        if mode == "none" and self.look.labels == "auto":
            said.append(self.text("dense"))
        said.append(self.text("boundary_note"))
        space = "" if self.lang == "zh" else " "
        sentences.append(space.join(said))
        return [line for s in sentences for line in wrap(clean(s), points, width)]

    def _sources(self, used: Sequence[Source]) -> str:
        most = 4
        told = []
        for plan in used[:most]:
            about = self.text("about_separator").join(str(v) for v in (plan.number, str(plan.published)[:4]) if v)
            told.append(self.text("plan" if about else "plan_plain", title=plan.title, about=about))
        if len(used) > most:
            told.append(self.text("source_more", n=len(used) - most))
        return self.text("source_separator").join(told)

    def _imprint(self, page: Page, margin: float, bottom: float) -> None:
        """Write 示意图, the map-approval number and the maker at the lower right."""
        unit = page.unit
        right, points = self.width - margin, 6.4 * unit
        y = bottom - 4.2 * unit
        word = self.text("schematic")
        size = 7.5 * unit
        width = text_width(word, size) + 3 * unit
        page.axes.add_patch(
            Rectangle((right - width, y - 1.2 * unit), width, 4.0 * unit, fill=False, edgecolor=_INK, lw=0.6)
        )
        page.write(right - width / 2, y + 0.8 * unit, word, size, role="schematic", ha="center", va="center_baseline")
        number = clean(self.look.approval)
        said = self.text("approval", number=number) if number else self.text("approval_blank")
        page.write(right, y - 4.4 * unit, said, points, role="approval", ha="right")
        if self.look.maker:
            page.write(right, y - 7.6 * unit, clean(self.look.maker), points, role="maker", ha="right")


def _headline(page: Page, title: str, subtitle: str, margin: float, largest: float = 20) -> float:
    """Write title and subtitle at the head of a page; return the height below them, millimetres."""
    unit = page.unit
    width = page.width - 2 * margin - 4 * unit
    sizes = [s * unit for s in (largest, largest * 0.85, largest * 0.7, largest * 0.58, largest * 0.48)]
    one, lines = fit(title, width, sizes[:3], 1)
    if len(wrap(title, one, width)) > 1:
        one, lines = fit(title, width, sizes[1:], 3)
    y = page.height - margin
    for line in lines:
        y -= one * 0.45
        page.write(page.width / 2, y + one * 0.05, line, one, role="title", ha="center", weight=0.03 * one)
    if subtitle:
        points, parts = fit(subtitle, width, [s * unit for s in (10, 8.5, 7)], 2)
        y -= 0.8 * unit
        for line in parts:
            y -= points * 0.45
            page.write(page.width / 2, y + points * 0.05, line, points, role="subtitle", ha="center", colour=_GREY)
    return y - 2.2 * unit
