"""Where a plan is at home: its city, read from its title, issuer and text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property

import city
from city import City, District
from errors import Issue
from projects.feature import normal
from projects.plan import Document, Plan


@dataclass(frozen=True)
class Region:
    """The city of a plan and the names that belong to it.

    Attributes
    ----------
    city
        The city, or None when the text does not tell, or is about a whole province.
    province
        Full name of the province; empty when not known.
    """

    city: City | None
    province: str = ""

    @property
    def code(self) -> str:
        """Code of the city, else of the province; empty when neither is known."""
        return self.city.adcode if self.city else self._province_code

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the city, its province, districts and zones, with and without suffix; or of all in a province."""
        if self.city is None:
            return self._in_province
        known = {self.city.name, self.city.short, self.province, city.short_name(self.province)}
        for district in self.city.districts:
            known |= {district.name, district.short, *district.aliases}
        return frozenset(n for n in known if len(n) >= 2)

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The names as they stand before a normalised name, longest first."""
        return tuple(sorted(map(normal, self.names), key=lambda n: (-len(n), n)))

    @property
    def provincial(self) -> tuple[str, str]:
        """Names of the province, with and without suffix."""
        return self.province, city.short_name(self.province)

    @cached_property
    def wider(self) -> frozenset[str]:
        """Names of the city and its province, with and without suffix."""
        if self.city is None:
            return frozenset()
        known = (self.city.name, self.city.short, self.province, city.short_name(self.province))
        return frozenset(n for n in known if len(n) >= 2)

    @cached_property
    def suffixed(self) -> tuple[tuple[str, str], ...]:
        """The names of the city and its districts with their suffix, and without it, normalised."""
        if self.city is None:
            return ()
        districts = ((d.name, d.short) for d in self.city.districts if not d.is_zone and len(d.short) >= 2)
        return tuple((normal(a), normal(b)) for a, b in ((self.city.name, self.city.short), *districts))

    @cached_property
    def neighbours(self) -> frozenset[str]:
        """Names of the other cities and districts of the province, with and without suffix."""
        if self.city is None:
            return frozenset()
        return self._in_province - self.names

    @cached_property
    def beyond(self) -> tuple[str, ...]:
        """Names of the other cities of the province and their counties, but those that begin a name of its own."""
        known = city.beyond(self.city.adcode) if self.city else ()
        return tuple(name for name in known if name in self.neighbours)

    @cached_property
    def _in_province(self) -> frozenset[str]:
        """Names of the province and of all cities and districts in it, with and without suffix."""
        code = self._province_code
        here = [name for other, name in city.regions().items() if code and other.startswith(code[:2])]
        return frozenset(n for n in (*here, *map(city.short_name, here)) if len(n) >= 2)

    @cached_property
    def _province_code(self) -> str:
        known = city.regions().items()
        return next((code for code, name in known if name == self.province and code.endswith("0000")), "")

    @cached_property
    def administrative(self) -> frozenset[str]:
        """Names of the province, the city and its districts (not of its zones): regions, not things in them."""
        if self.city is None:
            return self.names
        zones = {n for d in self.city.districts if d.is_zone for n in (d.name, d.short, *d.aliases)}
        return self.names - zones | {city.short_name(self.province) + "半岛"}

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Names of the city and its districts, with and without suffix, longest first."""
        if self.city is None:
            return ()
        districts = [d for d in self.city.districts if not d.is_zone]
        own = {
            self.city.name,
            self.city.short,
            *(d.short for d in districts if len(d.short) >= 2),
            *(d.name for d in districts),
        }
        return tuple(sorted(own, key=lambda n: (-len(n), n)))

    @cached_property
    def district_names(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each district and zone: its short name, and its names, longest first.

        The short name of a zone is none of them: it may mean anything (高新).
        """
        return tuple((d.short, _names_of(d)) for d in (self.city.districts if self.city else ()))

    @cached_property
    def any_district(self) -> re.Pattern[str]:
        """A pattern of the names of all districts and zones; without districts it matches nothing."""
        names = (n for _, known in self.district_names for n in known)
        return re.compile("|".join(map(re.escape, names)) or "(?!)")

    @cached_property
    def each_district(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """Each district and zone: its short name, and a pattern that leaves out streets called after it (莱芜路)."""
        zones = {d.short for d in self.city.districts if d.is_zone} if self.city else set()
        # 莱芜|高新区 is a zone of that district's own.
        own = "".join(f"(?<!{re.escape(n)})" for s, names in self.district_names if s not in zones for n in names)
        return tuple(
            (
                short,
                re.compile(rf"(?<![城全都超]){own * (short in zones)}(?:{either})(?![东西南北中]?[路街]|大[道街]|岸)"),
            )
            for short, names in self.district_names
            for either in ["|".join(map(re.escape, names))]
        )


def _names_of(district: District) -> tuple[str, ...]:
    names = {district.name, *district.aliases}
    if not district.is_zone and len(district.short) >= 2:
        names.add(district.short)
    return tuple(sorted(names, key=lambda n: (-len(n), n)))


def home(document: Document) -> Region:
    """Return the region a plan is about.

    The city that its title names, or for a district's plan the city of the district; else the province named there;
    else what its issuer or its beginning names; else the city its text names most.
    """
    plan = document.plan
    cities = _cities()
    for text in (plan.title, plan.issuer, document.text[:600]):
        for told in _by_level()[:3]:
            if code := next((code for code, name in told if name in text), ""):
                return _region(city.of(code))
        if text == plan.title:
            for _, name in _by_level()[3]:
                # 吉林省 is no 吉林.
                if name in text and not any(n in text.replace(name, "") for n in cities):
                    return Region(None, name)
    named = Counter(re.findall("|".join(map(re.escape, cities)), document.text))
    return _region(cities[named.most_common(1)[0][0]]) if named else Region(None)


@cache
def _cities() -> dict[str, str]:
    """Return the code of each city by its name without suffix."""
    return {city.short_name(name): code for code, name in city.regions().items() if _is_city(code)}


@cache
def _by_level() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return code and name of the regions in the order in which a text is searched for them.

    Cities, cities that are provinces, districts, provinces.
    """
    known = city.regions()
    levels: tuple[list[tuple[str, str]], ...] = [], [], [], []
    for code, name in known.items():
        if _is_city(code):
            levels[0].append((code, name))
        elif code.endswith("0000"):
            levels[3].append((code, name))
        elif not code.endswith("00") and len(name) >= 3:
            levels[2].append((code, name))
    levels[1].extend((code, known[code]) for code in city.MUNICIPALITIES)
    return tuple(map(tuple, levels))


def elsewhere(plan: Plan, code: str, town: City) -> Issue | None:
    """Return the issue of a plan that is about neither a city nor its province; None of one that may be the city's.

    Parameters
    ----------
    plan
        The plan: one whose title or issuer names the city, or a district of it and no other city, is the city's.
    code
        :attr:`Region.code` of its home.
    town
        The city.
    """
    if code in (town.adcode, town.adcode[:2] + "0000", ""):
        return None
    told, known = plan.title + plan.issuer, city.regions()
    others = (name for other, name in known.items() if city.is_city(other))
    named = any(d.name in told for d in town.districts if not d.is_zone)
    if town.short in told or (named and not any(name in told for name in others)):
        return None
    return Issue(plan.id, "plans.elsewhere", (("region", known[code]), ("city", town.name)))


def _is_city(code: str) -> bool:
    return code.endswith("00") and not code.endswith("0000")


@cache
def _region(code: str) -> Region:
    known = city.regions()
    if code not in known:
        return Region(None)
    return Region(city.load(code), known.get(code[:2] + "0000", ""))
