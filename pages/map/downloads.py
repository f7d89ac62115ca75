"""What is shown, or what is selected, as a file to take away."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd

from city import City
from projects.plan import Plan

# Formats of layers.export and of sheets, with the suffix of their files.
FORMATS = {
    "geojson": ".geojson",
    "gpkg": ".gpkg",
    "shp": ".zip",
    "kml": ".kml",
    "xlsx": ".xlsx",
    "csv": ".csv",
}
SHEETS = {"png": ".png", "pdf": ".pdf", "svg": ".svg"}
SYSTEMS = ("4326", "4490", "gk", "gcj02")


def name(town: City, format_: str, crs: str) -> str:
    """Return the name of a file with the features of a city (ASCII, as some browsers bend other names)."""
    mark = "" if crs == "4326" or format_ in SHEETS else f"-{crs}"
    return f"planmap-{town.adcode}{mark}{(FORMATS | SHEETS)[format_]}"


def sheet(
    frame: gpd.GeoDataFrame, format_: str, town: City, plans: Sequence[Plan], lang: str, **look: Any
) -> tuple[bytes, ...]:
    """Return the bytes of the files of a map sheet; ``look`` as for :func:`layers.sheet.draw`.

    Raises
    ------
    CallError
        None of the features has a place.
    """
    from layers import sheet as sheets

    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / f"planmap{SHEETS[format_]}"
        made = sheets.draw(frame, path, city=town, plans=plans, lang=lang, **look)
        return tuple(one.read_bytes() for one in made.paths)


def content(frame: gpd.GeoDataFrame, format_: str, crs: str, town: City, plans: Sequence[Plan], lang: str) -> bytes:
    """Return the bytes of a file of features, or of the first page of a map sheet of them.

    Parameters
    ----------
    frame
        The features (WGS 84).
    format_
        One of :data:`FORMATS` or :data:`SHEETS`.
    crs
        One of :data:`SYSTEMS`; a sheet does not ask.
    town, plans, lang
        The city, the plans behind the features, and the language of labels.

    Raises
    ------
    CallError
        The format cannot hold the features.
    """
    if format_ in SHEETS:
        return sheet(frame, format_, town, plans, lang)[0]
    # Imported here: writers of all formats are heavy, and wanted only by those who download.
    from layers import export

    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / f"planmap{FORMATS[format_]}"
        made = export.export(frame, path, format_, crs, plans=plans, town=town, lang=lang)
        return made.paths[0].read_bytes()
