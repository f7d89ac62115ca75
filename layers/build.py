"""Features and placements to layers: GeoJSON files by category, one of all, and an index.

The layers are RFC 7946: WGS 84, longitude first, six decimals (0.1 m), right-hand rings, null geometry for what is
not placed. The same input gives the same bytes, and no sentence of a plan is among them.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from city import City
from errors import CallError, DataError, PlanmapError
from geo.placement import Placement
from layers import schema
from projects.feature import CATEGORIES, KINDS, Feature
from projects.plan import Plan

Shapes = NDArray[np.object_]
_Read = TypeVar("_Read")

FORMAT = "planmap-layers"
VERSION = 1
DECIMALS = 6
INDEX = "index.json"
ALL = "all.geojson"
# Several builds at once, or one that ends while somebody reads, are soon over.
_TRIES = 100


@dataclass(frozen=True)
class Layers:
    """Built layers of one city.

    Attributes
    ----------
    frame
        All features; see :func:`frame`.
    plans
        The plans they come from.
    index
        The index as written.
    """

    frame: gpd.GeoDataFrame
    plans: tuple[Plan, ...]
    index: dict[str, Any]


def frame(features: Sequence[Feature], placements: Sequence[Placement]) -> gpd.GeoDataFrame:
    """Return features and their placements as one frame.

    Parameters
    ----------
    features, placements
        Of the same length and order.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:4326; a row a feature in the order given, the columns of :data:`layers.schema.BUILT` and ``geometry``
        (rounded to six decimals, rings by the right-hand rule; None when not placed). Lists are tuples, ``extent``
        a dict or None, ``mentions`` a tuple of dicts; texts that are missing None, numbers that are missing ``nan``,
        ``by_year`` of the nullable type ``Int64``.

    Raises
    ------
    DataError
        Two features have one id, or a geometry has coordinates that are not finite.
    """
    if len(features) != len(placements):
        raise ValueError(f"{len(features)} features but {len(placements)} placements")
    records = []
    for feature, placed in zip(features, placements, strict=True):
        record = feature.record()
        for name in ("method", "precision", "radius_m", "source", "licence", "reason"):
            record[name] = getattr(placed, name)
        records.append(record)
    return from_records(records, np.array([p.geometry for p in placements], dtype=object))


def from_records(records: Sequence[dict[str, Any]], geometries: Shapes) -> gpd.GeoDataFrame:
    """Return a frame of JSON objects in the record format; see :func:`frame`."""
    met = set().union(*records) if records else set(schema.BUILT)
    names = [name for name in schema.NAMES if name in met or name in schema.BUILT]
    return from_columns({name: [record.get(name) for record in records] for name in names}, geometries)


def from_columns(values: Mapping[str, Sequence[Any]], geometries: Shapes) -> gpd.GeoDataFrame:
    """Return a frame of the values of each property, as JSON has them; see :func:`frame`."""
    columns = {name: _column(schema.field(name), list(values[name])) for name in schema.NAMES if name in values}
    ids = Counter(columns["id"])
    for key, times in ids.items():
        if times > 1:
            names = ", ".join(n for k, n in zip(columns["id"], columns["name"], strict=True) if k == key)
            raise DataError("layers.double_id", id=key, names=names)
    return gpd.GeoDataFrame(columns, geometry=tidy(geometries, columns["id"]), crs=4326)


def _column(field: schema.Field, values: list[Any]) -> Any:
    if field.type in ("strings", "mentions"):
        return pd.Series([tuple(v or ()) for v in values], dtype=object)
    if field.type == "number":
        return pd.Series(values, dtype=float)
    if field.type == "integer":
        return pd.Series(values, dtype="Int64")
    if field.type == "boolean":
        return pd.Series([bool(v) for v in values], dtype=bool)
    if not field.missing:
        values = ["" if v is None else v for v in values]
    return pd.Series(values, dtype=object)


def tidy(geometries: Shapes, ids: Sequence[str]) -> Shapes:
    """Return geometries as the layers hold them: two dimensions, six decimals, valid, rings by the right-hand rule.

    Empty ones become None.
    """
    flat: Shapes = shapely.force_2d(np.asarray(geometries, dtype=object))
    for i in map(int, np.flatnonzero(~np.isfinite(shapely.bounds(flat)).all(axis=1) & ~shapely.is_missing(flat))):
        if not shapely.is_empty(flat[i]):
            raise DataError("layers.bad_geometry", id=ids[i])
    flat[shapely.is_empty(flat)] = None
    areal = np.isin(shapely.get_type_id(flat), (3, 6, 7))
    # Rounding alone could make a ring cross itself; normal form lets a ring begin at the same corner every time.
    whole = shapely.set_precision(shapely.make_valid(flat[areal]), 10.0**-DECIMALS)
    flat[areal] = shapely.normalize(np.array([_areas(shape) for shape in whole], dtype=object))
    flat = shapely.transform(flat, lambda xy: np.round(xy, DECIMALS) + 0.0)
    return np.asarray(shapely.orient_polygons(flat), dtype=object)


def _areas(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of what became of a polygon by rounding; itself when none is left."""
    if shape.geom_type != "GeometryCollection":
        return shape
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shape.representative_point()


def properties(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Yield the properties of each feature as a JSON object: null for what is missing, lists for tuples."""
    names = [name for name in schema.NAMES if name in frame.columns]
    columns = [plain(schema.field(name).type, frame[name]) for name in names]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))


def plain(kind: str, column: pd.Series) -> list[Any]:
    """Return the values of a column of a type of :data:`layers.schema.TYPES` as JSON has them."""
    if kind in ("number", "integer"):
        numbers = column.to_numpy(dtype=float, na_value=np.nan).tolist()
        return [None if v != v else int(v) if v.is_integer() else v for v in numbers]
    if kind == "boolean":
        return [bool(v) for v in column]
    if kind in ("strings", "mentions"):
        return [list(v) for v in column]
    return [v if isinstance(v, str | dict) else None for v in column]


def order(frame: gpd.GeoDataFrame, city: City) -> gpd.GeoDataFrame:
    """Return the features in the order of the layers: district (official order), category, kind, name, id."""
    rank = {short: i for i, short in enumerate(city.order)}
    keys = pd.DataFrame(
        {
            "district": [min((rank.get(d, len(rank)) for d in ds), default=len(rank) + 1) for ds in frame["districts"]],
            "category": frame["category"].map(CATEGORIES.index),
            "kind": frame["kind"].map(KINDS.index),
            "name": frame["name"],
            "id": frame["id"],
        },
        index=frame.index,
    )
    return frame.loc[keys.sort_values(keys.columns.to_list()).index].reset_index(drop=True)


def write(frame: gpd.GeoDataFrame, plans: Sequence[Plan], city: City, folder: Path) -> dict[str, Any]:
    """Write the layers of a city; the whole folder is replaced at once, or stays as it was.

    Of several builds at once, each whole, the last to end stays.

    Parameters
    ----------
    frame
        As :func:`frame` makes it.
    plans
        The plans the features come from.
    city
        The city.
    folder
        Where the layers go; made when it is not there.

    Returns
    -------
    dict
        The index as written.

    Raises
    ------
    CallError
        The folder holds other things than layers, which would be lost, or cannot be written.
    """
    _guard(folder)
    part, aside = (folder.with_name(f".{folder.name}.{os.getpid()}.{end}") for end in ("part", "old"))
    ordered = order(frame, city)
    try:
        shutil.rmtree(part, ignore_errors=True)  # of a process of the same number that was killed
        part.mkdir(parents=True)
        files = [_layer(ordered, part / ALL, city.en.lower())]
        for category in CATEGORIES:
            chosen = ordered[ordered["category"] == category]
            if len(chosen):
                files.append(_layer(chosen, part / f"{category}.geojson", category))
        index = _index(ordered, plans, city, files)
        (part / INDEX).write_text(
            json.dumps(index, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
        )
        _swap(part, folder, aside)
    except OSError as error:
        raise CallError("layers.unwritable", path=str(folder), why=error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(aside, ignore_errors=True)
    return index


def _swap(part: Path, folder: Path, aside: Path) -> None:
    """Put new layers in the place of the old ones, which are there again when it cannot be done."""
    for left in reversed(range(_TRIES)):
        with contextlib.suppress(FileNotFoundError):
            folder.rename(aside)
        try:
            part.rename(folder)
        except BaseException as error:
            taken = isinstance(error, OSError) and error.errno in (errno.ENOTEMPTY, errno.EEXIST)
            if taken and left:  # another build was quicker: now its layers are the old ones
                shutil.rmtree(aside, ignore_errors=True)
                continue
            if aside.exists():
                aside.rename(folder)
            raise
        return


def _guard(folder: Path) -> None:
    """Refuse to replace a folder that is not ours; bring back layers that an interrupted build had set aside."""
    if folder.exists() and not folder.is_dir():
        raise CallError("layers.not_a_folder", path=str(folder))
    with contextlib.suppress(OSError):  # another build may be at the same
        if (found := standing(folder)) != folder:
            found.rename(folder)
        for path in folder.iterdir():
            if path.name != INDEX and path.suffix != ".geojson":
                raise CallError("layers.foreign_file", path=str(folder), file=path.name)


def features(frame: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield each feature as GeoJSON text in one line."""
    shapes = shapely.to_geojson(frame.geometry.to_numpy())
    for properties_, shape in zip(properties(frame), shapes, strict=True):
        text = json.dumps(properties_, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        own = json.dumps(properties_["id"])
        yield f'{{"type":"Feature","id":{own},"properties":{text},"geometry":{shape or "null"}}}'


def write_geojson(features: Iterable[str], file: IO[str], name: str, **members: Any) -> None:
    """Write features (see :func:`features`) as a FeatureCollection, with further members before them."""
    head = {"type": "FeatureCollection", "name": name, **members}
    file.write(json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1] + ',"features":[')
    for i, text in enumerate(features):
        file.write((",\n" if i else "\n") + text)
    file.write("\n]}\n")


def _layer(frame: gpd.GeoDataFrame, path: Path, name: str) -> dict[str, Any]:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        write_geojson(features(frame), file, name)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"name": path.name, "features": len(frame), "bytes": len(content), "sha256": digest}


def _index(frame: gpd.GeoDataFrame, plans: Sequence[Plan], city: City, files: list[dict[str, Any]]) -> dict[str, Any]:
    def counted(name: str) -> dict[str, int]:
        met = Counter(frame[name])
        return {code: met[code] for code in schema.values(name) if code in met}

    districts = Counter(d for ds in frame["districts"] for d in ds or ("",))
    rank = {short: i for i, short in enumerate((*city.order, ""))}
    sources = Counter((s, c) for s, c in zip(frame["source"], frame["licence"], strict=True) if s)
    return {
        "format": FORMAT,
        "version": VERSION,
        "city": {"adcode": city.adcode, "name": city.name, "en": city.en},
        "plans": [plan_record(plan) for plan in plans],
        "features": len(frame),
        "counts": {
            "precision": counted("precision"),
            "district": dict(sorted(districts.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0]))),
            "category": counted("category"),
            "kind": counted("kind"),
            "reason": counted("reason"),
        },
        "sources": [
            {"source": source, "licence": licence, "features": n} for (source, licence), n in sorted(sources.items())
        ],
        "files": files,
    }


_PLAN = ("id", "title", "number", "issuer", "published", "from_year", "to_year", "district", "file", "sha256")


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return a plan as a JSON object."""
    known = asdict(plan)
    return {name: known[name] for name in _PLAN}


def standing(folder: Path) -> Path:
    """Return where the layers of a folder stand: beside it while a build is, or was stopped, between its renames."""
    if folder.is_dir():
        return folder
    return next(iter(sorted(folder.parent.glob(f".{folder.name}.*.old"))), folder)


def read(folder: Path) -> Layers:
    """Read the layers of a city: those of one build, also while another one ends.

    Raises
    ------
    CallError
        There are no layers in the folder.
    DataError
        They are damaged, or of a later version of the format.
    """
    return unmixed(folder, _read)


def unmixed(folder: Path, read: Callable[[Path], _Read]) -> _Read:
    """Return what ``read`` makes of the layers in a folder: again where another build took their place meanwhile.

    Raises
    ------
    CallError, DataError
        As ``read``, where no other build is the cause.
    """
    for left in reversed(range(_TRIES)):
        before = _state(folder)
        try:
            found = read(standing(folder))
        except PlanmapError:
            if left and _state(folder) != before:
                continue
            raise
        if not left or _state(folder) == before:
            break
    return found


def _state(folder: Path) -> tuple[int, ...] | None:
    """Return what tells the layers of one build from those of another."""
    try:
        index = (standing(folder) / INDEX).stat()
    except OSError:
        return None
    return index.st_ino, index.st_mtime_ns, index.st_size


def _read(folder: Path) -> Layers:
    plans, index = head(folder)
    try:
        rows = _json(folder / ALL)["features"]
        built = from_records([row["properties"] for row in rows], _shapes([row["geometry"] for row in rows]))
    except (KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise DataError("layers.damaged", path=str(folder), why=repr(error)) from None
    return Layers(built, plans, index)


def head(folder: Path) -> tuple[tuple[Plan, ...], dict[str, Any]]:
    """Return what is told of the layers of a city without their features: plans and index.

    Raises
    ------
    CallError, DataError
        As :func:`read`.
    """
    folder = standing(folder)
    if not (folder / INDEX).is_file():
        raise CallError("layers.no_layers", path=str(folder))
    index = _json(folder / INDEX)
    try:
        if index["format"] != FORMAT or index["version"] > VERSION:
            raise DataError("layers.later_version", path=str(folder / INDEX), version=index["version"], known=VERSION)
        plans = tuple(Plan(**{name: row[name] for name in _PLAN}) for row in index["plans"])
    except (KeyError, TypeError) as error:
        raise DataError("layers.damaged", path=str(folder), why=repr(error)) from None
    return plans, index


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError("layers.damaged", path=str(path), why=error) from None


def _shapes(geometries: Sequence[dict[str, Any] | None]) -> Shapes:
    """Return GeoJSON geometries as shapes; points, by far the most, all at once."""
    shapes = np.full(len(geometries), None, dtype=object)
    pointed = [i for i, g in enumerate(geometries) if g is not None and g["type"] == "Point"]
    others = [i for i, g in enumerate(geometries) if g is not None and g["type"] != "Point"]
    if pointed:
        shapes[pointed] = shapely.points([geometries[i]["coordinates"][:2] for i in pointed])  # type: ignore[index]
    if others:
        shapes[others] = shapely.from_geojson([json.dumps(geometries[i]) for i in others])
    return shapes
