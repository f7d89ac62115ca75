from dataclasses import replace

import pytest
from shapely.geometry import Point

from geo import enclosures
from geo.corridor import Lines
from tests.geo.world import ADCODE, line


@pytest.fixture(scope="module")
def ringed(ground):
    """The small world with a ring road of two halves that do not quite meet, and three roads beside it."""
    ring = [
        line("环城路", [(116.93, 36.60), (116.93, 36.70), (117.03, 36.70)], radius=700.0),
        line("环城路", [(117.034, 36.70), (117.03, 36.60), (116.93, 36.60)], radius=600.0),
        line("东西路", [(116.90, 36.65), (117.10, 36.65)]),
        line("南北路", [(117.08, 36.55), (117.08, 36.75)]),
        line("斜路", [(117.04, 36.60), (117.09, 36.652)]),
    ]
    return replace(ground, lines=Lines([*ground.lines.lines, *ring], ADCODE))


def test_inside_a_ring_road_is_a_polygon(ringed, feature):
    found = enclosures.by_ring(feature("环城路以内片区", kind="area"), ringed)
    assert (found.method, found.precision, found.radius_m) == ("extent", "part", 700)
    assert found.geometry.contains(Point(116.98, 36.65))
    assert not found.geometry.buffer(-0.002).contains(Point(117.04, 36.65))


def test_inside_a_ring_road_is_clipped_to_the_district_told(ringed, feature):
    found = enclosures.by_ring(feature("环城路以内片区", kind="area", districts=("市中",)), ringed)
    assert ringed.area(("市中",)).buffer(1e-6).contains(found.geometry)
    assert enclosures.by_ring(feature("环城路以内片区", kind="area", districts=("平阴",)), ringed) is None


def test_roads_that_enclose_an_area_make_a_polygon(ringed, feature):
    found = enclosures.by_ring(feature("环城路、东西路围合片区", kind="area"), ringed)
    assert found.geometry.geom_type == "Polygon"


def test_roads_that_enclose_nothing_place_nothing(ringed, feature):
    assert enclosures.by_ring(feature("东西路、南北路围合片区", kind="area"), ringed) is None
    assert enclosures.by_ring(feature("某某以内片区", kind="area"), ringed) is None
    assert enclosures.by_ring(feature("环城路商业街", kind="area"), ringed) is None


def test_one_side_of_a_line_is_that_part_of_the_district(ground, feature):
    found = enclosures.by_side(feature("青岛路以北片区", kind="area", districts=("槐荫",)), ground)
    assert (found.method, found.precision) == ("extent", "part")
    assert found.geometry.bounds[1] == pytest.approx(36.68, abs=1e-3)
    assert enclosures.by_side(feature("青岛路以北片区", kind="area"), ground) is None


def test_two_sides_bound_what_lies_on_both(ground, feature):
    both = feature("青岛路以北、二环西路以西片区", kind="area", districts=("槐荫",))
    found = enclosures.by_side(both, ground)
    assert found.geometry.bounds[1] == pytest.approx(36.68, abs=1e-3)
    assert found.geometry.bounds[2] == pytest.approx(116.927, abs=5e-3)
    assert (found.precision, found.radius_m) == ("part", 500)
    # A line that nobody knows bounds nothing; what the others bound holds.
    other = enclosures.by_side(feature("青岛路以北、无名路以西片区", kind="area", districts=("槐荫",)), ground)
    assert other.geometry.area > found.geometry.area
