"""Villages without a point on the map: how each is served, the rounds, and where a point pays."""

from __future__ import annotations

import itertools
import math

import numpy as np
import shapely

from planner.maps.overlay import Kind, Line, Mark, Overlay, Shape, places_of
from planner.policy.service.figures import WAYS
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.words import SERVICE_WORDS
from planner.wording.language import Language

__all__ = ["service_overlay", "steps_of"]

_WAYS: dict[str, tuple[str, Shape]] = {
    "point": ("#12858b", "circle"),
    "terminal": ("#c2410c", "square"),
    "mobile": ("#8452c4", "triangle"),
}
_NONE, _DEPOT, _ROAD = "#8a949c", "#d62d6f", "#64798c"
#: From little to much, darker by even steps for every kind of eye (after viridis).
_STEPS = ("#b5de2b", "#4cc26c", "#21918c", "#31688e", "#54479c")
_PAYS: Shape = "square"
_NOT: Shape = "circle"
_SMALLEST_PX, _LARGEST_PX, _DEPOT_PX, _ROUND_PX = 9, 24, 20, 2.0
#: Degrees that a round's line may stray from its road: some 20 m.
_COARSE = 0.0002


def service_overlay(rounds: MobileRounds, lang: Language) -> Overlay:
    """Villages by way of serving with the roads of the first week; two other views: break-even.

    In these colour tells from how many kilograms a week on a fixed point (a terminal) is cheaper
    than a mobile stop there, size how many the village has, and a square that it is cheaper now.
    """

    def say(key: str, **values: object) -> str:
        return SERVICE_WORDS.say(key, lang, **values)

    villages = rounds.service.villages
    kinds = [
        *(Kind(label=say(way), colour=_WAYS[way][0], shape=_WAYS[way][1]) for way in WAYS),
        Kind(label=say(""), colour=_NONE, shape="circle"),
        Kind(label=say("depot"), colour=_DEPOT, shape="diamond"),
        Kind(label=say("rounds-of-week"), colour=_ROAD, shape="line"),
    ]
    sizes = _sizes(villages["people"].tolist())
    marks = [
        Mark(
            kind=WAYS.index(way) if way in WAYS else len(WAYS),
            lon=at.x,
            lat=at.y,
            size_px=size_px,
            says=(str(name), say("people-says", n=f"{people:,}"), say(way if way in WAYS else "")),
        )
        for way, name, people, size_px, at in zip(
            villages["way"],
            villages["name_zh" if lang == "zh" else "name_en"],
            villages["people"].tolist(),
            sizes,
            villages.geometry,
            strict=True,
        )
    ]
    marks += [
        Mark(
            kind=len(WAYS) + 1,
            lon=depot.lon,
            lat=depot.lat,
            size_px=_DEPOT_PX,
            says=(depot.name, say("depot")),
        )
        for depot in rounds.service.depots
    ]
    first = rounds.rounds[rounds.rounds["week"] == 1]
    lines = [
        Line(kind=len(kinds) - 1, places=places_of(line), width_px=_ROUND_PX, says=(str(name),))
        for name, line in zip(
            first["id"], shapely.simplify(first.geometry.to_numpy(), _COARSE), strict=True
        )
    ]
    return Overlay(
        title=say("map-title"),
        kinds=tuple(kinds),
        marks=tuple(marks),
        lines=tuple(lines),
        notes=(say("size-people"),),
        others=(
            _break_even(rounds, "point", lang),
            _break_even(rounds, "terminal", lang),
        ),
    )


def _break_even(rounds: MobileRounds, way: str, lang: Language) -> Overlay:
    """From how many kilograms a week on it is cheaper than a mobile stop, beside what there is."""

    def say(key: str, **values: object) -> str:
        return SERVICE_WORDS.say(key, lang, **values)

    villages, name = rounds.service.villages, say(f"{way}-short")
    begins = villages[f"{way}_from_kg_week"].to_numpy(np.float64)
    steps = steps_of(begins[np.isfinite(begins)].tolist())
    kinds = [
        *(
            Kind(label=label, colour=colour, shape=_NOT)
            for label, colour in zip(_labels(steps, lang), _colours(len(steps) + 1), strict=True)
        ),
        Kind(label=say("pays-never", way=name), colour=_NONE, shape=_NOT),
        Kind(label=say("pays-here", way=name), colour=_NONE, shape=_PAYS),
    ]
    never = len(steps) + 1
    marks = []
    for label, begin, has, people, chosen, own, mobile, size_px, at in zip(
        villages["name_zh" if lang == "zh" else "name_en"],
        begins.tolist(),
        villages["kg_week"].tolist(),
        villages["people"].tolist(),
        villages["way"],
        villages[f"cost_{way}"].tolist(),
        villages["cost_mobile"].tolist(),
        _sizes(villages["kg_week"].tolist()),
        villages.geometry,
        strict=True,
    ):
        known = math.isfinite(begin)
        verdict = "pays-says" if own <= mobile else "pays-not"
        if not math.isfinite(mobile):
            verdict = "pays-only"
        from_on = say("pays-from", way=name, kg=_kg(begin))
        marks.append(
            Mark(
                kind=int(np.searchsorted(steps, begin, side="left")) if known else never,
                lon=at.x,
                lat=at.y,
                size_px=size_px,
                says=(
                    str(label),
                    from_on if known else say("pays-never", way=name),
                    say("has-says", kg=_kg(has), people=f"{people:,}"),
                    say(verdict, way=name, yuan=f"{abs(mobile - own):,.0f}"),
                    say("chosen-says", way=say(chosen)),
                ),
                shape=_PAYS if own <= mobile else _NOT,
            )
        )
    return Overlay(
        title=say("break-even-title", way=name),
        kinds=tuple(kinds),
        marks=tuple(marks),
        notes=(say("break-even-unit", way=name), say("size-kg")),
    )


def steps_of(values: list[float]) -> list[float]:
    """Find round numbers that part values into at most five groups of about the same size.

    Returns
    -------
    list of float
        Ascending; a value belongs above those that it is greater than.
    """
    if not values:
        return []
    parts = len(_STEPS)
    cuts = np.quantile(values, [k / parts for k in range(1, parts)]).tolist()
    rounded = sorted({_rounded(cut) for cut in cuts})
    least, most = min(values), max(values)
    return [cut for cut in rounded if least <= cut < most]


def _rounded(value: float) -> float:
    """To two figures."""
    if value <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(value / unit) * unit


def _labels(steps: list[float], lang: Language) -> list[str]:
    def say(key: str, **values: object) -> str:
        return SERVICE_WORDS.say(key, lang, **values)

    if not steps:
        return [say("kg-any")]
    told = [_kg(step) for step in steps]
    between = [say("kg-between", low=low, high=high) for low, high in itertools.pairwise(told)]
    return [say("kg-up-to", high=told[0]), *between, say("kg-above", low=told[-1])]


def _colours(count: int) -> list[str]:
    """As far apart as can be."""
    last = len(_STEPS) - 1
    return [_STEPS[round(k * last / max(1, count - 1))] for k in range(count)]


def _sizes(values: list[float]) -> list[int]:
    """Pixels whose squares grow with the values."""
    most = max([*values, 1])
    span = _LARGEST_PX - _SMALLEST_PX
    return [round(_SMALLEST_PX + span * math.sqrt(value / most)) for value in values]


def _kg(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
