"""Features to placements, by a chain of links from the surest to the vaguest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

import city
from city import City
from geo import datum, districts, heads, selection
from geo.districts import Districts
from geo.gazetteer import Gazetteer, Match, Place
from projects.feature import Feature, normal

METHODS = ("correction", "gazetteer", "alias", "head", "extent", "members", "part_of", "town", "district", "online")
PRECISIONS = ("exact", "near", "part", "district", "city", "unplaced")
REASONS = ("no_place", "ambiguous", "contradicts", "outside")

# The bounds of the precision words, in metres.
EXACT_M, NEAR_M, PART_M = 500.0, 2000.0, 10_000.0
# How far outside its district a place may lie: the accuracy of boundaries and the size of places on them.
_SLACK_M = 500.0
# The radius of "somewhere in this town", its position being that of its seat.
_TOWN_M = 5000.0
_ROUNDS = 3


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a feature lies, and how surely.

    Attributes
    ----------
    geometry
        WGS 84, longitude first; None when not placed.
    method
        How it was found: one of :data:`METHODS` (``"online:<service>"`` for services); empty when not placed.
    precision
        One of :data:`PRECISIONS`.
    radius_m
        The thing lies within this distance of the geometry in at least 9 of 10 cases; None when not placed.
    source, licence
        Where the coordinates come from.
    reason
        Why it is not placed: one of :data:`REASONS`; empty when placed.
    """

    geometry: BaseGeometry | None
    method: str
    precision: str
    radius_m: float | None
    source: str
    licence: str
    reason: str = ""


def precision(radius_m: float, basis: str = "data") -> str:
    """Return the precision word for a radius in metres and what the position rests on.

    General knowledge is never better than ``part``, what is inferred from a neighbour never better than ``near``.
    """
    if radius_m <= EXACT_M and basis in ("data", "point"):
        return "exact"
    if radius_m <= NEAR_M and basis != "knowledge":
        return "near"
    return "part" if radius_m <= PART_M else "district"


class Placer:
    """Places features of one city.

    Parameters
    ----------
    town
        The city.
    gazetteer
        Its places.
    boundaries
        Its districts.
    """

    def __init__(self, town: City, gazetteer: Gazetteer, boundaries: Districts) -> None:
        self.city = town
        self.gazetteer = gazetteer
        self.districts = boundaries

    @classmethod
    def load(cls, adcode: str) -> "Placer":
        """Return a placer with the data of a city.

        Raises
        ------
        CallError
            There is no such city.
        DataError
            Its gazetteer or the boundaries have faults.
        """
        town = city.load(adcode)
        return cls(town, Gazetteer.load(adcode), Districts.load(town))

    def place(self, features: Sequence[Feature]) -> list[Placement]:
        """Place features; the whole set at once, because some are placed by others.

        Returns
        -------
        list of Placement
            In the order of ``features``.
        """
        own: tuple[Callable[[Feature], Placement | None], ...] = (self._by_name, self._by_alias, self._by_head)
        found: dict[str, Placement] = {}
        for feature in features:
            for link in own:
                if (placement := link(feature)) is not None:
                    found[feature.id] = placement
                    break
        names = _names(features)
        for _ in range(_ROUNDS):
            before = len(found)
            for feature in features:
                if feature.id not in found and (placement := self._by_others(feature, names, found)) is not None:
                    found[feature.id] = placement
            if len(found) == before:
                break
        return [found.get(f.id) or self._by_town(f) or self._by_district(f) for f in features]

    def locate(self, name: str) -> list[Match]:
        """Return the places that a name may mean, with scores, best first."""
        return self.gazetteer.find(name)

    def _by_name(self, feature: Feature) -> Placement | None:
        """Place by the whole name, a toponym."""
        match = self.choose(self.gazetteer.find(feature.name), feature)
        return self._at(match, "alias" if match.how == "alias" else "gazetteer") if match else None

    def _by_alias(self, feature: Feature) -> Placement | None:
        """Place by another name of the feature, a toponym."""
        for alias in feature.aliases:
            match = self.choose(self.gazetteer.find(alias, fuzzy=False), feature)
            if match and len(normal(alias)) >= 3:
                return self._at(match, "alias")
        return None

    def _by_head(self, feature: Feature) -> Placement | None:
        """Place by a toponym that stands inside the name."""
        for name in (feature.name, *feature.aliases):
            for start, end, matches in self.gazetteer.inside(name):
                match = self.choose(matches, feature)
                radius = match and heads.radius(match.place, normal(name), start, end, self.city)
                if match and radius:
                    return self._at(replace(match, place=replace(match.place, radius_m=radius)), "head")
        return None

    def _by_others(
        self, feature: Feature, names: dict[str, list[Feature]], found: dict[str, Placement]
    ) -> Placement | None:
        """Place by the things it contains, or the larger thing it belongs to."""
        members = [p for n in feature.members if (p := self._other(n, feature, names, found)) is not None]
        if len(members) >= 2 and (placement := self._around(members, feature)) is not None:
            return placement
        if feature.part_of and (whole := self._other(feature.part_of, feature, names, found)) is not None:
            return self._within(whole, feature)
        return None

    def _other(
        self, name: str, feature: Feature, names: dict[str, list[Feature]], found: dict[str, Placement]
    ) -> Placement | None:
        for other in names.get(normal(name), ()):
            if other.id != feature.id and other.id in found:
                return found[other.id]
        match = self.choose(self.gazetteer.find(name, fuzzy=False), feature)
        return self._at(match, "gazetteer") if match else None

    def _around(self, members: list[Placement], feature: Feature) -> Placement | None:
        shapes = shapely.union_all([m.geometry for m in members])
        centre, radius = districts.covering(shapes)
        radius += max(m.radius_m or 0 for m in members)
        if radius > PART_M or not self.fits(centre.x, centre.y, feature):
            return None
        return Placement(
            geometry=centre,
            method="members",
            precision=precision(max(radius, NEAR_M + 1)),
            radius_m=max(radius, NEAR_M + 1),
            source=members[0].source,
            licence=members[0].licence,
        )

    def _within(self, whole: Placement, feature: Feature) -> Placement | None:
        if whole.geometry is None or whole.radius_m is None or whole.precision not in ("exact", "near", "part"):
            return None
        centre, size = districts.covering(whole.geometry)
        radius = max(size + whole.radius_m * 1.5, 1500.0)
        if radius > PART_M or not self.fits(centre.x, centre.y, feature):
            return None
        return replace(whole, geometry=centre, method="part_of", precision="part", radius_m=radius)

    def _by_town(self, feature: Feature) -> Placement | None:
        """Place by the name of a town or street inside the name."""
        for name in (feature.name, *feature.aliases):
            folded = normal(name)
            for short, places in self._towns.items():
                at = folded.find(short)
                if at < 0 or heads.joined(folded, at + len(short)):
                    continue
                if match := self.choose([Match(p, "alias", 0.8) for p in places], feature):
                    placed = replace(match, place=replace(match.place, radius_m=max(_TOWN_M, match.place.radius_m)))
                    return self._at(placed, "town")
        return None

    @cached_property
    def _towns(self) -> dict[str, list[Place]]:
        """Towns by their name without suffix, longest names first."""
        found: dict[str, list[Place]] = {}
        for place in self.gazetteer.places():
            short = normal(heads.town_name(place.name))
            if place.kind == "town" and len(short) >= 2:
                found.setdefault(short, []).append(place)
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    def _by_district(self, feature: Feature) -> Placement:
        """Place by district or zone, or not at all."""
        told = feature.districts or self._districts_in(feature.name)
        zones = [d for d in told if self.districts.shape(d) is None]
        if told and len(zones) == len(told):
            for zone in zones:
                if (known := self._zone(zone)) is not None:
                    radius = known.radius_m
                    placed = self._at(Match(known, "exact", 1.0), "district")
                    return replace(placed, precision="part" if radius <= NEAR_M * 2 else "district", radius_m=radius)
        shorts = tuple(d for d in self.city.order if d in told and d not in zones)
        if (centre := self.districts.centre(shorts)) is None:
            return Placement(
                geometry=None, method="", precision="unplaced", radius_m=None, source="", licence="", reason="no_place"
            )
        return Placement(
            geometry=centre[0],
            method="district",
            precision="district" if len(shorts) <= 2 else "city",
            radius_m=centre[1],
            source=self.districts.source,
            licence=self.districts.licence,
        )

    def _districts_in(self, name: str) -> tuple[str, ...]:
        folded = normal(name)
        found = []
        for district in self.city.districts:
            for form in (district.name, district.short):
                at = folded.find(form)
                if at >= 0 and not heads.joined(folded, at + len(form)):
                    found.append(district.short)
                    break
        return tuple(found)

    def _zone(self, short: str) -> Place | None:
        zone = self.city.district(short)
        for name in (zone.name, *zone.aliases, zone.short) if zone else ():
            for match in self.gazetteer.exact(name):
                if match.place.kind == "zone":
                    return match.place
        return None

    def fits(self, lon: float, lat: float, feature: Feature) -> bool:
        """Return whether a point (WGS 84) agrees with the districts a feature is said to lie in."""
        if self.districts.locate(lon, lat) is None:
            return False
        if not feature.districts:
            return True
        for short in feature.districts:
            if self.districts.shape(short) is not None:
                if self.districts.off(short, lon, lat) <= _SLACK_M:
                    return True
            elif (zone := self._zone(short)) is None or datum.distance(lon, lat, zone.lon, zone.lat) <= zone.radius_m:
                return True
        return False

    def choose(self, matches: Sequence[Match], feature: Feature) -> Match | None:
        """Return the one place among homonyms that a feature can mean, or None when none fits or it is a tie."""
        fitting = [m for m in matches if self.fits(m.place.lon, m.place.lat, feature)]
        if not fitting:
            return None
        best = [m for m in fitting if m.score == fitting[0].score]
        kinds = selection.classes()
        suiting = [m for m in best if (k := kinds.get(m.place.kind)) and feature.category in k.categories]
        best = sorted(suiting or best, key=lambda m: m.place.radius_m)
        first = best[0].place
        spread = max(float(datum.distance(first.lon, first.lat, m.place.lon, m.place.lat)) for m in best)
        if spread <= max(EXACT_M * 2, first.radius_m):
            return replace(best[0], place=replace(first, radius_m=max(first.radius_m, round(spread, -1))))
        return None

    def _at(self, match: Match, method: str) -> Placement:
        place = match.place
        return Placement(
            geometry=Point(place.lon, place.lat),
            method=method,
            precision=precision(place.radius_m, place.basis),
            radius_m=place.radius_m,
            source=place.source,
            licence=place.licence,
        )


def _names(features: Sequence[Feature]) -> dict[str, list[Feature]]:
    found: dict[str, list[Feature]] = {}
    for feature in features:
        for name in (feature.name, *feature.aliases):
            found.setdefault(normal(name), []).append(feature)
    return found
