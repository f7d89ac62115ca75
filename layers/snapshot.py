"""Very many layers once more as one Parquet file, which is read in seconds where the GeoJSON takes a minute.

The layers of a city stay what they are; the file beside them is a copy that anyone may delete. It names the layers it
was made of, so that after a build it is made anew by whoever reads next. Where it cannot be written, the
GeoJSON is read each time.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.json  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]
import shapely
from numpy.typing import NDArray

import whole
from city import City
from layers import build, review, schema
from layers.build import Layers
from layers.review import Review
from layers.view import Index

# Fewer features than this are read from the layers themselves within a second.
LEAST = 10_000
FORMAT = 1
# Features read and written at a time.
PIECE = 20_000
_TEXTS = pa.list_(pa.string())
_MENTION = ("plan", "section", "offset", "length")
_KINDS: dict[str, pa.DataType] = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "strings": _TEXTS,
    "extent": pa.struct([("from", pa.string()), ("to", pa.string()), ("via", _TEXTS)]),
    "mentions": pa.list_(
        pa.struct(list(zip(_MENTION, (pa.string(), pa.string(), pa.int64(), pa.int64()), strict=True)))
    ),
}
_PROPERTIES = pa.schema([(name, _KINDS.get(schema.field(name).type, pa.string())) for name in schema.BUILT])
_MADE_OF = b"planmap"


def beside(folder: Path, what: str = "features") -> Path:
    """Return where the copy of the layers in a folder is kept, or what was made of it."""
    return folder.with_name(f".{folder.name}.{what}.parquet")


def read(folder: Path) -> Layers:
    """Return the layers of a city exactly as :func:`layers.build.read` does, sooner when there are very many.

    Raises
    ------
    CallError, DataError
        As :func:`layers.build.read`.
    """
    return build.unmixed(folder, _read)


def _read_of(folder: Path) -> tuple[Layers, bytes]:
    """Return the layers in a folder and, of very many, what tells them from others."""
    layers = _read(folder)
    return layers, _origin(folder) if len(layers.frame) >= LEAST else b""


def _read(folder: Path) -> Layers:
    plans, index = build.head(folder)
    if index["features"] < LEAST:
        return build.read(folder)
    path, origin = beside(folder), _origin(folder)
    table = _kept(path, origin)
    if table is None:
        try:
            table = _table(folder / build.ALL)
        except (OSError, ValueError, shapely.errors.GEOSException):
            # Written by another hand, or damaged, which is told there.
            return build.read(folder)
        _keep(table, path, origin)
    layers = Layers(_frame(table), plans, index)
    del table
    # A third of what reading took, and nothing else would give it back.
    pa.default_memory_pool().release_unused()
    return layers


def indexed(folder: Path, town: City, reviews: Mapping[str, Review]) -> tuple[Layers, Index]:
    """Return the layers of a city as people reviewed them, and the same ready to be filtered.

    What takes long to make of very many features is kept beside the layers, and made anew only of those that a
    review changed.

    Parameters
    ----------
    folder
        Folder of the layers.
    town
        The city.
    reviews
        By feature id.

    Raises
    ------
    CallError, DataError
        As :func:`layers.build.read`.
    """
    layers, origin = build.unmixed(folder, _read_of)
    whole = review.apply(layers.frame, {})
    # Of the layers that were read, whatever is built until somebody filters.
    index = Index(whole, town, keep=partial(_once, folder, origin)) if origin else Index(whole, town)
    changed = [row for row, key in enumerate(whole["id"]) if key in reviews] if reviews else []
    if changed:
        index = Index(review.apply(layers.frame, reviews), town, base=index, changed=changed)
    return Layers(index.frame, layers.plans, layers.index), index


def kept(folder: Path, what: str, origin: str, make: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    """Return what takes long to make of all features of a city, and is made once for its layers.

    Parameters
    ----------
    folder
        Folder of the layers.
    what
        A word for it.
    origin
        Changes when something else changes that it is made of.
    make
        Makes it: a text, or a tuple of texts, for each feature.
    """
    return _once(folder, _origin(folder), what, origin, make)


def _once(folder: Path, layers: bytes, what: str, origin: str, make: Callable[[], Sequence[Any]]) -> Sequence[Any]:
    path, whence = beside(folder, what), layers + b" " + origin.encode()
    table = _kept(path, whence)
    if table is None:
        values = make()
        if len(values) >= LEAST:
            _keep(pa.table({what: pa.array(values)}), path, whence)
        return values
    column = table[what].combine_chunks()
    texts = _texts(column) if pa.types.is_string(column.type) else _grouped(column, _texts(column.flatten()))
    return list(texts)


def _origin(folder: Path) -> bytes:
    told = (folder / build.INDEX).read_bytes()
    now = (folder / build.ALL).stat()
    return f"{FORMAT} {hashlib.sha256(told).hexdigest()} {now.st_size} {now.st_mtime_ns}".encode()


def _kept(path: Path, origin: bytes) -> pa.Table | None:
    try:
        known = pyarrow.parquet.read_schema(path)
        if (known.metadata or {}).get(_MADE_OF) != origin:
            return None
        return pyarrow.parquet.read_table(path, partitioning=None)
    except (OSError, pa.ArrowException):
        return None


def _keep(table: pa.Table, path: Path, origin: bytes) -> None:
    # Without the copy everything works as well, only later.
    with contextlib.suppress(OSError), whole.writing(path) as part:
        pyarrow.parquet.write_table(table.replace_schema_metadata({_MADE_OF: origin}), part, compression="zstd")


def _table(path: Path) -> pa.Table:
    """Return the features of a layer as :func:`layers.build.write_geojson` writes it, each in a line of its own.

    Raises
    ------
    ValueError
        The file is not written like that, or has an id twice.
    """
    with path.open("rb") as file:
        if not next(file, b"").rstrip().endswith(b'"features":['):
            raise ValueError(path)
        table = pa.concat_tables(_pieces(file))
    if len(table["id"].unique()) < len(table):
        raise ValueError(path)
    return table


def _pieces(file: Iterator[bytes]) -> Iterator[pa.Table]:
    # As from JSON, so that a field that is there but not known is a fault.
    how = pyarrow.json.ParseOptions(explicit_schema=_PROPERTIES, unexpected_field_behavior="error")
    ended = False
    while not ended and (lines := list(islice(file, PIECE))):
        ended = lines[-1].strip() == b"]}"
        if ended:
            lines.pop()
        if not lines:
            break
        properties, shapes = zip(*map(_parts, lines), strict=True)
        text = pa.BufferReader(b"\n".join(properties))
        whole = pyarrow.json.ReadOptions(block_size=sum(map(len, properties)) + len(properties))
        table = pyarrow.json.read_json(text, read_options=whole, parse_options=how).select(schema.BUILT)
        if len(table) != len(lines):
            raise ValueError("lines")
        geometries = build.tidy(shapely.from_geojson(np.array(shapes, dtype=object)), table["id"].to_pylist())
        yield table.append_column("geometry", pa.array(shapely.to_wkb(geometries), pa.binary()))
    if not ended:
        raise ValueError("end")


def _parts(line: bytes) -> tuple[bytes, str | None]:
    """Return properties and geometry of a feature in one line, as JSON."""
    start, middle = line.find(b',"properties":'), line.rfind(b',"geometry":')
    end = line.rstrip(b",\n")
    if not (line.startswith(b'{"type":"Feature",') and 0 < start < middle and end.endswith(b"}")):
        raise ValueError(line[:80])
    shape = end[middle + len(b',"geometry":') : -1]
    return line[start + len(b',"properties":') : middle], None if shape == b"null" else shape.decode()


def _frame(table: pa.Table) -> gpd.GeoDataFrame:
    columns = {name: _column(schema.field(name), table[name].combine_chunks()) for name in schema.BUILT}
    wkb = table["geometry"].to_numpy()
    return gpd.GeoDataFrame(columns, geometry=np.asarray(shapely.from_wkb(wkb), dtype=object), crs=4326)


def _column(field: schema.Field, values: pa.Array) -> pd.Series:
    """Return a column of the type that :func:`layers.build.frame` gives it; equal texts are one text in memory."""
    match field.type:
        case "number":
            return pd.Series(values.to_numpy(zero_copy_only=False), dtype=float)
        case "boolean":
            return pd.Series(values.to_numpy(zero_copy_only=False), dtype=bool)
        case "integer":
            return pd.Series(values.to_pandas(integer_object_nulls=True), dtype="Int64")
        case "strings":
            found = _grouped(values, _texts(values.flatten()))
        case "mentions":
            parts = values.flatten()
            plan, section = (_texts(parts.field(name)) for name in _MENTION[:2])
            offset, length = (parts.field(name).to_pylist() for name in _MENTION[2:])
            rows = zip(plan, section, offset, length, strict=True)
            told = [{"plan": p, "section": s, "offset": o, "length": n} for p, s, o, n in rows]
            found = _grouped(values, told)
        case "extent":
            found = np.full(len(values), None, dtype=object)
            some = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False))
            found[some] = values.take(pa.array(some)).to_pylist()
        case _:
            found = _texts(values)
            if not field.missing:
                found[pd.isna(found)] = ""
    return pd.Series(found, dtype=object)


def _texts(values: pa.Array) -> NDArray[np.object_]:
    known = values.dictionary_encode()
    texts = np.array([*known.dictionary.to_pylist(), None], dtype=object)
    found: NDArray[np.object_] = texts[known.indices.fill_null(len(texts) - 1).to_numpy(zero_copy_only=False)]
    return found


def _grouped(values: pa.Array, parts: Any) -> NDArray[np.object_]:
    """Return a tuple for each list of an array, of what its items are in memory."""
    ends = np.cumsum(values.value_lengths().fill_null(0).to_numpy(zero_copy_only=False))
    found = np.empty(len(values), dtype=object)
    found[:] = [()]
    starts = np.r_[0, ends[:-1]] if len(ends) else ends
    for row in np.flatnonzero(ends > starts).tolist():
        found[row] = tuple(parts[starts[row] : ends[row]])
    return found
