"""Read enumerations: items, shared heads and tails, the phrase that sums them up."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from projects import forms, words
from projects.clauses import Joined
from projects.phrases import CODE, EVENT, PROPER_TAGS, Phrase, text_of
from projects.words import Head, Token, common

_NUMBER_ITEM = re.compile(r"(?:第)?(\d{1,4}|[一二三四五六七八九十]{1,3})(号线|号|线|期|路|段)?(.*)")
_NUMBERED_END = re.compile(
    r"(.*?[^\d一二三四五六七八九十])(\d{1,4}|[一二三四五六七八九十]{1,3})(号线|号|线|期|路|段)?$"
)
_KINDS_OF_AREA = ("片区", "景区", "街区", "商圈", "园区", "组团", "湿地公园", "历史文化街区", "社区", "地块")
_STRETCHES = re.compile("[至—-]")
"""Between the ends of a stretch."""
_TOWNS = ("乡镇", "镇街", "街镇", "村镇", "镇村", "区县", "县区")
"""What all items are that a thing of each is summed up of (松鹤、云岫等|乡镇|卫生院)."""
_CROSSING = re.compile("立交|互通|交叉口|道口")
_WORKS = re.compile(r"(.+?)(?:建设)?(?:项目|工程)")
_WORKS_ON_AREA = re.compile(r"(?:保护|综合)?(?:改造|提升|建设|开发|更新|整治|治理|修复|利用|棚改|旧改|征收)+$")
_GREAT = re.compile(r"(.+?)(?:重大|重点)(?:建设)?(?:项目|工程)")


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
    origin = _origin(text, group) if shared else ""
    regions = {} if shared else _region_tails(text, group)
    core = _core(group.tail, text) if group.tail and tail_head else ""
    out = []
    for k, phrase in enumerate(group.phrases):
        if k in numbered:
            name, base = numbered[k]
            unsaid = (base,) if base != name else ()
            out.append(
                Item(name, phrase, words.head_at(name, len(name)), group, unsaid, tail, tail_head, "shared head")
            )
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
        elif origin and k:
            name, aliases = origin + own + (shared if k < len(group.phrases) - 1 else ""), (own,)
        elif shared and since <= k < len(group.phrases) - 1:
            ended = phrase.head is not None and len(phrase.head.word) > 1 and shared.startswith(phrase.head.word)
            name, aliases = own + (shared[len(phrase.head.word) :] if ended and phrase.head else shared), (own,)
        elif k in regions and not core:
            name, aliases = own + regions[k], ()
        elif phrase.head is not None and EVENT.search(phrase.head.word) and (bare := forms.without_works(phrase, text)):
            aliases = (bare,)
        elif longer := forms.with_works(own, phrase):
            aliases = (longer,)
        if name != own:
            rule, head = ("summed up" if core else "shared tail"), words.head_at(name, len(name))
        aliases += forms.shorter(name, phrase, aliases)
        aliases += forms.with_stretch(text, phrase)
        if phrase.before == "原" or (phrase.before == "沿" and head is not None and head.word.endswith(words.AXES)):
            aliases = (*aliases, phrase.before + name)  # 原|柴油机厂地块, 沿|松鹤河生态带
        out.append(Item(name, phrase, head, group, aliases, tail, tail_head, rule))
    return out


def _compose(own: str, head: Head | None, core: str, tail_head: Head) -> tuple[str, tuple[str, ...]]:
    """Return the full name of an item, with what the summing phrase adds to it, and its other forms."""
    if (
        core.endswith((own, *words.classed("collective")))
        or own.endswith((core, tail_head.word))
        or (head is not None and EVENT.search(head.word))
    ):
        return own, ()
    if core in ("项目", "工程"):
        return own, ((own + core,) if head is None else ())
    if CODE.fullmatch(own) and (works := core.removeprefix(words.before_works(core))):
        return own + works, (own,)  # G312、G328等|普通国省道|改扩建
    thing = words.before_works(core)
    of = words.head_at(thing, len(thing))
    if head and of and (head.kind, head.category) == (of.kind, of.category) and head.kind == "project":
        return own + core[len(thing) :], (own,)  # 松鹤小学、云岫中学等|中小学扩建项目
    if head and len(head.word) > 1 and core.startswith(head.word):
        core = core[len(head.word) :]  # 松鹤河流域、云岫河流域等|流域综合治理工程
    if EVENT.search(core):
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
    if 0 < stop < len(tokens) and forms.proper(tokens[:stop]):
        return replace(phrase, end=tokens[stop - 1].end, tokens=tokens[:stop], after=tokens[stop].word)
    return phrase


def _is_works(rest: str) -> bool:
    """Whether what follows a head noun only says what is done to the thing."""
    return bool(rest) and not words.before_works(rest)


def _holds_thing(core: str) -> bool:
    """Whether a summing phrase for works names things of their own kind (幼儿园建设项目)."""
    return any(
        (found := words.head_at(core, end)) is not None and found.weight >= 2 and not EVENT.search(found.word)
        for end in range(2, len(core))
    )


def _core(tail: Phrase, text: str) -> str:
    """Return the part of a summing phrase that belongs to each item's name."""
    tokens = [t for t in tail.tokens if t.end <= tail.end]
    while len(tokens) > 1 and (tokens[0].word in words.classed("plain") or tokens[0].tag in ("a", "b", "d", "m", "q")):
        tokens = tokens[1:]
    if len(tokens) == 2 and tokens[0].word in _TOWNS:
        tokens = tokens[1:]
    start = tokens[0].start
    core = text[min(start, tail.end - len(tail.head.word)) if tail.head else start : tail.end]
    place = _WORKS_ON_AREA.sub("", core)
    if place != core and (found := words.head_at(place, len(place))) and found.word in _KINDS_OF_AREA:
        return place
    if (great := _GREAT.fullmatch(core)) and words.head_at(great[1], len(great[1])) is not None:
        return great[1]
    line = words.heads().get(words.before_works(core))
    if line is not None and line.word != core and line.kind == "corridor" and line.category == "transport":
        return line.word  # 某某至某某等|高速公路|续建项目
    if tail.head and (works := _WORKS.fullmatch(core)):
        thing = EVENT.sub("", works[1])
        if words.head_at(works[1], len(works[1])) is None and words.head_at(thing, len(thing)) is None:
            return core[-2:]  # 医疗项目, 落地项目: of what kind, not what is done as in 水库连通工程
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
    if "”" in text[left.end : right.start] or all(map(_number, (text_of(text, left), text_of(text, right)))):
        return False
    if _CROSSING.search(right.head.word) and _ends_line(text, left.tokens[-1]):
        return any(_ends_line(text, t) for t in right.tokens[:-1])  # 云岫大道|与|松鹤路立交
    generic = words.generic()
    if left.rest and left.rest != "建设" and EVENT.search(right.head.word) and joint != "及":
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
    plain_right = all(common(t.word) and (len(t.word) > 1 or t.tag not in PROPER_TAGS) for t in right.tokens)
    if joint == "及" and (plain_right or left.rest):
        return True
    return bool(left.rest) and joint in ("和", "及") and bool(EVENT.search(right.head.word)) and left.rest == "建设"


def _ends_line(text: str, token: Token) -> bool:
    """Whether the name of a line ends with a word."""
    head = words.head_at(text, token.end, token.start)
    return CODE.fullmatch(token.word) is not None or (head is not None and head.kind == "corridor")


def _named(phrase: Phrase) -> bool:
    """Whether a phrase begins with a short name of its own."""
    first = phrase.tokens[0]
    return first.tag in PROPER_TAGS and len(first.word) <= 3 and not common(first.word)


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
        told = [first[3], *(m[2] for m in reversed(run))]
        unit = next((u for u in told if u and u != "号"), next(filter(None, told), ""))  # 1号、2号和6|号线
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


def _origin(text: str, group: Joined) -> str:
    """Return where all lines of an enumeration begin, when only the first item tells it: 甲至 of 甲至|乙、丙快速路."""
    first, *others = group.phrases
    if first.rest or (first.head is not None and first.head.kind == "corridor") or not all(map(_is_place, others)):
        return ""
    begin, there, end = text_of(text, first).partition("至")
    alone = not any(_STRETCHES.search(other) for other in (end, *(text_of(text, p) for p in others)))
    return begin + there if there and alone and len(begin) > 1 and len(end) > 1 else ""


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
    if EVENT.search(last.head.word) and CODE.fullmatch(last.tokens[0].word):
        coded = len([*takewhile(lambda p: CODE.fullmatch(text_of(text, p)), reversed(others))])
        if coded:
            return own[len(last.tokens[0].word) :], len(others) - coded
    if any(p.head is not None and (EVENT.search(p.head.word) or _is_works(p.rest)) for p in others):
        return "", 0
    if EVENT.search(last.head.word):
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
    bare = all(p.head is None for p in others)
    stretches = (bare and all(_STRETCHES.search(text, p.start, p.end) for p in others)) or _origin(text, group)
    if stretches and last.head.kind == "corridor" and len(last.head.word) > 1:
        # 甲至乙、丙|高铁新通道
        return (rest if _is_place(last) and not _STRETCHES.search(own) else last.head.word), 0
    about = all(common(t.word) for p in others for t in p.tokens)
    if bare and about and len(last.head.word) >= 3:
        return last.head.word, 0
    return "", 0
