"""Links of the chain that place a feature by others: the things it contains or links, the thing it belongs to."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import shapely
from shapely.geometry.base import BaseGeometry

from geo import corridor, datum, districts, spots
from geo.ground import Ground
from geo.placement import NEAR_M, PART_M, Placement, precision, together
from projects.feature import Feature, normal

# How far an axis leads past the straight way between its members, as a share of their distance.
_BEND = 0.15
_AXIS_M = 1000.0
_BETWEEN = re.compile("[-—–~]")
# Where only the district is known, the larger thing may be a common name of another plan (各街道).
_VAGUE = ("district", "town")
# Positions of features by name, and placements by position: one thing may come several times, with one id.
Named = Mapping[str, Sequence[tuple[int, str]]]
Placed = Mapping[int, Placement]


def names(features: Sequence[Feature]) -> dict[str, list[tuple[int, str]]]:
    """Return position and id of features by every name they bear, in normal form."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, feature in enumerate(features):
        for name in (feature.name, *feature.aliases):
            found.setdefault(normal(name), []).append((number, feature.id))
    return found


def by_members(feature: Feature, ground: Ground, named: Named, placed: Placed) -> Placement | None:
    """Place by what it contains or links: an axis through them in order, an area about them."""
    members = [p for name in feature.members if (p := _other(name, feature, ground, named, placed)) is not None]
    if len(members) < 2:
        return None
    lines = [m for m in members if m.geometry is not None and m.geometry.geom_type.endswith("LineString")]
    if feature.kind == "corridor" or len(lines) * 2 > len(members):
        return _axis(members, feature, ground)
    return _about(members, feature, ground)


def by_whole(feature: Feature, ground: Ground, named: Named, placed: Placed) -> Placement | None:
    """Place somewhere in the larger thing it belongs to."""
    if not feature.part_of or (whole := _other(feature.part_of, feature, ground, named, placed)) is None:
        return None
    if whole.geometry is None or whole.radius_m is None or whole.precision not in ("exact", "near", "part"):
        return None
    centre, size = districts.covering(whole.geometry)
    radius = max(size + whole.radius_m, 1500.0)
    # What has ends of its own (省会—胶东走廊) leads beyond what the sentence says it belongs to.
    if feature.kind == "corridor" and (feature.extent is not None or _BETWEEN.search(feature.name)):
        return None
    # A corridor along a line is no point.
    if whole.geometry.geom_type.endswith("LineString") and (radius > PART_M or feature.kind == "corridor"):
        return _along(whole, feature, ground)
    if radius > PART_M or not ground.fits(centre.x, centre.y, feature):
        return None
    # 孝里大峰山片区 lies in 孝里, whatever the sentence says it belongs to.
    town = spots.by_town(feature, ground)
    if town is not None and town.radius_m is not None and _metres(town.geometry, centre) > town.radius_m:
        return None
    return replace(whole, geometry=centre, method="part_of", precision="part", radius_m=radius)


def _metres(one: BaseGeometry | None, other: BaseGeometry) -> float:
    if one is None:
        return 0.0
    (a, b), (c, d) = shapely.shortest_line(one, other).coords
    return float(datum.distance(a, b, c, d))


def _along(whole: Placement, feature: Feature, ground: Ground) -> Placement | None:
    """Place somewhere along a belt or an axis too long for a circle, in the districts told."""
    line = corridor.lineal(shapely.intersection(whole.geometry, ground.area(ground.told(feature))))
    radius = max(whole.radius_m or 0.0, 1500.0)
    if line.is_empty or radius > PART_M:
        return None
    return replace(whole, geometry=line, method="part_of", precision="part", radius_m=radius)


def by_district_of_whole(feature: Feature, ground: Ground, named: Named, placed: Placed) -> Placement | None:
    """Place what is told no district in that of the larger thing it belongs to."""
    if not feature.part_of or ground.told(feature):
        return None
    whole = _other(feature.part_of, feature, ground, named, placed)
    if whole is None or whole.geometry is None or whole.precision in ("city", "unplaced") or whole.method in _VAGUE:
        return None
    centre, size = districts.covering(whole.geometry)
    radius = size + (whole.radius_m or 0.0)
    # What would have been near enough to tell more was refused before.
    if radius <= PART_M:
        return None
    return replace(whole, geometry=centre, method="part_of", precision="district", radius_m=radius)


def _other(name: str, feature: Feature, ground: Ground, named: Named, placed: Placed) -> Placement | None:
    area, elsewhere = ground.area(ground.told(feature)), None
    for number, key in named.get(normal(name), ()):
        if key == feature.id or (other := placed.get(number)) is None:
            continue
        if other.geometry is not None and other.geometry.intersects(area):
            return other
        elsewhere = elsewhere or other
    # Of one name, but elsewhere: another thing, where the gazetteer has one that fits.
    match = ground.find(name, feature, fuzzy=False)
    return spots.at(match.place, "gazetteer") if match else elsewhere


def _axis(members: list[Placement], feature: Feature, ground: Ground) -> Placement | None:
    lines = [m for m in members if m.geometry is not None and m.geometry.geom_type.endswith("LineString")]
    if len(lines) * 2 > len(members):
        geometry = corridor.merged([m.geometry for m in lines])
        radius = max(m.radius_m or 0 for m in lines) + _AXIS_M
        # Rivers all over the city bound no area: what is told by them is no place but a heading.
        if feature.kind != "corridor" and districts.covering(geometry)[1] > PART_M:
            return None
    else:
        points = [districts.covering(m.geometry)[0] for m in members]
        if all(p.equals(points[0]) for p in points):
            return None
        geometry = corridor.through(points)
        steps = [float(datum.distance(a.x, a.y, b.x, b.y)) for a, b in itertools.pairwise(points)]
        radius = max(_AXIS_M, _BEND * max(steps), float(sorted(m.radius_m or 0 for m in members)[len(members) // 2]))
    if radius > PART_M or not geometry.intersects(ground.area(feature.districts)):
        return None
    return _joined(members, geometry, max(radius, NEAR_M + 1))


def _about(members: list[Placement], feature: Feature, ground: Ground) -> Placement | None:
    centre, radius = districts.covering(shapely.union_all([m.geometry for m in members]))
    radius += max(m.radius_m or 0 for m in members)
    if radius > PART_M or not ground.fits(centre.x, centre.y, feature):
        return None
    return _joined(members, centre, max(radius, NEAR_M + 1))


def _joined(members: list[Placement], geometry: BaseGeometry, radius: float) -> Placement:
    return Placement(
        geometry=geometry,
        method="members",
        precision=precision(radius),
        radius_m=round(radius, -1),
        source=together(m.source for m in members),
        licence=together(m.licence for m in members),
    )
