"""What stands around the map: the region, the figures above it, what is not known."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from geo.bundle import Bundle
from planner.headline import headline, labels
from planner.plan import Plan
from planner.scenario import Mode
from planner.ui.text import plain, rows_html
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = [
    "show_about",
    "show_blanks",
    "show_figures",
    "show_unknown",
]


def show_about(bundle: Bundle, language: Language) -> None:
    """Name the region and what it is known by."""
    counts = bundle.counts()
    facts = [
        UI.say(
            "about",
            language,
            townships=f"{counts['townships']:,}",
            people=f"{counts['people']:,}",
            candidates=f"{counts['candidates']:,}",
            existing=f"{counts['candidates_existing']:,}",
        )
    ]
    for mode in get_args(Mode):
        if mode not in bundle.networks:
            continue
        km = f"{counts[f'{mode}_length_m'] / 1000:,.0f}"
        facts.append(UI.say(f"about-{mode}", language, km=km))
    if not bundle.networks:
        factor = f"{bundle.detour_factor:g}"
        facts.append(UI.say("about-straight", language, factor=factor))
    if bundle.source.osm_timestamp:
        facts.append(UI.say("about-osm", language, date=bundle.source.osm_timestamp[:10]))
    st.title(plain(bundle.region.name), anchor=False)
    st.caption(plain(" · ".join(facts)))


def show_figures(plan: Plan, language: Language) -> None:
    """Show the headline as cards."""
    signs = {True: "✓ ", False: "✕ ", None: ""}
    colours = {True: "green", False: "red", None: "off"}
    with st.container(key="figures"):
        for figure in headline(plan, language):
            st.metric(
                figure.label,
                figure.value,
                plain(signs[figure.good] + figure.note),
                delta_color=colours[figure.good],  # type: ignore[arg-type]
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def show_blanks(language: Language) -> None:
    """Keep the place of the figures while the first plan is made."""
    with st.container(key="figures"):
        for label in labels(language):
            st.metric(
                label,
                "…",
                "\u2007" * 12,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def show_unknown(plan: Plan, language: Language) -> None:
    """List what the plan does not know."""
    sentences = [str(warning[language]) for warning in plan.record["warnings"]]
    if sentences:
        st.html(rows_html(sentences))
    else:
        st.caption(UI.say("unknown-none", language))
