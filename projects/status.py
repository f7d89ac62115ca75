"""Whether a thing is thought of, planned, being built or there, as the words around its name tell."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache
from math import inf

from projects import sentences, words
from projects.feature import STATUSES
from projects.find import Candidate
from projects.lists import Item
from projects.plan import Document, Paragraph

_REVIEW = re.compile(
    r"基础(?!设施)|回顾|成就|成效|成绩|现状|取得|背景|(?<!生态)环境$|形势|以来|进展|起点|主要工作|五年来"
)
_REPORT = re.compile(r"报告|总结")
_BREAK = re.compile(r"[,。;:!?\n]")
_DUE = re.compile(r"率先|力争|确保|将|[到至]20\d\d年|20\d\d年[^,。;]{0,4}前|年内|年底|计划|预计|有望")
_PAST = re.compile("了|已|目前|去年|全年|先后|顺利|相继|正式|成功|如期")
_BY_A_YEAR = re.compile(r"[到至]20\d\d年|20\d\d年[^,。;\d]{0,2}前|年底前|年内")
_BUILT = "建设"
_NOT_BEGUN = re.compile(r"(?:before|label) (?:拟|规划|计划|[高超]\w*规划|\w*谋划|策划|筹|研究|论证)")
"""Signs of what is not there yet, whatever the text around is about."""
_REACH = 40
"""Letters before an enumeration in which its verb stands, and behind it in which its predicate begins."""
_LABEL = 20
"""Letters before a colon that say what it opens."""
_AROUND = 400
"""Letters to either side of a name that tell whether the text looks back or ahead."""
_SENTENCE = 100
"""Letters of its sentence to either side of an enumeration that may say when."""
_FEW = 3
"""Fewer words than this do not tell that a text looks back."""
_MOSTLY = 0.7
"""A text looks back or ahead when this share of the words that tell says so."""


@cache
def _cues(position: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the words that tell from before or behind a name, its label or around it, and what."""
    known = {row["word"]: row["status"] for row in words.rows("status") if row["position"] == position}
    return re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True))), known


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    """Return how much each sign speaks for each status; ``benchmarks/train_status.py`` learns it."""
    return {row["sign"]: tuple(float(row[s]) for s in STATUSES) for row in words.rows("states")}


def status(document: Document, candidate: Candidate, outlook: Outlook) -> str | None:
    """Return what the first mention that tells says: ``planned``, ``building``, ``done``, ``study``; else None."""
    signs = evidence(document, candidate, outlook)
    weights = [known for sign in signs if (known := _weights().get(sign))]
    if not weights:
        return None
    votes = [sum(each) for each in zip(*weights, strict=True)]
    if any(map(_NOT_BEGUN.match, signs)):
        votes = [vote if told in ("planned", "study") else -inf for told, vote in zip(STATUSES, votes, strict=True)]
    return STATUSES[votes.index(max(votes))]


def evidence(document: Document, candidate: Candidate, outlook: Outlook) -> list[str]:
    """Return what speaks for a status: the signs of the first mention of which something is said, each once."""
    readings = sorted(zip(candidate.items, candidate.paragraphs, strict=True), key=lambda r: r[0].phrase.start)
    told = (_signs(document, item, paragraph, outlook) for item, paragraph in readings)
    return next(filter(None, told), [])


def _signs(document: Document, item: Item, paragraph: Paragraph, outlook: Outlook) -> list[str]:
    """Return the signs of one mention: the cues, alone and in the company of what the text around is about.

    The verb before an enumeration and the predicate behind it tell most; what they mean is another thing in a review
    and under a task, in a report on a year and in a plan of five.
    """
    text = document.text
    first, last = item.group.phrases[0], item.group.phrases[-1]
    stop = item.group.tail.end if item.group.tail else last.end
    behind = _BREAK.split(text[stop : stop + _REACH], maxsplit=1)[0]
    spoken, cues = _spoken(text, first.start, behind)
    if label := _labelled(text, item, paragraph):
        cues += [f"label {_cues('label')[1][label]}", *(() if cues else ("label only",))]
        spoken.append(f"label {label}")
    if not cues:
        return []
    looks = outlook.at(first.start)
    report = "report" if _REPORT.search(document.plan.title) else "plan"
    around = [*filter(None, [looks]), report, _under(paragraph)]
    begin = sentences.start(text, first.start, reach=_SENTENCE)
    end = sentences.end(text, stop, reach=_REACH)
    if _DUE.search(text, begin, end):
        around.append("due")
    if _BY_A_YEAR.search(text, begin, end):
        around.append("by a year")
    if _PAST.search(text, sentences.start(text, first.start, sentences.CLAUSE, _REACH), stop + len(behind)):
        around.append("past")
    both = [f"{looks}, {report}"] if looks else []
    together = (f"{cue}, {sign}" for cue in cues for sign in (*around, *both))
    return [*dict.fromkeys(["", *spoken, *cues, *around, *together])]


def _spoken(text: str, at: int, behind: str) -> tuple[list[str], list[str]]:
    """Return the words before an enumeration and behind it that tell a status, as signs, and what they mostly tell."""
    signs, cues = [], []
    after, told = _cues("after")
    following = after.search(behind)
    if following:
        signs.append(f"after {following.group()}")
        cues.append(f"after {told[following.group()]}")
    elif _BUILT in behind:
        cues.append("after built")
    before, told = _cues("before")
    leading = [*before.finditer(text, sentences.start(text, at, sentences.CLAUSE, _REACH), at)]
    if leading:
        word = leading[-1].group()
        signs.append(f"before {word}" + ("" if following else " only"))
        cues.append(f"before {told[word]}")
    if len(cues) > 1:
        cues.append(" ".join(cues))
    return signs, cues


def _labelled(text: str, item: Item, paragraph: Paragraph) -> str:
    """Return the word that tells a status in the label of a name's list (续建项目:…), its box or its heading."""
    pattern, _ = _cues("label")
    start = item.phrase.start
    colon = text.rfind(":", max(paragraph.start, start - sentences.REACH), start)
    own = ""
    if colon >= 0 and "。" not in text[colon:start]:
        own = text[max(sentences.start(text, colon), paragraph.start) : colon][-_LABEL:]
    found = (pattern.search(place) for place in (own, paragraph.box, *paragraph.headings[-1:]))
    return next((match.group() for match in found if match), "")


def _under(paragraph: Paragraph) -> str:
    """Return whether a paragraph stands under a review of the years past, a task, or no heading at all."""
    if any(_REVIEW.search(heading) for heading in paragraph.headings):
        return "review"
    return "task" if paragraph.headings else "no heading"


class Outlook:
    """Where a plan has words that look back on what was done, or ahead.

    Parameters
    ----------
    text
        Of the plan.
    """

    def __init__(self, text: str) -> None:
        pattern, known = _cues("around")
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._back = [0]
        """How many of the words up to each look back."""
        for match in pattern.finditer(text):
            self._starts.append(match.start())
            self._ends.append(match.end())
            self._back.append(self._back[-1] + (known[match.group()] == "done"))

    def at(self, index: int) -> str:
        """Return whether the text around ``index`` looks back or ahead; nothing where few words tell."""
        first = bisect_left(self._starts, index - _AROUND)
        last = max(first, bisect_right(self._ends, index + _AROUND))
        back = self._back[last] - self._back[first]
        ahead = last - first - back
        if not ahead and back < _FEW:
            return ""
        if back > _MOSTLY * (back + ahead):
            return "looks back"
        return "looks ahead" if ahead > _MOSTLY * (back + ahead) else "looks both ways"
