import shutil
import sqlite3
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from errors import CallError, DataError
from layers import geopackage, store
from layers.review import Review
from layers.stores.geopackage import GeoPackageStore
from projects.plan import Plan


@pytest.fixture
def kept(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], tmp_path: Path) -> GeoPackageStore:
    made = GeoPackageStore(tmp_path / "store" / "planmap.gpkg")
    made.save(frame, plans)
    return made


def test_reader_is_not_held_up_by_a_writer_and_file_stands_alone_after(kept: GeoPackageStore, tmp_path: Path):
    path = tmp_path / "store" / "planmap.gpkg"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM features")
    assert len(kept.built()[0]) == 7
    writer.execute("ROLLBACK")
    writer.close()
    assert [p.name for p in path.parent.iterdir()] == ["planmap.gpkg"]


def test_gdal_opens_the_store_while_it_is_in_use(kept: GeoPackageStore, tmp_path: Path):
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


def test_copy_is_one_closed_file_with_everything(kept: GeoPackageStore, frame: gpd.GeoDataFrame, tmp_path: Path):
    kept.record(Review(feature=frame["id"][0], state="confirmed", reviewer="甲"), seen=0)
    kept.copy(tmp_path / "copy.gpkg")
    copied = sqlite3.connect(tmp_path / "copy.gpkg")
    assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    copied.close()
    assert store.open(str(tmp_path / "copy.gpkg")).reviews() == kept.reviews()


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
