from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import Plan, make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES, Language
from tests.town import write_town


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    from geo.bundle import load_bundle

    folder = tmp_path_factory.mktemp("town")
    import_region(Intake(extract=write_town(folder / "town.osm")), Path(folder / "bundle"))
    return make_plan(load_bundle(folder / "bundle"), Scenario(radius_m=600.0))


def _tiers(plan, language):  # type: ignore[no-untyped-def]  # its source runs by itself
    from planner.ui.policy_tiers import show_tiers

    show_tiers("", plan, language)


def _hosts(plan, language):  # type: ignore[no-untyped-def]  # its source runs by itself
    from planner.ui.policy_hosts import show_hosts

    show_hosts("", plan, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_stations_and_centres_are_sited_when_asked_for(plan: Plan, language: Language) -> None:
    page = AppTest.from_function(_tiers, kwargs={"plan": plan, "language": language})
    page.run(timeout=60)
    assert not page.exception and not page.metric
    page.button(key="tiers-button").click().run(timeout=60)
    assert not page.exception and len(page.metric) == 5
    assert len(page.dataframe[0].value) == sum(int(one.value) for one in page.metric[1:3])
    page.checkbox(key="tiers-direct-choice").check().run(timeout=60)
    assert not page.exception and len(page.info) == 1 and len(page.metric) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dial_is_turned_when_asked_for(plan: Plan, language: Language) -> None:
    page = AppTest.from_function(_hosts, kwargs={"plan": plan, "language": language})
    page.run(timeout=60)
    assert not page.exception
    page.button(key="hosts-button").click().run(timeout=60)
    assert not page.exception and not page.error
    assert len(page.expander) == 1
    assert len(page.metric) == 6
    hosted = bool(set(plan.bundle.candidates.frame["kind"]) & {"waste_disposal", "marketplace"})
    # The dial and the sites; without a host the sites, with the reason and the remedy.
    assert len(page.dataframe) == (2 if hosted else 1)
    assert len(page.warning) == (0 if hosted else 1)
    sites = page.dataframe[-1].value
    assert len(sites) == len(plan.sites)
    assert sites.iloc[:, 0].is_unique
