"""Noun phrases: where one ends, what its head noun is, which verbs before it are no part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from projects import words
from projects.words import Head, Token

QUOTES = frozenset("“”")
CODE = re.compile(words.ROAD)
"""A road by its number."""
_FAITHFUL = frozenset("街城园馆厂楼院桥库塔寺庙湖岛湾坝闸渠")
"""Head nouns of one letter that a word ending with them has as its own (文化|街), unlike 路 in 思路."""
PROPER_TAGS = ("ns", "nz", "nr", "nt", "nrt")
"""Parts of speech of names, and of words the dictionary does not have."""

EVENT = re.compile(
    r"(?:项目|工程|改造|搬迁|迁建|整治|治理|修复|更新|征收|改扩建|棚改|行动|提升|试点|扩建|扩容|扩能|扩产|加固|深度处理|续建配套"
    r"|延伸|清淤|清淤疏浚|维修|修缮|改建|重建|改线|提质|增容|提标|连通)$"
)
"""Head nouns of what is done to a thing, or of a stage of it, rather than of a thing."""

_CODED = ("项目", "工程", "改造", "改扩建", "段", "枢纽", "立交", "桥")
_APPOSED = ("级", "景区", "名胜区", "保护单位", "工程", "项目", "节点", "建筑")
"""Ends of what says the kind of a thing right before its name."""
_BETWEEN = frozenset("至经—-")
"""Between the ends of a stretch."""
_GRADE = re.compile(r"\d?[A-F]+级?|[一二三四五]?星?级")
_YEAR = re.compile(r"20[0-4]\d")


@dataclass(slots=True, eq=False)
class Phrase:
    """A noun phrase.

    Attributes
    ----------
    start, end
        Indices in the text, from its first modifier to the end of its last head noun (or of its last word, when it
        has no head noun).
    head
        Its last head noun, or None.
    tokens
        Its words.
    before, before_tag
        The word before it and its part of speech; empty at the beginning of a clause.
    after
        What follows it: the rest of its run of words, else the word that parts it from the next; empty at the end.
    cut
        The leading words that were taken off it (建设, 提升), nearest last.
    rest
        What follows the head noun before the phrase is parted (``"建设"``).
    """

    start: int
    end: int
    head: Head | None
    tokens: list[Token]
    before: str = ""
    before_tag: str = ""
    after: str = ""
    cut: tuple[str, ...] = ()
    rest: str = ""


def text_of(text: str, phrase: Phrase) -> str:
    """Return the words of a phrase."""
    return text[phrase.start : phrase.end]


def phrase(text: str, run: Sequence[Token], before: str, before_tag: str, after: str) -> Phrase | None:
    """Return the noun phrase in a run of words that nothing parts; None when only quotation marks are in it.

    Verbs at its beginning are taken off, and what follows its last head noun is kept apart.
    """
    run = [*run]
    while run and run[-1].word in QUOTES:
        run.pop()
    words_cut: tuple[str, ...] = ()
    if len(run) > 1 and (cut := _leading(text, run)):
        before, before_tag = run[cut - 1].word, run[cut - 1].tag
        words_cut = tuple(t.word for t in run[:cut])
        run = run[cut:]
    if not run:
        return None
    start, stop = run[0].start, run[-1].end
    found = headed(text, run)
    if found is None:
        return Phrase(start, stop, None, run, before, before_tag, after, words_cut)
    end, head = found
    if _only_coded(run, end, head):
        return Phrase(start, run[0].end, None, run[:1], before, before_tag, text[run[0].end : stop], words_cut)
    inner = [t for t in run if t.start < end]
    rest = text[end:stop]
    return Phrase(start, end, head, inner, before, before_tag, rest or after, words_cut, rest)


def headed(text: str, run: Sequence[Token]) -> tuple[int, Head] | None:
    """Return the end of the last head noun in a run of words (a short bracket behind it included), and the noun."""
    start = run[0].start
    lengths = words.head_lengths()
    for end in range(run[-1].end, start, -1):
        char = text[end - 1]
        if char in lengths:
            head = words.head_at(text, end, start)
            if head is not None and _is_noun(head, run, end):
                return end, head
        elif char == ")" and (opened := text.rfind("(", start, end)) > start and end - opened <= 9:
            head = words.head_at(text, opened, start)
            if head is not None:
                return end, head
    return None


def _is_noun(head: Head, run: Sequence[Token], end: int) -> bool:
    """Whether letters that look like a head noun are one: not the end of another word (思|路), nor cut from one.

    They end at ``end``; behind a lone letter any word may be part of a name (湫|水河).
    """
    last = len(run) - 1
    while last > 0 and run[last - 1].end >= end:
        last -= 1
    if run[last].end != end:
        return len(head.word) >= 3 and run[last].word not in words.generic()  # 发展环|境
    word = run[last].word
    if head.word == "城" and word in words.region_names() and (last == 0 or run[last - 1].word in _BETWEEN):
        return False  # 聊|城; but 湫水|东城
    if len(word) > len(head.word) > 1 and word in words.generic() and not words.tells_works(word):
        return False  # 宅|基地
    if len(word) <= len(head.word) or len(head.word) > 1 or run[last].tag in PROPER_TAGS or run[last].tag == "m":
        return True
    if (head.word in _FAITHFUL or len(word) >= 3) and word not in words.generic():
        return True
    return last > 0 and len(run[last - 1].word) == 1 and run[last - 1].word not in QUOTES


def _only_coded(run: Sequence[Token], end: int, head: Head) -> bool:
    """Whether a road by its number is only followed by what it is like (104国道|重要通道)."""
    own = head.word.endswith((*_CODED, *words.AXES))
    if len(run) == 1 or not CODE.fullmatch(run[0].word) or own:
        return False
    # A word that holds the head noun may be its own name: G303|集锡线.
    return all(t.word in words.generic() for t in run[1:] if t.end <= end and t.word != head.word)


@cache
def _verbs() -> frozenset[str]:
    return words.classed("soft") | words.governing()


def _leading(text: str, run: Sequence[Token]) -> int:
    """Return how many words at the beginning of a run are verbs that govern the phrase, or what is left of one."""
    movable, verbs = words.governing(), _verbs()
    cut = 0
    for k, token in enumerate(run):
        if token.word not in verbs and token.word[-2:] not in verbs:
            # Verbs before the name of a region are no part of it (创新发展|济南国际…, 重点保护|岚坪县…).
            cut = k if token.word in words.region_names() else 0
            break
    for k in range(1, len(run) - 1):
        # 城市内部|续建|鹿原大道…: common words and a verb before a name of its own.
        if run[k].word not in movable or run[k + 1].tag not in PROPER_TAGS or run[k + 1].word in words.heads():
            continue
        if all(t.word in words.generic() for t in run[:k]) and headed(text, run[k + 1 :]) is not None:
            cut = max(cut, k + 1)
    for k in range(1, len(run)):
        # 国家4A级旅游景区|重元寺: what a thing is, before its name.
        before, own = run[k - 1].word, run[k]
        if not (before in words.generic() or before in words.heads() or _GRADE.fullmatch(before)):
            break
        named = own.tag in PROPER_TAGS and own.word not in words.region_names() and own.word not in words.heads()
        if before.endswith(_APPOSED) and named and headed(text, run[k:]) is not None:
            cut = max(cut, k)
    while cut < len(run) - 1 and (run[cut].word in movable or run[cut].word in QUOTES):
        if CODE.fullmatch(run[cut + 1].word):
            cut += 1
            break
        rest = headed(text, run[cut + 1 :])
        if rest is None or (rest[0] - run[cut + 1].start <= len(rest[1].word) < 4):
            break
        cut += 1
    loose = words.classed("loose")
    while cut < len(run) - 1 and (run[cut].word in loose or _is_column(text, run[cut]) or _governs(text, run, cut)):
        cut += 1
    return cut


def _is_column(text: str, token: Token) -> bool:
    """Whether a word is the year of a project, from the column before its name: nothing stands before it."""
    return _YEAR.fullmatch(token.word) is not None and not text[max(0, token.start - 1) : token.start].isalnum()


def _governs(text: str, run: Sequence[Token], k: int) -> bool:
    """Whether the ``k``-th word is a verb whose object, a name of its own, follows (净化|黄河)."""
    first, second = run[k], run[k + 1]
    if first.tag not in ("v", "vn", "vd", "d") or second.tag not in PROPER_TAGS:
        return False
    found = headed(text, run[k + 1 :]) if len(first.word) >= 2 else None
    return found is not None and found[0] - second.start > len(found[1].word)
