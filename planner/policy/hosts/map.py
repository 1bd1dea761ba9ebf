"""Points at existing places on the map: what stands, what a host takes in, what is built anew."""

from __future__ import annotations

from planner.maps.overlay import Kind, Mark, Overlay, Shape
from planner.policy.hosts.files import say_host_site
from planner.policy.hosts.hosts import HostsResult
from planner.policy.hosts.words import HOSTS_WORDS
from planner.wording.language import Language

__all__ = ["hosts_overlay"]

_ROLES: dict[str, tuple[str, Shape, int]] = {
    "existing": ("#6b7a86", "square", 14),
    "hosted": ("#8450c4", "diamond", 21),
    "new": ("#2f6fd6", "circle", 16),
}
_IDLE: tuple[str, Shape, int] = ("#c98a00", "triangle", 11)


def hosts_overlay(result: HostsResult, lang: Language) -> Overlay:
    """Points at the step asked for by how they stand, and hosts that take none in."""

    def say(key: str, **values: object) -> str:
        return HOSTS_WORDS.say(key, lang, **values)

    record = result.record
    used = {row["host"] for row in record["sites"]} - {""}
    idle = [row for row in record["places"] if row["id"] not in used]
    roles = [role for role in _ROLES if any(row["role"] == role for row in record["sites"])]
    kinds = [Kind(label=say(role), colour=_ROLES[role][0], shape=_ROLES[role][1]) for role in roles]
    if idle:
        kinds.append(Kind(label=say("idle"), colour=_IDLE[0], shape=_IDLE[1]))
    names = {one.key: one.name_zh if lang == "zh" else one.name_en for one in result.costs.hosts}
    marks = [
        Mark(
            kind=len(kinds) - 1,
            lon=row["lon"],
            lat=row["lat"],
            size_px=_IDLE[2],
            says=(row["name"] or names[row["kind"]], f"{names[row['kind']]} · {say('idle')}"),
        )
        for row in idle
    ]
    for row, point in zip(record["sites"], result.sites.geometry, strict=True):
        told = say_host_site(row, result, lang)
        lines = [told["place"], f"{told['township']} · {told['role']}"]
        if told["host"]:
            lines.append(say("host-says", host=told["host"], metres=f"{row['away_m']:,.0f}"))
        lines.append(say("yuan-says", yuan=f"{row['yuan']:,.0f}"))
        marks.append(
            Mark(
                kind=roles.index(row["role"]),
                lon=round(point.x, 7),
                lat=round(point.y, 7),
                size_px=_ROLES[row["role"]][2],
                says=tuple(lines),
            )
        )
    return Overlay(title=say("role"), kinds=tuple(kinds), marks=tuple(marks))
