"""Rule packs: what a policy or a standard asks of a network, each number with where it stands."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from planner.errors import ScenarioError
from planner.wording.language import Language

__all__ = [
    "KINDS",
    "PACKS",
    "Kind",
    "Rule",
    "RulePack",
    "Scope",
    "Tier",
    "chosen_packs",
    "pack_in",
    "read_pack",
    "ready_packs",
]

RULES = Path(__file__).resolve().parents[3] / "data" / "rules"
PACKS = ("national", "sbt-10719", "beijing", "shanghai", "chengdu", "gb-55013", "cjj-27")
"""Packs that come along, in the order they are offered."""

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
}
"""Formulas there are, with the least and the most that each of their parameters may be."""
WHOLE = frozenset({"sites", "households", "visits", "days"})
MAX_BYTES, MAX_RULES = 1_000_000, 200
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
    clause_en: str = ""
    source_en: str = ""

    def __post_init__(self) -> None:
        _name("id", self.id)
        for field in ("clause_en", "source_en"):
            if getattr(self, field) != "":
                _line(field, getattr(self, field))
        if not isinstance(self.tier, str) or self.tier not in get_args(Tier):
            raise _refused("tier", self.tier, " or ".join(get_args(Tier)))
        for field in ("zh", "en", "clause", "source"):
            _line(field, getattr(self, field))
        if type(self.verified) is not bool:
            raise _refused("verified", self.verified, "true or false")
        if not isinstance(self.scope, str) or self.scope not in get_args(Scope):
            raise _refused("scope", self.scope, " or ".join(get_args(Scope)))
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise _refused("kind", self.kind, " or ".join(KINDS))
        object.__setattr__(self, "parameters", _parameters(self.kind, self.parameters))
        object.__setattr__(self, "chosen", _names("chosen", self.chosen))
        for name in self.chosen:
            if name not in KINDS[self.kind]:
                raise _refused("chosen", name, " or ".join(KINDS[self.kind]))
        object.__setattr__(self, "kinds", _names("kinds", self.kinds))
        if self.tier != "point" and self.kind in ("share-within-radius", "visits-per-week"):
            raise _refused("tier", self.tier, f"point with {self.kind}")
        if self.kind == "count-in-region" and self.scope != "everywhere":
            raise _refused("scope", self.scope, "everywhere with count-in-region")
        if self.scope == "village" and self.kind != "count-per-township":
            raise _refused("scope", self.scope, "village with count-per-township only")

    def __getitem__(self, name: str) -> float:
        """A parameter by name; ``KeyError`` where the formula has none such."""
        return dict(self.parameters)[name]

    def said(self, language: Language) -> str:
        """Return what it asks."""
        return self.zh if language == "zh" else self.en

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
        }


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
        _name("pack.id", self.id)
        for field in ("zh", "en"):
            _line(f"pack.{field}", getattr(self, field))
        object.__setattr__(self, "near", _number("pack.near", self.near, 0.0, 1.0))
        if self.superseded_by:
            _name("pack.superseded_by", self.superseded_by)
        if not 0 < len(self.rules) <= MAX_RULES:
            raise _refused("rule", f"{len(self.rules)} of them", f"1 to {MAX_RULES}")
        ids = [rule.id for rule in self.rules]
        for one in ids:
            if ids.count(one) > 1:
                raise _refused("rule.id", one, "each id once")

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
        raise _refused("choice", choice, "PACK.RULE.PARAMETER=NUMBER")
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
        raise _refused(f"choice {address}", text, "a number") from None
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
    _only(content, {"pack", "rule"}, "")
    head, rows = content.get("pack"), content.get("rule")
    if not isinstance(head, dict):
        raise ScenarioError("has no table [pack]", where="")
    _only(head, {"id", "zh", "en", "near", "superseded_by"}, "pack.")
    _all(head, ("id", "zh", "en"), "pack.")
    if not isinstance(rows, list):
        raise ScenarioError("has no table [[rule]]", where="")
    rules = tuple(_rule(row, number) for number, row in enumerate(rows, 1))
    return RulePack(**head, rules=rules, file=file)


def _rule(row: object, number: int) -> Rule:
    if not isinstance(row, dict):
        raise _refused(f"rule {number}", row, "a table")
    told = row.get("id")
    where = f"rule {told if isinstance(told, str) and _ID.fullmatch(told) else number}"
    try:
        fields = {field.name: field for field in dataclasses.fields(Rule)}
        _only(row, set(fields), "")
        needed = [name for name, one in fields.items() if one.default is dataclasses.MISSING]
        _all(row, needed, "")
        for name in ("chosen", "kinds"):
            if name in row and not isinstance(row[name], list):
                raise _refused(name, row[name], "a list of names")
        if not isinstance(row["parameters"], dict):
            raise _refused("parameters", row["parameters"], "a table of numbers")
        return Rule(**row)
    except ScenarioError as error:
        raise ScenarioError(
            error.what, where=f"{where}, {error.where}", remedy=error.remedy
        ) from None


def _parameters(kind: Kind, value: object) -> tuple[tuple[str, float], ...]:
    try:
        told = dict(cast(Mapping[str, object], value))
    except (TypeError, ValueError):
        raise _refused("parameters", value, "a table of numbers") from None
    limits = KINDS[kind]
    _only(told, set(limits), "parameters.")
    _all(told, limits, "parameters.")
    numbers = {}
    for name in sorted(limits):
        number = _number(f"parameters.{name}", told[name], *limits[name])
        if name in WHOLE and not number.is_integer():
            raise _refused(f"parameters.{name}", told[name], "a whole number")
        numbers[name] = number
    return tuple(numbers.items())


def _only(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise ScenarioError(
                "is unknown",
                where=f"{prefix}{key!s:.60}",
                remedy=f"Known are: {', '.join(sorted(known))}",
            )


def _all(table: Mapping[str, Any], needed: Iterable[str], prefix: str) -> None:
    for key in needed:
        if key not in table:
            raise ScenarioError("is missing", where=f"{prefix}{key}", remedy="Give it")


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    return ScenarioError(f"{value!r:.120} is not allowed", where=field, remedy=f"Give {allowed}")


def _name(field: str, value: object) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _refused(field, value, "small letters, digits and hyphens, at most 40")


def _line(field: str, value: object) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= 500 or not value.isprintable():
        raise _refused(field, value, "one line of text, at most 500 characters")


def _names(field: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise _refused(field, value, "a list of names")
    for one in value:
        _line(field, one)
    return tuple(sorted(set(value)))


def _number(field: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    if not math.isfinite(value) or not low <= value <= high:
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    return float(value)
