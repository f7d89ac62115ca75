import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import numpy as np
import pytest
from shapely.geometry import Point, mapping

from errors import CallError, DataError
from layers import build, geopackage, schema, store
from layers.review import Review
from layers.store import Store
from projects.plan import Plan


@pytest.fixture
def kept(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], tmp_path: Path) -> Store:
    made = store.open(str(tmp_path / "store" / "planmap.gpkg"))
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


def test_reader_is_not_held_up_by_a_writer_and_file_stands_alone_after(kept: Store, tmp_path: Path):
    path = tmp_path / "store" / "planmap.gpkg"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM features")
    assert len(kept.built()[0]) == 7
    writer.execute("ROLLBACK")
    writer.close()
    assert [p.name for p in path.parent.iterdir()] == ["planmap.gpkg"]


def test_gdal_opens_the_store_while_it_is_in_use(kept: Store, tmp_path: Path):
    if not shutil.which("ogrinfo"):
        pytest.skip("gdal-bin is not installed")
    path = tmp_path / "store" / "planmap.gpkg"
    other = sqlite3.connect(path)
    other.execute("SELECT * FROM features").fetchone()
    said = subprocess.run(
        ["ogrinfo", "-ro", "-al", "-so", path, "features"], capture_output=True, text=True, check=True
    )
    other.close()
    assert "Feature Count: 7" in said.stdout and 'ID["EPSG",4326]]' in said.stdout
    assert not said.stderr


def test_copy_is_one_closed_file_with_everything(kept: Store, frame: gpd.GeoDataFrame, tmp_path: Path):
    kept.record(Review(feature=key(frame, "双园区"), state="confirmed", reviewer="甲"), seen=0)
    kept.copy(tmp_path / "copy.gpkg")  # type: ignore[attr-defined]
    copied = sqlite3.connect(tmp_path / "copy.gpkg")
    assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    copied.close()
    assert store.open(str(tmp_path / "copy.gpkg")).reviews() == kept.reviews()


def test_store_that_is_not_there_or_none_is_told(tmp_path: Path):
    with pytest.raises(CallError, match=r"planmap\.py build"):
        store.open(str(tmp_path / "none.gpkg")).load()
    for address in ("mysql://host/x", "postgresql://user:secret@host/x", "layers.shp"):
        with pytest.raises(CallError) as error:
            store.open(address)
        assert "secret" not in str(error.value)


def test_damaged_or_foreign_files_are_told_and_left_as_they_are(frame: gpd.GeoDataFrame, tmp_path: Path):
    damaged = tmp_path / "damaged.gpkg"
    damaged.write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError):
        store.open(str(damaged)).load()
    with pytest.raises(DataError):
        store.open(str(damaged)).save(frame, ())
    foreign = tmp_path / "foreign.gpkg"
    other = sqlite3.connect(foreign)
    other.execute("CREATE TABLE mine (x)")
    other.commit()
    other.close()
    before = foreign.read_bytes()
    with pytest.raises(CallError):
        store.open(str(foreign)).save(frame, ())
    with pytest.raises(DataError):
        store.open(str(foreign)).load()
    assert foreign.read_bytes() == before


def test_blobs_of_other_programs_are_read(tmp_path: Path, frame: gpd.GeoDataFrame):
    # GDAL writes an envelope for lines and areas.
    frame[["id", "geometry"]].to_file(tmp_path / "gdal.gpkg", layer="x", engine="pyogrio")
    connection = sqlite3.connect(tmp_path / "gdal.gpkg")
    blobs = [blob for (blob,) in connection.execute("SELECT geom FROM x ORDER BY fid")]
    connection.close()
    assert [None if g is None else g.wkt for g in geopackage.decode(blobs)] == [
        None if g is None else g.wkt for g in frame.geometry
    ]
    with pytest.raises(ValueError, match="not a geometry"):
        geopackage.decode([b"nonsense"])
    assert geopackage.encode(np.array([None], dtype=object)) == [None]
