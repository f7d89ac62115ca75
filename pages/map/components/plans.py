"""The panel where plan files are added: read at once, looked at alone, then accepted or dropped."""

from functools import lru_cache

import streamlit as st

import city
import language
import settings
from errors import PlanmapError
from geo.place import Placer
from layers.markup import plain
from pages.map import accepted, additions, cards, session
from pages.map.accepted import Shelf
from pages.map.additions import Addition
from pages.map.components import login, tables
from pages.map.session import say
from pages.map.sources import Source
from projects.plan import Plan


@lru_cache(maxsize=2)
def placer(adcode: str) -> Placer:
    """Return the placer of a city."""
    return Placer.load(adcode)


def chosen() -> Source | None:
    """Return the added plans while they are looked at, or None."""
    addition: Addition | None = st.session_state.get("addition")
    return addition.source if addition else None


def banner() -> None:
    """Say that added plans are looked at, and offer to accept or drop them (a container in every run, as the tags)."""
    addition: Addition | None = st.session_state.get("addition")
    with st.container(key="preview", horizontal=True, vertical_alignment="center", gap="small"):
        if addition is None:
            return
        frame = addition.source.frame
        st.markdown(
            say(
                "preview",
                n=len(frame),
                new=len(frame) - len(addition.known),
                known=len(addition.known),
                placed=int(frame.geometry.notna().sum()),
            ),
            width="stretch",
        )
        st.button(
            say("accept"), type="primary", key="accept", on_click=_accept, icon=":material/check:",
            disabled=not login.may_review(),
        )  # fmt: skip
        st.button(say("drop"), key="drop", on_click=_drop, icon=":material/undo:")


def panel(base: Source | None) -> None:
    """Show where files are added; new ones are read at once, step by step."""
    if said := st.session_state.pop("saved", None):
        st.success(plain(said))
    if said := st.session_state.pop("unsaved", None):
        st.error(plain(said))
    if addition := st.session_state.get("addition"):
        for issue in addition.issues:
            st.warning(plain(issue.text(session.lang())))
        st.caption(say("preview_first"))
        tables.added(addition.source, addition.known)
        return
    if not login.may_review():
        st.caption(say("login_to_add"))
        return
    most = settings.load().upload_mb
    st.caption(say("add_how", most=most))
    # The button's own word, and why a file is refused, are English whatever the language of the page.
    refused = say("refused_file", most=most, types=", ".join(additions.suffixes()))
    st.html(f'<style>:root {{ --choose: "{say("choose")}"; --refused: "{refused}"; }}</style>')
    with st.container(key="add"):
        uploads = st.file_uploader(
            say("add"),
            type=additions.suffixes(),
            accept_multiple_files=True,
            key=f"uploads-{st.session_state.get('round', 0)}",
            max_upload_size=most,
            label_visibility="collapsed",
        )
    if uploads and st.session_state.get("tried") != (tried := [u.file_id for u in uploads]):
        st.session_state["tried"] = tried
        _read([(u.name, u.getvalue()) for u in uploads], base)
    if failure := st.session_state.get("failure"):
        st.error(plain(failure.text(session.lang())))
    if base:
        _accepted(base)


def _read(uploads: list[tuple[str, bytes]], base: Source | None) -> None:
    config = settings.load()
    st.session_state.pop("failure", None)
    with st.status(say("step_read"), expanded=True) as status:

        def progress(step: str) -> None:
            status.update(label=say(f"step_{step}"))
            st.write(say(f"step_{step}"))

        try:
            addition = additions.read(
                uploads, city.load(config.city), base, placer(config.city), progress, config.upload_mb * 2**20
            )
        except PlanmapError as error:
            status.update(label=say("step_failed"), state="error", expanded=False)
            st.session_state["failure"] = error
            return
    st.session_state["addition"] = addition
    session.fresh()
    st.rerun()


def _close() -> None:
    for key in ("addition", "tried", "failure"):
        st.session_state.pop(key, None)
    st.session_state["round"] = st.session_state.get("round", 0) + 1
    session.fresh()


def _drop() -> None:
    _close()


def _accept() -> None:
    if not login.may_review():
        return
    config = settings.load()
    addition: Addition = st.session_state["addition"]
    try:
        count = accepted.save(addition, city.load(config.city), placer(config.city), _shelf())
    except (PlanmapError, OSError) as error:
        st.session_state["unsaved"] = say("not_saved", why=_why(error))
        return
    _close()
    st.session_state["saved"] = say("saved", n=count)


def _shelf() -> Shelf:
    config = settings.load()
    return Shelf(config.layers_folder / config.city, config.added_folder(config.city))


def _why(error: PlanmapError | OSError) -> str:
    return error.text(session.lang()) if isinstance(error, PlanmapError) else language.cause(error, session.lang())


def _accepted(base: Source) -> None:
    """List the plans that were added here before, each to be taken off again."""
    if not (plans := accepted.removable(base.plans, _shelf())):
        return
    st.html(cards.title(say("added_before")))
    with st.container(key="added-before", horizontal=True, gap="small"):
        for plan in plans:
            with st.popover(plain(base.titles.get(plan.id, plan.id)), icon=":material/delete:"):
                st.caption(say("remove_how"))
                st.button(say("remove"), key=f"remove-{plan.id}", type="primary", on_click=_remove, args=(plan,))


def _remove(plan: Plan) -> None:
    if not login.may_review():
        return
    config = settings.load()
    try:
        count = accepted.remove(plan, city.load(config.city), placer(config.city), _shelf())
    except (PlanmapError, OSError) as error:
        st.session_state["unsaved"] = say("not_removed", why=_why(error))
        return
    session.fresh()
    st.session_state["saved"] = say("removed", title=plan.title, n=count)
