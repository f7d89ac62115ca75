"""Shapefiles, row by row, with the widths of the schema."""

import csv
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pandas as pd
import shapely
from fiona._err import CPLE_BaseError
from fiona.errors import FionaError
from numpy.typing import NDArray
from shapely.geometry import mapping

from errors import CallError
from layers import dictionary, schema
from layers.formats.job import FAMILIES, Job

ENCODINGS = ("UTF-8", "GB18030", "GBK")
_TYPES = {"number": "float", "integer": "int", "boolean": "int"}


def shapefile(job: Job) -> list[Path]:
    """Write a zipped set of Shapefiles, one for each type of geometry, with a table of the unplaced and a dictionary.

    What its widths or its encoding cannot hold is told in the job's issues.

    Raises
    ------
    CallError
        There is no such encoding.
    OSError
        The file cannot be written.
    """
    encoding = job.encoding.upper().replace("UTF8", "UTF-8")
    if encoding not in ENCODINGS:
        raise CallError("export.unknown_encoding", value=job.encoding, valid=", ".join(ENCODINGS))
    folder = job.folder / f"{job.stem}.set"
    folder.mkdir()
    try:
        _write(job, folder, encoding)
    except (FionaError, CPLE_BaseError, RuntimeError) as error:
        # Fiona passes the errors of GDAL on in these three ways, one with the whole feature behind them.
        told = error.errmsg.decode(errors="replace") if isinstance(error, CPLE_BaseError) else str(error)
        raise OSError(told.removeprefix("GDAL Error: ").partition(". Failed to write record")[0]) from error
    with (folder / "dictionary.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(dictionary.rows())
    left_out = [f.name for f in schema.FIELDS if f.long and f.name in job.names]
    job.warn(job.stem, "fields_left_out", names=", ".join(left_out))
    path = job.path(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_path in sorted(folder.iterdir()):
            archive.write(file_path, file_path.name)
    shutil.rmtree(folder)
    return [path]


def _write(job: Job, folder: Path, encoding: str) -> None:
    """Write the files of the set in one pass over the features, all of them open at once."""
    fields = [schema.field(name) for name in job.names if not schema.field(name).long]
    properties = {f.short: _type(f) for f in fields}
    crs = job.grid.crs.to_wkt()
    parts = {family: kind for family, kind in _kinds(job).items() if job.family(family).any()}
    with ExitStack() as stack:

        def opened(name: str, kind: str, **more: str) -> Any:
            form = {"geometry": kind, "properties": properties}
            made = fiona.open(folder / name, "w", driver="ESRI Shapefile", schema=form, encoding=encoding, **more)
            return stack.enter_context(made)

        files = {family: opened(f"{job.stem}_{family}.shp", kind, crs_wkt=crs) for family, kind in parts.items()}
        if job.unplaced.any():
            files["unplaced"] = opened(f"{job.stem}_unplaced.dbf", "None")
        for rows in job.chunks():
            for family, file in files.items():
                chosen = job.unplaced if family == "unplaced" else job.family(family)
                if len(part := rows[chosen[rows]]):
                    where = f"{job.stem}_{family}"
                    file.writerecords(_records(job, where, fields, part, parts.get(family, ""), encoding))


def _kinds(job: Job) -> dict[str, str]:
    """Return the type of geometry of each file; lines and areas may have several parts in any Shapefile."""
    several = (job.types == FAMILIES["point"][1]).any()
    return {"point": "MultiPoint" if several else "Point", "line": "LineString", "area": "Polygon"}


def _type(field: schema.Field) -> str:
    """Return type and width of a field in the words of Fiona."""
    return f"{_TYPES.get(field.type, 'str')}:{field.width}"


def _records(
    job: Job, where: str, fields: list[schema.Field], rows: NDArray[np.intp], kind: str, encoding: str
) -> Iterator[dict[str, Any]]:
    """Yield features as a Shapefile holds them, and tell what they lose."""
    table = job.table(rows, [f.name for f in fields])
    columns = [_fitted(job, where, f, table[f.name], table["id"], encoding) for f in fields]
    shorts = [f.short for f in fields]
    shapes = job.shapes[rows]
    if kind == "MultiPoint":
        shapes = np.array([shapely.multipoints(shapely.get_parts(s)) for s in shapes], dtype=object)
    elif kind == "Polygon":
        # A Shapefile's outer rings run clockwise.
        shapes = shapely.orient_polygons(shapes, exterior_cw=True)
    for shape, *values in zip(shapes, *columns, strict=True):
        geometry = mapping(shape) if kind else None
        yield {"geometry": geometry, "properties": dict(zip(shorts, values, strict=True))}


def _fitted(
    job: Job, where: str, field: schema.Field, values: pd.Series, ids: pd.Series, encoding: str
) -> list[str | float | int | None]:
    """Return values that the width of the field can hold."""
    fitted: list[str | float | int | None] = []
    whole, _, decimals = field.width.partition(".")
    # A sign and, with decimals, the point take their place too.
    limit = 10 ** (int(whole) - (int(decimals) + 2 if decimals else 0))
    for key, value in zip(ids, values, strict=True):
        if value is None or value is pd.NA or value != value:
            fitted.append(None)
        elif field.type not in _TYPES:
            fitted.append(_text(job, f"{where} {key}", field, value, encoding))
        elif abs(value) < limit:
            fitted.append(float(value) if decimals else int(value))
        else:
            job.warn(f"{where} {key}", "number_lost", field=field.name, value=value, width=field.width)
            fitted.append(None)
    return fitted


def _text(job: Job, where: str, field: schema.Field, value: str, encoding: str) -> str:
    """Return a text that encoding and width can hold."""
    width = int(field.width)
    if value.isascii() and len(value) <= width:
        return value
    coded = value.encode(encoding, "replace")
    if lost := "".join(c for c in value if not _holds(encoding, c)) if b"?" in coded else "":
        job.warn(where, "characters_lost", field=field.name, lost=lost, encoding=encoding)
    if len(coded) > width:
        coded = coded[:width]
        job.warn(where, "text_cut", field=field.name, bytes=width)
    return coded.decode(encoding, "ignore")


def _holds(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
