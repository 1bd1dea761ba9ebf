from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A store of the tests' own: the app opens one for the whole process."""
    before = os.environ.get("RECYCLENET_STORE")
    os.environ["RECYCLENET_STORE"] = str(tmp_path_factory.mktemp("store") / "store.sqlite3")
    yield
    if before is None:
        del os.environ["RECYCLENET_STORE"]
    else:
        os.environ["RECYCLENET_STORE"] = before
