import csv
import doctest
import shutil
from dataclasses import replace

import pytest

import settings
from errors import CallError, DataError
from geo import corridor, gazetteer, osm
from geo.gazetteer import Gazetteer
from geo.ground import Ground
from geo.place import Placer
from tests.geo.world import ADCODE, row

osmium = pytest.importorskip("osmium", reason="osmium (requirements-osm.txt) is not installed")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    path = tmp_path / "data" / "cities" / ADCODE
    path.mkdir(parents=True)
    shutil.copy(settings.load().city_folder(ADCODE) / "city.toml", path)
    with (path / "places.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([gazetteer.COLUMNS, row("旧馆", 117, 36.66, districts="历下")])
    own = replace(settings.load(), data=tmp_path / "data")
    monkeypatch.setattr(settings, "load", lambda: own)
    return tmp_path


@pytest.fixture
def extract(tmp_path):
    """A small .osm.pbf: a hospital node, a park way, a lake relation, a road in two ways, a far place, a number."""
    path = tmp_path / "small.osm.pbf"
    nodes = {1: (116.978, 36.657), 2: (116.90, 36.66), 3: (116.91, 36.66), 4: (116.91, 36.67), 5: (116.90, 36.67),
             6: (116.92, 36.66), 7: (116.93, 36.66), 8: (116.95, 36.661), 9: (121.47, 31.23), 10: (117.0, 36.65),
             11: (117.01, 36.65), 12: (117.01, 36.66), 13: (117.0, 36.66)}  # fmt: skip
    tagged = {
        1: {"name": "山东省立医院", "amenity": "hospital", "alt_name": "省立医院"},
        9: {"name": "外滩公园", "leisure": "park"},
        10: {"name": "5号楼", "building": "yes"},
        12: {"name": "匡山", "natural": "peak"},
    }
    ways = [
        (100, [2, 3, 4, 5, 2], {"name": "腊山河公园", "leisure": "park"}),
        (101, [2, 3, 6], {"name": "青岛路", "highway": "primary", "ref": "G309"}),
        (102, [6, 7, 8], {"name": "青岛路", "highway": "primary"}),
        (103, [10, 11, 12, 13, 10], {}),
        (104, [2, 999], {"name": "断路", "highway": "primary"}),
    ]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place, tags=tagged.get(number, {})))
        for number, members, tags in ways:
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=members, tags=tags))
        lake = {"type": "multipolygon", "natural": "water", "name": "大明湖"}
        writer.add_relation(osmium.osm.mutable.Relation(id=200, members=[("w", 103, "outer")], tags=lake))
    return path


def test_named_places_of_the_city_are_found(folder, extract):
    rows = {r[0]: r for r in osm.read(extract, ADCODE).places.added}
    assert {n: r[2] for n, r in rows.items()} == {
        "山东省立医院": "hospital", "腊山河公园": "park", "大明湖": "water", "匡山": "hill"
    }  # fmt: skip
    assert rows["山东省立医院"][1] == "省立医院"
    assert (rows["山东省立医院"][8], rows["山东省立医院"][9]) == ("OpenStreetMap", "ODbL")
    assert 116.9 < float(rows["腊山河公园"][4]) < 116.91
    assert 117.0 < float(rows["大明湖"][4]) < 117.01


def test_roads_of_one_name_are_joined(folder, extract):
    [road] = [line for line in osm.read(extract, ADCODE).lines if line.name == "青岛路"]
    assert road.geometry.geom_type == "LineString"
    assert road.geometry.bounds == (116.9, 36.66, 116.95, 36.661)
    assert (road.kind, road.aliases, road.radius_m) == ("road", ("G309",), osm.LINE_M)


def test_after_the_import_the_placing_is_better_by_itself(folder, extract, feature):
    thing = feature("青岛路", kind="corridor", districts=("槐荫",))
    assert Placer(Ground.load(ADCODE)).place([thing])[0].method == "district"
    osm.apply(osm.read(extract, ADCODE), ADCODE)
    placed = Placer(Ground.load(ADCODE)).place([thing])[0]
    assert (placed.method, placed.precision, placed.source) == ("gazetteer", "exact", "OpenStreetMap")
    assert Gazetteer.load(ADCODE).find("旧馆")


def test_importing_twice_changes_nothing(folder, extract):
    osm.apply(osm.read(extract, ADCODE), ADCODE)
    path = settings.load().city_folder(ADCODE) / "lines.geojson"
    first = path.read_bytes()
    again = osm.read(extract, ADCODE)
    assert (again.places.added, again.places.replaced) == ((), ())
    osm.apply(again, ADCODE)
    assert path.read_bytes() == first
    assert [line.name for line in corridor.read(path)] == ["青岛路"]


def test_progress_is_told(folder, extract):
    told = []
    osm.read(extract, ADCODE, told.append)
    assert told == [0]


def test_files_that_are_none_are_named(folder, tmp_path, extract):
    with pytest.raises(CallError, match="nowhere"):
        osm.read(tmp_path / "nowhere.osm.pbf", ADCODE)
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"<html>no</html>")
    with pytest.raises(DataError, match="bad"):
        osm.read(bad, ADCODE)
    with pytest.raises(DataError, match="small"):
        osm.read(extract, "440300")


def test_the_examples_hold():
    assert doctest.testmod(osm).failed == 0
