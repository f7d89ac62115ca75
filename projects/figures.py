"""Figures in a text: sums, areas, lengths, years, and extents from one named thing to another."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from projects import sentences
from projects.feature import Extent
from projects.find import Candidate
from projects.places import OPENING, Place, by_paragraph
from projects.plan import Document

_SENTENCE_END = re.compile(r"[;。\n]")
# A number is looked at once, from its first digit: a line may be of nothing but digits.
_FIGURE = re.compile(
    r"(?P<number>(?<!\d)\d{1,15}(?:\.\d{1,15})?)(?P<unit>亿元?|万元|万?亩|平方公里|平方千米|km2|km²|公顷|公里|千米|km|米)(?![/每·²])"
    r"|(?P<year>20\d{2})年"
    r"|(?P<period>“?十[三四五六]五”?)(?:期间|时期|末)"
)
_FIELDS = {
    **dict.fromkeys(("亿", "亿元", "万元"), "investment_yi"),
    **dict.fromkeys(("亩", "万亩"), "area_mu"),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km²", "公顷"), "area_km2"),
    **dict.fromkeys(("公里", "千米", "km", "米"), "length_km"),
}
_SCALES = {"万元": 1e4, "公顷": 1e2, "米": 1e3}
"""By how much a figure in a unit is divided."""
_LEADS = {
    "investment_yi": re.compile(r"(?:投资|投入|资金)[额约达为近共计划估算概总需]{0,6}$"),
    "area_mu": re.compile(r"(?:占地|用地|面积|规划|规模|总|征地|以[东西南北])[面积规模总用地约达为近共]{0,6}$"),
    "area_km2": re.compile(r"(?:占地|用地|面积|范围|规模|以[东西南北])[面积规模总用地约达为近共]{0,6}$"),
    "length_km": re.compile(r"(?:长|长度|里程)[度约达为近共]{0,3}$"),
}
"""What stands before a figure that tells of a thing."""
_OPENERS = ("(", ",", "约", "段")
_NOT_OF = {"area_mu": "corridor", "area_km2": "corridor", "length_km": "area"}
"""Things of this kind do not have the figure: a road no area, a quarter no length."""
_REACH = 160
"""A thing is looked for this many characters to either side of its figure."""
_FURTHEST = 4
_STOPS = "。;!?\n"
_DONE = (
    r"建成(?!区)|完成|完工|竣工|投用|通车|投产|交付|运营|启用|开放|开业|开街|开园|开馆|贯通|达产|拉通|通气|通航|并网"
    r"|投入使用|投入运营|投入运行|收官|落成|招生|建好"
)
_DONE_BY = re.compile(rf"(?:底|末|年底|上半年|秋季学期)?(?:之?前)?[^,。;、()\d]{{0,10}}?(?:{_DONE}|形成|实现)")
_DONE_BEHIND = re.compile(rf"(?:等)?[^,。;()\d]{{0,12}}?(?:{_DONE})")
_TO_COMPLETE = re.compile(rf"(?:{_DONE})[^,。;()、\d]{{0,4}}$")
_BY = re.compile(r"(?:到|至|于|力争|确保|在)$")
_STAGE = re.compile(r"[一二三四首][期段]工?程?(?:计划|已|力争|预计|将|于)*$")
_PASSED = re.compile(
    r"(?:连接|串联|联通|串起|依托|沿|经|至|到|起|起于|止于|通达|抵|临|邻|接|从|向|由|包含|包括|涵盖|位于|(?:[^建]|^)设有?)$"
)
_PHASE = re.compile(r"[^,。;]{0,8}[一首]期")
_WORKED_ON = re.compile(r"[^,。;、()]{0,4}")
_RANGE = re.compile(r"20\d{2}年?[-—–~至到]+$")


_DIRECTED = tuple(
    re.compile(
        rf"(?:[,(。]|[,(]?(?:沿|全长|总长|长|位于|途经|线路|路线)[^,。;()、与和及]{{1,12}},)?(?:(?:建设|打造)?成)?(?:范围)?{a}[起源连接](?:自|于)?([^,。;、(]{{2,14}}?)[,、]?{b}[至到抵达连接止](?:达)?([^,。;、()的]{{2,14}})"
    )
    for a, b in ("西东", "东西", "南北", "北南")
)
_FROM_TO = re.compile(
    r"\(?(?:路线)?(?:(?:起于|起自|自|从)|由(?=[^,。;(至到]{2,14}起[,、]?(?:经[^,。;(]{2,20})?[,、]?(?:止于|终点|至|到)))"
    r"([^,。;、(]{2,14}?)(?:起)?(?:,?经[^,。;(]{2,20})?(?:[,、]?(?:止于|终点|至|到))"
    r"([^,。;、()]{1,13}[^,。;、()止])"
)
_NO_END = re.compile("级|车道|[亩吨扩升]|移交|规划|建成")
"""What a thing grows or turns into is no place where it ends."""
_BRACKET = re.compile(
    r"(?:[一二三四]期|提升|改造|改建|扩建|[东西南北]段)?"
    r"\(([^()、,;:至]{2,12}?)[至到—-]+([^()、,;:]{2,12}?)(?:段|区间)?\)"
)
_IN_NAME = re.compile(
    r"([一-鿿A-Za-z0-9()]{2,10}?)(?:经([一-鿿]{2,8}))?[至—](?!今|全)([一-鿿A-Za-z0-9]{2,8}?)(?:天然气|燃气|输气|输油|原油|成品油|光缆|公交|污水|排水|雨水|物流|旅游|绿色|方向|快速|城市|市域|高等级|第[二三]|[一二三]级|百里|生态|长输|供热|蒸汽|引调水|引水|供水|调水|输水|输氢|\d+千伏|特高压|直流|柔性|输电)*"
    r"(?:高速公路|高速|高铁|铁路|城际|有轨电车|快速路|公路|段|轨道|客专|客运专线|连接线|快速通道|大道|改扩建|改建|道路|专线|管线|管廊|干管|干渠|引水干渠|连通工程|贯通工程|管道|通道|线路|航道|画廊|支线|(?<=水)工程|(?<=[压流电])工程)"
)


# The line whose stretch a name tells: 京台高速|济南至泰安段.
_LINE = re.compile(r"^.*(?:高速公路|高速|国道|省道|铁路|高铁|大道|大街|快速路|公路|[GS]\d+线?|\d+线)(?=[一-鿿]{2})")


@dataclass(frozen=True)
class Figures:
    """Figures that belong to one thing: 亿元, 亩, square kilometres, kilometres, calendar year."""

    investment_yi: float | None = None
    area_mu: float | None = None
    area_km2: float | None = None
    length_km: float | None = None
    by_year: int | None = None


def read(document: Document, found: Mapping[str, Candidate], kinds: Mapping[str, str]) -> dict[str, Figures]:
    """Return the figures that a plan tells of its things, by normalised name; the first of each counts.

    A figure in a bracket is of what stands before that. Any other is of what its sentence named last, except what is
    only linked, or of what follows it at once (3.6公里|…绿廊). A sum, area or length behind an enumeration is of all of
    it together, so of none of its items; a year is of each.

    Parameters
    ----------
    document
        The plan.
    found
        Its names by normalised name.
    kinds
        The kind of each.
    """
    told: dict[str, dict[str, float]] = {}
    for paragraph, places in by_paragraph(found):
        starts = [p.start for p in places]
        for match in _FIGURE.finditer(document.text, paragraph.start, paragraph.end):
            field, value = _value(match)
            at = match.start()
            start = max(sentences.start(document.text, at, _STOPS, reach=_REACH), paragraph.start)
            stop = sentences.end(document.text, at, _STOPS, reach=_REACH)
            near = places[bisect_left(starts, start) : bisect_left(starts, stop)]
            leads = OPENING.fullmatch(document.text, paragraph.start, starts[0])
            topic = places[0] if leads and document.text.startswith(("。", ":"), places[0].end) else None
            for place in _owners(document.text, start, stop, match, field, near, topic, kinds):
                told.setdefault(place.key, {}).setdefault(field, value)
    return {key: _figures(fields) for key, fields in told.items()}


def _figures(told: Mapping[str, float]) -> Figures:
    year = told.get("by_year")
    return Figures(
        investment_yi=told.get("investment_yi"),
        area_mu=told.get("area_mu"),
        area_km2=told.get("area_km2"),
        length_km=told.get("length_km"),
        by_year=None if year is None else int(year),
    )


def _value(match: re.Match[str]) -> tuple[str, float]:
    """Return the field that a figure fills, and its value in the unit of that."""
    if match["year"]:
        return "by_year", int(match["year"])
    if match["period"]:
        return "by_year", 2010 + 5 * "一二三四五六".index(match["period"].strip("“”")[1])
    unit = match["unit"]
    number = float(match["number"]) / _SCALES.get(unit, 1.0)
    return _FIELDS[unit], number * (1e4 if unit == "万亩" else 1.0)


def _owners(
    text: str,
    start: int,
    stop: int,
    match: re.Match[str],
    field: str,
    near: Sequence[Place],
    topic: Place | None,
    kinds: Mapping[str, str],
) -> Sequence[Place]:
    """Return the things a figure tells of: none, one, or for a year all of an enumeration.

    ``near`` are those of its sentence, ``text[start:stop]``; ``topic`` is what its paragraph is about, if anything.
    """
    at = match.start()
    owner: list[Place] = []
    opened = text.rfind("(", start, at)
    inside = opened > text.rfind(")", start, at)
    if inside or (text.startswith(")", at - 1) and opened >= start):
        owner = [p for p in near if p.end <= opened and _WORKED_ON.fullmatch(text, p.end, opened)][-1:]
    if inside and field == "by_year":
        return _due(text, opened, stop, match, owner, inside=True)
    if field == "by_year":
        return _due(text, start, stop, match, near, inside=False)
    told = bool(_LEADS[field].search(text, max(start, at - 12), at))
    if inside:
        return owner if told or text.startswith(_OPENERS, at - 1) else ()
    behind = match.end() + text.startswith("的", match.end())
    following = next((p for p in near if p.start == behind), None)
    if following:
        return (following,) if kinds[following.key] != _NOT_OF.get(field) else ()
    if text.startswith(")", at - 1) and owner:
        return owner
    before = [p for p in near if p.end <= at]
    if before and at - before[-1].end <= 1 and match["unit"] != "米":
        return before[-1:]
    if not told:
        return ()
    for place in reversed(before[-_FURTHEST:]):
        if kinds[place.key] != _NOT_OF.get(field) and not _is_passed(text, start, place):
            return () if _together(place, before) else (place,)
    # “一核”:甲核。北接…,规划面积…
    return (topic,) if topic and kinds[topic.key] != _NOT_OF.get(field) else ()


def _is_passed(text: str, start: int, place: Place) -> bool:
    """Whether a thing is only what another links, passes or ends at (连接|甲镇和乙镇)."""
    aside = text.rfind("(", start, place.start) > text.rfind(")", start, place.start)
    return aside or _PASSED.search(text, max(start, place.group - 6), place.group) is not None


def _together(place: Place, before: Sequence[Place]) -> bool:
    """Whether a thing is told of as one of an enumeration."""
    return any(p.group == place.group and p.key != place.key for p in before)


def _due(
    text: str, start: int, stop: int, match: re.Match[str], near: Sequence[Place], inside: bool
) -> Sequence[Place]:
    """Return the things that are to be there by a year: named before it, else in the clause it opens."""
    at, end = match.span()
    before = [p for p in near if p.end <= at]
    done = _DONE_BY.match(text, end, stop) if not _PHASE.match(text, end, stop) else None
    until = _RANGE.search(text, start, at) and text[end : end + 1] in "。;,)\n"
    if inside or until or (done and before and not any(at < p.start < done.end() for p in near)):
        if not (done or until) or _STAGE.search(text, max(start, at - 8), at):
            return ()
        subject = [p for p in before if not _is_passed(text, start, p)] or before
        return [p for p in subject if p.group == subject[-1].group]
    # 到2025年,甲、乙建成投用: what is named first behind it.
    after = [p for p in near if p.start >= end]
    if not after:
        return ()
    group = [p for p in after if p.group == after[0].group]
    clause = text.rfind(",", end, group[-1].end)
    completed = _TO_COMPLETE.search(text, max(end, group[0].start - 8), group[0].start)
    first = text[end : group[0].start]
    if completed and "," not in first.strip(",")[: max(0, len(first) - 9)]:
        return group
    behind = _DONE_BEHIND.match(text, group[-1].end, stop)
    return group if behind and first.count(",") <= 1 and clause < group[0].start else ()


def extent(name: str, ahead: str) -> Extent | None:
    """Return from where to where a thing reaches: said behind its name, in brackets, or in the name itself.

    Examples
    --------
    >>> extent("济南至郑州高速公路", "")
    Extent(start='济南', end='郑州', via=())
    >>> extent("齐鲁大道", "(经十路至青岛路段)")
    Extent(start='经十路', end='青岛路', via=())
    """
    sentence = _SENTENCE_END.split(ahead, maxsplit=1)[0][:60]
    below = _SENTENCE_END.split(ahead.removeprefix("。"), maxsplit=1)[0][:60]  # behind a title: 湫水轴。北起甲路,…
    for pattern in _DIRECTED:
        if match := pattern.match(below):
            return Extent(match[1], match[2])
    if match := _BRACKET.match(sentence):
        return Extent(match[1], match[2])
    if match := _IN_NAME.match(name):
        return Extent(_LINE.sub("", match[1]) or match[1], match[3], (match[2],) if match[2] else ())
    match = _FROM_TO.match(sentence.lstrip(","))
    if match and not any(map(_NO_END.search, match.groups())):
        return Extent(match[1], match[2])
    return None
