"""Corrections: positions that people have set, which win over everything the chain finds.

Those that belong to a city stand in ``data/cities/<adcode>/corrections.csv``; those made on the page are kept with
the reviews and handed in by the caller.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

import settings
from errors import Issue
from geo.placement import Placement, precision
from projects.feature import Feature, normal

COLUMNS = ("id", "name", "districts", "lon", "lat", "geometry", "radius_m", "source", "licence", "note")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Where a feature lies according to somebody who knows.

    Attributes
    ----------
    id
        Of the feature; empty to go by name.
    name
        Of the feature.
    districts
        Short names; when given, only a feature said to lie in one of them is meant.
    geometry
        WGS 84.
    radius_m
        The thing lies within this distance of the geometry.
    source, licence, note
        Who or what says so.
    where
        File and row, for messages.
    """

    id: str = ""
    name: str = ""
    districts: tuple[str, ...] = ()
    geometry: BaseGeometry
    radius_m: float
    source: str
    licence: str = "own"
    note: str = ""
    where: str = ""

    def means(self, feature: Feature) -> bool:
        """Return whether this correction is for a feature."""
        if self.id:
            return self.id == feature.id
        names = {normal(n) for n in (feature.name, *feature.aliases)}
        return normal(self.name) in names and (not self.districts or bool(set(self.districts) & set(feature.districts)))

    def placement(self) -> Placement:
        """Return it as a placement."""
        return Placement(
            geometry=self.geometry,
            method="correction",
            precision=precision(self.radius_m, "point"),
            radius_m=self.radius_m,
            source=self.source,
            licence=self.licence,
        )


class Corrections:
    """The corrections of one city; later ones win.

    Parameters
    ----------
    rows
        In the order made.
    issues
        Rows that could not be read.
    """

    def __init__(self, rows: Iterable[Correction], issues: Sequence[Issue] = ()) -> None:
        self.rows = tuple(rows)
        self.issues = tuple(issues)
        self._ids = {row.id: row for row in self.rows if row.id}
        self._names: dict[str, list[Correction]] = {}
        for row in self.rows:
            if not row.id:
                self._names.setdefault(normal(row.name), []).append(row)

    @classmethod
    def load(cls, adcode: str, more: Iterable[Correction] = ()) -> "Corrections":
        """Return the corrections of a city, and ``more`` that win over them."""
        rows, issues = read(settings.load().city_folder(adcode) / "corrections.csv")
        return cls((*rows, *more), issues)

    def find(self, feature: Feature) -> Correction | None:
        """Return the correction of a feature, or None."""
        if (row := self._ids.get(feature.id)) is not None:
            return row
        for name in (feature.name, *feature.aliases):
            for row in reversed(self._names.get(normal(name), [])):
                if row.means(feature):
                    return row
        return None

    def unused(self, features: Sequence[Feature]) -> list[Issue]:
        """Return an issue for each correction whose feature the plans no longer hold."""
        used = {id(row) for feature in features if (row := self.find(feature)) is not None}
        return [
            Issue(row.where or row.source, "geo.unused_correction", (("name", row.name or row.id),))
            for row in self.rows
            if id(row) not in used
        ]


def read(path: Path) -> tuple[list[Correction], list[Issue]]:
    """Return the corrections in a file and an issue for each row that cannot be read; nothing for a missing file."""
    if not path.is_file():
        return [], []
    rows: list[Correction] = []
    issues: list[Issue] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            where = f"{path.name}:{number}"
            try:
                rows.append(_row({k: v or "" for k, v in row.items() if k}, where))
            except (KeyError, ValueError, shapely.errors.ShapelyError) as error:
                issues.append(Issue(where, "geo.bad_correction", (("why", str(error) or type(error).__name__),)))
    return rows, issues


def _row(row: dict[str, str], where: str) -> Correction:
    geometry = shapely.from_wkt(row["geometry"]) if row.get("geometry") else Point(float(row["lon"]), float(row["lat"]))
    west, south, east, north = geometry.bounds
    if geometry.is_empty or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(f"geometry: {geometry.wkt[:80]}")
    if not (row.get("id") or row.get("name")) or not row.get("source"):
        raise ValueError("name, source")
    radius = float(row["radius_m"])
    if not 0 < radius < 1e6:
        raise ValueError("radius_m")
    return Correction(
        id=row.get("id", ""),
        name=row.get("name", ""),
        districts=tuple(filter(None, row.get("districts", "").split("|"))),
        geometry=geometry,
        radius_m=radius,
        source=row["source"],
        licence=row.get("licence") or "own",
        note=row.get("note", ""),
        where=where,
    )
