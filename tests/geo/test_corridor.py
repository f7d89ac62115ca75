import json
import re

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point, box

from errors import DataError
from geo import corridor
from geo.corridor import Lines
from tests.geo.world import ADCODE, line

POINT = {"type": "Point", "coordinates": [1, 2]}
WIDE = box(110, 30, 125, 45)


@pytest.fixture(scope="module")
def lines():
    return Lines(
        [
            line("轨道交通1号线", [(116.8, 36.5), (116.9, 36.7)], kind="metro", aliases=["R1线"]),
            line("104国道", [(116.9, 36.6), (117.0, 36.3)], aliases=["G104"]),
            line("经十路", [(116.8, 36.65), (116.9, 36.65)], radius=100),
            line("经十路", [(116.7, 36.65), (117.0, 36.65)], radius=500, basis="neighbour"),
            line("小清河", [(116.8, 36.69), (117.2, 36.78)], kind="river"),
        ],
        ADCODE,
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("轨道交通1号线", "轨道交通1号线"),
        ("城市轨道交通1号线", "轨道交通1号线"),
        ("济南地铁1号线", "轨道交通1号线"),
        ("轨道交通R1线", "轨道交通1号线"),
        ("地铁一号线", "轨道交通1号线"),
        ("G104", "104国道"),
        ("国道104线", "104国道"),
        ("小清河", "小清河"),
    ],
)
def test_a_line_is_found_in_any_writing(lines, name, found):
    assert lines.find(name)[0].name == found


@pytest.mark.parametrize("name", ["轨道交通2号线", "G105", "清河", "经十一路"])
def test_other_lines_are_not_taken_for_it(lines, name):
    assert not lines.find(name)


def test_rows_come_finest_first(lines):
    assert [row.radius_m for row in lines.find("经十路")] == [100, 500]


def test_the_coarse_row_only_fills_gaps(lines):
    whole = corridor.combine(lines.find("经十路"), WIDE)
    assert whole.radius_m == 500
    assert whole.basis == "neighbour"
    assert corridor.length(whole.geometry) == pytest.approx(corridor.length(lines.lines[3].geometry), rel=0.1)
    part = corridor.combine(lines.find("经十路"), box(116.82, 36, 116.88, 37))
    assert (part.radius_m, part.basis) == (100, "data")
    assert corridor.combine(lines.find("经十路"), box(118, 36, 119, 37)) is None


def test_a_fine_and_a_coarse_row_are_drawn_as_one_line(lines):
    whole = corridor.combine(lines.find("经十路"), WIDE)
    assert whole.geometry.geom_type == "LineString"


def test_a_line_that_wanders_out_of_the_area_is_drawn_whole_where_the_way_is_short():
    river = line("湫水", [(116.0, 36.0), (116.1, 36.01), (116.2, 36.0), (116.3, 36.0)], radius=1500)
    for south, parts in ((36.009, 1), (36.002, 2)):  # 2 and 16 km outside
        found = corridor.combine([river], box(115, 35, 117, south))
        assert len(shapely.get_parts(found.geometry)) == parts, south


@pytest.mark.parametrize(
    ("parts", "reach", "number"),
    [
        ([[(0, 0), (1, 0)], [(1.01, 0), (2, 0)]], 1500, 1),  # one after the other
        ([[(0, 0), (1, 0)], [(1.01, 0), (2, 0)]], 900, 2),  # too far
        ([[(0, 0), (1, 0)], [(0, 0.01), (1, 0.01)]], 1500, 2),  # two carriageways
        ([[(1, 0), (0, 0)], [(2, 0), (1.01, 0)], [(3, 0), (2.005, 0.001)]], 1500, 1),  # drawn the other way
        ([[(0, 0), (1, 0)], [(1.01, 0), (2, 0)], [(1.005, 0.001), (1.005, 1)]], 1500, 2),  # the nearest only
        ([[(0, 0), (1, 0), (1, 1), (0, 0)], [(1.01, 0), (2, 0)]], 1500, 2),  # a ring has no end
    ],
)
def test_open_ends_that_go_on_in_each_other_are_linked(parts, reach, number):
    found = corridor.linked(MultiLineString(parts), reach)
    assert len(shapely.get_parts(found)) == number
    assert corridor.length(found) <= sum(corridor.length(LineString(p)) for p in parts) + len(parts) * reach


def test_a_line_inside_a_longer_name(lines):
    [(start, end, rows)] = lines.inside("小清河滨水生态廊道")
    assert (start, end, rows[0].name) == (0, 3, "小清河")
    [(start, end, rows)] = lines.inside("国道104线改扩建")
    assert (start, end, rows[0].name) == (0, 6, "104国道")
    assert lines.inside("大明湖") == []
    assert [rows[0].name for *_, rows in lines.inside("小清河与经十路交汇处")] == ["小清河", "经十路"]


@given(st.lists(st.sampled_from(["经十路", "小清河", "轨道交通", "1号线", *"经十路小清河东段"])).map("".join))
def test_lines_inside_a_name_are_those_that_its_pieces_are_called(lines, name):
    forms = {
        form: row.name for row in lines.lines for called in (row.name, *row.aliases) for form in lines.forms(called)
    }
    wanted = [(m.start(), m.end(), "轨道交通1号线") for m in re.finditer("轨道交通1号线", name)]
    for length in range(len(name) - 1, 1, -1):
        for start in range(len(name) - length + 1):
            called, end = forms.get(name[start : start + length]), start + length
            if called and not any(a < end and start < b for a, b, _ in wanted):
                wanted.append((start, end, called))
    assert [(a, b, rows[0].name) for a, b, rows in lines.inside(name)] == wanted


def test_clip_runs_from_crossing_to_crossing():
    road = LineString([(116.0, 36.0), (117.0, 36.0)])
    piece = corridor.clip(road, LineString([(116.2, 35.9), (116.2, 36.1)]), Point(116.6, 36.001))
    assert np.allclose(piece.coords, [(116.2, 36.0), (116.6, 36.0)], atol=1e-6)
    back = corridor.clip(road, Point(116.6, 36.001), LineString([(116.2, 35.9), (116.2, 36.1)]))
    assert back.equals(piece)
    assert corridor.clip(road, Point(116.2, 36.0), Point(116.2, 36.0)) is None


def test_clip_of_several_pieces_uses_the_one_at_hand():
    road = MultiLineString([[(116.0, 36.0), (116.1, 36.0)], [(116.3, 36.0), (116.9, 36.0)]])
    piece = corridor.clip(road, Point(116.4, 36.0), Point(116.8, 36.0))
    assert np.allclose(piece.coords, [(116.4, 36.0), (116.8, 36.0)])


@given(st.lists(st.tuples(st.floats(116, 118), st.floats(36, 37)), min_size=2, max_size=8, unique=True))
def test_an_axis_meets_its_members_in_order(points):
    points = [Point(round(x, 4), round(y, 4)) for x, y in points]
    if len({p.wkt for p in points}) < len(points):
        return
    axis = corridor.through(points)
    assert axis.is_valid
    assert max(axis.distance(p) for p in points) < 1e-5
    assert axis.boundary.geoms[0].distance(points[0]) < 1e-5 or points[0].equals_exact(points[-1], 1e-5)


def test_an_axis_needs_two_points():
    with pytest.raises(ValueError, match="two"):
        corridor.through([Point(1, 1), Point(1, 1)])


def test_length_is_in_metres():
    assert corridor.length(LineString([(117.0, 36.0), (117.0, 37.0)])) == pytest.approx(111_195, rel=0.001)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("no json", "lines.geojson"),
        ('{"features": [{"properties": {"name": "a"}, "geometry": null}]}', "aliases"),
        (
            json.dumps({"features": [{"properties": dict.fromkeys(corridor.PROPERTIES, ""), "geometry": POINT}]}),
            "1",
        ),
    ],
)  # fmt: skip
def test_faults_of_the_table_are_named(tmp_path, text, part):
    path = tmp_path / "lines.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=part):
        corridor.read(path)


def test_a_city_without_lines_has_none(tmp_path):
    assert corridor.read(tmp_path / "lines.geojson") == []


@pytest.mark.parametrize(
    "geometry",
    [None, POINT, {"type": "LineString", "coordinates": []}, {"type": "LineString", "coordinates": "x"}, {"type": 1}],
)
def test_faulty_rows_are_named_and_the_rest_goes_on(tmp_path, geometry):
    values = dict.fromkeys(corridor.PROPERTIES, "")
    line = {"type": "LineString", "coordinates": [[117, 36], [117.1, 36]]}
    rows = [{"properties": values, "geometry": geometry}, {"properties": values, "geometry": line}, "no row"]
    path = tmp_path / "lines.geojson"
    path.write_text(json.dumps({"features": rows}), encoding="utf-8")
    issues = []
    assert len(corridor.read(path, issues=issues)) == 1
    assert [issue.where for issue in issues] == ["lines.geojson:1", "lines.geojson:3"]
    assert issues[0].message == "geo.bad_shape"


def test_a_metro_line_is_found_inside_longer_names_in_any_writing():
    lines = Lines([line("轨道交通12号线", [(117, 36), (117.1, 36)], kind="metro")], "370100")
    for name in ("城市轨道交通12号线一期工程", "地铁十二号线改造", "济南轨道交通12号线东延"):
        [(start, end, _)] = lines.inside(name)
        assert name[start:end].endswith("号线")
    assert lines.inside("轨道交通1号线一期工程") == []


def test_who_runs_a_line_is_not_the_line():
    lines = Lines([line("轨道交通1号线", [(117, 36), (117.1, 36)], kind="metro", aliases=("轨道交通",))], "370100")
    assert lines.find("城市轨道交通1号线")
    assert lines.find("济南市轨道交通")
    assert not lines.find("济南市轨道交通集团有限公司")
