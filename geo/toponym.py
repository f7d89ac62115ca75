"""The forms in which toponyms are compared: no administrative prefixes or brackets, one way of writing numbers."""

import re
from functools import cache, lru_cache

import city
from projects.feature import normal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_NUMBER = re.compile("[零〇一二三四五六七八九十百]+")
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_LEVEL = re.compile("^(?:省级?|市)(?!会|中|场|民|政|区|北|南|域|郊)(?=...)")
_STREET = re.compile("(?:大道|大街|公路|路|街)$")
_COMPANY = re.compile("(?:集团)?(?:股份|责任)*有限(?:责任)?公司$|总公司$|(?<=集团)公司$")
_MARKS = re.compile(r"[()\[\]【】〔〕,.、。:;/]")
_ROUTE = re.compile(r"^(?:(g|s|x|国道|省道|县道)\s*(\d{1,4})|(\d{1,4})(国道|省道|县道))(?:线|国道|省道|县道)?")
_ROUTE_LETTER = {"国道": "g", "省道": "s", "县道": "x"}


def arabic(text: str) -> str:
    """Return ``text`` with Chinese numbers below 1,000 written in digits.

    Examples
    --------
    >>> arabic("二环西路"), arabic("经十一路"), arabic("三十五中"), arabic("一百零三")
    ('2环西路', '经11路', '35中', '103')
    """
    return _NUMBER.sub(lambda match: _value(match[0]), text)


def _value(run: str) -> str:
    if not set(run) & {"十", "百"}:
        return "".join(str(_DIGITS[c]) for c in run)
    total, digit = 0, None
    for c in run:
        if c in "十百":
            total += (1 if digit is None else digit) * (10 if c == "十" else 100)
            digit = None
        else:
            digit = _DIGITS[c] or None
    return str(total + (digit or 0))


def without_brackets(name: str) -> str:
    """Return a name without what stands in brackets.

    Examples
    --------
    >>> without_brackets("济郑高铁（槐荫段）"), without_brackets("中德(济南)产业园")
    ('济郑高铁', '中德产业园')
    """
    return _BRACKETS.sub("", name.replace("（", "(").replace("）", ")"))


@lru_cache(maxsize=50_000)
def key(name: str, adcode: str) -> str:
    """Return the form of a name that all its usual ways of writing share, within one city.

    Province, city and district names in front (with their suffix; the city's also without), the legal form of a
    company, brackets, quotes and spaces are dropped, Chinese numbers written in digits.

    Examples
    --------
    >>> key("山东省济南市第三人民医院", "370100"), key("济南三院", "370100"), key("省肿瘤医院", "370100")
    ('第3人民医院', '3院', '肿瘤医院')
    >>> key("长清区全民健身中心", "370100"), key("省会大剧院", "370100")
    ('全民健身中心', '省会大剧院')
    """
    folded = normal(name)
    if not _changing(adcode).search(folded):
        return folded
    folded = _MARKS.sub("", folded)
    for pattern in _prefixes(adcode):
        shorter = pattern.sub("", folded)
        if len(shorter) >= 2:
            folded = shorter
    firm = _COMPANY.sub("", folded)
    return arabic(_LEVEL.sub("", firm if len(firm) >= 4 else folded))


@lru_cache(maxsize=50_000)
def authority(name: str, adcode: str) -> str | None:
    """Return whose a name says it is: ``"province"``, ``"city"``, the short name of a district, or None.

    Examples
    --------
    >>> [authority(n, "370100") for n in ("山东职业学院", "济南职业学院", "省图书馆", "历城区图书馆", "图书馆")]
    ['province', 'city', 'province', '历城', None]
    """
    folded = normal(name)
    if found := district(folded, adcode):
        return found
    province, town = _prefixes(adcode)[:2]
    rest = province.sub("", folded)
    if town.match(rest):
        return "city"
    if rest != folded:
        return "province"
    level = _LEVEL.match(folded)
    return None if level is None else "province" if level[0].startswith("省") else "city"


def branches(name: str) -> frozenset[str]:
    """Return what brackets in a name say of one branch among several: a campus, a shop, a part.

    Examples
    --------
    >>> [*branches("临床中心（鲍山院区）"), *branches("济郑高铁（槐荫段）"), *branches("银座(燕山店)")]
    ['鲍山院区', '燕山店']
    """
    return frozenset(re.findall(r"\(([^)]*(?:区|校|院|部|店|馆|楼|站|址|局|所|行))\)", normal(name)))


def district(name: str, adcode: str) -> str | None:
    """Return the short name of the district whose full name a toponym begins with (city and province aside), or None.

    Examples
    --------
    >>> district("济南市历城区人民法院", "370100"), district("历城体育中心", "370100")
    ('历城', None)
    """
    place = city.load(adcode)
    folded = normal(name)
    for pattern in _prefixes(adcode)[:2]:
        folded = pattern.sub("", folded)
    return next((d.short for d in place.districts if d.adcode and folded.startswith(d.name)), None)


@cache
def _prefixes(adcode: str) -> tuple[re.Pattern[str], ...]:
    place = city.load(adcode)
    province = city.regions().get(adcode[:2] + "0000", "")
    districts = "|".join(sorted((d.name for d in place.districts if d.adcode), key=len, reverse=True)) or "(?!)"
    # A bare province or city name may be part of a proper name ("山东大学"), so three characters must remain.
    return (
        re.compile(f"^(?:{province}|{city.short_name(province)}(?=....))") if province else re.compile("(?!)"),
        re.compile(f"^(?:{place.name}|{place.short}(?=[^大](?:..|路|街)|[一二三四五六七八九十]))"),
        re.compile(f"^(?:{districts})"),
    )


@cache
def _changing(adcode: str) -> re.Pattern[str]:
    """Return what a name has somewhere when its key is not the name itself: most have nothing of it."""
    starts = (pattern.pattern for pattern in _prefixes(adcode))
    return re.compile("|".join(["[省市]", "公司$", _MARKS.pattern, _NUMBER.pattern, *starts]))


def changing(name: str, adcode: str) -> list[int]:
    """Return how far a piece of a name must reach, by its start, to have a key other than itself (:func:`key`).

    A piece that reaches so far may be its own key all the same. Where none has another, it is beyond the end.

    Parameters
    ----------
    name
        In normal form.
    adcode
        Code of the city.

    Examples
    --------
    >>> changing("大明湖", "370100"), changing("泉城路三号", "370100")
    ([4, 4, 4], [4, 4, 4, 4, 6])
    """
    found = [len(name) + 1] * len(name)
    for match in _anywhere(adcode).finditer(name):
        found[match.start()] = match.end(1)
    for start in range(len(name) - 2, -1, -1):
        found[start] = min(found[start], found[start + 1])
    return found


@cache
def _anywhere(adcode: str) -> re.Pattern[str]:
    """Return what :func:`_changing` looks for wherever a piece may begin or end; of several at one place the shortest.

    What stands behind a name of a region is not looked at.
    """
    place = city.load(adcode)
    province = city.regions().get(adcode[:2] + "0000", "")
    names = [city.short_name(province), place.short, place.name, *(d.name for d in place.districts if d.adcode)]
    listed = "|".join(sorted(filter(None, names), key=len))
    return re.compile(f"(?=([省市]|{_MARKS.pattern}|{_NUMBER.pattern[:-1]}|公司|{listed}))")


def street(name: str) -> str:
    """Return a name with its street suffix made one, so that 路, 大道, 大街 and 街 compare equal.

    Examples
    --------
    >>> street("齐鲁大道"), street("北园大街"), street("和平广场")
    ('齐鲁路', '北园路', '和平广场')
    """
    return _STREET.sub("路", name)


@lru_cache(maxsize=50_000)
def route(name: str) -> str | None:
    """Return the number of a national, provincial or county road that a name begins with, or None.

    Examples
    --------
    >>> route("国道104线改扩建"), route("104国道"), route("S103"), route("省道103线"), route("G35济广高速")
    ('g104', 'g104', 's103', 's103', 'g35')
    """
    match = _ROUTE.match(normal(name))
    if match is None:
        return None
    letter, number = (match[1], match[2]) if match[2] else (match[4], match[3])
    return _ROUTE_LETTER.get(letter, letter) + number
