import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import Point

import city
from city import City
from errors import CallError
from geo.districts import Districts
from layers import build
from layers.check import check
from projects.plan import Plan

from .conftest import feature, placed


@pytest.fixture
def folder(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, tmp_path: Path) -> Path:
    build.write(frame, plans, town, tmp_path / "370100")
    return tmp_path / "370100"


def found(folder: Path) -> set[str]:
    return {issue.message.removeprefix("layers.") for issue in check(folder)}


def test_sound_layers_have_no_faults(folder: Path):
    assert check(folder) == []


def test_missing_layers_are_told(tmp_path: Path):
    with pytest.raises(CallError):
        check(tmp_path)


def test_changed_missing_and_foreign_files_are_found(folder: Path):
    path = folder / "ecology.geojson"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (folder / "culture.geojson").unlink()
    (folder / "water.geojson").write_text("{}")
    assert found(folder) >= {"file_changed", "file_missing", "file_untold"}


Edit = Callable[[dict[str, Any]], None]


def edited(folder: Path, edit: Edit, name: str) -> set[str]:
    path = folder / "all.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    [chosen] = [f for f in layer["features"] if f["properties"]["name"] == name]
    edit(chosen)
    path.write_text(json.dumps(layer, ensure_ascii=False), encoding="utf-8")
    return found(folder)


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (lambda f: f["properties"].update(kind="thing"), "schema"),
        (lambda f: f["properties"].update(colour="red"), "schema"),
        (lambda f: f["properties"].pop("precision"), "schema"),
        (lambda f: f["properties"].update(radius_m="300"), "schema"),
        (lambda f: f["properties"].update(id="x"), "schema"),
    ],
)
def test_breaches_of_the_schema_are_found(folder: Path, edit: Edit, fault: str):
    assert fault in edited(folder, edit, "1号厂房<b>")


def rebuilt(folder: Path, town: City, plans: tuple[Plan, ...], **more: Any) -> set[str]:
    geometry = more.pop("geometry", Point(117.0, 36.65))
    of_feature = {k: more.pop(k) for k in ("districts", "mentions") if k in more}
    made = build.frame([feature("甲园", **of_feature)], [placed(geometry, **more)])
    build.write(made, plans, town, folder)
    return found(folder)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"precision": "exact", "radius_m": 900.0}, "radius"),
        ({"precision": "near", "radius_m": 5000.0}, "radius"),
        ({"precision": "part", "radius_m": 20_000.0}, "radius"),
        ({"radius_m": -5.0}, "schema"),
        ({"precision": "unplaced"}, "null_geometry"),
        ({"geometry": None, "method": "", "source": "", "radius_m": None, "reason": "no_place"}, "null_geometry"),
        ({"geometry": Point(36.65, 117.0)}, "outside_city"),
        ({"geometry": Point(121.47, 31.23)}, "outside_city"),
        ({"source": ""}, "placed_fields"),
        ({"licence": ""}, "placed_fields"),
        ({"reason": "no_place"}, "placed_fields"),
        ({"districts": ("浦东",)}, "unknown_district"),
        ({"mentions": ()}, "no_mention"),
    ],
)
def test_faults_of_one_feature_are_found(
    folder: Path, town: City, plans: tuple[Plan, ...], more: dict[str, Any], fault: str
):
    assert rebuilt(folder, town, plans, **more) == {fault}


def test_feature_of_a_plan_that_is_not_in_the_index_is_found(folder: Path, town: City):
    assert rebuilt(folder, town, ()) == {"unknown_plan"}


def test_point_just_over_the_boundary_is_no_fault(folder: Path, town: City, plans: tuple[Plan, ...]):
    outline = Districts.load(city.load("370100")).outline
    edge = shapely.get_coordinates(outline)[0]
    beside = Point(edge[0] + 0.005, edge[1] + 0.005)
    assert rebuilt(folder, town, plans, geometry=beside) == set()


def test_wrong_counts_are_found(folder: Path):
    path = folder / "index.json"
    index = json.loads(path.read_text(encoding="utf-8"))
    index["counts"]["kind"]["area"] = 99
    path.write_text(json.dumps(index), encoding="utf-8")
    assert found(folder) == {"count"}


def test_faults_read_in_both_languages(folder: Path):
    (folder / "culture.geojson").unlink()
    [issue, *_] = check(folder)
    assert issue.where == "culture.geojson"
    assert issue.text("zh") != issue.text("en")
