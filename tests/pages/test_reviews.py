"""What is decided on the page."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import city
from errors import CallError
from geo import datum
from layers import build, review
from layers.review import Review
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


def test_the_work_list_begins_with_the_least_sure_and_ends(layers: build.Layers) -> None:
    frame = review.apply(layers.frame, {})
    ids = list(reviews.work_list(frame, "least", "")["id"])
    first = frame.set_index("id").loc[ids[0]]
    assert first["precision"] == "unplaced"
    assert len(ids) == len(frame)
    assert reviews.following(ids, ids[0]) == ids[1]
    assert reviews.following(ids, ids[-1]) is None
    assert reviews.following(ids, None) == ids[0]
    seen = review.apply(layers.frame, {ids[0]: Review(feature=ids[0], state="confirmed", reviewer="甲")})
    assert ids[0] not in set(reviews.work_list(seen, "least", "")["id"])
    assert ids[0] not in set(reviews.work_list(seen, "district", "")["id"])
    assert list(reviews.work_list(seen, "mine", "甲")["id"]) == [ids[0]]
    assert reviews.work_list(seen, "mine", "乙").empty
    assert reviews.progress(seen) == reviews.Progress(1, len(frame))
