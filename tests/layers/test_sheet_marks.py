"""Where labels stand, how numbers are drawn together, and what the index grid calls a place."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import city
from layers import sheet
from layers.sheets import furniture, labels, marks, stacks
from layers.sheets.paper import Box
from tests.layers import sheet_sample

BOX = Box(10, 10, 120, 90)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(12, 128), st.integers(12, 98)), min_size=1, max_size=25))
def test_placed_labels_stay_inside_and_apart(spots):
    wanted = [labels.Label("示范区", x, y, 6.0, 1.0) for x, y in spots]
    symbols = np.array([(x, y, 1.0) for x, y in spots], dtype=float)
    width, height = 6.0 * 3 * 25.4 / 72, 6.0 * 25.4 / 72
    found = [p for p in labels.place(wanted, BOX, symbols=symbols) if p]
    for p in found:
        assert BOX.x <= p.x
        assert p.x + width <= BOX.right + 0.2
        assert BOX.y <= p.y
        assert p.y + height <= BOX.top + 0.2
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            assert abs(a.x - b.x) > width - 0.2 or abs(a.y - b.y) > height - 0.2


def test_labels_keep_off_blocks():
    block = Box(60, 40, 30, 20)
    (placed,) = labels.place(
        [labels.Label("甲乙丙丁", 75, 50, 7, 1)], BOX, symbols=np.empty((0, 3)), blocks=[block], far=40
    )
    assert placed is not None
    inside = placed.x < block.right and placed.x + 9 > block.x and placed.y < block.top and placed.y + 2 > block.y
    assert not inside


def test_a_first_label_that_covers_its_own_point_leaves_the_others_theirs():
    around = [(60 + dx, 50 + dy, 1.0) for dx in (-6, 0, 6) for dy in (-3, 3)] + [(52, 50, 1.0), (68, 50, 1.0)]
    wanted = [labels.Label("示范区", 60, 50, 6, 0.3), labels.Label("大道", 30, 30, 6, 1.0)]
    assert all(labels.place(wanted, BOX, symbols=np.array(around)))


def test_there_is_no_room_outside_the_frame():
    tight = Box(0, 0, 8, 4)
    assert labels.place([labels.Label("很长的名称放不下", 4, 2, 8, 1)], tight, symbols=np.empty((0, 3))) == [None]


def test_a_quiet_spot_lies_inside_the_area_and_off_the_points():
    area = shapely.box(20, 20, 80, 80)
    busy = np.array([(x, y) for x in range(30, 70, 2) for y in range(30, 70, 2)], dtype=float)
    spot = labels.quiet_spot(area, BOX, 10, 4, busy)
    assert spot is not None
    assert area.contains(shapely.box(spot.x, spot.y, spot.right, spot.top))
    assert not (
        (busy[:, 0] > spot.x) & (busy[:, 0] < spot.right) & (busy[:, 1] > spot.y) & (busy[:, 1] < spot.top)
    ).any()
    assert labels.quiet_spot(shapely.box(0, 0, 5, 3), BOX, 10, 4, busy) is None


@given(st.sets(st.integers(1, 60), min_size=1))
def test_runs_name_exactly_the_numbers(numbers):
    told = set()
    for part in stacks.runs(sorted(numbers)).split(","):
        low, _, high = part.partition("–")
        told |= set(range(int(low), int(high or low) + 1))
    assert told == numbers


def test_symbols_side_by_side_do_not_touch():
    for count in range(2, 7):
        spots = stacks.side_by_side(count, 2.0)
        gaps = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + np.eye(count) * 9
        assert gaps.min() >= 2.0
        assert np.allclose(spots.mean(axis=0), 0, atol=1.2)


def test_squares_run_from_the_upper_left():
    grid = furniture.Grid(Box(0, 0, 96, 64), 1.0)
    assert (grid.columns, grid.rows) == (3, 2)
    assert [grid.square(1, 63), grid.square(95, 1), grid.square(96, 64)] == ["A1", "C2", "C1"]
    assert furniture.Grid(Box(0, 0, 96, 64), 1.0, first=3).square(1, 63) == "D1"


def test_scale_lengths_are_round():
    assert [furniture.scale_length(v) for v in (999.9, 1000, 4999, 5000, 23_000)] == [500, 1000, 2000, 5000, 20_000]


def test_circles_are_moved_apart_and_into_the_map():
    crowd = [stacks.Stack(60 + i % 3, 50 + i // 3, list(range(9)), 3.0) for i in range(9)] + [
        stacks.Stack(10, 10, [1], 3.0)
    ]
    stacks.part(crowd, BOX, 1.0)
    for i, a in enumerate(crowd):
        assert BOX.x + 3 <= a.x <= BOX.right - 3
        assert BOX.y + 3 <= a.y <= BOX.top - 3
        for b in crowd[i + 1 :]:
            assert np.hypot(a.x - b.x, a.y - b.y) > 5.5


def test_counting_by_cells_loses_no_feature():
    chance = np.random.default_rng(3)
    anchors = chance.uniform(10, 90, (3000, 2))
    shapes = shapely.points(anchors)
    shapes[5] = shapely.LineString([(0, 0), (9, 9)])
    found = stacks.counted(shapes, anchors, BOX, 1.0)
    assert sorted(i for s in found for i in s.rows) == list(range(3000))
    assert [s.radius for s in found if s.rows == [5]] == [0.0]
    assert max(s.radius for s in found) < 3.5
    for s in found:
        if s.radius:
            assert BOX.x <= s.x - s.radius
            assert s.x + s.radius <= BOX.right
            assert BOX.y <= s.y - s.radius
            assert s.y + s.radius <= BOX.top


def test_the_plates_of_a_second_map_keep_off_the_features():
    left = np.array([(x, y) for x in range(11, 50, 3) for y in (12, 98)], dtype=float)
    for plate in furniture.detail_plates(BOX, 1.0, left):
        assert plate.x > 60


def test_the_scale_bar_goes_to_the_top_where_the_foot_is_full():
    foot = np.array([(x, 14) for x in range(11, 110, 3)], dtype=float)
    heading, bar = furniture.detail_plates(BOX, 1.0, foot)
    assert bar.top == BOX.top
    assert not bar.overlaps(heading)


def test_numbers_of_one_place_stand_in_short_lines():
    text = stacks.listed([3, 4, 18, 133, 134, 147, 169, 186, 187, 216, 217, 218])
    assert text.replace("\n", "") == stacks.runs([3, 4, 18, 133, 134, 147, 169, 186, 187, 216, 217, 218])
    assert all(len(line) <= 13 for line in text.split("\n"))


def test_a_circle_for_a_region_steps_aside_and_stays_in_it():
    region = shapely.box(50, 40, 70, 60)
    symbols = np.array([(60, 50, 1.0), (61, 51, 1.0), (62, 50, 1.0)])
    badge = stacks.Stack(60, 50, list(range(9)), 3.0)
    stacks.aside(badge, symbols, region, 1.0)
    assert region.contains(shapely.Point(badge.x, badge.y))
    assert (np.hypot(symbols[:, 0] - badge.x, symbols[:, 1] - badge.y) >= 4.0).all()
    still = stacks.Stack(60, 50, list(range(9)), 3.0)
    stacks.aside(still, symbols, None, 1.0)
    assert (still.x, still.y) == (60, 50)


def test_labels_keep_off_the_frame_of_an_enlarged_part():
    edge = Box(40, 30, 40, 40)
    wanted = [labels.Label("示范区", 40, y, 6.0, 0.5) for y in (35, 45, 55, 65)]
    for placed in labels.place(wanted, BOX, symbols=np.empty((0, 3)), edges=[edge], far=20):
        assert placed is not None
        assert placed.x > 40 or placed.x + 6.0 * 3 * 25.4 / 72 < 40.4


def test_every_circle_of_a_crowded_map_has_its_count():
    anchors = np.concatenate([np.full((60_000, 2), 15.0), np.full((1234, 2), 25.0), np.full((7, 2), 35.0)])
    found = stacks.counted(shapely.points(anchors), anchors, BOX, 1.0)
    assert [len(s.rows) for s in found] == [60_000, 1234, 7]
    assert all(stacks.figure_points(len(s.rows), s.radius) >= stacks.LEAST_POINTS for s in found)
    assert max(s.radius for s in found) < 3.5


def test_very_many_lines_and_areas_are_counted_as_points_are(monkeypatch):
    frame = sheet_sample.sample(1300)
    shapes, lines = (
        int(frame.geometry.geom_type.isin(kinds).sum()) for kinds in (("LineString", "Polygon"), ("LineString",))
    )
    # Beside the features, lines of the legend have an edge.
    for most, least, limit in ((shapes, lines, lines + 20), (shapes - 1, 0, 20)):
        monkeypatch.setattr(marks, "MOST_SHAPES", most)
        made = sheet.compose(frame, city=city.load("370100"), look=sheet.Look(lang="zh"))
        drawn = [s for one in made.pages[0].figure.axes for s in (*one.patches, *one.lines) if s.get_path_effects()]
        assert made.drawn == 1300
        assert least <= len(drawn) < limit
