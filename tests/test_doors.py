"""The same filter gives the same features through every door: page, command line and service."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

import city
import planmap
from layers import build, view
from pages.map import address, sources
from tests.layers.conftest import PAIRS, PLANS

provider = pytest.importorskip("layers.services.provider", reason="requirements-serve.txt is not installed")
JINAN = city.load("370100")


@pytest.fixture
def folder(tmp_path: Path, setting: Callable[..., None]) -> Path:
    """Return the layers of the settings: of 轨道环线 no plan tells the district."""
    setting(layers=tmp_path / "layers", store=tmp_path / "store.gpkg", city=JINAN.adcode)
    features, placements = zip(*PAIRS, strict=True)
    build.write(build.frame(features, placements), PLANS, JINAN, tmp_path / "layers" / JINAN.adcode)
    return tmp_path / "layers" / JINAN.adcode


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"district": "历下"}, {"轨道环线", "双园区", "龘靐文化馆"}),
        ({"district": "市中", "kind": "corridor"}, {"轨道环线"}),
        ({"district": "长清,槐荫", "status": "building"}, {"1号厂房<b>"}),
        ({"category": "transport"}, {"轨道环线"}),
        ({"plan": "beta"}, {"1号厂房<b>"}),
        ({"precision": "exact,unplaced", "search": "cqdxc"}, {"长清大学城"}),
    ],
)
def test_every_door_selects_the_same(asked: dict[str, str], names: set[str], folder: Path, tmp_path: Path) -> None:
    source = sources.load(JINAN.adcode)
    assert source
    wanted = address.read(asked, source.codes, source.by_id, "zh").filter
    assert set(source.index.select(wanted)["name"]) == names
    assert set(view.select(source.frame, wanted, JINAN)["name"]) == names

    out = tmp_path / "out.geojson"
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    assert planmap.main(["export", *options, "-o", str(out)]) == 0
    assert set(gpd.read_file(out)["name"]) == names

    options_of_it = {"store": str(tmp_path / "store.gpkg"), "adcode": JINAN.adcode, "collection": "all"}
    served = provider.LayerProvider(
        {"name": "planmap", "type": "feature", "data": str(folder), "id_field": "id", "options": options_of_it}
    ).query(limit=100, properties=list(asked.items()))
    assert {one["properties"]["name"] for one in served["features"]} == names
