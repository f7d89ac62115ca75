"""The map itself."""

import streamlit as st
from streamlit_folium import st_folium

import settings
from layers import basemaps, webmap
from pages.map import session
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
    if event.get("event") == "select" and isinstance(event.get("id"), str):
        session.select(event["id"])
        st.session_state["picked"] = event["id"]
    elif event.get("event") == "placing":
        review.placed(event.get("geometry"))
    st.session_state["heard"] = True


def _window(view: object) -> tuple[float, float, float, float, float] | None:
    if not isinstance(view, list) or len(view) != 5 or not all(isinstance(v, int | float) for v in view):
        return None
    south, west, north, east, zoom = (float(v) for v in view)
    return (south, west, north, east, zoom) if south < north and west < east and 0 <= zoom <= 22 else None


@st.fragment
def canvas(source: Source, ids: list[str]) -> None:
    """Show the map with some of the features.

    The base is the same in every run, so that the browser keeps it. Panning and zooming run nothing here, or, with
    very many features, this fragment alone.
    """
    if st.session_state.pop("heard", False):
        st.rerun()
    now = session.view()
    outlines = source.outlines
    south, west, north, east = outlines["bounds"]
    data = webmap.shown(
        source.marks,
        ids,
        now.lang,
        basemaps=basemaps.choices(settings.load(), now.lang),
        selected=now.selected,
        fly=st.session_state.get("fly", 0),
        focus=source.bounds(now.filter.district),
        edit=review.editing(),
        centre=(west + east) / 2,
        window=st.session_state.get("window") or (south, west, north, east, WHOLE_CITY_ZOOM),
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
