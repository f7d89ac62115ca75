"""Lines: roads, rivers, railways and metro lines by name, stretches between crossings, axes through places."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import shapely.ops
from shapely.geometry import LineString, MultiLineString, Point, mapping, shape
from shapely.geometry.base import BaseGeometry

import settings
import whole
from errors import DataError, Issue
from geo import datum, toponym
from geo.placement import together
from projects.feature import normal

PROPERTIES = ("name", "aliases", "kind", "radius_m", "basis", "source", "licence", "datum", "ref")
KINDS = ("expressway", "road", "railway", "metro", "river", "canal", "pipeline", "axis")
_METRO = re.compile(r"^(?:.{0,4}?(?:城市)?轨道(?:交通)?|.{0,4}?地铁|.{0,4}?城轨)?(?:r|m)?(\d{1,2})(?:号)?线$")
_METRO_INSIDE = re.compile(r"(?:城市)?(?:轨道(?:交通)?|地铁|城轨)[rm]?([\d一二三四五六七八九十]{1,3})号线")
DEGREE_M = 111_195.0
_BESIDE = 1.5
"""A coarser row is not drawn within so many times the error of a finer one."""
_LONGEST_LINK_M = 4_000.0
_AHEAD = 0.3
"""Cosine of the widest turn into a link."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of lines; the fields as in :class:`geo.gazetteer.Place`.

    Attributes
    ----------
    kind
        One of :data:`KINDS`.
    radius_m
        The line on the ground lies within this distance of the geometry.
    geometry
        WGS 84; a LineString or MultiLineString.
    """

    name: str
    aliases: tuple[str, ...]
    kind: str
    radius_m: float
    basis: str
    source: str
    licence: str
    datum: str
    ref: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line, from one or more rows of the table.

    Attributes
    ----------
    geometry
        WGS 84.
    radius_m, basis
        Those of the worst row used.
    source, licence
        Those of the rows used, joined.
    """

    geometry: BaseGeometry
    radius_m: float
    basis: str
    source: str
    licence: str


class Lines:
    """The lines of one city, ready for look-up.

    Parameters
    ----------
    lines
        The rows of the table.
    adcode
        Code of the city.
    issues
        What was wrong with other rows of the table.
    """

    def __init__(self, lines: Sequence[Line], adcode: str, issues: Iterable[Issue] = ()) -> None:
        self.adcode = adcode
        self.issues = tuple(issues)
        self.lines = tuple(lines)

    @classmethod
    def load(cls, adcode: str) -> "Lines":
        """Return the lines of a city; none where it has no table.

        Rows that cannot be used are left out and named among the issues.

        Raises
        ------
        DataError
            The table cannot be read.
        """
        issues: list[Issue] = []
        return cls(read(settings.load().city_folder(adcode) / "lines.geojson", LINEAL, issues), adcode, issues)

    @cached_property
    def _forms(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            for name in (line.name, *line.aliases):
                for form in self.forms(name):
                    rows = found.setdefault(form, [])
                    if line not in rows:
                        rows.append(line)
        return found

    @cached_property
    def _lengths(self) -> dict[str, set[int]]:
        """How long the forms are that begin with two characters."""
        found: dict[str, set[int]] = {}
        for form in self._forms:
            if len(form) >= 2:
                found.setdefault(form[:2], set()).add(len(form))
        return found

    def forms(self, name: str) -> tuple[str, ...]:
        """Return the forms in which the name of a line is looked up, surest first."""
        folded = normal(name)
        if folded.endswith(("公司", "集团")):
            # Who builds or runs a line is not the line.
            return (folded,)
        bare = toponym.without_brackets(name)
        found = [folded, toponym.key(name, self.adcode), toponym.key(bare, self.adcode)]
        if metro := _METRO.match(toponym.arabic(normal(bare))):
            found.append(f"metro {metro[1]}")
        if (route := toponym.route(name)) and re.fullmatch(r"\D*\d+(?:国道|省道|县道|线|公路)*", normal(bare)):
            found.append(f"route {route}")
        return tuple(dict.fromkeys(found))

    def find(self, name: str) -> list[Line]:
        """Return all rows of the line called ``name``, finest first; none for an unknown line.

        National and provincial roads are found by number in any writing (104国道, G104, 国道104线), metro lines by
        theirs (地铁1号线, 轨道交通1号线).
        """
        for form in self.forms(name):
            if rows := self._forms.get(form):
                return sorted(rows, key=lambda line: line.radius_m)
        return []

    def inside(self, name: str) -> list[tuple[int, int, list[Line]]]:
        """Return the lines whose names stand inside a longer name: start and end in its normal form, and rows.

        A road's number in front and that of a metro line come first, then the longest names; pieces of a longer piece
        are left out.
        """
        folded = normal(name)
        found: list[tuple[int, int, list[Line]]] = []
        if (route := toponym.route(name)) and (rows := self._forms.get(f"route {route}")):
            match = re.match(r"\D*\d+(?:国道|省道|县道|线)*", folded)
            found.append((0, match.end() if match else 0, rows))
        found += [
            (metro.start(), metro.end(), rows)
            for metro in _METRO_INSIDE.finditer(folded)
            if (rows := self._forms.get(f"metro {toponym.arabic(metro[1])}"))
        ]
        pieces = (
            (length, start)
            for start in range(len(folded) - 1)
            for length in self._lengths.get(folded[start : start + 2], ())
            if length <= len(folded) - max(start, 1)
        )
        for length, start in sorted(pieces, key=lambda piece: (-piece[0], piece[1])):
            end = start + length
            rows = self._forms.get(folded[start:end])
            if rows and not any(a < end and start < b for a, b, _ in found):
                found.append((start, end, rows))
        return [(a, b, sorted(rows, key=lambda line: line.radius_m)) for a, b, rows in found]


LINEAL = ("LineString", "MultiLineString")


def read(path: Path, shapes: Sequence[str] = LINEAL, issues: list[Issue] | None = None) -> list[Line]:
    """Return the rows of a GeoJSON file in WGS 84; none where there is no such file.

    Parameters
    ----------
    path
        A feature collection with the properties :data:`PROPERTIES`.
    shapes
        The types of geometry that its rows may have.
    issues
        Takes what is wrong with single rows, which are left out then; None for an error at the first of them.

    Raises
    ------
    DataError
        The file cannot be read; a row lacks a property or has no such geometry, and ``issues`` is None.
    """
    if not path.is_file():
        return []
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("geo.lines_unreadable", path=str(path), why=error) from None
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(_row(row, number, path, shapes))
        except DataError as error:
            if issues is None:
                raise
            issues.append(
                Issue(f"{path.name}:{number}", error.message, tuple((k, str(v)) for k, v in error.values.items()))
            )
    return found


def _row(row: Any, number: int, path: Path, shapes: Sequence[str]) -> Line:
    properties = (row.get("properties") if isinstance(row, dict) else None) or {}
    if missing := [p for p in PROPERTIES if p not in properties]:
        raise DataError("geo.missing_columns", path=f"{path}, {number}", columns=", ".join(missing))
    try:
        geometry = shape(row.get("geometry") or {"type": "LineString", "coordinates": []})
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError):
        geometry = LineString()
    if geometry.is_empty or geometry.geom_type not in shapes:
        wanted = ", ".join(shapes)
        raise DataError("geo.bad_shape", path=str(path), row=number, name=properties["name"], wanted=wanted)
    values = {p: properties[p] for p in PROPERTIES}
    values["aliases"] = tuple(filter(None, properties["aliases"].split("|")))
    return Line(**values, geometry=geometry)


def write(path: Path, rows: Iterable[Line]) -> None:
    """Write rows as GeoJSON, one a line, by kind and name; whole or not at all."""
    table = sorted(rows, key=lambda line: (line.kind, line.name, line.radius_m))
    with whole.writing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        file.write(",\n".join(json.dumps(_record(line), ensure_ascii=False) for line in table))
        file.write("\n]}\n")


def _record(line: Line) -> dict[str, Any]:
    values: dict[str, Any] = {p: getattr(line, p) for p in PROPERTIES}
    values["aliases"] = "|".join(line.aliases)
    geometry = shapely.set_precision(line.geometry, 1e-6, mode="pointwise")
    return {"type": "Feature", "properties": values, "geometry": mapping(geometry)}


def combine(rows: Iterable[Line], area: BaseGeometry) -> Stretch | None:
    """Return the part of a line inside an area, from all its rows: the coarser only where the finer are silent.

    Gaps no wider than the line's error are closed, up to 4 km: between its rows, and where it leaves the area and
    comes back.

    Parameters
    ----------
    rows
        The rows of one line, finest first.
    area
        Polygon, WGS 84.
    """
    parts: list[BaseGeometry] = []
    used: list[Line] = []
    covered: BaseGeometry = Point()
    beside: BaseGeometry | None = None  # where the row before is: looked at only when another follows
    for line in rows:
        if beside is not None:
            covered = covered.union(beside.buffer(_BESIDE * used[-1].radius_m / DEGREE_M))
            beside = None
        pieces = shapely.get_parts(lineal(line.geometry.intersection(area).difference(covered)))
        # What is left of a coarser row beside a finer one are slivers; a real gap is longer than its error.
        kept = [p for p in pieces if not p.is_empty and (not used or length(p) >= 2 * line.radius_m)]
        if kept:
            parts += kept
            used.append(line)
            beside = MultiLineString(kept)
    if not used:
        return None
    worst = _worst(used)
    return Stretch(linked(merged(parts), min(_BESIDE * worst[0], _LONGEST_LINK_M)), *worst)


def _worst(used: Sequence[Line]) -> tuple[float, str, str, str]:
    order = ("data", "point", "neighbour", "knowledge")
    return (
        max(line.radius_m for line in used),
        max((line.basis for line in used), key=order.index),
        together(line.source for line in used),
        together(line.licence for line in used),
    )


def linked(line: BaseGeometry, reach_m: float) -> BaseGeometry:
    """Return lines with straight links between open ends that go on in each other.

    Parameters
    ----------
    line
        LineString or MultiLineString, WGS 84 degrees.
    reach_m
        The longest link, metres. Each of its ends is the nearest open end to the other, and lies ahead of it: two
        carriageways side by side are not linked where they end.
    """
    parts = [shapely.get_coordinates(part) for part in shapely.get_parts(line) if not part.is_ring]
    if len(parts) < 2:
        return line
    ends = np.array([xy[k] for xy in parts for k in (0, -1)])
    ahead = ends - np.array([xy[k] for xy in parts for k in (1, -2)])
    metres = DEGREE_M * np.array([np.cos(np.radians(ends[:, 1].mean())), 1.0])
    points = shapely.points(ends * metres)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_m)
    way = (ends[other] - ends[one]) * metres
    far = np.linalg.norm(way, axis=1)
    on = np.einsum("ij,ij->i", way, ahead[one] * metres) > _AHEAD * far * np.linalg.norm(ahead[one] * metres, axis=1)
    there = {(int(i), int(j)) for i, j in zip(one[on], other[on], strict=True) if i // 2 != j // 2}
    nearest: dict[int, int] = {}
    for k in np.argsort(-far, kind="stable"):
        pair = int(one[k]), int(other[k])
        if pair in there and pair[::-1] in there:
            nearest[pair[0]] = pair[1]
    links = [LineString([ends[i], ends[j]]) for i, j in nearest.items() if i < j and nearest.get(j) == i]
    return merged([line, *links])


def lineal(geometry: BaseGeometry) -> BaseGeometry:
    """Return the lines among what a geometry is made of; an empty line where there are none."""
    parts = [g for g in shapely.get_parts(geometry) if g.geom_type == "LineString" and g.length > 0]
    parts += [p for g in shapely.get_parts(geometry) if g.geom_type == "MultiLineString" for p in g.geoms]
    return merged(parts)


def merged(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return lines joined end to end where they meet."""
    lines = [p for g in parts for p in shapely.get_parts(g)]
    if not lines:
        return LineString()
    joined = shapely.line_merge(MultiLineString(lines))
    return joined.geoms[0] if joined.geom_type == "MultiLineString" and len(joined.geoms) == 1 else joined


def length(line: BaseGeometry) -> float:
    """Return the length of lines in degrees (WGS 84) in metres."""
    total = 0.0
    for part in shapely.get_parts(line):
        lon, lat = shapely.get_coordinates(part).T
        total += float(datum.distance(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum())
    return total


def clip(line: BaseGeometry, start: BaseGeometry, end: BaseGeometry) -> BaseGeometry | None:
    """Return the stretch of a line between the points nearest to two other things, or None where it has no length.

    Parameters
    ----------
    line
        LineString or MultiLineString; of the latter, the part nearest to both is used.
    start, end
        Crossing lines or places.
    """
    parts = list(shapely.get_parts(line))
    part = min(parts, key=lambda p: p.distance(start) + p.distance(end))
    a, b = (part.project(shapely.shortest_line(part, g).interpolate(0)) for g in (start, end))
    piece = shapely.ops.substring(part, min(a, b), max(a, b)) if a != b else None
    return piece if piece is not None and piece.geom_type == "LineString" and length(piece) > 1 else None


def through(points: Sequence[Point]) -> LineString:
    """Return a smooth line through points in their order (Catmull-Rom, centripetal chords, WGS 84 degrees).

    Raises
    ------
    ValueError
        There are fewer than two different points.
    """
    xy = np.array([(p.x, p.y) for i, p in enumerate(points) if i == 0 or not p.equals(points[i - 1])])
    if len(xy) < 2:
        raise ValueError("two different points are needed")
    if len(xy) == 2:
        return LineString(xy)
    padded = np.vstack([2 * xy[0] - xy[1], xy, 2 * xy[-1] - xy[-2]])
    found = [xy[0]]
    for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        t1, t2, t3 = np.cumsum([max(np.linalg.norm(b - a) ** 0.5, 1e-9) for a, b in ((p0, p1), (p1, p2), (p2, p3))])
        for t in np.linspace(t1, t2, 9)[1:]:
            a1 = (t1 - t) / t1 * p0 + t / t1 * p1
            a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
            a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
            b1 = (t2 - t) / t2 * a1 + t / t2 * a2
            b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
            found.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return LineString(np.round(found, 6))
