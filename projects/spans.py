"""Cut a sentence at punctuation, and tell which of its spans are worth reading."""

from __future__ import annotations

import re
from functools import cache

from projects import words
from projects.phrases import CODE

_LONGEST_TITLE = 80
_STOP = re.compile(r"[(。;!?\n\t,:【】《》|]|——")
_STRETCH = re.compile(r"[^至、]{2,12}[至到][^至、]{2,12}")
_SAID = re.compile(r"至|—|\d|投资|面积|长|简称|总")
_ITEM_NUMBER = re.compile(r"[\d一二三四五六七八九十]{1,3}")
_BREAK = re.compile("[。;]")
_ASIDE = re.compile(r"负责|牵头|责任|单位|配合|以下简称|含|包括|\d{4}年|详见|见|下同")


def parted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the spans between punctuation that no name crosses; titles and brackets with an aside are left out.

    What a bracket lists or says more of is a span of its own.
    """
    found: list[tuple[int, int]] = []
    begin = at = start
    while stop := _STOP.search(text, at, end):
        at = stop.start()
        if text[at] == "(":
            close = text.find(")", at, min(end, at + 400))
            inside = text[at + 1 : close] if close > 0 else ""
            if _ITEM_NUMBER.fullmatch(inside):
                found.append((begin, at))
                at = begin = close + 1
                continue
            aside = _ASIDE.search(inside)
            apart = aside or len(inside) > 12 or "、" in inside or _SAID.search(inside)
            if close > 0 and apart and not _BREAK.search(inside[:60]):
                found.append((begin, at))
                if not aside and not _STRETCH.fullmatch(inside):
                    found += parted(text, at + 1, close)
                at = begin = close + 1
                continue
        else:
            found.append((begin, at))
            begin = stop.end()
            if text[at] == "《" and (close := text.find("》", at, min(end, at + _LONGEST_TITLE))) > 0:
                at = begin = close + 1
                continue
        at = stop.end()
    found.append((begin, end))
    return [(b, e) for b, e in found if e - b >= 2]


def holds(text: str, start: int, end: int) -> bool:
    """Whether a clause has what a name ends with or is: a head noun, or a road by its number."""
    for match in _ends().finditer(text, start, end):
        head = words.head_at(text, match.end(), start)
        if head is not None and (len(head.word) > 1 or not _in_common_word(text, match.start())):
            return True
    return CODE.search(text, start, end) is not None


def _in_common_word(text: str, at: int) -> bool:
    """Whether a letter stands in a common word (城|市, 积|极): there it is no head noun."""
    known = _words_with_letter()
    for length in (2, 3, 4):
        for begin in range(max(0, at + 1 - length), at + 1):
            if text[begin : begin + length] in known:
                return True
    return False


@cache
def _words_with_letter() -> frozenset[str]:
    """Return the common words of two to four letters that hold a head noun of one letter."""
    letters = {word for word in words.heads() if len(word) == 1}
    common = (word for word in words.generic() | words.doing() if 2 <= len(word) <= 4)
    return frozenset(word for word in common if not letters.isdisjoint(word))


@cache
def _ends() -> re.Pattern[str]:
    """Return a pattern of the characters that head nouns end with."""
    return re.compile("[" + "".join(map(re.escape, sorted(words.head_lengths()))) + "]")
