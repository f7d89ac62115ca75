"""What is decided on the page."""

from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

import city
from errors import CallError
from geo import datum
from geo.districts import Districts
from layers import build, review
from layers.review import Review
from layers.stores.geopackage import GeoPackageStore
from layers.view import Filter, Index, Selection
from pages.map import reviews
from pages.map.sources import Source
from tests.pages import town

JINAN = city.load(town.ADCODE)


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> build.Layers:
    return build.read(town.make(tmp_path_factory.mktemp("town"), 20) / "layers" / town.ADCODE)


@given(st.floats(73.5, 135), st.floats(18, 53.5), st.sampled_from(reviews.DATUMS))
def test_pasted_coordinates_come_back_in_wgs84_in_either_order(lon: float, lat: float, source: str) -> None:
    there = [float(v) for v in datum.convert(lon, lat, "wgs84", source)]
    for pair in (there, there[::-1]):
        x, y = reviews.point(f"{pair[0]:.7f}，{pair[1]:.7f}", source)["coordinates"]
        assert (x, y) == pytest.approx((lon, lat), abs=2e-6)


@pytest.mark.parametrize("text", ["", "117", "117 36 5", "0, 0", "abc", "36, 36", "-117, 36"])
def test_what_is_no_pair_of_degrees_in_china_is_refused(text: str) -> None:
    with pytest.raises(CallError):
        reviews.point(text, "wgs84")


def test_coordinates_far_outside_the_city_are_refused_and_those_just_outside_are_not() -> None:
    outline = Districts.load(JINAN).outline
    shanghai, dezhou, town_ = "31.23, 121.47", "37.16, 116.80", "36.6758, 117.0009"
    with pytest.raises(CallError) as refused:
        reviews.point(shanghai, "wgs84", outline)
    assert shanghai in refused.value.text("zh")
    assert "边界以外 6" in refused.value.text("zh")
    assert not outline.contains(Point(116.80, 37.16))
    for near in (dezhou, town_, "117.0009, 36.6758"):
        assert reviews.point(near, "wgs84", outline) == reviews.point(near, "wgs84")


def test_a_first_review_makes_the_store_and_a_later_build_is_taken_over(layers: build.Layers, tmp_path: Path) -> None:
    address = str(tmp_path / "s" / "store.gpkg")
    assert reviews.version(address) == ""
    assert reviews.history(address, "x") == ()
    few = build.Layers(layers.frame.head(3), layers.plans, {})
    key = layers.frame["id"].iloc[0]
    kept = reviews.prepared(address, few)
    kept.record(reviews.decided(Review(feature=key), "confirmed", "甲"), seen=0)
    before = reviews.version(address)
    assert set(reviews.prepared(address, layers).built()[0]["id"]) == set(layers.frame["id"])
    assert [r.state for r in reviews.history(address, key)] == ["confirmed"]
    assert reviews.version(address) != before


def test_changes_of_two_reviews_add_up() -> None:
    first = Review(feature="a", changes={"name": "x"}, note="n")
    second = reviews.decided(first, "corrected", "乙", changes={"kind": "area"})
    assert second.changes == {"name": "x", "kind": "area"}
    assert second.note == "n"


def test_only_what_differs_is_a_change(layers: build.Layers) -> None:
    source = Source(layers, JINAN, "x")
    row = source.row(source.by_name[town.PARK])
    same = {"name": row.name, "kind": row.kind, "districts": list(row.districts), "status": row.status}
    assert reviews.changed(row, same) == {}
    assert reviews.changed(row, same | {"districts": ["长清"], "status": None}) == {
        "districts": ["长清"],
        "status": None,
    }


def every(frame: gpd.GeoDataFrame) -> Selection:
    return Index(frame, JINAN).choose(Filter())


def test_the_work_list_begins_with_the_least_sure_and_ends(layers: build.Layers) -> None:
    frame = review.apply(layers.frame, {})
    rows = reviews.work_list(every(frame), "least", "")
    first = int(rows[0])
    assert frame["precision"].iloc[first] == "unplaced"
    assert sorted(rows) == list(range(len(frame)))
    assert reviews.following(rows, first) == rows[1]
    assert reviews.following(rows, int(rows[-1])) is None
    assert reviews.following(rows, -1) == first
    key = frame["id"].iloc[first]
    seen = every(review.apply(layers.frame, {key: Review(feature=key, state="confirmed", reviewer="甲")}))
    assert first not in reviews.work_list(seen, "least", "")
    assert first not in reviews.work_list(seen, "district", "")
    assert list(reviews.work_list(seen, "mine", "甲")) == [first]
    assert len(reviews.work_list(seen, "mine", "乙")) == 0
    assert reviews.progress(seen) == reviews.Progress(1, len(frame))


def test_a_store_is_compared_with_the_layers_once_and_again_after_a_build(
    layers: build.Layers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = str(tmp_path / "store.gpkg")
    asked: list[str] = []
    ids = GeoPackageStore.ids
    monkeypatch.setattr(GeoPackageStore, "ids", lambda store: asked.append("ids") or ids(store))
    kept = reviews.prepared(address, layers)
    reviews.prepared(address, layers)
    assert asked == ["ids"]
    kept.save(layers.frame.head(2), layers.plans)
    assert reviews.prepared(address, layers).ids() == set(layers.frame["id"])


def test_an_empty_name_is_refused_in_plain_words() -> None:
    with pytest.raises(CallError) as refused:
        review.check(Review(feature="x", state="corrected", reviewer="甲", changes={"name": ""}))
    assert refused.value.text("zh") == "名称不能为空，最多 200 字。"
