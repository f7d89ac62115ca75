"""Rows of a small made-up world for the tests of ``geo``."""

from shapely.geometry import LineString

from geo.corridor import Line

ADCODE = "370100"


def row(name, lon, lat, *, aliases="", kind="hospital", districts="", radius=200, basis="data", source="test"):
    return [name, aliases, kind, districts, str(lon), str(lat), str(radius), basis, source, "CC0", "wgs84", ""]


def line(name, coordinates, *, aliases=(), kind="road", radius=100.0, basis="data"):
    return Line(name, tuple(aliases), kind, radius, basis, "test", "CC0", "wgs84", "", LineString(coordinates))
