"""A toponym inside a longer name: whether the longer name's thing lies there, and within what radius.

What follows the toponym decides (``data/placing/tails.csv``): a project at the thing itself (``same``), a part of it
(``inside``), the area about it (``around``), or another site of the same owner, which lies elsewhere (``away``).
"""

import re
from functools import cache

from city import City
from geo import selection
from geo.gazetteer import Place
from projects.feature import normal

# Places that are an area where other things lie; the rest are somebody's site.
AREAS = frozenset(
    ("town", "village", "community", "estate", "zone", "area", "hill", "water", "park", "scenic", "stretch")
) | {"metro_station", "rail_station"}
# Shops bear the name of their brand, and a brand has several.
BRANDED = frozenset(("mall",))
# Up to this length the name of somebody's site may be a common noun.
_COMMON = 6
# How far from a place a thing may lie that is called after it.
AROUND_M = 3000.0
# How far beyond a wide place its surroundings go on.
BESIDE_M = 2000.0
_ORDER = ("same", "inside", "around", "away")
# Names of such places recur from district to district.
_COMMONPLACE = frozenset(("village", "community", "estate"))
# 特色小镇 and 古镇 are sites.
_TOWN = re.compile("(?:街道办事处|街道|(?<![小古])镇|乡)$")


@cache
def _tails() -> tuple[tuple[str, str], ...]:
    rows = [(normal(r["tail"]), r["meaning"]) for r in selection.table("tails")]
    return tuple(sorted(rows, key=lambda r: -len(r[0])))


@cache
def namesake_tails() -> tuple[str, ...]:
    """Return the words that make the name of a park, village or the like out of that of a hill, lake or old village."""
    return tuple(normal(r["tail"]) for r in selection.table("tails") if r["namesake"])


@cache
def _joins() -> tuple[str, ...]:
    return tuple(normal(r["next"]) for r in selection.table("joins"))


def joined(name: str, end: int) -> bool:
    """Return whether what follows in a name makes what ends at ``end`` part of another toponym (莱芜 + 路)."""
    return name.startswith(_joins(), end)


def town_name(name: str) -> str:
    """Return the name of a town or street without its suffix, where two characters remain."""
    short = _TOWN.sub("", name)
    return short if len(short) >= 2 else name


def meaning(tail: str) -> tuple[str, str]:
    """Return what the words after a toponym say, and what remains of them unexplained.

    Examples
    --------
    >>> meaning("城中村改造项目"), meaning("病房综合楼"), meaning("新院区建设项目"), meaning("金港产业园")
    (('same', ''), ('inside', ''), ('away', ''), ('same', '金港产业园'))
    """
    said, rest = "same", re.sub(r"[()\[\]]", "", normal(tail))
    while rest:
        for words, what in _tails():
            if rest.endswith(words):
                rest = rest[: -len(words)]
                said = max(said, what, key=_ORDER.index)
                break
        else:
            break
    return said, rest


@cache
def leads(town: City) -> frozenset[str]:
    """Return what may stand before a toponym without changing it: the city, its districts, or nothing."""
    return frozenset(("", town.name, town.short, *(n for d in town.districts for n in (d.name, d.short, *d.aliases))))


def radius(
    place: Place, name: str, start: int, end: int, town: City, *, told: bool = True, reach: float = AROUND_M
) -> float | None:
    """Return the radius in metres within which the thing called ``name`` lies about a place named inside it, or None.

    Parameters
    ----------
    place
        The place whose name stands in ``name[start:end]``.
    name
        In normal form.
    town
        The city, whose own name and districts' names may stand before the place.
    told
        Whether the district is known; without it, common names of villages and estates are no evidence.
    reach
        How far from the place a thing that is called after it may lie; see :meth:`geo.ground.Ground.reach`.
    """
    before, after = name[:start], name[end:]
    if name[start:end] in selection.generic() or joined(name, end) or (end - start < 3 and place.kind not in AREAS):
        return None
    said, rest = meaning(after)
    if said == "away":
        return None
    led = before not in leads(town)
    owner = None if led else town.district(before)
    if owner is not None and not owner.is_zone and place.districts and owner.short not in place.districts:
        return None
    # 济南市美术馆 is not the 美术馆 of a school: whose it is says which it is.
    if before and not led and place.kind not in AREAS and end - start <= _COMMON:
        return None
    if led and (end - start < 4 or not told):
        return None
    if not told and (end - start < 5 or place.kind in BRANDED) and after.startswith(namesake_tails()):
        return None
    short = end - start < 4 and place.kind in AREAS and place.kind != "zone"
    if not told and (place.kind in _COMMONPLACE or (short and meaning(after)[1])):
        return None
    size = place.radius_m
    about = min(2 * size, size + BESIDE_M)
    if said == "inside" and not led:
        return max(size, 500.0)
    if rest or led:
        # Somebody's site gives its name to things elsewhere; an area does so less.
        return max(size if place.kind == "town" else about, reach) if place.kind in AREAS else None
    return max(about, 1500.0) if said == "around" else size
