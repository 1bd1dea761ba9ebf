"""A town served by a map server on loopback, and servers to ask about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from geo import live_http
from geo.live import Servers
from tests.map_server import MapServer, map_server
from tests.town import write_town

NAMES = ("北镇", "东街道", "南乡", "西镇")


@pytest.fixture(scope="session")
def town_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MapServer]:
    path = write_town(tmp_path_factory.mktemp("served") / "town.osm", names=NAMES)
    with map_server(path) as server:
        yield server


@pytest.fixture
def server(town_server: MapServer) -> Iterator[MapServer]:
    """The town's server, asked nothing yet."""
    before = list(town_server.places)
    town_server.asked.clear()
    town_server.faults.clear()
    yield town_server
    town_server.faults.clear()
    town_server.places[:] = before
    town_server.too_much = lambda _query: ""


@pytest.fixture
def servers(server: MapServer, pauses: list[float], tmp_path: Path) -> Servers:
    assert not pauses
    return Servers(
        overpass=server.overpass, nominatim=server.address, cache=tmp_path / "cache", timeout_s=1
    )


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that would have been waited; nobody waits."""
    from osmnx import _nominatim

    waited: list[float] = []
    monkeypatch.setattr(live_http, "_pause", lambda s: waited.append(s) if s else None)
    monkeypatch.setattr(live_http, "_BETWEEN_S", 0.0)
    monkeypatch.setattr(live_http, "_GRACE_S", 0.0)
    monkeypatch.setattr(_nominatim, "time", SimpleNamespace(sleep=lambda _seconds: None))
    return waited
