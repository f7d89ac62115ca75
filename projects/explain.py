"""Why a feature is what it is: the rule, the place and the signs behind every reading of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projects import find, judge, merge
from projects.feature import normal
from projects.lists import Item
from projects.plan import Document, Paragraph
from projects.region import home

_MOST_SIGNS = 6


def explain(documents: Sequence[Document], name: str) -> list[dict[str, Any]]:
    """Return what the reader made of a name, and why.

    Parameters
    ----------
    documents
        Plans of one city.
    name
        A name, or a part of one; names that were read and turned down are explained too.

    Returns
    -------
    list of dict
        For each plan and phrase that holds ``name``: ``plan``, ``name``, ``aliases``, ``probability`` (0 to 1) and
        ``threshold``, ``taken`` (whether it became a feature), ``feature`` (name and id of the feature, which tells
        what it was joined with), ``signs`` (the strongest, with their share in the decision) and ``readings``:
        ``rule``, ``section``, ``offset``, ``length`` and the sentence as ``before``, ``text``, ``after``.
    """
    wanted = normal(name)
    features = merge.extract(documents)
    out = []
    for document in documents:
        region = home(document)
        names = {
            normal(n): feature
            for feature in features
            if feature.doc == document.plan.id
            for n in (feature.name, *feature.aliases)
        }
        for candidate in find.candidates(document, region):
            if wanted not in candidate.key:
                continue
            feature = names.get(candidate.key)
            pairs = zip(candidate.paragraphs, candidate.items, strict=True)
            out.append(
                {
                    "plan": document.plan.id,
                    "name": candidate.name,
                    "aliases": sorted({a for item in candidate.items for a in item.aliases}),
                    "probability": round(candidate.probability, 3),
                    "threshold": find.THRESHOLD,
                    "taken": feature is not None,
                    "feature": {"id": feature.id, "name": feature.name} if feature else None,
                    "signs": dict(judge.shares(candidate.signs())[:_MOST_SIGNS]),
                    "readings": [_reading(document, paragraph, item) for paragraph, item in pairs],
                }
            )
    return out


def _reading(document: Document, paragraph: Paragraph, item: Item) -> dict[str, Any]:
    offset, length = document.span(item.phrase.start, item.phrase.end)
    before, text, after = document.sentence(offset, length)
    return {
        "rule": item.rule,
        "section": paragraph.section,
        "offset": offset,
        "length": length,
        "before": before,
        "text": text,
        "after": after,
    }
