"""The map of the planning page: what is picked and edited on it comes back as events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st
from shapely.geometry.base import BaseGeometry
from streamlit_folium import st_folium

from geo.bundle import Bundle
from planner.errors import PlannerError
from planner.maps.page import Theme, empty_group, plan_group, region_map
from planner.maps.shown import Shown
from planner.plan import Plan
from planner.reach import site_reach
from planner.scenario import Scenario
from planner.ui import sitting
from planner.ui.answer import reaches
from planner.ui.map_events import MapEvent, edited_by, read_event
from planner.ui.online import online_maps
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["Picked", "pick_township", "picked", "show_map"]

MAP_PX = 560
"""Before the page's style makes the map as high as the window leaves room for."""

_PICKED, _HEARD, _REFUSED = "picked", "map-heard", "map-refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """What is picked, on the map or in the table.

    Parameters
    ----------
    site, township
        Id and code; empty for none.
    serial
        Grows with each pick made outside the map.
    """

    region_id: str = ""
    site: str = ""
    township: str = ""
    serial: int = 0


def picked(region_id: str) -> Picked:
    """What is picked in a region."""
    found: Picked | None = st.session_state.get(_PICKED)
    if found is None or found.region_id != region_id:
        serial = 0 if found is None else found.serial + 1
        return Picked(region_id=region_id, serial=serial)
    return found


def pick_township(region_id: str, code: str) -> None:
    """Pick a township outside the map: the map goes there."""
    serial = picked(region_id).serial + 1
    st.session_state[_PICKED] = Picked(region_id=region_id, township=code, serial=serial)


def show_map(region_id: str, bundle: Bundle, plan: Plan | None, language: Language) -> None:
    """Draw the map in its place; the browser changes only what is new."""
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    online = online_maps()
    key = f"map-{bundle.sha256[:16]}-{language}-{theme}"
    shown = _shown(region_id, plan.bundle if plan is not None else bundle)
    st_folium(
        region_map(bundle, language, theme=theme, editing=True, online=online),
        feature_group_to_add=(
            empty_group(shown) if plan is None else plan_group(plan, language, shown=shown)
        ),
        key=key,
        height=MAP_PX,
        use_container_width=True,
        returned_objects=[],
        on_change=partial(_hear, key, region_id),
    )
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        st.toast(plain(line_of(refused, language)), icon=":material/block:")


def _shown(region_id: str, bundle: Bundle) -> Shown:
    scenario = sitting.scenario_of(region_id)
    at = picked(region_id)
    return Shown(
        edits=scenario.edits if scenario is not None else Scenario().edits,
        site=at.site,
        reach=_reach(bundle, scenario, at.site),
        township=at.township,
        can_undo=sitting.can_undo(),
        can_redo=sitting.can_redo(),
        serial=at.serial,
    )


def _reach(bundle: Bundle, scenario: Scenario | None, site: str) -> BaseGeometry | None:
    if not site or scenario is None:
        return None
    measured = (scenario.mode, scenario.unit, scenario.limit, scenario.speed_walk_m_s)
    added = next((one for one in scenario.edits.added if one.id == site), None)
    key = (bundle.sha256, measured, site, added)
    try:
        return reaches().get_or_make(key, lambda: site_reach(bundle, scenario, site))
    except PlannerError:
        return None  # picked in a region or among edits that have gone since


def _hear(key: str, region_id: str) -> None:
    """Heed an event of the map, once: browsers send the last one again with each run."""
    event = read_event(st.session_state.get(key))
    if event is None or event.n <= st.session_state.get(_HEARD, -1):
        return
    st.session_state[_HEARD] = event.n
    at = picked(region_id)
    if event.do in ("site", "township"):
        st.session_state[_PICKED] = Picked(
            region_id=region_id,
            site=event.id if event.do == "site" else "",
            township=event.id if event.do == "township" else "",
            serial=at.serial,
        )
        return
    _edit(region_id, event)


def _edit(region_id: str, event: MapEvent) -> None:
    if event.do == "undo":
        sitting.undo(region_id)
    elif event.do == "redo":
        sitting.redo(region_id)
    else:
        scenario = sitting.scenario_of(region_id) or Scenario()
        try:
            sitting.change_edits(region_id, edited_by(scenario.edits, event))
        except PlannerError as error:
            st.session_state[_REFUSED] = error
