"""Tell a name from a generic phrase.

Whether a noun phrase names one thing that a map can show is a matter of many small signs: its head noun, what its
modifiers are made of, the word before it, the company it keeps in a list. Their weights stand in
``data/lexicon/weights.csv``; ``benchmarks/train_judge.py`` learns them from hand-annotated plans by logistic
regression and measures them on plans left out. No sign is a name or a part of one: words enter only through their
class, or when they are common words of the plan language.
"""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import repeat
from operator import mul

import city
from projects import words
from projects.clauses import COORDINATORS, Joined
from projects.lists import Item, common
from projects.phrases import CODE, Phrase
from projects.plan import Paragraph
from projects.words import Head, Token

_PROPER = frozenset(("own", "latin", "digit", "single", "unknown"))
_PLAIN = frozenset(("common", "head"))
_GRADED = frozenset(("dictionary", "unknown"))
"""Classes of words that may be common or not: how often a word is met says more."""
_COUNTED = frozenset(("dictionary", "unknown", "latin", "common", "head"))
"""Classes of words of which it tells whether plans of other cities have them."""
_ONLY_WORDS = _COUNTED - {"latin"}
_BOX = re.compile(r"项目|工程|平台|载体|设施")
_LATIN = re.compile(r"[A-Za-z]")
_DIGIT = re.compile(r"\d")
_CALLED_AFTER = re.compile(r"[东西南北中]?[路街道]|大[道街]|公园|广场|站")
"""What is mostly in the city, called after a place far away."""
_BEGINS_CODE = frozenset("GSXY国省县乡0123456789")
_LEVEL = re.compile(r"[\dA-Z]+级")
_NO_MODIFIERS = frozenset("“”()")
_SHORTEST_NAME = 3
"""Letters of a name that a longer one may begin with."""


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


@lru_cache(maxsize=1 << 16)
def _rarity(word: str, shape: str) -> str:
    """Return how rare a word of a class is, in steps of two thirds of a power of ten."""
    return f"{shape} rarity={int(1.5 * math.log10(1 + words.frequency(word)))}"


@lru_cache(maxsize=1 << 16)
def _class_before(word: str) -> str:
    for name in ("verb", "determiner", "both", "builder"):
        if word in words.classed(name):
            return name
    if word in COORDINATORS:
        return "coordinator"
    return word if word in ("的", "等", "") else "other"


def may_hold_name(group: Joined) -> bool:
    """Whether an enumeration can hold a name: a phrase that stands alone needs a head noun, or is a coded road."""
    first = group.phrases[0]
    alone = len(group.phrases) == 1 and group.tail is None
    return not alone or first.head is not None or _is_code(first) or _makes(first)


def _makes(phrase: Phrase) -> bool:
    """Whether a phrase tells who makes what, and how much of it (某某化工|年产5万吨|某酯)."""
    return len(phrase.tokens) > 1 and any(words.is_capacity(t.word) for t in phrase.tokens[1:])


def _is_code(phrase: Phrase) -> bool:
    return phrase.tokens[0].word[0] in _BEGINS_CODE and bool(CODE.fullmatch("".join(t.word for t in phrase.tokens)))


def may_be_name(item: Item, own: frozenset[str]) -> bool:
    """Whether a phrase can be a name at all: it ends with a head noun, is a coded road, or is listed and not common."""
    if item.head is not None or CODE.fullmatch(item.name) or _makes(item.phrase):
        return True
    if item.tail_head is not None and words.works().search(item.name):
        return True  # 松鹤河干流治理等|工程
    return item.listed and proper(item, own)


def proper(item: Item, own: frozenset[str]) -> bool:
    """Whether a word of a phrase may be a name of its own."""
    return any(shape(t, own) in _PROPER for t in item.phrase.tokens)


def signs(text: str, paragraph: Paragraph, item: Item, own: frozenset[str]) -> dict[str, float]:
    """Return the signs of one mention: name of the sign to its strength (mostly 1)."""
    phrase, head, group = item.phrase, item.head, item.group
    start, end = phrase.start, phrase.end
    end_of_modifiers = end - (len(phrase.head.word) if phrase.head else 0)
    modifiers = [t for t in phrase.tokens if t.start < end_of_modifiers and t.word not in _NO_MODIFIERS]
    shapes = [shape(t, own) for t in modifiers]
    proper = not _PROPER.isdisjoint(shapes)
    plain = bool(modifiers) and _PLAIN.issuperset(shapes)
    listed = item.listed
    held = [
        *_of_head(head, proper, listed),
        *_of_modifiers(tuple(shapes), head, listed),
        *_of_before(phrase.before, phrase.before_tag, proper),
    ]
    held += (_rarity(t.word, s) for t, s in zip(modifiers, shapes, strict=True) if s in _GRADED)
    held += _met(modifiers, shapes, head)
    held += f"modifiers={min(len(modifiers), 5)}", f"length={min(len(item.name) // 2, 9)}"
    if plain:
        held.append("all common")

    generic = words.generic()
    if head and not listed:
        held.append(f"weight={head.weight} before={_class_before(phrase.before)} proper={proper}")
    for word in phrase.cut:
        held.append("cut")
        if len(word) == 1 or word in generic or words.does(word):
            held.append(f"cut={word}")
    after = phrase.after if len(phrase.after) <= 1 or phrase.after in generic else phrase.after[:2]
    held.append(f"after={after}" if len(after) <= 1 or after in generic else "after=other")
    held.append(f"rest={phrase.rest if not phrase.rest or phrase.rest in generic else 'other'}")
    held.append(_beside("previous", text[start - 1 : start]))
    following = _beside("next", text[end : end + 1])
    held += following, f"{following} listed={listed}"
    if text.find("“", start, end) >= 0:
        held.append("quotes inside")
    if _makes(phrase):
        held.append("capacity")
    if head is None and _is_code(phrase):
        held.append("road by number")

    held += f"listed={listed}", f"items={min(len(group.phrases), 5)}", f"rule={item.rule}"
    if item.tail_head:
        held += "summed up", f"sum={item.tail_head.word}", f"sum kind={item.tail_head.kind}"
        if group.counted:
            held += "counted", f"counted kind={item.tail_head.kind}"
    elif item.tail:
        held.append("summed up vaguely")
        if item.tail[-2:] in generic:
            held.append(f"sum={item.tail[-2:]}")
    if paragraph.box:
        held.append("box")
        if _BOX.search(paragraph.box):
            held.append("project box")
    if paragraph.heading and start - paragraph.start < len(paragraph.heading) + 8:
        held.append("in heading")
    weight = head.weight if head else 0
    held += (f"weight={weight} proper={proper} plain={plain}", f"weight={weight} modifiers={min(len(modifiers), 5)}",
              f"listed={listed} sum={item.tail_head is not None} "
              f"proper={proper} head={head is not None}")  # fmt: skip
    found = dict.fromkeys(held, 1.0)
    lengths: dict[str, int] = {}
    for token, name in zip(modifiers, shapes, strict=True):
        lengths[name] = lengths.get(name, 0) + len(token.word)
    length = sum(lengths.values())
    found.update((f"share {name}", some / length) for name, some in lengths.items())
    if len(group.phrases) > 1 or phrase is not group.phrases[0]:
        found.update(_of_company(item, own))
    return found


@lru_cache(maxsize=1 << 14)
def _of_head(head: Head | None, proper: bool, listed: bool) -> tuple[str, ...]:
    """Return the signs of a head noun."""
    if head is None:
        return ("no head",)
    return (
        f"head={head.word}",
        f"kind={head.kind}",
        f"topic={head.category}",
        f"weight={head.weight}",
        f"head length={min(len(head.word), 4)}",
        f"kind={head.kind} proper={proper} listed={listed}",
        f"head={head.word} proper={proper}",
    )


@lru_cache(maxsize=1 << 14)
def _of_modifiers(shapes: tuple[str, ...], head: Head | None, listed: bool) -> tuple[str, ...]:
    """Return the signs of the classes of the words before a head noun."""
    held = [f"any {name}" for name in dict.fromkeys(shapes)]
    if not _PROPER.isdisjoint(shapes):
        held.append("proper")
    if shapes:
        held += f"first={shapes[0]}", f"last={shapes[-1]}", f"first={shapes[0]} listed={listed}"
    if shapes and head:
        held += (f"topic={head.category} first={shapes[0]}", f"weight={head.weight} first={shapes[0]}",
                  f"kind={head.kind} last={shapes[-1]} listed={listed}",
                  f"made of {'-'.join(shapes[:4])}")  # fmt: skip
    return tuple(held)


@lru_cache(maxsize=1 << 14)
def _of_before(word: str, tag: str, proper: bool) -> tuple[str, ...]:
    """Return the signs of the word before a phrase."""
    before = _class_before(word)
    held = (f"before={before}", f"tag before={tag}", f"before={before} proper={proper}")
    return (*held, f"word before={word}") if word in words.generic() or len(word) == 1 else held


@lru_cache(maxsize=1 << 12)
def _beside(side: str, char: str) -> str:
    """Return the sign of the character right before or behind a phrase."""
    return f"{side}={char}" if char and not char.isalnum() else f"{side}=word"


def _met(modifiers: Sequence[Token], shapes: Sequence[str], head: Head | None) -> Iterator[str]:
    """Yield what the rarest modifier says: in plans of how many other cities it was met (0: of one at most)."""
    met = words.met()
    cities = [met.get(t.word, 0) for t, s in zip(modifiers, shapes, strict=True) if s in _COUNTED]
    least = min(4, max(1, min(cities)).bit_length() - 1) if cities else None
    if least is not None:
        yield f"least met={least}"
    if shapes and _ONLY_WORDS.issuperset(shapes):
        yield f"only words least met={least}"
        if head:
            yield f"weight={head.weight} only words least met={least}"


def _of_company(item: Item, own: frozenset[str]) -> Iterator[tuple[str, float]]:
    """Yield what share of the other items of an enumeration are proper, have a head noun and modifiers."""
    company, each = _listed(item.group, own)
    if item.phrase in item.group.phrases:
        mine = each[item.group.phrases.index(item.phrase)]
        company = tuple(total - own_part for total, own_part in zip(company, mine, strict=True))
    if company[0]:
        for sign, some in zip(("proper", "headed", "modified"), company[1:], strict=True):
            yield f"company {sign}", some / company[0]


@lru_cache(maxsize=64)
def _listed(group: Joined, own: frozenset[str]) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Return how many items of an enumeration there are, are proper, have a head noun and modifiers; and of each."""
    each: list[tuple[int, ...]] = [
        (
            1,
            any(shape(t, own) in _PROPER for t in p.tokens),
            p.head is not None,
            p.head is not None and p.end - p.start > len(p.head.word) + 1,
        )
        for p in group.phrases
    ]
    return tuple(map(sum, zip(*each, strict=True))), each


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


def together(mentions: Sequence[dict[str, float]], befores: Iterable[str]) -> dict[str, float]:
    """Return the signs of a name from those of its mentions: their means, and how often it is met."""
    n = len(mentions)
    if n == 1:
        out = dict(mentions[0])
    else:
        total: dict[str, float] = {}
        for found in mentions:
            for name, value in found.items():
                total[name] = total.get(name, 0.0) + value
        out = {name: value / n for name, value in total.items()}
    out[f"count={min(n, 5)}"] = 1.0
    out["log count"] = math.log(n)
    out["log befores"] = math.log(len(set(befores)))
    return out


def kinship(names: Collection[str]) -> dict[str, dict[str, float]]:
    """Return the signs that each phrase of a plan has from the others: what they begin with is often a name.

    Parameters
    ----------
    names
        All phrases of a plan that may be names, normalised.
    """
    ordered, known = sorted(names), set(names) - words.heads().keys()
    out = {}
    for name in names:
        longer = bisect_left(ordered, name + chr(sys.maxunicode)) - bisect_left(ordered, name) - 1
        out[name] = {"begins others": math.log1p(longer)} if longer else {}
        if any(name[:length] in known for length in range(_SHORTEST_NAME, len(name))):
            out[name]["begins with another"] = 1.0
    return out


@cache
def weights(look: str = "second") -> dict[str, float]:
    """Return the weight of each sign in the ``"first"`` or the ``"second"`` look; ``""`` names the constant."""
    return {row["sign"]: float(row[look]) for row in words.rows("weights") if row[look]}


def probability(found: dict[str, float], look: str = "second") -> float:
    """Return the probability, 0 to 1, that a phrase with these signs is a name.

    Parameters
    ----------
    found
        Its signs: of its own for the first look, and those of its company (:mod:`projects.company`) for the second.
    look
        ``"first"`` or ``"second"``.
    """
    known = weights(look)
    score = sum(map(mul, found.values(), map(known.get, found, repeat(0.0))), known.get("", 0.0))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def shares(found: dict[str, float]) -> list[tuple[str, float]]:
    """Return the signs that decided, strongest first, each with what it adds to the log-odds of being a name."""
    known = weights()
    parts = [(name, round(value * known[name], 3)) for name, value in found.items() if name in known]
    return sorted(parts, key=lambda part: (-abs(part[1]), part[0]))
