"""What the text says of a thing: kind, category, districts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from projects import sentences, words
from projects.feature import CATEGORIES
from projects.find import Candidate
from projects.lists import Item
from projects.plan import Document, Paragraph
from projects.region import Region
from projects.words import Head

_WORKS = re.compile(r"(?:建设|新建|改建|扩建|改扩建|开发|改造|提升|更新|升级|续建|技改)*(?:项目|工程)$")
_BREAK = re.compile(r"[,。;:!?\n]")
_OPENS = ("在", "位于", ",", "是", ";")
_WITH = "与同和"
"""What so begins names who takes part, not where things lie (长清区…,与起步区联动,建设甲)."""
_WITHIN = re.compile(r"(?:境内|范围内)?的?$")
_GROUP = re.compile(r"[一二两双三四五六七八九十多][核轴带区横纵心极园廊楔环片城翼点湾]|组团")
_LAYOUT = re.compile(r"空间|布局|格局|体系")
_BROAD = ("spatial", "industry")
_RENEWED = re.compile(r"改造|更新|腾退|征收|搬迁|安置")
_ABOVE = ("heading", "heading above", "heading of all")
_PLAIN = ("项目", "建设项目", "重点项目")
"""What says of a thing that it is planned, not what is done to it."""
_STREET = "街"
_VAGUE = 2
"""A head noun of this weight or less may be of anything."""
_WATERS = ("water", "ecology")
_SHORTEST = 2
"""A name is not cut to less than this many letters."""
_NEAR = 25
"""Letters before a name that say most of what it is for."""


@cache
def _topics() -> dict[str, list[tuple[str, str]]]:
    """Return the words that speak for a category with it, by their first letter, longest first."""
    known: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(words.rows("topics"), key=lambda row: -len(row["word"])):
        known.setdefault(row["word"][0], []).append((row["word"], row["category"]))
    return known


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


def core(name: str) -> str:
    """Return the thing a name is about: without what is done to it, its stage and a bracket behind it.

    Examples
    --------
    >>> core("湫水第二小学迁建工程"), core("湫水污水处理厂二期(扩建)")
    ('湫水第二小学', '湫水污水处理厂')
    """
    while True:
        bracket = name.rfind("(") if name.endswith(")") else -1
        found = None if bracket >= _SHORTEST else words.works().search(name)
        end = bracket if bracket >= _SHORTEST else found.start() if found else 0
        if end < _SHORTEST:
            return name
        name = name[:end]


def subject(name: str) -> tuple[str, Head | None]:
    """Return the thing a name is about, see :func:`core`, and its head noun."""
    bare = core(name)
    return bare, words.head_at(bare, len(bare))


def kind(candidate: Candidate) -> str:
    """Return ``area``, ``corridor`` or ``project``: what the head noun of the name is."""
    votes = Counter(_kind_of(item) for item in candidate.items)
    return votes.most_common(1)[0][0]


def _kind_of(item: Item) -> str:
    bare, head = thing(item.name)
    done = item.name[len(bare) :]
    plain = done in _PLAIN or item.name.endswith("段工程")
    works = bool(done) and (head is None or head.kind == "project" or not plain)
    own = core(item.name)
    held = words.head_at(own, len(own))
    if held and bare.endswith(")") and not done.endswith("工程") and not words.stage().search(bare):
        return held.kind  # a bracket says which, or where: 湫水展览中心|(阜台片区)
    if held and held.kind == "corridor" and words.stage().fullmatch(item.name, len(own)):
        return "project" if item.name.endswith("工程") else "corridor"  # a stage or stretch of a line: 湫水快速路|二期
    if held and held.kind == "area" and item.name.endswith("段)"):
        return "area"  # 湫水文化公园|(阜台段)
    if head and head.word == _STREET and _spoken(bare[: -len(_STREET)]):
        return "area"  # a street called after what is there: 湫水金融|街
    known = None if works else head or item.tail_head
    if known is not None and item.tail_head and known is not item.tail_head:
        if known.kind == "project" and _is_area(item.tail_head):
            return "area"  # 湫水城、阜台城等|商圈
        if _called_after(known, item.tail_head):
            return item.tail_head.kind  # 湫水河、阜台山等|实验室
    return known.kind if known else "project"


def _called_after(head: Head, tail: Head) -> bool:
    """Whether things summed up by a head noun are only called after a river, a hill, a village or a street."""
    short = len(head.word) == 1 or head.word.endswith(_STREET)
    return short and head.kind != "project" and tail.weight > _VAGUE and tail.category not in _WATERS


def _is_area(head: Head | None) -> bool:
    return head is not None and head.kind == "area"


def category(document: Document, candidate: Candidate, kind: str, part_of: str | None = None) -> str:
    """Return the category that head noun, the name's other words, the headings and the sentence speak for.

    Parameters
    ----------
    document, candidate
        A name and its plan.
    kind
        Of the thing.
    part_of
        The larger thing it belongs to.
    """
    votes = dict(_leaning(kind, subject(candidate.name)[1]))
    weights = _votes()
    for sign, spoken, much in evidence(document, candidate, kind, part_of):
        votes[spoken] += much * weights.get(sign, 0.0)
    return max(votes, key=lambda c: (votes[c], c))


def leanings(kind: str, head: Head | None) -> Iterator[tuple[str, str, float]]:
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
    document: Document, candidate: Candidate, kind: str, part_of: str | None = None
) -> Iterator[tuple[str, str, float]]:
    """Yield what speaks for a category: the sign, the category, and how much it says; see :func:`category`.

    What speaks for each category whatever the plan says is not among it: :func:`leanings`.
    """
    item, paragraph = candidate.items[0], candidate.paragraphs[0]
    yield from _own_evidence(item)
    yield from _evidence_around(document.text, item, paragraph, kind)
    if not _tells(item.name):
        yield from _shares("company", _company(document.text, candidate))
    if part_of and _GROUP.match(part_of):
        yield f"{kind} of a group", "spatial", 1.0
    if kind != "project" and any(_LAYOUT.search(heading) for heading in paragraph.headings):
        yield f"{kind} in a layout", "spatial", 1.0


def _own_evidence(item: Item) -> Iterator[tuple[str, str, float]]:
    """Yield what the words of a name speak for: its head noun, the words before that, and what is done to it."""
    bare, head = subject(item.name)
    done = item.name[len(bare) :]
    modifier = bare[: len(bare) - len(head.word)] if head else bare
    said = _spoken(modifier)
    vague = head is None or head.category in _BROAD
    if head:
        against = " against" if set(said) - {head.category} else ""
        yield f"head {head.weight}{' broad' if vague else ''}{against}", head.category, 1.0
        if against:
            yield f"{head.category} against", head.category, 1.0
        if head.kind == "corridor" and head.word.endswith(words.AXES):
            yield "axis", "spatial", 1.0
    elif done and (works := words.head_at(item.name, len(item.name))):
        yield f"works {works.weight}", works.category, 1.0
    for each in sorted(set(said)):
        yield f"word {'broad' if vague or head is None else head.weight}", each, 1.0
    if said:
        yield "last word", said[-1], 1.0
    yield from (("word held", each, 1.0) for each in sorted(_held(modifier)))
    yield from (("word of the head", each, 1.0) for each in sorted({*_spoken(bare)} - {*said}))
    yield from (("word of the works", each, 1.0) for each in sorted({*_spoken(done)} - {*said}))
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


def _evidence_around(text: str, item: Item, paragraph: Paragraph, kind: str) -> Iterator[tuple[str, str, float]]:
    """Yield what speaks for a category around a name: what sums its list up, label, sentence, headings."""
    start, end = _sentence(text, item)
    first, last = item.group.phrases[0], item.group.phrases[-1]
    behind = _behind(text, item)
    for sign, spoken in (
        ("summed up", _spoken(item.tail)),
        ("label", _spoken(_label(text, paragraph, item))),
        ("near", _spoken(text[max(start, item.phrase.start - _NEAR) : item.phrase.start])),
        ("behind", _spoken(behind)),
    ):
        yield from ((sign, each, 1.0) for each in sorted(set(spoken)))
    if item.tail_head and item.tail_head.weight > 1:
        yield "head of the sum", item.tail_head.category, 1.0
    if kind == "area" and _RENEWED.search(behind):
        yield "renewed behind", "renewal", 1.0
    around = _spoken(text[start : first.start]) + _spoken(text[last.end : end])  # without what else the list names
    yield from (("sentence", each, 1.0) for each in sorted(set(around)))
    yield from _shares("share of the sentence", Counter(around))
    for sign, heading in zip(_ABOVE, reversed(paragraph.headings), strict=False):
        yield from _shares(sign, Counter(_spoken(heading)))


def _shares(sign: str, votes: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """Yield each category with its share of the votes."""
    total = sum(votes.values())
    yield from ((sign, each, votes[each] / total) for each in sorted(votes))


def _company(text: str, candidate: Candidate) -> dict[str, float]:
    """Return how much what else the enumerations of a name list speaks for each category."""
    votes: dict[str, float] = {}
    for item in candidate.items:
        for phrase in item.group.phrases:
            if phrase is not item.phrase and (told := _told(text[phrase.start : phrase.end])):
                votes[told[0]] = votes.get(told[0], 0.0) + told[1]
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
    if said := _spoken(bare[: len(bare) - len(head.word)] if head else bare):
        return said[-1], 1.0
    return (head.category, 0.5) if head and sure else None


def _behind(text: str, item: Item) -> str:
    """Return what follows the enumeration of a name in its clause."""
    stop = (item.group.tail or item.group.phrases[-1]).end
    return _BREAK.split(text[stop : stop + 16], maxsplit=1)[0]


@lru_cache(maxsize=1 << 14)
def _spoken(text: str) -> tuple[str, ...]:
    """Return the categories that the words of a text speak for, in their order."""
    known, out, at = _topics(), [], 0
    while at < len(text):
        for word, spoken in known.get(text[at], ()):
            if text.startswith(word, at):
                out.append(spoken)
                at += len(word)
                break
        else:
            at += 1
    return tuple(out)


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
    if own and own not in named:
        # In the plan of one district the short name of another may be a part of any name (古塔商城, 市中|党家智慧城).
        name = candidate.name
        named = {
            d.short
            for d in region.city.districts
            if d.short in named
            and (d.name in name or (name.startswith(d.short) and name[len(d.short) :] not in words.heads()))
        }
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
        return _earlier(text, item, region)
    return {s for s, names in region.district_names if before.endswith(names) or _placed_in(before, names)}


def _earlier(text: str, item: Item, region: Region) -> set[str]:
    """Return the district that an earlier clause of the sentence goes to (在长清区新建甲,扩建|乙)."""
    first = item.phrase.start
    start = sentences.start(text, first, reach=120)
    named = reversed([*region.any_district.finditer(text, start, first)])
    last = next((n for n in named if text[sentences.start(text, n.start(), sentences.CLAUSE)] not in _WITH), None)
    if last is None or not (last.start() == start or text.endswith(_OPENS, 0, last.start())):
        return set()
    return {short for short, names in region.district_names if last.group() in names}


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
