"""Links of the chain that place a feature at a point: by its name, a toponym inside it, its town, zone or district."""

import re
from dataclasses import replace

from shapely.geometry import Point

import city
from geo import heads, selection, toponym
from geo.areas import Area, inner
from geo.districts import covering
from geo.gazetteer import Match, Place
from geo.ground import Ground, brand_only
from geo.placement import NEAR_M, PART_M, Placement, precision
from projects.feature import Feature, normal

# How far from a station that bears its name a place may lie.
STATION_M = 2500.0
# How far from a park or village that is named after it a place may lie.
NAMESAKE_M = 2000.0
# What is told no district lies somewhat farther from the town that its name bears.
_UNTOLD = 1.4
_BRACKET = re.compile(r"\((.{3,})\)$")
# Names shorter than this are too common to place by when they are not the name itself.
_SHORTEST_ALIAS = 3


def at(place: Place, method: str) -> Placement:
    """Return the placement of a thing at a place of the gazetteer."""
    return Placement(
        geometry=Point(place.lon, place.lat),
        method=method,
        precision=precision(place.radius_m, place.basis),
        radius_m=place.radius_m,
        source=place.source,
        licence=place.licence,
    )


def by_outline(feature: Feature, ground: Ground) -> Placement | None:
    """Place what is a district, or has an outline of its own, by it."""
    for name in (feature.name, *feature.aliases):
        for area in ground.outlines.find(name):
            point = inner(area)
            if ground.fits(point.x, point.y, feature, area.radius_m):
                same = normal(name) == normal(area.name)
                return outlined(area, "gazetteer" if same and name == feature.name else "alias")
    if (found := _zone(feature, ground)) is not None:
        return found
    shape = ground.called(feature.name)
    if shape is None:
        return None
    return Placement(
        geometry=shape,
        method="gazetteer",
        precision="exact",
        radius_m=ground.districts.accuracy_m,
        source=ground.districts.source,
        licence=ground.districts.licence,
    )


def _zone(feature: Feature, ground: Ground) -> Placement | None:
    """Place what is a functional zone by its outline."""
    town = ground.city
    for called in (feature.name, *feature.aliases):
        for lead in ("", town.name, town.short, town.name[-1]):
            zone = town.district(called.removeprefix(lead))
            # 高新区 may be short for that of another district.
            if zone is None or not zone.is_zone or (called != feature.name and feature.districts != (zone.short,)):
                continue
            own = ground.outline(zone.short)
            if own is not None and own.geometry.intersects(ground.area(feature.districts)):
                return outlined(own, "gazetteer" if feature.name in (zone.name, zone.short) else "alias")
    return None


def outlined(area: Area, method: str) -> Placement:
    """Return the placement of a thing whose outline is known."""
    return Placement(
        geometry=area.geometry,
        method=method,
        precision=precision(area.radius_m, area.basis),
        radius_m=area.radius_m,
        source=area.source,
        licence=area.licence,
    )


def by_name(feature: Feature, ground: Ground) -> Placement | None:
    """Place by the whole name, a toponym."""
    match = ground.find(feature.name, feature)
    # 轨道交通 is not the 轨道交通集团有限公司.
    if match is None or (match.how == "normalised" and normal(feature.name) in selection.generic()):
        return None
    return at(match.place, "alias" if match.how == "alias" else "gazetteer")


def by_alias(feature: Feature, ground: Ground) -> Placement | None:
    """Place by another name of the feature, a toponym."""
    for alias in feature.aliases:
        if len(normal(alias)) >= _SHORTEST_ALIAS and normal(alias) not in selection.generic():
            match = ground.find(alias, feature, fuzzy=False)
            if match:
                return at(match.place, "alias")
    return None


def by_station(feature: Feature, ground: Ground) -> Placement | None:
    """Place what a station is named after near that station, in a known district."""
    if not feature.districts:
        return None
    for name in (feature.name, *feature.aliases):
        match = ground.find(f"{name}站", feature, fuzzy=False)
        if match and match.place.kind in ("metro_station", "rail_station") and match.how in ("exact", "alias"):
            return at(replace(match.place, radius_m=STATION_M, basis="neighbour"), "head")
    return None


def by_longer(feature: Feature, ground: Ground) -> Placement | None:
    """Place near a place that is named after it, in a known district: 美里湖 near 美里湖湿地公园."""
    if not feature.districts:
        return None
    for folded in map(normal, (feature.name, *feature.aliases)):
        if len(folded) < _SHORTEST_ALIAS - 1:
            continue
        found = [
            match
            for tail in heads.namesake_tails()
            for match in ground.gazetteer.folded(folded + tail)
            if match.place.kind in heads.AREAS
        ]
        for match in sorted(found, key=lambda m: m.place.radius_m):
            if chosen := ground.choose([match], feature):
                radius = max(2 * chosen.place.radius_m, NAMESAKE_M)
                return at(replace(chosen.place, radius_m=radius, basis="neighbour"), "head")
    return None


def by_head(feature: Feature, ground: Ground) -> Placement | None:
    """Place by a toponym that stands inside the name."""
    for name in (feature.name, *feature.aliases):
        for start, end, matches in ground.gazetteer.inside(name):
            match = ground.choose(matches, feature)
            if match and not feature.districts and brand_only(normal(name)[start:end], match):
                continue
            radius = match and heads.radius(
                match.place, normal(name), start, end, ground.city,
                told=bool(feature.districts), reach=ground.reach(match.place),
            )  # fmt: skip
            if match and radius:
                return at(replace(match.place, radius_m=radius), "head")
    return None


def by_town(feature: Feature, ground: Ground) -> Placement | None:
    """Place by the name of a town or street inside the name."""
    for name in (feature.name, *feature.aliases):
        folded = normal(name)
        for start, short, places in ground.towns_in(folded):
            rest = folded[start + len(short) :]
            # Without a district, 平安小区 could be anywhere; 平安街道 and 平安 itself could not.
            sure = not rest or rest.startswith(("街道", "镇", "乡"))
            sure = sure or not (heads.meaning(rest)[1] or rest.startswith(heads.namesake_tails()))
            if heads.joined(folded, start + len(short)) or not (feature.districts or sure):
                continue
            if match := ground.choose([Match(p, "alias", 0.8) for p in places], feature):
                radius = max(ground.reach(match.place), match.place.radius_m)
                if not feature.districts:
                    radius = max(radius, min(_UNTOLD * radius, PART_M))
                return at(replace(match.place, radius_m=round(radius, -1)), "town")
    return None


def by_bracket(feature: Feature, ground: Ground) -> Placement | None:
    """Place beside the toponym that brackets at the end of the name give: 中部古城(明府城)."""
    match = _BRACKET.search(normal(feature.name))
    found = ground.choose(ground.gazetteer.exact(match[1]), feature) if match else None
    if found is None or found.place.name in selection.generic():
        return None
    # 肿瘤中心 is any hospital's.
    if not feature.districts and found.place.kind not in heads.AREAS:
        return None
    radius = max(2 * found.place.radius_m, NEAR_M)
    return at(replace(found.place, radius_m=radius, basis="neighbour"), "head")


def by_district(feature: Feature, ground: Ground) -> Placement | None:
    """Place by district or zone."""
    told = ground.told(feature)
    shorts = tuple(d for d in ground.city.order if d in told and ground.districts.shape(d) is not None)
    if not shorts:
        for area in filter(None, map(ground.outline, told)):
            centre, radius = covering(area.geometry)
            radius += area.radius_m
            return replace(outlined(area, "district"), geometry=centre, radius_m=radius, precision="district")
        for zone in filter(None, map(ground.zone, told)):
            placed = at(zone, "district")
            return replace(placed, precision="part" if zone.radius_m <= 2 * NEAR_M else "district")
        return None
    centre = ground.districts.centre(shorts)
    return Placement(
        geometry=centre[0] if centre else None,
        method="district",
        precision="district" if len(shorts) <= 2 else "city",
        radius_m=centre[1] if centre else None,
        source=ground.districts.source,
        licence=ground.districts.licence,
    )


def by_city(feature: Feature, ground: Ground) -> Placement | None:
    """Place somewhere in the city what its own name says is the city's (市科技馆, 济南签证中心), no line.

    What bears no such name may lie elsewhere (a fair abroad, a port, a policy) and stays unplaced.
    """
    town = ground.city
    if feature.kind == "corridor" or reason(feature, ground) != "no_place":
        return None
    folded = normal(feature.name)
    ends = [folded.find(name) + len(name) for name in (town.short, *town.aliases) if name in folded]
    if all(heads.joined(folded, end) for end in ends) and not (
        folded.startswith("市") and toponym.authority(feature.name, town.adcode) == "city"
    ):
        return None
    centre, radius = covering(ground.districts.outline)
    return Placement(
        geometry=centre,
        method="district",
        precision="city",
        radius_m=radius,
        source=ground.districts.source,
        licence=ground.districts.licence,
    )


def reason(feature: Feature, ground: Ground) -> str:
    """Return why nothing was found for a feature: one of :data:`geo.placement.REASONS`."""
    matches = ground.gazetteer.exact(feature.name)
    if matches and not any(ground.fits(m.place.lon, m.place.lat, feature, m.place.radius_m) for m in matches):
        return "contradicts"
    # What has no namesake may have branches: seven campuses of one university.
    alike = next(ground.gazetteer.levels(feature.name, fuzzy=False), [])
    if len({m.place for m in (*alike, *ground.gazetteer.also(feature.name))}) > 1:
        return "ambiguous"
    if normal(feature.name).startswith(city.beyond(ground.city.adcode)):
        return "outside"
    return "ends" if feature.kind == "corridor" and feature.extent else "no_place"
