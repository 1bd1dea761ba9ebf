"""Who may see and change what: links that cannot be guessed, keys of owners.

Whoever has a link may read; whoever has the key may change. Lists show what the keys given open
and what was shared with the team, nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from planner.store.errors import NotOwnerError, UnknownScenarioError
from planner.store.tables import scenarios

__all__ = [
    "Held",
    "digest",
    "find",
    "find_own",
    "is_id",
    "is_key",
    "new_id",
    "new_key",
    "visible",
]

_ID_BYTES, _KEY_BYTES = 16, 24
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")


def new_id() -> str:
    """Make a link's id: 128 random bits in 22 characters."""
    return secrets.token_urlsafe(_ID_BYTES)


def new_key() -> str:
    """Make an owner's key: 192 random bits in 32 characters."""
    return secrets.token_urlsafe(_KEY_BYTES)


def is_id(text: object) -> bool:
    """Whether a text has the form of an id."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_key(text: object) -> bool:
    """Whether a text has the form of a key."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def digest(text: str) -> str:
    """SHA-256, hexadecimal; ids and keys are random, so that it needs no salt."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """Keys that somebody holds, as their hashes."""

    hashes: tuple[str, ...]

    @classmethod
    def of(cls, keys: str | Iterable[str]) -> Held:
        """Take one key or several; what has not the form of a key opens nothing."""
        told = (keys,) if isinstance(keys, str) else tuple(keys)
        return cls(tuple(sorted({digest(key) for key in told if is_key(key)})))

    def opens(self, owner_sha256: str) -> bool:
        """Whether one of them is the owner's; every one is compared, in constant time."""
        same = [hmac.compare_digest(owner_sha256, one) for one in self.hashes]
        return any(same)


def find(connection: Connection, scenario_id: str) -> Row[Any]:
    """Find a scenario by its link.

    Raises
    ------
    UnknownScenarioError
        If there is none, or the text is no id.
    """
    if not is_id(scenario_id):
        raise UnknownScenarioError
    # The index is asked for the hash, the link itself is compared in constant time.
    asked = select(scenarios).where(scenarios.c.id_sha256 == digest(scenario_id))
    found = connection.execute(asked).one_or_none()
    if found is None or not hmac.compare_digest(str(found.id), scenario_id):
        raise UnknownScenarioError
    return found


def find_own(connection: Connection, scenario_id: str, key: str) -> Row[Any]:
    """Find a scenario that the key changes.

    Raises
    ------
    UnknownScenarioError, NotOwnerError
        If there is none; if it is somebody else's.
    """
    found = find(connection, scenario_id)
    if not Held.of(key).opens(found.owner_sha256):
        raise NotOwnerError
    return found


def visible(held: Held) -> ColumnElement[bool]:
    """What a list may show to whoever holds these keys."""
    return or_(scenarios.c.shared, scenarios.c.owner_sha256.in_(held.hashes))


def change(connection: Connection, fid: int, **values: object) -> None:
    """Change a scenario's own columns."""
    connection.execute(update(scenarios).where(scenarios.c.fid == fid).values(**values))
