"""Read enumerations: items, shared heads and tails, the phrase that sums them up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from projects import words
from projects.clauses import DONE_TO, Joined
from projects.phrases import CODE, PROPER_TAGS, Phrase
from projects.words import Head, Token

_NUMBER_ITEM = re.compile(r"(?:第)?(\d{1,4}|[一二三四五六七八九十]{1,3})(号线|号|线|期|路|段)?(.*)")
_NUMBERED_END = re.compile(
    r"(.*?[^\d一二三四五六七八九十])(\d{1,4}|[一二三四五六七八九十]{1,3})(号线|号|线|期|路|段)?$"
)
_KINDS_OF_AREA = ("片区", "景区", "街区", "商圈", "园区", "组团", "湿地公园", "历史文化街区", "社区", "地块")
_ZONES = ("开发区", "高新区", "经开区", "新区", "度假区", "保税区", "科技城", "科学城", "大学城")
_TOWN_WORDS = 3
"""Of at most so many words the name of a town is."""
SIDE = re.compile("[东西南北中]部")
"""The side of a city, before the name of a thing there."""
_GRADED = re.compile(r"(?:国家)?\dA级(?=.*景区)")
_SHORTEST = 3
"""Letters of a name without the regions before it."""
_SHORTEST_SIGHT = 5
"""Letters of what may be called without its grade."""
_STRETCH = re.compile("[一-鿿]{2,5}段(?!落)")
_STRETCHES = re.compile("[至—-]")
"""Between the ends of a stretch."""
_CROSSING = re.compile("立交|互通|交叉口|道口")
_EXTENDED = re.compile("[东西南北]延")
_PLAIN_WORKS = re.compile(r"(?:重点|重大|主体|控制性|建设)*(?:项目|工程)$")
_WORKS = re.compile(r"(.+?)(?:建设)?(?:项目|工程)")
_WORKS_ON_AREA = re.compile(r"(?:保护|综合)?(?:改造|提升|建设|开发|更新|整治|治理|修复|利用|棚改|旧改|征收)+$")
_GREAT = re.compile(r"(.+?)(?:重大|重点)(?:建设)?(?:项目|工程)")
# Heads of what is done to a thing, or a stage of it, rather than of a thing.
_EVENT = re.compile(
    r"(?:项目|工程|改造|搬迁|迁建|整治|治理|修复|更新|征收|改扩建|棚改|行动|提升|试点|扩建|扩容|扩能|扩产|加固|深度处理|续建配套"
    r"|延伸|清淤|清淤疏浚|维修|修缮|改建|重建|改线|提质|增容|提标|连通)$"
)


@dataclass
class Item:
    """What an enumeration, or a phrase that stands alone, names.

    Attributes
    ----------
    name, aliases
        As a person would write it out, and the shorter forms.
    phrase
        Where it stands.
    head
        The head noun of :attr:`name`, or None.
    group
        The enumeration.
    tail
        Text of the phrase that sums the enumeration up, or empty.
    tail_head
        Its head noun, or None.
    rule
        How the name was made: ``phrase``, ``shared head``, ``shared tail``, ``summed up``, ``box``.
    """

    name: str
    phrase: Phrase
    head: Head | None
    group: Joined
    aliases: tuple[str, ...] = ()
    tail: str = ""
    tail_head: Head | None = None
    rule: str = "phrase"

    @property
    def listed(self) -> bool:
        """Whether it stands in an enumeration."""
        return len(self.group.phrases) > 1 or self.group.tail is not None


def text_of(text: str, phrase: Phrase) -> str:
    """Return the words of a phrase."""
    return text[phrase.start : phrase.end]


def items(text: str, group: Joined) -> list[Item]:
    """Return the items of an enumeration, each written out in full.

    Parameters
    ----------
    text
        The running text.
    group
        Phrases joined by coordinators; see :func:`projects.clauses.joined`.
    """
    group = _merged(text, group)
    numbered = _numbered(text, group)
    tail = text_of(text, group.tail) if group.tail else ""
    tail_head = group.tail.head if group.tail else None
    shared, since = ("", 0) if tail else _shared_tail(text, group)
    regions = {} if shared else _region_tails(text, group)
    core = _core(group.tail, text) if group.tail and tail_head else ""
    out = []
    for k, phrase in enumerate(group.phrases):
        if k in numbered:
            name, base = numbered[k]
            forms = (base,) if base != name else ()
            out.append(Item(name, phrase, words.head_at(name, len(name)), group, forms, tail, tail_head, "shared head"))
            continue
        if tail_head and phrase.rest and phrase.rest not in words.classed("builder") and len(group.phrases) > 1:
            # Its last head noun is not its end: an item without one (泉城|茶道).
            phrase = replace(phrase, end=phrase.end + len(phrase.rest), head=None, rest="")
        if phrase.head is None and phrase.after in words.classed("degree") and len(group.phrases) > 1:
            phrase = _without_state(phrase)
        first = phrase.tokens[0]
        if k == 0 and core and phrase.head is None and first.end < phrase.end and first.word in words.governing():
            # Only what sums up tells that the first item is a name: 改造|柏坪、绵岭等镇卫生院.
            behind = phrase.tokens[1:] or words.tokens(text, (), first.end, phrase.end)
            phrase = replace(phrase, start=first.end, tokens=behind)
        own = text_of(text, phrase)
        name, rule, head = own, "phrase", phrase.head
        aliases: tuple[str, ...] = ()
        if tail_head and core:
            name, aliases = _compose(own, phrase.head, core, tail_head)
            if group.tail and len(group.phrases) == 1 and name == own + core:
                aliases = (*aliases, text[phrase.start : group.tail.end])  # as written: 甲河—乙河|等|水系连通工程
        elif shared and since <= k < len(group.phrases) - 1:
            ended = phrase.head is not None and len(phrase.head.word) > 1 and shared.startswith(phrase.head.word)
            name, aliases = own + (shared[len(phrase.head.word) :] if ended and phrase.head else shared), (own,)
        elif k in regions and not core:
            name, aliases = own + regions[k], ()
        elif phrase.head is not None and _EVENT.search(phrase.head.word) and (bare := _without_works(phrase, text)):
            aliases = (bare,)
        elif longer := _with_works(own, phrase):
            aliases = (longer,)
        if name != own:
            rule, head = ("summed up" if core else "shared tail"), words.head_at(name, len(name))
        aliases += tuple(short for n in (name, *aliases) if (short := _without_district(n, phrase)))
        if short := _without_regions(name, phrase):
            aliases = (*aliases, short)
        if "A级" in name and (ungraded := _GRADED.sub("", name)) != name and len(ungraded) >= _SHORTEST_SIGHT:
            aliases = (*aliases, ungraded)
        if shorter := _without_side(name, phrase):
            aliases = (*aliases, shorter)
        if phrase.before == "原" or (phrase.before == "沿" and head is not None and head.word.endswith(words.AXES)):
            aliases = (*aliases, phrase.before + name)  # 原|柴油机厂地块, 沿|松鹤河生态带
        out.append(Item(name, phrase, head, group, aliases, tail, tail_head, rule))
    return out


def _without_district(name: str, phrase: Phrase) -> str:
    """Return a name without the full name of a district, town or zone before it (昆都仑区|…, 柏坪镇|…), or none."""
    first = phrase.tokens[0].word
    if first in words.region_names() and name.startswith(first):
        rest = name[len(first) :]
        if first[-1] in "区县市旗" and (len(first) >= 3 or len(rest) >= 4):
            return rest if len(rest) >= 3 else ""
        behind = phrase.tokens[1:2]
        if behind and len(behind[0].word) > 1 and not common(behind[0].word):
            return rest if len(rest) >= (3 if behind[0].tag in PROPER_TAGS else 5) else ""
    before = ""
    for k, token in enumerate(phrase.tokens[:_TOWN_WORDS]):
        before += token.word
        behind = phrase.tokens[k + 1 : k + 2]
        if before.endswith(words.TOWNS) and len(before) >= 3 and name.startswith(before) and behind:
            named = len(name) - len(before) >= 3 and not common(behind[0].word)
            return name[len(before) :] if named else ""
        if before.endswith(_ZONES) and len(before) >= 5 and name.startswith(before) and behind:
            named = len(name) - len(before) >= 4 and not common(behind[0].word) and behind[0].tag in PROPER_TAGS
            return name[len(before) :] if named else ""
    return ""


def _without_regions(name: str, phrase: Phrase) -> str:
    """Return a name without all of several regions before it (某某市|某某区|松鹤公园); else empty."""
    if phrase.tokens[0].word not in words.region_names():
        return ""
    regions = [*takewhile(_is_region_in_full, phrase.tokens)]
    before = "".join(t.word for t in regions)
    named = len(regions) > 1 and name.startswith(before) and len(name) - len(before) >= _SHORTEST
    return name[len(before) :] if named else ""


def _is_region_in_full(token: Token) -> bool:
    return len(token.word) >= 3 and token.word[-1] in "省市区县旗" and token.word in words.region_names()


def _without_side(name: str, phrase: Phrase) -> str:
    """Return a name without the side of the city before it (东部|松鹤新城), if what is left is a name; else empty."""
    first, *rest = phrase.tokens
    if not SIDE.fullmatch(first.word) or phrase.head is None or len(name) - len(first.word) < 4:
        return ""
    named = bool(rest) and not common(rest[0].word)
    return name[len(first.word) :] if named else ""


def _compose(own: str, head: Head | None, core: str, tail_head: Head) -> tuple[str, tuple[str, ...]]:
    """Return the full name of an item, with what the summing phrase adds to it, and its other forms."""
    if (
        core.endswith((own, *words.classed("collective")))
        or own.endswith((core, tail_head.word))
        or (head is not None and _EVENT.search(head.word))
    ):
        return own, ()
    if core in ("项目", "工程"):
        return own, ((own + core,) if head is None else ())
    thing = words.works().sub("", core)
    of = words.head_at(thing, len(thing))
    if head and of and (head.kind, head.category) == (of.kind, of.category) and head.kind == "project":
        return own + core[len(thing) :], (own,)  # 松鹤小学、云岫中学等|中小学扩建项目
    if head and len(head.word) > 1 and core.startswith(head.word):
        core = core[len(head.word) :]  # 松鹤河流域、云岫河流域等|流域综合治理工程
    if _EVENT.search(core):
        # Works on the thing (棚户区改造项目) keep its name as a short form; a thing of its own (幼儿园项目) does not.
        return own + core, (() if head is None and _holds_thing(core) else (own,))
    if head is None:
        return own + core, (own,)
    if _is_of_one_letter(head) and len(core) >= 4:
        return own + core, (own,)
    return own, ((own + core,) if _is_of_one_letter(head) and core != head.word else ())


def _is_of_one_letter(head: Head) -> bool:
    """Whether a head noun is one letter, or a water with one that says the same (新|河)."""
    last = words.heads().get(head.word[-1])
    alike = last is not None and (head.kind, head.category) == (last.kind, last.category)
    water = head.kind == "corridor" and head.category in ("ecology", "water")
    return len(head.word) == 1 or (len(head.word) == 2 and alike and water)


def _without_state(phrase: Phrase) -> Phrase:
    """Return a subject without the common words behind its name (老某埠|功能形象 显著提升)."""
    tokens = phrase.tokens
    stop = next((k for k in range(len(tokens), 0, -1) if tokens[k - 1].word not in words.generic()), 0)
    if 0 < stop < len(tokens) and _proper(tokens[:stop]):
        return replace(phrase, end=tokens[stop - 1].end, tokens=tokens[:stop], after=tokens[stop].word)
    return phrase


def _with_works(own: str, phrase: Phrase) -> str:
    """Return a name with the stage or the works that follow it (某路|西段, 某河|治理), when any do; else empty."""
    if phrase.head is not None and phrase.rest and words.works().search(phrase.rest) and len(phrase.rest) <= 12:
        return own + phrase.rest
    if not phrase.rest and phrase.after in DONE_TO and _proper(phrase.tokens):
        return own + phrase.after
    line = CODE.fullmatch(own) if phrase.head is None else phrase.head.kind == "corridor"
    part = words.stage().match(phrase.rest or phrase.after) or _STRETCH.match(phrase.rest) if line else None
    return own + part.group() if part else ""


def _proper(tokens: Sequence[Token]) -> bool:
    """Whether any of some words is one thing's own."""
    return any(not common(t.word) for t in tokens)


def _without_works(phrase: Phrase, text: str) -> str:
    """Return the thing that works are done on (后坝台地|综合整治), when it is named; else empty."""
    head = phrase.head
    if head is None:
        return ""
    if plain := _PLAIN_WORKS.search(text_of(text, phrase)):
        end = phrase.start + plain.start()
        found = words.head_at(text, end, phrase.start)
        thing = found is not None and len(found.word) > 1 and not _EVENT.search(found.word)
        named = thing and _proper([t for t in phrase.tokens if t.end < end])
        return text[phrase.start : end] if named else ""
    if head.word.endswith(("项目", "工程")):
        return ""
    for token in reversed(phrase.tokens):
        found = words.head_at(text, token.end, phrase.start)
        if token.end < phrase.end and found is not None and not _EVENT.search(found.word):
            return text[phrase.start : token.end] if token.end - phrase.start > len(found.word) else ""
    return ""


def _holds_thing(core: str) -> bool:
    """Whether a summing phrase for works names things of their own kind (幼儿园建设项目)."""
    return any(
        (found := words.head_at(core, end)) is not None and found.weight >= 2 and not _EVENT.search(found.word)
        for end in range(2, len(core))
    )


def _core(tail: Phrase, text: str) -> str:
    """Return the part of a summing phrase that belongs to each item's name."""
    tokens = [t for t in tail.tokens if t.end <= tail.end]
    while len(tokens) > 1 and (tokens[0].word in words.classed("plain") or tokens[0].tag in ("a", "b", "d", "m", "q")):
        tokens = tokens[1:]
    start = tokens[0].start
    core = text[min(start, tail.end - len(tail.head.word)) if tail.head else start : tail.end]
    place = _WORKS_ON_AREA.sub("", core)
    if place != core and (found := words.head_at(place, len(place))) and found.word in _KINDS_OF_AREA:
        return place
    if (great := _GREAT.fullmatch(core)) and words.head_at(great[1], len(great[1])) is not None:
        return great[1]
    line = words.heads().get(words.works().sub("", core))
    if line is not None and line.word != core and line.kind == "corridor" and line.category == "transport":
        return line.word  # 某某至某某等|高速公路|续建项目
    if tail.head and (works := _WORKS.fullmatch(core)) and words.head_at(works[1], len(works[1])) is None:
        # 医疗项目, 落地项目: of what kind, not what is done.
        return core[-2:]
    return core


def _merged(text: str, group: Joined) -> Joined:
    """Put names together that hold a coordinator (数字经济和智慧物流产业园)."""
    if len(group.phrases) == 1:
        return group
    phrases: list[Phrase] = []
    joints: list[str] = []
    bare = sum(p.head is None for p in group.phrases)
    for k, phrase in enumerate(group.phrases):
        if k and _inside(text, phrases[-1], group.joints[k - 1], phrase, bare):
            last = phrases.pop()
            phrases.append(replace(phrase, start=last.start, tokens=[*last.tokens, *phrase.tokens], before=last.before,
                                   before_tag=last.before_tag, cut=last.cut))  # fmt: skip
            continue
        if k:
            joints.append(group.joints[k - 1])
        phrases.append(phrase)
    return Joined(phrases, joints, group.tail, group.counted)


def _inside(text: str, left: Phrase, joint: str, right: Phrase, bare: int) -> bool:
    """Whether a coordinator belongs to one name."""
    if (
        joint in ("、", "或")
        or right.head is None
        or text_of(text, right) in words.generic()
        or right.end - left.start > 40
    ):
        return False
    if "”" in text[left.end : right.start]:
        return False
    if _CROSSING.search(right.head.word) and _ends_line(text, left.tokens[-1]):
        return any(_ends_line(text, t) for t in right.tokens[:-1])  # 云岫大道|与|松鹤路立交
    generic = words.generic()
    if left.rest and left.rest != "建设" and _EVENT.search(right.head.word) and joint != "及":
        return all(t.word in generic for t in right.tokens if t.end <= right.end - len(right.head.word))
    if left.head is None:
        if left.tokens[0].word in words.region_names() and len(left.tokens) == 1:
            return False
        if all(t.word in generic for t in left.tokens):
            return not (_named(right) and _is_place(right))  # 景观|和|云岫遗址
        if joint == "与":
            return True
        # 野藤葡萄|和|小越稻菜轮作基地: two things, each with a name of its own.
        return bare == 1 and not (_named(left) and _named(right))
    plain_right = all(common(t.word) and (len(t.word) > 1 or t.tag != "nz") for t in right.tokens)
    if joint == "及" and (plain_right or left.rest):
        return True
    return bool(left.rest) and joint in ("和", "及") and bool(_EVENT.search(right.head.word)) and left.rest == "建设"


def _ends_line(text: str, token: Token) -> bool:
    """Whether the name of a line ends with a word."""
    head = words.head_at(text, token.end, token.start)
    return CODE.fullmatch(token.word) is not None or (head is not None and head.kind == "corridor")


def _named(phrase: Phrase) -> bool:
    """Whether a phrase begins with a short name of its own."""
    first = phrase.tokens[0]
    return first.tag in PROPER_TAGS and len(first.word) <= 3 and not common(first.word)


@lru_cache(maxsize=1 << 16)
def common(word: str) -> bool:
    """Whether a word says nothing that is one thing's own."""
    generic = words.generic()
    halves = len(word) == 4 and word[:2] in generic and word[2:] in generic
    return word in generic or word in words.heads() or halves or len(word) == 1 or bool(_EXTENDED.fullmatch(word))


def _numbered(text: str, group: Joined) -> dict[int, tuple[str, str]]:
    """Read shared heads: items that are numbers behind one that ends with one (国道104、220、308、309线改扩建).

    Returns, by position in the enumeration, the full name and the name without what is done to it.
    """
    found: dict[int, tuple[str, str]] = {}
    if len(group.phrases) == 1:
        return found
    full = [text[p.start : p.end + len(p.rest)] for p in group.phrases]
    k = 0
    while k < len(full):
        run: list[re.Match[str]] = []
        while k + len(run) + 1 < len(full) and (item := _number(full[k + len(run) + 1])):
            run.append(item)
        first = _NUMBERED_END.fullmatch(full[k]) if run else None
        if first is None:
            k += 1
            continue
        unit = first[3] or next((m[2] for m in reversed(run) if m[2]), "")
        ending = run[-1][3] if words.head_at(run[-1][3], len(run[-1][3])) else ""
        for j, (number, own) in enumerate([(first[2], first[3]), *((m[1], m[2]) for m in run)]):
            base = first[1] + number + (unit if own in (None, "号") else own)
            found[k + j] = base + ending, base
        k += len(run) + 1
    return found


def _is_place(phrase: Phrase) -> bool:
    """Whether a phrase begins with the name of a place, and that is no head noun."""
    first = phrase.tokens[0]
    return (first.tag == "ns" or first.word in words.region_names()) and first.word not in words.heads()


def _number(item: str) -> re.Match[str] | None:
    """Return the parts of an item that is a number and what follows it; None of a name that begins so (九曜楼)."""
    match = _NUMBER_ITEM.fullmatch(item)
    return match if match and (match[2] or match[1].isdigit() or not match[3]) else None


def _level(word: str) -> int | None:
    """Return of what level a region is that is called without its suffix, or cannot be (唐县); else None."""
    levels = words.region_levels()
    return levels.get(word, 2 if len(word) == 2 and word[-1] in "县区" and word in words.region_names() else None)


def _region_tails(text: str, group: Joined) -> dict[int, str]:
    """Return what bare regions in a list share with the next item, by position (甲县、|乙区云计算中心, 某某厂).

    All are regions of one level, and the item that has the ending is one thing of each.
    """
    found: dict[int, str] = {}
    for k, phrase in enumerate(group.phrases):
        first = phrase.tokens[0]
        level = _level(first.word)
        head = phrase.head
        if k == 0 or level is None or head is None or len(head.word) < 2 or phrase.end - first.end < len(head.word):
            continue
        for other in range(k - 1, -1, -1):
            bare = group.phrases[other]
            if len(bare.tokens) > 1 or _level(bare.tokens[0].word) != level or bare.rest:
                break
            found[other] = text[first.end : phrase.end]
    return found


def _shared_tail(text: str, group: Joined) -> tuple[str, int]:
    """Return the ending that the last item shares with those before it, without 等, and the first that it does with.

    The ending is empty when there is none.
    """
    if len(group.phrases) < 2:
        return "", 0
    last = group.phrases[-1]
    others = group.phrases[:-1]
    if last.head is None:
        return "", 0
    own = text_of(text, last)
    if _EVENT.search(last.head.word) and CODE.fullmatch(last.tokens[0].word):
        coded = len([*takewhile(lambda p: CODE.fullmatch(text_of(text, p)), reversed(others))])
        if coded:
            return own[len(last.tokens[0].word) :], len(others) - coded
    if any(p.head is not None and (_EVENT.search(p.head.word) or words.works().match(p.rest)) for p in others):
        return "", 0
    if _EVENT.search(last.head.word):
        # The thing itself ends before what is done to it: 上新街|城市更新项目.
        for k, token in enumerate(last.tokens[:-1]):
            before = own[: token.end - last.start]
            after = last.tokens[k + 1]
            entity = words.head_at(before, len(before))
            same = [p for p in others if p.head is not None]
            if entity is None or entity.weight < 2 or len(before) == len(entity.word):
                continue
            plain = after.word in words.generic() and len(same) in (0, len(others))
            alike = after.word in words.heads() and all(p.head is entity for p in others)  # 松鹤街、云岫街|更新项目
            if plain or alike:
                return own[len(before) :], 0
        return "", 0
    single = all(len(p.tokens) == 1 for p in others)
    if single and len(last.tokens) == 2 and last.head.word.endswith(tuple(words.classed("anyhow"))):
        # A mountain beside a laboratory in a list lends it its name: 云岫山、松鹤湖|实验室.
        return last.head.word, 0
    rest = own[len(last.tokens[0].word) :]
    alone = all(len(p.tokens) == 1 and (p.head is None or p.tokens[0].word in words.region_names()) for p in others)
    if alone and all(map(_is_place, group.phrases)) and len(rest) >= len(last.head.word) > 1:
        # 喀什、霍尔果斯|经济开发区; but 甲区、乙县、丙市高新区 are three.
        regions = [p.tokens[0].word in words.region_names() for p in group.phrases]
        levels = {words.region_levels().get(p.tokens[0].word) for p in group.phrases}
        if (all(regions) and len(levels) == 1 and None not in levels) or (
            not any(regions) and all(common(t.word) for t in last.tokens[1:])
        ):
            return rest, 0
    # 网络空间安全、粒子科学省实验室: what the others are about; a name of its own (宜家) needs no ending.
    # 甲至乙、甲至丙方向高速公路: a stretch needs to be told of what.
    stretches = all(_STRETCHES.search(text, p.start, p.end) for p in others)
    bare = all(p.head is None for p in others)
    if stretches and bare and last.head.kind == "corridor" and len(last.head.word) > 1:
        # 甲至乙、丙|高铁新通道
        return (rest if _is_place(last) and not _STRETCHES.search(own) else last.head.word), 0
    about = all(common(t.word) for p in others for t in p.tokens)
    if bare and about and len(last.head.word) >= 3:
        return last.head.word, 0
    return "", 0
