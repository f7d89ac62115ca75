"""What the text says of a thing: what kind it is of, and in which districts it lies."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from projects import sentences, words
from projects.find import Candidate
from projects.lists import Item
from projects.phrases import text_of
from projects.plan import Document, Paragraph
from projects.region import Region
from projects.words import Head

_WORKS = re.compile(r"(?:建设|新建|改建|扩建|改扩建|开发|改造|提升|更新|升级|续建|技改)*(?:项目|工程)$")
_OPENS = ("在", "位于", ",", "是", ";")
_WITH = "与同和"
"""What so begins names who takes part, not where things lie (长清区…,与起步区联动,建设甲)."""
_WITHIN = re.compile(r"(?:境内|范围内)?的?$")
_PLAIN = ("项目", "建设项目", "重点项目")
"""What says of a thing that it is planned, not what is done to it."""
_STREET = "街"
_SIDES = tuple("东西南北")
_VAGUE = 2
"""A head noun of this weight or less may be of anything."""
_WATERS = ("water", "ecology")
_NEAR = 20
"""Letters before an enumeration in which the name of a district ends that it goes on from."""
_SHORTEST = 2
"""A name is not cut to less than this many letters."""


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
        end = bracket if bracket >= _SHORTEST else len(words.before_works(name))
        end += _ends_region(name, end)
        if end < _SHORTEST or end >= len(name):
            return name
        name = name[:end]


def _ends_region(name: str, at: int) -> bool:
    """Whether a side that may say which stretch is the end of a region's name (济|南段), behind no thing of its own."""
    before = name[at - 1 : at]
    return (
        name[at : at + 1] in _SIDES
        and before + name[at : at + 1] in words.region_names()
        and before not in words.heads()
    )


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
    if head and head.word == _STREET and words.topics(bare[: -len(_STREET)]):
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


def at_home(document: Document, region: Region) -> Document:
    """Return a plan with the district that its title names, where one is named and its list of plans tells none."""
    named = named_districts(document.plan.title, region)
    if document.plan.district or len(named) != 1:
        return document
    return replace(document, plan=replace(document.plan, district=named.pop()))


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
            (_before(document.text, item, region) or _above(paragraph, region)) - _beside(document.text, item, region)
            for item, paragraph in zip(candidate.items, candidate.paragraphs, strict=True)
        ]
        # What only a few of the mentions stand under says nothing of where the thing lies.
        votes = Counter(district for each in told for district in each)
        named = {district for district, count in votes.items() if 2 * count > len(told)}
    if not named and candidate.name.endswith(f"{region.city.short}片区"):
        return ()  # the part of a wider zone that lies in the city: 自贸区济南片区
    return tuple(d for d in region.city.order if d in named) or ((own,) if own else ())


def _before(text: str, item: Item, region: Region) -> set[str]:
    """Return the district that the words before a mention put it in (长清区|…, 槐荫境内的|…, 在长清区建设|…)."""
    clause = text[sentences.start(text, item.phrase.start, sentences.CLAUSE, reach=30) : item.phrase.start]
    before = _WITHIN.sub("", clause)
    if not region.any_district.search(before):
        return _earlier(text, item, region)
    return {s for s, names in region.district_names if before.endswith(names) or _placed_in(before, names)}


def _beside(text: str, item: Item, region: Region) -> set[str]:
    """Return the districts that are listed beside a thing, which therefore does not lie there (串联起步区与|…)."""
    first = item.group.phrases[0].start
    others = {text_of(text, phrase) for phrase in item.group.phrases if phrase is not item.phrase}
    joined = text[max(0, first - _NEAR) : first]
    joined = joined[:-1] if joined.endswith((*_WITH, "、")) else ""
    return {
        short
        for short, names in region.district_names
        if not others.isdisjoint((short, *names)) or joined.endswith(names)
    }


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
