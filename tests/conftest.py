from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# The same examples at each run, so that red means that the code has changed; to look further:
# HYPOTHESIS_PROFILE=explore make test
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; tests that need one are skipped, and say so, where there is none."""
    told = os.environ.get("CHROMIUM")
    found = shutil.which(told) if told else next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        why = "no Chromium: install one, or set CHROMIUM to its path"
        if os.environ.get("RECYCLENET_REQUIRE_BROWSER"):  # .ci/run has installed one
            pytest.fail(why)
        pytest.skip(why)
    return found


@pytest.fixture(scope="session")
def chrome(chromium: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=options)
        yield browser
        browser.close()
