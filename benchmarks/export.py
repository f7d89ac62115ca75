"""Exports of many features: time beside that of geopandas on the same frame, and memory above the frame's own."""

import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import city
from benchmarks.table import Row
from layers import build, export, schema
from settings import HOME

MANY, MOST = 100_000, 1_000_000
DRIVERS = {"gpkg": "GPKG", "geojson": "GeoJSON", "parquet": "", "fgb": "FlatGeobuf"}
# What may be taken more for ten times the features, in MB.
FLAT_MB = 100


def rows() -> Iterator[Row]:
    """Yield time and memory for each format, measured in a process of its own."""
    for name in DRIVERS:
        told = _alone("time", name)
        yield Row(f"export of {MANY:,} features to {name}", told["own"], "s")
        slower = told["own"] / told["geopandas"]
        yield Row(f"the same by geopandas, on the frame made flat before, to {name}", told["geopandas"], "s")
        # Two runs on one machine differ by a tenth.
        yield Row(f"export to {name}, times geopandas", slower, "", at_most=1.1)
    if not Path("/proc/self/clear_refs").exists():
        yield Row("memory of exports: not measured (no /proc)", None, "")
        return
    for name in DRIVERS:
        some = _alone("memory", name, MANY)["megabytes"]
        yield Row(f"export to {name}, memory above the frame, {MANY:,} features", some, "MB")
        most = _alone("memory", name, MOST)["megabytes"]
        yield Row(f"export to {name}, memory above the frame, {MOST:,}", most, "MB", at_most=some + FLAT_MB)


def _alone(*arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.export", *map(str, arguments)]
    done = subprocess.run(command, cwd=HOME, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def features(number: int) -> gpd.GeoDataFrame:
    """Return so many features: those of the committed layers again and again, each time a little elsewhere."""
    base = build.read(HOME / "data" / "layers" / "370100").frame
    found = gpd.GeoDataFrame(pd.concat([base] * -(-number // len(base)), ignore_index=True).iloc[:number], crs=4326)
    found["id"] = [f"{i:012x}" for i in range(number)]
    shapes = found.geometry.to_numpy().copy()
    moved = np.round(np.random.default_rng(7).uniform(-0.2, 0.2, (number, 2)), 6)
    corners = shapely.get_coordinates(shapes) + np.repeat(moved, shapely.get_num_coordinates(shapes), axis=0)
    return found.set_geometry(gpd.GeoSeries(shapely.set_coordinates(shapes, np.round(corners, 6)), crs=4326))


def _times(name: str, folder: Path) -> dict[str, float]:
    """Return the best of three of ours and of geopandas, in turn; making the frame flat is not counted."""
    frame = features(MANY)
    cells = {f.name: [schema.flat(f.name, v) for v in frame[f.name]] for f in schema.FIELDS if f.name in frame}
    kinds = {f.name: frame[f.name].dtype for f in schema.FIELDS if f.type in ("number", "integer", "boolean")}
    flat = gpd.GeoDataFrame({k: pd.Series(v, dtype=kinds.get(k)) for k, v in cells.items()}, geometry=frame.geometry)
    theirs = frame if name == "parquet" else flat[flat.geometry.notna()] if name == "fgb" else flat
    ways: dict[str, Callable[[Path], object]] = {
        "own": lambda path: export.export(frame, path, name, town=city.load("370100")),
        "geopandas": (
            (lambda path: theirs.to_parquet(path))
            if name == "parquet"
            else (lambda path: theirs.to_file(path, driver=DRIVERS[name]))
        ),
    }
    best = dict.fromkeys(ways, float("inf"))
    for turn in range(4):
        for way, write in ways.items():
            path = folder / f"{way}{turn}.{name}"
            started = time.perf_counter()
            write(path)
            if turn:  # the first loads libraries
                best[way] = min(best[way], time.perf_counter() - started)
            path.unlink()
    return best


def _memory(name: str, number: int, folder: Path) -> dict[str, float]:
    """Return by how much an export raises the peak of resident memory over what the frame takes."""
    warm = features(2000)
    export.export(warm, folder / f"warm.{name}", name, town=city.load("370100"))
    del warm
    frame = features(number)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # sets the peak back to what is held now
    before = _resident("VmRSS")
    export.export(frame, folder / f"most.{name}", name, town=city.load("370100"))
    return {"megabytes": _resident("VmHWM") - before}


def _resident(what: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def main(what: str, name: str, number: str = "") -> None:
    """Measure one thing and print it as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        found = _times(name, Path(folder)) if what == "time" else _memory(name, int(number), Path(folder))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
