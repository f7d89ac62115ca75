"""Bring the mentions of one thing together: across a plan, and across plans."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from city import City
from projects import describe, figures, find, lists, parts, status, words
from projects.feature import Extent, Feature, Mention, feature_id, normal
from projects.find import Candidate
from projects.findings import Findings, Thing
from projects.lists import Item, common
from projects.plan import Document, Paragraph
from projects.region import Region, home

_MOST_ALIASES = 8
_QUOTES_AND_SPACE = re.compile(r"[“”\s]")
_GRADE = re.compile(r"(?<=..)国家级?(?=(?:城市)?(?:湿地|森林|地质|矿山|考古遗址))")
"""Who has declared a park: mostly left out where it is spoken of again."""
_PROJECT = re.compile(r"(?:建设)?项目$")
_VARIANT_ENDS = ("建设项目", "项目", "工程", "片区", "建设工程", "工程项目", "片区项目", "公路", "线")


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
    with _uncollected():
        found = _features(document, region)
    things = tuple(Thing(feature, *_forms(feature, region)) for feature in found)
    return Findings(document.plan, region.code, things)


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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the collector of cycles off while a plan is read.

    The reader makes none, and the collector would look at every word and phrase of a long plan again and again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _forms(feature: Feature, region: Region) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms under which other plans may name a thing: as it stands, and without its region before it.

    Names come as they are written shortest, too (:func:`_plain`, and without the word for a project), and long ones
    with their letters in order: 中德节能环保产业园 is 中德环保节能产业园.
    """
    own: list[str] = []
    bare: list[str] = []
    for name in (feature.name, *feature.aliases):
        if name in words.heads():
            continue  # every plan has its 开发区
        key = normal(name)
        short = _without_region(key, region)
        told = _PROJECT.sub("", _plain(key, region))
        plain = (told,) if told != key and _same_thing(told) else ()
        for form, forms in ((key, own), *((p, own) for p in plain), *(((short, bare),) if short != key else ())):
            forms.append(form)
            if len(form) >= 8:
                forms.append("".join(sorted(form)))
    return tuple(dict.fromkeys(own)), tuple(dict.fromkeys(bare))


def _plain(key: str, region: Region) -> str:
    """Return a name as it is written shortest: 湫水国家湿地公园 is 湫水湿地, and the 市 of a city's plan is that city.

    Districts and kinds of zones go by their short names, and who takes part from here needs no bracket.
    """
    plain = _GRADE.sub("", key)
    plain = plain.removesuffix("公园") if plain.endswith("湿地公园") else plain
    for full, short in _short_forms():
        plain = plain.replace(full, short)
    if region.city is None:
        return plain
    for name, short in region.suffixed:
        plain = plain.replace(f"({name})", "").replace(f"({short})", "").replace(name, short)
    return normal(region.city.short) + plain[1:] if plain[:1] == "市" else plain


@cache
def _short_forms() -> tuple[tuple[str, str], ...]:
    """Return the long and the short forms of kinds of things (综合保税区, 综保区), longest first."""
    found = ((row["full"], row["short"]) for row in words.rows("short_forms"))
    return tuple(sorted(found, key=lambda row: -len(row[0])))


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
        fuller = feature.name.endswith(first.name) or _GRADE.sub("", feature.name) == first.name
        name = feature.name if fuller else first.name
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


def _in_order(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the districts of both, the first plan's in front."""
    return tuple(dict.fromkeys((*first, *second)))


def _features(document: Document, region: Region) -> list[Feature]:
    """Return the features of one plan; their ids are not final."""
    names, bare = find.names(document, region)
    found = {c.key: c for c in names}
    kinds = {key: describe.kind(c) for key, c in found.items()}
    belonging = parts.read(document, found, kinds)
    told = figures.read(document, found, kinds)
    things = _variants(found, bare, region)
    main_name = {c.key: _clean(main.name) for main, others in things for c in (main, *others)}
    out = []
    for main, others in things:
        everyone = (main, *others)
        name = _clean(main.name)
        forms = [i.name for c in everyone for i in c.items] + [a for c in everyone for i in c.items for a in i.aliases]
        forms = [form for form in forms if form not in region.administrative]
        mentions = {
            _mention(document, item, paragraph)
            for c in everyone
            for item, paragraph in zip(c.items, c.paragraphs, strict=True)
        }
        own = [belonging[c.key] for c in everyone if c.key in belonging]
        part_of = next(iter(_others(main_name, name, [p.part_of for p in own if p.part_of])), None)
        out.append(
            _described(
                Feature(
                    id="",
                    name=name,
                    aliases=_unique([_clean(f) for f in forms], but=name),
                    kind=kinds[main.key],
                    category=describe.category(document, main, kinds[main.key], part_of),
                    districts=describe.districts(document, region, main),
                    status=status.status(document, _joined(everyone)),
                    part_of=part_of,
                    members=_others(main_name, name, [m for p in own for m in p.members]),
                    in_list=any(i.listed or i.rule == "box" for c in everyone for i in c.items),
                    doc=document.plan.id,
                    mentions=tuple(sorted(mentions, key=lambda m: (m.offset, m.length))),
                ),
                document,
                everyone,
                [told[c.key] for c in everyone if c.key in told],
                region.city,
            )
        )
    return _within(out)


def _within(features: Sequence[Feature]) -> list[Feature]:
    """Return the features, those without a told district in that of the larger thing they belong to."""
    told = {f.name: f.districts for f in features}
    return [f if f.districts else replace(f, districts=told.get(f.part_of or "", ())) for f in features]


def _others(main_name: dict[str, str], name: str, told: Sequence[str]) -> tuple[str, ...]:
    """Return other things by the name they go under, each once; a thing is no part of itself."""
    return tuple(dict.fromkeys(n for t in told if (n := main_name.get(normal(t), _clean(t))) != name))


def _joined(candidates: Sequence[Candidate]) -> Candidate:
    """Return the readings of several names of one thing as one candidate, the first's name kept."""
    return replace(
        candidates[0],
        items=tuple(i for c in candidates for i in c.items),
        paragraphs=tuple(p for c in candidates for p in c.paragraphs),
    )


def _described(
    feature: Feature,
    document: Document,
    candidates: Sequence[Candidate],
    told: Sequence[figures.Figures],
    town: City | None,
) -> Feature:
    """Add the figures told of the names of a thing, and the extent told of it or by its name; the first counts."""
    known: dict[str, object] = {}
    for said in told:
        known = {**{k: v for k, v in vars(said).items() if v is not None}, **known}
    for item in (i for c in candidates for i in c.items):
        if reach := figures.extent(item.name, document.text[item.phrase.end : item.phrase.end + 120]):
            known.setdefault("extent", reach)
            break
    if feature.kind == "corridor" and town and (far := town.line_to(normal(feature.name))):
        known.setdefault("extent", Extent(town.short, far))
    return replace(feature, **known)  # type: ignore[arg-type]


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


def _variants(
    found: dict[str, Candidate], bare: Sequence[Candidate], region: Region
) -> list[tuple[Candidate, list[Candidate]]]:
    """Group the names that mean one thing: with and without the city's name, or the word for a project.

    A name of common words joins the one name that ends with it (国家大学科技园, 山东大学国家大学科技园), and so does a
    bare head noun (起步区, 济南新旧动能转换起步区).
    """
    target: dict[str, str] = {}
    by_letters: dict[str, str] = {}
    endings: dict[str, list[str]] = {}
    fullest: dict[str, str] = {}
    for key in sorted(found, key=len):
        fullest[_plain(key, region)] = key
    for key in found:
        for begin in range(len(key) - 1):
            endings.setdefault(key[begin:], []).append(key)
    for key, candidate in found.items():
        if len(key) >= 8 and (other := by_letters.setdefault("".join(sorted(key)), key)) != key:
            target[key] = other  # 环保节能产业园, 节能环保产业园
            continue
        if (full := fullest[_plain(key, region)]) != key:
            target[key] = full  # 湫水湿地, 湫水国家湿地公园
            continue
        side = lists.SIDE.match(key)
        if side and key[side.end() :] in found:
            target[key] = key[side.end() :]  # 中部|湫水古城
            continue
        fuller = [p + key for p in region.prefixes if p + key in found]
        fuller = fuller if len(fuller) == 1 else []
        fuller += [key + e for e in _VARIANT_ENDS if key + e in found and _same_thing(candidate.name)]
        if not fuller and len(key) >= 5 and all(common(token.word) for token in words.tokens(key)):
            longer = [k for k in endings.get(key, ()) if k != key]
            fuller = longer if len(longer) == 1 else []
        if fuller:
            target[key] = fuller[0]
        for alias in (normal(a) for i in candidate.items for a in i.aliases):
            if alias in found and alias not in target and alias != key and found[alias].items[0].head is None:
                target[alias] = key
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
        fuller = [key for key in endings.get(candidate.key, ()) if key in groups]
        if len(fuller) == 1:
            groups[fuller[0]].append(candidate)
    order = {key: k for k, key in enumerate(found)}
    told = [_by_usage(found[root], rest) for root, rest in groups.items()]
    return sorted(told, key=lambda g: order.get(g[0].key, 0))


def _by_usage(main: Candidate, others: list[Candidate]) -> tuple[Candidate, list[Candidate]]:
    """Return the names of a thing; that with the word for a project or area behind it not first, if it is rarer."""
    for other in others:
        if main.key.removeprefix(other.key) in _VARIANT_ENDS and len(other.items) > len(main.items):
            return other, [main, *(o for o in others if o is not other)]
    return main, others


def _same_thing(name: str) -> bool:
    """Whether a name and the same with a word for a project behind it are one thing, not a place and works on it."""
    if name.endswith("段") or words.works().search(name):
        return True  # 湫水高速阜台段|项目, 松鹤水库续建|工程项目
    head = words.head_at(name, len(name))
    return head is None or head.kind == "project" or len(head.word) >= 2
