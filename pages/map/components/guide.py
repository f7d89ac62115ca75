"""The short guide of the first visit, beside the map and never over it."""

import streamlit as st

from pages.map import cards
from pages.map.components import cookies
from pages.map.session import say

COOKIE = "planmap_guide"
YEAR_S = 365 * 24 * 3600
LINES = ("guide_1", "guide_2", "guide_3", "guide_4")


def guide() -> None:
    """Show the guide until it is dismissed."""
    if st.session_state.get("guided") or cookies.get(COOKIE):
        return
    with st.container(key="guide", gap="small"):
        st.html(cards.lines([say(key) for key in LINES]))
        st.button(say("guide_close"), key="guide-close", on_click=_dismiss)


def _dismiss() -> None:
    st.session_state["guided"] = True
    cookies.put(COOKIE, "seen", YEAR_S)
