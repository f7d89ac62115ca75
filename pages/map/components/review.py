"""Reviewing: confirm, reject, correct and place by hand; everything goes to the store, with who and when."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

import settings
from errors import PlanmapError
from geo.districts import Districts
from layers import people, schema
from layers.markup import plain
from layers.review import Review
from layers.store import Store
from pages.map import cards, facts, reviews, session, sources
from pages.map.components import login
from pages.map.components.plans import placer
from pages.map.session import say
from pages.map.sources import Source

SHAPES = ("point", "line", "area")
MOST_CANDIDATES = 5
# Faults told at once, of many reviews.
MOST_FAULTS = 3


def editing() -> dict[str, Any] | None:
    """Return what is being placed on the map: id, kind and geometry, or None."""
    task: dict[str, Any] | None = st.session_state.get("edit")
    if task and task["id"] != session.view().selected:
        st.session_state.pop("edit")
        return None
    return task


def placed(geometry: object) -> None:
    """Take over what was drawn on the map, or that drawing was given up."""
    task = st.session_state.pop("edit", None)
    if task and isinstance(geometry, dict):
        _draft(task["id"], geometry)()


def _draft(key: str, geometry: dict[str, Any]) -> Callable[[], None]:
    def act() -> None:
        st.session_state["draft"] = {"id": key, "geometry": geometry}

    return act


def review(source: Source, row: Any) -> None:
    """Show the latest review of the selected feature, and what can be decided."""
    if st.session_state.get("addition"):
        return
    config = settings.load()
    try:
        past = reviews.history(config.store_of(), row.id)
    except PlanmapError as error:
        st.error(plain(error.text(session.lang())))
        return
    now = past[-1] if past else Review(feature=row.id)
    st.html(cards.title(say("review")))
    st.html(cards.table(_told(now)))
    if said := st.session_state.pop("review-said", None):
        st.warning(said)
    if not login.may_review():
        st.caption(say("login_to_review"))
        _history(past)
        return
    if not login.needed():
        session.give("reviewer", login.who())
        st.text_input(
            say("reviewer"), key="reviewer", placeholder=say("reviewer_how"), label_visibility="collapsed",
            max_chars=people.LONGEST_NAME, icon=":material/person:", on_change=_sign,
        )  # fmt: skip
    anonymous = not login.who()
    with st.container(horizontal=True, gap="small", key="review-buttons"):
        for state, icon in (("confirmed", "check"), ("rejected", "block")):
            st.button(
                say(f"do_{state}"), key=f"do-{state}", icon=f":material/{icon}:", disabled=anonymous,
                on_click=_keep, args=(now, state),
            )  # fmt: skip
        if now.revision:
            st.button(say("undo"), key="undo", icon=":material/undo:", disabled=anonymous, on_click=_undo, args=(now,))
    if now.state == "rejected":
        st.caption(say("rejected_stays"))
    _place(source, row, now, anonymous=anonymous)
    with st.expander(say("change"), icon=":material/edit:"):
        _form(source, row, now, anonymous=anonymous)
    _history(past)


def _history(past: Sequence[Review]) -> None:
    if len(past) > 1:
        with st.expander(say("history", n=len(past))):
            for one in reversed(past):
                st.html(cards.table(_told(one)))


def _sign() -> None:
    # Kept apart from the field, which forgets when it is not shown.
    login.sign(st.session_state["reviewer"])


def _told(now: Review) -> list[facts.Fact]:
    lang = session.lang()
    who = " · ".join(filter(None, (now.reviewer, reviews.clock(now.reviewed_at))))
    return [
        facts.Fact(say("facet_review"), schema.value_label("review", now.state, lang)),
        facts.Fact(say("by_whom"), who),
        facts.Fact(say("changed"), say("comma").join(_label(name, lang) for name in now.changes if name != "radius_m")),
        facts.Fact(say("note"), now.note),
    ]


def _label(name: str, lang: str) -> str:
    return say("place") if name == "geometry" else schema.label(name, lang)


def write(acts: Sequence[Callable[[Store, str], object]]) -> None:
    """Do things to the store in the name of the reviewer; what cannot be done is said in the next run."""
    # Again, whatever the page showed: a login may have ended since.
    if not (who := login.who()):
        st.session_state["review-said"] = say("login_to_review")
        return
    config = settings.load()
    folder = config.layers_folder / config.city
    try:
        kept = reviews.prepared(config.store_of(), sources.built(folder, sources.stamp(folder)))
        faults = reviews.together(kept, [_by(act, who) for act in acts])
    except PlanmapError as error:
        faults = [error]
    if faults:
        # Someone else was faster, mostly: what they decided is what this run shows.
        st.session_state["review-said"] = "  \n".join(
            plain(fault.text(session.lang())) for fault in faults[:MOST_FAULTS]
        )


def _by(act: Callable[[Store, str], object], who: str) -> Callable[[Store], object]:
    return lambda kept: act(kept, who)


def deciding(
    now: Review, state: str, note: str | None = None, changes: Mapping[str, Any] | None = None
) -> Callable[[Store, str], object]:
    """Return what keeps a decision on a feature that was last reviewed so."""

    def act(kept: Store, who: str) -> object:
        return kept.record(reviews.decided(now, state, who, note=note, changes=changes), seen=now.revision)

    return act


def undoing(now: Review) -> Callable[[Store, str], object]:
    """Return what takes the latest decision on a feature back."""

    def act(kept: Store, who: str) -> object:
        return kept.undo(now.feature, who, seen=now.revision)

    return act


def _keep(now: Review, state: str, note: str | None = None, changes: Mapping[str, Any] | None = None) -> None:
    write([deciding(now, state, note, changes)])


def _undo(now: Review) -> None:
    write([undoing(now)])


def _form(source: Source, row: Any, now: Review, *, anonymous: bool) -> None:
    lang = session.lang()

    def options(name: str) -> dict[str, Any]:
        codes = list(schema.values(name))
        value = getattr(row, name)
        return {
            "options": codes,
            "index": codes.index(value) if value in codes else None,
            "format_func": lambda code: schema.value_label(name, code, lang),
        }

    with st.form(f"form-{row.id}-{now.revision}", border=False):
        name = st.text_input(schema.label("name", lang), row.name, max_chars=200)
        kind = st.selectbox(schema.label("kind", lang), **options("kind"))
        category = st.selectbox(schema.label("category", lang), **options("category"))
        districts = st.multiselect(
            say("district"), source.town.order, [d for d in row.districts if d in source.town.order],
            format_func=lambda d: facts.district(source.town, d, lang),
        )  # fmt: skip
        status = st.selectbox(schema.label("status", lang), **options("status"))
        note = st.text_area(say("note"), now.note, max_chars=4000, height=80)
        if st.form_submit_button(say("save_change"), type="primary", disabled=anonymous):
            given = {"name": name.strip(), "kind": kind, "category": category, "districts": districts, "status": status}
            found = reviews.changed(row, given)
            if found or note != now.note:
                state = "corrected" if found or now.changes else now.state
                _keep(now, state if state != "unreviewed" else "confirmed", note, found)
            st.rerun()


def _place(source: Source, row: Any, now: Review, *, anonymous: bool) -> None:
    draft = st.session_state.get("draft")
    if draft and draft["id"] == row.id:
        st.info(say("drafted", where=_where(draft["geometry"])), icon=":material/place:")
        radius = st.number_input(say("radius_m"), 10.0, 50_000.0, reviews.BY_HAND_M, 50.0, key="draft-radius")
        with st.container(horizontal=True, gap="small"):
            changes = {"geometry": draft["geometry"], "radius_m": radius}
            st.button(
                say("save_place"), type="primary", key="save-place", disabled=anonymous, on_click=_keep_place,
                args=(now, changes),
            )  # fmt: skip
            st.button(say("drop"), key="drop-place", on_click=lambda: st.session_state.pop("draft", None))
        return
    with st.expander(
        say("place_by_hand"), icon=":material/edit_location_alt:", key=f"by-hand-{row.geometry is None}",
        expanded=row.geometry is None, on_change="rerun",
    ) as by_hand:  # fmt: skip
        if not by_hand.open:
            return
        with st.container(horizontal=True, gap="small"):
            for shape in SHAPES:
                st.button(say(f"draw_{shape}"), key=f"draw-{shape}", on_click=_start, args=(row, shape))
        source_datum = st.segmented_control(
            say("datum"), reviews.DATUMS, format_func=lambda d: say(f"datum_{d}"), key="datum", default="wgs84",
            required=True, label_visibility="collapsed",
        )  # fmt: skip
        south, west, north, east = source.outlines["bounds"]
        middle = f"{(west + east) / 2:.4f}, {(south + north) / 2:.4f}"
        pasted = st.text_input(say("coordinates"), key="coordinates", placeholder=middle)
        if pasted:
            try:
                at = reviews.point(pasted, str(source_datum), Districts.load(source.town).outline)
                st.button(say("take", where=_where(at)), key="take-pasted", on_click=_draft(row.id, at))
            except PlanmapError as error:
                st.error(plain(error.text(session.lang())))
        _candidates(source, row)


def _keep_place(now: Review, changes: Mapping[str, Any]) -> None:
    _keep(now, "corrected", None, changes)
    st.session_state.pop("draft", None)


def _start(row: Any, shape: str) -> None:
    geometry = None if row.geometry is None else row.geometry.__geo_interface__
    st.session_state["edit"] = {"id": row.id, "kind": shape, "geometry": geometry}


def _where(geometry: Mapping[str, Any]) -> str:
    if geometry["type"] == "Point":
        lon, lat = geometry["coordinates"]
        return f"{lon:.5f}°E {lat:.5f}°N"
    return say("a_line") if geometry["type"] == "LineString" else say("an_area")


def _candidates(source: Source, row: Any) -> None:
    found = reviews.candidates(placer(source.town.adcode), row.name, MOST_CANDIDATES)
    if not found:
        return
    st.caption(say("candidates"))
    for k, one in enumerate(found):
        st.button(plain(one.label), key=f"candidate-{k}", type="tertiary", on_click=_draft(row.id, one.geometry))
