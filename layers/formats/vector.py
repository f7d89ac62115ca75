"""FlatGeobuf and GeoParquet."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import pyogrio
import shapely

from layers import build, schema
from layers.formats import text
from layers.formats.job import Job

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
