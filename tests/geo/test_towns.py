import numpy as np
import pytest
from shapely.geometry import Point, box

import city
from geo import datum, heads, towns
from geo.areas import Area, Areas
from geo.corridor import Lines
from geo.districts import covering
from geo.gazetteer import Gazetteer
from geo.ground import Ground
from geo.place import Placer
from tests.geo.world import ADCODE, row

SEATS = [
    ("仲宫街道", 117.02, 36.50, "历城"),
    ("柳埠街道", 117.11, 36.44, "历城"),
    ("西营街道", 117.22, 36.50, "历城"),
    ("彩石街道", 117.29, 36.63, "历城"),
    ("张夏街道", 116.90, 36.45, "长清"),
]


def world(districts, rows, outlines=()):
    return Ground(
        city.load(ADCODE), Gazetteer(rows, ADCODE), Lines((), ADCODE), districts, Areas(outlines, ADCODE)
    )  # fmt: skip


@pytest.fixture(scope="module")
def seats():
    return [row(n, lon, lat, kind="town", districts=d, radius=2500) for n, lon, lat, d in SEATS]


@pytest.fixture(scope="module")
def hills(districts, seats):
    return world(districts, seats)


def test_sites_that_call_themselves_towns_are_none(districts, seats):
    rows = [*seats, *(row(n, 117.1, 36.7, kind="town") for n in ("某某特色小镇", "某某古镇", "某某"))]
    assert [t.name for t in towns.seats(world(districts, rows).gazetteer.places())] == [n for n, *_ in SEATS]
    assert heads.town_name("万德街道办事处") == "万德"


def test_a_cell_is_the_ground_of_the_district_nearest_to_the_seat(hills, districts):
    own = towns.seats(hills.gazetteer.places())
    cells = [towns.cell(t, own, districts) for t in own]
    shape = districts.shape("历城")
    for town, cell in zip(own[:4], cells[:4], strict=True):
        assert cell.intersects(Point(town.lon, town.lat))
        assert shape.buffer(1e-9).covers(cell)
        inside = cell.representative_point()
        far = [float(datum.distance(inside.x, inside.y, t.lon, t.lat)) for t in own[:4]]
        assert own[int(np.argmin(far))] is town
    # Together they are the district, and the only town of a district is all of it.
    assert sum(c.area for c in cells[:4]) == pytest.approx(shape.area)
    assert cells[4].equals(districts.shape("长清"))


def test_a_town_of_no_district_has_no_cell(districts):
    [town] = towns.seats(world(districts, [row("某某街道", 117.0, 36.6, kind="town")]).gazetteer.places())
    assert towns.cell(town, [town], districts).is_empty


def test_a_zone_is_made_of_the_towns_that_belong_to_it(hills, districts, feature):
    zone = hills.outline("南山")
    assert (zone.radius_m, zone.basis) == (towns.CELL_M, "neighbour")
    assert zone.geometry.intersects(Point(117.11, 36.44))
    assert not zone.geometry.intersects(Point(117.29, 36.63))
    assert districts.source in zone.source
    itself, inside = Placer(hills).place([feature("南部山区", kind="area"), feature("某某项目", districts=("南山",))])
    assert itself.geometry.equals(zone.geometry)
    named = [feature(n) for n in ("济南市南部山区", "市南部山区", "济南南部山区")]
    named.append(feature("南部美丽山区", aliases=("南部山区",), districts=("南山",)))
    assert all(p.geometry.equals(zone.geometry) for p in Placer(hills).place(named))
    assert (itself.precision, itself.radius_m) == ("part", towns.CELL_M)
    others = [
        feature("章丘山区", aliases=("南部山区",)),
        feature("南部山区", districts=("商河",)),
    ]
    assert not any(zone.geometry.equals(p.geometry) for p in Placer(hills).place(others))
    centre, size = covering(zone.geometry)
    assert (inside.method, inside.precision) == ("district", "district")
    assert inside.geometry.equals(centre)
    assert inside.radius_m == size + towns.CELL_M


def test_what_lies_beside_the_outline_by_less_than_its_error_may_be_in_the_zone(hills, feature):
    told = feature("某某", districts=("南山",))
    zone = hills.outline("南山").geometry
    east = zone.bounds[2]
    assert hills.fits(117.11, 36.44, told)
    assert hills.fits(117.29, 36.57, told) == (zone.distance(Point(117.29, 36.57)) * 111_195 < towns.CELL_M)
    assert not hills.fits(east + 0.1, 36.63, told)


def test_a_zone_some_of_whose_parts_are_unknown_has_no_outline(districts, seats):
    assert world(districts, seats[1:]).outline("南山") is None


def test_an_outline_that_somebody_gave_comes_first(districts, seats):
    given = box(117.0, 36.4, 117.1, 36.5)
    own = Area("南部山区", (), "area", 50.0, "data", "bureau", "own", "wgs84", "", given)
    found = world(districts, seats, [own]).outline("南山")
    assert (found.geometry, found.radius_m) == (given, 50.0)


def test_a_part_that_is_no_town_counts_by_its_circle(districts):
    names = city.load(ADCODE).district("高新").parts
    rows = [
        row(n, 117.1 + k / 100, 36.68, kind="town" if n.endswith("街道") else "zone", districts="历城", radius=3000)
        for k, n in enumerate(names)
    ]
    rows[names.index("创新谷")] = row("创新谷", 116.80, 36.51, kind="zone", districts="长清", radius=3000)
    ground = world(districts, rows)
    assert ground.outline("高新").geometry.intersects(Point(116.81, 36.51))
    assert not ground.outline("高新").geometry.intersects(Point(116.90, 36.51))


def test_what_belongs_to_a_zone_with_an_outline_lies_somewhere_in_it(hills, feature):
    zone = feature("南部山区", kind="area", districts=("南山",))
    part = feature("某某文化馆", part_of="南部山区")
    found = Placer(hills).place([zone, part])[1]
    assert (found.method, found.precision) == ("part_of", "district")
    assert found.radius_m > towns.CELL_M
