"""The page: ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from layers import webassets, webmap
from pages.map import layout

STATIC = Path(__file__).parent / "static"


@st.cache_resource(show_spinner=False)
def assets() -> bool:
    """Put the map's scripts where this server hands them out; once for each start of the server."""
    own = [STATIC / name for name in webmap.OWN]
    names = [webassets.bundle(webmap.addresses(), own, STATIC / "vendor", suffix) for suffix in (".js", ".css")]
    # Relative to the map's frame at /component/<name>/index.html, so that a base path of the server is kept.
    webmap.link(*(f"../../app/static/vendor/{name}" for name in names))
    return True


st.set_page_config(
    page_title="Planmap 规划落图",
    page_icon=str(STATIC / "planmap.svg"),
    layout="wide",
    # Open on a desk, closed on a phone, where it would cover the map.
    initial_sidebar_state="auto",
)
assets()
# With one page named here, Streamlit makes no menu of the folder pages/.
st.navigation([st.Page(layout.show, title="Planmap 规划落图", default=True)], position="hidden").run()
