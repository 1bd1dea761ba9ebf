from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.bundle import load_bundle
from planner.plan import Plan, make_plan
from planner.policy.service.spec import Depot
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.ui.policy_service_asked import DEPOT_COLUMNS, first_monday_after, named_depots
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
    assert len(page.expander) == 2
    page.selectbox(key="service-vehicles-choice").select(3).run(timeout=60)
    assert not page.exception and len(page.info) == 1 and len(page.metric) == 7
    page.number_input(key="service-mobile-choice").set_value(0)
    page.date_input(key="service-first-choice").set_value(datetime.date(2026, 3, 4))
    page.time_input(key="service-start-choice").set_value(datetime.time(7, 45))
    page.selectbox(key="service-days-choice").select(6).run(timeout=60)
    assert not page.exception and any("2026-03-09" in one.value for one in page.caption)
    page.button(key="service-button").click().run(timeout=60)
    assert not page.exception and not page.error and page.metric[2].value == "0"


def test_a_cycle_begins_on_a_monday() -> None:
    for day in range(1, 15):
        told = first_monday_after(datetime.date(2026, 3, day))
        assert told.weekday() == 0 and 0 <= (told - datetime.date(2026, 3, day)).days < 7


def test_named_depots_are_read_and_what_lacks_is_told_by_row() -> None:
    rows = [("站 一", 117.2, 29.3), (None, None, None), (" 二 ", 117.3, 29.4)]
    table = pd.DataFrame(rows, columns=list(DEPOT_COLUMNS))
    assert named_depots(table) == (
        (Depot(name="站 一", lon=117.2, lat=29.3), Depot(name="二", lon=117.3, lat=29.4)),
        0,
    )
    for wrong in (("三", 117.2, None), (None, 117.2, 29.3), ("四", 217.2, 29.3), ("x\x00", 1, 1)):
        assert named_depots(pd.DataFrame([*rows, wrong], columns=list(DEPOT_COLUMNS)))[1] == 4
    assert named_depots(table.iloc[:0]) == ((), 0)
