"""The head of the page: what is shown, language, downloads."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import geopandas as gpd
import streamlit as st

from layers.markup import clean
from layers.view import Selection
from pages.map import downloads, session
from pages.map.components import login, tables
from pages.map.session import say
from pages.map.sources import Source

NAMES = {"zh": "中文", "en": "EN"}


def _language() -> None:
    session.put(replace(session.view(), lang=st.session_state["lang"] or session.lang()))


def header(source: Source | None, found: Selection | None) -> None:
    """Show name, counts, language switch and downloads in one line."""
    with st.container(key="header", horizontal=True, vertical_alignment="center", gap="small"):
        city = "" if source is None else source.town.en if session.lang() == "en" else source.town.name
        counts = ""
        if source is not None and found is not None:
            n, placed = len(found), found.placed
            counts = say("counts", n=n, total=len(source.frame), placed=placed, unplaced=n - placed)
        st.html(
            f'<div class="pm-brand"><h1>{clean(say("title", city=city))}</h1>'
            f'<span role="status">{clean(counts)}</span></div>',
            width="stretch",
        )
        if source is not None and found is not None and len(found):
            _downloads(source, found)
        login.panel()
        st.session_state["lang"] = session.lang()
        st.segmented_control(
            say("language"), list(NAMES), format_func=NAMES.__getitem__, key="lang", on_change=_language,
            label_visibility="collapsed", required=True,
        )  # fmt: skip


def _downloads(source: Source, found: Selection) -> None:
    with st.popover(say("download"), icon=":material/download:", key="downloads", on_change="rerun") as panel:
        if not panel.open:
            return
        picked = [source.by_id[key] for key in tables.several() or (session.view().selected,) if key in source.by_id]
        whole, counts = True, {"shown": len(found), "selected": len(picked)}
        if picked:
            scope = st.segmented_control(
                say("download"), list(counts), format_func=lambda one: say(f"scope_{one}", n=counts[one]),
                key="scope", default="shown", required=True, label_visibility="collapsed",
            )  # fmt: skip
            whole = scope == "shown"
        chosen = (lambda: found.frame) if whole else (lambda: source.frame.iloc[picked])
        if whole and len(found) > downloads.MOST:
            st.info(say("download_many", n=f"{len(found):,}", most=f"{downloads.MOST:,}"))
            return
        crs = st.selectbox(say("crs"), downloads.SYSTEMS, format_func=lambda c: say(f"crs_{c}"), key="crs")
        with st.container(horizontal=True, gap="small", key="formats"):
            for format_ in downloads.FORMATS:
                st.download_button(
                    say(f"as_{format_}"),
                    data=partial(_made, chosen, format_, crs, source.town, source.layers.plans, session.lang()),
                    file_name=downloads.name(source.town, format_, crs),
                    key=f"download-{format_}",
                    on_click="ignore",
                )


def _made(features: Callable[[], gpd.GeoDataFrame], *how: Any) -> bytes:
    """Return the bytes of a file of features, which are put together only now that somebody wants them."""
    return downloads.content(features(), *how)
