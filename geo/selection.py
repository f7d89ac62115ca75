"""Which points of an OpenStreetMap extract are toponyms worth a row in the gazetteer, and of what class.

The rules are tables under ``data/placing``: classes with their radius and OpenStreetMap feature classes
(``classes.csv``), words that name nothing by themselves (``generic.csv``), tails by which a building is known to be
more than a number (``keep.csv``).
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from projects.feature import normal

FOLDER = Path(__file__).parent.parent / "data" / "placing"
# House numbers, blocks and gates, opening hours, branches of chains.
_NUMBERED = re.compile(
    r"(?:\d|[a-z]|[一二三四五六七八九十东西南北])(?:号楼|号院|号|楼|座|栋|幢|区|组团|#|门|单元|宿舍|院|食堂|教|公寓|机房|车间|厂房|馆)$"
    r"|\d+-\d+|^\d|#|停车|入口|出口|宿舍|^原|食堂|分店$|专卖店$|营业厅|售楼|ATM|atm"
)
_ORDINAL = re.compile(r"^第?(?:\d+|[一二三四五六七八九十]+)")
_ZONE = re.compile("(?:新城|新区|开发区|高新区|片区|产业城|科创城|科学城|大学城|集聚区|示范区|试验区)$")
_CHINESE = re.compile("[一-鿿]")
_BRANCH = re.compile(r"\([^)]*店\)$")
_BRANDED = frozenset(("mall", "department_store", "furniture_shop", "sports_shop"))
# In these classes the tail must say that a name is the name of a place.
_OPEN = frozenset(("building", "hotel", "guesthouse", "police", "supermarket", "attraction", "memorial"))


@dataclass(frozen=True)
class PlaceClass:
    """A class of places: its name, the radius of its members in metres, the categories it suits."""

    name: str
    radius_m: float
    categories: frozenset[str]


@cache
def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table under ``data/placing``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def classes() -> dict[str, PlaceClass]:
    """Return the classes of places by name."""
    return {
        row["class"]: PlaceClass(
            row["class"], float(row["radius_m"]), frozenset(filter(None, row["categories"].split("|")))
        )
        for row in table("classes")
    }


@cache
def of_fclass() -> dict[str, str]:
    """Return our class of places by the feature class of Geofabrik's OpenStreetMap layers."""
    return {f: row["class"] for row in table("classes") for f in row["fclass"].split("|") if f}


@cache
def generic() -> frozenset[str]:
    """Return the words that name nothing by themselves, in normal form."""
    return frozenset(normal(row["word"]) for row in table("generic"))


def is_generic(name: str) -> bool:
    """Return whether a name, however numbered, is a common noun of which every district has one.

    Examples
    --------
    >>> is_generic("第二人民医院"), is_generic("2中学"), is_generic("实验小学"), is_generic("齐鲁医院")
    (True, True, True, False)
    """
    bare = _ORDINAL.sub("", normal(name))
    return bare in generic() or normal(name) in generic()


@cache
def _tails() -> tuple[str, ...]:
    return tuple(row["tail"] for row in table("keep"))


def place_class(name: str, fclass: str) -> str | None:
    """Return our class of a place by its name and feature class, or None for a class that we leave out.

    An office that bears the name of a whole zone stands for it, within the radius of a zone.

    Examples
    --------
    >>> place_class("某某新城", "residential"), place_class("某某新城", "commercial"), place_class("烤肉", "restaurant")
    ('estate', 'zone', None)
    """
    found = of_fclass().get(fclass)
    return "zone" if found in ("office", "industry", "building") and _ZONE.search(normal(name)) else found


def is_toponym(name: str, fclass: str) -> bool:
    """Return whether a point called ``name`` of a feature class belongs into a gazetteer.

    Examples
    --------
    >>> is_toponym("山东省立医院", "hospital"), is_toponym("5号楼", "building"), is_toponym("中心广场", "park")
    (True, False, False)
    >>> is_toponym("绿地中心", "building"), is_toponym("某某超市", "supermarket"), is_toponym("匡山公园", "park")
    (True, False, True)
    """
    folded = normal(name)
    if fclass not in of_fclass() or folded in generic() or not 3 <= len(folded) <= 40:
        return False
    if len(_CHINESE.findall(folded)) < 3 or _NUMBERED.search(folded):
        return False
    if fclass not in _BRANDED and _BRANCH.search(folded):
        return False
    return fclass not in _OPEN or folded.endswith(_tails())
