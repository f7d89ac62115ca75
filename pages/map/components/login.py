"""Logging in: by a password of the users file, or by OpenID Connect; who is logged in reviews under that name."""

from functools import cache
from pathlib import Path

import streamlit as st

import settings
from errors import PlanmapError
from layers import people
from layers.markup import plain
from layers.people import Person
from pages.map.components import cookies
from pages.map.people import LASTS_S, Logins
from pages.map.session import say

COOKIE = "planmap_login"
# Who gives a name without a login is known by it at the next visit.
NAME_COOKIE, NAME_LASTS_S = "planmap_reviewer", 365 * 24 * 3600


@cache
def _logins() -> Logins:
    return Logins()


def needed() -> bool:
    """Say whether only named people may review."""
    return bool(settings.load().login)


def who() -> str:
    """Return the name under which reviews are kept; empty for a reader."""
    match settings.load().login:
        case "users":
            name = _logins().name(_token())
            # Someone taken off the file is out at once.
            return name if name and name in _people() else ""
        case "oidc":
            if _missing() or not st.user.is_logged_in or st.user.get("email_verified") is False:
                return ""
            return people.known(_people(), str(st.user.get("email") or "")) or ""
    if "who" not in st.session_state:
        st.session_state["who"] = cookies.unpacked(cookies.get(NAME_COOKIE), people.LONGEST_NAME)
    return str(st.session_state["who"]).strip()


def sign(name: str) -> None:
    """Take a name as the reviewer's where nobody logs in, and keep it over a reload; an empty one is forgotten."""
    st.session_state["who"] = name
    kept = name.strip()[: people.LONGEST_NAME]
    cookies.put(NAME_COOKIE, cookies.packed(kept), NAME_LASTS_S if kept else 0)


def may_review() -> bool:
    """Say whether this person may change anything that others see."""
    return not needed() or bool(who())


def _people() -> dict[str, Person]:
    path = settings.load().users_file
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else {}


@st.cache_data(max_entries=2, show_spinner=False)
def _read(path: Path, stamp: int) -> dict[str, Person]:  # noqa: ARG001 (the stamp is part of the key)
    try:
        return people.load(path)
    except PlanmapError:
        # Nobody can log in by a damaged file; everyone reads.
        return {}


def _token() -> str:
    return str(st.session_state.get("login-token") or cookies.get(COOKIE))


def panel() -> None:
    """Show who is logged in, or where to log in; nothing when names are free."""
    match settings.load().login:
        case "users":
            _by_password()
        case "oidc":
            _by_provider()


def _by_password() -> None:
    if name := who():
        st.button(say("log_out", name=plain(name)), key="log-out", icon=":material/logout:", on_click=_leave)
        return
    with st.popover(say("log_in"), icon=":material/login:", key="log-in"), st.form("login", border=False):
        st.text_input(say("user"), key="login-name", max_chars=people.LONGEST_NAME)
        st.text_input(say("password"), key="login-password", type="password", max_chars=people.LONGEST)
        st.form_submit_button(say("log_in"), type="primary", on_click=_enter)
        if said := st.session_state.pop("login-said", None):
            st.error(said)


def _enter() -> None:
    name, password = (str(st.session_state.get(f"login-{key}") or "") for key in ("name", "password"))
    name = " ".join(name.split())
    st.session_state["login-password"] = ""
    if _logins().waits(name):
        st.session_state["login-said"] = say("login_waits")
        return
    found = people.check(_people(), name, password)
    if found is None:
        _logins().failed(name)
        st.session_state["login-said"] = say("login_wrong")
        return
    token = _logins().open(found)
    st.session_state["login-token"] = token
    # Kept over a reload.
    cookies.put(COOKIE, token, LASTS_S)


def _leave() -> None:
    _logins().close(_token())
    st.session_state["login-token"] = "-"
    cookies.put(COOKIE, "", 0)


def _by_provider() -> None:
    if fault := _missing():
        st.error(fault)
        return
    if not st.user.is_logged_in:
        st.button(say("log_in"), key="log-in", icon=":material/login:", on_click=st.login)
        return
    name = who()
    st.button(
        say("log_out", name=name or str(st.user.get("email") or "?")), key="log-out", icon=":material/logout:",
        on_click=st.logout,
    )  # fmt: skip
    if not name:
        st.caption(say("login_reads"))


@cache
def _installed() -> bool:
    try:
        # Streamlit's own login uses them.
        import authlib  # noqa: F401
        import httpx  # noqa: F401
    except ImportError:
        return False
    return True


def _missing() -> str:
    """Return what OpenID Connect still needs, or the empty text."""
    if not _installed():
        return say("login_install", file="requirements-login.txt")
    return "" if "is_logged_in" in st.user else say("login_no_provider")
