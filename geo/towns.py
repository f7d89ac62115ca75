"""Towns and streets: what ground is nearest to the seat of each, and how far it goes.

No open data hold their boundaries. The seats are known, the district of each, and the boundaries of districts.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import datum, heads
from geo.districts import Districts
from geo.gazetteer import Place

# Of the points whose town is known (villages of its list, schools and offices that bear its name) in the first city
# (324) 78 % lie in its cell, 98 % in it or within 3,000 m of it, 99 % within this.
CELL_M = 4000.0
# A town reaches this share of the way to the second nearest seat of another one, within these bounds in metres.
_SHARE, _LEAST_M, _MOST_M = 0.7, 3000.0, 9000.0
# Where too few towns are known to tell.
_UNKNOWN_M = 6000.0
# Seats nearer than this are two points of one town.
_SAME_M = 500.0


def seats(places: Iterable[Place]) -> list[Place]:
    """Return the towns and streets among places: what is called a town and is one by its suffix."""
    return [p for p in places if p.kind == "town" and heads.town_name(p.name) != p.name]


def reach(place: Place, towns: Sequence[Place]) -> float:
    """Return how far from its seat (metres) a town reaches: towns are as wide as their seats lie apart.

    Parameters
    ----------
    place
        The town.
    towns
        All towns of the city, as of :func:`seats`.
    """
    lon, lat = np.array([(t.lon, t.lat) for t in towns]).reshape(-1, 2).T
    off = datum.distance(place.lon, place.lat, lon, lat)
    others = np.sort(off[off > _SAME_M])
    if len(others) < 2:
        return _UNKNOWN_M
    return float(np.ceil(np.clip(_SHARE * others[1], _LEAST_M, _MOST_M) / 10) * 10)


def cell(place: Place, towns: Sequence[Place], districts: Districts) -> BaseGeometry:
    """Return the ground of a town's district that is nearer to its seat than to any other of that district (WGS 84).

    The true boundary lies within :data:`CELL_M` of the cell's, and of a district's boundary it is part. Empty where the
    town's district is not known.
    """
    shape = districts.shape(place.districts[0]) if place.districts else None
    others = [t for t in towns if t.districts[:1] == place.districts[:1]]
    if shape is None:
        return shapely.Polygon()
    if len(others) < 2:
        return shape
    # Equal scale on both axes, so that nearest on the map is nearest on the ground.
    scale = (float(np.cos(np.radians((shape.bounds[1] + shape.bounds[3]) / 2))), 1.0)
    points = shapely.MultiPoint([(t.lon * scale[0], t.lat) for t in others])
    flat = shapely.transform(shape, lambda xy: xy * scale)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=flat))
    seat = shapely.Point(place.lon * scale[0], place.lat)
    nearest = min(cells, key=lambda c: c.distance(seat))
    return shapely.transform(shapely.intersection(nearest, flat), lambda xy: xy / scale)
