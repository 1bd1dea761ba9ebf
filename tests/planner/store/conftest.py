from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from planner.plan import Plan
from planner.store import Draft, Store, draft_of, open_store
from tests.planner.store.cluster import Cluster, cluster, lack

STORES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running server; skipped, and said so, where none is installed."""
    if why := lack():
        if os.environ.get("RECYCLENET_REQUIRE_POSTGRES"):  # .ci/run has installed one
            pytest.fail(why)
        pytest.skip(why)
    with cluster() as made:
        made.create("store")
        yield made


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, of each sort."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite3'}"
    return empty_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def draft(town_plan: Plan) -> Draft:
    return draft_of(town_plan, "")


def empty_database(server: Cluster) -> str:
    engine = create_engine(server.url("store"))
    with engine.begin() as connection:
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text("DROP SCHEMA IF EXISTS recyclenet CASCADE"))
    engine.dispose()
    return server.url("store")
