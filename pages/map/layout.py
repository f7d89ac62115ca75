"""The map page as a whole: sidebar, head, map and details, panels underneath."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import streamlit as st

import settings
from errors import PlanmapError
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
        base = sources.load(adcode)
    except PlanmapError as error:
        # Nothing can be shown from damaged layers or a foreign store: say which, and how to go on.
        st.error(error.text())
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
    frame = _selected(source)
    header.header(source, frame)
    plans.banner()
    filters.tags(source)
    ids = list(frame["id"])
    left, right = st.columns([2.55, 1], gap="small")
    with left, st.container(key="map-box"):
        canvas.canvas(source, ids)
    with right, st.container(key="details", height=canvas.HEIGHT, border=True):
        details.details(source, frame)
    if not ids:
        filters.loosen(source)
    _panels(source, base, frame, ids)
    # Last, so that the map is on its way first.
    with st.sidebar:
        filters.sidebar(source, frame)
    cookies.write()
    session.keep()


def _selected(source: Source) -> gpd.GeoDataFrame:
    wanted = session.view().filter
    if wanted.against and not source.readings.ready:
        # Plans are read again, each by itself, once.
        with st.spinner(say("comparing")):
            return source.index.select(wanted)
    return source.index.select(wanted)


def _switch() -> None:
    session.put(replace(session.view(), panel=st.session_state["panel"] or PANELS[0]))


def _panels(source: Source, base: Source | None, frame: gpd.GeoDataFrame, ids: list[str]) -> None:
    unplaced = int(frame.geometry.isna().sum())
    names = {
        "table": say("panel_table", n=len(ids)),
        "unplaced": say("panel_unplaced", n=unplaced),
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
            tables.tools(len(ids))
    panel = st.session_state["panel"]
    worklist.several()
    match panel:
        case "unplaced":
            tables.unplaced(source, frame)
        case "coverage":
            charts.coverage(source, frame)
        case "review" if source is base:
            worklist.work(source, frame)
        case "sheet":
            sheets.panel(source, frame)
        case "plans":
            plans.panel(base)
        case _:
            tables.shown(source, frame)
