"""What the optimiser found for a scenario, small enough to keep: a plan is laid out from it again.

Solving is slow and laying out is quick: whoever keeps an :class:`Answer` beside its scenario opens
the plan in a moment, on the same data byte for byte the plan that was made.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from geo.bundle import Bundle
from geo.travel import TravelMatrix
from optimise import CoverMost, Solution, Status, TieBreak, verify
from optimise.solution import serve
from planner.errors import OutputError, PlanError
from planner.plan import Outcome, Plan, laid_out
from planner.posed import Posed, pose
from planner.record import objective_record, tie_break_record
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES
from planner.wording.words import REFUSALS

__all__ = ["Answer", "SecondGoal", "answer_in", "answer_of", "plan_from", "read_answer"]

MAX_SITES = 10_000_000
STOPPED = ("gap", "work limit", "time limit")


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondGoal:
    """The second goal as a plan tells it."""

    name: str
    value: float
    bound: float | None
    gap: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was found, and the proof of how good it is; frozen, hashable, JSON in and out.

    Parameters
    ----------
    open_sites
        Ids, in the order of the candidates.
    status, stopped
        ``"proven"`` or ``"feasible"``, and what ended the search.
    objective, value, bound, gap, proved_by
        As in the plan's record.
    tie_break
        The second goal, ``None`` if there was none.
    distances_s, solve_s
        What it took, seconds.
    recyclenet, solver
        Versions that found it.

    Raises
    ------
    PlanError
        Naming a field that holds no such thing.
    """

    open_sites: tuple[str, ...]
    status: str
    stopped: str
    objective: str
    value: float
    bound: float
    gap: float
    proved_by: str
    tie_break: SecondGoal | None
    distances_s: float
    solve_s: float
    recyclenet: str
    solver: str

    def __post_init__(self) -> None:
        sites = self.open_sites
        if not isinstance(sites, tuple) or not all(isinstance(one, str) for one in sites):
            _broken("open_sites")
        if len(set(sites)) < len(sites) or len(sites) > MAX_SITES:
            _broken("open_sites")
        if self.status not in ("proven", "feasible") or self.stopped not in STOPPED:
            _broken("status")
        for field in ("objective", "proved_by", "recyclenet", "solver"):
            _line(field, getattr(self, field))
        for field in ("value", "bound", "gap", "distances_s", "solve_s"):
            _number(field, getattr(self, field))
        tie = self.tie_break
        if tie is not None:
            _line("tie_break.name", tie.name)
            _number("tie_break.value", tie.value)
            for field in ("bound", "gap"):
                if getattr(tie, field) is not None:
                    _number(f"tie_break.{field}", getattr(tie, field))

    def record(self) -> dict[str, Any]:
        """Plain form for JSON; :func:`read_answer` reads it."""
        return {**dataclasses.asdict(self), "open_sites": list(self.open_sites)}


def answer_of(plan: Plan) -> Answer:
    """Take the answer out of a plan."""
    return _answer(plan.record, tuple(str(one) for one in plan.sites["id"]))


def answer_in(folder: Path) -> Answer:
    """Take the answer out of the files of a plan.

    Raises
    ------
    OutputError
        If they cannot be read or are not those of a plan.
    """
    plan, sites = (_json(folder / name) for name in ("plan.json", "sites.geojson"))
    try:
        ids = tuple(feature["properties"]["id"] for feature in sites["features"])
        return _answer(plan, ids)
    except (LookupError, TypeError, PlanError) as error:
        raise OutputError(
            f"is not the answer of a plan ({error!s:.200})",
            where=str(folder),
            remedy="Give the folder that recyclenet plan wrote",
        ) from error


def read_answer(record: object) -> Answer:
    """Read :meth:`Answer.record` from a file or a store: nothing in it is believed.

    Raises
    ------
    PlanError
        Naming what is missing, unknown or no such thing.
    """
    table = _table("answer", record, Answer)
    tie = table["tie_break"]
    if tie is not None:
        table["tie_break"] = SecondGoal(**_table("tie_break", tie, SecondGoal))
    if not isinstance(table["open_sites"], list):
        _broken("open_sites")
    return Answer(**{**table, "open_sites": tuple(table["open_sites"])})


def plan_from(
    bundle: Bundle, scenario: Scenario, answer: Answer, travel: TravelMatrix | None = None
) -> Plan:
    """Lay a plan out again without solving.

    Parameters
    ----------
    bundle, travel
        As for :func:`planner.plan.make_plan`: the region as it was imported.

    Returns
    -------
    Plan
        The one the answer was taken from, byte for byte in all its files.

    Raises
    ------
    PlanError
        If an edit cannot be done, or what the answer claims does not hold on this region: a site
        is unknown or must not be open, a target is missed, the value is another. That no plan is
        better than the bound is taken on trust.
    """
    posed = pose(bundle, scenario, travel)
    names = posed.bundle.candidates.frame["id"].tolist()
    rows = dict(zip(names, range(len(names)), strict=True))
    unknown = [one for one in answer.open_sites if one not in rows]
    if unknown:
        _foreign(f"no candidate {unknown[0]!r:.130}")
    opened = np.array([rows[one] for one in answer.open_sites], np.int32)
    if (np.diff(opened) <= 0).any():
        _broken("open_sites")
    assignment, distance = serve(posed.question.problem, opened, scenario.limit)
    _check(posed, scenario, answer, (opened, assignment, distance))
    outcome = Outcome(
        open_sites=opened,
        assignment=assignment,
        distance=distance,
        status=answer.status,
        stopped=answer.stopped,
        objective={
            "name": answer.objective,
            "value": answer.value,
            "bound": answer.bound,
            "gap": answer.gap,
            "proved_by": answer.proved_by,
        },
        tie_break=None if answer.tie_break is None else dataclasses.asdict(answer.tie_break),
        timings={"distances_s": answer.distances_s, "solve_s": answer.solve_s},
        made_with={"recyclenet": answer.recyclenet, "solver": answer.solver},
    )
    return laid_out(posed, scenario, outcome)


def _check(posed: Posed, scenario: Scenario, answer: Answer, found: tuple[Any, Any, Any]) -> None:
    """Refuse an answer to another question: everything but its bound is counted again."""
    opened, assignment, distance = found
    problem, model = posed.question.problem, posed.question.model
    weight = problem.weights
    if isinstance(model, CoverMost):
        objective, value = "people", float(weight[assignment >= 0].sum())
    elif model.objective == "sites":
        objective, value = "sites", float(len(opened))
    else:
        objective, value = "cost", float(problem.site_costs[opened].sum())
    # People are counted, and told, in thousandths where they stand for kilograms.
    unit = 1000.0 if scenario.weight == "kg" and objective == "people" else 1.0
    bound = value if answer.bound == answer.value else answer.bound * unit
    gap = abs(value - bound) / max(1e-10, abs(value))
    solution = Solution(
        open_sites=opened,
        assignment=assignment,
        distance=distance,
        status=Status(answer.status),
        stopped=answer.stopped,
        objective=objective,
        value=value,
        bound=bound,
        gap=gap,
        proved_by=answer.proved_by,
        tie_break=None,
        seconds={},
        log=(),
    )
    for fault in verify(problem, model, solution):
        _foreign(f"{fault.what} {fault.where}".strip())
    told = objective_record(solution, scenario)
    due = {"objective": told["name"], "value": told["value"], "bound": told["bound"]}
    for field, one in due.items():
        if getattr(answer, field) != one:
            _foreign(f"{field} {getattr(answer, field)!r:.60}, {one!r}")
    if not math.isclose(answer.gap, gap, rel_tol=1e-6, abs_tol=1e-8):
        _foreign(f"gap {answer.gap!r:.60}, {gap:.9f}")
    if (answer.status == "proven") != (answer.gap <= scenario.gap + 1e-9):
        _foreign(f"status {answer.status!r}")
    if answer.tie_break is not None:
        far = np.where(np.isnan(distance), scenario.limit, distance)
        again = TieBreak(name="distance", value=float((weight * far).sum()))
        solution = dataclasses.replace(solution, tie_break=again)
        _check_tie_break(answer.tie_break, tie_break_record(solution, scenario) or {})


def _check_tie_break(told: SecondGoal, due: Mapping[str, Any]) -> None:
    if told.name != due["name"] or told.value != due["value"]:
        _foreign(f"tie_break {told.name!r:.60} {told.value!r:.60}, {due['value']}")
    if told.bound is not None and not 0 <= told.bound <= told.value + 1:
        _foreign(f"tie_break.bound {told.bound!r:.60}")


def _answer(plan: Mapping[str, Any], sites: tuple[str, ...]) -> Answer:
    objective, tie = plan["objective"], plan["tie_break"]
    if tie is not None:
        tie = SecondGoal(**{field: tie[field] for field in SecondGoal.__dataclass_fields__})
    return Answer(
        open_sites=sites,
        status=plan["status"],
        stopped=plan["stopped"],
        objective=objective["name"],
        value=objective["value"],
        bound=objective["bound"],
        gap=objective["gap"],
        proved_by=objective["proved_by"],
        tie_break=tie,
        distances_s=plan["timings"]["distances_s"],
        solve_s=plan["timings"]["solve_s"],
        recyclenet=plan["data"]["recyclenet"],
        solver=plan["data"]["solver"],
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        why = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise OutputError(
            f"cannot be read ({why})",
            where=str(path),
            remedy="Give the folder that recyclenet plan wrote",
        ) from error


def _table(field: str, value: object, of: type) -> dict[str, Any]:
    known = {one.name for one in dataclasses.fields(of)}
    if not isinstance(value, Mapping) or set(value) != known:
        _broken(field)
    return dict(value)


def _line(field: str, value: object) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        _broken(field)


def _number(field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _broken(field)
    if not math.isfinite(value) or abs(value) > 1e18:
        _broken(field)


def _broken(field: str) -> NoReturn:
    _refuse("answer-broken", field=field)


def _foreign(what: str) -> NoReturn:
    _refuse("answer-foreign", what=what)


def _refuse(key: str, **values: object) -> NoReturn:
    said = {
        language: [REFUSALS.say(one, language, **values) for one in (key, f"{key}-remedy")]
        for language in LANGUAGES
    }
    what, remedy = said["en"]
    raise PlanError(what, remedy=remedy, where="answer", zh="。".join(said["zh"]))
