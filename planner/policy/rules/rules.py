"""Rule packs: what a policy or a standard asks of a network, each number with where it stands."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from planner.errors import ScenarioError
from planner.policy.rules.rule import (
    KINDS,
    OF_REGION,
    Kind,
    Rule,
    Scope,
    Tier,
    is_id,
    known_only,
    line_of_text,
    named_by,
    needed,
    number_in,
    refused,
)
from planner.wording.language import Language

__all__ = [
    "KINDS",
    "OF_REGION",
    "PACKS",
    "Kind",
    "Rule",
    "RulePack",
    "Scope",
    "Tier",
    "chosen_packs",
    "floor_minimum",
    "pack_in",
    "read_pack",
    "ready_packs",
]

RULES = Path(__file__).resolve().parents[3] / "data" / "rules"
PACKS = ("national", "sbt-10719", "beijing", "shanghai", "chengdu", "gb-55013", "cjj-27")
"""Packs that come along, in the order they are offered."""

MAX_BYTES, MAX_RULES = 1_000_000, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class RulePack:
    """Rules that belong together.

    Parameters
    ----------
    zh, en
        Its name.
    rules
        Ids unlike each other.
    near
        What falls short is called near while it reaches this share of what is required.
    superseded_by
        Id of the pack that is in force instead; empty where this one is.
    file
        Where it was read from.
    """

    id: str
    zh: str
    en: str
    rules: tuple[Rule, ...]
    near: float = 0.9
    superseded_by: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        named_by("pack.id", self.id)
        for field in ("zh", "en"):
            line_of_text(f"pack.{field}", getattr(self, field))
        object.__setattr__(self, "near", number_in("pack.near", self.near, 0.0, 1.0))
        if self.superseded_by:
            named_by("pack.superseded_by", self.superseded_by)
        if not 0 < len(self.rules) <= MAX_RULES:
            raise refused("rule", f"{len(self.rules)} of them", f"1 to {MAX_RULES}")
        ids = [rule.id for rule in self.rules]
        for one in ids:
            if ids.count(one) > 1:
                raise refused("rule.id", one, "each id once")

    def said(self, language: Language) -> str:
        """Return its name."""
        return self.zh if language == "zh" else self.en

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        fields = ("id", "zh", "en", "near", "superseded_by")
        told = {field: getattr(self, field) for field in fields}
        return {**told, "rules": [rule.record() for rule in self.rules]}


def read_pack(path: Path) -> RulePack:
    """Read a pack: a table ``[pack]`` and a table ``[[rule]]`` each; nothing in it is believed.

    Raises
    ------
    ScenarioError
        Naming the file, the rule and the field.
    """
    try:
        return _read(path.read_bytes(), str(path), path.name)
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror})", where=str(path)) from error


def pack_in(text: str, where: str) -> RulePack:
    """Read a pack that is told as text; nothing in it is believed.

    Raises
    ------
    ScenarioError
        Naming ``where``, the rule and the field.
    """
    return _read(text.encode(errors="replace"), where, where)


def _read(data: bytes, where: str, file: str) -> RulePack:
    if len(data) > MAX_BYTES:
        raise ScenarioError("is too large for rules", where=where)
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"is not TOML in UTF-8 ({error!s:.200})", where=where) from error
    try:
        return _pack(content, file)
    except ScenarioError as error:
        place = ", ".join(filter(None, (where, error.where)))
        raise ScenarioError(error.what, where=place, remedy=error.remedy) from None


@cache
def ready_packs() -> tuple[RulePack, ...]:
    """Packs that come along."""
    return tuple(read_pack(RULES / f"{name}.toml") for name in PACKS)


def chosen_packs(
    names: Iterable[str], choices: Iterable[str] = (), *, own: Iterable[RulePack] = ()
) -> tuple[RulePack, ...]:
    """Find packs by their id, or read them from files; each once, in the order given.

    Parameters
    ----------
    names
        Ids, or paths that end in ``.toml``.
    choices
        ``PACK.RULE.PARAMETER=NUMBER``: a number the planner gives in place of the pack's. It is
        shown as chosen then, and the rule as not verified where the pack did not leave it open.
    own
        Packs that were read already; after the others.

    Raises
    ------
    ScenarioError
        If there is no such pack, rule or parameter, or a file is no good.
    """
    ready = {pack.id: pack for pack in ready_packs()}
    named = [(name, ready.get(name) or _pack_called(name, ready)) for name in names]
    found: dict[str, RulePack] = {}
    for where, pack in (*named, *((pack.file, pack) for pack in own)):
        if pack.id in found and found[pack.id] != pack:
            raise ScenarioError(
                f"the id {pack.id!r} is another pack's too", where=where, remedy="Rename one"
            )
        found[pack.id] = pack
    for choice in choices:
        pack = _with_choice(found, choice)
        found[pack.id] = pack
    return tuple(found.values())


def floor_minimum(packs: Iterable[RulePack], tier: Tier) -> float | None:
    """Least floor area that packs ask of every point, station or centre, square metres.

    Rules of some townships or some kinds of sites alone do not count.

    Returns
    -------
    float or None
        The largest of what they ask; ``None`` where none asks for any.
    """
    areas = [
        rule["area_m2"]
        for pack in packs
        for rule in pack.rules
        if (rule.kind, rule.tier, rule.scope) == ("floor-area-min", tier, "everywhere")
        and not rule.kinds
        and not rule.townships
    ]
    return max(areas, default=None)


def _pack_called(name: str, ready: Mapping[str, RulePack]) -> RulePack:
    if name.casefold().endswith(".toml"):
        return read_pack(Path(name))
    raise ScenarioError(
        f"{name!r:.80} is no pack of rules",
        where="rules",
        remedy=f"Give a file that ends in .toml, or one of {', '.join(ready)}",
    )


def _with_choice(packs: Mapping[str, RulePack], choice: str) -> RulePack:
    address, equals, text = choice.partition("=")
    parts = address.strip().split(".")
    if not equals or len(parts) != 3:
        raise refused("choice", choice, "PACK.RULE.PARAMETER=NUMBER")
    pack_id, rule_id, name = parts
    pack = packs.get(pack_id)
    rule = next((one for one in pack.rules if one.id == rule_id), None) if pack else None
    if pack is None or rule is None or name not in dict(rule.parameters):
        known = ", ".join(
            f"{pack.id}.{rule.id}.{key}"
            for pack in packs.values()
            for rule in pack.rules
            for key, _ in rule.parameters
        )
        raise ScenarioError(
            f"{address!r:.100} is no number of these rules",
            where="choice",
            remedy=f"Known are: {known:.500}",
        )
    try:
        value = float(text)
    except ValueError:
        raise refused(f"choice {address}", text, "a number") from None
    if value == rule[name]:
        return pack
    try:
        changed = dataclasses.replace(
            rule,
            parameters=tuple((key, value if key == name else one) for key, one in rule.parameters),
            verified=rule.verified and name in rule.chosen,
            chosen=(*rule.chosen, name),
        )
    except ScenarioError as error:
        where = f"choice {address}"
        raise ScenarioError(error.what, where=where, remedy=error.remedy) from None
    rules = tuple(changed if one is rule else one for one in pack.rules)
    return dataclasses.replace(pack, rules=rules)


def _pack(content: Mapping[str, Any], file: str) -> RulePack:
    known_only(content, {"pack", "rule"}, "")
    head, rows = content.get("pack"), content.get("rule")
    if not isinstance(head, dict):
        raise ScenarioError("has no table [pack]", where="")
    known_only(head, {"id", "zh", "en", "near", "superseded_by"}, "pack.")
    needed(head, ("id", "zh", "en"), "pack.")
    if not isinstance(rows, list):
        raise ScenarioError("has no table [[rule]]", where="")
    rules = tuple(_rule(row, number) for number, row in enumerate(rows, 1))
    return RulePack(**head, rules=rules, file=file)


def _rule(row: object, number: int) -> Rule:
    if not isinstance(row, dict):
        raise refused(f"rule {number}", row, "a table")
    told = row.get("id")
    where = f"rule {told if isinstance(told, str) and is_id(told) else number}"
    try:
        fields = {field.name: field for field in dataclasses.fields(Rule)}
        known_only(row, set(fields), "")
        due = [name for name, one in fields.items() if one.default is dataclasses.MISSING]
        needed(row, due, "")
        for name in ("chosen", "kinds", "townships"):
            if name in row and not isinstance(row[name], list):
                raise refused(name, row[name], "a list of names")
        if not isinstance(row["parameters"], dict):
            raise refused("parameters", row["parameters"], "a table of numbers")
        return Rule(**row)
    except ScenarioError as error:
        raise ScenarioError(
            error.what, where=f"{where}, {error.where}", remedy=error.remedy
        ) from None
