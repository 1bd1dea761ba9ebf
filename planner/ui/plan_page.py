"""The planning page: ask in the sidebar, read figures, work on the map, see what it costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.edits import NO_EDITS
from planner.errors import PlanError
from planner.plan import Plan
from planner.scenario import Scenario
from planner.ui import sitting
from planner.ui.answer import answer, goes_first, known_answer, region
from planner.ui.as_saved import as_saved
from planner.ui.controls import choose_scenario
from planner.ui.figures import (
    find_room,
    room_is_due,
    show_about,
    show_blanks,
    show_figures,
    show_unknown,
)
from planner.ui.library import chosen
from planner.ui.online import show_online
from planner.ui.opening import opened, tell_address
from planner.ui.plan_curve import show_curve
from planner.ui.plan_map import show_map
from planner.ui.plan_repairs import show_ways_out
from planner.ui.plan_table import show_table
from planner.ui.save_panel import show_save
from planner.ui.text import line_of, plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["show_plan"]

TABS = ("townships", "curve", "unknown")


def show_plan(language: Language) -> None:
    """Draw the page: what is had at once before what takes longer, a proof or a way out."""
    with goes_first():
        rest = _show_at_once(language)
    if rest is not None:
        rest()


def _show_at_once(language: Language) -> Callable[[], None] | None:
    """Draw all that nobody has to wait for; what is left to do, if anything, is returned."""
    region_id = chosen()
    bundle = region(region_id)
    asked = opened(region_id, bundle, language)
    with st.sidebar:
        scenario = choose_scenario(bundle, asked, language)
        sitting.take(region_id, scenario)
        tell_address(language)
        _show_edits(region_id, scenario, language)
        keep = st.container()
        show_online(language)
    show_about(bundle, language)
    # One element whatever happens, so that the map below is never mounted anew.
    above = st.container()
    below = st.container()
    # Laid over the page (see STYLE), so that nothing below it moves.
    with st.container(key="progress"):
        claimed = st.empty()
        place = st.empty()
    proven = known_answer(bundle, scenario)
    opened_plan = None if proven else as_saved(bundle, scenario)
    if opened_plan is not None:
        # Anybody can write an answer that calls itself proven.
        claimed.info(UI.say("as-saved", language), icon=":material/history:")
    plan = proven or opened_plan or known_answer(bundle, scenario, "quick")
    if plan is None and not st.session_state.get("map-is-there"):
        # The map loads in the browser while the first plan is made.
        with above:
            show_blanks(language)
        with below:
            _work(region_id, bundle, None, language)
        _try(bundle, scenario, place, language)
        st.session_state["map-is-there"] = True
        st.rerun()
    if plan is None:
        plan = _try(bundle, scenario, place, language, above)
    if plan is not None:
        with above:
            show_figures(plan, language)
        with keep:
            _show_keep(region_id, scenario, plan, language)
            show_save(region_id, scenario, proven, language)
        # From now on there is something to look at while another plan is made.
        st.session_state["map-is-there"] = True
    standing = _standing(bundle, scenario, place, language) if plan is None else None
    if standing is not None:
        with above:
            st.caption(UI.say("standing-shown", language, n=standing.record["sites"]))
    with below:
        _work(region_id, bundle, plan, language, standing)
    if plan is None:

        def ways_out() -> None:
            with above:  # last, as each repair is tried before it is told
                show_ways_out(region_id, bundle, scenario, place, language)

        return ways_out
    if proven is not None:
        return partial(_more, bundle, proven, place, language) if room_is_due(proven) else None
    doubt = claimed if opened_plan is not None else None
    return partial(_prove, bundle, scenario, place, doubt, language)


def _prove(
    bundle: Bundle,
    scenario: Scenario,
    place: DeltaGenerator,
    doubt: DeltaGenerator | None,
    language: Language,
) -> None:
    """Let the proven answer take the place of what stands on the page.

    Parameters
    ----------
    doubt
        Where it is said that a saved answer could not be proven here; None if none is shown.
    """
    try:
        proven = answer(bundle, scenario, place, language)
    except PlanError as error:
        if doubt is None:
            raise
        # What was saved took longer than is allowed here: it stays what it is called.
        doubt.warning(plain(line_of(error, language)), icon=":material/history:")
        return
    find_room(bundle, proven, place, language)
    st.rerun()


def _more(bundle: Bundle, plan: Plan, place: DeltaGenerator, language: Language) -> None:
    """Find how many more as many sites could cover, then tell it with the figures."""
    find_room(bundle, plan, place, language)
    st.rerun()


def _standing(
    bundle: Bundle, scenario: Scenario, place: DeltaGenerator, language: Language
) -> Plan | None:
    """What stands already, as a plan of nothing new: for the map where there is no other."""
    frame = bundle.candidates.frame
    edits = scenario.edits
    there = set(frame["id"][frame["existing"].astype(bool)]) - set(edits.closed)
    count = len(there) + sum(one.existing for one in edits.added)
    if not count:
        return None
    asked = dataclasses.replace(
        scenario,
        urban_target=None,
        township_target=None,
        min_per_township=0,
        min_per_township_urban=None,
        min_by_township=(),
        households_per_site=None,
        households_per_site_urban=None,
        max_sites=count,
        keep_existing=True,
        edits=dataclasses.replace(edits, forced=()),
    )
    try:
        return answer(bundle, asked, place, language, effort="quick")
    except PlanError:
        return None


def _work(
    region_id: str,
    bundle: Bundle,
    plan: Plan | None,
    language: Language,
    standing: Plan | None = None,
) -> None:
    """Map and tables: what is picked in one shows in the others.

    Where there is no plan the map shows what stands already, if that is given.

    No fragment: a run of a fragment waits for the page's, and a click on the map would wait for
    a proof. So it ends the proof, which then begins again.
    """
    show_map(region_id, bundle, plan or standing, language)
    if plan is None:
        return
    townships, curve, unknown = st.tabs(
        [
            UI.say(f"tab-{key}", language, n=len(plan.record["warnings"]))
            if key == "unknown"
            else UI.say(f"tab-{key}", language)
            for key in TABS
        ],
        key="plan-tab",
        on_change="rerun",
    )
    if townships.open:
        with townships:
            show_table(region_id, bundle, plan, language)
    if curve.open:
        with curve:
            show_curve(region_id, bundle, plan, language)
    with unknown:
        show_unknown(plan, language)


def _try(
    bundle: Bundle,
    scenario: Scenario,
    place: DeltaGenerator,
    language: Language,
    refusal: DeltaGenerator | None = None,
) -> Plan | None:
    try:
        return answer(bundle, scenario, place, language, effort="quick")
    except PlanError as error:
        if refusal is not None:
            said = UI.say("refused", language) + line_of(error, language)
            refusal.error(plain(said), icon=":material/block:")
        return None


def _show_edits(region_id: str, scenario: Scenario, language: Language) -> None:
    """Say what was changed by hand, with the way back."""
    edits = scenario.edits
    if not edits and not sitting.can_undo() and not sitting.can_redo():
        return
    st.subheader(UI.say("edits", language), anchor=False)
    counts = {
        "added": len(edits.added),
        "forced": len(edits.forced),
        "closed": len(edits.closed),
        "no-go": len(edits.no_go),
    }
    told = [UI.say(f"edits-{key}", language, n=n) for key, n in counts.items() if n]
    st.caption(" · ".join(told) or UI.say("edits-none", language))
    with st.container(horizontal=True, gap="small"):
        st.button(
            UI.say("undo", language),
            key="edits-undo",
            icon=":material/undo:",
            disabled=not sitting.can_undo(),
            on_click=partial(sitting.undo, region_id),
        )
        st.button(
            UI.say("redo", language),
            key="edits-redo",
            icon=":material/redo:",
            disabled=not sitting.can_redo(),
            on_click=partial(sitting.redo, region_id),
        )
        st.button(
            UI.say("edits-clear", language),
            key="edits-clear",
            icon=":material/delete:",
            disabled=not edits,
            on_click=partial(sitting.change_edits, region_id, NO_EDITS),
        )


def _asked(scenario: Scenario, plan: Plan, language: Language) -> tuple[str, str]:
    """Say in short what makes a plan: its reach, and how many sites it opens."""
    metres = scenario.unit == "m"
    reach = UI.say(
        "plan-name-m" if metres else "plan-name-min",
        language,
        n=f"{scenario.limit / (1 if metres else 60):.10g}",
    )
    return reach, UI.say("plan-name-sites", language, n=plan.record["sites"])


def _show_keep(region_id: str, scenario: Scenario, plan: Plan, language: Language) -> None:
    """Put the plan aside, to be compared."""
    st.subheader(UI.say("keep", language), anchor=False)
    names = [one.name for one in sitting.kept()]
    if names:
        st.caption(UI.say("kept", language, names="、".join(names)))

    def keep() -> None:
        letter = chr(ord("A") + len(sitting.kept()) % 26)
        name = scenario.name or " · ".join(
            [UI.say("plan-name", language, letter=letter), *_asked(scenario, plan, language)]
        )
        sitting.keep(name, region_id, dataclasses.replace(scenario, name=scenario.name))

    st.button(
        UI.say("keep-this", language),
        key="keep",
        icon=":material/bookmark_add:",
        help=UI.say("keep-help", language),
        on_click=keep,
    )
