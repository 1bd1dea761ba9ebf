"""The robust core on the map: what always stands, what has a substitute, what can wait."""

from __future__ import annotations

from planner.maps.overlay import Kind, Mark, Overlay, Shape
from planner.policy.robust.files import say_site
from planner.policy.robust.robust import RobustResult
from planner.policy.robust.words import ROBUST_WORDS
from planner.wording.language import Language
from planner.wording.shares import percent

__all__ = ["robust_overlay"]

_ROLES: dict[str, tuple[str, Shape, int]] = {
    "core": ("#b8286a", "diamond", 22),
    "replaceable": ("#2f6fd6", "circle", 16),
    "later": ("#3f8f5f", "triangle", 17),
    "untested": ("#c98a00", "circle", 14),
    "standing": ("#6b7a86", "square", 14),
}


def robust_overlay(result: RobustResult, lang: Language) -> Overlay:
    """Sites by role; each tells how often it was chosen and what could stand in for it."""

    def say(key: str) -> str:
        return ROBUST_WORDS.say(key, lang)

    record = result.record
    there = [role for role in _ROLES if record["roles"][role]]
    marks = []
    for row in record["sites"]:
        told = say_site(row, record, lang)
        lines = [told["place"], f"{told['township']} · {told['role']}"]
        if row["frequency"] is not None:
            lines.append(f"{say('frequency')}: {percent(row['frequency'])}")
        lines.append(f"{say('if_refused')}: {told['if_refused']}")
        if told["substitute"]:
            lines.append(f"{say('substitute')}: {told['substitute']}")
        marks.append(
            Mark(
                kind=there.index(row["role"]),
                lon=row["lon"],
                lat=row["lat"],
                size_px=_ROLES[row["role"]][2],
                says=tuple(lines),
            )
        )
    kinds = [Kind(label=say(role), colour=_ROLES[role][0], shape=_ROLES[role][1]) for role in there]
    return Overlay(title=say("role"), kinds=tuple(kinds), marks=tuple(marks))
