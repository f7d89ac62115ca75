"""Figures in a text: sums, areas, lengths, years, and extents from one named thing to another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from projects.feature import Extent

_SUM = re.compile(
    r"(?:总?投资|投入|资金)[额约达为近共计划估算]{0,4}(\d+(?:\.\d+)?)(亿|万)元?|^[(,]?约?(\d+(?:\.\d+)?)亿元"
)
_MU = re.compile(r"(\d+(?:\.\d+)?)(万)?亩")
_KM2 = re.compile(r"(\d+(?:\.\d+)?)(?:平方公里|平方千米|km2|km²)|(\d+(?:\.\d+)?)公顷")
_KM = re.compile(
    r"(?:全?长[度约达为]*|总?里程[约达为]*)(\d+(?:\.\d+)?)(公里|千米|km|米)|^[^,]{0,6}?(\d+(?:\.\d+)?)(公里|千米)(?!的?高|/)"
)
_YEAR = re.compile(
    r"^,?[^,。]{0,6}?(?:到|至|于|力争|确保|计划)?(20\d{2})年(?:底|末)?前?[^,。\d]{0,4}?"
    r"(?:建成|完成|完工|竣工|投用|通车|投产|交付|运营|启用|实现|开放)"
)
_DIRECTED = tuple(
    re.compile(
        rf"[,(]?(?:(?:建设|打造)?成)?{a}[起源连接](?:自|于)?([^,。;、(]{{2,14}}?)[,、]?{b}[至到抵达连接止](?:达)?([^,。;、()的]{{2,14}})"
    )
    for a, b in ("西东", "东西", "南北", "北南")
)
_FROM_TO = re.compile(r"(?:起于|起自|自|从)([^,。;、(]{2,14}?)(?:[,、]?(?:止于|终点|至|到))([^,。;、()]{2,14})")
_BRACKET = re.compile(r"\(([^()、,;:至]{2,12}?)[至到—-]+([^()、,;:]{2,12}?)(?:段|区间)?\)")
_IN_NAME = re.compile(
    r"([一-鿿A-Za-z0-9()]{2,10}?)(?:经([一-鿿]{2,8}))?[至—]([一-鿿A-Za-z0-9]{2,8}?)(?:方向|快速)?"
    r"(?:高速公路|高速|高铁|铁路|城际|有轨电车|快速路|公路|段|轨道|客专|客运专线|连接线|快速通道|大道|改扩建|改建|道路|专线|管线|管廊|干管|干渠|引水干渠|连通工程|贯通工程)"
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


def behind(text: str) -> Figures:
    """Return the figures in the text right behind a name, up to the end of its sentence.

    Examples
    --------
    >>> behind(",总投资12.5亿元,占地300亩,全长4.2公里")
    Figures(investment_yi=12.5, area_mu=300.0, area_km2=None, length_km=4.2, by_year=None)
    """
    near = re.split(r"[;。\n]", text)[0][:60]
    money, mu, km2, km, year = (p.search(near) for p in (_SUM, _MU, _KM2, _KM, _YEAR))
    return Figures(
        investment_yi=(float(money[1]) / (10_000 if money[2] == "万" else 1) if money[1] else float(money[3]))
        if money
        else None,
        area_mu=float(mu[1]) * (10_000 if mu[2] else 1) if mu else None,
        area_km2=(float(km2[1]) if km2[1] else float(km2[2]) / 100) if km2 else None,
        length_km=float(km[1] or km[3]) / (1000 if (km[2] or km[4]) == "米" else 1) if km else None,
        by_year=int(year[1]) if year else None,
    )


_AHEAD = re.compile(
    r"(?:(?P<money>(?:总?投资|投入)[额约达为共]{0,3})|(?P<long>全?长度?|里程)|(?P<wide>占地|面积|用地))?[约达为]{0,2}"
    r"(?P<number>\d+(?:\.\d+)?)(?P<unit>亿元|万元|平方公里|万亩|亩|公顷|公里|千米)的?$"
)


def before(text: str) -> Figures:
    """Return the figure in the text right before a name (长度约14.25公里的|…).

    Examples
    --------
    >>> before("总投资12亿元的").investment_yi
    12.0
    """
    match = _AHEAD.search(text)
    if not match:
        return Figures()
    number, unit = float(match["number"]), match["unit"]
    if unit in ("亿元", "万元"):
        return Figures(investment_yi=number / (1 if unit == "亿元" else 10_000))
    if unit in ("亩", "万亩"):
        return Figures(area_mu=number * (10_000 if unit == "万亩" else 1))
    if unit in ("平方公里", "公顷"):
        return Figures(area_km2=number / (1 if unit == "平方公里" else 100))
    return Figures(length_km=number)


def extent(name: str, ahead: str) -> Extent | None:
    """Return from where to where a thing reaches: said behind its name, in brackets, or in the name itself.

    Examples
    --------
    >>> extent("济南至郑州高速公路", "")
    Extent(start='济南', end='郑州', via=())
    >>> extent("齐鲁大道", "(经十路至青岛路段)")
    Extent(start='经十路', end='青岛路', via=())
    """
    sentence = re.split(r"[;。\n]", ahead)[0][:60]
    for pattern in _DIRECTED:
        if match := pattern.match(sentence):
            return Extent(match[1], match[2])
    if match := _BRACKET.match(sentence):
        return Extent(match[1], match[2])
    if match := _IN_NAME.match(name):
        return Extent(_LINE.sub("", match[1]) or match[1], match[3], (match[2],) if match[2] else ())
    if match := _FROM_TO.match(sentence.lstrip(",")):
        return Extent(match[1], match[2])
    return None
