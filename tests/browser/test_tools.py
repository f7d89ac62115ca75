"""The tools on the map agree with the library: datums, grid, lengths, areas; and marks tell how sure a place is."""

import pytest
from pyproj import Geod, Transformer

from geo import datum
from layers import style
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


def test_a_faint_circle_shows_how_wide_a_vague_place_is_without_a_fog(visit: Visit) -> None:
    visit.open("?precision=part,district&at=36.55,116.75,12,600,400")
    shown = """() => planmap.state.radii.getLayers().map((one) => {
        const pixels = one._radius, { x, y } = planmap.state.map.getSize();
        return [one.getRadius(), pixels, pixels / Math.min(x, y), Math.PI * pixels * pixels / (x * y)];
    })"""
    circles = visit.frame.evaluate(shown)
    assert {metres for metres, *_ in circles} == {5000.0}
    assert all(pixels >= 20 and share <= 0.5 for _, pixels, share, _ in circles)
    assert sum(area for *_, area in circles) <= 1
    visit.shot("zh-radii")
    # From afar these would hide behind their marks.
    visit.frame.evaluate("planmap.state.map.setZoom(8, { animate: false })")
    assert 5000.0 not in {metres for metres, *_ in visit.frame.evaluate(shown)}


def test_every_precision_has_a_mark_of_its_own(visit: Visit) -> None:
    visit.open()
    drawn = visit.frame.evaluate(
        "(looks) => looks.map((look) => planmapMarks.svg(planmap.state.data.categories[0], look, 20))",
        list(style.MARKS),
    )
    assert len(set(drawn)) == len(style.MARKS)
