"""Find the names in a plan: every mention of a thing that a map can show."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile

from projects import clauses, company, forms, judge, lists, sentences, shapes, spans, words
from projects.feature import normal
from projects.judge import Own
from projects.lists import Item
from projects.phrases import Phrase, text_of
from projects.plan import Document, Paragraph
from projects.region import Region

THRESHOLD = 0.5
"""A phrase is taken for a name from this probability on."""

_IN_PROJECT_BOX = 0.9
"""What a box of projects lists is a project, however common its words."""

_LABEL = re.compile(
    r"(?:第[一二三四五六七八九十百\d]+[篇编章节部]|[一二三四五六七八九十]{1,3}[、是]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]|专栏\d*|—+|[①-⑳]"
    r"|\d{1,2}(?=[一-鿿])(?![个号期年月日万亿千百十层条所家项类大座处级亩米公平小时人位张种批次度倍分元吨兆天区路线厂校院中季至到余多名套栋口支]))"
)
_BOX_ITEM = re.compile(r"[^;。\n]{4,42}")
_BUILT = re.compile(r"建成|建设|新建|筹建|迁建|扩建|招生|落户|开工|校区|搬迁|选址")
_SPAN_OF_TIME = re.compile(r"\d+(?:小时|分钟)")
"""What so begins is a kind of service wherever it is (15分钟生活圈)."""
_COUNTED_GROUP = re.compile("[二两三四五六七八九十]大")
_PROJECTS = re.compile(r"项目|工程|平台|载体")
_NO_NAME = re.compile(r"[\d·.]+$|该")
_BRACKETS = re.compile("[()]")
_OPENERS = "“(〇"
_LIMITS = ("控制线", "红线")
"""What is so summed up limits what may be built, and is no thing."""
_EACH = re.compile(r"(?:镇|乡|街道|街镇|乡镇|村|社区|区县|县区)\(")
"""What so begins is a kind of service of each of them (镇(街道)养老服务中心)."""

_HOW_MANY = re.compile(r"(?<!\d)\d{2,6}[余多]?[个处家座所](?:以上)?(?=[,。;、\n]|$)")
_REACHES = re.compile("(?:总数|数量|总量)?(?:达到?|增加?[到至]|发展到|突破|超过?)?$")
"""What so goes on counts things of a kind (松鹤书房|达到50个)."""
_LONGEST_REACHES = 5
_NUMBER = re.compile(r"([两二三四五六七八九十]|\d{1,2})[个大条座处家]?$")
_NUMBERS = dict(zip("两二三四五六七八九十", ("2", *map(str, range(2, 11))), strict=True))
_FEWEST = 2
"""An enumeration has so many items at least."""
_FEWEST_ENTRIES = 3
_ENTRIES_FROM = 0.1
"""Mean probability of the heads of so many entries from which they are names."""
_LONGEST_LABEL = 4
"""Letters of the number of an entry."""
_COUNTED_FROM = 0.45
"""Mean probability of those that an enumeration counts from which all are names."""
_LONGEST_KIND = 20
"""Letters of a name that is looked for before a count."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A phrase that may be a name, with all places where the plan has it.

    Attributes
    ----------
    key
        The normalised name.
    items
        Its readings, in reading order.
    paragraphs
        The paragraph of each reading.
    own, around
        What its mentions, and what stands around them, say of its being a name; see :mod:`projects.judge`.
    probability
        That it is a name.
    counted
        Whether it is one of an enumeration of names that tells their number.
    """

    key: str
    items: tuple[Item, ...]
    paragraphs: tuple[Paragraph, ...]
    own: Own
    around: dict[str, float]
    probability: float
    counted: bool = False

    @property
    def name(self) -> str:
        """The name as first written."""
        return self.items[0].name

    def signs(self) -> dict[str, float]:
        """Return what speaks for its being a name and against: the strength of each sign."""
        return self.own.signs() | self.around


def readings(document: Document, region: Region) -> Iterator[tuple[Paragraph, Item]]:
    """Yield every noun phrase of a plan that may be a name, with its paragraph, enumerations written out."""
    text = document.text
    for paragraph in document.paragraphs:
        label = _LABEL.match(text, paragraph.start, paragraph.end)
        begin = label.end() if label else paragraph.start
        for start, end, boxed in _sentences(text, begin, paragraph):
            if boxed and (whole := _box_item(text, start, end, region.regions)):
                yield paragraph, whole
                start = whole.phrase.end
            for first, last in spans.parted(text, start, end):
                if not spans.holds(text, first, last):
                    continue
                tokens = words.tokens(text, region.regions, first, last)
                for group in clauses.joined(text, tokens):
                    for item in lists.items(text, group) if shapes.may_hold_name(group, region.names) else ():
                        if forms.behind_stretch(text, item.phrase.start):
                            continue
                        if 2 <= len(item.name) <= 60 and shapes.may_be_name(item, region.names):
                            yield paragraph, item


def _sentences(text: str, begin: int, paragraph: Paragraph) -> Iterator[tuple[int, int, bool]]:
    """Yield the sentences of a paragraph; of one that is a list parted by semicolons, its items (marked True)."""
    at = begin
    while at < paragraph.end:
        stop = text.find("。", at, paragraph.end)
        stop = paragraph.end if stop < 0 else stop
        if items := _itemised(text, at, stop, bool(_PROJECTS.search(paragraph.box))):
            yield from ((start, end, True) for start, end in items)
        else:
            yield at, stop, False
        at = stop + 1


def _itemised(text: str, begin: int, end: int, in_box: bool) -> list[tuple[int, int]]:
    """Return the items of a sentence that is a list parted by semicolons, without its title; empty when it is none."""
    body = text[begin:end].rstrip(";")
    if body.count(";") < (1 if in_box else 2) or not (in_box or _PROJECTS.search(body)):
        return []
    if sum(len(part) > 45 for part in body.split(";")) > 1:
        return []
    title = body.find(":")
    at = begin + title + 1 if 0 <= title < 30 else begin
    found = []
    for part in text[at : begin + len(body)].split(";"):
        label = _LABEL.match(part)
        found.append((at + (label.end() if label else 0), at + len(part)))
        at += len(part) + 1
    return found


def _box_item(text: str, start: int, end: int, regions: Sequence[str]) -> Item | None:
    """Return an item of such a list whole, as it stands; None when it is a list itself, or no thing."""
    comma = text.find(",", start, end)
    stop = comma if comma > 0 else end
    own = text[start:stop]
    head = words.head_at(text, stop, start)
    if head is None or not _BOX_ITEM.fullmatch(own) or "、" in own or "等" in own:
        return None
    tokens = words.tokens(text, regions, start, end)
    if tokens[0].word in words.classed("verb") or tokens[0].word in words.classed("builder"):
        return None  # a sentence of its own: 新建|甲水厂和乙泵站
    phrase = Phrase(start, stop, head, tokens)
    return Item(own, phrase, head, clauses.Joined([phrase]), rule="box")


def phrases(document: Document, region: Region) -> dict[str, list[tuple[Paragraph, Item]]]:
    """Return every phrase of a plan that may be a name with its mentions, by its normalised form in reading order."""
    found: dict[str, list[tuple[Paragraph, Item]]] = {}
    for paragraph, item in readings(document, region):
        key = normal(item.name)
        if len(key) >= 2:
            found.setdefault(key, []).append((paragraph, item))
    return found


def told_by_mentions(
    document: Document, region: Region, found: Mapping[str, Sequence[tuple[Paragraph, Item]]]
) -> list[Own]:
    """Return what the mentions of each phrase of a plan say, before anything is known of those around it."""
    text, own, akin = document.text, region.names, judge.kinship(found)
    return [
        judge.together(
            [judge.evidence(text, paragraph, item, own) for paragraph, item in mentions],
            (item.phrase.before for _, item in mentions),
            akin[key],
        )
        for key, mentions in found.items()
    ]


def candidates(document: Document, region: Region) -> list[Candidate]:
    """Return every phrase of a plan that may be a name, in order of first mention.

    Each is judged twice: on its own, then with the first guess at those around it.
    """
    by_key = phrases(document, region)
    told = told_by_mentions(document, region, by_key)
    guesses = [judge.probability(own.first, "first") for own in told]
    beside = company.signs([*by_key.values()], guesses)
    found = []
    for (key, mentions), own, guess, around in zip(by_key.items(), told, guesses, beside, strict=True):
        chance = judge.probability(own.second + judge.added(around)) if around else guess
        if any(item.rule == "box" and _PROJECTS.search(paragraph.box) for paragraph, item in mentions):
            chance = max(chance, _IN_PROJECT_BOX)
        found.append(Candidate(key, tuple(i for _, i in mentions), tuple(p for p, _ in mentions), own, around, chance))
    return _entries(document.text, _all_of_them(document.text, _of_one_head(found)))


def _all_of_them(text: str, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates; those that an enumeration counts are all names, or none (甲、乙、丙三大片区)."""
    whole = [{id(i.group) for i in c.items if _tells_number(text, i)} for c in found]
    names = _together(found, whole, 1, _COUNTED_FROM)
    return [
        replace(c, probability=max(c.probability, THRESHOLD), counted=True) if groups & names else c
        for c, groups in zip(found, whole, strict=True)
    ]


def _together(found: Sequence[Candidate], groups: Sequence[Set[Hashable]], fewest: int, share: float) -> set[Hashable]:
    """Return the groups all of which are names: of so many candidates at least, with so high a mean probability."""
    chances: dict[Hashable, list[float]] = {}
    for candidate, own in zip(found, groups, strict=True):
        for group in own:
            chances.setdefault(group, []).append(candidate.probability)
    return {group for group, each in chances.items() if len(each) >= fewest and sum(each) >= share * len(each)}


def _entries(text: str, found: list[Candidate]) -> list[Candidate]:
    """Return the candidates; those that head the entries of a list, each with what is told of it, are names.

    Of entries of one kind in a section (甲镇:…, 乙镇:…) all are names, or none.
    """
    heading = [
        {_kind_of_entry(i, p) for i, p in zip(c.items, c.paragraphs, strict=True) if _heads_entry(text, i, p)}
        for c in found
    ]
    names = _together(found, heading, _FEWEST_ENTRIES, _ENTRIES_FROM)
    return [
        replace(c, probability=max(c.probability, THRESHOLD)) if kinds & names else c
        for c, kinds in zip(found, heading, strict=True)
    ]


def _heads_entry(text: str, item: Item, paragraph: Paragraph) -> bool:
    """Whether a name with a head noun begins a paragraph that goes on to tell of it, behind a colon."""
    start, end = item.phrase.start, item.phrase.end
    begins = text[end : end + 1] == ":" and start - paragraph.start <= _LONGEST_LABEL
    return begins and item.head is not None and item.name not in words.heads()


def _kind_of_entry(item: Item, paragraph: Paragraph) -> tuple[tuple[str, ...], str]:
    """Return the section and the head noun of what heads an entry; towns of all grades are of one kind."""
    kind = item.head.word if item.head else ""
    return paragraph.headings, words.TOWNS[0] if kind in words.TOWNS else kind


def _tells_number(text: str, item: Item) -> bool:
    """Whether a name stands in an enumeration of as many things as are said to be summed up."""
    group = item.group
    if group.tail is None or len(group.phrases) < _FEWEST:
        return False
    number = _NUMBER.search(text, group.phrases[-1].end, group.tail.start)
    return number is not None and _NUMBERS.get(number[1], number[1]) == str(len(group.phrases))


def _of_one_head(found: list[Candidate]) -> list[Candidate]:
    """Return the candidates, items that share a head noun (省道101、105、243线) judged alike: as the surest of them."""
    best: dict[int, float] = {}
    shared = [{id(i.group) for i in c.items if i.rule == "shared head"} for c in found]
    for candidate, groups in zip(found, shared, strict=True):
        for group in groups:
            best[group] = max(best.get(group, 0.0), candidate.probability)
    return [
        replace(c, probability=max(c.probability, *(best[g] for g in groups))) if groups else c
        for c, groups in zip(found, shared, strict=True)
    ]


def names(document: Document, region: Region) -> tuple[list[Candidate], list[Candidate]]:
    """Return the names in a plan in order of first mention, and apart from them bare head nouns that recur.

    A bare head noun (``起步区``, ``开发区``) is no name, but may stand for a longer one of the same plan.
    """
    found, bare = [], []
    counted = _counted(document.text)
    for candidate in candidates(document, region):
        if candidate.name in words.heads() and not candidate.counted:
            if len(candidate.items) > 1 and len(candidate.name) >= 3:
                bare.append(candidate)
        elif candidate.probability < THRESHOLD or candidate.name in counted:
            continue
        elif not _ruled_out(document, candidate, region):
            found.append(candidate)
    return _whole(document.text, found), bare


def _counted(text: str) -> set[str]:
    """Return the endings of what a text counts by the dozen, at all lengths of a name."""
    ends = [_before_count(text, match.start()) for match in _HOW_MANY.finditer(text)]
    return {text[end - length : end] for end in ends for length in range(2, min(end, _LONGEST_KIND) + 1)}


def _before_count(text: str, start: int) -> int:
    """Return where the word begins that leads to a number at ``start``."""
    match = _REACHES.search(text, max(0, start - _LONGEST_REACHES), start)
    return match.start() if match else start


def _whole(text: str, found: list[Candidate]) -> list[Candidate]:
    """Return the names but those that everywhere begin a longer one (某峪|金谷, where 某峪金谷 is known)."""
    names = sorted({text_of(text, i.phrase) for c in found for i in c.items})

    def cut(candidate: Candidate) -> bool:
        name = candidate.name
        at = bisect_right(names, name)
        longer = [*takewhile(lambda n: n.startswith(name), names[at:])]
        starts = (i.phrase.start for i in candidate.items)
        return bool(longer) and all(any(text.startswith(n, s) for n in longer) for s in starts)

    return [c for c in found if not cut(c)]


def _is_plain(part: str, *, bracketed: bool) -> bool:
    if (counted := _COUNTED_GROUP.match(part)) and part[counted.end() :] in words.heads():
        return True  # 两大走廊
    return part in words.generic() or (bracketed and part in words.heads())


def _is_nature(candidate: Candidate) -> bool:
    """Whether a name is of a lake, a wetland, a hill: what lies where it is called after."""
    head = candidate.items[0].head
    if head is None or head.word.endswith("公园"):
        return False  # a park may be called after a place far away
    return head.kind == "area" and head.category in ("ecology", "water")


def _ruled_out(document: Document, candidate: Candidate, region: Region) -> bool:
    """Whether a phrase is no name here, whatever its signs."""
    return (
        _is_no_thing(candidate, region)
        or _is_beyond(candidate, region)
        or (candidate.name.endswith(("大学", "学院")) and not _is_built(document.text, candidate))
    )


def _is_no_thing(candidate: Candidate, region: Region) -> bool:
    """Whether a phrase is made of common words, singles a kind of thing out, or is a district as such."""
    name = candidate.name
    parts = _BRACKETS.split(words.before_works(name) or name)
    if not candidate.counted and all(_is_plain(part, bracketed=len(parts) > 1) for part in parts if part):
        return True  # 党校(行政学院), 普通国省道|改扩建
    singled_out = "重点" in name.replace("重点实验室", "") or all(
        i.group.phrases[0].before in words.classed("determiner") for i in candidate.items
    )
    if singled_out and not any(shapes.proper(i, region.names) for i in candidate.items):
        return True  # 北岸重点功能片区; 一批文创园区和高品质商圈
    if name.endswith(_titles()) and not any(_has_own_name(i, region) for i in candidate.items):
        return True  # 科创金融改革试验区, 省城乡融合试验区
    if all(any(t.word == "类" for t in i.phrase.tokens[1:]) for i in candidate.items):
        return True  # 先进制造|类|小镇
    if not (name[0].isalnum() or name[0] in _OPENERS) or _NO_NAME.match(name):
        return True  # .line("甲走廊; 6·18, 该桥
    if name in region.administrative or _SPAN_OF_TIME.match(name) or _EACH.match(name):
        return True
    return all(i.tail.endswith(_LIMITS) for i in candidate.items)  # 以松鹤保护区等控制线为依据


def _has_own_name(item: Item, region: Region) -> bool:
    """Whether a word of a phrase names a region of the plan, or is a name that plans of other cities do not have."""
    for token in item.phrase.tokens:
        shape = shapes.shape(token, region.names)
        if shape == "own" and token.word not in region.provincial:
            return True
        if shape in shapes.PROPER - {"own"} and len(token.word) > 1 and token.word not in words.met():
            return True
    return False


@cache
def _titles() -> tuple[str, ...]:
    """Return the ends of what regions are made by a programme: only with a proper name are they things."""
    return tuple(words.classed("title"))


def _is_beyond(candidate: Candidate, region: Region) -> bool:
    """Whether a name is of something beyond the city, or names other regions of the province and nothing else."""
    name = candidate.name
    if name.startswith(region.beyond) and _is_nature(candidate):
        return True  # 东平|湖
    if all(shapes.outside(i, region.names) for i in candidate.items):
        return True
    return all(token.word in region.neighbours for token in words.tokens(name, region.regions))


def _is_built(text: str, candidate: Candidate) -> bool:
    """Whether the plan builds or moves a university, which is mostly a partner: a clause that names it says so."""
    marks = sentences.CLAUSE
    around = (
        (sentences.start(text, i.phrase.start, marks, reach=6), sentences.end(text, i.phrase.end, marks, reach=8))
        for i in candidate.items
    )
    return any(_BUILT.search(text, start, end) for start, end in around)
