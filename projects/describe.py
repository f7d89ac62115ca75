"""What the text says of a thing: kind, category, districts, status."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from projects import sentences, words
from projects.find import Candidate
from projects.lists import Item
from projects.plan import Document, Paragraph
from projects.region import Region
from projects.words import Head

_WORKS = re.compile(r"(?:建设|新建|改建|扩建|改扩建|开发|改造|提升|更新|升级|续建|技改)*(?:项目|工程)$")
_BREAK = re.compile(r"[,。;!?\n]")
_WITHIN = re.compile(r"(?:境内|范围内)?的?$")
# Weights of what speaks for a category, fitted to annotated plans: see docs/extraction.md.
_HEAD = {"strong": 2.1, "weak": 0.6, "entity": 2.5, "vague": 0.2}
_WORD, _LAST_WORD, _TAIL, _LABEL, _NEAREST, _UPPER, _SENTENCE, _CLAUSE = 1.6, 0.4, 2.0, 2.4, 0.7, 0.5, 0.5, 0.5
_BROAD = ("spatial", "industry")


@cache
def _topics() -> dict[str, str]:
    return {row["word"]: row["category"] for row in words.rows("topics")}


@cache
def _topic_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _topics()), key=len, reverse=True)))


@cache
def _states(position: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the words that tell a status from before or behind a name, and what each tells."""
    known = {row["word"]: row["status"] for row in words.rows("status") if row["position"] == position}
    return re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True))), known


def thing(name: str) -> tuple[str, Head | None]:
    """Return a name without the word for works on it, and the head noun of that.

    Examples
    --------
    >>> thing("湫水田园综合体建设项目")[0]
    '湫水田园综合体'
    """
    bare = _WORKS.sub("", name) or name
    head = words.head_at(bare, len(bare.removesuffix(")"))) or words.head_at(bare, len(bare))
    return bare, head


def kind(candidate: Candidate) -> str:
    """Return ``area``, ``corridor`` or ``project``: what the head noun of the name is."""
    votes: Counter[str] = Counter()
    for item in candidate.items:
        bare, head = thing(item.name)
        works = bare != item.name and (
            head is None or head.kind == "project" or not item.name.endswith(("项目", "段工程"))
        )
        known = None if works else head or item.tail_head
        votes[known.kind if known else "project"] += 1
    return votes.most_common(1)[0][0]


def category(document: Document, candidate: Candidate) -> str:
    """Return the category that head noun, the name's other words, the headings and the sentence speak for."""
    votes: Counter[str] = Counter()

    def vote(text: str, weight: float) -> None:
        for found in {_topics()[m.group()] for m in _topic_pattern().finditer(text)}:
            votes[found] += weight  # type: ignore[assignment]

    item, paragraph = candidate.items[0], candidate.paragraphs[0]
    text = document.text
    bare, head = thing(item.name)
    if head:
        votes[head.category] += _HEAD[_strength(head)]  # type: ignore[assignment]
    modifier = bare[: len(bare) - (len(head.word) if head else 0)]
    vote(modifier, _WORD)
    if spoken := _topic_pattern().findall(modifier):
        vote(spoken[-1], _LAST_WORD)
    vote(item.tail, _TAIL)
    vote(_label(text, paragraph, item), _LABEL)
    for heading, weight in zip(reversed(paragraph.headings[-2:]), (_NEAREST, _UPPER), strict=False):
        vote(heading, weight)
    start, end = _sentence(text, item)
    vote(text[start:end], _SENTENCE)
    vote(text[max(start, item.phrase.start - 25) : item.phrase.start], _CLAUSE)
    return max(votes, key=lambda c: (votes[c], c)) if votes else "industry"


def _strength(head: Head) -> str:
    """Return how much a head noun says of the category."""
    if head.weight == 4:
        return "entity"
    if head.weight == 3:
        return "weak"
    return "vague" if head.weight == 1 and head.category in _BROAD else "strong"


def _label(text: str, paragraph: Paragraph, item: Item) -> str:
    """Return the words before the colon that opens the item's list (智能制造产业：…)."""
    colon = text.rfind(":", max(paragraph.start, item.phrase.start - sentences.REACH), item.phrase.start)
    if colon < 0 or "。" in text[colon : item.phrase.start]:
        return ""
    label = text[max(sentences.start(text, colon), paragraph.start) : colon]
    return label if len(label) <= 20 else ""


def _sentence(text: str, item: Item) -> tuple[int, int]:
    first, last = item.phrase.start, item.phrase.end
    return sentences.start(text, first, reach=60), sentences.end(text, last, reach=60)


def districts(document: Document, region: Region, candidate: Candidate) -> tuple[str, ...]:
    """Return the districts a thing lies in: by its own words, its clause, the headings, the plan's own district."""
    own = document.plan.district
    if region.city is None:
        return (own,) if own else ()
    named = named_districts(candidate.name, region)
    if not named and not own:
        told = [
            _before(document.text, item, region) or _above(paragraph, region)
            for item, paragraph in zip(candidate.items, candidate.paragraphs, strict=True)
        ]
        # What only a few of the mentions stand under says nothing of where the thing lies.
        votes = Counter(district for each in told for district in each)
        named = {district for district, count in votes.items() if 2 * count > len(told)}
    return tuple(d for d in region.city.order if d in named) or ((own,) if own else ())


def _before(text: str, item: Item, region: Region) -> set[str]:
    """Return the district that the words before a mention put it in (长清区|…, 槐荫境内的|…, 在长清区建设|…)."""
    clause = text[sentences.start(text, item.phrase.start, sentences.CLAUSE, reach=30) : item.phrase.start]
    before = _WITHIN.sub("", clause)
    if not region.any_district.search(before):
        return set()
    known = region.district_names
    return {short for short, names in known if before.endswith(names) or _placed_in(before, names)}


def _placed_in(clause: str, names: tuple[str, ...]) -> bool:
    """Whether the words before a mention say where it is (在长清区建设|…, 槐荫区实施|…)."""
    return any(clause.startswith((n, "在" + n)) or ("在" + n) in clause or ("位于" + n) in clause for n in names)


def _above(paragraph: Paragraph, region: Region) -> set[str]:
    """Return the districts that the nearest heading to name one names."""
    return next((named for h in reversed(paragraph.headings) if (named := named_districts(h, region))), set())


def named_districts(text: str, region: Region) -> set[str]:
    """Return the districts and zones that a text names; a street called after one (莱芜路) names none."""
    if not region.any_district.search(text):
        return set()
    return {short for short, pattern in region.each_district if pattern.search(text)}


def status(document: Document, candidate: Candidate) -> str | None:
    """Return what most mentions say: ``planned``, ``building``, ``done``, ``study``, or None."""
    votes = Counter(state for item in candidate.items if (state := _state(document.text, item)))
    return votes.most_common(1)[0][0] if votes else None


def _state(text: str, item: Item) -> str | None:
    """Return the status that the words behind an item's enumeration tell, or those before it."""
    first, last = item.group.phrases[0], item.group.phrases[-1]
    stop = item.group.tail.end if item.group.tail else last.end
    pattern, known = _states("after")
    ahead = _BREAK.split(text[stop : stop + 26], maxsplit=1)[0]
    if match := pattern.search(ahead):
        return known[match.group()]
    pattern, known = _states("before")
    start = sentences.start(text, first.start, sentences.CLAUSE, reach=24)
    found = [m.group() for m in pattern.finditer(text[start : first.start])]
    return known[found[-1]] if found else None
