from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.bundle import load_bundle
from planner.maps import assets as map_assets
from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.ui.serving import serve
from tests.browser.live_map import live  # noqa: F401 (a fixture)
from tests.town import write_town

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Sitting:
    """A browser page and what went wrong on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def town_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (map_assets.VENDOR / "leaflet" / "leaflet.js").is_file():
        pytest.skip("static/vendor is missing: make setup brings it")
    folder = tmp_path_factory.mktemp("town")
    extract = write_town(folder / "town.osm")
    import_region(Intake(extract=extract), folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="session")
def town_plan(town_path: Path) -> Plan:
    return make_plan(load_bundle(town_path), Scenario(radius_m=600.0))


@pytest.fixture
def sitting(chrome: Browser) -> Iterator[Sitting]:
    """A new browser without internet, that remembers errors and outside requests."""
    context = chrome.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN")
    page = context.new_page()
    sitting = Sitting(page)

    def guard(route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith(("http://127.0.0.1:", "data:", "blob:", "file:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            sitting.outside.append(url)
            route.abort()  # type: ignore[attr-defined]

    page.route("**/*", guard)
    page.on("pageerror", lambda error: sitting.errors.append(str(error)))
    page.on("dialog", lambda dialog: (sitting.errors.append(dialog.message), dialog.dismiss()))
    yield sitting
    context.close()


@pytest.fixture(scope="session")
def app_url(town_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("app")
    own = {
        "RECYCLENET_REGIONS": str(folder / "regions"),
        "RECYCLENET_STORE": f"sqlite:///{folder / 'store.sqlite3'}",
    }
    with serve(town_path, environment=own, log=folder / "log") as app:
        yield app.url
