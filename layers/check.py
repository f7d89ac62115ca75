"""Checks of built layers: format, schema, geometry, bounds and what must agree with what.

Faults are rows of an issue log; nothing is repaired here.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import shapely

import city
from errors import CallError, Issue, PlanmapError
from geo import datum
from geo.districts import Districts
from geo.placement import EXACT_M, NEAR_M, PART_M, PRECISIONS
from layers import build, schema

# The largest radius of a precision, in metres; the others may have any.
RADII = {"exact": EXACT_M, "near": NEAR_M, "part": PART_M}
# A hand's breadth at the edge: boundaries are this far off the finest there are, and corridors may leave the city.
SLACK_M = 2000.0
# More than that of one kind in one file tells no more.
MOST = 50


def check(folder: Path) -> list[Issue]:
    """Check the layers of a city.

    Parameters
    ----------
    folder
        As written by :func:`layers.build.write`.

    Returns
    -------
    list of Issue
        The faults, empty when all is well.

    Raises
    ------
    CallError
        There are no layers in the folder.
    """
    if not (folder / build.INDEX).is_file():
        raise CallError("layers.no_layers", path=str(folder))
    index, faults = _load(folder / build.INDEX)
    if index is None:
        return faults
    issues = list(_files(folder, index))
    whole, faults = _load(folder / build.ALL)
    issues += faults
    if whole is None:
        return issues
    issues += _limited(list(_schema(whole, build.ALL)))
    if issues:
        # What follows takes the form for granted.
        return issues
    try:
        layers = build.read(folder)
    except PlanmapError as error:
        values = tuple((k, str(v)) for k, v in error.values.items())
        return [Issue(build.ALL, error.message, values)]
    issues += _limited(list(_rows(layers)))
    issues += _counts(layers)
    issues += _parts(folder, index, whole)
    return issues


def _issue(where: str, message: str, **values: object) -> Issue:
    return Issue(where, f"layers.{message}", tuple((k, str(v)) for k, v in values.items()))


def _limited(issues: list[Issue]) -> list[Issue]:
    seen: Counter[str] = Counter()
    kept = []
    for issue in issues:
        seen[issue.message] += 1
        if seen[issue.message] <= MOST:
            kept.append(issue)
    more = sum(n - MOST for n in seen.values() if n > MOST)
    return [*kept, _issue(build.ALL, "more_faults", n=more)] if more else kept


def _load(path: Path) -> tuple[Any, list[Issue]]:
    try:
        return json.loads(path.read_text(encoding="utf-8")), []
    except (OSError, ValueError) as error:
        return None, [_issue(path.name, "damaged", path=path.name, why=error)]


def _files(folder: Path, index: Any) -> Iterator[Issue]:
    """Compare the files with their sums in the index."""
    try:
        told = {row["name"]: row["sha256"] for row in index["files"]}
    except (KeyError, TypeError) as error:
        yield _issue(build.INDEX, "damaged", path=build.INDEX, why=repr(error))
        return
    present = {path.name: path for path in folder.iterdir() if path.suffix == ".geojson"}
    for name in sorted(told.keys() | present.keys()):
        if name not in present:
            yield _issue(name, "file_missing")
        elif name not in told:
            yield _issue(name, "file_untold")
        elif hashlib.sha256(present[name].read_bytes()).hexdigest() != told[name]:
            yield _issue(name, "file_changed")


def _schema(layer: Any, name: str) -> Iterator[Issue]:
    validator = jsonschema.Draft202012Validator(schema.json_schema())
    for error in validator.iter_errors(layer):
        where = "/".join(map(str, error.absolute_path)) or name
        if error.context:
            error = min(error.context, key=lambda e: len(e.message))
        yield _issue(f"{name} {where}", "schema", why=error.message[:200])


def _rows(layers: build.Layers) -> Iterator[Issue]:
    frame = layers.frame
    town = city.load(layers.index["city"]["adcode"])
    plans = {plan.id for plan in layers.plans}
    placed = frame.geometry.notna().to_numpy()
    shapes = frame.geometry.to_numpy()
    sound = shapely.is_valid(shapes)
    orderly = shapely.equals_exact(shapes, shapely.orient_polygons(shapes), 0)
    beyond = _beyond(shapes, Districts.load(town).outline)
    for i, row in enumerate(frame.itertuples(index=False)):
        where = f"{row.id} {row.name}"
        if placed[i] == (row.precision == "unplaced"):
            yield _issue(where, "null_geometry", precision=row.precision)
        if placed[i] and not sound[i]:
            yield _issue(where, "invalid_geometry", why=shapely.is_valid_reason(shapes[i]))
        if placed[i] and not orderly[i]:
            yield _issue(where, "ring_order")
        if beyond[i]:
            yield _issue(where, "outside_city", city=town.name, metres=round(beyond[i]))
        yield from _placement(where, row, placed[i])
        for name in row.districts:
            if name not in town.order:
                yield _issue(where, "unknown_district", district=name)
        for plan in dict.fromkeys((row.doc, *(m["plan"] for m in row.mentions))):
            if plan not in plans:
                yield _issue(where, "unknown_plan", plan=plan)
        if not row.mentions:
            yield _issue(where, "no_mention")


def _placement(where: str, row: Any, placed: bool) -> Iterator[Issue]:
    """Check that method, precision, radius, source and reason of a feature agree."""
    if row.precision not in PRECISIONS:
        yield _issue(where, "unknown_precision", precision=row.precision)
        return
    if not placed:
        if row.method or row.source or not np.isnan(row.radius_m) or not row.reason:
            yield _issue(where, "unplaced_fields")
        return
    if not row.method or not row.source or not row.licence or row.reason:
        yield _issue(where, "placed_fields")
    most = RADII.get(row.precision)
    if np.isnan(row.radius_m) or row.radius_m < 0 or (most is not None and row.radius_m > most):
        yield _issue(where, "radius", precision=row.precision, radius=row.radius_m)


def _beyond(shapes: build.Shapes, outline: Any) -> np.ndarray:
    """Return how far each shape lies outside the city, in metres; 0 inside and where there is none.

    A corridor may leave the city: what counts is the nearest part.
    """
    shapely.prepare(outline)
    out = ~shapely.intersects(shapes, outline) & ~shapely.is_missing(shapes)
    far = np.zeros(len(shapes))
    for i in np.flatnonzero(out):
        a, b = shapely.get_coordinates(shapely.shortest_line(shapes[i], outline))
        metres = float(datum.distance(a[0], a[1], b[0], b[1]))
        far[i] = metres if metres > SLACK_M else 0.0
    return far


def _counts(layers: build.Layers) -> Iterator[Issue]:
    """Compare the index's counts with the features."""
    frame, told = layers.frame, layers.index
    if told["features"] != len(frame):
        yield _issue(build.INDEX, "count", what="features", told=told["features"], found=len(frame))
    for name in ("precision", "category", "kind"):
        found = dict(Counter(frame[name]))
        if told["counts"][name] != found:
            yield _issue(build.INDEX, "count", what=name, told=told["counts"][name], found=found)


def _parts(folder: Path, index: Any, whole: Any) -> Iterator[Issue]:
    """Say where the layer of a category does not hold just the features of that category."""
    by_category: dict[str, list[Any]] = {}
    for feature in whole["features"]:
        by_category.setdefault(feature["properties"]["category"], []).append(feature)
    for row in index["files"]:
        if row["name"] == build.ALL:
            continue
        layer, faults = _load(folder / row["name"])
        yield from faults
        if layer is not None and layer.get("features") != by_category.get(Path(row["name"]).stem):
            yield _issue(row["name"], "part_differs", whole=build.ALL)
