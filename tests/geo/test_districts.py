import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPoint, Point, box

import city
from errors import DataError
from geo import datum, districts
from geo.districts import Districts


@pytest.fixture(scope="module")
def jinan():
    return Districts.load(city.load("370100"))


def test_districts_come_in_official_order(jinan):
    assert tuple(jinan.frame["short"]) == tuple(d.short for d in city.load("370100").districts if d.adcode)
    assert jinan.frame.crs == 4326


@pytest.mark.parametrize(("adcode", "count"), [("110000", 16), ("440300", 9), ("441900", 1), ("510100", 20)])
def test_any_city_has_boundaries(adcode, count):
    assert len(Districts.load(city.load(adcode)).frame) == count


def test_points_fall_in_their_district(jinan):
    # The seats of the district governments.
    seats = {
        "长清": (116.7519, 36.5536),
        "平阴": (116.4559, 36.2891),
        "商河": (117.1571, 37.3095),
        "莱芜": (117.6599, 36.2036),
    }
    for short, (lon, lat) in seats.items():
        assert jinan.locate(lon, lat) == short
    assert jinan.locate(121.47, 31.23) is None
    lon, lat = np.array([*seats.values(), (121.47, 31.23)]).T
    assert jinan.locate_all(lon, lat) == [*seats, None]


def test_distance_outside_a_district(jinan):
    assert jinan.off("长清", 116.7519, 36.5536) == 0
    assert 60_000 < jinan.off("长清", 117.1571, 37.3095) < 100_000
    assert np.isnan(jinan.off("高新", 117.1, 36.6))


@pytest.mark.parametrize("short", ["历下", "长清", "历城", "平阴"])
def test_centre_lies_inside_and_its_radius_covers_the_district(jinan, short):
    point, radius = jinan.centre((short,))
    shape = jinan.shape(short)
    assert shape.intersects(point)
    lon, lat = np.array(shape.convex_hull.exterior.coords).T
    assert datum.distance(point.x, point.y, lon, lat).max() <= radius
    assert jinan.centre(("高新",)) is None


def test_the_point_of_a_bent_area_lies_inside_it_and_near_its_middle():
    # Two tracts far from each other, and a ring round a hole.
    tracts = box(117.0, 36.6, 117.1, 36.7).union(box(117.3, 36.6, 117.4, 36.7))
    ring = box(117.0, 36.6, 117.4, 36.9).difference(box(117.05, 36.65, 117.35, 36.85))
    for shape in (tracts, ring):
        point, radius = districts.covering(shape)
        assert shape.intersects(point)
        lon, lat = np.array(shape.convex_hull.exterior.coords).T
        assert datum.distance(point.x, point.y, lon, lat).max() <= radius
    # Of the tracts the edge that faces the other one, not the middle of either.
    assert round(districts.covering(tracts)[0].x, 2) in (117.1, 117.3)


def test_points_that_are_all_but_the_same_are_one():
    twice = MultiPoint([(112.652175, 41.587824), (112.65217499999999, 41.587824)])
    point, radius = districts.covering(twice)
    assert (round(point.x, 6), round(point.y, 6), radius) == (112.652175, 41.587824, 100.0)


def test_own_boundaries_replace_the_packaged_ones(tmp_path, monkeypatch):
    path = tmp_path / "own.geojson"
    frame = gpd.GeoDataFrame({"adcode": ["370102"]}, geometry=[box(500_000, 4_050_000, 510_000, 4_060_000)], crs=4548)
    frame.to_file(path, driver="GeoJSON")
    own = districts._load(city.load("370100"), str(path))
    assert own.source == "own.geojson"
    assert list(own.frame["short"]) == ["历下"]
    assert own.outline.intersects(Point(117.05, 36.6))


def test_boundaries_without_codes_are_named_in_the_error(tmp_path):
    path = tmp_path / "own.geojson"
    gpd.GeoDataFrame({"title": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_file(path, driver="GeoJSON")
    with pytest.raises(DataError, match="own"):
        districts._load(city.load("370100"), str(path))
    path.write_text("nonsense")
    with pytest.raises(DataError, match="own"):
        districts._load(city.load("370100"), str(path))
