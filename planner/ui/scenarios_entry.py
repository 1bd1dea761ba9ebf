"""One saved scenario: its name, tags, sharing, copies, links and history."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import streamlit as st

from planner.answers import read_answer
from planner.policy.asked import asked_in
from planner.store import Entry, Version
from planner.store.values import LINE, MAX_TAGS
from planner.ui import saved
from planner.ui.archive import the_store
from planner.ui.library import data_there, folder_of
from planner.ui.packs import PACK_TYPE, pack_name, pack_of_saved
from planner.ui.save_panel import show_links
from planner.ui.saved import attempt, held_keys, told_time
from planner.ui.scenarios_words import saved_say
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_entry"]

MOST_SHOWN = 50


def show_entry(entry: Entry, language: Language) -> None:
    """Draw what can be done with a scenario."""

    def word(key: str, **values: object) -> str:
        return saved_say(key, language, **values)

    key = saved.key_of(entry)
    if key:
        _show_owner(entry, key, language)
    else:
        st.caption(word("read-only"))
    with st.container(horizontal=True, gap="small"):
        if key:
            title = word("copy-title", title=entry.title)[:LINE]
            _deed(
                "duplicate",
                ":material/content_copy:",
                entry,
                partial(_duplicate, entry, title),
                language,
            )
        else:
            _deed("mine", ":material/person_add:", entry, partial(_make_mine, entry), language)
        if key:
            store = the_store()
            name = "unarchive" if entry.archived else "archive"
            act = store.unarchive if entry.archived else store.archive
            _deed(name, f":material/{name}:", entry, partial(act, entry.id, key=key), language)
        _show_pack(entry, language)
    links, history = st.tabs([word("links"), word("history", n=entry.revision)])
    with links:
        show_links(entry.id, key, language)
    with history:
        for version in the_store().history(entry.id)[:MOST_SHOWN]:
            _show_version(entry, version, language)


def _show_owner(entry: Entry, key: str, language: Language) -> None:
    """Title, tags and sharing: written as soon as they change."""
    store = the_store()
    title_key, tags_key = f"title-{entry.id}", f"tags-{entry.id}"
    share_key = f"share-{entry.id}"

    def rename() -> None:
        told = str(st.session_state[title_key]).strip()
        if told and told != entry.title:
            attempt(lambda: store.rename(entry.id, told, key=key))

    def tags() -> None:
        def deed() -> None:
            told = {str(tag).strip() for tag in st.session_state[tags_key]} - {""}
            for tag in sorted(set(entry.tags) - told):
                store.untag(entry.id, tag, key=key)
            for tag in sorted(told - set(entry.tags)):
                store.tag(entry.id, tag, key=key)

        attempt(deed)

    def share() -> None:
        told = bool(st.session_state[share_key])
        attempt(lambda: store.share(entry.id, key=key, shared=told))

    left, right = st.columns(2)
    left.text_input(
        saved_say("title", language),
        value=entry.title,
        max_chars=LINE,
        key=title_key,
        on_change=rename,
    )
    known = {tag for one in store.list(held_keys()) for tag in one.tags} | set(entry.tags)
    right.multiselect(
        saved_say("tags", language),
        sorted(known),
        default=list(entry.tags),
        max_selections=MAX_TAGS,
        accept_new_options=True,
        key=tags_key,
        placeholder=saved_say("tags-example", language),
        on_change=tags,
    )
    st.toggle(
        saved_say("share", language),
        value=entry.shared,
        key=share_key,
        help=saved_say("share-help", language),
        on_change=share,
    )


def _deed(
    name: str, icon: str, entry: Entry, act: Callable[[], object], language: Language
) -> None:
    def deed() -> None:
        act()

    st.button(
        saved_say(f"do-{name}", language),
        key=f"{name}-{entry.id}",
        icon=icon,
        help=saved_say(f"do-{name}-help", language),
        on_click=partial(attempt, deed),
    )


def _show_pack(entry: Entry, language: Language) -> None:
    """Offer the latest version as one file, as long as its data are here."""
    there = data_there(entry.region_id) == entry.bundle_sha256

    store = the_store()  # taken here: the thread that makes the file has no sitting to ask

    def make() -> bytes:
        found = store.open(entry.id, entry.revision)
        answer = read_answer(json.loads(found.answer)) if found.answer else None
        folder = folder_of(entry.region_id)
        asked = asked_in(found.policy).toml()
        sha256 = found.version.bundle_sha256
        return pack_of_saved(found.scenario, answer, folder, sha256, asked)

    st.download_button(
        saved_say("do-pack", language),
        make if there else b"",
        file_name=pack_name(entry.title),
        mime=PACK_TYPE,
        key=f"pack-{entry.id}",
        icon=":material/archive:",
        on_click="ignore",
        disabled=not there,
        help=saved_say("do-pack-help" if there else "pack-no-data", language),
    )


def _duplicate(entry: Entry, title: str) -> None:
    """Copy a scenario of one's own; the copy has a key of its own, so that each is sent alone."""
    made = the_store().make_mine(entry.id, title=title, author=saved.author())
    saved.hold(made.key)


def _make_mine(entry: Entry, version: int | None = None) -> None:
    """Copy somebody's scenario and open the copy."""
    made = the_store().make_mine(entry.id, version, author=saved.author())
    saved.remember(made, entry.title, entry.region_id, entry.bundle_sha256)
    saved.open_saved(made.id)


def _show_version(entry: Entry, version: Version, language: Language) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        told = [
            saved_say("version", language, n=version.number),
            told_time(version.when),
            version.author or saved_say("somebody", language),
        ]
        st.button(
            plain(" · ".join(told)),
            key=f"version-{entry.id}-{version.number}",
            icon=":material/history:",
            help=saved_say("version-help", language),
            on_click=partial(attempt, partial(saved.open_saved, entry.id, version.number)),
        )
        if version.note:
            st.caption(plain(version.note))
