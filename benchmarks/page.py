"""The page in a real browser on a warm server: first map, filter to new map, and what a visit weighs."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import crowd, process
from benchmarks.table import Row
from layers import snapshot
from settings import HOME

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
VISITS, FILTERS = 3, 6
# By number of features (None: the committed layers): what the first map and a filter may take, in seconds.
TARGETS: tuple[tuple[int | None, float, float], ...] = (
    (None, 2, 0.5),
    (1500, 2, 0.5),
    (100_000, 3, 1),
    (640_000, 3, 1),
)
HEAVIEST_MB = 3
# Places and zooms looked at one after the other: from the whole city to a street.
VIEWS = ((36.66, 117.0, 11), (36.66, 117.02, 13), (36.66, 117.02, 15), (36.66, 117.02, 17))
# The page once its script has ended and everything is in its place.
RESTING = '[data-testid="stApp"][data-test-script-state="notRunning"]:has(.st-key-facet-kind button)'
# Called with the stamp before: true once the map shows something else.
DRAWN = "(stamp) => planmap.state.data.stamp !== stamp"
LONGEST_MS = 600_000


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
            if count is not None and count >= snapshot.LEAST:
                # After a build the layers are read once, and their copy is kept for every later start.
                with contextmanager(browser.serve)(place) as site:
                    yield Row(f"page: first visit after a build, {what}", _visit(chromium, site)[0], "s")
            with contextmanager(browser.serve)(place) as site:
                yield Row(f"page: first visit of a fresh server, {what}", _visit(chromium, site)[0], "s")
                cold = [_visit(chromium, site)[0] for _ in range(VISITS)]
                context = chromium.new_context(viewport={"width": 1440, "height": 900})
                warm = [_visit(chromium, site, context) for _ in range(VISITS + 1)][1:]
                yield Row(f"page: first map, {what}, empty browser cache", min(cold), "s")
                yield Row(f"page: first map, {what}", min(seconds for seconds, _ in warm), "s", at_most=first)
                yield Row(f"page: weight beyond cached assets, {what}", warm[-1][1], "MB", at_most=HEAVIEST_MB)
                yield from _used(context, site, what, filtered)
                if site.process is not None:
                    yield Row(f"page: memory of the server, {what}", process.resident(site.process), "MB")
        chromium.close()


def _visit(chromium: Any, site: Any, context: Any = None) -> tuple[float, float]:
    """Open the page; return the seconds until the map is drawn, and the megabytes received until it rests."""
    own = context or chromium.new_context(viewport={"width": 1440, "height": 900})
    page = own.new_page()
    told: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: told.append(len(data))))
    started = time.perf_counter()
    _open(page, site)
    seconds = time.perf_counter() - started
    page.locator(RESTING).wait_for(timeout=LONGEST_MS)
    sizes = "performance.getEntriesByType('resource').reduce((sum, e) => sum + e.transferSize, 0)"
    fetched = sum(int(one.evaluate(sizes)) for one in page.frames)
    page.close()
    if context is None:
        own.close()
    return seconds, (fetched + sum(told)) / 1e6


def _open(page: Any, site: Any) -> None:
    from tests.browser.conftest import FRAME

    page.goto(site.url)
    page.frame_locator(FRAME).locator(".legend .head").wait_for(timeout=LONGEST_MS)


def _used(context: Any, site: Any, what: str, filtered: float) -> Iterator[Row]:
    """Yield what someone waits for who filters, searches and looks around, and the heaviest of what they get."""
    page = context.new_page()
    told: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: told.append(len(data))))
    _open(page, site)
    page.locator(RESTING).wait_for(timeout=LONGEST_MS)
    inner = next(one for one in page.frames if "streamlit_folium" in one.url)

    def waited(act: Callable[[], object]) -> tuple[float, float]:
        stamp, before, started = inner.evaluate("planmap.state.data.stamp"), sum(told), time.perf_counter()
        act()
        inner.wait_for_function(DRAWN, arg=stamp, polling=10, timeout=LONGEST_MS)
        seconds = time.perf_counter() - started
        page.locator(RESTING).wait_for(timeout=LONGEST_MS)
        return seconds, (sum(told) - before) / 1e6

    def search(text: str) -> None:
        box = page.locator(".st-key-search input")
        box.fill(text)
        box.press("Enter")

    chosen = page.locator(".st-key-facet-kind button")
    steps = [waited(lambda k=k: chosen.nth(k % 2).click()) for k in range(FILTERS)]  # type: ignore[misc]
    median = statistics.median(seconds for seconds, _ in steps)
    yield Row(f"page: filter to new map, median, {what}", median, "s", at_most=filtered)
    # Two that find different things, or the map would stay as it is.
    for text in ("公园", "yiyuan"):
        steps.append(waited(lambda text=text: search(text)))  # type: ignore[misc]
        yield Row(f"page: search ({text}) to new map, {what}", steps[-1][0], "s")
    steps.append(waited(lambda: search("")))
    if inner.evaluate("planmap.state.data.partial"):
        looks = []
        for lat, lon, zoom in VIEWS:
            # Without a value: the map itself, sent back, takes seconds to write out.
            move = f"void planmap.state.map.setView([{lat}, {lon}], {zoom}, {{ animate: false }})"
            looks.append(waited(lambda move=move: inner.evaluate(move)))  # type: ignore[misc]
        yield Row(f"page: zoom to new map, median, {what}", statistics.median(seconds for seconds, _ in looks), "s")
        steps += looks
    yield Row(f"page: heaviest view, {what}", max(weight for _, weight in steps), "MB", at_most=HEAVIEST_MB)
    page.close()
