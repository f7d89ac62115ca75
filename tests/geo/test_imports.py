import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pyproj import Transformer

import settings
from errors import CallError, DataError
from geo import datum, gazetteer, imports, tables
from geo.gazetteer import Gazetteer
from geo.ground import Ground
from geo.place import Placer
from tests.geo.world import ADCODE, row

HOME = Path(__file__).parents[2]
KNOWN = [("甲医院", 116.978, 36.657), ("乙公园", 116.942, 36.686), ("丙大厦", 117.10, 36.67), ("丁学校", 117.02, 36.66)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A data folder with a small gazetteer of its own."""
    path = tmp_path / "data" / "cities" / ADCODE
    path.mkdir(parents=True)
    shutil.copy(settings.load().city_folder(ADCODE) / "city.toml", path)
    with (path / "places.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([gazetteer.COLUMNS, *(row(n, x, y, districts="历下") for n, x, y in KNOWN)])
    own = replace(settings.load(), data=tmp_path / "data")
    monkeypatch.setattr(settings, "load", lambda: own)
    return tmp_path


def write(path, rows, header="name,lon,lat,source"):
    path.write_text("\n".join([header, *(",".join(map(str, r)) for r in rows)]) + "\n", encoding="utf-8")
    return path


def test_a_list_is_previewed_and_then_taken_over(folder):
    path = write(folder / "own.csv", [("新馆", 116.90, 36.66, "规划局"), ("旧馆", 116.91, 36.66, "规划局")])
    change = imports.preview(path, ADCODE)
    assert [r[0] for r in change.added] == ["新馆", "旧馆"]
    assert len(Gazetteer.load(ADCODE)) == 4
    imports.apply(change, ADCODE)
    found = Gazetteer.load(ADCODE).find("新馆")[0].place
    assert (found.lon, found.lat, found.source, found.districts) == (116.9, 36.66, "规划局", ("槐荫",))
    again = imports.preview(path, ADCODE)
    assert (again.added, again.replaced, again.same) == ((), (), 2)


def test_a_moved_place_is_shown_as_replaced(folder):
    imports.apply(imports.preview(write(folder / "a.csv", [("新馆", 116.90, 36.66, "甲")]), ADCODE), ADCODE)
    change = imports.preview(write(folder / "b.csv", [("新馆", 116.90, 36.67, "乙")]), ADCODE)
    assert imports.record(change)["replaced"] == [{"name": "新馆", "moved_m": 1112}]


def test_places_of_one_name_in_one_district_all_stay(folder):
    target = settings.load().city_folder(ADCODE) / "places.csv"
    with target.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(row("甲医院", 117.03, 36.66, districts="历下"))
    before = gazetteer.read(target)
    imports.apply(imports.preview(write(folder / "a.csv", [("新馆", 116.90, 36.66, "甲")]), ADCODE), ADCODE)
    after = gazetteer.read(target)
    assert [r[0] for r in after if r not in before] == ["新馆"]
    assert [r for r in before if r not in after] == []


def test_an_import_that_changes_nothing_writes_nothing(folder):
    target = settings.load().city_folder(ADCODE) / "places.csv"
    before = target.read_bytes()
    imports.apply(imports.preview(write(folder / "a.csv", [("远馆", 120.90, 30.66, "甲")]), ADCODE), ADCODE)
    assert target.read_bytes() == before


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "4490", "EPSG:4326"])
def test_any_datum_arrives_in_wgs84(folder, crs):
    lon, lat = datum.convert(116.9, 36.66, "wgs84", crs)
    change = imports.preview(write(folder / "own.csv", [("新馆", lon, lat, "甲")]), ADCODE, crs=crs)
    assert (change.added[0][4], change.added[0][5]) == ("116.900000", "36.660000")


def test_projected_coordinates_arrive_in_wgs84(folder):
    east, north = Transformer.from_crs(4326, 4548, always_xy=True).transform(116.9, 36.66)
    change = imports.preview(write(folder / "own.csv", [("新馆", east, north, "甲")]), ADCODE, crs="4548")
    assert (change.added[0][4], change.added[0][5]) == ("116.900000", "36.660000")
    assert change.added[0][10] == "cgcs2000"


def test_geojson_areas_become_points_inside(folder):
    ring = [[116.9, 36.66], [116.91, 36.66], [116.91, 36.67], [116.9, 36.67], [116.9, 36.66]]
    area = {"type": "Polygon", "coordinates": [ring]}
    found = {"type": "Feature", "properties": {"name": "新区", "source": "甲"}, "geometry": area}
    collection = {"type": "FeatureCollection", "features": [found]}
    path = folder / "own.geojson"
    path.write_text(json.dumps(collection), encoding="utf-8")
    [made] = imports.preview(path, ADCODE).added
    assert 116.9 < float(made[4]) < 116.91
    assert 36.66 < float(made[5]) < 36.67


@pytest.mark.parametrize("good", [True, False])
def test_a_row_without_a_shape_is_named(folder, good):
    shapes = [{"type": "Polygon", "coordinates": []}, None, {"type": "Point", "coordinates": [116.9, 36.66]}]
    rows = [
        {"type": "Feature", "properties": {"name": name, "source": "甲"}, "geometry": shape}
        for name, shape in zip(("空园", "无园", "新园"), shapes[: 3 if good else 2], strict=False)
    ]
    path = folder / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")
    change = imports.preview(path, ADCODE)
    assert [i.message for i in change.issues] == ["geo.row_without_position"] * 2
    assert [dict(i.values)["name"] for i in change.issues] == ["空园", "无园"]
    assert [row[0] for row in change.added] == ["新园"] * good


def test_an_area_keeps_its_outline_and_is_placed_by_it(folder, feature):
    x, y = datum.convert([116.9, 116.91, 116.91, 116.9], [36.66, 36.66, 36.67, 36.67], "wgs84", "gcj02")
    ring = [*map(list, zip(x.tolist(), y.tolist(), strict=True))]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    found = {"type": "Feature", "properties": {"name": "济南高新技术产业开发区", "source": "甲"}, "geometry": area}
    path = folder / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [found]}), encoding="utf-8")
    imports.apply(imports.preview(path, ADCODE, crs="gcj02"), ADCODE)
    placer = Placer(Ground.load(ADCODE))
    whole, thing = placer.place([feature("济南高新区", kind="area"), feature("某某项目", districts=("高新",))])
    assert (whole.method, whole.geometry.geom_type) == ("alias", "Polygon")
    named = placer.place([feature("济南高新技术产业开发区", kind="area")])[0]
    assert (named.method, named.precision, named.source) == ("gazetteer", "exact", "甲")
    assert [round(v, 4) for v in named.geometry.bounds] == [116.9, 36.66, 116.91, 36.67]
    assert (thing.method, thing.precision) == ("district", "district")
    assert named.geometry.contains(thing.geometry)


def test_chinese_headings_and_gb18030_are_read(folder):
    path = folder / "own.csv"
    path.write_bytes("名称,经度,纬度,来源\n新馆,116.9,36.66,甲\n".encode("gb18030"))
    assert imports.preview(path, ADCODE).added[0][0] == "新馆"


def test_openstreetmap_layers_are_filtered_by_class_and_name(folder):
    rows = [("齐鲁大厦", 117, 36.66, "building"), ("5号楼", 117, 36.66, "building"), ("某银行", 117, 36.66, "bank")]
    change = imports.preview(write(folder / "own.csv", rows, "name,lon,lat,fclass"), ADCODE)
    assert [(r[0], r[8], r[9]) for r in change.added] == [("齐鲁大厦", "OpenStreetMap", "ODbL")]


def test_faulty_rows_are_named_and_the_rest_goes_on(folder):
    good, bad = ("好", 117, 36.66, "甲"), ("无数", "x", 36.6, "甲")
    rows = [("", 117, 36.66, "甲"), ("无源", 117, 36.66, ""), ("外地", 121.47, 31.23, "甲"), bad, good]
    change = imports.preview(write(folder / "own.csv", rows), ADCODE)
    assert [i.message for i in change.issues] == [
        "geo.row_without_name", "geo.row_without_source", "geo.row_outside", "geo.row_without_position"
    ]  # fmt: skip
    assert [i.where for i in change.issues] == ["own.csv:2", "own.csv:3", "own.csv:4", "own.csv:5"]
    assert all(i.text(lang) for i in change.issues for lang in ("zh", "en"))
    assert [r[0] for r in change.added] == ["好"]


def test_swapped_coordinates_are_named(folder):
    with pytest.raises(DataError, match=r"swapped|写反"):
        imports.preview(write(folder / "own.csv", [("新馆", 36.66, 116.9, "甲")]), ADCODE)


@pytest.mark.parametrize(("real", "shift"), [("gcj02", 5), ("bd09", 13)])
def test_the_wrong_datum_is_named_with_its_shift(folder, real, shift):
    rows = [(n, *datum.convert(x, y, "wgs84", real), "甲") for n, x, y in KNOWN]
    with pytest.raises(DataError) as error:
        imports.preview(write(folder / "own.csv", rows), ADCODE)
    assert real in str(error.value)
    assert error.value.values["metres"] // 100 in (shift - 1, shift, shift + 1)


def test_coordinates_shifted_for_nothing_are_named_too(folder):
    with pytest.raises(DataError, match="wgs84"):
        imports.preview(write(folder / "own.csv", [(n, x, y, "甲") for n, x, y in KNOWN]), ADCODE, crs="gcj02")


def test_places_that_really_moved_are_no_datum_shift(folder):
    rows = [(n, x + 0.02, y, "甲") for n, x, y in KNOWN]
    assert imports.preview(write(folder / "own.csv", rows), ADCODE).added


@pytest.mark.parametrize(("text", "part"), [("", "own"), ("a,b\n1,2\n", "name"), ("name,lon,lat\n", "own")])
def test_a_list_that_is_none_is_named(folder, text, part):
    path = folder / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=part):
        imports.preview(path, ADCODE)


def test_wrong_calls_are_named(folder):
    with pytest.raises(CallError, match="nowhere"):
        imports.preview(folder / "nowhere.csv", ADCODE)
    with pytest.raises(CallError, match="4534"):
        imports.preview(write(folder / "own.csv", [("新馆", 1, 2, "甲")]), ADCODE, crs="mars")
    bad = folder / "own.geojson"
    bad.write_text("<html>", encoding="utf-8")
    with pytest.raises(DataError, match="own"):
        imports.preview(bad, ADCODE)


NAMES = st.text("甲乙丙丁山水", min_size=2, max_size=6)


@hypothesis_settings(deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(["park", "school"]), st.sampled_from(["历下", "槐荫"])), max_size=20))
def test_a_change_accounts_for_every_row(keys):
    rows = [row(name, 117, 36.6, kind=kind, districts=district) for name, kind, district in keys]
    change = imports.change(rows, [])
    assert len(change.added) == len(set(keys))
    assert len(change.added) + len(change.replaced) + change.same == len(rows)


_IMPORT = """
import sys
from dataclasses import replace
from pathlib import Path
from pathlib import Path
import settings
data, adcode = Path(sys.argv[1]), sys.argv[2]
own = replace(settings.load(), data=data)
settings.load = lambda: own
from geo import imports
changes = [imports.preview(Path(path), adcode, source="test", licence="CC0") for path in sys.argv[3:]]
print("ready", flush=True)
sys.stdin.readline()
for change in changes:
    imports.apply(change, adcode)
"""


def test_imports_at_once_lose_nothing(folder):
    writers, names = [], set()
    for writer in range(3):
        lists = []
        for number in range(5):
            name = f"{'甲乙丙'[writer]}厂{number}"
            names.add(name)
            place = (name, 117.0 + writer / 50, 36.65 + number / 100, "test")
            same = ("戊学校", 117.05, 36.65, "test")  # that all of them have
            lists.append(write(folder / f"{writer}-{number}.csv", [place, same]))
        command = [sys.executable, "-c", _IMPORT, str(folder / "data"), ADCODE, *map(str, lists)]
        writers.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HOME))
    for each in writers:
        assert each.stdout.readline() == "ready\n"
    for each in writers:  # all have read before any writes
        each.stdin.write("go\n")
        each.stdin.flush()
    for each in writers:
        each.communicate(timeout=60)
        assert each.returncode == 0
    rows = gazetteer.read(folder / "data" / "cities" / ADCODE / "places.csv")
    found = [r[0] for r in rows]
    assert names <= set(found)
    assert len(found) == len(set(found)) == len(KNOWN) + len(names) + 1


def test_an_import_that_waits_too_long_for_another_says_so(folder):
    path = folder / "data" / "cities" / ADCODE / ".lock"
    holder = [
        sys.executable,
        "-c",
        "import sys, filelock\nwith filelock.FileLock(sys.argv[1]):\n print(1, flush=True); input()",
    ]
    with subprocess.Popen([*holder, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "1\n"
        with pytest.raises(CallError) as error, tables.alone(ADCODE, wait_s=0.1):
            pass
        assert error.value.message == "geo.tables_busy"
        other.communicate("\n", timeout=30)
    with tables.alone(ADCODE, wait_s=0.1), tables.alone(ADCODE, wait_s=0.1):  # free again, and open to who holds it
        assert path.exists()
