"""Import of an OpenStreetMap extract: named places, roads, rivers and railways of a city out of a ``.osm.pbf``.

Needs the package ``osmium`` (an extra). Memory stays flat in the extract's size but for the positions of its nodes,
some 26 bytes each; the file is read twice.
"""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

import city
import settings
from errors import CallError, DataError
from geo import corridor, gazetteer, imports, selection, tables
from geo.corridor import Line
from geo.districts import Districts
from geo.imports import Change
from projects.feature import normal

SOURCE, LICENCE = "OpenStreetMap", "ODbL"
# What was traced from aerial images lies this near.
LINE_M = 30.0
_NAMES = ("name:zh", "name")
_OTHERS = ("alt_name", "old_name", "short_name", "official_name", "name")
# Lines of one name that keep this far from each other are two.
_STEP = 100_000

Progress = Callable[[int], None]
"""Called now and then with the number of objects read."""


@dataclass(frozen=True)
class Found:
    """What an extract holds of a city.

    Attributes
    ----------
    places
        What it would change in the gazetteer.
    lines
        Joined lines, one a name.
    """

    places: Change
    lines: tuple[Line, ...]


def read(path: Path, adcode: str, progress: Progress | None = None) -> Found:
    """Return the named places and lines of a city in an extract; nothing is written.

    Parameters
    ----------
    path
        ``.osm.pbf`` (or ``.osm``) of a region that holds the city.
    adcode
        Code of the city.
    progress
        Called every 100,000 objects.

    Raises
    ------
    CallError
        The file does not exist, or ``osmium`` is not installed.
    DataError
        The file is no OpenStreetMap extract, or holds nothing of the city.
    """
    if not path.is_file():
        raise CallError("geo.no_file", path=str(path))
    districts = Districts.load(city.load(adcode))
    west, south, east, north = districts.outline.bounds
    frame = shapely.box(west, south, east, north)
    places: list[list[str]] = []
    pieces: dict[tuple[str, str], list[BaseGeometry]] = {}
    names: dict[tuple[str, str], set[str]] = {}
    try:
        for number, (tags, geometry, ref) in enumerate(_objects(path)):
            if progress is not None and number % _STEP == 0:
                progress(number)
            if geometry is None or not geometry.intersects(frame):
                continue
            name = next((tags[n] for n in _NAMES if tags.get(n)), "")
            table, kind = classify(tags)
            if table == "lines" and geometry.geom_type == "LineString":
                key = (name or tags.get("ref", ""), kind)
                if key[0]:
                    pieces.setdefault(key, []).append(geometry)
                    names.setdefault(key, set()).update(_aliases(tags, key[0]))
            elif table == "places" and name and (row := _place(tags, name, kind, geometry, ref, districts)) is not None:
                places.append(row)
    except RuntimeError as error:  # osmium's way of saying that it cannot read a file
        raise DataError("geo.osm_unreadable", path=str(path), why=str(error)) from None
    margin = districts.outline.buffer(0.02)
    lines = [_line(key, parts, names[key], margin) for key, parts in pieces.items()]
    lines_here = tuple(sorted((line for line in lines if line is not None), key=lambda line: (line.kind, line.name)))
    if not places and not lines_here:
        raise DataError("geo.osm_empty", path=str(path), city=city.load(adcode).name)
    old = gazetteer.read(settings.load().city_folder(adcode) / "places.csv")
    return Found(imports.change(_merged(places), old), lines_here)


def classify(tags: dict[str, str]) -> tuple[str, str]:
    """Return table (``"places"``, ``"lines"``, or ``""`` for neither) and class of an object by its tags.

    Examples
    --------
    >>> classify({"amenity": "hospital", "building": "yes"}), classify({"waterway": "river"}), classify({})
    (('places', 'hospital'), ('lines', 'river'), ('', ''))
    """
    for key, value, kind, table in _classes():
        if key in tags and value in ("*", tags[key]):
            return table, kind
    return "", ""


def apply(found: Found, adcode: str) -> tuple[Path, Path]:
    """Write what was found into the city's gazetteer and lines, and return their paths.

    Raises
    ------
    CallError
        Another import does not end.
    """
    path = settings.load().city_folder(adcode) / "lines.geojson"
    fresh = {(normal(line.name), line.kind) for line in found.lines}
    with tables.alone(adcode):
        places = imports.apply(found.places, adcode)
        kept = [x for x in corridor.read(path) if x.source != SOURCE or (normal(x.name), x.kind) not in fresh]
        corridor.write(path, (*kept, *found.lines))
    return places, path


@cache
def _classes() -> tuple[tuple[str, str, str, str], ...]:
    return tuple((r["key"], r["value"], r["class"], r["table"]) for r in selection.table("osm"))


def _objects(path: Path) -> Iterator[tuple[dict[str, str], BaseGeometry | None, str]]:
    """Yield tags, geometry and reference of every object with a name or number."""
    try:
        osmium = importlib.import_module("osmium")
    except ImportError:
        raise CallError("geo.no_osmium") from None
    wanted = osmium.filter.KeyFilter("name", "name:zh", "ref")
    areas = osmium.filter.TagFilter(("type", "multipolygon"), ("type", "boundary"))
    reader = osmium.FileProcessor(str(path)).with_locations().with_areas(areas).with_filter(wanted)
    for thing in reader:
        tags = {tag.k: tag.v for tag in thing.tags}
        yield tags, _geometry(thing), f"{thing.type_str()}{thing.id}"


def _geometry(thing: Any) -> BaseGeometry | None:
    """Return a point for a node or area, a line for an open way, or None when its nodes are not in the extract."""
    if thing.is_node():
        return Point(thing.location.lon, thing.location.lat) if thing.location.valid() else None
    if thing.is_way():
        xy = [(n.location.lon, n.location.lat) for n in thing.nodes if n.location.valid()]
        if len(xy) < 2:
            return None
        if len(xy) > 3 and xy[0] == xy[-1] and not {"highway", "waterway", "railway"} & {t.k for t in thing.tags}:
            return shapely.polygons(xy).representative_point()
        return LineString(xy)
    if thing.is_area() and not thing.from_way():
        rings = [[(n.location.lon, n.location.lat) for n in ring if n.location.valid()] for ring in thing.outer_rings()]
        shapes = [shapely.polygons(ring) for ring in rings if len(ring) > 3]
        return shapely.make_valid(shapely.union_all(shapes)).representative_point() if shapes else None
    return None


def _aliases(tags: dict[str, str], name: str) -> set[str]:
    found = {part.strip() for key in (*_OTHERS, "ref") for part in tags.get(key, "").split(";")}
    return {a for a in found if a and a != name and "|" not in a}


def _place(
    tags: dict[str, str], name: str, kind: str, geometry: BaseGeometry, ref: str, districts: Districts
) -> list[str] | None:
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    short = districts.locate(point.x, point.y)
    fclass = next((f for f, k in selection.of_fclass().items() if k == kind), "")
    # Natural features and settlements have names of their own; the rest must not be a common noun.
    if short is None or not (selection.is_toponym(name, fclass) if fclass else 2 <= len(name) <= 40):
        return None
    kind = selection.place_class(name, fclass) or kind
    radius = selection.classes()[kind].radius_m
    aliases = "|".join(sorted(_aliases(tags, name)))
    lon, lat = f"{point.x:.6f}", f"{point.y:.6f}"
    return [name, aliases, kind, short, lon, lat, f"{radius:g}", "data", SOURCE, LICENCE, "wgs84", ref]


def _merged(rows: list[list[str]]) -> list[list[str]]:
    """Return one row for each name, class and district: of several, the first by position."""
    best: dict[tuple[str, str, str], list[str]] = {}
    for row in sorted(rows, key=lambda r: (r[0], r[2], r[3], r[4], r[5])):
        best.setdefault((normal(row[0]), row[2], row[3]), row)
    return list(best.values())


def _line(key: tuple[str, str], parts: list[BaseGeometry], aliases: set[str], area: BaseGeometry) -> Line | None:
    name, kind = key
    geometry = corridor.lineal(shapely.union_all(parts).intersection(area))
    if geometry.is_empty:
        return None
    geometry = shapely.set_precision(geometry.simplify(5e-5), 1e-6)
    ref = f"{len(parts)} ways"
    return Line(name, tuple(sorted(aliases)), kind, LINE_M, "data", SOURCE, LICENCE, "wgs84", ref, geometry)
