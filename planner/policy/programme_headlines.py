"""One line for each part of a programme: what a planner looks for first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planner.policy.programme import Carried
from planner.policy.programme_words import PROGRAMME
from planner.wording.language import Language
from planner.wording.shares import percent

__all__ = ["headline"]


def headline(carried: Carried, part: str, language: Language) -> str:
    """Say what came of a part that has an answer."""
    made = getattr(carried, part)
    if part == "hosts" and not made.record["steps"]:
        return PROGRAMME.say("head-no-hosts", language)
    return PROGRAMME.say(f"head-{part}", language, **_VALUES[part](made))


def _compliance(made: Any) -> dict[str, object]:
    counts = made.counts()
    return {"ok": counts["pass"], **{key: counts[key] for key in ("near", "fail", "unknown")}}


def _hosts(made: Any) -> dict[str, object]:
    record = made.record
    dial = round(made.spec.dial, 6)
    step = next(one for one in record["steps"] if one["dial"] == dial)
    return {
        "reused": step["reused"],
        "sites": step["sites"],
        "saved": f"{step['saved_yuan']:,.0f}",
        "people": f"{step['people_change']:+,}",
    }


def _tiers(made: Any) -> dict[str, object]:
    record = made.record
    return {
        "stations": record["tiers"]["station"]["sites"],
        "centres": record["tiers"]["centre"]["sites"],
        "land": f"{record['land_m2']:,.0f}",
        "yuan": f"{record['cost_yuan_year']:,.0f}",
        "gap": percent(record["gap"]),
    }


def _service(made: Any) -> dict[str, object]:
    service, rounds = made
    chosen, driven = service.record(), rounds.record()
    ways = {key: f"{way['villages']:,}" for key, way in chosen["ways"].items()}
    return {"villages": f"{chosen['villages']:,}", **ways, "vehicles": driven["vehicles"]}


def _phases(made: Any) -> dict[str, object]:
    years = made.record["years"]
    return {"years": ", ".join(f"{one['year']} {percent(one['share'])}" for one in years)}


def _robust(made: Any) -> dict[str, object]:
    return {key: made.record["roles"][key] for key in ("core", "replaceable", "later")}


_VALUES: dict[str, Callable[[Any], dict[str, object]]] = {
    "compliance": _compliance,
    "hosts": _hosts,
    "tiers": _tiers,
    "service": _service,
    "phases": _phases,
    "robust": _robust,
}
