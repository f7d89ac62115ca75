"""What the text says of a thing: kind, category, districts, status, figures, extent, part-of and members."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from projects import words
from projects.feature import Extent
from projects.find import Candidate
from projects.lists import Item
from projects.plan import Document, Paragraph
from projects.region import Region

_AMOUNT = re.compile(
    r"(?:总?投资|投入|计划投资|估算投资)[约达为近共额]{0,3}(\d+(?:\.\d+)?)(亿|万)元?|(\d+(?:\.\d+)?)亿元"
)
_MU = re.compile(r"(\d+(?:\.\d+)?)(万)?亩")
_KM2 = re.compile(r"(\d+(?:\.\d+)?)(?:平方公里|平方千米|km2)|(\d+(?:\.\d+)?)公顷")
_KM = re.compile(r"(?:全?长[度约达为]*|总里程[约达为]*|里程[约达为]*)(\d+(?:\.\d+)?)(公里|千米|km|米)")
_YEAR = re.compile(r"(?:到|至|于|力争)?(20\d{2})年(?:底|末|前|年底)?")
_ENDS = (
    re.compile(r"西起([^,。;、]{2,14}?)[,、]?东[至到]([^,。;、)]{2,14})"),
    re.compile(r"东起([^,。;、]{2,14}?)[,、]?西[至到]([^,。;、)]{2,14})"),
    re.compile(r"南起([^,。;、]{2,14}?)[,、]?北[至到]([^,。;、)]{2,14})"),
    re.compile(r"北起([^,。;、]{2,14}?)[,、]?南[至到]([^,。;、)]{2,14})"),
    re.compile(r"起于?([^,。;、]{2,14}?)[,、]?(?:止于|终点|至)([^,。;、)]{2,14})"),
)
_SECTION = re.compile(r"^[(]?([^()、,;:]{2,12}?)[至到—-]+([^()、,;:]{2,12}?)(?:段|区间)?[)]?")
_BETWEEN = re.compile(
    r"^([一-鿿A-Za-z0-9()]{2,10}?)至([一-鿿A-Za-z0-9]{2,8}?)(?:方向)?(?:高速公路|高速|高铁|铁路|城际|有轨电车|快速路|公路|段|轨道|客专|连接线|快速通道|大道)"
)
_LINKS = re.compile(r"^[,]?(?:串联|连接|串连|贯穿|联通|包括|涵盖|包含|囊括|由|覆盖|整合|辖)")
_WITHIN = re.compile(r"(?:内|中|片区内|区域内|园区内)?的?$")


@dataclass(frozen=True)
class Description:
    """What the text says of one name; fields as in :class:`projects.feature.Feature`."""

    kind: str
    category: str
    districts: tuple[str, ...]
    status: str | None = None
    investment_yi: float | None = None
    area_mu: float | None = None
    area_km2: float | None = None
    length_km: float | None = None
    by_year: int | None = None
    extent: Extent | None = None
    part_of: str | None = None
    members: tuple[str, ...] = ()
    in_list: bool = False
    reasons: tuple[str, ...] = field(default=(), compare=False)


@cache
def _topics() -> dict[str, str]:
    return {r["word"]: r["category"] for r in words.rows("topics")}


@cache
def _topic_pattern() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _topics()), key=len, reverse=True)))


@cache
def _status(position: str) -> tuple[tuple[str, str], ...]:
    """Return words and the status each tells, longest first."""
    known = [(r["word"], r["status"]) for r in words.rows("status") if r["position"] == position]
    return tuple(sorted(known, key=lambda w: -len(w[0])))


def describe(document: Document, region: Region, candidate: Candidate, found: dict[str, Candidate]) -> Description:
    """Return what a plan says of a name.

    Parameters
    ----------
    document, region
        The plan and where it is at home.
    candidate
        The name with its mentions.
    found
        All names of the plan by normalised name.
    """
    text = document.text
    figures: dict[str, float] = {}
    extent: Extent | None = None
    members: tuple[str, ...] = ()
    states: list[str] = []
    for item in candidate.items:
        end = _end_of_sentence(text, item.phrase.end)
        ahead = text[item.phrase.end : end]
        for name, value in _figures(ahead).items():
            figures.setdefault(name, value)
        extent = extent or _extent(item, ahead)
        members = members or _members(text, item, ahead)
        if state := _state(text, item):
            states.append(state)
    year = int(figures["by_year"]) if "by_year" in figures else None
    return Description(
        kind=_kind(candidate),
        category=_category(document, candidate),
        districts=_districts(document, region, candidate),
        status=Counter(states).most_common(1)[0][0] if states else None,
        investment_yi=figures.get("investment_yi"),
        area_mu=figures.get("area_mu"),
        area_km2=figures.get("area_km2"),
        length_km=figures.get("length_km"),
        by_year=year,
        extent=extent,
        part_of=_part_of(document, candidate, found),
        members=members,
        in_list=any(item.listed or item.rule == "box" for item in candidate.items),
    )


def _end_of_sentence(text: str, start: int) -> int:
    ends = [k for mark in "。;\n" if (k := text.find(mark, start, start + 200)) >= 0]
    return min(ends, default=min(len(text), start + 200))


def _kind(candidate: Candidate) -> str:
    votes: Counter[str] = Counter()
    for item in candidate.items:
        head = item.head or item.tail_head
        votes[head.kind if head else "project"] += 1
    return votes.most_common(1)[0][0]


def _category(document: Document, candidate: Candidate) -> str:
    """Head noun first, then the name's other words, then headings and box, then the sentence."""
    votes: Counter[str] = Counter()
    item = candidate.items[0]
    head = item.head or item.tail_head
    if head and head.weight >= 2:
        votes[head.category] += 3.0  # type: ignore[assignment]
    elif head:
        votes[head.category] += 0.5  # type: ignore[assignment]
    modifier = candidate.name[: len(candidate.name) - (len(item.head.word) if item.head else 0)]
    for match in _topic_pattern().finditer(modifier):
        votes[_topics()[match.group()]] += 1.5  # type: ignore[assignment]
    for paragraph in candidate.paragraphs[:3]:
        share = 1.0 / min(3, len(candidate.paragraphs))
        if paragraph.box:
            _vote(votes, paragraph.box, 0.7 * share)
        for heading in paragraph.headings[-2:]:
            _vote(votes, heading, 0.6 * share)
        label = document.text[paragraph.start : paragraph.start + 30].split(":")
        if len(label) > 1 and item.rule in ("box", "summed up", "phrase"):
            _vote(votes, label[0], 0.8 * share)
    return votes.most_common(1)[0][0] if votes else "industry"


def _vote(votes: Counter[str], text: str, weight: float) -> None:
    found = {_topics()[m.group()] for m in _topic_pattern().finditer(text)}
    for category in found:
        votes[category] += weight  # type: ignore[assignment]


def _districts(document: Document, region: Region, candidate: Candidate) -> tuple[str, ...]:
    """Own words, then the clause, then the headings, then the plan's own district."""
    home = region.city
    if home is None:
        return (document.plan.district,) if document.plan.district else ()
    named = _named_districts(candidate.name, region)
    if not named:
        for item, paragraph in zip(candidate.items, candidate.paragraphs, strict=True):
            start = max(document.text.rfind(mark, 0, item.phrase.start) for mark in "。;,\n") + 1
            before = document.text[start : item.phrase.start]
            named = _named_districts(before[-12:], region) or next(
                (n for heading in reversed(paragraph.headings) if (n := _named_districts(heading, region))), set()
            )
            if named:
                break
    own = document.plan.district
    if not named:
        return (own,) if own else ()
    if own and own not in named and not _named_districts(candidate.name, region):
        named = {own}
    return tuple(d for d in home.order if d in named)


def _named_districts(text: str, region: Region) -> set[str]:
    """Return the districts and zones that a text names; a street called after one (济南路, 莱芜路) names none."""
    if region.city is None:
        return set()
    out = set()
    for district in region.city.districts:
        names = [district.name, *district.aliases]
        if len(district.short) >= 2 and district.short not in ("高新",):
            names.append(district.short)
        for name in names:
            for match in re.finditer(re.escape(name), text):
                after = text[match.end() : match.end() + 2]
                if not re.match(r"[东西南北中]?[路街]|大[道街]", after) and not re.search(
                    r"[城全都超]$", text[: match.start()]
                ):
                    out.add(district.short)
    return out


def _state(text: str, item: Item) -> str | None:
    """Return the status that the words before an item, or behind it, tell."""
    first, last = item.group.phrases[0], item.group.phrases[-1]
    stop = item.group.tail.end if item.group.tail else last.end
    ahead = text[stop : stop + 16]
    cut = re.search(r"[。;!?\n]", ahead)
    ahead = ahead[: cut.start()] if cut else ahead
    ahead = re.sub(r"^(?:等?(?:项目|工程|一批)?(?:建设|改造)?)", "", ahead)
    for word, status in _status("after"):
        if ahead.startswith(word) or (len(word) >= 4 and word in ahead[:10]):
            return status
    start = max(text.rfind(mark, 0, first.start) for mark in "。;!?\n,:") + 1
    before = text[start : first.start]
    for word, status in _status("before"):
        if before.endswith(word):
            return status
    return None


def _figures(ahead: str) -> dict[str, float]:
    """Return sums, areas, lengths and the year in the text behind a name, up to the next name's."""
    found: dict[str, float] = {}
    near = re.split(r"[;。]", ahead)[0][:60]
    if match := _AMOUNT.search(near):
        number = float(match[1] or match[3])
        found["investment_yi"] = number / 10000 if match[2] == "万" else number
    if match := _MU.search(near):
        found["area_mu"] = float(match[1]) * (10000 if match[2] else 1)
    if match := _KM2.search(near):
        found["area_km2"] = float(match[1]) if match[1] else float(match[2]) / 100
    if match := _KM.search(near):
        found["length_km"] = float(match[1]) / (1000 if match[2] == "米" else 1)
    if match := re.match(r"[^,]{0,4}(?:到|至|于|力争|确保)(20\d{2})年", near):
        found["by_year"] = float(match[1])
    return found


def _extent(item: Item, ahead: str) -> Extent | None:
    """Return from where to where: behind the name, in brackets, or in the name itself."""
    for pattern in _ENDS:
        if match := pattern.search(ahead[:50]):
            return Extent(match[1], match[2])
    if ahead.startswith("(") and (match := _SECTION.match(ahead)) and ")" in ahead[:30]:
        return Extent(match[1], match[2])
    if match := _BETWEEN.match(item.name):
        return Extent(match[1], match[2])
    return None


def _members(text: str, item: Item, ahead: str) -> tuple[str, ...]:
    """Return what the text says that a thing links or holds: the enumeration right behind it."""
    if not (match := _LINKS.match(ahead)):
        return ()
    listed = re.split(r"[。;,]|等", ahead[match.end() :])[0]
    parts = [p.strip("“”") for p in re.split(r"[、和与及]", listed)]
    return tuple(p for p in parts if 2 <= len(p) <= 25) if len(parts) >= 2 else ()


def _part_of(document: Document, candidate: Candidate, found: dict[str, Candidate]) -> str | None:
    """Return the name of the larger thing: one the name begins with, or one named right before it."""
    for item in candidate.items:
        name = item.name
        for length in range(len(name) - 2, 2, -1):
            larger = found.get(name[:length])
            if larger and larger.items[0].head and larger.items[0].head.kind == "area":
                return larger.name
    return None
