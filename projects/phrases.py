"""Cut a sentence into noun phrases, the words that join them and the words that part them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from projects import words
from projects.words import Head, Token

COORDINATORS = frozenset(("、", "和", "与", "及", "以及", "暨", "或"))
_STOPS = frozenset("。;!?\n\t,:【】《》|")
_TRANSPARENT = frozenset("“”")
# Tags of words that never stand inside a name: prepositions, conjunctions, particles, adverbs, pronouns, times.
_PARTING_TAGS = ("p", "c", "u", "d", "r", "y", "e", "o")
_MEASURES = frozenset("个 条 处 座 所 家 项 类 批 种 万 亿 年 月 日 % 亩 公里 平方公里 平方米 人 名 户 万人 亿元 万元 万吨 年度 "
                      "余个 余条 余处 余家 次 倍 套 台 辆 片 块 期间 公顷 万亩 间 栋 幢 张 股 对 大类 千米 米 吨 级以上 多个 多家 多条 多处".split())  # fmt: skip
# Ends of a verb that the segmenter left behind: 抓|好, 建|成.
_LOOSE = frozenset(("好", "成", "起", "出", "多", "更", "现有", "原有", "建"))
_TIME = re.compile(r"\d|[年月日时今近]|目前|当前|期间|以来|过去|[一二三四五]五")
CODE = re.compile(r"[GSXY]\d{1,4}线?|(?:国道|省道)[GS]?\d{1,3}线?|[GS]?\d{1,3}(?:国道|省道)")
_WORKS = ("项目", "工程", "改造", "改扩建", "段", "枢纽", "立交", "桥")
_ASIDE = re.compile(r"负责|牵头|责任|单位|配合|以下简称|含|包括|\d{4}年|详见|见|下同")


@dataclass
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
    before, after
        The word before it and behind it; empty at the ends of a clause.
    cut
        The leading words that were taken off it (建设, 提升), nearest last.
    rest
        What follows the head noun before the phrase is parted (``"建设"``).
    aside
        Text of a bracket that follows it directly, without the brackets.
    """

    start: int
    end: int
    head: Head | None
    tokens: list[Token]
    before: str = ""
    after: str = ""
    cut: tuple[str, ...] = ()
    rest: str = ""
    aside: str = ""
    before_tag: str = ""


@dataclass
class Joined:
    """Noun phrases joined by coordinators, with the phrase that sums them up (``等`` + tail), if any."""

    phrases: list[Phrase]
    joints: list[str] = field(default_factory=list)
    tail: Phrase | None = None
    tail_start: int = 0
    counted: str = ""


def _parts(token: Token, following: Token | None) -> bool:
    """Whether a word parts phrases."""
    word, tag = token.word, token.tag
    if word in words.classed("verb") or word in words.classed("determiner"):
        return True
    if word in words.classed("soft") or word in words.classed("builder") or tag in ("nz", "ns"):
        return False
    if tag == "t":
        return bool(_TIME.search(word))
    if word in words.classed("both"):
        return False
    if tag in ("v", "vd") and len(word) >= 2 and words.head_at(word, len(word)) is None:
        # An unlisted verb right before a head noun makes a compound with it (签证|中心).
        return following is None or words.head_at(following.word, len(following.word)) is None
    return tag in _PARTING_TAGS and word not in COORDINATORS and not word.isascii()


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans between punctuation that no name crosses; brackets with an aside are left out."""
    spans = []
    begin = start
    at = start
    depth_open = -1
    while at < end:
        char = text[at]
        if char == "(":
            close = text.find(")", at, min(end, at + 400))
            inside = text[at + 1 : close] if close > 0 else ""
            if close > 0 and (len(inside) > 12 or _ASIDE.search(inside)) and not re.search(r"[。;]", inside[:60]):
                spans.append((begin, at))
                if not _ASIDE.search(inside):
                    spans += clauses(text, at + 1, close)
                at = begin = close + 1
                continue
        if char in _STOPS:
            spans.append((begin, at))
            begin = at + 1
        at += 1
    spans.append((begin, end))
    return [(b, e) for b, e in spans if e - b >= 2]


def joined(text: str, tokens: Sequence[Token], start: int, end: int) -> list[Joined]:
    """Return the enumerations (of one phrase or more) of a clause.

    Parameters
    ----------
    text
        The running text.
    tokens
        The words of the text that lie in the clause.
    start, end
        The clause.
    """
    groups: list[Joined] = []
    run: list[Token] = []
    before = ""
    before_tag = ""
    joint = ""
    open_group: Joined | None = None
    counted = ""
    want_tail = False
    previous: Token | None = None

    def close(after: str) -> None:
        """End the phrase under way; put it into the enumeration it belongs to."""
        nonlocal open_group, run, joint, want_tail, counted
        phrase = _phrase(text, run, before, after, before_tag) if run else None
        run = []
        if phrase is None:
            if not joint:
                open_group = None if after != "等" else open_group
            return
        if want_tail and groups:
            groups[-1].tail, groups[-1].counted = phrase, counted
            want_tail = False
            open_group = None
            # The phrase that sums up may begin an enumeration of its own.
            open_group = Joined([phrase])
            groups.append(open_group)
        elif joint and open_group is not None:
            open_group.phrases.append(phrase)
            open_group.joints.append(joint)
        else:
            open_group = Joined([phrase])
            groups.append(open_group)
        joint = ""

    for position, token in enumerate(tokens):
        word = token.word
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        if run and _links(run[-1], token, following):
            run.append(token)
        elif word == "”" and following is not None and following.word == "“":
            # Quoted names side by side are an enumeration.
            close("、")
            joint = "、" if open_group is not None else ""
            before, before_tag = "、", "x"
        elif word in _TRANSPARENT:
            if run and (word == "”" or _goes_on_behind(tokens, position)):
                run.append(token)
            elif run:
                close(word)
                open_group, joint, before, before_tag = None, "", word, "x"
        elif run and CODE.fullmatch(word) and _headed(text, run) is not None:
            # A coded road begins a name of its own (中央活力区|G104…).
            close("")
            before, before_tag = "", ""
            run.append(token)
        elif run and word in ("和", "与") and following is not None and following.word in COORDINATORS:
            run.append(token)  # the end of a name: 领秀城贵和、…
        elif word in COORDINATORS and (word == "、" or token.tag in ("c", "x", "p", "v", "n")):
            close(word)
            joint = word if open_group is not None else ""
            before, before_tag = word, token.tag
        elif word == "等" or (word[0] == "等" and token.tag in ("u", "r") and word != "等级"):
            close("等")
            if open_group is not None and groups:
                want_tail, counted, joint = True, "", ""
            before, before_tag = "等", "u"
            open_group = None
        elif _parts(token, following) or _counts(token, previous) or (run and _leaves(text, run, tokens[position:])):
            close(word)
            if want_tail and (token.tag in ("m", "q") or word in words.classed("determiner") or word.isdigit()):
                counted += word
            elif want_tail and word not in ("的", "重大"):
                want_tail = False
            if not (want_tail and counted):
                joint = ""
                open_group = None
            before, before_tag = word, token.tag
        else:
            run.append(token)
        previous = token
    close("")
    return groups


def _goes_on_behind(tokens: Sequence[Token], position: int) -> bool:
    """Whether a phrase goes on behind the quotation that opens at ``position``."""
    for k in range(position + 1, min(len(tokens), position + 12)):
        if tokens[k].word == "”":
            return k + 1 < len(tokens) and not _parts(tokens[k + 1], None) and tokens[k + 1].word not in COORDINATORS
    return False


def _links(last: Token, token: Token, following: Token | None) -> bool:
    """Whether 至 links two places inside one name (济南至郑州高速公路)."""
    return token.word == "至" and following is not None and _placelike(last) and _placelike(following)


def _placelike(token: Token) -> bool:
    return token.tag in ("ns", "nz", "nr", "nt") or token.word[-1] in "站市县区镇村路河港"


def _leaves(text: str, run: list[Token], ahead: Sequence[Token]) -> bool:
    """Whether a phrase ends before a localizer (区域|内) or before a verb of building (源头|新建 …公园)."""
    word = ahead[0].word
    if word in words.classed("localizer"):
        return True
    if word not in words.classed("builder"):
        return False
    for token in ahead[1:]:
        if token.word in words.classed("soft") or token.word in words.classed("builder"):
            continue
        return words.head_at(text, token.end, token.start) is None or len(token.word) > 2 + words.longest_head()
    return True


def _counts(token: Token, previous: Token | None) -> bool:
    """Whether a word counts what follows: a measure behind a number, or a number before one."""
    if token.word in _MEASURES and previous is not None and (previous.tag == "m" or previous.word.isdigit()):
        return True
    return token.tag in ("m", "mq") and len(token.word) >= 2 and token.word[-1] in "个条处座所家项类批种大级余"


def _phrase(text: str, run: list[Token], before: str, after: str, before_tag: str) -> Phrase | None:
    """Return the noun phrase in a run of words that nothing parts, its verbs at either end taken off."""
    run = [*run]
    while run and run[-1].word in _TRANSPARENT:
        run.pop()
    cut: list[str] = []
    movable = words.classed("both") | words.classed("builder")
    regions = words.region_names()
    for k, token in enumerate(run):
        if k and token.word in regions and all(t.word in words.classed("soft") | movable for t in run[:k]):
            # Verbs before the name of a region are no part of it (创新发展|济南国际…).
            cut += [t.word for t in run[:k]]
            before, before_tag = run[k - 1].word, run[k - 1].tag
            run = run[k:]
            break
    while len(run) > 1 and (run[0].word in movable or run[0].word in _TRANSPARENT):
        rest = _headed(text, run[1:])
        if rest is None or (rest[0] - run[1].start <= len(rest[1].word) and len(rest[1].word) < 4):
            break
        cut.append(run[0].word)
        before, before_tag = run[0].word, run[0].tag
        run = run[1:]
    while len(run) > 1 and (run[0].word in _LOOSE or _governs(text, run)):
        cut.append(run[0].word)
        before, before_tag = run[0].word, run[0].tag
        run = run[1:]
    if not run:
        return None
    start, stop = run[0].start, run[-1].end
    found = _headed(text, run)
    if found is None:
        return Phrase(start, stop, None, run, before, after, tuple(cut), before_tag=before_tag)
    end, head = found
    if CODE.fullmatch(run[0].word) and all(t.word in words.generic() for t in run[1:] if t.end <= end - len(head.word)):
        if not head.word.endswith(_WORKS):
            end, head = run[0].end, None  # 104国道|重要通道
    inner = [t for t in run if t.start < end]
    rest_text = text[end:stop]
    return Phrase(start, end, head, inner, before, after if not rest_text else rest_text, tuple(cut), rest_text,
                  before_tag=before_tag)  # fmt: skip


def _governs(text: str, run: Sequence[Token]) -> bool:
    """Whether the first word is a verb whose object, a name of its own, follows (净化|黄河)."""
    first, second = run[0], run[1]
    if first.tag not in ("v", "vn", "vd", "d") or second.tag not in ("ns", "nz", "nr", "nt"):
        return False
    return (len(first.word) >= 2 or second.tag == "ns") and _headed(text, run[1:]) is not None


def _headed(text: str, run: Sequence[Token]) -> tuple[int, Head] | None:
    """Return the end of the last head noun in a run of words, and the noun."""
    start = run[0].start
    at_end = {t.end: t for t in run}
    for end in range(run[-1].end, start, -1):
        head = words.head_at(text, end, start)
        if head is not None and _is_noun(head, at_end.get(end)):
            return end, head
        if text[end - 1] == ")" and (open_at := text.rfind("(", start, end)) > start and end - open_at <= 9:
            inner = words.head_at(text, open_at, start)
            if inner is not None:
                return end, inner
    return None


def _is_noun(head: Head, last: Token | None) -> bool:
    """Whether letters that look like a head noun are one: not the end of another word (思|路), nor cut from one."""
    if last is None:
        return len(head.word) >= 3
    if len(last.word) <= len(head.word) or len(head.word) > 1:
        return True
    return last.tag in ("ns", "nz", "nr", "nt", "nrt")
