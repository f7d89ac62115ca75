"""Comparing plans, ranges, columns, sheets and reasons, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from tests.browser.conftest import Site, Visit, playwright, serve, visiting
from tests.conftest import FIRST
from tests.pages import town

pytestmark = pytest.mark.browser
expect = playwright.expect
LATER = (
    FIRST.replace("总投资12亿元", "总投资15亿元").replace("云岫文化馆", "云岫美术馆").replace("2024—2028", "2025—2029")
)


@pytest.fixture(scope="module")
def two_plans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose layers were built from two plans, the second a later word on the first."""
    folder: Path = tmp_path_factory.mktemp("two")
    plans = folder / "plans"
    plans.mkdir()
    for name, text in (("earlier.txt", FIRST), ("later.txt", LATER)):
        (plans / name).write_text(text, encoding="utf-8")
    pipeline.build([plans], folder / "layers", town.ADCODE)
    yield from serve(folder)


@pytest.fixture
def compared(chromium: "playwright.Browser", two_plans: Site) -> Iterator[Visit]:
    for one in visiting(chromium, two_plans):
        yield one
        assert one.outside == []
        assert one.errors == []


def test_against_a_plan_only_the_new_and_the_changed_are_left(compared: Visit) -> None:
    compared.open("?against=earlier")
    expect(compared.page.locator(".st-key-tags")).to_contain_text("新增或变化")
    side = compared.page.locator('section[data-testid="stSidebar"]')
    expect(side).to_contain_text("新增 1 项 · 变化 1 项")
    expect(compared.page.locator(".pm-brand")).to_contain_text("显示 2 /")
    compared.search("阜台")
    compared.page.locator(".st-key-hits").get_by_role("button").first.click()
    expect(compared.page.locator(".st-key-details")).to_contain_text("12 → 15")
    tag = compared.page.locator(".st-key-tags").get_by_role("button", name="新增或变化")
    tag.click()
    expect(tag).to_have_count(0)
    expect(compared.page).not_to_have_url(re.compile("against="))


def test_what_a_range_of_sums_leaves_is_said_and_taken_off(compared: Visit) -> None:
    compared.open()
    low = compared.page.locator(".st-key-range-investment-from input")
    low.fill("10")
    low.press("Enter")
    expect(compared.page.locator(".pm-brand")).to_contain_text("显示 1 /")
    expect(compared.page).to_have_url(re.compile("investment=10"))
    compared.page.locator(".st-key-tags").get_by_role("button", name="投资").click()
    expect(compared.page).not_to_have_url(re.compile("investment="))


def test_why_a_name_was_read_so_is_told_on_demand(compared: Visit) -> None:
    compared.open()
    compared.frame.evaluate("planmap.api.choose(planmap.state.data.features[0][0])")
    details = compared.page.locator(".st-key-details")
    details.get_by_text("为什么这样识别").click()
    expect(details).to_contain_text("识别方式")
    expect(details).to_contain_text(re.compile(r"把握\s*\d+%"))


def test_columns_are_chosen_and_stay(visit: Visit) -> None:
    visit.open()
    visit.page.locator(".st-key-table-tools").get_by_role("button", name="列").click()
    picked = visit.page.locator(".st-key-columns")
    picked.get_by_role("button", name="误差半径").click()
    picked.get_by_role("button", name="规划").click()
    expect(picked.get_by_role("button", name="误差半径")).to_have_attribute("aria-pressed", "true")
    table = visit.page.locator('[data-testid="stDataFrame"] table')
    expect(table).to_contain_text("误差半径")
    expect(table).not_to_contain_text("样例市发展规划")


def test_the_sheet_of_what_is_seen_shows_before_it_is_taken(visit: Visit) -> None:
    visit.open("?panel=sheet&kind=area")
    expect(visit.page.get_by_text("共 1 项，其中 1 项可上图")).to_be_visible()
    visit.page.locator(".st-key-sheet-preview button").click()
    expect(visit.page.locator('[data-testid="stImage"] img')).to_be_visible(timeout=60_000)
    visit.shot("zh-sheet")
    with visit.page.expect_download(timeout=60_000) as waiting:
        visit.page.locator(".st-key-sheet-svg button").click()
    assert waiting.value.path().read_bytes().startswith(b"<?xml")


def test_a_sheet_of_the_window_holds_what_the_map_shows_only(visit: Visit) -> None:
    visit.open("?panel=sheet&at=36.55,116.75,13,600,400")
    expect(visit.page.locator(".st-key-sheet-window")).to_be_visible()
    counted = visit.page.get_by_text(re.compile("共 \\d+ 项，其中"))
    before = counted.inner_text()
    visit.page.locator(".st-key-sheet-preview button").click()
    expect(visit.page.locator('[data-testid="stImage"] img')).to_be_visible(timeout=60_000)
    visit.shot("zh-sheet-window")
    visit.page.locator(".st-key-sheet-window label").click()
    expect(counted).not_to_have_text(before)
