from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import Plan, make_plan
from planner.policy.tiers.figures import read_figures
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
    table = page.dataframe[-1].value
    assert len(table) == sum(int(one.value) for one in page.metric[1:3])
    raw = {
        "beside-point",
        "station",
        "centre",
        "industrial",
        *(s.key for s in read_figures().sizes),
    }
    assert not raw & {str(cell) for cell in table.to_numpy().ravel()}
    assert set(table["special"]) == {"否" if language == "zh" else "no"}
    page.checkbox(key="tiers-direct-choice").check().run(timeout=60)
    assert not page.exception and len(page.info) == 1 and len(page.metric) == 5
    page.checkbox(key="tiers-direct-choice").uncheck()
    page.number_input(key="tiers-station-floor-choice").set_value(500.0)
    page.number_input(key="tiers-stations-choice").set_value(3)
    page.number_input(key="tiers-reach-choice").set_value(25.0)
    page.run(timeout=60)
    page.button(key="tiers-button").click().run(timeout=60)
    assert not page.exception and not page.error
    spec = page.session_state["tiers-result"][2].spec
    assert (spec.station_floor_m2, spec.max_stations, spec.station_reach_km) == (500.0, 3, 25.0)
    assert int(page.metric[1].value) <= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_further_sources_are_read_from_their_table_or_what_lacks_is_said(
    language: Language,
) -> None:
    def rows(name, language):  # type: ignore[no-untyped-def]  # its source runs by itself
        import pandas as pd
        import streamlit as st

        from planner.ui.policy_tiers_controls import extras_in
        from planner.ui.policy_tiers_words import TIERS_UI

        row = {"name": name, "lon": 117.2, "lat": 29.3, "material": "paper", "kg_day": 5.0}
        blank = dict.fromkeys(row)
        st.session_state["found"] = extras_in(
            pd.DataFrame([row, blank]), lambda key, **v: TIERS_UI.say(key, language, **v)
        )

    page = AppTest.from_function(rows, kwargs={"name": "公物仓\n<b>", "language": language}).run()
    assert not page.exception and not page.error
    (one,) = page.session_state["found"]
    assert (one.name, one.material, one.kg_day) == ("公物仓 <b>", "paper", 5.0)
    page = AppTest.from_function(rows, kwargs={"name": None, "language": language}).run()
    assert page.session_state["found"] is None
    assert ("名称" if language == "zh" else "Name") in page.error[0].value


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
