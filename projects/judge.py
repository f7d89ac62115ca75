"""Tell a name from a generic phrase.

Whether a noun phrase names one thing that a map can show is a matter of many small signs: its head noun, what its
modifiers are made of, the word before it, the company it keeps in a list. Their weights stand in
``data/lexicon/weights.csv``; ``benchmarks/train_judge.py`` learns them from hand-annotated plans by logistic
regression and measures them on plans left out. No sign is a name or a part of one: words enter only through their
class, or when they are common words of the plan language.

Signs that come together are kept together with what they add up to, so that a mention is a sum of a dozen numbers.
"""

from __future__ import annotations

import math
import re
import sys
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from projects import words
from projects.clauses import COORDINATORS, Joined
from projects.lists import Item
from projects.plan import Paragraph
from projects.shapes import PROPER, is_code, makes, shape
from projects.words import Head, Token

_PLAIN = frozenset(("common", "head"))
_GRADED = frozenset(("dictionary", "unknown"))
"""Classes of words that may be common or not: how often a word is met says more."""
_COUNTED = frozenset(("dictionary", "unknown", "latin", "common", "head"))
"""Classes of words of which it tells whether plans of other cities have them."""
_ONLY_WORDS = _COUNTED - {"latin"}
_BOX = re.compile(r"项目|工程|平台|载体|设施")
_NO_MODIFIERS = frozenset("“”()")
_LAST = chr(sys.maxunicode)
_SHORTEST_NAME = 3
"""Letters of a name that a longer one may begin with."""


@dataclass(slots=True, eq=False)
class Signs:
    """Signs that come together.

    Attributes
    ----------
    names
        Of the signs.
    first, second
        What they add to the log-odds of being a name in the two looks, where they are fully there.
    """

    names: tuple[str, ...]
    first: float
    second: float


Strengths = list[tuple[Signs, float]]
"""Signs that are there to a degree, or count."""


@dataclass(slots=True, eq=False)
class Evidence:
    """What speaks for one mention's being a name and against: signs that are fully there, and signs with a strength."""

    held: list[Signs]
    strengths: Strengths


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """What a name's own mentions say of its being one: the means of their signs, and how often it is met.

    Attributes
    ----------
    mentions
        The evidence of each.
    more
        Signs of the name as a whole, with their strength.
    first, second
        The log-odds of being a name in the two looks, without what its company says.
    """

    mentions: list[Evidence]
    more: Strengths
    first: float
    second: float

    def signs(self) -> dict[str, float]:
        """Return the strength of each sign."""
        total: dict[str, float] = {}
        for told in self.mentions:
            there = dict.fromkeys((name for signs in told.held for name in signs.names), 1.0)
            for name, value in (there | _by_name(told.strengths)).items():
                total[name] = total.get(name, 0.0) + value
        return {name: value / len(self.mentions) for name, value in total.items()} | _by_name(self.more)


def _by_name(strengths: Strengths) -> dict[str, float]:
    return {name: value for signs, value in strengths for name in signs.names}


def evidence(text: str, paragraph: Paragraph, item: Item, own: frozenset[str]) -> Evidence:
    """Return what speaks for one mention's being a name and against.

    Parameters
    ----------
    text
        Of the plan.
    paragraph, item
        Where the mention stands, and how it is read.
    own
        Names of the plan's own city, its province and districts.
    """
    phrase, head, group = item.phrase, item.head, item.group
    start, end = phrase.start, phrase.end
    end_of_modifiers = end - (len(phrase.head.word) if phrase.head else 0)
    modifiers = [t for t in phrase.tokens if t.start < end_of_modifiers and t.word not in _NO_MODIFIERS]
    shapes = tuple([shape(t, own) for t in modifiers])
    proper = not PROPER.isdisjoint(shapes)
    plain = bool(modifiers) and _PLAIN.issuperset(shapes)
    listed = item.listed
    weight = head.weight if head else 0
    alone = weight if head and not listed else None
    after = phrase.after if len(phrase.after) <= 1 or phrase.after in words.generic() else phrase.after[:2]
    held = [
        _of_head(head, proper, listed),
        _of_modifiers(shapes, head, listed),
        _of_before(phrase.before, phrase.before_tag, proper, alone),
        _of_behind(after, phrase.rest if phrase.rest in words.generic() else phrase.rest and "other"),
        _of_beside(text[start - 1 : start], text[end : end + 1], listed),
        _of_make(head is None, weight, min(len(modifiers), 5), proper, plain, listed, item.tail_head is None),
        _of_reading(min(len(item.name) // 2, 9), listed, min(len(group.phrases), 5), item.rule),
    ]
    held += map(_sign, {_rarity(t.word, s) for t, s in zip(modifiers, shapes, strict=True) if s in _GRADED})
    if shapes:
        held.append(_of_cities(_fewest_cities(modifiers, shapes), _ONLY_WORDS.issuperset(shapes), weight))
    if phrase.cut:
        held.append(_of_cut(phrase.cut))
    if item.tail_head:
        held.append(_of_sum(item.tail_head, group.counted))
    elif item.tail:
        held.append(_of_vague_sum(item.tail[-2:]))
    if text.find("“", start, end) >= 0:
        held.append(_sign("quotes inside"))
    if makes(phrase):
        held.append(_sign("capacity"))
    if head is None and is_code(phrase):
        held.append(_sign("road by number"))
    if paragraph.box:
        held.append(_of_box(paragraph.box))
    if paragraph.heading and start - paragraph.start < len(paragraph.heading) + 8:
        held.append(_sign("in heading"))
    strengths = _shares(modifiers, shapes)
    if len(group.phrases) > 1 or phrase is not group.phrases[0]:
        strengths += _of_company(item, own)
    return Evidence(held, strengths)


def _shares(modifiers: Sequence[Token], shapes: Sequence[str]) -> Strengths:
    """Return the share of the letters that the modifiers of each class have."""
    letters: dict[str, int] = {}
    for token, name in zip(modifiers, shapes, strict=True):
        letters[name] = letters.get(name, 0) + len(token.word)
    total = sum(letters.values())
    return [(_of_share(name), some / total) for name, some in letters.items()]


@lru_cache(maxsize=1 << 6)
def _of_share(shape: str) -> Signs:
    return _signs(f"share {shape}")


def _signs(*names: str) -> Signs:
    """Return signs that come together, with what they add up to."""
    return Signs(names, *(sum(weights(look).get(name, 0.0) for name in names) for look in ("first", "second")))


@lru_cache(maxsize=1 << 14)
def _sign(name: str) -> Signs:
    return _signs(name)


@lru_cache(maxsize=1 << 14)
def _of_head(head: Head | None, proper: bool, listed: bool) -> Signs:
    """Return the signs of a head noun."""
    if head is None:
        return _signs("no head")
    return _signs(
        f"head={head.word}",
        f"kind={head.kind}",
        f"topic={head.category}",
        f"weight={head.weight}",
        f"head length={min(len(head.word), 4)}",
        f"kind={head.kind} proper={proper} listed={listed}",
        f"head={head.word} proper={proper}",
    )


@lru_cache(maxsize=1 << 14)
def _of_modifiers(shapes: tuple[str, ...], head: Head | None, listed: bool) -> Signs:
    """Return the signs of the classes of the words before a head noun."""
    held = [f"any {name}" for name in dict.fromkeys(shapes)]
    if not PROPER.isdisjoint(shapes):
        held.append("proper")
    if shapes:
        held += f"first={shapes[0]}", f"last={shapes[-1]}", f"first={shapes[0]} listed={listed}"
    if shapes and head:
        held += (f"topic={head.category} first={shapes[0]}", f"weight={head.weight} first={shapes[0]}",
                  f"kind={head.kind} last={shapes[-1]} listed={listed}",
                  f"made of {'-'.join(shapes[:4])}")  # fmt: skip
    return _signs(*held)


@lru_cache(maxsize=1 << 14)
def _of_before(word: str, tag: str, proper: bool, alone: int | None) -> Signs:
    """Return the signs of the word before a phrase; ``alone`` is the weight of a head noun that stands in no list."""
    before = _class_before(word)
    held = [f"before={before}", f"tag before={tag}", f"before={before} proper={proper}"]
    if alone is not None:
        held.append(f"weight={alone} before={before} proper={proper}")
    if word in words.generic() or len(word) == 1:
        held.append(f"word before={word}")
    return _signs(*held)


def _class_before(word: str) -> str:
    for name in ("verb", "determiner", "both", "builder"):
        if word in words.classed(name):
            return name
    if word in COORDINATORS:
        return "coordinator"
    return word if word in ("的", "等", "") else "other"


@lru_cache(maxsize=1 << 14)
def _of_behind(after: str, rest: str) -> Signs:
    """Return the signs of what follows a phrase, and of what follows its head noun."""
    known = len(after) <= 1 or after in words.generic()
    return _signs(f"after={after}" if known else "after=other", f"rest={rest}")


@lru_cache(maxsize=1 << 14)
def _of_beside(previous: str, following: str, listed: bool) -> Signs:
    """Return the signs of the characters right before and behind a phrase."""
    before, behind = (char if char and not char.isalnum() else "word" for char in (previous, following))
    return _signs(f"previous={before}", f"next={behind}", f"next={behind} listed={listed}")


@lru_cache(maxsize=1 << 12)
def _of_make(headless: bool, weight: int, modifiers: int, proper: bool, plain: bool, listed: bool, one: bool) -> Signs:
    """Return the signs of how a phrase is made; ``one`` tells that no phrase with a head noun sums it up."""
    held = [
        f"modifiers={modifiers}",
        f"weight={weight} proper={proper} plain={plain}",
        f"weight={weight} modifiers={modifiers}",
        f"listed={listed} sum={not one} proper={proper} head={not headless}",
    ]
    return _signs(*held, *(["all common"] if plain else ()))


@lru_cache(maxsize=1 << 12)
def _of_reading(length: int, listed: bool, items: int, rule: str) -> Signs:
    """Return the signs of how a phrase was read."""
    return _signs(f"length={length}", f"listed={listed}", f"items={items}", f"rule={rule}")


@lru_cache(maxsize=1 << 16)
def _rarity(word: str, shape: str) -> str:
    """Return how rare a word of a class is, in steps of two thirds of a power of ten."""
    return f"{shape} rarity={int(1.5 * math.log10(1 + words.frequency(word)))}"


def _fewest_cities(modifiers: Sequence[Token], shapes: Sequence[str]) -> int | None:
    """Return in plans of how many other cities the rarest modifier was met, as a power of two (0: of one at most)."""
    met = words.met()
    cities = [met.get(t.word, 0) for t, s in zip(modifiers, shapes, strict=True) if s in _COUNTED]
    return min(4, max(1, min(cities)).bit_length() - 1) if cities else None


@lru_cache(maxsize=1 << 10)
def _of_cities(least: int | None, only_words: bool, weight: int) -> Signs:
    """Return the signs of the rarest modifier, see :func:`_fewest_cities`."""
    held = [] if least is None else [f"least met={least}"]
    if only_words:
        held.append(f"only words least met={least}")
        if weight:
            held.append(f"weight={weight} only words least met={least}")
    return _signs(*held)


@lru_cache(maxsize=1 << 14)
def _of_cut(cut: tuple[str, ...]) -> Signs:
    """Return the signs of the words taken off the beginning of a phrase."""
    told = (f"cut={word}" for word in cut if len(word) == 1 or word in words.generic() or words.does(word))
    return _signs(*dict.fromkeys(("cut", *told)))


@lru_cache(maxsize=1 << 12)
def _of_sum(tail: Head, counted: bool) -> Signs:
    """Return the signs of the head noun that sums an enumeration up."""
    more = ("counted", f"counted kind={tail.kind}") if counted else ()
    return _signs("summed up", f"sum={tail.word}", f"sum kind={tail.kind}", *more)


@lru_cache(maxsize=1 << 12)
def _of_vague_sum(end: str) -> Signs:
    """Return the signs of what sums an enumeration up without a head noun; it ends with ``end``."""
    return _signs("summed up vaguely", *((f"sum={end}",) if end in words.generic() else ()))


@lru_cache(maxsize=1 << 12)
def _of_box(heading: str) -> Signs:
    return _signs("box", "project box") if _BOX.search(heading) else _signs("box")


def _of_company(item: Item, own: frozenset[str]) -> Strengths:
    """Return what share of the other items of an enumeration are proper, have a head noun and modifiers."""
    (many, *some), each = _listed(item.group, own)
    if item.phrase in item.group.phrases:
        mine = each[item.group.phrases.index(item.phrase)]
        many -= mine[0]
        some = [total - part for total, part in zip(some, mine[1:], strict=True)]
    if not many:
        return []
    return [
        (_sign("company proper"), some[0] / many),
        (_sign("company headed"), some[1] / many),
        (_sign("company modified"), some[2] / many),
    ]


@lru_cache(maxsize=64)
def _listed(group: Joined, own: frozenset[str]) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Return how many items of an enumeration there are, are proper, have a head noun and modifiers; and of each."""
    each: list[tuple[int, ...]] = [
        (
            1,
            any(shape(t, own) in PROPER for t in p.tokens),
            p.head is not None,
            p.head is not None and p.end - p.start > len(p.head.word) + 1,
        )
        for p in group.phrases
    ]
    return tuple(map(sum, zip(*each, strict=True))), each


def together(mentions: list[Evidence], befores: Iterable[str], akin: Strengths) -> Own:
    """Return what all mentions of a name say: the means of their signs, and how often it is met.

    Parameters
    ----------
    mentions
        The evidence of each.
    befores
        The word before each.
    akin
        What other phrases say, see :func:`kinship`.
    """
    n = len(mentions)
    more = [
        (_of_count(min(n, 5)), 1.0),
        (_sign("log count"), math.log(n)),
        (_sign("log befores"), math.log(len(set(befores)))),
        *akin,
    ]
    first = second = 0.0
    for told in mentions:
        for signs in told.held:
            first += signs.first
            second += signs.second
        some, others = _sums(told.strengths)
        first += some
        second += others
    some, others = _sums(more)
    return Own(mentions, more, first / n + some, second / n + others)


def _sums(strengths: Strengths) -> tuple[float, float]:
    """Return what signs with a strength add to the log-odds in the two looks."""
    first = second = 0.0
    for signs, strength in strengths:
        first += strength * signs.first
        second += strength * signs.second
    return first, second


@lru_cache(maxsize=1 << 6)
def _of_count(mentions: int) -> Signs:
    return _signs(f"count={mentions}")


def kinship(names: Collection[str]) -> dict[str, Strengths]:
    """Return the signs that each phrase of a plan has from the others: what they begin with is often a name.

    Parameters
    ----------
    names
        All phrases of a plan that may be names, normalised.
    """
    ordered, known = sorted(names), set(names) - words.heads().keys()
    out: dict[str, Strengths] = {}
    for name in names:
        told = out[name] = []
        if longer := bisect_left(ordered, name + _LAST) - bisect_left(ordered, name) - 1:
            told.append((_sign("begins others"), math.log1p(longer)))
        for length in range(_SHORTEST_NAME, len(name)):
            if name[:length] in known:
                told.append((_sign("begins with another"), 1.0))
                break
    return out


@cache
def weights(look: str = "second") -> dict[str, float]:
    """Return the weight of each sign in the ``"first"`` or the ``"second"`` look; ``""`` names the constant."""
    return {row["sign"]: float(row[look]) for row in words.rows("weights") if row[look]}


def added(strengths: Mapping[str, float], look: str = "second") -> float:
    """Return what signs add to the log-odds of being a name."""
    known = weights(look)
    return sum([value * known.get(name, 0.0) for name, value in strengths.items()])


def probability(log_odds: float, look: str = "second") -> float:
    """Return the probability, 0 to 1, of being a name.

    Parameters
    ----------
    log_odds
        What all signs add up to: of a name's own for the first look, and those of its company
        (:mod:`projects.company`) for the second.
    look
        ``"first"`` or ``"second"``.
    """
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds + weights(look).get("", 0.0)))))


def shares(found: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the signs that decided, strongest first, each with what it adds to the log-odds of being a name."""
    known = weights()
    parts = [(name, round(value * known[name], 3)) for name, value in found.items() if name in known]
    return sorted(parts, key=lambda part: (-abs(part[1]), part[0]))
