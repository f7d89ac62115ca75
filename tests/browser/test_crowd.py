"""Very many features: the browser gets counts by cell, and the features themselves where it looks closely."""

import contextlib
import re
from collections.abc import Iterator

import pytest

from benchmarks import crowd
from benchmarks.page import RESTING
from layers import build, marks
from pages.map import columns
from tests.browser.conftest import TRIES, Site, Visit, playwright, serve, visiting
from tests.pages import town

pytestmark = pytest.mark.browser
expect = playwright.expect
COUNT = 48_000
HEAVIEST = 3_000_000
TOTAL = "planmap.state.data.cells.reduce((sum, cell) => sum + cell[2].reduce((a, b) => a + b, 0), 0)"
LEGEND = "planmap.state.data.counts.flat().reduce((a, b) => a + b, 0)"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("crowd")
    (folder / "plans").mkdir()
    yield from serve(crowd.make(COUNT, folder))


@pytest.fixture
def visit(chromium: "playwright.Browser", crowded: Site) -> Iterator[Visit]:
    for one in visiting(chromium, crowded):
        one.page.set_default_timeout(60_000)
        yield one
        assert one.errors == []
        assert one.outside == []


def look(visit: Visit, lat: float, lon: float, zoom: int) -> None:
    """Move the map, and wait until what it shows there has come."""
    visit.frame.evaluate(f"planmap.state.map.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")
    visit.frame.wait_for_function(f"Math.abs(planmap.state.data.window[4] - {zoom}) < 0.1", timeout=60_000)


def test_counts_stand_for_the_features_until_one_looks_closely_and_every_view_is_light(visit: Visit) -> None:
    told: list[int] = []
    visit.page.on("websocket", lambda socket: socket.on("framereceived", lambda data: told.append(len(data))))
    visit.open()
    visit.frame.wait_for_function("planmap.state.data.cells.length > 0 && planmap.state.data.features.length === 0")
    assert COUNT / 2 < visit.frame.evaluate(TOTAL) <= COUNT
    expect(visit.page.locator(".st-key-table-tools")).to_contain_text(f"列出前 {columns.MOST} 项（共 {COUNT} 项）")
    visit.shot("zh-crowd")
    assert sum(told) < HEAVIEST
    for zoom in (11, 13, 16):
        before = sum(told)
        look(visit, 36.66, 117.0, zoom)
        assert 0 < sum(told) - before < HEAVIEST
    assert visit.frame.evaluate("planmap.state.data.cells.length") == 0
    features = visit.frame.evaluate("planmap.state.data.features.filter((f) => f[7] < 0).map((f) => [f[4], f[5]])")
    assert 0 < len(features) <= marks.MOST
    assert all(abs(lat - 36.66) < 0.1 and abs(lon - 117.0) < 0.1 for lat, lon in features)
    visit.shot("zh-crowd-close")


def test_filters_hold_in_counts_and_close_up(visit: Visit) -> None:
    frame = crowd.frame(COUNT)
    areas = int(((frame["kind"] == "area") & frame.geometry.notna()).sum())
    visit.open()
    brand = visit.page.locator(".pm-brand", has_text=f"已落图 {areas}")
    for _ in range(TRIES):
        visit.page.locator(".st-key-facet-kind").get_by_role("button", name=re.compile("片区")).click()
        with contextlib.suppress(playwright.TimeoutError):
            brand.wait_for(timeout=20_000)
            break
    expect(brand).to_be_visible()
    visit.frame.wait_for_function(f"{LEGEND} === {areas}", timeout=60_000)
    look(visit, 36.66, 117.0, 15)
    kinds = dict(zip(frame["id"], frame["kind"], strict=True))
    shown = visit.frame.evaluate("planmap.state.data.features.map((f) => f[0])")
    assert shown
    assert {kinds[key] for key in shown} == {"area"}


def test_a_feature_found_by_search_is_flown_to_and_its_details_show(visit: Visit) -> None:
    frame = crowd.frame(COUNT)
    row = frame[(frame["precision"] == "exact") & (frame.geometry.geom_type == "Point")].iloc[-1]
    visit.open()
    visit.search(row["name"])
    visit.page.locator(".st-key-hits button").first.click()
    expect(visit.page.locator(".st-key-details h2")).to_have_text(row["name"])
    visit.page.locator(".st-key-tags").get_by_role("button", name=re.compile("“")).click()
    visit.frame.wait_for_function(f"planmap.state.selected === '{row['id']}' && planmap.state.data.partial")
    visit.frame.wait_for_function("planmap.state.map.getZoom() > 12")
    at = visit.frame.evaluate("[planmap.state.map.getCenter().lat, planmap.state.map.getCenter().lng]")
    assert at == pytest.approx([row.geometry.y, row.geometry.x], abs=0.05)


def test_what_stands_at_one_place_opens_as_a_list(visit: Visit) -> None:
    frame = crowd.frame(COUNT)
    together = frame[frame["precision"] == "district"]
    # More than are sent at once: the page is asked for the list.
    wkb = together.geometry.to_wkb()
    place = together[wkb == wkb.mode()[0]]
    assert len(place) > marks.MOST
    x, y = place.geometry.iloc[0].representative_point().coords[0]
    visit.open(f"?at={y:.4f},{x:.4f},18,900,600")
    look(visit, y, x, 18)
    visit.map.locator(".cluster", has_text=re.compile(r"\d{4}")).first.click()
    popup = visit.map.locator(".place-list")
    expect(popup.locator("p").first).to_contain_text("此处共")
    expect(popup.locator("button")).to_have_count(marks.LISTED)
    expect(popup.locator(".rest")).to_contain_text(f"列出前 {marks.LISTED} 项")
    name = popup.locator("button span").first.inner_text()
    popup.locator("button").first.click()
    expect(visit.page.locator(".st-key-details h2")).to_have_text(name)


def test_a_review_shows_at_once_and_nothing_else_changes(visit: Visit, crowded: Site) -> None:
    key = build.read(crowded.folder / "layers" / town.ADCODE).frame["id"].iloc[0]
    visit.open(f"?feature={key}")
    visit.page.locator(RESTING).wait_for()
    field, button = visit.page.locator(".st-key-reviewer input"), visit.page.locator(".st-key-do-confirmed button")
    for _ in range(TRIES):
        field.fill("")
        field.fill("甲")
        field.press("Enter")
        with contextlib.suppress(playwright.TimeoutError):
            visit.page.locator(".st-key-do-confirmed button:enabled").wait_for(timeout=15_000)
            break
    expect(button).to_be_enabled()
    visit.page.locator(".st-key-details").get_by_role("button", name="确认").click()
    expect(visit.page.locator(".st-key-details")).to_contain_text("甲")
    expect(visit.page.locator(".st-key-facet-review")).to_contain_text(re.compile("已确认.1"))
    expect(visit.page.locator(".pm-brand")).to_contain_text(f"显示 {COUNT} / {COUNT} 项")
