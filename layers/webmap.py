"""The interactive map: a Folium map of placed features that needs no host but its own.

The base (plain background, district outlines, controls) is made once and never changes; what is shown on it comes as
one :class:`Features` element, so that a filter neither reloads the page nor moves the view. Text from plans is
escaped here, once, where it becomes part of the map.
"""

import hashlib
import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import folium
import folium.plugins
import geopandas as gpd
import numpy as np
import shapely
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from jinja2 import Template
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

import language
from city import City
from geo import datum
from geo.districts import Districts
from layers import schema, style

# Our own scripts and style sheet, in the order of loading.
OWN = ("datum.js", "marks.js", "controls.js", "edit.js", "planmap.js", "planmap.css")
# What is drawn is simplified to about 10 m, below a pixel at the scales of a city; exports keep every vertex.
TOLERANCE = 0.0001
OUTLINE_TOLERANCE = 0.0004
DECIMALS = 5
# The middle of the 3-degree zones of China, degrees east.
CHINA = 105.0
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
# More features than this are not sent at once: those in view, or, where these are too many, counts by cell.
MOST = 4000
CELL_PX = 56
# Characters that end or bend a script, a template or a text direction; the rest html.escape() does.
_SPECIAL = {ord(c): f"&#{ord(c)};" for c in "`{}\\"} | dict.fromkeys(
    [*range(0x09), *range(0x0B, 0x20), 0x7F, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


def clean(text: object) -> str:
    """Return text made safe as HTML, in an attribute, and in a script's string.

    Examples
    --------
    >>> clean("<b>`{x}`</b>")
    '&lt;b&gt;&#96;&#123;x&#125;&#96;&lt;/b&gt;'
    """
    return html.escape(str(text), quote=True).translate(_SPECIAL)


def script_json(value: object) -> str:
    """Return JSON that may stand in a script element: no ``<``, ``>``, ``&`` or line separator in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for c in "<>&\u2028\u2029":
        text = text.replace(c, f"\\u{ord(c):04x}")
    return text


def _library(cls: type, kind: str, *names: str) -> list[tuple[str, str]]:
    links: list[tuple[str, str]] = getattr(cls, f"default_{kind}")
    return [link for link in links if not names or link[0] in names]


class Map(folium.Map):
    """A Folium map that asks for Leaflet only: no jQuery, Bootstrap or icon fonts."""

    default_js = _library(folium.Map, "js", "leaflet")
    default_css = _library(folium.Map, "css", "leaflet_css")


class Planmap(JSCSSMixin, MacroElement):
    """The scripts of the map, and its start with outlines and bounds."""

    default_js = _library(folium.plugins.MarkerCluster, "js", "markerclusterjs")
    default_css = _library(folium.plugins.MarkerCluster, "css", "markerclustercss")
    _template = Template(
        "{% macro script(this, kwargs) %}planmap.start({{ this._parent.get_name() }}, {{ this.base }});{% endmacro %}"
    )

    def __init__(self, base: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Planmap"
        self.base = script_json(base)


class Features(folium.FeatureGroup):
    """What is shown: features, legend, selection, in one language."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.featureGroup(); planmap.show({{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(control=False)
        self.data = script_json(data)


_ADDRESSES = tuple(url for cls in (Map, Planmap) for _, url in (*cls.default_js, *cls.default_css))


def addresses() -> tuple[str, ...]:
    """Return the internet addresses of every script and style sheet that the map takes from Folium."""
    return _ADDRESSES


def link(script: str, style: str) -> None:
    """Make the map load everything from two addresses on the page's own server, in this process.

    Parameters
    ----------
    script, style
        Addresses of what :func:`layers.webassets.bundle` made of :func:`addresses` and
        :data:`OWN`.
    """
    Map.default_js, Map.default_css = [("planmap", script)], [("planmap", style)]
    Planmap.default_js, Planmap.default_css = [], []


def outlines(city: City, districts: Districts) -> dict[str, Any]:
    """Return what the base map is made of: bounds of the city, and each district's names, middle and rings.

    Parameters
    ----------
    city
        The city.
    districts
        Its boundaries (WGS 84).
    """
    west, south, east, north = (round(float(v), 4) for v in districts.outline.bounds)
    shapes = []
    for row in districts.frame.itertuples():
        at = row.geometry.representative_point()
        one = city.district(row.short)
        shapes.append(
            {
                "zh": clean(row.short),
                "en": clean(one.en if one else row.short),
                "at": [round(at.x, 4), round(at.y, 4)],
                "rings": compact(_simple(row.geometry, OUTLINE_TOLERANCE))[1],
            }
        )
    return {"bounds": [south, west, north, east], "districts": shapes}


def base(outlines: Mapping[str, Any]) -> Map:
    """Return the map that everything is shown on: outlines of the districts on a plain ground.

    Parameters
    ----------
    outlines
        From :func:`outlines`. The same outlines give the same script, so that the map in a browser stays.
    """
    south, west, north, east = outlines["bounds"]
    result = Map(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=9,
        tiles=None,
        minZoom=7,
        maxZoom=18,
        zoomSnap=0.5,
    )
    Planmap(outlines).add_to(result)
    return result


def _simple(geometry: BaseGeometry, tolerance: float) -> BaseGeometry:
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


def anchor(geometry: BaseGeometry) -> tuple[float, float]:
    """Return the longitude and latitude of a feature's mark: the middle of a line, a point inside an area."""
    if geometry.geom_type in ("LineString", "MultiLineString"):
        longest = max(shapely.get_parts(geometry), key=lambda part: float(part.length))
        middle = longest.interpolate(0.5, normalized=True)
        return float(middle.x), float(middle.y)
    inside = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return float(inside.x), float(inside.y)


@dataclass(frozen=True)
class Marks:
    """The placed features of a frame, made ready for the map once.

    Attributes
    ----------
    rows
        By feature id: id, name (escaped), category, precision (as indices), latitude, longitude, radius in metres,
        index of its shape or -1.
    shapes
        Lines and areas as :func:`compact` gives them, each once.
    """

    rows: Mapping[str, list[Any]]
    shapes: Sequence[list[Any]]

    @cached_property
    def listed(self) -> list[list[Any]]:
        """The rows in their order."""
        return list(self.rows.values())

    @cached_property
    def number(self) -> dict[str, int]:
        """Number of each row in :attr:`listed`, by feature id."""
        return {key: k for k, key in enumerate(self.rows)}

    @cached_property
    def at(self) -> NDArray[np.float64]:
        """Latitude and longitude of each row."""
        return np.array([(row[4], row[5]) for row in self.listed], dtype=float).reshape(-1, 2)

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """Category and precision of each row."""
        return np.array([(row[2], row[3]) for row in self.listed], dtype=np.intp).reshape(-1, 2)


def marks(frame: gpd.GeoDataFrame) -> Marks:
    """Return the marks of a frame; features without geometry have none."""
    placed = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    geometries = placed.geometry.to_numpy()
    shapes: list[list[Any]] = []
    known: dict[bytes, int] = {}
    drawn = np.full(len(placed), -1)
    at = shapely.get_coordinates(shapely.point_on_surface(geometries))
    for k in np.flatnonzero(~np.isin(shapely.get_type_id(geometries), _POINTS)):
        geometry = geometries[k]
        at[k] = anchor(geometry)
        key = geometry.wkb
        if key not in known:
            known[key] = len(shapes)
            shapes.append(compact(_simple(geometry, TOLERANCE)))
        drawn[k] = known[key]
    columns = (
        placed["id"].map(clean),
        placed["name"].map(clean),
        placed["category"].map({code: i for i, code in enumerate(style.categories())}),
        placed["precision"].map({code: i for i, code in enumerate(style.precisions())}),
        *at.round(DECIMALS).T[::-1],
        placed["radius_m"].fillna(0).round().astype(int),
        drawn,
    )
    listed = (list(row) for row in zip(*(np.asarray(column).tolist() for column in columns), strict=True))
    rows = dict(zip(placed["id"], listed, strict=True))
    return Marks(rows, shapes)


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
        Numbers of the rows to show.
    window
        What the browser shows; a margin of half of it is added on each side.
    categories
        Number of categories.

    Returns
    -------
    chosen, cells
        One of them is empty. A cell is latitude, longitude (the mean of its features) and the number of features
        of each category.
    """
    south, west, north, east, zoom = window
    high, wide = (north - south) / 2, (east - west) / 2
    lat, lon = marks.at[chosen].T
    inside = (lat >= south - high) & (lat <= north + high) & (lon >= west - wide) & (lon <= east + wide)
    chosen = chosen[inside]
    if len(chosen) <= MOST:
        return chosen, []
    at = marks.at[chosen]
    size = CELL_PX * 360 / 256 / 2**zoom
    row, column = np.floor(at / (size * 0.8, size)).astype(np.int64).T
    _, cell, total = np.unique(row * 2**32 + column, return_inverse=True, return_counts=True)
    middle = np.stack([np.bincount(cell, at[:, k]) / total for k in (0, 1)], axis=1).round(DECIMALS)
    pairs = np.bincount(cell * categories + marks.codes[chosen, 0], minlength=len(total) * categories)
    counts = pairs.reshape(-1, categories).tolist()
    return chosen[:0], [[*m, c] for m, c in zip(middle.tolist(), counts, strict=True)]


@cache
def _texts(lang: str) -> dict[str, str]:
    keys = ("legend", "all", "basemap", "home", "full", "measure", "measure_how", "shifted", "no_basemap", "mu", "here")
    drawing = ("edit_point", "edit_line", "edit_area", "edit_save", "edit_stop", "edit_undo")
    return {key: language.text(f"map.{key}", lang) for key in (*keys, *drawing)}


@cache
def _legend(lang: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    categories = [
        {
            "code": code,
            "label": clean(schema.value_label("category", code, lang)),
            "colour": look.colour,
            "symbol": look.svg,
        }
        for code, look in style.categories().items()
    ]
    precisions = [
        {
            "code": code,
            "label": clean(schema.value_label("precision", code, lang)),
            "look": look.mark,
            "dash": look.dash,
        }
        for code, look in style.precisions().items()
    ]
    return categories, precisions


def _clean_basemap(basemap: Mapping[str, Any]) -> dict[str, Any]:
    tiles = [{**tile, "credit": clean(tile["credit"])} for tile in basemap["tiles"]]
    return {**basemap, "label": clean(basemap["label"]), "tiles": tiles}


def shown(
    marks: Marks,
    ids: Iterable[str],
    lang: str,
    *,
    basemaps: Sequence[Mapping[str, Any]] = (),
    selected: str | None = None,
    fly: int = 0,
    focus: Sequence[float] | None = None,
    edit: Mapping[str, Any] | None = None,
    centre: float = CHINA,
    window: Window | None = None,
) -> dict[str, Any]:
    """Return what :class:`Features` shows.

    Parameters
    ----------
    marks
        All there is.
    ids
        Ids of the features to show, in the order of drawing; those not placed are left out.
    lang
        ``"zh"`` or ``"en"``.
    basemaps
        The choices, from :func:`layers.basemaps.choices`.
    selected
        Id of the selected feature.
    fly
        A number; the map flies to the selected feature when it differs from the last one and is not 0.
    focus
        South, west, north, east of what the filters are about; the map goes there when it changes.
    edit
        What is being placed by hand: ``{"id", "geometry" or None, "kind"}``.
    centre
        Longitude of the city's middle in degrees, for its 3-degree zone; the middle of China when not given.
    window
        What the browser shows; needed with more than :data:`MOST` features only.
    """
    chosen = np.array([marks.number[key] for key in ids if key in marks.number], dtype=np.intp)
    categories, precisions = _legend(lang)
    cells: list[list[Any]] = []
    partial = len(chosen) > MOST and window is not None
    counts = None
    if partial and window is not None:
        counts = [
            np.bincount(marks.codes[chosen, k], minlength=n).tolist()
            for k, n in enumerate((len(categories), len(precisions)))
        ]
        chosen, cells = thinned(marks, chosen, window, len(categories))
    used: dict[int, int] = {}
    features = []
    for row in map(marks.listed.__getitem__, chosen.tolist()):
        if row[7] >= 0:
            row = [*row[:7], used.setdefault(row[7], len(used))]
        features.append(row)
    epsg = datum.gauss_kruger_epsg(centre)
    content = hashlib.sha256(f"{lang} {features} {cells}".encode()).hexdigest()[:16]
    return {
        "stamp": content,
        "lang": lang,
        "texts": _texts(lang),
        "categories": categories,
        "precisions": precisions,
        "basemaps": [_clean_basemap(b) for b in basemaps],
        "grid": {"epsg": epsg, "meridian": datum.meridian(epsg)},
        "features": features,
        "cells": cells,
        "partial": partial,
        "window": list(window) if partial and window is not None else None,
        "counts": counts,
        "shapes": [marks.shapes[k] for k in used],
        "selected": selected,
        "fly": fly,
        "focus": None if focus is None else [round(float(v), 4) for v in focus],
        "edit": edit,
    }
