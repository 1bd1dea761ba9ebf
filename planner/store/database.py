"""A database in use: each reading and each writing is one transaction, in the order of coming."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from planner.store.engine import BUSY_S, CONNECTIONS, open_engine, told, upgrade, url_of
from planner.store.turns import Turns

__all__ = ["Database", "open_database"]


def open_database(url: str | None) -> Database:
    """Connect, and bring the database to the latest schema.

    Raises
    ------
    StoreError
        If it cannot be opened, was written by a newer program, or holds something else.
    """
    engine = open_engine(url_of(url))
    try:
        upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Database(engine)


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """Connections, and who may use one.

    Parameters
    ----------
    places
        Threads that use one at a time.
    pens
        Threads that write at a time: SQLite has one writer and lets chance choose the next.
    """

    engine: Engine
    places: Turns = field(default_factory=lambda: Turns(CONNECTIONS, BUSY_S), repr=False)
    pens: Turns = field(default_factory=lambda: Turns(1, BUSY_S), repr=False)

    def close(self) -> None:
        """Close the connections."""
        self.engine.dispose()

    @contextmanager
    def reads(self) -> Iterator[Connection]:
        """Read in one transaction, of one moment: what others save meanwhile is not seen.

        Raises
        ------
        StoreError
            If the database cannot be used.
        """
        options: dict[str, Any] = {"recyclenet_reads": True}
        if self.engine.dialect.name == "postgresql":
            # Its own choice is a moment for each statement; SQLite knows but one for all.
            options["isolation_level"] = "REPEATABLE READ"
        with told(), self.places.turn(), self.engine.connect() as connection:
            yield connection.execution_options(**options)

    @contextmanager
    def writes(self) -> Iterator[tuple[Connection, datetime]]:
        """Write all that is done in the block, or nothing; the moment of writing comes along.

        Raises
        ------
        StoreError
            If the database cannot be used.
        """
        alone = self.engine.dialect.name == "sqlite"
        # Whoever waits to write does not keep a reader's place.
        with (
            told(),
            self.pens.turn() if alone else nullcontext(),
            self.places.turn(),
            self.engine.begin() as connection,
        ):
            yield connection, datetime.now(UTC)
