"""Another city: its folder made by one command, its plan at district precision at once, better with places."""

import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import city
import planmap
import settings
from geo import corrections, corridor, gazetteer
from geo.districts import Districts
from layers import build

HOME = Path(__file__).parent.parent
SAMPLE = HOME / "data" / "sample"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, setting: Callable[..., None]) -> Callable[..., Any]:
    """Return a function that runs a command with a folder of cities of its own: exit code, output, notes."""
    setting(cities=tmp_path / "cities", layers=tmp_path / "layers", store=tmp_path / "store.gpkg")
    city.load.cache_clear()

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = planmap.main([str(a) for a in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    yield call
    city.load.cache_clear()


def built(tmp_path: Path, adcode: str) -> gpd.GeoDataFrame:
    return build.read(tmp_path / "layers" / adcode).frame


CITIES = {
    "370200": (10, 4549),
    "510600": (6, 4544),
    "650100": (8, 4538),
    "230100": (18, 4552),
    "110000": (16, 4548),
    "500000": (38, 4545),
    "320600": (7, 4549),
    "441900": (0, 4547),
    "442000": (0, 4547),
    "460400": (0, 4545),
    "419001": (0, 4546),
}


@pytest.mark.parametrize("adcode", CITIES)
def test_a_city_of_any_kind_gets_its_folder(run: Any, tmp_path: Path, adcode: str) -> None:
    code, shown, _ = run("new-city", adcode, "--json")
    assert code == 0
    told = json.loads(shown)
    count, epsg = CITIES[adcode]
    assert (len(told["districts"]), told["epsg"], told["without_boundary"]) == (count, epsg, [])
    folder = tmp_path / "cities" / adcode
    assert {p.name for p in folder.iterdir()} == {"city.toml", "places.csv", "lines.geojson", "corrections.csv"}
    assert [p.name for p in folder.parent.iterdir()] == [adcode]
    own = tomllib.loads((folder / "city.toml").read_text(encoding="utf-8"))
    assert list(own.get("districts", {}).values()) == told["districts"]
    town = city.load(adcode)
    assert [d.adcode for d in town.districts] == sorted(d.adcode for d in town.districts)
    assert town.en.isascii() and all(d.en.isascii() for d in town.districts)
    assert len(Districts.load(town).frame) == max(count, 1)
    for name, columns in (("places.csv", gazetteer.COLUMNS), ("corrections.csv", corrections.COLUMNS)):
        assert (folder / name).read_text(encoding="utf-8") == ",".join(columns) + "\n"
    assert corridor.read(folder / "lines.geojson") == []


@pytest.mark.parametrize(
    ("adcode", "word"),
    [
        ("999900", "999900"),
        ("370281", "370200"),
        ("37", "37"),
        ("../x", "x"),
        ("370000", "370000"),
        ("810000", "810000"),
    ],
)
def test_what_is_no_city_is_one_line(run: Any, tmp_path: Path, adcode: str, word: str) -> None:
    code, shown, said = run("new-city", adcode)
    assert (code, shown, len(said.splitlines())) == (2, "", 1)
    assert word in said
    assert not (tmp_path / "cities").exists()


def test_a_folder_that_is_there_is_left_as_it_is(run: Any, tmp_path: Path) -> None:
    own = tmp_path / "cities" / "370200" / "city.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[[zones]]\nshort = "西海岸"\nname = "西海岸新区"\n', encoding="utf-8")
    code, _, said = run("new-city", "370200")
    assert (code, len(said.splitlines())) == (2, 1)
    assert [p.name for p in own.parent.iterdir()] == ["city.toml"]
    assert city.load("370200").district("西海岸新区").is_zone  # type: ignore[union-attr]


def test_what_is_shipped_of_a_city_is_taken_over(run: Any, tmp_path: Path) -> None:
    adcode = settings.Settings().city
    shipped = HOME / "data" / "cities" / adcode
    assert settings.load().city_folder(adcode) == shipped
    assert run("new-city", adcode)[0] == 0
    mine = settings.load().city_folder(adcode)
    assert mine == tmp_path / "cities" / adcode
    assert {p.name: p.read_bytes() for p in mine.iterdir()} == {p.name: p.read_bytes() for p in shipped.iterdir()}


def test_a_folder_that_cannot_be_made_is_one_line(run: Any, tmp_path: Path, setting: Callable[..., None]) -> None:
    (tmp_path / "file").write_text("")
    setting(cities=tmp_path / "file" / "cities")
    code, _, said = run("new-city", "370200")
    assert (code, len(said.splitlines())) == (2, 1)


@pytest.mark.parametrize(
    "text", ["districts = 5", "[[zones]]\nname = '某区'", "en = [", "[english]\n[english]", "\udcff"]
)
def test_a_fault_in_the_city_file_is_one_line(run: Any, tmp_path: Path, text: str) -> None:
    path = tmp_path / "cities" / "370200" / "city.toml"
    path.parent.mkdir(parents=True)
    path.write_bytes(os.fsencode(text))
    code, _, said = run("build", SAMPLE / "taihe-action.txt", "--city", "370200")
    assert (code, len(said.splitlines())) == (1, 1)
    assert "city.toml" in said


def test_districts_of_the_city_file_win(run: Any, tmp_path: Path) -> None:
    run("new-city", "370200")
    path = tmp_path / "cities" / "370200" / "city.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"市南区"', '"云岫区"'), encoding="utf-8")
    city.load.cache_clear()
    assert city.load("370200").districts[0].short == "云岫"


def extract(path: Path, names: list[str], lon: float, lat: float) -> Path:
    """Write an OpenStreetMap extract with places of these names."""
    osmium = pytest.importorskip("osmium", reason="osmium (requirements-osm.txt) is not installed")
    with osmium.SimpleWriter(str(path)) as writer:
        for k, name in enumerate(names):
            tags = {"name": name, "leisure": "park"}
            writer.add_node(osmium.osm.mutable.Node(id=k + 1, location=(lon + k * 0.002, lat), tags=tags))
    return path


@pytest.mark.parametrize("how", ["import-osm", "import-places"])
def test_a_plan_lies_by_district_with_the_boundaries_alone_and_better_with_places(
    run: Any, tmp_path: Path, how: str
) -> None:
    adcode, plan = "510600", SAMPLE / "guanghan-action.txt"
    assert run("new-city", adcode)[0] == 0
    assert run("build", plan, "--city", adcode)[0] == 0
    before = built(tmp_path, adcode)
    assert run("check", "--city", adcode)[0] == 0
    assert len(before) > 50
    assert (before["precision"] == "district").all()
    assert before["districts"].map(lambda d: d == ("广汉",)).all()
    shape = Districts.load(city.load(adcode)).shape("广汉")
    assert shape is not None and before.geometry.map(shape.intersects).all()
    inside = shape.representative_point()
    names = list(before["name"][before["kind"] == "project"][:3])
    if how == "import-osm":
        file = extract(tmp_path / "small.osm.pbf", names, inside.x, inside.y)
        assert run(how, file, "--city", adcode)[0] == 0
    else:
        file = tmp_path / "own.csv"
        rows = [f"{name},{inside.x + k * 0.002},{inside.y}" for k, name in enumerate(names)]
        file.write_text("\n".join(["名称,经度,纬度", *rows]), encoding="utf-8")
        assert run(how, file, "--city", adcode, "--source", "test")[0] == 0
    assert run("build", plan, "--city", adcode)[0] == 0
    after = built(tmp_path, adcode).set_index("name")
    assert run("check", "--city", adcode)[0] == 0
    assert set(after.loc[names, "precision"]) <= {"exact", "near"}
    assert (after["precision"] != "district").sum() >= len(names)
    assert not (HOME / "data" / "cities" / adcode).exists()


@pytest.mark.parametrize("adcode", ["441900", "419001"])
def test_in_a_city_without_districts_only_what_bears_its_name_is_placed(run: Any, tmp_path: Path, adcode: str) -> None:
    assert run("new-city", adcode)[0] == 0
    name = city.load(adcode).name
    plan = tmp_path / "plan.txt"
    text = f"{name}发展规划\n\n一、任务\n加快建设{name}阜台智造产业园。规划建设云岫文化馆。\n"
    plan.write_text(text, encoding="utf-8")
    assert run("build", plan, "--city", adcode)[0] == 0
    assert run("check", "--city", adcode)[0] == 0
    found = built(tmp_path, adcode).set_index("name")["precision"].to_dict()
    assert found == {f"{name}阜台智造产业园": "city", "云岫文化馆": "unplaced"}


def test_every_district_of_china_has_a_boundary_but_for_these() -> None:
    """加格达奇区 lies in Inner Mongolia by the boundaries; what Haixi governs directly is no district."""
    missing = []
    for adcode in city.regions():
        if city.of(adcode) == adcode:
            town = city.load(adcode)
            bounded = set(Districts.load(town).frame["adcode"])
            missing += [d.adcode for d in town.districts if d.adcode and d.adcode not in bounded]
    assert missing == ["232718", "632825"]


def test_a_county_called_as_its_city_is_keeps_its_whole_name() -> None:
    """Otherwise whatever bears the city's name (南昌高新区) would lie in the county."""
    assert city.load("360100").district("南昌县").short == "南昌县"  # type: ignore[union-attr]
    assert city.load("360100").district("南昌") is None
