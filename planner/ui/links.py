"""Links: ``s`` saved scenario, ``v`` version, ``key``, ``e`` edits; whole questions as tokens.

A token is one word of an address that carries a question that was never saved, so that plans put
aside for comparison come back after a reload and in somebody else's browser.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from planner.scenario import Scenario
from planner.store.sharing import is_id, is_key
from planner.ui.address import SCENARIO_KEYS, address_of, scenario_at

__all__ = [
    "EDITS",
    "KEY",
    "SAVED",
    "VERSION",
    "Link",
    "Question",
    "is_token",
    "link_at",
    "link_to",
    "question_in",
    "token_of",
]

SAVED, VERSION, KEY, EDITS, REGION = "s", "v", "key", "e", "region"
NAME, NAMED = "name", "named"
MOST_VERSIONS = 10**9
MARK = "q."
"""What tokens begin with: ids of saved scenarios have no dots."""
MOST_CHARACTERS, MOST_NAME = 4000, 60


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question that is not saved, as a token carries it.

    Parameters
    ----------
    name
        What its plan is called; cut to 60 characters in a token.
    region_id
        As in the address.
    scenario
        Without its edits: these are in the store.
    edits_id
        Of their snapshot there; empty for none.
    """

    name: str
    region_id: str
    scenario: Scenario
    edits_id: str = ""


def token_of(question: Question) -> str:
    """Write a question as one word: letters, digits, ``-``, ``_`` and ``.`` only."""
    link = Link(region_id=question.region_id, edits_id=question.edits_id)
    told = {**link.parameters(), **address_of(question.scenario), NAME: question.name[:MOST_NAME]}
    if question.scenario.name and question.scenario.name == told[NAME]:
        told[NAMED] = "1"
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return MARK + urlsafe_b64encode(text.encode()).decode().rstrip("=")


def is_token(text: str) -> bool:
    """Whether a text is meant to be a token, good or not."""
    return text.startswith(MARK)


def question_in(token: str) -> Question | None:
    """Read :func:`token_of`; ``None`` where any of it is no good.

    Half a question would be another one: unlike an address, which is written by hand too, a token
    holds altogether or not at all.
    """
    if not is_token(token) or len(token) > MOST_CHARACTERS or not token.isascii():
        return None
    body = token.removeprefix(MARK)
    try:
        told = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        return None
    link, name = link_at(told), told.get(NAME, "")
    known = SCENARIO_KEYS | {REGION, EDITS, NAME, NAMED}
    if told.keys() - known or len(name) > MOST_NAME or not name.isprintable():
        return None
    opened = scenario_at(told, Scenario(name=name if NAMED in told else ""))
    if opened.refused or link.edits_id != told.get(EDITS, ""):
        return None
    return Question(
        name=name, region_id=link.region_id, scenario=opened.scenario, edits_id=link.edits_id
    )


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
