"""The page for people who use a keyboard or a screen reader."""

from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.pages import town

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the package axe-playwright-python")
pytestmark = pytest.mark.browser
# Streamlit's own, which a page cannot change: its table is a canvas with a hidden grid, and its frame has no title
# in the language of the page.
NOT_OURS = {"scrollable-region-focusable", "aria-required-children", "nested-interactive"}


def serious(response: dict[str, Any]) -> list[str]:
    """Return the serious faults found, each with where it is."""
    return [
        f"{v['id']}: {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for v in response["violations"]
        if v["impact"] in ("serious", "critical") and v["id"] not in NOT_OURS
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("panel", ["table", "coverage", "plans", "sheet", "review&lang=en&kind=corridor"])
def test_axe_finds_no_serious_fault(visit: Visit, panel: str) -> None:
    visit.open(f"?panel={panel}")
    visit.choose(town.LINE)
    visit.page.locator(".st-key-details h2").wait_for()
    visit.page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
    assert serious(axe.Axe().run(visit.page).response) == []
    assert serious(axe.Axe().run(visit.frame).response) == []


def test_the_keyboard_reaches_search_filters_map_and_marks(visit: Visit) -> None:
    visit.open()
    reached: set[str] = set()
    visit.page.locator(".st-key-search input").focus()
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.closest('[class*=st-key-]')?.className || ''"))
        inside = visit.frame.evaluate("document.hasFocus() ? document.activeElement.className : ''")
        reached.add(f"map {inside}")
    assert any("st-key-facet-district" in name for name in reached)
    mark = visit.map.locator(".mark, .cluster").first
    mark.focus()
    assert visit.frame.evaluate("document.activeElement.matches('.mark, .cluster')")
