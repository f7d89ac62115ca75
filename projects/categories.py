"""What a thing is for: the category that its name, its sentence, its headings and its neighbours speak for."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from operator import itemgetter

from projects import sentences, words
from projects.describe import subject
from projects.feature import CATEGORIES, normal
from projects.find import Candidate
from projects.lists import Item
from projects.places import by_paragraph
from projects.plan import Document, Paragraph
from projects.words import Head

_BREAK = re.compile(r"[,。;:!?\n]")
_GROUP = re.compile(r"[一二两双三四五六七八九十多][核轴带区横纵心极园廊楔环片城翼点湾]|组团")
_LAYOUT = re.compile(r"空间|布局|格局|体系")
_BROAD = ("spatial", "industry")
_RENEWED = re.compile(r"改造|更新|腾退|征收|搬迁|安置")
_ABOVE = ("heading", "heading above", "heading of all")
_MENTIONS = 4
"""Of a thing that a plan names more often, the first mentions tell."""
_AROUND = 20
"""Names of its paragraph to either side of a name that are its neighbours."""
_NEAR = 25
"""Letters before a name that say most of what it is for."""
_DOUBT = 2.0
"""Votes for no category that a few neighbours have to outweigh."""

Sign = tuple[str, str, float]
"""What speaks for a category: the sign, the category, and how much it says."""


class Neighbours:
    """What the names of a plan tell by themselves, by section and paragraph: things for one purpose stand together.

    Parameters
    ----------
    found
        The names of the plan, by normalised name.
    """

    def __init__(self, found: Mapping[str, Candidate]) -> None:
        self._sections: dict[tuple[str, ...], dict[str, float]] = {}
        self._paragraphs: dict[int, list[tuple[int, str, str, float]]] = {}
        for paragraph, places in by_paragraph(found):
            told = [(place.start, place.key, *said) for place in places if (said := _told(found[place.key].name))]
            _add(self._sections.setdefault(paragraph.headings, {}), ((spoken, much) for *_, spoken, much in told))
            self._paragraphs[paragraph.start] = told

    def evidence(self, thing: Candidate) -> Iterator[Sign]:
        """Yield what the other names around the first mention of a thing speak for."""
        own = {normal(item.name) for item in thing.items}
        item, paragraph = thing.items[0], thing.paragraphs[0]
        section = dict(self._sections[paragraph.headings])
        here = (i for i, p in zip(thing.items, thing.paragraphs, strict=True) if p.headings == paragraph.headings)
        _add(section, ((said[0], -said[1]) for each in here if (said := _told(each.name))))
        order = self._paragraphs[paragraph.start]
        at = bisect(order, item.phrase.start, key=itemgetter(0))
        others = [told for told in order[max(0, at - _AROUND) : at + _AROUND] if told[1] not in own]
        near: dict[str, float] = {}
        _add(near, ((spoken, much) for *_, spoken, much in others))
        behind = bisect(others, item.phrase.start, key=itemgetter(0))
        told = " of the told" if _tells(thing.name) else ""
        yield from _shares(f"section{told}", {each: much for each, much in section.items() if much > 0}, _DOUBT)
        yield from _shares(f"paragraph{told}", near, _DOUBT)
        if behind:
            yield f"name before{told}", others[behind - 1][2], 1.0
        if behind < len(others):
            yield f"name behind{told}", others[behind][2], 1.0


def _add(votes: dict[str, float], told: Iterable[tuple[str, float]]) -> None:
    for spoken, much in told:
        votes[spoken] = votes.get(spoken, 0.0) + much


def category(document: Document, thing: Candidate, kind: str, part_of: str | None, neighbours: Neighbours) -> str:
    """Return the category that head noun, the name's other words, headings, sentences and other names speak for.

    Parameters
    ----------
    document
        The plan.
    thing
        All mentions of a thing; those of its main name first.
    kind
        Of the thing.
    part_of
        The larger thing it belongs to.
    neighbours
        The names of the plan.
    """
    votes = dict(_leaning(kind, subject(thing.name)[1]))
    weights = _votes()
    for sign, spoken, much in evidence(document, thing, kind, part_of, neighbours):
        votes[spoken] += much * weights.get(sign, 0.0)
    return max(votes, key=lambda c: (votes[c], c))


def leanings(kind: str, head: Head | None) -> Iterator[Sign]:
    """Yield what kind and head noun of a thing say for each category; as :func:`evidence` does."""
    for each in CATEGORIES:
        yield f"is {each}", each, 1.0
        yield f"{kind} is {each}", each, 1.0
        if head:
            yield f"head={head.word} is {each}", each, 1.0


@cache
def _leaning(kind: str, head: Head | None) -> dict[str, float]:
    """Return the sum of :func:`leanings` by category."""
    votes = dict.fromkeys(CATEGORIES, 0.0)
    for sign, each, much in leanings(kind, head):
        votes[each] += much * _votes().get(sign, 0.0)
    return votes


@cache
def _votes() -> dict[str, float]:
    """Return the weight of what speaks for a category; ``benchmarks/train_category.py`` learns them."""
    return {row["sign"]: float(row["weight"]) for row in words.rows("votes")}


def evidence(
    document: Document, thing: Candidate, kind: str, part_of: str | None, neighbours: Neighbours
) -> Iterator[Sign]:
    """Yield what speaks for a category: the sign, the category, and how much it says; see :func:`category`.

    What speaks for each category whatever the plan says is not among it: :func:`leanings`.
    """
    yield from _own_evidence(thing.name)
    mentions = [*zip(thing.items, thing.paragraphs, strict=True)][:_MENTIONS]
    for item, paragraph in mentions:
        around = _evidence_around(document.text, item, paragraph, kind)
        yield from ((sign, each, much / len(mentions)) for sign, each, much in around)
    if not _tells(thing.name):
        yield from _shares("company", _company(document.text, thing), _DOUBT)
    yield from neighbours.evidence(thing)
    if part_of and _GROUP.match(part_of):
        yield f"{kind} of a group", "spatial", 1.0
    if kind != "project" and any(map(_LAYOUT.search, thing.paragraphs[0].headings)):
        yield f"{kind} in a layout", "spatial", 1.0


def _own_evidence(name: str) -> Iterator[Sign]:
    """Yield what the words of a name speak for: its head noun, the words before that, and what is done to it."""
    bare, head = subject(name)
    done = name[len(bare) :]
    modifier = bare[: len(bare) - len(head.word)] if head else bare
    said = words.topics(modifier)
    vague = head is None or head.category in _BROAD
    if head:
        against = " against" if set(said) - {head.category} else ""
        yield f"head {head.weight}{' broad' if vague else ''}{against}", head.category, 1.0
        if against:
            yield f"{head.category} against", head.category, 1.0
        if head.kind == "corridor" and head.word.endswith(words.AXES):
            yield "axis", "spatial", 1.0
        if head.word in words.TOWNS:
            yield "town", "spatial", 1.0
    elif done and (works := words.head_at(name, len(name))):
        yield f"works {works.weight}", works.category, 1.0
    for each in sorted(set(said)):
        yield f"word {'broad' if vague or head is None else head.weight}", each, 1.0
    if said:
        yield "last word", said[-1], 1.0
    yield from (("word held", each, 1.0) for each in sorted(_held(modifier)))
    yield from (("word of the head", each, 1.0) for each in sorted({*words.topics(bare)} - {*said}))
    yield from (("word of the works", each, 1.0) for each in sorted({*words.topics(done)} - {*said}))
    if _RENEWED.search(done):
        yield "renewed", "renewal", 1.0


def _held(modifier: str) -> set[str]:
    """Return the categories of the head nouns inside the words before the head noun (湫水医院|康复楼)."""
    out, end = set(), len(modifier)
    while end > 1:
        head = words.head_at(modifier, end)
        if head and len(head.word) > 1 < head.weight:
            out.add(head.category)
            end -= len(head.word)
        else:
            end -= 1
    return out


def _evidence_around(text: str, item: Item, paragraph: Paragraph, kind: str) -> Iterator[Sign]:
    """Yield what speaks for a category around a name: what sums its list up, label, sentence, headings."""
    start, end = _sentence(text, item)
    first, last = item.group.phrases[0], item.group.phrases[-1]
    behind = _behind(text, item)
    for sign, spoken in (
        ("summed up", words.topics(item.tail)),
        ("label", words.topics(_label(text, paragraph, item))),
        ("near", words.topics(text[max(start, item.phrase.start - _NEAR) : item.phrase.start])),
        ("behind", words.topics(behind)),
    ):
        yield from ((sign, each, 1.0) for each in sorted(set(spoken)))
    if item.tail_head and item.tail_head.weight > 1:
        yield "head of the sum", item.tail_head.category, 1.0
    if kind == "area" and _RENEWED.search(behind):
        yield "renewed behind", "renewal", 1.0
    around = words.topics(text[start : first.start]) + words.topics(
        text[last.end : end]
    )  # without what else the list names
    yield from (("sentence", each, 1.0) for each in sorted(set(around)))
    yield from _shares("share of the sentence", Counter(around))
    for sign, heading in zip(_ABOVE, reversed(paragraph.headings), strict=False):
        yield from _of_heading(sign, heading)


@lru_cache(maxsize=1 << 12)
def _of_heading(sign: str, heading: str) -> tuple[Sign, ...]:
    """Return what the words of a heading speak for."""
    return tuple(_shares(sign, Counter(words.topics(heading))))


def _shares(sign: str, votes: Mapping[str, float], doubt: float = 0.0) -> Iterator[Sign]:
    """Yield each category with its share of the votes; ``doubt`` more votes are for none."""
    total = sum(votes.values()) + doubt
    yield from ((sign, each, votes[each] / total) for each in sorted(votes))


def _company(text: str, candidate: Candidate) -> dict[str, float]:
    """Return how much what else the enumerations of a name list speaks for each category."""
    votes: dict[str, float] = {}
    beside = (phrase for item in candidate.items for phrase in item.group.phrases if phrase is not item.phrase)
    _add(votes, (told for phrase in beside if (told := _told(text[phrase.start : phrase.end]))))
    return votes


def _tells(name: str) -> bool:
    """Whether the head noun of a name tells its category by itself."""
    head = subject(name)[1]
    return head is not None and head.weight > 1 and head.category not in _BROAD


@lru_cache(maxsize=1 << 14)
def _told(name: str) -> tuple[str, float] | None:
    """Return the category that a name tells by itself, and how surely."""
    bare, head = subject(name)
    sure = head is not None and head.weight > 1
    if head and sure and head.category not in _BROAD:
        return head.category, 1.0
    if said := words.topics(bare[: len(bare) - len(head.word)] if head else bare):
        return said[-1], 1.0
    return (head.category, 0.5) if head and sure else None


def _behind(text: str, item: Item) -> str:
    """Return what follows the enumeration of a name in its clause."""
    stop = (item.group.tail or item.group.phrases[-1]).end
    return _BREAK.split(text[stop : stop + 16], maxsplit=1)[0]


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
