"""How long the page takes to its first map, in a real browser on a warm server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.table import Row
from settings import HOME

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def rows(folder: Path) -> Iterator[Row]:
    """Yield the first map on the committed layers: of the first visit to a new server, and of later ones.

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
    (folder / "layers").symlink_to(HOME / "data" / "layers")
    (folder / "plans").mkdir()
    with contextmanager(browser.serve)(folder) as site, sync_playwright() as player:
        chromium = player.chromium.launch(executable_path=browser.CHROMIUM, args=list(FLAGS))

        def visit() -> float:
            context = chromium.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            started = time.perf_counter()
            page.goto(site.url)
            page.frame_locator(browser.FRAME).locator(".legend .head").wait_for(timeout=60_000)
            seconds = time.perf_counter() - started
            context.close()
            return seconds

        first = visit()
        yield Row("page: first map, first visit to a new server", first, "s")
        yield Row("page: first map, warm server, empty browser cache", min(visit() for _ in range(3)), "s", at_most=3)
        chromium.close()
