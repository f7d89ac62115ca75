"""What the browser keeps for the next visit: small cookies of this page, set by a script in the run after."""

import streamlit as st

from layers.markup import script_json

_PENDING = "cookies"


def get(name: str) -> str:
    """Return a cookie, as the browser sent it when this session began; empty for none."""
    return str(st.context.cookies.get(name) or "")


def put(name: str, value: str, seconds: int) -> None:
    """Set a cookie with this run; 0 seconds take it away. Name and value are this server's own, never a user's."""
    st.session_state.setdefault(_PENDING, {})[name] = f"{name}={value}; Path=/; Max-Age={seconds}; SameSite=Strict"


def write() -> None:
    """Hand the browser what was put."""
    # The container is there in every run, as the tags.
    with st.container(key="cookies"):
        if pending := st.session_state.pop(_PENDING, None):
            secure = '(location.protocol === "https:" ? "; Secure" : "")'
            lines = (f"document.cookie = {script_json(cookie)} + {secure};" for cookie in pending.values())
            st.html(f"<script>{''.join(lines)}</script>", unsafe_allow_javascript=True)
