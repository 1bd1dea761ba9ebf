"""Saving, in the sidebar of the plan: save, save as, and what to do when somebody was quicker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from planner.plan import Plan
from planner.scenario import Scenario
from planner.store import ConflictError, Draft, Version, draft_of
from planner.store.values import LINE, NOTE, shown
from planner.ui import saved
from planner.ui.answer import region
from planner.ui.archive import the_store
from planner.ui.asked import asked_now
from planner.ui.saved import Opening, attempt, now_open, told_time
from planner.ui.scenarios_words import saved_say
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_links", "show_save"]

_CONFLICT, _DONE, _KEPT_NOTE = "saved-conflict", "saved-done", "saved-note"
_AUTHOR, _NOTE = "save-author", "save-note"


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
        if there.mine:
            st.caption(word("address-has-key"))
        if there.bundle_sha256 != region(region_id).sha256:
            st.warning(word("other-data"), icon=":material/update:")
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        st.success(word("saved", n=done), icon=":material/check:")
    conflict: tuple[str, Version] | None = st.session_state.get(_CONFLICT)
    if there is not None and conflict is not None and conflict[0] == there.id:
        _show_conflict(there, conflict[1], partial(_draft, region_id, scenario, plan), language)
        return
    draft = partial(_draft, region_id, scenario, plan)
    if plan is None:
        st.caption(word("without-plan"))
    if there is not None and there.mine:
        st.button(
            word("save-version"),
            key="save-version",
            type="primary",
            icon=":material/save:",
            on_click=partial(_update, there, there.version, draft),
        )
    elif there is not None:
        st.button(
            word("do-mine"),
            key="save-mine",
            type="primary",
            icon=":material/person_add:",
            help=word("do-mine-help"),
            on_click=partial(_make_mine, there, scenario, draft),
        )
    with st.expander(
        word("save-more" if there else "save-open"), icon=":material/edit_note:", expanded=False
    ):
        title = st.text_input(
            word("title"),
            value=there.title if there else shown(scenario.name)[:LINE],
            max_chars=LINE,
            key=f"save-title-{there.id if there else ''}",
            placeholder=word("title-example"),
        )
        st.text_input(word("author"), value=saved.author(), max_chars=60, key=_AUTHOR)
        st.text_area(
            word("note"),
            max_chars=NOTE,
            key=_NOTE,
            height=68,
            placeholder=word("note-example"),
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                word("save-as") if there else word("save-new"),
                key="save-new",
                type="secondary" if there else "primary",
                icon=":material/save_as:",
                disabled=not title.strip(),
                on_click=partial(_save, draft, title),
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
    title = word("copy-title", title=there.title)[:LINE]
    st.button(
        word("conflict-copy"),
        key="conflict-copy",
        type="primary",
        on_click=partial(_save, draft, title),
    )
    st.button(word("conflict-theirs"), key="conflict-theirs", on_click=partial(_take, there))
    st.button(
        word("conflict-overwrite"),
        key="conflict-overwrite",
        help=word("conflict-overwrite-help"),
        on_click=partial(_update, there, theirs.number, draft),
    )


def _draft(region_id: str, scenario: Scenario, plan: Plan | None) -> Draft:
    policy = asked_now().text()
    if plan is not None and plan.scenario == scenario:
        return draft_of(plan, region_id, policy=policy)
    bundle = region(region_id)
    return Draft(
        scenario=scenario,
        region_id=region_id,
        region=shown(bundle.region.name),
        bundle_sha256=bundle.sha256,
        policy=policy,
    )


def _save(draft: Callable[[], Draft], title: str) -> None:
    author, note = _signed()

    def deed() -> None:
        made_of = draft()
        made = the_store().save(made_of, title=title, author=author, note=note)
        saved.remember(made, title, made_of.region_id, made_of.bundle_sha256)
        _done(made.revision)

    attempt(deed)


def _make_mine(there: Opening, scenario: Scenario, draft: Callable[[], Draft]) -> None:
    """Copy somebody's scenario, and go on with the copy; what was changed meanwhile goes along."""
    author, note = _signed()

    def deed() -> None:
        theirs = the_store().open(there.id, there.version)
        bundle_sha256 = theirs.version.bundle_sha256
        if theirs.scenario == scenario:  # with its tags and its very answer
            made = the_store().make_mine(there.id, there.version, author=author, note=note)
        else:
            changed = draft()
            made = the_store().save(changed, title=there.title, author=author, note=note)
            bundle_sha256 = changed.bundle_sha256
        saved.remember(made, there.title, there.region_id, bundle_sha256)
        _done(made.revision)

    attempt(deed)


def _update(there: Opening, expected: int, draft: Callable[[], Draft]) -> None:
    author, note = _signed()

    def deed() -> None:
        try:
            made_of = draft()
            number = the_store().update(
                there.id, made_of, key=there.key, expected=expected, author=author, note=note
            )
        except ConflictError as conflict:
            st.session_state[_CONFLICT] = (there.id, conflict.theirs)
            return
        saved.advanced(number, made_of.bundle_sha256)
        _done(number)

    attempt(deed)


def _take(there: Opening) -> None:
    st.session_state.pop(_CONFLICT, None)
    attempt(lambda: saved.open_saved(there.id))


def _signed() -> tuple[str, str]:
    """Author and note as they stand in the panel; kept while it asks what to do instead."""
    author = str(st.session_state.get(_AUTHOR, saved.author()))
    saved.name_author(author)
    note = str(st.session_state.get(_NOTE, st.session_state.get(_KEPT_NOTE, "")))
    st.session_state[_KEPT_NOTE] = note
    return author, note


def _done(number: int) -> None:
    st.session_state.pop(_CONFLICT, None)
    st.session_state[_DONE] = number
    st.session_state[_NOTE] = st.session_state[_KEPT_NOTE] = ""
