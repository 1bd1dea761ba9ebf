"""Which rules a scenario is held to: the table ``[policy.rules]`` of its file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.errors import ScenarioError
from planner.policy.rules.rules import RulePack, chosen_packs, pack_in

__all__ = ["RulesSpec", "read_rules"]

MOST_OWN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesSpec:
    """Rule packs by name, the planner's own numbers, and packs of the planner's own.

    Parameters
    ----------
    packs
        Ids of packs that come along, or paths that end in ``.toml``.
    numbers
        ``PACK.RULE.NAME=N``: the planner's number in place of the pack's.
    own
        Whole packs as TOML text: so a scenario carries them wherever it goes.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    packs: tuple[str, ...] = ("national",)
    numbers: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            told = getattr(self, field.name)
            if not isinstance(told, tuple) or not all(isinstance(one, str) for one in told):
                raise ScenarioError(
                    f"{told!r:.80} is no list of texts", where=f"policy.rules.{field.name}"
                )
        if len(self.own) > MOST_OWN:
            raise ScenarioError(
                f"{len(self.own)} packs", where="policy.rules.own", remedy=f"At most {MOST_OWN}"
            )

    def chosen(self) -> tuple[RulePack, ...]:
        """Read the packs, with the planner's numbers in them.

        Raises
        ------
        ScenarioError
            If there is no such pack, rule or number, or one of the planner's own is no good.
        """
        own = [pack_in(text, f"policy.rules.own[{at}]") for at, text in enumerate(self.own)]
        return chosen_packs(self.packs, self.numbers, own=own)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        return {field.name: list(getattr(self, field.name)) for field in dataclasses.fields(self)}


def read_rules(table: object) -> RulesSpec:
    """Read the table ``[policy.rules]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    known = {field.name for field in dataclasses.fields(RulesSpec)}
    if not isinstance(table, Mapping) or not set(table) <= known:
        raise ScenarioError(
            f"{table!r:.80} is not allowed",
            where="policy.rules",
            remedy=f"Known are: {', '.join(sorted(known))}",
        )
    lists = {key: tuple(one) if isinstance(one, list) else one for key, one in table.items()}
    return RulesSpec(**lists)
