"""A city: its code, name, districts and functional zones, in the official order.

The codes and names of all regions of China stand in ``data/regions.csv`` (those of the Ministry of Civil
Affairs); what is a city's own beside them (zones, English names) in ``data/cities/<adcode>/city.toml``.
"""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import settings
from errors import CallError


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
    """

    short: str
    name: str
    adcode: str
    aliases: tuple[str, ...] = ()
    en: str = ""

    @property
    def is_zone(self) -> bool:
        """Whether this is a functional zone without a boundary of its own in the administrative map."""
        return not self.adcode


@dataclass(frozen=True)
class City:
    """A city of prefecture level or above."""

    adcode: str
    name: str
    districts: tuple[District, ...]
    en: str = ""

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


_MUNICIPALITIES = ("110000", "120000", "310000", "500000")


def is_city(adcode: str) -> bool:
    """Return whether a code is that of a city."""
    return adcode in regions() and adcode.endswith("00") and (adcode[2:] != "0000" or adcode in _MUNICIPALITIES)


@cache
def load(adcode: str) -> City:
    """Return the city with a code.

    Parameters
    ----------
    adcode
        Six digits ending in ``00``; the four municipalities by their own code (``"110000"``).

    Raises
    ------
    CallError
        There is no such city.
    """
    known = regions()
    if not is_city(adcode):
        of = next((code for code in (adcode[:4] + "00", adcode[:2] + "0000") if is_city(code)), "")
        if adcode in known and of:
            raise CallError("errors.no_city", adcode=adcode, name=known[adcode], of=of, city=known[of])
        raise CallError("errors.unknown_city", adcode=adcode)
    prefix = adcode[:2] if adcode in _MUNICIPALITIES else adcode[:4]
    path = settings.load().city_folder(adcode) / "city.toml"
    own = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    english = own.get("english", {})
    districts = [
        District(short_name(name), name, code, en=english.get(code, short_name(name)))
        for code, name in known.items()
        if code.startswith(prefix) and code != adcode and not code.endswith("00")
    ]
    zones = [
        District(z["short"], z["name"], "", tuple(z.get("aliases", ())), z.get("en", z["short"]))
        for z in own.get("zones", ())
    ]
    return City(adcode, known[adcode], (*districts, *zones), own.get("en", short_name(known[adcode])))
