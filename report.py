"""The account of a build: what became of each feature, as numbers and as text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import city
import language
from errors import Issue
from geo.placement import PRECISIONS, Placement
from layers import schema
from projects.feature import CATEGORIES, Feature

BETTER = ("exact", "near", "part")
"""The precisions better than ``district``."""

_FEW = 10


@dataclass(frozen=True, kw_only=True)
class Report:
    """The account of a build.

    Attributes
    ----------
    adcode, folder
        The city, and where its layers are.
    plans, features
        How many were read, and found.
    precision, method, reason
        Number of features by precision, by method and, of those without a place, by reason.
    district
        For each district in official order, and ``""`` for those that no plan gives one, the features in it and how
        many of them are placed better than by district; a feature of two districts counts in both.
    category
        The same by category.
    unplaced
        Name and reason of each feature without a place.
    orphans
        How many reviews in the store are of features that the plans no longer hold.
    issues
        Faults of the input that did not stop the work.
    seconds
        How long each step took.
    """

    adcode: str
    folder: Path
    plans: int
    features: int
    precision: dict[str, int]
    method: dict[str, int]
    reason: dict[str, int]
    district: dict[str, tuple[int, int]]
    category: dict[str, tuple[int, int]]
    unplaced: tuple[tuple[str, str], ...]
    orphans: int
    issues: tuple[Issue, ...]
    seconds: dict[str, float] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return the report as a JSON object; counts of two are ``{"features", "placed"}``."""

        def pairs(counts: dict[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
            return {key: {"features": every, "placed": placed} for key, (every, placed) in counts.items()}

        return {
            "city": self.adcode,
            "folder": str(self.folder),
            "plans": self.plans,
            "features": self.features,
            "precision": self.precision,
            "method": self.method,
            "reason": self.reason,
            "district": pairs(self.district),
            "category": pairs(self.category),
            "unplaced": [{"name": name, "reason": reason} for name, reason in self.unplaced],
            "orphans": self.orphans,
            "issues": [{"where": i.where, "message": i.message, "values": dict(i.values)} for i in self.issues],
            "seconds": {step: round(value, 3) for step, value in self.seconds.items()},
        }

    def lines(self, *, every: bool = False, lang: str | None = None) -> Iterator[str]:
        """Yield the report as text; of the unplaced the first ten, unless ``every`` one is wanted."""

        def text(key: str, **values: object) -> str:
            return language.text(f"cli.{key}", lang, **values)

        seconds = sum(self.seconds.values())
        yield text("built", n=self.features, plans=self.plans, s=seconds, folder=self.folder)
        better = sum(self.precision.get(p, 0) for p in BETTER)
        yield text("placed_better", n=better, share=better / max(self.features, 1))
        known = better + self.precision.get("district", 0)
        yield text("placed_district", n=known, share=known / max(self.features, 1))
        for name, by in (("precision", self.precision), ("method", self.method), ("reason", self.reason)):
            if by:
                yield text(f"by_{name}")
                yield from _table([(schema.value_label(name, value, lang), str(n)) for value, n in by.items()])
        districts = city.load(self.adcode).districts
        names = {d.short: d.en if (lang or language.default()) == "en" else d.name for d in districts}
        names |= {key: schema.value_label("category", key, lang) for key in self.category} | {"": text("no_district")}
        for heading, counts in (("by_district", self.district), ("by_category", self.category)):
            yield text(heading)
            yield from _table([(names.get(key, key), str(n), str(placed)) for key, (n, placed) in counts.items()])
        if self.unplaced:
            yield text("unplaced", n=len(self.unplaced))
        shown = self.unplaced if every else self.unplaced[:_FEW]
        for name, reason in shown:
            yield f"  {name}  {schema.value_label('reason', reason, lang)}"
        if len(self.unplaced) > len(shown):
            yield "  " + text("more", n=len(self.unplaced) - len(shown))
        if self.orphans:
            yield text("orphans", n=self.orphans)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows in columns by their width on a terminal, where a Chinese character takes two places."""

    def width(cell: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in cell)

    first = max((width(row[0]) for row in rows), default=0)
    for name, *cells in rows:
        yield "  " + name + " " * (first - width(name)) + "".join(f"{cell:>7}" for cell in cells)


def account(
    place: city.City,
    folder: Path,
    features: Sequence[Feature],
    placements: Sequence[Placement],
    plans: int,
    orphans: int,
    issues: Sequence[Issue],
    seconds: dict[str, float],
) -> Report:
    """Return the report of a build; ``placements`` in the order of ``features``."""
    by_precision = Counter(p.precision for p in placements)
    districts: dict[str, list[int]] = {}
    categories: dict[str, list[int]] = {}
    for feature, placement in zip(features, placements, strict=True):
        placed = placement.precision in BETTER
        for counts, keys in ((districts, feature.districts or ("",)), (categories, (feature.category,))):
            for key in keys:
                pair = counts.setdefault(key, [0, 0])
                pair[0] += 1
                pair[1] += placed
    order = {name: k for k, name in enumerate((*place.order, *sorted(set(districts) - {*place.order, ""}), ""))}
    return Report(
        adcode=place.adcode,
        folder=folder,
        plans=plans,
        features=len(features),
        precision={p: by_precision[p] for p in PRECISIONS if by_precision[p]},
        method=dict(Counter(p.method for p in placements if p.method).most_common()),
        reason=dict(Counter(p.reason for p in placements if p.reason).most_common()),
        district={k: (districts[k][0], districts[k][1]) for k in sorted(districts, key=order.__getitem__)},
        category={k: (categories[k][0], categories[k][1]) for k in CATEGORIES if k in categories},
        unplaced=tuple((f.name, p.reason) for f, p in zip(features, placements, strict=True) if p.geometry is None),
        orphans=orphans,
        issues=tuple(issues),
        seconds=seconds,
    )
