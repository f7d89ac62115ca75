"""Very many features: the browser gets counts by cell, and the features themselves where it looks closely."""

from collections.abc import Iterator

import pytest

from benchmarks import crowd
from pages.map import columns
from tests.browser.conftest import Site, playwright, serve, visiting

pytestmark = pytest.mark.browser
expect = playwright.expect
COUNT = 6000
CELLS = "planmap.state.data.cells.reduce((sum, cell) => sum + cell[2].reduce((a, b) => a + b, 0), 0)"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("crowd")
    (folder / "plans").mkdir()
    yield from serve(crowd.make(COUNT, folder))


def test_counts_stand_for_the_features_until_one_looks_closely(chromium: "playwright.Browser", crowded: Site) -> None:
    for visit in visiting(chromium, crowded):
        visit.open()
        data = visit.frame.evaluate("({ features: planmap.state.data.features.length, cells: " + CELLS + " })")
        assert data["features"] == 0
        assert 4000 < data["cells"] <= COUNT
        expect(visit.page.locator(".st-key-table-tools")).to_contain_text(f"列出前 {columns.MOST} 项（共 {COUNT} 项）")
        visit.shot("zh-crowd")
        visit.frame.evaluate("planmap.state.map.setView([36.66, 117.0], 14, { animate: false })")
        visit.frame.wait_for_function("planmap.state.data.features.length > 0")
        assert visit.frame.evaluate("planmap.state.data.cells.length") == 0
        near = visit.frame.evaluate("planmap.state.data.features.every((f) => Math.abs(f[4] - 36.66) < 0.2)")
        assert near
        assert visit.errors == []
        assert visit.outside == []
