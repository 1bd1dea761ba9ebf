from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from geo.extract import Extract, read_extract
from tests.geo.live_fixtures import pauses, server, servers, town_server  # noqa: F401 - fixtures

# A busy machine is no failure.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, where there is one."""
    if "RECYCLENET_TEST_DATA" not in os.environ:
        pytest.skip("RECYCLENET_TEST_DATA is not set (real data is tried only where it is)")
    return Path(os.environ["RECYCLENET_TEST_DATA"])


@pytest.fixture(scope="session")
def isle_of_wight(real_data: Path) -> Extract:
    path = real_data / "osm" / "isle-of-wight-latest.osm.pbf"
    return read_extract(path, wanted={("amenity", "recycling"), ("shop", "supermarket")})
