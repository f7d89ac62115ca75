import pytest
from shapely.geometry import LineString, box

from errors import DataError
from geo import areas, corridor
from geo.areas import Area, Areas
from tests.geo.world import ADCODE


def area(name, shape, **given):
    values = {
        "aliases": (),
        "kind": "area",
        "radius_m": 100.0,
        "basis": "data",
        "source": "局",
        "licence": "own",
    } | given
    return Area(name=name, datum="wgs84", ref="", geometry=shape, **values)


def test_an_outline_is_found_by_any_name_finest_first():
    rows = [
        area("东部新区", box(117, 36.6, 117.1, 36.7), radius_m=500.0),
        area("济南东部新区", box(117, 36.6, 117.1, 36.7)),
    ]
    found = Areas(rows, ADCODE).find("济南市东部新区")
    assert [row.radius_m for row in found] == [100.0, 500.0]
    assert Areas([area("甲", box(0, 0, 1, 1), aliases=("乙区",))], ADCODE).find("乙区")
    assert Areas((), "").find("甲") == []


def test_a_point_inside_lies_inside():
    horseshoe = box(117, 36, 117.3, 36.3).difference(box(117.1, 36.1, 117.3, 36.2))
    assert horseshoe.contains(areas.inner(area("甲", horseshoe)))


def test_rows_that_are_no_area_are_named(tmp_path):
    path = tmp_path / "areas.geojson"
    corridor.write(path, [area("甲", LineString([(117, 36), (118, 36)]))])
    with pytest.raises(DataError, match="Polygon"):
        corridor.read(path, areas.POLYGONAL)


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "areas.geojson"
    rows = [area("乙", box(117, 36, 118, 37), aliases=("丙", "丁")), area("甲", box(116, 36, 117, 37))]
    corridor.write(path, rows)
    first = path.read_bytes()
    again = corridor.read(path, areas.POLYGONAL)
    assert {row.name: row.aliases for row in again} == {"乙": ("丙", "丁"), "甲": ()}
    corridor.write(path, again)
    assert path.read_bytes() == first
