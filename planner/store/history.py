"""Versions: each saving is one, none is ever changed, and a later one never hides a loss."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from planner.store.errors import ConflictError, UnknownScenarioError
from planner.store.sharing import digest
from planner.store.tables import PLAN_TABLES, coverage, outlines, scenarios, sites
from planner.store.tables import townships as township_table
from planner.store.tables import versions as version_table
from planner.store.values import (
    Draft,
    PlanRows,
    Receipt,
    TownshipRow,
    Version,
    figures_in,
    figures_text,
    question_of,
)

__all__ = ["add", "advance", "begin", "copy", "read", "read_all", "row_of"]


_CONTENT = ("question", "answer", "figures", "policy")


def begin(
    connection: Connection,
    made: Receipt,
    title: str,
    region: tuple[str, str, str],
    when: datetime,
) -> int:
    """Write a scenario's first row, and tell its key within the database.

    Parameters
    ----------
    region
        Id, name and sha256 of the data.
    """
    region_id, name, bundle_sha256 = region
    written = connection.execute(
        insert(scenarios).values(
            id=made.id,
            id_sha256=digest(made.id),
            owner_sha256=digest(made.key),
            title=title,
            region_id=region_id,
            region=name,
            bundle_sha256=bundle_sha256,
            archived=False,
            shared=False,
            created=when,
            updated=when,
            revision=made.revision,
        )
    )
    return _key(written.inserted_primary_key)


def advance(
    connection: Connection, fid: int, *, expected: int, when: datetime, **values: str
) -> int:
    """Take the next version's number, if the latest is still the expected one.

    Raises
    ------
    ConflictError
        With the version that is the latest now.
    """
    # One statement: of two who expect the same, the second waits and then finds no row.
    taken = connection.execute(
        update(scenarios)
        .where(scenarios.c.fid == fid, scenarios.c.revision == expected)
        .values(revision=expected + 1, updated=when, **values)
    )
    if taken.rowcount != 1:
        latest = connection.execute(select(scenarios.c.revision).where(scenarios.c.fid == fid))
        raise ConflictError(read(connection, fid, latest.scalar_one()))
    return expected + 1


def add(
    connection: Connection,
    scenario: int,
    number: int,
    draft: Draft,
    *,
    author: str,
    note: str,
    when: datetime,
) -> None:
    """Write a version and its plan."""
    made = connection.execute(
        insert(version_table).values(
            scenario=scenario,
            number=number,
            author=author,
            note=note,
            bundle_sha256=draft.bundle_sha256,
            question=question_of(draft.scenario),
            answer=draft.answer,
            figures=figures_text(draft.figures),
            created=when,
            policy=draft.policy,
        )
    )
    _add_rows(connection, _key(made.inserted_primary_key), draft.rows)


def copy(
    connection: Connection,
    source: Row[Any],
    scenario: int,
    *,
    author: str,
    note: str,
    when: datetime,
) -> None:
    """Write a version, plan and all, as the first one of another scenario."""
    kept = {name: source._mapping[name] for name in _CONTENT}
    made = connection.execute(
        insert(version_table).values(
            scenario=scenario,
            number=1,
            author=author,
            note=note,
            bundle_sha256=source.bundle_sha256,
            created=when,
            **kept,
        )
    )
    key = _key(made.inserted_primary_key)
    for table in PLAN_TABLES:
        columns = [one for one in table.c if one.name not in ("fid", "version")]
        rows = connection.execute(
            select(*columns).where(table.c.version == source.fid).order_by(table.c.fid)
        ).mappings()
        told = [{**row, "version": key} for row in rows]
        if told:
            connection.execute(insert(table), told)


def row_of(connection: Connection, scenario: int, number: int) -> Row[Any]:
    """Find a version.

    Raises
    ------
    UnknownScenarioError
        If the scenario has none of this number.
    """
    asked = select(version_table).where(
        version_table.c.scenario == scenario, version_table.c.number == number
    )
    found = connection.execute(asked).one_or_none()
    if found is None:
        raise UnknownScenarioError
    return found


def read(connection: Connection, scenario: int, number: int) -> Version:
    """Read what is told of a version."""
    return version_in(row_of(connection, scenario, number))


def read_all(connection: Connection, scenario: int) -> tuple[Version, ...]:
    """Read all of them, the latest first."""
    asked = (
        select(version_table)
        .where(version_table.c.scenario == scenario)
        .order_by(version_table.c.number.desc())
    )
    return tuple(version_in(row) for row in connection.execute(asked))


def version_in(row: Row[Any]) -> Version:
    """Version that a row of its table tells."""
    return Version(
        number=row.number,
        author=row.author,
        note=row.note,
        when=row.created,
        bundle_sha256=row.bundle_sha256,
        figures=figures_in(row.figures),
    )


def _add_rows(connection: Connection, version: int, rows: PlanRows) -> None:
    for table, told in ((sites, rows.sites), (coverage, rows.coverage)):
        values = [_values(row, version) for row in told]
        if values:
            connection.execute(insert(table), values)
    kept = _keep_outlines(connection, rows.townships)
    values = []
    for row, outline in zip(rows.townships, kept, strict=True):
        told_row = _values(row, version)
        del told_row["geom"]
        values.append({**told_row, "outline": outline})
    if values:
        connection.execute(insert(township_table), values)


def _values(row: Any, version: int) -> dict[str, Any]:
    told = {one.name: getattr(row, one.name) for one in dataclasses.fields(row)}
    return {**told, "version": version}


def _keep_outlines(connection: Connection, rows: Sequence[TownshipRow]) -> list[int]:
    """Keys of the townships' outlines; those that are not there yet are written."""
    hashes = [hashlib.sha256(shapely.to_wkb(row.geom, byte_order=1)).hexdigest() for row in rows]
    shapes = dict(zip(hashes, (row.geom for row in rows), strict=True))
    known = _outlines(connection, list(shapes))
    # Sorted: two who write the same ones wait for each other in the same order, not in a circle.
    missing = [{"sha256": one, "geom": shapes[one]} for one in sorted(set(shapes) - set(known))]
    if missing:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(outlines).on_conflict_do_nothing(), missing)
        known = _outlines(connection, list(shapes))
    return [known[one] for one in hashes]


def _outlines(connection: Connection, hashes: list[str]) -> dict[str, int]:
    asked = select(outlines.c.sha256, outlines.c.fid).where(outlines.c.sha256.in_(hashes))
    return {row.sha256: row.fid for row in connection.execute(asked)}


def _key(primary: Any) -> int:
    return int(primary[0])
