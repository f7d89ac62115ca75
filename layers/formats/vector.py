"""FlatGeobuf, GeoParquet and Shapefile."""

import csv
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pyogrio
import shapely

from errors import CallError
from layers import build, dictionary, schema
from layers.formats import text
from layers.formats.job import Job, multi

ENCODINGS = ("UTF-8", "GB18030", "GBK")
# What a dBASE field holds.
WIDEST_BYTES = 254
_LIST = pa.list_(pa.string())
_EXTENT = pa.struct([("from", pa.string()), ("to", pa.string()), ("via", _LIST)])
_MENTION = pa.struct(
    [("plan", pa.string()), ("section", pa.string()), ("offset", pa.int64()), ("length", pa.int64())]
)  # fmt: skip
_BOX_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_BOX = pa.struct([(corner, pa.float64()) for corner in _BOX_CORNERS])
_ARROW = {
    "strings": _LIST,
    "extent": _EXTENT,
    "mentions": pa.list_(_MENTION),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


def flatgeobuf(job: Job) -> list[Path]:
    """Write FlatGeobuf; its spatial index holds no null geometry, so those go into a companion CSV."""
    path = job.path(".fgb")
    rows = np.flatnonzero(~job.unplaced)
    # The index is of all features: this format alone is made in one piece.
    frame = gpd.GeoDataFrame(job.table(rows), geometry=job.shapes[rows], crs=job.grid.crs)
    pyogrio.write_dataframe(frame, path, driver="FlatGeobuf", layer=job.stem, SPATIAL_INDEX="YES")
    if job.progress:
        job.progress(len(rows), len(rows))
    return [path, *unplaced(job)]


def unplaced(job: Job) -> list[Path]:
    """Write the features without a place beside a file that cannot hold them."""
    if not job.unplaced.any():
        return []
    path = job.path(".unplaced.csv")
    text.write_table(job, path, job.unplaced)
    return [path]


def parquet(job: Job) -> list[Path]:
    """Write GeoParquet 1.1 with lists as lists, and a column of boxes for fast look-up."""
    path = job.path(".parquet")
    fields = [pa.field(name, _ARROW.get(schema.field(name).type, pa.string())) for name in job.names]
    fields += [pa.field("geometry", pa.binary()), pa.field("bbox", _BOX)]
    table = pa.schema(fields, {"geo": json.dumps(_geo(job))})
    with pyarrow.parquet.ParquetWriter(path, table, compression="zstd") as writer:
        for rows in job.chunks():
            part, shapes = job.frame.iloc[rows], job.shapes[rows]
            values = [build.plain(schema.field(name).type, part[name]) for name in job.names]
            corners = (pa.array(axis, mask=np.isnan(axis)) for axis in shapely.bounds(shapes).T)
            box = pa.StructArray.from_arrays(
                list(corners), fields=list(_BOX), mask=pa.array(shapely.is_missing(shapes))
            )
            arrays = [pa.array(v, type=f.type) for v, f in zip(values, fields[:-2], strict=True)]
            arrays += [pa.array(shapely.to_wkb(shapes), type=pa.binary()), box]
            writer.write_table(pa.Table.from_arrays(arrays, schema=table))
    return [path]


def _geo(job: Job) -> dict[str, Any]:
    """Return the metadata of GeoParquet."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({g.geom_type for g in job.shapes if g is not None}),
        "crs": job.grid.crs.to_json_dict(),
        "covering": {"bbox": {corner: ["bbox", corner] for corner in _BOX_CORNERS}},
    }
    if not job.unplaced.all():
        column["bbox"] = [float(v) for v in shapely.total_bounds(job.shapes)]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def shapefile(job: Job) -> list[Path]:
    """Write a zipped set of Shapefiles, one for each type of geometry, with a table of the unplaced and a dictionary.

    What its short values or its encoding cannot hold is told in the job's issues.

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
    for family in ("point", "line", "area"):
        chosen = job.family(family)
        if chosen.any():
            _shapes(job, folder / f"{job.stem}_{family}.shp", chosen, encoding)
    if job.unplaced.any():
        _shapes(job, folder / f"{job.stem}_unplaced.dbf", job.unplaced, encoding)
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


def _shapes(job: Job, path: Path, chosen: np.ndarray, encoding: str) -> None:
    """Write one Shapefile, or a table when it has no geometry."""
    fields = [schema.field(name) for name in job.names if not schema.field(name).long]
    spatial = path.suffix == ".shp"
    rows = np.flatnonzero(chosen)
    geometry = multi(job.shapes[rows]) if spatial else None
    if geometry is not None:
        # A Shapefile's outer rings run clockwise.
        geometry = shapely.orient_polygons(geometry, exterior_cw=True)
    table = job.table(rows)
    columns: dict[str, Any] = {}
    for f in fields:
        values = table[f.name]
        if f.type in ("number", "integer", "boolean"):
            columns[f.short] = values.astype("int32") if f.type == "boolean" else values
        else:
            columns[f.short] = _fitted(job, path.stem, f, values, table["id"], encoding)
    driver, options = "ESRI Shapefile", {"encoding": encoding}
    if spatial:
        frame = gpd.GeoDataFrame(columns, geometry=geometry, crs=job.grid.crs)
        pyogrio.write_dataframe(frame, path, driver=driver, **options)
    else:
        pyogrio.write_dataframe(pd.DataFrame(columns), path, driver=driver, **options)
    if job.progress:
        job.progress(len(rows), len(job.frame))


def _fitted(job: Job, where: str, field: schema.Field, values: pd.Series, ids: pd.Series, encoding: str) -> pd.Series:
    """Return texts that encoding and width can hold, and tell what they lose."""
    fitted: list[str | None] = []
    for key, value in zip(ids, values, strict=True):
        if value is None:
            fitted.append(None)
            continue
        coded = value.encode(encoding, "replace")
        if lost := "".join(c for c in value if not _holds(encoding, c)) if b"?" in coded else "":
            job.warn(f"{where} {key}", "characters_lost", field=field.name, lost=lost, encoding=encoding)
        if len(coded) > WIDEST_BYTES:
            coded = coded[:WIDEST_BYTES]
            job.warn(f"{where} {key}", "text_cut", field=field.name, bytes=WIDEST_BYTES)
        fitted.append(coded.decode(encoding, "ignore"))
    return pd.Series(fitted, dtype=object)


def _holds(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
