"""Short rounds of what ``benchmarks/store_kill.py`` and ``store_load.py`` do in full."""

from __future__ import annotations

import random

import pytest
import sqlalchemy as sa

from benchmarks.store_kill import kill_rounds
from benchmarks.store_load import load
from benchmarks.store_plans import made_up, whole
from planner.store import open_store


def test_a_killed_program_loses_nothing(store_url: str) -> None:
    told = kill_rounds(store_url, 10, sites=20)
    assert told.faults == ()
    assert told.midway > 0 and told.saved > 0


def test_many_at_once_lose_nothing(store_url: str) -> None:
    told = load(store_url, planners=8, seconds=1.5, processes=2, sites=10)
    assert told.faults == ()
    assert all(told.seconds.get(deed) for deed in ("save", "update", "shared", "list", "open"))


@pytest.mark.parametrize("change", ["DELETE FROM sites", "UPDATE scenarios SET revision = 9"])
def test_a_fault_would_be_seen(store_url: str, change: str) -> None:
    """The checks above can fail."""
    with open_store(store_url) as store:
        store.save(made_up(random.Random(1), sites=10), title="t")
        assert whole(store) == []
        with store.engine.begin() as connection:
            connection.execute(sa.text(change))
        assert whole(store)
