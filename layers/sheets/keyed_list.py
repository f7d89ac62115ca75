"""The keyed list of a sheet: numbers on the map and the names that go with them, in columns."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import language
from layers.sheets import symbols
from layers.sheets.furniture import GREY, heading
from layers.sheets.imprint import headline
from layers.sheets.paper import Box, Page
from layers.sheets.typeface import shorten, text_width, wrap
from layers.style import Look


@dataclass(frozen=True)
class Key:
    """A row of the keyed list: number on the map, name, look of its symbol (None for a heading) and grid square."""

    number: str
    name: str
    look: Look | None
    square: str


@dataclass(frozen=True)
class KeyStyle:
    """Measures of a keyed list."""

    points: float
    pitch: float
    width: float
    number: float
    square: float

    @classmethod
    def of(cls, page_unit: float, keys: Sequence[Key], width: float) -> "KeyStyle":
        """Return the measures for columns of ``width`` millimetres."""
        points = 5.8 * page_unit
        number = max((text_width(k.number, points) for k in keys), default=0.0)
        square = max((text_width(k.square, points) for k in keys), default=0.0)
        return cls(points, 2.75 * page_unit, width, number, square)

    def lines(self, key: Key, unit: float) -> list[str]:
        """Return the lines of a name in its column."""
        room = self.width - self.number - self.square - 6.4 * unit
        found = wrap(key.name, self.points, room)
        # One or two characters alone in the second line read badly: the first gives them some of its own.
        if len(found) == 2 and text_width(found[1], self.points) < 0.25 * room:
            even = wrap(key.name, self.points, 0.7 * room)
            found = even if len(even) == 2 else found
        return found if len(found) <= 2 else [found[0], shorten(found[1] + found[2], self.points, room)]


def key_columns(keys: Sequence[Key], style: KeyStyle, unit: float, height: float) -> list[list[Key]]:
    """Divide a keyed list into columns of at most ``height`` millimetres."""
    columns: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        needs = style.pitch * len(style.lines(key, unit)) + 0.35 * unit
        # A heading goes with the row after it.
        wants = needs if key.look else needs + style.pitch + 0.35 * unit
        if used + wants > height and columns[-1]:
            columns.append([])
            used = 0.0
        columns[-1].append(key)
        used += needs
    return columns


def key_list(
    page: Page, box: Box, columns: Sequence[Sequence[Key]], style: KeyStyle, gutter: float, grey: bool
) -> None:
    """Draw the columns of a keyed list from the left."""
    unit = page.unit
    spots: dict[Look, list[tuple[float, float]]] = {}
    for i, column in enumerate(columns):
        left = box.x + i * (style.width + gutter)
        y = box.top
        for key in column:
            lines = style.lines(key, unit)
            base = y - style.pitch * 0.62
            page.write(left + style.number, base, key.number, style.points, role="key-number", ha="right", colour=GREY)
            start = left + style.number + 1.6 * unit
            if key.look:
                spots.setdefault(key.look, []).append((left + style.number + 1.9 * unit, base + style.points * 0.125))
                start = left + style.number + 3.9 * unit
            weight = 0.0 if key.look else 0.25
            for j, line in enumerate(lines):
                page.write(start, base - j * style.pitch, line, style.points, role="key", weight=weight)
            page.write(left + style.width, base, key.square, style.points, role="key-square", ha="right", colour=GREY)
            y -= style.pitch * len(lines) + 0.35 * unit
        if i:
            x = left - gutter / 2
            page.axes.plot([x, x], [box.y, box.top], color="#d5d8db", lw=0.4)
    # One call for each look: a call for each row takes longer than all the rest.
    for look, places in spots.items():
        xs, ys = zip(*places, strict=True)
        symbols.points(page.axes, xs, ys, look, symbols.SURE, 1.66 * unit, grey)


def _columns(width: float, gap: float, unit: float) -> tuple[int, float]:
    """Return how many columns of a keyed list go into a width, and how wide each is."""
    count = max(int((width + gap) / (42 * unit + gap) + 1e-9), 1)
    return count, (width - (count - 1) * gap) / count


def room(page: Page, area: Box, keys: Sequence[Key], gap: float) -> tuple[Box, Box | None]:
    """Take room for a keyed list from the map, at its right on a wide sheet, else below.

    Parameters
    ----------
    area
        Box of the map with its frame.
    keys
        The rows to come; none needs no room.

    Returns
    -------
    Box, Box or None
        What is left for the map, and the room; None when the list would leave too small a map.
    """
    if not keys:
        return area, None
    unit = page.unit
    head = 6.0 * unit
    if page.width >= page.height:
        for columns, column in ((1, 42.0), (1, 50.0), (1, 60.0), (2, 42.0), (2, 46.0)):
            width = columns * column * unit + (columns - 1) * gap
            style = KeyStyle.of(unit, keys, column * unit)
            fits = len(key_columns(keys, style, unit, area.height - head)) <= columns
            if fits and width <= 0.46 * area.width:
                found = Box(area.right - width, area.y, width, area.height)
                return Box(area.x, area.y, area.width - width - gap, area.height), found
        return area, None
    columns, column_width = _columns(area.width, gap, unit)
    style = KeyStyle.of(unit, keys, column_width)
    for share in (0.08, 0.12, 0.16, 0.22, 0.28, 0.34):
        if len(key_columns(keys, style, unit, area.height * share - head)) <= columns:
            found = Box(area.x, area.y, area.width, area.height * share)
            up = found.height + gap
            return Box(area.x, area.y + up, area.width, area.height - up), found
    return area, None


def draw(page: Page, keys: Sequence[Key], room: Box | None, title: str, grey: bool, lang: str) -> list[Page]:
    """Draw a keyed list into its room, or on pages of its own; return these."""
    unit = page.unit
    gap = 3.0 * unit
    if room:
        numbered = all(key.look for key in keys)
        used = heading(page, room, language.text("sheet.keys" if numbered else "sheet.stacked_keys", lang), 8.5 * unit)
        inner = Box(room.x, room.y, room.width, room.height - used)
        for wanted in range(1, _columns(room.width, gap, unit)[0] + 1):
            style = KeyStyle.of(unit, keys, (room.width - (wanted - 1) * gap) / wanted)
            columns = key_columns(keys, style, unit, inner.height)
            if len(columns) <= wanted:
                key_list(page, inner, columns, style, gap, grey)
                return []
    margin = 12 * unit
    pages: list[Page] = []
    rest: list[list[Key]] = []
    total = 0
    while not pages or rest:
        sheet = Page(page.width, page.height)
        top = headline(sheet, language.text("sheet.key_page", lang, title=title), "", margin, largest=14)
        box = Box(margin, margin + 5 * unit, page.width - 2 * margin, top - margin - 5 * unit)
        most, width = _columns(box.width, gap, unit)
        style = KeyStyle.of(unit, keys, width)
        if not pages:
            rest = key_columns(keys, style, unit, box.height)
            total = math.ceil(len(rest) / most)
        key_list(sheet, box, rest[:most], style, gap, grey)
        rest = rest[most:]
        pages.append(sheet)
        said = language.text("sheet.page", lang, n=len(pages) + 1, of=total + 1)
        sheet.write(page.width - margin, margin, said, 6 * unit, role="page", ha="right", colour=GREY)
    return pages
