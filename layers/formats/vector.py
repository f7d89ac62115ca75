"""FlatGeobuf and GeoParquet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import shapely

from layers import schema
from layers.formats import stream, text
from layers.formats.job import TYPE_NAMES, Job

_LIST = pa.list_(pa.string())
_EXTENT = pa.struct([("from", pa.string()), ("to", pa.string()), ("via", _LIST)])
_MENTION = pa.struct(
    [("plan", pa.string()), ("section", pa.string()), ("offset", pa.int64()), ("length", pa.int64())]
)  # fmt: skip
_UNIQUE = ("id", "name", "mentions")
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
    types = set(job.types[~job.unplaced].tolist())
    geometry = TYPE_NAMES[types.pop()] if len(types) == 1 else "Unknown"
    options = {"layer": job.stem, "SPATIAL_INDEX": "YES"}
    stream.write(job, path, "FlatGeobuf", ~job.unplaced, geometry=geometry, options=options)
    return [path, *unplaced(job, path)]


def unplaced(job: Job, file: Path) -> list[Path]:
    """Write the features without a place beside a file that cannot hold them, under its name; else there is none."""
    path = file.with_name(f"{file.name}.unplaced.csv")
    if not job.unplaced.any():
        job.gone.append(path.name)
        return []
    text.write_table(job, path, job.unplaced)
    return [path]


def parquet(job: Job) -> list[Path]:
    """Write GeoParquet 1.1 with lists as lists, and a column of boxes for fast look-up."""
    path = job.path(".parquet")
    fields = [pa.field(name, _ARROW.get(schema.field(name).type, pa.string())) for name in job.names]
    fields += [pa.field("geometry", pa.binary()), pa.field("bbox", _BOX)]
    table = pa.schema(fields, {"geo": json.dumps(_geo(job))})
    # Only what repeats gains by a dictionary of its values.
    repeated = [name for name in job.names if name not in _UNIQUE and schema.field(name).type != "number"]
    with pyarrow.parquet.ParquetWriter(path, table, compression="zstd", use_dictionary=repeated) as writer:
        for rows in job.chunks():
            part, shapes = job.frame.iloc[rows], job.shapes(rows)
            corners = [pa.array(axis, mask=np.isnan(axis)) for axis in shapely.bounds(shapes).T]
            box = pa.StructArray.from_arrays(corners, fields=list(_BOX), mask=pa.array(shapely.is_missing(shapes)))
            arrays = [_column(part[f.name], f.type) for f in fields[:-2]]
            arrays += [pa.array(shapely.to_wkb(shapes), type=pa.binary()), box]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=table))
    return [path]


def _column(values: pd.Series, kind: pa.DataType) -> pa.Array:
    """Return the values of a property as they are; what is missing is null."""
    if kind in (pa.float64(), pa.int64()):
        return pa.array(values.to_numpy(dtype=float, na_value=np.nan), from_pandas=True).cast(kind)
    return pa.array(values.to_numpy(dtype=object), type=kind, from_pandas=True)


def _geo(job: Job) -> dict[str, Any]:
    """Return the metadata of GeoParquet."""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(TYPE_NAMES[kind] for kind in set(job.types.tolist()) - {-1}),
        "crs": job.grid.crs.to_json_dict(),
        "covering": {"bbox": {corner: ["bbox", corner] for corner in _BOX_CORNERS}},
    }
    if not job.unplaced.all():
        column["bbox"] = job.bounds()
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
