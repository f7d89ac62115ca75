"""Work lists with their progress, and reviewing several features at once."""

import streamlit as st

import settings
from errors import PlanmapError
from layers.markup import plain
from layers.review import Review
from layers.view import Filter, Selection
from pages.map import facts, reviews, session
from pages.map.components import login, review, tables
from pages.map.session import say
from pages.map.sources import Source


def several() -> None:
    """Show what can be done with the rows chosen together in the table (a container in every run, as the tags)."""
    chosen = tables.several()
    with st.container(key="several", horizontal=True, vertical_alignment="center", gap="small"):
        if not chosen or st.session_state.get("addition"):
            return
        st.markdown(say("several", n=len(chosen)), width="content")
        if not login.who():
            st.caption(say("login_to_review" if login.needed() else "reviewer_first"))
            return
        try:
            latest = reviews.latest(settings.load().store_of())
        except PlanmapError as error:
            st.error(plain(error.text(session.lang())))
            return
        now = [latest.get(key, Review(feature=key)) for key in chosen]
        for state, icon in (("confirmed", "check"), ("rejected", "block")):
            acts = [review.deciding(one, state) for one in now]
            st.button(
                say(f"do_{state}"), key=f"all-{state}", icon=f":material/{icon}:", on_click=review.write, args=(acts,)
            )
        if back := [review.undoing(one) for one in now if one.revision]:
            st.button(say("undo"), key="all-undo", icon=":material/undo:", on_click=review.write, args=(back,))
        if said := st.session_state.pop("review-said", None):
            st.warning(said)


def work(source: Source, found: Selection) -> None:
    """Show a work list out of what the filters leave, with its progress and the way to the next feature."""
    name = st.session_state.get("work-list") or reviews.LISTS[0]
    with st.container(key="work", horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            say("work_list"), reviews.LISTS, key="work-list", default=reviews.LISTS[0], required=True,
            format_func=lambda one: say(f"list_{one}"), label_visibility="collapsed",
        )  # fmt: skip
        if name == "district":
            found = _of_district(source, found)
        if name == "mine" and not login.who():
            st.caption(say("reviewer_first"))
        listed = reviews.work_list(found, name, login.who())
        if name == "mine":
            st.markdown(say("reviewed_by_me", n=len(listed)), width="stretch")
        else:
            done = reviews.progress(found)
            st.progress(done.share, text=say("reviewed", done=done.done, total=done.total))
        current = session.view().selected
        row = reviews.following(listed, source.by_id.get(current, -1) if current else -1)
        after = None if row is None else str(source.frame["id"].iloc[row])
        st.button(
            say("next"), key="next", icon=":material/arrow_forward:", disabled=after is None, type="primary",
            on_click=session.selecting(after),
        )  # fmt: skip
        tables.tools(len(listed))
    if len(listed):
        tables.shown(source, listed)
    elif name != "mine":
        st.success(say("all_reviewed"))


def _of_district(source: Source, found: Selection) -> Selection:
    """Let a person say which district is theirs; return what of the selection lies in it."""
    order = source.town.order
    # Kept apart from the field, which forgets when it is not shown.
    chosen = (st.session_state.get("my-district"), *session.view().filter.district, *order)
    mine = next(d for d in chosen if d in order)
    st.session_state["pick-district"] = mine
    st.selectbox(
        say("district"), order, key="pick-district", label_visibility="collapsed", width=130, on_change=_is_mine,
        format_func=lambda d: facts.district(source.town, d, session.lang()),
    )  # fmt: skip
    return source.index.among(found.mask & source.index.choose(Filter(district=(mine,))).mask)


def _is_mine() -> None:
    st.session_state["my-district"] = st.session_state["pick-district"]
