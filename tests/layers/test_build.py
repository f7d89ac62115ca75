import hashlib
import json
import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import jsonschema
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from city import City
from errors import CallError, DataError
from layers import build, schema
from projects.plan import Plan

from .conftest import PAIRS, UNPLACED, feature, placed


@pytest.fixture
def folder(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, tmp_path: Path) -> Path:
    build.write(frame, plans, town, tmp_path / "layers" / "370100")
    return tmp_path / "layers" / "370100"


def load(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_frame_holds_every_value_of_features_and_placements(frame: gpd.GeoDataFrame):
    assert tuple(frame.columns) == (*schema.BUILT, "geometry")
    assert frame.crs == 4326
    for (given_feature, given_placement), told in zip(PAIRS, build.properties(frame), strict=True):
        assert {k: v for k, v in told.items() if k in given_feature.record()} == given_feature.record()
        assert told["radius_m"] == given_placement.radius_m and told["reason"] == given_placement.reason


def test_missing_values_are_none_or_nan_and_lists_tuples(frame: gpd.GeoDataFrame):
    row = frame.set_index("name").loc["双园区"]
    assert row["status"] is None and row["extent"] is None and row["part_of"] is None
    assert np.isnan(row["investment_yi"]) and row["aliases"] == ()
    assert frame.set_index("name").loc["黄河廊道", "extent"] == {"from": "玉符河", "to": "北店子", "via": ["齐鲁大桥"]}


def test_double_ids_are_refused():
    with pytest.raises(DataError, match=r"甲园, 甲园|不唯一"):
        build.frame([feature("甲园"), feature("甲园")], [UNPLACED, UNPLACED])


def test_coordinates_that_are_not_finite_are_refused():
    with pytest.raises(DataError) as error:
        build.frame([feature("甲园")], [placed(Point(float("nan"), float("inf")))])
    assert error.value.message == "layers.bad_geometry"


def test_files_fit_the_schema_and_hold_all_features(folder: Path):
    validator = jsonschema.Draft202012Validator(schema.json_schema())
    whole = load(folder / "all.geojson")
    assert len(whole["features"]) == len(PAIRS)
    parts = []
    for path in folder.glob("*.geojson"):
        validator.validate(load(path))
        if path.name != "all.geojson":
            parts += load(path)["features"]
            assert {f["properties"]["category"] for f in load(path)["features"]} == {path.stem}
    key = lambda f: f["id"]  # noqa: E731
    assert sorted(parts, key=key) == sorted(whole["features"], key=key)


def test_geojson_is_rfc_7946(folder: Path):
    text = (folder / "all.geojson").read_text(encoding="utf-8")
    layer = json.loads(text)
    assert "crs" not in layer
    for f in layer["features"]:
        if f["geometry"] is None:
            assert f["properties"]["precision"] == "unplaced"
            continue
        shape = shapely.geometry.shape(f["geometry"])
        assert 116 < shape.bounds[0] < 118 and 36 < shape.bounds[1] < 37.1
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type == "Polygon":
                assert polygon.exterior.is_ccw
                assert not any(ring.is_ccw for ring in polygon.interiors)
    geometry = "".join(re.findall(r'"geometry":.*', text))
    assert max(len(n.partition(".")[2]) for n in re.findall(r"\d+\.\d+", geometry)) <= 6


def test_same_input_gives_same_bytes_whatever_its_order(
    frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, folder: Path, tmp_path: Path
):
    build.write(frame.iloc[::-1], plans, town, tmp_path / "again")
    assert content(tmp_path / "again") == content(folder)


def test_features_stand_in_official_order_of_districts_untold_last(folder: Path, town: City):
    rows = [f["properties"]["districts"] for f in load(folder / "all.geojson")["features"]]
    ranks = [min((town.order.index(d) for d in ds), default=99) for ds in rows]
    assert ranks == sorted(ranks) and ranks[0] == 0 and ranks[-1] == 99


def test_read_gives_back_what_was_written(folder: Path, frame: gpd.GeoDataFrame, town: City, plans: tuple[Plan, ...]):
    layers = build.read(folder)
    geopandas.testing.assert_geodataframe_equal(layers.frame, build.order(frame, town))
    assert layers.plans == plans
    assert layers.index == load(folder / "index.json")


def test_index_counts_names_sources_and_sums(folder: Path):
    index = load(folder / "index.json")
    assert index["counts"]["precision"] == {"exact": 2, "near": 2, "part": 1, "district": 1, "unplaced": 1}
    assert index["counts"]["reason"] == {"no_place": 1}
    assert list(index["counts"]["district"].items()) == [("历下", 1), ("槐荫", 2), ("长清", 2), ("高新", 1), ("", 2)]
    assert index["sources"] == [{"source": "OpenStreetMap", "licence": "ODbL 1.0", "features": 6}]
    assert [p["id"] for p in index["plans"]] == ["alpha", "beta"]
    for row in index["files"]:
        assert hashlib.sha256((folder / row["name"]).read_bytes()).hexdigest() == row["sha256"]
    assert {row["name"] for row in index["files"]} == {p.name for p in folder.glob("*.geojson")}


def test_gdal_reads_the_layer_as_we_wrote_it(folder: Path):
    if not shutil.which("ogrinfo"):
        pytest.skip("gdal-bin is not installed")
    said = subprocess.run(
        ["ogrinfo", "-al", "-so", folder / "all.geojson"], capture_output=True, text=True, check=True
    ).stdout
    assert "Feature Count: 7" in said and 'ID["EPSG",4326]]' in said


def test_rebuild_replaces_the_whole_folder(folder: Path, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City):
    build.write(frame[frame["category"] == "culture"], plans, town, folder)
    assert sorted(p.name for p in folder.iterdir()) == ["all.geojson", "culture.geojson", "index.json"]
    assert [p.name for p in folder.parent.iterdir()] == ["370100"]


@pytest.mark.parametrize("step", ["write", "aside", "last"])
def test_interrupted_build_leaves_the_old_layers_whole(
    step: str,
    folder: Path,
    frame: gpd.GeoDataFrame,
    plans: tuple[Plan, ...],
    town: City,
    monkeypatch: pytest.MonkeyPatch,
):
    before = content(folder)
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if (step == "aside" and path == folder) or (step == "last" and path.name.endswith(".part")):
            raise KeyboardInterrupt
        return rename(path, target)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    if step == "write":
        monkeypatch.setattr(build, "_index", stopped)
    else:
        monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(KeyboardInterrupt):
        build.write(frame.iloc[:1], plans, town, folder)
    assert content(folder) == before
    assert [p.name for p in folder.parent.iterdir()] == ["370100"]


def test_layers_set_aside_by_a_killed_build_are_found_and_brought_back(
    folder: Path, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City
):
    folder.rename(folder.with_name(".370100.99999.old"))
    assert len(build.read(folder).frame) == len(PAIRS)
    build.write(frame, plans, town, folder)
    assert [p.name for p in folder.parent.iterdir()] == ["370100"]


def test_folder_with_other_things_is_not_replaced(frame: gpd.GeoDataFrame, town: City, tmp_path: Path):
    (tmp_path / "thesis.docx").write_text("work of years")
    with pytest.raises(CallError, match=r"thesis\.docx"):
        build.write(frame, (), town, tmp_path)
    assert (tmp_path / "thesis.docx").read_text() == "work of years"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_place_is_told(frame: gpd.GeoDataFrame, town: City, tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(CallError):
        build.write(frame, (), town, tmp_path / "layers")


def test_path_through_a_file_is_told(frame: gpd.GeoDataFrame, town: City, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CallError):
        build.write(frame, (), town, tmp_path / "file")
    with pytest.raises(CallError):
        build.write(frame, (), town, tmp_path / "file" / "layers")


def test_missing_layers_are_told(tmp_path: Path):
    with pytest.raises(CallError, match=r"planmap\.py build"):
        build.read(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", ["{", '{"format": "planmap-layers", "version": 99}', "[]", '{"format": "other"}'])
def test_damaged_index_is_told(folder: Path, damage: str):
    (folder / "index.json").write_text(damage)
    with pytest.raises(DataError):
        build.read(folder)


@given(st.lists(st.tuples(st.floats(116, 118), st.floats(36, 37)), min_size=3, max_size=12, unique=True))
def test_tidy_geometry_is_valid_rounded_and_stays_when_tidied_again(corners: list[tuple[float, float]]):
    [once] = build.tidy(np.array([Polygon(corners)], dtype=object), ["x"])
    if once is None:
        return
    [twice] = build.tidy(np.array([once], dtype=object), ["x"])
    assert once.is_valid and once.equals_exact(twice, 0)
    xy = shapely.get_coordinates(once)
    assert np.array_equal(xy, np.round(xy, 6))


def test_lines_keep_their_vertices_in_order(frame: gpd.GeoDataFrame):
    line = frame.set_index("name").loc["黄河廊道", "geometry"]
    assert list(line.coords) == [(116.8, 36.6), (116.85, 36.65), (116.9, 36.7)]
    assert all(a != b for a, b in pairwise(line.coords))
