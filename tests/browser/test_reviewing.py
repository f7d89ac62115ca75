"""Reviewing and placing by hand, in two real browsers at once."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Site, Visit, playwright, serve, visiting
from tests.pages import town

pytestmark = pytest.mark.browser
expect = playwright.expect


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve(town.make(tmp_path_factory.mktemp("own"), 20))


def sign(visit: Visit, name: str, who: str) -> None:
    visit.choose(name)
    expect(visit.page.locator(".st-key-details h2")).to_have_text(name)
    field = visit.page.locator(".st-key-reviewer input")
    field.fill(who)
    field.press("Enter")
    expect(visit.page.locator(".st-key-do-confirmed button")).to_be_enabled()


def test_nobody_reviews_without_a_name(chromium: "playwright.Browser", own_site: Site) -> None:
    for visit in visiting(chromium, own_site):
        visit.open()
        visit.choose(town.PARK)
        expect(visit.page.locator(".st-key-do-confirmed button")).to_be_disabled()


def test_the_name_is_known_after_a_reload_and_forgotten_when_taken_out(
    chromium: "playwright.Browser", own_site: Site
) -> None:
    who = "王敏; Path=/<b>"
    for visit in visiting(chromium, own_site):
        visit.open()
        sign(visit, town.PARK, who)
        visit.settled()
        field = visit.page.locator(".st-key-reviewer input")
        visit.open()
        visit.choose(town.PARK)
        expect(field).to_have_value(who)
        expect(visit.page.locator(".st-key-do-confirmed button")).to_be_enabled()
        field.fill("")
        field.press("Enter")
        expect(visit.page.locator(".st-key-do-confirmed button")).to_be_disabled()
        visit.settled()
        visit.open()
        visit.choose(town.PARK)
        expect(field).to_have_value("")


def test_what_one_confirms_the_other_sees_and_nothing_is_lost(chromium: "playwright.Browser", own_site: Site) -> None:
    for first in visiting(chromium, own_site):
        for second in visiting(chromium, own_site):
            first.open()
            second.open()
            sign(first, town.PARK, "甲")
            sign(second, town.PARK, "乙")
            first.page.locator(".st-key-do-confirmed button").click()
            details = first.page.locator(".st-key-details")
            expect(details).to_contain_text("已确认")
            expect(details).to_contain_text("甲 · ")
            # The second one has not seen this yet: their decision is not written over it, and they are told.
            second.page.locator(".st-key-do-rejected button").click()
            other = second.page.locator(".st-key-details")
            expect(other.locator('[data-testid="stAlert"]')).to_contain_text("甲")
            expect(other).to_contain_text("已确认")
            second.page.locator(".st-key-undo button").click()
            expect(other).to_contain_text("未复核")


def test_an_unplaced_thing_gets_a_place_by_a_click_on_the_map(chromium: "playwright.Browser", own_site: Site) -> None:
    for visit in visiting(chromium, own_site):
        visit.open()
        before = len(visit.drawn())
        visit.search(town.LOST)
        visit.page.locator(".st-key-hits").get_by_role("button", name=town.LOST).click()
        field = visit.page.locator(".st-key-reviewer input")
        field.fill("丙")
        field.press("Enter")
        expect(visit.page.locator(".st-key-do-confirmed button")).to_be_enabled()
        # One click from the list: for what has no place the ways to give it one stand open.
        visit.page.locator(".st-key-draw-point button").click()
        expect(visit.map.locator(".edit-bar")).to_be_visible()
        visit.shot("zh-placing")
        frame = visit.page.locator(".st-key-map-box iframe").bounding_box()
        assert frame
        visit.page.mouse.click(frame["x"] + 300, frame["y"] + 150)
        visit.map.locator(".edit_save").click()
        visit.page.locator(".st-key-save-place button").click()
        expect(visit.page.locator(".st-key-details")).to_contain_text("人工更正")
        visit.page.locator(".st-key-tags").get_by_role("button", name=town.LOST).click()
        visit.drawing(before + 1)


def test_pasted_gcj02_coordinates_land_in_wgs84(chromium: "playwright.Browser", own_site: Site) -> None:
    for visit in visiting(chromium, own_site):
        visit.open()
        sign(visit, town.PARK, "丁")
        visit.page.get_by_text("指定位置").click()
        expect(visit.page.locator(".st-key-draw-point button")).to_be_visible()
        visit.page.locator(".st-key-datum").get_by_text("GCJ-02").click()
        field = visit.page.get_by_role("textbox", name="坐标（度）")
        field.fill("36.6758, 117.0009")
        field.press("Enter")
        taken = visit.page.locator(".st-key-take-pasted button")
        expect(taken).to_contain_text("116.99")
        taken.click()
        visit.page.locator(".st-key-save-place button").click()
        expect(visit.page.locator(".st-key-details")).to_contain_text("人工更正")


def choose_rows(visit: Visit, count: int) -> None:
    """Mark the first rows of the table (a canvas: its marks stand in the first column, 30 pixels a row)."""
    table = visit.page.locator('[data-testid="stDataFrame"]')
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    for row in range(count):
        visit.page.mouse.click(box["x"] + 18, box["y"] + 45 + 30 * row)


def test_several_rows_are_reviewed_at_once_and_taken_back_at_once(
    chromium: "playwright.Browser", own_site: Site
) -> None:
    for visit in visiting(chromium, own_site):
        visit.open()
        sign(visit, town.PARK, "戊")
        visit.page.locator(".st-key-close button").first.click()
        expect(visit.page.locator(".st-key-details h2")).to_contain_text("总览")
        visit.settled()
        choose_rows(visit, 3)
        bar = visit.page.locator(".st-key-several")
        expect(bar).to_contain_text("已选 3 项")
        visit.page.locator(".st-key-all-confirmed button").click()
        confirmed = visit.page.locator(".st-key-facet-review").get_by_role("button", name="已确认")
        expect(confirmed).to_contain_text("3")
        visit.shot("zh-several")
        visit.page.locator(".st-key-all-undo button").click()
        expect(confirmed).to_have_count(0)
        visit.page.locator(".st-key-panel").get_by_text("复核").click()
        expect(visit.page.locator(".st-key-work")).to_contain_text("已复核 0 /")


def test_what_is_rejected_is_struck_out_and_can_be_left_out(chromium: "playwright.Browser", own_site: Site) -> None:
    for visit in visiting(chromium, own_site):
        visit.open()
        total = len(visit.drawn())
        expect(visit.map.locator(".legend .rejected")).to_have_count(0)
        details = visit.page.locator(".st-key-details")
        sign(visit, town.PARK, "庚")
        for done, name in enumerate((town.PARK, town.LINE, town.AREA), start=1):
            visit.choose(name)
            expect(details.locator("h2")).to_have_text(name)
            visit.settled()
            visit.page.locator(".st-key-do-rejected button").click()
            expect(visit.map.locator(".legend .rejected .n")).to_have_text(str(done))
            expect(details.locator(".pm-kind")).to_contain_text("已否定")
        expect(details).to_contain_text("review = rejected")
        looks = visit.frame.evaluate(
            """(name) => { const { state, api } = planmap, f = state.data.features;
            const line = [...state.marks.values()].find((m) => m.feature[1] === name);
            return [f.filter((one) => one[8]).length, line.options.dashArray, line.options.opacity]; }""",
            town.LINE,
        )
        assert looks[:2] == [3, "1 8"]
        assert looks[2] < 0.6
        visit.settled()
        visit.shot("zh-rejected")
        visit.page.locator(".st-key-facet-review").get_by_role("button", name="未").click()
        visit.drawing(total - 3)


def test_work_lists_follow_what_was_done(chromium: "playwright.Browser", own_site: Site) -> None:
    total = len(town.names(20))
    for visit in visiting(chromium, own_site):
        visit.open("?panel=review")
        work = visit.page.locator(".st-key-work")
        expect(work).to_contain_text(f"已复核 0 / {total} 项")
        visit.page.locator(".st-key-next button").click()
        # The least sure of its place is the one that has none.
        expect(visit.page.locator(".st-key-details h2")).to_have_text(town.LOST)
        field = visit.page.locator(".st-key-reviewer input")
        field.fill("己")
        field.press("Enter")
        visit.page.locator(".st-key-do-rejected button").click()
        expect(work).to_contain_text(f"已复核 1 / {total} 项")
        # It has left the table, and is still what one looks at, whatever is done next.
        expect(visit.page.locator(".st-key-details h2")).to_have_text(town.LOST)
        visit.page.locator(".st-key-work-list").get_by_text("我复核的").click()
        expect(work).to_contain_text("由我复核 1 项")
        expect(visit.page.locator(".st-key-details h2")).to_have_text(town.LOST)
        visit.page.locator(".st-key-work-list").get_by_text("本区县未复核").click()
        visit.page.locator(".st-key-pick-district").click()
        visit.page.get_by_role("option", name="槐荫").click()
        expect(work).to_contain_text(f"已复核 0 / {total // 4} 项")
        visit.shot("zh-work")
