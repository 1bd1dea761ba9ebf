from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from planner.ui import sitting


def _page(language: str) -> None:
    import streamlit as st

    from planner.plan import make_plan
    from planner.scenario import Scenario
    from planner.ui import sitting
    from planner.ui.answer import region
    from planner.ui.library import chosen
    from planner.ui.policy_compliance import show_compliance

    bundle = region(chosen())
    scenario = sitting.scenario_of(chosen()) or Scenario(radius_m=600.0)
    sitting.take(chosen(), scenario)
    st.session_state["asked"] = scenario
    show_compliance(chosen(), make_plan(bundle, scenario), language)  # type: ignore[arg-type]


@pytest.fixture
def page(town_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("RECYCLENET_BUNDLE", str(town_path))

    def run(language: str = "zh") -> AppTest:
        at = AppTest.from_function(_page, args=(language,), default_timeout=90)
        at.run()
        assert not at.exception
        return at

    return run


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_is_made_when_asked_for(page: Any, language: str) -> None:
    at = page(language)
    assert not at.metric
    at.multiselect(key="compliance-packs").set_value(["national", "sbt-10719"]).run()
    share = at.number_input(key="compliance-national-urban-cover-share")
    assert share.value == 95.0
    share.set_value(99.0)
    at.button(key="compliance-check").click().run()
    assert not at.exception
    assert sum(int(one.value) for one in at.metric) > 8
    table = at.dataframe[0].value
    assert len(table)
    everything = at.toggle(key="compliance-short").set_value(False).run().dataframe[0].value
    assert len(everything) > len(table)
    assert "99.00%" in everything.to_string()
    at.multiselect(key="compliance-packs").set_value([]).run()
    assert not at.metric
    assert at.info


def test_rules_become_the_question(page: Any) -> None:
    at = page()
    at.multiselect(key="compliance-packs").set_value(["shanghai"]).run()
    # What is checked only is told before anybody plans by it.
    assert any("只校核" in one.proto.body for one in at.get("html"))
    at.button(key="compliance-plan").click().run()
    asked = at.session_state["asked"]
    assert (asked.households_per_site, asked.households_per_site_urban) == (1500, 1000)
    assert asked.radius_m == 600.0
    assert sitting.MOST_KEPT


def test_a_repair_is_opened_beside_what_is_open(page: Any) -> None:
    at = page()
    at.number_input(key="compliance-national-urban-cover-radius_m").set_value(470.0)
    at.button(key="compliance-check").click().run()
    assert not at.exception
    sheet = at.session_state["compliance-sheet"][1]
    assert sheet.fix.sites
    at.button(key="compliance-add").click().run()
    forced = set(at.session_state["asked"].edits.forced)
    assert forced == {*sheet.plan.sites["id"], *(one.id for one in sheet.fix.sites)}
