"""The map itself."""

from collections.abc import Sequence

import streamlit as st
from streamlit_folium import st_folium

import settings
from layers import basemaps, webmap
from layers.marks import Window
from layers.view import Selection
from pages.map import address, session
from pages.map.components import review
from pages.map.sources import Source

HEIGHT = 600
WHOLE_CITY_ZOOM = 9.0


def _heard() -> None:
    event = st.session_state.get("map")
    if not isinstance(event, dict):
        return
    if event.get("event") == "view":
        # Of very many features the map shows others; nothing else on the page does.
        st.session_state["window"] = _window(event.get("view"))
        return
    if event.get("event") == "place":
        st.session_state["place"] = _numbers(event.get("place"), 3)
        return
    if event.get("event") == "select" and isinstance(event.get("id"), str):
        session.select(event["id"])
        st.session_state["picked"] = event["id"]
    elif event.get("event") == "placing":
        review.placed(event.get("geometry"))
    st.session_state["heard"] = True


def _numbers(given: object, count: int) -> list[float] | None:
    if not isinstance(given, list) or len(given) != count or not all(isinstance(v, int | float) for v in given):
        return None
    return [float(v) for v in given]


def _window(given: object) -> Window | None:
    south, west, north, east, zoom = _numbers(given, 5) or (0.0,) * 5
    return (south, west, north, east, zoom) if south < north and west < east and 0 <= zoom <= 22 else None


def _first(bounds: Sequence[float]) -> Window:
    """Return what the map shows before it has told: what the address says, or the whole city."""
    at = st.query_params.get("at", "")
    if found := address.window(at):
        west, south, east, north = found
        return south, west, north, east, float(at.split(",")[2])
    south, west, north, east = bounds
    return south, west, north, east, WHOLE_CITY_ZOOM


@st.fragment
def canvas(source: Source, found: Selection) -> None:
    """Show the map with some of the features.

    The base is the same in every run, so that the browser keeps it. Panning and zooming run nothing here, or, with
    very many features, this fragment alone.
    """
    if st.session_state.pop("heard", False):
        st.rerun()
    now = session.view()
    outlines = source.outlines
    _, west, _, east = outlines["bounds"]
    data = webmap.shown(
        source.marks,
        found.rows,
        now.lang,
        basemaps=basemaps.choices(settings.load(), now.lang),
        selected=now.selected,
        fly=st.session_state.get("fly", 0),
        focus=source.bounds(now.filter.district),
        edit=review.editing(),
        centre=(west + east) / 2,
        window=st.session_state.get("window") or _first(outlines["bounds"]),
        place=st.session_state.get("place"),
    )
    st_folium(
        webmap.base(outlines),
        key="map",
        height=HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=webmap.Features(data),
        on_change=_heard,
    )
