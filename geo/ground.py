"""What is known of a city's ground (places, lines, districts), and what of it a feature can mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

import city
from city import City, District
from errors import Issue
from geo import areas, datum, heads, selection, towns
from geo.areas import Areas
from geo.corridor import Lines
from geo.districts import Districts
from geo.gazetteer import Gazetteer, Match, Place
from geo.placement import EXACT_M, together
from projects.feature import Feature, normal

# How far outside its district a place may lie: the accuracy of boundaries and the size of places on them.
SLACK_M = 500.0
BORDER_M = 2000.0
# Ways of matching that leave a doubt, and the least radius of what was found by them: a similar name is that of a
# neighbour at worst, a branch may be any of several.
_LOOSE = {"bracket": 1500.0, "branch": 8000.0, "street": 1000.0, "fuzzy": 1000.0}
# The least radius of what lies in the next district to the one told.
_ACROSS_M = 1000.0
# Homonyms farther apart than this are a tie, and a tie is not guessed.
_TIE_M = 4000.0
_DEGREE_M = 111_195.0


@dataclass(frozen=True, eq=False)
class Ground:
    """The geographic data of one city.

    Attributes
    ----------
    city
        Its districts and zones by name.
    gazetteer, lines, districts, outlines
        Places, lines, boundaries of districts, and outlines of other areas.
    """

    city: City
    gazetteer: Gazetteer
    lines: Lines
    districts: Districts
    outlines: Areas = field(default_factory=lambda: Areas((), ""))

    @classmethod
    def load(cls, adcode: str) -> "Ground":
        """Return the ground of a city.

        Raises
        ------
        CallError
            There is no such city.
        DataError
            Its gazetteer, lines or boundaries have faults.
        """
        town = city.load(adcode)
        return cls(town, Gazetteer.load(adcode), Lines.load(adcode), Districts.load(town), Areas.load(adcode))

    def issues(self) -> list[Issue]:
        """Return what is wrong with the city's tables: rows that were left out, places outside the city."""
        places = list(self.gazetteer.places())
        lon, lat = (np.array([getattr(p, c) for p in places]) for c in ("lon", "lat"))
        where = self.districts.locate_all(lon, lat)
        outside = [
            Issue("places.csv", "geo.row_outside", (("name", place.name),))
            for place, district in zip(places, where, strict=True)
            if district is None
        ]
        return [*self.gazetteer.issues, *outside, *self.lines.issues, *self.outlines.issues]

    @cached_property
    def _areas(self) -> dict[tuple[str, ...], BaseGeometry]:
        return {}

    def told(self, feature: Feature) -> tuple[str, ...]:
        """Return the districts and zones a feature is said to lie in, or else those that its name names."""
        if feature.districts:
            return feature.districts
        folded = normal(feature.name)
        found = []
        for district in self.city.districts:
            for form in (district.name, district.short):
                at = folded.find(form)
                if at >= 0 and (not heads.joined(folded, at + len(form)) or form == district.name):
                    found.append(district.short)
                    break
        return tuple(found)

    @cached_property
    def _called(self) -> dict[str, BaseGeometry]:
        shapes = [(normal(d.name), self.districts.shape(d.short)) for d in self.city.districts]
        return {name: shape for name, shape in reversed(shapes) if shape is not None}

    def called(self, name: str) -> BaseGeometry | None:
        """Return the polygon of the district that bears a name in full (WGS 84), or None."""
        return self._called.get(normal(name))

    def area(self, shorts: tuple[str, ...]) -> BaseGeometry:
        """Return the area of districts and zones (WGS 84) with a margin; that of the city for none."""
        if shorts not in self._areas:
            shapes: list[BaseGeometry] = []
            for short in shorts:
                if (shape := self.districts.shape(short)) is not None:
                    shapes.append(shape.buffer(SLACK_M / _DEGREE_M))
                elif (outline := self.outline(short)) is not None:
                    shapes.append(outline.geometry.buffer(max(SLACK_M, outline.radius_m) / _DEGREE_M))
                elif (zone := self.zone(short)) is not None:
                    shapes.append(circle(zone.lon, zone.lat, zone.radius_m))
            area = shapely.union_all(shapes) if shapes else self.districts.outline.buffer(SLACK_M / _DEGREE_M)
            shapely.prepare(area)
            self._areas[shorts] = area
        return self._areas[shorts]

    def outline(self, short: str) -> areas.Area | None:
        """Return the outline of a functional zone: that given, else from the towns it is made of, else None."""
        zone = self.city.district(short)
        for name in (zone.name, *zone.aliases, zone.short) if zone else ():
            if rows := self.outlines.find(name):
                return rows[0]
        if zone is None or not zone.parts:
            return None
        if short not in self._made:
            self._made[short] = self._from_parts(zone)
        return self._made[short]

    @cached_property
    def _made(self) -> dict[str, areas.Area | None]:
        return {}

    def _from_parts(self, zone: District) -> areas.Area | None:
        """Return the outline of a zone from its parts, or None where one of them is not known."""
        parts = [next((m.place for m in self.gazetteer.exact(name)), None) for name in zone.parts]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        shapes = [
            towns.cell(part, self._seats, self.districts)
            if part.kind == "town"
            else circle(part.lon, part.lat, part.radius_m).intersection(self.districts.outline)
            for part in known
        ]
        return areas.Area(
            name=zone.name,
            aliases=(zone.short, *zone.aliases),
            kind=areas.KIND,
            radius_m=towns.CELL_M,
            basis="neighbour",
            source=together([*(part.source for part in known), self.districts.source]),
            licence=together([*(part.licence for part in known), self.districts.licence]),
            datum="wgs84",
            ref="、".join(zone.parts),
            geometry=shapely.make_valid(shapely.union_all(shapes)),
        )

    def zone(self, short: str) -> Place | None:
        """Return the place that stands for a functional zone, or None where the gazetteer has none."""
        zone = self.city.district(short)
        for name in (zone.name, *zone.aliases, zone.short) if zone else ():
            for match in self.gazetteer.exact(name):
                if match.place.kind == "zone":
                    return match.place
        return None

    @cached_property
    def towns(self) -> dict[str, list[Place]]:
        """Towns and streets by their name without suffix, longest names first."""
        found: dict[str, list[Place]] = {}
        for place in self.gazetteer.places():
            if place.kind != "town" or len(short := normal(heads.town_name(place.name))) < 2:
                continue
            # 黄河街道 is a town, but what is named after 黄河 lies on the river; so with hills and lakes.
            # 济阳街道 in 济阳区: what is named after 济阳 may lie anywhere in the district.
            named = (
                self.city.district(heads.town_name(place.name)) is not None
                or self.lines.find(short)
                or any(m.place.kind != "town" for m in self.gazetteer.exact(short))
            )
            if not named:
                found.setdefault(short, []).append(place)
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    @cached_property
    def _town_rows(self) -> tuple[dict[str, list[tuple[int, str]]], set[int]]:
        """Towns by the first two characters of their short name, with their rank, and how long leads may be."""
        found: dict[str, list[tuple[int, str]]] = {}
        for rank, short in enumerate(self.towns):
            found.setdefault(short[:2], []).append((rank, short))
        return found, set(map(len, heads.leads(self.city)))

    def towns_in(self, folded: str) -> list[tuple[int, str, list[Place]]]:
        """Return the towns whose short name stands at the head of a name, or behind the city or a district there.

        Parameters
        ----------
        folded
            The name in normal form.

        Returns
        -------
        list of (start, short, places)
            In the order of :attr:`towns`. Where the short name stands twice, only its first place counts.
        """
        rows, lengths = self._town_rows
        found = [
            (rank, start, short)
            for start in lengths
            for rank, short in rows.get(folded[start : start + 2], ())
            if folded.find(short) == start and folded[:start] in heads.leads(self.city)
        ]
        return [(start, short, self.towns[short]) for _, start, short in sorted(found)]

    @cached_property
    def _seats(self) -> list[Place]:
        return towns.seats(self.gazetteer.places())

    def reach(self, place: Place) -> float:
        """Return how far from a place's point (metres) a thing may lie that is called after it.

        Of a town only the seat is known; see :func:`geo.towns.reach`.
        """
        return towns.reach(place, self._seats) if place.kind == "town" else heads.AROUND_M

    def fits(self, lon: float, lat: float, feature: Feature, radius_m: float = 0.0) -> bool:
        """Return whether a point (WGS 84) lies in the city and in a district the feature is said to lie in.

        A place on the line between two districts may be said to lie in either: the point may be off by the place's own
        radius, up to :data:`BORDER_M`.
        """
        if self.districts.locate(lon, lat) is None:
            return False
        if not feature.districts:
            return True
        margin = max(min(radius_m, BORDER_M) - SLACK_M, 0.0)
        return bool(shapely.dwithin(self.area(feature.districts), Point(lon, lat), margin / _DEGREE_M))

    def suits(self, place: Place, feature: Feature) -> bool:
        """Return whether a place lies in a district the feature is said to lie in.

        A place of several districts (a range of hills, a zone) has its one position in only one of them.
        """
        if len(place.districts) > 1 and set(place.districts) & set(feature.districts):
            return self.districts.locate(place.lon, place.lat) is not None
        return self.fits(place.lon, place.lat, feature, 2 * place.radius_m)

    def beyond(self, place: Place, feature: Feature) -> bool:
        """Return whether a place lies in another district than those a feature is said to lie in."""
        told = set(feature.districts)
        return bool(told and place.districts and not told & set(place.districts)) and all(
            self.districts.shape(short) is not None for short in told
        )

    def find(self, name: str, feature: Feature, *, fuzzy: bool = True) -> Match | None:
        """Return the place that a name means for a feature, by the surest way of matching that leaves just one."""
        for matches in self.gazetteer.levels(name, fuzzy=fuzzy):
            fitting = [m for m in matches if self.suits(m.place, feature)]
            if not feature.districts:
                fitting = [m for m in fitting if not brand_only(name, m)]
            if fitting and fitting[0].how == "exact" and self._called_so_elsewhere(name, fitting, feature):
                return None
            if fitting and fitting[0].how == "fuzzy":
                fitting = [m for m in fitting if shortened(name, (m.place.name, *m.place.aliases))]
            if fitting:
                return self.choose(fitting, feature)
        return None

    def _called_so_elsewhere(self, name: str, found: Sequence[Match], feature: Feature) -> bool:
        """Return whether a place far from those that bear a name has it as another name: a tie."""
        others = [m.place for m in self.gazetteer.also(name) if self.suits(m.place, feature)]
        return any(
            float(datum.distance(m.place.lon, m.place.lat, p.lon, p.lat)) > _TIE_M + m.place.radius_m + p.radius_m
            for m in found
            for p in others
        )

    def choose(self, matches: Sequence[Match], feature: Feature) -> Match | None:
        """Return the one place among homonyms that a feature can mean, or None when none fits or it is a tie.

        Homonyms are told apart by district, then by how well the class of place suits the feature's category;
        several close together are taken as one.
        """
        fitting = [m for m in matches if self.suits(m.place, feature)]
        # Where no district is told, a branch or a similar name in any of them is no evidence.
        fitting = [_careful(m) if m.how in _LOOSE else m for m in fitting if feature.districts or m.how not in _LOOSE]
        fitting = [_across(m) if self.beyond(m.place, feature) else m for m in fitting]
        best = [m for m in fitting if m.score == fitting[0].score]
        if not best:
            return None
        kinds = selection.classes()
        suiting = [m for m in best if (k := kinds.get(m.place.kind)) and feature.category in k.categories]
        best = sorted(suiting or best, key=lambda m: m.place.radius_m)
        first = best[0].place
        spread = max(float(datum.distance(first.lon, first.lat, m.place.lon, m.place.lat)) for m in best)
        if spread <= max(EXACT_M, first.radius_m):
            return replace(best[0], place=replace(first, radius_m=max(first.radius_m, round(spread, -1))))
        if spread > _TIE_M:
            return None
        # Parts of one thing, or neighbours: the middle is true for each of them with a radius that covers all.
        lon, lat = (float(np.mean([getattr(m.place, c) for m in best])) for c in ("lon", "lat"))
        reach = max(float(datum.distance(lon, lat, m.place.lon, m.place.lat)) + m.place.radius_m for m in best)
        both = replace(first, lon=lon, lat=lat, radius_m=float(np.ceil(reach / 10) * 10), basis="neighbour")
        return replace(best[0], place=both)


def brand_only(name: str, match: Match) -> bool:
    """Return whether a shop is met by no more than the beginning of its name: another of the chain may be meant."""
    own = normal(match.place.name)
    return match.place.kind in heads.BRANDED and own != normal(name) and own.startswith(normal(name))


def _across(match: Match) -> Match:
    """Return a match across a border with the doubt that it leaves: a namesake may be meant."""
    place = match.place
    return replace(match, place=replace(place, radius_m=max(place.radius_m, _ACROSS_M), basis="neighbour"))


def _careful(match: Match) -> Match:
    """Return a loose match with the doubt that it leaves."""
    place = match.place
    return replace(match, place=replace(place, radius_m=max(2 * place.radius_m, _LOOSE[match.how]), basis="neighbour"))


def shortened(name: str, others: Sequence[str]) -> bool:
    """Return whether one name is another with characters left out: 山医大附院 and 山东医科大学附属医院.

    Names that differ otherwise are siblings, a street or an estate apart.
    """
    one = normal(name)
    return any(_skips(*sorted((one, normal(other)), key=len)) for other in others)


# What an abbreviation leaves out; other characters tell siblings apart.
_LIGHT = frozenset("省市区县镇乡村街道路第的之与和及院学校大部公司集团有限责任股份中心")


def _skips(short: str, long: str) -> bool:
    at = 0
    for c in long:
        if at < len(short) and c == short[at]:
            at += 1
        elif c not in _LIGHT:
            return False
    return at == len(short)


def circle(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """Return the circle of a radius in metres about a point, as a polygon in degrees."""
    flat = Point(0, 0).buffer(radius_m / _DEGREE_M, quad_segs=16)
    return shapely.transform(flat, lambda xy: xy / (np.cos(np.radians(lat)), 1.0) + (lon, lat))
