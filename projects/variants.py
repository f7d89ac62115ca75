"""The names that a plan has for one thing: in full and short, with and without the city, the grade, the project."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from projects import forms, words
from projects.feature import normal
from projects.find import Candidate
from projects.region import Region
from projects.words import common

ENDS = ("建设项目", "项目", "工程", "片区", "建设工程", "工程项目", "片区项目", "公路", "线")
"""What may stand behind a name without making it another thing's."""
_PROJECTS = ("建设项目", "项目")
_WIDENED = re.compile(
    r"(.+(?:高速公路|高速|国道|省道|公路|铁路|高铁|[A-Za-z]?\d+线?))(.{2,5}?)(?:至.{2,8}?)?段"
    r"(?:拓宽|改扩建|扩建|改建|扩容|改造|提升)+(?:建设)?(?:工程|项目)*"
)
_MANY_LETTERS = 8
"""Names of so many letters that have the same ones are one, in whatever order (环保节能产业园, 节能环保产业园)."""
_MANY_COMMON = 5
"""A name of common words of so many letters may stand for the one name that ends with it."""


def grouped(found: Mapping[str, Candidate], bare: Sequence[Candidate], region: Region) -> list[tuple[Candidate, ...]]:
    """Return the names of each thing, its main name first.

    Parameters
    ----------
    found
        The names of a plan, by normalised name.
    bare
        Head nouns that stand alone (起步区): each joins the one name that ends with it.
    region
        Where the plan is at home.
    """
    names = _Names(found, region)
    target = {key: fuller for key in found if (fuller := names.fuller(key))}
    for key, candidate in found.items():
        for alias in (normal(a) for i in candidate.items for a in i.aliases):
            if alias in found and alias != key and found[alias].items[0].head is None:
                target.setdefault(alias, key)
    groups: dict[str, list[Candidate]] = {}
    for key in found:
        root, seen = key, {key}
        while root in target and target[root] not in seen:
            root = target[root]
            seen.add(root)
        groups.setdefault(root, [])
        if root != key:
            groups[root].append(found[key])
    for candidate in bare:
        fuller_names = [key for key in names.longer(candidate.key) if key in groups]
        if len(fuller_names) == 1:
            groups[fuller_names[0]].append(candidate)
    order = {key: k for k, key in enumerate(found)}
    told = [_by_usage(found[root], rest) for root, rest in groups.items()]
    return sorted(told, key=lambda group: order.get(group[0].key, 0))


def together(group: Sequence[Candidate]) -> Candidate:
    """Return the mentions of all names of a thing as one candidate, under the first name."""
    if len(group) == 1:
        return group[0]
    return replace(
        group[0],
        items=tuple(item for candidate in group for item in candidate.items),
        paragraphs=tuple(paragraph for candidate in group for paragraph in candidate.paragraphs),
    )


class _Names:
    """The names of a plan, by what others of them may be short for."""

    def __init__(self, found: Mapping[str, Candidate], region: Region) -> None:
        self._found, self._region = found, region
        self._fullest = {plain(key, region): key for key in sorted(found, key=len)}
        self._widened = {line: key for key in sorted(found, key=len) if (line := widened_line(key, region))}
        self._letters: dict[str, str] = {}
        self._endings: dict[str, list[str]] = {}
        for key in found:
            self._letters.setdefault("".join(sorted(key)), key)
            for begin in range(len(key) - 1):
                self._endings.setdefault(key[begin:], []).append(key)

    def longer(self, key: str) -> list[str]:
        """Return the names that end with a name."""
        return [name for name in self._endings.get(key, ()) if name != key]

    def fuller(self, key: str) -> str | None:
        """Return the name that a name is short for, or another form of."""
        if len(key) >= _MANY_LETTERS and (other := self._letters["".join(sorted(key))]) != key:
            return other
        if (full := self._fullest[plain(key, self._region)]) != key:
            return full  # 湫水湿地, 湫水国家湿地公园
        if (line := widened_line(key, self._region)) and (full := self._widened[line]) != key:
            return full
        side = forms.SIDE.match(key)
        if side and key[side.end() :] in self._found:
            return key[side.end() :]  # 中部|湫水古城
        named = [name for prefix in self._region.prefixes if (name := prefix + key) in self._found]
        if len(named) == 1:
            return named[0]
        name = self._found[key].name
        ends: list[str] = [
            *(ENDS if same_thing(name) else ()),
            *(() if words.head_at(name, len(name)) else words.TOWNS),
        ]
        if ended := next((key + end for end in ends if key + end in self._found), None):
            return ended
        longer = self.longer(key) if len(key) >= _MANY_COMMON else []
        return longer[0] if len(longer) == 1 and all(common(token.word) for token in words.tokens(key)) else None


def _by_usage(main: Candidate, others: list[Candidate]) -> tuple[Candidate, ...]:
    """Return the names of a thing; that with the word for a project or area behind it not first, if it is rarer."""
    for other in others:
        if main.key.removeprefix(other.key) in ENDS and len(other.items) > len(main.items):
            return other, main, *(o for o in others if o is not other)
    return main, *others


def same_thing(name: str) -> bool:
    """Whether a name and the same with a word for a project behind it are one thing, not a place and works on it."""
    if name.endswith("段") or words.tells_works(name):
        return True  # 湫水高速阜台段|项目, 松鹤水库续建|工程项目
    head = words.head_at(name, len(name))
    return head is None or head.kind == "project" or len(head.word) >= 2


def widened_line(key: str, region: Region) -> str:
    """Return the line that works widen where it is at home, else nothing: a plan knows one such work on a line.

    湫水高速甲市段拓宽改造, 湫水高速乙区段改扩建, 湫水高速甲市至丙市段改扩建项目 are one in the plan of 乙区 in 甲市.
    """
    match = _WIDENED.fullmatch(key)
    return shortened(match[1]) if match and match[2] in region.prefixes else ""


def plain(key: str, region: Region) -> str:
    """Return a name as it is written shortest: 湫水国家湿地公园 is 湫水湿地, and the 市 of a city's plan is that city.

    Districts and kinds of things go by their short names, who takes part from here needs no bracket, and what the
    state founds here is called after the country only in full (中国(山东)自由贸易试验区).
    """
    short = shortened(key)
    if region.city is None:
        return short
    for name in region.wider:
        short = short.removeprefix(f"中国({name})")
    if region.province:
        short = short.replace(normal(region.province), normal(region.province)[-1])  # 湫水山东省实验室, 湫水省实验室
    for full, name in region.suffixed:
        short = short.replace(f"({full})", "").replace(f"({name})", "").replace(full, name)
    return normal(region.city.short) + short[1:] if short[:1] == "市" else short


def without_project(key: str) -> str:
    """Return a name without the word for a project behind it."""
    end = next((end for end in _PROJECTS if key.endswith(end)), "")
    return key.removesuffix(end)


def shortened(name: str) -> str:
    """Return a name with its kind of thing in short (综合保税区: 综保区)."""
    for full, short in _short_forms():
        name = name.replace(full, short)
    return name


@cache
def _short_forms() -> tuple[tuple[str, str], ...]:
    """Return the long and the short forms of kinds of things, longest first."""
    found = ((row["full"], row["short"]) for row in words.rows("short_forms"))
    return tuple(sorted(found, key=lambda row: -len(row[0])))
