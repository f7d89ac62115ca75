"""What is part of what: larger things, and what they hold or link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise, takewhile

from projects import sentences
from projects.feature import normal
from projects.find import Candidate
from projects.phrases import text_of
from projects.places import OPENING, Place, by_paragraph
from projects.plan import Document, Paragraph

_LINKS = re.compile(r"[,]?(?:以)?(?:串联|连接|串连|联通|包括|涵盖|包含|囊括|覆盖|整合|下辖|联动|融合|由)")
_COUNTED = re.compile(
    r"“?([一二两双三四五六七八九十]{1,2}[核轴带区横纵心极园廊楔环片城港谷坊镇湖河山馆翼点组团大]{1,2}(?![^“”,。:]{0,5}(?:平台|产业|体系|目标|行动))[^“”,。:成]{0,6})”?[,]?(?:即|为|是|指|分别|包括|:|—+)"
)
_HOW = (
    "(?:依次|重点|主要|有机|有效|进一步|集中|沿线|沿途|分别|共同|以及|并|可|将|[由自][东西南北]+[向至到][东西南北]+)*"
)
_LINKING = re.compile(rf",{_HOW}(?:串联|串起|连接|联通|包括|涵盖|包含|囊括|覆盖|下辖)(?:起)?$")
_MADE_OF = re.compile(
    r"[,。;\n](?:串联|串起|连接)(?=([^,。;\n]+,)[^。;\n]*$)(?:(?:[^。;\n]*,)(?:形成|构成|构筑|串成)|[^,。;\n]*,打造)[^,。;\n]{0,20}$"
)
_LATER = re.compile(rf",{_HOW}(?:串联|串起|连接|联通|贯通|包括|涵盖|包含|囊括|覆盖|下辖)(?:起)?")
_ON_THE_WAY = ("沿", "依托", "经", "至", "抵", "到", "达", "起", "起于", "止于", "自", "从")
_LED = re.compile(r"[,]?(?:则)?以")
_LEADERS = re.compile(
    r"(?:等[^,。;]{0,6})?为(?:主要)?(?:主体|载体|支撑|核心|龙头|重点|引领|支点|依托|中心|节点|骨干|主)(?=[,。;、]|$)"
)
_CONSISTS = re.compile(r",?(?:主要)?(?:由(?=[^,。;]{2,80}(?:组成|构成))|包括|包含)")
_MAIN_PART = re.compile(r"(?:等[^,。;]{0,4})?为(?:重点|核心|龙头|主体|载体|支撑|依托)的[^,。;、]{0,10}")
_JOINT = re.compile("[、和与及]|以及")
_DASH = re.compile("[—–-]")
_STOP = re.compile(r"[。;\n]")
_SENTENCE_END = re.compile("[。;]")
_INSIDE = re.compile(r"(?:片区)?(?:内|中)(?:的)?|建设,|开发,|发展,")


_GOES_ON = re.compile(
    r",(?:自[东西南北]+向[东西南北]+|沿线|依次|重点|集中|其中|首期|一期|由)*(?:布局|布置|分布|规划建设|配套建设|招引|引入|落位|入驻|内设|集聚|[^,]{2,20}构成)"
)
_SUBJECT = re.compile(
    r"(?:要|重点|主要|着力|加快|突出|以|聚焦|围绕|依托|推进|推动|建设|打造|布局|实施|发挥|做强|做优|做大)"
)
_BUILDS = re.compile(
    r"(?:,[^,。;]{0,4}(?:占地|用地|面积|规划|投资)[^,。;]{1,16})*,(?:重点|加快|同步|集中)*(?:建成|建设|新建|配建|植入|修复|保留|恢复|完善|引进|做强|盘活|培育)"
)
_BUILT_IN = re.compile(
    r"(?:境内|内|中)?(?:重点|集中|统一|科学)?(?:规划|建设|布局|新建|打造|建成|启动|推进){1,3}(?:一[处座个条批])?“?"
)
_LEADS = re.compile(r"(?:战略|建设|发展)?(?:为)?引领")
_ORDERED = re.compile(r"(?:^|[。;:\n,])[一二三四五六七八九]是[^,。;]{0,8}$")
_ALONG = ("沿", "在", "依托", "位于")
_WHERE = ("片区", "街道", "镇", "乡", "园区", "组团")
_AT = ("在", "位于")
_AIMS = ("以", "围绕", "聚焦")
_MOST_LINKED = 50
"""One thing links no more than that: an enumeration without an end costs no more."""
_REST = 16
"""What follows the name of what a sentence is about in its clause is no longer."""
_FAR = 240
"""What a thing is made of is looked for this many characters before its name."""
_SHORT = 6
_NEAR = 120
"""A larger thing is looked for this many characters before a name."""


@dataclass
class Parts:
    """The larger thing a thing belongs to, and the things it holds or links, by name."""

    part_of: str | None = None
    members: list[str] = field(default_factory=list)


def read(document: Document, found: Mapping[str, Candidate], kinds: Mapping[str, str]) -> dict[str, Parts]:
    """Return what is part of what, by normalised name.

    Parameters
    ----------
    document
        The plan.
    found
        Its names by normalised name.
    kinds
        The kind of each.
    """
    reader = _Reader(document.text, found, kinds)
    for paragraph, places in by_paragraph(found):
        reader.read(paragraph, places)
    out = reader.parts
    for key, candidate in found.items():
        out[key].members += (m for m in _joined(document.text, candidate, found) if m not in out[key].members)
        if out[key].part_of is None:
            out[key].part_of = _prefix(key, found, kinds)
    by_name = {candidate.name: key for key, candidate in found.items()}
    for key, parts in out.items():
        parent = by_name.get(parts.part_of or "")
        if parent and found[key].name not in out[parent].members and len(out[parent].members) < 20:
            out[parent].members.append(found[key].name)
    return out


class _Reader:
    """Reads what each paragraph of a plan says of its things; what is told first, and most closely, counts."""

    def __init__(self, text: str, found: Mapping[str, Candidate], kinds: Mapping[str, str]) -> None:
        self.text = text
        self.found = found
        self.kinds = kinds
        self.areas = {c.name: key for key, c in found.items() if kinds[key] == "area"}
        self.parts = {key: Parts() for key in found}

    def read(self, paragraph: Paragraph, places: Sequence[Place]) -> None:
        """Enter what a paragraph says of the places in it."""
        self._links(places)
        self._groups(paragraph, places)
        self._larger(paragraph, places)

    def _links(self, places: Sequence[Place]) -> None:
        """Enter what an area or corridor links, right behind its name or in a later clause."""
        text = self.text
        for k, whole in enumerate(places):
            clause = text[max(0, whole.start - _FAR) : whole.start]
            if self.kinds[whole.key] != "project" and (made := _MADE_OF.search(clause)):
                begin = whole.start - len(clause) + made.start(1)
                linked = [p for p in places[max(0, k - _MOST_LINKED) : k] if p.start >= begin]
                if linked:
                    # Of what several clauses tell, the paragraph may be about something else.
                    self._link(whole.key, linked, whole=text.count(",", linked[0].start, whole.start) == 1)
        for k, first in enumerate(places[:-1], 1):
            following = [*places[k : k + _MOST_LINKED]]
            if self.kinds[first.key] == "project":
                consists = _CONSISTS.match(text, first.end)
                if consists and consists.end() == following[0].start:
                    self._link(first.key, following)
            elif _LINKS.match(text, first.end) or _links_later(text, first, places[k]) or _led(text, first, following):
                self._link(first.key, following)
            elif linked := _linked_later(text, first, following):
                self._link(first.key, linked)

    def _link(self, larger: str, linked: Sequence[Place], *, whole: bool = True) -> None:
        """Enter the enumeration of what a thing links; ``linked`` begins with its first item.

        ``whole`` tells whether they are part of it, too.
        """
        stop = sentences.end(self.text, linked[0].start, ",。;\n")
        members = self.parts[larger].members
        for place in takewhile(lambda p: p.start < stop, linked):
            name = self.found[place.key].name
            if name not in members and len(members) < _MOST_LINKED:
                members.append(name)
                if whole:
                    self._enter(place.key, self.found[larger].name)

    def _groups(self, paragraph: Paragraph, places: Sequence[Place]) -> None:
        """Enter the counted group (两核) a name stands in, and the area that is told by its main part."""
        for place in places:
            if counted := _counted(self.text, paragraph, place):
                self._enter(place.key, counted)
        for place, following in pairwise(places):
            if _in_brackets(self.text, place, following) and self.kinds[following.key] == "area":
                self._enter(place.key, self.found[following.key].name)
            if self.kinds[following.key] == "area" and _MAIN_PART.fullmatch(self.text, place.end, following.start):
                self._enter(place.key, self.found[following.key].name)

    def _larger(self, paragraph: Paragraph, places: Sequence[Place]) -> None:
        """Enter the larger thing that the sentence is about, else the one that the paragraph or its heading names."""
        text, kinds = self.text, self.kinds
        larger = _lead(text, paragraph, places, kinds) or _heading(paragraph, self.areas)
        topics = _topics(text, places, kinds)
        owner: Place | None = None
        for k, place in enumerate(places):
            near = takewhile(lambda p: place.start - p.end <= _NEAR, reversed(places[max(0, k - 20) : k]))  # noqa: B023
            if not (owner and place.listed and _JOINT.fullmatch(text, places[k - 1].end, place.start)):
                owner = None  # of the whole enumeration: 启动|甲区|乙立交、丙路等
            inside = next((p for p in near if _holds(text, p, place, kinds)), None) or owner or topics.get(k)
            if inside:
                owner = inside if inside.end == place.start else owner
                self._enter(place.key, self.found[inside.key].name)
            elif larger and larger != place.key and (place.listed or kinds[place.key] != "corridor"):
                self._enter(place.key, self.found[larger].name)
                members = self.parts[larger].members
                name = self.found[place.key].name
                if name not in members and len(members) < 20:
                    members.append(name)

    def _enter(self, key: str, larger: str) -> None:
        if self.parts[key].part_of is None and larger != self.found[key].name:
            self.parts[key].part_of = larger


def _lead(text: str, paragraph: Paragraph, places: Sequence[Place], kinds: Mapping[str, str]) -> str | None:
    """Return the area or corridor whose name opens a paragraph as its title (央企总部城中央商务轴。依托…)."""
    first = places[0]
    opens = OPENING.fullmatch(text, paragraph.start, first.start) and kinds[first.key] != "project"
    return first.key if opens and text[first.end : first.end + 1] in "。:" else None


def _topics(text: str, places: Sequence[Place], kinds: Mapping[str, str]) -> dict[int, Place]:
    """Return what the sentences of a paragraph are about, by the index of each place in a later clause of theirs.

    A sentence is about the area or axis that its first naming clause names alone, when what follows says that it goes
    on about it (扩容湫水新材料园,招引甲厂入驻; 以湫水新城战略引领发展,…; 一是湫水新城,…).
    """
    out: dict[int, Place] = {}
    for _, group in groupby(enumerate(places), key=lambda each: sentences.start(text, each[1].start)):
        (_, first), *others = group
        if (
            kinds[first.key] != "project"
            and not first.listed
            and _SUBJECT.match(text, first.end)
            and first.start == _sentence_start(text, first.start)
        ):
            out.update({i: first for i, p in others if p.key != first.key})
            continue
        stop = sentences.end(text, first.end, sentences.CLAUSE, reach=_REST + 1)
        named = [first, *(p for _, p in others if p.start < stop)]
        about = named[-1]
        alone = len(named) == 1 or (len(named) == 2 and text.endswith(_ALONG, 0, first.start))
        rest = text[about.end : stop]
        if not alone or about.listed or kinds[about.key] == "project" or len(rest) > _REST or rest.startswith("等"):
            continue
        leads = _LEADS.match(rest) and text.endswith(_AIMS, 0, about.start)
        builds = len(named) == 1 and _BUILDS.match(text, stop)
        if (
            leads
            or builds
            or _GOES_ON.match(text, stop)
            or _ORDERED.search(text, max(0, about.start - 16), about.start)
        ):
            out.update({i: about for i, p in others if p.start > stop and p.key != about.key})
    return out


def _sentence_start(text: str, index: int) -> int:
    """Return where the sentence that holds ``text[index]`` begins, behind its number or bullet."""
    begin = sentences.start(text, index)
    label = OPENING.match(text, begin)
    return label.end() if label else begin


def _heading(paragraph: Paragraph, areas: Mapping[str, str]) -> str | None:
    """Return the one area that the headings above a paragraph name, the nearest first.

    ``areas`` holds the normalised name of each by the name as written.
    """
    for heading in reversed(paragraph.headings):
        parts = (heading[i:j] for i in range(len(heading)) for j in range(i + 1, len(heading) + 1))
        named = {areas[part] for part in parts if part in areas}
        longest = [k for k in named if not any(k != o and k in o for o in named)]
        if len(longest) == 1:
            return longest[0]
        if named:
            return None
    return None


def _counted(text: str, paragraph: Paragraph, place: Place) -> str | None:
    """Return the counted group (两核, 三纵) whose enumeration a name stands in."""
    start = max(sentences.start(text, place.start, "。", reach=200), paragraph.start)
    found = None
    for match in _COUNTED.finditer(text, start, place.start):
        found = match
    if found and place.start - found.end() <= 80 and not _SENTENCE_END.search(text, found.end(), place.start):
        return found[1]
    return None


def _in_brackets(text: str, place: Place, following: Place) -> bool:
    """Whether brackets behind a name say in which part of the city it lies (某某中心(某某片区))."""
    inside = text[place.end : following.start] == "(" and text[following.end : following.end + 1] == ")"
    return inside and text.endswith(_WHERE, following.start, following.end)


def _links_later(text: str, first: Place, following: Place) -> bool:
    """Whether a later clause of the sentence links what stands next (…景观廊道,长21公里,串联|甲公园与乙湿地)."""
    between = text[first.end : following.start]
    return not first.listed and len(between) <= _NEAR and bool(_LINKING.search(between)) and not _STOP.search(between)


def _led(text: str, first: Place, following: Sequence[Place]) -> bool:
    """Whether an enumeration behind a name is what leads or bears it (湫水产业翼|以甲园、乙园为载体)."""
    if not _LED.fullmatch(text, first.end, following[0].start):
        return False
    last = following[0]
    for place in following[1:]:
        if not _JOINT.fullmatch(text, last.end, place.start):
            break
        last = place
    return bool(_LEADERS.match(text, last.end))


def _linked_later(text: str, first: Place, following: list[Place]) -> list[Place]:
    """Return what a later clause of a name's sentence links; what stands between is where the thing begins, runs, ends.

    湫水发展轴沿甲路展开,东起乙山,西至丙河,串联|丁区、戊城.
    """
    stop = sentences.end(text, first.end, "。;\n", reach=_NEAR)
    links = _LATER.search(text, first.end, stop)
    if links is None or first.listed:
        return []
    between = [p for p in following if p.start < links.end()]
    if not all(text.endswith(_ON_THE_WAY, 0, p.group) for p in between):
        return []
    linked = following[len(between) :]
    return linked if linked and linked[0].start - links.end() <= _SHORT else []


def _holds(text: str, larger: Place, place: Place, kinds: Mapping[str, str]) -> bool:
    """Whether a name before a list says where its items lie: A建设,推动B、C等项目; A内的B."""
    if kinds[larger.key] == "project" or larger.key == place.key:
        return False
    between = text[larger.end : place.start]
    if _STOP.search(between):
        return False
    if not between:
        return True
    if not larger.listed and text.endswith(_AT, 0, larger.start) and _BUILT_IN.fullmatch(between):
        return True  # 在某某片区规划建设|某某中心
    aimed = not larger.listed and text[max(0, larger.start - 2) : larger.start].endswith(_AIMS)
    return place.listed and (aimed or bool(_INSIDE.match(between)))


def _joined(text: str, candidate: Candidate, found: Mapping[str, Candidate]) -> Iterator[str]:
    """Yield the things that a name joins by dashes (甲河—乙河—丙湖|水系连通工程); two are the ends of a stretch."""
    joined = _DASH.split(text_of(text, candidate.items[0].phrase))
    if len(joined) > 2:
        for name in map(normal, joined):
            known = next((name[:n] for n in range(len(name), 1, -1) if name[:n] in found), None)
            if known:
                yield found[known].name


def _prefix(key: str, found: Mapping[str, Candidate], kinds: Mapping[str, str]) -> str | None:
    """Return the area or facility whose name a longer name begins with, or the line that it is a stretch of."""
    for length in range(len(key) - 2, 2, -1):
        kind = kinds[key[:length]] if key[:length] in found else ""
        if kind in ("area", "project") or (kind == "corridor" and key.endswith("段")):
            return found[key[:length]].name
    return None
