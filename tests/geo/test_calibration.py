"""How far a radius can be trusted: take a place out of the gazetteer, place it by what remains, look where it lies."""

from collections import defaultdict
from statistics import median

import pytest
import shapely
from shapely.geometry import Point

from geo import datum, selection, toponym
from geo.ground import Ground
from geo.place import Placer

ADCODE = "370100"


class LeaveOneOut(Ground):
    """A ground that does not know the places at some positions."""

    hidden: frozenset[tuple[float, float]] = frozenset()

    def fits(self, lon, lat, feature, radius_m=0.0):
        return (lon, lat) not in LeaveOneOut.hidden and super().fits(lon, lat, feature, radius_m)


def off(geometry, point):
    if geometry.intersects(point):
        return 0.0
    (a, b), (c, d) = shapely.shortest_line(geometry, point).coords
    return float(datum.distance(a, b, c, d))


@pytest.fixture(scope="module")
def outcome(feature):
    whole = Ground.load(ADCODE)
    ground = LeaveOneOut(whole.city, whole.gazetteer, whole.lines, whole.districts)
    placer, classes = Placer(ground), selection.classes()
    same = defaultdict(list)
    for place in whole.gazetteer.places():
        same[toponym.key(place.name, ADCODE)].append(place)
    found = defaultdict(list)
    for place in whole.gazetteer.places():
        # Positions that are themselves sure: from data or a real point, within 500 m.
        if place.basis not in ("data", "point") or place.radius_m > 500 or place.kind == "zone":
            continue
        twins = same[toponym.key(place.name, ADCODE)]
        LeaveOneOut.hidden = frozenset((p.lon, p.lat) for p in twins if p.districts == place.districts)
        category = min(classes[place.kind].categories, default="culture")
        placed = placer.place([feature(place.name, category=category, districts=place.districts)])[0]
        found[placed.precision].append((off(placed.geometry, Point(place.lon, place.lat)), placed.radius_m, place.name))
    LeaveOneOut.hidden = frozenset()
    return found


@pytest.mark.parametrize("precision", ["exact", "near", "part", "district"])
def test_nine_of_ten_lie_within_their_radius(outcome, precision):
    cases = outcome[precision]
    assert len(cases) >= 10
    assert sum(distance <= radius for distance, radius, _ in cases) / len(cases) >= 0.9, sorted(cases)[-5:]


@pytest.mark.parametrize(("precision", "most"), [("exact", 500), ("near", 2000), ("part", 6000)])
def test_radii_are_not_just_large(outcome, precision, most):
    assert median(radius for _, radius, _ in outcome[precision]) <= most


def test_what_was_taken_out_is_seldom_found_elsewhere_as_exact(outcome):
    assert len(outcome["exact"]) / sum(map(len, outcome.values())) < 0.01
