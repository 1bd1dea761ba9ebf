from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.bundle import load_bundle
from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES, Language
from tests.town import write_town


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("town")
    import_region(Intake(extract=write_town(folder / "town.osm")), Path(folder / "bundle"))
    return make_plan(load_bundle(folder / "bundle"), Scenario(radius_m=250.0, urban_target=None))


def _service(plan, language):  # type: ignore[no-untyped-def]  # its source runs by itself
    from planner.ui.policy_service import show_service

    show_service("", plan, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rounds_are_planned_when_asked_for(plan: Plan, language: Language) -> None:
    page = AppTest.from_function(_service, kwargs={"plan": plan, "language": language})
    page.run(timeout=60)
    assert not page.exception and not page.metric
    page.button(key="service-button").click().run(timeout=60)
    assert not page.exception and not page.error and len(page.metric) == 7
    assert int(page.metric[1].value) > 0
    assert len(page.expander) == 1
    page.selectbox(key="service-vehicles-choice").select(3).run(timeout=60)
    assert not page.exception and len(page.info) == 1 and len(page.metric) == 7
