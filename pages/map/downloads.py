"""What is shown, as a file to take away."""

import tempfile
from pathlib import Path

import geopandas as gpd

from city import City

# Format of layers.export by the suffix of its file.
FORMATS = {"geojson": "geojson", "gpkg": "gpkg", "xlsx": "xlsx", "csv": "csv", "kml": "kml"}


def name(town: City, format_: str) -> str:
    """Return the name of a file with the features of a city (ASCII, as some browsers bend other names)."""
    return f"planmap-{town.adcode}.{FORMATS[format_]}"


def content(frame: gpd.GeoDataFrame, format_: str) -> bytes:
    """Return the bytes of a file of features, in WGS 84.

    Raises
    ------
    CallError
        The format is not known.
    """
    # Imported here: writers of all formats are heavy, and wanted only by those who download.
    from layers import export

    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / f"planmap.{FORMATS[format_]}"
        export.export(frame, path, format_, crs="4326")
        return path.read_bytes()
