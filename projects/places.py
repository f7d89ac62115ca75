"""Where the names of a plan stand, paragraph by paragraph."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from projects.find import Candidate
from projects.plan import Paragraph

OPENING = re.compile(
    r"[(]?[一二三四五六七八九十\d]{0,3}[)、.]?[—“]*"
    r"(?:“?[一二两三四五六七八九十][核心轴带区翼廊园环城片主副极]{1,2}”?[,:—]*(?:即|为|是)?)?"
)
"""What may stand before the name that opens a paragraph: a number, a bullet, its place in the layout (“一核”:)."""


@dataclass(frozen=True)
class Place:
    """A mention of a name.

    Attributes
    ----------
    start, end
        Indices in the text of the plan.
    key
        The normalised name.
    listed
        Whether it stands in an enumeration.
    group
        The enumeration it stands in: equal for what is listed together.
    """

    start: int
    end: int
    key: str
    listed: bool
    group: int


def by_paragraph(found: Mapping[str, Candidate]) -> list[tuple[Paragraph, list[Place]]]:
    """Return the paragraphs that hold names, with these in reading order.

    Parameters
    ----------
    found
        The names of a plan by normalised name.
    """
    places: dict[int, tuple[Paragraph, list[Place]]] = {}
    for key, candidate in found.items():
        for item, paragraph in zip(candidate.items, candidate.paragraphs, strict=True):
            entry = places.setdefault(paragraph.start, (paragraph, []))
            listed = item.listed or item.rule == "box"
            group = item.group.phrases[0].start
            entry[1].append(Place(item.phrase.start, item.phrase.end, key, listed, group))
    for _, entry_places in places.values():
        entry_places.sort(key=lambda p: (p.start, p.end))
    return [places[start] for start in sorted(places)]
