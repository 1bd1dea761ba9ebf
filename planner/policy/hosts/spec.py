"""What is asked of hosts (两网融合): the table ``[policy.hosts]`` and the costs of conversion."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from geo.errors import InputError
from geo.toml_table import checked_fields, line_of_text, located, read_toml
from geo.toml_table import number as figure
from planner.policy.fields import number, one_of, refuse_unknown, table_of, whole

__all__ = ["DEFAULT_COSTS", "HostCost", "HostCosts", "HostsSpec", "read_costs", "read_hosts"]

#: The table that comes with the program.
DEFAULT_COSTS = Path(__file__).resolve().parents[3] / "data" / "hosts.toml"

MAX_STEPS = 21
_PART = "policy.hosts"


@dataclass(frozen=True, kw_only=True, slots=True)
class HostsSpec:
    """How the plan is solved again between re-use and coverage.

    Parameters
    ----------
    dial
        From 0, most people covered, to 1, most sites at existing places: the step that is told
        site by site.
    steps
        So many steps of the dial from 0 to 1, both ends among them, besides ``dial``.
    within_m
        A candidate this near to a host counts as being there.
    effort
        ``"quick"`` or ``"exact"``.
    gap
        Relative gap asked for, with ``"exact"``.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    dial: float = 0.5
    steps: int = 5
    within_m: float = 50.0
    effort: Literal["quick", "exact"] = "quick"
    gap: float = 0.01

    def __post_init__(self) -> None:
        for field, high in (("dial", 1.0), ("within_m", 1000.0), ("gap", 0.5)):
            told = number(_PART, field, getattr(self, field), 0.0, high)
            object.__setattr__(self, field, told)
        whole(_PART, "steps", self.steps, 2, MAX_STEPS)
        one_of(_PART, "effort", self.effort, "quick", "exact")

    @property
    def dials(self) -> tuple[float, ...]:
        """Steps of the dial, ascending."""
        even = {round(step / (self.steps - 1), 6) for step in range(self.steps)}
        return tuple(sorted({*even, round(self.dial, 6)}))

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        return dataclasses.asdict(self)


def read_hosts(table: object) -> HostsSpec:
    """Read the table ``[policy.hosts]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    given = table_of(_PART, table)
    refuse_unknown(_PART, given, {field.name for field in dataclasses.fields(HostsSpec)})
    return HostsSpec(**given)


@dataclass(frozen=True, kw_only=True, slots=True)
class HostCost:
    """What a point costs there, yuan once."""

    key: str
    name_zh: str
    name_en: str
    yuan: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HostCosts:
    """Costs of new points, of existing ones, and at each kind of host in order of preference."""

    new: HostCost
    existing: HostCost
    hosts: tuple[HostCost, ...]
    file: str

    def record(self) -> dict[str, Any]:
        """Plain form for JSON, with every source."""
        return dataclasses.asdict(self)


def read_costs(path: Path | None = None) -> HostCosts:
    """Read a table of costs (TOML, see ``data/hosts.toml``).

    Raises
    ------
    InputError
        If it cannot be read, or a figure is missing, unknown or out of range.
    """
    path = DEFAULT_COSTS if path is None else path
    try:
        tables = read_toml(path)
        checked_fields("costs", tables, ("new", "existing", "hosts"))
        hosts = tables["hosts"]
        if not isinstance(hosts, Mapping) or not 1 <= len(hosts) <= 100:
            raise InputError("is no table of 1 to 100 hosts", where="[hosts]")
        return HostCosts(
            new=_cost("new", tables["new"]),
            existing=_cost("existing", tables["existing"]),
            hosts=tuple(_cost(key, row) for key, row in hosts.items()),
            file=path.name,
        )
    except InputError as error:
        raise located(error, path, "Start from data/hosts.toml") from None


def _cost(key: str, given: object) -> HostCost:
    told = checked_fields(key, given, ("name_zh", "name_en", "yuan", "source"))
    return HostCost(
        key=key,
        name_zh=line_of_text(f"[{key}] name_zh", told["name_zh"]),
        name_en=line_of_text(f"[{key}] name_en", told["name_en"]),
        yuan=figure(f"[{key}] yuan", told["yuan"], 0.0, 1e9),
        source=line_of_text(f"[{key}] source", told["source"]),
    )
