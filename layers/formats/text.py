"""GeoJSON and CSV."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers import build
from layers.formats.job import Job

# A spreadsheet takes a text that begins like this for a formula; a Chinese or Japanese one also the wide forms.
# Rows of a sheet of Excel and WPS, the heading among them.
MOST_ROWS = 1_048_576
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """Return a text as a cell of CSV that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def geojson(job: Job) -> list[Path]:
    """Write GeoJSON: RFC 7946 in WGS 84, else with the ``crs`` member of 2008, or a note for shifted systems."""
    members: dict[str, Any] = {}
    if job.grid.is_shifted:
        members = {"datum": job.grid.name, "note": job.about()["note"]}
        job.warn(job.path(".geojson").name, "geojson_shifted", name=job.grid.name)
    elif job.grid.code != "4326":
        urn = f"urn:ogc:def:crs:EPSG::{job.grid.code}"
        members = {"crs": {"type": "name", "properties": {"name": urn}}}
    path = job.path(".geojson")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        build.write_geojson(_features(job), file, job.stem, **members)
    return [path]


def _features(job: Job) -> Iterator[str]:
    for rows in job.chunks():
        part = job.frame.iloc[rows]
        if job.grid.code != "4326":
            shapes = shapely.transform(job.shapes(rows), lambda xy: np.round(xy, job.grid.decimals))
            part = part.set_geometry(shapes, crs=job.grid.crs)
        yield from build.features(part)


def comma_separated(job: Job) -> list[Path]:
    """Write CSV with a byte order mark, so that Excel takes it for UTF-8; coordinates of a point, and the WKT."""
    path = job.path(".csv")
    write_table(job, path, np.ones(len(job.frame), dtype=bool))
    return [path]


def write_table(job: Job, path: Path, chosen: np.ndarray) -> None:
    """Write some of the features as CSV."""
    mark = f"_{job.grid.suffix}" if job.grid.suffix else ""
    axes = ("x", "y") if job.grid.is_metric else ("lon", "lat")
    heads = [*job.names, *(f"{axis}{mark}" for axis in axes), f"wkt{mark}"]
    changed = 0
    if (rows_in_all := int(chosen.sum()) + 1) > MOST_ROWS:
        job.warn(path.name, "sheet_rows", n=f"{rows_in_all:,}", most=f"{MOST_ROWS:,}")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(heads)
        for rows in job.chunks(chosen):
            shapes = job.shapes(rows)
            points = shapely.point_on_surface(shapes)
            xy = np.round(np.column_stack([shapely.get_x(points), shapely.get_y(points)]), job.grid.decimals)
            wkt = shapely.to_wkt(shapes, rounding_precision=job.grid.decimals)
            for row in zip(*job.table(rows).values(), xy.tolist(), wkt, strict=True):
                *values, (x, y), text = row
                for i, value in enumerate(values):
                    if isinstance(value, bool):
                        values[i] = "true" if value else "false"
                    elif isinstance(value, str) and (safe := guarded(value)) != value:
                        values[i] = safe
                        changed += 1
                writer.writerow([*values, *("" if v != v else v for v in (x, y)), text or ""])
    if changed:
        job.warn(path.name, "formula_guarded", n=changed)
