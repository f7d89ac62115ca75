"""The picture of the page in the README, made from the layers of the repository: `README_PICTURE=1 pytest …`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, SHOTS, Site, serve, visiting

pytestmark = pytest.mark.browser
LAYERS = ROOT / "data" / "layers"
# A place whose neighbourhood shows lines, areas, clusters and labels.
VIEW = "?at=36.6560,116.9050,12"


@pytest.fixture
def city_site(tmp_path: Path) -> Iterator[Site]:
    """The page on the layers of the repository, with no plan file: a picture must hold no sentence of a plan."""
    if not (LAYERS / "370100" / "index.json").is_file():
        pytest.skip("no built layers in data/layers")
    (tmp_path / "layers").symlink_to(LAYERS)
    yield from serve(tmp_path)


def test_the_layers_of_the_repository_show_without_any_plan_file(
    chromium: "playwright.Browser",  # noqa: F821
    city_site: Site,
) -> None:
    for visit in visiting(chromium, city_site, 1600, 1000):
        visit.open(VIEW)
        visit.page.locator(".st-key-guide-close button").click()
        visit.frame.wait_for_function("planmap.api.visible().length > 100")
        visit.frame.evaluate(
            """() => { const near = planmap.state.data.features.filter((f) => f[3] < 2 && f[7] < 0
                && Math.abs(f[4] - 36.656) < 0.02 && Math.abs(f[5] - 116.905) < 0.03);
            planmap.api.choose((near[0] || planmap.state.data.features[0])[0]); }"""
        )
        visit.page.locator(".st-key-details .pm-passage").first.wait_for()
        assert visit.page.locator(".st-key-details q").count() == 0
        visit.page.locator(".st-key-reviewer input").wait_for(state="attached")
        visit.page.wait_for_function("document.querySelectorAll('[data-testid=stSkeleton]').length === 0")
        visit.shot("city")
        if os.environ.get("README_PICTURE"):
            (ROOT / "docs" / "page.png").write_bytes((SHOTS / "city.png").read_bytes())
        assert visit.outside == []
        assert visit.errors == []
