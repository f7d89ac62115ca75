"""The page in a real browser: filters, address, selection, language, escaping."""

import base64
import json
import re

import pytest

from layers.markup import clean
from tests.browser.conftest import Site, Visit, playwright, visiting
from tests.pages import town

pytestmark = pytest.mark.browser
expect = playwright.expect
TOTAL = len(town.names(60))
PLACED = TOTAL - 1
# A PNG of one transparent pixel.
TILE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def test_the_map_shows_every_placed_feature_and_asks_no_other_host(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    expect(visit.page.locator(".pm-brand")).to_contain_text(f"显示 {TOTAL} / {TOTAL} 项 · 已落图 {PLACED} · 未落图 1")
    expect(visit.map.locator(".district-name span", has_text="历下")).to_be_visible()
    visit.shot("zh-1440")
    assert visit.outside == []


def test_a_filter_changes_map_counts_table_and_address_without_loading_the_map_anew(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    visit.frame.evaluate("window.mine = 1")
    visit.page.locator(".st-key-facet-kind").get_by_role("button", name=re.compile("廊道")).click()
    visit.drawing(1)
    assert visit.drawn() == [town.LINE]
    assert visit.frame.evaluate("window.mine") == 1
    expect(visit.page).to_have_url(re.compile("kind=corridor"))
    expect(visit.page.locator(".st-key-panel")).to_contain_text("列表 1")
    # The counts of the other facets follow; its own do not.
    expect(visit.page.locator(".st-key-facet-category")).not_to_contain_text("产业")
    expect(visit.page.locator(".st-key-facet-kind")).to_contain_text("项目")
    visit.page.locator(".st-key-tags").get_by_role("button", name="廊道").click()
    visit.drawing(PLACED)
    expect(visit.page).not_to_have_url(re.compile("kind="))


def test_panning_and_zooming_ask_the_server_nothing_but_stand_in_the_address(visit: Visit) -> None:
    sent: list[object] = []
    visit.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    visit.open().drawing(PLACED)
    box = visit.page.locator(".st-key-map-box iframe").bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = len(sent)
    visit.page.mouse.wheel(0, -400)
    expect(visit.page).to_have_url(re.compile(r"at=\d+\.\d+(%2C|,)\d+\.\d+(%2C|,)\d+"))
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 300, box["y"] + 200, steps=5)
    visit.page.mouse.up()
    assert len(sent) == before


def test_an_address_opens_the_same_view(visit: Visit) -> None:
    visit.open("?lang=en&district=%E5%8E%86%E4%B8%8B&at=36.7000,117.1000,11&panel=coverage")
    expect(visit.page.locator(".pm-brand h1")).to_have_text("Plans of Jinan on the map")
    expect(visit.page.locator(".st-key-tags")).to_contain_text("Lixia")
    view = visit.frame.evaluate("[planmap.state.map.getCenter().lat, planmap.state.map.getZoom()]")
    assert view == pytest.approx([36.7, 11], abs=0.001)
    expect(visit.page.locator(".pm-bars").first).to_be_visible()


def test_nonsense_in_an_address_is_ignored(visit: Visit) -> None:
    visit.open("?lang=xx&district=nowhere&feature=%3Cscript%3E&at=a,b,c&panel=9&investment=x~y&base=evil").drawing(
        PLACED
    )
    expect(visit.page.locator(".pm-brand")).to_contain_text(f"显示 {TOTAL} / {TOTAL}")


def test_a_click_on_the_map_shows_details_with_the_very_sentence_and_marks_the_row(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    visit.choose(town.PARK)
    details = visit.page.locator(".st-key-details")
    expect(details.locator("h2")).to_have_text(town.PARK)
    expect(details.locator("q")).to_have_text(town.sentence(town.PARK).strip())
    expect(details.locator("mark").first).to_have_text(town.PARK)
    expect(details).to_contain_text("第一章/一")
    expect(details).to_contain_text("示范科技园")
    expect(visit.page).to_have_url(re.compile("feature="))
    visit.shot("zh-details")
    # What it is part of is a link to that feature.
    details.get_by_role("button", name=town.AREA).click()
    expect(details.locator("h2")).to_have_text(town.AREA)


def test_what_is_picked_on_the_map_comes_first_in_the_table(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    first = visit.page.locator('[data-testid="stDataFrame"] table tbody tr').first
    expect(first).to_be_attached()
    assert "样例园区50号" not in first.inner_text()
    visit.choose("样例园区50号")
    expect(first).to_contain_text("样例园区50号")


def test_a_row_of_the_table_selects_on_the_map(visit: Visit) -> None:
    visit.open("?search=" + town.PARK).drawing(1)
    # The table is drawn on a canvas: the first row lies under the heading.
    box = visit.page.locator('[data-testid="stDataFrame"]').bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 120, box["y"] + 52)
    expect(visit.page.locator(".st-key-details h2")).to_have_text(town.PARK)
    visit.frame.wait_for_function("planmap.state.selected !== null")


def test_search_by_initials_finds_and_a_hit_flies_there(visit: Visit) -> None:
    visit.open()
    visit.search("ylkjy")
    visit.page.locator(".st-key-hits").get_by_role("button", name=town.PARK).click()
    expect(visit.page.locator(".st-key-details h2")).to_have_text(town.PARK)
    visit.frame.wait_for_function("planmap.state.map.getZoom() > 12")


def test_nothing_left_says_so_and_offers_what_to_loosen(visit: Visit) -> None:
    visit.open("?kind=corridor&search=" + town.PARK)
    expect(visit.page.get_by_text("没有符合全部条件的要素")).to_be_visible()
    visit.page.get_by_role("button", name=re.compile("去掉“廊道”")).click()
    visit.drawing(1)


def test_the_switch_changes_every_text(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    visit.page.locator(".st-key-lang").get_by_text("EN").click()
    expect(visit.page.locator(".pm-brand h1")).to_have_text("Plans of Jinan on the map")
    expect(visit.map.locator(".legend .head")).to_contain_text("Legend")
    expect(visit.map.locator(".district-name span", has_text="Lixia")).to_be_visible()
    visit.shot("en-1440")
    sidebar = visit.page.locator('section[data-testid="stSidebar"]')
    chinese = sidebar.get_by_text(re.compile("[一-鿿]")).filter(has_not_text="样例市发展规划")
    expect(chinese).to_have_count(0)  # the filters may be drawn after the map
    left = re.sub("|".join(map(re.escape, ["样例市发展规划"])), "", sidebar.inner_text())
    assert re.findall("[一-鿿]+", left) == []


def test_the_guide_comes_once(visit: Visit) -> None:
    visit.open()
    visit.page.locator(".st-key-guide-close button").click()
    expect(visit.page.locator(".st-key-guide")).to_have_count(0)
    visit.page.wait_for_function("document.cookie.includes('planmap_guide=seen')")
    visit.open()
    visit.drawing(PLACED)
    expect(visit.page.locator(".st-key-details")).to_contain_text("单击图上要素")
    assert visit.page.locator(".st-key-guide").count() == 0


def test_search_looks_into_the_sentences_of_the_plans(visit: Visit) -> None:
    visit.open()
    visit.search("并完善配套")
    hits = visit.page.locator(".st-key-hits")
    expect(hits).to_contain_text(f"另有 {TOTAL} 项")
    hits.get_by_role("button").first.click()
    expect(visit.page.locator(".st-key-details q")).to_contain_text("并完善配套")


def test_a_year_in_the_address_narrows_and_stands_as_a_tag(visit: Visit) -> None:
    visit.open("?year=2030~")
    expect(visit.page.locator(".st-key-tags")).to_contain_text("年份 2030~")
    assert 0 < len(visit.drawn()) < PLACED


def test_the_legend_switches_layers(visit: Visit) -> None:
    visit.open().drawing(PLACED)
    row = visit.map.locator('.legend [data-category="spatial"]')
    count = int(row.locator(".n").inner_text())
    row.click()
    visit.drawing(PLACED - count)
    expect(row).to_have_attribute("aria-pressed", "false")
    row.click()
    visit.drawing(PLACED)


def test_names_from_plans_never_run(visit: Visit) -> None:
    visit.open("?at=36.66,116.88,12").drawing(PLACED)
    assert clean(town.HOSTILE) in visit.drawn()
    visit.choose(clean(town.HOSTILE))
    expect(visit.page.locator(".st-key-details h2")).to_have_text(town.HOSTILE)
    visit.search("img src")
    visit.drawing(1)
    visit.frame.evaluate("Object.values(planmap.state.marks.values().next().value)[0]")
    assert visit.page.evaluate("window.hacked") is None
    assert visit.frame.evaluate("window.hacked") is None
    assert visit.page.locator("img[src=x]").count() == 0


def test_what_has_no_place_is_listed_with_its_reason(visit: Visit) -> None:
    visit.open("?panel=unplaced")
    expect(visit.page.get_by_text("以下 1 项未能落图")).to_be_visible()


def test_what_is_shown_downloads_as_geojson(visit: Visit) -> None:
    visit.open("?search=" + town.PARK).drawing(1)
    visit.page.get_by_role("button", name="下载").click()
    with visit.page.expect_download() as waiting:
        visit.page.locator(".st-key-download-geojson button").click()
    found = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [f["properties"]["name"] for f in found["features"]] == [town.PARK]


def test_a_basemap_that_does_not_load_leaves_the_plain_one_and_a_note(
    chromium: "playwright.Browser", site: Site
) -> None:
    for visit in visiting(chromium, site):
        visit.open().drawing(PLACED)
        visit.map.locator(".ground select").select_option("osm")
        expect(visit.map.locator(".note")).to_contain_text("底图无法加载")
        expect(visit.map.locator(".ground select")).to_have_value("plain")
        assert visit.outside
        assert all("openstreetmap.org" in url for url in visit.outside)


def test_over_gcj02_tiles_everything_is_shifted_and_said_so(chromium: "playwright.Browser", site: Site) -> None:
    for visit in visiting(chromium, site):
        visit.open().drawing(PLACED)
        visit.page.route(
            "**/appmaptile**", lambda route: route.fulfill(status=200, body=TILE, content_type="image/png")
        )
        moved = visit.frame.evaluate(
            """() => { const p = () => planmap.state.marks.values().next().value.getLatLng();
            const before = p(); planmapControls.setBasemap("amap"); return before.distanceTo(p()); }"""
        )
        assert 450 < moved < 600
        expect(visit.map.locator(".note")).to_contain_text("GCJ-02")


def test_an_own_basemap_may_be_addressed_as_wmts(chromium: "playwright.Browser", site: Site) -> None:
    asked: list[str] = []

    def answer(route: "playwright.Route") -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, body=TILE, content_type="image/png")

    for visit in visiting(chromium, site):
        visit.open().drawing(PLACED)
        visit.page.route(re.compile(r"/wmts\?"), answer)
        visit.frame.evaluate(
            """() => {
                const url = "/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={tilecol}";
                const own = { code: "own", label: "own", datum: "wgs84", tiles: [{ url, credit: "" }] };
                planmap.state.data.basemaps.push(own);
                planmapControls.setBasemap("own");
            }"""
        )
        visit.map.locator(".leaflet-tile-loaded").first.wait_for()
        assert asked
        assert all(re.search(r"TILEMATRIX=\d+&TILEROW=\d+&TILECOL=\d+$", url) for url in asked)


def test_on_a_phone_the_map_is_in_sight_and_filters_and_legend_are_a_click_away(
    chromium: "playwright.Browser", site: Site
) -> None:
    for visit in visiting(chromium, site, 390, 844):
        visit.open().drawing(PLACED)
        sidebar = visit.page.locator('[data-testid="stSidebar"]')
        expect(sidebar).not_to_be_in_viewport()
        expect(visit.map.locator(".legend.closed")).to_have_count(1)
        box = visit.page.locator(".st-key-map-box iframe").bounding_box()
        assert box and box["width"] > 340 and box["y"] < 200
        expect(visit.map.locator(".pointer")).to_contain_text("EPSG:4548")
        scale, pointer = (visit.map.locator(c).bounding_box() for c in (".leaflet-control-scale-line", ".pointer"))
        assert scale and pointer and scale["x"] + scale["width"] <= pointer["x"]
        visit.shot("zh-390")
        visit.map.locator(".legend .head").click()
        expect(visit.map.locator(".legend .row").first).to_be_visible()
        opener = visit.page.locator('[data-testid="stExpandSidebarButton"]')
        at = opener.bounding_box()
        assert at and at["y"] >= 0 and at["height"] >= 20
        opener.click()
        expect(visit.page.locator(".st-key-search input")).to_be_in_viewport()
        visit.shot("zh-390-filters")
    for visit in visiting(chromium, site):
        visit.open()
        expect(visit.page.locator(".st-key-search input")).to_be_in_viewport()
        expect(visit.map.locator(".legend.closed")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 800)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_or_covered(
    chromium: "playwright.Browser", site: Site, width: int, height: int, lang: str
) -> None:
    for visit in visiting(chromium, site, width, height):
        visit.open(f"?lang={lang}").drawing(PLACED)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        box = visit.page.locator(".st-key-map-box iframe").bounding_box()
        assert box and box["height"] >= 430 and box["width"] > width * 0.45
        cut = visit.map.locator(".legend").evaluate("(e) => e.getBoundingClientRect().bottom > innerHeight")
        assert not cut
        visit.shot(f"{lang}-{width}")
