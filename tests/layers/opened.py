"""Files as other programs open them, and what should be in them."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from geo import datum
from layers import build, export, schema

GDAL = shutil.which("ogr2ogr")
needs_gdal = pytest.mark.skipif(not GDAL, reason="gdal-bin is not installed")
CRSES = ("4326", "4490", "4548", "gcj02", "bd09")
# 1e-6 degrees and 1 mm.
NEAR = {"4326": 1e-6, "4490": 1e-6, "gcj02": 1e-6, "bd09": 1e-6, "4548": 1e-3}


def json_text(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list | dict) else value


def gdal_read(path: Path | str, folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    """Return the features of a file as Debian's GDAL reads them: by id, properties and geometry."""
    target = folder / "gdal.jsonl"
    target.unlink(missing_ok=True)
    layers = subprocess.run(["ogrinfo", "-q", path], capture_output=True, text=True, check=True).stdout
    names = [line.split(":", 1)[1].split(" (")[0].strip() for line in layers.splitlines() if line[:1].isdigit()]
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        if name == "layer_styles":
            continue
        target.unlink(missing_ok=True)
        # The shell's own words for no change of coordinates: the numbers as they stand in the file.
        command = ["ogr2ogr", "-f", "GeoJSONSeq", target, path, name, "-lco", "COORDINATE_PRECISION=9", *options]
        subprocess.run([*command, "-a_srs", "EPSG:4326"], capture_output=True, check=True)
        for line in target.read_text(encoding="utf-8").splitlines():
            record = json.loads(line.lstrip("\x1e"))
            # GDAL puts what is JSON back as JSON, and an id of its own kind beside the properties.
            told = {k: json_text(v) for k, v in record["properties"].items()}
            told.setdefault("id", record.get("id"))
            found[told["id"]] = {"properties": told, "geometry": record["geometry"]}
    return found


def expected_shape(geometry: Any, crs: str) -> Any:
    """Return a geometry in a coordinate system, converted without the code under test."""
    if geometry is None or crs in ("4326", "4490"):
        return geometry
    if crs == "4548":
        project = Transformer.from_crs(4326, 4548, always_xy=True).transform
        return shapely.transform(geometry, lambda xy: np.column_stack(project(xy[:, 0], xy[:, 1])))
    return shapely.transform(geometry, lambda xy: np.column_stack(datum.convert(xy[:, 0], xy[:, 1], "wgs84", crs)))


def assert_same_place(got: Any, wanted: Any, near: float) -> None:
    if wanted is None:
        assert got is None
        return
    got = shape(got) if isinstance(got, dict) else got
    ours, theirs = (shapely.normalize(shapely.multipoints(shapely.get_coordinates(g))) for g in (wanted, got))
    assert len(shapely.get_parts(ours)) == len(shapely.get_parts(theirs))
    assert shapely.hausdorff_distance(ours, theirs) <= near


def flat(frame: gpd.GeoDataFrame) -> dict[str, dict[str, Any]]:
    rows = {}
    for told, geometry in zip(build.properties(frame), frame.geometry, strict=True):
        rows[told["id"]] = {k: schema.flat(k, v) for k, v in told.items()} | {"geometry": geometry}
    return rows


def same(got: Any, wanted: Any) -> bool:
    if wanted is None or wanted == "":
        return got in (None, "")
    if isinstance(wanted, bool):
        return str(got) in (str(wanted), str(int(wanted)), str(wanted).lower())
    if isinstance(wanted, float | int):
        return float(got) == pytest.approx(wanted, abs=1e-9)
    return bool(got == wanted)


def assert_same_values(got: dict[str, Any], wanted: dict[str, Any], names: dict[str, str]) -> None:
    for name, called in names.items():
        assert same(got.get(called), wanted[name]), (name, got.get(called), wanted[name])


OWN_NAMES = {name: name for name in schema.BUILT}
SHORT_NAMES = {f.name: f.short for f in schema.FIELDS if f.group != "review" and not f.long}


def unpacked(done: export.Exported, folder: Path) -> Path:
    with zipfile.ZipFile(done.paths[0]) as archive:
        archive.extractall(folder)
    return folder
