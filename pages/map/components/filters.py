"""The filters in the sidebar: each with counts that follow the others; what is chosen stands as tags."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from language import text
from layers import schema
from layers.facets import UNTOLD
from layers.markup import plain
from layers.view import Filter, Range, Selection
from pages.map import address, cards, facts, session
from pages.map.session import say
from pages.map.sources import Source

# Facets that are opened only when wanted; the others are always in sight.
FOLDED = ("status", "review")
_COUNT = re.compile(r"\u2002\d+$")
HITS = 8
# What a click on the arrows of a figure's field adds.
STEPS = {"investment": 10.0, "year": 1.0}
# From how many characters on sentences are searched too.
SHORTEST = 2


def label(source: Source, name: str, code: str, lang: str) -> str:
    """Return how a code of a facet is called."""
    if code == UNTOLD:
        return text("page.not_told", lang)
    if name in address.RANGES:
        return text(f"page.tag_{name}", lang, range=code)
    if name == "district":
        return facts.district(source.town, code, lang)
    if name == "against":
        return text("page.tag_against", lang, plan=label(source, "plan", code, lang))
    if name == "plan":
        return source.titles.get(code, code)
    if name == "search":
        return f"“{code}”"
    return schema.value_label(name, code, lang)


def _take(name: str, labels: Mapping[str, str]) -> Callable[[], None]:
    # The widget speaks in labels with counts. A click that overtook a change of counts brings labels that are no
    # longer offered: their code is found by the label without its count.
    codes = {shown: code for code, shown in labels.items()}

    def act() -> None:
        picked = [codes.get(_COUNT.sub("", v), v) for v in st.session_state[f"facet-{name}"] or ()]
        wanted = tuple(code for code in labels if code in picked)
        session.put(session.view().having(name, wanted))

    return act


def _facet(source: Source, name: str, counts: Mapping[str, int]) -> None:
    lang, chosen = session.lang(), getattr(session.view().filter, name)
    offered = [c for c in counts if counts[c] or c in chosen]
    if not offered:
        return
    labels = {code: plain(label(source, name, code, lang)) for code in counts}
    key = f"facet-{name}"
    st.session_state[key] = [code for code in offered if code in chosen]
    st.pills(
        say(f"facet_{name}"),
        offered,
        selection_mode="multi",
        format_func=lambda code: f"{labels.get(code, code)}\u2002{counts.get(code, 0)}",
        key=key,
        on_change=_take(name, labels),
        width="stretch",
    )


def _search() -> None:
    said = "".join(c for c in st.session_state["search"] if c.isprintable()).strip()
    found = said[: address.LONGEST_SEARCH]
    st.session_state["search-cut"] = found if len(said) > len(found) else None
    now = session.view()
    session.put(replace(now, filter=replace(now.filter, search=found)))


def foremost(names: NDArray[np.object_], rows: NDArray[np.intp], text_: str) -> NDArray[np.intp]:
    """Return the first of some rows, those whose name is just what was searched for in front.

    Examples
    --------
    >>> foremost(np.array(["湫水河大桥", "湫水河绿道", "湫水河"], dtype=object), np.array([0, 1, 2]), "湫水河").tolist()
    [2, 0, 1]
    """
    just = rows[names[rows] == text_]
    return np.concatenate((just, np.setdiff1d(rows[: HITS + len(just)], just)))[:HITS]


def _hits(source: Source, found: Selection) -> None:
    text_ = session.view().filter.search
    first = source.frame.iloc[foremost(source.frame["name"].to_numpy(), found.rows, text_)]
    others = source.telling(text_, found) if len(text_) >= SHORTEST else []
    with st.container(key="hits", gap=None):
        for key, name in zip(first["id"], first["name"], strict=True):
            st.button(plain(name), key=f"hit-{key}", type="tertiary", on_click=session.selecting(key), width="stretch")
        if len(found) > HITS:
            st.caption(say("more_hits", n=len(found) - HITS))
        if others:
            st.caption(say("in_sentences", text=plain(text_), n=len(others)))
        for key in others[:HITS]:
            name = source.frame["name"].iloc[source.by_id[key]]
            st.button(plain(name), key=f"told-{key}", type="tertiary", on_click=session.selecting(key), width="stretch")


def sidebar(source: Source, found: Selection) -> None:
    """Show the search and all facets; ``found`` is what they leave."""
    now = session.view()
    session.give("search", now.filter.search)
    # No max_chars: of a longer text the browser would tell nothing at all.
    st.text_input(
        say("search"), key="search", on_change=_search, placeholder=say("search_how"), label_visibility="collapsed",
        icon=":material/search:",
    )  # fmt: skip
    if now.filter.search and st.session_state.get("search-cut") == now.filter.search:
        st.caption(say("search_cut", most=address.LONGEST_SEARCH))
    if now.filter.search:
        _hits(source, found)
    counts = source.index.counts(now.filter)
    for name in address.FACETS:
        told = [c for c in counts[name].values() if c]
        if name not in FOLDED or len(told) > 1 or getattr(now.filter, name):
            _facet(source, name, counts[name])
        if name == "district" and any(source.index.by_place):
            st.caption(say("district_by_place"))
        if name == "plan" and len(source.plans) > 1:
            _against(source)
    for name in address.RANGES:
        _range(source, name)


def _against(source: Source) -> None:
    now = session.view()
    st.session_state["against"] = now.filter.against or None
    st.selectbox(
        say("against"), list(source.plans), key="against", on_change=_take_against, index=None,
        format_func=lambda code: label(source, "plan", code, now.lang), placeholder=say("against_none"),
    )  # fmt: skip
    if now.filter.against:
        new, changed = source.index.news(now.filter)
        st.caption(say("news", new=new, changed=changed))
        if not source.readings.has(now.filter.against):
            st.caption(say("news_only"))


def _take_against() -> None:
    now = session.view()
    session.put(replace(now, filter=replace(now.filter, against=st.session_state["against"] or "")))


def _range(source: Source, name: str) -> None:
    """Show from and to of a figure, with how many of what the other filters leave tell it."""
    now = session.view().filter
    told, limits = source.index.figures(now, name), getattr(now, name) or (None, None)
    if not len(told) and limits == (None, None):
        return
    st.html(cards.facet(say(f"range_{name}"), len(told)))
    ends = (told.min(), told.max()) if len(told) else (0.0, 0.0)
    with st.container(key=f"range-{name}"):
        for column, end, limit, least in zip(st.columns(2, gap="small"), ("from", "to"), limits, ends, strict=True):
            key = f"range-{name}-{end}"
            session.give(key, limit)
            column.number_input(
                say(f"range_{end}"), 0.0, None, step=STEPS[name], key=key, on_change=_take_range, args=(name,),
                placeholder=f"{say(f'range_{end}')} {least:g}", format="%g", label_visibility="collapsed",
            )  # fmt: skip


def _take_range(name: str) -> None:
    low, high = (st.session_state[f"range-{name}-{end}"] for end in ("from", "to"))
    if low is not None and high is not None and low > high:
        low, high = high, low
    limits: Range | None = None if low is None and high is None else (low, high)
    chosen: dict[str, Any] = {name: limits}
    now = session.view()
    session.put(replace(now, filter=replace(now.filter, **chosen)))


def _drop(name: str, code: str) -> Callable[[], None]:
    def act() -> None:
        session.put(session.view().dropping(name, code))

    return act


def clear() -> None:
    """Take every filter off."""
    session.put(replace(session.view(), filter=Filter()))


def tags(source: Source) -> None:
    """Show what is chosen, each to be taken off with a click.

    The container is there in every run: were it to come and go, the browser would load the map below it anew.
    """
    now = session.view()
    with st.container(key="tags", horizontal=True, gap="small"):
        if not now.chosen:
            return
        for name, code in now.chosen:
            shown = plain(label(source, name, code, now.lang))
            st.button(
                f"{shown}  ✕", key=f"tag-{name}-{code}", on_click=_drop(name, code), help=say("take_off", what=shown)
            )
        st.button(say("clear"), key="clear", type="tertiary", on_click=clear)


def loosen(source: Source) -> None:
    """Say that nothing is left, and offer to take off each filter, with what that would leave."""
    now = session.view()
    st.info(say("nothing"), icon=":material/filter_alt_off:")
    with st.container(horizontal=True, gap="small"):
        for name, code in now.chosen:
            left = source.index.count(now.dropping(name, code).filter)
            if left:
                # The offer has quotation marks of its own.
                shown = plain(code if name == "search" else label(source, name, code, now.lang))
                offer = say("loosen", what=shown, n=left)
                st.button(offer, key=f"loosen-{name}-{code}", on_click=_drop(name, code))
        st.button(say("clear"), key="clear-all", type="primary", on_click=clear)
