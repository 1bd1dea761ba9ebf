"""A scenario as the parameters of a link, and back; nothing in a link is believed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from geo.suitability import CRITERIA
from planner.errors import ScenarioError
from planner.scenario import Scenario

__all__ = ["SCENARIO_KEYS", "Opened", "address_of", "scenario_at"]

FIT = "fit-"
MINUTES = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    """One field: its name in links, how it is written and read, whether links always tell it."""

    field: str
    write: Callable[[Any], str]
    read: Callable[[str], Any]
    always: bool = False


def _plain(number: float) -> str:
    return f"{number:.10g}"


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _share(text: str) -> float | None:
    # Per cent, 0 for none: "95" reads better in a link than "0.95".
    value = _number(text) / 100
    return value or None


def _yes(text: str) -> bool:
    return {"1": True, "true": True, "0": False, "false": False}[text.lower()]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _counts(pairs: tuple[tuple[str, int], ...]) -> str:
    return ",".join(f"{quote(code, safe='')}:{number}" for code, number in pairs)


def _counted(text: str) -> tuple[tuple[str, int], ...]:
    pairs = (one.partition(":") for one in _listed(text))
    return tuple((unquote(code), int(number)) for code, _, number in pairs)


#: In the order of links. Fields that links always tell mean the same when a default changes.
_FIELDS: dict[str, _Field] = {
    "radius": _Field(field="radius_m", write=_plain, read=_number, always=True),
    "minutes": _Field(field="minutes", write=_plain, read=_number, always=True),
    "pace": _Field(field="speed_walk_m_s", write=_plain, read=_number),
    "mode": _Field(field="mode", write=str, read=str, always=True),
    "quota": _Field(field="min_per_township", write=str, read=int, always=True),
    "quota-urban": _Field(field="min_per_township_urban", write=str, read=int),
    "urban": _Field(
        field="urban_target",
        write=lambda share: _plain(0.0 if share is None else share * 100),
        read=_share,
        always=True,
    ),
    "township": _Field(
        field="township_target", write=lambda share: _plain(share * 100), read=_share
    ),
    "budget": _Field(field="max_sites", write=str, read=int),
    "households": _Field(field="households_per_site", write=str, read=int),
    "households-urban": _Field(field="households_per_site_urban", write=str, read=int),
    "quota-townships": _Field(field="min_by_township", write=_counts, read=_counted),
    "objective": _Field(field="objective", write=str, read=str),
    "existing": _Field(
        field="keep_existing", write=lambda yes: str(int(yes)), read=_yes, always=True
    ),
    "weight": _Field(field="weight", write=str, read=str),
    "kinds": _Field(field="kinds", write=",".join, read=_listed),
    "gap": _Field(field="gap", write=_plain, read=_number),
    "seed": _Field(field="seed", write=str, read=int),
}

SCENARIO_KEYS = frozenset({*_FIELDS, *(FIT + key for key in CRITERIA), "unit"})
"""Parameters of a link that belong to the question."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a link asks.

    Parameters
    ----------
    scenario
        The question, without edits: a link carries those by their id.
    refused
        Parameters that were no good, with their value: the default holds for each.
    """

    scenario: Scenario
    refused: tuple[tuple[str, str], ...] = ()


def address_of(scenario: Scenario) -> dict[str, str]:
    """Write a scenario without its name and edits as parameters of a link."""
    usual = Scenario()
    told = {}
    for key, one in _FIELDS.items():
        value = getattr(scenario, one.field)
        if value is None and key != "urban":
            continue
        if one.always or value != getattr(usual, one.field):
            told[key] = one.write(value)
    return told | {f"{FIT}{key}": _plain(weight) for key, weight in scenario.suitability}


def scenario_at(parameters: Mapping[str, str], base: Scenario | None = None) -> Opened:
    """Read what a link asks.

    Parameters
    ----------
    base
        What holds where the link tells nothing.
    """
    scenario = base or Scenario()
    refused = []
    for changes, told in _changes(parameters):
        try:
            scenario = _with(scenario, changes())
        except (ScenarioError, ValueError, KeyError, OverflowError):
            refused += [(key, str(parameters[key])[:60]) for key in told]
    return Opened(scenario=scenario, refused=tuple(refused))


def _changes(
    parameters: Mapping[str, str],
) -> list[tuple[Callable[[], dict[str, Any]], list[str]]]:
    """Changes of fields that stand or fall alone, each with the parameters it comes from."""
    out: list[tuple[Callable[[], dict[str, Any]], list[str]]] = []
    timed = parameters.get("unit") == "min" if "unit" in parameters else "minutes" in parameters
    if timed:
        keys = [key for key in ("minutes", "pace") if key in parameters]

        def minutes() -> dict[str, Any]:
            told = {"minutes": MINUTES} | {_FIELDS[k].field: _number(parameters[k]) for k in keys}
            return {"radius_m": None, **told}

        out.append((minutes, keys))
    for key, one in _FIELDS.items():
        if key in parameters and key not in ("minutes", "pace") and not (timed and key == "radius"):
            out.append((_one(one, parameters[key], key), [key]))
    weights = [key for key in parameters if key.startswith(FIT) and key in SCENARIO_KEYS]
    if weights:
        out.append(
            (
                lambda: {
                    "suitability": {k.removeprefix(FIT): _number(parameters[k]) for k in weights}
                },
                weights,
            )
        )
    return out


def _one(one: _Field, text: str, key: str) -> Callable[[], dict[str, Any]]:
    def change() -> dict[str, Any]:
        told = {one.field: one.read(text)}
        return {**told, "minutes": None} if key == "radius" else told

    return change


def _with(scenario: Scenario, changes: dict[str, Any]) -> Scenario:
    fields = {name: getattr(scenario, name) for name in Scenario.__dataclass_fields__}
    return Scenario(**{**fields, **changes})
