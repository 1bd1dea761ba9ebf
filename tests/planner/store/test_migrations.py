"""Stores of every released schema open; newer and foreign ones are refused untouched.

``fixtures/schema-0001.*`` were written by the first schema and are never made again.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from planner.edits import Edits
from planner.store import ForeignStoreError, NewerStoreError, Store, open_store
from planner.store.engine import VERSION_TABLE, open_engine, upgrade, url_of
from planner.store.tables import METADATA, PLAN_TABLES, VIEWS, outlines
from tests.planner.store.cluster import Cluster, binaries
from tests.planner.store.conftest import STORES, empty_database

FIXTURES = Path(__file__).with_name("fixtures")
NEAR, FAR = "First-Schema_Scenario1", "First-Schema_Scenario2"
KEY = "First-Schema_Owner-Key-012345678"


@pytest.fixture(params=STORES)
def first_schema(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store as the first schema left it."""
    if request.param == "sqlite":
        shutil.copy(FIXTURES / "schema-0001.sqlite3", tmp_path / "old.sqlite3")
        return f"sqlite:///{tmp_path / 'old.sqlite3'}"
    server: Cluster = request.getfixturevalue("postgresql")
    url = empty_database(server)
    execute(url, "CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public")
    folder = binaries()
    assert folder is not None
    load = [folder / "psql", "-q", "-v", "ON_ERROR_STOP=1", url, "-f"]
    subprocess.run([*load, FIXTURES / "schema-0001.sql"], check=True, stdout=subprocess.DEVNULL)
    return url


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    engine = open_engine(url_of(url))
    rows: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        for statement in statements:
            done = connection.execute(sa.text(statement))
            rows = [tuple(row) for row in done] if done.returns_rows else rows
    engine.dispose()
    return rows


def test_the_first_schema_still_opens(first_schema: str) -> None:
    before = execute(first_schema, "SELECT count(*) FROM sites")
    with open_store(first_schema) as store:
        (near,) = store.list([KEY])
        assert (near.id, near.title, near.revision) == (NEAR, "近期方案", 2)
        assert not near.shared and near.tags == () and near.mine
        assert [one.title for one in store.list([KEY], archived=True)] == ["远期方案"]
        assert [one.note for one in store.history(NEAR)] == ["第 2 稿", "第 1 稿"]
        assert [store.open(NEAR, n).scenario.radius_m for n in (1, 2)] == [600.0, 800.0]
        assert not store.open(NEAR).scenario.edits
        assert store.edits("S0uIhxp4hQDhJ92IbN3tOw") == Edits(closed=("n1",))
        assert store.list() == ()
        with store.engine.connect() as connection:
            for table in (*PLAN_TABLES, outlines):
                shapes = connection.execute(sa.select(table)).all()
                assert shapes
        # And goes on from there.
        store.tag(NEAR, "旧", key=KEY)
        store.share(NEAR, key=KEY)
        made = store.make_mine(NEAR)
        assert store.open(made.id).scenario.radius_m == 800.0
        with store.engine.connect() as connection:
            counts = [
                connection.execute(sa.text(f"SELECT count(*) FROM {view}")).scalar()
                for view in VIEWS
            ]
        assert all(counts)
    assert execute(first_schema, "SELECT count(*) FROM sites") > before


@pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'")
def test_steps_lead_to_the_tables(store: Store) -> None:
    """What the steps make is what the program asks for."""
    with store.engine.connect() as connection:
        options = {
            "version_table": VERSION_TABLE,
            "compare_type": True,
            "include_name": lambda name, *_: (
                # PostGIS's own, and its indexes.
                not str(name).endswith("_geom") and name not in (VERSION_TABLE, "spatial_ref_sys")
            ),
        }
        found = compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
        names = set(sa.inspect(connection).get_view_names())
    real = [one for one in found if "modify_default" not in str(one) and not _only_a_blob(one)]
    assert real == [] and names >= set(VIEWS)


def _only_a_blob(difference: object) -> bool:
    # Alembic compares a geometry with what the database calls it.
    told = str(difference)
    return "modify_type" in told and "Geometry" in told


def test_a_newer_schema_is_refused_untouched(store_url: str) -> None:
    open_store(store_url).close()
    execute(store_url, f"UPDATE {VERSION_TABLE} SET version_num = '0999'")
    before = fingerprint(store_url)
    with pytest.raises(NewerStoreError) as told:
        open_store(store_url)
    assert "0999" in told.value.zh and "0999" in str(told.value) and "0003" in str(told.value)
    assert fingerprint(store_url) == before


def test_what_is_somebody_elses_is_refused_untouched(store_url: str) -> None:
    if store_url.startswith("sqlite"):
        execute(store_url, "CREATE TABLE letters (text TEXT)")
    else:
        execute(
            store_url,
            "CREATE SCHEMA recyclenet",
            "CREATE TABLE recyclenet.scenarios (text TEXT)",
        )
    before = fingerprint(store_url)
    with pytest.raises(ForeignStoreError) as told:
        open_store(store_url)
    assert "letters" in str(told.value) or "scenarios" in str(told.value)
    assert fingerprint(store_url) == before


def test_many_may_open_an_old_store_at_once(first_schema: str) -> None:
    def work(_: int) -> int:
        with open_store(first_schema) as store:
            return len(store.history(NEAR))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [2] * 8


def test_a_step_that_fails_leaves_the_old_store(
    first_schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(first_schema)
    monkeypatch.setattr("alembic.op.add_column", lambda *_: 1 / 0)  # tags are made before it
    with pytest.raises(ZeroDivisionError):
        upgrade(open_engine(url_of(first_schema)))
    monkeypatch.undo()
    assert fingerprint(first_schema) == before
    with open_store(first_schema) as store:
        assert store.list([KEY])[0].tags == ()


def fingerprint(url: str) -> str:
    """Everything that is in a database."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(str(url_of(url).database))
        told = "\n".join(file.iterdump())
        file.close()
    else:
        folder = binaries()
        assert folder is not None
        dump = [str(folder / "pg_dump"), "-n", "recyclenet", "--inserts", url]
        text = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        told = "\n".join(one for one in text.splitlines() if "restrict" not in one)
    return hashlib.sha256(told.encode()).hexdigest()
