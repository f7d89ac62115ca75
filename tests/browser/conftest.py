"""A real Chromium on a real server of the page, with every host but its own blocked and noted."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.pages import town

playwright = pytest.importorskip("playwright.sync_api", reason="browser tests need the package playwright")
playwright.expect.set_options(timeout=15_000)

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FRAME = 'iframe[title="streamlit_folium.st_folium"]'
TRIES = 4
"""What is typed or clicked while the page is still being put together may be lost, and is done again."""
OWN = ("localhost", "127.0.0.1", "")


@dataclass
class Site:
    """A running server of the page."""

    url: str
    folder: Path
    log: list[str] = field(default_factory=list)
    process: int | None = None


def serve(folder: Path, secrets: Callable[[str], str] | None = None, **settings: str) -> Iterator[Site]:
    """Run the page on a folder with ``plans`` and ``layers``; ``secrets`` gives its secrets.toml by its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    known = {k: v for k, v in os.environ.items() if not k.startswith("PLANMAP_")}
    env = known | {
        "PLANMAP_LAYERS": str(folder / "layers"),
        "PLANMAP_PLANS": str(folder / "plans"),
        "PLANMAP_STORE": str(folder / "store" / "planmap.gpkg"),
        "PLANMAP_ADDED": str(folder / "added"),
        "PLANMAP_USERS": str(folder / "users.csv"),
        "PLANMAP_CONFIG": str(folder / "none.toml"),
        "PLANMAP_LANG": "zh",
        "PYTHONUNBUFFERED": "1",
        **{f"PLANMAP_{name.upper()}": value for name, value in settings.items()},
    }
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    if secrets:
        path = folder / "secrets.toml"
        path.write_text(secrets(f"http://localhost:{port}"), encoding="utf-8")
        command += ["--secrets.files", str(path)]
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert server.stdout
        for line in server.stdout:
            if re.search(r"URL:.*:\d+", line):
                break
        else:
            pytest.fail("the server did not start")
        yield Site(f"http://localhost:{port}", folder, process=server.pid)
    finally:
        server.terminate()
        server.communicate(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator["playwright.Browser"]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (CHROMIUM or PATH)")
    with playwright.sync_playwright() as player:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = player.chromium.launch(executable_path=CHROMIUM, args=[*flags, "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    yield from serve(town.make(tmp_path_factory.mktemp("town")))


@dataclass
class Visit:
    """One open page, and what it did that it should not."""

    page: "playwright.Page"
    url: str
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, query: str = "") -> "Visit":
        self.page.goto(f"{self.url}/{query}")
        self.page.frame_locator(FRAME).locator(".legend .head").wait_for()
        self.page.locator(".st-key-search input").wait_for()
        self.settled()
        return self

    def settled(self) -> None:
        """Wait until the page is not at work; what is clicked earlier may be lost, as on any page in the making."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

    def search(self, text: str) -> None:
        """Search for something, and wait until the page says that it does."""
        box = self.page.locator(".st-key-search input")
        for _ in range(TRIES):
            box.fill(text)
            box.press("Enter")
            with contextlib.suppress(playwright.TimeoutError):
                self.page.locator(".st-key-tags").get_by_role("button", name=f"“{text}”").wait_for(timeout=15_000)
                return
        pytest.fail(f"the page does not search for {text}")

    @property
    def frame(self) -> "playwright.Frame":
        return next(f for f in self.page.frames if "streamlit_folium" in f.url)

    @property
    def map(self) -> "playwright.FrameLocator":
        return self.page.frame_locator(FRAME)

    def drawn(self) -> list[str]:
        """Return the names of the features on the map, as sent (escaped)."""
        names: list[str] = self.frame.evaluate("planmap.api.visible().map((f) => f[1])")
        return names

    def drawing(self, count: int) -> None:
        """Wait until the map shows a number of features."""
        self.frame.wait_for_function("(n) => planmap.api.visible().length === n", arg=count)

    def clear_of(self, name: str) -> None:
        """Wait until the map, its frame made anew or not, is drawn without any feature whose name begins so."""
        self.page.wait_for_function(
            """([frame, name]) => {
                const map = document.querySelector(frame)?.contentWindow?.planmap;
                return Boolean(map?.state.data) && map.api.visible().every((f) => !f[1].startsWith(name));
            }""",
            arg=[FRAME, name],
        )

    def choose(self, name: str) -> None:
        """Select a feature on the map by its name, as a click on it does."""
        self.frame.evaluate(
            "(name) => planmap.api.choose(planmap.state.data.features.find((f) => f[1] === name)[0])", name
        )

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")


def visiting(chromium: "playwright.Browser", site: Site, width: int = 1440, height: int = 900) -> Iterator[Visit]:
    """Open a browser of one's own on the site; at its end nothing foreign may have been asked for."""
    context = chromium.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page(), site.url)

    def guard(route: "playwright.Route") -> None:
        if urlsplit(route.request.url).hostname in OWN or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            visit.outside.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    yield visit
    context.close()


@pytest.fixture
def visit(chromium: "playwright.Browser", site: Site) -> Iterator[Visit]:
    for one in visiting(chromium, site):
        yield one
        assert one.outside == []
        assert one.errors == []
