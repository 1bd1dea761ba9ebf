"""The saved scenario of this sitting: which one is open, at what version, and whose keys are held.

Address and sitting tell the same: ``s`` and ``v`` what is open, ``key`` that it is one's own.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import streamlit as st

from geo.errors import GeoError
from planner.answers import read_answer
from planner.errors import PlannerError
from planner.policy.asked import asked_in
from planner.store import Entry, Receipt, SavedScenario, UnknownScenarioError
from planner.ui import sitting
from planner.ui.answer import region
from planner.ui.archive import the_store
from planner.ui.as_saved import opened_in_sitting
from planner.ui.asked import put_asked
from planner.ui.going import go_to
from planner.ui.library import choose
from planner.ui.links import KEY, SAVED, VERSION, Link, link_at, link_to
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = [
    "Opening",
    "address",
    "advanced",
    "attempt",
    "author",
    "close_saved",
    "held_keys",
    "hold",
    "key_of",
    "name_author",
    "now_open",
    "open_saved",
    "remember",
    "said",
    "take_link",
    "told_time",
]

_OPEN, _KEYS, _AUTHOR, _SAID, _MISSED = (
    *("saved-open", "saved-keys", "saved-author", "saved-said"),
    "saved-missed",
)
PAGES = ("plan", "region", "compare", "scenarios", "report", "policy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A saved scenario on the table.

    Parameters
    ----------
    version
        The one that was opened; saving expects that there is none later.
    key
        One held that changes it; empty where it is somebody else's.
    bundle_sha256
        Of the data it was saved on; the region may have been fetched anew since.
    """

    id: str
    version: int
    title: str
    region_id: str
    key: str
    bundle_sha256: str

    @property
    def mine(self) -> bool:
        """Whether it can be changed."""
        return bool(self.key)


def now_open() -> Opening | None:
    """Saved scenario that this sitting works on."""
    found: Opening | None = st.session_state.get(_OPEN)
    return found


def held_keys() -> tuple[str, ...]:
    """Owners' keys of this sitting: each scenario has its own.

    An address tells the key of what is open; it opens nothing else to whoever is sent it.
    """
    known: dict[str, None] = st.session_state.get(_KEYS, {})
    return tuple(known)


def hold(key: str) -> None:
    """Keep a key for this sitting."""
    known: dict[str, None] = st.session_state.setdefault(_KEYS, {})
    known[key] = None


def key_of(entry: Entry) -> str:
    """Key held that changes a scenario; empty if none does."""
    if not entry.mine:
        return ""
    opens = (key for key in held_keys() if the_store().open(entry.id, keys=(key,)).entry.mine)
    return next(opens, "")


def author() -> str:
    """Name that versions are saved under."""
    return str(st.session_state.get(_AUTHOR, ""))


def name_author(name: str) -> None:
    """Remember the name for this sitting."""
    st.session_state[_AUTHOR] = name


def take_link() -> None:
    """Open what the address names, once; call it before a page is drawn."""
    link = link_at(st.query_params.to_dict())
    if link.key and link.key not in held_keys():
        hold(link.key)
    there = now_open()
    if not link.saved_id:
        if SAVED in st.query_params and there is None:
            st.session_state[_SAID] = UnknownScenarioError()
        _tell()
        return
    if there is not None and (link.saved_id, link.version or there.version) == (
        there.id,
        there.version,
    ):
        _tell()
        return
    if st.session_state.get(_MISSED) == (link.saved_id, link.version):
        return
    try:
        found = the_store().open(link.saved_id, link.version, keys=held_keys())
        # A link that asks a question of its own is a reload: it went on from what was saved.
        _take(found, ask=not link.asks or sitting.current() is not None)
    except PlannerError as error:
        st.session_state[_MISSED] = (link.saved_id, link.version)
        st.session_state[_SAID] = error


def open_saved(saved_id: str, version: int | None = None) -> None:
    """Put a saved scenario on the table and go to the plan.

    Raises
    ------
    PlannerError
        If it cannot be opened.
    """
    _take(the_store().open(saved_id, version, keys=held_keys()), ask=True)
    go_to("plan")


def remember(made: Receipt, title: str, region_id: str, bundle_sha256: str) -> None:
    """Note what was saved: it is open from here on."""
    hold(made.key)
    _open(
        Opening(
            id=made.id,
            version=made.revision,
            title=title,
            region_id=region_id,
            key=made.key,
            bundle_sha256=bundle_sha256,
        )
    )


def advanced(number: int, bundle_sha256: str) -> None:
    """Note that a further version was saved."""
    there = now_open()
    assert there is not None
    _open(dataclasses.replace(there, version=number, bundle_sha256=bundle_sha256))


def close_saved() -> None:
    """Go on with the question alone; what was saved stays as it is."""
    st.session_state.pop(_OPEN, None)
    _tell()


def attempt(deed: Callable[[], None]) -> None:
    """Do something with the store; what goes wrong is said at the next drawing."""
    try:
        deed()
    except GeoError as error:
        st.session_state[_SAID] = error


def said(language: Language) -> None:
    """Say what went wrong since this was called last."""
    error = st.session_state.pop(_SAID, None)
    if error is not None:
        st.error(plain(line_of(error, language)), icon=":material/error:")


def address(saved_id: str, *, version: int | None = None, key: str = "") -> str:
    """Whole address of a saved scenario, to be sent."""
    link = Link(saved_id=saved_id, version=version, key=key)
    return link_to(st.context.url, link, pages=PAGES)


def told_time(when: datetime) -> str:
    """Moment on the reader's clock."""
    zone: tzinfo | None = None
    try:
        zone = ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ValueError, OSError, LookupError):
        zone = None
    local = when.astimezone(zone) if zone else when
    return f"{local:%Y-%m-%d %H:%M}" + ("" if zone else " UTC")


def _take(found: SavedScenario, *, ask: bool) -> None:
    entry = found.entry
    if ask:
        choose(entry.region_id)
        sitting.ask(entry.region_id, found.scenario)
        put_asked(asked_in(found.policy))
        _lay_out(found)
    _open(
        Opening(
            id=entry.id,
            version=found.version.number,
            title=entry.title,
            region_id=entry.region_id,
            key=key_of(entry),
            bundle_sha256=found.version.bundle_sha256,
        )
    )


def _lay_out(found: SavedScenario) -> None:
    """Show the very plan that was saved, where its data is still the same, until it is proven."""
    try:
        bundle = region(found.entry.region_id)
        if not found.answer or bundle.sha256 != found.version.bundle_sha256:
            return
        told = read_answer(json.loads(found.answer))
        opened_in_sitting(bundle, found.scenario, told)
    except (GeoError, ValueError):
        return  # the page answers the question anew, and says what it cannot open


def _open(opening: Opening) -> None:
    st.session_state[_OPEN] = opening
    st.session_state.pop(_MISSED, None)
    _tell()


def _tell() -> None:
    """Let the address tell what is open; a page that was gone to begins without."""
    there = now_open()
    wanted: dict[str, str] = {}
    if there is not None:
        wanted = Link(saved_id=there.id, version=there.version, key=there.key).parameters()
    told = st.query_params.to_dict()
    if {name: told[name] for name in (SAVED, VERSION, KEY) if name in told} != wanted:
        rest = {name: value for name, value in told.items() if name not in (SAVED, VERSION, KEY)}
        st.query_params.from_dict({**rest, **wanted})
