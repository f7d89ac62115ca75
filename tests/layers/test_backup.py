import shutil
import sqlite3
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import pytest

import planmap
from errors import CallError, DataError
from layers import backup, store
from layers.review import Review
from layers.store import Store
from projects.plan import Plan


def made(address: str, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]) -> Store:
    """Return a store with reviews, one of them taken back, one of a feature that is gone."""
    kept = store.open(address)
    kept.save(frame, plans)
    first, second = map(str, frame["id"][:2])
    kept.record(Review(feature=first, state="confirmed", reviewer="甲"), seen=0)
    kept.record(Review(feature=first, state="corrected", reviewer="乙", changes={"name": "新名"}), seen=1)
    kept.undo(first, "丙", seen=2)
    kept.record(Review(feature=second, state="rejected", reviewer="丁", note="重复"), seen=0)
    kept.save(frame[frame["id"] != second].reset_index(drop=True), plans)
    return kept


def destroy(address: str) -> None:
    if "://" in address:
        import psycopg

        with psycopg.connect(address) as connection:
            connection.execute("DROP SCHEMA planmap CASCADE")
    else:
        shutil.rmtree(Path(address).parent)


def test_destroyed_store_comes_back_whole(
    address: str,
    frame: gpd.GeoDataFrame,
    plans: tuple[Plan, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kept, file = made(address, frame, plans), str(tmp_path / "away" / "kept.gpkg")
    before, latest = kept.contents(), kept.reviews()
    assert planmap.main(["backup", file, "--store", address, "--json"]) == 0
    assert '"reviews": 4' in capsys.readouterr().out
    assert [path.name for path in Path(file).parent.iterdir()] == ["kept.gpkg"]
    destroy(address)
    assert kept.version() == ""
    assert planmap.main(["restore", file, "--store", address]) == 0
    after = kept.contents()
    geopandas.testing.assert_geodataframe_equal(after.frame, before.frame)
    assert after.plans == plans and sorted(after.entries, key=str) == sorted(before.entries, key=str)
    assert kept.reviews() == latest and [o.name for o in kept.orphans().values()] == [frame["name"][1]]
    # Work goes on where it was: what was taken back stays so, and the next revision follows.
    it = str(frame["id"][0])
    assert kept.undo(it, "戊", seen=3).state == "unreviewed"
    assert [found.revision for found in kept.history(it)] == [1, 2, 3, 4]


def test_store_moves_from_one_kind_to_the_other_and_back(
    database: str, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], tmp_path: Path
) -> None:
    kept, other = made(str(tmp_path / "a.gpkg"), frame, plans), store.open(database)
    backup.backup(kept, tmp_path / "b.gpkg")
    backup.restore(tmp_path / "b.gpkg", other)
    back = store.open(str(tmp_path / "c.gpkg"))
    backup.backup(other, tmp_path / "d.gpkg")
    backup.restore(tmp_path / "d.gpkg", back)
    geopandas.testing.assert_geodataframe_equal(back.load().frame, kept.load().frame)
    assert back.reviews() == other.reviews() == kept.reviews()


def test_reviews_are_never_overwritten_by_a_backup(
    address: str, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], tmp_path: Path
) -> None:
    kept, file = made(address, frame, plans), tmp_path / "kept.gpkg"
    backup.backup(kept, file)
    before = kept.version(), kept.reviews()
    with pytest.raises(CallError) as error:
        backup.restore(file, kept)
    assert error.value.message == "layers.store_taken"
    assert (kept.version(), kept.reviews()) == before
    with pytest.raises(CallError) as error:
        backup.backup(kept, file)
    assert error.value.message == "layers.backup_exists"


def test_broken_backup_changes_nothing(
    address: str, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], tmp_path: Path
) -> None:
    kept, file = store.open(address), tmp_path / "kept.gpkg"
    kept.save(frame, plans)
    backup.backup(kept, file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE features SET geom = x'00'")
    connection.close()
    before = kept.version()
    for broken, fault in ((file, DataError), (tmp_path / "none.gpkg", CallError)):
        with pytest.raises(fault):
            backup.restore(broken, kept)
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(DataError):
        backup.restore(file, kept)
    assert kept.version() == before and len(kept.built()[0]) == len(frame)
