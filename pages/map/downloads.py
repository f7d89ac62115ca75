"""What is shown, or what is selected, as a file to take away."""

import tempfile
import zipfile
from collections.abc import Sequence
from io import BytesIO
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
MOST = 100_000
"""A file of more features is made in the memory of the server for minutes: the command line makes those."""
SYSTEMS = ("4326", "4490", "gk", "gcj02")


def name(town: City, format_: str, crs: str) -> str:
    """Return the name of a file with the features of a city (ASCII, as some browsers bend other names)."""
    mark = "" if crs == "4326" else f"-{crs}"
    return f"planmap-{town.adcode}{mark}{FORMATS[format_]}"


def sheet_name(town: City, format_: str, pages: int) -> str:
    """Return the name of what :func:`sheet` gives for a sheet of some pages."""
    return f"planmap-{town.adcode}{SHEETS[format_] if pages == 1 or format_ == 'pdf' else f'-{format_}.zip'}"


def sheet(frame: gpd.GeoDataFrame, format_: str, **wanted: Any) -> bytes:
    """Return the file of a map sheet; with several pages of PNG or SVG a ZIP of them.

    Parameters
    ----------
    frame
        The features (WGS 84).
    format_
        One of :data:`SHEETS`.
    **wanted
        As for :func:`layers.sheet.draw`.

    Raises
    ------
    CallError
        None of the features has a place.
    """
    from layers import sheet as sheets

    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / f"planmap-{wanted['city'].adcode}{SHEETS[format_]}"
        paths = sheets.draw(frame, path, **wanted).paths
        if len(paths) == 1:
            return path.read_bytes()
        packed = BytesIO()
        # Pictures are packed already; the text of an SVG is not.
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED if format_ == "svg" else zipfile.ZIP_STORED) as file:
            for one in paths:
                file.write(one, one.name)
        return packed.getvalue()


def content(frame: gpd.GeoDataFrame, format_: str, crs: str, town: City, plans: Sequence[Plan], lang: str) -> bytes:
    """Return the bytes of a file of features.

    Parameters
    ----------
    frame
        The features (WGS 84).
    format_
        One of :data:`FORMATS`.
    crs
        One of :data:`SYSTEMS`.
    town, plans, lang
        The city, the plans behind the features, and the language of labels.

    Raises
    ------
    CallError
        The format cannot hold the features.
    """
    # Imported here: writers of all formats are heavy, and wanted only by those who download.
    from layers import export

    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / f"planmap{FORMATS[format_]}"
        made = export.export(frame, path, format_, crs, plans=plans, town=town, lang=lang)
        return made.paths[0].read_bytes()
