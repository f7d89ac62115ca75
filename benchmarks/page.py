"""The page in a real browser on a warm server: first map, filter to new map, and what a visit weighs."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import crowd
from benchmarks.table import Row
from settings import HOME

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
VISITS, FILTERS = 3, 6
# By number of features (None: the committed layers): what the first map and a filter may take, in seconds.
TARGETS: tuple[tuple[int | None, float, float], ...] = ((None, 2, 0.5), (1500, 2, 0.5), (100_000, 4, 1.5))
HEAVIEST_MB = 3
# The page once its script has ended and everything is in its place.
RESTING = '[data-testid="stApp"][data-test-script-state="notRunning"]:has(.st-key-facet-kind button)'
# Called with the stamp before: true once the map shows something else.
DRAWN = "(stamp) => planmap.state.data.stamp !== stamp"


def rows(folder: Path) -> Iterator[Row]:
    """Yield the figures of the page.

    Parameters
    ----------
    folder
        A folder of its own.
    """
    from playwright.sync_api import sync_playwright

    from tests.browser import conftest as browser

    if browser.CHROMIUM is None:
        yield Row("page: not measured (no Chromium)", None, "")
        return
    with sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=browser.CHROMIUM, args=list(FLAGS))
        for count, first, filtered in TARGETS:
            place = folder / str(count)
            (place / "plans").mkdir(parents=True)
            if count is None:
                (place / "layers").symlink_to(HOME / "data" / "layers")
            else:
                crowd.make(count, place)
            what = "committed layers" if count is None else f"{count:,} features"
            with contextmanager(browser.serve)(place) as site:
                _visit(chromium, site.url, browser.FRAME)  # the server's first, which makes everything ready
                cold = [_visit(chromium, site.url, browser.FRAME)[0] for _ in range(VISITS)]
                context = chromium.new_context(viewport={"width": 1440, "height": 900})
                warm = [_visit(chromium, site.url, browser.FRAME, context) for _ in range(VISITS + 1)][1:]
                yield Row(f"page: first map, {what}, empty browser cache", min(cold), "s")
                yield Row(f"page: first map, {what}", min(seconds for seconds, _ in warm), "s", at_most=first)
                yield Row(f"page: weight beyond cached assets, {what}", warm[-1][1], "MB", at_most=HEAVIEST_MB)
                seconds = _filters(context, site.url, browser.FRAME)
                yield Row(f"page: filter to new map, median, {what}", seconds, "s", at_most=filtered)
        chromium.close()


def _visit(chromium: Any, url: str, frame: str, context: Any = None) -> tuple[float, float]:
    """Open the page; return the seconds until the map is drawn, and the megabytes received until it rests."""
    own = context or chromium.new_context(viewport={"width": 1440, "height": 900})
    page = own.new_page()
    told: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: told.append(len(data))))
    started = time.perf_counter()
    page.goto(url)
    page.frame_locator(frame).locator(".legend .head").wait_for(timeout=120_000)
    seconds = time.perf_counter() - started
    page.locator(RESTING).wait_for(timeout=120_000)
    sizes = "performance.getEntriesByType('resource').reduce((sum, e) => sum + e.transferSize, 0)"
    fetched = sum(int(one.evaluate(sizes)) for one in page.frames)
    page.close()
    if context is None:
        own.close()
    return seconds, (fetched + sum(told)) / 1e6


def _filters(context: Any, url: str, frame: str) -> float:
    """Return the median seconds from a click on a filter to the map that follows it."""
    page = context.new_page()
    page.goto(url)
    page.frame_locator(frame).locator(".legend .head").wait_for(timeout=120_000)
    page.locator(RESTING).wait_for(timeout=120_000)
    inner = next(one for one in page.frames if "streamlit_folium" in one.url)
    found = []
    for k in range(FILTERS):
        stamp = inner.evaluate("planmap.state.data.stamp")
        started = time.perf_counter()
        page.locator(".st-key-facet-kind button").nth(k % 2).click()
        inner.wait_for_function(DRAWN, arg=stamp, polling=10)
        found.append(time.perf_counter() - started)
        page.locator(RESTING).wait_for()
    page.close()
    return statistics.median(found)
