import datetime
import threading

import geopandas as gpd
import geopandas.testing
import pytest
from shapely.geometry import Point, mapping

from errors import CallError, DataError
from layers import build, schema, store
from layers.review import Review
from layers.store import Store
from projects.plan import Plan


@pytest.fixture
def kept(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], address: str) -> Store:
    made = store.open(address)
    made.save(frame, plans)
    return made


def key(frame: gpd.GeoDataFrame, name: str) -> str:
    return str(frame.set_index("name").loc[name, "id"])


def row(made: Store, feature: str) -> dict:
    return made.load().frame.set_index("id").loc[feature].to_dict()


def test_built_features_come_back_value_for_value(kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]):
    back, told = kept.built()
    geopandas.testing.assert_geodataframe_equal(back, frame)
    assert told == plans


def test_features_without_reviews_load_as_unreviewed(kept: Store, frame: gpd.GeoDataFrame):
    loaded = kept.load().frame
    assert tuple(loaded.columns) == (*schema.NAMES, "geometry")
    assert set(loaded["review"]) == {"unreviewed"} and loaded["reviewer"].isna().all()
    geopandas.testing.assert_geodataframe_equal(loaded[frame.columns], frame)


def test_review_changes_what_is_loaded_and_not_what_was_built(kept: Store, frame: gpd.GeoDataFrame):
    it = key(frame, "=SUM(A1)数据中心")
    changes = {"geometry": mapping(Point(117.12345678, 36.7)), "radius_m": 80, "districts": ["历城"], "kind": "area"}
    made = kept.record(
        Review(feature=it, state="corrected", reviewer=" 王敏 ", note="以控规为准", changes=changes), seen=0
    )
    assert made.revision == 1 and made.reviewer == "王敏" and made.reviewed_at.endswith("Z")
    told = row(kept, it)
    assert told["geometry"] == Point(117.123457, 36.7)
    assert (told["method"], told["precision"], told["radius_m"], told["reason"]) == ("correction", "exact", 80.0, "")
    assert (told["districts"], told["kind"], told["review"], told["note"]) == (
        ("历城",),
        "area",
        "corrected",
        "以控规为准",
    )
    geopandas.testing.assert_geodataframe_equal(kept.built()[0], frame)


def test_reviewed_layers_fit_the_schema_of_built_ones(kept: Store, frame: gpd.GeoDataFrame):
    kept.record(Review(feature=key(frame, "双园区"), state="rejected", reviewer="甲"), seen=0)
    for told in build.properties(kept.load().frame):
        assert list(told) == list(schema.NAMES)


def test_rebuild_keeps_reviews(kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]):
    it = key(frame, "双园区")
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    kept.save(frame.iloc[::-1].reset_index(drop=True), plans)
    assert row(kept, it)["review"] == "confirmed"


def test_review_of_a_feature_that_is_gone_is_told_and_comes_back_with_it(
    kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]
):
    it = key(frame, "双园区")
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    kept.save(frame[frame["id"] != it], plans)
    assert [found.name for found in kept.orphans().values()] == ["双园区"]
    kept.save(frame, plans)
    assert kept.orphans() == {} and row(kept, it)["review"] == "confirmed"


def test_second_of_two_reviewers_sees_that_the_record_changed(kept: Store, frame: gpd.GeoDataFrame):
    it = key(frame, "双园区")
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    with pytest.raises(DataError, match="甲") as error:
        kept.record(Review(feature=it, state="rejected", reviewer="乙"), seen=0)
    assert error.value.message == "layers.stale"
    assert kept.reviews()[it].state == "confirmed"
    assert kept.record(Review(feature=it, state="rejected", reviewer="乙"), seen=1).revision == 2


def test_of_many_at_once_just_one_wins_and_nothing_is_lost(kept: Store, frame: gpd.GeoDataFrame):
    it = key(frame, "双园区")
    outcomes: list[str] = []
    gate = threading.Barrier(6)

    def decide(who: int) -> None:
        gate.wait()
        try:
            kept.record(Review(feature=it, state="confirmed", reviewer=f"第{who}人"), seen=0)
            outcomes.append("kept")
        except DataError as error:
            outcomes.append(error.message)

    threads = [threading.Thread(target=decide, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", *["layers.stale"] * 5]
    assert len(kept.history(it)) == 1


def test_undo_goes_back_step_by_step_and_history_keeps_all(kept: Store, frame: gpd.GeoDataFrame):
    it = key(frame, "双园区")
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    kept.record(Review(feature=it, state="corrected", reviewer="甲", changes={"name": "双创园"}), seen=1)
    assert row(kept, it)["name"] == "双创园"
    assert kept.undo(it, "乙", seen=2).state == "confirmed"
    assert row(kept, it)["name"] == "双园区"
    assert kept.undo(it, "乙", seen=3).state == "unreviewed"
    with pytest.raises(CallError):
        kept.undo(it, "乙", seen=4)
    kept.record(Review(feature=it, state="rejected", reviewer="丙"), seen=4)
    assert kept.undo(it, "丙", seen=5).state == "unreviewed"
    told = [(found.revision, found.state, found.reviewer) for found in kept.history(it)]
    assert told == [
        (1, "confirmed", "甲"),
        (2, "corrected", "甲"),
        (3, "confirmed", "乙"),
        (4, "unreviewed", "乙"),
        (5, "rejected", "丙"),
        (6, "unreviewed", "丙"),
    ]


def test_undo_of_what_someone_else_changed_since_is_refused(kept: Store, frame: gpd.GeoDataFrame):
    it = key(frame, "双园区")
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    kept.record(Review(feature=it, state="rejected", reviewer="乙"), seen=1)
    with pytest.raises(DataError):
        kept.undo(it, "甲", seen=1)


@pytest.mark.parametrize(
    ("state", "reviewer", "changes"),
    [
        ("nonsense", "甲", {}),
        ("confirmed", " ", {}),
        ("corrected", "甲", {"colour": "red"}),
        ("corrected", "甲", {"name": ""}),
        ("corrected", "甲", {"name": "长" * 300}),
        ("corrected", "甲", {"category": "colour"}),
        ("corrected", "甲", {"districts": "长清"}),
        ("corrected", "甲", {"districts": ["长\x00清"]}),
        ("corrected", "甲", {"name": "长\ud800清"}),
        ("confirmed", "甲\x00", {}),
        ("corrected", "甲", {"geometry": {"type": "Point", "coordinates": [500, 36]}, "radius_m": 5}),
        ("corrected", "甲", {"geometry": {"type": "Point", "coordinates": []}, "radius_m": 5}),
        ("corrected", "甲", {"geometry": "POINT (117 36)", "radius_m": 5}),
        ("corrected", "甲", {"geometry": {"type": "Point", "coordinates": [117, 36]}}),
        ("corrected", "甲", {"radius_m": 5}),
        ("corrected", "甲", {"geometry": {"type": "Point", "coordinates": [117, 36]}, "radius_m": -5}),
    ],
)
def test_review_that_is_not_valid_is_refused(
    kept: Store, frame: gpd.GeoDataFrame, state: str, reviewer: str, changes: dict
):
    it = key(frame, "双园区")
    with pytest.raises(CallError):
        kept.record(Review(feature=it, state=state, reviewer=reviewer, changes=changes), seen=0)
    assert kept.reviews() == {}


def test_review_of_an_unknown_feature_is_refused(kept: Store):
    with pytest.raises(CallError):
        kept.record(Review(feature="0" * 12, state="confirmed", reviewer="甲"), seen=0)


def test_version_changes_with_builds_and_reviews_only(kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]):
    first = kept.version()
    assert kept.version() == first
    kept.record(Review(feature=key(frame, "双园区"), state="confirmed", reviewer="甲"), seen=0)
    second = kept.version()
    kept.save(frame, plans)
    assert len({first, second, kept.version()}) == 3


def test_interrupted_save_leaves_the_old_features(kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]):
    class StopError(Exception):
        pass

    def broken():
        yield plans[0]
        raise StopError

    with pytest.raises(StopError):
        kept.save(frame.iloc[:1], broken())  # type: ignore[arg-type]
    assert len(kept.built()[0]) == len(frame)


def test_store_that_is_not_there_is_told(address: str):
    none = store.open(address)
    assert none.version() == ""
    for ask in (none.load, none.reviews, lambda: none.history("0" * 12)):
        with pytest.raises(CallError, match=r"planmap\.py build"):
            ask()
    with pytest.raises(CallError):
        none.record(Review(feature="0" * 12, state="confirmed", reviewer="甲"), seen=0)


def test_store_of_an_unknown_kind_is_told_without_its_password():
    for address in ("mysql://user:secret@host/x", "layers.shp", "postgresql://user:secret@host/x?nonsense=1"):
        with pytest.raises(CallError) as error:
            store.open(address)
        assert error.value.message == "layers.unknown_store" and "secret" not in str(error.value)


def test_texts_of_any_kind_come_back_as_they_are(kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]):
    hostile = "'; DROP TABLE features; --\t\\N \\. {}\n%s \"𠮷\u202e</script>"
    odd = frame.assign(name=hostile, aliases=[(hostile, "{,}", "NULL")] * len(frame))
    kept.save(odd, plans)
    back, _ = kept.built()
    assert set(back["name"]) == {hostile} and set(back["aliases"]) == {(hostile, "{,}", "NULL")}
    it = str(frame["id"][0])
    changes = {"name": hostile}
    kept.record(Review(feature=it, state="corrected", reviewer=hostile, note=hostile, changes=changes), seen=0)
    told = kept.reviews()[it]
    assert (told.reviewer, told.note, told.name, told.changes) == (hostile.strip(), hostile, hostile, changes)
    assert kept.history(hostile) == ()


def test_order_of_reviews_does_not_hang_on_the_clock(
    kept: Store, frame: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
):
    """Set back by years between two reviews, or two in one second: the later one is still the later one."""
    it = key(frame, "双园区")

    class Clock(datetime.datetime):
        moment = 2030

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(cls.moment, 1, 1, tzinfo=tz)

    monkeypatch.setattr(store.datetime, "datetime", Clock)
    for revision, (Clock.moment, state) in enumerate(((2030, "confirmed"), (2001, "rejected"), (2001, "corrected"))):
        kept.record(Review(feature=it, state=state, reviewer="甲"), seen=revision)
    assert [r.state for r in kept.history(it)] == ["confirmed", "rejected", "corrected"]
    assert [r.reviewed_at[:4] for r in kept.history(it)] == ["2030", "2001", "2001"]
    assert kept.reviews()[it].state == "corrected"
    assert kept.undo(it, "甲", seen=3).state == "rejected"
    assert [e[0].revision for e in kept.contents().entries if e[0].feature == it] == [1, 2, 3, 4]


def test_a_store_tells_its_ids_and_when_they_may_have_changed(
    kept: Store, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]
):
    assert kept.ids() == set(frame["id"])
    before = kept.builds()
    kept.record(Review(feature=frame["id"][0], state="confirmed", reviewer="甲"), seen=0)
    assert kept.builds() == before
    kept.save(frame.head(2), plans)
    assert kept.builds() != before
    assert kept.ids() == set(frame["id"].head(2))


def test_where_there_is_no_store_yet_there_are_no_ids(address: str):
    missing = store.open(address)
    assert missing.ids() == set()
    assert missing.builds() == ""
