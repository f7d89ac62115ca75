"""The longer and shorter forms of a name where it stands: with what is done to it, without the region before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from projects import words
from projects.clauses import DONE_TO
from projects.phrases import CODE, EVENT, PROPER_TAGS, Phrase, text_of
from projects.words import Token, common

_ZONES = ("开发区", "高新区", "经开区", "新区", "度假区", "保税区", "科技城", "科学城", "大学城")
_TOWN_WORDS = 3
"""Of at most so many words the name of a town is."""
SIDE = re.compile("[东西南北中]部")
"""The side of a city, before the name of a thing there."""
_GRADED = re.compile(r"(?:国家)?\dA级(?=.*景区)")
_VILLAGES = ("村", "镇", "乡")
_LINES = ("路", "街")
"""What a line is, before which stands what it is called after (青岛|路)."""
_SHORTEST = 3
"""Letters of a name without the regions before it."""
_SHORTEST_PLAIN = 5
"""The same, where it begins with a word of the dictionary."""
_SHORTEST_SIGHT = 5
"""Letters of what may be called without its grade."""
_LONGEST_WORKS = 12
"""Letters of what is done to a thing, behind its name."""
_OF_WATERS = ("干流", "流域", "岸线", "河道", "堤防", "沿线", "两岸", "航道", "水系", "水体", "水面")
"""What of a water may stand for it."""
_BRACKETED = re.compile(r"\([^()至]{2,14}[至—~-][^()]{2,14}\)")
_BEHIND_BRACKETS = re.compile(rf"[一-鿿]{_BRACKETED.pattern}$")
_RUN = re.compile("[一-鿿]{2,16}")
_REACH = 36
"""Letters of a stretch in brackets, and one before it."""
_STRETCH = re.compile("[一-鿿]{2,5}段(?!落)")
_PLAIN_WORKS = re.compile(r"(?:重点|重大|主体|控制性|建设)*(?:项目|工程)$")


def shorter(name: str, phrase: Phrase, others: Sequence[str]) -> tuple[str, ...]:
    """Return the forms of a name without what stands before it.

    Parameters
    ----------
    name
        As a person would write it out.
    phrase
        Where it stands.
    others
        Other forms of it that are known.
    """
    found = [short for n in (name, *others) if (short := _without_district(n, phrase))]
    if short := _without_regions(name, phrase):
        found.append(short)
    if "A级" in name and (ungraded := _GRADED.sub("", name)) != name and len(ungraded) >= _SHORTEST_SIGHT:
        found.append(ungraded)
    if short := _without_side(name, phrase):
        found.append(short)
    if short := _whole_water(name, phrase):
        found.append(short)
    return tuple(found)


def _without_district(name: str, phrase: Phrase) -> str:
    """Return a name without the full name of a district, town or zone before it (昆都仑区|…, 柏坪镇|…), or none."""
    first = phrase.tokens[0].word
    if first in words.region_names() and name.startswith(first):
        rest = name[len(first) :]
        if rest[:1] in _LINES:
            return ""  # 青岛|路西延
        if first[-1] in "区县市旗" and (len(first) >= 3 or len(rest) >= 4):
            return rest if len(rest) >= 3 else ""
        if rest.endswith(_VILLAGES) and len(rest) >= _SHORTEST:
            return rest  # 某县|紫石关村
        behind = phrase.tokens[1:2]
        if behind and len(behind[0].word) > 1 and not common(behind[0].word):
            least = _SHORTEST if behind[0].tag in PROPER_TAGS else _SHORTEST_PLAIN
            return rest if len(rest) >= least else ""
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


def _whole_water(name: str, phrase: Phrase) -> str:
    """Return the water that a name is a part or side of (松鹤河|干流, 松鹤河某段|岸线); else empty."""
    if phrase.head is None or phrase.head.word not in _OF_WATERS:
        return ""
    water = name.removesuffix(phrase.head.word)
    head = words.head_at(water, len(water.removesuffix("段"))) or words.head_at(water, len(water))
    is_water = head is not None and head.category in ("water", "ecology") and len(water) > len(head.word)
    return water if is_water and water != name else ""


def with_works(own: str, phrase: Phrase) -> str:
    """Return a name with the stage or the works that follow it (某路|西段, 某河|治理), when any do; else empty."""
    if phrase.head is not None and len(phrase.rest) <= _LONGEST_WORKS and words.tells_works(phrase.rest):
        return own + phrase.rest
    if not phrase.rest and phrase.after in DONE_TO and proper(phrase.tokens):
        return own + phrase.after
    line = CODE.fullmatch(own) if phrase.head is None else phrase.head.kind == "corridor"
    part = words.stage().match(phrase.rest or phrase.after) or _STRETCH.match(phrase.rest) if line else None
    return own + part.group() if part else ""


def without_works(phrase: Phrase, text: str) -> str:
    """Return the thing that works are done on (后坝台地|综合整治), when it is named; else empty."""
    head = phrase.head
    if head is None:
        return ""
    if plain := _PLAIN_WORKS.search(text_of(text, phrase)):
        end = phrase.start + plain.start()
        found = words.head_at(text, end, phrase.start)
        thing = found is not None and len(found.word) > 1 and not EVENT.search(found.word)
        named = thing and proper([t for t in phrase.tokens if t.end < end])
        return text[phrase.start : end] if named else ""
    if head.word.endswith(("项目", "工程")):
        return ""
    for token in reversed(phrase.tokens):
        found = words.head_at(text, token.end, phrase.start)
        if token.end < phrase.end and found is not None and not EVENT.search(found.word):
            bare = text[phrase.start : token.end]
            return bare if len(bare) > len(found.word) and bare.count("(") == bare.count(")") else ""
    return ""


def with_stretch(text: str, phrase: Phrase) -> tuple[str, ...]:
    """Return a name with the stretch that stands in brackets behind it, and with what is done there.

    云岫路(甲路至乙路段)改造工程 is told of 云岫路.
    """
    told = _BRACKETED.match(text, phrase.end + len(phrase.rest))
    if told is None:
        return ()
    done = _RUN.match(text, told.end())
    ends = range(done.end(), told.end(), -1) if done else ()
    whole = next((end for end in ends if words.head_at(text, end, told.end())), told.end())
    return tuple(dict.fromkeys((text[phrase.start : told.end()], text[phrase.start : whole])))


def behind_stretch(text: str, start: int) -> bool:
    """Whether what begins at ``start`` is done to a stretch in brackets right before it: no thing by itself."""
    return text[start - 1 : start] == ")" and _BEHIND_BRACKETS.search(text, max(0, start - _REACH), start) is not None


def proper(tokens: Sequence[Token]) -> bool:
    """Whether any of some words is one thing's own."""
    return any(not common(t.word) for t in tokens)
