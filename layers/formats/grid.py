"""Coordinate systems of files: which there are, what they cover, and geometries in them."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from errors import CallError
from geo import datum

CODES = ("4326", "4490", "gk", *map(str, range(4534, 4555)), "gcj02", "bd09")
# Half the width of a 3-degree zone is 1.5 degrees; to 3 the distortion stays below 0.1 %.
REACH_DEG = 3.0
_SHIFTED = """GEOGCRS["{name}",DATUM["{name} (shifted, not WGS 84)",
ELLIPSOID["Krassowsky 1940",6378245,298.3,LENGTHUNIT["metre",1]]],CS[ellipsoidal,2],
AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]"""


@dataclass(frozen=True)
class Grid:
    """A coordinate system that files are written in.

    Attributes
    ----------
    code
        ``"4326"``, ``"4490"``, ``"4534"`` to ``"4554"``, ``"gcj02"`` or ``"bd09"``.
    name
        What people call it.
    crs
        For file headers; the shifted systems have one of their own, so that no program takes them for WGS 84.
    """

    code: str
    name: str
    crs: CRS

    @property
    def is_shifted(self) -> bool:
        """Whether it is the shifted system of a web map, off by hundreds of metres."""
        return not self.code.isdigit()

    @property
    def is_metric(self) -> bool:
        """Whether its unit is the metre."""
        return self.crs.is_projected

    @property
    def decimals(self) -> int:
        """How many decimals keep a millimetre (metres) or a tenth of a millionth of a degree."""
        return 3 if self.is_metric else 6 if self.code in ("4326", "4490") else 7

    @property
    def suffix(self) -> str:
        """What marks the system in names of files and columns: empty unless it is a shifted one."""
        return self.code if self.is_shifted else ""

    def shapes(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in WGS 84 in this system, east before north."""
        if self.code == "4326":
            return np.asarray(shapes, dtype=object)
        if self.is_shifted:

            def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
                return np.column_stack(datum.convert(xy[:, 0], xy[:, 1], "wgs84", self.code))
        else:
            transformer = Transformer.from_crs(4326, self.crs, always_xy=True)

            def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
                return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        return np.asarray(shapely.transform(shapes, moved), dtype=object)


def choose(code: str, frame: gpd.GeoDataFrame) -> Grid:
    """Return the coordinate system with a code.

    Parameters
    ----------
    code
        One of :data:`CODES`, with or without ``EPSG:``; ``"gk"`` is the Gauss-Krüger zone of the features.
    frame
        The features (WGS 84) it must cover.

    Raises
    ------
    CallError
        There is no such system here, or it does not cover the features.
    """
    key = code.strip().lower().removeprefix("epsg:").replace("gcj-02", "gcj02").replace("bd-09", "bd09")
    key = {"wgs84": "4326", "cgcs2000": "4490"}.get(key, key)
    if key not in CODES:
        valid = ", ".join(("4326", "4490", "gk", "4534–4554", "gcj02", "bd09"))
        raise CallError("export.unknown_crs", value=code, valid=valid)
    west, _, east, _ = (float(v) for v in frame.total_bounds)
    if key == "gk":
        key = str(datum.gauss_kruger_epsg((west + east) / 2)) if west == west else "4326"
    if key.isdigit():
        crs = CRS.from_epsg(int(key))
        meridian = datum.meridian(int(key))
        if crs.is_projected and (west < meridian - REACH_DEG or east > meridian + REACH_DEG):
            best = datum.gauss_kruger_epsg((west + east) / 2)
            raise CallError("export.crs_elsewhere", crs=key, meridian=meridian, west=west, east=east, best=best)
        return Grid(key, crs.name, crs)
    name = {"gcj02": "GCJ-02", "bd09": "BD-09"}[key]
    return Grid(key, name, CRS.from_wkt(_SHIFTED.format(name=name)))
