"""Villages without a point on the map: how each is served, and the rounds of a week."""

from __future__ import annotations

import math

import shapely

from planner.maps.overlay import Kind, Line, Mark, Overlay, Shape, places_of
from planner.policy.service.figures import WAYS
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.words import SERVICE_WORDS
from planner.wording.language import Language

__all__ = ["service_overlay"]

_WAYS: dict[str, tuple[str, Shape]] = {
    "point": ("#0b6a6f", "circle"),
    "terminal": ("#c2410c", "square"),
    "mobile": ("#6d3aa8", "triangle"),
}
_NONE = "#8a949c"
_SMALLEST_PX, _LARGEST_PX, _ROUND_PX = 9, 24, 2.0
#: Degrees that a round's line may stray from its road: some 20 m.
_COARSE = 0.0002


def service_overlay(rounds: MobileRounds, lang: Language) -> Overlay:
    """Villages by way of serving, larger where more live, and the roads of the first week."""

    def say(key: str, **values: object) -> str:
        return SERVICE_WORDS.say(key, lang, **values)

    villages = rounds.service.villages
    kinds = [
        *(Kind(label=say(way), colour=_WAYS[way][0], shape=_WAYS[way][1]) for way in WAYS),
        Kind(label=say(""), colour=_NONE, shape="circle"),
        Kind(label=say("rounds-of-week"), colour="#3d4a52", shape="line"),
    ]
    most = max([*villages["people"].tolist(), 1])
    marks = [
        Mark(
            kind=WAYS.index(way) if way in WAYS else len(WAYS),
            lon=at.x,
            lat=at.y,
            size_px=round(_SMALLEST_PX + (_LARGEST_PX - _SMALLEST_PX) * math.sqrt(people / most)),
            says=(str(name), say("people-says", n=f"{people:,}"), say(way if way in WAYS else "")),
        )
        for way, name, people, at in zip(
            villages["way"],
            villages["name_zh" if lang == "zh" else "name_en"],
            villages["people"].tolist(),
            villages.geometry,
            strict=True,
        )
    ]
    first = rounds.rounds[rounds.rounds["week"] == 1]
    lines = [
        Line(kind=len(kinds) - 1, places=places_of(line), width_px=_ROUND_PX, says=(str(name),))
        for name, line in zip(
            first["id"], shapely.simplify(first.geometry.to_numpy(), _COARSE), strict=True
        )
    ]
    return Overlay(
        title=say("map-title"), kinds=tuple(kinds), marks=tuple(marks), lines=tuple(lines)
    )
