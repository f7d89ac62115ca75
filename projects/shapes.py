"""What a phrase is made of, and whether it may be a name at all."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import city
from projects import words
from projects.clauses import Joined
from projects.lists import Item
from projects.phrases import CODE, Phrase
from projects.words import Token, common

PROPER = frozenset(("own", "latin", "digit", "single", "unknown"))
"""Classes of words that may be names of their own, or parts of one."""
_LATIN = re.compile(r"[A-Za-z]")
_DIGIT = re.compile(r"\d")
_CALLED_AFTER = re.compile(r"[东西南北中]?[路街道]|大[道街]|公园|广场|站")
"""What is mostly in the city, called after a place far away."""
_BEGINS_CODE = frozenset("GSXY国省县乡0123456789")
_LEVEL = re.compile(r"[\dA-Z]+级")


def shape(token: Token, own: frozenset[str]) -> str:
    """Return the class of a modifier: what it may say about a thing's being named.

    Parameters
    ----------
    token
        A word of the phrase.
    own
        Names of the plan's own city, its province and districts.
    """
    return "own" if token.word in own else _shape(token.word, token.tag)


@lru_cache(maxsize=1 << 16)
def _shape(word: str, tag: str) -> str:
    if word in words.region_names():
        return "region"
    if _LEVEL.fullmatch(word):
        return "common"
    if _LATIN.search(word):
        return "latin"
    if _DIGIT.search(word):
        return "digit"
    if len(word) >= 2 and word in words.heads():
        return "head"
    if (len(word) >= 2 and common(word)) or any(word in words.classed(c) for c in ("soft", "both", "builder")):
        return "common"
    if len(word) == 1:
        return "single"
    return "unknown" if tag in ("ns", "nr", "nz", "nt", "nrt") else "dictionary"


def may_hold_name(group: Joined, own: frozenset[str]) -> bool:
    """Whether an enumeration can hold a name: it has a head noun, a coded road, or is a list with proper words.

    A phrase that stands alone needs a head noun, or is a coded road.
    """
    if group.tail is not None and group.tail.head is not None:
        return True
    for phrase in group.phrases:
        if phrase.head is not None or is_code(phrase) or makes(phrase):
            return True
    if len(group.phrases) == 1 and group.tail is None:
        return False
    return any(shape(t, own) in PROPER for phrase in group.phrases for t in phrase.tokens)


def makes(phrase: Phrase) -> bool:
    """Whether a phrase tells who makes what, and how much of it (某某化工|年产5万吨|某酯)."""
    return len(phrase.tokens) > 1 and any(words.is_capacity(t.word) for t in phrase.tokens[1:])


def is_code(phrase: Phrase) -> bool:
    """Whether a phrase is a road by its number."""
    return phrase.tokens[0].word[0] in _BEGINS_CODE and bool(CODE.fullmatch("".join(t.word for t in phrase.tokens)))


def may_be_name(item: Item, own: frozenset[str]) -> bool:
    """Whether a phrase can be a name at all: it ends with a head noun, is a coded road, or is listed and not common."""
    if item.head is not None or CODE.fullmatch(item.name) or makes(item.phrase):
        return True
    if item.tail_head is not None and words.tells_works(item.name):
        return True  # 松鹤河干流治理等|工程
    return item.listed and proper(item, own)


def proper(item: Item, own: frozenset[str]) -> bool:
    """Whether a word of a phrase may be a name of its own."""
    return any(shape(t, own) in PROPER for t in item.phrase.tokens)


def outside(item: Item, own: frozenset[str]) -> bool:
    """Whether a name is of something beyond the city: it begins with another region and holds none of its own."""
    name = item.name
    if any(name.startswith(n) and own.isdisjoint(provinces) for n, provinces in _strangers()):
        return True
    first = item.phrase.tokens[0].word
    if first not in _cities() and (head := words.head_at(first, len(first))) is not None:
        first = first[: -len(head.word)]  # 天津|港
    if first not in _cities() or first in own or "至" in name:
        return False
    return not any(n in name for n in own) and not _CALLED_AFTER.match(name, len(first))


@cache
def _strangers() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the names of wider regions and of zones far away, each with the provinces where it is no stranger."""
    rows = (row for row in words.rows("wider") if row["stranger"] == "yes")
    return tuple((row["name"], tuple(row["provinces"].split("|"))) for row in rows)


@cache
def _cities() -> frozenset[str]:
    """Return the names of provinces and cities, with and without suffix."""
    names = [n for code, n in city.regions().items() if code.endswith("00")]
    return frozenset(names + [city.short_name(n) for n in names])
