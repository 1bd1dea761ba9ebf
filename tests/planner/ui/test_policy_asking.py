from __future__ import annotations

import dataclasses

import pytest
from streamlit.testing.v1 import AppTest

from planner.plan import Plan
from planner.policy.asked import NOTHING_ASKED, Asked
from planner.policy.hosts.spec import HostsSpec
from planner.policy.phases.spec import PhasesSpec
from planner.policy.robust.spec import Blocked, RobustSpec


def _page(plan):  # type: ignore[no-untyped-def]  # its source runs by itself
    import streamlit as st

    from planner.ui.policy_robust import show_robust

    if st.session_state.get("drawn", True):
        show_robust("", plan, "zh")


@pytest.fixture
def page(town_plan: Plan) -> AppTest:
    return AppTest.from_function(_page, kwargs={"plan": town_plan}, default_timeout=60).run()


def test_controls_keep_what_they_were_given_while_another_section_is_drawn(page: AppTest) -> None:
    page.number_input(key="robust-seed-n").set_value(7).run()
    assert page.session_state["policy-asked"].robust.seed == 7
    page.session_state["drawn"] = False
    page.run()
    assert not page.number_input
    page.session_state["drawn"] = True
    page.run()
    assert not page.exception
    assert page.number_input(key="robust-seed-n").value == 7
    assert page.session_state["policy-asked"].robust.seed == 7


def test_what_came_with_a_scenario_stands_until_it_is_asked_anew(page: AppTest) -> None:
    # There is no control for blocked places.
    robust = RobustSpec(blocked=(Blocked(lon=1.0, lat=2.0, name="桥"),), seed=3)
    asked = dataclasses.replace(NOTHING_ASKED, robust=robust)
    page.session_state["policy-asked"], page.session_state["policy-serial"] = asked, 1
    page.run()
    assert not page.exception and not page.number_input
    assert "桥" in page.code[0].value and "seed = 3" in page.code[0].value
    assert page.session_state["policy-asked"] == asked
    page.button(key="robust-anew-button").click().run()
    assert page.number_input(key="robust-seed-n").value == RobustSpec().seed
    assert page.session_state["policy-asked"].robust.blocked == ()


def test_sections_hand_on_what_the_chain_was_asked() -> None:
    asked = Asked(hosts=HostsSpec(dial=0.25), phases=PhasesSpec(new_sites=(1, 2, 3)))
    assert asked.record() == {"hosts": {"dial": 0.25}, "phases": {"new_sites": [1, 2, 3]}}
