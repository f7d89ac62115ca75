"""Areas with a known outline: functional zones, parks, planning areas that somebody has drawn.

They stand in ``data/cities/<adcode>/areas.geojson``, in the format of the lines but with polygons.
"""

from collections.abc import Iterable
from pathlib import Path

import shapely
from shapely.geometry import Point

import settings
from errors import Issue
from geo import corridor, toponym
from geo.corridor import Line
from projects.feature import normal

POLYGONAL = ("Polygon", "MultiPolygon")
KIND = "area"

Area = Line
"""A row: the fields of a line, with a polygon."""


class Areas:
    """The outlines of one city, ready for look-up.

    Parameters
    ----------
    rows
        The rows of the table.
    adcode
        Code of the city.
    issues
        What was wrong with other rows of the table.
    """

    def __init__(self, rows: Iterable[Area], adcode: str, issues: Iterable[Issue] = ()) -> None:
        self.adcode = adcode
        self.issues = tuple(issues)
        self.rows = tuple(rows)
        self._names: dict[str, list[Area]] = {}
        for row in self.rows:
            for name in (row.name, *row.aliases):
                for form in dict.fromkeys((normal(name), toponym.key(name, adcode))):
                    self._names.setdefault(form, []).append(row)

    @classmethod
    def load(cls, adcode: str) -> "Areas":
        """Return the outlines of a city; none where it has no table.

        Rows that cannot be used (an empty polygon, say) are left out and named among the issues.

        Raises
        ------
        DataError
            The table cannot be read.
        """
        issues: list[Issue] = []
        return cls(corridor.read(path(adcode), POLYGONAL, issues), adcode, issues)

    def find(self, name: str) -> list[Area]:
        """Return the outlines of what is called ``name``, finest first."""
        if not self.rows:
            return []
        rows = self._names.get(normal(name)) or self._names.get(toponym.key(name, self.adcode)) or []
        return sorted(rows, key=lambda row: row.radius_m)


def path(adcode: str) -> Path:
    """Return where the outlines of a city stand."""
    return settings.load().city_folder(adcode) / "areas.geojson"


def apply(rows: Iterable[Area], adcode: str) -> Path:
    """Write outlines into the city's table, in place of those of the same name and source, and return its path."""
    target = path(adcode)
    table = {(normal(row.name), row.source): row for row in corridor.read(target, POLYGONAL)}
    table |= {(normal(row.name), row.source): row for row in rows}
    target.parent.mkdir(parents=True, exist_ok=True)
    corridor.write(target, table.values())
    return target


def inner(area: Area) -> Point:
    """Return a point inside an area."""
    point: Point = shapely.make_valid(area.geometry).representative_point()
    return point
