"""The sheet of what is seen: a few choices, a preview, and the file."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import streamlit as st

from errors import Issue, PlanmapError
from layers import sheet, view
from layers.markup import plain
from layers.sheet import LABELS, ORIENTATIONS, SIZES
from layers.view import Filter, Selection
from pages.map import address, downloads, session
from pages.map.session import say
from pages.map.sources import Source

LONGEST_TITLE = 80
USUAL = "A4"


@dataclass(frozen=True)
class _Drawn:
    """The first page of a sheet as a PNG, how many pages there are, and what could not be done as asked."""

    png: bytes
    pages: int
    issues: tuple[Issue, ...]


def panel(source: Source, found: Selection) -> None:
    """Show the choices for a sheet of what the filters leave, its preview and its downloads."""
    left, right = st.columns([1, 2.4], gap="medium")
    with left:
        frame, look = _wanted(source, found.frame)
    wanted = {"city": source.town, "plans": source.layers.plans, "lang": session.lang(), **look}
    key = (source.stamp, session.view().filter, session.lang(), len(frame), tuple(sorted(look.items())))
    with left, st.container(horizontal=True, gap="small", key="sheet-buttons"):
        if st.button(say("sheet_preview"), key="sheet-preview", type="primary", icon=":material/preview:"):
            st.session_state["sheet-drawn"] = (key, _drawn(frame, wanted))
        drawn_for, drawn = st.session_state.get("sheet-drawn", (None, None))
        if drawn_for != key or drawn is None:
            return
        for format_ in downloads.SHEETS:
            st.download_button(
                say(f"as_{format_}"),
                data=partial(downloads.sheet, frame, format_, **wanted),
                file_name=downloads.sheet_name(source.town, format_, drawn.pages),
                key=f"sheet-{format_}",
                on_click="ignore",
            )
    if drawn.pages > 1:
        left.caption(say("sheet_pages", n=drawn.pages))
    for issue in drawn.issues:
        left.warning(plain(issue.text(session.lang())))
    right.image(drawn.png)


def _wanted(source: Source, frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    def name(choice: str) -> str:
        return say(f"sheet_{choice}")

    look: dict[str, Any] = {"title": st.text_input(say("sheet_title"), key="sheet-title", max_chars=LONGEST_TITLE)}
    first, second = st.columns(2, gap="small")
    with first:
        look["size"] = st.selectbox(say("sheet_size"), list(SIZES), list(SIZES).index(USUAL), key="sheet-size")
    with second:
        look["orientation"] = st.selectbox(
            say("sheet_orientation"), list(ORIENTATIONS), key="sheet-orientation", format_func=name
        )
    with first:
        look["labels"] = st.selectbox(say("sheet_labels"), list(LABELS), key="sheet-labels", format_func=name)
    window = address.window(st.query_params.get("at", ""))
    with st.container(horizontal=True, gap="medium"):
        look["grey"] = st.checkbox(say("sheet_grey"), key="sheet-grey")
        if window and st.checkbox(say("sheet_window"), key="sheet-window", value=True):
            frame = view.select(frame, Filter(bbox=window), source.town)
            look["window"] = window
    look["focus"] = tuple(d for d in session.view().filter.district if d)
    st.caption(say("sheet_count", n=len(frame), placed=int(sheet.shown(frame).sum())))
    return frame, look


def _drawn(frame: gpd.GeoDataFrame, wanted: dict[str, Any]) -> _Drawn | None:
    if frame.empty:
        st.info(say("sheet_nothing"))
        return None
    try:
        with st.spinner(say("sheet_drawing")):
            made = sheet.preview(frame, **wanted)
    except PlanmapError as error:
        st.error(plain(error.text(session.lang())))
        return None
    return _Drawn(made.png, len(made.sheet.pages), made.sheet.issues)
