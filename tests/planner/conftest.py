from __future__ import annotations

from pathlib import Path

import pytest

from geo.bundle import Bundle, load_bundle
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from tests.town import write_town


@pytest.fixture(scope="session")
def town_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic town, imported."""
    folder = tmp_path_factory.mktemp("town")
    extract = write_town(folder / "town.osm")
    import_region(Intake(extract=extract), folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="session")
def town(town_path: Path) -> Bundle:
    return load_bundle(town_path)


@pytest.fixture(scope="session")
def town_plan(town: Bundle) -> Plan:
    return make_plan(town, Scenario(radius_m=600.0))


@pytest.fixture
def plan_folder(town_plan: Plan, town_path: Path, tmp_path: Path) -> Path:
    """The plan's files, free to be tampered with."""
    write_plan(town_plan, tmp_path / "plan", bundle_path=town_path)
    return tmp_path / "plan"
