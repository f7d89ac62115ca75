"""The sheet of what is seen: a few choices, a preview, and the file."""

from functools import partial
from typing import Any

import geopandas as gpd
import streamlit as st

from errors import PlanmapError
from layers import view
from layers.sheet import LABELS, ORIENTATIONS, SIZES
from layers.view import Filter
from pages.map import address, downloads, session
from pages.map.session import say
from pages.map.sources import Source

# Fine enough to judge a sheet on a screen.
PREVIEW_DPI = 90
LONGEST_TITLE = 80
USUAL = "A4"


def panel(source: Source, frame: gpd.GeoDataFrame) -> None:
    """Show the choices for a sheet of what the filters leave, its preview and its downloads."""
    left, right = st.columns([1, 2.4], gap="medium")
    with left:
        frame, look = _wanted(frame)
    key = (source.stamp, session.view().filter, session.lang(), len(frame), tuple(sorted(look.items())))
    with left, st.container(horizontal=True, gap="small", key="sheet-buttons"):
        if st.button(say("sheet_preview"), key="sheet-preview", type="primary", icon=":material/preview:"):
            st.session_state["sheet-drawn"] = (key, _drawn(source, frame, look))
        for format_ in downloads.SHEETS:
            st.download_button(
                say(f"as_{format_}"),
                data=partial(_file, source, frame, format_, session.lang(), look),
                file_name=downloads.name(source.town, format_, "4326"),
                key=f"sheet-{format_}",
                on_click="ignore",
            )
    drawn_for, pages = st.session_state.get("sheet-drawn", (None, ()))
    if drawn_for == key:
        with right:
            for page in pages:
                st.image(page)


def _wanted(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    def name(choice: str) -> str:
        return say(f"sheet_{choice}")

    look: dict[str, Any] = {"title": st.text_input(say("sheet_title"), key="sheet-title", max_chars=LONGEST_TITLE)}
    first, second, third = st.columns(3, gap="small")
    with first:
        look["size"] = st.selectbox(say("sheet_size"), list(SIZES), list(SIZES).index(USUAL), key="sheet-size")
    with second:
        look["orientation"] = st.selectbox(
            say("sheet_orientation"), list(ORIENTATIONS), key="sheet-orientation", format_func=name
        )
    with third:
        look["labels"] = st.selectbox(say("sheet_labels"), list(LABELS), key="sheet-labels", format_func=name)
    window = address.window(st.query_params.get("at", ""))
    with st.container(horizontal=True, gap="medium"):
        look["grey"] = st.checkbox(say("sheet_grey"), key="sheet-grey")
        if window and st.checkbox(say("sheet_window"), key="sheet-window", value=True):
            frame = view.select(frame, Filter(bbox=window))
        else:
            window = None
    look["focus"] = () if window else tuple(d for d in session.view().filter.district if d)
    st.caption(say("sheet_count", n=len(frame), placed=int(frame.geometry.notna().sum())))
    return frame, look


def _drawn(source: Source, frame: gpd.GeoDataFrame, look: dict[str, Any]) -> tuple[bytes, ...]:
    if frame.empty:
        st.info(say("sheet_nothing"))
        return ()
    try:
        with st.spinner(say("sheet_drawing")):
            return downloads.sheet(
                frame, "png", source.town, source.layers.plans, session.lang(), dpi=PREVIEW_DPI, **look
            )
    except PlanmapError as error:
        st.error(error.text(session.lang()))
        return ()


def _file(source: Source, frame: gpd.GeoDataFrame, format_: str, lang: str, look: dict[str, Any]) -> bytes:
    return downloads.sheet(frame, format_, source.town, source.layers.plans, lang, **look)[0]
