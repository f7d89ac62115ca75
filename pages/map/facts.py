"""What is known of a feature, in words a planner uses; plain text, not yet escaped."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from city import City
from language import text
from layers import origin, schema
from pages.map.why import Reason
from projects.compare import Change
from projects.plan import Document, Plan


@dataclass(frozen=True)
class Fact:
    """One line of the details.

    Attributes
    ----------
    label, value
        As shown.
    links
        Names of other features that the value consists of.
    """

    label: str
    value: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """Where a plan names a feature.

    Attributes
    ----------
    plan
        Title of the plan.
    where
        Section and offset.
    before, name, after
        The sentence, in three parts; empty without the plan file.
    around
        A longer stretch of text around it, in three parts; empty without the plan file.
    """

    plan: str
    where: str
    before: str = ""
    name: str = ""
    after: str = ""
    around: tuple[str, str, str] = ("", "", "")


def number(value: Any) -> str:
    """Return a figure without needless digits, or an empty text for none.

    Examples
    --------
    >>> number(12.50), number(3000.0), number(None)
    ('12.5', '3,000', '')
    """
    if value is None or pd.isna(value):
        return ""
    return f"{float(value):,.4f}".rstrip("0").rstrip(".")


def short_title(title: str, city: str = "") -> str:
    """Return a plan's title without the words that all titles have, and without the city before a district.

    Examples
    --------
    >>> short_title("甲市国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要")
    '甲市第十四个五年规划'
    >>> short_title("甲市乙丙区第十四个五年规划", "甲市")
    '乙丙区第十四个五年规划'
    """
    short = re.sub(r"国民经济和社会发展|和(二〇三五|2035)年远景目标纲要|人民政府(关于)?|（送审稿）", "", title)
    if city and re.match(rf"{re.escape(city)}.{{1,4}}[区县市]", short):
        short = short.removeprefix(city)
    return short if len(short) <= 24 else short[:23] + "…"


def short_titles(plans: Mapping[str, Plan], city: str) -> dict[str, str]:
    """Return a short title for each plan, by id; two that would read the same say their years or their file."""
    found = {key: short_title(one.title, city) for key, one in plans.items()}
    for tell in (_years, lambda one: f" · {one.file}", lambda one: f" · {one.id}"):
        often = Counter(found.values())
        found = {key: f"{short}{tell(plans[key])}" if often[short] > 1 else short for key, short in found.items()}
    return found


def _years(one: Plan) -> str:
    return f" {one.from_year}—{one.to_year}" if one.from_year and one.to_year else ""


def facts(row: Any, town: City, lang: str, near: Sequence[str] = ()) -> list[Fact]:
    """Return the lines of a feature's details, those that say something only.

    Parameters
    ----------
    row
        Of the frame.
    town, lang
        The city, and ``"zh"`` or ``"en"``.
    near
        Districts that it lies in where no plan tells one.
    """

    def say(key: str, **values: object) -> str:
        return text(f"page.{key}", lang, **values)

    def quantity(name: str, unit: str) -> str:
        value = number(getattr(row, name))
        return value and f"{value} {say(unit)}"

    size = " · ".join(
        filter(None, (quantity("area_mu", "mu"), quantity("area_km2", "km2"), quantity("length_km", "km")))
    )
    extent = row.extent if isinstance(row.extent, Mapping) else None
    reach = ""
    if extent:
        reach = say("extent", start=extent["from"], end=extent["to"])
        if extent.get("via"):
            reach += say("via", names=say("comma").join(extent["via"]))
    year = "" if row.by_year is None or pd.isna(row.by_year) else str(int(row.by_year))
    found = [
        Fact(say("aliases"), say("comma").join(row.aliases)),
        Fact(say("district"), say("comma").join(district(town, d, lang) for d in row.districts)),
        Fact(say("district_near"), say("comma").join(district(town, d, lang) for d in near)),
        Fact(say("status"), schema.value_label("status", row.status, lang) if isinstance(row.status, str) else ""),
        Fact(say("investment"), quantity("investment_yi", "yi")),
        Fact(say("size"), size),
        Fact(say("by_year"), year),
        Fact(say("reach"), reach),
        Fact(say("part_of"), links=(row.part_of,) if isinstance(row.part_of, str) and row.part_of else ()),
        Fact(say("members"), links=tuple(row.members)),
    ]
    return [fact for fact in found if fact.value or fact.links]


def district(town: City, short: str, lang: str) -> str:
    """Return a district's name as shown in a language."""
    one = town.district(short)
    if one is None:
        return short
    return one.en if lang == "en" else one.short


def place(row: Any, lang: str) -> list[Fact]:
    """Return how a feature was placed, and how surely; for one not placed, why."""

    def say(key: str, **values: object) -> str:
        return text(f"page.{key}", lang, **values)

    if row.geometry is None or row.geometry.is_empty:
        return [Fact(say("reason"), schema.value_label("reason", row.reason, lang))]
    radius = ""
    if not pd.isna(row.radius_m) and row.radius_m > 0:
        metres = float(row.radius_m)
        radius = (
            say("within_m", n=f"{metres:.0f}") if metres < 1000 else say("within_km", n=number(round(metres / 1000, 1)))
        )
    found = [
        Fact(say("precision"), schema.value_label("precision", row.precision, lang)),
        Fact(say("radius"), radius),
        Fact(say("method"), schema.value_label("method", row.method, lang)),
        Fact(say("source"), origin.told(row.source, row.licence, lang=lang)),
    ]
    return [fact for fact in found if fact.value]


def changes(change: Change, town: City, lang: str) -> list[Fact]:
    """Return what changed between two plans, field by field."""

    def told(name: str, value: Any) -> str:
        if value is None or value == ():
            return text("page.nothing_told", lang)
        if name == "districts":
            return text("page.comma", lang).join(district(town, short, lang) for short in value)
        if name in ("kind", "category", "status"):
            return schema.value_label(name, value, lang)
        return str(value) if name == "by_year" else number(value)

    return [
        Fact(
            schema.field(name).heading(lang), text("page.from_to", lang, before=told(name, old), after=told(name, new))
        )
        for name, old, new in change.fields
    ]


def reading(one: Reason, lang: str) -> list[Fact]:
    """Return why a name was read as it was."""

    def say(key: str, **values: object) -> str:
        return text(f"page.{key}", lang, **values)

    comma = say("comma")
    return [
        Fact(say("read_as"), one.name),
        Fact(say("sure"), say("per_cent", n=one.sure)),
        Fact(say("rule"), comma.join(one.rules)),
        Fact(say("for_it"), comma.join(one.for_it)),
        Fact(say("against_it"), comma.join(one.against_it)),
    ]


def passages(
    mentions: Sequence[Mapping[str, Any]],
    plans: Mapping[str, Plan],
    document: Callable[[Plan], Document | None],
    lang: str,
) -> list[Passage]:
    """Return where the plans name a feature, with the sentence where the plan's file is at hand.

    Parameters
    ----------
    mentions
        ``plan``, ``section``, ``offset`` and ``length`` of each.
    plans
        Plan by id.
    document
        Gives the document of a plan, or None.
    lang
        ``"zh"`` or ``"en"``.
    """
    found = []
    for m in mentions:
        one = plans.get(m["plan"])
        where = text(
            "page.where", lang, section=m["section"] or text("page.no_section", lang), offset=f"{m['offset']:,}"
        )
        title = one.title if one else m["plan"]
        read = document(one) if one else None
        if read is None:
            found.append(Passage(title, where))
            continue
        before, name, after = read.sentence(m["offset"], m["length"])
        around = read.surroundings(m["offset"], m["length"])
        found.append(Passage(title, where, before, name, after, around))
    return found
