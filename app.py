"""The page: ``streamlit run app.py``."""

import hashlib
from pathlib import Path

import streamlit as st

from layers import webassets, webmap
from pages.map import layout

STATIC = Path(__file__).parent / "static"


@st.cache_resource(show_spinner=False)
def assets() -> bool:
    """Put the map's scripts where this server hands them out; once for each start of the server."""
    names = webassets.unpack(webmap.addresses(), STATIC / "vendor")
    own = hashlib.sha256(b"".join((STATIC / name).read_bytes() for name in (*webmap.OWN, webmap.OWN_STYLE)))
    # Relative to the map's frame at /component/<name>/index.html, so that a base path of the server is kept.
    webmap.link(names, "../../app/static/vendor", "../../app/static", own.hexdigest()[:8])
    return True


st.set_page_config(
    page_title="Planmap 规划落图",
    page_icon=str(STATIC / "planmap.svg"),
    layout="wide",
    initial_sidebar_state="expanded",
)
assets()
# With one page named here, Streamlit makes no menu of the folder pages/.
st.navigation([st.Page(layout.show, title="Planmap 规划落图", default=True)], position="hidden").run()
