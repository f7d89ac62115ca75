"""Own lists of places: read in any datum, checked against the city and the gazetteer, previewed, then taken over."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

import city
import settings
import whole
from errors import CallError, DataError, Issue
from geo import areas, datum, gazetteer, selection, tables
from geo.areas import KIND, POLYGONAL, Area
from geo.districts import Districts
from geo.gazetteer import COLUMNS, Gazetteer
from projects.feature import normal

# Headings that people use, for each of our columns.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("name", "名称", "地名", "项目名称"),
    "aliases": ("aliases", "alias", "别名", "alt_name"),
    "kind": ("kind", "class", "类别", "类型"),
    "lon": ("lon", "lng", "longitude", "x", "经度", "东坐标"),
    "lat": ("lat", "latitude", "y", "纬度", "北坐标"),
    "radius_m": ("radius_m", "radius", "半径"),
    "source": ("source", "来源", "数据来源"),
    "licence": ("licence", "license", "许可"),
    "ref": ("ref", "osm_id", "id", "编号"),
    "fclass": ("fclass",),
}
# A shift counts as one of datum when so many known names agree on it.
_WITNESSES = 3
_NEAR_M = 250.0
# A drawn outline is taken to be right within this distance, in metres.
_OUTLINE_M = 200.0


@dataclass(frozen=True)
class Change:
    """What an import would do to the gazetteer.

    Attributes
    ----------
    added, replaced, same
        Rows in the order of :data:`geo.gazetteer.COLUMNS`; of ``replaced``, the old and the new.
    issues
        Rows left out, and why.
    areas
        Outlines, of rows that are polygons.
    """

    added: tuple[list[str], ...]
    replaced: tuple[tuple[list[str], list[str]], ...]
    same: int
    issues: tuple[Issue, ...]
    areas: tuple[Area, ...] = ()


def preview(path: Path, adcode: str, *, crs: str = "4326", source: str = "", licence: str = "") -> Change:
    """Return what taking over a list of places would change; nothing is written.

    Parameters
    ----------
    path
        CSV (UTF-8 or GB18030), GeoJSON, or any vector file that GDAL reads; of areas and lines, a point inside.
        Geofabrik's OpenStreetMap layers are known by their column ``fclass`` and filtered by class and name.
    adcode
        Code of the city.
    crs
        ``4326``, ``4490``, ``gcj02``, ``bd09``, or the EPSG code of a projected system such as ``4548``.
    source, licence
        For rows that do not say.

    Raises
    ------
    CallError
        The file or the coordinate system does not exist.
    DataError
        The file cannot be read, has no name or coordinates, its coordinates are swapped, or they are steadily off known
        names by the shift of another datum.
    """
    rows, shapes = _read(path)
    town = city.load(adcode)
    districts = Districts.load(town)
    lon, lat = _degrees(rows, crs, path)
    _check_order(lon, lat, districts, path)
    known = Gazetteer.load(adcode)
    _check_datum([r["name"] for r in rows], lon, lat, known, crs, path)
    issues: list[Issue] = []
    made: list[list[str]] = []
    where = districts.locate_all(np.nan_to_num(lon), np.nan_to_num(lat))
    for number, (row, x, y, short) in enumerate(zip(rows, lon, lat, where, strict=True), 2):
        fault = _fault(row, x, y, short, source)
        if fault:
            issues.append(Issue(f"{path.name}:{number}", fault, (("name", row["name"]),)))
        elif (place := _place(row, x, y, str(short), source, licence, crs)) is not None:
            made.append(place)
    found = change(made, gazetteer.read(_target(adcode)), issues)
    return replace(found, areas=_outlines(rows, shapes, made, crs))


def change(made: Iterable[Sequence[str]], old: Sequence[Sequence[str]], issues: Sequence[Issue] = ()) -> Change:
    """Return how new rows change old ones: a row replaces that of the same name, class and district."""
    index = {_identity(row): row for row in old}
    added, replaced, same = [], [], 0
    for row in map(list, made):
        before = index.get(_identity(row))
        if before is None:
            added.append(row)
        elif list(before) == row:
            same += 1
        else:
            replaced.append((list(before), row))
        index[_identity(row)] = row
    return Change(tuple(added), tuple(replaced), same, tuple(issues))


def apply(done: Change, adcode: str) -> Path:
    """Write a change into the city's gazetteer, whole or not at all, and return its path.

    What another import wrote since the change was shown stays.

    Raises
    ------
    CallError
        Another import does not end.
    """
    with tables.alone(adcode):
        if done.areas:
            areas.apply(done.areas, adcode)
        return _write(done, _target(adcode))


def _write(done: Change, path: Path) -> Path:
    if not done.added and not done.replaced:
        return path
    rows = [list(row) for row in gazetteer.read(path)]
    lines, names = set(map(tuple, rows)), set(map(_identity, rows))
    stale = any(tuple(before) not in lines for before, _ in done.replaced)
    if stale or any(_identity(row) in names for row in done.added):
        done = change([*done.added, *(after for _, after in done.replaced)], rows)
    rows += done.added
    for before, after in done.replaced:
        # Two places may share name, class and district: only the row that was shown is replaced.
        rows[rows.index(list(before))] = after
    order = {kind: rank for rank, kind in enumerate(selection.classes())}
    table = sorted(rows, key=lambda row: (order.get(row[2], len(order)), row[0], row[4], row[5]))
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole.writing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(table)
    return path


def _target(adcode: str) -> Path:
    return settings.load().city_folder(adcode) / "places.csv"


def _identity(row: Sequence[str]) -> tuple[str, str, str]:
    return normal(row[0]), row[2], row[3]


def _read(path: Path) -> tuple[list[dict[str, str]], list[BaseGeometry | None]]:
    if not path.is_file():
        raise CallError("geo.no_file", path=str(path))
    try:
        table, shapes = (_csv(path), []) if path.suffix.lower() == ".csv" else _vector(path)
    except (OSError, ValueError, KeyError, RuntimeError, csv.Error) as error:
        raise DataError("geo.list_unreadable", path=str(path), why=str(error).splitlines()[0]) from None
    if not table:
        raise DataError("geo.list_empty", path=str(path))
    headings = {str(h).strip().lower(): str(h) for h in table[0]}
    ours = {c: next((headings[h] for h in names if h in headings), None) for c, names in HEADINGS.items()}
    if missing := [c for c in ("name", "lon", "lat") if ours[c] is None]:
        raise DataError("geo.missing_columns", path=str(path), columns=", ".join(missing))
    rows = [{c: str(row.get(h) or "").strip() if h else "" for c, h in ours.items()} for row in table]
    return rows, shapes or [None] * len(rows)


def _csv(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return list(csv.DictReader(text.splitlines()))


def _vector(path: Path) -> tuple[list[dict[str, Any]], list[BaseGeometry | None]]:
    frame = gpd.read_file(path)
    # Rows without a shape stay, to be named as such.
    shapes = [g if g is not None and not g.is_empty else None for g in frame.geometry]
    points = [(p.x, p.y) if (p := g and g.representative_point()) else ("", "") for g in shapes]
    table = frame.drop(columns=[c for c in ("lon", "lat", "x", "y") if c in frame] + [frame.geometry.name])
    table = table.astype(object).where(table.notna(), "")
    rows = [r | {"lon": x, "lat": y} for r, (x, y) in zip(table.to_dict("records"), points, strict=True)]
    return rows, [g if g is not None and g.geom_type in POLYGONAL else None for g in shapes]


def _outlines(
    rows: Sequence[Mapping[str, str]], shapes: Sequence[BaseGeometry | None], made: Sequence[Sequence[str]], crs: str
) -> tuple[Area, ...]:
    """Return the outlines of the rows that were taken over."""

    def to_degrees(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(_to_degrees(xy[:, 0], xy[:, 1], crs))

    places = {row[0]: row for row in made}
    found = []
    for row, shape in zip(rows, shapes, strict=True):
        if shape is None or (place := places.get(row["name"])) is None:
            continue
        outline = shapely.make_valid(shapely.transform(shape, to_degrees))
        _, aliases, _, _, _, _, _, basis, source, licence, came, ref = place
        names = tuple(filter(None, aliases.split("|")))
        found.append(Area(place[0], names, KIND, _OUTLINE_M, basis, source, licence, came, ref, outline))
    return tuple(a for a in found if a.geometry.geom_type in POLYGONAL)


def _degrees(rows: Sequence[Mapping[str, str]], crs: str, path: Path) -> tuple[np.ndarray, np.ndarray]:
    x, y = (np.array([_number(r[c]) for r in rows]) for c in ("lon", "lat"))
    lon, lat = _to_degrees(x, y, crs)
    # Where the rows hold no numbers at all, each of them is named.
    if np.isfinite(x).any() and not np.isfinite(lon).any():
        raise DataError("geo.list_unreadable", path=str(path), why=crs)
    return lon, lat


def _to_degrees(x: np.ndarray, y: np.ndarray, crs: str) -> tuple[np.ndarray, np.ndarray]:
    code = crs.lower().removeprefix("epsg:")
    if code in ("4326", "4490", *datum.DATUMS):
        return datum.convert(x, y, code, "wgs84")
    try:
        lon, lat = Transformer.from_crs(int(code), 4326, always_xy=True).transform(x, y)
    except (ValueError, CRSError):
        raise CallError("geo.unknown_datum", name=crs, valid="4326, 4490, gcj02, bd09, 4534–4554") from None
    return np.asarray(lon), np.asarray(lat)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _check_order(lon: np.ndarray, lat: np.ndarray, districts: Districts, path: Path) -> None:
    west, south, east, north = districts.outline.bounds
    inside = np.sum((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    swapped = np.sum((lat >= west) & (lat <= east) & (lon >= south) & (lon <= north))
    if swapped > inside:
        raise DataError("geo.swapped", path=str(path))


def _check_datum(
    names: Sequence[str], lon: np.ndarray, lat: np.ndarray, known: Gazetteer, crs: str, path: Path
) -> None:
    """Refuse coordinates that would agree with known names if they were in another datum."""
    pairs = []
    for name, x, y in zip(names, lon, lat, strict=True):
        matches = known.exact(name)
        if len(matches) == 1 and matches[0].place.basis == "data" and np.isfinite(x):
            pairs.append((x, y, matches[0].place.lon, matches[0].place.lat))
    if len(pairs) < _WITNESSES:
        return
    x, y, there_x, there_y = np.array(pairs).T
    off = float(np.median(datum.distance(x, y, there_x, there_y)))
    if off <= _NEAR_M:
        return
    for other in ("gcj02", "bd09"):
        if float(np.median(datum.distance(*datum.convert(x, y, other, "wgs84"), there_x, there_y))) <= _NEAR_M:
            raise DataError("geo.shifted", path=str(path), metres=round(off), crs=crs, datum=other, names=len(pairs))
        # The same the other way round: they are in WGS 84 already and were shifted for nothing.
        if float(np.median(datum.distance(*datum.convert(x, y, "wgs84", other), there_x, there_y))) <= _NEAR_M:
            raise DataError("geo.shifted", path=str(path), metres=round(off), crs=crs, datum="wgs84", names=len(pairs))


def _fault(row: Mapping[str, str], lon: float, lat: float, short: str | None, source: str) -> str | None:
    if not row["name"]:
        return "geo.row_without_name"
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return "geo.row_without_position"
    if short is None:
        return "geo.row_outside"
    return None if row["source"] or source or row["fclass"] else "geo.row_without_source"


def _place(
    row: Mapping[str, str], lon: float, lat: float, short: str, source: str, licence: str, crs: str
) -> list[str] | None:
    if row["fclass"]:
        if not selection.is_toponym(row["name"], row["fclass"]):
            return None
        kind = selection.place_class(row["name"], row["fclass"]) or ""
        source, licence = row["source"] or source or "OpenStreetMap", row["licence"] or licence or "ODbL"
    else:
        kind = row["kind"] if row["kind"] in selection.classes() else "project"
        source, licence = row["source"] or source, row["licence"] or licence or "own"
    radius = _number(row["radius_m"])
    radius = radius if 0 < radius < 1e6 else selection.classes()[kind].radius_m
    code = crs.lower().removeprefix("epsg:")
    came = datum.ALIASES.get(code, code if code in datum.DATUMS else "cgcs2000")
    aliases = "|".join(a.strip() for a in row["aliases"].replace(";", "|").split("|") if a.strip())
    return [
        row["name"], aliases, kind, short, f"{lon:.6f}", f"{lat:.6f}", f"{radius:g}", "data", source, licence, came,
        row["ref"],
    ]  # fmt: skip


def record(done: Change) -> dict[str, Any]:
    """Return a change as a JSON object for people and machines to look at."""
    return {
        "added": len(done.added),
        "replaced": [{"name": new[0], "moved_m": _moved(old, new)} for old, new in done.replaced],
        "same": done.same,
        "left_out": [json.loads(json.dumps({"where": i.where, "message": i.text()})) for i in done.issues],
    }


def _moved(old: Sequence[str], new: Sequence[str]) -> int:
    a, b, c, d = (float(v) for v in (old[4], old[5], new[4], new[5]))
    return round(float(datum.distance(a, b, c, d)))
