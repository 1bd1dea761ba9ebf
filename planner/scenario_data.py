"""The data a scenario was written for, named in its file so that other data are noticed."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.bundle import VERSION, Bundle
from planner.edited import EDIT
from planner.errors import PlanError, ScenarioError
from planner.record import versions
from planner.scenario import Scenario, read_scenario, read_tables, toml_line
from planner.scenario_notes import noted
from planner.wording.language import LANGUAGES, Language
from planner.wording.words import REFUSALS, WORDS

__all__ = [
    "ScenarioData",
    "data_of",
    "differing",
    "read_data",
    "read_scenario_file",
    "refuse_other_data",
    "say_differing",
    "scenario_toml",
]

_TOLD = 6
"""Differences in one sentence."""
Kinds = tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ScenarioData:
    """What a scenario stands on; plans of it are the same on the same bundle only.

    Parameters
    ----------
    region
        Its name.
    bundle_sha256, bundle_format
        Of the bundle's content, and the version it is written in.
    extract, extract_sha256, extract_date
        The file the region was made from, and the date its map data are of; empty: not known.
    boundaries, population
        Where townships and people come from.
    population_year
        That the people are of; 0: not told.
    population_estimated
        Whether some of the people are an estimate.
    cell_m
        Edge of a demand cell.
    program
        Version of the program that wrote the file.
    kinds
        Kinds of candidates with their weights: one, or several where the user's own rows differ.
    """

    region: str
    bundle_sha256: str
    bundle_format: int
    extract: str
    extract_sha256: str
    extract_date: str
    boundaries: str
    population: str
    population_year: int
    population_estimated: bool
    cell_m: float
    program: str
    kinds: Kinds

    def toml(self) -> str:
        """Readable table ``[data]``."""
        fields = [(field.name, getattr(self, field.name)) for field in dataclasses.fields(self)]
        kinds = [
            (kind, weights[0] if len(weights) == 1 else list(weights))
            for kind, weights in self.kinds
        ]
        plain = [toml_line(key, value) for key, value in fields if key != "kinds"]
        weighed = [toml_line(kind, weight) for kind, weight in kinds]
        return "\n".join(["[data]", *plain, "", "[data.kinds]", *weighed]) + "\n"


def data_of(bundle: Bundle, program: str = "") -> ScenarioData:
    """Name the data of a region; points added by hand are the scenario's, not the data's.

    Parameters
    ----------
    program
        Version to be named; the one that runs, if left out.
    """
    frame = bundle.candidates.frame
    weights: dict[str, set[float]] = {}
    columns = (frame[column].tolist() for column in ("kind", "weight", "source"))
    for kind, weight, source in zip(*columns, strict=True):
        if source != EDIT:
            weights.setdefault(str(kind), set()).add(float(weight))
    return ScenarioData(
        region=bundle.region.name,
        bundle_sha256=bundle.sha256,
        bundle_format=VERSION,
        extract=bundle.source.file,
        extract_sha256=bundle.source.sha256,
        extract_date=bundle.source.osm_timestamp,
        boundaries=bundle.region.source,
        population=bundle.demand.source,
        population_year=bundle.demand.year or 0,
        population_estimated=bundle.demand.estimated,
        cell_m=float(bundle.demand.cell_m),
        program=program or versions()["recyclenet"],
        kinds=tuple((kind, tuple(sorted(weights[kind]))) for kind in sorted(weights)),
    )


def scenario_toml(scenario: Scenario, data: ScenarioData, policy: str = "") -> str:
    """The whole question in one file: what is asked, and of which data.

    Parameters
    ----------
    policy
        Tables of what is asked of the parts of the policy, if anything is.
    """
    text = "\n".join(filter(None, (scenario.toml(), policy, data.toml())))
    return noted(text, scenario)


def read_scenario_file(path: Path) -> tuple[Scenario, ScenarioData | None]:
    """Read a scenario and the data it was written for, ``None`` where its file does not tell.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is not TOML, or something in it is unknown or out of range.
    """
    scenario = read_scenario(path)
    table = read_tables(path).get("data")
    try:
        return scenario, None if table is None else read_data(table)
    except ScenarioError as error:
        raise ScenarioError(
            error.what, where=f"{path}, {error.where}", remedy=error.remedy
        ) from None


def read_data(table: object) -> ScenarioData:
    """Read the table ``[data]``: nothing in it is believed.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    fields = {field.name: field.type for field in dataclasses.fields(ScenarioData)}
    if not isinstance(table, Mapping):
        raise _refused("data", table, "a table")
    if odd := sorted({*map(str, table)} ^ {*fields}):
        known = ", ".join(fields)
        raise _refused("data", odd[0], f"each of {known} once, or leave the table out")
    for name, kind in fields.items():
        value = table[name]
        if kind == "str" and (not isinstance(value, str) or len(value) > 1000):
            raise _refused(f"data.{name}", value, "text")
        if kind == "bool" and not isinstance(value, bool):
            raise _refused(f"data.{name}", value, "true or false")
        if kind == "int" and (isinstance(value, bool) or not isinstance(value, int)):
            raise _refused(f"data.{name}", value, "a whole number")
        if kind == "float" and not _is_number(value):
            raise _refused(f"data.{name}", value, "a number")
    return ScenarioData(**{**table, "cell_m": float(table["cell_m"]), "kinds": _kinds(table)})


def differing(told: ScenarioData, now: ScenarioData) -> tuple[tuple[str, str, str], ...]:
    """Compare the data a scenario was written for with those at hand.

    Returns
    -------
    tuple of (field, told, now)
        Empty where a plan would be the same. Which program wrote the file is compared by
        ``recyclenet verify``, not here: it does not change the question.
    """
    if told.bundle_sha256 == now.bundle_sha256:
        return ()
    found = []
    for field in dataclasses.fields(ScenarioData):
        old, new = getattr(told, field.name), getattr(now, field.name)
        if field.name not in ("kinds", "program", "bundle_sha256") and old != new:
            found.append((field.name, _said(old), _said(new)))
    before, after = dict(told.kinds), dict(now.kinds)
    for kind in sorted({*before, *after}):
        old, new = before.get(kind, ()), after.get(kind, ())
        if old != new:
            found.append((f"kinds.{kind}", _said(old), _said(new)))
    return tuple(found) or (("bundle_sha256", told.bundle_sha256[:12], now.bundle_sha256[:12]),)


def say_differing(found: tuple[tuple[str, str, str], ...], language: Language) -> str:
    """Say what differs in one sentence."""
    lines = []
    for field, old, new in found[:_TOLD]:
        key, _, kind = field.partition(".")
        name = WORDS.say(f"data-{key.replace('_', '-')}", language)
        nothing = WORDS.say("data-nothing", language)
        lines.append(f"{name} {kind}".strip() + f" {old or nothing} → {new or nothing}")
    if len(found) > _TOLD:
        lines.append("…")
    return ("；" if language == "zh" else "; ").join(lines)


def refuse_other_data(told: ScenarioData, bundle: Bundle) -> None:
    """Refuse a region that is not the one a scenario was written for.

    Raises
    ------
    PlanError
        Naming what differs and how to go on.
    """
    found = differing(told, data_of(bundle))
    if not found:
        return
    lines = {}
    for language in LANGUAGES:
        values = {"what": say_differing(found, language), "sha": told.bundle_sha256[:12]}
        lines[language] = [
            REFUSALS.say(key, language, **values) for key in ("other-data", "other-data-remedy")
        ]
    what, remedy = lines["en"]
    raise PlanError(what, remedy=remedy, where="data", zh="。".join(lines["zh"]))


def _kinds(table: Mapping[str, Any]) -> Kinds:
    told = table["kinds"]
    if not isinstance(told, Mapping):
        raise _refused("data.kinds", told, "weights by kind")
    found = []
    for kind in sorted(told):
        weights = told[kind] if isinstance(told[kind], list) else [told[kind]]
        if not weights or not all(_is_number(one) and 0 < one <= 1 for one in weights):
            raise _refused(f"data.kinds.{kind:.40}", told[kind], "weights above 0 and up to 1")
        found.append((str(kind), tuple(sorted({float(one) for one in weights}))))
    return tuple(found)


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(f"{one:g}" for one in value)
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = re.sub(r"[^\S ]|[\x00-\x1f\x7f]", " ", text)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    told = repr(value)
    told = told if len(told) <= 120 else f"{told[:117]}..."
    return ScenarioError(f"{told} is not allowed", where=field, remedy=f"Give {allowed}")
