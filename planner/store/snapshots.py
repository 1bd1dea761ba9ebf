"""Edits by hand that a link carries before anything is saved: kept by their content."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from planner.edits import Edits, read_edits
from planner.store.errors import UnknownScenarioError
from planner.store.sharing import is_id
from planner.store.tables import edits as table

__all__ = ["keep", "read", "snapshot_id"]

_ID_BYTES = 16


def snapshot_id(edits: Edits) -> str:
    """Id of some edits: 128 bits of their digest; the same edits have the same one everywhere."""
    told = hashlib.sha256(edits.digest().encode()).digest()[:_ID_BYTES]
    return urlsafe_b64encode(told).decode().rstrip("=")


def keep(connection: Connection, edits: Edits, when: datetime) -> str:
    """Write a snapshot, once."""
    name = snapshot_id(edits)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    content = json.dumps(edits.record(), ensure_ascii=False, allow_nan=False)
    connection.execute(
        dialect.insert(table)
        .values(id=name, content=content, created=when)
        .on_conflict_do_nothing()
    )
    return name


def read(connection: Connection, name: str) -> Edits:
    """Read a snapshot back.

    Raises
    ------
    UnknownScenarioError
        If there is none, or its content is not what its id says.
    """
    if not is_id(name):
        raise UnknownScenarioError
    asked = select(table.c.content).where(table.c.id == name)
    content = connection.execute(asked).scalar_one_or_none()
    if content is None:
        raise UnknownScenarioError
    found = read_edits(json.loads(content))
    if not hmac.compare_digest(snapshot_id(found), name):
        raise UnknownScenarioError
    return found
