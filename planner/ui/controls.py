"""The sidebar: language, and the question that is asked; all of it in the page's address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast, get_args

import streamlit as st

from geo.bundle import Bundle
from geo.suitability import column_of
from planner.language import LANGUAGES, Language
from planner.scenario import Mode, Objective, Scenario, Weight
from planner.ui.answer import FARTHEST_M, LONGEST_MIN, NEAREST_M, SHORTEST_MIN
from planner.ui.words import UI

__all__ = ["choose_language", "choose_scenario"]

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


def choose_language() -> Language:
    """Offer Chinese and English; a link carries the language it was sent in."""
    return cast(
        Language,
        _linked(
            "lang",
            LANGUAGES,
            [LANGUAGE_NAMES[language] for language in LANGUAGES],
            "Language / 语言",
            collapsed=True,
        ),
    )


def choose_scenario(bundle: Bundle, language: Language) -> Scenario:
    """Offer everything that can be asked for."""

    def say(key: str) -> str:
        return UI.say(key, language)

    st.subheader(say("settings"), anchor=False)
    units: tuple[str, ...] = ("m", "min")
    unit = _linked(
        "unit", units, [say(f"unit-{one}") for one in units], say("unit"), hint=say("unit-help")
    )
    radius, minutes = _reach(unit, say)
    modes: list[Mode] = [mode for mode in get_args(Mode) if mode in bundle.modes]
    mode = cast(Mode, _linked("mode", modes, [say(f"mode-{one}") for one in modes], say("mode")))
    quota = st.slider(
        say("per-township"),
        0,
        5,
        1,
        key="quota",
        help=say("per-township-help"),
        bind="query-params",
    )
    urban = st.slider(
        say("urban-target"),
        0,
        100,
        95,
        key="urban",
        help=say("urban-target-help"),
        bind="query-params",
    )
    budget = st.number_input(
        say("budget"),
        min_value=1,
        max_value=100_000,
        value=None,
        step=1,
        key="budget",
        placeholder=say("budget-empty"),
        help=say("budget-help"),
        bind="query-params",
    )
    with st.expander(say("more-settings")):
        households = st.number_input(
            say("households"),
            min_value=100,
            max_value=1_000_000,
            value=None,
            step=100,
            key="households",
            placeholder=say("households-empty"),
            help=say("households-help"),
            bind="query-params",
        )
        township = st.slider(
            say("township-target"),
            0,
            100,
            0,
            key="township",
            help=say("township-target-help"),
            bind="query-params",
        )
        objectives: tuple[Objective, ...] = ("sites", "cost")
        objective = cast(
            Objective,
            _linked(
                "objective",
                objectives,
                [say(f"objective-{one}") for one in objectives],
                say("objective"),
                hint=say("objective-help"),
            ),
        )
        existing = st.toggle(
            say("existing"),
            value=True,
            key="existing",
            help=say("existing-help"),
            bind="query-params",
        )
        weights: tuple[Weight, ...] = ("people", "kg")
        weight = cast(
            Weight,
            _linked(
                "weight",
                weights,
                [say(f"weight-{one}") for one in weights],
                say("weight"),
                hint=say("weight-help"),
            ),
        )
    moved = _fit(bundle, language) if objective == "cost" else ()
    return Scenario(
        mode=mode,
        radius_m=radius,
        minutes=minutes,
        min_per_township=quota,
        urban_target=urban / 100 if urban else None,
        township_target=township / 100 if township else None,
        max_sites=None if budget is None else int(budget),
        objective=objective,
        keep_existing=existing,
        households_per_site=None if households is None else int(households),
        weight=weight,
        suitability=moved,
    )


def _reach(unit: str, say: Callable[[str], str]) -> tuple[float | None, float | None]:
    """Radius in metres or limit in minutes; the other one is none."""
    if unit == "m":
        radius = st.slider(
            say("radius"),
            NEAREST_M,
            FARTHEST_M,
            1000,
            50,
            key="radius",
            help=say("radius-help"),
            bind="query-params",
        )
        return float(radius), None
    minutes = st.slider(
        say("minutes"),
        SHORTEST_MIN,
        LONGEST_MIN,
        15,
        1,
        key="minutes",
        help=say("minutes-help"),
        bind="query-params",
    )
    return None, float(minutes)


def _fit(bundle: Bundle, language: Language) -> tuple[tuple[str, float], ...]:
    """Weights of what makes a place fit, where the region's places were judged."""
    if bundle.suitability is None:
        return ()
    moved = []
    with st.expander(UI.say("fit", language), expanded=True):
        st.caption(UI.say("fit-help", language))
        known = bundle.candidates.frame
        for one in bundle.suitability.criteria:
            if known[column_of(one.key)].isna().all():
                continue  # nothing to weigh: the data says nothing about it
            weight = st.slider(
                one.name_zh if language == "zh" else one.name_en,
                0.0,
                max(10.0, one.weight),
                float(one.weight),
                0.5,
                key=f"fit-{one.key}",
                bind="query-params",
            )
            if weight != one.weight:
                moved.append((one.key, weight))
    return tuple(moved)


def _linked(
    key: str,
    options: Sequence[str],
    labels: Sequence[str],
    title: str,
    *,
    hint: str | None = None,
    collapsed: bool = False,
) -> str:
    # Streamlit's own binding would write the translated label into the address, so that a link
    # sent in one language failed in the other: this one writes the option.
    def remember() -> None:
        st.query_params[key] = st.session_state[f"{key}-choice"]

    told = st.query_params.get(key)
    chosen = st.segmented_control(
        title,
        options,
        default=told if told in options else options[0],
        format_func=dict(zip(options, labels, strict=True)).__getitem__,
        key=f"{key}-choice",
        help=hint,
        required=True,
        on_change=remember,
        label_visibility="collapsed" if collapsed else "visible",
    )
    return str(chosen or options[0])
