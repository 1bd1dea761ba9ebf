"""The core of a plan: what is chosen however things turn out, and what stands in for the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.checks import refuse
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.robust.answer import CaseAnswer, Question, Sites, answer_of, asked, regret_of
from optimise.robust.cases import Case, cased
from optimise.robust.refusals import Refusal, refusals
from optimise.robust.roles import SiteRole, roles_of
from optimise.run import run_of
from optimise.watch import Progress

__all__ = ["NEAR", "RobustCore", "robust_core"]

NEAR = 0.05
"""Of the weight that a site serves, so much may be lost for a substitute to be as good."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RobustCore:
    """A plan held against every case.

    Parameters
    ----------
    base
        Its open sites.
    answers
        One for each case.
    refusals
        One for each site of the base plan that was tried to do without.
    sites
        One for each site of the base plan.
    regrets
        float64[1 + cases, cases], regret of the base plan (row 0) and of each case's plan in every
        case; NaN where there is no plan.
    stopped
        "gap", or what ended a question early.
    """

    base: Sites
    answers: tuple[CaseAnswer, ...]
    refusals: tuple[Refusal, ...]
    sites: tuple[SiteRole, ...]
    regrets: NDArray[np.float64]
    stopped: str
    seconds: float

    @property
    def steadiest(self) -> int:
        """Row of ``regrets`` with the least greatest regret; of equals the first."""
        worst = np.array(
            [np.inf if np.isnan(row).all() else np.nanmax(row) for row in self.regrets]
        )
        return int(np.argmin(worst)) if len(worst) else 0


def robust_core(
    problem: Problem,
    model: Question,
    base: Sites,
    cases: Sequence[Case],
    *,
    refused: Sites | None = None,
    near: float = NEAR,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RobustCore:
    """Ask a question again in every case, and see what becomes of a plan.

    Of plans that are equally good each case takes one with the most sites of the base plan, so
    that a site is missing only where that pays; no worse than the base plan, it is the base plan.

    Parameters
    ----------
    model
        :class:`~optimise.CoverShare` or :class:`~optimise.CoverMost`, one radius for everybody.
    base
        Open sites of the plan in question.
    refused
        Sites of the plan that it is tried to do without, one by one; all that do not stand already
        if left out. What is not tried is no core, nor counts in anything else.
    near
        Of the weight that a site serves, so much may be lost for a substitute to be as good.
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`, time and progress for all cases together.

    Raises
    ------
    ProblemError
        For a case that does not fit, linked sites or several radii.
    """
    began = time.monotonic()
    if not isinstance(model, CoverShare | CoverMost):
        raise refuse("robust_core.model", f"{type(model).__name__}", "Ask for coverage.")
    if isinstance(model.radius, tuple):
        raise refuse("model.radius", f"{model.radius!r:.60}", "Give one radius for everybody.")
    names = [case.name for case in cases]
    if len(set(names)) < len(names):
        raise refuse("robust_core.cases", f"{names!r:.80}", "Name each case once.")
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    base = np.sort(np.asarray(base, dtype=np.int32))
    model = replace(model, tie_break=None)
    answers, problems = [], []
    for number, case in enumerate(cases):
        run.watch.look("search", number / max(1, len(cases)))
        problems.append(cased(problem, case))
        answers.append(answer_of(case.name, problems[-1], model, base, run))
    plans = [base, *(answer.open_sites for answer in answers)]
    regrets = np.full((len(plans), len(cases)), np.nan)
    for row, plan in enumerate(plans):
        for column, answer in enumerate(answers):
            if plan is not None and answer.open_sites is not None:
                regrets[row, column] = regret_of(problems[column], model, plan, answer.people)
    if refused is None:
        refused = base[~problem.kept[base] | problem.forced[base]]
    tried = refusals(problem, model, base, refused, lambda one: asked(one, model, run).open_sites)
    return RobustCore(
        base=base,
        answers=tuple(answers),
        refusals=tried,
        sites=roles_of(
            problem,
            model,
            base,
            problems,
            [answer.open_sites for answer in answers],
            {one.site: one for one in tried},
            near,
        ),
        regrets=regrets,
        stopped=run.watch.stopped or "gap",
        seconds=time.monotonic() - began,
    )
