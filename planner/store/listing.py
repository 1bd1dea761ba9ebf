"""Scenarios as the list shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, insert, select

from planner.store.history import version_in
from planner.store.sharing import Held, visible
from planner.store.tables import scenarios, tags, versions
from planner.store.values import Entry

__all__ = ["entries", "entry_of", "set_tags"]

_SCENARIO = {
    name: scenarios.c[name].label(f"scenario_{name}")
    for name in (
        *("fid", "id", "owner_sha256", "title", "region_id", "region", "bundle_sha256"),
        *("archived", "shared", "created", "updated", "revision"),
    )
}


def entries(
    connection: Connection,
    held: Held,
    *,
    search: str,
    tag: str,
    region: str | None,
    archived: bool,
    mine: bool,
) -> tuple[Entry, ...]:
    """List what these keys may see, the latest change first.

    Parameters
    ----------
    search
        Words that title, region, tags, author and note hold between them, in any case. Compared
        here and not by the databases, which disagree on letters beyond ASCII.
    """
    asked = _asked().where(scenarios.c.archived.is_(archived), visible(held))
    if mine:
        asked = asked.where(scenarios.c.owner_sha256.in_(held.hashes))
    if region is not None:
        asked = asked.where(scenarios.c.region_id == region)
    if tag:
        asked = asked.where(scenarios.c.fid.in_(select(tags.c.scenario).where(tags.c.tag == tag)))
    asked = asked.order_by(scenarios.c.updated.desc(), scenarios.c.fid.desc())
    rows = connection.execute(asked).all()
    told = _tags(connection, (row.scenario_fid for row in rows))
    words = search.casefold().split()
    found = (_entry(row, told.get(row.scenario_fid, ()), held) for row in rows)
    return tuple(one for one in found if all(word in _text(one) for word in words))


def entry_of(connection: Connection, fid: int, held: Held) -> Entry:
    """One scenario, visible in lists or not."""
    row = connection.execute(_asked().where(scenarios.c.fid == fid)).one()
    return _entry(row, _tags(connection, (fid,)).get(fid, ()), held)


def set_tags(connection: Connection, fid: int, told: Iterable[str]) -> None:
    """Replace the tags of a scenario."""
    connection.execute(delete(tags).where(tags.c.scenario == fid))
    rows = [{"scenario": fid, "tag": tag} for tag in told]
    if rows:
        connection.execute(insert(tags), rows)


def _asked() -> Select[Any]:
    latest = and_(versions.c.scenario == scenarios.c.fid, versions.c.number == scenarios.c.revision)
    shown = (versions.c[name] for name in ("number", "author", "note", "figures", "created"))
    return select(*_SCENARIO.values(), *shown, versions.c.bundle_sha256).join_from(
        scenarios, versions, latest
    )


def _tags(connection: Connection, fids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    told: dict[int, list[str]] = {}
    wanted = set(fids)
    # Few scenarios are asked for by number; for many, all tags are fewer than parameters allowed.
    asked = select(tags.c.scenario, tags.c.tag)
    if len(wanted) < 500:
        asked = asked.where(tags.c.scenario.in_(sorted(wanted)))
    for fid, tag in connection.execute(asked):
        if fid in wanted:
            told.setdefault(fid, []).append(tag)
    return {fid: tuple(sorted(found)) for fid, found in told.items()}


def _entry(row: Row[Any], told: tuple[str, ...], held: Held) -> Entry:
    names = (
        *("id", "title", "region_id", "region", "bundle_sha256", "shared", "archived"),
        *("created", "updated", "revision"),
    )
    return Entry(
        **{name: getattr(row, f"scenario_{name}") for name in names},
        mine=held.opens(row.scenario_owner_sha256),
        tags=told,
        latest=version_in(row),
    )


def _text(entry: Entry) -> str:
    told = (entry.title, entry.region, *entry.tags, entry.latest.author, entry.latest.note)
    return "\n".join(told).casefold()
