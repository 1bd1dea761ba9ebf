"""What a link carries before anything is saved, edits by hand and texts: kept by their content."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import datetime

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from planner.edits import Edits, read_edits
from planner.store.errors import UnknownScenarioError
from planner.store.sharing import is_id
from planner.store.tables import edits as table
from planner.store.tables import texts

__all__ = ["keep", "keep_text", "read", "read_text", "snapshot_id", "text_id"]

_ID_BYTES = 16


def snapshot_id(edits: Edits) -> str:
    """Id of some edits: 128 bits of their digest; the same edits have the same one everywhere."""
    return text_id(edits.digest())


def text_id(text: str) -> str:
    """Id of a text: 128 bits of its digest."""
    told = hashlib.sha256(text.encode()).digest()[:_ID_BYTES]
    return urlsafe_b64encode(told).decode().rstrip("=")


def keep(connection: Connection, edits: Edits, when: datetime) -> str:
    """Write a snapshot, once."""
    content = json.dumps(edits.record(), ensure_ascii=False, allow_nan=False)
    return _keep(connection, table, snapshot_id(edits), content, when)


def read(connection: Connection, name: str) -> Edits:
    """Read a snapshot back.

    Raises
    ------
    UnknownScenarioError
        If there is none, or its content is not what its id says.
    """
    found = read_edits(json.loads(_content(connection, table, name)))
    if not hmac.compare_digest(snapshot_id(found), name):
        raise UnknownScenarioError
    return found


def keep_text(connection: Connection, text: str, when: datetime) -> str:
    """Write a text, once."""
    return _keep(connection, texts, text_id(text), text, when)


def read_text(connection: Connection, name: str) -> str:
    """Read a text back.

    Raises
    ------
    UnknownScenarioError
        If there is none, or it is not what its id says.
    """
    found = _content(connection, texts, name)
    if not hmac.compare_digest(text_id(found), name):
        raise UnknownScenarioError
    return found


def _keep(connection: Connection, place: Table, name: str, content: str, when: datetime) -> str:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(place)
        .values(id=name, content=content, created=when)
        .on_conflict_do_nothing()
    )
    return name


def _content(connection: Connection, place: Table, name: str) -> str:
    if not is_id(name):
        raise UnknownScenarioError
    asked = select(place.c.content).where(place.c.id == name)
    content = connection.execute(asked).scalar_one_or_none()
    if content is None:
        raise UnknownScenarioError
    return str(content)
