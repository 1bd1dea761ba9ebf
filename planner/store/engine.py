"""The way to a database: SQLite file or PostgreSQL with PostGIS, brought to the latest schema."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from planner.store.errors import ForeignStoreError, NewerStoreError, StoreError
from planner.store.tables import METADATA

__all__ = [
    "BUSY_S",
    "DEFAULT",
    "SCHEMA",
    "VERSION_TABLE",
    "open_engine",
    "told",
    "upgrade",
    "url_of",
]

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "data" / "cache" / "recyclenet.sqlite3"

SCHEMA = "recyclenet"
"""Of the tables in PostgreSQL, so that a department's other tables stay apart."""

VERSION_TABLE = "recyclenet_schema"
MIGRATIONS = Path(__file__).with_name("migrations")

BUSY_S = 30.0
CONNECTIONS, KEPT_CONNECTIONS = 20, 5
"""Of one program at a time, and kept open between."""
#: Whoever upgrades takes this lock; any number, the same in every program.
_UPGRADE_LOCK = 7_022_016


def url_of(told_url: str | None = None) -> URL:
    """Address of the store: what is told, else ``RECYCLENET_STORE``, else a file of our own.

    Raises
    ------
    StoreError
        If it is no address of a store.
    """
    asked = told_url or os.environ.get("RECYCLENET_STORE") or str(DEFAULT)
    if "://" not in asked:
        return URL.create("sqlite", database=str(Path(asked).expanduser().resolve()))
    try:
        url = make_url(asked)
    except (ArgumentError, ValueError):
        raise StoreError("bad-url") from None
    backend = url.drivername.split("+")[0]
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername != "sqlite" or not url.database or url.database == ":memory:":
        raise StoreError("bad-url")
    return url


def open_engine(url: URL) -> Engine:
    """Make connections that keep what was committed, whatever is killed.

    Raises
    ------
    StoreError
        If the driver or the folder is not to be had.
    """
    if url.drivername == "sqlite":
        try:
            Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(why=error.strerror or "no folder") from None
        engine = _engine(url, connect_args={"timeout": BUSY_S, "check_same_thread": False})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = _engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def _engine(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(
            url,
            pool_size=KEPT_CONNECTIONS,
            max_overflow=CONNECTIONS - KEPT_CONNECTIONS,
            pool_timeout=BUSY_S,
            hide_parameters=True,
            **options,
        )
    except (NoSuchModuleError, ImportError, ArgumentError):
        raise StoreError("bad-url") from None


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    # Transactions are begun by hand, below: the driver's own begin too late to be whole.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        # Every commit is on the disk before it is told: not even a power cut takes it back.
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its turn at once: one that read first could not wait for another any more.
    reads = connection.get_execution_options().get("recyclenet_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _set_up_postgresql(connection: Any, _: object) -> None:
    # PostGIS may live in any schema; its types must be found by their bare names.
    asked = (
        "SELECT set_config('search_path', concat_ws(', ', %s::text, "
        "(SELECT quote_ident(n.nspname) FROM pg_extension e "
        "JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'), "
        "current_setting('search_path')), false)"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(asked, (SCHEMA,))
    connection.autocommit = False


@contextmanager
def told() -> Iterator[None]:
    """Turn whatever the database says into one line without its statement and values.

    Raises
    ------
    StoreError
        In its place; :class:`ForeignStoreError` where a file is no database.
    """
    try:
        yield
    except PoolTimeoutError:
        raise StoreError(why="too many at a time") from None
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
            raise ForeignStoreError from error
        lines = str(error.orig).strip().splitlines()
        raise StoreError(why=lines[0][:200] if lines else "no answer") from error
    except SQLAlchemyError as error:
        raise StoreError(why=type(error).__name__) from error


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring a database to the latest schema, in one transaction: all of it or nothing.

    Raises
    ------
    NewerStoreError
        If a newer program wrote it; nothing is changed.
    ForeignStoreError
        If something else is in it; nothing is changed.
    StoreError
        If it cannot be reached or written.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    steps = ScriptDirectory.from_config(config)
    goal = steps.get_current_head() if to == "head" else to
    with told():
        with engine.connect().execution_options(recyclenet_reads=True) as connection:
            if _found(connection, steps) == goal:
                return
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _UPGRADE_LOCK})
            # Somebody may have been quicker.
            if _found(connection, steps) == goal:
                return
            if engine.dialect.name == "postgresql":
                _make_room(connection)
            config.attributes["connection"] = connection
            config.attributes["version_table"] = VERSION_TABLE
            command.upgrade(config, to)


def _make_room(connection: Connection) -> None:
    # Asked for only where they are missing: an administrator who made them need not give the
    # right to make more.
    if not inspect(connection).has_schema(SCHEMA):
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    asked = text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")
    if connection.execute(asked).first() is None:
        connection.execute(text("CREATE EXTENSION postgis WITH SCHEMA public"))


def _found(connection: Connection, steps: ScriptDirectory) -> str | None:
    """Schema that is there, ``None`` in an empty database."""
    if connection.dialect.name == "postgresql":
        names = set(inspect(connection).get_table_names(schema=SCHEMA))
    else:
        names = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in names:
        if foreign := sorted(names & set(METADATA.tables) or _not_ours(connection, names)):
            raise ForeignStoreError(", ".join(foreign)[:100])
        return None
    options = {"version_table": VERSION_TABLE}
    heads = MigrationContext.configure(connection, opts=options).get_current_heads()
    known = {script.revision for script in steps.walk_revisions()}
    for head in heads:
        if head not in known:
            raise NewerStoreError(found=head[:40], known=str(steps.get_current_head()))
    return heads[0] if heads else None


def _not_ours(connection: Connection, names: set[str]) -> set[str]:
    # A file belongs to one program; in PostgreSQL the schema is ours alone.
    return names if connection.dialect.name == "sqlite" else set()
