"""What stands around the map: the region, the figures above it, what is not known."""

from __future__ import annotations

from typing import get_args

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.curves.room import has_room, people_more
from planner.headline import headline, labels
from planner.plan import Plan
from planner.scenario import Mode
from planner.ui.answer import Bar, distances
from planner.ui.shelf import Shelf
from planner.ui.text import plain, rows_html
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = [
    "find_room",
    "room_is_due",
    "show_about",
    "show_blanks",
    "show_figures",
    "show_unknown",
]

KEPT = 64
"""Bounds of how many more could be covered, of so many plans."""


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


def show_figures(plan: Plan, language: Language, *, room_follows: bool = True) -> None:
    """Show the headline as cards; how many more could be covered is told once it is known.

    Parameters
    ----------
    room_follows
        Whether the page goes on to find that out; else nothing is promised.
    """
    more = _rooms().get(_room_key(plan)) if has_room(plan) else None
    promised = room_follows and has_room(plan) and more is None
    waiting = UI.say("room-later", language) if promised else ""
    signs = {True: "✓ ", False: "✕ ", None: ""}
    colours = {True: "green", False: "red", None: "off"}
    with st.container(key="figures"):
        for figure in headline(plan, language, more=more):
            # As long as what will be told: nothing below moves when it is.
            later = waiting if figure.key == "proof" else ""
            st.metric(
                figure.label,
                figure.value,
                plain(signs[figure.good] + figure.note + later),
                delta_color=colours[figure.good],  # type: ignore[arg-type]
                delta_arrow="off",
                border=True,
                height="stretch",
            )


@st.cache_resource(show_spinner=False)
def _rooms() -> Shelf[int]:
    return Shelf(KEPT)


def _room_key(plan: Plan) -> tuple[object, ...]:
    return (plan.bundle.sha256, plan.scenario, tuple(plan.sites["id"]))


def room_is_due(plan: Plan) -> bool:
    """Whether it is yet to be found how many people more as many sites could cover."""
    return has_room(plan) and _rooms().get(_room_key(plan)) is None


def find_room(bundle: Bundle, plan: Plan, place: DeltaGenerator, language: Language) -> int | None:
    """Bound the people that as many sites could cover beside the plan's, once for a plan.

    Parameters
    ----------
    bundle
        The region as it was imported, without edits.
    place
        Where progress is shown.

    Returns
    -------
    int or None
        ``None`` for a plan that was to cover the most already.
    """
    if not has_room(plan):
        return None
    bar = Bar(place, language)

    def more() -> int:
        return people_more(plan, distances(bundle, plan.scenario, bar))

    try:
        return _rooms().get_or_make(_room_key(plan), more, bar.wait)
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise


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
