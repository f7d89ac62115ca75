"""The company a phrase keeps: a second look at what may be a name, once there is a first guess at everything around it.

A street is sooner a name where what is listed beside it are names, and a phrase of common words sooner none in a
section of generalities. Each candidate of a plan is judged on its own first; the first guesses at the others then
become signs of their own (stacked generalisation: D. H. Wolpert, Neural Networks 5, 1992; for related instances:
J. Neville and D. Jensen, AAAI workshop on learning statistical models from relational data, 2000).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from projects import words
from projects.lists import Item
from projects.plan import Paragraph

SIGNS = ("company is", "paragraph is", "section is", "same beginning")
"""What the names of the signs of company begin with."""
Mentions = Sequence[tuple[Paragraph, Item]]


def signs(candidates: Sequence[Mentions], chances: Sequence[float]) -> list[dict[str, float]]:
    """Return for each candidate of a plan the signs that it has from the others.

    Parameters
    ----------
    candidates
        All phrases of a plan that may be names, each with its mentions.
    chances
        The first guess at each: the probability, 0 to 1, that it is a name.

    Returns
    -------
    list of dict
        Name of the sign to its strength: the mean guess at what the same enumeration, paragraph and section hold and
        at what begins with the same word, each where there is anything.
    """
    lists: dict[int, set[int]] = {}
    paragraphs, sections, beginnings = _Mean(), _Mean(), _Mean()
    firsts = [*map(_first, candidates)]
    for k, (mentions, first, chance) in enumerate(zip(candidates, firsts, chances, strict=True)):
        for paragraph, item in mentions:
            if item.listed:
                lists.setdefault(id(item.group), set()).add(k)
            paragraphs.add(paragraph.start, chance)
            sections.add(paragraph.headings, chance)
        beginnings.add(first, chance)
    out = []
    for k, (mentions, first, chance) in enumerate(zip(candidates, firsts, chances, strict=True)):
        found: dict[str, float] = {}
        others = {j for _, item in mentions if item.listed for j in lists[id(item.group)]}
        beside = [chances[j] for j in others if j != k]
        if beside:
            found["company is a name"] = sum(beside) / len(beside)
            found["company is a name at best"] = max(beside)
            found["company is a name at worst"] = min(beside)
        if (mean := paragraphs.without([paragraph.start for paragraph, _ in mentions], chance)) is not None:
            found["paragraph is of names"] = mean
        if (mean := sections.without([paragraph.headings for paragraph, _ in mentions], chance)) is not None:
            found["section is of names"] = mean
        if first and (mean := beginnings.without([first], chance)) is not None:
            found["same beginning is of names"] = mean
            found["same beginning"] = 1.0
        out.append(found)
    return out


def _first(mentions: Mentions) -> str:
    """Return the first word of a phrase; nothing for a head noun, which says nothing of what it begins."""
    word = mentions[0][1].phrase.tokens[0].word
    return "" if word in words.heads() else word


class _Mean:
    """Means of guesses by what they have in common."""

    def __init__(self) -> None:
        self._sums: dict[Hashable, tuple[float, int]] = {}

    def add(self, key: Hashable, chance: float) -> None:
        """Count one guess under ``key``."""
        total, count = self._sums.get(key, (0.0, 0))
        self._sums[key] = (total + chance, count + 1)

    def without(self, keys: Sequence[Hashable], chance: float) -> float | None:
        """Return the mean under all of ``keys`` without the candidate's own guesses, one a key, or None."""
        total, count = 0.0, 0
        for key in dict.fromkeys(keys):
            some, many = self._sums[key]
            total += some
            count += many
        total -= len(keys) * chance
        count -= len(keys)
        return max(0.0, total / count) if count > 0 else None
