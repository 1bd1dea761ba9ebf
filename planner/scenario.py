"""The whole question that a plan answers: frozen, hashable, TOML in and out."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from geo.pace import WALK_M_S, Unit
from geo.suitability import CRITERIA, MAX_WEIGHT
from planner.edits import NO_EDITS, Edits, read_edits
from planner.errors import ScenarioError
from planner.toml_file import read_toml

NULLABLE = (
    *("radius_m", "minutes", "urban_target", "township_target"),
    *("max_sites", "households_per_site", "households_per_site_urban"),
    "min_per_township_urban",
)

__all__ = [
    "MAX_MINUTES",
    "MAX_RADIUS_M",
    "Mode",
    "Objective",
    "Scenario",
    "Weight",
    "read_scenario",
    "read_tables",
    "scenario_in",
    "toml_line",
]

TABLES = ("scenario", "data", "policy", "region", "census", "urban", "commitment")
"""Of a scenario file, recipes among them; each table has its reader."""

Mode = Literal["walk", "ebike", "drive"]
Objective = Literal["sites", "cost"]
Weight = Literal["people", "kg"]

MAX_RADIUS_M = 30_000.0
"""Beyond this a "recycling point within reach" means nothing, and a typo is likelier."""
MAX_MINUTES = 120.0
RADIUS_M = 1000.0
MOST_KINDS = 1000
# Names of regions and files come from maps: whatever TOML wants escaped is.
_ESCAPED = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F)}
_ESCAPED |= {"\\": "\\\\", '"': '\\"'}
SLOWEST_M_S, FASTEST_M_S = 0.3, 3.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """The question: what the network of sites must do, and what is being minimised.

    Parameters
    ----------
    name
        What the planner calls it.
    mode
        How people get to a site: on foot, by e-bike or electric tricycle, by car.
    radius_m
        Coverage radius in metres of travel (not as the crow flies); 1000 unless ``minutes`` are
        given instead.
    minutes
        Coverage limit in minutes of travel, the way from and to the road on foot; ``None``: it
        is in metres.
    speed_walk_m_s
        Pace on foot, metres a second; for minutes only.
    min_per_township
        Open sites that each township needs (the policy: 每个乡镇至少设立1个回收点).
    min_per_township_urban
        What holds in its place in townships most of whose people live in the main urban area;
        ``None``: the same.
    urban_target
        Share (0-1) of the people of the main urban area to be covered; ``None``: no target.
        The policy's "基本覆盖" has no number, so this is the planner's to choose.
    township_target
        Share (0-1) of each township's people to be covered; ``None``: no target.
    max_sites
        At most so many open sites, existing ones counted: the plan then covers the most people
        with them. ``None``: the plan opens the fewest (or cheapest) that meet the targets.
    objective
        Fewest ``"sites"`` or least ``"cost"``: the inverse of each kind's weight, dearer where a
        place does not fit (:func:`planner.suitability.site_costs`).
    keep_existing
        Existing sites stay open; otherwise each may be closed and counts as a candidate.
    gap
        Proven relative gap that is asked for, at most.
    seed
        Of the search; the same scenario on the same data gives the same plan.
    households_per_site
        Each township needs a site for every so many of its households or part of them (SB/T
        10719: 2,000 in cities, 2,500 in the country); ``None``: no such rule.
    households_per_site_urban
        What holds in its place in townships most of whose people live in the main urban area;
        ``None``: the same.
    weight
        What targets are shares of and what is covered most: ``"people"``, or the ``"kg"`` of
        recyclables a day that they and special places hand in.
    suitability
        Weights of criteria of where a point fits (:data:`geo.suitability.CRITERIA`) that replace
        those of the region: pairs by name; a mapping is taken too.
    kinds
        Kinds of candidates that may be opened new, sorted; empty: all of them. Existing sites,
        points added by hand and those forced open are not asked for their kind. That a region
        has them is for :func:`planner.edited.ruling` to say.
    min_by_township
        Open sites that single townships need at least: pairs of code and number, sorted; a
        mapping is taken too. Rules that are not of every township ask this way.
    edits
        What was changed by hand: points added, closed and forced, areas kept free.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    name: str = ""
    mode: Mode = "walk"
    radius_m: float | None = None
    minutes: float | None = None
    speed_walk_m_s: float = WALK_M_S
    min_per_township: int = 1
    urban_target: float | None = 0.95
    township_target: float | None = None
    max_sites: int | None = None
    objective: Objective = "sites"
    keep_existing: bool = True
    gap: float = 0.01
    seed: int = 0
    households_per_site: int | None = None
    households_per_site_urban: int | None = None
    min_per_township_urban: int | None = None
    weight: Weight = "people"
    suitability: tuple[tuple[str, float], ...] = ()
    kinds: tuple[str, ...] = ()
    min_by_township: tuple[tuple[str, int], ...] = ()
    edits: Edits = NO_EDITS

    def __post_init__(self) -> None:
        _text("name", self.name)
        _choice("mode", self.mode, get_args(Mode))
        _choice("objective", self.objective, get_args(Objective))
        self._check_limit()
        _whole("min_per_township", self.min_per_township, 0, 1000)
        if self.min_per_township_urban is not None:
            _whole("min_per_township_urban", self.min_per_township_urban, 0, 1000)
        for field in ("urban_target", "township_target"):
            if getattr(self, field) is not None:
                object.__setattr__(self, field, _number(field, getattr(self, field), 0.0, 1.0))
        if self.max_sites is not None:
            _whole("max_sites", self.max_sites, 1, 10_000_000)
        if type(self.keep_existing) is not bool:
            raise _refused("keep_existing", self.keep_existing, "true or false")
        object.__setattr__(self, "gap", _number("gap", self.gap, 0.0, 0.5))
        _whole("seed", self.seed, 0, 2**31 - 1)
        for field in ("households_per_site", "households_per_site_urban"):
            if getattr(self, field) is not None:
                _whole(field, getattr(self, field), 1, 10_000_000)
        _choice("weight", self.weight, get_args(Weight))
        object.__setattr__(self, "suitability", _moved(self.suitability))
        object.__setattr__(self, "kinds", _kinds(self.kinds))
        object.__setattr__(self, "min_by_township", _min_by_township(self.min_by_township))
        if not isinstance(self.edits, Edits):
            raise _refused("edits", self.edits, "a table of edits")

    def _check_limit(self) -> None:
        if self.minutes is None:
            radius_m = RADIUS_M if self.radius_m is None else self.radius_m
            object.__setattr__(self, "radius_m", _number("radius_m", radius_m, 1.0, MAX_RADIUS_M))
        else:
            minutes = _number("minutes", self.minutes, 0.1, MAX_MINUTES)
            object.__setattr__(self, "minutes", minutes)
            if self.radius_m is not None:
                raise ScenarioError(
                    f"{self.radius_m!r} is given beside minutes {minutes:g}",
                    where="radius_m",
                    remedy="Give one of the two",
                )
        pace = _number("speed_walk_m_s", self.speed_walk_m_s, SLOWEST_M_S, FASTEST_M_S)
        object.__setattr__(self, "speed_walk_m_s", pace)
        if self.minutes is None and pace != WALK_M_S:
            raise ScenarioError(
                f"{pace:g} is of no use for a radius in metres",
                where="speed_walk_m_s",
                remedy="Give minutes too, or leave it out",
            )

    @property
    def unit(self) -> Unit:
        """Unit of :attr:`limit`: ``"m"``, or ``"s"`` where minutes are asked for."""
        return "m" if self.minutes is None else "s"

    @property
    def limit(self) -> float:
        """Coverage limit, metres or seconds of travel."""
        if self.minutes is not None:
            return self.minutes * 60.0
        assert self.radius_m is not None
        return self.radius_m

    def record(self) -> dict[str, Any]:
        """Plain form for JSON, every field named."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        plain = {
            "suitability": dict(self.suitability),
            "kinds": list(self.kinds),
            "min_by_township": dict(self.min_by_township),
        }
        return {**fields, **plain, "edits": self.edits.record()}

    def toml(self) -> str:
        """Readable file; fields that are ``None`` are left out, as TOML has no null.

        Edits stand in a table of their own, which is left out where nothing was edited.
        """
        lines = ["# RecycleNet scenario", "[scenario]"]
        for key, value in self.record().items():
            if key == "edits":
                continue
            if value is not None:
                lines.append(toml_line(key, value))
            elif Scenario.__dataclass_fields__[key].default is not None:
                lines.append(f'{key} = "none"')
        if self.edits:
            lines += ["", "[scenario.edits]"]
            lines += [f"{key} = {_rows(rows)}" for key, rows in self.edits.record().items() if rows]
        return "\n".join(lines) + "\n"


def read_tables(path: Path) -> dict[str, Any]:
    """Read the tables of a scenario file: ``[scenario]``, and ``[data]``, ``[policy]`` if there.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is not TOML or holds other tables.
    """
    content = read_toml(path)
    if not isinstance(content.get("scenario"), dict):
        raise ScenarioError("has no table [scenario]", where=str(path))
    for key in content:
        if key not in TABLES:
            raise ScenarioError(
                f"unknown table {key!r:.60}",
                where=str(path),
                remedy=f"Known are: {', '.join(f'[{table}]' for table in TABLES)}",
            )
    return content


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file (its table ``[scenario]``; anything unknown in it is refused).

    Raises
    ------
    ScenarioError
        If the file cannot be read, is not TOML, or a field is unknown or out of range.
    """
    return scenario_in(read_tables(path)["scenario"], str(path))


def scenario_in(table: Mapping[str, Any], where: str) -> Scenario:
    """Read the table ``[scenario]`` of any file.

    Parameters
    ----------
    where
        What errors name.

    Raises
    ------
    ScenarioError
        If a field is unknown or out of range.
    """
    known = set(Scenario.__dataclass_fields__)
    for key in table:
        if key not in known:
            raise ScenarioError(
                f"unknown field {key!r}",
                where=where,
                remedy=f"Known are: {', '.join(sorted(known))}",
            )
    fields: dict[str, Any] = {
        key: None if value == "none" and key in NULLABLE else value for key, value in table.items()
    }
    try:
        if "edits" in fields:
            fields["edits"] = read_edits(fields["edits"])
        return Scenario(**fields)
    except ScenarioError as error:
        raise ScenarioError(
            error.what, where=f"{where}, {error.where}", remedy=error.remedy
        ) from None


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    return ScenarioError(f"{value!r} is not allowed", where=field, remedy=f"Give {allowed}")


def _text(field: str, value: object) -> None:
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise _refused(field, value, "one line of text, at most 200 characters")


def _choice(field: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise _refused(field, value, " or ".join(allowed))


def _number(field: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    if not math.isfinite(value) or not low <= value <= high:
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    return float(value)


def _whole(field: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _refused(field, value, f"a whole number from {low} to {high}")


def _moved(value: object) -> tuple[tuple[str, float], ...]:
    """Weights by criterion, sorted; hashable, unlike the mapping that files hold."""
    try:
        pairs = dict(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise _refused("suitability", value, "weights by criterion, as { slope = 0 }") from None
    for key in pairs:
        if key not in CRITERIA:
            raise _refused("suitability", key, " or ".join(CRITERIA))
    weights = {key: _number(f"suitability.{key}", pairs[key], 0.0, MAX_WEIGHT) for key in pairs}
    return tuple(sorted(weights.items()))


def _kinds(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_KINDS:
        raise _refused("kinds", value, "a list of kinds of candidates")
    for kind in value:
        if not isinstance(kind, str) or not re.fullmatch(r"[a-z0-9_-]{1,40}", kind):
            raise _refused("kinds", kind, "a kind of candidates")
    return tuple(sorted(set(value)))


def _min_by_township(value: object) -> tuple[tuple[str, int], ...]:
    """Sites by township, sorted; hashable, unlike the mapping that files hold."""
    try:
        pairs = dict(value)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise _refused("min_by_township", value, 'sites by code, as { "360222" = 2 }') from None
    for code, number in pairs.items():
        _text("min_by_township", code)
        _whole(f"min_by_township.{code}", number, 0, 1000)
    return tuple(sorted(pairs.items()))


def toml_line(key: str, value: object) -> str:
    """One field of a TOML file."""
    bare = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
    return f"{bare} = {_toml(value)}"


def _rows(values: list[Any]) -> str:
    """One value a line: an edit is found, and taken out by hand, at a glance."""
    return "\n".join(["[", *(f"    {_toml(value)}," for value in values), "]"])


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        inside = ", ".join(toml_line(key, one) for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(_ESCAPED.get(sign, sign) for sign in value) + '"'
    return repr(value)
