"""The composition of a map sheet: what stands where on the paper, and what its words say."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

import language
from city import City
from errors import CallError, Issue
from geo.datum import gauss_kruger_epsg
from geo.districts import Districts
from layers import schema, style
from layers.sheets import furniture, imprint, keyed_list, mapframe, marks, panel, stacks, symbols
from layers.sheets.backdrop import Backdrop
from layers.sheets.look import Look, Source
from layers.sheets.paper import Box, Page, size_mm
from layers.sheets.typeface import clean

# Fonts and figures of matplotlib are not made for several threads.
LOCK = threading.RLock()
# Type is set as measured, not bent to the pixels, so that a sheet is the same at every resolution.
TYPE: Any = {"axes.unicode_minus": False, "text.hinting": "none", "text.hinting_factor": 1}

# So many districts are named in a title.
_MOST_NAMED = 3

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was drawn.

    Attributes
    ----------
    title
        Its title as written.
    pages
        The sheet, then the pages of its keyed list.
    counts
        Features on the sheet by category, in the order of the legend.
    drawn, unplaced, rejected, outside, unlabelled
        How many features are on the sheet, have no position, were rejected by a person, lie outside it, are on it
        without name or number.
    labels
        How they are labelled: ``"names"``, ``"numbers"``, ``"none"``.
    bar_m, bar_mm
        Length of the scale bar on the ground and on the paper.
    view
        The window of the map.
    epsg
        Its projection.
    issues
        What could not be done as asked: a basemap that did not answer.
    paths
        Files written.
    """

    title: str
    pages: tuple[Page, ...]
    counts: Mapping[str, int]
    drawn: int
    unplaced: int
    rejected: int
    outside: int
    unlabelled: int
    labels: str
    bar_m: float
    bar_mm: float
    view: mapframe.View
    epsg: int
    issues: tuple[Issue, ...] = ()
    paths: tuple[Path, ...] = ()


def plane(city: City, boundaries: Districts, lang: str) -> tuple[mapframe.Base, int]:
    """Return the districts of a city in its Gauss-Krüger zone, with their names, and the EPSG code of the zone."""
    west, _, east, _ = boundaries.frame.total_bounds
    epsg = gauss_kruger_epsg((west + east) / 2)
    projected = boundaries.frame.to_crs(epsg)
    names = {d.short: (d.short if lang == "zh" else d.en or d.short) for d in city.districts}
    shorts = tuple(projected["short"])
    return mapframe.Base(shorts, tuple(clean(names.get(s, s)) for s in shorts), tuple(projected.geometry)), epsg


class Composer:
    """The making of one sheet: projection, layout, map, what stands around it."""

    def __init__(
        self,
        placed: gpd.GeoDataFrame,
        unplaced: int,
        rejected: int,
        city: City,
        boundaries: Districts,
        chosen: tuple[str, ...],
        window: Bounds | None,
        look: Look,
        lang: str,
    ) -> None:
        self.city, self.boundaries, self.chosen, self.look, self.lang = city, boundaries, chosen, look, lang
        self.window = window
        self.unplaced, self.rejected = unplaced, rejected
        self.backdrop = Backdrop.of(look.basemap, lang)
        self.base, self.epsg = plane(city, boundaries, lang)
        self.placed = placed.to_crs(self.epsg)
        self.bounds = self._bounds()
        west, south, east, north = self.bounds
        self.width, self.height = size_mm(look.size, look.orientation, wide=(east - west) >= 0.72 * (north - south))

    def _bounds(self) -> tuple[float, float, float, float]:
        """Return what the map must show, in projected metres."""
        shapes = [s for n, s in zip(self.base.names, self.base.shapes, strict=True) if n in self.chosen]
        if self.window:
            there = pyproj.Transformer.from_crs(4326, self.epsg, always_xy=True)
            bounds = np.asarray(there.transform_bounds(*self.window))
        elif shapes:
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
        least = 4000.0 if not self.window else 500.0
        grow_x, grow_y = max(least - (east - west), 0) / 2, max(least - (north - south), 0) / 2
        return west - grow_x, south - grow_y, east + grow_x, north + grow_y

    def _text(self, key: str, **values: object) -> str:
        return language.text(f"sheet.{key}", self.lang, **values)

    def make(self, title: str, subtitle: str, plans: Sequence[Source]) -> Sheet:
        """Compose the sheet, with names where they all find room, else with numbers, else without labels."""
        title = clean(title) or self._text("title", city=self._place())
        plans = imprint.by_use(plans, self.placed)
        if not subtitle and self.placed["category"].nunique() == 1:
            subtitle = schema.value_label("category", self.placed["category"].iloc[0], self.lang)
        count = len(self.placed)
        wanted = self.look.labels
        modes = [wanted]
        if wanted == "auto":
            modes = ["names", "numbers"] if count <= marks.MOST_NAMES else ["numbers"]
        if count > marks.MOST_NUMBERS:
            modes = ["none"]
        for mode in [*modes, "numbers", "none"]:
            if sheet := self._attempt(mode, title, clean(subtitle), plans):
                return sheet
        raise AssertionError("a sheet without labels always succeeds")

    def _place(self) -> str:
        """Return the name of what the sheet shows: its districts, or the city."""
        told = [d for d in map(self.city.district, self.chosen) if d]
        if not 0 < len(told) <= _MOST_NAMED:
            return self.city.name if self.lang == "zh" else self.city.en
        return self._text("and").join(d.name if self.lang == "zh" else d.en or d.name for d in told)

    def _attempt(self, mode: str, title: str, subtitle: str, plans: Sequence[Source]) -> Sheet | None:
        """Compose the sheet with one way of labelling; None when the names do not all find room."""
        page = Page(self.width, self.height)
        unit = page.unit
        margin, gap = 7.0 * unit, 3.0 * unit
        top = imprint.headline(page, title, subtitle, margin)
        foot = imprint.Foot(self.boundaries.source, self.epsg, self.look, self.lang)
        width = self.width - 2 * margin
        # The map decides what the note says, the note how high the map is: room for the longest note is kept.
        most = {"unplaced": 9999, "rejected": self.rejected, "outside": 9999}
        longest = foot.lines(page, self.placed, plans, most, True, mode == "names", width)
        bottom = margin + foot.height(page, longest)
        beside, area = self._divided(page, Box(margin, bottom, width, top - bottom), gap)
        area, room = keyed_list.room(page, area, self._expected(mode), gap)
        area, window, detail_area = self._detail(area, mode, gap)
        main = self._map(page, area, self.bounds, mode, window)
        if main is None:
            return None
        if not len(main.found):
            raise CallError("sheet.none_inside", n=len(self.placed), focus="、".join(self.chosen) or self.city.name)
        frames = [main]
        if detail_area and window and (detail := self._map(page, detail_area, window, mode, None, main)):
            frames.append(detail)
            if detail.plates:
                metres = self._true_scale(detail.view)
                furniture.detail_marks(page, main.view, detail.view, detail.plates, metres, self.lang)
        keys = self._keys(frames, mode)
        pages = [page, *keyed_list.draw(page, keys, room, title, self.look.grey, self.lang)] if keys else [page]
        sides = panel.Panel(page, beside, self.lang, self.look.grey)
        rows, sure = panel.legend_rows(main.seen, self.lang), panel.precision_rows(main.seen, self.lang)
        # Grid north is up; true north lies off it by the convergence of the meridians.
        north = -mapframe.convergence(main.view, self.epsg)
        metres = self._true_scale(main.view)
        inset = panel.Inset(self.base, self.chosen, main.view.extent) if self._has_inset() else None
        bar = sides.draw(rows, sure, north, metres, inset)
        outside = len(self.placed) - len(main.found)
        badges = any(f.drawn.badges for f in frames)
        left_out = {"unplaced": self.unplaced, "rejected": self.rejected, "outside": outside}
        said = foot.lines(page, main.seen, plans, left_out, badges, main.drawn.circles, width)
        foot.draw(page, said[: len(longest)], margin, bottom)
        return Sheet(
            title=title,
            pages=tuple(pages),
            counts={row.code: row.count for row in rows},
            drawn=len(main.found),
            unplaced=self.unplaced,
            rejected=self.rejected,
            outside=outside,
            unlabelled=min(f.drawn.unlabelled for f in frames) if mode == "names" else 0,
            labels=mode,
            bar_m=bar,
            bar_mm=bar / metres,
            view=main.view,
            epsg=self.epsg,
            issues=(self.backdrop.fault,) if self.backdrop and self.backdrop.fault else (),
        )

    def _divided(self, page: Page, body: Box, gap: float) -> tuple[Box, Box]:
        """Return the boxes of panel and map: the panel at the right of a wide sheet, below on a tall one."""
        unit = page.unit
        if self.width >= self.height:
            side = min(max(0.2 * self.width, 50 * unit), 66 * unit)
            area = Box(body.x, body.y, body.width - side - gap, body.height)
            return Box(area.right + gap, body.y, side, body.height), area
        strip = panel.strip_height(page, self.placed, self._has_inset())
        area = Box(body.x, body.y + strip + gap, body.width, body.height - strip - gap)
        return Box(body.x, body.y, body.width, strip), area

    def _map(
        self, page: Page, area: Box, bounds: Bounds, mode: str, window: Bounds | None, of: "_Frame | None" = None
    ) -> "_Frame | None":
        """Draw a map with its frame; ``window`` is what another map shows larger, ``of`` the map this one enlarges."""
        band = 3.2 * page.unit
        box = area.inset(band)
        view = mapframe.View.around(bounds, box, 0.04 if of is None else 0.0)
        found, seen = marks.marks(self.placed, view)
        if of is not None:
            numbers = dict(zip(of.seen.index, of.found.numbers, strict=True))
            found.numbers = [numbers[i] for i in seen.index]
        # Only one letter series over both maps, so that a square is never ambiguous.
        first = of.columns if of else 0
        axes = page.map_axes(box)
        picture = self.backdrop.under(view, self.epsg, self.look.grey) if self.backdrop else None
        mapframe.draw_base(axes, view, self.base, self.chosen, page.unit, self.look.grey, picture)
        quiet = np.zeros(len(found), dtype=bool) if window is None else marks.inside(found, view, window)
        # A plate may cross a line, but not hide a symbol.
        symbols = found.anchors[shapely.get_dimensions(found.shapes) == 0]
        plates = furniture.detail_plates(box, page.unit, symbols) if of else None
        taken = list(plates or ())
        if picture and self.backdrop and self.backdrop.credit:
            taken.append(furniture.credit(page, box, clean(self.backdrop.credit)))
        edges = None if window is None else view.on_paper(window)
        drawn = marks.draw(page, axes, view, found, mode, self.look.grey, self.base, quiet, taken, edges)
        if drawn is None:
            return None
        furniture.frame_band(page, box, band)
        listed = mode == "numbers" or (mode == "names" and bool(drawn.badges))
        if self.look.graticule:
            mapframe.draw_graticule(page, axes, view, self.epsg, band, sides=1 if listed else 2)
        grid = furniture.Grid(box, page.unit, first)
        if listed:
            grid.draw(page, band, both=not self.look.graticule)
        return _Frame(view, found, seen, drawn, quiet, grid.columns + first, grid.square, plates)

    def _detail(self, area: Box, mode: str, gap: float) -> tuple[Box, Bounds | None, Box | None]:
        """Return the box of the map, and window and box of a second map of a crowded part when one helps."""
        if mode != "numbers":
            return area, None, None
        whole = self.bounds
        local = self.placed[~self.placed["precision"].isin(marks.REGIONAL)]
        if len(local) < marks.MOST_NAMES / 3:
            return area, None, None
        spots = shapely.get_coordinates(shapely.point_on_surface(local.geometry.to_numpy()))
        low, high = np.quantile(spots, 0.12, axis=0), np.quantile(spots, 0.88, axis=0)
        reach = np.maximum((high - low) * 0.56, 4000)
        middle = (low + high) / 2
        if area.width > 1.15 * area.height:
            left = Box(area.x, area.y, area.width * 0.47, area.height)
            right = Box(left.right + gap, area.y, area.width * 0.53 - gap, area.height)
        else:
            right = Box(area.x, area.y, area.width, area.height * 0.5 - gap)
            left = Box(area.x, right.top + gap, area.width, area.height * 0.5)
        shape = right.width / right.height
        half = max(reach[0], reach[1] * shape)
        window = (middle[0] - half, middle[1] - half / shape, middle[0] + half, middle[1] + half / shape)
        before = mapframe.View.around(whole, area).scale
        if mapframe.View.around(window, right, 0.0).scale > (0.4 if self.chosen else 0.6) * before:
            return area, None, None
        return left, tuple(float(v) for v in window), right  # type: ignore[return-value]

    def _expected(self, mode: str) -> list[keyed_list.Key]:
        """Return keyed list rows as many and as long as the map will need, before it is drawn."""
        if mode == "none":
            return []
        names = [clean(n) for n in self.placed["name"]]
        look = symbols.ANY
        if mode == "numbers":
            return [keyed_list.Key(str(i + 1), n, look, "W88") for i, n in enumerate(names)]
        groups: dict[bytes, list[str]] = {}
        for name, shape, precision in zip(names, self.placed.geometry, self.placed["precision"], strict=True):
            spot = shape.representative_point() if precision in marks.REGIONAL else shape
            groups.setdefault(spot.wkb, []).append(name)
        keys = []
        for group in groups.values():
            if mode == "names" and len(group) > marks.SIDE_BY_SIDE["names"]:
                keys.append(keyed_list.Key("888", group[0], None, "W88"))
                keys += [keyed_list.Key("", name, look, "") for name in group]
        return keys

    def _keys(self, frames: Sequence["_Frame"], mode: str) -> list[keyed_list.Key]:
        """Return the rows of the keyed list: every number, or what stands under each circle."""
        main = frames[0]
        looks = [style.of_category(c) for c in main.found.categories]
        names = main.found.names
        if mode == "numbers":
            squares: dict[int, str] = {}
            for frame in frames:
                for number, (x, y), quiet in zip(frame.found.numbers, frame.found.anchors, frame.quiet, strict=True):
                    if not quiet or number not in squares:
                        squares[number] = frame.square(x, y)
            return [
                keyed_list.Key(str(n), name, look, squares[n])
                for n, name, look in zip(main.found.numbers, names, looks, strict=True)
            ]
        keys = []
        for stack in main.drawn.badges if mode == "names" else ():
            head = self._stack_name(main, stack)
            keys.append(keyed_list.Key(str(len(stack.rows)), head, None, main.square(stack.x, stack.y)))
            keys += [keyed_list.Key("", names[i], looks[i], "") for i in stack.rows]
        return keys

    def _stack_name(self, frame: "_Frame", stack: stacks.Stack) -> str:
        """Return what the features under a circle have in common: the districts told of them, or the one around it."""
        found, rows = frame.found, list(stack.rows)
        if not all(found.precisions[i] in marks.REGIONAL for i in rows):
            return self._text("stack_point")
        if any(found.precisions[i] == "city" for i in rows):
            return self._text("stack_city")
        spot = found.shapes[rows[0]]
        around = [n for n, shape in zip(self.base.names, self.base.shapes, strict=True) if shape.intersects(spot)]
        known = [tuple(d for d in ds if self.city.district(d)) for ds in frame.seen["districts"].iloc[rows]]
        told = [districts or tuple(around[:1]) for districts in known]
        shared = [d for d in told[0] if all(d in others for others in told)]
        named = shared or list(dict.fromkeys(d for districts in told for d in districts))
        if not named:
            return self._text("stack_city")
        if len(named) > _MOST_NAMED:
            return self._text("stack_point")
        districts = filter(None, map(self.city.district, named))
        names = (d.short if self.lang == "zh" else d.en or d.short for d in districts)
        return self._text("stack_region", name=self._text("and").join(names))

    def _true_scale(self, view: mapframe.View) -> float:
        return mapframe.true_scale(view, self.epsg)

    def _has_inset(self) -> bool:
        """Whether the sheet shows less than the city, so that the reader wants to know where it lies."""
        whole = shapely.total_bounds(list(self.base.shapes))
        west, south, east, north = self.bounds
        return bool((east - west) * (north - south) < 0.8 * (whole[2] - whole[0]) * (whole[3] - whole[1]))


@dataclass(frozen=True)
class _Frame:
    """A map on the sheet: its window, features, rows, what was drawn, which another map labels, grid, plates."""

    view: mapframe.View
    found: marks.Marks
    seen: gpd.GeoDataFrame
    drawn: marks.Drawn
    quiet: NDArray[np.bool_]
    columns: int
    square: Callable[[float, float], str]
    plates: tuple[Box, Box] | None
