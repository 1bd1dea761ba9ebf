"""Links to saved scenarios and to edits: ``s`` scenario, ``v`` version, ``key``, ``e`` edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from planner.scenario import Scenario
from planner.store.sharing import is_id, is_key
from planner.ui.address import SCENARIO_KEYS, Opened, address_of, scenario_at

__all__ = [
    "EDITS",
    "KEY",
    "SAVED",
    "VERSION",
    "Link",
    "link_at",
    "link_to",
    "question_at",
    "question_link",
]

SAVED, VERSION, KEY, EDITS, REGION = "s", "v", "key", "e", "region"
MOST_VERSIONS = 10**9


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """What a link names; empty for what it does not, or what is no such thing.

    Parameters
    ----------
    saved_id, version
        Of a saved scenario; without a version, its latest.
    key
        Owner's key.
    edits_id
        Of a snapshot of edits that belong to the question in the link.
    region_id
        As in the address.
    asks
        Whether the link tells a question of its own, beside what was saved.
    """

    saved_id: str = ""
    version: int | None = None
    key: str = ""
    edits_id: str = ""
    region_id: str = ""
    asks: bool = False

    def parameters(self) -> dict[str, str]:
        """Write it as parameters of an address."""
        told = {
            SAVED: self.saved_id,
            VERSION: "" if self.version is None else str(self.version),
            KEY: self.key,
            EDITS: self.edits_id,
            REGION: self.region_id,
        }
        return {name: value for name, value in told.items() if value}


def link_at(parameters: Mapping[str, str]) -> Link:
    """Read the parameters of an address: nothing in them is believed."""
    told = parameters.get(VERSION, "")
    # ASCII digits only: `isdigit` knows others, `int` even more.
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    return Link(
        saved_id=_known(parameters.get(SAVED), is_id),
        version=number if 0 < number < MOST_VERSIONS else None,
        key=_known(parameters.get(KEY), is_key),
        edits_id=_known(parameters.get(EDITS), is_id),
        region_id=str(parameters.get(REGION, "")),
        asks=EDITS in parameters or any(name in SCENARIO_KEYS for name in parameters),
    )


def question_link(region_id: str, scenario: Scenario, edits_id: str = "") -> dict[str, str]:
    """Write a question that is not saved; its edits are in the store under their id."""
    link = Link(region_id=region_id, edits_id=edits_id)
    return {**link.parameters(), **address_of(scenario)}


def question_at(parameters: Mapping[str, str]) -> tuple[Link, Opened]:
    """Read :func:`question_link`; the edits are still to be fetched by their id."""
    return link_at(parameters), scenario_at(parameters)


def link_to(page_url: str | None, link: Link, *, pages: tuple[str, ...] = ()) -> str:
    """Write a whole address that can be sent.

    Parameters
    ----------
    page_url
        Of the page that is open; ``None`` where that is not known.
    pages
        Last parts of addresses that are pages of the app, not the app itself.
    """
    query = urlencode(link.parameters())
    if not page_url:
        return f"/?{query}"
    told = urlsplit(page_url)
    path = told.path.rstrip("/")
    head, _, last = path.rpartition("/")
    path = head if last in pages else path
    return urlunsplit((told.scheme, told.netloc, path + "/", query, ""))


def _known(text: object, test: Callable[[object], bool]) -> str:
    return str(text) if test(text) else ""
