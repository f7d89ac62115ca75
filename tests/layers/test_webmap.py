"""The web map: escaping, what is sent to the browser, and scripts from the installed package only."""

import json
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import city
from errors import CallError
from geo.districts import Districts
from layers import basemaps, build, marks, markup, webassets, webmap
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
    safe = markup.clean(text)
    assert not set(safe) & set("<>\"'`{}\\")
    assert not any(ord(c) < 32 and c not in "\t\n" for c in safe)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x)))
def test_script_json_reads_back_and_cannot_end_a_script(value: object) -> None:
    text = markup.script_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_text_direction_cannot_be_turned_by_a_name() -> None:
    assert markup.clean("a\u202eb\u2066c") == "abc"


def test_every_placed_feature_has_a_mark_and_no_other(frame: gpd.GeoDataFrame) -> None:
    every = webmap.shown(marks.marks(frame), np.arange(len(frame)), "zh")
    assert [f[0] for f in every["features"]] == list(frame.loc[frame.geometry.notna(), "id"])


def test_only_the_shapes_of_what_is_shown_are_sent(frame: gpd.GeoDataFrame) -> None:
    made = marks.marks(frame)
    row = {name: k for k, name in enumerate(frame["name"])}
    only_points = webmap.shown(made, np.array([row[town.PARK]]), "zh")
    assert only_points["shapes"] == []
    both = webmap.shown(made, np.array([row[town.PARK], row[town.LINE]]), "zh")
    assert [s[0] for s in both["shapes"]] == ["line"]
    assert [f[7] for f in both["features"]] == [-1, 0]


def test_hostile_names_arrive_escaped_once(frame: gpd.GeoDataFrame) -> None:
    shown = webmap.shown(marks.marks(frame), np.arange(len(frame)), "zh")
    assert markup.clean(town.HOSTILE) in [f[1] for f in shown["features"]]
    script = webmap.Features(shown).data
    assert "<img" not in script
    assert "</script" not in script
    assert "`" not in script


def test_the_same_content_has_the_same_stamp_and_a_filter_another(frame: gpd.GeoDataFrame) -> None:
    made, rows = marks.marks(frame), np.arange(len(frame))
    stamps = [
        webmap.shown(made, k, lang)["stamp"] for k, lang in ((rows, "zh"), (rows, "zh"), (rows[1:], "zh"), (rows, "en"))
    ]
    assert stamps[0] == stamps[1]
    assert len(set(stamps)) == 3


def test_labels_follow_the_language(frame: gpd.GeoDataFrame) -> None:
    zh, en = (webmap.shown(marks.marks(frame), np.arange(0), lang) for lang in ("zh", "en"))
    assert [c["code"] for c in zh["categories"]] == [c["code"] for c in en["categories"]]
    assert all(a["label"] != b["label"] for a, b in zip(zh["categories"], en["categories"], strict=True))
    assert set(zh["texts"]) == set(en["texts"])


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
