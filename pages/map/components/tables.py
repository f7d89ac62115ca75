"""The tables under the map: what is shown, and what is not placed. A click selects on the map, and the other way."""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from layers import schema
from layers.view import Selection
from pages.map import columns, session
from pages.map.session import say
from pages.map.sources import Source

HEIGHT = 300
_WIDTHS = {"name": 260, "becomes": 240, "plan": 280, "districts": 130, "source": 160, "note": 220}
_FORMATS = {"investment_yi": "%.4g", "area_mu": "%.6g", "area_km2": "%.4g", "length_km": "%.4g", "by_year": "%d"}


SETTLES_S = 3.0
"""How long the browser may take to mark the rows it is told to; a slow network is part of it."""

Marked = tuple[Sequence[int], Sequence[tuple[int, str]]]
"""The rows and the cells that are marked in the table."""


class Given(NamedTuple):
    """Rows that were marked from here, not in the browser.

    Attributes
    ----------
    rows
        The rows.
    before
        What the browser had told before.
    moved
        Whether what it told was of other rows than those that now stand there.
    at
        When, in seconds of a clock that only runs on.
    """

    rows: Sequence[int]
    before: Marked
    moved: bool
    at: float


def echoes(told: Marked, given: Given | None, now: float) -> bool:
    """Return whether what the browser tells of the table is no choice of the person at it.

    With whatever is done next on the page it tells that the rows given are marked or, when it has not come to mark
    them, once more what it told before. Where none are given in the same table the latter is taken for a choice: a row
    let go of by closing its details may be marked again at once.
    """
    if given is None:
        return False
    marked = sorted(told[0]) == sorted(given.rows) and not told[1]
    late = told == given.before and now - given.at < SETTLES_S
    return marked or (late and (bool(given.rows) or given.moved))


def _picked() -> None:
    picked = st.session_state["table"]["selection"]
    told = list(picked["rows"]), [tuple(cell) for cell in picked["cells"]]
    given = st.session_state.pop("table-given", None)
    st.session_state["table-told"] = told
    if echoes(told, given, time.monotonic()):
        return
    ids: Sequence[str] = st.session_state.get("table-ids", ())
    # A click on a cell is a click on its row; the marks of several rows choose all of them.
    at = [cell[0] for cell in picked["cells"]] or picked["rows"]
    chosen = [ids[row] for row in at if row < len(ids)]
    before = st.session_state.get("several", ())
    st.session_state["several"] = tuple(chosen) if len(chosen) > 1 else ()
    if len(chosen) > 1:
        session.select(next((key for key in chosen if key not in before), chosen[-1]))
    else:
        session.select(chosen[0] if chosen else None, fly=bool(chosen))


def several() -> tuple[str, ...]:
    """Return the ids of the features chosen together in the table; none while one or no row is."""
    found: tuple[str, ...] = st.session_state.get("several", ())
    # Another feature selected elsewhere, on the map say, ends the choice.
    return found if session.view().selected in found else ()


def show(table: pd.DataFrame, headings: dict[str, str]) -> None:
    """Show a table whose index are ids; what is selected is marked."""
    # The table cannot be scrolled from here: what was last picked on the map comes first, where it is seen.
    picked = str(st.session_state.get("picked"))
    if picked in table.index:
        table = table.loc[[picked, *table.index.drop([picked])]]
    ids = list(table.index)
    moved = st.session_state.get("table-ids", ids) != ids
    st.session_state["table-ids"] = ids
    at = {key: row for row, key in enumerate(ids)}
    rows = [at[key] for key in several() or (session.view().selected,) if key in at]
    now = st.session_state.get("table")
    if now is None or sorted(now["selection"]["rows"]) != sorted(rows) or now["selection"]["cells"]:
        st.session_state["table"] = {"selection": {"rows": rows, "cells": []}}
        told = st.session_state.get("table-told", ([], []))
        st.session_state["table-given"] = Given(rows, told, moved, time.monotonic())
    config = {
        headings[name]: st.column_config.NumberColumn(format=_FORMATS.get(name, "%.6g"))
        if pd.api.types.is_numeric_dtype(table[name])
        else st.column_config.Column(width=_WIDTHS.get(name))
        for name in map(str, table.columns)
    }
    st.dataframe(
        table.rename(columns=headings),
        key="table",
        height=HEIGHT,
        hide_index=True,
        row_height=30,
        on_select=_picked,
        selection_mode=("multi-row", "single-cell"),
        placeholder="",
        column_config=config,
        alt=say("table_alt", n=len(table)),
    )


def _chosen_columns() -> tuple[str, ...]:
    found: tuple[str, ...] = st.session_state.get("chosen-columns", columns.USUAL)
    return found


def _choose() -> None:
    wanted = st.session_state["columns"]
    st.session_state["chosen-columns"] = ("name", *(name for name in columns.COLUMNS[1:] if name in wanted))


def tools(total: int) -> None:
    """Show the choice of columns and, where not all rows fit, the order that decides which do."""
    lang = session.lang()
    headings = columns.labels(lang)
    with st.container(key="table-tools", horizontal=True, vertical_alignment="center", gap="small"):
        if total > columns.MOST:
            st.caption(say("first_rows", n=columns.MOST, total=total))
            st.selectbox(
                say("order"), list(columns.ORDERS), key="order", label_visibility="collapsed", width=150, index=None,
                format_func=lambda name: say("order_by", what=headings[name]), placeholder=say("order_built"),
            )  # fmt: skip
        with st.popover(say("columns"), icon=":material/view_column:", type="tertiary"):
            st.session_state["columns"] = list(_chosen_columns())
            st.pills(
                say("columns"), columns.COLUMNS[1:], selection_mode="multi", key="columns", on_change=_choose,
                format_func=headings.__getitem__, label_visibility="collapsed",
            )  # fmt: skip


def shown(source: Source, rows: NDArray[np.intp]) -> None:
    """Show the table of some rows in the columns chosen."""
    lang = session.lang()
    frame = columns.leading(source.frame, rows, st.session_state.get("order") or "")
    near = {key: source.near(key) for key in frame["id"]}
    show(columns.table(frame, source.town, source.plans, lang, _chosen_columns(), near), columns.labels(lang))


def added(source: Source, known: Mapping[str, str]) -> None:
    """Show what was found in added plans, the new first: what is new, and what joins a feature that there is."""
    lang = session.lang()
    frame = source.frame.iloc[source.frame["id"].isin(list(known)).argsort(kind="stable")].head(columns.MOST)
    names = ("name", "kind", "category", "districts", "precision")
    table = columns.table(frame, source.town, source.plans, lang, names)
    becomes = [say("joins", name=known[key]) if key in known else say("is_new") for key in table.index]
    table.insert(1, "becomes", becomes)
    show(table, {"becomes": say("becomes"), **columns.labels(lang)})


def unplaced(source: Source, found: Selection) -> None:
    """Show what the filters leave and has no place, with reasons."""
    lang = session.lang()
    table = columns.unplaced(source.index, found, source.plans, lang)
    if table.empty:
        st.success(say("all_placed"))
        return
    st.caption(say("unplaced_how", n=len(found) - found.placed))
    headings = columns.labels(lang)
    show(
        table, {"reason": schema.label("reason", lang), **{name: headings[name] for name in table if name in headings}}
    )
