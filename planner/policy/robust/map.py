"""The robust core on the map: what always stands, what has a substitute, what can wait."""

from __future__ import annotations

from planner.maps.overlay import Kind, Mark, Overlay, Shape
from planner.policy.robust.robust import RobustResult
from planner.policy.robust.words import ROBUST_WORDS
from planner.wording.language import Language
from planner.wording.shares import percent

__all__ = ["robust_overlay"]

_ROLES: dict[str, tuple[str, Shape, int]] = {
    "core": ("#a3195b", "diamond", 22),
    "replaceable": ("#1d5fc4", "circle", 16),
    "later": ("#8a949c", "triangle", 16),
    "standing": ("#1d2a33", "square", 14),
}


def robust_overlay(result: RobustResult, lang: Language) -> Overlay:
    """Sites by role; each tells how often it was chosen and what could stand in for it."""

    def say(key: str) -> str:
        return ROBUST_WORDS.say(key, lang)

    rows = result.sites.drop(columns="geometry").to_dict("records")
    marks = [
        Mark(
            kind=[*_ROLES].index(row["role"]),
            lon=row["lon"],
            lat=row["lat"],
            size_px=_ROLES[row["role"]][2],
            says=(
                str(row["name"] or row["id"]),
                str(row["township"]),
                f"{say('frequency')}: {percent(row['frequency'])}",
                *([f"{say('substitute')}: {row['substitute']}"] if row["substitute"] else []),
            ),
        )
        for row in rows
    ]
    kinds = [
        Kind(label=say(role), colour=colour, shape=shape)
        for role, (colour, shape, _) in _ROLES.items()
    ]
    return Overlay(title=say("role"), kinds=tuple(kinds), marks=tuple(marks))
