"""The interactive map: a Folium map of placed features that needs no host but its own.

The base (plain background, district outlines, controls) is made once and never changes; what is shown on it comes as
one :class:`Features` element, so that a filter neither reloads the page nor moves the view. Text from plans is
escaped here, once, where it becomes part of the map.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import folium
import folium.plugins
import numpy as np
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from jinja2 import Template
from numpy.typing import NDArray

import language
from city import City
from geo import datum
from geo.districts import Districts
from layers import schema, style
from layers.marks import MOST, MOST_POINTS, Marks, Window, compact, gathered, simple, thinned
from layers.markup import clean, script_json

# Our own scripts and style sheet, in the order of loading.
OWN = ("datum.js", "marks.js", "controls.js", "edit.js", "planmap.js", "planmap.css")
OUTLINE_TOLERANCE = 0.0004
# The middle of the 3-degree zones of China, degrees east.
CHINA = 105.0


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
                "rings": compact(simple(row.geometry, OUTLINE_TOLERANCE))[1],
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


@cache
def _texts(lang: str) -> dict[str, str]:
    keys = ("legend", "all", "basemap", "home", "full", "measure", "measure_how", "shifted", "no_basemap", "mu")
    places = ("here", "first")
    drawing = ("edit_point", "edit_line", "edit_area", "edit_save", "edit_stop", "edit_undo")
    found = {key: language.text(f"map.{key}", lang) for key in (*keys, *places, *drawing)}
    return found | {"rejected": clean(schema.value_label("review", "rejected", lang))}


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
    rows: NDArray[np.intp],
    lang: str,
    *,
    basemaps: Sequence[Mapping[str, Any]] = (),
    selected: str | None = None,
    fly: int = 0,
    focus: Sequence[float] | None = None,
    edit: Mapping[str, Any] | None = None,
    centre: float = CHINA,
    window: Window | None = None,
    place: Sequence[float] | None = None,
) -> dict[str, Any]:
    """Return what :class:`Features` shows.

    Parameters
    ----------
    marks
        All there is.
    rows
        The rows to show, in the order of drawing; those not placed are left out.
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
        What the browser shows; needed with more than :data:`MOST` features or :data:`MOST_POINTS` points only.
    place
        Where someone asked for a list of all there is; see :func:`gathered`.
    """
    chosen = rows[marks.placed[rows]]
    categories, precisions = _legend(lang)
    cells: list[list[Any]] = []
    partial = window is not None and (len(chosen) > MOST or marks.points(chosen) > MOST_POINTS)
    counts = here = alone = rejected = None
    if partial and window is not None:
        pairs = marks.codes[chosen] @ (len(precisions), 1)
        counts = np.bincount(pairs, minlength=len(categories) * len(precisions)).reshape(len(categories), -1).tolist()
        rejected = int(marks.rejected[chosen].sum())
        here = gathered(marks, chosen, place) if place else None
        chosen, cells = thinned(marks, chosen, window, len(categories))
        # What is selected is shown wherever it lies, so that the map can go there.
        row = marks.number.get(selected or "", -1)
        if row >= 0 and marks.placed[row] and row not in chosen:
            alone = [part[0] if part else None for part in marks.features(np.array([row]))]
    features, shapes = marks.features(chosen)
    epsg = datum.gauss_kruger_epsg(centre)
    content = hashlib.sha256(f"{lang} {features} {cells} {counts} {rejected}".encode()).hexdigest()[:16]
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
        "rejected": rejected,
        "shapes": shapes,
        "selected": selected,
        "alone": alone,
        "here": here,
        "fly": fly,
        "focus": None if focus is None else [round(float(v), 4) for v in focus],
        "edit": edit,
    }
