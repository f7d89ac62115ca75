"""The tables under the map: what is shown, and what is not placed. A click selects on the map, and the other way."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import streamlit as st

from layers import schema
from pages.map import columns, session
from pages.map.session import say
from pages.map.sources import Source

HEIGHT = 300


def _picked() -> None:
    picked = st.session_state["table"]["selection"]
    ids: Sequence[str] = st.session_state.get("table-ids", ())
    # A click on a cell is a click on its row; a click on the mark of a row takes the selection off again.
    rows = [cell[0] for cell in picked["cells"]] or picked["rows"]
    session.select(ids[rows[0]] if rows and rows[0] < len(ids) else None, fly=bool(rows))


def _show(table: pd.DataFrame, headings: dict[str, str]) -> None:
    ids = list(table.index)
    st.session_state["table-ids"] = ids
    selected = session.view().selected
    rows = [ids.index(selected)] if selected in ids else []
    now = st.session_state.get("table")
    if now is None or now["selection"]["rows"] != rows or now["selection"]["cells"]:
        st.session_state["table"] = {"selection": {"rows": rows, "cells": []}}
    small = st.column_config.Column
    st.dataframe(
        table.rename(columns=headings),
        key="table",
        height=HEIGHT,
        hide_index=True,
        row_height=30,
        on_select=_picked,
        selection_mode=("single-row", "single-cell"),
        placeholder="",
        column_config={
            headings["name"]: small(width=260, pinned=True),
            **(
                {headings["investment_yi"]: st.column_config.NumberColumn(format="%.4g", width=96)}
                if "investment_yi" in headings
                else {}
            ),
            **(
                {headings["by_year"]: st.column_config.NumberColumn(format="%d", width=80)}
                if "by_year" in headings
                else {}
            ),
            **({headings["plan"]: small(width=280)} if "plan" in headings else {}),
        },
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _table(stamp: str, lang: str, _source: Source) -> pd.DataFrame:  # noqa: ARG001 (the stamp is the key)
    return columns.table(_source.frame, _source.town, _source.plans, lang)


def shown(source: Source, ids: list[str]) -> None:
    """Show the table of what the filters leave."""
    lang = session.lang()
    _show(_table(source.stamp, lang, source).loc[ids], columns.labels(lang))


def unplaced(source: Source, frame: gpd.GeoDataFrame) -> None:
    """Show what the filters leave and has no place, with reasons."""
    lang = session.lang()
    table = columns.unplaced(frame, source.town, source.plans, lang)
    if table.empty:
        st.success(say("all_placed"))
        return
    st.caption(say("unplaced_how", n=len(table)))
    headings = columns.labels(lang)
    _show(
        table, {"reason": schema.label("reason", lang), **{name: headings[name] for name in table if name in headings}}
    )
