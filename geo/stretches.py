"""Links of the chain that place a feature on a line: by its name, a line inside its name, or the ends it has."""

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import shapely
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo import corridor, heads, selection
from geo.corridor import Line, Stretch
from geo.ground import Ground
from geo.placement import PART_M, Placement, precision, together
from projects.feature import Extent, Feature, normal

# A thing whose place along a line is known only by two ends lies off the straight line by this share of its length.
_BEND = 0.25
# Farther than this from a line, what is said to be its end or crossing is another place of that name.
_FAR_M = 4000.0
# What is named after a crossing lies at it or a few blocks off.
_CROSSING_M = 800.0
_ENDS = re.compile(r"[（(]([^（()）]+?)(?:至|到|—+|–|~|～|-)([^（()）]+?)段?[)）]")
_FROM_TO = re.compile(
    "^(?:规划|论证|建设)?(.{2,}?)[至到](.{2,}?)(?:铁路|高铁|高速|公路|快速|有轨|轨道|轻轨|城际|通道|大道|连接线|联络线|专用线|隧道|管线)"
)
_EXTENSION = re.compile("^(.+?)([东南西北])延(?:伸|长)?(?:线|段)?(?:道路)?(?:建设|改造)?(?:工程|项目)*$")
# How far beyond the known end of a road its extension is drawn, and how far beside that it may run.
_BEYOND_M, _ASTRAY_M = 2500.0, 2000.0
_SIDES = {"东": (1, 0), "西": (-1, 0), "北": (0, 1), "南": (0, -1)}
# What is said to belong to a line in words that nobody knows may lie a little off it.
_SOMEWHERE_M = 500.0
# Before the name of a line these make the name of another one.
_SIBLINGS = frozenset("东西南北上下新老旧大小前后")
_JOIN = re.compile("[—–~]+")
_AND = ("", "与", "和", "及", "、", "/")


def by_line(feature: Feature, ground: Ground) -> Placement | None:
    """Place by the name of a line: the feature's whole name (brackets aside) or another name of it."""
    for name in (feature.name, *feature.aliases):
        if rows := ground.lines.find(name):
            same = normal(name) in {normal(n) for row in rows for n in (row.name,)}
            if (placed := _on(rows, feature, ground, "gazetteer" if same else "alias")) is not None:
                return placed
    return None


def by_line_inside(feature: Feature, ground: Ground) -> Placement | None:
    """Place by a line whose name stands inside the name: works on it, a belt along it."""
    for name in (feature.name, *feature.aliases):
        folded = normal(name)
        for start, end, rows in ground.lines.inside(name):
            beside, rest = along(_unled(folded[end:], ground))
            if rest or folded[:start] not in heads.leads(ground.city):
                continue
            if (placed := _on(rows, feature, ground, "head", beside)) is not None:
                return placed
    return None


def by_line_somewhere(feature: Feature, ground: Ground) -> Placement | None:
    """Place a corridor along the whole of a line where its name says no more than that it is a part of it.

    Words before the line that say what it is to be (智慧生态黄河), or words after it that name a stretch which nobody
    knows (齐长城定头崖西山段维修).
    """
    folded = normal(feature.name)
    for start, end, rows in ground.lines.inside(feature.name):
        beside, rest = along(_unled(folded[end:], ground))
        led = folded[:start] in heads.leads(ground.city)
        if led and "段" in rest:
            beside = 0.0
        elif rest or folded[start - 1] in _SIBLINGS:
            continue
        stretch = corridor.combine(rows, ground.area(ground.told(feature)))
        if stretch is None or stretch.radius_m + beside + _SOMEWHERE_M > PART_M:
            continue
        radius = stretch.radius_m + beside + _SOMEWHERE_M
        return Placement(
            geometry=stretch.geometry,
            method="head",
            precision="part",
            radius_m=round(radius, -1),
            source=stretch.source,
            licence=stretch.licence,
        )
    return None


def by_ends(feature: Feature, ground: Ground) -> Placement | None:
    """Place between the two ends that the text gives: on the line of its name, or straight where it has none."""
    if lines_of(feature, ground):
        return None
    extents = (feature.extent, _ends_in(feature.name), named_ends(feature.name))
    return next((p for e in extents if e is not None and (p := _straight(e, feature, ground)) is not None), None)


def _straight(extent: Extent, feature: Feature, ground: Ground) -> Placement | None:
    """Return a guess from one end to the other by way of what lies between, or None where an end is not known."""
    area = ground.area(())
    ends = [resolve(name, feature, ground, area) for name in (extent.start, *extent.via, extent.end)]
    known = [e for e in ends if e is not None]
    if len(known) < 2 or ends[0] is None or ends[-1] is None:
        return None
    points = [
        shapely.shortest_line(a[0], b[0]).interpolate(0) for a, b in zip(known, [*known[1:], known[-2]], strict=True)
    ]
    if points[0].equals(points[-1]):
        return None
    line = corridor.through(points)
    radius = max(_BEND * corridor.length(line) / (len(points) - 1), 500.0) + max(e[1] for e in known)
    if radius > PART_M or not line.intersects(ground.area(feature.districts)):
        return None
    return Placement(
        geometry=line if feature.kind == "corridor" else line.interpolate(0.5, normalized=True),
        method="extent",
        precision=precision(radius, "neighbour"),
        radius_m=round(radius if feature.kind == "corridor" else radius + corridor.length(line) / 2, -1),
        source=known[0][2],
        licence=known[0][3],
    )


def by_lines(feature: Feature, ground: Ground) -> Placement | None:
    """Place on several lines that the name joins: works on 黄河—小清河—玉符河, the roads 经十路纬十二路."""
    if feature.kind == "corridor" and (both := _side_by_side(feature.name, ground)):
        return _on_all(both, feature, ground)
    *first, last = map(normal, _JOIN.split(feature.name))
    found = [rows for name in first if (rows := ground.lines.find(name))]
    tail = next((piece for piece in ground.lines.inside(last) if piece[0] == 0), None)
    if last and (whole := ground.lines.find(last)):
        found.append(whole)
    elif tail is not None and not along(last[tail[1] :])[1]:
        found.append(tail[2])
    else:
        return None
    if len(found) < 2 or not all(_known(name, ground) for name in first):
        return None
    return _on_all(found, feature, ground)


def _side_by_side(name: str, ground: Ground) -> list[list[Line]]:
    """Return the rows of the lines that a name consists of, two or more; none where anything else stands in it."""
    pieces = sorted(ground.lines.inside(name), key=lambda piece: piece[0])
    bounds = [(0, 0), *((start, end) for start, end, _ in pieces), (len(normal(name)),) * 2]
    whole = all(a[1] == b[0] for a, b in itertools.pairwise(bounds))
    return [rows for _, _, rows in pieces] if whole and len(pieces) > 1 else []


def _on_all(found: list[list[Line]], feature: Feature, ground: Ground) -> Placement | None:
    area = ground.area(ground.told(feature))
    parts = [stretch for rows in found if (stretch := corridor.combine(rows, area)) is not None]
    if len(parts) < 2:
        return None
    radius = max(part.radius_m for part in parts)
    return Placement(
        geometry=corridor.merged([part.geometry for part in parts]),
        method="head",
        precision=precision(radius, "neighbour"),
        radius_m=round(radius, -1),
        source=together(part.source for part in parts),
        licence=together(part.licence for part in parts),
    )


def _known(name: str, ground: Ground) -> bool:
    return bool(ground.lines.find(name) or ground.gazetteer.exact(name))


def by_crossing(feature: Feature, ground: Ground) -> Placement | None:
    """Place where two lines named in the name meet."""
    folded = normal(feature.name)
    found = sorted(ground.lines.inside(feature.name), key=lambda piece: piece[0])
    pairs = [(a, b) for a, b in itertools.pairwise(found) if folded[a[1] : b[0]] in _AND]
    if not pairs:
        return None
    first, second = pairs[0]
    area = ground.area(feature.districts)
    both = [corridor.combine(rows, area) for rows in (first[2], second[2])]
    if both[0] is None or both[1] is None:
        return None
    gap = shapely.shortest_line(both[0].geometry, both[1].geometry)
    radius = both[0].radius_m + both[1].radius_m
    if corridor.length(gap) > radius:
        return None
    radius = max(radius, _CROSSING_M)
    return Placement(
        geometry=gap.interpolate(0.5, normalized=True),
        method="head",
        precision=precision(radius, max(both[0].basis, both[1].basis)),
        radius_m=radius,
        source=both[0].source,
        licence=both[0].licence,
    )


def by_extension(feature: Feature, ground: Ground) -> Placement | None:
    """Place the extension of a known line (海棠路南延) straight on from its end on that side: a guess, and wide."""
    match = _EXTENSION.match(normal(feature.name))
    stretch = corridor.combine(ground.lines.find(match[1]), ground.area(())) if match else None
    if match is None or stretch is None:
        return None
    east, north = _SIDES[match[2]]
    lon, lat = max(
        shapely.get_coordinates(stretch.geometry).tolist(), key=lambda c: (c[0] * east + c[1] * north, c[0], c[1])
    )
    radius = stretch.radius_m + _ASTRAY_M
    if radius > PART_M or not ground.fits(lon, lat, feature, radius):
        return None
    degrees = _BEYOND_M / corridor.DEGREE_M
    beyond = (lon + east * degrees / math.cos(math.radians(lat)), lat + north * degrees)
    return Placement(
        geometry=LineString([(lon, lat), beyond]),
        method="head",
        precision="part",
        radius_m=round(radius, -1),
        source=stretch.source,
        licence=stretch.licence,
    )


def lines_of(feature: Feature, ground: Ground) -> list[Line]:
    """Return the rows of the line that a feature's name names or begins with."""
    for name in (feature.name, *feature.aliases):
        if rows := ground.lines.find(name):
            return rows
        for start, end, rows in ground.lines.inside(name):
            if start == 0 and not along(_unled(normal(name)[end:], ground))[1]:
                return rows
    return []


@cache
def _bands() -> tuple[tuple[str, float], ...]:
    rows = [(normal(r["words"]), float(r["beside_m"])) for r in selection.table("bands")]
    return tuple(sorted(rows, key=lambda r: -len(r[0])))


def along(tail: str) -> tuple[float, str]:
    """Return how far beside a line (metres) that lies which words after its name say, and the words not understood.

    Examples
    --------
    >>> along("河道综合治理工程"), along("文化旅游带"), along("大数据中心")
    ((0.0, ''), (2500.0, ''), (0.0, '大数据中心'))
    """
    rest = re.sub(r"\(.*?\)|[,、]", "", normal(tail))
    beside = 0.0
    while rest:
        for words, width in _bands():
            if rest.startswith(words):
                rest, beside = rest[len(words) :], max(beside, width)
                break
        else:
            break
    return beside, rest


def _unled(tail: str, ground: Ground) -> str:
    """Return what follows a line's name without the district or the ends that say which stretch of it is meant."""
    tail = re.sub(r"\(.*?\)", "", tail)
    tail = re.sub("^[^至]{2,8}至[^至]{2,8}?段", "", tail)
    for lead in sorted(heads.leads(ground.city), key=len, reverse=True):
        if lead and tail.startswith(lead):
            return tail[len(lead) :]
    return tail


def _on(rows: list[Line], feature: Feature, ground: Ground, method: str, beside: float = 0.0) -> Placement | None:
    stretch = corridor.combine(rows, ground.area(ground.told(feature)))
    if stretch is None:
        return None
    geometry, said = _between(stretch, feature, ground)
    radius = stretch.radius_m + beside
    return Placement(
        geometry=geometry,
        method=said or method,
        precision=precision(radius, stretch.basis),
        radius_m=round(radius, -1),
        source=stretch.source,
        licence=stretch.licence,
    )


def _between(stretch: Stretch, feature: Feature, ground: Ground) -> tuple[BaseGeometry, str | None]:
    extent = feature.extent or _ends_in(feature.name)
    if extent is None:
        return stretch.geometry, None
    area = ground.area(())
    ends = [resolve(name, feature, ground, area) for name in (extent.start, extent.end)]
    near = [
        e[0]
        for e in ends
        if e is not None and corridor.length(shapely.shortest_line(e[0], stretch.geometry)) <= _FAR_M + e[1]
    ]
    if len(near) == 2 and (piece := corridor.clip(stretch.geometry, near[0], near[1])) is not None:
        return piece, "extent"
    return stretch.geometry, None


Resolved = tuple[BaseGeometry, float, str, str]


def resolve(name: str, feature: Feature, ground: Ground, area: BaseGeometry) -> Resolved | None:
    """Return geometry, radius, source and licence of the thing that an end is named by, or None."""
    for step in _RESOLVERS:
        if (found := step(name, feature, ground, area)) is not None:
            return found
    return None


def _line_end(name: str, feature: Feature, ground: Ground, area: BaseGeometry) -> Resolved | None:
    del feature
    stretch = corridor.combine(ground.lines.find(name), area)
    return (stretch.geometry, stretch.radius_m, stretch.source, stretch.licence) if stretch else None


def _place_end(name: str, feature: Feature, ground: Ground, area: BaseGeometry) -> Resolved | None:
    del area
    match = ground.find(name, feature, fuzzy=False)
    if match is None:
        # An end may lie in the next district; homonyms there are a tie unless they stand together.
        match = ground.choose(ground.gazetteer.exact(name), replace(feature, districts=()))
    if match is None:
        return None
    place = match.place
    return Point(place.lon, place.lat), place.radius_m, place.source, place.licence


def _town_end(name: str, feature: Feature, ground: Ground, area: BaseGeometry) -> Resolved | None:
    del feature, area
    if len(places := ground.towns.get(normal(heads.town_name(name)), [])) == 1:
        return Point(places[0].lon, places[0].lat), places[0].radius_m, places[0].source, places[0].licence
    return None


def _seat_end(name: str, feature: Feature, ground: Ground, area: BaseGeometry) -> Resolved | None:
    del feature, area
    district = ground.city.district(name)
    for form in (f"{district.name}人民政府", f"{district.name}政府") if district else ():
        if matches := ground.gazetteer.find(form, fuzzy=False):
            place = matches[0].place
            return Point(place.lon, place.lat), max(place.radius_m, 1500.0), place.source, place.licence
    return None


_RESOLVERS: tuple[Callable[[str, Feature, Ground, BaseGeometry], Resolved | None], ...] = (
    _line_end,
    _place_end,
    _town_end,
    _seat_end,
)


def named_ends(name: str) -> Extent | None:
    """Return the ends of a line that is called after them (董家至某某港铁路专用线)."""
    match = _FROM_TO.match(normal(name))
    return Extent(match[1], match[2]) if match else None


def _ends_in(name: str) -> Extent | None:
    match = _ENDS.search(name)
    return Extent(match[1], match[2]) if match else None
