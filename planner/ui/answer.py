"""From a scenario to its plan, quickly: what is known already is not computed again."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import streamlit as st
from shapely.geometry.base import BaseGeometry
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle, is_bundle, load_bundle
from geo.progress import Progress
from geo.travel import TravelMatrix
from planner.curves.points import PlanCurve
from planner.errors import PlannerError
from planner.plan import Plan, make_plan
from planner.repairs.repair import Repair
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for
from planner.ui.library import UnknownRegionError, folder_of
from planner.ui.precedence import Precedence
from planner.ui.shelf import Shelf
from planner.ui.words import UI
from planner.wording.language import Language
from planner.wording.words import say_phase

__all__ = [
    "FARTHEST_M",
    "LONGEST_MIN",
    "NEAREST_M",
    "SHORTEST_MIN",
    "Bar",
    "Effort",
    "answer",
    "curves",
    "distances",
    "goes_first",
    "known_answer",
    "reaches",
    "region",
    "repairs",
]

NEAREST_M, FARTHEST_M = 300, 3000
"""Ends of the radius slider: distances are measured once, up to its far end."""

SHORTEST_MIN, LONGEST_MIN = 5, 30
"""The same where travel is measured in minutes."""

Effort = Literal["exact", "quick"]

TELL_S, WAIT_S, PATIENCE_S = 0.1, 0.1, 10.0

PROVERS = max(1, (os.cpu_count() or 2) - 1)
"""Proofs that run at a time, whoever asked: the rest of the machine answers moving sliders."""


@dataclass(frozen=True, slots=True)
class _Shelves:
    # Plans hold a few arrays as long as the demand; bundles and distances are the large things.
    bundles: Shelf[Bundle] = field(default_factory=lambda: Shelf(3))
    travels: Shelf[TravelMatrix] = field(default_factory=lambda: Shelf(12))
    reaches: Shelf[BaseGeometry] = field(default_factory=lambda: Shelf(64))
    curves: Shelf[PlanCurve] = field(default_factory=lambda: Shelf(24))
    repairs: Shelf[tuple[Repair, ...]] = field(default_factory=lambda: Shelf(64))
    plans: dict[Effort, Shelf[Plan]] = field(
        default_factory=lambda: {"exact": Shelf(48), "quick": Shelf(48)}
    )
    provers: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(PROVERS)
    )
    precedence: Precedence = field(default_factory=lambda: Precedence(PATIENCE_S))


@st.cache_resource(show_spinner=False)
def _shelves() -> _Shelves:
    return _Shelves()


class Bar:
    """Progress in a place of the page that keeps its height, told ten times a second at most.

    Streamlit ends a run that a newer one has overtaken by raising in the middle of whatever the
    page does; the solver must see that as the interrupt it knows how to stop for.
    """

    def __init__(self, place: DeltaGenerator, language: Language) -> None:
        self._place, self._language = place, language
        self._told = time.monotonic()
        self.overtaken: BaseException | None = None

    def __call__(self, phase: str, share: float) -> None:
        """Tell a phase and how much of it is done."""
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


def region(region_id: str = "") -> Bundle:
    """Load the region to plan for.

    Parameters
    ----------
    region_id
        As in the address, see ``planner.ui.library.folder_of``.

    Raises
    ------
    UnknownRegionError
        If the address names none that is here.
    BundleError
        If it cannot be read.
    """
    folder = folder_of(region_id)
    if region_id and not is_bundle(folder):
        raise UnknownRegionError
    try:
        made_ns = folder.stat().st_mtime_ns
    except OSError:
        made_ns = 0  # said by `load_bundle` in its own words
    # A recipe that is fetched again takes the place of the one that was kept.
    return _shelves().bundles.get_or_make((folder, made_ns), lambda: _loaded(folder))


def _loaded(folder: Path) -> Bundle:
    """Load a region that stays.

    Streamlit collects garbage after each run of a page, and would look each time at everything
    that is there for good: a sixth of a second in which no other sitting is answered.
    """
    bundle = load_bundle(folder)
    gc.collect()
    gc.freeze()
    return bundle


def known_answer(bundle: Bundle, scenario: Scenario, effort: Effort = "exact") -> Plan | None:
    """Take the plan that was solved here for the same question, if there is one."""
    return _shelves().plans[effort].get((bundle.sha256, scenario))


def answer(
    bundle: Bundle,
    scenario: Scenario,
    place: DeltaGenerator,
    language: Language,
    *,
    effort: Effort = "exact",
) -> Plan:
    """Make a plan, or take the one that was made for the same question.

    Parameters
    ----------
    place
        Where progress is shown.
    effort
        ``"quick"`` answers a moving slider at once with the bound that is to be had; ``"exact"``
        proves, a few at a time over all sittings.

    Raises
    ------
    PlannerError
        If no plan can do what the scenario asks.
    """
    bar = Bar(place, language)

    def plan() -> Plan:
        known = distances(bundle, scenario, bar)
        with _turn(effort, bar) as progress:
            made = make_plan(bundle, scenario, travel=known, effort=effort, progress=progress)
        if bar.overtaken is not None:
            # The solver came back with what it had: not an answer to keep.
            raise KeyboardInterrupt
        return made

    try:
        shelf = _shelves().plans[effort]
        return shelf.get_or_make((bundle.sha256, scenario), plan, bar.wait)
    except (KeyboardInterrupt, PlannerError):
        # One that is stopped before it has anything may say that there is no plan: nobody asks.
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    finally:
        if bar.overtaken is None:
            place.empty()


def distances(bundle: Bundle, scenario: Scenario, bar: Bar) -> TravelMatrix:
    """Take the distances that a scenario needs: measured once, up to the slider's far end.

    They are those of the region as it was read; a plan measures from added points by itself.
    """
    measure = measure_of(scenario)
    usual = FARTHEST_M if scenario.unit == "m" else LONGEST_MIN * 60.0
    farthest = max(usual, scenario.limit)

    def travel() -> TravelMatrix:
        return travel_for(bundle, scenario.mode, farthest, bar, measure=measure)

    # Straight lines in metres are the same for every mode.
    mode = scenario.mode if bundle.networks or scenario.unit == "s" else ""
    key = (bundle.sha256, mode, measure, farthest)
    return _shelves().travels.get_or_make(key, travel, bar.wait)


def reaches() -> Shelf[BaseGeometry]:
    """Where the reach of picked sites ends, by what it depends on."""
    return _shelves().reaches


def curves() -> Shelf[PlanCurve]:
    """Whole trade-off curves, by what they depend on."""
    return _shelves().curves


def repairs() -> Shelf[tuple[Repair, ...]]:
    """Repairs that were tried, by what they depend on."""
    return _shelves().repairs


def goes_first() -> AbstractContextManager[None]:
    """Let proofs give way until the block ends: a planner waits for what is drawn in it."""
    return _shelves().precedence.first()


@contextmanager
def _turn(effort: Effort, bar: Bar) -> Iterator[Progress]:
    """Wait for one's turn to prove, and give way while proving; quick answers do not wait."""
    if effort == "quick":
        yield bar
        return
    provers, precedence = _shelves().provers, _shelves().precedence
    given_s = precedence.give_way(0.0, WAIT_S, bar.wait)
    while not provers.acquire(timeout=WAIT_S):
        bar.wait()

    def progress(phase: str, share: float) -> None:
        nonlocal given_s
        given_s = precedence.give_way(given_s, WAIT_S, bar.wait)
        bar(phase, share)

    try:
        yield progress
    finally:
        provers.release()
