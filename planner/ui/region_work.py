"""Long work of the region page: uploads kept for a sitting, turns, progress, errors in one line."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import GeoError, InputError, LiveError
from geo.progress import Progress
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.errors import say_error
from planner.wording.language import Language
from planner.wording.words import say_phase

__all__ = ["keep_upload", "said_in_page", "sitting_folder", "working"]

TELL_S, WAIT_S = 0.1, 0.2
TURNS = max(1, (os.cpu_count() or 2) // 2)
"""Imports that run at a time, whoever asked: each may need a gigabyte for a while."""

_FOLDER = "region-folder"
_ODD = re.compile(r"[^\w.() -]+")
_LONGEST_NAME = 80


def sitting_folder() -> Path:
    """Folder for the files of this sitting; it goes when the sitting ends."""
    if _FOLDER not in st.session_state:
        # Removed when Streamlit forgets the sitting, and at the end of the server at the latest.
        st.session_state[_FOLDER] = tempfile.TemporaryDirectory(prefix="recyclenet-")
    return Path(st.session_state[_FOLDER].name)


def keep_upload(upload: Any, role: str) -> Path:
    """Write an upload under a harmless name of its own that still ends as it did.

    Parameters
    ----------
    upload
        From ``st.file_uploader``.
    role
        What it is given for; a sitting keeps one file for each.
    """
    folder = sitting_folder() / role / _ODD.sub("", str(upload.file_id))[:_LONGEST_NAME]
    name = _ODD.sub("_", Path(upload.name).name).lstrip(". ") or "file"
    path = folder / name[-_LONGEST_NAME:]
    if not path.is_file():
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.mkdir(parents=True)
        path.write_bytes(upload.getbuffer())
    return path


def said_in_page(error: GeoError, language: Language) -> str:
    """Put an error into one line for this page, escaped for Markdown.

    Remedies that name a command's options are of no use here: the page has its own.
    """
    told = error.remedy if isinstance(error, InputError) else ""
    text = say_error(error, language, remedy="--" not in told and "recyclenet" not in told)
    if _FOLDER in st.session_state:  # where uploads lie is nobody's business
        text = re.sub(re.escape(str(sitting_folder())) + r"/(?:[^/]+/){0,2}", "", text)
    if isinstance(error, LiveError) and not getattr(error, "choices", ()):
        text = UI.say("live-failed", language, error=text.rstrip(".。 "))
    return plain(text)


@contextmanager
def working(place: DeltaGenerator, language: Language) -> Iterator[Progress]:
    """Wait for a turn, then give a progress function that draws in ``place``.

    Streamlit stops the run in the middle of a call when the user does something else; nothing
    half made is left then, as bundles are written whole or not at all.
    """
    with place.container():
        bar = st.progress(0.0, UI.say("waiting-turn", language))
        done = st.empty()
        st.button(UI.say("stop", language), key="region-stop", icon=":material/stop_circle:")
    turns = _turns()
    while not turns.acquire(timeout=WAIT_S):
        bar.progress(0.0, UI.say("waiting-turn", language))
    try:
        yield _Phases(bar.progress, done, language)
    finally:
        turns.release()
    place.empty()


@st.cache_resource(show_spinner=False)
def _turns() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(TURNS)


class _Phases:
    """The phase and its share on a bar, the phases before it in a line."""

    def __init__(
        self, tell: Callable[[float, str], Any], done: DeltaGenerator, language: Language
    ) -> None:
        self._tell, self._done, self._language = tell, done, language
        self._phases: list[str] = []
        self._told_s = 0.0

    def __call__(self, phase: str, share: float) -> None:
        now_s = time.monotonic()
        name = say_phase(phase, self._language)
        if self._phases[-1:] != [name]:
            if self._phases:
                self._done.caption(plain(" · ".join(f"✓ {one}" for one in self._phases)))
            self._phases = [one for one in self._phases if one != name] + [name]
        elif now_s - self._told_s < TELL_S:
            return
        self._told_s = now_s
        self._tell(min(max(share, 0.0), 1.0), plain(f"{name}…"))
