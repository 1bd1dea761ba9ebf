"""The app's pages: which there are, and what holds for each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import streamlit as st

from geo.errors import BundleError, GeoError
from planner.ui import sitting
from planner.ui.address import scenario_at
from planner.ui.asked import asked_already, tell_asked
from planner.ui.compare_choice import bring_back_kept, tell_kept
from planner.ui.compare_page import show_compare
from planner.ui.controls import choose_language
from planner.ui.going import wanted
from planner.ui.history import tell_steps
from planner.ui.library import UnknownRegionError, choose, keep_address
from planner.ui.opening import tell_address
from planner.ui.plan_page import show_plan
from planner.ui.policy_page import show_policy
from planner.ui.region_page import show_region
from planner.ui.report_page import show_report
from planner.ui.saved import take_link
from planner.ui.scenarios_page import show_scenarios
from planner.ui.text import line_of, plain
from planner.ui.uploads import upload_style
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["open_page", "run"]

#: The little that themes have no option for; names are those that Streamlit keeps for tests.
STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3.6rem 2rem 2rem; }
[data-testid="stMainBlockContainer"] h1 { padding: 0.4rem 0 0; }
[data-testid="stSidebarHeader"] { height: 3.2rem; padding-bottom: 0; }
iframe[title="streamlit_folium.st_folium"] {
  height: clamp(400px, calc(100vh - 272px), 820px) !important; border-radius: 0.5rem;
}
.st-key-figures {
  display: grid; gap: 0.8rem; grid-template-columns: 1.05fr 2.3fr 1.05fr 0.95fr 1.45fr;
}
.st-key-figures > div { min-width: 0; height: 100%; }
.st-key-figures [data-testid="stMetric"] { padding: 0; height: 100%; }
.st-key-figures [data-testid="stMetric"] > div { padding: 0.5rem 0.8rem; }
.st-key-figures [data-testid="stMetricLabel"] *, .st-key-figures [data-testid="stMetricDelta"],
.st-key-figures [data-testid="stMetricDelta"] * {
  white-space: normal; overflow: visible; text-overflow: clip; max-width: 100%;
}
@media (max-width: 900px) {
  .st-key-figures { grid-template-columns: 1fr 1fr; }
  .st-key-figures > div:nth-child(2) { grid-column: 1 / 3; grid-row: 1; }
}
.st-key-language { position: fixed; top: 0.55rem; right: 1rem; width: auto; z-index: 999990; }
.st-key-progress { position: fixed; top: 0.7rem; right: 11rem; width: 18rem; z-index: 1000000; }
@media (max-width: 1100px) { .st-key-progress { top: 3.6rem; right: 1rem; } }
@media (max-width: 640px) { .st-key-progress { right: 1rem; width: 60vw; } }
.rn-list { margin: 0; padding-left: 1.2rem; max-height: 19rem; overflow-y: auto; }
.rn-list li { margin: 0.2rem 0; overflow-wrap: anywhere; }
</style>
"""
#: English heads take a line more: the map's foot stays in the window.
LONGER_HEADS = """
<style>
iframe[title="streamlit_folium.st_folium"] {
  height: clamp(400px, calc(100vh - 316px), 820px) !important;
}
</style>
"""
LOGO = Path(__file__).resolve().parents[1] / "assets" / "logo.svg"
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
    take_link()
    tell_address()
    bring_back_kept()
    st.logo(LOGO, size="large")
    with st.container(key="language"):
        language = choose_language()
    st.html(upload_style(language) if language == "zh" else LONGER_HEADS)
    page = st.navigation([_entry(page, language) for page in PAGES], position="top")
    going = wanted()
    if going:
        open_page(going, language)
    page.run()
    if page.url_path != "compare":  # which says itself what is compared
        tell_kept()
    if sitting.current() is not None:
        tell_steps()
    if asked_already():
        tell_asked()


def open_page(key: str, language: Language) -> None:
    """Go to another page; the address goes along."""
    page = next(page for page in PAGES if page.key == key)
    st.switch_page(_entry(page, language), query_params=st.query_params.to_dict())


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
        st.error(plain(line_of(error, language)), icon=":material/link_off:")
        for key, value in scenario_at(st.query_params.to_dict()).refused:
            said = UI.say("link-refused", language, name=key, value=value)
            st.warning(plain(said), icon=":material/link_off:")
        if st.button(UI.say("to-sample", language), type="primary"):
            choose("")
            st.rerun()
    except BundleError as error:
        said = f"{UI.say('no-bundle', language)} ({line_of(error, language)})"
        st.error(plain(said), icon=":material/error:")
    except GeoError as error:
        st.error(plain(line_of(error, language)), icon=":material/error:")
    except Exception:
        _log.exception("page failed")
        st.error(UI.say("broken", language), icon=":material/error:")


def _region(language: Language) -> None:
    if show_region(language):
        open_page("plan", language)


#: A page more is a line more; the first is the one that opens.
PAGES: tuple[PageOf, ...] = (
    PageOf("plan", ":material/map:", show_plan),
    PageOf("compare", ":material/compare:", show_compare),
    PageOf("report", ":material/description:", show_report),
    PageOf("scenarios", ":material/folder_open:", show_scenarios),
    PageOf("policy", ":material/account_balance:", show_policy),
    PageOf("region", ":material/travel_explore:", _region),
)
