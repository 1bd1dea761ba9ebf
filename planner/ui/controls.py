"""The sidebar: language, and the question that is asked."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, cast, get_args

import streamlit as st

from geo.bundle import Bundle
from geo.suitability import column_of
from planner.edited import EDIT
from planner.maps.words import kind_name
from planner.scenario import Mode, Objective, Scenario, Weight
from planner.ui.answer import FARTHEST_M, LONGEST_MIN, NEAREST_M, SHORTEST_MIN
from planner.ui.words import UI
from planner.wording.language import LANGUAGES, Language

__all__ = ["choose_language", "choose_scenario"]

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
RADIUS_M, MINUTES = 1000, 15
_SHOWN = "controls-shown"

Say = Callable[[str], str]


def choose_language() -> Language:
    """Offer Chinese and English; a link carries the language it was sent in."""

    def remember() -> None:
        if st.session_state["lang-choice"] in LANGUAGES:
            st.query_params["lang"] = st.session_state["lang-choice"]

    told = st.query_params.get("lang")
    if st.session_state.get("lang-choice") not in LANGUAGES:
        st.session_state["lang-choice"] = told if told in LANGUAGES else LANGUAGES[0]
    return cast(
        Language,
        st.segmented_control(
            "Language / 语言",
            LANGUAGES,
            format_func=LANGUAGE_NAMES.__getitem__,
            key="lang-choice",
            required=True,
            on_change=remember,
            label_visibility="collapsed",
        ),
    )


def choose_scenario(bundle: Bundle, asked: Scenario, language: Language) -> Scenario:
    """Offer everything that can be asked for.

    Parameters
    ----------
    asked
        The question on the table. What has no control is left as it is there.
    """

    def say(key: str) -> str:
        return UI.say(key, language)

    _fill(bundle, asked)
    st.subheader(say("settings"), anchor=False)
    units: tuple[str, ...] = ("m", "min")
    unit = _one_of("unit", units, say, hint=say("unit-help"))
    radius, minutes = _reach(unit, asked, say)
    modes: list[Mode] = [mode for mode in get_args(Mode) if mode in bundle.modes]
    mode = cast(Mode, _one_of("mode", modes, say))
    quota = st.slider(
        say("per-township"),
        0,
        max(5, asked.min_per_township),
        key="quota",
        help=say("per-township-help"),
    )
    urban = st.slider(say("urban-target"), 0, 100, key="urban", help=say("urban-target-help"))
    budget = st.number_input(
        say("budget"),
        min_value=1,
        max_value=10_000_000,
        value=None,  # may be left empty
        step=1,
        key="budget",
        placeholder=say("budget-empty"),
        help=say("budget-help"),
    )
    with st.expander(_lid(bundle, say), key="more-settings", on_change="rerun"):
        households = st.number_input(
            say("households"),
            min_value=1,
            max_value=10_000_000,
            value=None,
            step=100,
            key="households",
            placeholder=say("households-empty"),
            help=say("households-help"),
        )
        township = st.slider(
            say("township-target"), 0, 100, key="township", help=say("township-target-help")
        )
        objectives = cast(Sequence[Objective], get_args(Objective))
        objective = cast(
            Objective, _one_of("objective", objectives, say, hint=say("objective-help"))
        )
        existing = st.toggle(say("existing"), key="existing", help=say("existing-help"))
        weights = cast(Sequence[Weight], get_args(Weight))
        weight = cast(Weight, _one_of("weight", weights, say, hint=say("weight-help")))
        kinds = _kinds(bundle, asked, language)
    suitability = asked.suitability
    if objective == "cost":
        suitability = _fit(bundle, language)
    made = dataclasses.replace(
        asked,
        mode=mode,
        radius_m=radius,
        minutes=minutes,
        speed_walk_m_s=asked.speed_walk_m_s if minutes else Scenario().speed_walk_m_s,
        min_per_township=quota,
        urban_target=_share(urban, asked.urban_target),
        township_target=_share(township, asked.township_target),
        max_sites=None if budget is None else int(budget),
        objective=objective,
        keep_existing=existing,
        households_per_site=None if households is None else int(households),
        weight=weight,
        suitability=suitability,
        kinds=kinds,
    )
    st.session_state[_SHOWN] = made
    return made


def _fill(bundle: Bundle, asked: Scenario) -> None:
    """Set the controls to a question that came from elsewhere: a link, a curve, an undone edit.

    Streamlit forgets controls that a run did not draw, those of another page among them. A browser
    that leaves a page before its choices have come sends them as none: nobody has chosen that.
    """
    elsewhere = st.session_state.get(_SHOWN) != asked
    for key, value in _values(bundle, asked).items():
        unsent = key.endswith("-choice") and st.session_state.get(key) is None
        if elsewhere or unsent or key not in st.session_state:
            st.session_state[key] = value


def _values(bundle: Bundle, asked: Scenario) -> dict[str, Any]:
    modes = [mode for mode in get_args(Mode) if mode in bundle.modes]
    values: dict[str, Any] = {
        "unit-choice": "m" if asked.minutes is None else "min",
        "radius": RADIUS_M if asked.radius_m is None else round(asked.radius_m),
        "minutes": MINUTES if asked.minutes is None else round(asked.minutes),
        "mode-choice": asked.mode if asked.mode in modes else modes[0],
        "quota": asked.min_per_township,
        "urban": round((asked.urban_target or 0.0) * 100),
        "township": round((asked.township_target or 0.0) * 100),
        "budget": asked.max_sites,
        "households": asked.households_per_site,
        "objective-choice": asked.objective,
        "existing": asked.keep_existing,
        "weight-choice": asked.weight,
        "kinds": list(asked.kinds),
    }
    if bundle.suitability is not None:
        moved = dict(asked.suitability)
        for one in bundle.suitability.criteria:
            values[f"fit-{one.key}"] = float(moved.get(one.key, one.weight))
    return values


def _lid(bundle: Bundle, say: Say) -> str:
    """Say on the closed lid that something below it counts."""
    usual = _values(bundle, Scenario())
    below = ("households", "township", "objective-choice", "existing", "weight-choice", "kinds")
    active = sum(st.session_state[key] != usual[key] for key in below)
    return say("more-settings") + (f" · {active}" if active else "")


def _share(percent: int, asked: float | None) -> float | None:
    # A share between two whole per cents, from a file, stays what it is until it is moved.
    if asked is not None and round(asked * 100) == percent and percent:
        return asked
    return percent / 100 if percent else None


def _reach(unit: str, asked: Scenario, say: Say) -> tuple[float | None, float | None]:
    """Radius in metres or limit in minutes; the other one is none."""
    if unit == "m":
        told = asked.radius_m or RADIUS_M
        radius = st.slider(
            say("radius"),
            min(NEAREST_M, round(told)),
            max(FARTHEST_M, round(told)),
            step=50,
            key="radius",
            help=say("radius-help"),
        )
        return (told if round(told) == radius else float(radius)), None
    told = asked.minutes or MINUTES
    minutes = st.slider(
        say("minutes"),
        min(SHORTEST_MIN, round(told)),
        max(LONGEST_MIN, round(told)),
        key="minutes",
        help=say("minutes-help"),
    )
    return None, (told if round(told) == minutes else float(minutes))


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
                one.name_zh if language == "zh" else one.name_en[:1].upper() + one.name_en[1:],
                0.0,
                max(10.0, one.weight),
                step=0.5,
                key=f"fit-{one.key}",
            )
            if weight != one.weight:
                moved.append((one.key, weight))
    return tuple(sorted(moved))


def _kinds(bundle: Bundle, asked: Scenario, language: Language) -> tuple[str, ...]:
    """Kinds of candidates that may be opened new; none chosen: all."""
    frame = bundle.candidates.frame
    counts = Counter(frame.loc[~frame["existing"] & (frame["source"] != EDIT), "kind"].tolist())
    names = {kind: kind_name(kind, language) for kind in {*counts, *asked.kinds}}
    chosen = st.multiselect(
        UI.say("kinds", language),
        # Kinds of a link that the region has not are shown, so that they can be taken out.
        sorted(names, key=lambda kind: (-counts[kind], kind)),
        format_func=lambda kind: UI.say(
            "kinds-one", language, name=names.get(kind, kind), n=counts[kind]
        ),
        key="kinds",
        placeholder=UI.say("kinds-all", language),
        help=UI.say("kinds-help", language),
    )
    return tuple(sorted(chosen))


def _one_of(key: str, options: Sequence[str], say: Say, *, hint: str | None = None) -> str:
    chosen = st.segmented_control(
        say(key),
        options,
        format_func=lambda one: say(f"{key}-{one}"),
        key=f"{key}-choice",
        help=hint,
        required=True,
    )
    return str(chosen or options[0])
