"""The details beside the map: what is known of the selected feature, and where it stands in the plans."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from layers import schema, style
from layers.markup import plain
from layers.view import Selection
from pages.map import cards, facts, session, why
from pages.map.components import guide, review
from pages.map.coverage import shares
from pages.map.session import say
from pages.map.sources import Source

SHOWN = 3


def details(source: Source, shown: Selection) -> None:
    """Show the selected feature, or an overview when none is selected."""
    key = session.view().selected
    if key is None or key not in source.by_id:
        _overview(source, shown)
        return
    row, lang = source.row(key), session.lang()
    _head(row, lang)
    found = facts.facts(row, source.town, lang, source.near(key))
    st.html(cards.table(found))
    for fact in found:
        if fact.links:
            _links(source, fact)
    _changes(source, key, lang)
    st.html(cards.title(say("where_it_lies")) + cards.table(facts.place(row, lang)))
    if row.geometry is None:
        # What has no place is opened to be given one.
        review.review(source, row)
    _mentions(source, row, lang)
    _why(source, row, lang)
    if row.geometry is not None:
        review.review(source, row)


def _changes(source: Source, key: str, lang: str) -> None:
    """Show what other plans say otherwise than the one that is compared with."""
    before = session.view().filter.against
    for after in source.plans if before else ():
        if change := source.readings.changes(before, after).get(key):
            title = say("changed_in", plan=source.titles[after])
            st.html(cards.title(title) + cards.table(facts.changes(change, source.town, lang)))


def _why(source: Source, row: Any, lang: str) -> None:
    """Offer why the name was read as it was, where the plan's file is at hand; worked out when it is asked for."""
    named = dict.fromkeys(m["plan"] for m in row.mentions)
    plans = [plan for plan in named if source.readings.has(plan)]
    if not plans:
        return
    with st.expander(say("why"), icon=":material/psychology_alt:", key="why", on_change="rerun") as panel:
        if not panel.open:
            return
        with st.spinner(say("why_reading")):
            found = [r for plan in plans for r in why.reasons(source.readings.why(plan, row.name), row.id, lang)]
        if not found:
            st.caption(say("why_joined"))
        for one in found:
            title = source.plans[one.plan].title
            st.html(cards.title(title) + cards.table(facts.reading(one, lang)))


def _head(row: Any, lang: str) -> None:
    tags = [schema.value_label("kind", row.kind, lang), schema.value_label("category", row.category, lang)]
    colour = style.categories()[row.category].colour
    if getattr(row, "review", None) == "rejected":
        tags.append(schema.value_label("review", "rejected", lang))
    st.html(cards.head(row.name, tags, colour))
    act = session.selecting(None, fly=False)
    st.button("", icon=":material/close:", key="close", type="tertiary", help=say("close"), on_click=act)


def _links(source: Source, fact: facts.Fact) -> None:
    st.html(cards.title(fact.label))
    with st.container(horizontal=True, gap="small", key=f"links-{fact.label}"):
        for k, name in enumerate(fact.links):
            other = source.by_name.get(name)
            act = session.selecting(other) if other else None
            st.button(plain(name), key=f"link-{fact.label}-{k}", on_click=act, disabled=other is None)


def _mentions(source: Source, row: Any, lang: str) -> None:
    passages = facts.passages(row.mentions, source.plans, source.document, lang)
    st.html(cards.title(say("mentions", n=len(passages))))
    _passages(passages[:SHOWN])
    if len(passages) > SHOWN:
        with st.expander(say("more_mentions", n=len(passages) - SHOWN)):
            _passages(passages[SHOWN:])
    if not any(p.name for p in passages):
        st.caption(say("no_sentence"))


def _passages(passages: Sequence[facts.Passage]) -> None:
    for one in passages:
        st.html(cards.passage(one))
        if one.name:
            with st.popover(say("around"), type="tertiary", icon=":material/menu_book:"):
                st.html(cards.around(one))


def _overview(source: Source, found: Selection) -> None:
    lang = session.lang()
    st.html(cards.head(say("overview", city=source.town.en if lang == "en" else source.town.name), [], "#1f5f8b"))
    guide.guide()
    st.caption(say("pick_one"))
    rows = []
    for share in shares(source.index, found, "category", ()):
        label = schema.value_label("category", share.code, lang)
        rows.append((label, share.placed, share.total, style.categories()[share.code].colour))
    st.html(cards.title(say("by_category")) + cards.bars(sorted(rows, key=lambda r: -r[2]), lang))
