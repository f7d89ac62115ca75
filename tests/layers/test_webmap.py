"""The web map: escaping, what is sent to the browser, and scripts from the installed package only."""

import json
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

import city
from errors import CallError
from geo.districts import Districts
from layers import basemaps, build, webassets, webmap
from settings import Settings
from tests.pages import town


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> gpd.GeoDataFrame:
    folder = tmp_path_factory.mktemp("town")
    town.plans(folder / "plans", 20)
    found = town.features(folder / "plans", 20)
    return build.frame(found, town.placements(found))


@given(st.text())
def test_clean_text_holds_nothing_that_html_a_script_or_a_template_could_run(text: str) -> None:
    safe = webmap.clean(text)
    assert not set(safe) & set("<>\"'`{}\\")
    assert not any(ord(c) < 32 and c not in "\t\n" for c in safe)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x)))
def test_script_json_reads_back_and_cannot_end_a_script(value: object) -> None:
    text = webmap.script_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_text_direction_cannot_be_turned_by_a_name() -> None:
    assert webmap.clean("a\u202eb\u2066c") == "abc"


def test_every_placed_feature_has_a_mark_and_no_other(frame: gpd.GeoDataFrame) -> None:
    marks = webmap.marks(frame)
    assert set(marks.rows) == set(frame.loc[frame.geometry.notna(), "id"])


def test_only_the_shapes_of_what_is_shown_are_sent(frame: gpd.GeoDataFrame) -> None:
    marks = webmap.marks(frame)
    by_name = dict(zip(frame["name"], frame["id"], strict=True))
    only_points = webmap.shown(marks, [by_name[town.PARK]], "zh")
    assert only_points["shapes"] == []
    both = webmap.shown(marks, [by_name[town.PARK], by_name[town.LINE]], "zh")
    assert [s[0] for s in both["shapes"]] == ["line"]
    assert [f[7] for f in both["features"]] == [-1, 0]


def test_hostile_names_arrive_escaped_once(frame: gpd.GeoDataFrame) -> None:
    shown = webmap.shown(webmap.marks(frame), frame["id"], "zh")
    assert webmap.clean(town.HOSTILE) in [f[1] for f in shown["features"]]
    script = webmap.Features(shown).data
    assert "<img" not in script
    assert "</script" not in script
    assert "`" not in script


def test_the_same_content_has_the_same_stamp_and_a_filter_another(frame: gpd.GeoDataFrame) -> None:
    marks, ids = webmap.marks(frame), list(frame["id"])
    stamps = [
        webmap.shown(marks, k, lang)["stamp"] for k, lang in ((ids, "zh"), (ids, "zh"), (ids[1:], "zh"), (ids, "en"))
    ]
    assert stamps[0] == stamps[1]
    assert len(set(stamps)) == 3


def test_labels_follow_the_language(frame: gpd.GeoDataFrame) -> None:
    zh, en = (webmap.shown(webmap.marks(frame), [], lang) for lang in ("zh", "en"))
    assert [c["code"] for c in zh["categories"]] == [c["code"] for c in en["categories"]]
    assert all(a["label"] != b["label"] for a, b in zip(zh["categories"], en["categories"], strict=True))
    assert set(zh["texts"]) == set(en["texts"])


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (LineString([(117, 36), (117.1, 36.1)]), "line"),
        (Polygon([(117, 36), (117.1, 36), (117.1, 36.1)]), "area"),
        (MultiPolygon([Point(117, 36).buffer(0.1), Point(118, 36).buffer(0.1)]), "area"),
    ],
)
def test_shapes_keep_their_kind_and_their_mark_lies_on_them(shape: Polygon, kind: str) -> None:
    assert webmap.compact(shape)[0] == kind
    assert Point(webmap.anchor(shape)).distance(shape) < 1e-9


def test_holes_stay() -> None:
    ring = Point(117, 36).buffer(0.2).difference(Point(117, 36).buffer(0.1))
    assert [len(part) for part in webmap.compact(ring)[1]] == [2]


def test_the_base_is_the_same_each_time_so_that_the_browser_keeps_it() -> None:
    jinan = city.load("370100")
    outlines = webmap.outlines(jinan, Districts.load(jinan))
    first, second = (
        child.base for m in (webmap.base(outlines), webmap.base(outlines)) for child in m._children.values()
    )
    assert first == second
    assert len(outlines["districts"]) == 12
    assert isinstance(webmap.base(outlines), folium.Map)


OWN = [Path(__file__).parents[2] / "static" / name for name in webmap.OWN]


def test_every_script_the_map_asks_for_is_in_the_installed_package(tmp_path: Path) -> None:
    names = [webassets.bundle(webmap.addresses(), OWN, tmp_path, suffix) for suffix in (".js", ".css")]
    assert {p.name for p in tmp_path.iterdir()} == set(names)
    script, style = ((tmp_path / name).read_text(encoding="utf-8") for name in names)
    assert script.index("Leaflet 1.9") < script.index("markerClusterGroup") < script.index("window.planmap = ")
    assert style.index(".leaflet-pane") < style.index(".planmap")


def test_bundling_again_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = webassets.bundle(webmap.addresses(), OWN, tmp_path, ".js")
    monkeypatch.setattr(webassets, "resources", lambda: pytest.fail("read again"))
    assert webassets.bundle(webmap.addresses(), OWN, tmp_path, ".js") == first


def test_another_content_has_another_name(tmp_path: Path) -> None:
    own = tmp_path / "own.js"
    names = set()
    for text in ("a()", "b()"):
        own.write_text(text, encoding="utf-8")
        names.add(webassets.bundle(webmap.addresses(), [own], tmp_path / "vendor", ".js"))
    assert len(names) == 2


def test_an_address_the_package_lacks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"none\.js"):
        webassets.bundle(["https://example.org/none.js"], [], tmp_path, ".js")
    assert list(tmp_path.iterdir()) == []


def test_linked_maps_name_no_other_host() -> None:
    before = {cls: (cls.default_js, cls.default_css) for cls in (webmap.Map, webmap.Planmap)}
    try:
        webmap.link("v/a.js", "v/a.css")
        links = [url for cls in before for kind in (cls.default_js, cls.default_css) for _, url in kind]
        assert links == ["v/a.js", "v/a.css"]
    finally:
        for cls, (js, css) in before.items():
            cls.default_js, cls.default_css = js, css


def test_basemaps_need_their_keys() -> None:
    plain = [b["code"] for b in basemaps.choices(Settings(), "zh")]
    assert plain[0] == "plain"
    assert "tianditu" not in plain
    assert "own" not in plain
    rich = Settings(tianditu_key="k1", basemap_url="https://tiles.example.org/{z}/{x}/{y}.png", basemap_credit="<b>")
    every = {b["code"]: b for b in basemaps.choices(rich, "en")}
    assert {"tianditu", "tianditu_image", "own", "amap", "osm"} <= set(every)
    assert all("tk=k1" in t["url"] for t in every["tianditu"]["tiles"])
    assert len(every["tianditu"]["tiles"]) == 2
    assert every["amap"]["datum"] == "gcj02"


def test_an_address_that_is_no_web_address_is_no_basemap() -> None:
    codes = [b["code"] for b in basemaps.choices(Settings(basemap_url="javascript:alert(1)"), "zh")]
    assert "own" not in codes


WHOLE = (36.0, 116.0, 37.6, 118.0, 9.0)


def many(count: int) -> webmap.Marks:
    places = ((36.2 + k % 997 / 1000, 116.4 + k % 1009 / 1000) for k in range(count))
    return webmap.Marks({f"i{k}": [f"i{k}", "x", k % 15, k % 4, *at, 0, -1] for k, at in enumerate(places)}, [])


def test_of_very_many_features_the_browser_gets_counts_that_add_up() -> None:
    chosen, cells = webmap.thinned(many(100_000), np.arange(100_000), WHOLE, 15)
    assert len(chosen) == 0
    assert 0 < len(cells) < 1000
    assert sum(sum(cell[2]) for cell in cells) == 100_000
    assert [sum(cell[2][k] for cell in cells) for k in (0, 14)] == [6667, 6666]


def test_close_up_the_features_in_view_come_themselves() -> None:
    marks = many(100_000)
    chosen, cells = webmap.thinned(marks, np.arange(100_000), (36.5, 116.9, 36.52, 116.92, 14.0), 15)
    assert cells == []
    assert len(chosen)
    assert all(36.49 <= lat <= 36.53 and 116.89 <= lon <= 116.93 for lat, lon in marks.at[chosen])


def test_the_legend_of_very_many_counts_all_of_them() -> None:
    marks = many(5000)
    shown = webmap.shown(marks, marks.rows, "zh", window=WHOLE)
    assert shown["partial"]
    assert sum(shown["counts"][0]) == sum(shown["counts"][1]) == 5000
    few = webmap.shown(marks, list(marks.rows)[:4000], "zh", window=WHOLE)
    assert not few["partial"]
    assert len(few["features"]) == 4000
