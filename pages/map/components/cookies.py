"""What the browser keeps for the next visit: small cookies of this page, set by a script in the run after."""

from urllib.parse import quote, unquote

import streamlit as st

from layers.markup import script_json

_PENDING = "cookies"


def get(name: str) -> str:
    """Return a cookie, as the browser sent it when this session began; empty for none."""
    return str(st.context.cookies.get(name) or "")


def put(name: str, value: str, seconds: int) -> None:
    """Set a cookie with this run; 0 seconds take it away. Name and value are this server's own, or :func:`packed`."""
    st.session_state.setdefault(_PENDING, {})[name] = f"{name}={value}; Path=/; Max-Age={seconds}; SameSite=Strict"


def packed(text: str) -> str:
    """Return a text that somebody wrote as a cookie may hold it: nothing in it ends the value or begins another.

    Examples
    --------
    >>> packed("王敏; Path=/x")
    '%E7%8E%8B%E6%95%8F%3B%20Path%3D%2Fx'
    """
    return quote(text, safe="", errors="ignore")


def unpacked(value: str, most: int) -> str:
    """Return the text of a cookie, whatever someone made of it: printable characters, so many at most.

    Examples
    --------
    >>> unpacked(packed("王敏; Path=/x"), 200), unpacked("%00%E7%8E%8B%E6%95%8F", 1)
    ('王敏; Path=/x', '王')
    """
    return "".join(c for c in unquote(value) if c.isprintable()).strip()[:most]


def write() -> None:
    """Hand the browser what was put."""
    # The container is there in every run, as the tags.
    with st.container(key="cookies"):
        if pending := st.session_state.pop(_PENDING, None):
            secure = '(location.protocol === "https:" ? "; Secure" : "")'
            lines = (f"document.cookie = {script_json(cookie)} + {secure};" for cookie in pending.values())
            st.html(f"<script>{''.join(lines)}</script>", unsafe_allow_javascript=True)
