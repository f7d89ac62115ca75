"""The tools on the map agree with the library: datums, grid, lengths, areas."""

import pytest
from pyproj import Geod, Transformer

from geo import datum
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
POINTS = [(117.0009, 36.6758), (116.2, 36.0), (118.0, 37.5), (110.5, 30.1)]


def test_datum_shifts_in_the_browser_are_those_of_the_library(visit: Visit) -> None:
    visit.open()
    for lon, lat in POINTS:
        there = visit.frame.evaluate("([lat, lon]) => planmapDatum.toGcj(lat, lon)", [lat, lon])
        x, y = datum.convert(lon, lat, "wgs84", "gcj02")
        assert there == pytest.approx([float(y), float(x)], abs=1e-9)
        back = visit.frame.evaluate("([lat, lon]) => planmapDatum.fromGcj(lat, lon)", there)
        assert back == pytest.approx([lat, lon], abs=1e-9)


def test_grid_coordinates_in_the_browser_are_those_of_proj(visit: Visit) -> None:
    visit.open()
    to_grid = Transformer.from_crs(4490, 4548, always_xy=True)
    for lon, lat in POINTS[:3]:
        x, y = visit.frame.evaluate("([lat, lon]) => planmapDatum.gaussKruger(lat, lon, 117)", [lat, lon])
        assert (x, y) == pytest.approx(to_grid.transform(lon, lat), abs=0.001)


def test_areas_in_the_browser_are_those_of_the_ellipsoid_within_half_a_percent(visit: Visit) -> None:
    visit.open()
    ring = [(117.0, 36.6), (117.1, 36.6), (117.12, 36.7), (117.0, 36.72)]
    area = visit.frame.evaluate("(r) => planmapDatum.ringArea(r)", [[lat, lon] for lon, lat in ring])
    true, _ = Geod(ellps="WGS84").polygon_area_perimeter(*zip(*ring, strict=True))
    assert area == pytest.approx(abs(true), rel=0.005)


def test_measuring_shows_length_and_area_and_escape_ends_it(visit: Visit) -> None:
    visit.open()
    visit.map.locator(".tool.measure").click()
    box = visit.page.locator(".st-key-map-box iframe").bounding_box()
    assert box
    for dx, dy in ((300, 200), (400, 200), (400, 300)):
        visit.page.mouse.click(box["x"] + dx, box["y"] + dy)
    note = visit.map.locator(".note")
    note.filter(has_text="km²").wait_for()
    assert "亩" in note.inner_text()
    visit.page.keyboard.press("Escape")
    note.wait_for(state="hidden")
