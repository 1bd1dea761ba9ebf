"""From a scenario to its plan, quickly: what is known already is not computed again."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle, load_bundle
from geo.travel import TravelMatrix
from planner.language import Language
from planner.plan import Plan, make_plan, travel_for
from planner.scenario import Scenario
from planner.ui.shelf import Shelf
from planner.ui.words import UI
from planner.words import say_phase

__all__ = ["FARTHEST_M", "NEAREST_M", "answer", "known_answer", "region"]

NEAREST_M, FARTHEST_M = 300, 3000
"""Ends of the radius slider: distances are measured once, up to its far end."""

TELL_S = 0.1

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "samples" / "isle-of-wight"


@dataclass(frozen=True, slots=True)
class _Shelves:
    # Plans hold a few arrays as long as the demand; bundles and distances are the large things.
    bundles: Shelf[Bundle] = field(default_factory=lambda: Shelf(3))
    travels: Shelf[TravelMatrix] = field(default_factory=lambda: Shelf(4))
    plans: Shelf[Plan] = field(default_factory=lambda: Shelf(48))


@st.cache_resource(show_spinner=False)
def _shelves() -> _Shelves:
    return _Shelves()


class _Bar:
    """Progress in a place of the page that keeps its height, told ten times a second at most.

    Streamlit ends a run that a newer one has overtaken by raising in the middle of whatever the
    page does; the solver must see that as the interrupt it knows how to stop for.
    """

    def __init__(self, place: DeltaGenerator, language: Language) -> None:
        self._place, self._language = place, language
        self._told = time.monotonic()
        self.overtaken: BaseException | None = None

    def __call__(self, phase: str, share: float) -> None:
        if time.monotonic() - self._told >= TELL_S:
            self._tell(
                UI.say("working", self._language, phase=say_phase(phase, self._language)), share
            )

    def wait(self) -> None:
        """Somebody else asked the same a moment ago: their answer will be ours."""
        self._tell(UI.say("waiting", self._language), 0.0)

    def _tell(self, text: str, share: float) -> None:
        self._told = time.monotonic()
        try:
            self._place.progress(min(max(share, 0.0), 1.0), text)
        except BaseException as overtaken:
            self.overtaken = overtaken
            raise KeyboardInterrupt from overtaken


def region() -> Bundle:
    """Load the region to plan for: ``RECYCLENET_BUNDLE``, else the embedded sample.

    Raises
    ------
    BundleError
        If there is none or it cannot be read.
    """
    folder = Path(os.environ.get("RECYCLENET_BUNDLE") or SAMPLE)
    return _shelves().bundles.get_or_make(folder, lambda: load_bundle(folder))


def known_answer(bundle: Bundle, scenario: Scenario) -> Plan | None:
    """Take the plan that was made for the same question, if there is one."""
    return _shelves().plans.get((bundle.sha256, scenario))


def answer(bundle: Bundle, scenario: Scenario, place: DeltaGenerator, language: Language) -> Plan:
    """Make a plan, or take the one that was made for the same question.

    Raises
    ------
    PlannerError
        If no plan can do what the scenario asks.
    """
    bar = _Bar(place, language)

    def travel() -> TravelMatrix:
        return travel_for(bundle, scenario.mode, FARTHEST_M, bar)

    def plan() -> Plan:
        mode = scenario.mode if bundle.networks else ""
        known = _shelves().travels.get_or_make((bundle.sha256, mode), travel, bar.wait)
        made = make_plan(bundle, scenario, travel=known, progress=bar)
        if bar.overtaken is not None:
            # The solver came back with what it had: not an answer to keep.
            raise KeyboardInterrupt
        return made

    try:
        return _shelves().plans.get_or_make((bundle.sha256, scenario), plan, bar.wait)
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    finally:
        if bar.overtaken is None:
            place.empty()
