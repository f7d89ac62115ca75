"""Features to placements, by a chain of links from the surest to the vaguest.

Each link is a function ``(feature, ground) -> Placement | None`` with its own rule for the radius: see
:mod:`geo.spots` (points), :mod:`geo.stretches` (lines), :mod:`geo.enclosures` (areas that lines bound) and
:mod:`geo.relations` (by other features). A link that contradicts the districts a feature is said to lie in finds
nothing.
"""

from collections.abc import Callable, Iterable, Sequence

from errors import Issue
from geo import beyond, enclosures, relations, spots, stretches
from geo.corrections import Correction, Corrections
from geo.gazetteer import SCORES, Match, Place
from geo.ground import Ground
from geo.online import Online, score
from geo.placement import METHODS, PRECISIONS, REASONS, Placement, unplaced
from projects.feature import Feature

__all__ = ("METHODS", "PRECISIONS", "REASONS", "Placement", "Placer")

Link = Callable[[Feature, Ground], Placement | None]

_POINTS_FIRST: tuple[Link, ...] = (
    spots.by_outline,
    spots.by_name,
    spots.by_alias,
    stretches.by_line,
    stretches.by_lines,
    stretches.by_crossing,
    enclosures.by_ring,
    enclosures.by_side,
    stretches.by_line_inside,
    stretches.by_extension,
    spots.by_head,
    spots.by_bracket,
    stretches.by_ends,
    spots.by_longer,
    spots.by_station,
)
_LINES_FIRST: tuple[Link, ...] = (
    stretches.by_line,
    stretches.by_lines,
    stretches.by_line_inside,
    stretches.by_ends,
    stretches.by_extension,
    stretches.by_line_somewhere,
)
_THEN_POINTS: tuple[Link, ...] = (spots.by_name, spots.by_alias, spots.by_head)
# Members of members: deeper nesting than this does not occur in plans.
_ROUNDS = 3


class Placer:
    """Places features of one city.

    Parameters
    ----------
    ground
        The geographic data of the city.
    corrections
        What people have set; wins over everything.
    online
        Services to ask for what is known no better than by town or district; None for none.
    """

    def __init__(self, ground: Ground, corrections: Corrections | None = None, online: Online | None = None) -> None:
        self.ground = ground
        self.online = online
        self.corrections = corrections or Corrections(())

    @classmethod
    def load(cls, adcode: str, corrections: Iterable[Correction] = ()) -> "Placer":
        """Return a placer with the data of a city.

        Parameters
        ----------
        adcode
            Code of the city.
        corrections
            Of the reviews, say; they win over those in the city's folder.

        Raises
        ------
        CallError
            There is no such city.
        DataError
            Its gazetteer, lines or boundaries have faults.
        """
        return cls(Ground.load(adcode), Corrections.load(adcode, corrections), Online.load())

    def alone(self, features: Sequence[Feature]) -> list[Placement | None]:
        """Place features that need no others for it; None for the rest."""
        found: list[Placement | None] = []
        for feature in features:
            if (correction := self.corrections.find(feature)) is not None:
                found.append(correction.placement())
                continue
            links = _LINES_FIRST if feature.kind == "corridor" else _POINTS_FIRST
            found.append(_first(links, feature, self.ground))
        return found

    def place(self, features: Sequence[Feature], alone: Sequence[Placement | None] | None = None) -> list[Placement]:
        """Place features; the whole set at once, because some are placed by others.

        Parameters
        ----------
        features
            All features of the city.
        alone
            What :meth:`alone` found of them, when that was done already.

        Returns
        -------
        list of Placement
            In the order of ``features``.
        """
        alone = self.alone(features) if alone is None else alone
        found = {number: placed for number, placed in enumerate(alone) if placed is not None}
        named = relations.names(features)
        points: dict[int, Placement | None] = {}  # the same in every round
        for _ in range(_ROUNDS):
            before = len(found)
            for number, feature in enumerate(features):
                if number in found:
                    continue
                placed = relations.by_members(feature, self.ground, named, found)
                if placed is None and feature.kind == "corridor":
                    if number not in points:
                        points[number] = _first(_THEN_POINTS, feature, self.ground)
                    placed = points[number]
                placed = placed or relations.by_whole(feature, self.ground, named, found)
                if placed is not None:
                    found[number] = placed
            if len(found) == before:
                break
        for number, feature in enumerate(features):
            if number not in found and (placed := self._vaguely(feature)) is not None:
                found[number] = placed
        return [
            found.get(n)
            or relations.by_district_of_whole(f, self.ground, named, found)
            or beyond.by_direction(f, self.ground)
            or beyond.by_one_end(f, self.ground)
            or spots.by_city(f, self.ground)
            or unplaced(spots.reason(f, self.ground))
            for n, f in enumerate(features)
        ]

    def _vaguely(self, feature: Feature) -> Placement | None:
        return (
            (self.online.place(feature, self.ground) if self.online else None)
            or spots.by_town(feature, self.ground)
            or spots.by_district(feature, self.ground)
        )

    def issues(self, features: Sequence[Feature]) -> list[Issue]:
        """Return what people should look at.

        Faults of the city's tables, of corrections and services, corrections whose feature the plans no longer hold,
        and features whose name is that of a place in another district than the plan says.
        """
        asked = self.online.issues if self.online else []
        refused = [issue for f in features if (issue := self._refused(f)) is not None]
        tables = self.ground.issues()
        outside = [
            Issue(row.where or row.source, "geo.row_outside", (("name", row.name or row.id),))
            for row in self.corrections.rows
            if not row.geometry.intersects(self.ground.area(()))
        ]
        unused = self.corrections.unused(features)
        return [*tables, *self.corrections.issues, *outside, *unused, *asked, *refused]

    def _refused(self, feature: Feature) -> Issue | None:
        matches = self.ground.gazetteer.exact(feature.name)
        if not matches or not feature.districts or self.corrections.find(feature) is not None:
            return None
        if self.ground.find(feature.name, feature) is not None:
            return None
        found = "、".join(dict.fromkeys(d for m in matches for d in m.place.districts))
        values = (("name", feature.name), ("told", "、".join(feature.districts)), ("found", found))
        return Issue(feature.doc, "geo.contradicts", values)

    def locate(self, name: str, limit: int = 10) -> list[Match]:
        """Return what a name may mean, places and lines (at their middle), with scores, best first."""
        found = [match for matches in self.ground.gazetteer.levels(name) for match in matches]
        for rows in self.ground.lines.find(name)[:1]:
            middle = rows.geometry.representative_point()
            districts = (self.ground.districts.locate(middle.x, middle.y) or "",)
            place = Place(
                rows.name, rows.aliases, rows.kind, districts, round(middle.x, 6), round(middle.y, 6), rows.radius_m,
                rows.basis, rows.source, rows.licence, rows.datum, rows.ref,
            )  # fmt: skip
            found.append(Match(place, "exact" if rows.name == name else "alias", SCORES["alias"]))
        for answer in self.online.find(name, self.ground.city) if self.online else ():
            districts = (self.ground.districts.locate(answer.lon, answer.lat) or "",)
            place = Place(
                answer.name, (), "online", districts, answer.lon, answer.lat, answer.radius_m,
                "data", answer.service, "", "wgs84",
            )  # fmt: skip
            found.append(Match(place, answer.service, score(name, answer.name, self.ground.city.adcode)))
        best: dict[tuple[str, float, float], Match] = {}
        for match in found:
            key = (match.place.name, match.place.lon, match.place.lat)
            if key not in best or best[key].score < match.score:
                best[key] = match
        return sorted(best.values(), key=lambda m: -m.score)[:limit]


def _first(links: Sequence[Link], feature: Feature, ground: Ground) -> Placement | None:
    for link in links:
        if (placed := link(feature, ground)) is not None:
            return placed
    return None
