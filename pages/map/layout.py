"""The map page as a whole: sidebar, head, map and details, panels underneath."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import streamlit as st

import language
import settings
from errors import PlanmapError
from layers.markup import plain
from layers.view import Selection
from pages.map import session, sources
from pages.map.address import PANELS
from pages.map.components import canvas, charts, cookies, details, filters, header, plans, sheets, tables, worklist
from pages.map.session import say
from pages.map.sources import Source

STYLE = Path(__file__).with_name("page.css")


def show() -> None:
    """Show the page."""
    adcode = settings.load().city
    try:
        with _patience(sources.waiting(adcode)):
            base = sources.load(adcode)
    except PlanmapError as error:
        # Nothing can be shown from damaged layers or a foreign store: say which, and how to go on.
        st.error(plain(error.text()))
        return
    source = plans.chosen() or base
    session.start(source)
    st.html(STYLE)
    if source is None:
        header.header(None, None)
        st.info(say("no_layers"))
        plans.panel(None)
        session.keep()
        return
    found = selected(source)
    header.header(source, found)
    plans.banner()
    filters.tags(source)
    left, right = st.columns([2.55, 1], gap="small")
    with left, st.container(key="map-box"):
        canvas.canvas(source, found)
    with right, st.container(key="details", height=canvas.HEIGHT, border=True):
        details.details(source, found)
    if not len(found):
        filters.loosen(source)
    _panels(source, base, found)
    # Last, so that the map is on its way first.
    with st.sidebar:
        filters.sidebar(source, found)
    cookies.write()
    session.keep()


def _patience(count: int) -> AbstractContextManager[None]:
    """Say that very many features are being read, in the default language: the session has none yet."""
    if not count:
        return nullcontext()
    return st.spinner(language.text("page.loading", n=f"{count:,}"), show_time=True)


def selected(source: Source) -> Selection:
    """Return what the filters leave."""
    wanted = session.view().filter
    if wanted.against and not source.readings.ready:
        # Plans are read again, each by itself, once.
        with st.spinner(say("comparing")):
            return source.index.choose(wanted)
    return source.index.choose(wanted)


def _switch() -> None:
    session.put(replace(session.view(), panel=st.session_state["panel"] or PANELS[0]))


def _panels(source: Source, base: Source | None, found: Selection) -> None:
    names = {
        "table": say("panel_table", n=len(found)),
        "unplaced": say("panel_unplaced", n=len(found) - found.placed),
        "coverage": say("panel_coverage"),
        "review": say("panel_review"),
        "sheet": say("panel_sheet"),
        "plans": say("panel_plans"),
    }
    now = session.view().panel
    st.session_state["panel"] = now if now in names else PANELS[0]
    with st.container(
        key="panels", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
    ):
        st.segmented_control(
            say("panels"), list(names), format_func=names.__getitem__, key="panel", on_change=_switch,
            label_visibility="collapsed", required=True,
        )  # fmt: skip
        if st.session_state["panel"] == "table":
            tables.tools(len(found))
    panel = st.session_state["panel"]
    worklist.several()
    match panel:
        case "unplaced":
            tables.unplaced(source, found)
        case "coverage":
            charts.coverage(source, found)
        case "review" if source is base:
            worklist.work(source, found)
        case "sheet":
            sheets.panel(source, found)
        case "plans":
            plans.panel(base)
        case _:
            tables.shown(source, found.rows)
