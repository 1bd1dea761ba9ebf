"""The policy in full (政策落实): rules, hosts, three tiers, mobile rounds, years, robust core."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.bundle import Bundle
from planner.errors import PlanError
from planner.plan import Plan
from planner.scenario import Scenario
from planner.ui.answer import answer, known_answer, region
from planner.ui.asked import asked_now, lost
from planner.ui.figures import show_figures
from planner.ui.library import chosen
from planner.ui.opening import opened
from planner.ui.policy_chain import show_chain
from planner.ui.policy_compliance import show_compliance
from planner.ui.policy_hosts import show_hosts
from planner.ui.policy_phases import show_phases
from planner.ui.policy_robust import show_robust
from planner.ui.policy_service import show_service
from planner.ui.policy_tiers import show_tiers
from planner.ui.text import line_of, plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["SECTIONS", "show_policy"]

#: In the order of the policy's own clauses; each has its word ``policy-`` and the key.
SECTIONS: dict[str, Callable[[str, Plan, Language], None]] = {
    "compliance": show_compliance,
    "tiers": show_tiers,
    "hosts": show_hosts,
    "service": show_service,
    "phases": show_phases,
    "robust": show_robust,
}


def show_policy(language: Language) -> None:
    """Draw the page for the plan of this sitting; a section works when it is opened."""
    region_id = chosen()
    bundle = region(region_id)
    scenario = opened(region_id, bundle, language)
    st.title(UI.say("policy-head", language), anchor=False)
    st.caption(UI.say("policy-help", language))
    asked_now()  # what the link asks, before any control is drawn
    if (error := lost()) is not None:
        st.warning(plain(line_of(error, language)), icon=":material/link_off:")
    plan = _proven(bundle, scenario, language)
    if plan is None:
        return
    show_figures(plan, language, room_follows=False)
    show_chain(region_id, plan, language)
    tabs = st.tabs(
        [UI.say(f"policy-{key}", language) for key in SECTIONS],
        key="policy-section",
        on_change="rerun",
    )
    for tab, show in zip(tabs, SECTIONS.values(), strict=True):
        if tab.open:
            with tab:
                show(region_id, plan, language)


def _proven(bundle: Bundle, scenario: Scenario, language: Language) -> Plan | None:
    """Take the plan of this sitting, proven: what is built on it must not change under it."""
    with st.container(key="progress"):
        place = st.empty()
    plan = known_answer(bundle, scenario)
    if plan is not None:
        return plan
    try:
        return answer(bundle, scenario, place, language)
    except PlanError as error:
        st.error(plain(line_of(error, language)), icon=":material/block:")
        return None
