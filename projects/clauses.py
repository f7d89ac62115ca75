"""Cut a clause into noun phrases, the words that join them and the words that part them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from projects import words
from projects.phrases import CODE, EVENT, PROPER_TAGS, QUOTES, Phrase, headed, phrase
from projects.words import Token

COORDINATORS = frozenset(("、", "和", "与", "及", "以及", "暨", "或", "and"))
_MOST_ITEMS = 100
"""An enumeration of more is read in pieces, and a run of words longer than this many characters too: no plan has such
a list or name, and each item is held against the others of its list."""
_LONGEST_RUN = 200
_LOOKAHEAD = 12
_MOST_TOLD = 5
_NUMBERED = re.compile(r"\d|[一二三四五六七八九十]+[期号]")
_TELLING_TAGS = frozenset(("d", "t", "v", "vn", "vd", "ad"))
_BESIDE_TIME = frozenset("前后内底末初起")
DONE_TO = frozenset(("扩建", "改建", "重建"))
"""Verbs of building that say, at the end of a clause, what is done to a thing (甲水厂|扩建)."""
_GOES_OVER = frozenset(("、", "等", "至"))
"""Between a stretch and what it is a stretch of (甲至乙、丙至丁等|铁路)."""
_RAILS = ("铁路", "轨道", "轨道交通", "地铁", "有轨电车")
_BY_WAY_OF = "经"
_COMPOUND = 3
"""A verb inside a name has its head noun at most this many words behind it."""
# Tags of words that never stand inside a name: prepositions, conjunctions, particles, adverbs, pronouns.
_PARTING_TAGS = ("p", "c", "u", "d", "r", "y", "e", "o")
_SYLLABLES = frozenset("那亦")
"""Pronouns and adverbs that a plan has as a syllable of names only (那荷村)."""
_MAKES_WORD = frozenset("前后中上下外")
"""Localizers that make a word with the letter before them (站前, 黔中, 海上)."""
_OWNERS = frozenset("省市区县镇乡村")
"""Letters before a thing that say whose it is (区|妇幼保健院)."""
_ADVERBS = frozenset("不未已再也更最很较又将只仅极全非共约仍")
"""Adverbs of one letter that stand before nouns, too."""
_ENDINGS = ("d", "p")
"""Tags of letters that cannot end a phrase as what they are tagged: there they are the end of a name (某某中药|都)."""
_TIME = re.compile(
    r"\d|^[今明去当近全往来历前同]?年|年[内底末初中]$|[上下当本每][月日年]|[一二三四五六七八九十]月|时$|^近|^今|目前|当前|期间|以来|过去|[一二三四五]五"
)
_COUNT = re.compile("[\\d两三四五六七八九十数][大个条处片]")
_BEARING_NAMES = frozenset("屏望枕依倚临靠邻濒源")
"""Ends of bearings after which things are called as well (南屏公园)."""


@dataclass(slots=True, eq=False)
class Joined:
    """An enumeration: noun phrases (one or more) joined by coordinators.

    Attributes
    ----------
    phrases
        Its items.
    joints
        The coordinators between them.
    tail
        The phrase that sums them up (``等`` + tail), or None.
    counted
        Whether what sums them up tells their number (``等6条``).
    """

    phrases: list[Phrase]
    joints: list[str] = field(default_factory=list)
    tail: Phrase | None = None
    counted: bool = False


def joined(text: str, tokens: Sequence[Token]) -> list[Joined]:
    """Return the enumerations of a clause, in reading order.

    Parameters
    ----------
    text
        The running text.
    tokens
        The words of the text that lie in the clause.
    """
    return _Reader(text, tokens).read()


class _Reader:
    """Reads a clause word by word."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.groups: list[Joined] = []
        self._run: list[Token] = []
        self._before = ("", "")
        self._open: Joined | None = None
        self._joint = ""
        self._summed: Joined | None = None
        self._counted = False

    def read(self) -> list[Joined]:
        """Return the enumerations."""
        tokens = self.tokens
        passed = 0
        for position, token in enumerate(tokens):
            if position < passed:
                continue
            if self._run and token.end - self._run[0].start > _LONGEST_RUN:
                self._close("")
            role = _role(token.word, token.tag)
            if role == _GOES_ON:
                self._run.append(token)
            elif role == _PARTS:
                self._part(token)
            else:
                self._take(position, token)
                if token.word in COORDINATORS and self._open is not None:
                    passed = position + 1 + _told_of_number(tokens[position + 1 : position + 1 + _LOOKAHEAD])
        self._close("")
        return self.groups

    def _take(self, position: int, token: Token) -> None:
        """Put a word into the phrase under way, or end that, by the words beside it."""
        word, run = token.word, self._run
        following = self.tokens[position + 1] if position + 1 < len(self.tokens) else None
        previous = self.tokens[position - 1] if position else None
        if previous is not None and word in _BESIDE_TIME and previous.tag == "t" and not run:
            self._part(token)
        elif word == _BY_WAY_OF:
            if run and self._leads_by(position):
                run.append(token)
            else:
                self._part(token)
        elif run and following is not None and (_inside(run, token, following) or self._reaches(position)):
            run.append(token)
        elif token.tag == "v" and words.is_bearing(word):
            # 东至|松鹤路, but 南屏|公园
            named = following is not None and following.word in words.heads() and following.tag not in PROPER_TAGS
            if named and word[-1] in _BEARING_NAMES:
                run.append(token)
            else:
                self._part(token)
        elif words.is_capacity(word):
            if run and run[0].word not in words.generic():
                run.append(token)
            else:
                self._part(token)
        elif word == "”" and following is not None and following.word == "“":
            self._join(Token(token.start, token.end, "、", "x"))  # quoted names side by side are an enumeration
        elif word in QUOTES:
            if run and (word == "”" or self._goes_on_behind(position)):
                run.append(token)
            elif run:
                self._part(token)
        elif word == ")" and not any(t.word == "(" for t in run):
            self._part(token)
        elif run and CODE.fullmatch(word) and not run[-1].word.endswith(_RAILS) and headed(self.text, run) is not None:
            # A coded road begins a name of its own (中央活力区|G104…).
            self._close("")
            self._before = ("", "")
            self._run.append(token)
        elif word in COORDINATORS and (word == "、" or token.tag in ("c", "x", "p", "v", "n", "eng")):
            self._join(token)
        elif word == "等" or (word[0] == "等" and token.tag in ("u", "r")):
            self._sum_up()
        elif (run and (_ends_name(token, following) or self._compounds(position))) or self._is_syllable(position):
            run.append(token)
        elif _parts(word, token.tag, following) or _counts(token, previous) or self._leaves(position):
            self._part(token)
        else:
            run.append(token)

    def _join(self, token: Token) -> None:
        self._close(token.word)
        self._joint = token.word if self._open is not None else ""
        self._before = (token.word, token.tag)

    def _sum_up(self) -> None:
        """Read 等: the next phrase sums the enumeration up."""
        self._close("等")
        self._summed = self._open if self._open is not None else self._summed
        self._counted = False
        self._open, self._joint = None, ""
        self._before = ("等", "u")

    def _part(self, token: Token) -> None:
        """End the phrase under way at a word that parts; behind 等 a number may stand before what sums up."""
        word = token.word
        if word in words.classed("measure"):
            while self._run and self._run[-1].tag == "m":
                self._run.pop()  # the number of what follows: 等|12|个
        self._close(word)
        counts = token.tag in ("m", "q") or _is_count(word, token.tag)
        counts = counts or word in words.classed("determiner") or word in words.classed("measure")
        if self._summed is None and counts and self._open is not None and len(self._open.phrases) > 1:
            self._summed, self._counted = self._open, True  # 柏坪、绵岭、稻丰|三个|组团
            self._open, self._joint = None, ""
        elif self._summed is not None:
            if counts or word.isdigit():
                self._counted = True
            elif word != "的":
                self._summed = None
        if self._summed is None or not self._counted:
            self._open, self._joint = None, ""
        self._before = (word, token.tag)

    def _close(self, after: str) -> None:
        """End the phrase under way; put it into the enumeration it belongs to."""
        run = self._run
        if self._summed is not None:
            # 三个村|培育…: what sums up ends before the verb.
            verb = next((k for k, t in enumerate(run) if k and t.word in words.classed("both")), None)
            if verb is not None and words.head_at(self.text, run[verb - 1].end, run[0].start) is not None:
                run = run[:verb]
        made = phrase(self.text, run, *self._before, after) if run else None
        self._run = []
        if made is None:
            if not self._joint and after != "等":
                self._open = None
            return
        if self._summed is not None:
            self._summed.tail, self._summed.counted = made, self._counted
            self._summed = None
            self._open = None
        if self._joint and self._open is not None and len(self._open.phrases) < _MOST_ITEMS:
            self._open.phrases.append(made)
            self._open.joints.append(self._joint)
        else:
            self._open = Joined([made])
            self.groups.append(self._open)
        self._joint = ""

    def _leads_by(self, position: int) -> bool:
        """Whether 经 stands inside the name of a line that leads from place to place (某某|经|某某|至|某某|铁路)."""
        between = self.tokens[position + 1 : position + 3]
        places = [self.tokens[position - 1], *between[:1]]
        return all(map(_placelike, places)) and len(between) == 2 and self._reaches(position + 2)

    def _reaches(self, position: int) -> bool:
        """Whether 至 stands inside the name of a line (县城|至|云峪|旅游公路): one of its ends is a place's name."""
        if self.tokens[position].word != "至":
            return False
        ends = self.tokens[position - 1], self.tokens[position + 1]
        if not any(map(_placelike, ends)) and not all(map(_nounlike, ends)):
            return False
        for k, token in enumerate(self.tokens[position + 1 : position + 1 + _LOOKAHEAD]):
            head = words.head_at(self.text, token.end, token.start)
            if head is not None and head.kind == "corridor":
                return True
            if (
                k
                and token.word not in _GOES_OVER
                and (token.word in COORDINATORS or _parts(token.word, token.tag, None))
            ):
                return False
        return False

    def _goes_on_at(self, position: int) -> bool:
        """Whether a localizer makes a word with the letter before it, and a noun follows (站|前|商务区, 黔|中|水网)."""
        word, before, behind = self.tokens[position].word, self._run[-1].word, self.tokens[position + 1 : position + 2]
        beside = len(before) == 1 and (word == "前" or before not in words.heads())
        noun = bool(behind) and (_nounlike(behind[0]) or (before + word == "站前" and _is_plain(behind[0])))
        return beside and word in _MAKES_WORD and noun

    def _is_syllable(self, position: int) -> bool:
        """Whether a letter that looks like an adverb is a syllable of a name.

        No adverb stands between nouns (松|都|工业园), nor before a noun behind what joins items or a verb
        (、|遂|鹤高速).
        """
        token, behind = self.tokens[position], self.tokens[position + 1 : position + 2]
        if token.tag != "d" or len(token.word) > 1 or token.word in _ADVERBS or not any(map(_nounlike, behind)):
            return False
        if self._run:
            return _nounlike(self._run[-1])
        before = self.tokens[position - 1].word if position else ""
        return before == "、" or words.does(before)

    def _compounds(self, position: int) -> bool:
        """Whether a verb that no list has stands between nouns of one name (半导体|封装|测试|平台)."""
        verb = self.tokens[position]
        if not _is_unlisted_verb(verb.word, verb.tag) or not self._run[-1].tag.startswith("n"):
            return False
        for token in self.tokens[position + 1 : position + 1 + _COMPOUND]:
            if _role(token.word, token.tag) != _GOES_ON:
                return False
            head = words.head_at(self.text, token.end, token.start)
            if head is not None:
                return len(head.word) > 1
        return False

    def _goes_on_behind(self, position: int) -> bool:
        """Whether a phrase goes on behind the quotation that opens at ``position``."""
        tokens = self.tokens
        for k in range(position + 1, min(len(tokens) - 1, position + _LOOKAHEAD)):
            if tokens[k].word == "”":
                behind = tokens[k + 1]
                return not _parts(behind.word, behind.tag, None) and behind.word not in COORDINATORS
        return False

    def _builds(self, position: int) -> bool:
        """Whether a verb stands between a place with its head noun and what is built there (湖西片区|建设|水城学校).

        Only a verb of building may have a kind of thing as its object (松鹤站|扩建|站房); what is done is none.
        """
        behind = self.tokens[position + 1 : position + 1 + _LOOKAHEAD]
        if not behind or len(behind[0].word) < 2:
            return False
        plain = behind[0].word in words.generic() or behind[0].word in words.heads()
        if plain and not (self.tokens[position].word in words.classed("builder") and self._is_proper()):
            return False
        if self.text[self._run[0].start : self._run[-1].end] not in words.region_names():
            found = headed(self.text, self._run)
            if found is None or found[0] != self._run[-1].end or found[0] - self._run[0].start <= len(found[1].word):
                return False
        for token in behind if plain else behind[1:]:
            if token.word in COORDINATORS or _parts(token.word, token.tag, None):
                return False
            head = words.head_at(self.text, token.end, token.start)
            if head is not None and not (plain and EVENT.search(head.word)):
                return True
        return False

    def _is_proper(self) -> bool:
        """Whether the phrase under way has a name of its own."""
        return any(t.tag in PROPER_TAGS and not words.common(t.word) for t in self._run)

    def _leaves(self, position: int) -> bool:
        """Whether a phrase ends before a localizer (区域|内) or before a verb of building (源头|新建 …公园)."""
        word = self.tokens[position].word
        if not self._run or word in words.classed("localizer"):
            return bool(self._run) and not self._goes_on_at(position)
        if word in words.governing() and self._builds(position):
            return True
        if word not in words.classed("builder"):
            return False
        for k, token in enumerate(behind := self.tokens[position + 1 : position + 1 + _LOOKAHEAD]):
            if token.word in COORDINATORS or token.word in ("(", "等"):
                return False  # what is built: …水厂|扩建|、
            if token.word not in words.classed("soft") and token.word not in words.classed("builder"):
                if token.word in _OWNERS and any(map(_nounlike, behind[k + 1 : k + 2])):
                    return True  # 标准|新建|区妇幼保健院
                return words.head_at(self.text, token.end, token.start) is None
        return word not in DONE_TO


def _told_of_number(tokens: Sequence[Token]) -> int:
    """Return how many words tell how it stands with the number behind them (1号线和|即将|启动|的|4号线); mostly 0."""
    stop = next((k for k, t in enumerate(tokens[:_MOST_TOLD]) if t.word == "的"), 0)
    if not stop or stop + 1 >= len(tokens) or not _NUMBERED.match(tokens[stop + 1].word):
        return 0
    return stop + 1 if all(t.tag in _TELLING_TAGS for t in tokens[:stop]) else 0


def _inside(run: Sequence[Token], token: Token, following: Token) -> bool:
    """Whether a word that mostly parts stands inside a name: 济南|至|郑州…, 领秀城贵|和|、, 松|和|居."""
    if token.word == "至":
        return _placelike(run[-1]) and _placelike(following)
    letters = len(run) == 1 and len(run[0].word) == len(following.word) == 1 and following.tag not in _ENDINGS
    return token.word in ("和", "与") and (letters or following.word in COORDINATORS)


def _ends_name(token: Token, following: Token | None) -> bool:
    """Whether a letter is the end of a name: tagged as an adverb or preposition, with nothing behind it."""
    if len(token.word) > 1 or token.tag not in _ENDINGS:
        return False
    return following is not None and (following.word in COORDINATORS or following.word[0] == "等")


def _nounlike(token: Token) -> bool:
    return token.tag.startswith("n") and not words.does(token.word)


def _is_plain(token: Token) -> bool:
    """Whether a word says nothing of what is so called (区域, 综合)."""
    return token.word in words.classed("plain") or token.word in words.classed("collective")


def _placelike(token: Token) -> bool:
    return token.tag in PROPER_TAGS or token.word[-1] in "站市县区镇村路河港"


_GOES_ON, _PARTS, _DEPENDS = range(3)
"""What a word does to the phrase under way: whatever stands beside it, or as its neighbours have it."""


@lru_cache(maxsize=1 << 16)
def _role(word: str, tag: str) -> int:
    """Return what a word does to the phrase under way."""
    if (
        word in COORDINATORS
        or word in QUOTES
        or word in (")", "至", _BY_WAY_OF)
        or word in _BESIDE_TIME
        or word[0] == "等"
        or CODE.fullmatch(word)
        or words.is_capacity(word)
        or _counts_on(word)
        or (len(word) == 1 and tag in _ENDINGS)
        or (tag == "v" and words.is_bearing(word))
    ):
        return _DEPENDS
    if word in words.classed("verb") or word in words.classed("determiner") or _is_count(word, tag):
        return _PARTS
    if any(word in words.classed(name) for name in ("localizer", "builder", "measure")) or _is_unlisted_verb(word, tag):
        return _DEPENDS
    return _PARTS if _parts(word, tag, None) else _GOES_ON


def _parts(word: str, tag: str, following: Token | None) -> bool:
    """Whether a word parts phrases."""
    if word in words.classed("verb") or word in words.classed("determiner"):
        return True
    if word in words.classed("soft") or word in words.classed("builder") or tag in ("nz", "ns"):
        return False
    if tag == "t":
        return bool(_TIME.search(word))
    if word in words.classed("both"):
        return False
    if _is_unlisted_verb(word, tag):
        # Right before a head noun it makes a compound with it (签证|中心).
        return following is None or words.head_at(following.word, len(following.word)) is None
    return tag in _PARTING_TAGS and word not in COORDINATORS and word not in _SYLLABLES and not word.isascii()


def _is_unlisted_verb(word: str, tag: str) -> bool:
    return tag in ("v", "vd") and len(word) >= 2 and words.head_at(word, len(word)) is None


def _counts(token: Token, previous: Token | None) -> bool:
    """Whether a word counts what follows: a measure behind a number, or a number before one."""
    if (
        token.word in words.classed("measure")
        and previous is not None
        and (previous.tag == "m" or previous.word.isdigit())
    ):
        return True
    if _counts_on(token.word):
        return previous is not None and (previous.tag == "m" or previous.word.isdigit())
    return _is_count(token.word, token.tag)


def _counts_on(word: str) -> bool:
    """Whether a word counts only behind a number (100|余家); elsewhere it is part of a name (余家|湖)."""
    return len(word) == 2 and word[0] == "余" and word[1] in "个条处座所家项类"


def _is_count(word: str, tag: str) -> bool:
    return (tag in ("m", "mq") and len(word) >= 2 and word[-1] in "个条处座所家项类批种大级余片") or bool(
        _COUNT.fullmatch(word)
    )
