"""A city: its code, name, districts and functional zones, in the official order.

The codes and names of all regions of China stand in ``data/regions.csv`` (those of the Ministry of Civil
Affairs); what is a city's own beside them (zones, English names, districts that differ) in the ``city.toml`` of its
folder.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import settings
from errors import CallError, DataError


@dataclass(frozen=True)
class District:
    """A district, county or functional zone of a city.

    Attributes
    ----------
    short
        The name used in records, without its suffix: ``"历下"``.
    name
        The full name: ``"历下区"``.
    adcode
        Six-digit code; empty for a functional zone.
    aliases
        Other names in use.
    en
        English name; the short one where none is known.
    parts
        Of a functional zone the towns, streets and smaller zones that it is made of, where that is known.
    """

    short: str
    name: str
    adcode: str
    aliases: tuple[str, ...] = ()
    en: str = ""
    parts: tuple[str, ...] = ()

    @property
    def is_zone(self) -> bool:
        """Whether this is a functional zone without a boundary of its own in the administrative map."""
        return not self.adcode


@dataclass(frozen=True)
class City:
    """A city of prefecture level or above, or one of county level that a province governs directly (济源市).

    ``aliases`` are what else things of the city are named after.
    """

    adcode: str
    name: str
    districts: tuple[District, ...]
    en: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name without its suffix: ``"济南"``."""
        return short_name(self.name)

    @property
    def order(self) -> tuple[str, ...]:
        """Short names of districts and zones, in official order."""
        return tuple(d.short for d in self.districts)

    def district(self, name: str) -> District | None:
        """Return the district or zone called ``name`` (short, full or alias), or None."""
        for d in self.districts:
            if name in (d.short, d.name, *d.aliases):
                return d
        return None

    def line_to(self, name: str) -> str:
        """Return the city that a line called by first letters leads to from this one (济郑高铁), or nothing.

        A city of the same province, or the capital of another; letters that stand for several mean none.

        Examples
        --------
        >>> load("370100").line_to("济郑高铁"), load("370100").line_to("济东大道"), load("370100").line_to("济阳走廊")
        ('郑州', '', '')
        """
        if len(name) < 3 or name[0] != self.name[0] or name[1] in "东西南北中" or self.district(name[:2]):
            return ""
        far = [n for n in _initials(self.adcode[:2]) if n[0] == name[1] and n != self.short]
        return far[0] if len(far) == 1 else ""


@cache
def _initials(province: str) -> tuple[str, ...]:
    """Return the cities that the first letter of their name may stand for: those of a province, and the capitals."""
    cities = {c: short_name(name) for c, name in regions().items() if c.endswith("00") and not c.endswith("0000")}
    return tuple(name for code, name in cities.items() if code[:2] == province or code[2:] == "0100")


_SUFFIXES = ("自治县", "自治州", "新区", "矿区", "林区", "地区", "市", "区", "县", "盟", "旗", "省")


def short_name(name: str) -> str:
    """Return a region's name without its suffix, where at least two characters remain.

    Examples
    --------
    >>> short_name("历下区"), short_name("郊区"), short_name("平阴县")
    ('历下', '郊区', '平阴')
    """
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


@cache
def regions() -> dict[str, str]:
    """Return name by six-digit code for every province, city and district of China."""
    with (Path(__file__).parent / "data" / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["adcode"]: row["name"] for row in csv.DictReader(file)}


MUNICIPALITIES = ("110000", "120000", "310000", "500000")
# The group of codes of what a province governs directly, GB/T 2260.
_DIRECT = "90"


def is_city(adcode: str) -> bool:
    """Return whether a code is that of a city, or of one that a province governs directly."""
    if adcode not in regions():
        return False
    if adcode.endswith("00"):
        return not adcode.endswith("0000") or adcode in MUNICIPALITIES
    return adcode[2:4] == _DIRECT


def of(adcode: str) -> str:
    """Return the code of the city that a region belongs to: its own, where it is a city; empty where there is none.

    Examples
    --------
    >>> of("500103"), of("510681"), of("419001"), of("510000")
    ('500000', '510600', '419001', '')
    """
    return next((c for c in (adcode, adcode[:4] + "00", adcode[:2] + "0000") if is_city(c)), "")


@cache
def load(adcode: str) -> City:
    """Return the city with a code.

    Parameters
    ----------
    adcode
        Six digits ending in ``00``; the four municipalities by their own code (``"110000"``), as cities that a
        province governs directly (``"419001"``).

    Raises
    ------
    CallError
        There is no such city.
    DataError
        Its ``city.toml`` cannot be read.
    """
    known = regions()
    if not is_city(adcode):
        if adcode in known and (above := of(adcode)):
            raise CallError("errors.no_city", adcode=adcode, name=known[adcode], of=above, city=known[above])
        raise CallError("errors.unknown_city", adcode=adcode)
    path = settings.load().city_folder(adcode) / "city.toml"
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        english = own.get("english", {})
        codes = own.get("districts") or _districts(adcode)
        districts = [_district(code, str(name), known[adcode], english) for code, name in codes.items()]
        zones = [_zone(row) for row in own.get("zones", ())]
        aliases = tuple(map(str, own.get("aliases", ())))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError) as error:
        raise DataError("errors.bad_city", path=str(path), why=error) from None
    english_name = str(own.get("en") or short_name(known[adcode]))
    return City(adcode, known[adcode], (*districts, *zones), english_name, aliases)


def _districts(adcode: str) -> dict[str, str]:
    """Return name by code of the districts of a city, in the official order; none where it has none (东莞市)."""
    if not adcode.endswith("00"):
        return {}
    prefix = adcode[:2] if adcode in MUNICIPALITIES else adcode[:4]
    return {c: name for c, name in regions().items() if c.startswith(prefix) and c != adcode and not c.endswith("00")}


def _district(code: str, name: str, of: str, english: dict[str, Any]) -> District:
    """Return a district; one that is called as its city is (南昌县 of 南昌市) keeps its whole name."""
    short = short_name(name)
    if short == short_name(of):
        short = name
    return District(short, name, code, en=str(english.get(code, short)))


def _zone(row: dict[str, Any]) -> District:
    short = str(row["short"])
    aliases, parts = (tuple(map(str, row.get(name, ()))) for name in ("aliases", "parts"))
    return District(short, str(row["name"]), "", aliases, str(row.get("en", short)), parts)


@cache
def elsewhere(adcode: str) -> dict[str, frozenset[str]]:
    """Return the codes of the regions beyond a city by name, with and without suffix: provinces, cities, near counties.

    Counties are those of its own province. Of urban districts there are none: their names (泰山, 牡丹) are those of
    hills and flowers too.
    """
    here = adcode[:2] if adcode in MUNICIPALITIES else adcode[:4]
    found: dict[str, frozenset[str]] = {}
    for code, name in regions().items():
        if code.startswith(here) or code in (adcode, adcode[:2] + "0000"):
            continue
        if code.endswith("00") or (code[:2] == adcode[:2] and name[-1] in "县市"):
            for form in {name, short_name(name)}:
                found[form] = found.get(form, frozenset()) | {code}
    return found


@cache
def beyond(adcode: str) -> tuple[str, ...]:
    """Return the names of regions beyond a city that begin no name of its own."""
    own = load(adcode)
    known = {own.name, own.short, *(n for d in own.districts for n in (d.name, d.short))}
    return tuple(sorted(n for n in elsewhere(adcode) if len(n) >= 2 and not any(k.startswith(n) for k in known)))
