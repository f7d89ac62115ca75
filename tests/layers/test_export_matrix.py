"""Proof of the exports: format by format, in every coordinate system and encoding, opened again by another road."""

import csv
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from layers import build, schema

from .opened import (
    CRSES,
    NEAR,
    OWN_NAMES,
    SHORT_NAMES,
    assert_same_place,
    assert_same_values,
    expected_shape,
    flat,
    gdal_read,
    needs_gdal,
    same,
)


@needs_gdal
@pytest.mark.parametrize("crs", CRSES)
@pytest.mark.parametrize("format", ["geojson", "gpkg", "fgb"])
def test_gdal_reads_every_value_and_coordinate(
    format: str, crs: str, written: Any, frame: gpd.GeoDataFrame, tmp_path: Path
):
    path = written(format, crs, by="none").paths[0]
    found = gdal_read(path, tmp_path)
    for key, wanted in flat(frame).items():
        if format == "fgb" and wanted["geometry"] is None:
            assert key not in found
            continue
        told = dict(found[key]["properties"])
        if format == "geojson":
            # GDAL leaves nested members as JSON.
            for name in ("aliases", "districts", "members", "extent", "mentions"):
                value = told.get(name)
                value = json.loads(value) if isinstance(value, str) else value
                told[name] = schema.flat(name, value)
        assert_same_values(told, wanted, OWN_NAMES)
        assert_same_place(found[key]["geometry"], expected_shape(wanted["geometry"], crs), NEAR[crs])


@needs_gdal
@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "GBK"])
@pytest.mark.parametrize("crs", CRSES)
def test_gdal_reads_every_value_and_coordinate_of_shapefiles(
    crs: str, encoding: str, written: Any, frame: gpd.GeoDataFrame, tmp_path: Path
):
    path = written("shp", crs, encoding=encoding).paths[0]
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "set")
    found: dict[str, Any] = {}
    for part in (*(tmp_path / "set").glob("*.shp"), *(tmp_path / "set").glob("*_unplaced.dbf")):
        assert part.with_suffix(".cpg").read_text() == encoding
        found |= gdal_read(part, tmp_path)
    assert len(list((tmp_path / "set").glob("*.prj"))) == 3
    for key, wanted in flat(frame).items():
        assert_same_values(found[key]["properties"], wanted, SHORT_NAMES)
        assert_same_place(found[key]["geometry"], expected_shape(wanted["geometry"], crs), NEAR[crs])


@needs_gdal
@pytest.mark.parametrize("format", ["kml", "kmz"])
def test_gdal_reads_every_value_and_coordinate_of_kml(
    format: str, written: Any, frame: gpd.GeoDataFrame, tmp_path: Path
):
    path = written(format).paths[0]
    if format == "kmz":
        # GDAL 3.6 finds no schema in the one document of a KMZ; it is that of the KML.
        with zipfile.ZipFile(path) as archive:
            assert archive.namelist() == ["doc.kml"]
            path = Path(archive.extract("doc.kml", tmp_path))
    found = gdal_read(path, tmp_path, "-dim", "XY")
    names = {k: v for k, v in OWN_NAMES.items() if k not in ("id", "name")}
    for key, wanted in flat(frame).items():
        [told] = [f for f in found.values() if f["properties"]["id"] in (key, f"f{key}")]
        assert_same_values(told["properties"], wanted, names)
        assert told["properties"].get("Name", told["properties"].get("name")) == wanted["name"]
        assert_same_place(told["geometry"], wanted["geometry"], 1e-6)


@pytest.mark.parametrize("crs", CRSES)
def test_parquet_holds_every_value_as_it_is(crs: str, written: Any, frame: gpd.GeoDataFrame):
    path = written("parquet", crs).paths[0]
    table = pyarrow.parquet.read_table(path)
    records = table.drop_columns(["geometry", "bbox"]).to_pylist()
    assert records == [{**told} for told in build.properties(frame)]
    back = gpd.read_parquet(path)
    for got, wanted in zip(back.geometry, frame.geometry, strict=True):
        assert_same_place(got, expected_shape(wanted, crs), NEAR[crs])
    assert json.loads(table.schema.metadata[b"geo"])["version"] == "1.1.0"


@pytest.mark.parametrize("crs", CRSES)
def test_duckdb_reads_every_value_and_coordinate_of_parquet(crs: str, written: Any, frame: gpd.GeoDataFrame):
    """GDAL of Debian has no driver for Parquet; DuckDB reads it without the library that wrote it."""
    duckdb = pytest.importorskip("duckdb")
    path = written("parquet", crs).paths[0]
    with duckdb.connect() as base:
        found = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for row, told, geometry in zip(rows, build.properties(frame), frame.geometry, strict=True):
        assert {name: row[name] for name in told} == told
        placed = row["geometry"]
        got = shapely.from_wkb(bytes(placed)) if isinstance(placed, bytes | bytearray) else shapely.from_wkt(placed)
        assert_same_place(got, expected_shape(geometry, crs), NEAR[crs])
        if geometry is not None:
            assert tuple(row["bbox"].values()) == pytest.approx(got.bounds, abs=1e-9)


@needs_gdal
@pytest.mark.parametrize("crs", CRSES)
def test_gdal_reads_every_value_and_coordinate_of_tables(
    crs: str, written: Any, frame: gpd.GeoDataFrame, tmp_path: Path
):
    mark = f"_{crs}" if crs in ("gcj02", "bd09") else ""
    path = written("csv", crs).paths[0]
    found = gdal_read(path, tmp_path, "-oo", f"GEOM_POSSIBLE_NAMES=wkt{mark}")
    for key, wanted in flat(frame).items():
        told = dict(found[key]["properties"])
        told["name"] = told["name"].removeprefix("'")
        assert_same_values(told, wanted, OWN_NAMES)
        assert_same_place(found[key]["geometry"], expected_shape(wanted["geometry"], crs), NEAR[crs])


@needs_gdal
@pytest.mark.parametrize("crs", CRSES)
def test_gdal_reads_every_value_of_the_workbook(crs: str, written: Any, frame: gpd.GeoDataFrame, tmp_path: Path):
    path, target = written("xlsx", crs).paths[0], tmp_path / "sheets"
    heads = {schema.field(name).heading("zh"): name for name in schema.BUILT}
    command = ["ogr2ogr", "--config", "OGR_XLSX_HEADERS", "FORCE", "-f", "CSV", target, path]
    subprocess.run(command, check=True, capture_output=True)
    rows: dict[str, dict[str, str]] = {}
    for sheet in target.glob("*.csv"):
        with sheet.open(encoding="utf-8", newline="") as file:
            rows |= {row["标识"]: row for row in csv.DictReader(file) if "标识" in row}
    assert set(rows) == set(frame["id"])
    for key, wanted in flat(frame).items():
        for head, name in heads.items():
            value = wanted[name]
            if schema.values(name):
                value = schema.value_label(name, value, "zh")
            elif isinstance(value, bool):
                value = "是" if value else "否"
            assert same(rows[key][head], value), (key, name)
        if wanted["geometry"] is not None:
            point = shapely.point_on_surface(expected_shape(wanted["geometry"], crs))
            # Last of all stand the coordinates.
            got = [float(v) for v in [*rows[key].values()][-2:]]
            assert got == pytest.approx([point.x, point.y], abs=NEAR[crs])


@needs_gdal
def test_gdal_reads_every_name_and_coordinate_of_dxf(written: Any, frame: gpd.GeoDataFrame, tmp_path: Path):
    target = tmp_path / "dxf.jsonl"
    command = ["ogr2ogr", "-f", "GeoJSONSeq", target, written("dxf", "4548").paths[0], "-a_srs", "EPSG:4326"]
    subprocess.run([*command, "-lco", "COORDINATE_PRECISION=9"], check=True, capture_output=True)
    rows = [json.loads(line.lstrip("\x1e")) for line in target.read_text(encoding="utf-8").splitlines()]
    placed = frame[frame.geometry.notna()]
    assert {r["properties"].get("Text") for r in rows} - {None} == set(placed["name"])
    found: dict[str, list[Any]] = {}
    for row in rows:
        if "Text" not in row["properties"]:
            found.setdefault(row["properties"]["Layer"], []).extend(
                shapely.get_coordinates(shape(row["geometry"])).tolist()
            )
    project = Transformer.from_crs(4326, 4548, always_xy=True).transform
    for category, group in placed.groupby("category"):
        corners = shapely.get_coordinates(group.geometry.to_numpy())
        wanted = np.column_stack(project(corners[:, 0], corners[:, 1]))
        gaps = shapely.distance(shapely.multipoints(found[str(category).upper()]), shapely.points(wanted))
        assert gaps.max() <= 1e-3


@pytest.mark.parametrize("crs", CRSES)
def test_csv_holds_every_value(crs: str, written: Any, frame: gpd.GeoDataFrame):
    done = written("csv", crs)
    raw = done.paths[0].read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))}
    mark = f"_{crs}" if crs in ("gcj02", "bd09") else ""
    for key, wanted in flat(frame).items():
        row = rows[key]
        if row["name"].startswith("'"):
            row["name"] = row["name"][1:]
        assert_same_values(row, wanted, OWN_NAMES)
        got = shapely.from_wkt(row[f"wkt{mark}"]) if row[f"wkt{mark}"] else None
        assert_same_place(got, expected_shape(wanted["geometry"], crs), NEAR[crs])
    assert [issue.message for issue in done.issues] == ["export.formula_guarded"]
