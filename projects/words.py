"""The lexicon: words of the plan language, kept as data under ``data/lexicon``.

No name of a place or project is in it: a name is told from a phrase by how it is built and where it stands.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import rjieba

import city
import settings


@dataclass(frozen=True)
class Head:
    """A head noun: the word that says what a named thing is (片区, 大桥, 医院).

    Attributes
    ----------
    word
        The noun.
    kind, category
        Of a thing so called, where nothing says more.
    weight
        3 when a phrase that ends with it is mostly a thing with a place, 1 when it may be anything.
    """

    word: str
    kind: str
    category: str
    weight: int


class Token(NamedTuple):
    """A word of the text.

    ``start`` and ``end`` are indices in the text, ``tag`` the part of speech in the ICTCLAS tag set.
    """

    start: int
    end: int
    word: str
    tag: str


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of the lexicon file ``name`` (``data/lexicon/<name>.csv``)."""
    with (settings.load().data / "lexicon" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def heads() -> dict[str, Head]:
    """Return every head noun by its word."""
    return {r["head"]: Head(r["head"], r["kind"], r["category"], int(r["weight"])) for r in rows("heads")}


@cache
def longest_head() -> int:
    """Return the length of the longest head noun."""
    return max(map(len, heads()))


@cache
def classed(name: str) -> frozenset[str]:
    """Return the words of a class.

    ``verb`` parts phrases; ``soft`` is a verb that may stand inside a name (治理, 物流), ``both`` is either;
    ``builder`` a verb of building; ``determiner`` counts or singles out (一批, 各类); ``measure`` counts things (个,
    公里); ``localizer`` ends a phrase (内); ``plain`` says nothing of what an enumeration lists (重点).
    """
    return frozenset(r["word"] for r in rows("words") if r["class"] == name)


@cache
def generic() -> frozenset[str]:
    """Return the common words of the plan language: none of them makes a name of a phrase."""
    return frozenset(r["word"] for r in rows("generic"))


@cache
def region_names() -> frozenset[str]:
    """Return the names of all regions of China, with and without their suffix."""
    names = set(city.regions().values())
    return frozenset(names | {city.short_name(n) for n in names if len(city.short_name(n)) >= 2})


def head_at(text: str, end: int, start: int = 0) -> Head | None:
    """Return the longest head noun that ends at ``end`` and begins at or behind ``start``."""
    known = heads()
    for length in range(min(longest_head(), end - start), 0, -1):
        if (word := text[end - length : end]) in known:
            return known[word]
    return None


# Names by number or letter that a dictionary does not hold: 经十一路, G104, 7号线, 二期.
_NUMBERED = re.compile(
    r"[经纬][一二三四五六七八九十百]+[路街]|[GSXY]\d{1,4}(?:线)?|(?:国道|省道)[GS]?\d{1,3}(?:线)?|[GS]?\d{1,3}(?:国道|省道)|\d{1,3}号线|[一二三四五六七八九十]{1,2}期|R\d{1,2}线|做[大强优精实活细好]+|[一二三四五六七八九十]是"
    r"|(?<![湖河海云越济岭江淮])[东西南北]{1,2}(?:[起至到连接靠临邻依望抵源达]|连接|紧邻|毗邻)(?![站路街大])"
)
_FUNCTION = frozenset("以在对将把从向由为与和及等至到的")


@cache
def _dictionary() -> rjieba.Jieba:
    """Return the segmenter, with the head nouns as words."""
    segmenter = rjieba.Jieba()
    for word in heads():
        if len(word) >= 3 and not segmenter.has_word(word):
            segmenter.add_word(word, None, "n")
    return segmenter


def tokens(text: str, names: Sequence[str] = ()) -> list[Token]:
    """Return the words of a text with their part of speech, without gaps.

    Parameters
    ----------
    text
        Running text.
    names
        Names of regions to keep whole (``"市中"``).
    """
    kept = _NUMBERED.pattern + "".join("|(?<![城都全])" + re.escape(n) for n in names)
    out: list[Token] = []
    at = 0
    for match in [*re.finditer(kept, text), None]:
        stop = match.start() if match else len(text)
        if at < stop:
            out += _segmented(text[at:stop], at)
        if match:
            out.append(Token(stop, match.end(), match.group(), _tag(match.group(), names)))
            at = match.end()
    return out


def _tag(word: str, names: Sequence[str]) -> str:
    return "ns" if word in names else "v" if word[0] in "做东西南北" or word[-1] == "是" else "nz"


def _segmented(text: str, base: int) -> Iterator[Token]:
    known = _dictionary()
    at = base
    guessed: list[bool] = []
    found: list[Token] = []
    for word, tag in known.tag(text):
        guess = len(word) > 1 and not known.has_word(word) and not word.isascii()
        if tag == "s" and len(word) == 2 and word[1] in "内外里上":
            found += [Token(at, at + 1, word[0], "n"), Token(at + 1, at + 2, word[1], "f")]
            guessed += [False, False]
        else:
            found.append(Token(at, at + len(word), word, "nz" if guess else tag))
            guessed.append(guess)
        at += len(word)
    for k, token in enumerate(found):
        if not guessed[k]:
            yield token
            continue
        left = len(found[k - 1].word) if k and found[k - 1].tag not in ("x", "v") else 0
        right = len(found[k + 1].word) if k + 1 < len(found) and found[k + 1].tag not in ("x", "v", "u") else 0
        yield from _without_particles(token, left, right)


def _without_particles(token: Token, left: int, right: int) -> Iterator[Token]:
    """Cut the particles out of a guess at an unknown word; ``left`` and ``right``: length of the words beside it."""
    word, start = token.word, token.start
    if len(word) > 2 and word[:2] in classed("verb"):
        yield Token(start, start + 2, word[:2], "v")
        token = Token(start + 2, token.end, word[2:], token.tag)
        word, start, left = token.word, token.start, 0
    last = len(word) - 1
    begin = 0
    for k, char in enumerate(word):
        joins = char in "和与及" and k + left >= 2 and last - k + right >= 2
        if (k == 0 and char in _FUNCTION) or char in "由被把的" or (char == "等" and k == last) or joins:
            if k > begin:
                yield Token(start + begin, start + k, word[begin:k], token.tag)
            yield Token(start + k, start + k + 1, char, "u" if char == "等" else "c" if char in "和与及" else "p")
            begin = k + 1
    if begin <= last:
        yield Token(start + begin, token.end, word[begin:], token.tag)
