"""What goes into the store and comes out of it: frozen, checked where it is made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner.edits import read_edits
from planner.errors import ScenarioError
from planner.scenario import Scenario
from planner.store.errors import RefusedTextError

__all__ = [
    "MAX_TAGS",
    "NO_ROWS",
    "CoverageRow",
    "Draft",
    "Entry",
    "Figures",
    "PlanRows",
    "Receipt",
    "SavedScenario",
    "SiteRow",
    "TownshipRow",
    "Version",
    "line",
    "question_of",
    "scenario_in",
    "tag_list",
]

LINE, NOTE, TAG, MAX_TAGS = 200, 2000, 40, 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Headline of a plan: enough for a list, without opening it.

    Parameters
    ----------
    share
        Share (0-1) of the people covered; ``None`` where nobody lives.
    bound, gap
        What is proven of ``value``.
    """

    status: str
    sites: int
    sites_new: int
    people: int
    covered: int
    share: float | None
    objective: str
    value: float
    bound: float
    gap: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SiteRow:
    """An open site; ``geom`` is a point in WGS84."""

    site: str
    kind: str
    name: str
    existing: bool
    township: str
    township_code: str
    people: int
    geom: BaseGeometry


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TownshipRow:
    """A township with its figures; ``geom`` is a multipolygon in WGS84."""

    code: str
    name: str
    people: int
    covered: int
    share: float | None
    sites: int
    required: int
    passes: bool
    reason: str
    geom: BaseGeometry


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoverageRow:
    """The cells that a site serves or, ``site`` being empty, those of a township that none does."""

    site: str
    township: str
    cells: int
    people: int
    geom: BaseGeometry


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PlanRows:
    """A plan as tables."""

    sites: tuple[SiteRow, ...] = ()
    townships: tuple[TownshipRow, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()


NO_ROWS = PlanRows()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Draft:
    """What is saved as a version.

    Parameters
    ----------
    region_id, region
        Id as in the app's address (empty for the region it was started with), and name.
    bundle_sha256
        Of the data that the plan stands on.
    answer
        JSON text of ``planner.answers``; not looked into here. Empty where nothing was solved.
    figures
        Of the plan, if there is one.
    rows
        The plan as tables.
    policy
        What is asked of the parts of the policy, JSON text of ``planner.policy.asked``; not
        looked into here. Empty where nothing is.
    """

    scenario: Scenario
    region_id: str
    region: str
    bundle_sha256: str
    answer: str = ""
    figures: Figures | None = None
    rows: PlanRows = field(default_factory=PlanRows)
    policy: str = ""

    def __post_init__(self) -> None:
        for name in ("region_id", "region", "bundle_sha256"):
            line(name, getattr(self, name))
        for name in ("answer", "policy"):
            text = getattr(self, name)
            if not text:
                continue
            try:
                json.loads(text).keys()
                text.encode()
            except (ValueError, AttributeError, RecursionError):
                raise RefusedTextError(name, most=0) from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What a new scenario can be opened by: the link's id, and the key that changes it.

    Parameters
    ----------
    key
        Secret: only its hash is kept.
    revision
        Number of the version saved.
    """

    id: str
    key: str
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """One saving: immutable."""

    number: int
    author: str
    note: str
    when: datetime
    bundle_sha256: str
    figures: Figures | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A scenario as the list shows it, with its latest version.

    Parameters
    ----------
    mine
        A key was given that changes it.
    revision
        Number of the latest version; :meth:`planner.store.Store.update` expects it.
    """

    id: str
    title: str
    region_id: str
    region: str
    bundle_sha256: str
    shared: bool
    archived: bool
    mine: bool
    tags: tuple[str, ...]
    created: datetime
    updated: datetime
    revision: int
    latest: Version


@dataclass(frozen=True, kw_only=True, slots=True)
class SavedScenario:
    """A scenario that was opened, at one of its versions.

    Parameters
    ----------
    answer
        JSON text for ``planner.answers.plan_from``; empty where nothing was solved.
    policy
        JSON text for ``planner.policy.asked``; empty where nothing is asked of any part.
    """

    entry: Entry
    version: Version
    scenario: Scenario
    answer: str
    policy: str = ""


def question_of(scenario: Scenario) -> str:
    """Write the whole question as JSON."""
    return json.dumps(scenario.record(), ensure_ascii=False, allow_nan=False)


def scenario_in(question: str) -> Scenario:
    """Read :func:`question_of`; fields that an older program did not know have their default.

    Raises
    ------
    ScenarioError
        If a field is unknown or out of range.
    """
    try:
        told = dict(json.loads(question))
    except (ValueError, TypeError, RecursionError):
        raise ScenarioError("is no scenario", where="store") from None
    known = {one.name for one in fields(Scenario)}
    for key in told:
        if key not in known:
            raise ScenarioError(
                f"unknown field {key!r}", where="store", remedy="Update the program"
            )
    if "edits" in told:
        told["edits"] = read_edits(told["edits"])
    return Scenario(**told)


def figures_text(figures: Figures | None) -> str:
    """Write figures as JSON; empty for none."""
    return "" if figures is None else json.dumps(asdict(figures), ensure_ascii=False)


def figures_in(text: str) -> Figures | None:
    """Read :func:`figures_text`."""
    if not text:
        return None
    told: dict[str, Any] = json.loads(text)
    return Figures(**{one.name: told[one.name] for one in fields(Figures)})


def line(name: str, value: str, most: int = LINE) -> str:
    """Check one line of text.

    Raises
    ------
    RefusedTextError
        If it is longer, or holds what cannot be shown.
    """
    if not isinstance(value, str) or len(value) > most or not value.isprintable():
        raise RefusedTextError(name, most=most)
    return value


def lines(name: str, value: str, most: int = NOTE) -> str:
    """Check a note: several lines."""
    told = value.replace("\r\n", "\n") if isinstance(value, str) else value
    if not isinstance(told, str) or not all(part.isprintable() for part in told.split("\n")):
        raise RefusedTextError(name, most=most)
    if len(told) > most:
        raise RefusedTextError(name, most=most)
    return told


def tag_list(tags: Iterable[str]) -> tuple[str, ...]:
    """Check tags: trimmed, each once, sorted."""
    told = sorted({line("tag", tag.strip(), TAG) for tag in tags} - {""})
    if len(told) > MAX_TAGS:
        raise RefusedTextError("tags", most=MAX_TAGS, key="too-many")
    return tuple(told)


def shown(text: object) -> str:
    """Text of the data's that cannot be refused: what cannot be shown becomes a space."""
    return "".join(c if c.isprintable() else " " for c in str(text))[: 2 * LINE]
