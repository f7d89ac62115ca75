"""The gazetteers that ship with Planmap: every row is complete, inside its city, and as sure as it may claim."""

from pathlib import Path

import pytest
from shapely.geometry import box

import city
import settings
from geo import corridor, gazetteer, selection
from geo.districts import Districts
from geo.gazetteer import BASES, Gazetteer
from geo.placement import precision

FOLDER = Path(settings.HOME) / "data" / "cities"
CITIES = sorted(path.name for path in FOLDER.iterdir() if (path / "places.csv").is_file())


@pytest.fixture(scope="module", params=CITIES)
def adcode(request):
    return request.param


@pytest.fixture(scope="module")
def places(adcode):
    return list(Gazetteer(gazetteer.read(FOLDER / adcode / "places.csv"), adcode).places())


@pytest.fixture(scope="module")
def lines(adcode):
    return corridor.read(FOLDER / adcode / "lines.geojson")


def test_there_is_a_city():
    assert CITIES


def test_every_place_says_where_it_comes_from(places):
    for place in places:
        assert place.source, place.name
        assert place.licence, place.name
        assert place.basis in BASES, place.name
        assert place.datum in ("wgs84", "gcj02", "bd09", "cgcs2000"), place.name
        assert place.kind in selection.classes(), place.name


def test_positions_by_general_knowledge_claim_no_more_than_they_may(places):
    for place in places:
        if place.source == "editor":
            assert place.radius_m >= 300, place.name
            assert place.basis != "data", place.name
            assert place.ref, place.name
        if place.basis == "knowledge":
            assert place.radius_m >= 4000, place.name
            assert precision(place.radius_m, place.basis) in ("part", "district"), place.name


def test_every_place_lies_in_a_district_it_names(places, adcode):
    town = city.load(adcode)
    districts = Districts.load(town)
    for place in places:
        assert place.districts, place.name
        assert set(place.districts) <= set(town.order), place.name
        assert districts.locate(place.lon, place.lat), place.name
        assert min(districts.off(d, place.lon, place.lat) for d in place.districts) <= max(300, place.radius_m), (
            place.name
        )


def test_no_place_stands_twice_at_one_spot(places):
    seen = [(p.name, p.kind, round(p.lon, 3), round(p.lat, 3)) for p in places]
    assert len(seen) == len(set(seen))


def test_places_are_in_order_so_that_changes_read_well(places):
    order = list(selection.classes())
    keys = [(order.index(p.kind), p.name) for p in places]
    assert keys == sorted(keys)


def test_every_line_is_sound(lines, adcode):
    west, south, east, north = Districts.load(city.load(adcode)).outline.bounds
    frame = box(west, south, east, north).buffer(0.1)
    for line in lines:
        assert line.kind in corridor.KINDS, line.name
        assert line.basis in BASES, line.name
        assert line.source, line.name
        assert line.licence, line.name
        assert line.radius_m > 0, line.name
        assert frame.contains(line.geometry), line.name
