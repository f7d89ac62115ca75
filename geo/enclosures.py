"""Links of the chain that place a feature in the area that lines bound: one side of lines, the inside of a ring."""

import re
from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo import corridor
from geo.corridor import Stretch
from geo.ground import Ground
from geo.placement import Placement, together
from projects.feature import Feature, normal

_SIDE = re.compile("以([东南西北])")
_INSIDE = re.compile("以内|之内|围合|合围|环内")
# How wide the cut along a line is, in degrees, and the share of a district that is no part of it any more.
_CUT, _WHOLE = 1e-6, 0.9
# Between the ends of lines that meet on the ground there may be gaps; the widest that is closed, in metres.
_GAPS_M = (100.0, 300.0, 800.0, 1500.0, 2500.0)
_DEGREE_M = 111_195.0
# How far beyond the city a ring around it may reach, in degrees.
_FRAME = 0.2


def by_side(feature: Feature, ground: Ground) -> Placement | None:
    """Place what lies on one side of lines, in a known district, by the part of the district on those sides."""
    told = ground.told(feature)
    sides = {match.start(): match[1] for match in _SIDE.finditer(normal(feature.name))}
    if not told or not sides:
        return None
    area = ground.area(told)
    side, used = area, []
    for _, end, rows in ground.lines.inside(feature.name):
        if end not in sides or (stretch := corridor.combine(rows, area)) is None:
            continue
        pieces = shapely.get_parts(area.difference(stretch.geometry.buffer(_CUT)))
        beyond = shapely.union_all([p for p in pieces if _lies(p, sides[end], stretch.geometry)])
        side = side.intersection(beyond)
        used.append(stretch)
    side = side.intersection(ground.districts.outline)
    if not used or side.is_empty or side.area > _WHOLE * area.area:
        return None
    return _bounded(side, used)


def _lies(piece: BaseGeometry, side: str, line: BaseGeometry) -> bool:
    middle = piece.representative_point()
    near = shapely.shortest_line(middle, line).coords[-1]
    off = {"东": middle.x - near[0], "西": near[0] - middle.x, "南": near[1] - middle.y, "北": middle.y - near[1]}
    return float(off[side]) > 0


def by_ring(feature: Feature, ground: Ground) -> Placement | None:
    """Place what lies inside a ring road, or between roads that are named, by the area that these enclose."""
    folded = normal(feature.name)
    if (match := _INSIDE.search(folded)) is None:
        return None
    found = [rows for _, end, rows in ground.lines.inside(feature.name) if end <= match.start()]
    # A ring may leave the city and come back.
    frame = ground.districts.outline.envelope.buffer(_FRAME)
    bounds = [s for rows in found if (s := corridor.combine(rows, frame)) is not None]
    ring = _enclosed([b.geometry for b in bounds])
    inside = ring.intersection(ground.area(ground.told(feature))).intersection(ground.districts.outline)
    if inside.is_empty:
        return None
    return _bounded(inside, bounds)


def _bounded(area: BaseGeometry, bounds: Sequence[Stretch]) -> Placement:
    """Return the placement of what lies in an area that lines bound: as good as the worst of them."""
    return Placement(
        geometry=area,
        method="extent",
        precision="part",
        radius_m=max(500.0, *(b.radius_m for b in bounds)),
        source=together(b.source for b in bounds),
        licence=together(b.licence for b in bounds),
    )


def _enclosed(lines: list[BaseGeometry]) -> BaseGeometry:
    """Return the largest area (WGS 84) that all of some lines bound, small gaps between them closed.

    Empty where they enclose nothing.
    """
    if not lines:
        return shapely.Polygon()
    # Equal scale on both axes, so that a gap is as wide one way as the other.
    squeeze = np.cos(np.radians(lines[0].bounds[1]))
    flat = [shapely.transform(line, lambda xy: xy * (squeeze, 1.0)) for line in lines]
    for gap in _GAPS_M:
        reach = gap / _DEGREE_M
        walls = shapely.union_all(flat).buffer(reach)
        holes = [shapely.Polygon(hole) for part in shapely.get_parts(walls) for hole in part.interiors]
        holes = [hole for hole in holes if all(hole.distance(line) <= 1.5 * reach for line in flat)]
        if holes:
            inner = max(holes, key=lambda hole: hole.area).buffer(reach, join_style="mitre")
            return shapely.transform(inner, lambda xy: xy / (squeeze, 1.0))
    return shapely.Polygon()
