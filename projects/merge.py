"""Bring the mentions of one thing together: across a plan, and across plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from city import City
from projects import categories, describe, figures, find, parts, status, variants, words
from projects.categories import Neighbours
from projects.feature import Extent, Feature, Mention, feature_id, normal
from projects.find import Candidate
from projects.findings import Findings, Thing
from projects.lists import Item
from projects.parts import Parts
from projects.plan import Document, Paragraph
from projects.region import Region, home
from projects.status import Outlook
from projects.words import common

_MOST_ALIASES = 8
_QUOTES_AND_SPACE = re.compile(r"[“”\s]")


def extract(documents: Sequence[Document]) -> list[Feature]:
    """Return the features of plans, one for each thing and plan.

    The same thing named by several plans comes once for each of them, always with the same ``id``:
    :func:`across` makes one feature of them.

    Parameters
    ----------
    documents
        Plans of one city, in the order in which their names count.

    Returns
    -------
    list of Feature
        In the order of the plans, then of first mention.
    """
    return joined(map(findings, documents))


def findings(document: Document) -> Findings:
    """Return what one plan names, by itself."""
    region = home(document)
    document = describe.at_home(document, region)
    found = _features(document, region)
    told = tuple(Thing(feature, *_forms(feature, region)) for feature in found)
    return Findings(document.plan, region.code, told)


def joined(found: Iterable[Findings]) -> list[Feature]:
    """Return the features of plans with their final ids: things that several plans name have one.

    Parameters
    ----------
    found
        In the order in which the names of the plans count.
    """
    out: list[Feature] = []
    # By form, each way in which a thing was told once: many plans that say the same cost no more.
    known: dict[tuple[str, str, str], dict[tuple[object, ...], Feature]] = {}
    shortened: dict[tuple[str, str, str], dict[tuple[object, ...], Feature]] = {}
    for told_by_plan in found:
        adcode = told_by_plan.city
        taken: set[str] = set()
        for thing in told_by_plan.things:
            feature, own, bare = thing.feature, thing.own, thing.bare
            place = (adcode, feature.kind)
            # A name without its region before it meets one that stands so, not another region's (山东…, 济南…).
            met = [f for form in (*own, *bare) for f in known.get((*place, form), {}).values()]
            met += [f for form in own for f in shortened.get((*place, form), {}).values()]
            met = [f for f in met if f.id not in taken]
            same = next((f.id for f in met if not _apart(f, feature)), "")
            distinct = "/".join(feature.districts) if met and not same else ""
            feature = replace(feature, id=same or feature_id(adcode, feature.kind, feature.name, distinct))
            taken.add(feature.id)
            told = (feature.id, feature.name, feature.districts)
            for forms, table in ((own, known), (bare, shortened)):
                for form in forms:
                    table.setdefault((*place, form), {}).setdefault(told, feature)
            out.append(feature)
    return out


def _forms(feature: Feature, region: Region) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms under which other plans may name a thing: as it stands, and without its region before it.

    Names come as they are written shortest, too (:func:`projects.variants.plain`, and without the word for a project),
    and long ones with their letters in order: 中德节能环保产业园 is 中德环保节能产业园.
    """
    own: list[str] = []
    bare: list[str] = []
    for name in (feature.name, *feature.aliases):
        if name in words.heads():
            continue  # every plan has its 开发区
        key = normal(name)
        short = _without_region(key, region)
        told = variants.without_project(variants.plain(key, region))
        plain = (told,) if told != key and variants.same_thing(told) else ()
        for form, forms in ((key, own), *((p, own) for p in plain), *(((short, bare),) if short != key else ())):
            forms.append(form)
            if len(form) >= 8:
                forms.append("".join(sorted(form)))
    return tuple(dict.fromkeys(own)), tuple(dict.fromkeys(bare))


def _without_region(key: str, region: Region) -> str:
    """Return a name without the name of its region before it, where what is left still names one thing.

    The city has one 国际医学科学中心, but every district its 经济开发区.
    """
    for prefix in region.prefixes:
        bare = key.removeprefix(prefix)
        if bare == key or len(bare) < 5:
            continue
        shared = prefix not in region.wider and all(common(token.word) for token in words.tokens(bare))
        return key if shared or bare in words.heads() else bare
    return key


def _apart(first: Feature, second: Feature) -> bool:
    """Whether two things of one name are two: in different districts, under a name of common words (公共文化馆群)."""
    if not first.districts or not second.districts or set(first.districts) & set(second.districts):
        return False
    return all(common(token.word) for token in words.tokens(first.name))


def across(features: Sequence[Feature]) -> list[Feature]:
    """Return one feature for each id: the first plan's words, the fullest name, the mentions and names of all."""
    merged: dict[str, Feature] = {}
    # Apart, and in one piece at the end: hundreds of plans may name one thing.
    mentions: dict[str, dict[Mention, None]] = {}
    for feature in features:
        first = merged.get(feature.id)
        mentions.setdefault(feature.id, {}).update(dict.fromkeys(feature.mentions))
        if first is None:
            merged[feature.id] = feature
            continue
        name = feature.name if _fuller(feature.name, first.name) else first.name
        merged[feature.id] = replace(
            first,
            name=name,
            aliases=_unique([first.name, *first.aliases, feature.name, *feature.aliases], but=name),
            districts=_in_order(first.districts, feature.districts),
            status=feature.status or first.status,
            investment_yi=first.investment_yi if first.investment_yi is not None else feature.investment_yi,
            area_mu=first.area_mu if first.area_mu is not None else feature.area_mu,
            area_km2=first.area_km2 if first.area_km2 is not None else feature.area_km2,
            length_km=first.length_km if first.length_km is not None else feature.length_km,
            by_year=first.by_year or feature.by_year,
            extent=first.extent or feature.extent,
            part_of=first.part_of or feature.part_of,
            members=first.members or feature.members,
            in_list=first.in_list or feature.in_list,
        )
    return [replace(feature, mentions=tuple(mentions[key])) for key, feature in merged.items()]


def _fuller(name: str, other: str) -> bool:
    """Whether a name is a fuller form of another: with something before it, or a kind of thing in full."""
    longer = len(name) > len(other) and variants.shortened(name) == variants.shortened(other)
    return longer or name.endswith(other)


def _in_order(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the districts of both, the first plan's in front."""
    return tuple(dict.fromkeys((*first, *second)))


@dataclass(frozen=True, eq=False)
class Things:
    """The things that a plan names.

    Attributes
    ----------
    found
        Its names, by normalised name.
    kinds, belonging
        The kind of each, and what is part of what.
    groups
        The names of each thing, its main name first.
    """

    found: dict[str, Candidate]
    kinds: dict[str, str]
    belonging: dict[str, Parts]
    groups: list[tuple[Candidate, ...]]


def things(document: Document, region: Region) -> Things:
    """Return the things that a plan names, before more is read of them."""
    names, bare = find.names(document, region)
    found = {c.key: c for c in names}
    kinds = {key: describe.kind(c) for key, c in found.items()}
    return Things(found, kinds, parts.read(document, found, kinds), variants.grouped(found, bare, region))


def _features(document: Document, region: Region) -> list[Feature]:
    """Return the features of one plan; their ids are not final."""
    named = things(document, region)
    found, kinds, belonging = named.found, named.kinds, named.belonging
    told = figures.read(document, found, kinds)
    neighbours = Neighbours(found)
    outlook = Outlook(document.text)
    main_name = {c.key: _clean(everyone[0].name) for everyone in named.groups for c in everyone}
    out = []
    for everyone in named.groups:
        main, thing = everyone[0], variants.together(everyone)
        name = _clean(main.name)
        forms = [i.name for i in thing.items] + [a for i in thing.items for a in i.aliases]
        forms = [form for form in forms if form not in region.administrative]
        mentions = {_mention(document, *each) for each in zip(thing.items, thing.paragraphs, strict=True)}
        own = [belonging[c.key] for c in everyone if c.key in belonging]
        part_of = next(iter(_others(main_name, name, [p.part_of for p in own if p.part_of])), None)
        kind = kinds[main.key]
        figured = [told[c.key] for c in everyone if c.key in told]
        out.append(
            Feature(
                id="",
                name=name,
                aliases=_unique([_clean(f) for f in forms], but=name),
                kind=kind,
                category=categories.category(document, thing, kind, part_of, neighbours),
                districts=describe.districts(document, region, main),
                status=status.status(document, thing, outlook),
                part_of=part_of,
                members=_others(main_name, name, [m for p in own for m in p.members]),
                in_list=any(i.listed or i.rule == "box" for i in thing.items),
                doc=document.plan.id,
                mentions=tuple(sorted(mentions, key=lambda m: (m.offset, m.length))),
                **_figured(name, kind, document.text, thing, figured, region.city),  # type: ignore[arg-type]
            )
        )
    return _within(out)


def _within(features: Sequence[Feature]) -> list[Feature]:
    """Return the features, those without a told district in that of the larger thing they belong to.

    What a line links may lie in any of the districts that it runs through.
    """
    told = {f.name: f.districts for f in features if f.kind != "corridor"}
    return [f if f.districts else replace(f, districts=told.get(f.part_of or "", ())) for f in features]


def _others(main_name: dict[str, str], name: str, told: Sequence[str]) -> tuple[str, ...]:
    """Return other things by the name they go under, each once; a thing is no part of itself."""
    return tuple(dict.fromkeys(n for t in told if (n := main_name.get(normal(t), _clean(t))) != name))


def _figured(
    name: str, kind: str, text: str, thing: Candidate, told: Sequence[figures.Figures], town: City | None
) -> dict[str, object]:
    """Return the figures told of the names of a thing, and the extent told of it or by its name; the first counts."""
    known: dict[str, object] = {}
    for said in told:
        known = {**{k: v for k, v in asdict(said).items() if v is not None}, **known}
    for item in thing.items:
        if reach := figures.extent(item.name, text[item.phrase.end : item.phrase.end + 120]):
            known.setdefault("extent", reach)
            break
    if kind == "corridor" and town and (far := town.line_to(normal(name))):
        known.setdefault("extent", Extent(town.short, far))
    return known


def _mention(document: Document, item: Item, paragraph: Paragraph) -> Mention:
    offset, length = document.span(item.phrase.start, item.phrase.end)
    return Mention(document.plan.id, paragraph.section, offset, length)


def _clean(name: str) -> str:
    """Return a name as it is shown: without quotes and space."""
    return _QUOTES_AND_SPACE.sub("", name)


def _unique(names: Sequence[str], but: str) -> tuple[str, ...]:
    seen = {normal(but)}
    out = []
    for name in names:
        if normal(name) not in seen:
            seen.add(normal(name))
            out.append(name)
    return tuple(out[:_MOST_ALIASES])
