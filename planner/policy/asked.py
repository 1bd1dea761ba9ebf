"""What is asked of every part of the policy: the tables ``[policy.<part>]`` of a scenario file.

They stand beside the question of the plan: another table of the same file, so that a scenario that
is saved, linked, packed or sent carries them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.errors import ScenarioError
from planner.policy.hosts.spec import HostsSpec, read_hosts
from planner.policy.phases.spec import PhasesSpec, read_phases
from planner.policy.robust.spec import RobustSpec, read_robust
from planner.policy.rules.rules import PACKS
from planner.policy.rules.spec import RulesSpec, read_rules
from planner.policy.service.spec import RoundsSpec, ServiceSpec, read_rounds, read_service
from planner.policy.tiers.spec import TiersSpec, read_tiers
from planner.scenario import toml_line

__all__ = ["NOTHING_ASKED", "Asked", "asked_in", "portable", "read_asked"]

READERS: dict[str, Callable[[object], Any]] = {
    "rules": read_rules,
    "hosts": read_hosts,
    "tiers": read_tiers,
    "service": read_service,
    "rounds": read_rounds,
    "phases": read_phases,
    "robust": read_robust,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A table for each part; one that is not told is asked with its own defaults."""

    rules: RulesSpec = field(default_factory=RulesSpec)
    hosts: HostsSpec = field(default_factory=HostsSpec)
    tiers: TiersSpec = field(default_factory=TiersSpec)
    service: ServiceSpec = field(default_factory=ServiceSpec)
    rounds: RoundsSpec = field(default_factory=RoundsSpec)
    phases: PhasesSpec = field(default_factory=PhasesSpec)
    robust: RobustSpec = field(default_factory=RobustSpec)

    def record(self) -> dict[str, dict[str, Any]]:
        """Plain form: the fields that differ from their defaults, by part; ``None`` as ``none``."""
        told = {}
        for part in READERS:
            usual = getattr(NOTHING_ASKED, part).record()
            here = getattr(self, part).record()
            other = {
                key: "none" if value is None else value
                for key, value in here.items()
                if value != usual[key]
            }
            if other:
                told[part] = other
        return told

    def text(self) -> str:
        """:meth:`record` as JSON, the same for the same; empty where nothing differs."""
        told = self.record()
        return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else ""

    def toml(self) -> str:
        """Tables ``[policy.<part>]``; empty where nothing differs from the defaults."""
        parts = [
            "\n".join([f"[policy.{part}]", *(_line(key, one) for key, one in fields.items())])
            for part, fields in self.record().items()
        ]
        return "\n\n".join(parts) + "\n" if parts else ""


def _line(key: str, value: Any) -> str:
    """A field; texts of several lines stand as such, so that a pack of rules can be read."""
    texts = value if isinstance(value, list) else []
    if not any(isinstance(one, str) and "\n" in one for one in texts):
        return toml_line(key, value)
    return "\n".join([f"{key} = [", *(f"{_text(one)}," for one in texts), "]"])


def _text(text: str) -> str:
    # A literal of TOML takes every sign as it is; it has no sign for its own end.
    plain = all(sign.isprintable() or sign in "\n\t" for sign in text)
    if "'''" in text or not plain or text.endswith("'"):
        return toml_line("x", text).removeprefix("x = ")
    return f"'''\n{text}'''"


NOTHING_ASKED = Asked()


def read_asked(policy: object, where: str) -> Asked:
    """Read the table ``[policy]`` of a file; ``None`` if it has none.

    Raises
    ------
    ScenarioError
        If a table or field is unknown or out of range: names file, table, field and value.
    """
    if policy is None:
        return NOTHING_ASKED
    if not isinstance(policy, Mapping):
        raise ScenarioError("is no table", where=f"{where}, policy", remedy="Write [policy.<part>]")
    for key in policy:
        if key not in READERS:
            raise ScenarioError(
                f"unknown table [policy.{key:.60}]",
                where=where,
                remedy=f"Known are: {', '.join(READERS)}",
            )
    try:
        return Asked(**{key: READERS[key](table) for key, table in policy.items()})
    except ScenarioError as error:
        place = ", ".join(filter(None, (where, error.where)))
        raise ScenarioError(error.what, where=place, remedy=error.remedy) from None


def portable(asked: Asked, where: str) -> Asked:
    """Refuse what names a file: elsewhere it is not there, or is somebody else's.

    Raises
    ------
    ScenarioError
        Naming the field and the file.
    """
    packs = [one for one in asked.rules.packs if one not in PACKS]
    named = {
        "policy.rules.packs": next(iter(packs), ""),
        "policy.phases.growth_file": asked.phases.growth_file,
    }
    for field_name, file in named.items():
        if file:
            raise ScenarioError(
                f"{file!r:.80} is a file of one machine",
                where=", ".join(filter(None, (where, field_name))),
                remedy="Put rules into policy.rules.own, growth into policy.phases.growth",
            )
    return asked


def asked_in(text: str) -> Asked:
    """Read :meth:`Asked.text`.

    Raises
    ------
    ScenarioError
        If it is none, a newer program wrote it, or it is not :func:`portable`.
    """
    if not text:
        return NOTHING_ASKED
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise ScenarioError("is no JSON", where="policy") from None
    return portable(read_asked(told, "policy"), "")
