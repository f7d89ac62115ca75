"""Shapefiles with the widths of the schema."""

import csv
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import shapely
from numpy.typing import NDArray

from errors import CallError
from layers import build, dictionary, schema
from layers.formats import stream, text
from layers.formats.job import FAMILIES, Job, holds

# Esri's software opens no larger file of a set.
LARGEST_BYTES = 2**31 - 1
ENCODINGS = ("UTF-8", "GB18030", "GBK")


def shapefile(job: Job) -> list[Path]:
    """Write a zipped set of Shapefiles, one for each type of geometry, with tables of the unplaced and of the plans.

    A dictionary comes with it. What its widths or its encoding cannot hold is told in the job's issues.

    Raises
    ------
    CallError
        There is no such encoding.
    """
    encoding = job.encoding.upper().replace("UTF8", "UTF-8")
    if encoding not in ENCODINGS:
        raise CallError("export.unknown_encoding", value=job.encoding, valid=", ".join(ENCODINGS))
    folder = job.folder / f"{job.stem}.set"
    folder.mkdir()
    several = (job.types == FAMILIES["point"][1]).any()
    kinds = {"point": "MultiPoint" if several else "Point", "line": "LineString", "area": "Polygon"}
    for family, kind in kinds.items():
        _write(job, folder / f"{job.stem}_{family}.shp", job.family(family), kind, encoding)
    _write(job, folder / f"{job.stem}_unplaced.dbf", job.unplaced, None, encoding)
    with (folder / "dictionary.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(dictionary.rows())
    with (folder / "plans.csv").open("w", encoding="utf-8-sig", newline="") as file:
        records = [build.plan_record(plan) for plan in job.plans]
        rows = [[text.guarded(str("" if v is None else v)) for v in record.values()] for record in records]
        csv.writer(file).writerows([list(records[0]), *rows] if records else [])
    left_out = [f.name for f in schema.FIELDS if f.long and f.name in job.names]
    job.warn(job.stem, "fields_left_out", names=", ".join(left_out))
    path = job.path(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_path in sorted(folder.iterdir()):
            archive.write(file_path, file_path.name)
    shutil.rmtree(folder)
    return [path]


def _write(job: Job, path: Path, chosen: NDArray[np.bool_], kind: str | None, encoding: str) -> None:
    """Write some features as one Shapefile, or as a table alone; nothing when there are none."""
    if not chosen.any():
        return
    fields = [schema.field(name) for name in job.names if not schema.field(name).long]
    size = int(chosen.sum()) * (1 + sum(int(f.width.partition(".")[0]) for f in fields))
    if size > LARGEST_BYTES:
        job.warn(path.stem, "table_large", gigabytes=f"{size / 1e9:.1f}")

    def values(rows: NDArray[np.intp]) -> list[pa.Array]:
        part = job.frame.iloc[rows]
        where = [f"{path.stem} {key}" for key in part["id"]]
        return [_fitted(job, where, f, part[f.name], encoding) for f in fields]

    def shapes(placed: NDArray[np.object_]) -> NDArray[np.object_]:
        if kind == "MultiPoint":
            return np.array([shapely.multipoints(shapely.get_parts(s)) for s in placed], dtype=object)
        # A Shapefile's outer rings run clockwise.
        return np.asarray(shapely.orient_polygons(placed, exterior_cw=True)) if kind == "Polygon" else placed

    form = [pa.field(f.short, _type(f), metadata={"GDAL:OGR:width": f.width.partition(".")[0]}) for f in fields]
    told = {"encoding": encoding}
    stream.write(
        job, path, "ESRI Shapefile", chosen, geometry=kind, form=form, values=values, shapes=shapes, options=told
    )


def _type(field: schema.Field) -> pa.DataType:
    """Return the type that makes a field of the width of the schema."""
    if field.type == "number":
        # GDAL adds a place for the sign and one for the point.
        whole, _, decimals = field.width.partition(".")
        return pa.decimal128(int(whole) - 2, int(decimals))
    return pa.int32() if field.type in ("integer", "boolean") else pa.string()


def _fitted(job: Job, where: list[str], field: schema.Field, column: pd.Series, encoding: str) -> pa.Array:
    """Return values that the width of the field can hold."""
    kind = _type(field)
    if kind == pa.string():
        cells = job.cells(field.name, column)
        return pa.array([v and _text(job, w, field, v, encoding) for w, v in zip(where, cells, strict=True)], kind)
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    whole, _, decimals = field.width.partition(".")
    # A sign and, with decimals, the point take their place too.
    limit = 10.0 ** (int(whole) - (int(decimals) + 2 if decimals else 0))
    for i in map(int, np.flatnonzero(np.abs(numbers) >= limit)):
        job.warn(where[i], "number_lost", field=field.name, value=float(numbers[i]), width=field.width)
    fits = np.where(np.abs(numbers) < limit, numbers, np.nan)
    return pa.array(fits, from_pandas=True).cast(kind)


def _text(job: Job, where: str, field: schema.Field, value: str, encoding: str) -> str:
    """Return a text that encoding and width can hold."""
    width = int(field.width)
    if value.isascii() and len(value) <= width:
        return value
    coded = value.encode(encoding, "replace")
    if lost := "".join(c for c in value if not holds(encoding, c)) if b"?" in coded else "":
        job.warn(where, "characters_lost", field=field.name, lost=lost, encoding=encoding)
    if len(coded) > width:
        coded = coded[:width]
        job.warn(where, "text_cut", field=field.name, bytes=width)
    return coded.decode(encoding, "ignore")
