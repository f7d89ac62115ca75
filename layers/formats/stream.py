"""Features as a stream of Arrow batches, which GDAL takes whole columns of: quick, and flat in memory."""

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyogrio
import shapely
from numpy.typing import NDArray

from layers import schema
from layers.formats.job import Job

GEOMETRY = "geom"
_TYPES = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}

Columns = Callable[[NDArray[np.intp]], list[pa.Array]]
"""Returns the values of some rows, a column each."""


def fields(job: Job) -> list[pa.Field]:
    """Return the properties of a job as columns of single values."""
    return [pa.field(name, _TYPES.get(schema.field(name).type, pa.string())) for name in job.names]


def columns(job: Job, rows: NDArray[np.intp]) -> list[pa.Array]:
    """Return features as columns of single values (see :func:`layers.schema.flat`)."""
    part = job.frame.iloc[rows]
    found = []
    for name in job.names:
        kind = schema.field(name).type
        if kind in ("number", "integer"):
            # What is not a number is null.
            numbers = pa.array(part[name].to_numpy(dtype=float, na_value=np.nan), from_pandas=True)
            found.append(numbers.cast(_TYPES[kind]))
        else:
            found.append(pa.array(job.cells(name, part[name]), type=_TYPES.get(kind, pa.string())))
    return found


def write(
    job: Job,
    path: Path,
    driver: str,
    chosen: NDArray[np.bool_],
    *,
    geometry: str | None,
    form: Sequence[pa.Field] = (),
    values: Columns | None = None,
    shapes: Callable[[NDArray[np.object_]], NDArray[np.object_]] | None = None,
    options: Mapping[str, str],
) -> None:
    """Write some of the features of a job as one layer with GDAL.

    Parameters
    ----------
    job, path, driver
        The export, the file (a layer is added to one that is there), and the driver of GDAL.
    chosen
        Which features.
    geometry
        Type of the geometries, or None for a table without any.
    form, values
        Columns other than :func:`fields` and :func:`columns`.
    shapes
        What is to be done to geometries before they are written.
    options
        Layer, encoding, and options of the driver.

    Raises
    ------
    OSError
        Not all of the file could be written.
    """
    form = [*(form or fields(job)), *([pa.field(GEOMETRY, pa.binary())] if geometry else ())]

    def batches() -> Iterator[pa.RecordBatch]:
        for rows in job.chunks(chosen):
            arrays = values(rows) if values else columns(job, rows)
            if geometry:
                placed = job.shapes(rows)
                arrays.append(pa.array(shapely.to_wkb(shapes(placed) if shapes else placed), type=pa.binary()))
            yield pa.RecordBatch.from_arrays(arrays, schema=pa.schema(form))

    told = {"geometry_name": GEOMETRY, "geometry_type": geometry, "crs": job.grid.crs.to_wkt()} if geometry else {}
    source = pa.RecordBatchReader.from_batches(pa.schema(form), batches())
    pyogrio.write_arrow(source, path, driver=driver, **told, **options)
    if driver != "GPKG" and not _whole(path, int(chosen.sum()), spatial=geometry is not None):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _whole(path: Path, number: int, *, spatial: bool) -> bool:
    """Say whether all of a file is there: GDAL tells no error of what it wrote last when it closes a file.

    SQLite tells of all.
    """
    try:
        if not spatial:
            return len(pyogrio.raw.read(path, columns=[], skip_features=number - 1, return_fids=True)[1]) == 1
        _, bounds = pyogrio.read_bounds(path)
    except (ValueError, RuntimeError):
        return False
    return bounds.shape[1] == number and bool(np.isfinite(bounds).all())
