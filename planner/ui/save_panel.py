"""Saving, in the sidebar of the plan: save, save as, and what to do when somebody was quicker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from planner.language import Language
from planner.plan import Plan
from planner.scenario import Scenario
from planner.store import ConflictError, Draft, Version, draft_of
from planner.store.values import LINE, NOTE, shown
from planner.ui import saved
from planner.ui.answer import region
from planner.ui.archive import the_store
from planner.ui.saved import Opening, attempt, now_open, told_time
from planner.ui.scenarios_words import saved_say
from planner.ui.text import plain

__all__ = ["show_links", "show_save"]

_CONFLICT, _DONE = "saved-conflict", "saved-done"


def show_save(region_id: str, scenario: Scenario, plan: Plan | None, language: Language) -> None:
    """Draw the panel.

    Parameters
    ----------
    plan
        The scenario's, if it has one yet: what is proven of it is saved along.
    """
    there = now_open()
    if there is not None and there.region_id != region_id:
        there = None  # another region was chosen since

    def word(key: str, **values: object) -> str:
        return saved_say(key, language, **values)

    st.subheader(word("save-head"), anchor=False)
    saved.said(language)
    if there is None:
        st.caption(word("not-saved"))
    else:
        key = "open-mine" if there.mine else "open-theirs"
        st.caption(plain(word(key, title=there.title, n=there.version)))
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        st.success(word("saved", n=done), icon=":material/check:")
    conflict: tuple[str, Version] | None = st.session_state.get(_CONFLICT)
    if there is not None and conflict is not None and conflict[0] == there.id:
        _show_conflict(there, conflict[1], partial(_draft, region_id, scenario, plan), language)
        return
    with st.expander(word("save-open"), icon=":material/save:", expanded=False):
        title = st.text_input(
            word("title"),
            value=there.title if there else shown(scenario.name)[:LINE],
            max_chars=LINE,
            key=f"save-title-{there.id if there else ''}",
            placeholder=word("title-example"),
        )
        author = st.text_input(
            word("author"), value=saved.author(), max_chars=60, key="save-author"
        )
        note = st.text_area(
            word("note"),
            max_chars=NOTE,
            key="save-note",
            height=68,
            placeholder=word("note-example"),
        )
        key = saved.own_key()
        if there is not None and there.mine and there.key != key:
            same = st.checkbox(word("same-key"), key="save-same-key", help=word("same-key-help"))
            key = there.key if same else key
        draft = partial(_draft, region_id, scenario, plan)
        with st.container(horizontal=True, gap="small"):
            if there is not None and there.mine:
                st.button(
                    word("save-version"),
                    key="save-version",
                    type="primary",
                    icon=":material/save:",
                    on_click=partial(_update, there, there.version, draft, author, note),
                )
            st.button(
                word("save-as") if there else word("save-new"),
                key="save-new",
                type="secondary" if there and there.mine else "primary",
                icon=":material/save_as:",
                disabled=not title.strip(),
                on_click=partial(_save, draft, title, author, note, key),
            )
            if there is not None:
                st.button(
                    word("close"),
                    key="save-close",
                    icon=":material/close:",
                    help=word("close-help"),
                    on_click=saved.close_saved,
                )
    if there is not None:
        with st.expander(word("links"), icon=":material/link:"):
            show_links(there.id, there.key, language)


def show_links(saved_id: str, key: str, language: Language) -> None:
    """Show the links of a scenario: to look at, and one's own."""
    st.caption(saved_say("link-view", language))
    st.code(saved.address(saved_id), language=None, wrap_lines=True)
    if key:
        st.caption(saved_say("link-own", language))
        st.code(saved.address(saved_id, key=key), language=None, wrap_lines=True)


def _show_conflict(
    there: Opening, theirs: Version, draft: Callable[[], Draft], language: Language
) -> None:
    """Tell who was quicker, and let it be chosen what becomes of both."""

    def word(key: str, **values: object) -> str:
        return saved_say(key, language, **values)

    who = theirs.author or word("somebody")
    said = word("conflict", author=who, n=theirs.number, when=told_time(theirs.when))
    st.warning(plain(said), icon=":material/group:")
    if theirs.note:
        st.caption(plain(theirs.note))
    author, note = saved.author(), str(st.session_state.get("save-note", ""))
    title = word("copy-title", title=there.title)[:LINE]
    st.button(
        word("conflict-copy"),
        key="conflict-copy",
        type="primary",
        on_click=partial(_save, draft, title, author, note, saved.own_key()),
    )
    st.button(word("conflict-theirs"), key="conflict-theirs", on_click=partial(_take, there))
    st.button(
        word("conflict-overwrite"),
        key="conflict-overwrite",
        help=word("conflict-overwrite-help"),
        on_click=partial(_update, there, theirs.number, draft, author, note),
    )


def _draft(region_id: str, scenario: Scenario, plan: Plan | None) -> Draft:
    if plan is not None and plan.scenario == scenario:
        return draft_of(plan, region_id)
    bundle = region(region_id)
    return Draft(
        scenario=scenario,
        region_id=region_id,
        region=shown(bundle.region.name),
        bundle_sha256=bundle.sha256,
    )


def _save(draft: Callable[[], Draft], title: str, author: str, note: str, key: str) -> None:
    def deed() -> None:
        made_of = draft()
        made = the_store().save(made_of, title=title, author=author, note=note, key=key)
        saved.remember(made, title, made_of.region_id)
        _done(author, made.revision)

    attempt(deed)


def _update(
    there: Opening, expected: int, draft: Callable[[], Draft], author: str, note: str
) -> None:
    def deed() -> None:
        try:
            number = the_store().update(
                there.id, draft(), key=there.key, expected=expected, author=author, note=note
            )
        except ConflictError as conflict:
            saved.name_author(author)
            st.session_state[_CONFLICT] = (there.id, conflict.theirs)
            return
        saved.advanced(number)
        _done(author, number)

    attempt(deed)


def _take(there: Opening) -> None:
    st.session_state.pop(_CONFLICT, None)
    attempt(lambda: saved.open_saved(there.id))


def _done(author: str, number: int) -> None:
    saved.name_author(author)
    st.session_state.pop(_CONFLICT, None)
    st.session_state[_DONE] = number
    st.session_state["save-note"] = ""
