"""What a person decided on a feature, and how that changes what the machine built."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from errors import CallError
from geo import placement
from layers import build, schema

STATES = ("unreviewed", "confirmed", "corrected", "rejected")
# What a reviewer may change of a feature.
CHANGEABLE = ("name", "kind", "category", "districts", "status", "geometry", "radius_m")
LONGEST_NAME, LONGEST_NOTE = 200, 4000
# The source and licence told for a place that a person gave.
SOURCE, LICENCE = "review", "own work"
_PLACED = ("method", "precision", "radius_m", "source", "licence", "reason")
_TOLD = {"review": "state", "reviewer": "reviewer", "reviewed_at": "reviewed_at", "note": "note"}
# What no store can keep in a text.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def rejected(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Return which of some features a person rejected; none where the frame has no reviews."""
    if "review" not in frame:
        return np.zeros(len(frame), dtype=bool)
    return np.asarray(frame["review"].to_numpy(dtype=object) == "rejected", dtype=bool)


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a person decided on a feature.

    Attributes
    ----------
    feature
        Its id.
    state
        One of :data:`STATES`.
    reviewer, reviewed_at
        Who, and when (ISO 8601, UTC; the store fills it in).
    note
        What the reviewer wrote.
    changes
        New values by name, of :data:`CHANGEABLE`; ``geometry`` is a GeoJSON object in WGS 84 and goes with
        ``radius_m`` in metres.
    revision
        1 for the first review of a feature, one more for each that follows; 0 for none.
    name
        What the feature was called then, should it go missing.
    """

    feature: str
    state: str = "unreviewed"
    reviewer: str = ""
    reviewed_at: str = ""
    note: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0
    name: str = ""


def check(review: Review) -> None:
    """Say what is wrong with a review before it is kept.

    Raises
    ------
    CallError
        Its state, reviewer or a change is not valid.
    """
    if review.state not in STATES:
        raise CallError("layers.unknown_value", field="review", value=review.state, valid=", ".join(STATES))
    if not review.reviewer.strip():
        raise CallError("layers.no_reviewer")
    if len(review.note) > LONGEST_NOTE:
        raise CallError("layers.bad_change", name="note", value=f"{review.note[:40]}…", why=f"> {LONGEST_NOTE}")
    for name, text in (("note", review.note), ("reviewer", review.reviewer)):
        if found := _UNKEPT.search(text):
            raise CallError("layers.bad_change", name=name, value=ascii(text[:40]), why=ascii(found[0]))
    for name, value in review.changes.items():
        if name == "name" and _fault(name, value):
            raise CallError("layers.bad_name", most=LONGEST_NAME)
        if why := _fault(name, value):
            raise CallError("layers.bad_change", name=name, value=str(value)[:80], why=why)
    if ("geometry" in review.changes) != ("radius_m" in review.changes):
        raise CallError("layers.bad_change", name="geometry", value="", why="geometry + radius_m")


def _fault(name: str, value: Any) -> str:
    """Return what is wrong with a change, in a word, or the empty text."""
    if name == "name":
        return "" if _said(value) and len(value) <= LONGEST_NAME else f"1..{LONGEST_NAME}"
    if name in ("kind", "category", "status"):
        valid = tuple(schema.values(name))
        return "" if value in valid or (value is None and name == "status") else ", ".join(valid)
    if name == "districts":
        return "" if isinstance(value, list | tuple) and all(map(_said, value)) else "list"
    if name == "radius_m":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and 0 <= value <= 1e6 else "0..1000000"
    if name == "geometry":
        return "" if _shape(value) is not None else "GeoJSON, WGS 84"
    return f"valid: {', '.join(CHANGEABLE)}"


def _said(value: Any) -> bool:
    """Say whether a value is a text that says something and can be kept."""
    return isinstance(value, str) and bool(value.strip()) and not _UNKEPT.search(value)


def _shape(value: Any) -> BaseGeometry | None:
    try:
        shape: BaseGeometry = shapely.from_geojson(json.dumps(value))
    except (TypeError, ValueError, shapely.errors.GEOSException):
        return None
    if shape is None or shape.is_empty or shape.geom_type not in schema.GEOMETRIES:
        return None
    west, south, east, north = shape.bounds
    return shape if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None


def apply(frame: gpd.GeoDataFrame, reviews: Mapping[str, Review]) -> gpd.GeoDataFrame:
    """Return the features as reviewed, with the columns of :data:`layers.schema.REVIEW`.

    Parameters
    ----------
    frame
        As :func:`layers.build.frame` makes it.
    reviews
        By feature id; those of features that are not in the frame are left aside.

    Returns
    -------
    geopandas.GeoDataFrame
        A frame of its own. A place that a person gave has ``method`` ``"correction"``; rejected features stay, and
        say so.
    """
    at = {key: row for row, key in enumerate(frame["id"])} if reviews else {}
    found = {at[key]: review for key, review in reviews.items() if key in at}
    columns: dict[str, Any] = {}

    def put(name: str, row: int, value: Any) -> None:
        # Only what changes is a column of its own; all else is shared with the frame given.
        if name not in columns:
            columns[name] = frame[name].to_numpy(dtype=object).copy()
        columns[name][row] = value

    shapes = frame.geometry.to_numpy()
    moved: dict[int, str] = {}
    for row, review in found.items():
        for name, value in review.changes.items():
            if name == "geometry":
                moved[row] = review.feature
            elif name != "radius_m":
                put(name, row, tuple(value) if name == "districts" else value)
        if "geometry" in review.changes:
            radius = float(review.changes["radius_m"])
            told = ("correction", placement.precision(radius), radius, SOURCE, LICENCE, "")
            for name, value in zip(_PLACED, told, strict=True):
                put(name, row, value)
    if moved:
        rows = list(moved)
        given = [_shape(found[row].changes["geometry"]) for row in rows]
        shapes = shapes.copy()
        shapes[rows] = build.tidy(np.array(given, dtype=object), list(moved.values()))
    kinds = {name: float if name == "radius_m" else object for name in columns}
    for column, attribute in _TOLD.items():
        columns[column] = np.full(len(frame), "unreviewed" if column == "review" else None, dtype=object)
        for row, review in found.items():
            columns[column][row] = getattr(review, attribute) or None
    made = {k: pd.Series(v, index=frame.index, dtype=kinds.get(k, object)) for k, v in columns.items()}
    reviewed = frame.assign(**made)
    if moved:
        reviewed = reviewed.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=4326))
    ordered = [name for name in (*schema.NAMES, "geometry") if name in reviewed.columns]
    return gpd.GeoDataFrame(reviewed[ordered], crs=4326)
