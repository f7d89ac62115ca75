"""The records: a feature (one thing in the world that a plan names) and its mentions."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import whole

KINDS = ("area", "corridor", "project")
CATEGORIES = (
    "spatial", "innovation", "industry", "digital", "commerce", "culture", "transport", "energy", "water",
    "ecology", "health", "education", "renewal", "rural", "safety",
)  # fmt: skip
_DROPPED = re.compile(r"[\s\"'“”‘’《》〈〉«»·•\-—–―~～]+")
STATUSES = ("planned", "building", "done", "study")


@dataclass(frozen=True)
class Mention:
    """Where a plan names a feature.

    Attributes
    ----------
    plan
        Id of the plan.
    section
        Heading path (``"第七章/一/（二）"``).
    offset, length
        In characters of the plan file's decoded text, 0-based.
    """

    plan: str
    section: str
    offset: int
    length: int


@dataclass(frozen=True)
class Extent:
    """An extent in the words of the text: from one named thing to another, by way of others."""

    start: str
    end: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One thing in the world that a plan names: an area, a corridor or a project.

    Attributes
    ----------
    id
        Stable over rebuilds; see :func:`feature_id`.
    name, aliases
        The full proper form; other forms met.
    kind
        One of :data:`KINDS`.
    category
        One of :data:`CATEGORIES`.
    districts
        Short names; empty when not told.
    status
        One of :data:`STATUSES` or None.
    investment_yi, area_mu, area_km2, length_km, by_year
        What the text says of this thing: 亿元, 亩, square kilometres, kilometres, calendar year.
    extent
        From, to and via in words, or None.
    part_of, members
        Name of the larger thing; names of what it contains or links.
    in_list
        Whether it was met in an enumeration of projects.
    doc
        Id of the plan of the first mention.
    mentions
        Every place where a plan names it, in reading order, plans in the order read.
    """

    id: str
    name: str
    kind: str
    category: str
    doc: str
    mentions: tuple[Mention, ...]
    aliases: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    status: str | None = None
    investment_yi: float | None = None
    area_mu: float | None = None
    area_km2: float | None = None
    length_km: float | None = None
    by_year: int | None = None
    extent: Extent | None = None
    part_of: str | None = None
    members: tuple[str, ...] = ()
    in_list: bool = False

    def record(self) -> dict[str, Any]:
        """Return the feature as a JSON object (``dict``) of the record format."""
        extent = self.extent and {
            "from": self.extent.start,
            "to": self.extent.end,
            "via": list(self.extent.via),
        }
        return {
            "id": self.id,
            "name": self.name,
            "aliases": list(self.aliases),
            "kind": self.kind,
            "category": self.category,
            "districts": list(self.districts),
            "status": self.status,
            "investment_yi": self.investment_yi,
            "area_mu": self.area_mu,
            "area_km2": self.area_km2,
            "length_km": self.length_km,
            "by_year": self.by_year,
            "extent": extent,
            "part_of": self.part_of,
            "members": list(self.members),
            "in_list": self.in_list,
            "doc": self.doc,
            "mentions": [
                {"plan": m.plan, "section": m.section, "offset": m.offset, "length": m.length} for m in self.mentions
            ],
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Feature":
        """Return the feature of a JSON object made by :meth:`record`; unknown members are ignored."""
        known = {k: v for k, v in record.items() if k in cls.__dataclass_fields__}
        for name in ("aliases", "districts", "members"):
            known[name] = tuple(known.get(name) or ())
        known["mentions"] = tuple(
            Mention(m["plan"], m["section"], m["offset"], m["length"]) for m in known.get("mentions") or ()
        )
        if extent := known.get("extent"):
            known["extent"] = Extent(extent["from"], extent["to"], tuple(extent.get("via") or ()))
        return cls(**known)


@lru_cache(maxsize=1 << 15)
def normal(name: str) -> str:
    """Return the form in which names are compared: NFKC, lower case, without spaces, quotes and dashes.

    Examples
    --------
    >>> normal("“１０３０” 引黄工程（二期）")
    '1030引黄工程(二期)'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name).lower())


def feature_id(adcode: str, kind: str, name: str, distinct: str = "") -> str:
    """Return the id of a feature: 12 hexadecimal digits from city, kind and normalised name.

    ``distinct`` tells apart two things of one name in one city (the district, say); empty for the first.
    """
    key = "\n".join((adcode, kind, normal(name), distinct))
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:12]


def read_features(path: Path) -> Iterator[Feature]:
    """Yield the features of a JSON Lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield Feature.from_record(json.loads(line))


def write_features(path: Path, features: Iterable[Feature]) -> None:
    """Write features as JSON Lines (UTF-8), whole or not at all."""
    with whole.writing(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for feature in features:
            file.write(json.dumps(feature.record(), ensure_ascii=False) + "\n")
