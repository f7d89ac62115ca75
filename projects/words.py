"""The lexicon: words of the plan language, kept as data under ``data/lexicon``.

No name of a place or project is in it: a name is told from a phrase by how it is built and where it stands.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType

import city
import settings

_EXTENDED = re.compile("[东西南北]延")


@dataclass(frozen=True, eq=False)
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


@dataclass(slots=True)
class Token:
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
        header, *told = csv.reader(file)
        return [dict(zip(header, row, strict=True)) for row in told]


@cache
def doing() -> frozenset[str]:
    """Return the words that do something in a clause, of whatever class."""
    return frozenset(r["word"] for r in rows("words"))


def does(word: str) -> bool:
    """Whether a word does something in a clause: it has a class, see :func:`classed`."""
    return word in doing()


@cache
def heads() -> dict[str, Head]:
    """Return every head noun by its word."""
    return {r["head"]: Head(r["head"], r["kind"], r["category"], int(r["weight"])) for r in rows("heads")}


@cache
def head_lengths() -> dict[str, tuple[int, ...]]:
    """Return by their last character how long the head nouns are, longest first."""
    return _lengths(heads())


def _lengths(known: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return by their last character how long words are, longest first."""
    lengths: dict[str, set[int]] = {}
    for word in known:
        lengths.setdefault(word[-1], set()).add(len(word))
    return {char: tuple(sorted(told, reverse=True)) for char, told in lengths.items()}


@cache
def classed(name: str) -> frozenset[str]:
    """Return the words of a class.

    ``verb`` parts phrases; ``soft`` is a verb that may stand inside a name (治理, 物流), ``both`` is either;
    ``builder`` a verb of building; ``determiner`` counts or singles out (一批, 各类); ``measure`` counts things (个,
    公里); ``localizer`` ends a phrase (内); ``plain`` says nothing of what an enumeration lists (重点); ``degree``
    stands before what becomes of a thing (显著); ``loose`` begins no name: the end of a verb that the segmenter left
    behind (抓|好), a verb of one letter (设|站); ``anyhow`` is a head noun before which any name may stand;
    ``title`` is what a programme makes of a region (试验区), a thing only where a proper name stands before it.
    """
    return _classes().get(name, frozenset())


@cache
def _classes() -> dict[str, frozenset[str]]:
    classes: dict[str, set[str]] = {}
    for row in rows("words"):
        classes.setdefault(row["class"], set()).add(row["word"])
    return {name: frozenset(known) for name, known in classes.items()}


@cache
def governing() -> frozenset[str]:
    """Return the verbs that may govern a phrase from where it begins, and are then no part of it."""
    return classed("both") | classed("builder")


@cache
def generic() -> frozenset[str]:
    """Return the common words of the plan language: none of them makes a name of a phrase."""
    return frozenset(r["word"] for r in rows("generic"))


@lru_cache(maxsize=1 << 16)
def common(word: str) -> bool:
    """Whether a word says nothing that is one thing's own."""
    halves = len(word) == 4 and word[:2] in generic() and word[2:] in generic()
    return word in generic() or word in heads() or halves or len(word) == 1 or bool(_EXTENDED.fullmatch(word))


@cache
def met() -> dict[str, int]:
    """Return in the sample plans of how many cities each word was met.

    Only words met in those of two cities or more have a count: a word of one city's plans may be a name.
    """
    return {r["word"]: int(r["cities"]) for r in rows("met")}


@cache
def _works() -> tuple[dict[str, tuple[int, ...]], frozenset[str]]:
    """Return the words for what is done to a thing: how long they are by their last letter, and the words."""
    known = frozenset(row["word"] for row in rows("works"))
    return _lengths(known), known


def before_works(name: str) -> str:
    """Return a name without the words at its end that say what is done to the thing, or which stage of it.

    Examples
    --------
    >>> before_works("湫水水库续建工程"), before_works("湫水水库")
    ('湫水水库', '湫水水库')
    """
    lengths, known = _works()
    begin = end = len(name)
    reached = {end}
    while end >= begin > 0:
        if end in reached:
            for length in lengths.get(name[end - 1], ()):
                if length <= end and name[end - length : end] in known:
                    reached.add(end - length)
                    begin = min(begin, end - length)
        end -= 1
    return name[:begin]


def tells_works(name: str) -> bool:
    """Whether a name says at its end what is done to the thing, or which stage of it."""
    return before_works(name) != name


@cache
def stage() -> re.Pattern[str]:
    """Return a pattern of the stages and stretches of a thing (二期, 东段, 南延)."""
    known = (re.escape(row["word"]) for row in rows("works") if row["does"] == "stage")
    return re.compile(f"(?:{'|'.join(known)})+(?:工程)?")


@cache
def region_names() -> frozenset[str]:
    """Return the names of all regions of China, with and without their suffix."""
    names = frozenset(city.regions().values())
    return names | {short for name in names if len(short := city.short_name(name)) >= 2}


@cache
def region_levels() -> dict[str, int]:
    """Return of what level each region is, by its name without suffix: 0 a province, 1 a city, 2 a district."""
    levels: dict[str, int] = {}
    for code, full in city.regions().items():
        level = 0 if code.endswith("0000") else 1 if code.endswith("00") else 2
        if (short := city.short_name(full)) != full:
            levels[short] = min(level, levels.get(short, level))
    return levels


def head_at(text: str, end: int, start: int = 0) -> Head | None:
    """Return the longest head noun that ends at ``end`` and begins at or behind ``start``."""
    if end <= start:
        return None
    for length in head_lengths().get(text[end - 1], ()):
        if length <= end - start and (head := heads().get(text[end - length : end])):
            return head
    return None


ROAD = r"[GSXY]\d{1,4}线?|(?:国道|省道|县道|乡道)[GSXY]?\d{1,3}线?|[GS]?\d{1,3}(?:国道|省道)"
"""Pattern of a road by its number."""
_BEARING_VERB = "[起至到连接靠临邻濒依倚枕屏望抵源达融]"
_BEARING = rf"[东西南北]{{1,2}}(?:{_BEARING_VERB}|连接|紧邻|毗邻)"
_TWO_BEARINGS = "|".join(
    rf"{a}{_BEARING_VERB}(?=[一-鿿]{{2,8}}[、,]{b}{_BEARING_VERB})" for a, b in ("东西", "西东", "南北", "北南")
)
"""Bearings that come in pairs, so that no region is meant (松鹤河|南源云岫山、北连…)."""
_BEARS = re.compile(_BEARING)
_END_OF_STRETCH = "(?:(?!改[建造扩]|扩建|推进|建设|工程|开工|提升|大修|[的和与及等在将为段至自从由起])[一-鿿]){1,12}"
_BUILDING = (
    r"[改新扩迁]\([改扩新迁]\)建|(?:建成|迁建|扩建|改建)(?=区(?:文化|人民|妇幼|图书|档案|体育|委党校|疾控|疾病|养老|社会|综合|青少年|中医"
    r"|残疾|融媒|政务|科技|博物|殡仪|公共|急救|消防|应急|第[一二三四五]))"
)
_BEGIN_BUILDING = r"[改新扩迁]\(|(?:建成|[迁扩改]建)区"
"""Verbs of building that are parted from what is built (建成|区文化馆, 改(扩)建|…), and what they begin with."""
# What a dictionary does not hold: names by number or letter (经十一路, G104, 7号线, 二期), stretches of roads by their
# number (S102甲至乙段), and bearings.
_NUMBERED = (
    rf"(?:{ROAD}){_END_OF_STRETCH}至{_END_OF_STRETCH}(?<![阶地时])段(?!落)"
    rf"|[经纬][一二三四五六七八九十百]+[路街]|{ROAD}|\d{{1,3}}号线|[一二三四五六七八九十]{{1,2}}期|R\d{{1,2}}线"
    r"|做[大强优精实活细好]+|[一二三四五六七八九十]是"
    rf"|{_BUILDING}"
    r"|(?<!\d)\d大(?=[一-鿿])(?!道|桥|街|队)|[二三四五六七八九十]大(?=片区|组团|园区|板块|基地|新城|产业园|景区|商圈|功能区)"
    rf"|{_TWO_BEARINGS}|(?<![湖河海云越济岭江淮陕晋冀豫鲁苏皖闽赣鄂湘粤桂黔滇甘辽蒙]){_BEARING}(?![站路街大县区镇岛])"
)
_CAPACITY = re.compile(
    r"(?:年产|年处理|年加工)?\d{1,6}(?:\.\d{1,4})?[百千万亿]{0,3}(?:吨|台|套|片|辆|只|头|千瓦|兆瓦|GWh?|MWh?|立方米)"
)
_BEGIN = "GSXYR国省县乡经纬一二三四五六七八九十做东西南北年"
"""What a name by number or letter, a bearing or a capacity begins with, but for digits."""
_BEFORE_PRODUCT = r"(?=[一-鿿A-Z][一-鿿A-Za-z])(?!以[上下内]|左右|[大以每及和、/])"


@lru_cache(maxsize=1 << 16)
def is_capacity(word: str) -> bool:
    """Whether a word says how much a plant makes, between its maker and its product (某化工|年产5万吨|某酯)."""
    return word[-1] in "吨台套片辆只头瓦Wh米" and _CAPACITY.fullmatch(word) is not None


def is_bearing(word: str) -> bool:
    """Whether a word tells on which side something lies (东至, 南濒)."""
    return word[0] in "东西南北" and _BEARS.fullmatch(word) is not None


@cache
def _topics() -> dict[str, list[tuple[str, str]]]:
    """Return the words that speak for a category with it, by their first letter, longest first."""
    known: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(rows("topics"), key=lambda row: -len(row["word"])):
        known.setdefault(row["word"][0], []).append((row["word"], row["category"]))
    return known


@lru_cache(maxsize=1 << 14)
def topics(text: str) -> tuple[str, ...]:
    """Return the categories that the words of a text speak for, in their order."""
    known, out, at = _topics(), [], 0
    while at < len(text):
        for word, spoken in known.get(text[at], ()):
            if text.startswith(word, at):
                out.append(spoken)
                at += len(word)
                break
        else:
            at += 1
    return tuple(out)


AXES = ("带", "轴", "廊", "廊道")
"""Ends of what a city is laid out along."""
TOWNS = ("镇", "乡", "街道")
"""Ends of the names of the units below a district."""

_SELDOM = 200
"""Times that the corpus of the segmenter's dictionary has a word which hardly means anything but a region."""
_FUNCTION = frozenset("以在对将把从向由为与和及等至到的是即如而使距")
_PARTICLES = _FUNCTION | frozenset("被经沿")
_LINES, _BEHIND_LINE, _NUMERALS = frozenset("路街桥河"), frozenset("为至经与沿"), frozenset("一二三四五六七八九十")
"""Ends of the names of lines, and what stands between one and its end or part (松鹤|路|为|…)."""


@cache
def _dictionary() -> ModuleType:
    """Return the segmenter, with the head nouns and the common words of the plan language as words.

    It is the one that the package makes when it is imported: another would take as long to load again.
    """
    import rjieba

    common = {word for word in generic() if len(word) >= 2}
    for word in common.union(head for head in heads() if len(head) >= 3):
        if not rjieba.has_word(word):
            rjieba.add_word(word, None, "n")
    return rjieba


def frequency(word: str) -> int:
    """Return how often the segmenter's dictionary has met a word in its corpus; 0 when it does not have it."""
    return int(_dictionary().suggest_freq(word)) if _dictionary().has_word(word) else 0


def tokens(text: str, names: Sequence[str] = (), start: int = 0, end: int | None = None) -> list[Token]:
    """Return the words of ``text[start:end]`` with their part of speech, without gaps.

    Parameters
    ----------
    text
        Running text.
    names
        Names of regions to keep whole (``"市中"``).
    start, end
        The stretch whose words are wanted; all of the text when not given.
    """
    out: list[Token] = []
    at, stop = start, len(text) if end is None else end
    begins, kept = _kept(tuple(names))
    told = begins.search(text, at, stop)
    while told:
        first = told.start()
        if match := kept.match(text, first, stop):
            if at < first:
                out += _segmented(text[at:first], at)
            at = match.end()
            out.append(Token(first, at, match.group(), _tag(match.group(), names)))
        told = begins.search(text, max(at, first + 1), stop)
    if at < stop:
        out += _segmented(text[at:stop], at)
    return out


@lru_cache(maxsize=64)
def _kept(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of how what stays whole begins, and of all of it: names by number or letter, and of regions."""
    regions = "|(?<![城都全])(?:" + "|".join(map(re.escape, names)) + ")" if names else ""
    begins = re.compile(rf"[\d{_BEGIN}{re.escape(''.join(sorted({name[0] for name in names})))}]|{_BEGIN_BUILDING}")
    return begins, re.compile(rf"{_NUMBERED}|(?<![\d.]){_CAPACITY.pattern}{_BEFORE_PRODUCT}{regions}")


def _tag(word: str, names: Sequence[str]) -> str:
    return "ns" if word in names else "v" if word[0] in "做建改新扩迁东西南北" or word[-1] == "是" else "nz"


def _segmented(text: str, base: int) -> list[Token]:
    found: list[Token] = []
    guessed: list[int] = []
    at = base
    for told in _tagger()(text):
        word, tag, cut = _READ.get(told) or _read(told)
        end = at + len(word)
        if cut > 0:
            found.append(Token(at, at + cut, word[:cut], "n"))
            found.append(Token(at + cut, end, word[cut:], tag))
        else:
            if cut == _MAY_HOLD_PARTICLES:
                guessed.append(len(found))
            found.append(Token(at, end, word, tag))
        at = end
    pieces = [(k, [*_without_particles(found, k)]) for k in guessed]
    for k, parts in reversed(pieces):
        found[k : k + 1] = parts
    return found


@cache
def _tagger() -> Callable[[str], list[tuple[str, str]]]:
    """Return the segmenter's function: words of a text with their part of speech."""
    return _dictionary().tag  # type: ignore[no-any-return]


_MAY_HOLD_PARTICLES = -1


_READ: dict[tuple[str, str], tuple[str, str, int]] = {}
_MOST_READ = 1 << 16


def _read(told: tuple[str, str]) -> tuple[str, str, int]:
    """Return a word that the segmenter tells so, its part of speech, and where to cut it; then that is the second's.

    0 is nowhere; a guess at an unknown word that may hold particles has :data:`_MAY_HOLD_PARTICLES` instead. What was
    met before is kept, so that a word is one object wherever it stands.
    """
    if len(_READ) >= _MOST_READ:
        _READ.clear()
    found = _READ[told] = (told[0], *_told(*told))
    return found


def _told(word: str, tag: str) -> tuple[str, int]:
    """Return the part of speech of a word, and where to cut it."""
    if tag == "s" and len(word) == 2 and word[1] in "内外里上":
        return "f", 1
    if len(word) > 1 and not word.isascii() and not _dictionary().has_word(word):
        # A guess: put together by the segmenter.
        may_hold_particles = not _PARTICLES.isdisjoint(word) or word[:2] in classed("verb")
        return "nz", _MAY_HOLD_PARTICLES if may_hold_particles else 0
    if len(word) == 4 and word[:2] in classed("verb") and word[2:] in classed("verb"):
        return "v", 2  # 努力|实现
    if word in _only_regions() or (tag in ("d", "v") and word in region_names() and not does(word)):
        return "ns", 0
    if word in _headed():
        return "vn", len(word) - 2
    return tag, 0


@cache
def _only_regions() -> frozenset[str]:
    """Return the names of regions that hardly ever mean anything else (定边, 遵义), whatever the segmenter says."""
    known = (n for n in region_names() if 0 < frequency(n) < _SELDOM)
    return frozenset(n for n in known if n not in generic() and not does(n))


@cache
def _headed() -> frozenset[str]:
    """Return the words of the dictionary that hold a head noun and what is done to it (工程|建设)."""
    return frozenset(w for head in heads() if _dictionary().has_word(w := head + "建设"))


def _without_particles(found: list[Token], k: int) -> Iterator[Token]:
    """Cut the particles out of a guess at an unknown word, the ``k``-th of those found."""
    token = found[k]
    left = len(found[k - 1].word) if k and found[k - 1].tag not in ("x", "v") else 0
    right = len(found[k + 1].word) if k + 1 < len(found) and found[k + 1].tag not in ("x", "v", "u") else 0
    word, start = token.word, token.start
    if len(word) > 2 and word[:2] in classed("verb"):
        yield Token(start, start + 2, word[:2], "v")
        token = Token(start + 2, token.end, word[2:], token.tag)
        word, start, left = token.word, token.start, 0
    last = len(word) - 1
    begin = 0
    if _leads_along(word, left):
        yield Token(start, start + 1, word[0], "p")
        begin = 1
    for k, char in enumerate(word):
        joins = char in "和与及" and k + left >= 2 and last - k + right >= 2
        ends_line = char in _BEHIND_LINE and k and word[k - 1] in _LINES and k + left >= 2
        if (k == 0 and char in _FUNCTION) or char in "由被把的" or (char == "等" and k == last) or joins or ends_line:
            if k > begin:
                yield Token(start + begin, start + k, word[begin:k], token.tag)
            yield Token(start + k, start + k + 1, char, "u" if char == "等" else "c" if char in "和与及" else "p")
            begin = k + 1
    if begin <= last:
        yield Token(start + begin, token.end, word[begin:], token.tag)


def _leads_along(word: str, left: int) -> bool:
    """Whether a guess begins with what leads to a line (某某站|经|云岫路, 沿|松鹤河), and 经 or 沿 is none of its own.

    ``left`` is the length of what stands before it.
    """
    led = word[0] == "沿" or (word[0] == "经" and left >= 2 and word[1] not in _NUMERALS)
    return led and len(word) >= 4 and word[-1] in _LINES and not _dictionary().has_word(word[:2])
