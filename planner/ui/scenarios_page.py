"""The page of saved scenarios: found by words, tags and region; opened, compared, looked after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from planner.comparing.compare import MOST_PLANS
from planner.headline import percent
from planner.store import Entry
from planner.store.values import LINE
from planner.ui import saved
from planner.ui.archive import the_store
from planner.ui.compare_choice import KEYS, saved_id
from planner.ui.going import go_to
from planner.ui.packs import show_open_pack
from planner.ui.saved import attempt, held_keys, told_time
from planner.ui.scenarios_entry import show_entry
from planner.ui.scenarios_words import saved_say
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_scenarios"]

PAGE = 20
_PICKED, _SHOWN, _TICKED = "saved-picked", "saved-shown", "saved-ticked"


def show_scenarios(language: Language) -> None:
    """Draw the page."""

    def word(key: str, **values: object) -> str:
        return saved_say(key, language, **values)

    st.title(word("head"), anchor=False)
    st.caption(word("about"))
    saved.said(language)
    if len(held_keys()) > 1:
        st.info(word("own-keys", n=len(held_keys())), icon=":material/key:")
    show_open_pack(language)
    archived = st.session_state.get("scenarios-archived", False)
    everything = the_store().list(held_keys(), archived=archived)
    if not everything and not archived and not the_store().list(held_keys(), archived=True):
        _show_empty(language)
        return
    found = _filtered(everything, language)
    if not found:
        st.info(word("none-found"), icon=":material/search_off:")
        return
    _show_compare(found, language)
    shown = int(st.session_state.get(_SHOWN, PAGE))
    for entry in found[:shown]:
        _show_row(entry, language)
    if len(found) > shown:
        st.button(
            word("more", n=len(found) - shown),
            key="scenarios-more",
            on_click=partial(st.session_state.__setitem__, _SHOWN, shown + PAGE),
        )


def _filtered(everything: Sequence[Entry], language: Language) -> tuple[Entry, ...]:
    """Offer the filters and list what they leave."""
    words, tags, places, marks = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    regions = {one.region_id: one.region for one in everything}
    search = words.text_input(
        saved_say("search", language),
        key="scenarios-search",
        max_chars=LINE,
        placeholder=saved_say("search-example", language),
        icon=":material/search:",
    )
    tag = tags.selectbox(
        saved_say("tag", language),
        sorted({tag for one in everything for tag in one.tags}),
        index=None,
        key="scenarios-tag",
        placeholder=saved_say("all", language),
    )
    region = places.selectbox(
        saved_say("region", language),
        sorted(regions, key=lambda one: (regions[one], one)),
        index=None,
        format_func=lambda one: regions.get(one, one),
        key="scenarios-region",
        placeholder=saved_say("all", language),
    )
    with marks:
        mine = st.toggle(saved_say("only-mine", language), key="scenarios-mine")
        archived = st.toggle(saved_say("archived", language), key="scenarios-archived")
    return the_store().list(
        held_keys(),
        search=search or "",
        tag=tag or "",
        region=region,
        archived=archived,
        mine=mine,
    )


def _show_empty(language: Language) -> None:
    st.info(saved_say("none", language), icon=":material/inventory_2:")
    if st.button(
        saved_say("to-plan", language),
        key="scenarios-to-plan",
        type="primary",
        icon=":material/map:",
    ):
        go_to("plan")
        st.rerun()


def _show_compare(found: Sequence[Entry], language: Language) -> None:
    """Offer to compare those that are ticked."""
    ticked = [one for one in found if st.session_state.get(f"{_TICKED}-{one.id}")]

    def compare() -> None:
        for name in KEYS:  # of an earlier comparison
            st.query_params.pop(name, None)
        for name, one in zip(KEYS, ticked, strict=False):
            st.query_params[name] = saved_id(one.id, one.revision)
        go_to("compare")

    st.button(
        saved_say("compare", language, n=len(ticked)),
        key="scenarios-compare",
        icon=":material/compare_arrows:",
        disabled=not 2 <= len(ticked) <= MOST_PLANS,
        help=saved_say("compare-help", language, most=MOST_PLANS),
        on_click=compare,
    )


def _show_row(entry: Entry, language: Language) -> None:
    picked = st.session_state.get(_PICKED) == entry.id
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox(
                plain(saved_say("tick", language, title=entry.title)),
                key=f"{_TICKED}-{entry.id}",
                label_visibility="collapsed",
                width="content",
            )
            st.button(
                plain(entry.title),
                key=f"open-{entry.id}",
                type="tertiary",
                help=saved_say("open-help", language),
                on_click=partial(attempt, partial(saved.open_saved, entry.id)),
            )
            for tag in entry.tags:
                st.badge(plain(tag), color="gray")
            if entry.shared:
                st.badge(saved_say("is-shared", language), color="blue")
            if not entry.mine:
                st.badge(saved_say("is-theirs", language), color="orange")
            st.space("stretch")
            st.button(
                saved_say("less" if picked else "manage", language),
                key=f"manage-{entry.id}",
                icon=":material/expand_less:" if picked else ":material/expand_more:",
                on_click=partial(st.session_state.__setitem__, _PICKED, "" if picked else entry.id),
            )
        st.caption(plain(_facts(entry, language)))
        if picked:
            show_entry(entry, language)


def _facts(entry: Entry, language: Language) -> str:
    latest = entry.latest
    told = [
        entry.region,
        saved_say("version", language, n=entry.revision),
        latest.author,
        told_time(latest.when),
    ]
    figures = latest.figures
    if figures is not None:
        share = "—" if figures.share is None else percent(figures.share)
        told.append(saved_say("figures", language, sites=figures.sites, share=share))
        if figures.status != "proven":
            told.append(saved_say("unproven", language))
    if latest.note:
        told.append(" ".join(latest.note.split())[:120])
    return " · ".join(part for part in told if part)
