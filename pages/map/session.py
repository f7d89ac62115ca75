"""The state of one person's page: the view, kept in the session and in the address."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

import language
from language import text
from pages.map import address
from pages.map.address import View
from pages.map.sources import Source

KEPT_BY_THE_MAP = ("at", "base")


def view() -> View:
    """Return what is looked at now."""
    found: View = st.session_state["view"]
    return found


def start(source: Source | None) -> None:
    """Take the view from the address when the session begins."""
    if "view" in st.session_state:
        return
    params = {key: st.query_params[key] for key in st.query_params}
    codes = source.codes if source else {}
    st.session_state["view"] = address.read(params, codes, source.by_id if source else (), language.default())
    st.session_state["fly"] = 0 if "at" in params or not view().selected else 1


def put(new: View) -> None:
    """Look at something else; the address follows at the end of the run."""
    st.session_state["view"] = new


def fresh() -> None:
    """Look at everything of another source: nothing filtered, nothing selected."""
    put(View(lang=view().lang, panel=view().panel))


def give(key: str, value: object) -> None:
    """Give a field its value; only a new one, for one given again may overtake what a person just sent."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def keep() -> None:
    """Write the view into the address."""
    said = address.write(view(), language.default())
    kept = {key: st.query_params[key] for key in KEPT_BY_THE_MAP if key in st.query_params}
    new = said | kept
    if dict(st.query_params) != new:
        st.query_params.from_dict(new)


def select(key: str | None, *, fly: bool = False) -> None:
    """Select a feature, or none; ``fly`` moves the map to it."""
    put(replace(view(), selected=key))
    if fly:
        st.session_state["fly"] = st.session_state.get("fly", 0) + 1


def lang() -> str:
    """Return the language of the page."""
    return view().lang


def say(key: str, **values: object) -> str:
    """Return a text of the page in its language."""
    return text(f"page.{key}", lang(), **values)


def selecting(key: str | None, *, fly: bool = True) -> Callable[[], None]:
    """Return a callback that selects a feature."""

    def act() -> None:
        select(key, fly=fly)

    return act
