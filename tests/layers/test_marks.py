"""The marks of the map: what is drawn of a feature, and what of very many a browser gets."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon

from layers import marks, webmap

WHOLE = (36.0, 116.0, 37.6, 118.0, 9.0)
CATEGORIES = len(webmap.style.categories())


def many(shapes: list[object], precision: str = "exact") -> marks.Marks:
    """Return the marks of features of every category in turn."""
    codes = list(webmap.style.categories())
    n = len(shapes)
    columns = {
        "id": [f"i{k}" for k in range(n)],
        "name": [f"n{k}" for k in range(n)],
        "category": [codes[k % len(codes)] for k in range(n)],
        "precision": [precision] * n,
        "radius_m": [100.0] * n,
    }
    return marks.marks(gpd.GeoDataFrame(columns, geometry=np.array(shapes, dtype=object), crs=4326))


@pytest.fixture(scope="module")
def crowd() -> marks.Marks:
    return many([Point(116.4 + k % 1009 / 1000, 36.2 + k % 997 / 1000) for k in range(30_000)])


def every(of: marks.Marks) -> np.ndarray:
    return np.arange(len(of.frame))


def counted(cells: list[list[object]]) -> int:
    return sum(sum(cell[2]) for cell in cells)


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (LineString([(117, 36), (117.1, 36.1)]), "line"),
        (Polygon([(117, 36), (117.1, 36), (117.1, 36.1)]), "area"),
        (MultiPolygon([Point(117, 36).buffer(0.1), Point(118, 36).buffer(0.1)]), "area"),
    ],
)
def test_shapes_keep_their_kind_and_their_mark_lies_on_them(shape: Polygon, kind: str) -> None:
    assert marks.compact(shape)[0] == kind
    [mark] = marks.anchors(np.array([shape], dtype=object))
    assert mark.distance(shape) < 1e-9


def test_holes_stay() -> None:
    ring = Point(117, 36).buffer(0.2).difference(Point(117, 36).buffer(0.1))
    assert [len(part) for part in marks.compact(ring)[1]] == [2]


def test_the_mark_of_a_line_in_parts_lies_in_the_middle_of_the_longest() -> None:
    parts = MultiLineString([[(117, 36), (117.1, 36)], [(118, 36), (118.4, 36)], [(119, 36), (119.2, 36)]])
    [mark] = marks.anchors(np.array([parts], dtype=object))
    assert (mark.x, mark.y) == pytest.approx((118.2, 36))


def test_two_features_on_one_line_share_its_shape() -> None:
    line, other = LineString([(117, 36), (117.2, 36.1)]), LineString([(117, 36), (117.3, 36.1)])
    features, shapes = (made := many([line, other, line, Point(117, 36)])).features(every(made))
    assert [f[7] for f in features] == [0, 1, 0, -1]
    assert len(shapes) == 2


def test_what_was_rejected_says_so_one_by_one_and_in_sum() -> None:
    made = many([Point(117, 36), Point(117.2, 36), Point(117.4, 36)])
    assert [f[8] for f in made.features(every(made))[0]] == [0, 0, 0]
    made = marks.marks(made.frame.assign(review=["confirmed", "rejected", "unreviewed"]))
    assert [f[8] for f in made.features(every(made))[0]] == [0, 1, 0]
    assert webmap.shown(made, every(made), "en")["texts"]["rejected"] == "Rejected"


def test_of_very_many_features_the_rejected_are_counted(crowd: marks.Marks) -> None:
    states = np.where(np.arange(30_000) % 100 == 0, "rejected", "unreviewed")
    made = marks.marks(crowd.frame.assign(review=states))
    assert webmap.shown(made, every(made), "zh", window=WHOLE)["rejected"] == 300
    assert webmap.shown(made, every(made)[:150], "zh", window=WHOLE)["rejected"] is None


def test_of_very_many_features_the_browser_gets_counts_that_add_up(crowd: marks.Marks) -> None:
    chosen, cells = marks.thinned(crowd, every(crowd), WHOLE, CATEGORIES)
    assert len(chosen) == 0
    assert 0 < len(cells) < 1500
    assert counted(cells) == 30_000
    by_category = np.sum([cell[2] for cell in cells], axis=0)
    assert by_category.tolist() == np.bincount(np.arange(30_000) % CATEGORIES, minlength=CATEGORIES).tolist()


def test_close_up_the_features_in_view_come_themselves(crowd: marks.Marks) -> None:
    window = (36.5, 116.9, 36.52, 116.92, 14.0)
    chosen, cells = marks.thinned(crowd, every(crowd), window, CATEGORIES)
    assert cells == []
    lat, lon = crowd.at.T
    with_margin = (lat >= 36.49) & (lat <= 36.53) & (lon >= 116.89) & (lon <= 116.93)
    assert chosen.tolist() == np.flatnonzero(with_margin).tolist()


def test_a_line_that_passes_through_the_view_comes_though_its_mark_is_far_away(crowd: marks.Marks) -> None:
    points = list(crowd.frame.geometry)
    line = LineString([(116.905, 36.51), (119, 36.51)])
    window = (36.5, 116.9, 36.52, 116.92, 14.0)
    for precision, comes in (("exact", True), ("district", False)):
        # What stands for a district is a mark only.
        made = many([*points, line], precision)
        chosen, _ = marks.thinned(made, every(made), window, CATEGORIES)
        assert (len(points) in chosen) == comes


def test_lines_that_pass_through_never_take_the_place_of_what_lies_in_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST", 10)
    near = [Point(117 + k / 1e4, 36.5) for k in range(8)]
    lines = [LineString([(116, 36.5), (120 + k, 36.5)]) for k in range(5)]
    made = many([*lines, *near])
    chosen, cells = marks.thinned(made, every(made), (36.4, 116.9, 36.6, 117.1, 12.0), CATEGORIES)
    assert cells == []
    # The shortest two of the lines.
    assert chosen.tolist() == [0, 1, *range(5, 13)]


def test_what_is_all_at_one_place_says_so_and_is_listed_in_part() -> None:
    made = many([Point(117, 36.5)] * 5000 + [Point(117.2, 36.5), Point(117.25, 36.6), None])
    chosen, cells = marks.thinned(made, np.arange(5002), WHOLE, CATEGORIES)
    assert len(chosen) == 0
    assert [cell[3] for cell in cells if sum(cell[2]) == 5000] == [1]
    here = marks.gathered(made, np.arange(5002), (36.5, 117.0, 1.0))
    assert here["total"] == 5000
    assert len(here["features"]) == marks.LISTED
    assert [f[2] for f in here["features"]] == sorted(f[2] for f in here["features"])


def test_features_of_one_cell_that_lie_apart_are_not_at_one_place() -> None:
    made = many([Point(117 + k % 2 / 100, 36.5) for k in range(5000)])
    _, cells = marks.thinned(made, every(made), (30, 110, 40, 125, 5.0), CATEGORIES)
    assert [(sum(cell[2]), cell[3]) for cell in cells] == [(5000, 0)]


def test_the_legend_of_very_many_counts_all_of_them(crowd: marks.Marks) -> None:
    shown = webmap.shown(crowd, np.arange(5000), "zh", window=WHOLE)
    assert shown["partial"]
    assert np.sum(shown["counts"]) == 5000
    few = webmap.shown(crowd, np.arange(4000), "zh", window=WHOLE)
    assert not few["partial"]
    assert len(few["features"]) == 4000


def test_what_is_selected_comes_wherever_it_lies(crowd: marks.Marks) -> None:
    for window in (WHOLE, (36.5, 116.9, 36.52, 116.92, 14.0)):
        shown = webmap.shown(crowd, every(crowd), "zh", window=window, selected="i7")
        assert shown["alone"][0][0] == "i7"
    assert webmap.shown(crowd, every(crowd), "zh", window=WHOLE, selected="nothing")["alone"] is None


def test_a_view_of_very_many_is_light(crowd: marks.Marks) -> None:
    for zoom, high in ((8.0, 2.0), (11.0, 0.3), (13.0, 0.08), (15.0, 0.02)):
        window = (36.6 - high, 116.9 - high, 36.6 + high, 116.9 + high, zoom)
        shown = webmap.shown(crowd, every(crowd), "zh", window=window)
        assert len(shown["features"]) <= marks.MOST
        assert len(webmap.Features(shown).data) < 1_000_000


def test_marks_of_changed_rows_are_as_if_all_were_made_anew() -> None:
    line, area = LineString([(117, 36), (117.2, 36.1)]), Point(117.3, 36.4).buffer(0.1)
    before = many([Point(117, 36), line, area, None, Point(117.4, 36.2)])
    shapes = [Point(117.6, 36.6), line, Point(117.1, 36.1), area, LineString([(117, 36), (117.5, 36)])]
    frame = before.frame.set_geometry(gpd.GeoSeries(shapes, crs=4326))
    patched, whole = marks.remarked(before, frame, [0, 2, 3, 4]), marks.marks(frame)
    for name in ("placed", "codes", "at", "bounds"):
        assert np.array_equal(getattr(patched, name), getattr(whole, name))
    assert patched.features(every(patched)) == whole.features(every(whole))
    assert before.placed.tolist() == [True, True, True, False, True]


def test_lines_of_very_many_points_are_counted_instead_of_sent() -> None:
    winding = [LineString([(117 + k / 1e4, 36.5 + j % 2 / 1e3 + j / 1e5) for j in range(500)]) for k in range(400)]
    points = [Point(119, 36.5)] * marks.MOST
    made = many([*winding, *points])
    chosen, cells = marks.thinned(made, every(made), (36.0, 116.5, 37.0, 117.5, 12.0), CATEGORIES)
    assert len(chosen) == 0
    assert counted(cells) == 400
    # Close up, where fewer are in view, these come.
    chosen, cells = marks.thinned(made, every(made), (36.49, 116.999, 36.51, 117.003, 16.0), CATEGORIES)
    assert cells == []
    assert 0 < len(chosen) < 400
    assert made.points(chosen) <= marks.MOST_POINTS
