"""The service in real use: the server as users start it, and GDAL's own driver as the client."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely.geometry import shape

import city
from layers import build, schema, store
from layers.review import Review

from .conftest import PAIRS, PLANS
from .opened import assert_same_place, assert_same_values, gdal_read

pytest.importorskip("pygeoapi", reason="pygeoapi (requirements-serve.txt) is not installed")
HOME = Path(__file__).parent.parent.parent
needs_gdal = pytest.mark.skipif(not shutil.which("ogr2ogr"), reason="gdal-bin is not installed")
CRS = "http://www.opengis.net/def/crs/EPSG/0"


class Service(NamedTuple):
    url: str
    folder: Path
    kept: store.Store
    process: "subprocess.Popen[str]"

    def get(self, path: str, **query: object) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}") as answer:  # noqa: S310
            return json.load(answer)

    def names(self, **query: object) -> set[str]:
        found = self.get("/collections/all/items", **query)
        assert found["numberMatched"] == found["numberReturned"] == len(found["features"])
        return {f["properties"]["name"] for f in found["features"]}

    def refused(self, path: str, **query: object) -> tuple[int, str]:
        with pytest.raises(urllib.error.HTTPError) as caught:
            self.get(path, **query)
        with caught.value as answer:
            return answer.code, json.load(answer)["description"]


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    env = os.environ | {"PLANMAP_LAYERS": str(folder / "layers"), "PLANMAP_STORE": str(folder / "store.gpkg")}
    command = [sys.executable, "planmap.py", "serve", "--json", *options]
    return subprocess.Popen(
        command, cwd=HOME, env=env, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=_interruptible,
    )  # fmt: skip


def _interruptible() -> None:
    """Take interrupts, also where the tests run in the background of a shell, which ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    features, placements = zip(*PAIRS, strict=True)
    frame = build.frame(features, placements)
    build.write(frame, PLANS, city.load("370100"), folder / "layers" / "370100")
    kept = store.open(str(folder / "store.gpkg"))
    kept.save(frame, PLANS)
    kept.record(Review(feature=frame["id"][3], state="confirmed", reviewer="王敏"), seen=0)
    process = start(folder, "--port", "0")
    assert process.stdout is not None
    line = process.stdout.readline()
    yield Service(json.loads(line)["url"], folder, kept, process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (0, "")


@pytest.fixture(scope="module")
def wanted(service: Service) -> dict[str, dict[str, Any]]:
    """What the store holds, by id, in flat values."""
    frame = service.kept.load().frame
    rows = zip(build.properties(frame), frame.geometry, strict=True)
    return {p["id"]: {k: schema.flat(k, v) for k, v in p.items()} | {"geometry": g} for p, g in rows}


@needs_gdal
def test_gdal_reads_every_value_and_coordinate(service: Service, wanted: Any, tmp_path: Path) -> None:
    found = gdal_read(f"OAPIF:{service.url}", tmp_path)
    assert set(found) == set(wanted)
    for key, told in wanted.items():
        assert_same_values(found[key]["properties"], told, {name: name for name in schema.NAMES})
        assert_same_place(found[key]["geometry"], told["geometry"], 1e-6)


@needs_gdal
@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("-spat", "116.888", "36.68", "116.89", "36.683"), {"1号厂房<b>"}),
        (("-where", "category = 'transport'"), {"轨道环线"}),
        (("-where", "review = 'confirmed'"), {"双园区"}),
        (("-where", "investment_yi > 10"), {"1号厂房<b>"}),
    ],
)
def test_gdal_filters_by_box_and_value(
    options: tuple[str, ...], names: set[str], service: Service, tmp_path: Path
) -> None:
    target = tmp_path / "part.geojson"
    subprocess.run(["ogr2ogr", target, f"OAPIF:{service.url}", "all", *options], check=True, capture_output=True)
    assert set(gpd.read_file(target)["name"]) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"district": "长清区"}, {"长清大学城", "黄河廊道"}),
        ({"district": "历下,高新", "category": "产业制造"}, {"双园区"}),
        ({"kind": "corridor", "status": ""}, {"黄河廊道", "轨道环线"}),
        ({"plan": "beta"}, {"1号厂房<b>"}),
        ({"precision": "exact,unplaced"}, {"长清大学城", "1号厂房<b>", "=SUM(A1)数据中心"}),
        ({"review": "confirmed"}, {"双园区"}),
        ({"search": "daxuecheng"}, {"长清大学城"}),
        ({"q": "廊道"}, {"黄河廊道"}),
        ({"bbox": "117.045,36.655,117.055,36.7"}, {"龘靐文化馆", "长清大学城", "双园区"}),
        ({"bbox": "116.888,36.68,0,116.89,36.683,100"}, {"1号厂房<b>"}),
        ({"investment_yi": "35.5"}, {"1号厂房<b>"}),
        ({"in_list": "true"}, {"1号厂房<b>"}),
        ({"members": "大杨站"}, {"轨道环线"}),
        ({"part_of": "双园区"}, {"1号厂房<b>"}),
    ],
)
def test_the_filters_are_those_of_every_other_door(query: dict[str, str], names: set[str], service: Service) -> None:
    assert service.names(**query) == names


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"distrct": "长清"}, "district, category"),
        ({"foo": "1"}, "没有参数 'foo'"),
        ({"foo": "1", "lang": "en"}, "There is no parameter 'foo'"),
        ({"district": "海淀", "lang": "en"}, "There is no district"),
        ({"sortby": "mentions", "lang": "zh"}, "不能按"),
        ({"district": "海淀"}, "历下"),
        ({"category": "weather"}, "transport"),
        ({"bbox": "1,2"}, "4"),
        ({"bbox": "118,36,117,37"}, ""),
        ({"limit": "many"}, "limit"),
        ({"filter": "name = 'x'"}, "district"),
        ({"investment_yi": "much"}, "much"),
        ({"mentions": "x"}, "search"),
        ({"sortby": "mentions"}, "mentions"),
        ({"properties": "nothing"}, ""),
    ],
)
def test_a_wrong_parameter_is_an_answer_that_says_what_is_valid(
    query: dict[str, str], word: str, service: Service
) -> None:
    code, said = service.refused("/collections/all/items", **query)
    assert code == 400 and word in said


def test_what_is_valid_is_listed_once(service: Service) -> None:
    _, said = service.refused("/collections/all/items", foo=1)
    listed = said.partition("可用：")[2].rstrip("。").split(", ")
    assert len(listed) == len(set(listed)) and {"limit", "offset", "sortby", "crs", "bbox", "members"} <= set(listed)


def test_a_page_of_features_links_to_what_is_answered_in_json(service: Service) -> None:
    for query in ({}, {"search": '"links":'}, {"limit": 2, "offset": 2}):
        found = service.get("/collections/all/items", **query)
        assert {link["type"] for link in found["links"]} <= {"application/geo+json", "application/json"}
        assert {"self", "collection"} <= {link["rel"] for link in found["links"]} and found["timeStamp"]


def test_what_is_not_there_is_not_found(service: Service) -> None:
    for path in ("/collections/none", "/collections/none/items", "/collections/all/items/none"):
        assert service.refused(path)[0] == 404


def test_collections_have_one_type_of_geometry_each_and_names_in_both_languages(service: Service) -> None:
    told = {c["id"]: c["title"] for c in service.get("/collections", lang="zh-CN")["collections"]}
    assert told["all"] == "全部要素" and told["transport_line"] == "交通运输（线）" and told["unplaced"] == "未定位"
    assert service.get("/collections/transport_line", lang="en-US")["title"] == "Transport (lines)"
    types = {"point": {"Point"}, "line": {"LineString", "MultiLineString"}, "area": {"Polygon", "MultiPolygon"}}
    met = 0
    for name in set(told) - {"all"}:
        for found in service.get(f"/collections/{name}/items")["features"]:
            kinds = types.get(name.rpartition("_")[2])
            assert found["geometry"] is None if kinds is None else found["geometry"]["type"] in kinds
            met += name in (*types, "unplaced")
    assert met == len(PAIRS)


@pytest.mark.parametrize("accepted", [
    "zh", "zh-TW", "zh-Hans-CN", "zh_CN", "ja", "fr", "*", "", ";", "fr-CH, fr;q=0.9, *;q=0.5", "en;q=0, ja", "zh;q=x",
    "en;q=0.1, zh;q=0.9",
])  # fmt: skip
def test_any_language_is_answered_in_chinese_or_english(accepted: str, service: Service) -> None:
    for path in ("/", "/openapi", "/conformance", "/collections", "/collections/all", "/collections/all/items"):
        asked = urllib.request.Request(f"{service.url}{path}", headers={"Accept-Language": accepted})  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            content = json.load(answer)
        if path == "/collections/all":
            assert content["title"] == "全部要素"
    for lang, title in (("zh", "全部要素"), ("en", "All features"), ("en-GB", "All features"), ("ja", "全部要素")):
        assert service.get("/collections/all", lang=lang)["title"] == title


def test_english_is_spoken_to_who_likes_it_best(service: Service) -> None:
    for accepted in ("en", "en-GB,zh;q=0.5", "zh;q=0.2,en;q=0.8", "ja,en;q=0.1", "EN-us"):
        asked = urllib.request.Request(f"{service.url}/collections/all", headers={"Accept-Language": accepted})  # noqa: S310
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            assert json.load(answer)["title"] == "All features"


def test_pages_follow_each_other_and_sorting_holds_over_them(service: Service) -> None:
    names, path, query = [], "/collections/all/items", {"limit": 3, "sortby": "-name"}
    found = service.get(path, **query)
    while True:
        names += [f["properties"]["name"] for f in found["features"]]
        [following] = [link["href"] for link in found["links"] if link["rel"] == "next"] or [""]
        if not following:
            break
        with urllib.request.urlopen(following) as answer:  # noqa: S310
            found = json.load(answer)
    assert names == sorted(names, reverse=True) and len(names) == len(PAIRS)
    assert service.get(path, resulttype="hits")["features"] == []
    chosen = service.get(path, properties="name,status", skipGeometry="true")["features"]
    assert all(set(f["properties"]) == {"name", "status"} and f["geometry"] is None for f in chosen)


@pytest.mark.parametrize("code", ["4490", "4548"])
def test_coordinates_come_in_the_system_asked_for_in_the_order_of_its_axes(
    code: str, service: Service, wanted: Any
) -> None:
    project = Transformer.from_crs("OGC:CRS84", f"EPSG:{code}").transform
    [key] = [k for k, told in wanted.items() if told["name"] == "1号厂房<b>"]
    for found in (
        service.get(f"/collections/all/items/{key}", crs=f"{CRS}/{code}"),
        service.get("/collections/all/items", crs=f"{CRS}/{code}", plan="beta")["features"][0],
    ):
        point = wanted[key]["geometry"]
        assert shape(found["geometry"]).coords[0] == pytest.approx(project(point.x, point.y), abs=1e-3)


def test_a_review_is_served_at_once(service: Service) -> None:
    [key] = [f.id for f, _ in PAIRS if f.name == "龘靐文化馆"]
    assert service.get(f"/collections/all/items/{key}")["properties"]["review"] == "unreviewed"
    moved = {"geometry": {"type": "Point", "coordinates": [117.06, 36.67]}, "radius_m": 50}
    service.kept.record(Review(feature=key, state="corrected", reviewer="王敏", changes=moved), seen=0)
    found = service.get(f"/collections/all/items/{key}")
    assert found["properties"]["review"] == "corrected" and found["geometry"]["coordinates"] == [117.06, 36.67]
    service.kept.undo(key, "王敏", seen=1)


def test_answers_are_json_for_browsers_too_and_lead_nowhere_else(service: Service) -> None:
    for path in ("/", "/conformance", "/openapi", "/collections", "/collections/all", "/collections/all/items"):
        request = urllib.request.Request(f"{service.url}{path}?f=html", headers={"Accept": "text/html"})  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert "json" in answer.headers["Content-Type"]
            content = json.load(answer)
        if path in ("/", "/collections", "/collections/all"):
            links = content["links"] + [link for c in content.get("collections", ()) for link in c["links"]]
            for href in {link["href"] for link in links if "items" not in link["href"]}:
                assert href.startswith(service.url)
                with urllib.request.urlopen(href) as answer:  # noqa: S310
                    json.load(answer)


def test_only_this_machine_is_served_unless_told_otherwise(service: Service) -> None:
    assert service.url.startswith("http://127.0.0.1:")
    port = int(service.url.rpartition(":")[2])
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("no list of sockets here")
    rows = [row.split() for row in listening.read_text().splitlines()[1:]]
    doors = {row[1] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port}
    assert doors == {f"0100007F:{port:04X}"}


def test_address_in_use_and_missing_layers_are_one_line(service: Service, tmp_path: Path) -> None:
    port = service.url.rpartition(":")[2]
    for folder, options, word in (
        (service.folder, ("--port", port), port),
        (service.folder, ("--port", "70000"), "70000"),
        (service.folder, ("--host", "256.0.0.1"), "256.0.0.1"),
        (tmp_path, ("--port", "0"), "build"),
    ):
        process = start(folder, *options)
        shown, said = process.communicate(timeout=60)
        assert (process.returncode, shown, len(said.splitlines())) == (2, "", 1), said
        assert word in said


def test_links_lead_back_to_the_machine_or_to_the_address_given(service: Service) -> None:
    for options, wanted in (
        (("--host", "0.0.0.0"), f"http://{socket.gethostname()}:"),  # noqa: S104
        (("--url", "https://gis.example/plans/"), "https://gis.example/plans"),
    ):
        process = start(service.folder, "--port", "0", *options)
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["url"].startswith(wanted)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def test_without_pygeoapi_the_file_to_install_is_named(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygeoapi'] = None; import planmap; sys.exit(planmap.main(['serve']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2 and "requirements-serve.txt" in done.stderr
