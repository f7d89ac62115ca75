"""Links of the chain that place a corridor one end of which is beyond the city, or known to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import shapely
from shapely.geometry import LineString, Point

import city
from city import City
from geo import corridor, districts, spots, stretches
from geo.ground import Ground
from geo.placement import PART_M, Placement, precision
from projects import words
from projects.feature import Extent, Feature, normal

ASIDE_M = 30_000.0
"""How far beside the straight line to a place beyond the city such a line may run: see docs/placing.md."""
_PARTED = re.compile("[经以及、]")


def by_direction(feature: Feature, ground: Ground) -> Placement | None:
    """Place a corridor that leads from the city to a place beyond it straight towards that place: a guess, and wide.

    The ends are those that the text gives, or that the name is made of (济南至郑州…, 济青…). The line is drawn to the
    boundary of the city.
    """
    if feature.kind != "corridor" or feature.districts:
        return None
    for extent in _extents(feature, ground.city):
        for near, far in ((extent.start, extent.end), (extent.end, extent.start)):
            code = region(far, ground.city)
            begin = _begin(near, feature, ground) if code else None
            if begin is None:
                continue
            line = LineString([begin, districts.middle(code)])
            inside = corridor.lineal(line.intersection(ground.districts.outline))
            if inside.is_empty:
                continue
            return Placement(
                geometry=inside,
                method="extent",
                precision=precision(ASIDE_M, "knowledge"),
                radius_m=ASIDE_M,
                source=districts.PACKAGED_SOURCE,
                licence=districts.PACKAGED_LICENCE,
            )
    return None


def by_one_end(feature: Feature, ground: Ground) -> Placement | None:
    """Place a corridor of whose ends one is known in the district of that: there it begins, wherever it leads.

    An end that is a line itself does not tell where on it.
    """
    if feature.kind != "corridor" or feature.districts:
        return None
    area = ground.area(())
    for extent in _extents(feature, ground.city):
        ends = [stretches.resolve(name, feature, ground, area) for name in (extent.start, extent.end)]
        known = [end for end in ends if end is not None]
        if len(known) != 1 or not isinstance(begin := known[0][0], Point) or known[0][1] > PART_M:
            continue
        if (district := ground.districts.locate(begin.x, begin.y)) is not None:
            return spots.by_district(replace(feature, districts=(district,)), ground)
    return None


def _extents(feature: Feature, town: City) -> Iterator[Extent]:
    """Yield the ends of a corridor, as the text tells them and as its name does."""
    far = town.line_to(normal(feature.name))
    called = Extent(town.short, far) if far else None
    yield from filter(None, (feature.extent, stretches.named_ends(feature.name), called))


def _begin(name: str, feature: Feature, ground: Ground) -> Point | None:
    """Return where a corridor begins in the city: at what its end is named after, for the city itself in its middle."""
    town = ground.city
    if normal(name) in map(normal, (town.name, town.short)):
        seat = ground.gazetteer.find(f"{town.name}人民政府", fuzzy=False)
        return Point(seat[0].place.lon, seat[0].place.lat) if seat else districts.covering(ground.districts.outline)[0]
    found = stretches.resolve(name, feature, ground, ground.area(()))
    return shapely.centroid(found[0]) if found is not None else None


def region(name: str, town: City) -> str:
    """Return the code of the one region beyond a city that a name means, or nothing.

    Parameters
    ----------
    name
        A province or city of China, or a county of the city's own province, with or without suffix, or a wider region
        (``data/lexicon/wider.csv``); what follows it (方向) does not matter.
    town
        The city.
    """
    told = _PARTED.split(normal(name))[0].removesuffix("方向")
    told = _wider().get(told, told)
    codes = city.elsewhere(town.adcode).get(told, frozenset())
    return next(iter(codes)) if len(codes) == 1 else ""


@cache
def _wider() -> dict[str, str]:
    """Return the province or city towards which a line to a wider region leads, by the name of that."""
    return {normal(r["name"]): r["towards"] for r in words.rows("wider") if r["towards"]}
