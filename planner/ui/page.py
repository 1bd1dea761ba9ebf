"""The app's pages, and the planning page: ask in the sidebar, read figures, map and table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit_folium import st_folium

from geo.bundle import Bundle
from geo.errors import BundleError, GeoError
from planner.errors import PlanError
from planner.language import Language
from planner.maps import Theme, empty_group, plan_group, region_map
from planner.plan import Plan
from planner.scenario import Scenario
from planner.ui.answer import answer, known_answer, region
from planner.ui.controls import choose_language, choose_scenario
from planner.ui.library import UnknownRegionError, choose, chosen, keep_address
from planner.ui.region_page import show_region
from planner.ui.report import (
    show_about,
    show_blanks,
    show_downloads,
    show_figures,
    show_table,
    show_unknown,
)
from planner.ui.text import plain
from planner.ui.words import UI

__all__ = ["open_page", "run"]

MAP_PX = 560
"""Before the style below makes the map as high as the window leaves room for."""

#: The little that themes have no option for; names are those that Streamlit keeps for tests.
STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.9rem 2rem 2rem; }
[data-testid="stSidebarHeader"] { height: 2.2rem; padding-bottom: 0; }
iframe[title="streamlit_folium.st_folium"] {
  height: max(400px, calc(100vh - 302px)) !important; border-radius: 0.5rem;
}
.st-key-progress { position: fixed; top: 0.7rem; right: 2rem; width: 20rem; z-index: 1000000; }
@media (max-width: 640px) { .st-key-progress { right: 1rem; width: 60vw; } }
.rn-brand { font-size: 1.15rem; font-weight: 700; }
.rn-brand span { display: block; font-size: 0.85rem; font-weight: 400; opacity: 0.7; }
.rn-list { margin: 0; padding-left: 1.2rem; max-height: 19rem; overflow-y: auto; }
.rn-list li { margin: 0.2rem 0; overflow-wrap: anywhere; }
</style>
"""
_log = logging.getLogger(__name__)


class PageOf(NamedTuple):
    """A page of the app: its words are ``page-`` and the key."""

    key: str
    icon: str
    draw: Callable[[Language], None]


def run() -> None:
    """Draw the page that was asked for; whatever goes wrong is one line with its remedy."""
    st.html(STYLE)
    keep_address()
    with st.sidebar:
        brand = st.empty()
        language = choose_language()
        brand.html(f'<div class="rn-brand">RecycleNet<span>{UI.say("app", language)}</span></div>')
    st.navigation([_entry(page, language) for page in PAGES], position="top").run()


def open_page(key: str, language: Language) -> None:
    """Go to another page; region and language go along."""
    kept = {key: st.query_params[key] for key in ("region", "lang") if key in st.query_params}
    page = next(page for page in PAGES if page.key == key)
    st.switch_page(_entry(page, language), query_params=kept)


def _entry(page: PageOf, language: Language) -> st.Page:
    return st.Page(
        lambda: _guarded(page.draw, language),
        title=UI.say(f"page-{page.key}", language),
        icon=page.icon,
        url_path=page.key,
        default=page is PAGES[0],
    )


def _guarded(draw: Callable[[Language], None], language: Language) -> None:
    try:
        draw(language)
    except UnknownRegionError as error:
        st.error(plain(_line(error, language)), icon=":material/link_off:")
        if st.button(UI.say("to-sample", language), type="primary"):
            choose("")
            st.rerun()
    except BundleError as error:
        said = f"{UI.say('no-bundle', language)} ({error})"
        st.error(plain(said), icon=":material/error:")
    except GeoError as error:
        st.error(plain(_line(error, language)), icon=":material/error:")
    except Exception:
        _log.exception("page failed")
        st.error(UI.say("broken", language), icon=":material/error:")


def _plan(language: Language) -> None:
    _page(region(chosen()), language)


def _region(language: Language) -> None:
    if show_region(language):
        open_page("plan", language)


def _page(bundle: Bundle, language: Language) -> None:
    with st.sidebar:
        scenario = choose_scenario(bundle, language)
    show_about(bundle, language)
    # One element whatever happens, so that the map below is never mounted anew.
    above = st.container()
    below = st.container()
    # Laid over the page (see STYLE), so that nothing below it moves.
    with st.container(key="progress"):
        place = st.empty()
    proven = known_answer(bundle, scenario)
    plan = proven or known_answer(bundle, scenario, "quick")
    if plan is None and not st.session_state.get("map-is-there"):
        # The map loads in the browser while the first plan is made.
        with above:
            show_blanks(language)
        with below:
            _show_map(bundle, None, language)
        _try(bundle, scenario, place, language)
        st.session_state["map-is-there"] = True
        st.rerun()
    if plan is None:
        plan = _try(bundle, scenario, place, language, above)
    if plan is not None:
        with above:
            show_figures(plan, language)
    with below:
        _show_map(bundle, plan, language)
        if plan is not None:
            show_unknown(plan, language)
            show_table(plan, language)
            show_downloads(plan, language, ready=proven is not None)
    if plan is not None and proven is None:
        # The quick answer stands on the page; the proven one takes its place when it is there.
        answer(bundle, scenario, place, language)
        st.rerun()


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
            said = UI.say("refused", language) + _line(error, language)
            refusal.error(plain(said), icon=":material/block:")
        return None


def _show_map(bundle: Bundle, plan: Plan | None, language: Language) -> None:
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    st_folium(
        region_map(bundle, language, theme=theme),
        feature_group_to_add=plan_group(plan, language) if plan else empty_group(),
        key=f"map-{bundle.sha256[:16]}-{language}-{theme}",
        height=MAP_PX,
        use_container_width=True,
        returned_objects=[],
    )


def _line(error: GeoError, language: Language) -> str:
    chinese = str(getattr(error, "zh", "")) if language == "zh" else ""
    return chinese or str(error)


#: A page more is a line more; the first is the one that opens.
PAGES: tuple[PageOf, ...] = (
    PageOf("plan", ":material/map:", _plan),
    PageOf("region", ":material/travel_explore:", _region),
)
