"""One rule: a sentence of a policy or a standard that can be checked, with where it stands."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from planner.errors import ScenarioError
from planner.wording.language import Language

__all__ = [
    "KINDS",
    "OF_REGION",
    "Kind",
    "Rule",
    "Scope",
    "Tier",
    "is_id",
    "known_only",
    "line_of_text",
    "named_by",
    "needed",
    "number_in",
    "refused",
]

Scope = Literal["urban", "township", "village", "everywhere"]
Kind = Literal[
    "count-per-township",
    "count-per-households",
    "share-within-radius",
    "floor-area-min",
    "area-per-households",
    "visits-per-week",
    "site-distance",
    "count-in-region",
    "count-per-people",
    "count-per-either",
    "count-per-county",
    "count-per-estate",
]
Tier = Literal["point", "station", "centre"]
KINDS: dict[Kind, dict[str, tuple[float, float]]] = {
    "count-per-township": {"sites": (1, 1000)},
    "count-per-households": {"households": (1, 10_000_000)},
    "share-within-radius": {"share": (0, 1), "radius_m": (1, 30_000)},
    "floor-area-min": {"area_m2": (0, 1_000_000)},
    "area-per-households": {
        "area_m2": (0, 1_000_000),
        "households": (1, 10_000_000),
        "least_m2": (0, 1_000_000),
    },
    "visits-per-week": {"visits": (1, 100), "days": (1, 366)},
    "site-distance": {"least_m": (0, 30_000)},
    "count-in-region": {"sites": (1, 1000)},
    "count-per-people": {"people": (1, 100_000_000)},
    "count-per-either": {"households": (1, 10_000_000), "people": (1, 100_000_000)},
    "count-per-county": {"sites": (1, 1000)},
    "count-per-estate": {"sites": (1, 1000)},
}
"""Formulas there are, with the least and the most that each of their parameters may be."""
WHOLE = frozenset({"sites", "households", "people", "visits", "days"})
OF_REGION = ("count-in-region", "count-per-county", "count-per-estate")
"""Formulas that are asked of the region as a whole."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One sentence of a policy that can be checked.

    Parameters
    ----------
    id
        Within its pack: letters, digits and hyphens.
    zh, en
        What it asks, in our words.
    clause, source
        Where it stands, and where it was read.
    verified
        Whether it was read in the source itself; otherwise sheets mark it.
    scope
        ``"urban"``: townships most of whose people live in the main urban area (for shares: the
        people of that area); ``"township"``: the others; ``"village"``: each village;
        ``"everywhere"``: all townships.
    kind
        The formula, one of :data:`KINDS`.
    parameters
        Its numbers: pairs by name, sorted; a mapping is taken too.
    chosen
        Parameters that the source has no number for: the planner's choice, shown as such.
    kinds
        Kinds of sites it speaks of; empty: all.
    tier
        Whether it speaks of the points that people bring things to, of stations or of centres.
    townships
        Codes or names of the townships it is for, within its scope; empty: all of that.
    clause_en, source_en
        In English; empty: as they stand.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    id: str
    zh: str
    en: str
    clause: str
    source: str
    verified: bool
    scope: Scope
    kind: Kind
    parameters: tuple[tuple[str, float], ...]
    chosen: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    tier: Tier = "point"
    townships: tuple[str, ...] = ()
    clause_en: str = ""
    source_en: str = ""

    def __post_init__(self) -> None:
        named_by("id", self.id)
        for field in ("clause_en", "source_en"):
            if getattr(self, field) != "":
                line_of_text(field, getattr(self, field))
        if not isinstance(self.tier, str) or self.tier not in get_args(Tier):
            raise refused("tier", self.tier, " or ".join(get_args(Tier)))
        for field in ("zh", "en", "clause", "source"):
            line_of_text(field, getattr(self, field))
        if type(self.verified) is not bool:
            raise refused("verified", self.verified, "true or false")
        if not isinstance(self.scope, str) or self.scope not in get_args(Scope):
            raise refused("scope", self.scope, " or ".join(get_args(Scope)))
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise refused("kind", self.kind, " or ".join(KINDS))
        object.__setattr__(self, "parameters", _parameters(self.kind, self.parameters))
        object.__setattr__(self, "chosen", _names("chosen", self.chosen))
        for name in self.chosen:
            if name not in KINDS[self.kind]:
                raise refused("chosen", name, " or ".join(KINDS[self.kind]))
        object.__setattr__(self, "kinds", _names("kinds", self.kinds))
        object.__setattr__(self, "townships", _names("townships", self.townships))
        if self.tier != "point" and self.kind in ("share-within-radius", "visits-per-week"):
            raise refused("tier", self.tier, f"point with {self.kind}")
        if self.kind in OF_REGION and self.scope != "everywhere":
            raise refused("scope", self.scope, f"everywhere with {self.kind}")
        if self.townships and (self.kind in OF_REGION or self.of_all_urban):
            raise refused("townships", self.townships, f"none with {self.kind}")
        if self.scope == "village" and self.kind != "count-per-township":
            raise refused("scope", self.scope, "village with count-per-township only")

    def __getitem__(self, name: str) -> float:
        """A parameter by name; ``KeyError`` where the formula has none such."""
        return dict(self.parameters)[name]

    def said(self, language: Language) -> str:
        """Return what it asks."""
        return self.zh if language == "zh" else self.en

    @property
    def of_all_urban(self) -> bool:
        """Whether it is a share of all people of the main urban area, wherever they are."""
        return self.kind == "share-within-radius" and self.scope == "urban"

    def stands(self, language: Language) -> tuple[str, str]:
        """Clause and source."""
        if language == "zh":
            return self.clause, self.source
        return self.clause_en or self.clause, self.source_en or self.source

    @property
    def all_chosen(self) -> bool:
        """Whether the planner chose every number: there is none to be verified."""
        return {name for name, _ in self.parameters} <= set(self.chosen)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        told = dataclasses.asdict(self)
        return {
            **told,
            "parameters": dict(self.parameters),
            "chosen": list(self.chosen),
            "kinds": list(self.kinds),
            "townships": list(self.townships),
        }


def _parameters(kind: Kind, value: object) -> tuple[tuple[str, float], ...]:
    try:
        told = dict(cast(Mapping[str, object], value))
    except (TypeError, ValueError):
        raise refused("parameters", value, "a table of numbers") from None
    limits = KINDS[kind]
    known_only(told, set(limits), "parameters.")
    needed(told, limits, "parameters.")
    numbers = {}
    for name in sorted(limits):
        number = number_in(f"parameters.{name}", told[name], *limits[name])
        if name in WHOLE and not number.is_integer():
            raise refused(f"parameters.{name}", told[name], "a whole number")
        numbers[name] = number
    return tuple(numbers.items())


def known_only(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    """Refuse keys that mean nothing."""
    for key in table:
        if key not in known:
            raise ScenarioError(
                "is unknown",
                where=f"{prefix}{key!s:.60}",
                remedy=f"Known are: {', '.join(sorted(known))}",
            )


def needed(table: Mapping[str, Any], keys: Iterable[str], prefix: str) -> None:
    """Refuse a table that lacks a key."""
    for key in keys:
        if key not in table:
            raise ScenarioError("is missing", where=f"{prefix}{key}", remedy="Give it")


def is_id(value: str) -> bool:
    """Whether a text may be an id."""
    return bool(_ID.fullmatch(value))


def refused(field: str, value: object, allowed: str) -> ScenarioError:
    """Say what is allowed in place of a value."""
    return ScenarioError(f"{value!r:.120} is not allowed", where=field, remedy=f"Give {allowed}")


def named_by(field: str, value: object) -> None:
    """Refuse what is no id."""
    if not isinstance(value, str) or not is_id(value):
        raise refused(field, value, "small letters, digits and hyphens, at most 40")


def line_of_text(field: str, value: object) -> None:
    """Refuse what is no line of text."""
    if not isinstance(value, str) or not 0 < len(value) <= 500 or not value.isprintable():
        raise refused(field, value, "one line of text, at most 500 characters")


def _names(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise refused(field, value, "a list of names")
    for one in value:
        line_of_text(field, one)
    return tuple(sorted(set(value)))


def number_in(field: str, value: object, low: float, high: float) -> float:
    """Refuse what is no number within limits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused(field, value, f"a number from {low:g} to {high:g}")
    if not math.isfinite(value) or not low <= value <= high:
        raise refused(field, value, f"a number from {low:g} to {high:g}")
    return float(value)
