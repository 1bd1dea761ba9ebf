"""Where regions lie, and which one is planned for: an id in the address, a folder on the server."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from pathlib import Path

import streamlit as st

from geo.bundle import MANIFEST, is_bundle
from geo.folder import written_whole
from planner.errors import OutputError, PlannerError
from planner.regions.recipes import recipe_names
from planner.ui.words import UI

__all__ = [
    "UnknownRegionError",
    "adopt",
    "choose",
    "chosen",
    "data_there",
    "folder_of",
    "forget",
    "is_there",
    "keep_address",
    "new_id",
]

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"

#: What ``new_id`` makes: 128 random bits. Recipe names are shorter, so that neither is the other.
_OWN_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_ID_BYTES = 16

#: What the address holds by hand. Streamlit empties it when another page is opened.
_KEPT = ("region", "lang")


class UnknownRegionError(PlannerError):
    """An address names a region that is not on this server."""

    def __init__(self) -> None:
        super().__init__(UI.say("region-unknown", "en"))
        self.zh = UI.say("region-unknown", "zh")


def new_id() -> str:
    """Make an id that nobody can guess: who has it was given it."""
    return secrets.token_urlsafe(_ID_BYTES)


def folder_of(region_id: str) -> Path:
    """Find the folder of a region, whether it is there or not.

    Parameters
    ----------
    region_id
        Empty for the region that the app was started with (``RECYCLENET_BUNDLE``, else the
        embedded sample), the name of a recipe, or an id of ``new_id``'s.

    Raises
    ------
    UnknownRegionError
        If the id is none of these; it never touches a path then.
    """
    if not region_id:
        return Path(os.environ.get("RECYCLENET_BUNDLE") or SAMPLE)
    if region_id not in recipe_names() and not _OWN_ID.fullmatch(region_id):
        raise UnknownRegionError
    told = os.environ.get("RECYCLENET_REGIONS")
    return (Path(told) if told else ROOT / "data" / "cache" / "regions") / region_id


def is_there(region_id: str) -> bool:
    """Whether a region can be opened."""
    return is_bundle(folder_of(region_id))


def data_there(region_id: str) -> str:
    """Hash of a region's data, as its manifest tells it; empty where there is none."""
    try:
        told = json.loads((folder_of(region_id) / MANIFEST).read_text("utf-8"))["sha256"]
    except (OSError, ValueError, LookupError, TypeError, UnknownRegionError):
        return ""
    return told if isinstance(told, str) else ""


def adopt(folder: Path, region_id: str) -> None:
    """Copy a bundle that was checked among this server's regions.

    Parameters
    ----------
    region_id
        Of ``new_id``'s.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        with written_whole(folder_of(region_id)) as partial:
            for file in sorted(folder.iterdir()):
                shutil.copyfile(file, partial / file.name)
    except OSError as error:
        raise OutputError(
            f"the region cannot be kept ({error.strerror or error})",
            remedy="Ask whoever runs this server to look at its disk",
        ) from error


def forget(region_id: str) -> None:
    """Remove a region that nobody was given; one that is not there is no matter."""
    if _OWN_ID.fullmatch(region_id):
        shutil.rmtree(folder_of(region_id), ignore_errors=True)


def chosen() -> str:
    """Id of the region of this sitting, as the address has it; empty for the first one."""
    return str(st.query_params.get("region", ""))


def choose(region_id: str) -> None:
    """Take another region; the address carries it from here on."""
    _remember("region", region_id)


def keep_address() -> None:
    """Put back what the address held before another page was opened."""
    for key in _KEPT:
        told = st.query_params.get(key)
        if told is not None:
            st.session_state[_kept(key)] = told
        elif st.session_state.get(_kept(key)):
            st.query_params[key] = st.session_state[_kept(key)]


def _remember(key: str, value: str) -> None:
    st.session_state[_kept(key)] = value
    if value:
        st.query_params[key] = value
    else:
        st.query_params.pop(key, None)


def _kept(key: str) -> str:
    return f"address-{key}"
