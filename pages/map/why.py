"""Why a name was read as it was, in words a planner uses instead of the signs of the judge."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import text

RULES = ("phrase", "summed up", "shared tail", "shared head", "box")
# What a sign is about, by the word or words it begins with; the first that fits counts.
_ABOUT = (
    ("ending", ("head", "kind", "topic", "weight", "no head", "summed", "sum")),
    ("company", ("listed", "items", "rule", "company")),
    ("made", ("any", "share", "first", "last", "made", "modifiers", "length", "proper", "all common", "quotes")),
    ("before", ("before", "word before", "tag before", "previous")),
    ("after", ("after", "rest", "next", "cut")),
    ("where", ("box", "project box", "in heading")),
    ("often", ("count", "log")),
)
# A share below this says nothing.
LEAST = 0.2


@dataclass(frozen=True)
class Reason:
    """Why a plan's name was taken for one thing.

    Attributes
    ----------
    plan
        Id of the plan.
    name
        The name as found.
    sure
        How sure the reader was, in per cent.
    rules
        How the name was formed, each rule once.
    for_it, against_it
        What spoke for a name and what against one, the strongest first.
    """

    plan: str
    name: str
    sure: int
    rules: tuple[str, ...]
    for_it: tuple[str, ...]
    against_it: tuple[str, ...]


def reasons(found: Sequence[Mapping[str, Any]], feature: str, lang: str) -> list[Reason]:
    """Return the reasons for a feature.

    Parameters
    ----------
    found
        From :func:`projects.explain.explain`.
    feature
        Its id.
    lang
        ``"zh"`` or ``"en"``.
    """
    out = []
    for one in found:
        if not one["feature"] or one["feature"]["id"] != feature:
            continue
        shares: defaultdict[str, float] = defaultdict(float)
        for sign, share in one["signs"].items():
            shares[about(sign)] += share
        ranked = sorted(shares.items(), key=lambda pair: -abs(pair[1]))
        for_it, against_it = (
            tuple(text(f"page.sign_{what}", lang) for what, share in ranked if sense * share >= LEAST)
            for sense in (1, -1)
        )
        met = dict.fromkeys(reading["rule"] for reading in one["readings"])
        rules = tuple(text(f"page.rule_{rule.replace(' ', '_')}", lang) for rule in met if rule in RULES)
        out.append(Reason(one["plan"], one["name"], round(100 * one["probability"]), rules, for_it, against_it))
    return out


def about(sign: str) -> str:
    """Return what a sign of :mod:`projects.judge` is about.

    Examples
    --------
    >>> about("kind=area last=unknown listed=True"), about("word before=的"), about("tail")
    ('ending', 'before', 'other')
    """
    begun = sign.partition("=")[0]
    for what, beginnings in _ABOUT:
        if any(begun == b or begun.startswith(f"{b} ") for b in beginnings):
            return what
    return "other"
